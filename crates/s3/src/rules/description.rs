//! What is said of a new object beside its bytes.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value};

use super::{check_acl, check_key, not_implemented};

/// The most bytes of names and values of metadata.
const MAX_METADATA: usize = 2048;

/// Refuses what no object here can be given.
pub fn check_description(call: &Call, key: &str, headers: &Map<String, Value>) -> Result<(), AwsError> {
    check_acl(call)?;
    check_key(key)?;
    if !matches!(call.input["StorageClass"].as_str(), None | Some("STANDARD")) {
        return Err(not_implemented());
    }
    if !matches!(headers["ServerSideEncryption"].as_str(), Some("AES256" | "aws:kms" | "aws:kms:dsse")) {
        let message = "The encryption method specified is not supported";
        return Err(AwsError::new("InvalidEncryptionAlgorithmError", message));
    }
    let pairs = call.input["Metadata"].as_object().into_iter().flatten();
    let size: usize = pairs.map(|(name, value)| name.len() + value.as_str().unwrap_or_default().len()).sum();
    if size > MAX_METADATA {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        let error = AwsError::new("MetadataTooLarge", message);
        return Err(error.with_member("Size", size).with_member("MaxSizeAllowed", MAX_METADATA));
    }
    Ok(())
}
