//! How far a shard has come when records are done in another order than they were read.

use std::collections::VecDeque;

/// The records of a shard that have been read and are not all done.
#[derive(Default)]
pub struct Progress {
    /// The number of the first one.
    first: u64,
    /// Sequence numbers, and whether the record is done.
    records: VecDeque<(String, bool)>,
}

impl Progress {
    /// Takes on a record: its number.
    pub fn add(&mut self, sequence: &str, done: bool) -> u64 {
        self.records.push_back((sequence.to_owned(), done));
        self.first + self.records.len() as u64 - 1
    }

    /// Notes that a record is done.
    pub fn finish(&mut self, number: u64) {
        let place = number.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        if let Some((_, done)) = place.and_then(|place| self.records.get_mut(place)) {
            *done = true;
        }
    }

    /// The last record before which all are done, and it too; `None` if that is no news.
    pub fn advance(&mut self) -> Option<String> {
        let mut last = None;
        while let Some((sequence, _)) = self.records.pop_front_if(|(_, done)| *done) {
            self.first += 1;
            last = Some(sequence);
        }
        last
    }

    /// The last record that was read, if it is not done with all before it.
    pub fn last(&self) -> Option<&str> {
        self.records.back().map(|(sequence, _)| sequence.as_str())
    }

    /// How many records are waiting for the first one.
    pub fn len(&self) -> usize {
        self.records.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_done_up_to_the_first_that_is_not() {
        let mut progress = Progress::default();
        let numbers: Vec<u64> = ["a", "b", "c", "d"].iter().map(|sequence| progress.add(sequence, false)).collect();
        progress.finish(numbers[1]);
        progress.finish(numbers[2]);
        assert_eq!((progress.advance(), progress.len()), (None, 4));
        progress.finish(numbers[0]);
        assert_eq!((progress.advance().as_deref(), progress.len()), (Some("c"), 1));
        progress.finish(numbers[3]);
        assert_eq!(progress.advance().as_deref(), Some("d"));
        assert_eq!(progress.add("e", true), 4);
        assert_eq!(progress.advance().as_deref(), Some("e"));
    }
}
