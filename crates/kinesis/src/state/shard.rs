//! Shards: a range of hash keys and the records that fell into it.

use std::{collections::VecDeque, rc::Rc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sequence::{LAST_INDEX, Sequence};
use crate::rules::limits::Meter;

/// A shard of a stream; its place in the stream's list is its number.
#[derive(Clone, Serialize, Deserialize)]
pub struct Shard {
    /// The first hash key that belongs to it.
    pub first: u128,
    /// The last one.
    pub last: u128,
    /// The second in which it was made.
    pub created: u64,
    /// The shards that it continues: one after a split, two after a merge.
    pub parents: Vec<u32>,
    /// When it was closed, in milliseconds.
    pub closed: Option<u64>,
    /// What has arrived and not expired, oldest first.
    #[serde(skip)]
    pub records: VecDeque<Rc<Record>>,
    /// The index of the next record.
    #[serde(skip, default = "first_index")]
    pub next_index: u64,
    /// What has been written and read lately.
    #[serde(skip)]
    pub meter: Meter,
}

/// A shard's own number has the index 0: the first record is above it.
const fn first_index() -> u64 {
    1
}

/// A record in its shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    #[serde(skip)]
    pub index: u64,
    /// When it arrived, in milliseconds.
    pub arrived: u64,
    pub partition_key: String,
    pub data: Vec<u8>,
}

impl Shard {
    /// An open shard without records.
    pub fn new((first, last): (u128, u128), created: u64, parents: Vec<u32>) -> Self {
        Self {
            first,
            last,
            created,
            parents,
            closed: None,
            records: VecDeque::new(),
            next_index: first_index(),
            meter: Meter::default(),
        }
    }

    /// Whether it takes records with this hash key.
    pub fn takes(&self, hash: u128) -> bool {
        self.closed.is_none() && (self.first..=self.last).contains(&hash)
    }

    /// Adds a record.
    pub fn add(&mut self, partition_key: String, data: Vec<u8>, now: u64) -> Rc<Record> {
        // Numbers must not be below the shard's own, which are from a second ahead.
        let arrived = now.max(self.created * 1000);
        let record = Rc::new(Record { index: self.next_index, arrived, partition_key, data });
        self.records.push_back(record.clone());
        self.next_index += 1;
        record
    }

    /// Whether it has been closed for so long that all its records have expired.
    pub fn is_gone(&self, oldest: u64) -> bool {
        self.closed.is_some_and(|closed| closed < oldest)
    }

    /// The number of a record of this shard, which is the `number`th of its stream.
    pub fn sequence(&self, number: u32, record: &Record) -> Sequence {
        Sequence { created: self.created, index: record.index, second: record.arrived / 1000, shard: number }
    }

    /// Where the records from `index` on begin.
    pub fn position(&self, index: u64) -> usize {
        self.records.partition_point(|record| record.index < index)
    }

    /// As the wire describes it.
    pub fn describe(&self, number: u32) -> Value {
        let at = |index, second| Sequence { created: self.created, index, second, shard: number }.text();
        let mut range = json!({"StartingSequenceNumber": at(0, self.created)});
        if let Some(closed) = self.closed {
            range["EndingSequenceNumber"] = json!(at(LAST_INDEX, closed / 1000));
        }
        let mut description = json!({
            "ShardId": shard_id(number),
            "HashKeyRange": self.hash_keys(),
            "SequenceNumberRange": range,
        });
        for (name, parent) in ["ParentShardId", "AdjacentParentShardId"].into_iter().zip(&self.parents) {
            description[name] = json!(shard_id(*parent));
        }
        description
    }

    /// `HashKeyRange`
    pub fn hash_keys(&self) -> Value {
        json!({"StartingHashKey": self.first.to_string(), "EndingHashKey": self.last.to_string()})
    }
}

/// `shardId-000000000000`
pub fn shard_id(number: u32) -> String {
    format!("shardId-{number:012}")
}

/// The number in a shard's id, of which AWS also takes less than the whole: `shardId-0`, `0`.
pub fn shard_number(id: &str) -> Option<u32> {
    let digits = id.split('-').nth(1).filter(|digits| !digits.is_empty()).unwrap_or(id);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u32>().ok().filter(|number| is_number && i32::try_from(*number).is_ok())
}
