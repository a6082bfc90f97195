//! How fast this cloud's tables are: how long their changes take, how far reads lag behind writes, and
//! which of AWS's limits they keep.
//!
//! In AWS a table takes seconds to be made and an index minutes, and what has been written is not at
//! once everywhere. Here all of it is immediate unless told otherwise, so that tests need no waiting
//! and the waiters of SDKs, which sleep up to twenty seconds between two looks, return at the first.

use kernel::{AwsError, Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};

use crate::{DynamoDb, storage_failed};

const SPACE: Space = Space::new("dynamodb.pace");

/// Milliseconds of virtual time, each 0 at first; and tables throttle at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// How long a table or an index is made, changed or deleted.
    pub table_ms: u64,
    /// How far reads of global indexes lag behind writes.
    pub index_lag_ms: u64,
    /// How far eventually consistent reads of tables and local indexes lag behind writes.
    pub replica_lag_ms: u64,
    /// Whether requests pass that are more than a table's throughput allows. What they consume is
    /// counted all the same. A suite that was written against AWS may need it: here it runs in a
    /// fraction of the time, in which a table of a few units earns a fraction of the units.
    pub unthrottled: bool,
    /// The most bytes of an item collection; 0 stands for AWS's 10 GB. A smaller limit shows what happens
    /// at it.
    pub collection_bytes: u64,
}

/// The greatest size of an item collection in AWS: 10 GB.
const MAX_COLLECTION: u64 = 10 << 30;

impl Pace {
    /// The most bytes of an item collection.
    pub fn max_collection(&self) -> u64 {
        if self.collection_bytes == 0 { MAX_COLLECTION } else { self.collection_bytes }
    }
}

impl DynamoDb {
    /// How fast tables are.
    pub fn pace(&self) -> Pace {
        self.pace.get()
    }

    /// The moment that reads with this consistency see; `None` is now.
    pub fn seen_moment(&self, of_global_index: bool, consistent: bool) -> Option<u64> {
        let pace = self.pace();
        let lag = match (of_global_index, consistent) {
            (true, _) => pace.index_lag_ms,
            (false, false) => pace.replica_lag_ms,
            (false, true) => 0,
        };
        (lag > 0).then(|| self.now().saturating_sub(lag))
    }

    /// Takes in a pace.
    pub fn follow(&self, pace: Pace) {
        self.pace.set(pace);
        self.state.borrow_mut().lag = pace.index_lag_ms.max(pace.replica_lag_ms);
    }

    /// Makes tables as fast as `pace` from now on.
    ///
    /// # Errors
    /// When it cannot be kept; it holds until the next start all the same.
    pub async fn set_pace(&self, pace: Pace) -> Result<(), AwsError> {
        self.follow(pace);
        let mut batch = Batch::default();
        // Numbers and flags always serialise.
        batch.put(&SPACE, "pace", serde_json::to_vec(&pace).unwrap_or_default());
        self.kernel.storage.commit(batch).await.map_err(storage_failed)
    }
}

/// The pace that was set last.
pub async fn load(kernel: &Kernel) -> Result<Pace, StorageError> {
    let mut pace = Pace::default();
    kernel.storage.load(&SPACE, |(_, value)| pace = serde_json::from_slice(&value).unwrap_or_default()).await?;
    Ok(pace)
}
