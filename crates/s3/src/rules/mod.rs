//! What S3 refuses, in its words, and what it works out of a request.

mod checksum;
mod conditions;
mod description;
mod names;
mod notifications;
mod policy;
mod range;
mod tags;

pub use checksum::{checksum_of, checksum_of_parts, is_composite};
pub use conditions::{check_read, check_write};
pub use description::check_description;
pub use names::{check_bucket_name, check_key};
pub use notifications::{Notification, check_notifications};
pub use policy::{check_policy, is_public};
pub use range::resolve as resolve_range;
pub use tags::{MOST_BUCKET_TAGS, MOST_OBJECT_TAGS, Tags, tags_of, tags_of_header, told_tags};

use std::fmt::Write;

use aws_api::Call;
use http::StatusCode;
use kernel::AwsError;
use serde_json::Value;

/// Bytes as lower case digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that lower case digits stand for; those that stand for none are left out.
pub fn from_hex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..digits.len()).step_by(2).filter_map(byte).collect()
}

/// Refuses what an operation has no use for: members that are neither in `known` nor without effect.
pub fn refuse_others(call: &Call, known: &[&str]) -> Result<(), AwsError> {
    const EVERYWHERE: [&str; 3] = ["Bucket", "ExpectedBucketOwner", "RequestPayer"];
    let is_asked = |value: &Value| !value.is_null() && *value != Value::Bool(false);
    let members = call.input.as_object().into_iter().flatten();
    for (name, _) in members.filter(|(_, value)| is_asked(value)) {
        if !known.contains(&name.as_str()) && !EVERYWHERE.contains(&name.as_str()) {
            return Err(not_implemented());
        }
    }
    Ok(())
}

/// Buckets here have `BucketOwnerEnforced`, as new ones in AWS: access control lists are off.
pub fn check_acl(call: &Call) -> Result<(), AwsError> {
    let grants = ["GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"];
    let acl = call.input["ACL"].as_str().unwrap_or("bucket-owner-full-control");
    if acl != "bucket-owner-full-control" || grants.iter().any(|grant| !call.input[*grant].is_null()) {
        return Err(AwsError::new("AccessControlListNotSupported", "The bucket does not allow ACLs"));
    }
    Ok(())
}

/// What is not there, in the words for what S3 itself does not have.
pub fn not_implemented() -> AwsError {
    AwsError::new("NotImplemented", "A header you provided implies functionality that is not implemented")
        .with_status(StatusCode::NOT_IMPLEMENTED)
}

/// `InvalidArgument` with the argument that is wrong.
pub fn invalid_argument(message: &str, name: &str, value: &str) -> AwsError {
    AwsError::new("InvalidArgument", message).with_member("ArgumentName", name).with_member("ArgumentValue", value)
}

/// `MalformedXML`
pub fn malformed_xml() -> AwsError {
    AwsError::new(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

/// What a bucket has not been given.
pub fn not_found(code: &str, message: &str) -> AwsError {
    AwsError::new(code, message).with_status(StatusCode::NOT_FOUND)
}

/// `NoSuchBucket`
pub fn no_such_bucket(bucket: &str) -> AwsError {
    AwsError::new("NoSuchBucket", "The specified bucket does not exist")
        .with_status(StatusCode::NOT_FOUND)
        .with_member("BucketName", bucket)
}

/// `NoSuchKey`
pub fn no_such_key(key: &str) -> AwsError {
    AwsError::new("NoSuchKey", "The specified key does not exist.")
        .with_status(StatusCode::NOT_FOUND)
        .with_member("Key", key)
}

/// `AccessDenied` without a reason, as for buckets of others.
pub fn access_denied() -> AwsError {
    AwsError::new("AccessDenied", "Access Denied").with_status(StatusCode::FORBIDDEN)
}

/// A conflict with the bucket that there is.
pub fn conflict(code: &str, message: &str, bucket: &str) -> AwsError {
    AwsError::new(code, message).with_status(StatusCode::CONFLICT).with_member("BucketName", bucket)
}

/// `PermanentRedirect`: the bucket is in another region.
pub fn elsewhere(bucket: &str, region: &str) -> AwsError {
    AwsError::new(
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
         future requests to this endpoint.",
    )
    .with_status(StatusCode::MOVED_PERMANENTLY)
    .with_member("Endpoint", format!("{bucket}.s3.{region}.amazonaws.com"))
    .with_member("Bucket", bucket)
    .with_member("Region", region)
}
