//! What has still to reach the other regions.
//!
//! A change of a global table's item is kept in its region's outbox together with the change itself, so
//! that neither is ever without the other. All changes of a global table are in one order: by their
//! moment, then by their region. They arrive everywhere in this order, so that the last writer wins
//! whoever it is.

use kernel::{Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};

use super::{Place, Region, State, Write, persistence};
use crate::{rules::capacity::Consumed, value::Packed};

/// `ACCOUNT/REGION/MOMENT/NUMBER` → change (postcard)
const OUTBOX: Space = Space::new("dynamodb.outbox");

/// A change's place in the outbox of its region: milliseconds, and a number that makes it unique.
pub type OutboxKey = (u64, u64);

/// A change that has still to reach the other regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outbound {
    /// The table's name.
    pub table: String,
    /// The item's place in the table.
    pub key: Vec<u8>,
    /// What it became; `None` if it was removed.
    pub new: Option<Packed>,
}

/// A change on its way: where it comes from, and where it goes.
pub struct Delivery {
    /// Account and region of the change.
    pub from: Place,
    /// Its place in the outbox there.
    pub at: OutboxKey,
    /// The change.
    pub change: Outbound,
    /// The regions that it goes to.
    pub to: Vec<String>,
}

/// A change that has reached a region, and what writing it there takes.
pub struct Arrival {
    /// Where.
    pub place: Place,
    /// The table's name.
    pub table: String,
    /// The item's place in the table.
    pub key: Vec<u8>,
    /// Replicated write units, which are as many as a write made there would take.
    pub units: Consumed,
}

/// Reads what had not arrived when the cloud was last closed.
pub async fn load(kernel: &Kernel, state: &mut State, broken: &mut Option<&'static str>) -> Result<(), StorageError> {
    let read = |key: &[u8], value: &[u8]| {
        let mut parts = std::str::from_utf8(key).ok()?.split('/');
        let place = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let at: OutboxKey = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((place, at, postcard::from_bytes::<Outbound>(value).ok()?))
    };
    kernel
        .storage
        .load(&OUTBOX, |(key, value)| match read(&key, &value) {
            Some(((account, region), at, change)) => {
                let region = state.region_at(&account, &region);
                region.sent = region.sent.max(at.1);
                region.outbox.insert(at, change);
            }
            None => *broken = Some(OUTBOX.name),
        })
        .await
}

impl Region {
    /// Keeps a change of `table`, whose ARN is `arn`, for the other regions.
    pub(super) fn send(&mut self, arn: &str, table: &str, write: &Write, batch: &mut Batch) -> (OutboxKey, Outbound) {
        self.sent += 1;
        let at = (write.at, self.sent);
        let change = Outbound { table: table.to_owned(), key: write.key.clone(), new: write.new.clone() };
        batch.put(&OUTBOX, storage_key(&place_of(arn), at), persistence::to_postcard(&change));
        (at, change)
    }

    /// Whether `table` can be written now, or is not there at all.
    fn takes_writes(&self, table: &str) -> bool {
        self.tables.get(table).is_none_or(|table| table.is_resident() && self.has_stream_of(table))
    }
}

impl State {
    /// Brings staged changes of strongly consistent tables to all regions within the same batch. A region
    /// whose table is not in memory gets them from the outbox, at once.
    pub fn spread(&mut self, batch: &mut Batch) -> Vec<Arrival> {
        let mut sent = Vec::new();
        for (account, regions) in &self.regions {
            for (name, region) in regions {
                for (position, write) in region.staged.iter().enumerate() {
                    let Some((at, change)) = &write.outbound else { continue };
                    let table = region.tables.get(&write.table);
                    let group = table.and_then(|table| table.definition.keeping.group.as_ref());
                    let Some(group) = group.filter(|group| group.strong) else { continue };
                    let to: Vec<String> = group.regions().map(str::to_owned).collect();
                    let ready =
                        |name: &String| regions.get(name).is_none_or(|region| region.takes_writes(&change.table));
                    if to.iter().all(ready) {
                        let from = (account.clone(), name.clone());
                        sent.push((position, Delivery { from, at: *at, change: change.clone(), to }));
                    }
                }
            }
        }
        let mut written = Vec::new();
        for (position, delivery) in sent {
            let (account, name) = &delivery.from;
            if let Some(write) = self.region_at(account, name).staged.get_mut(position) {
                write.outbound = None;
            }
            written.extend(self.arrive(&delivery, delivery.at.0, batch));
        }
        written
    }

