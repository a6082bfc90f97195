//! `GetMetricStatistics`, and how values are put into periods.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Distribution};
use serde_json::{Value, json};

use super::{
    Metrics, invalid_combination, invalid_value, metric_name, missing, place,
    statistic::Statistic,
    store::{MetricName, Place, Store},
    texts,
    units::Unit,
};

const MOST_DATAPOINTS: u64 = 1440;

/// The seconds from where to where values are asked for, in periods of so many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub from: u64,
    pub to: u64,
    pub period: u64,
}

impl Window {
    /// The window that AWS makes of what was asked: the start is rounded down, the further back it lies
    /// the more coarsely.
    pub fn new(from: f64, to: f64, period: u64, now: u64) -> Self {
        const DAY: u64 = 86_400;
        let start = from.max(0.0) as u64;
        let age = now.saturating_sub(start);
        let grain = match age {
            _ if period < 60 => period.max(1),
            age if age < 15 * DAY => 60,
            age if age < 63 * DAY => 300,
            _ => 3600,
        };
        Self { from: start - start % grain, to: to.max(0.0).ceil() as u64, period: period.max(1) }
    }

    fn start_of(self, second: u64) -> u64 {
        second - (second - self.from) % self.period
    }
}

/// The values of each period that has any, by unit.
pub fn periods(
    store: &Store,
    place: &Place,
    name: &MetricName,
    unit: Option<Unit>,
    window: Window,
) -> BTreeMap<(u64, Unit), Distribution> {
    let mut periods: BTreeMap<(u64, Unit), Distribution> = BTreeMap::new();
    if let Some(series) = store.metric(place, name).filter(|_| window.from < window.to) {
        for (second, unit, values) in series.points(window.from, window.to, unit) {
            periods.entry((window.start_of(second), unit)).or_default().merge(values);
        }
    }
    periods
}

/// Whether a period is one that AWS takes.
pub fn is_period(period: u64) -> bool {
    matches!(period, 1 | 5 | 10 | 20 | 30) || (period > 0 && period.is_multiple_of(60))
}

/// A unit that a request may name.
pub fn read_unit(value: &Value) -> Result<Option<Unit>, AwsError> {
    let Some(name) = value.as_str() else { return Ok(None) };
    let unit = Unit::named(name);
    unit.map(Some).ok_or_else(|| invalid_value(format!("The value {name} for parameter Unit is invalid.")))
}

impl Metrics {
    pub(super) fn get_metric_statistics(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let (from, to) = times(input)?;
        let period = input["Period"].as_u64().unwrap_or_default();
        if !is_period(period) {
            return Err(invalid_value(
                "The parameter Period must be a value in the set [ 1, 5, 10, 30 ] or a multiple of 60.",
            ));
        }
        let datapoints = ((to - from) / period as f64).ceil() as u64;
        if datapoints > MOST_DATAPOINTS {
            return Err(invalid_combination(format!(
                "You have requested up to {datapoints} datapoints, which exceeds the limit of {MOST_DATAPOINTS}. You \
                 may reduce the datapoints requested by increasing Period, or decreasing the time range."
            )));
        }
        let simple: Vec<&str> = texts(&input["Statistics"]).collect();
        let extended: Vec<&str> = texts(&input["ExtendedStatistics"]).collect();
        if simple.is_empty() == extended.is_empty() {
            let message = "The parameters Statistics and ExtendedStatistics are mutually exclusive, and one of them \
                           must be specified.";
            return Err(if simple.is_empty() { missing(message) } else { invalid_combination(message) });
        }
        let statistics = simple.iter().chain(&extended).map(|name| {
            let found = Statistic::parse(name).map(|statistic| (*name, statistic));
            found.ok_or_else(|| {
                invalid_value(format!("The value {name} for parameter ExtendedStatistics is not supported."))
            })
        });
        let statistics: Vec<_> = statistics.collect::<Result<_, _>>()?;
        let window = Window::new(from, to, period, self.kernel.clock.now().secs());
        let (name, unit) = (metric_name(input), read_unit(&input["Unit"])?);
        let store = self.store.borrow();
        let datapoints = periods(&store, &place(&call.scope), &name, unit, window);
        let datapoints: Vec<_> =
            datapoints.iter().map(|((second, unit), values)| datapoint(*second, *unit, values, &statistics)).collect();
        Ok(json!({"Label": name.name, "Datapoints": datapoints}))
    }
}

fn datapoint(second: u64, unit: Unit, values: &Distribution, statistics: &[(&str, Statistic)]) -> Value {
    let mut point = json!({"Timestamp": second, "Unit": unit.name()});
    for (name, statistic) in statistics {
        let Some(value) = statistic.of(values) else { continue };
        match statistic {
            Statistic::Percentile(_) | Statistic::Between(..) => point["ExtendedStatistics"][*name] = json!(value),
            _ => point[*name] = json!(value),
        }
    }
    point
}

/// From when to when values are asked for.
pub fn times(input: &Value) -> Result<(f64, f64), AwsError> {
    let time = |name: &str| input[name].as_f64().unwrap_or_default();
    let (from, to) = (time("StartTime"), time("EndTime"));
    if from >= to {
        return Err(invalid_value("The parameter StartTime must be less than the parameter EndTime."));
    }
    Ok((from, to))
}
