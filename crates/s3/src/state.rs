//! What is kept: buckets, what is known of their objects, and what these hold.

mod uploads;

use std::{collections::BTreeMap, rc::Rc};

use aws_api::Call;
use bytes::Bytes;
use kernel::{AwsError, Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    S3,
    notices::Notice,
    rules::{Notification, Tags},
};

pub use uploads::{Part, Upload};

/// `BUCKET` → bucket (JSON)
const BUCKETS: Space = Space::new("s3-buckets");
/// `BUCKET/KEY` → object (JSON)
const OBJECTS: Space = Space::new("s3-objects");
/// `BUCKET/KEY` and a zero → the length of the object's JSON, that JSON once more, and the body. So whoever
/// reads a body gets what is known of this very body.
const BODIES: Space = Space::new("s3-bodies");

/// An id → a notice that Lambda has not accepted yet (JSON)
const NOTICES: Space = Space::new("s3-notices");

/// A bucket. Moments are in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bucket {
    /// Whose it is.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// When it was made.
    pub created_at: u64,
    /// Who hears of changes.
    #[serde(default)]
    pub notifications: Vec<Notification>,
    /// Who may use it.
    #[serde(default)]
    pub policy: Option<String>,
    /// What of public access is blocked: all of it in a new bucket.
    #[serde(default = "AccessBlock::of_new_buckets")]
    pub access_block: Option<AccessBlock>,
    /// Its tags, in the order of their keys.
    #[serde(default)]
    pub tags: Tags,
    /// Whether versions, of which there are none, were suspended.
    #[serde(default)]
    pub is_suspended: bool,
    /// What is known of its objects, by key.
    #[serde(skip)]
    pub objects: BTreeMap<String, Rc<Object>>,
    /// Uploads in parts that are not complete, by id.
    #[serde(skip)]
    pub uploads: BTreeMap<String, Upload>,
}

/// `PublicAccessBlockConfiguration`
#[expect(clippy::struct_excessive_bools, reason = "AWS has four switches")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessBlock {
    /// `BlockPublicAcls`
    pub block_public_acls: bool,
    /// `IgnorePublicAcls`
    pub ignore_public_acls: bool,
    /// `BlockPublicPolicy`
    pub block_public_policy: bool,
    /// `RestrictPublicBuckets`
    pub restrict_public_buckets: bool,
}

impl AccessBlock {
    #[expect(clippy::unnecessary_wraps, reason = "buckets may have none")]
    fn of_new_buckets() -> Option<Self> {
        Some(Self {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        })
    }
}

impl Bucket {
    /// A new and empty bucket.
    pub fn new(account: String, region: String, created_at: u64) -> Self {
        Self {
            account,
            region,
            created_at,
            notifications: Vec::new(),
            policy: None,
            access_block: AccessBlock::of_new_buckets(),
            tags: Tags::new(),
            is_suspended: false,
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }
}

/// What is known of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its length in bytes.
    pub size: usize,
    /// The MD5 of its bytes, in quotes; of the MD5s of its parts, if it was put in parts.
    pub etag: String,
    /// When it was put.
    pub modified_at: u64,
    /// Headers that are given back, by the names of their members: `ContentType` and its like.
    pub headers: Map<String, Value>,
    /// `Metadata`, if there is any.
    pub metadata: Value,
    /// The member that holds its checksum, e.g. `ChecksumCRC32`, and the checksum in base64.
    pub checksum: (String, String),
    /// Whether the checksum is one of the checksums of its parts.
    #[serde(default)]
    pub is_composite: bool,
    /// The lengths of its parts, if it was put in parts.
    #[serde(default)]
    pub parts: Vec<usize>,
    /// Its tags, in the order of their keys.
    #[serde(default)]
    pub tags: Tags,
}

/// All buckets of all accounts, by name.
#[derive(Default)]
pub struct State {
    /// Names are unique among all accounts.
    pub buckets: BTreeMap<String, Bucket>,
    /// What was not told yet when the cloud was opened, by id.
    pub untold: Vec<(String, Notice)>,
}

impl State {
    /// Reads what is stored, but for what objects hold.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut broken = false;
        let buckets = &mut state.buckets;
        let read_bucket = |(key, value): kernel::Entry| match (String::from_utf8(key), read(&value)) {
            (Ok(name), Some(bucket)) => drop(buckets.insert(name, bucket)),
            _ => broken = true,
        };
        kernel.storage.load(&BUCKETS, read_bucket).await?;
        let read_object = |(key, value): kernel::Entry| {
            let key = String::from_utf8(key).unwrap_or_default();
            let object = read::<Object>(&value).map(Rc::new);
            let place = key.split_once('/').and_then(|(bucket, key)| Some((state.buckets.get_mut(bucket)?, key)));
            match (place, object) {
                (Some((bucket, key)), Some(object)) => drop(bucket.objects.insert(key.to_owned(), object)),
                _ => broken = true,
            }
        };
        kernel.storage.load(&OBJECTS, read_object).await?;
        kernel.storage.prepare(&BODIES).await?;
        broken |= !uploads::load(kernel, &mut state.buckets).await?;
        let read_notice = |(key, value): kernel::Entry| match (String::from_utf8(key), read(&value)) {
            (Ok(id), Some(notice)) => state.untold.push((id, notice)),
            _ => broken = true,
        };
        kernel.storage.load(&NOTICES, read_notice).await?;
        if broken {
            return Err(StorageError::Backend("the stored objects are garbled".into()));
        }
        Ok(state)
    }
}

fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
    serde_json::from_slice(value).ok()
}

