//! A data stream and what becomes of it: changes take a moment of virtual time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shard::{Shard, shard_id};

/// How long a stream is being made, changed or removed, in milliseconds. On AWS it is longer.
pub const CHANGE: u64 = 500;

/// A data stream.
#[derive(Clone, Serialize, Deserialize)]
pub struct Stream {
    /// Tells a stream from an earlier one of the same name; 20 letters and digits.
    pub id: String,
    pub name: String,
    pub arn: String,
    /// When it was made, in milliseconds.
    pub created: u64,
    pub on_demand: bool,
    pub retention_hours: u64,
    pub max_record_kib: u64,
    /// The KMS key, if records are encrypted.
    pub key: Option<String>,
    /// `ShardLevelMetrics`
    pub metrics: Vec<String>,
    pub tags: BTreeMap<String, String>,
    pub consumers: Vec<Consumer>,
    pub shards: Vec<Shard>,
    /// What is under way.
    pub pending: Option<Pending>,
}

/// A consumer with throughput of its own.
#[derive(Clone, Serialize, Deserialize)]
pub struct Consumer {
    pub name: String,
    /// When it was registered, in milliseconds.
    pub created: u64,
    pub tags: BTreeMap<String, String>,
}

/// A change that is done at a moment of virtual time.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// Milliseconds.
    pub at: u64,
    pub change: Change,
}

/// What becomes of a stream.
#[derive(Clone, Serialize, Deserialize)]
pub enum Change {
    Create,
    Delete,
    /// The shard is divided before this hash key.
    Split(u32, u128),
    Merge(u32, u32),
    /// As many shards of equal size.
    Count(u32),
    /// What has been set already.
    Setting,
}

impl Stream {
    /// `StreamStatus`
    pub fn status(&self) -> &'static str {
        match self.pending.as_ref().map(|pending| &pending.change) {
            None => "ACTIVE",
            Some(Change::Create) => "CREATING",
            Some(Change::Delete) => "DELETING",
            Some(_) => "UPDATING",
        }
    }

    /// Whether records can be written and read.
    pub fn is_usable(&self) -> bool {
        matches!(self.status(), "ACTIVE" | "UPDATING")
    }

    /// Begins a change.
    pub fn begin(&mut self, change: Change, now: u64) {
        self.pending = Some(Pending { at: now + CHANGE, change });
    }

    /// Whether what is under way has come to its end.
    pub fn is_due(&self, now: u64) -> bool {
        self.pending.as_ref().is_some_and(|pending| pending.at <= now)
    }

    /// Ends what is under way; whether the stream is there still.
    pub fn settle(&mut self) -> bool {
        let Some(Pending { at, change }) = self.pending.take() else { return true };
        match change {
            Change::Delete => return false,
            Change::Create | Change::Setting => {}
            Change::Split(shard, before) => self.split(shard, before, at),
            Change::Merge(left, right) => self.merge(left, right, at),
            Change::Count(count) => self.resize(count, at),
        }
        true
    }

    /// The moment before which records have expired.
    pub fn oldest(&self, now: u64) -> u64 {
        now.saturating_sub(self.retention_hours * 3_600_000)
    }

    /// The shards that take records.
    pub fn open_shards(&self) -> impl Iterator<Item = (u32, &Shard)> {
        self.numbered().filter(|(_, shard)| shard.closed.is_none())
    }

    /// Every shard with its number.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &Shard)> {
        (0..).zip(&self.shards)
    }

    /// The shard that takes records with this hash key.
    pub fn shard_for(&self, hash: u128) -> Option<u32> {
        self.numbered().find(|(_, shard)| shard.takes(hash)).map(|(number, _)| number)
    }

    /// The children of a shard.
    pub fn children(&self, parent: u32) -> impl Iterator<Item = (u32, &Shard)> {
        self.numbered().filter(move |(_, shard)| shard.parents.contains(&parent))
    }

    /// The ARN of a consumer.
    pub fn consumer_arn(&self, consumer: &Consumer) -> String {
        format!("{}/consumer/{}:{}", self.arn, consumer.name, consumer.created / 1000)
    }

    fn close(&mut self, number: u32, at: u64) -> Option<(u128, u128)> {
        let shard = self.shards.get_mut(number as usize)?;
        shard.closed = Some(at);
        Some((shard.first, shard.last))
    }

    /// As AWS does, a child's numbers begin in the second after its parent's last.
    fn open(&mut self, range: (u128, u128), at: u64, parents: Vec<u32>) {
        self.shards.push(Shard::new(range, at / 1000 + 1, parents));
    }

    fn split(&mut self, number: u32, before: u128, at: u64) {
        if let Some((first, last)) = self.close(number, at) {
            self.open((first, before - 1), at, vec![number]);
            self.open((before, last), at, vec![number]);
        }
    }

    fn merge(&mut self, left: u32, right: u32, at: u64) {
        if let (Some((first, _)), Some((_, last))) = (self.close(left, at), self.close(right, at)) {
            self.open((first, last), at, vec![left, right]);
        }
    }

    /// Splits where a new shard begins, then merges what belongs to one: as AWS does, over shards that
    /// live for a moment only.
    fn resize(&mut self, count: u32, at: u64) {
        let ranges = equal_ranges(count);
        for (first, _) in &ranges {
            let cut = self.shard_for(*first).filter(|number| self.shards[*number as usize].first != *first);
            if let Some(number) = cut {
                self.split(number, *first, at);
            }
        }
        for (first, last) in ranges {
            while let Some(left) = self.shard_for(first) {
                let end = self.shards[left as usize].last;
                let right = if end < last { self.shard_for(end + 1) } else { None };
                let Some(right) = right else { break };
                self.merge(left, right, at);
            }
        }
    }
}

