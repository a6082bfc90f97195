//! Who works on which mapping, and what a mapping at work is told and tells.

use std::{cell::RefCell, collections::BTreeMap, pin::pin, rc::Rc, time::Duration};

use futures_util::{future::select, lock::Mutex};
use kernel::{Batch, Kernel, Timestamp};

use super::{Checkpoint, Mapping, bell::Bell, news::News};
use crate::Lambda;

/// All pollers of a cloud.
pub struct Pollers {
    kernel: Kernel,
    pub news: Rc<News>,
    /// The poller that is on duty for each mapping: one with another ticket ends.
    on_duty: RefCell<BTreeMap<String, Ticket>>,
    /// Held by whoever works on a mapping: a new poller begins when the old one has put down its work.
    seats: RefCell<BTreeMap<String, Rc<Mutex<()>>>>,
    /// How old the newest record was that each mapping has brought to its function, when it brought it.
    iterator_ages: RefCell<BTreeMap<String, Duration>>,
}

#[derive(Clone)]
struct Ticket {
    number: u64,
    /// Rings when there is something to do, or no more.
    bell: Rc<Bell>,
}

impl Pollers {
    /// No pollers.
    pub fn new(kernel: &Kernel) -> Self {
        Self {
            kernel: kernel.clone(),
            news: Rc::default(),
            on_duty: RefCell::default(),
            seats: RefCell::default(),
            iterator_ages: RefCell::default(),
        }
    }

    /// Ends the poller of a mapping.
    pub fn stop(&self, uuid: &str) {
        let gone = self.on_duty.borrow_mut().remove(uuid);
        if let Some(ticket) = gone {
            ticket.bell.ring();
        }
    }

    /// Forgets a mapping that is gone.
    pub fn forget(&self, uuid: &str) {
        self.stop(uuid);
        self.seats.borrow_mut().remove(uuid);
        self.iterator_ages.borrow_mut().remove(uuid);
    }

    /// The place of the one who works on a mapping.
    pub fn seat(&self, uuid: &str) -> Rc<Mutex<()>> {
        self.seats.borrow_mut().entry(uuid.to_owned()).or_default().clone()
    }

    fn next_ticket(&self, uuid: &str) -> Ticket {
        self.news.listen(&self.kernel);
        let ticket = Ticket { number: self.kernel.rng.below(u64::MAX), bell: Rc::default() };
        self.on_duty.borrow_mut().insert(uuid.to_owned(), ticket.clone());
        ticket
    }

    fn is_on_duty(&self, uuid: &str, ticket: &Ticket) -> bool {
        self.on_duty.borrow().get(uuid).is_some_and(|current| current.number == ticket.number)
    }
}

/// Why a poller stops working on what it has: its mapping has changed or is gone.
#[derive(Debug)]
pub struct OffDuty;

/// The duty of one poller.
pub struct Duty {
    pub lambda: Rc<Lambda>,
    pub uuid: String,
    ticket: Ticket,
}

impl Lambda {
    /// Puts a new poller on duty, if the mapping is enabled.
    pub(super) fn new_duty(&self, uuid: &str) -> Option<Duty> {
        self.state.borrow().mapping(uuid).filter(|mapping| mapping.is_polled())?;
        let lambda = self.this.upgrade()?;
        Some(Duty { ticket: self.pollers.next_ticket(uuid), lambda, uuid: uuid.to_owned() })
    }

    /// The report of a poller: the function is about to get records, of which the newest is of this age.
    /// It is what the metric `IteratorAge` of the function tells.
    pub(super) fn report_iterator_age(&self, uuid: &str, age: Duration) {
        self.pollers.iterator_ages.borrow_mut().insert(uuid.to_owned(), age);
    }

    /// How old the newest record was that a mapping brought to its function last, when it brought it.
    pub fn iterator_age(&self, uuid: &str) -> Option<Duration> {
        self.pollers.iterator_ages.borrow().get(uuid).copied()
    }
}

impl Duty {
    /// The mapping, as long as it is this poller that works on it.
    pub fn mapping(&self) -> Result<Mapping, OffDuty> {
        if !self.lambda.pollers.is_on_duty(&self.uuid, &self.ticket) {
            return Err(OffDuty);
        }
        self.lambda.state.borrow().mapping(&self.uuid).filter(|mapping| mapping.is_polled()).cloned().ok_or(OffDuty)
    }

    /// What rings when something has changed in this poller's work.
    pub fn bell(&self) -> &Bell {
        &self.ticket.bell
    }

    pub fn now(&self) -> Timestamp {
        self.lambda.kernel.clock.now()
    }

    /// Waits until the bell has rung more than `seen` times, or until `end`.
    pub async fn wait(&self, seen: u64, end: Option<Timestamp>) {
        let bell = pin!(self.bell().after(seen));
        match end {
            Some(end) => {
                select(bell, pin!(self.lambda.kernel.clock.sleep_until(end))).await;
            }
            None => bell.await,
        }
    }

    /// Waits so long, or until the mapping has changed.
    pub async fn rest(&self, longest: Duration) {
        let end = self.now() + longest;
        loop {
            let seen = self.bell().count();
            if self.now() >= end || self.mapping().is_err() {
                return;
            }
            self.wait(seen, Some(end)).await;
        }
    }

    /// Waits for news of writes since `seen`, so long at most, or until the mapping has changed.
    pub async fn wait_for_news(&self, seen: u64, longest: Duration) {
        let news = self.lambda.pollers.news.clone();
        select(pin!(news.after(seen)), pin!(self.rest(longest))).await;
    }

    /// Changes the mapping and stores it.
    pub async fn change(&self, change: impl FnOnce(&mut Mapping)) {
        let mut batch = Batch::default();
        self.lambda.state.borrow_mut().change_mapping(&self.uuid, &mut batch, change);
        // What cannot be stored is done again after the next opening: at least once.
        let _ = self.lambda.commit(batch).await;
    }

    /// Notes how the last work went, and how far a shard has come, if that is further than before.
    pub async fn note(&self, result: &str, shard: &str, done: Option<String>) {
        self.change(|mapping| {
            result.clone_into(&mut mapping.last_result);
            if let Some(last) = done {
                mapping.checkpoints.insert(shard.to_owned(), Checkpoint::After(last));
            }
        })
        .await;
    }

    /// Notes that something other than the function has failed.
    pub async fn note_problem(&self, problem: &str) {
        self.change(|mapping| mapping.last_result = format!("PROBLEM: {problem}")).await;
    }
}
