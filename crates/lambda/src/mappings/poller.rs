//! Pollers: one task for each mapping, which finds the shards of its stream and feeds its function from each.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    rc::Rc,
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{Either, LocalBoxFuture, pending, select},
    stream::FuturesUnordered,
};
use kernel::AwsError;

use super::{
    Checkpoint, Mapping, batch,
    duty::Duty,
    shard::Feed,
    stream::{From, Shard},
};
use crate::Lambda;

/// How long a poller that reads nothing waits before it looks for shards again.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// One poller at work.
struct Poller {
    duty: Rc<Duty>,
    /// Where it stands in the shards that nobody reads yet.
    starts: BTreeMap<String, String>,
    /// The shards that are being read.
    reading: BTreeSet<String>,
}

impl Lambda {
    /// Starts the pollers of all mappings that are enabled, and ends what was being deleted.
    pub(crate) fn resume_pollers(&self) {
        let uuids: Vec<_> = self.state.borrow().mappings().map(|(uuid, _)| uuid.clone()).collect();
        for uuid in uuids {
            self.remove_in_background(&uuid);
            if let Some(poller) = self.new_poller(&uuid) {
                self.kernel.tasks.spawn(poller.run());
            }
        }
    }

    /// Starts or replaces the poller of a mapping, or ends it if the mapping is disabled. A `new`
    /// mapping stands at its starting position when this returns.
    pub(super) async fn start_poller(&self, uuid: &str, new: bool) {
        self.pollers.stop(uuid);
        if let Some(mut poller) = self.new_poller(uuid) {
            if new {
                // An error shows again, and counts, when the poller runs.
                let _ = poller.find_shards(true).await;
            }
            self.kernel.tasks.spawn(poller.run());
        }
    }

    fn new_poller(&self, uuid: &str) -> Option<Poller> {
        let duty = Rc::new(self.new_duty(uuid)?);
        Some(Poller { duty, starts: BTreeMap::new(), reading: BTreeSet::new() })
    }
}

impl Poller {
    async fn run(mut self) {
        let seat = self.duty.lambda.pollers.seat(&self.duty.uuid);
        let _seat = seat.lock().await;
        let mut feeds: FuturesUnordered<LocalBoxFuture<'static, String>> = FuturesUnordered::new();
        let mut failures = 0;
        let mut is_new = !self.starts.is_empty();
        while let Ok(mapping) = self.duty.mapping() {
            let seen = self.duty.lambda.pollers.news.count();
            let found = if is_new { Ok(()) } else { self.find_shards(false).await };
            is_new = false;
            for (shard, iterator) in std::mem::take(&mut self.starts) {
                let Ok(feed) = Feed::new(&self.duty, &mapping, &shard) else { continue };
                self.reading.insert(shard);
                feeds.push(Box::pin(feed.run(iterator)));
            }
            match found {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    self.duty.note_problem(&error.message).await;
                }
            }
            let is_idle = feeds.is_empty();
            let wait = async {
                match failures {
                    0 if is_idle => self.duty.wait_for_news(seen, LONGEST_WAIT).await,
                    0 => pending().await,
                    failures => self.duty.rest(batch::delay(failures)).await,
                }
            };
            let ended = async {
                match feeds.next().await {
                    Some(shard) => shard,
                    None => pending().await,
                }
            };
            // A shard that has ended may have children.
            if let Either::Left((shard, _)) = select(pin!(ended), pin!(wait)).await {
                self.reading.remove(&shard);
            }
        }
        // They put down their work, too.
        while feeds.next().await.is_some() {}
    }

    /// Looks for shards that can be read: those whose parents have been read to their ends.
    async fn find_shards(&mut self, new: bool) -> Result<(), AwsError> {
        let Ok(mapping) = self.duty.mapping() else { return Ok(()) };
        let shards = self.duty.lambda.shards(&mapping).await?;
        if new && mapping.starting_position == "LATEST" {
            self.pass_over_closed(&shards).await;
        }
        let Ok(mapping) = self.duty.mapping() else { return Ok(()) };
        for shard in &shards {
            if self.reading.contains(&shard.id) || !is_readable(shard, &shards, &mapping) {
                continue;
            }
            let checkpoint = mapping.checkpoints.get(&shard.id);
            let from = if new && checkpoint.is_none() { From::Start } else { From::Checkpoint(checkpoint) };
            if let Some(iterator) = self.duty.lambda.iterator(&mapping, &shard.id, from).await? {
                self.starts.insert(shard.id.clone(), iterator);
            }
        }
        self.forget_gone(&mapping, &shards).await;
        Ok(())
    }

    /// Who wants only what is new has nothing to read in shards that others continue.
    async fn pass_over_closed(&self, shards: &[Shard]) {
        let parents = shards.iter().flat_map(|shard| shard.parents.iter().cloned());
        let closed: Vec<String> = parents.filter(|id| shards.iter().any(|shard| shard.id == *id)).collect();
        if !closed.is_empty() {
            let finished = closed.into_iter().map(|id| (id, Checkpoint::Finished));
            self.duty.change(|mapping| mapping.checkpoints.extend(finished)).await;
        }
    }

    /// Forgets how far shards were read that have left the stream.
    async fn forget_gone(&self, mapping: &Mapping, shards: &[Shard]) {
        let is_there = |id: &String| shards.iter().any(|shard| shard.id == *id);
        if !mapping.checkpoints.keys().all(is_there) {
            self.duty.change(|mapping| mapping.checkpoints.retain(|id, _| is_there(id))).await;
        }
    }
}

/// Whether all is done of what comes before a shard.
fn is_readable(shard: &Shard, shards: &[Shard], mapping: &Mapping) -> bool {
    let is_there = |id: &&String| shards.iter().any(|shard| shard.id == **id);
    let is_done = |id: &String| mapping.checkpoints.get(id) == Some(&Checkpoint::Finished);
    shard.parents.iter().filter(is_there).all(is_done)
}
