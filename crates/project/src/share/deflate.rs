//! Raw deflate with a preset dictionary, which the compression library does not offer by name: both
//! sides go through the dictionary first, so that what follows can refer back to it.

use miniz_oxide::{
    deflate::{
        CompressionLevel,
        core::{CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params},
    },
    inflate::{
        TINFLStatus,
        core::{DecompressorOxide, decompress as inflate, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF},
    },
};

use super::ShareError;

/// How far deflate can look back: of a longer dictionary only the end would count.
const WINDOW: usize = 32 << 10;

/// Zlib's name for "neither zlib's header nor gzip's".
const RAW: i32 = -15;

pub fn compress(data: &[u8], dictionary: &[u8]) -> Vec<u8> {
    debug_assert!(dictionary.len() < WINDOW, "the dictionary fits the window");
    let flags = create_comp_flags_from_zip_params(CompressionLevel::UberCompression as i32, RAW, 0);
    let mut compressor = CompressorOxide::new(flags);
    // What the dictionary itself compresses to is thrown away: the other side has it.
    compress_to_output(&mut compressor, dictionary, TDEFLFlush::Sync, |_| true);
    let mut output = Vec::new();
    compress_to_output(&mut compressor, data, TDEFLFlush::Finish, |bytes| {
        output.extend_from_slice(bytes);
        true
    });
    output
}

pub fn decompress(data: &[u8], dictionary: &[u8], limit: usize) -> Result<Vec<u8>, ShareError> {
    let mut inflater = DecompressorOxide::new();
    let mut output = dictionary.to_vec();
    let (mut read, mut written) = (0, output.len());
    loop {
        let room = (output.len() * 2).min(dictionary.len() + limit + 1);
        output.resize(room, 0);
        let (status, consumed, produced) =
            inflate(&mut inflater, &data[read..], &mut output, written, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        read += consumed;
        written += produced;
        if written > dictionary.len() + limit {
            return Err(ShareError::TooLarge);
        }
        match status {
            TINFLStatus::Done => break,
            TINFLStatus::HasMoreOutput => {}
            _ => return Err(ShareError::Damaged),
        }
    }
    output.truncate(written);
    Ok(output.split_off(dictionary.len()))
}
