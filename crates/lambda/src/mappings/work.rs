//! Work on the records of a lane: batches are made, brought to the function, tried again, given up.

use std::{collections::VecDeque, time::Duration};

use kernel::{Caller, Scope, Timestamp};
use serde_json::{Value, json};

use super::{
    Mapping,
    batch::{self, Next, Verdict, Work},
    duty::OffDuty,
    record::Record,
    shard::{Feed, Lane},
    window::{Phase, Window},
};

/// How long after its end a window stays open for records that are being read.
const GRACE: Duration = Duration::from_secs(1);

const OK: &str = "OK";
const FAILED: &str = "PROBLEM: Function call failed";

/// What a lane does next.
enum Turn {
    Work(Vec<Record>),
    /// Its window is over.
    Close(Window),
    /// All of the shard is done.
    End,
}

/// An invocation, and what came of it.
pub struct Attempt {
    pub request_id: String,
    verdict: Verdict,
    /// Whether a failure counts as one of the batch's tries.
    counts: bool,
    /// The version that has answered and whether it failed, if any did.
    pub answered: Option<(String, bool)>,
    /// What it has made of the window's state.
    state: Option<Value>,
}

impl Feed {
    /// Works on what comes into a lane, until all of the shard is done.
    pub async fn work_on(&self, lane: &Lane) -> Result<(), OffDuty> {
        loop {
            match self.next_turn(lane).await? {
                Turn::Work(records) => self.work(records).await?,
                Turn::Close(window) => self.close(window, Phase::Final).await?,
                Turn::End => return Ok(()),
            }
        }
    }

    /// Waits until there is a whole batch, or the time to make one is over.
    async fn next_turn(&self, lane: &Lane) -> Result<Turn, OffDuty> {
        loop {
            let mapping = self.duty.mapping()?;
            let seen = self.duty.bell().count();
            let now = self.duty.now();
            let window = mapping.windows.get(&self.shard);
            if let Some(window) = window.filter(|window| self.is_over(window, lane, now)) {
                return Ok(Turn::Close(window.clone()));
            }
            let count = batch_of(lane, &mapping);
            let window_end = window.map(|window| Timestamp::from_millis(window.end * 1000) + GRACE);
            let Some(count) = count else {
                if self.ended.get() {
                    return Ok(Turn::End);
                }
                // One that is past waits for the reader, who rings when there is nothing more to read.
                self.duty.wait(seen, window_end.filter(|end| now < *end)).await;
                continue;
            };
            let longest = Duration::from_secs(mapping.options.maximum_batching_window_in_seconds);
            let end = lane.since.get().unwrap_or(now) + longest;
            let end = window_end.map_or(end, |window| window.min(end));
            if !count.is_whole && now < end && !self.ended.get() {
                self.duty.wait(seen, Some(end)).await;
                continue;
            }
            let mut waiting = lane.waiting.borrow_mut();
            let records = waiting.drain(..count.records).collect();
            lane.since.set((!waiting.is_empty()).then_some(now));
            return Ok(Turn::Work(records));
        }
    }

    /// Whether no more records can come into a window.
    fn is_over(&self, window: &Window, lane: &Lane, now: Timestamp) -> bool {
        if let Some(next) = lane.waiting.borrow().front() {
            return !window.holds(next);
        }
        let is_past = now >= Timestamp::from_millis(window.end * 1000) + GRACE;
        self.ended.get() || (self.is_idle.get() && is_past)
    }

    /// Brings a batch to the function until each record has been done or given up.
    async fn work(&self, records: Vec<Record>) -> Result<(), OffDuty> {
        let mut queue = VecDeque::from([Work { records, ..Work::default() }]);
        let mut failures = 0;
        while let Some(work) = queue.pop_front() {
            let mapping = self.duty.mapping()?;
            let Some(mut work) = self.without_expired(work, &mapping).await else { continue };
            let window = self.open_window(&work, &mapping).await;
            let attempt =
                self.attempt(&work, &mapping, window.as_ref().map(|window| (window, Phase::Aggregation))).await;
            work.invocations += u64::from(attempt.counts);
            let place = match attempt.verdict {
                Verdict::Done => work.records.len(),
                Verdict::Failed => 0,
                Verdict::FailedFrom(first) => first,
            };
            if place > 0 {
                let rest = work.records.split_off(place);
                self.hand_on(window, &attempt).await?;
                self.finish(&work.records, if rest.is_empty() { OK } else { FAILED }).await;
                failures = 0;
                if rest.is_empty() {
                    continue;
                }
                // Progress has been made: the rest begins anew.
                queue.push_front(Work { records: rest, ..Work::default() });
            } else {
                self.duty.note(FAILED, &self.shard, None).await;
                let next =
                    if attempt.counts { batch::after_failure(work, &mapping.options) } else { Next::Retry(vec![work]) };
                match next {
                    Next::Retry(works) => works.into_iter().rev().for_each(|work| queue.push_front(work)),
                    Next::Discard(work) => {
                        self.report(&mapping, &work, "RetryAttemptsExhausted", Some(&attempt)).await;
                        self.finish(&work.records, FAILED).await;
                        failures = 0;
                        continue;
                    }
                }
            }
            failures += 1;
            self.duty.rest(batch::delay(failures)).await;
        }
        Ok(())
    }

