//! The shards of a stream: which there are at a moment, and what each holds.
//!
//! A shard takes records for four hours; then it closes and a child goes on. When a table is given more
//! throughput than its partitions serve, its shards split: each closes and two or more children go on,
//! each with its part of the table's partitions. What shards there are follows from when the stream
//! began and when it split, so that nothing else has to be kept.

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::{
    StreamDefinition, StreamRecord, TableDefinition,
    stream::{RETENTION, SEQUENCES_PER_MILLI},
};
use crate::value::key;

/// How long a shard takes records, in milliseconds: four hours.
const LIFE: u64 = 4 * 60 * 60 * 1000;

/// Read and write units that one partition serves.
const PARTITION_READS: f64 = 3000.0;
const PARTITION_WRITES: f64 = 1000.0;

/// The most shards that a stream has at once.
const MAX_SHARDS: u64 = 64;

/// From when on a stream has how many shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Milliseconds.
    pub at: u64,
    /// A power of two.
    pub count: u64,
}

/// One shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// `ShardId`
    pub id: String,
    /// The shard that it continues, even if that is gone already.
    pub parent: Option<String>,
    /// The number that no record of it comes before.
    pub starting: u64,
    /// The number that no record of it comes after, once it is closed.
    pub ending: Option<u64>,
    index: u64,
    count: u64,
}

/// A stretch of time with the same shards.
struct Generation {
    start: u64,
    end: Option<u64>,
    count: u64,
}

/// How many shards the stream of a table has: AWS's rule for partitions, rounded up to a power of two. A
/// table on demand has one.
pub fn count_for(table: &TableDefinition) -> u64 {
    let (reads, writes) = table.billing.throughput;
    let partitions = (reads as f64 / PARTITION_READS + writes as f64 / PARTITION_WRITES).ceil();
    (partitions as u64).clamp(1, MAX_SHARDS).next_power_of_two()
}

impl StreamDefinition {
    /// The shards at the moment `now`, parents before children: all that are open, and those that
    /// closed within a day. `last` is the number of the stream's newest record.
    pub fn shards(&self, now: u64, last: u64) -> Vec<Shard> {
        let generations = self.generations(now);
        let oldest = now.saturating_sub(RETENTION);
        let mut shards = Vec::new();
        let mut before: Option<&Generation> = None;
        for generation in &generations {
            let ending = generation.end.map(|end| end * SEQUENCES_PER_MILLI - 1);
            let ending = if self.closed_at.is_some_and(|closed| generation.end == Some(closed)) {
                Some(last.max(generation.start * SEQUENCES_PER_MILLI))
            } else {
                ending
            };
            let shard = |index| Shard {
                id: self.shard_id(generation.start, index),
                parent: before.map(|parent| self.shard_id(parent.start, index * parent.count / generation.count)),
                starting: generation.start * SEQUENCES_PER_MILLI,
                ending,
                index,
                count: generation.count,
            };
            if generation.end.is_none_or(|end| end > oldest) {
                let mut born: Vec<Shard> = (0..generation.count).map(shard).collect();
                born.sort_by(|one, other| one.id.cmp(&other.id));
                shards.extend(born);
            }
            before = Some(generation);
        }
        shards
    }

    /// Splits the shards into `count`, if there are fewer: from the next millisecond on, so that what
    /// has been written stays where it is.
    pub fn split(&mut self, count: u64, now: u64) -> bool {
        let splits = count > self.count_at(now + 1);
        if splits {
            self.splits.push(Split { at: now + 1, count });
        }
        splits
    }

    fn count_at(&self, moment: u64) -> u64 {
        self.splits.iter().rfind(|split| split.at <= moment).map_or(1, |split| split.count)
    }

    fn generations(&self, now: u64) -> Vec<Generation> {
        let until = self.closed_at.unwrap_or(now).min(now);
        let oldest = now.saturating_sub(RETENTION);
        // One more than can be seen, to be the parent of the first that can.
        let first = (oldest.saturating_sub(self.created_at) / LIFE).saturating_sub(1);
        let begin = self.created_at + first * LIFE;
        let mut starts: Vec<u64> = self.splits.iter().map(|split| split.at).filter(|at| *at > begin).collect();
        starts.extend((first..).map(|life| self.created_at + life * LIFE).take_while(|start| *start <= until));
        starts.retain(|start| *start <= until);
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().map(Some).chain([self.closed_at]);
        let generations = starts.iter().zip(ends);
        generations.map(|(&start, end)| Generation { start, end, count: self.count_at(start) }).collect()
    }

