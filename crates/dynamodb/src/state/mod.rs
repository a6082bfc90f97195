//! What is kept: tables with their items and indexes, and streams, in memory and in storage.

pub mod backup;
mod definition;
pub mod history;
mod keeping;
mod persistence;
mod stream;
mod table;

use std::{collections::BTreeMap, ops::RangeInclusive, rc::Rc};

use kernel::{Batch, Scope};

pub use backup::Backup;
pub use definition::{
    Billing, IndexDefinition, IndexProjection, KeyAttribute, KeyKind, KeySchema, TableDefinition, TimeToLive,
};
use history::History;
pub use keeping::{Keeping, RECOVERY_DAYS, Recovery};
pub use persistence::load;
pub use stream::{Change, Stream, StreamDefinition, StreamRecord, ViewType, sequence_number};
pub use table::Table;

use crate::value::Item;

/// Everything of all accounts and regions.
#[derive(Default)]
pub struct State {
    regions: BTreeMap<Place, Region>,
    last_id: u32,
}

/// An account and a region.
type Place = (String, String);

/// Everything of one account in one region.
#[derive(Default)]
pub struct Region {
    /// By name.
    pub tables: BTreeMap<String, Table>,
    /// By ARN. A stream outlives its table by a day.
    pub streams: BTreeMap<String, Stream>,
    /// By ARN. A backup outlives its table.
    backups: BTreeMap<String, Backup>,
}

/// One item's change.
pub struct Write {
    /// The item's place in the table.
    pub key: Vec<u8>,
    /// What it becomes; `None` removes it.
    pub new: Option<Rc<Item>>,
    /// When.
    pub at: u64,
    /// Whether nobody asked for it: the item has expired.
    pub by_time_to_live: bool,
}

impl State {
    /// What `scope` acts on.
    pub fn region(&mut self, scope: &Scope) -> &mut Region {
        self.regions.entry((scope.account.clone(), scope.region.clone())).or_default()
    }

    /// The second at which the next item of all tables expires.
    pub fn next_expiry(&self) -> Option<u64> {
        self.regions.values().flat_map(|region| region.tables.values()).filter_map(Table::next_expiry).min()
    }

    /// Removes what has expired in these `seconds`; `now` is in milliseconds.
    pub fn expire(&mut self, seconds: &RangeInclusive<u64>, now: u64, batch: &mut Batch) {
        for region in self.regions.values_mut() {
            let due: Vec<(String, Vec<u8>)> = region
                .tables
                .iter()
                .flat_map(|(name, table)| table.expired(seconds.clone()).into_iter().map(|key| (name.clone(), key)))
                .collect();
            for (table, key) in due {
                region.write(&table, Write { key, new: None, at: now, by_time_to_live: true }, batch);
            }
        }
    }

    /// A number that no table and no stream has had.
    pub fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }
}

impl Region {
    /// The stream to which changes of a table go now.
    pub fn stream_of(&mut self, table: &str) -> Option<&mut Stream> {
        let arn = self.tables.get(table)?.definition.stream_arn.as_deref()?;
        self.streams.get_mut(arn).filter(|stream| stream.is_open())
    }

    /// Changes one item of `table`, records it in the table's stream, and adds both to `batch`. A
    /// change that changes nothing leaves no trace.
    pub fn write(&mut self, table: &str, write: Write, batch: &mut Batch) {
        let Some(found) = self.tables.get_mut(table) else { return };
        let old = found.get(&write.key).cloned();
        if old == write.new {
            return;
        }
        let change = Change {
            keys: found.definition.keys.of(old.as_ref().or(write.new.as_ref()).map_or(&Item::new(), |item| item)),
            old,
            new: write.new.clone(),
            at: write.at,
            by_time_to_live: write.by_time_to_live,
        };
        found.note_change(&write.key, write.at, batch);
        found.set(&write.key, write.new);
        persistence::keep_item(found, &write.key, batch);
        if let Some(stream) = self.stream_of(table) {
            stream.append(change, batch);
        }
    }

    /// Makes a table that has items from the beginning.
    pub fn add_table(
        &mut self,
        scope: &Scope,
        definition: TableDefinition,
        items: BTreeMap<Vec<u8>, Rc<Item>>,
        batch: &mut Batch,
    ) {
        persistence::keep_table(scope, &definition, batch);
        let mut table = Table::new(definition);
        for (key, item) in items {
            table.set(&key, Some(item));
            persistence::keep_item(&table, &key, batch);
        }
        self.tables.insert(table.definition.name.clone(), table);
    }

    /// Removes a table and its items. Its stream closes.
    pub fn drop_table(&mut self, scope: &Scope, name: &str, now: u64, batch: &mut Batch) {
        self.close_stream(scope, name, now, batch);
        if let Some(mut table) = self.tables.remove(name) {
            self.keep_deleted(scope, &table, now, batch);
            table.history.forget(table.definition.id, batch);
            persistence::forget_table(scope, &table, batch);
        }
    }

    /// Ends the table's stream: it stays readable for a day.
    pub fn close_stream(&mut self, scope: &Scope, table: &str, now: u64, batch: &mut Batch) {
        if let Some(stream) = self.stream_of(table) {
            stream.definition.closed_at = Some(now);
            persistence::keep_stream(scope, &stream.definition, batch);
        }
    }

    /// Forgets streams that closed more than a day ago.
    pub fn forget_old_streams(&mut self, scope: &Scope, now: u64, batch: &mut Batch) {
        self.streams.retain(|_, stream| {
            let old = stream.definition.closed_at.is_some_and(|closed| closed + stream::RETENTION <= now);
            if old {
                persistence::forget_stream(scope, stream, batch);
            }
            !old
        });
    }
}

/// Keeps the definition of a table.
pub fn keep_definition(scope: &Scope, definition: &TableDefinition, batch: &mut Batch) {
    persistence::keep_table(scope, definition, batch);
}

/// Keeps the definition of a stream.
pub fn keep_stream(scope: &Scope, definition: &StreamDefinition, batch: &mut Batch) {
    persistence::keep_stream(scope, definition, batch);
}
