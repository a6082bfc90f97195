//! What `stats` computes of many rows.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    commands::Column,
    expression::{Expression, compare},
    row::{Row, Value},
};

/// `stats`
#[derive(Debug)]
pub struct Stats {
    pub aggregates: Vec<Aggregate>,
    pub by: Vec<Column>,
}

/// One number of many rows.
#[derive(Debug)]
pub struct Aggregate {
    pub name: String,
    pub function: String,
    /// None for `count(*)`.
    pub argument: Option<Expression>,
    /// Of `pct`.
    pub percent: f64,
}

/// The names of the functions.
pub const AGGREGATES: [&str; 13] = [
    "count",
    "count_distinct",
    "sum",
    "avg",
    "min",
    "max",
    "pct",
    "median",
    "stddev",
    "earliest",
    "latest",
    "sortsfirst",
    "sortslast",
];

impl Stats {
    /// One row for each group of rows.
    pub fn apply(&self, rows: &[Row]) -> Vec<Row> {
        let mut order: Vec<(Vec<Value>, Vec<&Row>)> = Vec::new();
        let mut groups: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for row in rows {
            let values: Vec<Value> = self.by.iter().map(|column| column.expression.value(row)).collect();
            let key = values.iter().map(Value::text).collect();
            let index = *groups.entry(key).or_insert_with(|| {
                order.push((values, Vec::new()));
                order.len() - 1
            });
            order[index].1.push(row);
        }
        if self.by.is_empty() && order.is_empty() {
            order.push((Vec::new(), Vec::new()));
        }
        let summed_up = order.into_iter().map(|(values, rows)| {
            let mut row = Row::default();
            for (column, value) in self.by.iter().zip(values) {
                row.set(&column.name, value);
            }
            for aggregate in &self.aggregates {
                row.set(&aggregate.name, aggregate.of(&rows));
            }
            row
        });
        summed_up.collect()
    }

    /// The names of what it gives.
    pub fn names(&self) -> Vec<String> {
        let by = self.by.iter().map(|column| column.name.clone());
        by.chain(self.aggregates.iter().map(|aggregate| aggregate.name.clone())).collect()
    }
}

impl Aggregate {
    fn of(&self, rows: &[&Row]) -> Value {
        let Some(argument) = &self.argument else { return Value::Number(rows.len() as f64) };
        let values: Vec<(Value, f64)> = rows
            .iter()
            .map(|row| (argument.value(row), row.get("@timestamp").number().unwrap_or_default()))
            .filter(|(value, _)| *value != Value::Nothing)
            .collect();
        let mut numbers: Vec<f64> = values.iter().filter_map(|(value, _)| value.number()).collect();
        let (count, sum) = (numbers.len() as f64, numbers.iter().sum::<f64>());
        let extreme = |is_better: fn(std::cmp::Ordering) -> bool| {
            let all = values.iter().map(|(value, _)| value.clone());
            all.reduce(|best, next| if compare(&next, &best).is_some_and(is_better) { next } else { best })
        };
        let known = |value: Option<Value>| value.unwrap_or(Value::Nothing);
        let computed = |value: f64| if count > 0.0 { Value::Number(value) } else { Value::Nothing };
        match self.function.as_str() {
            "count" => Value::Number(values.len() as f64),
            "count_distinct" => {
                Value::Number(values.iter().map(|(value, _)| value.text()).collect::<BTreeSet<_>>().len() as f64)
            }
            "sum" => computed(sum),
            "avg" => computed(sum / count),
            "min" | "sortsfirst" => known(extreme(std::cmp::Ordering::is_lt)),
            "max" | "sortslast" => known(extreme(std::cmp::Ordering::is_gt)),
            "pct" | "median" => {
                numbers.sort_by(f64::total_cmp);
                let rank = (self.percent / 100.0 * count).ceil().max(1.0) as usize;
                numbers.get(rank - 1).map_or(Value::Nothing, |value| Value::Number(*value))
            }
            "stddev" => {
                let mean = sum / count;
                computed((numbers.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
            }
            "earliest" => known(values.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(value, _)| value.clone())),
            _ => known(values.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(value, _)| value.clone())),
        }
    }
}