    /// What is left of a batch without the records that are too old: those are given up.
    async fn without_expired(&self, mut work: Work, mapping: &Mapping) -> Option<Work> {
        let Ok(age) = u64::try_from(mapping.options.maximum_record_age_in_seconds) else { return Some(work) };
        let oldest = self.duty.now().millis().saturating_sub(age * 1000);
        let expired = work.records.iter().take_while(|record| record.arrived < oldest).count();
        if expired > 0 {
            let rest = work.records.split_off(expired);
            let expired = Work { invocations: work.invocations + 1, ..work };
            self.report(mapping, &expired, "RecordAgeExceeded", None).await;
            self.finish(&expired.records, FAILED).await;
            work = Work { records: rest, invocations: expired.invocations - 1, failures: expired.failures };
        }
        (!work.records.is_empty()).then_some(work)
    }

    /// The window of a batch, which is opened if it is not yet.
    async fn open_window(&self, work: &Work, mapping: &Mapping) -> Option<Window> {
        let seconds = mapping.options.tumbling_window_in_seconds;
        let first = work.records.first().filter(|_| seconds > 0)?;
        if let Some(window) = mapping.windows.get(&self.shard).filter(|window| window.holds(first)) {
            return Some(window.clone());
        }
        let window = Window::of(first, seconds);
        self.keep(&window).await;
        Some(window)
    }

    /// Keeps what the function has made of the window's state. One that has grown too large ends its window.
    async fn hand_on(&self, window: Option<Window>, attempt: &Attempt) -> Result<(), OffDuty> {
        let (Some(mut window), Some(state)) = (window, &attempt.state) else { return Ok(()) };
        window.state = state.clone();
        if window.is_full() {
            return self.close(window, Phase::Terminated).await;
        }
        self.keep(&window).await;
        Ok(())
    }

    async fn keep(&self, window: &Window) {
        self.duty.change(|mapping| drop(mapping.windows.insert(self.shard.clone(), window.clone()))).await;
    }

    /// Tells the function that a window is over, as often as it may fail on that.
    async fn close(&self, window: Window, phase: Phase) -> Result<(), OffDuty> {
        let mut work = Work::default();
        let mut failures = 0;
        loop {
            let mapping = self.duty.mapping()?;
            let attempt = self.attempt(&work, &mapping, Some((&window, phase))).await;
            let is_done = attempt.verdict == Verdict::Done;
            self.duty.note(if is_done { OK } else { FAILED }, &self.shard, None).await;
            if is_done || self.is_too_late(&window, &mapping) {
                break;
            }
            if attempt.counts {
                match batch::after_failure(work, &mapping.options) {
                    Next::Retry(mut works) => work = works.pop().unwrap_or_default(),
                    Next::Discard(_) => break,
                }
            }
            failures += 1;
            self.duty.rest(batch::delay(failures)).await;
        }
        self.duty.change(|mapping| drop(mapping.windows.remove(&self.shard))).await;
        Ok(())
    }

    fn is_too_late(&self, window: &Window, mapping: &Mapping) -> bool {
        u64::try_from(mapping.options.maximum_record_age_in_seconds)
            .is_ok_and(|age| self.duty.now().secs() > window.end + age)
    }

    /// Invokes the function once.
    async fn attempt(&self, work: &Work, mapping: &Mapping, window: Option<(&Window, Phase)>) -> Attempt {
        let lambda = &self.duty.lambda;
        if let Some(last) = work.records.last() {
            let age = self.duty.now().since(Timestamp::from_millis(last.arrived));
            lambda.report_iterator_age(&self.duty.uuid, age);
        }
        let mut event = json!({"Records": work.records.iter().map(|record| &record.event).collect::<Vec<_>>()});
        if let Some((window, phase)) = window {
            window.tell(&mut event, &self.shard, &mapping.source, phase);
        }
        let request_id = lambda.kernel.rng.uuid();
        let scope = Scope::new(&lambda.kernel, &mapping.region, Caller::service("lambda"));
        let scope = Scope { account: mapping.account.clone(), request_id: request_id.clone(), ..scope };
        let payload = event.to_string();
        let (answer, version) = match lambda.invoke_as_service(scope, &mapping.target(), payload.as_bytes(), None).await
        {
            Ok(answered) => answered,
            Err(error) => {
                // A throttle is tried again without end, as long as the records last.
                let counts = error.code != "TooManyRequestsException";
                return Attempt { request_id, verdict: Verdict::Failed, counts, answered: None, state: None };
            }
        };
        let answered = Some((version, answer.failed));
        let told: Value = serde_json::from_slice(&answer.payload).unwrap_or(Value::Null);
        let state = told.get("state").filter(|state| !state.is_null()).cloned();
        let lacks_state = state.is_none() && window.is_some_and(|(_, phase)| phase == Phase::Aggregation);
        let verdict = if answer.failed || lacks_state {
            Verdict::Failed
        } else if mapping.options.reports_failures() {
            batch::verdict(&told, &work.records)
        } else {
            Verdict::Done
        };
        Attempt { request_id, verdict, counts: true, answered, state }
    }
}

/// How many records make the next batch.
struct Count {
    records: usize,
    /// Whether there is no use in waiting for more.
    is_whole: bool,
}

/// The next batch of those that wait, if any do.
fn batch_of(lane: &Lane, mapping: &Mapping) -> Option<Count> {
    let waiting = lane.waiting.borrow();
    let first = waiting.front()?;
    let window = match mapping.options.tumbling_window_in_seconds {
        0 => None,
        seconds => Some(Window::of(first, seconds)),
    };
    let is_together = |record: &&Record| window.as_ref().is_none_or(|window| window.holds(record));
    let together = waiting.iter().take_while(is_together).count();
    let records = batch::fitting(waiting.iter().take(together), mapping.options.batch_size);
    let is_whole = records == mapping.options.batch_size || records < waiting.len();
    Some(Count { records, is_whole })
}
