//! The functions of queries.

use super::{
    expression::{Expression, compare},
    row::{Row, Value},
};

/// The names of all functions that are not of `stats`, with how many arguments they take.
pub const FUNCTIONS: [(&str, usize, usize); 33] = [
    ("abs", 1, 1),
    ("ceil", 1, 1),
    ("floor", 1, 1),
    ("greatest", 1, 64),
    ("least", 1, 64),
    ("log", 1, 1),
    ("sqrt", 1, 1),
    ("bin", 1, 1),
    ("datefloor", 2, 2),
    ("dateceil", 2, 2),
    ("frommillis", 1, 1),
    ("tomillis", 1, 1),
    ("ispresent", 1, 1),
    ("isempty", 1, 1),
    ("isblank", 1, 1),
    ("coalesce", 1, 64),
    ("concat", 1, 64),
    ("ltrim", 1, 2),
    ("rtrim", 1, 2),
    ("trim", 1, 2),
    ("strlen", 1, 1),
    ("toupper", 1, 1),
    ("tolower", 1, 1),
    ("substr", 2, 3),
    ("replace", 3, 3),
    ("strcontains", 2, 2),
    ("isvalidip", 1, 1),
    ("isvalidipv4", 1, 1),
    ("isvalidipv6", 1, 1),
    ("isipinsubnet", 2, 2),
    ("isipv4insubnet", 2, 2),
    ("isipv6insubnet", 2, 2),
    ("if", 3, 3),
];

/// The value of a function, whose name and number of arguments have been checked.
pub fn call(name: &str, arguments: &[Expression], row: &Row) -> Value {
    let value = |index: usize| arguments.get(index).map_or(Value::Nothing, |argument| argument.value(row));
    let text = |index: usize| value(index).text();
    let number = |index: usize| value(index).number();
    let computed = |result: Option<f64>| match result {
        Some(result) if result.is_finite() => Value::Number(result),
        _ => Value::Nothing,
    };
    let extreme = |is_better: fn(std::cmp::Ordering) -> bool| {
        let values = arguments.iter().map(|argument| argument.value(row)).filter(|value| *value != Value::Nothing);
        values.reduce(|best, next| if compare(&next, &best).is_some_and(is_better) { next } else { best })
    };
    let floored = |moment: Option<f64>, period: Option<f64>, up: bool| match (moment, period) {
        (Some(moment), Some(period)) if period > 0.0 => {
            let steps = moment / period;
            Value::Moment(if up { steps.ceil() } else { steps.floor() } * period)
        }
        _ => Value::Nothing,
    };
    let set = || arguments.get(1).map(|_| text(1));
    let trimmed = |start: bool, end: bool| {
        let (whole, set) = (text(0), set());
        let is_out = |letter: char| set.as_ref().map_or(letter.is_whitespace(), |set| set.contains(letter));
        let mut rest = whole.as_str();
        rest = if start { rest.trim_start_matches(is_out) } else { rest };
        rest = if end { rest.trim_end_matches(is_out) } else { rest };
        Value::Text(rest.to_owned())
    };
    match name {
        "abs" => computed(number(0).map(f64::abs)),
        "ceil" => computed(number(0).map(f64::ceil)),
        "floor" => computed(number(0).map(f64::floor)),
        "log" => computed(number(0).map(f64::ln)),
        "sqrt" => computed(number(0).map(f64::sqrt)),
        "greatest" => extreme(std::cmp::Ordering::is_gt).unwrap_or(Value::Nothing),
        "least" => extreme(std::cmp::Ordering::is_lt).unwrap_or(Value::Nothing),
        "bin" => floored(row.get("@timestamp").number(), number(0), false),
        "datefloor" => floored(number(0), number(1), false),
        "dateceil" => floored(number(0), number(1), true),
        "frommillis" => number(0).map_or(Value::Nothing, Value::Moment),
        "tomillis" => computed(number(0)),
        "ispresent" => (value(0) != Value::Nothing).into(),
        "isempty" => text(0).is_empty().into(),
        "isblank" => text(0).trim().is_empty().into(),
        "coalesce" => {
            let mut values = arguments.iter().map(|argument| argument.value(row));
            values.find(|value| *value != Value::Nothing).unwrap_or(Value::Nothing)
        }
        "concat" => Value::Text(arguments.iter().map(|argument| argument.value(row).text()).collect()),
        "ltrim" => trimmed(true, false),
        "rtrim" => trimmed(false, true),
        "trim" => trimmed(true, true),
        "strlen" => computed(Some(text(0).chars().count() as f64)),
        "toupper" => Value::Text(text(0).to_uppercase()),
        "tolower" => Value::Text(text(0).to_lowercase()),
        "substr" => {
            let start = number(1).unwrap_or_default().max(0.0) as usize;
            let length = number(2).map_or(usize::MAX, |length| length.max(0.0) as usize);
            Value::Text(text(0).chars().skip(start).take(length).collect())
        }
        "replace" => Value::Text(text(0).replace(&text(1), &text(2))),
        "strcontains" => text(0).contains(&text(1)).into(),
        "isvalidip" => text(0).parse::<std::net::IpAddr>().is_ok().into(),
        "isvalidipv4" => text(0).parse::<std::net::Ipv4Addr>().is_ok().into(),
        "isvalidipv6" => text(0).parse::<std::net::Ipv6Addr>().is_ok().into(),
        "isipinsubnet" | "isipv4insubnet" | "isipv6insubnet" => is_in_subnet(&text(0), &text(1)).into(),
        "if" => {
            if value(0).is_true() {
                value(1)
            } else {
                value(2)
            }
        }
        _ => Value::Nothing,
    }
}

fn is_in_subnet(address: &str, subnet: &str) -> bool {
    let bits = |text: &str| match text.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => Some((u128::from(u32::from(address)) << 96, 32)),
        Ok(std::net::IpAddr::V6(address)) => Some((u128::from(address), 128)),
        Err(_) => None,
    };
    let Some((network, length)) = subnet.split_once('/') else { return false };
    let (Some((address, kind)), Some((network, other)), Ok(length)) =
        (bits(address), bits(network), length.parse::<u32>())
    else {
        return false;
    };
    let mask = u128::MAX.checked_shl(128 - length.min(128)).unwrap_or(0);
    kind == other && length <= kind && address & mask == network & mask
}
