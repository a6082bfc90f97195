//! How tables, items, streams and records lie in storage: one entry each, so that a write commits a
//! few hundred bytes.

use std::collections::VecDeque;

use bytes::Bytes;
use kernel::{Batch, Kernel, Scope, Space, StorageError};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Data, History, Place, State, Stream, StreamDefinition, StreamRecord, Table, TableDefinition, backup, history,
    outbox,
};
use crate::value::Packed;

/// `ACCOUNT/REGION/NAME` → definition (JSON)
const TABLES: Space = Space::new("dynamodb.tables");
/// table id, key → item (postcard)
const ITEMS: Space = Space::new("dynamodb.items");
/// `ACCOUNT/REGION/ARN` → definition (JSON)
const STREAMS: Space = Space::new("dynamodb.streams");
/// stream id, sequence → record (postcard)
const RECORDS: Space = Space::new("dynamodb.records");

/// Reads the definitions of all tables and streams; items and records stay in storage until they are
/// asked for.
pub async fn load(kernel: &Kernel) -> Result<State, StorageError> {
    let storage = &kernel.storage;
    let mut state = State::default();
    let mut broken = None;
    storage
        .load(&TABLES, |(key, value)| match from_json::<TableDefinition>(&value).zip(place_of(&key)) {
            Some((definition, (account, region))) => {
                state.last_id = state.last_id.max(definition.id);
                let tables = &mut state.region_at(&account, &region).tables;
                tables.insert(definition.name.clone(), Table::absent(definition));
            }
            None => broken = Some(TABLES.name),
        })
        .await?;
    storage
        .load(&STREAMS, |(key, value)| match from_json::<StreamDefinition>(&value).zip(place_of(&key)) {
            Some((definition, (account, region))) => {
                state.last_id = state.last_id.max(definition.id);
                let streams = &mut state.region_at(&account, &region).streams;
                streams.insert(definition.arn.clone(), Stream::absent(definition));
            }
            None => broken = Some(STREAMS.name),
        })
        .await?;
    storage.prepare(&ITEMS).await?;
    storage.prepare(&RECORDS).await?;
    history::prepare(kernel).await?;
    backup::load(kernel, &mut state, &mut broken).await?;
    outbox::load(kernel, &mut state, &mut broken).await?;
    state.find_policies();
    broken.map_or(Ok(state), |space| Err(unreadable(space)))
}

/// Reads the items of a table and the places of its history, in pieces between which others get their
/// turn.
pub async fn read_items(kernel: &Kernel, table: &TableDefinition) -> Result<(Data, History), StorageError> {
    let mut data = Data::of(table);
    read_all(kernel, &ITEMS, table.id, |key, value| {
        let item = Packed::read(value.clone()).ok_or_else(|| unreadable(ITEMS.name))?;
        data.set(table, key, Some(item));
        Ok(())
    })
    .await?;
    Ok((data, history::places(kernel, table.id).await?))
}

/// Reads the records of a stream, in the same way.
pub async fn read_records(kernel: &Kernel, stream: &StreamDefinition) -> Result<VecDeque<StreamRecord>, StorageError> {
    let mut records = VecDeque::new();
    read_all(kernel, &RECORDS, stream.id, |_, value| {
        records.push_back(postcard::from_bytes(value).map_err(|_| unreadable(RECORDS.name))?);
        Ok(())
    })
    .await?;
    Ok(records)
}

/// Hands every entry of a table or a stream to `each`, without the id in its key.
pub(super) async fn read_all(
    kernel: &Kernel,
    space: &Space,
    id: u32,
    mut each: impl FnMut(&[u8], &Bytes) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let prefix = id.to_be_bytes();
    let mut after: Option<Vec<u8>> = None;
    loop {
        let (entries, more) = kernel.storage.read(space, &prefix, after.as_deref()).await?;
        for (key, value) in &entries {
            each(&key[prefix.len()..], value)?;
        }
        if !more {
            return Ok(());
        }
        after = entries.into_iter().next_back().map(|(key, _)| key);
        kernel.tasks.breathe().await;
    }
}

pub(super) fn unreadable(space: &str) -> StorageError {
    StorageError::Backend(format!("{space} holds an entry that cannot be read"))
}

/// Whether `batch` changes the definition of a table or of a stream, or what is known of backups.
pub fn changes_definitions(batch: &Batch) -> bool {
    batch.changes().iter().any(|change| [TABLES.name, STREAMS.name, backup::BACKUPS.name].contains(&change.space()))
}

pub fn keep_table(scope: &Scope, definition: &TableDefinition, batch: &mut Batch) {
    batch.put(&TABLES, scoped(scope, &definition.name), to_json(definition));
}

/// Removes a table with all its items.
pub fn forget_table(scope: &Scope, table: &Table, batch: &mut Batch) {
    batch.delete(&TABLES, scoped(scope, &table.definition.name));
    batch.delete_prefix(&ITEMS, table.definition.id.to_be_bytes());
}

/// Keeps `item` at `key` of the table with this id, or keeps none there.
pub fn keep_item(table: u32, key: &[u8], item: Option<&Packed>, batch: &mut Batch) {
    let place = with_id(table, key);
    match item {
        Some(item) => batch.put(&ITEMS, place, item.bytes()),
        None => batch.delete(&ITEMS, place),
    }
}

pub fn keep_stream(scope: &Scope, definition: &StreamDefinition, batch: &mut Batch) {
    batch.put(&STREAMS, scoped(scope, &definition.arn), to_json(definition));
}

/// Removes a stream with all its records.
pub fn forget_stream(scope: &Scope, stream: &Stream, batch: &mut Batch) {
    batch.delete(&STREAMS, scoped(scope, &stream.definition.arn));
    batch.delete_prefix(&RECORDS, stream.definition.id.to_be_bytes());
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
