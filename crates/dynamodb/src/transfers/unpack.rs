//! What packed objects hold.

use bytes::Bytes;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use crate::wire::gzip;

/// The most bytes that a packed object may have when it is unpacked.
const MAX_OBJECT: usize = 1 << 30;

/// What is unpacked at once.
const STEP: usize = 1 << 20;

/// What an object says that is packed with `compression`, `InputCompressionType`.
pub fn text_of(compression: Option<&str>, body: &Bytes) -> Result<String, String> {
    let body = match compression {
        Some("GZIP") => match gzip::unpack(body, MAX_OBJECT) {
            Ok(Some(body)) => body,
            Ok(None) => return Err("The object is not gzip, or damaged".to_owned()),
            Err(gzip::TooLarge) => return Err(too_large()),
        },
        Some("ZSTD") => zstd(body, MAX_OBJECT)?.into(),
        _ => body.clone(),
    };
    String::from_utf8(body.into()).map_err(|_| "The object is not UTF-8".to_owned())
}

fn too_large() -> String {
    "The object is too large when it is unpacked".to_owned()
}

/// Unpacks all frames of the Zstandard format (RFC 8878).
fn zstd(mut packed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let damaged = || "The object is not Zstandard, or damaged".to_owned();
    let (mut decoder, mut text) = (FrameDecoder::new(), Vec::new());
    if packed.is_empty() {
        return Err(damaged());
    }
    while !packed.is_empty() {
        match decoder.init(&mut packed) {
            Ok(()) => {}
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                packed = packed.get(length as usize..).ok_or_else(damaged)?;
                continue;
            }
            Err(_) => return Err(damaged()),
        }
        while !decoder.is_finished() {
            decoder.decode_blocks(&mut packed, BlockDecodingStrategy::UptoBytes(STEP)).map_err(|_| damaged())?;
            text.extend(decoder.collect().unwrap_or_default());
            if text.len() > limit {
                return Err(too_large());
            }
        }
        let stated = decoder.get_checksum_from_data();
        if stated.is_some() && stated != decoder.get_calculated_checksum() {
            return Err(damaged());
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    #[test]
    fn every_compression_is_unpacked() {
        let text = "a line\n".repeat(1000);
        let read = |compression: &str, body: Vec<u8>| text_of(Some(compression), &body.into());
        let zstd = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
        let gzip = gzip::pack(text.as_bytes()).to_vec();
        assert!(zstd.len() < 1000);
        for (compression, body) in [("NONE", text.clone().into_bytes()), ("GZIP", gzip), ("ZSTD", zstd)] {
            assert_eq!(read(compression, body.clone()), Ok(text.clone()), "{compression}");
            if compression != "NONE" {
                assert_eq!(read(compression, body.repeat(2)), Ok(text.repeat(2)), "{compression}");
                assert!(read(compression, body[..body.len() - 1].to_vec()).is_err(), "{compression}");
                assert!(read(compression, vec![]).is_err(), "{compression}");
            }
        }
    }

    #[test]
    fn frames_may_be_skipped_and_are_limited_and_verified() {
        // What `zstd` itself wrote of ten letters: a frame with a checksum.
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x51, 0, 0];
        frame.extend(b"0123456789");
        let skipped = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9];
        let packed = compress_to_vec(&b"0123456789"[..], CompressionLevel::Uncompressed);
        assert_eq!(zstd(&[&skipped[..], &packed].concat(), 10), Ok(b"0123456789".to_vec()));
        assert!(zstd(&packed, 9).is_err());
        assert!(zstd(&[&frame[..], &[0; 4]].concat(), 10).is_err(), "a wrong checksum");
        assert!(zstd(b"no zstd", 10).is_err());
    }
}
