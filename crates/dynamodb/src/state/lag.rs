//! What reads see that lag behind writes: a table as it was a little while ago.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, VecDeque},
    iter::from_fn,
    ops::{Bound, RangeBounds},
};

use super::{IndexDefinition, Table};
use crate::value::{Item, Packed};

/// The writes of the last while, oldest first.
#[derive(Default)]
pub struct Recent(VecDeque<Overwritten>);

/// A write: when, where, and what was there before.
struct Overwritten {
    at: u64,
    key: Vec<u8>,
    old: Option<Packed>,
}

impl Recent {
    /// Notes what a write at the moment `at` replaces, for reads that lag at most `lag` behind.
    pub fn note(&mut self, at: u64, lag: u64, key: &[u8], old: Option<&Packed>) {
        while self.0.front().is_some_and(|oldest| oldest.at.saturating_add(lag) <= at) {
            self.0.pop_front();
        }
        if lag > 0 {
            self.0.push_back(Overwritten { at, key: key.to_vec(), old: old.cloned() });
        }
    }

    /// What was there at `moment`, of all that has been written since.
    fn since(&self, moment: u64) -> BTreeMap<&[u8], Option<&Packed>> {
        let mut before = BTreeMap::new();
        for write in self.0.iter().filter(|write| write.at > moment) {
            before.entry(write.key.as_slice()).or_insert(write.old.as_ref());
        }
        before
    }
}

impl Table {
    /// The item at `key` as it was at `moment`.
    pub fn get_at(&self, key: &[u8], moment: u64) -> Option<&Packed> {
        match self.recent.0.iter().find(|write| write.at > moment && write.key == key) {
            Some(write) => write.old.as_ref(),
            None => self.get(key),
        }
    }

    /// Like [`range`](Self::range), as it was at `moment`.
    pub fn range_at<'a>(
        &'a self,
        index: Option<&'a IndexDefinition>,
        from: Bound<Vec<u8>>,
        to: Bound<Vec<u8>>,
        forward: bool,
        moment: u64,
    ) -> Box<dyn Iterator<Item = &'a Packed> + 'a> {
        let before = self.recent.since(moment);
        let place = move |item: &Item| match index {
            Some(index) => self.index_place(index, item),
            None => self.definition.keys.encode(item),
        };
        let bounds = (from.as_ref(), to.as_ref());
        let there = before.values().copied().flatten().filter_map(|item| Some((place(&item.item())?, item)));
        let mut there: Vec<_> = there.filter(|(place, _)| RangeBounds::<Vec<u8>>::contains(&bounds, place)).collect();
        there.sort_by(|(one, _), (other, _)| if forward { one.cmp(other) } else { other.cmp(one) });
        let now = self.range(index.map(|index| index.name.as_str()), from, to, forward);
        if before.is_empty() {
            return now;
        }
        let untouched = move |item: &&Packed| {
            self.definition.keys.encode(&item.item()).is_none_or(|key| !before.contains_key(key.as_slice()))
        };
        let mut now = now.filter(untouched).peekable();
        let mut there = there.into_iter().peekable();
        Box::new(from_fn(move || {
            let order = match (now.peek(), there.peek()) {
                (Some(now), Some((old, _))) => place(&now.item()).as_ref().cmp(&Some(old)),
                (None, Some(_)) => return there.next().map(|(_, item)| item),
                (_, None) => return now.next(),
            };
            let now_comes_first = if forward { order == Ordering::Less } else { order == Ordering::Greater };
            if now_comes_first { now.next() } else { there.next().map(|(_, item)| item) }
        }))
    }
}
