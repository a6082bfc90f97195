//! How much of their throughput tables and indexes have used: a bucket of tokens for each, and what
//! was consumed in the last minutes.
//!
//! A bucket fills by the second and holds 300 seconds of unused units, which is the burst that AWS
//! documents. A table begins with a full one, and so it does after a restart: buckets are not kept. In
//! AWS too a new table of 1 unit takes hundreds of writes before it throttles the first; a program that
//! sets up a few items in a small table must not meet a throttle here that it would not meet there.
//!
//! A request is admitted while there is anything left, and pays its whole price, if need be by debt: its
//! price is often known only after the work, and a request that costs more than a bucket holds must still
//! be possible. The debt keeps later ones out until it is repaid.
//!
//! Partitions are modelled as AWS leaves them after they have split for heat: 1,024 ranges of the
//! hashed partition key, each of which bears 3,000 read and 1,000 write units a second, also with 300
//! seconds of burst, since the virtual clock may stand still while a host is faster than any partition.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Arn, Metric, Metrics, Series, Timestamp};

use super::{IndexDefinition, TableDefinition};
use crate::{
    measures::NAMESPACE,
    rules::{capacity::Consumed, throttling::Throttle, throughput::TABLE_QUOTA},
};

/// Seconds of unused throughput that a bucket holds.
const BURST: f64 = 300.0;

/// Units a second of one partition.
const PARTITION: [f64; 2] = [3_000.0, 1_000.0];

/// Bits of a key's place that number its range.
const RANGE_BITS: u32 = 10;

/// Minutes of which it is known what was consumed.
pub const MINUTES: u64 = 60;

/// Reads or writes: they have units of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Reads.
    Read,
    /// Writes.
    Write,
}

/// Why a request is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The provisioned units are used up.
    Provisioned,
    /// One partition is too hot.
    KeyRange,
    /// The maximum that was set for a table on demand.
    MaxOnDemand,
    /// What an account may ask of one table on demand.
    Account,
}

/// A request's price.
pub struct Charge<'a> {
    /// Of what.
    pub table: &'a TableDefinition,
    /// In which units.
    pub kind: Kind,
    /// How many.
    pub units: &'a Consumed,
    /// The place of the key that is read or written first.
    pub place: &'a [u8],
}

/// What a minute saw.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Minutes since the epoch.
    pub number: u64,
    /// Units consumed.
    pub units: f64,
    /// Requests throttled.
    pub throttled: u64,
}

/// The meters of all tables.
#[derive(Default)]
pub struct Meters {
    /// By the tables' ids.
    tables: BTreeMap<u32, TableMeter>,
    /// Where they tell what they measure.
    metrics: Metrics,
}

/// The meters of a table and of its global indexes; local ones share the table's.
#[derive(Default)]
struct TableMeter {
    table: [Meter; 2],
    indexes: BTreeMap<String, [Meter; 2]>,
}

/// What is known of the reads or the writes of a table or an index.
#[derive(Default)]
struct Meter {
    whole: Option<Bucket>,
    ranges: BTreeMap<u16, Bucket>,
    minutes: VecDeque<Minute>,
    told: Option<Told>,
}

/// What CloudWatch is told of a meter.
struct Told {
    consumed: Series,
    throttled: Series,
    provisioned: Series,
}

impl Told {
    fn of(metrics: &Metrics, table: &TableDefinition, index: Option<&str>, kind: Kind) -> Self {
        let arn: Arn = table.arn.parse().unwrap_or_else(|_| Arn::new("dynamodb", "", "", ""));
        let series = |name: &'static str, unit: &'static str| {
            let metric = Metric::new(&arn.account, &arn.region, NAMESPACE, name, unit).of("TableName", &table.name);
            metrics.series(match index {
                Some(index) => metric.of("GlobalSecondaryIndexName", index),
                None => metric,
            })
        };
        match kind {
            Kind::Read => Self {
                consumed: series("ConsumedReadCapacityUnits", "Count"),
                throttled: series("ReadThrottleEvents", "Count"),
                provisioned: series("ProvisionedReadCapacityUnits", "Count"),
            },
            Kind::Write => Self {
                consumed: series("ConsumedWriteCapacityUnits", "Count"),
                throttled: series("WriteThrottleEvents", "Count"),
                provisioned: series("ProvisionedWriteCapacityUnits", "Count"),
            },
        }
    }
}

/// A bucket of tokens.
#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    /// Tokens that come each second.
    rate: f64,
    /// The millisecond at which there were so many.
    at: u64,
}

