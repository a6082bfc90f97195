use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use kernel::{Access, AwsError};
use md5::{Digest, Md5};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::{ops::Range, rc::Rc};

use super::{arn, bucket_of, seconds, text, uploads::checksum_type};
use crate::{
    S3, rules,
    state::{Change, Object},
};

/// What is given back with an object as it was given.
pub(super) const HEADERS: [&str; 9] = [
    "BucketKeyEnabled",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "SSEKMSKeyId",
    "ServerSideEncryption",
];

/// What only states what the body is.
pub(super) const STATED: [&str; 10] = [
    "ChecksumAlgorithm",
    "ChecksumCRC32",
    "ChecksumCRC32C",
    "ChecksumCRC64NVME",
    "ChecksumMD5",
    "ChecksumSHA1",
    "ChecksumSHA256",
    "ChecksumSHA512",
    "ContentLength",
    "ContentMD5",
];

/// What a new object can be given besides.
pub(super) const GIVEN: [&str; 7] = ["ACL", "IfMatch", "IfNoneMatch", "Key", "Metadata", "StorageClass", "Tagging"];

/// What a read can ask for.
const READ: [&str; 8] =
    ["ChecksumMode", "IfMatch", "IfModifiedSince", "IfNoneMatch", "IfUnmodifiedSince", "Key", "PartNumber", "Range"];

/// Headers of the answer that the query string of a read can set.
const OVERRIDES: [&str; 6] =
    ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires"];

