//! What is kept: the values of each metric, finer while they are new.
//!
//! As in AWS, values of a second's resolution stay for 3 hours, of a minute's for 15 days, of five
//! minutes' for 63 days and of an hour's for 455 days; what grows older is summed up in the next. A tab
//! has less room than AWS: when there are too many points, they are summed up earlier.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{Batch, Distribution, Kernel, Measured, Space, StorageError};
use serde::{Deserialize, Serialize};

use super::units::Unit;

const SPACE: Space = Space::new("metrics");

/// An account and a region.
pub type Place = (String, String);

/// Names a metric in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MetricName {
    pub namespace: String,
    pub name: String,
    /// Sorted: their order names no other metric.
    pub dimensions: Vec<(String, String)>,
}

impl MetricName {
    pub fn new(namespace: &str, name: &str, mut dimensions: Vec<(String, String)>) -> Self {
        dimensions.sort();
        Self { namespace: namespace.to_owned(), name: name.to_owned(), dimensions }
    }

    /// The value of a dimension.
    pub fn dimension(&self, name: &str) -> Option<&str> {
        self.dimensions.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A resolution: the seconds of a point, how long points stay, the seconds that are stored under one key.
struct Tier {
    seconds: u64,
    age: u64,
    chunk: u64,
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const TIERS: [Tier; 4] = [
    Tier { seconds: 1, age: 3 * HOUR, chunk: 300 },
    Tier { seconds: 60, age: 15 * DAY, chunk: HOUR },
    Tier { seconds: 300, age: 63 * DAY, chunk: DAY },
    Tier { seconds: HOUR, age: 455 * DAY, chunk: 30 * DAY },
];

/// How many points are kept at most, of all metrics together.
const MOST_POINTS: usize = 200_000;

/// How many metrics are kept at most; those that have been silent longest make room.
const MOST_METRICS: usize = 20_000;

/// How often what has grown old is summed up, in seconds.
const COMPACT_EVERY: u64 = HOUR;

/// Where values stand: the tier, its second, the unit.
type Point = (u8, u64, Unit);

/// The values of one metric.
#[derive(Default)]
pub struct Series {
    id: u64,
    points: BTreeMap<Point, Distribution>,
    /// The newest second that has values.
    pub newest: u64,
}

impl Series {
    /// The points in `from..to` (seconds), of `unit` if one is given.
    pub fn points(
        &self,
        from: u64,
        to: u64,
        unit: Option<Unit>,
    ) -> impl Iterator<Item = (u64, Unit, &Distribution)> + '_ {
        (0..TIERS.len() as u8).flat_map(move |tier| {
            let range = self.points.range((tier, from, Unit::default())..(tier, to, Unit::default()));
            range
                .filter(move |((_, _, found), _)| unit.is_none_or(|unit| unit == *found))
                .map(|((_, second, unit), values)| (*second, *unit, values))
        })
    }
}

/// Under which key points are stored: the metric's id, the tier, the first second.
type ChunkKey = (u64, u8, u64);

/// All metrics of all accounts and regions.
#[derive(Default)]
pub struct Store {
    places: BTreeMap<Place, BTreeMap<MetricName, Series>>,
    next_id: u64,
    points: usize,
    compacted: u64,
    /// What must be stored again.
    touched: BTreeSet<(Place, MetricName, ChunkKey)>,
    /// What is no longer.
    removed: Batch,
}

impl Store {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut store = Self::default();
        let mut chunks: Vec<(ChunkKey, StoredPoints)> = Vec::new();
        let mut names: BTreeMap<u64, (Place, MetricName)> = BTreeMap::new();
        let mut garbled = false;
        kernel
            .storage
            .load(&SPACE, |(key, value)| {
                let mut read = || -> Option<()> {
                    if let Some(id) = key.strip_prefix(b"m") {
                        names.insert(u64::from_be_bytes(id.try_into().ok()?), serde_json::from_slice(&value).ok()?);
                    } else {
                        chunks.push((read_chunk_key(&key)?, postcard::from_bytes(&value).ok()?));
                    }
                    Some(())
                };
                garbled |= read().is_none();
            })
            .await?;
        if garbled {
            return Err(StorageError::Backend("the stored metrics are garbled".into()));
        }
        for (id, (place, name)) in &names {
            let series = Series { id: *id, ..Series::default() };
            store.places.entry(place.clone()).or_default().insert(name.clone(), series);
            store.next_id = store.next_id.max(id + 1);
        }
        for ((id, tier, _), points) in chunks {
            let Some((place, name)) = names.get(&id) else { continue };
            let Some(series) = store.places.get_mut(place).and_then(|metrics| metrics.get_mut(name)) else { continue };
            store.points += points.len();
            for (second, unit, values) in points {
                series.newest = series.newest.max(second);
                series.points.insert((tier, second, unit), values);
            }
        }
        Ok(store)
    }

    /// The metrics of a place, in order.
    pub fn metrics(&self, place: &Place) -> impl Iterator<Item = (&MetricName, &Series)> {
        self.places.get(place).into_iter().flatten()
    }

    /// A metric.
    pub fn metric(&self, place: &Place, name: &MetricName) -> Option<&Series> {
        self.places.get(place)?.get(name)
    }

    /// Adds values of one second, which are kept by the second or by the minute.
    pub fn add(
        &mut self,
        place: &Place,
        name: MetricName,
        unit: Unit,
        (second, fine): (u64, bool),
        values: &Distribution,
    ) {
        let next = self.next_id;
        let series = self
            .places
            .entry(place.clone())
            .or_default()
            .entry(name.clone())
            .or_insert_with(|| Series { id: next, ..Series::default() });
        if series.id == next {
            self.next_id += 1;
        }
        let tier = u8::from(!fine);
        let second = second - second % TIERS[usize::from(tier)].seconds;
        let before = series.points.len();
        series.points.entry((tier, second, unit)).or_default().merge(values);
        series.newest = series.newest.max(second);
        self.points += series.points.len() - before;
        let chunk = chunk_of(series.id, tier, second);
        self.touched.insert((place.clone(), name, chunk));
    }

    /// Adds what a service measured.
    pub fn add_measured(&mut self, measured: Measured) {
        let Measured { metric, minute, values } = measured;
        let dimensions = metric.dimensions.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let name = MetricName::new(metric.namespace, metric.name, dimensions);
        let unit = Unit::named(metric.unit).unwrap_or_default();
        self.add(&(metric.account, metric.region), name, unit, (minute * 60, false), &values);
    }

    /// What must be stored since the last time, after summing up what has grown old.
    pub fn changes(&mut self, now: u64) -> Batch {
        if now >= self.compacted + COMPACT_EVERY || self.points > MOST_POINTS {
            self.compacted = now;
            self.compact(now);
        }
        let mut batch = std::mem::take(&mut self.removed);
        let touched = std::mem::take(&mut self.touched);
        for (place, name, (id, tier, start)) in touched {
            let Some(series) = self.places.get(&place).and_then(|metrics| metrics.get(&name)) else { continue };
            let end = start + TIERS[usize::from(tier)].chunk;
            let points = series.points.range((tier, start, Unit::default())..(tier, end, Unit::default()));
            let points: StoredPoints =
                points.map(|((_, second, unit), values)| (*second, *unit, values.clone())).collect();
            let key = chunk_key((id, tier, start));
            if points.is_empty() {
                batch.delete(&SPACE, key);
            } else {
                // Numbers and lists: nothing that postcard cannot hold.
                batch.put(&SPACE, key, Bytes::from(postcard::to_stdvec(&points).unwrap_or_default()));
            }
            batch.put(&SPACE, metric_key(id), Bytes::from(serde_json::to_vec(&(&place, &name)).unwrap_or_default()));
        }
        batch
    }

    fn compact(&mut self, now: u64) {
        // Each further round lets points grow half as old.
        for round in 0..8 {
            self.sum_up(now, round);
            if self.points <= MOST_POINTS {
                break;
            }
        }
        self.forget_silent(now);
    }

    fn sum_up(&mut self, now: u64, round: u32) {
        for (place, metrics) in &mut self.places {
            for (name, series) in metrics {
                for (tier, Tier { age, .. }) in TIERS.iter().enumerate() {
                    let oldest = now.saturating_sub(age >> round);
                    let range = (tier as u8, 0, Unit::default())..(tier as u8, oldest, Unit::default());
                    let old: Vec<Point> = series.points.range(range).map(|(point, _)| *point).collect();
                    for point in old {
                        let Some(values) = series.points.remove(&point) else { continue };
                        let (_, second, unit) = point;
                        self.points -= 1;
                        self.touched.insert((place.clone(), name.clone(), chunk_of(series.id, tier as u8, second)));
                        // The last tier has no next one: what leaves it is gone.
                        let Some(next) = TIERS.get(tier + 1) else { continue };
                        let (tier, second) = (tier as u8 + 1, second - second % next.seconds);
                        let before = series.points.len();
                        series.points.entry((tier, second, unit)).or_default().merge(&values);
                        self.points += series.points.len() - before;
                        self.touched.insert((place.clone(), name.clone(), chunk_of(series.id, tier, second)));
                    }
                }
            }
        }
    }

    fn forget_silent(&mut self, now: u64) {
        let oldest = now.saturating_sub(TIERS[TIERS.len() - 1].age);
        let mut newest: Vec<u64> =
            self.places.values().flat_map(BTreeMap::values).map(|series| series.newest).collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        let bar = newest.get(MOST_METRICS).map_or(oldest, |bar| oldest.max(bar + 1));
        let (removed, points) = (&mut self.removed, &mut self.points);
        for metrics in self.places.values_mut() {
            metrics.retain(|_, series| {
                let stays = series.newest >= bar;
                if !stays {
                    *points -= series.points.len();
                    removed.delete(&SPACE, metric_key(series.id));
                    removed.delete_prefix(&SPACE, chunk_prefix(series.id));
                }
                stays
            });
        }
    }
}

type StoredPoints = Vec<(u64, Unit, Distribution)>;

fn chunk_of(id: u64, tier: u8, second: u64) -> ChunkKey {
    (id, tier, second - second % TIERS[usize::from(tier)].chunk)
}

fn metric_key(id: u64) -> Vec<u8> {
    [&b"m"[..], &id.to_be_bytes()].concat()
}

fn chunk_prefix(id: u64) -> Vec<u8> {
    [&b"p"[..], &id.to_be_bytes()].concat()
}

fn chunk_key((id, tier, start): ChunkKey) -> Vec<u8> {
    [&chunk_prefix(id)[..], &[tier], &start.to_be_bytes()].concat()
}

fn read_chunk_key(key: &[u8]) -> Option<ChunkKey> {
    let (id, rest) = key.strip_prefix(b"p")?.split_first_chunk::<8>()?;
    let (tier, start) = rest.split_first()?;
    Some((u64::from_be_bytes(*id), *tier, u64::from_be_bytes(start.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: f64) -> Distribution {
        let mut values = Distribution::default();
        values.add(value, 1.0);
        values
    }

    fn name() -> MetricName {
        MetricName::new("App", "Orders", vec![])
    }

    fn sum(store: &Store, place: &Place, from: u64, to: u64) -> f64 {
        store.metric(place, &name()).unwrap().points(from, to, None).map(|(_, _, values)| values.sum).sum()
    }

    #[test]
    fn what_grows_old_is_summed_up_and_in_the_end_forgotten() {
        let (mut store, place) = (Store::default(), Place::default());
        for minute in 0..60 {
            store.add(&place, name(), Unit::default(), (minute * 60, false), &one(1.0));
        }
        store.changes(DAY);
        assert_eq!(store.points, 60);
        store.changes(16 * DAY);
        assert_eq!((store.points, sum(&store, &place, 0, HOUR)), (12, 60.0));
        store.changes(64 * DAY);
        assert_eq!((store.points, sum(&store, &place, 0, HOUR)), (1, 60.0));
        store.changes(456 * DAY);
        assert_eq!((store.points, store.metrics(&place).count()), (0, 0));
    }

    #[test]
    fn seconds_stay_seconds_for_three_hours() {
        let (mut store, place) = (Store::default(), Place::default());
        for second in 0..90 {
            store.add(&place, name(), Unit::default(), (second, true), &one(1.0));
        }
        assert_eq!((store.points, sum(&store, &place, 10, 20)), (90, 10.0));
        store.changes(4 * HOUR);
        assert_eq!((store.points, sum(&store, &place, 0, 60)), (2, 60.0));
    }
}