impl Bucket {
    fn full(rate: f64, now: u64) -> Self {
        Self { tokens: rate * BURST, rate, at: now }
    }

    fn fill(&mut self, rate: f64, now: u64) {
        let seconds = now.saturating_sub(self.at) as f64 / 1000.0;
        // Throughput that is added counts from the second in which it is added.
        let added = (rate - self.rate).max(0.0);
        self.tokens = (self.tokens + seconds * self.rate + added).min(rate * BURST);
        (self.rate, self.at) = (rate, now);
    }
}

impl Meter {
    fn whole(&mut self, rate: f64, now: u64) -> &mut Bucket {
        let bucket = self.whole.get_or_insert_with(|| Bucket::full(rate, now));
        bucket.fill(rate, now);
        bucket
    }

    fn range(&mut self, range: u16, rate: f64, now: u64) -> &mut Bucket {
        let bucket = self.ranges.entry(range).or_insert_with(|| Bucket::full(rate, now));
        bucket.fill(rate, now);
        bucket
    }

    fn minute(&mut self, now: u64) -> &mut Minute {
        let minute = now / 60_000;
        if self.minutes.back().is_none_or(|last| last.number < minute) {
            while self.minutes.front().is_some_and(|first| first.number + MINUTES <= minute) {
                self.minutes.pop_front();
            }
            self.minutes.push_back(Minute { number: minute, ..Minute::default() });
        }
        let last = self.minutes.len() - 1;
        &mut self.minutes[last]
    }
}

/// A part of a price that one meter is charged with.
struct Part<'a> {
    index: Option<&'a IndexDefinition>,
    units: f64,
    range: Option<u16>,
}

impl<'a> Charge<'a> {
    fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let (table, units) = (self.table, self.units);
        let of_table = units.table + units.local.values().sum::<f64>();
        let range = range_of(self.place);
        // The place is one of the index if nothing but the index is read.
        let of_index = if of_table > 0.0 { None } else { range };
        let indexes = units.global.iter().filter_map(move |(name, units)| {
            Some(Part { index: Some(table.index(name)?), units: *units, range: of_index })
        });
        let table = (of_table > 0.0).then_some(Part { index: None, units: of_table, range });
        table.into_iter().chain(indexes)
    }
}

/// The range in which a key lies; without a key, as when a Scan begins, none is looked at.
fn range_of(place: &[u8]) -> Option<u16> {
    let hash = place.first_chunk::<2>()?;
    Some(u16::from_be_bytes(*hash) >> (u16::BITS - RANGE_BITS))
}

/// The units a second of a table or an index, and why there are no more.
fn limit(table: &TableDefinition, index: Option<&IndexDefinition>, kind: Kind) -> (f64, Cause) {
    let (units, maxima) = match index {
        Some(index) => (index.throughput, &index.on_demand_throughput),
        None => (table.billing.throughput, &table.on_demand_throughput),
    };
    let (units, name) = match kind {
        Kind::Read => (units.0, "MaxReadRequestUnits"),
        Kind::Write => (units.1, "MaxWriteRequestUnits"),
    };
    if !table.billing.on_demand {
        return (units as f64, Cause::Provisioned);
    }
    let maximum = maxima.as_ref().and_then(|maxima| maxima.get(name)?.as_u64());
    maximum.map_or((TABLE_QUOTA as f64, Cause::Account), |maximum| (maximum as f64, Cause::MaxOnDemand))
}

impl Meters {
    /// Meters that tell `metrics` what they measure.
    pub fn new(metrics: Metrics) -> Self {
        Self { tables: BTreeMap::new(), metrics }
    }

    fn meter(&mut self, table: u32, index: Option<&str>, kind: Kind) -> &mut Meter {
        let meters = self.tables.entry(table).or_default();
        match index {
            None => &mut meters.table[kind as usize],
            Some(name) => &mut meters.indexes.entry(name.to_owned()).or_default()[kind as usize],
        }
    }

    /// A meter that has been told where it tells what it measures.
    fn telling(&mut self, table: &TableDefinition, index: Option<&str>, kind: Kind) -> &mut Meter {
        let metrics = self.metrics.clone();
        let meter = self.meter(table.id, index, kind);
        meter.told.get_or_insert_with(|| Told::of(&metrics, table, index, kind));
        meter
    }

