//! What the wire says: one function for every operation.

mod buckets;
mod listing;
mod notifications;
mod objects;
mod removal;

use aws_api::{Call, Operations, unknown_operation};
use kernel::{Access, AwsError, partition};
use serde_json::{Value, json};

use crate::{
    S3, rules,
    state::{Bucket, State},
};

impl S3 {
    /// Does what `call` asks.
    pub async fn dispatch(&self, call: &Call) -> Result<Value, AwsError> {
        match call.operation {
            "CreateBucket" => self.create_bucket(call).await,
            "HeadBucket" => self.head_bucket(call),
            "DeleteBucket" => self.delete_bucket(call).await,
            "ListBuckets" => self.list_buckets(call),
            "GetBucketLocation" => self.get_bucket_location(call),
            "GetBucketNotificationConfiguration" => self.get_notifications(call),
            "PutBucketNotificationConfiguration" => self.put_notifications(call).await,
            "PutObject" => self.put_object(call).await,
            "GetObject" => self.get_object(call).await,
            "HeadObject" => self.head_object(call),
            "CopyObject" => self.copy_object(call).await,
            "DeleteObject" => self.delete_object(call).await,
            "DeleteObjects" => self.delete_objects(call).await,
            "ListObjectsV2" => self.list_objects(call),
            _ => Err(unknown_operation(self.api())),
        }
    }
}

/// What a call needs to be allowed. DeleteObjects is judged key by key.
pub fn access(call: &Call) -> Vec<Access> {
    let bucket = text(call, "Bucket");
    let object = || arn(call, &format!("{bucket}/{}", text(call, "Key")));
    let (action, resource) = match call.operation {
        "ListBuckets" => ("ListAllMyBuckets", "*".to_owned()),
        "HeadBucket" | "ListObjectsV2" => ("ListBucket", arn(call, bucket)),
        "HeadObject" => ("GetObject", object()),
        "GetObject" | "PutObject" | "DeleteObject" => (call.operation, object()),
        "DeleteObjects" => return Vec::new(),
        operation if operation.ends_with("NotificationConfiguration") => return vec![notifications::access(call)],
        "CopyObject" => {
            let Some((source, key)) = objects::copy_source(call) else { return Vec::new() };
            let source = Access::new("s3:GetObject", arn(call, &format!("{source}/{key}")));
            return vec![source, Access::new("s3:PutObject", object())];
        }
        operation => (operation, arn(call, bucket)),
    };
    let mut access = Access::new(format!("s3:{action}"), resource);
    for (key, member) in [("s3:prefix", "Prefix"), ("s3:delimiter", "Delimiter"), ("s3:max-keys", "MaxKeys")] {
        if let Some(value) = call.input.get(member).filter(|_| call.operation == "ListObjectsV2") {
            access.context.insert(key.to_owned(), value.clone());
        }
    }
    vec![access]
}

/// The ARN of a bucket or of `BUCKET/KEY`.
fn arn(call: &Call, resource: &str) -> String {
    format!("arn:{}:s3:::{resource}", partition(&call.scope.region))
}

/// A member of the input that is text.
fn text<'a>(call: &'a Call, name: &str) -> &'a str {
    call.input[name].as_str().unwrap_or_default()
}

/// The bucket that a call names, if the caller may know of it from here. Without bucket policies, buckets of
/// other accounts are closed.
fn bucket_of<'a>(state: &'a State, call: &Call, name: &str) -> Result<&'a Bucket, AwsError> {
    let bucket = state.buckets.get(name).ok_or_else(|| rules::no_such_bucket(name))?;
    let expected = call.input["ExpectedBucketOwner"].as_str();
    if bucket.account != call.scope.account || expected.is_some_and(|account| account != bucket.account) {
        return Err(rules::access_denied());
    }
    // GetBucketLocation is how one finds out.
    if bucket.region != call.scope.region && call.operation != "GetBucketLocation" {
        return Err(rules::elsewhere(name, &bucket.region));
    }
    Ok(bucket)
}

/// Owners are told by an id that stands for their account.
fn owner(account: &str) -> Value {
    use sha2::Digest;
    json!({"ID": rules::hex(&sha2::Sha256::digest(account))})
}

/// Milliseconds as the wire's seconds.
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}
