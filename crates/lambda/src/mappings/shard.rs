//! A shard on its way to a function: one reader, and as many lanes as batches may be worked on at once.
//! Records that must keep their order go into the same lane.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
    time::Duration,
};

use futures_util::future::{join, join_all};
use kernel::{AwsError, Timestamp};

use super::{
    Checkpoint, Mapping, batch,
    duty::{Duty, OffDuty},
    filter::Filters,
    progress::Progress,
    record::Record,
    source::Source,
    stream::{From, Read},
};

/// How many batches of each lane are read ahead, and how many records and bytes at most.
const BATCHES_AHEAD: usize = 2;
const MAX_AHEAD: usize = 20_000;
const MAX_BYTES_AHEAD: usize = 4 * batch::MAX_BYTES;

/// How long a reader waits after Kinesis has refused it for reading too often.
const THROTTLED: Duration = Duration::from_millis(250);

impl Source {
    /// How long after a read the next one comes at the earliest.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>: once per second, and four times.
    fn poll_interval(self) -> Duration {
        Duration::from_millis(if self.is_kinesis() { 1000 } else { 250 })
    }

    /// How long a reader waits for news: shorter than an iterator lasts.
    fn longest_wait(self) -> Duration {
        Duration::from_secs(if self.is_kinesis() { 270 } else { 300 })
    }
}

/// Records that are worked on one batch after the other.
#[derive(Default)]
pub struct Lane {
    pub waiting: RefCell<VecDeque<Record>>,
    /// When the first of those that wait was found.
    pub since: Cell<Option<Timestamp>>,
}

/// One shard of a mapping at work.
pub struct Feed {
    pub duty: Rc<Duty>,
    pub shard: String,
    source: Source,
    filters: Filters,
    /// Records older than this (in milliseconds) are not wanted: for a mapping that began at LATEST.
    not_before: u64,
    progress: RefCell<Progress>,
    lanes: Vec<Lane>,
    /// Whether the shard has been read to its end.
    pub ended: Cell<bool>,
    /// Whether there was nothing more to read.
    pub is_idle: Cell<bool>,
}

impl Feed {
    /// A shard that nobody has begun to read.
    pub fn new(duty: &Rc<Duty>, mapping: &Mapping, shard: &str) -> Result<Self, AwsError> {
        let source = Source::of(&mapping.source)?;
        let options = &mapping.options;
        // Streams of tables tell the second of a change only.
        let not_before = if mapping.starting_position == "LATEST" { mapping.created / 1000 * 1000 } else { 0 };
        Ok(Self {
            duty: duty.clone(),
            shard: shard.to_owned(),
            source,
            filters: Filters::compile(options.filter_criteria.as_ref(), source)?,
            not_before,
            progress: RefCell::default(),
            lanes: (0..options.parallelization_factor.max(1)).map(|_| Lane::default()).collect(),
            ended: Cell::new(false),
            is_idle: Cell::new(false),
        })
    }

    /// Reads the shard from `iterator` on, and works on what is there, until the shard has ended or the
    /// mapping has changed: the shard's name.
    pub async fn run(self, iterator: String) -> String {
        // Both to their ends: whoever is off duty finishes the invocation that is under way.
        let lanes = join_all(self.lanes.iter().map(|lane| self.work_on(lane)));
        let (read, worked) = join(self.read(iterator), lanes).await;
        if read.is_ok() && worked.iter().all(Result::is_ok) {
            let finished = |mapping: &mut Mapping| {
                mapping.checkpoints.insert(self.shard.clone(), Checkpoint::Finished);
            };
            self.duty.change(finished).await;
        }
        self.shard
    }

