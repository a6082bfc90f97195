//! The gzip format (RFC 1952) around deflated bodies.

use bytes::Bytes;
use http::{HeaderMap, header};
use miniz_oxide::{
    deflate::compress_to_vec,
    inflate::{
        TINFLStatus,
        core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF},
    },
};

/// Fast: most answers are read once, on the same machine.
const LEVEL: u8 = 3;

/// Magic number, method deflate, no flags, no time, no hints, system unknown.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Checksum and length, four bytes each.
const TRAILER: usize = 8;

/// The room that is made for what is unpacked, at first.
const STEP: usize = 16 * 1024;

/// A body that is larger than allowed.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLarge;

/// Whether an answer may be packed.
pub fn accepted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(quality.trim(), "q=0" | "q=0.0")
    })
}

/// Whether a request's body is packed.
pub fn is_packed(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"))
}

/// Packs a body.
pub fn pack(body: &[u8]) -> Bytes {
    let mut packed = HEADER.to_vec();
    packed.extend(compress_to_vec(body, LEVEL));
    packed.extend(crc32fast::hash(body).to_le_bytes());
    // The format wants the length modulo 2³².
    packed.extend((body.len() as u32).to_le_bytes());
    packed.into()
}

/// Unpacks a body, of one member or of several; `None` if it is not gzip or damaged.
pub fn unpack(packed: &[u8], limit: usize) -> Result<Option<Bytes>, TooLarge> {
    let (mut rest, mut body) = (packed, Vec::new());
    loop {
        let start = body.len();
        let Some(deflated) = behind_header(rest) else { return Ok(None) };
        let Some(trailer) = inflate(deflated, &mut body, limit)? else { return Ok(None) };
        let Some((trailer, next)) = trailer.split_first_chunk::<TRAILER>() else { return Ok(None) };
        if crc32fast::hash(&body[start..]).to_le_bytes() != trailer[..4] {
            return Ok(None);
        }
        if next.is_empty() {
            return Ok(Some(body.into()));
        }
        rest = next;
    }
}

/// Inflates what `packed` begins with to the end of `body`; what comes behind it.
fn inflate<'a>(packed: &'a [u8], body: &mut Vec<u8>, limit: usize) -> Result<Option<&'a [u8]>, TooLarge> {
    let mut inflating = Box::<DecompressorOxide>::default();
    let (start, mut rest, mut end) = (body.len(), packed, body.len());
    loop {
        // One byte more than allowed, to see whether there is one.
        body.resize((body.len() * 2).max(STEP).min(limit + 1), 0);
        let (status, read, written) =
            decompress(&mut inflating, rest, &mut body[start..], end - start, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        (rest, end) = (&rest[read..], end + written);
        match status {
            _ if end > limit => return Err(TooLarge),
            TINFLStatus::Done => {
                body.truncate(end);
                return Ok(Some(rest));
            }
            TINFLStatus::HasMoreOutput => {}
            _ => return Ok(None),
        }
    }
}

/// What is deflated, and what comes behind it.
fn behind_header(packed: &[u8]) -> Option<&[u8]> {
    const HAS_CHECKSUM: u8 = 1 << 1;
    const HAS_EXTRA: u8 = 1 << 2;
    const HAS_NAME: u8 = 1 << 3;
    const HAS_COMMENT: u8 = 1 << 4;
    let (header, mut rest) = packed.split_at_checked(HEADER.len())?;
    if header[..3] != HEADER[..3] {
        return None;
    }
    let flags = header[3];
    if flags & HAS_EXTRA != 0 {
        let (length, more) = rest.split_at_checked(2)?;
        rest = more.get(usize::from(u16::from_le_bytes([length[0], length[1]]))..)?;
    }
    for flag in [HAS_NAME, HAS_COMMENT] {
        if flags & flag != 0 {
            rest = rest.get(rest.iter().position(|byte| *byte == 0)? + 1..)?;
        }
    }
    if flags & HAS_CHECKSUM != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_up_to_a_limit() {
        let body = b"{\"TableName\": \"songs\"}".repeat(100);
        let packed = pack(&body);
        assert!(packed.len() < body.len() / 10);
        assert_eq!(unpack(&packed, body.len()), Ok(Some(body.clone().into())));
        assert_eq!(unpack(&packed, body.len() - 1), Err(TooLarge));
    }

    #[test]
    fn what_gzip_itself_wrote_is_read_and_what_is_damaged_is_not() {
        // `printf '{}' | gzip --name` of a file called a.
        let mut packed = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, b'a', 0, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3];
        packed.extend([2, 0, 0, 0]);
        assert_eq!(unpack(&packed, 10), Ok(Some(Bytes::from_static(b"{}"))));
        for length in 0..packed.len() {
            assert_eq!(unpack(&packed[..length], 10), Ok(None), "{length}");
        }
    }

    #[test]
    fn a_client_says_whether_it_can_unpack() {
        for (value, expected) in
            [("gzip, deflate", true), ("identity", false), ("br, GZIP;q=0.5", true), ("gzip;q=0", false)]
        {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(accepted(&headers), expected, "{value}");
        }
    }
}
