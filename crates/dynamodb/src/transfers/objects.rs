//! The object space, asked by S3's public API.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{AwsError, Scope};
use serde_json::{Map, Value, json};

use crate::{DynamoDb, api::Input};

/// A bucket that a job reads or writes.
pub struct Objects<'a> {
    room: &'a DynamoDb,
    /// Who asks, in the bucket's region.
    scope: Scope,
    bucket: String,
    /// `S3BucketOwner`
    owner: Option<String>,
}

/// An object as a listing tells it.
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
}

/// How objects are encrypted: `S3SseAlgorithm` and its key, as S3 wants them.
pub fn encryption(input: Input<'_>) -> Map<String, Value> {
    let mut headers = Map::new();
    if let Some(algorithm) = input.text("S3SseAlgorithm") {
        let algorithm = if algorithm == "KMS" { "aws:kms" } else { algorithm };
        headers.insert("ServerSideEncryption".to_owned(), json!(algorithm));
    }
    if let Some(key) = input.text("S3SseKmsKeyId") {
        headers.insert("SSEKMSKeyId".to_owned(), json!(key));
    }
    headers
}

impl<'a> Objects<'a> {
    /// The bucket that `S3Bucket` and `S3BucketOwner` of `input` name, for `scope`.
    pub fn of(room: &'a DynamoDb, scope: &Scope, input: Input<'_>) -> Self {
        let bucket = input.text("S3Bucket").unwrap_or_default().to_owned();
        Self { room, scope: scope.clone(), bucket, owner: input.text("S3BucketOwner").map(str::to_owned) }
    }

    /// Puts an object; its entity tag.
    pub async fn put(&mut self, key: &str, body: &[u8], headers: &Map<String, Value>) -> Result<String, AwsError> {
        let mut input = headers.clone();
        input.insert("Key".to_owned(), json!(key));
        input.insert("Body".to_owned(), json!(STANDARD.encode(body)));
        let answer = self.ask("PutObject", input).await?;
        Ok(answer["ETag"].as_str().unwrap_or_default().trim_matches('"').to_owned())
    }

    /// What an object holds.
    pub async fn get(&mut self, key: &str) -> Result<Bytes, AwsError> {
        let answer = self.ask("GetObject", Map::from_iter([("Key".to_owned(), json!(key))])).await?;
        let body = STANDARD.decode(answer["Body"].as_str().unwrap_or_default());
        body.map(Bytes::from).map_err(|error| AwsError::internal(error.to_string()))
    }

    /// All objects whose keys begin with `prefix`, but for those that only stand for a folder.
    pub async fn list(&mut self, prefix: &str) -> Result<Vec<Listed>, AwsError> {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let mut input = Map::from_iter([("Prefix".to_owned(), json!(prefix))]);
            input.insert("ContinuationToken".to_owned(), token);
            let mut answer = self.ask("ListObjectsV2", input).await?;
            for object in answer["Contents"].as_array().into_iter().flatten() {
                let (key, size) = (object["Key"].as_str().unwrap_or_default(), object["Size"].as_u64());
                let size = size.unwrap_or_default();
                if !(key.ends_with('/') && size == 0) {
                    found.push(Listed { key: key.to_owned(), size });
                }
            }
            token = answer["NextContinuationToken"].take();
            if token.is_null() {
                return Ok(found);
            }
        }
    }

    /// Asks S3; if the bucket is elsewhere, there. Its refusals are those of the job.
    async fn ask(&mut self, operation: &str, mut input: Map<String, Value>) -> Result<Value, AwsError> {
        input.insert("Bucket".to_owned(), json!(self.bucket));
        if let Some(owner) = &self.owner {
            input.insert("ExpectedBucketOwner".to_owned(), json!(owner));
        }
        let kernel = &self.room.kernel;
        loop {
            let scope = self.scope.child(kernel, self.scope.caller.clone());
            let input = Value::Object(input.clone());
            let error = match aws_api::invoke(kernel, scope, "s3", operation, input).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let region = error.members.get("Region").and_then(Value::as_str).unwrap_or_default();
            if error.code != "PermanentRedirect" || region == self.scope.region {
                return Err(AwsError::new(format!("S3{}", error.code), error.message));
            }
            region.clone_into(&mut self.scope.region);
        }
    }
}
