//! Sequence numbers: 186 bits, written as 56 decimal digits.

use num_bigint_dig::BigUint;

/// The highest index that a number holds: where a closed shard ends.
pub const LAST_INDEX: u64 = 0x7fff_ffff_ffff_ffff;

/// The first second that no longer fits, as AWS has it: some time in the year 2477.
const END_OF_TIME: u64 = 16_025_175_000;

/// The number of a record: ascending within its shard, from which it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The second in which the shard was made.
    pub created: u64,
    /// Ascending in the shard.
    pub index: u64,
    /// The second in which the record arrived.
    pub second: u64,
    /// The shard's number.
    pub shard: u32,
}

impl Sequence {
    /// The number that `text` writes, if it is one of a record.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = BigUint::parse_bytes(text.as_bytes(), 10)?.to_str_radix(16);
        if hex.len() != 47 || !hex.starts_with('2') || !hex.ends_with('2') {
            return None;
        }
        let part = |from: usize, to: usize| u64::from_str_radix(&hex[from..to], 16).ok();
        let sequence = Self {
            created: part(1, 10)?,
            index: part(11, 27)?,
            second: part(29, 38)?,
            shard: u32::try_from(part(38, 46)?).ok()?,
        };
        (sequence.index <= LAST_INDEX && sequence.created < END_OF_TIME).then_some(sequence)
    }

    /// As the wire writes it.
    pub fn text(self) -> String {
        let Self { created, index, second, shard } = self;
        let hex = format!("2{created:09x}{:x}{index:016x}00{second:09x}{shard:08x}2", shard % 16);
        BigUint::parse_bytes(hex.as_bytes(), 16).unwrap_or_default().to_str_radix(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_56_digits_and_tells_its_parts() {
        let sequence = Sequence { created: 1_767_225_600, index: 7, second: 1_767_225_601, shard: 17 };
        let text = sequence.text();
        assert_eq!(text.len(), 56);
        assert_eq!(Sequence::parse(&text), Some(sequence));
        assert!(text < Sequence { index: 8, ..sequence }.text(), "later numbers are greater");
    }

    #[test]
    fn what_aws_has_written_is_understood() {
        let text = "49590338271490256608559692538361571095921575989136588898";
        let sequence = Sequence::parse(text).unwrap();
        assert_eq!((sequence.shard, sequence.index), (6, 0x6764_8a17));
        assert_eq!(sequence.text(), text);
        for nothing in ["", "x", "0", "-1", "49590338271490256608559692538361571095921575989136588897"] {
            assert_eq!(Sequence::parse(nothing), None, "{nothing}");
        }
    }
}
