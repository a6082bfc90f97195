//! Objects in parts.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use kernel::AwsError;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, rc::Rc};

use super::{
    bucket_of,
    objects::{GIVEN, HEADERS, STATED, copy_source, headers_of},
    owner, seconds, text,
};
use crate::{
    S3, rules,
    state::{Change, Object, Part, State, Upload},
};

/// The greatest number of a part.
const MAX_PARTS: u64 = 10_000;

/// The fewest bytes of a part that is not the last: 5 MiB.
const LEAST_PART: usize = 5 << 20;

/// Parts or uploads in one answer.
const MOST_LISTED: usize = 1000;

impl S3 {
    pub(super) async fn create_upload(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["ChecksumAlgorithm", "ChecksumType"][..], &GIVEN, &HEADERS].concat())?;
        let (bucket, key) = (text(call, "Bucket"), text(call, "Key"));
        bucket_of(&self.state.borrow(), call, bucket)?;
        let headers = headers_of(&call.input);
        rules::check_description(call, key, &headers)?;
        let algorithm = call.input["ChecksumAlgorithm"].as_str();
        let is_composite = rules::is_composite(algorithm, call.input["ChecksumType"].as_str())?;
        let upload = Upload {
            key: key.to_owned(),
            initiated_at: self.now(),
            initiator: call.scope.caller.arn(),
            metadata: call.input["Metadata"].clone(),
            tags: rules::tags_of_header(text(call, "Tagging"))?,
            algorithm: algorithm.map(str::to_owned),
            is_composite,
            parts: BTreeMap::new(),
            headers,
        };
        let mut answer = upload.encryption();
        let id = rules::hex(&self.kernel.rng.bytes::<32>());
        answer.extend([
            ("Bucket".to_owned(), json!(bucket)),
            ("Key".to_owned(), json!(key)),
            ("UploadId".to_owned(), json!(id)),
        ]);
        if let Some(algorithm) = algorithm {
            answer.insert("ChecksumAlgorithm".to_owned(), json!(algorithm));
            answer.insert("ChecksumType".to_owned(), json!(checksum_type(is_composite)));
        }
        self.add_upload(bucket, &id, upload).await?;
        Ok(Value::Object(answer))
    }

    pub(super) async fn upload_part(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[&["Body", "Key", "PartNumber", "UploadId"][..], &STATED].concat())?;
        let invalid = |_| rules::invalid_argument("The body is not valid", "Body", "");
        let body = Bytes::from(STANDARD.decode(text(call, "Body")).map_err(invalid)?);
        let (part, upload) = self.keep_part(call, body).await?;
        let mut answer = upload.encryption();
        answer.insert("ETag".to_owned(), json!(part.etag));
        answer.insert(part.checksum.0, json!(part.checksum.1));
        Ok(Value::Object(answer))
    }

    pub(super) async fn upload_part_copy(&self, call: &Call) -> Result<Value, AwsError> {
        const KNOWN: [&str; 9] = [
            "CopySource",
            "CopySourceIfMatch",
            "CopySourceIfModifiedSince",
            "CopySourceIfNoneMatch",
            "CopySourceIfUnmodifiedSince",
            "CopySourceRange",
            "Key",
            "PartNumber",
            "UploadId",
        ];
        rules::refuse_others(call, &KNOWN)?;
        let Some((source, source_key)) = copy_source(call) else {
            let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            return Err(rules::invalid_argument(message, "x-amz-copy-source", text(call, "CopySource")));
        };
        bucket_of(&self.state.borrow(), call, &source)?;
        let Some((old, body)) = self.read_object(&source, &source_key).await? else {
            return Err(self.missing(call, &source, &source_key));
        };
        rules::check_read(&call.input, "CopySource", &old)?;
        let body = match rules::resolve_range(call.input["CopySourceRange"].as_str(), old.size)? {
            Some(range) => body.slice(range),
            None => body,
        };
        let (part, upload) = self.keep_part(call, body).await?;
        let mut result = json!({"ETag": part.etag, "LastModified": seconds(part.modified_at)});
        result[&part.checksum.0] = json!(part.checksum.1);
        let mut answer = upload.encryption();
        answer.insert("CopyPartResult".to_owned(), result);
        Ok(Value::Object(answer))
    }

    async fn keep_part(&self, call: &Call, body: Bytes) -> Result<(Part, Upload), AwsError> {
        let (bucket, id) = (text(call, "Bucket"), text(call, "UploadId"));
        let number = call.input["PartNumber"].as_u64().filter(|number| (1..=MAX_PARTS).contains(number));
        let Some(number) = number else {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            return Err(rules::invalid_argument(message, "partNumber", &call.input["PartNumber"].to_string()));
        };
        let upload = upload_of(&self.state.borrow(), call)?;
        let mut stated = call.input.clone();
        if let Some(algorithm) = &upload.algorithm {
            stated["ChecksumAlgorithm"] = json!(algorithm);
        }
        let checksum = rules::checksum_of(&stated, &body)?;
        let actual = checksum.0.trim_start_matches("Checksum");
        if let Some(expected) = upload.algorithm.as_deref().filter(|expected| *expected != actual) {
            let message = format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                expected.to_lowercase(),
                actual.to_lowercase()
            );
            return Err(AwsError::new("InvalidRequest", message));
        }
        let etag = format!("\"{}\"", rules::hex(&Md5::digest(&body)));
        let part = Part { size: body.len(), etag, modified_at: self.now(), checksum };
        // At most ten thousand.
        self.add_part(bucket, id, number as u32, (part.clone(), body)).await?;
        Ok((part, upload))
    }

    pub(super) async fn complete_upload(&self, call: &Call) -> Result<Value, AwsError> {
        let more = ["ChecksumType", "IfMatch", "IfNoneMatch", "Key", "MpuObjectSize", "MultipartUpload", "UploadId"];
        rules::refuse_others(call, &[&more[..], &STATED].concat())?;
        let (bucket, key, id) = (text(call, "Bucket"), text(call, "Key"), text(call, "UploadId"));
        let upload = {
            let state = self.state.borrow();
            let upload = upload_of(&state, call)?;
            let there = bucket_of(&state, call, bucket)?.objects.get(key).map(Rc::as_ref);
            rules::check_write(&call.input, key, there)?;
            upload
        };
        let parts = listed_parts(call, &upload)?;
        let mut body = BytesMut::new();
        for (number, _) in &parts {
            body.extend_from_slice(&self.read_part(bucket, id, *number).await?);
        }
        let body = body.freeze();
        if let Some(stated) = call.input["MpuObjectSize"].as_u64().filter(|stated| *stated != body.len() as u64) {
            let computed = body.len();
            let message = format!(
                "The provided 'x-amz-mp-object-size' header value {stated} does not match what was computed: {computed}"
            );
            return Err(AwsError::new("InvalidRequest", message));
        }
        let object = self.put_together(call, upload, &parts, &body)?;
        let mut answer = Map::from_iter([
            ("Location".to_owned(), json!(format!("https://{bucket}.s3.{}.amazonaws.com/{key}", call.scope.region))),
            ("Bucket".to_owned(), json!(bucket)),
            ("Key".to_owned(), json!(key)),
            ("ETag".to_owned(), json!(object.etag)),
            ("ServerSideEncryption".to_owned(), object.headers["ServerSideEncryption"].clone()),
            (object.checksum.0.clone(), json!(object.checksum.1)),
            ("ChecksumType".to_owned(), json!(checksum_type(object.is_composite))),
        ]);
        answer.retain(|_, value| !value.is_null());
        let change = vec![(key.to_owned(), Change::Put(Box::new(object), body))];
        self.change_objects_ending(call, bucket, change, Some(id)).await?;
        Ok(Value::Object(answer))
    }

    /// The object that the parts of an upload make.
    fn put_together(
        &self,
        call: &Call,
        upload: Upload,
        parts: &[(u32, Part)],
        body: &[u8],
    ) -> Result<Object, AwsError> {
        let digests = parts.iter().flat_map(|(_, part)| rules::from_hex(part.etag.trim_matches('"')));
        let etag = Md5::digest(digests.collect::<Vec<u8>>());
        let checksums: Vec<&(String, String)> = parts.iter().map(|(_, part)| &part.checksum).collect();
        let checksum = rules::checksum_of_parts(&checksums, upload.is_composite, body);
        if let Some(stated) = call.input[&checksum.0].as_str().filter(|stated| *stated != checksum.1) {
            let algorithm = checksum.0.trim_start_matches("Checksum").to_lowercase();
            let message = format!("The {algorithm} you specified did not match the calculated checksum.");
            return Err(AwsError::new("BadDigest", message).with_member("ExpectedDigest", stated));
        }
        Ok(Object {
            size: body.len(),
            etag: format!("\"{}-{}\"", rules::hex(&etag), parts.len()),
            modified_at: self.now(),
            headers: upload.headers,
            metadata: upload.metadata,
            checksum,
            is_composite: upload.is_composite,
            parts: parts.iter().map(|(_, part)| part.size).collect(),
            tags: upload.tags,
        })
    }

    pub(super) async fn abort_upload(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Key", "UploadId"])?;
        upload_of(&self.state.borrow(), call)?;
        self.drop_upload(text(call, "Bucket"), text(call, "UploadId")).await?;
        Ok(json!({}))
    }

    pub(super) fn list_parts(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Key", "MaxParts", "PartNumberMarker", "UploadId"])?;
        let state = self.state.borrow();
        let upload = upload_of(&state, call)?;
        let most = most_of(call, "MaxParts", "max-parts")?;
        let marker = text(call, "PartNumberMarker");
        let after: u32 = if marker.is_empty() { 0 } else { marker.parse().map_err(|_| bad_marker(marker))? };
        let mut rest = upload.parts.range(after + 1..);
        let page: Vec<_> = rest.by_ref().take(most).collect();
        let is_truncated = rest.next().is_some();
        let parts = page.iter().map(|(number, part)| {
            let moment = seconds(part.modified_at);
            let mut told = json!({"PartNumber": number, "LastModified": moment, "ETag": part.etag, "Size": part.size});
            told[&part.checksum.0] = json!(part.checksum.1);
            told
        });
        let account = &bucket_of(&state, call, text(call, "Bucket"))?.account;
        Ok(json!({
            "Bucket": call.input["Bucket"],
            "Key": upload.key,
            "UploadId": call.input["UploadId"],
            "PartNumberMarker": after.to_string(),
            "NextPartNumberMarker": page.last().map_or(0, |(number, _)| **number).to_string(),
            "MaxParts": most,
            "IsTruncated": is_truncated,
            "Parts": parts.collect::<Vec<_>>(),
            "Initiator": {"ID": upload.initiator},
            "Owner": owner(account),
            "StorageClass": "STANDARD",
            "ChecksumAlgorithm": upload.algorithm,
            "ChecksumType": upload.algorithm.as_ref().map(|_| checksum_type(upload.is_composite)),
        }))
    }

    pub(super) fn list_uploads(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["EncodingType", "KeyMarker", "MaxUploads", "Prefix", "UploadIdMarker"])?;
        let name = text(call, "Bucket");
        let state = self.state.borrow();
        let bucket = bucket_of(&state, call, name)?;
        let most = most_of(call, "MaxUploads", "max-uploads")?;
        let (prefix, marker) = (text(call, "Prefix"), (text(call, "KeyMarker"), text(call, "UploadIdMarker")));
        let is_behind = |place: (&str, &str)| match marker {
            ("", _) => true,
            (key, "") => place.0 > key,
            marker => place > marker,
        };
        let mut found: Vec<(&str, &str, &Upload)> =
            bucket.uploads.iter().map(|(id, upload)| (upload.key.as_str(), id.as_str(), upload)).collect();
        found.retain(|(key, id, _)| key.starts_with(prefix) && is_behind((key, id)));
        found.sort_by_key(|(key, id, _)| (*key, *id));
        let is_truncated = found.len() > most;
        found.truncate(most);
        let written = |key: &str| super::listing::written(call, key);
        let uploads = found.iter().map(|(key, id, upload)| {
            json!({
                "Key": written(key),
                "UploadId": id,
                "Initiated": seconds(upload.initiated_at),
                "StorageClass": "STANDARD",
                "Owner": owner(&bucket.account),
                "Initiator": {"ID": upload.initiator},
                "ChecksumAlgorithm": upload.algorithm,
                "ChecksumType": upload.algorithm.as_ref().map(|_| checksum_type(upload.is_composite)),
            })
        });
        let last = found.last().filter(|_| is_truncated);
        Ok(json!({
            "Bucket": name,
            "KeyMarker": written(marker.0),
            "UploadIdMarker": marker.1,
            "NextKeyMarker": last.map(|(key, ..)| written(key)),
            "NextUploadIdMarker": last.map(|(_, id, _)| id),
            "Prefix": written(prefix),
            "EncodingType": call.input.get("EncodingType"),
            "MaxUploads": most,
            "IsTruncated": is_truncated,
            "Uploads": uploads.collect::<Vec<_>>(),
        }))
    }
}

