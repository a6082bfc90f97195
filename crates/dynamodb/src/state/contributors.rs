//! What Contributor Insights count: how much of a table or an index each key took, by the minute.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html>

use std::collections::{BTreeMap, VecDeque};

use super::meter::{Charge, Kind};
use crate::rules::throttling::Throttle;

/// Minutes that are kept: three hours.
const MINUTES: u64 = 180;

/// Keys of one minute that are told apart; more are not counted.
const MOST_KEYS: usize = 2_000;

/// What a written unit counts, where a read one counts 1.
const WRITTEN: f64 = 3.0;

/// The counts of all tables and indexes, by the table's id and the index's name; the table's own have none.
#[derive(Default)]
pub struct Contributors(BTreeMap<(u32, String), VecDeque<Keys>>);

/// What the keys of a minute took, by their places.
#[derive(Default)]
pub struct Keys {
    /// Minutes since the epoch.
    pub minute: u64,
    /// Units of throughput.
    pub accessed: BTreeMap<Vec<u8>, f64>,
    /// Refusals.
    pub throttled: BTreeMap<Vec<u8>, f64>,
}

impl Contributors {
    /// Takes in a request that was paid, or was refused by `throttle`. A write knows its key in the table, but
    /// not in the indexes that follow it.
    pub fn note(&mut self, charge: &Charge<'_>, throttle: Option<&Throttle>, now: u64) {
        let is_of_index = charge.units.table <= 0.0;
        for (index, insights) in &charge.table.keeping.insights {
            if !insights.enabled || index.is_empty() == is_of_index {
                continue;
            }
            let name = Some(index.as_str()).filter(|index| !index.is_empty());
            let units =
                name.map_or(charge.units.table, |name| charge.units.global.get(name).copied().unwrap_or_default());
            let count = match throttle {
                Some(throttle) => f64::from(throttle.causes.iter().any(|(cause, _)| cause.as_deref() == name)),
                None if insights.throttled_only => 0.0,
                None if charge.kind == Kind::Write => units * WRITTEN,
                None => units,
            };
            if count > 0.0 {
                let keys = self.keys(charge.table.id, index, now / 60_000);
                let counts = if throttle.is_some() { &mut keys.throttled } else { &mut keys.accessed };
                if let Some(known) = counts.get_mut(charge.place) {
                    *known += count;
                } else if counts.len() < MOST_KEYS {
                    counts.insert(charge.place.to_vec(), count);
                }
            }
        }
    }

    fn keys(&mut self, table: u32, index: &str, minute: u64) -> &mut Keys {
        let minutes = self.0.entry((table, index.to_owned())).or_default();
        if minutes.back().is_none_or(|last| last.minute < minute) {
            while minutes.front().is_some_and(|first| first.minute + MINUTES <= minute) {
                minutes.pop_front();
            }
            minutes.push_back(Keys { minute, ..Keys::default() });
        }
        let last = minutes.len() - 1;
        &mut minutes[last]
    }

    /// What was counted of a table or an index, oldest first.
    pub fn minutes(&self, table: u32, index: &str) -> impl Iterator<Item = &Keys> {
        self.0.get(&(table, index.to_owned())).into_iter().flatten()
    }

    /// Forgets a table, or one of its indexes.
    pub fn forget(&mut self, table: u32, index: Option<&str>) {
        self.0.retain(|(id, name), _| *id != table || index.is_some_and(|index| index != name));
    }
}