    /// The changes that are due before `moment`, in their order; those of strongly consistent tables that
    /// could not be spread at once are due now.
    pub fn due(&self, moment: u64) -> Vec<Delivery> {
        let mut due = Vec::new();
        for (account, name, region) in self.all() {
            for (at, change) in &region.outbox {
                let table = region.tables.get(&change.table);
                let group = table.and_then(|table| table.definition.keeping.group.as_ref());
                if at.0 > moment && !group.is_some_and(|group| group.strong) {
                    continue;
                }
                let to = group.into_iter().flat_map(super::Group::regions).map(str::to_owned).collect();
                let from = (account.to_owned(), name.to_owned());
                due.push(Delivery { from, at: *at, change: change.clone(), to });
            }
        }
        due.sort_by(|one, other| (one.at.0, &one.from.1, one.at.1).cmp(&(other.at.0, &other.from.1, other.at.1)));
        due
    }

    /// The moment of the oldest change that has not arrived.
    pub fn oldest_outbound(&self) -> Option<u64> {
        self.all().filter_map(|(.., region)| region.outbox.keys().next()).map(|(at, _)| *at).min()
    }

    /// How many changes have not arrived.
    pub fn in_transit(&self) -> usize {
        self.all().map(|(.., region)| region.outbox.len()).sum()
    }

    /// Whether a change can be brought to all its regions: no write of the same item is under way there.
    pub fn can_arrive(&mut self, delivery: &Delivery) -> bool {
        let Delivery { from: (account, _), change, to, .. } = delivery;
        to.iter().all(|name| {
            let region = self.region_at(account, name);
            let table = region.tables.get(&change.table);
            region.takes_writes(&change.table) && table.is_none_or(|table| !table.is_staged(&change.key))
        })
    }

    /// Makes a change in all its regions, but where a later one was made; it is then no longer on its way.
    pub fn arrive(&mut self, delivery: &Delivery, now: u64, batch: &mut Batch) -> Vec<Arrival> {
        let Delivery { from, at, change, to } = delivery;
        let mut written = Vec::new();
        for name in to {
            let region = self.region_at(&from.0, name);
            let is_later = |other: &OutboxKey| (other.0, name) > (at.0, &from.1);
            let has_later = region
                .outbox
                .iter()
                .any(|(other, later)| is_later(other) && later.table == change.table && later.key == change.key);
            if !has_later {
                let new = change.new.clone();
                if let Some(table) = region.tables.get(&change.table) {
                    let units = Consumed::write(&table.definition, table.latest(&change.key), new.as_ref());
                    let place = (from.0.clone(), name.clone());
                    written.push(Arrival { place, table: change.table.clone(), key: change.key.clone(), units });
                }
                let write = Write { key: change.key.clone(), new, at: now, by_time_to_live: false };
                region.write_replicated(&change.table, write, batch);
            }
        }
        self.region_at(&from.0, &from.1).outbox.remove(at);
        batch.delete(&OUTBOX, storage_key(from, *at));
        written
    }

    /// Puts back a change whose arrival could not be kept.
    pub fn put_back(&mut self, delivery: Delivery) {
        let (account, region) = &delivery.from;
        self.region_at(account, region).outbox.insert(delivery.at, delivery.change);
    }
}

fn storage_key((account, region): &Place, (at, number): OutboxKey) -> String {
    format!("{account}/{region}/{at:020}/{number:020}")
}

/// The account and the region of a table's ARN.
fn place_of(arn: &str) -> Place {
    let mut parts = arn.split(':').skip(3);
    let region = parts.next().unwrap_or_default().to_owned();
    (parts.next().unwrap_or_default().to_owned(), region)
}

impl State {
    /// The tables whose replicas are being made or removed, and where they are.
    pub fn with_changing_replicas(&self) -> Vec<(Place, String)> {
        let mut found = Vec::new();
        for (account, name, region) in self.all() {
            for table in region.tables.values() {
                if table.definition.keeping.group.as_ref().is_some_and(super::Group::is_changing) {
                    found.push(((account.to_owned(), name.to_owned()), table.definition.name.clone()));
                }
            }
        }
        found
    }

    /// The regions whose table of this name has a replica in `region`.
    pub fn members(&self, account: &str, table: &str, region: &str) -> Vec<String> {
        let regions = self.regions.get(account).into_iter().flatten();
        let knows = |of: &Region| {
            let group = of.tables.get(table).and_then(|table| table.definition.keeping.group.as_ref());
            group.is_some_and(|group| group.replica(region).is_some())
        };
        regions.filter(|(_, of)| knows(of)).map(|(name, _)| name.clone()).collect()
    }
}
