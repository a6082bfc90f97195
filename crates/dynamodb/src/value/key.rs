//! Bytes that sort as key values do, so that an ordered map of bytes is a table's order.

use md5::{Digest, Md5};

use super::{AttributeValue, Decimal};

/// How many bytes of a key place its partition.
pub const PARTITION_PREFIX: usize = 4;

/// Appends the encoding of a key value: it sorts as values of its type do, and none is the beginning
/// of another. Only texts, numbers and bytes can be keys; others encode as nothing.
pub fn encode(value: &AttributeValue, out: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => encode_bytes(text.as_bytes(), out),
        AttributeValue::B(bytes) => encode_bytes(bytes, out),
        AttributeValue::N(number) => number.encode(out),
        _ => {}
    }
}

/// The key value of type `kind` that `encoded` begins with, and what comes behind it; none if it does not
/// stand there whole.
pub fn decode<'a>(kind: &str, encoded: &'a [u8]) -> Option<(AttributeValue, &'a [u8])> {
    if kind == "N" {
        return Decimal::decode(encoded).map(|(number, rest)| (AttributeValue::N(number), rest));
    }
    let (mut bytes, mut rest) = (Vec::new(), encoded);
    loop {
        match rest {
            [0, 0, behind @ ..] => {
                let value = match kind {
                    "S" => AttributeValue::S(String::from_utf8(bytes).ok()?),
                    _ => AttributeValue::B(bytes),
                };
                return Some((value, behind));
            }
            [0, 0xff, behind @ ..] => {
                bytes.push(0);
                rest = behind;
            }
            [byte, behind @ ..] if *byte != 0 => {
                bytes.push(*byte);
                rest = behind;
            }
            _ => return None,
        }
    }
}

/// What every key of a text or of bytes that begins with `value` begins with.
pub fn encode_prefix(value: &AttributeValue, out: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => escape(text.as_bytes(), out),
        AttributeValue::B(bytes) => escape(bytes, out),
        _ => {}
    }
}

/// The beginning of every key of one partition: its place, then its key values.
pub fn partition<'a>(values: impl IntoIterator<Item = &'a AttributeValue> + Clone) -> Vec<u8> {
    let mut key = place(values.clone()).to_vec();
    for value in values {
        encode(value, &mut key);
    }
    key
}

/// Where AWS puts a partition among the others: a hash spreads them, so that a Scan meets them in an
/// order that has nothing to do with their keys. (That the hash is MD5 and its salt `Outliers` was
/// found by observation.)
pub fn place<'a>(values: impl IntoIterator<Item = &'a AttributeValue>) -> [u8; PARTITION_PREFIX] {
    let mut hash = Md5::new_with_prefix("Outliers");
    for value in values {
        match value {
            AttributeValue::S(text) => hash.update(text),
            AttributeValue::B(bytes) => hash.update(bytes),
            AttributeValue::N(number) => hash.update(number.hashed_form()),
            _ => {}
        }
    }
    let digest = hash.finalize();
    std::array::from_fn(|index| digest[index])
}

/// The first place that is beyond all those that begin with `prefix`; `None` when there is none.
pub fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut next = prefix[..=last].to_vec();
    next[last] += 1;
    Some(next)
}

fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    escape(bytes, out);
    out.extend_from_slice(&[0, 0]);
}

fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.push(*byte);
        if *byte == 0 {
            out.push(0xff);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&AttributeValue::B(bytes.to_vec()), &mut out);
        out
    }

    #[test]
    fn bytes_sort_as_they_are_even_with_zeros_in_them() {
        let ascending: [&[u8]; 7] = [b"", b"\0", b"\0\0", b"\0\x01", b"\x01", b"a", b"a\0"];
        for pair in ascending.windows(2) {
            assert!(encoded(pair[0]) < encoded(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn what_is_encoded_can_be_told() {
        let numbers =
            ["0", "1", "-1", "10", "0.5", "-123.456", "1e125", "-9e-130", "12345678901234567890123456789012345678"];
        let numbers = numbers.map(|number| AttributeValue::N(Decimal::parse(number).unwrap()));
        let texts = ["", "a", "a\0b\0"].map(|text| AttributeValue::S(text.to_owned()));
        let bytes = [&b""[..], &[0, 0xff, 0]].map(|bytes| AttributeValue::B(bytes.to_vec()));
        for value in numbers.into_iter().chain(texts).chain(bytes) {
            let mut out = Vec::new();
            encode(&value, &mut out);
            for length in 0..out.len() {
                assert_eq!(decode(value.type_name(), &out[..length]), None, "{value:?}");
            }
            out.push(7);
            assert_eq!(decode(value.type_name(), &out), Some((value, &[7][..])));
        }
    }

    #[test]
    fn all_keys_with_a_prefix_lie_before_its_successor() {
        let mut prefix = Vec::new();
        encode_prefix(&AttributeValue::B(b"a\0".to_vec()), &mut prefix);
        let end = successor(&prefix).unwrap();
        assert!(encoded(b"a\0\xff").starts_with(&prefix) && encoded(b"a\0\xff") < end);
        assert!(encoded(b"a\x01") >= end);
        assert_eq!(successor(&[0xff, 0xff]), None);
    }
}
