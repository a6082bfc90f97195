//! Mappings as consumers of streams: how far each has come, for who shows it.

use std::collections::BTreeMap;

use super::{Checkpoint, source::stream_of};
use crate::Lambda;

/// An event source mapping and its places in the shards of its stream.
pub struct Consumer {
    /// The mapping's UUID.
    pub mapping: String,
    /// The function's name.
    pub function: String,
    /// The stream's ARN.
    pub stream: String,
    /// Where it begins in a shard that is missing in `shards`.
    pub starting_position: String,
    /// When it was made, in milliseconds.
    pub created: u64,
    /// The number of the last record that is done, by shard; none when all of the shard is.
    pub shards: BTreeMap<String, Option<String>>,
}

impl Lambda {
    /// All event source mappings, in every account and region.
    pub fn consumers(&self) -> Vec<Consumer> {
        let state = self.state.borrow();
        let consumers = state.mappings().map(|(uuid, mapping)| {
            let shards = mapping.checkpoints.iter().map(|(shard, checkpoint)| match checkpoint {
                Checkpoint::After(sequence) => (shard.clone(), Some(sequence.clone())),
                Checkpoint::Finished => (shard.clone(), None),
            });
            Consumer {
                mapping: uuid.clone(),
                function: mapping.function.clone(),
                stream: stream_of(&mapping.source).to_owned(),
                starting_position: mapping.starting_position.clone(),
                created: mapping.created,
                shards: shards.collect(),
            }
        });
        consumers.collect()
    }
}
