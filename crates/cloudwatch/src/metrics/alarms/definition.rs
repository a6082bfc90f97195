//! What a metric alarm watches, and which definitions are refused.

use kernel::AwsError;
use serde_json::Value;

use super::{
    super::{
        data::{Asked, Evaluator, Kind, Query, read_queries},
        invalid_combination, invalid_value, missing,
        statistics::{Window, periods},
        store::{Place, Store},
        texts,
    },
    evaluate::{Comparison, Datapoint, EXTRA_PERIODS, Missing, Rule, Threshold},
};
use crate::metrics::math::{Context, Data};

const MOST_ACTIONS: usize = 5;
const DAY: u64 = 86_400;

/// The definition of a metric alarm, read.
pub struct Watch {
    pub rule: Rule,
    /// Whether `DatapointsToAlarm` was given, which its reasons then tell.
    pub has_needed: bool,
    pub period: u64,
    pub subject: Subject,
}

/// What is watched.
pub enum Subject {
    Metric(Asked),
    /// The query whose result is watched, among those that it needs.
    Math(Vec<Query>, String),
}

/// A datapoint with the number of values in it, where that is known.
pub struct Counted {
    pub second: u64,
    pub value: f64,
    pub count: Option<f64>,
}

impl Watch {
    /// Reads a definition, or says why it is refused.
    pub fn read(definition: &Value) -> Result<Self, AwsError> {
        let text = |name: &str| definition[name].as_str();
        let periods = definition["EvaluationPeriods"].as_u64().unwrap_or(1) as usize;
        let needed = definition["DatapointsToAlarm"].as_u64().map(|needed| needed as usize);
        if needed.is_some_and(|needed| needed > periods) {
            return Err(AwsError::validation(
                "Value for parameter DatapointsToAlarm must be less than or equal to the value of EvaluationPeriods.",
            ));
        }
        if text("ThresholdMetricId").is_some() {
            return Err(invalid_value("Anomaly detection models are not available."));
        }
        let comparison = text("ComparisonOperator").and_then(Comparison::named).ok_or_else(|| {
            invalid_combination(
                "The ComparisonOperator must be one for static thresholds where Threshold is specified.",
            )
        })?;
        let value = definition["Threshold"]
            .as_f64()
            .ok_or_else(|| AwsError::validation("Exactly one of Threshold or ThresholdMetricId must be specified."))?;
        let missing = text("TreatMissingData").unwrap_or("missing");
        let missing = Missing::named(missing).ok_or_else(|| {
            AwsError::validation(format!(
                "Option {missing} is not supported. Supported options for parameter \
                TreatMissingData are [breaching, notBreaching, ignore, missing]."
            ))
        })?;
        check_actions(definition)?;
        let (subject, period) = read_subject(definition)?;
        check_period(period, periods as u64)?;
        let threshold = Threshold { comparison, value };
        let rule = Rule { threshold, needed: needed.unwrap_or(periods), periods, missing };
        Ok(Self { rule, has_needed: needed.is_some(), period, subject })
    }

    /// The datapoints of its last periods before the second `end`, oldest first.
    pub fn datapoints(&self, store: &Store, place: &Place, end: u64) -> Vec<Option<Counted>> {
        let count = (self.rule.periods + EXTRA_PERIODS) as u64;
        let from = end.saturating_sub(count * self.period);
        let window = Window { from, to: end, period: self.period };
        let found: Vec<Counted> = match &self.subject {
            Subject::Metric(asked) => periods(store, place, &asked.name, asked.unit, window)
                .iter()
                .filter_map(|((second, _), values)| {
                    let value = asked.statistic.of(values)?;
                    Some(Counted { second: *second, value, count: Some(values.count) })
                })
                .collect(),
            Subject::Math(queries, id) => {
                let evaluator = Evaluator::new(store, place.clone(), queries, (from as f64, end as f64), None);
                let lines = evaluator.query(id).ok().and_then(Data::lines).unwrap_or_default();
                let points = lines.into_iter().next().unwrap_or_default().points;
                points.into_iter().map(|(second, value)| Counted { second, value, count: None }).collect()
            }
        };
        let mut range: Vec<Option<Counted>> = (0..count).map(|_| None).collect();
        for point in found {
            let index = (point.second.saturating_sub(from) / self.period) as usize;
            if let Some(place) = range.get_mut(index) {
                *place = Some(point);
            }
        }
        range
    }
}

