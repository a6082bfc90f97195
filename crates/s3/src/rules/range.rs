//! The header `Range`.

use http::StatusCode;
use kernel::AwsError;
use std::ops::Range;

/// The bytes that `range` names of an object of `size` bytes. What is no range, or more than one, asks for
/// the whole object.
pub fn resolve(range: Option<&str>, size: usize) -> Result<Option<Range<usize>>, AwsError> {
    let Some(text) = range else { return Ok(None) };
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let found = match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..size,
        (Err(_), Ok(count)) if first.trim().is_empty() => size.saturating_sub(count)..size,
        _ => return Ok(None),
    };
    if found.is_empty() {
        return Err(AwsError::new("InvalidRange", "The requested range is not satisfiable")
            .with_status(StatusCode::RANGE_NOT_SATISFIABLE)
            .with_member("RangeRequested", text)
            .with_member("ActualObjectSize", size));
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_object() {
        for (text, expected) in [
            ("bytes=0-1", Some(0..2)),
            ("bytes=3-", Some(3..5)),
            ("bytes=3-99", Some(3..5)),
            ("bytes=-2", Some(3..5)),
            ("bytes=-9", Some(0..5)),
            ("bytes=0-1,3-4", None),
            ("bytes=2-1", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(resolve(Some(text), 5).unwrap(), expected, "{text}");
        }
        for text in ["bytes=5-", "bytes=5-9", "bytes=-0"] {
            assert_eq!(resolve(Some(text), 5).unwrap_err().code, "InvalidRange", "{text}");
        }
    }
}
