use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::{Future, poll_fn},
    rc::Rc,
    task::{Poll, Waker},
};

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Names a metric: whose it is and where, its namespace, what it measures, of what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Metric {
    /// Twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// E.g. `AWS/Lambda`.
    pub namespace: &'static str,
    /// E.g. `Invocations`.
    pub name: &'static str,
    /// E.g. `Count`.
    pub unit: &'static str,
    /// Names and values.
    pub dimensions: Vec<(&'static str, String)>,
}

impl Metric {
    /// A metric without dimensions.
    pub fn new(account: &str, region: &str, namespace: &'static str, name: &'static str, unit: &'static str) -> Self {
        let (account, region) = (account.to_owned(), region.to_owned());
        Self { account, region, namespace, name, unit, dimensions: Vec::new() }
    }

    /// The same with one more dimension.
    #[must_use]
    pub fn of(mut self, dimension: &'static str, value: impl Into<String>) -> Self {
        self.dimensions.push((dimension, value.into()));
        self
    }
}

/// Values of a metric, summed up: enough for every statistic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// How many values.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Different values, ascending, with how often each was there. Fewer than `count` where only a
    /// summary of some is known, which then have no percentiles.
    pub values: Vec<(f64, f64)>,
}

/// How many different values a distribution holds; beyond, neighbours are one.
const MOST_VALUES: usize = 256;

impl Distribution {
    /// Adds `count` times `value`.
    pub fn add(&mut self, value: f64, count: f64) {
        self.widen(value, value);
        self.count += count;
        self.sum += value * count;
        // Mostly the value is the one before: a price of one unit, nothing went wrong.
        if let [(only, times)] = &mut self.values[..]
            && only.total_cmp(&value).is_eq()
        {
            *times += count;
            return;
        }
        match self.values.binary_search_by(|(known, _)| known.total_cmp(&value)) {
            Ok(index) => self.values[index].1 += count,
            Err(index) => self.values.insert(index, (value, count)),
        }
        if self.values.len() > MOST_VALUES {
            self.merge_neighbours();
        }
    }

    /// Adds what is only known as a summary.
    pub fn add_summary(&mut self, count: f64, sum: f64, min: f64, max: f64) {
        // AWS documents these two as the summaries that have percentiles.
        if min.total_cmp(&max).is_eq() {
            return self.add(min, count);
        }
        self.widen(min, max);
        self.count += count;
        self.sum += sum;
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        if other.count <= 0.0 {
            return;
        }
        let (sum, count) = (self.sum + other.sum, self.count + other.count);
        self.widen(other.min, other.max);
        for (value, times) in &other.values {
            self.add(*value, *times);
        }
        (self.sum, self.count) = (sum, count);
    }

    /// Whether every value is known, so that percentiles are.
    pub fn has_percentiles(&self) -> bool {
        let known: f64 = self.values.iter().map(|(_, count)| count).sum();
        (known - self.count).abs() < 1e-6 * self.count.max(1.0)
    }

    fn widen(&mut self, min: f64, max: f64) {
        if self.count <= 0.0 {
            (self.min, self.max) = (min, max);
        } else {
            (self.min, self.max) = (self.min.min(min), self.max.max(max));
        }
    }

    /// Makes one of every two values; the least and the greatest stay in `min` and `max`.
    fn merge_neighbours(&mut self) {
        let pairs = self.values.chunks(2).map(|pair| {
            let count: f64 = pair.iter().map(|(_, count)| count).sum();
            let sum: f64 = pair.iter().map(|(value, count)| value * count).sum();
            if count > 0.0 { (sum / count, count) } else { pair[0] }
        });
        self.values = pairs.collect();
    }
}

/// What services measure of themselves. They record values as they work; whoever keeps metrics takes
/// them from here, summed up by minute.
///
/// No service waits for this, and nothing of it is durable before it is taken: AWS's own services
/// publish their metrics by the minute too.
#[derive(Clone, Default)]
pub struct Metrics(Rc<Shared>);

#[derive(Default)]
struct Shared {
    /// Those that have something to take.
    changed: RefCell<Vec<Rc<Recorder>>>,
    /// Those that are recorded by name.
    named: RefCell<HashMap<Metric, Series>>,
    waiting: RefCell<Option<Waker>>,
}

