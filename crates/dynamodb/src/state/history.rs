//! What items were before they changed: enough to bring a table back to any moment of its recovery
//! period. Only the places of the entries are in memory; what they say is read when it is needed.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};

use super::persistence::{read_all, to_postcard, unreadable, with_id};
use crate::value::Packed;

/// table id, milliseconds, number → the item before the change (postcard)
const HISTORY: Space = Space::new("dynamodb.history");

/// The places of all entries of one table, oldest first.
#[derive(Default)]
pub struct History {
    places: VecDeque<(u64, u64)>,
    last: u64,
}

/// One change, seen backwards.
#[derive(Serialize, Deserialize)]
struct Before {
    key: Vec<u8>,
    item: Option<Packed>,
}

/// A change that can be undone.
pub struct Undo {
    /// When it happened.
    pub at: u64,
    /// The item's place in its table.
    pub key: Vec<u8>,
    /// What was there.
    pub before: Option<Packed>,
}

impl History {
    /// Notes that the item at `key` of the table `id` changes, and what it was; forgets what is older
    /// than `earliest`.
    pub fn note(&mut self, id: u32, at: u64, earliest: u64, key: &[u8], item: Option<Packed>, batch: &mut Batch) {
        while let Some(place) = self.places.front().copied().filter(|(at, _)| *at < earliest) {
            batch.delete(&HISTORY, place_of(id, place));
            self.places.pop_front();
        }
        self.last += 1;
        let place = (at, self.last);
        let before = Before { key: key.to_vec(), item };
        batch.put(&HISTORY, place_of(id, place), to_postcard(&before));
        self.places.push_back(place);
    }

    /// Takes in an entry that was found in storage.
    fn restore(&mut self, place: (u64, u64)) {
        self.last = self.last.max(place.1);
        self.places.push_back(place);
    }

    /// Forgets everything about the table `id`.
    pub fn forget(&mut self, id: u32, batch: &mut Batch) {
        self.places.clear();
        batch.delete_prefix(&HISTORY, id.to_be_bytes());
    }

    /// The number of the newest entry.
    pub fn last(&self) -> u64 {
        self.last
    }
}

/// Sees to it that histories can be read.
pub async fn prepare(kernel: &Kernel) -> Result<(), StorageError> {
    kernel.storage.prepare(&HISTORY).await
}

/// The places of all entries of the table `id`.
pub async fn places(kernel: &Kernel, id: u32) -> Result<History, StorageError> {
    let mut history = History::default();
    read_all(kernel, &HISTORY, id, |place, _| {
        history.restore(split(place).ok_or_else(|| unreadable(HISTORY.name))?);
        Ok(())
    })
    .await?;
    Ok(history)
}

/// The changes of the table `id` after the moment `after`, oldest first, up to the one numbered `last`.
pub async fn read(kernel: &Kernel, id: u32, after: u64, last: u64) -> Result<Vec<Undo>, StorageError> {
    let mut changes = Vec::new();
    read_all(kernel, &HISTORY, id, |place, value| {
        let (at, number) = split(place).ok_or_else(|| unreadable(HISTORY.name))?;
        if at > after && number <= last {
            let Before { key, item } = postcard::from_bytes(value).map_err(|_| unreadable(HISTORY.name))?;
            changes.push(Undo { at, key, before: item });
        }
        Ok(())
    })
    .await?;
    Ok(changes)
}

/// Brings `items` back to what they were before `changes`, which are in the order in which they happened.
pub fn undo(items: &mut BTreeMap<Vec<u8>, Packed>, changes: &[Undo]) {
    for change in changes.iter().rev() {
        match &change.before {
            Some(item) => items.insert(change.key.clone(), item.clone()),
            None => items.remove(&change.key),
        };
    }
}

fn place_of(id: u32, (at, number): (u64, u64)) -> Vec<u8> {
    with_id(id, &[at.to_be_bytes(), number.to_be_bytes()].concat())
}

fn split(place: &[u8]) -> Option<(u64, u64)> {
    let (at, number) = place.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*at), u64::from_be_bytes(number.try_into().ok()?)))
}
