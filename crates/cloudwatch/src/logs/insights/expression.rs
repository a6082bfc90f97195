//! Expressions of queries.

use std::cmp::Ordering;

use regex_lite::Regex;

use super::{
    functions,
    row::{Row, Value},
};

/// An expression.
#[derive(Debug)]
pub enum Expression {
    Field(String),
    Constant(Value),
    /// A length of time, in milliseconds.
    Period(f64),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// Whether it matches.
    Like(Box<Expression>, Matcher, bool),
    /// Whether it is one of these.
    In(Box<Expression>, Vec<Expression>, bool),
    Call(String, Vec<Expression>),
}

/// What `like` looks for.
#[derive(Debug)]
pub enum Matcher {
    Part(String),
    Expression(Regex),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Expression {
    /// Its value in a row.
    pub fn value(&self, row: &Row) -> Value {
        match self {
            Self::Field(name) => row.get(name),
            Self::Constant(value) => value.clone(),
            Self::Period(millis) => Value::Number(*millis),
            Self::Not(inner) => (!inner.value(row).is_true()).into(),
            Self::Negative(inner) => inner.value(row).number().map_or(Value::Nothing, |number| Value::Number(-number)),
            Self::Binary(operator, left, right) => binary(*operator, &left.value(row), &right.value(row)),
            Self::Like(inner, matcher, wanted) => match inner.value(row) {
                Value::Nothing => false.into(),
                value => (matcher.is_in(&value.text()) == *wanted).into(),
            },
            Self::In(inner, list, wanted) => {
                let value = inner.value(row);
                let is_in = list.iter().any(|item| compare(&value, &item.value(row)) == Some(Ordering::Equal));
                (value != Value::Nothing && is_in == *wanted).into()
            }
            Self::Call(name, arguments) => functions::call(name, arguments, row),
        }
    }
}

impl Matcher {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Part(part) => text.contains(part.as_str()),
            Self::Expression(regex) => regex.is_match(text),
        }
    }
}

/// Numbers by their value if both are some, else as text.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    if *left == Value::Nothing || *right == Value::Nothing {
        return None;
    }
    match (left.number(), right.number()) {
        (Some(left), Some(right)) => Some(left.total_cmp(&right)),
        _ => Some(left.text().cmp(&right.text())),
    }
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Value {
    let ordered = |fits: fn(Ordering) -> bool| compare(left, right).is_some_and(fits).into();
    let computed = |compute: fn(f64, f64) -> f64| {
        let (Some(left), Some(right)) = (left.number(), right.number()) else { return Value::Nothing };
        let result = compute(left, right);
        if result.is_finite() { Value::Number(result) } else { Value::Nothing }
    };
    match operator {
        Operator::Or => (left.is_true() || right.is_true()).into(),
        Operator::And => (left.is_true() && right.is_true()).into(),
        Operator::Equal => ordered(Ordering::is_eq),
        Operator::NotEqual => (compare(left, right) != Some(Ordering::Equal)).into(),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::LessOrEqual => ordered(Ordering::is_le),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::Add => computed(|left, right| left + right),
        Operator::Subtract => computed(|left, right| left - right),
        Operator::Multiply => computed(|left, right| left * right),
        Operator::Divide => computed(|left, right| left / right),
        Operator::Remainder => computed(|left, right| left % right),
        Operator::Power => computed(f64::powf),
    }
}