    async fn read(&self, mut iterator: String) -> Result<(), OffDuty> {
        let mut failures = 0;
        loop {
            let mapping = self.duty.mapping()?;
            let Some(room) = self.room(&mapping) else {
                self.duty.wait(self.duty.bell().count(), None).await;
                continue;
            };
            let lambda = &self.duty.lambda;
            let (seen, started) = (lambda.pollers.news.count(), self.duty.now());
            let most = room.min(self.source.max_records());
            match lambda.records(&mapping, &self.shard, &iterator, most).await {
                Ok(read) => {
                    failures = 0;
                    let count = read.records.len();
                    let Some(next) = self.take(read).await else { return Ok(()) };
                    iterator = next;
                    if count == 0 {
                        self.is_idle.set(true);
                        self.duty.bell().ring();
                        self.duty.wait_for_news(seen, self.source.longest_wait()).await;
                        self.is_idle.set(false);
                    }
                    if count < most {
                        self.duty.rest((started + self.source.poll_interval()).since(self.duty.now())).await;
                    }
                    continue;
                }
                // Other readers of the shard may have used up what it gives.
                Err(error) if error.code == "ProvisionedThroughputExceededException" => {
                    self.duty.rest(THROTTLED).await;
                    continue;
                }
                // Somebody has moved the clock further than an iterator lasts; the next one begins where this
                // one stood.
                Err(error) if error.code == "ExpiredIteratorException" => {}
                Err(error) => {
                    failures += 1;
                    self.duty.note_problem(&error.message).await;
                    self.duty.rest(batch::delay(failures)).await;
                }
            }
            if let Ok(Some(again)) = self.iterator_again().await {
                iterator = again;
            }
        }
    }

    /// How many more records may be read; `None` if the lanes have enough to do.
    fn room(&self, mapping: &Mapping) -> Option<usize> {
        let ahead = (mapping.options.batch_size * self.lanes.len() * BATCHES_AHEAD).min(MAX_AHEAD);
        let waiting =
            self.lanes.iter().map(|lane| lane.waiting.borrow().iter().map(|record| record.bytes).sum::<usize>());
        let is_heavy = waiting.sum::<usize>() > MAX_BYTES_AHEAD;
        ahead.checked_sub(self.progress.borrow().len()).filter(|room| *room > 0 && !is_heavy)
    }

    /// Puts records into the lanes; where to read on, if the shard has not ended.
    async fn take(&self, read: Read) -> Option<String> {
        let now = self.duty.now();
        for mut record in read.records {
            let is_wanted = record.arrived >= self.not_before && self.filters.want(&record);
            record.number = self.progress.borrow_mut().add(&record.sequence, !is_wanted);
            if is_wanted {
                let lane = &self.lanes[self.lane_of(&record.key)];
                lane.since.set(lane.since.get().or(Some(now)));
                lane.waiting.borrow_mut().push_back(record);
            }
        }
        let passed = self.progress.borrow_mut().advance();
        if let Some(last) = passed {
            self.duty
                .change(|mapping| drop(mapping.checkpoints.insert(self.shard.clone(), Checkpoint::After(last))))
                .await;
        }
        self.ended.set(read.next.is_none());
        self.duty.bell().ring();
        read.next
    }

    /// The lane of records that keep their order with each other.
    fn lane_of(&self, key: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        (hasher.finish() % self.lanes.len() as u64) as usize
    }

    /// An iterator that stands after what has been read.
    async fn iterator_again(&self) -> Result<Option<String>, AwsError> {
        let Ok(mapping) = self.duty.mapping() else { return Ok(None) };
        let read = self.progress.borrow().last().map(|sequence| Checkpoint::After(sequence.to_owned()));
        let checkpoint = read.as_ref().or_else(|| mapping.checkpoints.get(&self.shard));
        self.duty.lambda.iterator(&mapping, &self.shard, From::Checkpoint(checkpoint)).await
    }

    /// Notes that records are done, and how the work on them went.
    pub async fn finish(&self, records: &[Record], result: &str) {
        let done = {
            let mut progress = self.progress.borrow_mut();
            for record in records {
                progress.finish(record.number);
            }
            progress.advance()
        };
        self.duty.note(result, &self.shard, done).await;
        // There is room for more.
        self.duty.bell().ring();
    }
}