fn write(value: &impl Serialize) -> Vec<u8> {
    // Maps with text keys and numbers always serialise.
    serde_json::to_vec(value).unwrap_or_default()
}

fn object_key(bucket: &str, key: &str) -> Vec<u8> {
    format!("{bucket}/{key}").into_bytes()
}

fn body_key(bucket: &str, key: &str) -> Vec<u8> {
    format!("{bucket}/{key}\0").into_bytes()
}

/// What happens to an object.
pub enum Change {
    /// It is put in the place of what was there.
    Put(Box<Object>, Bytes),
    /// Something else is known of what is there.
    Describe(Box<Object>),
    /// It goes.
    Delete,
}

impl S3 {
    /// Keeps a new bucket.
    pub async fn add_bucket(&self, name: &str, bucket: Bucket) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        batch.put(&BUCKETS, name, write(&bucket));
        self.state.borrow_mut().buckets.insert(name.to_owned(), bucket);
        self.commit(batch).await
    }

    /// Forgets a bucket; also an object that is arriving at this very moment.
    pub async fn remove_bucket(&self, name: &str) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        batch.delete(&BUCKETS, name);
        batch.delete_prefix(&OBJECTS, object_key(name, ""));
        batch.delete_prefix(&BODIES, object_key(name, ""));
        uploads::forget_all(name, &mut batch);
        self.state.borrow_mut().buckets.remove(name);
        self.commit(batch).await
    }

    /// Changes what is kept of a bucket, unless `change` refuses it.
    pub async fn set_bucket(
        &self,
        name: &str,
        change: impl FnOnce(&mut Bucket) -> Result<(), AwsError>,
    ) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        if let Some(bucket) = self.state.borrow_mut().buckets.get_mut(name) {
            change(bucket)?;
            batch.put(&BUCKETS, name, write(bucket));
        }
        self.commit(batch).await
    }

    /// Forgets a notice that was told. One that cannot be forgotten is told again after the next opening.
    pub async fn forget_notice(&self, id: &str) {
        let mut batch = Batch::default();
        batch.delete(&NOTICES, id);
        let _ = self.commit(batch).await;
    }

    /// Changes objects of a bucket, all or none, as `call` asks. Others see the change, and hear of it, when
    /// it is durable.
    pub async fn change_objects(
        &self,
        call: &Call,
        bucket: &str,
        changes: Vec<(String, Change)>,
    ) -> Result<(), AwsError> {
        self.change_objects_ending(call, bucket, changes, None).await
    }

    /// The same with the end of the upload that has this id.
    pub async fn change_objects_ending(
        &self,
        call: &Call,
        bucket: &str,
        changes: Vec<(String, Change)>,
        upload: Option<&str>,
    ) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        if let Some(id) = upload {
            uploads::forget(bucket, id, &mut batch);
        }
        let mut known = Vec::new();
        let mut notices = Vec::new();
        for (key, change) in changes {
            for notice in self.notices(&self.state.borrow(), call, bucket, &key, &change) {
                let id = self.kernel.rng.uuid();
                batch.put(&NOTICES, id.as_str(), write(&notice));
                notices.push((id, notice));
            }
            match change {
                Change::Put(object, body) => {
                    let head = write(&object);
                    let length = (head.len() as u32).to_be_bytes();
                    batch.put(&BODIES, body_key(bucket, &key), [&length, &head[..], &body].concat());
                    batch.put(&OBJECTS, object_key(bucket, &key), head);
                    known.push((key, Some(Rc::from(object))));
                }
                Change::Describe(object) => {
                    batch.put(&OBJECTS, object_key(bucket, &key), write(&object));
                    known.push((key, Some(Rc::from(object))));
                }
                Change::Delete => {
                    batch.delete(&BODIES, body_key(bucket, &key));
                    batch.delete(&OBJECTS, object_key(bucket, &key));
                    known.push((key, None));
                }
            }
        }
        let (state, name, upload) = (self.state.clone(), bucket.to_owned(), upload.map(str::to_owned));
        let settle = move |kept: &Result<(), StorageError>| {
            let mut state = state.borrow_mut();
            let Some(bucket) = state.buckets.get_mut(&name).filter(|_| kept.is_ok()) else { return };
            if let Some(id) = upload {
                bucket.uploads.remove(&id);
            }
            for (key, object) in known {
                match object {
                    Some(object) => drop(bucket.objects.insert(key, object)),
                    None => drop(bucket.objects.remove(&key)),
                }
            }
        };
        self.kernel.storage.commit_then(batch, settle).await.map_err(internal)?;
        for (id, notice) in notices {
            self.deliver(id, notice, call.scope.clone());
        }
        Ok(())
    }

    /// What is known of an object and what it holds.
    pub async fn read_object(&self, bucket: &str, key: &str) -> Result<Option<(Object, Bytes)>, AwsError> {
        let found = self.kernel.storage.next(&BODIES, &object_key(bucket, key)).await.map_err(internal)?;
        let Some((_, record)) = found.filter(|(found, _)| *found == body_key(bucket, key)) else { return Ok(None) };
        let garbled = || AwsError::internal("the stored object is garbled");
        let (length, rest) = record.split_first_chunk::<4>().ok_or_else(garbled)?;
        let length = u32::from_be_bytes(*length) as usize;
        let object = rest.get(..length).and_then(read).ok_or_else(garbled)?;
        Ok(Some((object, record.slice(4 + length..))))
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(internal)
    }
}

fn internal(error: StorageError) -> AwsError {
    AwsError::new("InternalError", error.to_string()).with_status(http::StatusCode::INTERNAL_SERVER_ERROR)
}
