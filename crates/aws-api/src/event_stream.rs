//! `application/vnd.amazon.eventstream`: answers that are a series of events.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::Value;

/// The content type of such answers.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// The type of header values that are text.
const TEXT: u8 = 7;

/// Writes events, each `{"Name": {members}}`. An event with nothing but a `Payload` is that payload's
/// bytes, any other is JSON.
pub(crate) fn encode(events: &[Value]) -> Bytes {
    let mut out = Vec::new();
    for (name, members) in events.iter().filter_map(Value::as_object).flatten() {
        match members["Payload"].as_str() {
            Some(payload) => {
                let payload = STANDARD.decode(payload).unwrap_or_default();
                frame(&mut out, name, "application/octet-stream", &payload);
            }
            None => frame(&mut out, name, "application/json", members.to_string().as_bytes()),
        }
    }
    out.into()
}

/// One frame: lengths, their checksum, headers, payload, the checksum of it all.
fn frame(out: &mut Vec<u8>, event: &str, content_type: &str, payload: &[u8]) {
    let start = out.len();
    let mut headers = Vec::new();
    for (name, value) in [(":event-type", event), (":content-type", content_type), (":message-type", "event")] {
        // Names and values are short texts of this crate and of the table.
        headers.push(name.len() as u8);
        headers.extend_from_slice(name.as_bytes());
        headers.push(TEXT);
        headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let whole = (16 + headers.len() + payload.len()) as u32;
    out.extend_from_slice(&whole.to_be_bytes());
    out.extend_from_slice(&(headers.len() as u32).to_be_bytes());
    let prelude = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&prelude.to_be_bytes());
    out.extend_from_slice(&headers);
    out.extend_from_slice(payload);
    let message = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&message.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_has_lengths_headers_and_two_checksums() {
        let frames = encode(&[json!({"PayloadChunk": {"Payload": "aGk="}}), json!({"InvokeComplete": {}})]);
        let number = |at: usize| u32::from_be_bytes(frames[at..at + 4].try_into().unwrap()) as usize;
        let (whole, headers) = (number(0), number(4));
        assert_eq!(number(8) as u32, crc32fast::hash(&frames[..8]));
        assert_eq!(&frames[12..24], b"\x0b:event-type");
        assert_eq!(&frames[24..27], b"\x07\x00\x0c");
        assert_eq!(&frames[27..39], b"PayloadChunk");
        assert_eq!(&frames[12 + headers..14 + headers], b"hi");
        assert_eq!(number(whole - 4) as u32, crc32fast::hash(&frames[..whole - 4]));
        let second = number(whole);
        assert_eq!(whole + second, frames.len());
        assert_eq!(&frames[frames.len() - 6..frames.len() - 4], b"{}");
    }
}
