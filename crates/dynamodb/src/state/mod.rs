//! What is kept: tables with their items and indexes, and streams, in memory and in storage.
//!
//! Memory never runs ahead of storage. A write is *staged* and goes to storage in a batch; it is
//! *settled* when storage has kept the batch, and only then can be read. Writes that come meanwhile
//! build on what is staged, so that many of them share one commit; when a commit fails, all of them
//! fail (see [`kernel::Storage`]) and nothing staged remains. Changes of definitions are seen at once,
//! but nobody looks before they are settled: see [`memory`](crate::memory).

pub mod backup;
mod collections;
pub mod contributors;
mod definition;
mod destination;
mod group;
pub mod history;
mod keeping;
mod lag;
mod lifecycle;
pub mod meter;
mod outbox;
mod persistence;
mod shards;
mod stream;
mod table;
mod throughput;
mod vector;

use std::{
    collections::{BTreeMap, VecDeque},
    ops::RangeInclusive,
};

use kernel::{Arn, Batch, Scope};

pub use backup::Backup;
pub use definition::{
    Billing, IndexDefinition, IndexProjection, KeyAttribute, KeyKind, KeySchema, TableDefinition, TimeToLive,
};
pub use destination::{Destination, DestinationStatus, Outgoing};
pub use group::{Group, Replica, ReplicaStatus};
use history::History;
pub use keeping::{Insights, Keeping, RECOVERY_DAYS, Recovery, ResourcePolicy};
pub use lifecycle::{Change, ChangeKind};
pub use outbox::{Arrival, Delivery};
use outbox::{Outbound, OutboxKey};
pub use persistence::{changes_definitions, load, read_items, read_records};
pub use shards::{Shard, Split, count_for as shards_for};
pub use stream::{Stream, StreamDefinition, StreamRecord, ViewType, sequence_at, sequence_number};
pub use table::{Data, Table};
pub use throughput::{Switches, ThroughputHistory};
pub use vector::{SearchElement, VectorEntries, VectorEntry, VectorIndex};

use crate::value::Packed;

/// Everything of all accounts and regions.
#[derive(Default)]
pub struct State {
    /// By account and name.
    regions: BTreeMap<String, BTreeMap<String, Region>>,
    last_id: u32,
    /// Whether there may be a resource policy anywhere: who has none is not slowed down by them.
    pub has_policies: bool,
    /// Changes that wait to be sent to data streams, oldest first.
    pub outgoing: VecDeque<Outgoing>,
    /// How far reads may lag behind writes, in milliseconds.
    pub lag: u64,
}

/// An account and a region.
pub type Place = (String, String);

/// Everything of one account in one region.
#[derive(Default)]
pub struct Region {
    /// By name.
    pub tables: BTreeMap<String, Table>,
    /// By ARN. A stream outlives its table by a day.
    pub streams: BTreeMap<String, Stream>,
    /// By ARN. A backup outlives its table.
    backups: BTreeMap<String, Backup>,
    /// Writes whose batch is not on its way yet.
    staged: Vec<StagedWrite>,
    /// Changes that have still to reach other regions.
    outbox: BTreeMap<OutboxKey, Outbound>,
    /// The number of the newest of them.
    sent: u64,
    /// See [`State::lag`].
    lag: u64,
}

/// A write that waits for storage.
pub struct StagedWrite {
    table: String,
    /// The table's id: another table may have its name by then.
    id: u32,
    key: Vec<u8>,
    new: Option<Packed>,
    /// The stream's ARN, and what it tells.
    record: Option<(String, StreamRecord)>,
    /// What has still to reach other regions.
    outbound: Option<(OutboxKey, Outbound)>,
    /// What a data stream is told.
    outgoing: Option<Outgoing>,
}

/// One item's change.
pub struct Write {
    /// The item's place in the table.
    pub key: Vec<u8>,
    /// What it becomes; `None` removes it.
    pub new: Option<Packed>,
    /// When.
    pub at: u64,
    /// Whether nobody asked for it: the item has expired.
    pub by_time_to_live: bool,
}

impl State {
    /// What `scope` acts on.
    pub fn region(&mut self, scope: &Scope) -> &mut Region {
        self.region_at(&scope.account, &scope.region)
    }

