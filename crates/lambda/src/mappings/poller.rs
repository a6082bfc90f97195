//! Pollers: one task for each mapping, which reads its stream and feeds its function.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    pin::pin,
    rc::Rc,
    time::Duration,
};

use futures_util::future::select;
use kernel::{AwsError, Batch, Kernel, Timestamp};
use serde_json::{Value, json};

use super::{
    Checkpoint, Mapping,
    batch::{self, Next, Verdict, Work},
    filter::{self, Filters},
    news::News,
    stream::{From, Shard, event_record, sequence, written},
};
use crate::Lambda;

/// How long after a poll the next one comes at the earliest: AWS polls four times a second.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// How long a poller waits for news. It must be shorter than the 15 minutes that an iterator lasts.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// All pollers of a cloud.
pub struct Pollers {
    kernel: Kernel,
    news: Rc<News>,
    /// The ticket of the poller that is on duty for each mapping: one with another ticket ends.
    on_duty: RefCell<BTreeMap<String, u64>>,
}

impl Pollers {
    /// No pollers.
    pub fn new(kernel: &Kernel) -> Self {
        Self { kernel: kernel.clone(), news: Rc::default(), on_duty: RefCell::default() }
    }

    /// Ends the poller of a mapping.
    pub fn stop(&self, uuid: &str) {
        self.on_duty.borrow_mut().remove(uuid);
    }

    fn next_ticket(&self, uuid: &str) -> u64 {
        self.news.listen(&self.kernel);
        let ticket = self.kernel.rng.below(u64::MAX);
        self.on_duty.borrow_mut().insert(uuid.to_owned(), ticket);
        ticket
    }

    fn is_on_duty(&self, uuid: &str, ticket: u64) -> bool {
        self.on_duty.borrow().get(uuid) == Some(&ticket)
    }
}

/// One poller at work.
struct Poller {
    lambda: Rc<Lambda>,
    uuid: String,
    ticket: u64,
    /// Where it stands in each shard; `None` at a shard's end.
    iterators: BTreeMap<String, Option<String>>,
    /// Whether a shard has ended since shards were looked for: it may have children.
    shard_ended: bool,
    /// Records older than this (in seconds) are not wanted: for a mapping that began at LATEST.
    not_before: u64,
}

/// Why a poller stops working on what it has: its mapping has changed or is gone.
struct OffDuty;

impl Lambda {
    /// Starts the pollers of all mappings that are enabled.
    pub(crate) fn resume_pollers(&self) {
        let uuids: Vec<_> = self.state.borrow().mappings().map(|(uuid, _)| uuid.clone()).collect();
        for uuid in uuids {
            if let Some(mut poller) = self.new_poller(&uuid) {
                self.kernel.tasks.spawn(async move { poller.run().await });
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
            self.kernel.tasks.spawn(async move { poller.run().await });
        }
    }

    fn new_poller(&self, uuid: &str) -> Option<Poller> {
        let mapping = self.state.borrow().mapping(uuid).filter(|mapping| mapping.enabled).cloned()?;
        let not_before = if mapping.starting_position == "LATEST" { mapping.created / 1000 } else { 0 };
        let lambda = self.this.upgrade()?;
        let ticket = self.pollers.next_ticket(uuid);
        Some(Poller {
            lambda,
            uuid: uuid.to_owned(),
            ticket,
            iterators: BTreeMap::new(),
            shard_ended: false,
            not_before,
        })
    }
}

impl Poller {
    async fn run(&mut self) {
        let mut failures = 0;
        while self.mapping().is_ok() {
            let seen = self.lambda.pollers.news.count();
            let started = self.lambda.kernel.clock.now();
            match self.poll().await {
                Ok(found) => {
                    failures = 0;
                    if !found {
                        self.wait_for_news(seen, LONGEST_WAIT).await;
                    }
                    self.lambda.kernel.clock.sleep_until(started + POLL_INTERVAL).await;
                }
                // Somebody has moved the clock further than an iterator lasts; the next ones begin where this
                // one stood.
                Err(error) if error.code == "ExpiredIteratorException" => self.iterators.clear(),
                Err(error) => {
                    failures += 1;
                    self.iterators.clear();
                    self.note(&format!("PROBLEM: {}", error.message), None).await;
                    self.lambda.kernel.clock.sleep(batch::delay(failures)).await;
                }
            }
        }
    }

    fn mapping(&self) -> Result<Mapping, OffDuty> {
        if !self.lambda.pollers.is_on_duty(&self.uuid, self.ticket) {
            return Err(OffDuty);
        }
        self.lambda.state.borrow().mapping(&self.uuid).filter(|mapping| mapping.enabled).cloned().ok_or(OffDuty)
    }