/// All hash keys in `count` ranges of equal size.
pub fn equal_ranges(count: u32) -> Vec<(u128, u128)> {
    let count = u128::from(count.max(1));
    // 2^128 / count without the number that does not fit.
    let size = if count == 1 { 0 } else { u128::MAX / count + u128::from(u128::MAX % count == count - 1) };
    let range = |at: u128| (size * at, if at == count - 1 { u128::MAX } else { size * (at + 1) - 1 });
    (0..count).map(range).collect()
}

/// The words for a shard in a message.
pub fn shard_of(number: u32, stream: &str, account: &str) -> String {
    format!("shard {} in stream {stream} under account {account}", shard_id(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(count: u32) -> Stream {
        Stream {
            id: "a".repeat(20),
            name: "s".into(),
            arn: "arn".into(),
            created: 0,
            on_demand: false,
            retention_hours: 24,
            max_record_kib: 1024,
            key: None,
            metrics: Vec::new(),
            tags: BTreeMap::new(),
            consumers: Vec::new(),
            shards: equal_ranges(count).into_iter().map(|range| Shard::new(range, 0, Vec::new())).collect(),
            pending: None,
        }
    }

    #[test]
    fn every_hash_key_has_one_shard_whatever_the_count() {
        for (before, after) in [(1, 2), (2, 3), (3, 2), (4, 8), (8, 5), (5, 5)] {
            let mut stream = stream(before);
            stream.begin(Change::Count(after), 0);
            assert!(stream.settle());
            let mut open: Vec<_> = stream.open_shards().map(|(_, shard)| (shard.first, shard.last)).collect();
            open.sort_unstable();
            assert_eq!(open, equal_ranges(after), "{before} to {after}");
            assert!(stream.shards.iter().all(|shard| shard.parents.len() <= 2));
        }
    }

    #[test]
    fn three_shards_are_cut_where_aws_cuts_them() {
        let third = 113_427_455_640_312_821_154_458_202_477_256_070_485;
        assert_eq!(equal_ranges(3)[1], (third, 2 * third - 1));
        assert_eq!(equal_ranges(2)[1], (1 << 127, u128::MAX));
    }
}
