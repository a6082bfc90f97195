//! The one ordered map: names of spaces contain no zero byte, so the entries of a space lie together.

/// The full key of an entry.
pub fn full(space: &str, key: &[u8]) -> Vec<u8> {
    let mut full = Vec::with_capacity(space.len() + 1 + key.len());
    full.extend_from_slice(space.as_bytes());
    full.push(0);
    full.extend_from_slice(key);
    full
}

/// The first full key that lies behind all of a space.
pub fn end(space: &str) -> Vec<u8> {
    let mut end = space.as_bytes().to_vec();
    end.push(1);
    end
}

/// The first full key that lies behind all keys of a space that begin with `prefix`.
pub fn end_of_prefix(space: &str, prefix: &[u8]) -> Vec<u8> {
    let Some(last) = prefix.iter().rposition(|byte| *byte != 0xff) else { return end(space) };
    let mut next = prefix[..=last].to_vec();
    next[last] += 1;
    full(space, &next)
}

/// The entry's own key.
pub fn own(space: &str, mut full: Vec<u8>) -> Vec<u8> {
    full.drain(..=space.len().min(full.len().saturating_sub(1)));
    full
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_of_a_space_lie_between_its_bounds() {
        for key in [&b""[..], b"\0", b"abc", b"\xff\xff"] {
            let full = full("dynamodb", key);
            assert!(full >= super::full("dynamodb", b"") && full < end("dynamodb"));
            assert_eq!(own("dynamodb", full), key);
        }
        assert_eq!(end_of_prefix("d", b"a\xff"), full("d", b"b"));
        assert_eq!(end_of_prefix("d", b"\xff"), end("d"));
        assert!(full("dynamodb-streams", b"") > end("dynamodb"));
    }
}
