use aws_api::Call;
use kernel::{Access, AwsError};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{arn, bucket_of, text};
use crate::{S3, rules, state::Change};

/// The most keys of one request.
const MOST_KEYS: usize = 1000;

impl S3 {
    pub(super) async fn delete_object(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Key"])?;
        let bucket = text(call, "Bucket");
        bucket_of(&self.state.borrow(), call, bucket)?;
        self.change_objects(call, bucket, vec![(text(call, "Key").to_owned(), Change::Delete)]).await?;
        Ok(json!({}))
    }

    pub(super) async fn delete_objects(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["ChecksumAlgorithm", "Delete"])?;
        let bucket = text(call, "Bucket");
        bucket_of(&self.state.borrow(), call, bucket)?;
        let objects = call.input["Delete"]["Objects"].as_array().map(Vec::as_slice).unwrap_or_default();
        if objects.is_empty() || objects.len() > MOST_KEYS {
            return Err(rules::malformed_xml());
        }
        let (mut changes, mut deleted, mut errors) = (BTreeMap::new(), Vec::new(), Vec::new());
        for object in objects {
            let key = object["Key"].as_str().filter(|key| !key.is_empty()).ok_or_else(rules::malformed_xml)?;
            if object.as_object().is_some_and(|members| members.len() > 1) {
                return Err(rules::not_implemented());
            }
            let access = Access::new("s3:DeleteObject", arn(call, &format!("{bucket}/{key}")));
            match self.check(call, access) {
                Ok(()) => {
                    changes.insert(key.to_owned(), Change::Delete);
                    deleted.push(json!({"Key": key}));
                }
                Err(refused) => {
                    errors.push(json!({"Key": key, "Code": "AccessDenied", "Message": refused.message}));
                }
            }
        }
        self.change_objects(call, bucket, changes.into_iter().collect()).await?;
        if call.input["Delete"]["Quiet"] == true {
            deleted.clear();
        }
        Ok(json!({"Deleted": deleted, "Errors": errors}))
    }
}