    /// Whether `charge` may be paid now; if not, everything that stands against it, and the throttle is
    /// noted.
    pub fn admit(&mut self, charge: &Charge<'_>, now: u64) -> Result<(), Throttle> {
        let mut causes = Vec::new();
        for part in charge.parts() {
            let name = part.index.map(|index| index.name.as_str());
            let (rate, cause) = limit(charge.table, part.index, charge.kind);
            let meter = self.telling(charge.table, name, charge.kind);
            let hot = PARTITION[charge.kind as usize];
            let cause = if meter.whole(rate, now).tokens <= 0.0 {
                cause
            } else if part.range.is_some_and(|range| meter.range(range, hot, now).tokens <= 0.0) {
                Cause::KeyRange
            } else {
                continue;
            };
            meter.minute(now).throttled += 1;
            if let Some(told) = &meter.told {
                told.throttled.record(1.0, Timestamp::from_millis(now));
            }
            causes.push((name.map(str::to_owned), cause));
        }
        if causes.is_empty() {
            return Ok(());
        }
        let (table, on_demand) = (charge.table.arn.clone(), charge.table.billing.on_demand);
        Err(Throttle { table, on_demand, kind: charge.kind, causes })
    }

    /// Pays `charge`.
    pub fn pay(&mut self, charge: &Charge<'_>, now: u64) {
        for part in charge.parts() {
            let name = part.index.map(|index| index.name.as_str());
            let (rate, _) = limit(charge.table, part.index, charge.kind);
            let meter = self.meter(charge.table.id, name, charge.kind);
            meter.whole(rate, now).tokens -= part.units;
            if let Some(range) = part.range {
                meter.range(range, PARTITION[charge.kind as usize], now).tokens -= part.units;
            }
        }
        self.count(charge, now);
    }

    /// Only takes in what was consumed.
    pub fn count(&mut self, charge: &Charge<'_>, now: u64) {
        for part in charge.parts() {
            let name = part.index.map(|index| index.name.as_str());
            let meter = self.telling(charge.table, name, charge.kind);
            let minute = meter.minute(now);
            let is_first = minute.units <= 0.0;
            minute.units += part.units;
            let Some(told) = &meter.told else { continue };
            told.consumed.record(part.units, Timestamp::from_millis(now));
            if is_first && let (units, Cause::Provisioned) = limit(charge.table, part.index, charge.kind) {
                told.provisioned.record(units, Timestamp::from_millis(now));
            }
        }
    }

    /// Units that come each second to a table or to one of its indexes, units that it has saved, and how
    /// many it can save.
    pub fn savings(
        &mut self,
        table: &TableDefinition,
        index: Option<&IndexDefinition>,
        kind: Kind,
        now: u64,
    ) -> (f64, f64, f64) {
        let (rate, _) = limit(table, index, kind);
        let name = index.map(|index| index.name.as_str());
        (rate, self.meter(table.id, name, kind).whole(rate, now).tokens, rate * BURST)
    }

    /// What was consumed of a table, or of one of its indexes, in the last minutes, oldest first.
    pub fn minutes(&self, table: u32, index: Option<&str>, kind: Kind) -> Vec<Minute> {
        let meters = self.tables.get(&table).and_then(|meters| match index {
            None => Some(&meters.table),
            Some(name) => meters.indexes.get(name),
        });
        meters.map(|meters| meters[kind as usize].minutes.iter().copied().collect()).unwrap_or_default()
    }

    /// Forgets a table.
    pub fn forget(&mut self, table: u32) {
        self.tables.remove(&table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_five_minutes_and_fills_by_the_second() {
        let mut bucket = Bucket::full(2.0, 0);
        bucket.fill(2.0, 1_000_000);
        assert!((bucket.tokens - 600.0).abs() < f64::EPSILON, "no more than is full");
        bucket.tokens = -3.0;
        bucket.fill(2.0, 1_001_000);
        assert!((bucket.tokens + 1.0).abs() < f64::EPSILON, "a debt is repaid first");
        bucket.fill(5.0, 1_001_000);
        assert!((bucket.tokens - 2.0).abs() < f64::EPSILON, "what is added counts at once");
    }

    #[test]
    fn minutes_are_forgotten_after_an_hour() {
        let mut meter = Meter::default();
        meter.minute(0).units += 1.0;
        meter.minute(59_999).units += 1.0;
        meter.minute(60_000).units += 1.0;
        assert_eq!(meter.minutes.len(), 2);
        meter.minute(MINUTES * 60_000).throttled += 1;
        assert_eq!(meter.minutes.iter().map(|minute| minute.number).collect::<Vec<_>>(), [1, MINUTES]);
    }
}