impl Upload {
    /// How the object will be encrypted.
    fn encryption(&self) -> Map<String, Value> {
        let told = ["BucketKeyEnabled", "SSEKMSKeyId", "ServerSideEncryption"].into_iter();
        told.filter_map(|name| Some((name.to_owned(), self.headers.get(name)?.clone()))).collect()
    }
}

/// `ChecksumType`
pub(super) fn checksum_type(is_composite: bool) -> &'static str {
    if is_composite { "COMPOSITE" } else { "FULL_OBJECT" }
}

/// The upload that a call names, which must be one of its key.
fn upload_of(state: &State, call: &Call) -> Result<Upload, AwsError> {
    let (key, id) = (text(call, "Key"), text(call, "UploadId"));
    let found = bucket_of(state, call, text(call, "Bucket"))?.uploads.get(id).filter(|upload| upload.key == key);
    found.cloned().ok_or_else(|| {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                       aborted or completed.";
        AwsError::new("NoSuchUpload", message).with_status(StatusCode::NOT_FOUND).with_member("UploadId", id)
    })
}

/// The parts that a completion lists, in ascending order, each as it has arrived.
fn listed_parts(call: &Call, upload: &Upload) -> Result<Vec<(u32, Part)>, AwsError> {
    let listed = call.input["MultipartUpload"]["Parts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if listed.is_empty() {
        return Err(rules::malformed_xml());
    }
    let mut found: Vec<(u32, Part)> = Vec::new();
    for part in listed {
        let number = part["PartNumber"].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        if found.last().is_some_and(|(last, _)| *last >= number) {
            let message = "The list of parts was not in ascending order. The parts list must be specified in order by \
                           part number.";
            return Err(AwsError::new("InvalidPartOrder", message).with_member("UploadId", text(call, "UploadId")));
        }
        let etag = part["ETag"].as_str().unwrap_or_default().trim_matches('"');
        let own = upload.parts.get(&number).filter(|own| own.etag.trim_matches('"') == etag);
        let own = own.filter(|own| part[&own.checksum.0].as_str().is_none_or(|stated| stated == own.checksum.1));
        let Some(own) = own else {
            let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, \
                           or the specified entity tag may not match the part's entity tag.";
            return Err(AwsError::new("InvalidPart", message)
                .with_member("UploadId", text(call, "UploadId"))
                .with_member("PartNumber", number)
                .with_member("ETag", etag));
        };
        if let Some(algorithm) =
            upload.algorithm.as_ref().filter(|_| upload.is_composite && part[&own.checksum.0].is_null())
        {
            let algorithm = algorithm.to_lowercase();
            return Err(AwsError::new(
                "InvalidRequest",
                format!(
                    "The upload was created using a {algorithm} checksum. The complete request must include the \
                     checksum for each part. It was missing for part {number} in the request."
                ),
            ));
        }
        found.push((number, own.clone()));
    }
    let last = found.len() - 1;
    if let Some((number, part)) = found[..last].iter().find(|(_, part)| part.size < LEAST_PART) {
        return Err(AwsError::new("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            .with_member("ProposedSize", part.size)
            .with_member("MinSizeAllowed", LEAST_PART)
            .with_member("PartNumber", *number)
            .with_member("ETag", part.etag.trim_matches('"')));
    }
    Ok(found)
}

fn most_of(call: &Call, member: &str, wire: &str) -> Result<usize, AwsError> {
    let most = call.input[member].as_i64().map_or(Ok(MOST_LISTED), usize::try_from);
    most.map(|most| most.min(MOST_LISTED)).map_err(|_| {
        let message = format!("Argument {wire} must be an integer between 0 and 2147483647");
        rules::invalid_argument(&message, wire, &call.input[member].to_string())
    })
}

fn bad_marker(marker: &str) -> AwsError {
    let message = "Provided part-number-marker not an integer or within integer range";
    rules::invalid_argument(message, "part-number-marker", marker)
}
