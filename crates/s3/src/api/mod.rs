//! What the wire says: one function for every operation.

mod buckets;
mod listing;
mod notifications;
mod objects;
mod removal;
mod settings;
mod uploads;

use aws_api::{Call, Operations, unknown_operation};
use kernel::{Access, AwsError, Caller, partition};
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
            "ListObjects" => self.list_objects_of_old(call),
            "ListObjectsV2" => self.list_objects(call),
            "CreateMultipartUpload" => self.create_upload(call).await,
            "UploadPart" => self.upload_part(call).await,
            "UploadPartCopy" => self.upload_part_copy(call).await,
            "CompleteMultipartUpload" => self.complete_upload(call).await,
            "AbortMultipartUpload" => self.abort_upload(call).await,
            "ListParts" => self.list_parts(call),
            "ListMultipartUploads" => self.list_uploads(call),
            "PutBucketPolicy" => self.put_policy(call).await,
            "GetBucketPolicy" => self.get_policy(call),
            "GetBucketPolicyStatus" => self.get_policy_status(call),
            "DeleteBucketPolicy" => self.delete_policy(call).await,
            "PutPublicAccessBlock" => self.put_access_block(call).await,
            "GetPublicAccessBlock" => self.get_access_block(call),
            "DeletePublicAccessBlock" => self.delete_access_block(call).await,
            "PutBucketVersioning" => self.put_versioning(call).await,
            "GetBucketVersioning" => self.get_versioning(call),
            "PutBucketTagging" => self.put_bucket_tags(call).await,
            "GetBucketTagging" => self.get_bucket_tags(call),
            "DeleteBucketTagging" => self.delete_bucket_tags(call).await,
            "PutObjectTagging" => self.put_object_tags(call).await,
            "GetObjectTagging" => self.get_object_tags(call),
            "DeleteObjectTagging" => self.delete_object_tags(call).await,
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
        "HeadBucket" | "ListObjects" | "ListObjectsV2" => ("ListBucket", arn(call, bucket)),
        "ListMultipartUploads" => ("ListBucketMultipartUploads", arn(call, bucket)),
        "GetPublicAccessBlock" => ("GetBucketPublicAccessBlock", arn(call, bucket)),
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => ("PutBucketPublicAccessBlock", arn(call, bucket)),
        "DeleteBucketTagging" => ("PutBucketTagging", arn(call, bucket)),
        "HeadObject" => ("GetObject", object()),
        "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload" => ("PutObject", object()),
        "ListParts" => ("ListMultipartUploadParts", object()),
        "GetObject"
        | "PutObject"
        | "DeleteObject"
        | "AbortMultipartUpload"
        | "GetObjectTagging"
        | "PutObjectTagging"
        | "DeleteObjectTagging" => (call.operation, object()),
        "DeleteObjects" => return Vec::new(),
        operation if operation.ends_with("NotificationConfiguration") => return vec![notifications::access(call)],
        "CopyObject" | "UploadPartCopy" => {
            let Some((source, key)) = objects::copy_source(call) else { return Vec::new() };
            let source = Access::new("s3:GetObject", arn(call, &format!("{source}/{key}")));
            return vec![source, Access::new("s3:PutObject", object())];
        }
        operation => (operation, arn(call, bucket)),
    };
    let mut access = Access::new(format!("s3:{action}"), resource);
    for (key, member) in [("s3:prefix", "Prefix"), ("s3:delimiter", "Delimiter"), ("s3:max-keys", "MaxKeys")] {
        if let Some(value) = call.input.get(member).filter(|_| action == "ListBucket") {
            access.context.insert(key.to_owned(), value.clone());
        }
    }
    vec![access]
}

impl S3 {
    /// Adds the policy of the bucket that is meant. One that is public opens a bucket to strangers only where
    /// that is not restricted.
    pub fn with_policy(&self, caller: &Caller, access: Access) -> Access {
        let state = self.state.borrow();
        let resource = access.resource.rsplit(":::").next().unwrap_or_default();
        let bucket = state.buckets.get(resource.split('/').next().unwrap_or_default());
        let policy = bucket.and_then(|bucket| {
            let policy: Value = serde_json::from_str(bucket.policy.as_deref()?).ok()?;
            let is_restricted = bucket.access_block.as_ref().is_some_and(|block| block.restrict_public_buckets);
            let is_closed = *caller == Caller::Anonymous && is_restricted && rules::is_public(&policy);
            (!is_closed).then_some(policy)
        });
        access.with_resource_policy(policy)
    }

    /// Asks whether the caller may do one more thing.
    fn check(&self, call: &Call, access: Access) -> Result<(), AwsError> {
        let caller = &call.scope.caller;
        self.kernel.permissions.check(caller, &[self.with_policy(caller, access)])
    }
}

/// The ARN of a bucket or of `BUCKET/KEY`.
fn arn(call: &Call, resource: &str) -> String {
    format!("arn:{}:s3:::{resource}", partition(&call.scope.region))
}

/// A member of the input that is text.
fn text<'a>(call: &'a Call, name: &str) -> &'a str {
    call.input[name].as_str().unwrap_or_default()
}

/// The bucket that a call names, if the caller may know of it from here. Buckets of other accounts are
/// closed.
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
