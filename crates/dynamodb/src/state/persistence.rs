//! How tables, items, streams and records lie in storage: one entry each, so that a write commits a
//! few hundred bytes.

use std::{collections::BTreeMap, rc::Rc};

use kernel::{Batch, Kernel, Scope, Space, StorageError};
use serde::{Serialize, de::DeserializeOwned};

use super::{Place, State, Stream, StreamDefinition, StreamRecord, Table, TableDefinition, backup, history};
use crate::value::Item;

/// `ACCOUNT/REGION/NAME` → definition (JSON)
const TABLES: Space = Space::new("dynamodb.tables");
/// table id, key → item (postcard)
const ITEMS: Space = Space::new("dynamodb.items");
/// `ACCOUNT/REGION/ARN` → definition (JSON)
const STREAMS: Space = Space::new("dynamodb.streams");
/// stream id, sequence → record (postcard)
const RECORDS: Space = Space::new("dynamodb.records");

/// Reads everything.
pub async fn load(kernel: &Kernel) -> Result<State, StorageError> {
    let mut state = State::default();
    let mut names: BTreeMap<u32, (Place, String)> = BTreeMap::new();
    let mut broken = None;
    kernel
        .storage
        .load(&TABLES, |(key, value)| match from_json::<TableDefinition>(&value).zip(place_of(&key)) {
            Some((definition, place)) => {
                state.last_id = state.last_id.max(definition.id);
                names.insert(definition.id, (place.clone(), definition.name.clone()));
                let tables = &mut state.regions.entry(place).or_default().tables;
                tables.insert(definition.name.clone(), Table::new(definition));
            }
            None => broken = Some(TABLES.name),
        })
        .await?;
    kernel
        .storage
        .load(&ITEMS, |(key, value)| {
            let owner = split_id(&key).and_then(|(id, key)| Some((names.get(&id)?, key)));
            let Some(((place, name), key)) = owner else { return };
            let table = state.regions.get_mut(place).and_then(|region| region.tables.get_mut(name));
            match (table, postcard::from_bytes::<Item>(&value)) {
                (Some(table), Ok(item)) => table.set(key, Some(Rc::new(item))),
                _ => broken = Some(ITEMS.name),
            }
        })
        .await?;
    history::load(kernel, |id, take_in| {
        let table = names.get(&id).and_then(|(place, name)| state.regions.get_mut(place)?.tables.get_mut(name));
        if let Some(table) = table {
            take_in(&mut table.history);
        }
    })
    .await?;
    load_streams(kernel, &mut state, &mut broken).await?;
    backup::load(kernel, &mut state, &mut broken).await?;
    match broken {
        Some(space) => Err(StorageError::Backend(format!("{space} holds an entry that cannot be read"))),
        None => Ok(state),
    }
}

async fn load_streams(
    kernel: &Kernel,
    state: &mut State,
    broken: &mut Option<&'static str>,
) -> Result<(), StorageError> {
    let mut arns: BTreeMap<u32, (Place, String)> = BTreeMap::new();
    kernel
        .storage
        .load(&STREAMS, |(key, value)| match from_json::<StreamDefinition>(&value).zip(place_of(&key)) {
            Some((definition, place)) => {
                state.last_id = state.last_id.max(definition.id);
                arns.insert(definition.id, (place.clone(), definition.arn.clone()));
                let streams = &mut state.regions.entry(place).or_default().streams;
                streams.insert(definition.arn.clone(), Stream::new(definition));
            }
            None => *broken = Some(STREAMS.name),
        })
        .await?;
    kernel
        .storage
        .load(&RECORDS, |(key, value)| {
            let owner = split_id(&key).and_then(|(id, _)| arns.get(&id));
            let Some((place, arn)) = owner else { return };
            let stream = state.regions.get_mut(place).and_then(|region| region.streams.get_mut(arn));
            match (stream, postcard::from_bytes::<StreamRecord>(&value)) {
                (Some(stream), Ok(record)) => stream.restore(record),
                _ => *broken = Some(RECORDS.name),
            }
        })
        .await
}

pub fn keep_table(scope: &Scope, definition: &TableDefinition, batch: &mut Batch) {
    batch.put(&TABLES, scoped(scope, &definition.name), to_json(definition));
}

/// Removes a table with all its items.
pub fn forget_table(scope: &Scope, table: &Table, batch: &mut Batch) {
    batch.delete(&TABLES, scoped(scope, &table.definition.name));
    for key in table.keys() {
        batch.delete(&ITEMS, with_id(table.definition.id, key));
    }
}

/// Keeps the item at `key` as it is now.
pub fn keep_item(table: &Table, key: &[u8], batch: &mut Batch) {
    let place = with_id(table.definition.id, key);
    match table.get(key) {
        Some(item) => batch.put(&ITEMS, place, to_postcard(&**item)),
        None => batch.delete(&ITEMS, place),
    }
}

pub fn keep_stream(scope: &Scope, definition: &StreamDefinition, batch: &mut Batch) {
    batch.put(&STREAMS, scoped(scope, &definition.arn), to_json(definition));
}

/// Removes a stream with all its records.
pub fn forget_stream(scope: &Scope, stream: &Stream, batch: &mut Batch) {
    batch.delete(&STREAMS, scoped(scope, &stream.definition.arn));
    for sequence in stream.sequences() {
        forget_record(&stream.definition, sequence, batch);
    }
}

pub fn keep_record(stream: &StreamDefinition, record: &StreamRecord, batch: &mut Batch) {
    batch.put(&RECORDS, with_id(stream.id, &record.sequence.to_be_bytes()), to_postcard(record));
}

pub fn forget_record(stream: &StreamDefinition, sequence: u64, batch: &mut Batch) {
    batch.delete(&RECORDS, with_id(stream.id, &sequence.to_be_bytes()));
}

pub(super) fn scoped(scope: &Scope, name: &str) -> String {
    format!("{}/{}/{name}", scope.account, scope.region)
}

pub(super) fn place_of(key: &[u8]) -> Option<Place> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(3, '/');
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

pub(super) fn with_id(id: u32, key: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes(), key].concat()
}

pub(super) fn split_id(key: &[u8]) -> Option<(u32, &[u8])> {
    let (id, rest) = key.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*id), rest))
}

// Maps with text keys, lists and numbers always serialise, in JSON as in postcard.

pub(super) fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub(super) fn to_postcard(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap_or_default()
}

pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}
