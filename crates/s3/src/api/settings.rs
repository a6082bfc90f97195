//! What a bucket is told about itself: its policy, tags, public access, versions.

use aws_api::Call;
use http::StatusCode;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{arn, bucket_of, text};
use crate::{
    S3, rules,
    state::{AccessBlock, Bucket, Change},
};

/// What a request states about its own body.
const STATED: [&str; 2] = ["ChecksumAlgorithm", "ContentMD5"];

impl S3 {
    pub(super) async fn put_policy(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["ConfirmRemoveSelfBucketAccess", "Policy"][..], &STATED].concat())?;
        let (name, text) = (text(call, "Bucket"), text(call, "Policy"));
        let policy = rules::check_policy(text, &arn(call, name))?;
        self.change_bucket(call, |bucket| {
            if bucket.access_block.as_ref().is_some_and(|block| block.block_public_policy) && rules::is_public(&policy)
            {
                let who = call.scope.caller.arn();
                let message = format!(
                    "User: {who} is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" because public \
                     policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
                    arn(call, name)
                );
                return Err(AwsError::new("AccessDenied", message).with_status(StatusCode::FORBIDDEN));
            }
            bucket.policy = Some(text.to_owned());
            Ok(())
        })
        .await
    }

    pub(super) fn get_policy(&self, call: &Call) -> Result<Value, AwsError> {
        self.policy_of(call).map(|policy| json!({"Policy": policy}))
    }

    pub(super) fn get_policy_status(&self, call: &Call) -> Result<Value, AwsError> {
        // What is kept has been read once.
        let policy = serde_json::from_str(&self.policy_of(call)?).unwrap_or_default();
        Ok(json!({"PolicyStatus": {"IsPublic": rules::is_public(&policy)}}))
    }

    pub(super) async fn delete_policy(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        self.change_bucket(call, |bucket| {
            bucket.policy = None;
            Ok(())
        })
        .await
    }

    fn policy_of(&self, call: &Call) -> Result<String, AwsError> {
        rules::refuse_others(call, &[])?;
        let name = text(call, "Bucket");
        let missing = || {
            rules::not_found("NoSuchBucketPolicy", "The bucket policy does not exist").with_member("BucketName", name)
        };
        bucket_of(&self.state.borrow(), call, name)?.policy.clone().ok_or_else(missing)
    }

    pub(super) async fn put_access_block(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["PublicAccessBlockConfiguration"][..], &STATED].concat())?;
        let given = &call.input["PublicAccessBlockConfiguration"];
        let flag = |name: &str| given[name] == true;
        let block = AccessBlock {
            block_public_acls: flag("BlockPublicAcls"),
            ignore_public_acls: flag("IgnorePublicAcls"),
            block_public_policy: flag("BlockPublicPolicy"),
            restrict_public_buckets: flag("RestrictPublicBuckets"),
        };
        self.change_bucket(call, |bucket| {
            bucket.access_block = Some(block);
            Ok(())
        })
        .await
    }

    pub(super) fn get_access_block(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let name = text(call, "Bucket");
        let missing = || {
            let message = "The public access block configuration was not found";
            rules::not_found("NoSuchPublicAccessBlockConfiguration", message).with_member("BucketName", name)
        };
        let state = self.state.borrow();
        let block = bucket_of(&state, call, name)?.access_block.as_ref().ok_or_else(missing)?;
        Ok(json!({"PublicAccessBlockConfiguration": {
            "BlockPublicAcls": block.block_public_acls,
            "IgnorePublicAcls": block.ignore_public_acls,
            "BlockPublicPolicy": block.block_public_policy,
            "RestrictPublicBuckets": block.restrict_public_buckets,
        }}))
    }

    pub(super) async fn delete_access_block(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        self.change_bucket(call, |bucket| {
            bucket.access_block = None;
            Ok(())
        })
        .await
    }

    /// Versions are not kept: they can be suspended, which changes nothing, but not enabled.
    pub(super) async fn put_versioning(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["VersioningConfiguration"][..], &STATED].concat())?;
        match call.input["VersioningConfiguration"]["Status"].as_str() {
            Some("Suspended") => {}
            Some("Enabled") => return Err(rules::not_implemented()),
            _ => return Err(rules::malformed_xml()),
        }
        self.change_bucket(call, |bucket| {
            bucket.is_suspended = true;
            Ok(())
        })
        .await
    }

    pub(super) fn get_versioning(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let is_suspended = bucket_of(&self.state.borrow(), call, text(call, "Bucket"))?.is_suspended;
        Ok(json!({"Status": is_suspended.then_some("Suspended")}))
    }

    pub(super) async fn put_bucket_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["Tagging"][..], &STATED].concat())?;
        let tags = rules::tags_of(&call.input["Tagging"]["TagSet"], rules::MOST_BUCKET_TAGS)?;
        self.change_bucket(call, |bucket| {
            bucket.tags = tags;
            Ok(())
        })
        .await
    }

    pub(super) fn get_bucket_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let name = text(call, "Bucket");
        let state = self.state.borrow();
        let tags = &bucket_of(&state, call, name)?.tags;
        if tags.is_empty() {
            return Err(rules::not_found("NoSuchTagSet", "The TagSet does not exist").with_member("BucketName", name));
        }
        Ok(json!({"TagSet": rules::told_tags(tags)}))
    }

    pub(super) async fn delete_bucket_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        self.change_bucket(call, |bucket| {
            bucket.tags.clear();
            Ok(())
        })
        .await
    }

    pub(super) fn get_object_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Key"])?;
        let (name, key) = (text(call, "Bucket"), text(call, "Key"));
        let object = bucket_of(&self.state.borrow(), call, name)?.objects.get(key).cloned();
        let object = object.ok_or_else(|| self.missing(call, name, key))?;
        Ok(json!({"TagSet": rules::told_tags(&object.tags)}))
    }

    pub(super) async fn put_object_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["Key", "Tagging"][..], &STATED].concat())?;
        let tags = rules::tags_of(&call.input["Tagging"]["TagSet"], rules::MOST_OBJECT_TAGS)?;
        self.tag_object(call, tags).await
    }

    pub(super) async fn delete_object_tags(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Key"])?;
        self.tag_object(call, Vec::new()).await
    }

    async fn tag_object(&self, call: &Call, tags: Vec<(String, String)>) -> Result<Value, AwsError> {
        let (name, key) = (text(call, "Bucket"), text(call, "Key"));
        let object = bucket_of(&self.state.borrow(), call, name)?.objects.get(key).cloned();
        let mut object = (*object.ok_or_else(|| self.missing(call, name, key))?).clone();
        object.tags = tags;
        self.change_objects(call, name, vec![(key.to_owned(), Change::Describe(Box::new(object)))]).await?;
        Ok(json!({}))
    }

    /// Changes what is kept of the bucket that a call names.
    async fn change_bucket(
        &self,
        call: &Call,
        change: impl FnOnce(&mut Bucket) -> Result<(), AwsError>,
    ) -> Result<Value, AwsError> {
        let name = text(call, "Bucket");
        bucket_of(&self.state.borrow(), call, name)?;
        self.set_bucket(name, change).await?;
        Ok(json!({}))
    }
}
