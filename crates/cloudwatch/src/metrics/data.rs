//! `GetMetricData`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{
    Metrics, invalid_combination, invalid_value,
    math::{self, Context, Data, Expression, Line},
    metric_name, missing, place,
    search::Search,
    statistic::Statistic,
    statistics::{Window, is_period, periods, read_unit, times},
    store::{MetricName, Place, Store},
    units::Unit,
};

const MOST_QUERIES: usize = 500;

/// The most datapoints of one page.
const MOST_DATAPOINTS: usize = 100_800;

/// The most time series that a search finds.
const MOST_FOUND: usize = 100;

/// A query of a request or of an alarm.
#[derive(Clone, Debug)]
pub struct Query {
    pub id: String,
    pub kind: Kind,
    label: Option<String>,
    pub returns: bool,
}

/// What a query asks for.
#[derive(Clone, Debug)]
pub enum Kind {
    Metric(Asked),
    Expression(Expression),
}

/// A statistic of a metric.
#[derive(Clone, Debug)]
pub struct Asked {
    pub name: MetricName,
    pub period: u64,
    pub statistic: Statistic,
    statistic_name: String,
    pub unit: Option<Unit>,
}

impl Asked {
    /// Reads a `MetricStat`, which stands at `path`.
    fn read(path: &str, stat: &Value) -> Result<Self, AwsError> {
        let period = stat["Period"].as_u64().unwrap_or_default();
        if !is_period(period) {
            return Err(invalid_value(format!(
                "The parameter {path}.MetricStat.Period must be a value in the set [ 1, 5, 10, 20, 30 ] or a multiple \
                 of 60."
            )));
        }
        let statistic_name = stat["Stat"].as_str().unwrap_or_default().to_owned();
        let statistic = Statistic::parse(&statistic_name).ok_or_else(|| {
            invalid_value(format!("The value {statistic_name} for parameter {path}.MetricStat.Stat is not supported."))
        })?;
        let unit = read_unit(&stat["Unit"])?;
        Ok(Self { name: metric_name(&stat["Metric"]), period, statistic, statistic_name, unit })
    }

    /// The values by period.
    pub fn line(&self, store: &Store, place: &Place, window: Window) -> Line {
        let mut points: BTreeMap<u64, f64> = BTreeMap::new();
        // Where a metric has values of several units and none is asked for, the least of them is told.
        for ((second, _), values) in periods(store, place, &self.name, self.unit, window).iter().rev() {
            if let Some(value) = self.statistic.of(values) {
                points.insert(*second, value);
            }
        }
        Line { label: String::new(), period: self.period, points }
    }
}

/// Reads the queries of a request.
pub fn read_queries(list: &Value) -> Result<Vec<Query>, AwsError> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    if list.len() > MOST_QUERIES {
        return Err(invalid_value(format!(
            "The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}."
        )));
    }
    let mut ids = BTreeSet::new();
    let mut queries = Vec::with_capacity(list.len());
    for (index, query) in list.iter().enumerate() {
        let path = format!("MetricDataQueries.member.{}", index + 1);
        let id = query["Id"].as_str().unwrap_or_default();
        let is_id = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_id {
            return Err(AwsError::validation(format!(
                "The value {id} for parameter {path}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
            )));
        }
        if !ids.insert(id) {
            return Err(AwsError::validation(format!("The value {id} for parameter {path}.Id must be unique.")));
        }
        let kind = match (&query["MetricStat"], query["Expression"].as_str()) {
            (Value::Object(_), Some(_)) => {
                return Err(invalid_combination(format!(
                    "The parameters {path}.Expression and {path}.MetricStat are mutually exclusive and you have \
                     specified both."
                )));
            }
            (Value::Object(_), None) => Kind::Metric(Asked::read(&path, &query["MetricStat"])?),
            (_, Some(expression)) => Kind::Expression(
                math::parse(expression)
                    .map_err(|reason| AwsError::validation(format!("Error in expression '{id}': {reason}")))?,
            ),
            _ => {
                return Err(missing(format!(
                    "The parameter {path}.MetricStat or {path}.Expression must be specified."
                )));
            }
        };
        let label = query["Label"].as_str().map(str::to_owned);
        queries.push(Query { id: id.to_owned(), kind, label, returns: query["ReturnData"] != false });
    }
    Ok(queries)
}

