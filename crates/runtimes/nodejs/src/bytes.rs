//! Text encodings and compression, for `Buffer`, `TextDecoder` and `zlib`.

use crate::natives::{Bytes, slice};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use miniz_oxide::{deflate as deflater, inflate as inflater};
use rquickjs::{Ctx, Exception, Result, TypedArray};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT.with_encode_padding(false));

/// The bytes of a text.
pub fn encode<'js>(ctx: Ctx<'js>, text: String, encoding: String) -> Result<Bytes<'js>> {
    let bytes = match encoding.as_str() {
        "hex" => from_hex(&text),
        "base64" | "base64url" => from_base64(&text),
        // The low byte of each UTF-16 unit, as Node does it.
        "latin1" | "ascii" => text.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect(),
        "utf16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.into_bytes(),
    };
    TypedArray::new(ctx, bytes)
}

/// The text that bytes spell.
pub fn decode(bytes: Bytes, encoding: String) -> String {
    let bytes = slice(&bytes);
    match encoding.as_str() {
        "hex" => bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect(),
        "base64" => BASE64.encode(bytes),
        "base64url" => BASE64_URL.encode(bytes),
        "latin1" => bytes.iter().map(|&byte| char::from(byte)).collect(),
        "ascii" => bytes.iter().map(|&byte| char::from(byte & 0x7f)).collect(),
        "utf16le" => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Whether bytes are UTF-8.
pub fn is_utf8(bytes: Bytes) -> bool {
    std::str::from_utf8(slice(&bytes)).is_ok()
}

/// Digits up to the first that is none, as Node reads them.
fn from_hex(text: &str) -> Vec<u8> {
    let digit = |&byte: &u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes().chunks_exact(2).map_while(|pair| Some(digit(&pair[0])? << 4 | digit(&pair[1])?)).collect()
}

/// Both alphabets, and whatever else stands between, as Node reads them.
fn from_base64(text: &str) -> Vec<u8> {
    let mut symbols: Vec<u8> = text
        .bytes()
        .take_while(|&byte| byte != b'=')
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b'+' | b'/' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Some(byte),
            _ => None,
        })
        .collect();
    if symbols.len() % 4 == 1 {
        symbols.pop();
    }
    BASE64.decode(symbols).unwrap_or_default()
}

/// Compresses: a raw stream, or one in zlib's envelope.
pub fn deflate<'js>(ctx: Ctx<'js>, bytes: Bytes<'js>, level: u8, zlib: bool) -> Result<Bytes<'js>> {
    let compress = if zlib { deflater::compress_to_vec_zlib } else { deflater::compress_to_vec };
    TypedArray::new(ctx, compress(slice(&bytes), level.min(10)))
}

/// Decompresses: a raw stream, or one in zlib's envelope.
pub fn inflate<'js>(ctx: Ctx<'js>, bytes: Bytes<'js>, zlib: bool) -> Result<Bytes<'js>> {
    let decompress = if zlib { inflater::decompress_to_vec_zlib } else { inflater::decompress_to_vec };
    match decompress(slice(&bytes)) {
        Ok(content) => TypedArray::new(ctx, content),
        Err(_) => Err(Exception::throw_message(&ctx, "invalid compressed data")),
    }
}

/// The checksum of gzip.
pub fn crc32(bytes: Bytes) -> u32 {
    crc32fast::hash(slice(&bytes))
}
