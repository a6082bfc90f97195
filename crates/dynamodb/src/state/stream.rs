use std::collections::VecDeque;

use kernel::Batch;
use serde::{Deserialize, Serialize};

use super::{
    KeySchema, ResourcePolicy, Write, persistence,
    shards::{Shard, Split},
};
use crate::value::{Item, Packed, item_size};

/// How long records stay, in milliseconds: 24 hours.
pub const RETENTION: u64 = 24 * 60 * 60 * 1000;

/// Sequence numbers per millisecond, so that numbers grow with time even across restarts.
pub const SEQUENCES_PER_MILLI: u64 = 100_000;

/// What a stream says of each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViewType {
    /// Only the key.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl ViewType {
    const ALL: [(&'static str, Self); 4] = [
        ("KEYS_ONLY", Self::KeysOnly),
        ("NEW_IMAGE", Self::NewImage),
        ("OLD_IMAGE", Self::OldImage),
        ("NEW_AND_OLD_IMAGES", Self::NewAndOldImages),
    ];

    /// Reads the wire's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, view)| view)
    }

    /// As the wire writes it.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, view)| *view == self).map_or("", |(name, _)| name)
    }
}

/// All of a stream but its records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamDefinition {
    /// The beginning of the keys of its records in storage.
    pub id: u32,
    /// `TABLEARN/stream/LABEL`
    pub arn: String,
    /// The moment of its making, as ISO 8601.
    pub label: String,
    /// The table's name.
    pub table: String,
    /// What it says of each change.
    pub view: ViewType,
    /// The table's key, as the wire writes it.
    pub key_schema: serde_json::Value,
    /// The first shard.
    pub shard: String,
    /// Milliseconds.
    pub created_at: u64,
    /// When it was disabled, or its table deleted, in milliseconds.
    pub closed_at: Option<u64>,
    /// How often its shards have split, oldest first.
    #[serde(default)]
    pub splits: Vec<Split>,
    /// Who else may read it.
    #[serde(default)]
    pub policy: ResourcePolicy,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventName {
    /// It is new.
    Insert,
    /// It is another.
    Modify,
    /// It is gone.
    Remove,
}

impl EventName {
    /// As the wire writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}

/// A change of an item, before its stream's view type is applied.
pub struct Change {
    /// The item's key.
    pub keys: Item,
    /// The item before.
    pub old: Option<Packed>,
    /// The item after.
    pub new: Option<Packed>,
    /// Milliseconds.
    pub at: u64,
    /// Whether the item had expired.
    pub by_time_to_live: bool,
}

impl Change {
    /// What `write` makes of `old`, in a table with these `keys`.
    pub fn of(keys: &KeySchema, old: Option<Packed>, write: &Write) -> Self {
        let item = old.as_ref().or(write.new.as_ref()).map(Packed::item).unwrap_or_default();
        Self { keys: keys.of(&item), old, new: write.new.clone(), at: write.at, by_time_to_live: write.by_time_to_live }
    }
}

/// One change, as the stream keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamRecord {
    /// Its place in the shard.
    pub sequence: u64,
    /// What happened.
    pub event: EventName,
    /// Milliseconds.
    pub at: u64,
    /// The item's key.
    pub keys: Item,
    /// The item before, if the view shows it.
    pub old: Option<Packed>,
    /// The item after, if the view shows it.
    pub new: Option<Packed>,
    /// Whether the item had expired.
    pub by_time_to_live: bool,
}

impl StreamRecord {
    /// `SizeBytes`
    pub fn size(&self) -> usize {
        let image = |image: &Option<Packed>| image.as_ref().map_or(0, Packed::size);
        item_size(&self.keys) + image(&self.old) + image(&self.new)
    }
}

/// A stream with the records of the last 24 hours.
pub struct Stream {
    /// All but the records.
    pub definition: StreamDefinition,
    /// What is acknowledged; `None` while it is only in storage.
    records: Option<VecDeque<StreamRecord>>,
    last_sequence: u64,
    /// The number of the newest record, acknowledged or not.
    assigned: u64,
    /// Records that are not settled.
    staged: usize,
    footprint: usize,
    /// When the stream was last asked for, in the order of requests.
    touched: u64,
}

/// What a record takes in memory besides its bytes, about.
const RECORD_OVERHEAD: usize = 700;

impl Stream {
    /// A stream without records.
    pub fn new(definition: StreamDefinition) -> Self {
        Self { records: Some(VecDeque::new()), ..Self::absent(definition) }
    }

    /// A stream whose records are in storage.
    pub fn absent(definition: StreamDefinition) -> Self {
        let last_sequence = definition.created_at * SEQUENCES_PER_MILLI;
        let (assigned, staged) = (last_sequence, 0);
        Self { definition, records: None, last_sequence, assigned, staged, footprint: 0, touched: 0 }
    }