impl Metrics {
    pub(super) fn get_metric_data(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let (from, to) = times(input)?;
        let queries = read_queries(&input["MetricDataQueries"])?;
        let store = self.store.borrow();
        let now = self.kernel.clock.now().secs();
        let evaluator = Evaluator::new(&store, place(&call.scope), &queries, (from, to), Some(now));
        let labels = default_labels(&queries);
        let mut results = Vec::new();
        for query in queries.iter().filter(|query| query.returns) {
            let data = evaluator.query(&query.id);
            let data =
                data.map_err(|reason| AwsError::validation(format!("Error in expression '{}': {reason}", query.id)))?;
            let is_list = matches!(data, Data::Lines(_));
            let lines = data.lines().ok_or_else(|| {
                AwsError::validation(format!("Error in expression '{}': the result is no time series", query.id))
            })?;
            for line in lines {
                let own = if is_list && !line.label.is_empty() {
                    line.label.clone()
                } else {
                    labels[query.id.as_str()].clone()
                };
                let label = match (&query.label, is_list) {
                    (Some(label), true) => format!("{label} {own}"),
                    (Some(label), false) => label.clone(),
                    (None, _) => own,
                };
                results.push((query.id.clone(), label, line.points));
            }
        }
        let ascending = input["ScanBy"] == "TimestampAscending";
        let most = input["MaxDatapoints"].as_u64().map_or(MOST_DATAPOINTS, |most| (most as usize).min(MOST_DATAPOINTS));
        paged(results, ascending, most, input["NextToken"].as_str())
    }
}

type Found = (String, String, BTreeMap<u64, f64>);

/// One page of the results, of at most so many datapoints. A token is the number of those before.
fn paged(results: Vec<Found>, ascending: bool, most: usize, token: Option<&str>) -> Result<Value, AwsError> {
    let mut skip: usize = match token {
        None => 0,
        Some(token) => token.parse().map_err(|_| AwsError::new("InvalidNextToken", "The NextToken is invalid."))?,
    };
    let (begin, mut left, mut more) = (skip, most, false);
    let mut page = Vec::new();
    for (id, label, points) in results {
        let before = skip.min(points.len());
        skip -= before;
        let rest = points.len() - before;
        let taken = rest.min(left);
        let is_whole = taken == rest;
        more |= !is_whole;
        // What has no values is told once.
        if taken > 0 || (rest == 0 && before == 0 && token.is_none()) {
            let mut points: Vec<(u64, f64)> = points.into_iter().collect();
            if !ascending {
                points.reverse();
            }
            let points = &points[before..before + taken];
            let times: Vec<u64> = points.iter().map(|(second, _)| *second).collect();
            let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
            let status = if is_whole { "Complete" } else { "PartialData" };
            page.push(json!({"Id": id, "Label": label, "Timestamps": times, "Values": values, "StatusCode": status}));
        }
        left -= taken;
    }
    let mut answer = json!({"MetricDataResults": page, "Messages": []});
    if more {
        answer["NextToken"] = json!((begin + most).to_string());
    }
    Ok(answer)
}

/// What metrics are called if they have no label: by what they differ in.
fn default_labels(queries: &[Query]) -> BTreeMap<&str, String> {
    let asked: Vec<&Asked> = queries
        .iter()
        .filter_map(|query| match &query.kind {
            Kind::Metric(asked) => Some(asked),
            Kind::Expression(_) => None,
        })
        .collect();
    let differ =
        |key: &dyn Fn(&Asked) -> String| asked.iter().map(|asked| key(asked)).collect::<BTreeSet<_>>().len() > 1;
    let by_statistic = differ(&|asked| asked.statistic_name.clone());
    let by_period = differ(&|asked| asked.period.to_string());
    let by_dimensions = !differ(&|asked| asked.name.name.clone()) && differ(&|asked| values(&asked.name));
    let label = |query: &Query| match &query.kind {
        Kind::Expression(_) => query.id.clone(),
        Kind::Metric(asked) => {
            let mut parts = vec![asked.name.name.clone()];
            if by_dimensions {
                parts.insert(0, values(&asked.name));
            }
            if by_statistic {
                parts.push(asked.statistic_name.clone());
            }
            if by_period {
                parts.push(asked.period.to_string());
            }
            parts.retain(|part| !part.is_empty());
            parts.join(" ")
        }
    };
    queries.iter().map(|query| (query.id.as_str(), label(query))).collect()
}

