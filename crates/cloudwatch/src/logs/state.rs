//! What is kept: groups, their streams, and the newest events of each.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kernel::{Arn, Batch, Entry, Kernel, Scope, Space, StorageError, Timestamp};
use serde::{Deserialize, Serialize};

use super::{metric_filters::MetricFilter, subscriptions::SubscriptionFilter};

/// How many events of a stream are kept; older ones make room. AWS keeps all; a tab cannot.
pub const EVENTS_PER_STREAM: usize = 10_000;

const SPACE: Space = Space::new("logs");

/// An account and a region.
pub type Place = (String, String);

/// The place in which a call acts.
pub fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// A log group.
#[derive(Default, Serialize, Deserialize)]
pub struct Group {
    /// When it was made, in milliseconds.
    pub created: u64,
    /// For how many days events stay; for ever if `None`.
    pub retention_days: Option<u64>,
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub metric_filters: BTreeMap<String, MetricFilter>,
    #[serde(default)]
    pub subscription_filters: BTreeMap<String, SubscriptionFilter>,
    #[serde(skip)]
    pub streams: BTreeMap<String, Stream>,
}

impl Group {
    /// The moment before which events have expired.
    pub fn expired_before(&self, now: Timestamp) -> u64 {
        let day = 24 * 3600 * 1000;
        self.retention_days.map_or(0, |days| now.millis().saturating_sub(days * day))
    }
}

/// A log stream.
#[derive(Default)]
pub struct Stream {
    /// When it was made, in milliseconds.
    pub created: u64,
    /// In the order of arrival.
    pub events: VecDeque<Event>,
    /// How many events of each stored chunk are in `events`, oldest first.
    chunks: VecDeque<(u64, usize)>,
    next_sequence: u64,
}

/// A log event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Ascending in the order of arrival in its stream.
    pub sequence: u64,
    pub timestamp: u64,
    pub ingested: u64,
    pub message: String,
}

/// The events of one `PutLogEvents`: what is stored under one key.
#[derive(Serialize, Deserialize)]
struct Chunk {
    ingested: u64,
    events: Vec<(u64, String)>,
}

impl Stream {
    fn add(&mut self, first: u64, chunk: Chunk) {
        self.chunks.push_back((first, chunk.events.len()));
        self.next_sequence = first + chunk.events.len() as u64;
        let events = chunk.events.into_iter().zip(first..);
        self.events.extend(events.map(|((timestamp, message), sequence)| Event {
            sequence,
            timestamp,
            ingested: chunk.ingested,
            message,
        }));
    }

    /// The keys of the oldest chunks that are too many or have expired, after dropping their events.
    fn drop_old(&mut self, expired_before: u64) -> Vec<u64> {
        let mut dropped = Vec::new();
        while let Some((first, count)) = self.chunks.front().copied() {
            let too_many = self.events.len() - count >= EVENTS_PER_STREAM;
            let expired = self.events.iter().take(count).all(|event| event.timestamp < expired_before);
            if !too_many && !expired {
                break;
            }
            self.events.drain(..count);
            self.chunks.pop_front();
            dropped.push(first);
        }
        dropped
    }
}

