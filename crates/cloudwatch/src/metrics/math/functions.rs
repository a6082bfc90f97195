//! The functions of metric math.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil, tz::TimeZone};

use super::{
    Data, Expression, Line,
    evaluate::{Context, each, evaluate},
};

type Outcome = Result<Data, String>;

/// Calls a function.
pub fn call(name: &str, arguments: &[Expression], context: &dyn Context) -> Outcome {
    let call = Call { name, arguments, context };
    match name {
        "ABS" => each(call.only()?, f64::abs),
        "CEIL" => each(call.only()?, f64::ceil),
        "FLOOR" => each(call.only()?, f64::floor),
        "LOG" => each(call.only()?, f64::ln),
        "LOG10" => each(call.only()?, f64::log10),
        "AVG" | "MAX" | "MIN" | "SUM" | "STDDEV" => call.summary(),
        "DIFF" => call.steps(|_, step| Some(step)),
        "DIFF_TIME" => call.steps(|seconds, _| Some(seconds)),
        "RATE" => call.steps(|seconds, step| Some(step / seconds)),
        "RUNNING_SUM" => call.on_lines(|line| {
            let mut sum = 0.0;
            line.points.values_mut().for_each(|value| {
                sum += *value;
                *value = sum;
            });
        }),
        "FILL" => call.fill(),
        "FIRST" => call.element(0),
        "LAST" => call.element(usize::MAX),
        "IF" => call.choice(),
        "METRIC_COUNT" => Ok(Data::Number(call.lines()?.len() as f64)),
        "DATAPOINT_COUNT" => Ok(Data::Number(call.lines()?.iter().map(|line| line.points.len()).sum::<usize>() as f64)),
        "METRICS" => {
            let part = if arguments.is_empty() { String::new() } else { call.text(0)? };
            context.metrics(&part).map(Data::Lines)
        }
        "PERIOD" => match call.only()? {
            Data::Line(line) => Ok(Data::Number(line.period as f64)),
            _ => Err("PERIOD takes one time series".to_owned()),
        },
        "REMOVE_EMPTY" => {
            let lines = call.lines()?.into_iter().filter(|line| !line.points.is_empty());
            Ok(Data::Lines(lines.collect()))
        }
        "SLICE" => call.slice(),
        "SORT" => call.sort(),
        "TIME_SERIES" => match call.only()? {
            Data::Number(number) => Ok(Data::Line(constant(number, context))),
            _ => Err("TIME_SERIES takes a number".to_owned()),
        },
        "SEARCH" => {
            let period = if arguments.len() > 2 { Some(call.number(2)? as u64) } else { None };
            context.search(&call.text(0)?, &call.text(1)?, period).map(Data::Lines)
        }
        "MINUTE" | "HOUR" | "DAY" | "DATE" | "MONTH" | "YEAR" | "EPOCH" => call.moments(),
        _ => Err(format!("Function {name} is not supported")),
    }
}

/// A series with the same value at every point.
fn constant(number: f64, context: &dyn Context) -> Line {
    let period = context.period();
    let points = expected(context, period, None).map(|second| (second, number)).collect();
    Line { label: String::new(), period, points }
}

/// The seconds at which a series of the window has points, in step with `known`.
fn expected(context: &dyn Context, period: u64, known: Option<u64>) -> impl Iterator<Item = u64> + use<> {
    let ((from, to), period) = (context.window(), period.max(1));
    let phase = known.unwrap_or(from) % period;
    let first = from - from % period + phase;
    let first = if first < from { first + period } else { first };
    (first..to).step_by(period as usize)
}

struct Call<'a> {
    name: &'a str,
    arguments: &'a [Expression],
    context: &'a dyn Context,
}

