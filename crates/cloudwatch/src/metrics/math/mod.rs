//! Metric math: expressions over time series.

mod evaluate;
mod functions;
mod parser;

use std::collections::BTreeMap;

pub use evaluate::{Context, evaluate};
pub use parser::{Expression, parse};

/// A time series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub label: String,
    /// Seconds from point to point.
    pub period: u64,
    /// By second.
    pub points: BTreeMap<u64, f64>,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Number(f64),
    Text(String),
    Line(Line),
    Lines(Vec<Line>),
}

impl Data {
    /// Its time series; none if it is something else.
    pub fn lines(self) -> Option<Vec<Line>> {
        match self {
            Self::Line(line) => Some(vec![line]),
            Self::Lines(lines) => Some(lines),
            Self::Number(_) | Self::Text(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    fn line(points: &[(u64, f64)]) -> Line {
        Line { label: String::new(), period: 60, points: points.iter().copied().collect() }
    }

    impl Context for Fixed {
        fn query(&self, id: &str) -> Result<Data, String> {
            match id {
                "m1" => Ok(Data::Line(line(&[(0, 1.0), (60, 2.0), (180, 4.0)]))),
                "m2" => Ok(Data::Line(line(&[(0, 10.0), (60, 0.0), (120, 30.0)]))),
                _ => Err(format!("no {id}")),
            }
        }

        fn metrics(&self, _part: &str) -> Result<Vec<Line>, String> {
            let lines = ["m1", "m2"].map(|id| self.query(id).map(|data| data.lines().unwrap_or_default()));
            Ok(lines.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
        }

        fn search(&self, _: &str, _: &str, _: Option<u64>) -> Result<Vec<Line>, String> {
            Ok(Vec::new())
        }

        fn window(&self) -> (u64, u64) {
            (0, 240)
        }

        fn period(&self) -> u64 {
            60
        }
    }

    fn of(text: &str) -> Result<Data, String> {
        evaluate(&parse(text)?, &Fixed)
    }

    #[test]
    fn series_are_computed_where_both_have_a_point() {
        for (text, expected) in [
            ("m1 + m2", vec![(0, 11.0), (60, 2.0)]),
            ("100 * (m1 / m2)", vec![(0, 10.0)]),
            ("-m1 ^ 2", vec![(0, -1.0), (60, -4.0), (180, -16.0)]),
            ("m1 > 1 AND m2 < 5", vec![(0, 0.0), (60, 1.0)]),
            ("IF(m1 > 1, m1, 0)", vec![(0, 0.0), (60, 2.0), (180, 4.0)]),
            ("FILL(m1, 0)", vec![(0, 1.0), (60, 2.0), (120, 0.0), (180, 4.0)]),
            ("FILL(m1, REPEAT)", vec![(0, 1.0), (60, 2.0), (120, 2.0), (180, 4.0)]),
            ("FILL(m1, LINEAR)", vec![(0, 1.0), (60, 2.0), (120, 3.0), (180, 4.0)]),
            ("SUM([m1, m2])", vec![(0, 11.0), (60, 2.0), (120, 30.0), (180, 4.0)]),
            ("MAX(METRICS())", vec![(0, 10.0), (60, 2.0), (120, 30.0), (180, 4.0)]),
            ("DIFF(m1)", vec![(60, 1.0), (180, 2.0)]),
            ("RATE(m1)", vec![(60, 1.0 / 60.0), (180, 2.0 / 120.0)]),
            ("RUNNING_SUM(m1)", vec![(0, 1.0), (60, 3.0), (180, 7.0)]),
            ("m1 / PERIOD(m1)", vec![(0, 1.0 / 60.0), (60, 2.0 / 60.0), (180, 4.0 / 60.0)]),
            ("m1 - AVG(m1)", vec![(0, -4.0 / 3.0), (60, -1.0 / 3.0), (180, 5.0 / 3.0)]),
        ] {
            let Ok(Data::Line(found)) = of(text) else { panic!("{text}: {:?}", of(text)) };
            let expected = line(&expected);
            assert_eq!(found.points.len(), expected.points.len(), "{text}: {found:?}");
            for ((second, value), (other, wanted)) in found.points.iter().zip(&expected.points) {
                assert!(second == other && (value - wanted).abs() < 1e-9, "{text}: {found:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_or_computed_says_why() {
        for text in ["m1 +", "SUM(", "m3", "NOPE(m1)", "m1 ? 2", "'open", "SUM(m1, m2)"] {
            assert!(of(text).is_err(), "{text}: {:?}", of(text));
        }
    }
}