    /// `shardId-MILLISECONDS-HEX`, as in AWS.
    fn shard_id(&self, start: u64, index: u64) -> String {
        if start == self.created_at && index == 0 {
            return self.shard.clone();
        }
        let digest = Md5::digest(format!("{}/{start}/{index}", self.arn));
        format!("shardId-{start:020}-{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
    }

    /// Whether `record` is in `shard`.
    pub fn is_in(&self, shard: &Shard, record: &StreamRecord) -> bool {
        let in_time = record.sequence >= shard.starting && shard.ending.is_none_or(|ending| record.sequence <= ending);
        in_time && (shard.count == 1 || self.part_of(record, shard.count) == shard.index)
    }

    /// In which of `count` equal parts of all partitions the record's item lies.
    fn part_of(&self, record: &StreamRecord, count: u64) -> u64 {
        let hash = self.key_schema[0]["AttributeName"].as_str().unwrap_or_default();
        let place = u32::from_be_bytes(key::place(record.keys.get(hash)));
        (u64::from(place) * count) >> u32::BITS
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::ViewType;

    const START: u64 = 1_700_000_000_000;
    const HOUR: u64 = 60 * 60 * 1000;

    fn stream() -> StreamDefinition {
        StreamDefinition {
            id: 1,
            arn: "arn".into(),
            label: "label".into(),
            table: "songs".into(),
            view: ViewType::KeysOnly,
            key_schema: json!([{"AttributeName": "artist", "KeyType": "HASH"}]),
            shard: format!("shardId-{START:020}-00000000"),
            created_at: START,
            closed_at: None,
            policy: crate::state::ResourcePolicy::default(),
            splits: Vec::new(),
        }
    }

    #[test]
    fn a_shard_closes_after_four_hours_and_is_gone_a_day_later() {
        let stream = stream();
        let open = stream.shards(START + 3 * HOUR, 0);
        assert_eq!((open.len(), open[0].ending, open[0].parent.clone()), (1, None, None));
        let rolled = stream.shards(START + 5 * HOUR, 0);
        assert_eq!(rolled.len(), 2);
        assert_eq!(rolled[1].parent.as_ref(), Some(&rolled[0].id));
        assert_eq!(rolled[0].ending, Some(rolled[1].starting - 1));
        let later = stream.shards(START + 28 * HOUR + 1, 0);
        assert!(later.iter().all(|shard| shard.id != rolled[0].id), "it closed more than a day ago");
        assert_eq!(later[0].parent.as_ref(), Some(&rolled[0].id), "its child remembers it");
        assert_eq!(stream.shards(START + 90_000 * HOUR, 0).len(), 7, "years change nothing");
    }

    #[test]
    fn a_split_gives_each_shard_two_children() {
        let mut stream = stream();
        assert!(stream.split(2, START + HOUR));
        assert!(!stream.split(2, START + HOUR), "there are two already");
        let shards = stream.shards(START + 2 * HOUR, 0);
        assert_eq!(shards.len(), 3);
        assert!(shards[1..].iter().all(|child| child.parent.as_ref() == Some(&shards[0].id)));
        assert!(shards[0].ending.is_some() && shards[1..].iter().all(|child| child.ending.is_none()));
        let rolled = stream.shards(START + 5 * HOUR, 0);
        for child in &rolled[3..] {
            let parent = rolled.iter().find(|shard| Some(&shard.id) == child.parent.as_ref()).unwrap();
            assert_eq!(parent.index, child.index);
        }
    }

    #[test]
    fn a_stream_that_was_disabled_has_closed_shards_only() {
        let mut stream = stream();
        stream.closed_at = Some(START + HOUR);
        let last = (START + 10) * SEQUENCES_PER_MILLI;
        let shards = stream.shards(START + 20 * HOUR, last);
        assert_eq!((shards.len(), shards[0].ending), (1, Some(last)));
        assert_eq!(stream.shards(START + 26 * HOUR, last), []);
    }

    #[test]
    fn shard_ids_have_the_length_that_sdks_accept() {
        for shard in stream().shards(START + 20 * HOUR, 0) {
            assert!((28..=65).contains(&shard.id.len()), "{}", shard.id);
        }
    }
}