/// All groups of all accounts and regions.
#[derive(Default)]
pub struct State {
    places: BTreeMap<Place, BTreeMap<String, Group>>,
}

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut garbled = false;
        // Keys begin with `e`, `g` or `s`: events come before the groups and streams that hold them.
        kernel.storage.load(&SPACE, |entry| garbled |= state.restore(&entry).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored logs are garbled".into()));
        }
        Ok(state)
    }

    fn restore(&mut self, (key, value): &Entry) -> Option<()> {
        let mut parts = key.splitn(6, |byte| *byte == 0);
        let mut text = || std::str::from_utf8(parts.next()?).ok().map(str::to_owned);
        let (kind, place, name) = (text()?, (text()?, text()?), text()?);
        let group = self.places.entry(place).or_default().entry(name).or_default();
        match kind.as_str() {
            "g" => {
                let stored: Group = serde_json::from_slice(value).ok()?;
                *group = Group { streams: std::mem::take(&mut group.streams), ..stored };
            }
            "s" => group.streams.entry(text()?).or_default().created = serde_json::from_slice(value).ok()?,
            "e" => {
                let stream = group.streams.entry(text()?).or_default();
                let first = u64::from_be_bytes(parts.next()?.try_into().ok()?);
                stream.add(first, serde_json::from_slice(value).ok()?);
            }
            _ => return None,
        }
        Some(())
    }

    /// The groups of a place, by name.
    pub fn groups(&self, place: &Place) -> impl Iterator<Item = (&String, &Group)> {
        self.places.get(place).into_iter().flatten()
    }

    /// A group.
    pub fn group(&self, place: &Place, name: &str) -> Option<&Group> {
        self.places.get(place)?.get(name)
    }

    /// Changes a group by `change` and stores it; `None` if there is no such group.
    pub fn change_group(
        &mut self,
        place: &Place,
        name: &str,
        change: impl FnOnce(&mut Group),
        batch: &mut Batch,
    ) -> Option<()> {
        let group = self.places.get_mut(place)?.get_mut(name)?;
        change(group);
        batch.put(&SPACE, key("g", place, &[name]), stored(group));
        Some(())
    }

    /// Adds a group that is not there yet.
    pub fn add_group(&mut self, place: &Place, name: &str, group: Group, batch: &mut Batch) {
        batch.put(&SPACE, key("g", place, &[name]), stored(&group));
        self.places.entry(place.clone()).or_default().insert(name.to_owned(), group);
    }

    /// Removes a group with its streams; `None` if there is no such group.
    pub fn remove_group(&mut self, place: &Place, name: &str, batch: &mut Batch) -> Option<()> {
        let group = self.places.get_mut(place)?.remove(name)?;
        batch.delete(&SPACE, key("g", place, &[name]));
        for (stream_name, stream) in &group.streams {
            forget(place, name, stream_name, stream, batch);
        }
        Some(())
    }

    /// Adds a stream that is not there yet; `None` if there is no such group.
    pub fn add_stream(
        &mut self,
        place: &Place,
        group: &str,
        name: &str,
        now: Timestamp,
        batch: &mut Batch,
    ) -> Option<()> {
        let streams = &mut self.places.get_mut(place)?.get_mut(group)?.streams;
        batch.put(&SPACE, key("s", place, &[group, name]), stored(&now.millis()));
        streams.insert(name.to_owned(), Stream { created: now.millis(), ..Stream::default() });
        Some(())
    }

    /// Removes a stream; `None` if there is none.
    pub fn remove_stream(&mut self, place: &Place, group: &str, name: &str, batch: &mut Batch) -> Option<()> {
        let stream = self.places.get_mut(place)?.get_mut(group)?.streams.remove(name)?;
        forget(place, group, name, &stream, batch);
        Some(())
    }

    /// Adds events (timestamp, message) to a stream, and drops what makes room for them. The new events.
    pub fn add_events(
        &mut self,
        place: &Place,
        (group_name, stream_name): (&str, &str),
        events: Vec<(u64, String)>,
        now: Timestamp,
        batch: &mut Batch,
    ) -> Option<Vec<Event>> {
        let group = self.places.get_mut(place)?.get_mut(group_name)?;
        let expired_before = group.expired_before(now);
        let stream = group.streams.get_mut(stream_name)?;
        let first = stream.next_sequence;
        let chunk = Chunk { ingested: now.millis(), events };
        batch.put(&SPACE, chunk_key(place, group_name, stream_name, first), stored(&chunk));
        let count = chunk.events.len();
        stream.add(first, chunk);
        let added = stream.events.iter().skip(stream.events.len() - count).cloned().collect();
        for old in stream.drop_old(expired_before) {
            batch.delete(&SPACE, chunk_key(place, group_name, stream_name, old));
        }
        Some(added)
    }
}

/// The ARN of a group.
pub fn group_arn(place: &Place, name: &str) -> String {
    Arn::new("logs", &place.1, &place.0, format!("log-group:{name}")).to_string()
}

fn forget(place: &Place, group: &str, name: &str, stream: &Stream, batch: &mut Batch) {
    batch.delete(&SPACE, key("s", place, &[group, name]));
    for (first, _) in &stream.chunks {
        batch.delete(&SPACE, chunk_key(place, group, name, *first));
    }
}

/// Parts are told apart by a zero byte, which no name may hold.
fn key(kind: &str, place: &Place, names: &[&str]) -> Vec<u8> {
    let mut parts = vec![kind, &place.0, &place.1];
    parts.extend(names);
    parts.join("\0").into_bytes()
}

fn chunk_key(place: &Place, group: &str, stream: &str, first: u64) -> Vec<u8> {
    let mut key = key("e", place, &[group, stream]);
    key.push(0);
    key.extend(first.to_be_bytes());
    key
}

fn stored(value: &impl Serialize) -> Bytes {
    // Maps with text keys, numbers and text: nothing that JSON cannot hold.
    serde_json::to_vec(value).map(Bytes::from).unwrap_or_default()
}
