//! Names of buckets and keys of objects.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use kernel::AwsError;

/// The longest key, in bytes.
const MAX_KEY: usize = 1024;

/// Refuses a name that no new bucket may have.
pub fn check_bucket_name(name: &str) -> Result<(), AwsError> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let allowed = name.bytes().all(|byte| is_plain(byte) || matches!(byte, b'-' | b'.'));
    let ends = name.bytes().next().is_some_and(is_plain) && name.bytes().last().is_some_and(is_plain);
    let parts: Vec<&str> = name.split('.').collect();
    let is_address = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    let reserved = ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|prefix| name.starts_with(prefix))
        || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|suffix| name.ends_with(suffix));
    if (3..=63).contains(&name.len()) && allowed && ends && !name.contains("..") && !is_address && !reserved {
        return Ok(());
    }
    Err(AwsError::new("InvalidBucketName", "The specified bucket is not valid.").with_member("BucketName", name))
}

/// Refuses a key that is too long.
pub fn check_key(key: &str) -> Result<(), AwsError> {
    if key.len() <= MAX_KEY {
        return Ok(());
    }
    let error = AwsError::new("KeyTooLongError", "Your key is too long");
    Err(error.with_member("Size", key.len()).with_member("MaxSizeAllowed", MAX_KEY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_for_hosts() {
        for good in ["abc", "my.bucket-1", "1a2"] {
            assert_eq!(check_bucket_name(good), Ok(()), "{good}");
        }
        for bad in ["ab", "Abc", "a_b", "-ab", "ab.", "a..b", "192.168.0.1", "xn--a", "a-s3alias", &"a".repeat(64)] {
            assert_eq!(check_bucket_name(bad).unwrap_err().code, "InvalidBucketName", "{bad}");
        }
    }
}
