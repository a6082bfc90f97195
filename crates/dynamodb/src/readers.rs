//! Who reads the shards of streams, how far, and how much is left to them. In AWS an iterator's place is
//! its owner's secret and the lag a metric of CloudWatch; here whoever watches a stream may know both.

use std::collections::BTreeMap;

use kernel::{Arn, Caller};

use crate::{
    DynamoDb,
    state::{Stream, sequence_number},
};

/// Readers that are remembered.
const MOST: usize = 256;

/// Somebody who has read a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The stream's ARN.
    pub stream: String,
    /// `ShardId`
    pub shard: String,
    /// Who it is.
    pub caller: Caller,
    /// The number of the last record that was read; none before the first.
    pub position: Option<String>,
    /// When it read last, in milliseconds.
    pub read_at: u64,
}

/// What of a shard has still to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many records.
    pub records: usize,
    /// How long the oldest of them has been waiting, in milliseconds.
    pub millis: u64,
}

/// The readers of a room, by stream, shard and ARN. They are not kept: an iterator dies in minutes.
#[derive(Default)]
pub struct Readers(BTreeMap<(String, String, String), Reader>);

impl Readers {
    /// Takes in that `reader` has read; one without a position has not moved.
    pub fn note(&mut self, mut reader: Reader) {
        let key = (reader.stream.clone(), reader.shard.clone(), reader.caller.arn());
        if let Some(known) = self.0.remove(&key) {
            reader.position = reader.position.or(known.position);
        }
        if self.0.len() == MOST
            && let Some(oldest) = self.0.iter().min_by_key(|(_, reader)| reader.read_at).map(|(key, _)| key.clone())
        {
            self.0.remove(&oldest);
        }
        self.0.insert(key, reader);
    }
}

impl DynamoDb {
    /// Everybody who has read a stream that is still there.
    pub fn readers(&self) -> Vec<Reader> {
        let readers = self.readers.borrow();
        let is_there = |reader: &&Reader| self.with_stream(&reader.stream, |_| ()).is_some();
        readers.0.values().filter(is_there).cloned().collect()
    }

    /// The shards of a stream, by their ids; none when there is no such stream.
    pub fn shards(&self, stream: &str) -> Vec<String> {
        let now = self.now();
        let shards = self.with_stream(stream, |stream| stream.shards(now)).unwrap_or_default();
        shards.into_iter().map(|shard| shard.id).collect()
    }

    /// What is left of a shard to who has read `position` and wants nothing from before the moment
    /// `since`, in milliseconds. Nobody knows while the stream's records are in storage only.
    pub fn lag(&self, stream: &str, shard: &str, position: Option<&str>, since: u64) -> Option<Lag> {
        let now = self.now();
        let rest = |stream: &Stream| {
            let shard = stream.shards(now).into_iter().find(|known| known.id == shard)?;
            let is_left = |number: u64| position.is_none_or(|position| sequence_number(number).as_str() > position);
            let mut lag = Lag::default();
            for record in stream.records_of(&shard, 0, now) {
                if is_left(record.sequence) && record.at >= since {
                    lag.records += 1;
                    lag.millis = lag.millis.max(now.saturating_sub(record.at));
                }
            }
            stream.is_resident().then_some(lag)
        };
        self.with_stream(stream, rest).flatten()
    }

    fn with_stream<T>(&self, arn: &str, look: impl FnOnce(&Stream) -> T) -> Option<T> {
        let place = arn.parse::<Arn>().ok()?;
        let mut state = self.state.borrow_mut();
        state.region_at(&place.account, &place.region).streams.get(arn).map(look)
    }
}