    /// What belongs to an account in a region.
    pub fn region_at(&mut self, account: &str, region: &str) -> &mut Region {
        let regions = self.regions.entry(account.to_owned()).or_default();
        let region = regions.entry(region.to_owned()).or_default();
        region.lag = self.lag;
        region
    }

    fn all(&self) -> impl Iterator<Item = (&str, &str, &Region)> {
        let accounts = self.regions.iter();
        accounts.flat_map(|(account, regions)| regions.iter().map(|(name, region)| (&**account, &**name, region)))
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Region> {
        self.regions.values_mut().flat_map(BTreeMap::values_mut)
    }

    /// The tables whose last change may not have ended.
    pub fn changing(&self) -> Vec<(Place, TableDefinition)> {
        let mut found = Vec::new();
        for (account, name, region) in self.all() {
            let definitions = region.tables.values().map(|table| &table.definition);
            for definition in definitions.filter(|definition| definition.change.is_some()) {
                found.push(((account.to_owned(), name.to_owned()), definition.clone()));
            }
        }
        found
    }

    /// The policy of the table, index or stream that `arn` names.
    pub fn policy_of(&self, arn: &Arn) -> Option<&ResourcePolicy> {
        let region = self.regions.get(&arn.account)?.get(&arn.region)?;
        let mut parts = arn.resource.split('/');
        let (Some("table"), Some(table)) = (parts.next(), parts.next()) else { return None };
        match parts.next() {
            Some("stream") => Some(&region.streams.get(&arn.to_string())?.definition.policy),
            _ => Some(&region.tables.get(table)?.definition.keeping.policy),
        }
    }

    /// Notes whether what was loaded has policies.
    fn find_policies(&mut self) {
        let tables = self.all().flat_map(|(.., region)| region.tables.values());
        let streams = self.all().flat_map(|(.., region)| region.streams.values());
        let tables = tables.map(|table| &table.definition.keeping.policy);
        let mut policies = tables.chain(streams.map(|stream| &stream.definition.policy));
        let found = policies.any(|policy| policy.document.is_some());
        drop(policies);
        self.has_policies = found;
    }

    /// The second at which the next item of all tables expires.
    pub fn next_expiry(&self) -> Option<u64> {
        self.all().flat_map(|(.., region)| region.tables.values()).filter_map(Table::next_expiry).min()
    }

    /// The tables in which items may have expired by `second`.
    pub fn with_expired(&self, second: u64) -> Vec<(Place, String)> {
        let mut found = Vec::new();
        for (account, name, region) in self.all() {
            let due = |table: &&Table| table.next_expiry().is_some_and(|at| at <= second);
            for table in region.tables.values().filter(due) {
                found.push(((account.to_owned(), name.to_owned()), table.definition.name.clone()));
            }
        }
        found
    }

    /// Removes what has expired in these `seconds` from the tables that are in memory, with their
    /// streams; `now` is in milliseconds. How many items went, by the ARN of the table.
    pub fn expire(&mut self, seconds: &RangeInclusive<u64>, now: u64, batch: &mut Batch) -> BTreeMap<String, usize> {
        let mut expired = BTreeMap::new();
        for region in self.all_mut() {
            let due: Vec<(String, Vec<u8>)> = region
                .tables
                .iter()
                .filter(|(_, table)| region.has_stream_of(table))
                .flat_map(|(name, table)| table.expired(seconds.clone()).into_iter().map(|key| (name.clone(), key)))
                .collect();
            for (table, key) in due {
                if let Some(table) = region.tables.get(&table) {
                    *expired.entry(table.definition.arn.clone()).or_default() += 1;
                }
                region.write(&table, Write { key, new: None, at: now, by_time_to_live: true }, batch);
            }
        }
        expired
    }

    /// A number that no table and no stream has had.
    pub fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// The writes that were staged since this was last asked: those of the batch that is now on its
    /// way.
    pub fn take_staged(&mut self) -> Vec<(Place, StagedWrite)> {
        let mut taken = Vec::new();
        for (account, regions) in &mut self.regions {
            for (name, region) in regions {
                let place = || (account.clone(), name.clone());
                taken.extend(region.staged.drain(..).map(|write| (place(), write)));
            }
        }
        taken
    }

    /// Ends the writes of a batch that storage has kept, or has not.
    pub fn settle(&mut self, writes: Vec<(Place, StagedWrite)>, kept: bool) {
        for ((account, name), write) in writes {
            let region = self.region_at(&account, &name);
            if let Some(table) = region.tables.get_mut(&write.table).filter(|table| table.definition.id == write.id) {
                table.settle(&write.key, write.new, kept);
            }
            if let Some(outgoing) = write.outgoing.filter(|_| kept) {
                self.outgoing.push_back(outgoing);
            }
            let region = self.region_at(&account, &name);
            if let Some((arn, record)) = write.record
                && let Some(stream) = region.streams.get_mut(&arn)
            {
                stream.publish(Some(record).filter(|_| kept));
            }
            if kept {
                region.outbox.extend(write.outbound);
            }
        }
    }

    /// Goes on with the definitions that storage has, and with what is in memory of tables and streams
    /// that are still the same.
    pub fn resume(&mut self, mut kept: Self) {
        kept.lag = self.lag;
        for (account, regions) in std::mem::take(&mut self.regions) {
            for (name, region) in regions {
                let now = kept.region_at(&account, &name);
                for (name, table) in region.tables {
                    if now.tables.get(&name).is_some_and(|kept| kept.definition == table.definition) {
                        now.tables.insert(name, table);
                    }
                }
                for (arn, stream) in region.streams {
                    if now.streams.get(&arn).is_some_and(|kept| kept.definition == stream.definition) {
                        now.streams.insert(arn, stream);
                    }
                }
            }
        }
        kept.outgoing = std::mem::take(&mut self.outgoing);
        *self = kept;
    }

    /// Takes in the items of a table that were read by `definition`, if it is still the same.
    pub fn install_items(
        &mut self,
        (account, region): &Place,
        definition: &TableDefinition,
        (data, history): (Data, History),
    ) {
        let region = self.region_at(account, region);
        let Some(table) = region.tables.get_mut(&definition.name) else { return };
        let now = &table.definition;
        let is_same = now.id == definition.id
            && now.indexes == definition.indexes
            && now.vectors == definition.vectors
            && now.time_to_live == definition.time_to_live;
        if is_same {
            table.install(data, history);
        }
    }

    /// Takes in the records of a stream, if it is still there.
    pub fn install_records(
        &mut self,
        (account, region): &Place,
        definition: &StreamDefinition,
        records: VecDeque<StreamRecord>,
    ) {
        let region = self.region_at(account, region);
        if let Some(stream) = region.streams.get_mut(&definition.arn) {
            stream.install(records);
        }
    }

    /// What all items and records take in memory, about.
    pub fn footprint(&self) -> usize {
        let of_tables = |region: &Region| region.tables.values().map(Table::footprint).sum::<usize>();
        let of_streams = |region: &Region| region.streams.values().map(Stream::footprint).sum::<usize>();
        self.all().map(|(.., region)| of_tables(region) + of_streams(region)).sum()
    }

    /// Drops from memory what was asked for longest ago, until the rest takes at most `budget`. What
    /// was asked for at `now` or is being written stays.
    pub fn shrink(&mut self, budget: usize, now: u64) {
        let mut excess = self.footprint().saturating_sub(budget);
        while excess > 0 {
            let tables = self.all_mut().flat_map(|region| {
                let tables = region.tables.values_mut().map(Resident::Table);
                tables.chain(region.streams.values_mut().map(Resident::Stream))
            });
            let idle = tables.filter(|one| one.footprint() > 0 && one.touched() < now);
            let Some(mut oldest) = idle.min_by_key(Resident::touched) else { return };
            let before = oldest.footprint();
            oldest.drop_data(now);
            excess = excess.saturating_sub(before - oldest.footprint());
        }
    }
}

/// What can be dropped from memory.
enum Resident<'a> {
    Table(&'a mut Table),
    Stream(&'a mut Stream),
}

impl Resident<'_> {
    fn footprint(&self) -> usize {
        match self {
            Self::Table(table) => table.footprint(),
            Self::Stream(stream) => stream.footprint(),
        }
    }

    fn touched(&self) -> u64 {
        match self {
            Self::Table(table) => table.touched(),
            Self::Stream(stream) => stream.touched(),
        }
    }

    /// Drops it; one that is being written counts as asked for at `now` instead.
    fn drop_data(&mut self, now: u64) {
        match self {
            Self::Table(table) => {
                table.drop_items();
                table.touch(now);
            }
            Self::Stream(stream) => {
                stream.drop_records();
                stream.touch(now);
            }
        }
    }
}

impl Region {
    /// Whether the stream of `table`, if it has one, is in memory.
    fn has_stream_of(&self, table: &Table) -> bool {
        let stream = table.definition.stream_arn.as_ref().and_then(|arn| self.streams.get(arn));
        stream.is_none_or(|stream| stream.is_resident() || !stream.is_open())
    }