impl Call<'_> {
    fn wrong(&self) -> String {
        format!("The arguments of {} are wrong", self.name)
    }

    fn argument(&self, index: usize) -> Outcome {
        evaluate(self.arguments.get(index).ok_or_else(|| self.wrong())?, self.context)
    }

    /// The one argument.
    fn only(&self) -> Outcome {
        if self.arguments.len() == 1 { self.argument(0) } else { Err(self.wrong()) }
    }

    /// A word, a text: what is no value.
    fn text(&self, index: usize) -> Result<String, String> {
        match self.arguments.get(index) {
            Some(Expression::Text(text) | Expression::Name(text)) => Ok(text.clone()),
            _ => Err(self.wrong()),
        }
    }

    fn number(&self, index: usize) -> Result<f64, String> {
        match self.argument(index)? {
            Data::Number(number) => Ok(number),
            _ => Err(self.wrong()),
        }
    }

    fn lines(&self) -> Result<Vec<Line>, String> {
        self.argument(0)?.lines().ok_or_else(|| self.wrong())
    }

    fn on_lines(&self, mut change: impl FnMut(&mut Line)) -> Outcome {
        match self.argument(0)? {
            Data::Line(mut line) => {
                change(&mut line);
                Ok(Data::Line(line))
            }
            Data::Lines(mut lines) => {
                lines.iter_mut().for_each(change);
                Ok(Data::Lines(lines))
            }
            _ => Err(self.wrong()),
        }
    }

    /// One number of a series; of several series a series.
    fn summary(&self) -> Outcome {
        match self.only()? {
            Data::Line(line) => {
                let values: Vec<f64> = line.points.values().copied().collect();
                summed_up(self.name, &values).map(Data::Number).ok_or_else(|| "the time series is empty".to_owned())
            }
            Data::Lines(lines) => {
                let mut values: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
                for (at, value) in lines.iter().flat_map(|line| &line.points) {
                    values.entry(*at).or_default().push(*value);
                }
                let points = values.iter().filter_map(|(at, values)| Some((*at, summed_up(self.name, values)?)));
                let period = lines.iter().map(|line| line.period).max().unwrap_or_else(|| self.context.period());
                Ok(Data::Line(Line { label: String::new(), period, points: points.collect() }))
            }
            _ => Err(self.wrong()),
        }
    }

    /// What is computed of each point and the one before it: of the seconds and of the difference between.
    fn steps(&self, compute: impl Fn(f64, f64) -> Option<f64>) -> Outcome {
        self.on_lines(|line| {
            let points: Vec<(u64, f64)> = std::mem::take(&mut line.points).into_iter().collect();
            let steps = points.windows(2).filter_map(|pair| {
                let [(before, old), (now, new)] = pair else { return None };
                Some((*now, compute((now - before) as f64, new - old)?))
            });
            line.points = steps.collect();
        })
    }

    fn fill(&self) -> Outcome {
        let way = match self.arguments.get(1) {
            Some(Expression::Name(word)) if word.eq_ignore_ascii_case("REPEAT") => Filling::Repeat,
            Some(Expression::Name(word)) if word.eq_ignore_ascii_case("LINEAR") => Filling::Linear,
            _ => match self.argument(1)? {
                Data::Number(number) => Filling::Number(number),
                Data::Line(line) => Filling::Line(line),
                _ => return Err(self.wrong()),
            },
        };
        self.on_lines(|line| {
            let known = line.points.clone();
            for second in expected(self.context, line.period, known.keys().next().copied()) {
                if let Some(value) = way.at(second, &known).filter(|_| !known.contains_key(&second)) {
                    line.points.insert(second, value);
                }
            }
        })
    }

    fn element(&self, index: usize) -> Outcome {
        let lines = self.lines()?;
        let line = lines.get(index.min(lines.len().saturating_sub(1)));
        line.cloned().map(Data::Line).ok_or_else(|| self.wrong())
    }

    fn choice(&self) -> Outcome {
        if !(2..=3).contains(&self.arguments.len()) {
            return Err(self.wrong());
        }
        let (condition, yes) = (self.argument(0)?, self.argument(1)?);
        let no = if self.arguments.len() == 3 { Some(self.argument(2)?) } else { None };
        match condition {
            Data::Number(number) => {
                let chosen = if number == 0.0 { no } else { Some(yes) };
                Ok(chosen.unwrap_or_else(|| Data::Line(Line { period: self.context.period(), ..Line::default() })))
            }
            Data::Line(line) => {
                let value = |data: &Data, at: &u64| match data {
                    Data::Number(number) => Some(*number),
                    Data::Line(line) => line.points.get(at).copied(),
                    _ => None,
                };
                let points = line.points.iter().filter_map(|(at, condition)| {
                    let chosen = if *condition == 0.0 { no.as_ref()? } else { &yes };
                    Some((*at, value(chosen, at)?))
                });
                Ok(Data::Line(Line { points: points.collect(), ..line.clone() }))
            }
            Data::Lines(lines) => {
                // What AWS allows for lists: the same choice for each of their series, between numbers.
                let (Data::Number(yes), Some(Data::Number(no))) = (yes, no) else { return Err(self.wrong()) };
                each(Data::Lines(lines), |condition| if condition == 0.0 { no } else { yes })
            }
            Data::Text(_) => Err(self.wrong()),
        }
    }

    fn slice(&self) -> Outcome {
        let lines = self.lines()?;
        let start = self.number(1)? as usize;
        if self.arguments.len() < 3 {
            return lines.get(start).cloned().map(Data::Line).ok_or_else(|| self.wrong());
        }
        let end = (self.number(2)? as usize).min(lines.len());
        Ok(Data::Lines(lines.get(start.min(end)..end).unwrap_or_default().to_vec()))
    }

    fn sort(&self) -> Outcome {
        let mut lines = self.lines()?;
        let by = self.text(1)?.to_ascii_uppercase();
        let falls = self.arguments.len() > 2 && self.text(2)?.eq_ignore_ascii_case("DESC");
        let weight = |line: &Line| {
            let values: Vec<f64> = line.points.values().copied().collect();
            summed_up(&by, &values).unwrap_or(f64::NEG_INFINITY)
        };
        lines.sort_by(|a, b| weight(a).total_cmp(&weight(b)));
        if falls {
            lines.reverse();
        }
        if self.arguments.len() > 3 {
            lines.truncate(self.number(3)? as usize);
        }
        Ok(Data::Lines(lines))
    }

    fn moments(&self) -> Outcome {
        self.on_lines(|line| {
            for (second, value) in &mut line.points {
                let moment = Timestamp::from_second(second.cast_signed()).unwrap_or_default();
                let civil: civil::DateTime = TimeZone::UTC.to_datetime(moment);
                *value = match self.name {
                    "MINUTE" => f64::from(civil.minute()),
                    "HOUR" => f64::from(civil.hour()),
                    "DAY" => f64::from(civil.weekday().to_monday_one_offset()),
                    "DATE" => f64::from(civil.day()),
                    "MONTH" => f64::from(civil.month()),
                    "YEAR" => f64::from(civil.year()),
                    _ => *second as f64,
                };
            }
        })
    }
}

/// What stands where a series has no point.
enum Filling {
    Number(f64),
    Line(Line),
    Repeat,
    Linear,
}

impl Filling {
    fn at(&self, second: u64, known: &BTreeMap<u64, f64>) -> Option<f64> {
        let before = || known.range(..second).next_back();
        match self {
            Self::Number(number) => Some(*number),
            Self::Line(line) => line.points.get(&second).copied(),
            Self::Repeat => before().map(|(_, value)| *value),
            Self::Linear => {
                let ((start, from), (end, to)) = (before()?, known.range(second..).next()?);
                Some(from + (to - from) * (second - start) as f64 / (end - start) as f64)
            }
        }
    }
}

fn summed_up(name: &str, values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let sum: f64 = values.iter().sum();
    let value = match name {
        _ if values.is_empty() => return None,
        "SUM" => sum,
        "AVG" => sum / count,
        "MIN" => values.iter().copied().fold(f64::INFINITY, f64::min),
        "MAX" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "STDDEV" => {
            let mean = sum / count;
            (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
        }
        _ => return None,
    };
    Some(value)
}
