//! Checksums of objects.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use md5::Md5;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The members that hold checksums, and the algorithms' names.
const ALGORITHMS: [(&str, &str); 7] = [
    ("ChecksumCRC64NVME", "CRC64NVME"),
    ("ChecksumCRC32", "CRC32"),
    ("ChecksumCRC32C", "CRC32C"),
    ("ChecksumMD5", "MD5"),
    ("ChecksumSHA1", "SHA1"),
    ("ChecksumSHA256", "SHA256"),
    ("ChecksumSHA512", "SHA512"),
];

/// The checksum that an object keeps, and the member that holds it: that which the request states or asks
/// for, or else CRC64NVME. Stated digests that do not fit the body are refused.
pub fn checksum_of(input: &Value, body: &[u8]) -> Result<(String, String), AwsError> {
    if let Some(stated) = input["ContentMD5"].as_str() {
        let is_digest = STANDARD.decode(stated).is_ok_and(|bytes| bytes.len() == 16);
        if !is_digest {
            return Err(AwsError::new("InvalidDigest", "The Content-MD5 you specified was invalid."));
        }
        let calculated = STANDARD.encode(Md5::digest(body));
        if calculated != stated {
            return Err(AwsError::new("BadDigest", "The Content-MD5 you specified did not match what we received.")
                .with_member("ExpectedDigest", stated)
                .with_member("CalculatedDigest", calculated));
        }
    }
    let stated = ALGORITHMS.iter().filter_map(|pair| Some((pair, input[pair.0].as_str()?))).collect::<Vec<_>>();
    let asked = input["ChecksumAlgorithm"].as_str();
    let (member, algorithm) = match (stated.as_slice(), asked) {
        ([], None) => ALGORITHMS[0],
        ([], Some(asked)) => *ALGORITHMS.iter().find(|(_, name)| *name == asked).ok_or_else(super::not_implemented)?,
        ([(pair, _)], _) => **pair,
        _ => {
            let message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(AwsError::new("InvalidRequest", message));
        }
    };
    let calculated = STANDARD.encode(digest(algorithm, body));
    match stated.first() {
        Some((_, stated)) if STANDARD.decode(stated).map(|bytes| bytes.len()) != Ok(digest(algorithm, b"").len()) => {
            let header = algorithm.to_ascii_lowercase();
            let message = format!("Value for x-amz-checksum-{header} header is invalid.");
            Err(AwsError::new("InvalidRequest", message))
        }
        Some((_, stated)) if *stated != calculated => {
            let message = format!("The {algorithm} you specified did not match the calculated checksum.");
            Err(AwsError::new("BadDigest", message))
        }
        _ => Ok((member.to_owned(), calculated)),
    }
}

/// Whether an upload with these settings has a checksum that is made of those of its parts.
pub fn is_composite(algorithm: Option<&str>, kind: Option<&str>) -> Result<bool, AwsError> {
    let algorithm = algorithm.unwrap_or("CRC64NVME");
    if !ALGORITHMS.iter().any(|(_, known)| *known == algorithm) {
        return Err(super::not_implemented());
    }
    let is_crc = algorithm.starts_with("CRC");
    match (algorithm, kind) {
        ("CRC64NVME", Some("COMPOSITE")) => {}
        (_, Some("FULL_OBJECT")) if !is_crc => {}
        ("CRC64NVME", _) | (_, Some("FULL_OBJECT")) => return Ok(false),
        _ => return Ok(true),
    }
    let (kind, algorithm) = (kind.unwrap_or_default(), algorithm.to_lowercase());
    let message = format!("The {kind} checksum type cannot be used with the {algorithm} checksum algorithm.");
    Err(AwsError::new("InvalidRequest", message))
}

/// The checksum of an object that is put together of parts with these checksums.
pub fn checksum_of_parts(parts: &[&(String, String)], is_composite: bool, body: &[u8]) -> (String, String) {
    let member = parts.first().map_or(ALGORITHMS[0].0, |(member, _)| member.as_str());
    let algorithm = member.trim_start_matches("Checksum");
    let checksum = if is_composite {
        let digests = parts.iter().flat_map(|(_, checksum)| STANDARD.decode(checksum).unwrap_or_default());
        format!("{}-{}", STANDARD.encode(digest(algorithm, &digests.collect::<Vec<u8>>())), parts.len())
    } else {
        STANDARD.encode(digest(algorithm, body))
    };
    (member.to_owned(), checksum)
}

fn digest(algorithm: &str, body: &[u8]) -> Vec<u8> {
    match algorithm {
        "MD5" => Md5::digest(body).to_vec(),
        "SHA1" => Sha1::digest(body).to_vec(),
        "SHA256" => Sha256::digest(body).to_vec(),
        "SHA512" => Sha512::digest(body).to_vec(),
        "CRC32" => crc(body, 0xedb8_8320, 4),
        "CRC32C" => crc(body, 0x82f6_3b78, 4),
        _ => crc(body, 0x9a6c_9329_ac4b_c9b5, 8),
    }
}

/// A cyclic redundancy check of `width` bytes whose polynomial is written from its lowest power up.
fn crc(bytes: &[u8], polynomial: u64, width: usize) -> Vec<u8> {
    let table: Vec<u64> = (0..256)
        .map(|byte| (0..8).fold(byte, |rest, _| if rest & 1 == 1 { (rest >> 1) ^ polynomial } else { rest >> 1 }))
        .collect();
    let ones = u64::MAX >> (64 - 8 * width);
    let rest = bytes.iter().fold(ones, |rest, byte| table[((rest ^ u64::from(*byte)) & 0xff) as usize] ^ (rest >> 8));
    (rest ^ ones).to_be_bytes()[8 - width..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The check values of the catalogue of CRCs.
    #[test]
    fn every_algorithm_gives_its_published_check_value() {
        let hex = |algorithm| crate::rules::hex(&digest(algorithm, b"123456789"));
        assert_eq!(hex("CRC32"), "cbf43926");
        assert_eq!(hex("CRC32C"), "e3069283");
        assert_eq!(hex("CRC64NVME"), "ae8b14860a799888");
    }

    #[test]
    fn a_digest_that_does_not_fit_is_refused() {
        let code = |input: Value| checksum_of(&input, b"123456789").map_err(|error| error.code);
        assert_eq!(code(json!({"ChecksumCRC32": "y/Q5Jg=="})), Ok(("ChecksumCRC32".into(), "y/Q5Jg==".into())));
        assert_eq!(code(json!({"ChecksumCRC32": "y/Q5JA=="})), Err("BadDigest".into()));
        assert_eq!(code(json!({"ChecksumCRC32": "y/Q5"})), Err("InvalidRequest".into()));
        assert_eq!(code(json!({"ContentMD5": "x"})), Err("InvalidDigest".into()));
        assert_eq!(code(json!({"ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="})), Err("BadDigest".into()));
        assert_eq!(code(json!({})).unwrap().0, "ChecksumCRC64NVME");
    }
}
