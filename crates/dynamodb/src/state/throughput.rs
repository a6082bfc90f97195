//! What is remembered of a throughput beside the units themselves.

use serde::{Deserialize, Serialize};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// The past of a table's or a global index's throughput. Moments are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThroughputHistory {
    /// `LastIncreaseDateTime`
    pub increased_at: Option<u64>,
    /// `LastDecreaseDateTime`
    pub decreased_at: Option<u64>,
    /// Decreases on the day of the last one.
    decreases: u64,
    /// Reads and writes in a second that the resource has ever been made ready for, if those are more
    /// than its settings say.
    pub warm: (u64, u64),
}

impl ThroughputHistory {
    /// A change that was noted at the moment `noted` is done only at the moment `done`.
    pub fn postpone(&mut self, noted: u64, done: u64) {
        for moment in [&mut self.increased_at, &mut self.decreased_at] {
            if *moment == Some(noted) {
                *moment = Some(done);
            }
        }
    }

    /// Of what is ready for so many reads and writes from the beginning.
    pub fn ready_for(warm: (u64, u64)) -> Self {
        Self { warm, ..Self::default() }
    }

    /// Takes in that `old` units become `new`.
    pub fn note_change(&mut self, old: (u64, u64), new: (u64, u64), now: u64) {
        if new.0 > old.0 || new.1 > old.1 {
            self.increased_at = Some(now);
        }
        if new.0 < old.0 || new.1 < old.1 {
            self.decreases = self.decreases_on_day_of(now) + 1;
            self.decreased_at = Some(now);
        }
        self.warm_up(old);
        self.warm_up(new);
    }

    /// Takes in that `old` units are given up because the table becomes on demand. AWS stamps that as a
    /// decrease, but does not count it.
    pub fn note_switch(&mut self, old: (u64, u64), now: u64) {
        self.decreases = self.decreases_on_day_of(now);
        self.decreased_at = Some(now);
        self.warm_up(old);
    }

    /// `NumberOfDecreasesToday`: a day is one of UTC, in which the clock counts.
    pub fn decreases_on_day_of(&self, now: u64) -> u64 {
        let today = self.decreased_at.is_some_and(|at| at / DAY == now / DAY);
        if today { self.decreases } else { 0 }
    }

    /// Takes in that the resource has been ready for so many reads and writes: it stays so.
    pub fn warm_up(&mut self, (read, write): (u64, u64)) {
        self.warm = (self.warm.0.max(read), self.warm.1.max(write));
    }
}

/// When a table became on demand in the last 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches(Vec<u64>);

impl Switches {
    /// The moments that still count at `now`, oldest first.
    pub fn recent(&self, now: u64) -> impl Iterator<Item = u64> {
        self.0.iter().copied().filter(move |at| at + DAY > now)
    }

    /// Adds one.
    pub fn add(&mut self, now: u64) {
        self.0.retain(|at| at + DAY > now);
        self.0.push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decreases_are_counted_by_the_day_of_utc() {
        let mut history = ThroughputHistory::default();
        for hour in [1, 2, 23] {
            history.note_change((10, 10), (9, 10), 5 * DAY + hour * 3_600_000);
        }
        assert_eq!(history.decreases_on_day_of(6 * DAY - 1), 3);
        assert_eq!(history.decreases_on_day_of(6 * DAY), 0);
        assert_eq!(history.increased_at, None);
        assert_eq!(history.warm, (10, 10));
    }
}