    /// Reads every shard once; whether there was anything.
    async fn poll(&mut self) -> Result<bool, AwsError> {
        self.find_shards(false).await?;
        let mut found = false;
        let open: Vec<(String, String)> =
            self.iterators.iter().filter_map(|(shard, at)| Some((shard.clone(), at.clone()?))).collect();
        for (shard, iterator) in open {
            found |= self.poll_shard(&shard, iterator).await?;
        }
        Ok(found)
    }

    /// Looks for shards that can be read: those whose parent has been read to its end.
    async fn find_shards(&mut self, new: bool) -> Result<(), AwsError> {
        let any_open = self.iterators.values().any(Option::is_some);
        let Ok(mapping) = self.mapping() else { return Ok(()) };
        if any_open && !self.shard_ended {
            return Ok(());
        }
        let shards = self.lambda.shards(&mapping).await?;
        self.iterators.retain(|id, _| shards.iter().any(|shard| shard.id == *id));
        if new && mapping.starting_position == "LATEST" {
            self.pass_over_closed(&shards).await;
        }
        let Ok(mapping) = self.mapping() else { return Ok(()) };
        for shard in &shards {
            let parent = shard.parent.as_ref().filter(|parent| shards.iter().any(|shard| shard.id == **parent));
            let is_done = |id: &String| mapping.checkpoints.get(id) == Some(&Checkpoint::Finished);
            if self.iterators.contains_key(&shard.id) || parent.is_some_and(|parent| !is_done(parent)) {
                continue;
            }
            let checkpoint = mapping.checkpoints.get(&shard.id);
            let from = if new && checkpoint.is_none() { From::Start } else { From::Checkpoint(checkpoint) };
            let iterator = self.lambda.iterator(&mapping, &shard.id, from).await?;
            self.iterators.insert(shard.id.clone(), iterator);
        }
        self.shard_ended = false;
        self.forget_gone(&mapping, &shards).await;
        Ok(())
    }

    /// Who wants only what is new has nothing to read in shards that others continue.
    async fn pass_over_closed(&self, shards: &[Shard]) {
        let parents = shards.iter().filter_map(|shard| shard.parent.clone());
        let closed: Vec<String> = parents.filter(|id| shards.iter().any(|shard| shard.id == *id)).collect();
        if !closed.is_empty() {
            let finished = closed.into_iter().map(|id| (id, Checkpoint::Finished));
            self.change(|mapping| mapping.checkpoints.extend(finished)).await;
        }
    }

    /// Forgets how far shards were read that have left the stream.
    async fn forget_gone(&self, mapping: &Mapping, shards: &[Shard]) {
        let is_there = |id: &String| shards.iter().any(|shard| shard.id == *id);
        if !mapping.checkpoints.keys().all(is_there) {
            self.change(|mapping| mapping.checkpoints.retain(|id, _| is_there(id))).await;
        }
    }

    /// Reads a shard once, and works on what is there; whether there was anything.
    async fn poll_shard(&mut self, shard: &str, iterator: String) -> Result<bool, AwsError> {
        let Ok(mapping) = self.mapping() else { return Ok(false) };
        let size = mapping.options.batch_size;
        let mut read = self.lambda.records(&mapping, &iterator, size).await?;
        let mut records = std::mem::take(&mut read.records);
        let mut next = read.next;
        let window = Duration::from_secs(mapping.options.maximum_batching_window_in_seconds);
        let end = self.lambda.kernel.clock.now() + window;
        while !records.is_empty() && records.len() < size && self.time_until(end) > Duration::ZERO {
            let Some(iterator) = &next else { break };
            let seen = self.lambda.pollers.news.count();
            let more = self.lambda.records(&mapping, iterator, size - records.len()).await?;
            if more.records.is_empty() {
                self.wait_for_news(seen, self.time_until(end)).await;
            }
            records.extend(more.records);
            next = more.next;
        }
        let found = !records.is_empty();
        if found && self.work(shard, records, &mapping).await.is_err() {
            return Ok(false);
        }
        let ended = next.is_none();
        if ended {
            self.note_finished(shard).await;
            self.shard_ended = true;
        }
        self.iterators.insert(shard.to_owned(), next);
        Ok(found || ended)
    }

    fn time_until(&self, end: Timestamp) -> Duration {
        end.since(self.lambda.kernel.clock.now())
    }

    async fn wait_for_news(&self, seen: u64, longest: Duration) {
        let news = self.lambda.pollers.news.clone();
        let sleep = pin!(self.lambda.kernel.clock.sleep(longest));
        select(pin!(news.after(seen)), sleep).await;
    }

