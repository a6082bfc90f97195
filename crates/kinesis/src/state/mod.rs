//! What is kept: streams with their shards, how far each shard has counted, and the records.

mod sequence;
mod shard;
mod stream;

use std::{collections::BTreeMap, rc::Rc};

use bytes::Bytes;
use kernel::{Batch, Entry, Kernel, Scope, Space, StorageError};
use serde::Serialize;

pub use sequence::Sequence;
pub use shard::{Record, Shard, shard_id, shard_number};
pub use stream::{CHANGE, Change, Consumer, Stream, equal_ranges, shard_of};

const SPACE: Space = Space::new("kinesis");

/// The length of a stream's id.
pub const ID_LENGTH: usize = 20;

/// An account and a region.
pub type Place = (String, String);

/// The place in which a call acts.
pub fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// All streams of all accounts and regions.
#[derive(Default)]
pub struct State {
    places: BTreeMap<Place, BTreeMap<String, Stream>>,
    /// Where the stream with an id is, while the records are being read.
    ids: BTreeMap<String, (Place, String)>,
}

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut garbled = false;
        // Keys begin with `1`, `2` or `3`: streams come before the counts and records of their shards.
        kernel.storage.load(&SPACE, |entry| garbled |= state.restore(&entry).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored streams are garbled".into()));
        }
        state.ids.clear();
        Ok(state)
    }

    fn restore(&mut self, (key, value): &Entry) -> Option<()> {
        let (kind, rest) = key.split_first()?;
        if *kind == b'1' {
            let stream: Stream = postcard::from_bytes(value).ok()?;
            let mut parts = stream.arn.split(':').skip(3).map(str::to_owned);
            let (region, account) = (parts.next()?, parts.next()?);
            let place = (account, region);
            self.ids.insert(stream.id.clone(), (place.clone(), stream.name.clone()));
            self.places.entry(place).or_default().insert(stream.name.clone(), stream);
            return Some(());
        }
        let (id, rest) = rest.split_at_checked(ID_LENGTH)?;
        let (number, rest) = rest.split_at_checked(4)?;
        let (place, name) = self.ids.get(std::str::from_utf8(id).ok()?)?;
        let stream = self.places.get_mut(place)?.get_mut(name)?;
        let shard = stream.shards.get_mut(u32::from_be_bytes(number.try_into().ok()?) as usize)?;
        if *kind == b'2' {
            shard.next_index = u64::from_be_bytes(value.as_ref().try_into().ok()?);
        } else {
            let record: Record = postcard::from_bytes(value).ok()?;
            shard.records.push_back(Rc::new(Record { index: u64::from_be_bytes(rest.try_into().ok()?), ..record }));
        }
        Some(())
    }

    /// Ends what is due in a place by `now`.
    pub fn settle(&mut self, place: &Place, now: u64, batch: &mut Batch) {
        let Some(streams) = self.places.get_mut(place) else { return };
        streams.retain(|_, stream| {
            if !stream.is_due(now) {
                return true;
            }
            let stays = stream.settle();
            if stays {
                keep(stream, batch);
            } else {
                forget(stream, batch);
            }
            stays
        });
    }

    /// The streams of a place, by name.
    pub fn streams(&self, place: &Place) -> impl Iterator<Item = &Stream> {
        self.places.get(place).into_iter().flat_map(BTreeMap::values)
    }

    /// A stream.
    pub fn stream(&self, place: &Place, name: &str) -> Option<&Stream> {
        self.places.get(place)?.get(name)
    }

    /// A stream, to change it. What lasts must go to [`keep`] or [`keep_record`].
    pub fn stream_mut(&mut self, place: &Place, name: &str) -> Option<&mut Stream> {
        self.places.get_mut(place)?.get_mut(name)
    }

    /// Adds a stream that is not there yet.
    pub fn add(&mut self, place: &Place, stream: Stream, batch: &mut Batch) {
        keep(&stream, batch);
        self.places.entry(place.clone()).or_default().insert(stream.name.clone(), stream);
    }
}

/// Stores a stream, but for its records.
pub fn keep(stream: &Stream, batch: &mut Batch) {
    batch.put(&SPACE, [b"1", stream.id.as_bytes()].concat(), stored(stream));
}

/// Stores a record and how far its shard has counted.
pub fn keep_record(id: &str, number: u32, record: &Record, batch: &mut Batch) {
    let next = (record.index + 1).to_be_bytes().to_vec();
    batch.put(&SPACE, shard_key(b"2", id, number), next);
    batch.put(&SPACE, record_key(id, number, record.index), stored(record));
}

/// Drops what has expired from a stream.
pub fn drop_expired(stream: &mut Stream, now: u64, batch: &mut Batch) {
    let oldest = stream.oldest(now);
    for (number, shard) in (0..).zip(&mut stream.shards) {
        while let Some(record) = shard.records.front().filter(|record| record.arrived < oldest) {
            batch.delete(&SPACE, record_key(&stream.id, number, record.index));
            shard.records.pop_front();
        }
    }
}

fn forget(stream: &Stream, batch: &mut Batch) {
    for kind in [b"1", b"2", b"3"] {
        batch.delete_prefix(&SPACE, [kind, stream.id.as_bytes()].concat());
    }
}

fn shard_key(kind: &[u8], id: &str, number: u32) -> Vec<u8> {
    [kind, id.as_bytes(), &number.to_be_bytes()].concat()
}

fn record_key(id: &str, number: u32, index: u64) -> Vec<u8> {
    let mut key = shard_key(b"3", id, number);
    key.extend(index.to_be_bytes());
    key
}

fn stored(value: &impl Serialize) -> Bytes {
    // Text, numbers, bytes and lists of known length: nothing that postcard cannot write.
    postcard::to_stdvec(value).unwrap_or_default().into()
}
