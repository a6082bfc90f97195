//! What is kept of uploads in parts that are not complete yet.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{AwsError, Batch, Entry, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Bucket, internal, read, write};
use crate::S3;

/// `BUCKET/UPLOAD` → upload (JSON)
const UPLOADS: Space = Space::new("s3-uploads");
/// `BUCKET/UPLOAD/NUMBER` → part (JSON)
const PARTS: Space = Space::new("s3-parts");
/// `BUCKET/UPLOAD/NUMBER` → what the part holds
const PART_BODIES: Space = Space::new("s3-part-bodies");

/// An upload. Moments are in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Upload {
    /// Where the object will be.
    pub key: String,
    /// When it began.
    pub initiated_at: u64,
    /// The ARN of who began it.
    pub initiator: String,
    /// Headers that the object will give back.
    pub headers: Map<String, Value>,
    /// `Metadata` of the object.
    pub metadata: Value,
    /// Tags of the object.
    pub tags: Vec<(String, String)>,
    /// `ChecksumAlgorithm`, if it was asked for.
    pub algorithm: Option<String>,
    /// Whether the object's checksum is made of those of its parts.
    pub is_composite: bool,
    /// The parts that have arrived, by number.
    #[serde(skip)]
    pub parts: BTreeMap<u32, Part>,
}

/// A part that has arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Its length in bytes.
    pub size: usize,
    /// The MD5 of its bytes, in quotes.
    pub etag: String,
    /// When it arrived.
    pub modified_at: u64,
    /// The member that holds its checksum, and the checksum in base64.
    pub checksum: (String, String),
}

/// Reads the uploads of all buckets; whether all could be read.
pub async fn load(kernel: &Kernel, buckets: &mut BTreeMap<String, Bucket>) -> Result<bool, StorageError> {
    let mut broken = false;
    let read_upload = |(key, value): Entry| {
        let place = String::from_utf8(key).unwrap_or_default();
        let place = place.split_once('/').and_then(|(bucket, id)| Some((buckets.get_mut(bucket)?, id.to_owned())));
        match (place, read::<Upload>(&value)) {
            (Some((bucket, id)), Some(upload)) => drop(bucket.uploads.insert(id, upload)),
            _ => broken = true,
        }
    };
    kernel.storage.load(&UPLOADS, read_upload).await?;
    let read_part = |(key, value): Entry| {
        let place = String::from_utf8(key).unwrap_or_default();
        let mut names = place.split('/');
        let upload = names.next().and_then(|bucket| buckets.get_mut(bucket));
        let upload = upload.zip(names.next()).and_then(|(bucket, id)| bucket.uploads.get_mut(id));
        let number = names.next().and_then(|number| number.parse().ok());
        match (upload.zip(number), read::<Part>(&value)) {
            (Some((upload, number)), Some(part)) => drop(upload.parts.insert(number, part)),
            _ => broken = true,
        }
    };
    kernel.storage.load(&PARTS, read_part).await?;
    kernel.storage.prepare(&PART_BODIES).await?;
    Ok(!broken)
}

fn upload_key(bucket: &str, id: &str) -> String {
    format!("{bucket}/{id}")
}

fn part_key(bucket: &str, id: &str, number: u32) -> String {
    format!("{bucket}/{id}/{number:05}")
}

/// Forgets an upload and its parts.
pub fn forget(bucket: &str, id: &str, batch: &mut Batch) {
    batch.delete(&UPLOADS, upload_key(bucket, id));
    for space in [&PARTS, &PART_BODIES] {
        batch.delete_prefix(space, format!("{bucket}/{id}/"));
    }
}

/// Forgets all uploads of a bucket.
pub fn forget_all(bucket: &str, batch: &mut Batch) {
    for space in [&UPLOADS, &PARTS, &PART_BODIES] {
        batch.delete_prefix(space, format!("{bucket}/"));
    }
}

impl S3 {
    /// Keeps a new upload.
    pub async fn add_upload(&self, bucket: &str, id: &str, upload: Upload) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        batch.put(&UPLOADS, upload_key(bucket, id), write(&upload));
        self.change_upload(bucket, batch, {
            let id = id.to_owned();
            move |bucket| drop(bucket.uploads.insert(id, upload))
        })
        .await
    }

    /// Keeps a part of an upload in the place of an earlier one with its number.
    pub async fn add_part(
        &self,
        bucket: &str,
        id: &str,
        number: u32,
        (part, body): (Part, Bytes),
    ) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        let key = part_key(bucket, id, number);
        batch.put(&PARTS, key.as_str(), write(&part));
        batch.put(&PART_BODIES, key, body);
        let id = id.to_owned();
        self.change_upload(bucket, batch, move |bucket| {
            if let Some(upload) = bucket.uploads.get_mut(&id) {
                upload.parts.insert(number, part);
            }
        })
        .await
    }

    /// Forgets an upload that nobody will complete.
    pub async fn drop_upload(&self, bucket: &str, id: &str) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        forget(bucket, id, &mut batch);
        let id = id.to_owned();
        self.change_upload(bucket, batch, move |bucket| drop(bucket.uploads.remove(&id))).await
    }

    /// What a part holds.
    pub async fn read_part(&self, bucket: &str, id: &str, number: u32) -> Result<Bytes, AwsError> {
        let key = part_key(bucket, id, number).into_bytes();
        // Numbers begin with 1, and their keys lie in their order.
        let before = part_key(bucket, id, number - 1);
        let found = self.kernel.storage.next(&PART_BODIES, before.as_bytes()).await.map_err(internal)?;
        let found = found.filter(|(found, _)| *found == key);
        found.map(|(_, body)| body).ok_or_else(|| AwsError::internal("a part of an upload is missing"))
    }

    /// Keeps `batch`, then makes the same `change` in memory.
    async fn change_upload(
        &self,
        bucket: &str,
        batch: Batch,
        change: impl FnOnce(&mut Bucket) + 'static,
    ) -> Result<(), AwsError> {
        let (state, name) = (self.state.clone(), bucket.to_owned());
        let settle = move |kept: &Result<(), StorageError>| {
            if let Some(bucket) = state.borrow_mut().buckets.get_mut(&name).filter(|_| kept.is_ok()) {
                change(bucket);
            }
        };
        self.kernel.storage.commit_then(batch, settle).await.map_err(internal)
    }
}