    /// The stream to which changes of a table go now.
    pub fn stream_of(&mut self, table: &str) -> Option<&mut Stream> {
        let arn = self.tables.get(table)?.definition.stream_arn.as_deref()?;
        self.streams.get_mut(arn).filter(|stream| stream.is_open())
    }

    /// Stages a change of one item of `table` and its record in the table's stream, and adds both to
    /// `batch`, which must then be committed: without waiting, and whatever else happens. A change that
    /// changes nothing leaves no trace. The table, and its stream, must be in memory.
    pub fn write(&mut self, table: &str, write: Write, batch: &mut Batch) {
        self.stage_write(table, write, true, batch);
    }

    /// The same of a change that was made in another region, and goes no further.
    pub fn write_replicated(&mut self, table: &str, write: Write, batch: &mut Batch) {
        let can_be_written =
            self.tables.get(table).is_some_and(|table| table.is_resident() && self.has_stream_of(table));
        if can_be_written {
            self.stage_write(table, write, false, batch);
        }
    }

    fn stage_write(&mut self, table: &str, write: Write, is_own: bool, batch: &mut Batch) {
        let Some(found) = self.tables.get_mut(table) else { return };
        debug_assert!(found.is_resident(), "{table} is written before it was read");
        let old = found.latest(&write.key).cloned();
        if old == write.new {
            return;
        }
        found.note_change(&write.key, write.at, batch);
        let id = found.definition.id;
        let goes_out = is_own && found.definition.keeping.group.is_some();
        let sender = goes_out.then(|| found.definition.arn.clone());
        found.recent.note(write.at, self.lag, &write.key, old.as_ref());
        found.stage(&write.key, write.new.clone());
        persistence::keep_item(id, &write.key, write.new.as_ref(), batch);
        let is_told = found.definition.destination().is_some() || found.definition.stream_arn.is_some();
        let change = is_told.then(|| stream::Change::of(&found.definition.keys, old, &write));
        let outgoing = change.as_ref().and_then(|change| Outgoing::of(&found.definition, change));
        let record = change
            .zip(self.stream_of(table))
            .map(|(change, stream)| (stream.definition.arn.clone(), stream.append(change, batch)));
        let outbound = sender.map(|arn| self.send(&arn, table, &write, batch));
        let (key, new) = (write.key, write.new);
        self.staged.push(StagedWrite { table: table.to_owned(), id, key, new, record, outbound, outgoing });
    }

    /// Makes a table that has items from the beginning.
    pub fn add_table(
        &mut self,
        scope: &Scope,
        definition: TableDefinition,
        items: BTreeMap<Vec<u8>, Packed>,
        batch: &mut Batch,
    ) {
        persistence::keep_table(scope, &definition, batch);
        let mut table = Table::new(definition);
        for (key, item) in items {
            persistence::keep_item(table.definition.id, &key, Some(&item), batch);
            table.set(&key, Some(item));
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

    /// Splits the shards of the table's stream if the table has more partitions than they.
    pub fn split_shards(&mut self, scope: &Scope, table: &TableDefinition, now: u64, batch: &mut Batch) {
        if let Some(stream) = self.stream_of(&table.name)
            && stream.definition.split(shards_for(table), now)
        {
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