/// A metric that is recorded often: recording costs a few nanoseconds. Who holds it forgets it when
/// what it measures is gone.
#[derive(Clone)]
pub struct Series(Rc<Recorder>);

struct Recorder {
    metric: Metric,
    minutes: RefCell<Vec<(u64, Distribution)>>,
    /// Whether it is in the list of changed ones.
    listed: Cell<bool>,
    shared: Rc<Shared>,
}

/// What was recorded of a metric in one minute.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Of what.
    pub metric: Metric,
    /// Minutes since the epoch.
    pub minute: u64,
    /// The values.
    pub values: Distribution,
}

const MINUTE_MILLIS: u64 = 60_000;

impl Metrics {
    /// A handle by which `metric` is recorded.
    pub fn series(&self, metric: Metric) -> Series {
        let (minutes, listed, shared) = (RefCell::default(), Cell::default(), self.0.clone());
        Series(Rc::new(Recorder { metric, minutes, listed, shared }))
    }

    /// Records one value of a metric that is recorded seldom.
    pub fn record(&self, metric: Metric, value: f64, now: Timestamp) {
        let known = self.0.named.borrow().get(&metric).cloned();
        let series = known.unwrap_or_else(|| {
            let series = self.series(metric.clone());
            self.0.named.borrow_mut().insert(metric, series.clone());
            series
        });
        series.record(value, now);
    }

    /// Everything recorded since the last time.
    pub fn take(&self) -> Vec<Measured> {
        self.0.named.borrow_mut().clear();
        let changed = std::mem::take(&mut *self.0.changed.borrow_mut());
        let mut taken = Vec::new();
        for recorder in changed {
            recorder.listed.set(false);
            let minutes = std::mem::take(&mut *recorder.minutes.borrow_mut());
            taken.extend(minutes.into_iter().map(|(minute, values)| Measured {
                metric: recorder.metric.clone(),
                minute,
                values,
            }));
        }
        taken
    }

    /// Completes when there is something to take.
    pub fn recorded(&self) -> impl Future<Output = ()> + use<> {
        let shared = self.0.clone();
        poll_fn(move |context| {
            if !shared.changed.borrow().is_empty() {
                return Poll::Ready(());
            }
            *shared.waiting.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
    }
}

impl Series {
    /// Records one value.
    pub fn record(&self, value: f64, now: Timestamp) {
        let minute = now.millis() / MINUTE_MILLIS;
        let mut minutes = self.0.minutes.borrow_mut();
        match minutes.last_mut() {
            Some((last, values)) if *last == minute => values.add(value, 1.0),
            _ => {
                let mut values = Distribution::default();
                values.add(value, 1.0);
                minutes.push((minute, values));
            }
        }
        if !self.0.listed.replace(true) {
            self.0.shared.changed.borrow_mut().push(self.0.clone());
            if let Some(waiting) = self.0.shared.waiting.take() {
                waiting.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn errors() -> Metric {
        Metric::new("1", "r", "AWS/Lambda", "Errors", "Count").of("FunctionName", "f")
    }

    #[test]
    fn values_are_summed_up_by_minute() {
        let metrics = Metrics::default();
        let series = metrics.series(errors());
        for (value, second) in [(0.0, 1), (1.0, 59), (1.0, 60)] {
            series.record(value, at(second));
        }
        let taken = metrics.take();
        let facts: Vec<_> = taken.iter().map(|t| (t.minute, t.values.count, t.values.sum)).collect();
        assert_eq!(facts, [(0, 2.0, 1.0), (1, 1.0, 1.0)]);
        assert!(metrics.take().is_empty());
        metrics.record(errors(), 1.0, at(61));
        assert_eq!(metrics.take()[0].metric, errors());
    }

    #[test]
    fn a_distribution_keeps_extremes_when_neighbours_become_one() {
        let mut values = Distribution::default();
        for value in 0..1000 {
            values.add(f64::from(value), 1.0);
        }
        assert_eq!((values.count, values.sum, values.min, values.max), (1000.0, 499_500.0, 0.0, 999.0));
        assert!(values.has_percentiles() && values.values.len() <= MOST_VALUES);
        values.add_summary(3.0, 10.0, -1.0, 9.0);
        assert!(!values.has_percentiles());
        assert_eq!((values.count, values.min), (1003.0, -1.0));
    }
}