impl S3 {
    pub(super) async fn put_object(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["Body"][..], &GIVEN, &HEADERS, &STATED].concat())?;
        let (bucket, key) = (text(call, "Bucket"), text(call, "Key"));
        {
            let state = self.state.borrow();
            let found = bucket_of(&state, call, bucket)?;
            rules::check_write(&call.input, key, found.objects.get(key).map(Rc::as_ref))?;
        }
        let invalid = |_| rules::invalid_argument("The body is not valid", "Body", "");
        let body = Bytes::from(STANDARD.decode(text(call, "Body")).map_err(invalid)?);
        let object = self.described(call, key, &body, headers_of(&call.input))?;
        let mut answer = given_back(&object);
        answer.retain(|name, _| HEADERS.contains(&name.as_str()) && !OVERRIDES.contains(&name.as_str()));
        answer.insert("ETag".to_owned(), json!(object.etag));
        answer.insert(object.checksum.0.clone(), json!(object.checksum.1));
        answer.insert("ChecksumType".to_owned(), json!("FULL_OBJECT"));
        self.change_objects(call, bucket, vec![(key.to_owned(), Change::Put(Box::new(object), body))]).await?;
        Ok(Value::Object(answer))
    }

    /// What is to be known of a new object.
    fn described(&self, call: &Call, key: &str, body: &[u8], headers: Map<String, Value>) -> Result<Object, AwsError> {
        rules::check_description(call, key, &headers)?;
        Ok(Object {
            size: body.len(),
            etag: format!("\"{}\"", rules::hex(&Md5::digest(body))),
            modified_at: self.now(),
            headers,
            metadata: call.input["Metadata"].clone(),
            checksum: rules::checksum_of(&call.input, body)?,
            is_composite: false,
            parts: Vec::new(),
            tags: rules::tags_of_header(text(call, "Tagging"))?,
        })
    }

    pub(super) async fn get_object(&self, call: &Call) -> Result<Value, AwsError> {
        let overrides: Vec<_> = OVERRIDES.iter().map(|name| format!("Response{name}")).collect();
        let known: Vec<&str> = READ.iter().copied().chain(overrides.iter().map(String::as_str)).collect();
        rules::refuse_others(call, &known)?;
        let (bucket, key) = (text(call, "Bucket"), text(call, "Key"));
        bucket_of(&self.state.borrow(), call, bucket)?;
        let Some((object, body)) = self.read_object(bucket, key).await? else {
            return Err(self.missing(call, bucket, key));
        };
        let (mut answer, range) = answer(call, &object)?;
        // Tags may have been changed since.
        let tags =
            bucket_of(&self.state.borrow(), call, bucket)?.objects.get(key).map_or(0, |object| object.tags.len());
        if tags > 0 {
            answer.insert("TagCount".to_owned(), json!(tags));
        }
        for name in OVERRIDES {
            if let Some(value) = call.input.get(format!("Response{name}")) {
                answer.insert(name.to_owned(), value.clone());
            }
        }
        let part = range.map_or(body.clone(), |range| body.slice(range));
        answer.insert("Body".to_owned(), json!(STANDARD.encode(&part)));
        Ok(Value::Object(answer))
    }

    pub(super) fn head_object(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &READ)?;
        let (bucket, key) = (text(call, "Bucket"), text(call, "Key"));
        let object = bucket_of(&self.state.borrow(), call, bucket)?.objects.get(key).cloned();
        let object = object.ok_or_else(|| self.missing(call, bucket, key))?;
        answer(call, &object).map(|(answer, _)| Value::Object(answer))
    }

    /// Only who may list a bucket is told that a key is not there.
    pub(super) fn missing(&self, call: &Call, bucket: &str, key: &str) -> AwsError {
        let listing = Access::new("s3:ListBucket", arn(call, bucket));
        match self.check(call, listing) {
            Ok(()) => rules::no_such_key(key),
            Err(refused) => AwsError { code: "AccessDenied".to_owned(), ..refused.with_status(StatusCode::FORBIDDEN) },
        }
    }

    pub(super) async fn copy_object(&self, call: &Call) -> Result<Value, AwsError> {
        const COPIED: [&str; 7] = [
            "CopySource",
            "CopySourceIfMatch",
            "CopySourceIfModifiedSince",
            "CopySourceIfNoneMatch",
            "CopySourceIfUnmodifiedSince",
            "MetadataDirective",
            "TaggingDirective",
        ];
        rules::refuse_others(call, &[&COPIED[..], &GIVEN, &HEADERS, &["ChecksumAlgorithm"]].concat())?;
        let (bucket, key) = (text(call, "Bucket"), text(call, "Key"));
        let Some((source, source_key)) = copy_source(call) else {
            let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            return Err(rules::invalid_argument(message, "x-amz-copy-source", text(call, "CopySource")));
        };
        {
            let state = self.state.borrow();
            bucket_of(&state, call, &source)?;
            let found = bucket_of(&state, call, bucket)?;
            rules::check_write(&call.input, key, found.objects.get(key).map(Rc::as_ref))?;
        }
        let Some((old, body)) = self.read_object(&source, &source_key).await? else {
            return Err(self.missing(call, &source, &source_key));
        };
        rules::check_read(&call.input, "CopySource", &old)?;
        let replaces = call.input["MetadataDirective"] == "REPLACE";
        let asks = ["ServerSideEncryption", "StorageClass"].iter().any(|name| !call.input[*name].is_null());
        if (source.as_str(), source_key.as_str()) == (bucket, key) && !replaces && !asks {
            let message = "This copy request is illegal because it is trying to copy an object to itself without \
                           changing the object's metadata, storage class, website redirect location or encryption \
                           attributes.";
            return Err(AwsError::new("InvalidRequest", message));
        }
        let mut headers = headers_of(&call.input);
        if !replaces {
            headers.extend(old.headers.iter().filter(|(name, _)| OVERRIDES.contains(&name.as_str())).map(owned));
        }
        let mut object = self.described(call, key, &body, headers)?;
        if !replaces {
            object.metadata = old.metadata;
        }
        if call.input["TaggingDirective"] != "REPLACE" {
            let state = self.state.borrow();
            let known = state.buckets.get(&source).and_then(|bucket| bucket.objects.get(&source_key));
            object.tags = known.map(|known| known.tags.clone()).unwrap_or_default();
        }
        let moment = seconds(object.modified_at);
        let mut result = json!({"ETag": object.etag, "LastModified": moment, "ChecksumType": "FULL_OBJECT"});
        result[&object.checksum.0] = json!(object.checksum.1);
        self.change_objects(call, bucket, vec![(key.to_owned(), Change::Put(Box::new(object), body))]).await?;
        Ok(json!({"CopyObjectResult": result, "ServerSideEncryption": "AES256"}))
    }
}

