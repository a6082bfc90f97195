//! Logs Insights: queries over log events.
//!
//! `fields @timestamp, @message | filter level = "ERROR" | stats count(*) by bin(5m) | sort … | limit 20`

mod aggregate;
mod commands;
mod expression;
mod functions;
mod parser;
mod row;
mod tokens;

use std::collections::BTreeSet;

pub use commands::Command;
use expression::Expression;
pub use row::{Row, Value};

/// The rows of an answer if the query does not say how many.
const MOST_ROWS: usize = 10_000;

/// A query, read.
#[derive(Debug)]
pub struct Query(Vec<Command>);

/// What a query gives: rows of named values, and how many events it looked at went through its filters.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub rows: Vec<Vec<(String, String)>>,
    pub matched: usize,
}

impl Query {
    /// Reads a query; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        parser::parse(text).map(Self)
    }

    /// Runs it on events, newest first.
    pub fn run(&self, mut rows: Vec<Row>, limit: Option<usize>) -> Outcome {
        let mut shown: Vec<String> = Vec::new();
        let mut matched = None;
        let mut is_limited = false;
        for command in &self.0 {
            match command {
                Command::Fields(columns) => {
                    for column in columns {
                        if !matches!(&column.expression, Expression::Field(name) if *name == column.name) {
                            for row in &mut rows {
                                let value = column.expression.value(row);
                                row.set(&column.name, value);
                            }
                        }
                        shown.push(column.name.clone());
                    }
                }
                Command::Display(names) => shown.clone_from(names),
                Command::Filter(condition) => rows.retain(|row| condition.value(row).is_true()),
                Command::Parse(parse) => {
                    for row in &mut rows {
                        parse.apply(row);
                    }
                    shown.extend(parse.names());
                }
                Command::Stats(stats) => {
                    matched.get_or_insert(rows.len());
                    rows = stats.apply(&rows);
                    shown = stats.names();
                }
                Command::Sort(keys) => commands::sort(&mut rows, keys),
                Command::Limit(most) => {
                    matched.get_or_insert(rows.len());
                    rows.truncate(*most);
                    is_limited = true;
                }
                Command::Dedup(names) => {
                    let mut seen = BTreeSet::new();
                    rows.retain(|row| {
                        let key: Vec<String> = names.iter().map(|name| row.get(name).text()).collect();
                        seen.insert(key)
                    });
                }
            }
        }
        let matched = matched.unwrap_or(rows.len());
        if !is_limited {
            rows.truncate(limit.unwrap_or(MOST_ROWS));
        }
        if shown.is_empty() {
            shown = vec!["@timestamp".to_owned(), "@message".to_owned()];
        }
        let mut unique = BTreeSet::new();
        shown.retain(|name| unique.insert(name.clone()));
        let told = rows.iter().map(|row| {
            let values = shown.iter().filter_map(|name| match row.get(name) {
                Value::Nothing => None,
                value => Some((name.clone(), value.text())),
            });
            let pointer = row.pointer.iter().map(|pointer| ("@ptr".to_owned(), pointer.clone()));
            values.chain(pointer).collect()
        });
        Outcome { rows: told.collect(), matched }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let messages = [
            r#"{"level": "INFO", "latency": 12, "user": {"name": "ann"}}"#,
            r#"{"level": "ERROR", "latency": 80, "user": {"name": "bob"}}"#,
            r#"{"level": "ERROR", "latency": 40, "user": {"name": "ann"}}"#,
            "user=eve, method:GET, took 7 ms",
        ];
        let rows = messages.iter().enumerate().map(|(index, message)| {
            let timestamp = 1_767_225_600_000 + index as u64 * 200_000;
            Row::of_event(message, timestamp, timestamp, "stream", "123456789012:group", format!("p{index}"))
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.reverse();
        rows
    }

    fn run(query: &str) -> Vec<String> {
        let outcome = Query::parse(query).unwrap().run(rows(), None);
        let without_pointers = outcome.rows.iter().map(|row| {
            let values = row.iter().filter(|(name, _)| name != "@ptr").map(|(_, value)| value.clone());
            values.collect::<Vec<_>>().join(" ")
        });
        without_pointers.collect()
    }

    #[test]
    fn queries_find_compute_and_sum_up() {
        for (query, expected) in [
            ("fields user.name | filter level = 'ERROR' | sort latency", &["ann", "bob"][..]),
            (
                "filter ispresent(latency) and latency > 20 | stats count(*), avg(latency) by user.name | sort user.name",
                &["ann 1 40", "bob 1 80"],
            ),
            ("stats max(latency) as worst, pct(latency, 50) by level | filter worst > 20", &["ERROR 80 40"]),
            (
                "filter @message like /user=(\\w+)/ | parse @message \"user=*, method:*, took * ms\" as who, method, took | display who, method, took * 2 as twice",
                &[],
            ),
            (
                "parse @message \"user=*, method:*, took * ms\" as who, method, took | filter ispresent(who) | display who, method, took",
                &["eve GET 7"],
            ),
            ("parse @message /method:(?<verb>\\w+)/ | filter verb = 'GET' | display verb", &["GET"]),
            ("filter level in ['INFO', 'WARN'] | display level", &["INFO"]),
            ("filter @message not like 'level' | display @timestamp", &["2026-01-01 00:10:00.000"]),
            (
                "filter ispresent(level) | stats count(*) as n by bin(5m) as t | sort t",
                &["2026-01-01 00:00:00.000 2", "2026-01-01 00:05:00.000 1"],
            ),
            ("fields level | filter ispresent(level) | dedup level | sort level desc | limit 1", &["INFO"]),
            (
                "fields concat(level, '-', toupper(user.name)) as label | filter latency = 80 | display label",
                &["ERROR-BOB"],
            ),
            ("fields latency / 4 + 1 as x | filter latency = 12 | display x", &["4"]),
        ] {
            if query.contains("twice") {
                assert!(Query::parse(query).is_err(), "display takes names");
                continue;
            }
            assert_eq!(run(query), expected, "{query}");
        }
        for query in [
            "fields",
            "filter level =",
            "stats by level",
            "nonsense x",
            "limit many",
            "filter (a = 1",
            "parse @message",
        ] {
            assert!(Query::parse(query).is_err(), "{query}");
        }
    }

    #[test]
    fn what_lambda_reports_is_discovered() {
        let report = "REPORT RequestId: 8f5\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 5.00 ms\t";
        let row = Row::of_event(report, 0, 0, "s", "1:/aws/lambda/f", "p".into());
        let text = |name: &str| row.get(name).text();
        assert_eq!(
            (text("@type"), text("@duration"), text("@requestId")),
            ("REPORT".into(), "12.34".into(), "8f5".into())
        );
        assert_eq!((text("@maxMemoryUsed"), text("@initDuration")), ("64000000".into(), "5".into()));
    }
}