    /// Whether the records are in memory: without them only the definition may be used.
    pub fn is_resident(&self) -> bool {
        self.records.is_some()
    }

    /// Takes in the records that were read from storage.
    pub(super) fn install(&mut self, records: VecDeque<StreamRecord>) {
        if let Some(newest) = records.back() {
            self.last_sequence = self.last_sequence.max(newest.sequence);
            self.assigned = self.assigned.max(newest.sequence);
        }
        self.footprint = records.iter().map(footprint).sum();
        self.records = Some(records);
    }

    /// Leaves the records to storage, if nothing is under way with them.
    pub(super) fn drop_records(&mut self) {
        if self.staged == 0 {
            self.records = None;
            self.footprint = 0;
        }
    }

    /// Notes that it was asked for at `now`.
    pub fn touch(&mut self, now: u64) {
        self.touched = now;
    }

    /// When it was last asked for.
    pub fn touched(&self) -> u64 {
        self.touched
    }

    /// What the records take in memory, about.
    pub fn footprint(&self) -> usize {
        self.footprint
    }

    /// Whether changes still come.
    pub fn is_open(&self) -> bool {
        self.definition.closed_at.is_none()
    }

    /// The number that comes before every record's.
    pub fn starting_sequence(&self) -> u64 {
        self.definition.created_at * SEQUENCES_PER_MILLI
    }

    /// The number of the newest record, or the one that came before all.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// The records from `sequence` on that are not older than a day.
    pub fn records_from(&self, sequence: u64, now: u64) -> impl Iterator<Item = &StreamRecord> {
        let records = self.records.iter().flat_map(move |records| {
            let start = records.partition_point(|record| record.sequence < sequence);
            records.range(start..)
        });
        records.filter(move |record| record.at + RETENTION > now)
    }

    /// The shards at the moment `now`.
    pub fn shards(&self, now: u64) -> Vec<Shard> {
        self.definition.shards(now, self.last_sequence())
    }

    /// The records of a shard from `sequence` on that are not older than a day.
    pub fn records_of<'a>(
        &'a self,
        shard: &'a Shard,
        sequence: u64,
        now: u64,
    ) -> impl Iterator<Item = &'a StreamRecord> {
        self.records_from(sequence, now).filter(|record| self.definition.is_in(shard, record))
    }

    /// Whether there was a record at `sequence` that is gone.
    pub fn is_trimmed(&self, sequence: u64, now: u64) -> bool {
        sequence > self.starting_sequence()
            && sequence <= self.last_sequence
            && self.records_from(sequence, now).next().is_none_or(|record| record.sequence != sequence)
    }

    /// Makes the record of a change and adds it to `batch`; drops what is older than a day. The record
    /// can be read once it is [published](Self::publish).
    pub(super) fn append(&mut self, change: Change, batch: &mut Batch) -> StreamRecord {
        let records = self.records.get_or_insert_default();
        while let Some(oldest) = records.pop_front_if(|record| record.at + RETENTION <= change.at) {
            persistence::forget_record(&self.definition, oldest.sequence, batch);
            self.footprint -= footprint(&oldest);
        }
        let event = match (&change.old, &change.new) {
            (None, _) => EventName::Insert,
            (Some(_), Some(_)) => EventName::Modify,
            (Some(_), None) => EventName::Remove,
        };
        let view = self.definition.view;
        self.assigned = (self.assigned + 1).max(change.at * SEQUENCES_PER_MILLI);
        self.staged += 1;
        let record = StreamRecord {
            sequence: self.assigned,
            event,
            at: change.at,
            keys: change.keys,
            old: change.old.filter(|_| matches!(view, ViewType::OldImage | ViewType::NewAndOldImages)),
            new: change.new.filter(|_| matches!(view, ViewType::NewImage | ViewType::NewAndOldImages)),
            by_time_to_live: change.by_time_to_live,
        };
        persistence::keep_record(&self.definition, &record, batch);
        record
    }

    /// Lets a record be read that storage has kept; `None` ends one that it has not.
    pub(super) fn publish(&mut self, record: Option<StreamRecord>) {
        self.staged = self.staged.saturating_sub(1);
        if let Some(record) = record {
            self.last_sequence = record.sequence;
            self.footprint += footprint(&record);
            self.records.get_or_insert_default().push_back(record);
        }
    }
}

/// What a record takes in memory, about. Its images are mostly shared with the table.
fn footprint(record: &StreamRecord) -> usize {
    RECORD_OVERHEAD + record.size()
}

/// The number that no record of the moment `millis` or later comes before.
pub fn sequence_at(millis: u64) -> u64 {
    millis.saturating_mul(SEQUENCES_PER_MILLI)
}

/// A sequence number as the wire writes it: 21 digits.
pub fn sequence_number(sequence: u64) -> String {
    format!("1{sequence:020}")
}