/// Bucket and key of `CopySource`: `BUCKET/KEY`, escaped as in a URL, with or without a slash before.
pub(super) fn copy_source(call: &Call) -> Option<(String, String)> {
    let source = percent_decode_str(text(call, "CopySource")).decode_utf8().ok()?;
    let (bucket, key) = source.strip_prefix('/').unwrap_or(&source).split_once('/')?;
    (!key.is_empty()).then(|| (bucket.to_owned(), key.to_owned()))
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// The headers that a new object keeps.
pub(super) fn headers_of(input: &Value) -> Map<String, Value> {
    let given = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), input.get(name)?.clone())));
    let mut headers: Map<String, Value> = given.filter(|(_, value)| !value.is_null()).collect();
    headers.entry("ContentType").or_insert_with(|| json!("binary/octet-stream"));
    headers.entry("ServerSideEncryption").or_insert_with(|| json!("AES256"));
    headers
}

/// What an object gives back beside its bytes.
fn given_back(object: &Object) -> Map<String, Value> {
    let mut answer = object.headers.clone();
    answer.insert("AcceptRanges".to_owned(), json!("bytes"));
    answer.insert("ETag".to_owned(), json!(object.etag));
    answer.insert("LastModified".to_owned(), json!(seconds(object.modified_at)));
    answer.insert("Metadata".to_owned(), object.metadata.clone());
    answer
}

/// The bytes of a part; what was put in one piece is one part.
fn part_range(object: &Object, number: u64) -> Result<Range<usize>, AwsError> {
    let whole = [object.size];
    let parts = if object.parts.is_empty() { &whole[..] } else { &object.parts };
    let index = usize::try_from(number).unwrap_or_default().wrapping_sub(1);
    let Some(size) = parts.get(index) else {
        return Err(AwsError::new("InvalidPartNumber", "The requested partnumber is not satisfiable")
            .with_status(StatusCode::RANGE_NOT_SATISFIABLE)
            .with_member("PartNumberRequested", number)
            .with_member("ActualPartCount", parts.len()));
    };
    let start = parts[..index].iter().sum();
    Ok(start..start + size)
}

/// Members of an answer, and the bytes that go with them if not all.
type Answer = (Map<String, Value>, Option<Range<usize>>);

/// The answer to a read, but for the bytes, and which of them are asked for.
fn answer(call: &Call, object: &Object) -> Result<Answer, AwsError> {
    rules::check_read(&call.input, "", object)?;
    let mut answer = given_back(object);
    let range = match call.input["PartNumber"].as_u64() {
        Some(number) => {
            answer.insert("PartsCount".to_owned(), json!((!object.parts.is_empty()).then_some(object.parts.len())));
            Some(part_range(object, number)?)
        }
        None => rules::resolve_range(call.input["Range"].as_str(), object.size)?,
    };
    let length = range.as_ref().map_or(object.size, ExactSizeIterator::len);
    answer.insert("ContentLength".to_owned(), json!(length));
    match &range {
        // A part may be empty, which no range is.
        Some(range) if range.is_empty() => {}
        Some(range) => {
            let text = format!("bytes {}-{}/{}", range.start, range.end - 1, object.size);
            answer.insert("ContentRange".to_owned(), json!(text));
        }
        // A checksum is that of the whole object.
        None if call.input["ChecksumMode"] == "ENABLED" => {
            answer.insert(object.checksum.0.clone(), json!(object.checksum.1));
            answer.insert("ChecksumType".to_owned(), json!(checksum_type(object.is_composite)));
        }
        None => {}
    }
    Ok((answer, range))
}