    /// Brings records to the function until each has been done or given up.
    async fn work(&self, shard: &str, mut records: Vec<Value>, mapping: &Mapping) -> Result<(), OffDuty> {
        let filters = filter::compile(mapping.options.filter_criteria.as_ref()).unwrap_or_default();
        let mut queue = VecDeque::new();
        while !records.is_empty() {
            let records = batch::cut(&mut records, mapping.options.batch_size);
            queue.push_back(Work { records, failures: 0 });
        }
        while let Some(work) = queue.pop_front() {
            let mapping = self.mapping()?;
            let last = work.records.last().map(|record| sequence(record).to_owned());
            let wanted = self.wanted(work, &filters, &mapping);
            if wanted.records.is_empty() {
                self.note_done(shard, last).await;
                continue;
            }
            let (verdict, counts) = self.attempt(&wanted, &mapping).await;
            let failed = match verdict {
                Verdict::Done => {
                    self.note("OK", last.map(|last| (shard, last))).await;
                    continue;
                }
                Verdict::Failed => wanted,
                Verdict::FailedFrom(first) => {
                    let mut records = wanted.records;
                    let failed = records.split_off(first);
                    self.note_done(shard, records.last().map(|record| sequence(record).to_owned())).await;
                    // Progress has been made: the rest begins anew.
                    Work { records: failed, failures: if first > 0 { 0 } else { wanted.failures } }
                }
            };
            self.note("PROBLEM: Function call failed", None).await;
            let delay = batch::delay(failed.failures + 1);
            let next = if counts { batch::after_failure(failed, &mapping.options) } else { Next::Retry(vec![failed]) };
            match next {
                Next::Retry(works) => {
                    works.into_iter().rev().for_each(|work| queue.push_front(work));
                    self.lambda.kernel.clock.sleep(delay).await;
                }
                Next::Discard => self.note_done(shard, last).await,
            }
        }
        Ok(())
    }

    /// What is left of a batch without the records that are too old or filtered out.
    fn wanted(&self, work: Work, filters: &Filters, mapping: &Mapping) -> Work {
        let now = self.lambda.kernel.clock.now().secs();
        let oldest = match u64::try_from(mapping.options.maximum_record_age_in_seconds) {
            Ok(age) => now.saturating_sub(age),
            Err(_) => 0,
        };
        let oldest = oldest.max(self.not_before);
        let keep = |record: &Value| written(record) >= oldest && filters.want(record);
        Work { records: work.records.into_iter().filter(keep).collect(), ..work }
    }

    /// Invokes the function once; its verdict, and whether a failure counts as one of its tries.
    async fn attempt(&self, work: &Work, mapping: &Mapping) -> (Verdict, bool) {
        let records: Vec<Value> =
            work.records.iter().map(|record| event_record(record.clone(), &mapping.source)).collect();
        let target = mapping.target();
        let payload = json!({"Records": records}).to_string();
        let reports = mapping.options.function_response_types.iter().any(|kind| kind == "ReportBatchItemFailures");
        let request_id = self.lambda.kernel.rng.uuid();
        match self.lambda.invoke_for_service(&target, request_id, payload.as_bytes(), None).await {
            // A throttle is tried again without end, as long as the records last.
            Err(error) => (Verdict::Failed, error.code != "TooManyRequestsException"),
            Ok(answer) if answer.failed => (Verdict::Failed, true),
            Ok(answer) if reports => (batch::verdict(&answer.payload, &work.records), true),
            Ok(_) => (Verdict::Done, true),
        }
    }

    async fn note_done(&self, shard: &str, last: Option<String>) {
        if let Some(last) = last {
            self.change(|mapping| drop(mapping.checkpoints.insert(shard.to_owned(), Checkpoint::After(last)))).await;
        }
    }

    async fn note_finished(&self, shard: &str) {
        self.change(|mapping| drop(mapping.checkpoints.insert(shard.to_owned(), Checkpoint::Finished))).await;
    }

    /// Notes how the last work went, and how far it came.
    async fn note(&self, result: &str, done: Option<(&str, String)>) {
        self.change(|mapping| {
            result.clone_into(&mut mapping.last_result);
            if let Some((shard, last)) = done {
                mapping.checkpoints.insert(shard.to_owned(), Checkpoint::After(last));
            }
        })
        .await;
    }

    async fn change(&self, change: impl FnOnce(&mut Mapping)) {
        let mut batch = Batch::default();
        self.lambda.state.borrow_mut().change_mapping(&self.uuid, &mut batch, change);
        // What cannot be stored is done again after the next opening: at least once.
        let _ = self.lambda.commit(batch).await;
    }
}
