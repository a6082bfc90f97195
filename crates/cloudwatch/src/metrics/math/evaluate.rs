//! Computes expressions.

use super::{Data, Expression, Line, functions, parser::Operator};

/// What expressions are computed from.
pub trait Context {
    /// The result of another query.
    fn query(&self, id: &str) -> Result<Data, String>;

    /// The metrics of the request whose ids have `part` in them.
    fn metrics(&self, part: &str) -> Result<Vec<Line>, String>;

    /// The metrics that a search finds.
    fn search(&self, search: &str, statistic: &str, period: Option<u64>) -> Result<Vec<Line>, String>;

    /// From which second to which.
    fn window(&self) -> (u64, u64);

    /// The seconds from point to point of a series that is made from a number.
    fn period(&self) -> u64;
}

/// The value of an expression; the error is a sentence.
pub fn evaluate(expression: &Expression, context: &dyn Context) -> Result<Data, String> {
    match expression {
        Expression::Number(number) => Ok(Data::Number(*number)),
        Expression::Text(text) => Ok(Data::Text(text.clone())),
        Expression::Name(id) => context.query(id),
        Expression::List(items) => {
            let mut lines = Vec::new();
            for item in items {
                let data = evaluate(item, context)?;
                lines.extend(data.lines().ok_or("a list may only hold time series")?);
            }
            Ok(Data::Lines(lines))
        }
        Expression::Negative(inner) => each(evaluate(inner, context)?, |value| -value),
        Expression::Binary(operator, left, right) => {
            binary(evaluate(left, context)?, evaluate(right, context)?, &|left, right| apply(*operator, left, right))
        }
        Expression::Call(name, arguments) => functions::call(name, arguments, context),
    }
}

/// No value where there is none: a division by nothing.
fn apply(operator: Operator, left: f64, right: f64) -> Option<f64> {
    let truth = |is_true: bool| Some(f64::from(u8::from(is_true)));
    let value = match operator {
        Operator::Or => return truth(left != 0.0 || right != 0.0),
        Operator::And => return truth(left != 0.0 && right != 0.0),
        Operator::Equal => return truth(left.total_cmp(&right).is_eq()),
        Operator::NotEqual => return truth(left.total_cmp(&right).is_ne()),
        Operator::Less => return truth(left < right),
        Operator::LessOrEqual => return truth(left <= right),
        Operator::Greater => return truth(left > right),
        Operator::GreaterOrEqual => return truth(left >= right),
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Power => left.powf(right),
    };
    value.is_finite().then_some(value)
}

/// Computes with every value.
pub fn each(data: Data, compute: impl Fn(f64) -> f64) -> Result<Data, String> {
    let on_line = |mut line: Line| {
        line.points.values_mut().for_each(|value| *value = compute(*value));
        line.points.retain(|_, value| value.is_finite());
        line
    };
    Ok(match data {
        Data::Number(number) => Data::Number(compute(number)),
        Data::Line(line) => Data::Line(on_line(line)),
        Data::Lines(lines) => Data::Lines(lines.into_iter().map(on_line).collect()),
        Data::Text(text) => return Err(format!("{text} is no number")),
    })
}

/// Computes with the values of both sides: series where both have a point, lists one by one.
pub fn binary(left: Data, right: Data, compute: &dyn Fn(f64, f64) -> Option<f64>) -> Result<Data, String> {
    let mapped = |mut line: Line, compute: &dyn Fn(f64) -> Option<f64>| {
        line.points = line.points.into_iter().filter_map(|(at, value)| Some((at, compute(value)?))).collect();
        line
    };
    Ok(match (left, right) {
        (Data::Number(left), Data::Number(right)) => {
            Data::Number(compute(left, right).ok_or("a number cannot be computed")?)
        }
        (Data::Line(line), Data::Number(right)) => Data::Line(mapped(line, &|value| compute(value, right))),
        (Data::Number(left), Data::Line(line)) => Data::Line(mapped(line, &|value| compute(left, value))),
        (Data::Line(left), Data::Line(right)) => {
            let points = left.points.iter().filter_map(|(at, value)| {
                let other = right.points.get(at)?;
                Some((*at, compute(*value, *other)?))
            });
            Data::Line(Line { points: points.collect(), label: left.label.clone(), ..left })
        }
        (Data::Lines(left), Data::Lines(right)) => {
            if left.len() != right.len() {
                return Err("lists of time series must be of the same length".to_owned());
            }
            pairs(left.into_iter().zip(right).map(|(left, right)| (Data::Line(left), Data::Line(right))), compute)?
        }
        (Data::Lines(lines), right) => pairs(lines.into_iter().map(|line| (Data::Line(line), right.clone())), compute)?,
        (left, Data::Lines(lines)) => pairs(lines.into_iter().map(|line| (left.clone(), Data::Line(line))), compute)?,
        (Data::Text(text), _) | (_, Data::Text(text)) => return Err(format!("{text} is no number")),
    })
}

fn pairs(pairs: impl Iterator<Item = (Data, Data)>, compute: &dyn Fn(f64, f64) -> Option<f64>) -> Result<Data, String> {
    let mut lines = Vec::new();
    for (left, right) in pairs {
        lines.extend(binary(left, right, compute)?.lines().unwrap_or_default());
    }
    Ok(Data::Lines(lines))
}