/// The datapoints alone.
pub fn plain(range: &[Option<Counted>]) -> Vec<Option<Datapoint>> {
    range.iter().map(|point| point.as_ref().map(|point| (point.second, point.value))).collect()
}

fn read_subject(definition: &Value) -> Result<(Subject, u64), AwsError> {
    let has = |name: &str| !definition[name].is_null();
    if has("Metrics") {
        if let Some(name) =
            ["MetricName", "Namespace", "Statistic", "Period", "Dimensions"].into_iter().find(|name| has(name))
        {
            return Err(AwsError::validation(format!(
                "The parameters Metrics and {name} are mutually exclusive and you have specified both."
            )));
        }
        let queries = read_queries(&definition["Metrics"])?;
        let mut returned = queries.iter().filter(|query| query.returns);
        let (Some(watched), None) = (returned.next(), returned.next()) else {
            return Err(AwsError::validation("Exactly one element of the metrics list should return data."));
        };
        let id = watched.id.clone();
        let period = queries.iter().filter_map(|query| match &query.kind {
            Kind::Metric(asked) => Some(asked.period),
            Kind::Expression(_) => None,
        });
        let period = period.max().unwrap_or(300);
        return Ok((Subject::Math(queries, id), period));
    }
    for name in ["MetricName", "Namespace", "Period"] {
        if !has(name) {
            return Err(missing(format!("The parameter {name} is required.")));
        }
    }
    let statistic = match (definition["Statistic"].as_str(), definition["ExtendedStatistic"].as_str()) {
        (Some(statistic), None) | (None, Some(statistic)) => statistic,
        (None, None) => return Err(missing("One of Statistic or ExtendedStatistic must be specified.")),
        (Some(_), Some(_)) => {
            return Err(invalid_combination("The parameters Statistic and ExtendedStatistic are mutually exclusive."));
        }
    };
    let metric = serde_json::json!([{"Id": "m", "MetricStat": {
        "Metric": {
            "Namespace": definition["Namespace"],
            "MetricName": definition["MetricName"],
            "Dimensions": definition["Dimensions"],
        },
        "Period": definition["Period"],
        "Stat": statistic,
        "Unit": definition["Unit"],
    }}]);
    match read_queries(&metric)?.into_iter().next().map(|query| query.kind) {
        Some(Kind::Metric(asked)) => {
            let period = asked.period;
            Ok((Subject::Metric(asked), period))
        }
        _ => Err(missing("The parameter MetricName is required.")),
    }
}

fn check_period(period: u64, periods: u64) -> Result<(), AwsError> {
    if !matches!(period, 10 | 20 | 30) && !period.is_multiple_of(60) {
        return Err(AwsError::validation("Period must be 10, 20, 30 or a multiple of 60"));
    }
    let most = if period >= 3600 { 7 * DAY } else { DAY };
    if period * periods > most {
        return Err(AwsError::validation(format!(
            "Metrics cannot be checked across more than {} (EvaluationPeriods * Period must be <= {most}).",
            if most == DAY { "a day" } else { "a week" }
        )));
    }
    Ok(())
}

/// Refuses actions that are no ARNs, or too many.
pub fn check_actions(definition: &Value) -> Result<(), AwsError> {
    for list in ["OKActions", "AlarmActions", "InsufficientDataActions"] {
        if texts(&definition[list]).count() > MOST_ACTIONS {
            return Err(AwsError::validation(format!("Member must have length less than or equal to {MOST_ACTIONS}")));
        }
        if let Some(action) = texts(&definition[list]).find(|action| action.parse::<kernel::Arn>().is_err()) {
            return Err(AwsError::validation(format!("Invalid arn syntax: {action}")));
        }
    }
    Ok(())
}