fn values(name: &MetricName) -> String {
    name.dimensions.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
}

/// Computes the queries of a request, each once.
pub struct Evaluator<'a> {
    store: &'a Store,
    place: Place,
    queries: BTreeMap<&'a str, &'a Query>,
    order: &'a [Query],
    times: (f64, f64),
    now: Option<u64>,
    period: u64,
    known: RefCell<BTreeMap<String, Data>>,
    under_way: RefCell<BTreeSet<String>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of `queries` from one second to another, which is rounded as it is for requests that
    /// are made at the second `now`.
    pub fn new(store: &'a Store, place: Place, queries: &'a [Query], times: (f64, f64), now: Option<u64>) -> Self {
        let periods = queries.iter().filter_map(|query| match &query.kind {
            Kind::Metric(asked) => Some(asked.period),
            Kind::Expression(_) => None,
        });
        Self {
            store,
            place,
            period: periods.max().unwrap_or(300),
            queries: queries.iter().map(|query| (query.id.as_str(), query)).collect(),
            order: queries,
            times,
            now,
            known: RefCell::default(),
            under_way: RefCell::default(),
        }
    }

    fn window_of(&self, period: u64) -> Window {
        let (from, to) = self.times;
        match self.now {
            Some(now) => Window::new(from, to, period, now),
            None => Window { from: from as u64, to: to as u64, period },
        }
    }
}

impl Context for Evaluator<'_> {
    fn query(&self, id: &str) -> Result<Data, String> {
        if let Some(data) = self.known.borrow().get(id) {
            return Ok(data.clone());
        }
        let query = self.queries.get(id).ok_or_else(|| format!("there is no query with the id {id}"))?;
        if !self.under_way.borrow_mut().insert(id.to_owned()) {
            return Err(format!("{id} depends on itself"));
        }
        let data = match &query.kind {
            Kind::Metric(asked) => Data::Line(asked.line(self.store, &self.place, self.window_of(asked.period))),
            Kind::Expression(expression) => math::evaluate(expression, self)?,
        };
        self.known.borrow_mut().insert(id.to_owned(), data.clone());
        Ok(data)
    }

    fn metrics(&self, part: &str) -> Result<Vec<Line>, String> {
        let asked = self.order.iter().filter(|query| matches!(query.kind, Kind::Metric(_)) && query.id.contains(part));
        let lines = asked.map(|query| self.query(&query.id).map(|data| data.lines().unwrap_or_default()));
        Ok(lines.collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn search(&self, search: &str, statistic: &str, period: Option<u64>) -> Result<Vec<Line>, String> {
        let search = Search::parse(search)?;
        let kind = Statistic::parse(statistic).ok_or_else(|| format!("{statistic} is no statistic"))?;
        let period = period.unwrap_or(self.period);
        if !is_period(period) {
            return Err(format!("{period} is no period"));
        }
        let found = self.store.metrics(&self.place).map(|(name, _)| name).filter(|name| search.finds(name));
        let found: Vec<&MetricName> = found.take(MOST_FOUND).collect();
        let several_names = found.iter().map(|name| &name.name).collect::<BTreeSet<_>>().len() > 1;
        let lines = found.iter().map(|name| {
            let asked = Asked {
                name: (*name).clone(),
                period,
                statistic: kind.clone(),
                statistic_name: statistic.to_owned(),
                unit: None,
            };
            let parts = [
                values(name),
                if several_names || name.dimensions.is_empty() { name.name.clone() } else { String::new() },
            ];
            let label = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
            Line { label, ..asked.line(self.store, &self.place, self.window_of(period)) }
        });
        Ok(lines.collect())
    }

    fn window(&self) -> (u64, u64) {
        let window = self.window_of(self.period);
        (window.from, window.to)
    }

    fn period(&self) -> u64 {
        self.period
    }
}
