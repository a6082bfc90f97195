//! What tells items and requests apart.

use serde_json::{Map, Value};

/// An item in one form: whole, or projected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemKey {
    table: String,
    /// The key's attributes in the order of their names, numbers in their plain form.
    key: String,
    /// What of the item is asked for; empty for all of it. The whole item comes first in order.
    form: String,
}

impl ItemKey {
    /// The whole item of `table` at `key`.
    pub fn new(table: &str, key: &Value) -> Self {
        Self { table: table_name(table).to_owned(), key: canonical(&plain(key)), form: String::new() }
    }

    /// The same item, as a request asks for it: by its parameters that choose parts.
    pub fn in_form_of(self, request: &Value) -> Self {
        let parts = ["AttributesToGet", "ExpressionAttributeNames", "ProjectionExpression"];
        let chosen = parts.into_iter().filter_map(|part| Some(format!("{part}={}", canonical(request.get(part)?))));
        Self { form: chosen.collect(), ..self }
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Whether this is the item of `other`, in whatever form.
    pub fn is_of(&self, other: &Self) -> bool {
        self.table == other.table && self.key == other.key
    }
}

/// A request of Query or Scan, but for what only changes how its answer is told.
pub fn request_key(operation: &str, input: &Value) -> String {
    let mut input = input.clone();
    if let Some(members) = input.as_object_mut() {
        members.shift_remove("ReturnConsumedCapacity");
    }
    format!("{operation} {}", canonical(&input))
}

/// The attributes of `item` that are called as `names` say: its key.
pub fn key_of(item: &Value, names: &[String]) -> Option<Value> {
    let attributes = names.iter().map(|name| Some((name.clone(), item.get(name)?.clone())));
    attributes.collect::<Option<Map<_, _>>>().map(Value::Object)
}

/// A table may be named by its ARN.
pub fn table_name(name_or_arn: &str) -> &str {
    name_or_arn.rsplit_once(":table/").map_or(name_or_arn, |(_, name)| name)
}

/// JSON with the members of objects in order, so that equal values are equal texts.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members = members.into_iter().map(|(name, member)| format!("{name:?}:{}", canonical(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// An item as its table tells it: numbers in their plain form, sets in order.
pub fn plain(item: &Value) -> Value {
    let attributes = item.as_object().into_iter().flatten();
    Value::Object(attributes.map(|(name, value)| (name.clone(), plain_attribute(value))).collect())
}

fn plain_attribute(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else { return value.clone() };
    let texts = || inner.as_array().into_iter().flatten().filter_map(Value::as_str);
    let inner = match kind.as_str() {
        "N" => Value::String(plain_number(inner.as_str().unwrap_or_default())),
        "NS" => {
            let mut numbers: Vec<String> = texts().map(plain_number).collect();
            numbers.sort_by(|one, other| compare(one, other));
            numbers.into()
        }
        "SS" => {
            let mut members: Vec<&str> = texts().collect();
            members.sort_unstable();
            members.into()
        }
        "M" => plain(inner),
        "L" => inner.as_array().into_iter().flatten().map(plain_attribute).collect(),
        _ => inner.clone(),
    };
    Value::Object(Map::from_iter([(kind.clone(), inner)]))
}

/// A number without exponent, leading and trailing zeros. What is no number stays as it is: the table
/// has refused it.
fn plain_number(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent) = exponent.parse::<isize>() else { return text.to_owned() };
    let significant = format!("{whole}{fraction}");
    let is_number = !significant.is_empty() && significant.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || exponent.abs() > 400 {
        return text.to_owned();
    }
    let trimmed = significant.trim_start_matches('0');
    let leading = significant.len() - trimmed.len();
    let trimmed = trimmed.trim_end_matches('0');
    if trimmed.is_empty() {
        return "0".to_owned();
    }
    // Where the point stands among the digits that count; before them all if negative.
    let point = whole.len().cast_signed() + exponent - leading.cast_signed();
    match usize::try_from(point) {
        Err(_) | Ok(0) => format!("{sign}0.{}{trimmed}", "0".repeat(point.unsigned_abs())),
        Ok(point) if point >= trimmed.len() => format!("{sign}{trimmed}{}", "0".repeat(point - trimmed.len())),
        Ok(point) => {
            let (whole, fraction) = trimmed.split_at(point);
            format!("{sign}{whole}.{fraction}")
        }
    }
}

/// The order of plain numbers.
fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    let parts = |text: &str| {
        let negative = text.starts_with('-');
        let digits = text.trim_start_matches('-');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0').to_owned();
        (negative, whole.len(), whole, fraction.to_owned())
    };
    let ((one_negative, one_length, one, one_rest), (other_negative, other_length, other, other_rest)) =
        (parts(one), parts(other));
    let by_size = one_length.cmp(&other_length).then_with(|| one.cmp(&other)).then_with(|| one_rest.cmp(&other_rest));
    match (one_negative, other_negative) {
        (false, false) => by_size,
        (true, true) => by_size.reverse(),
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_is_the_same_however_its_number_is_written() {
        let key = |number: &str| ItemKey::new("t", &json!({"a": {"S": "x"}, "n": {"N": number}}));
        for number in ["1", "1.0", "01", "10e-1", "+1"] {
            assert_eq!(key(number), key("1"), "{number}");
        }
        assert_eq!(ItemKey::new("t", &json!({"n": {"N": "1"}, "a": {"S": "x"}})), key("1"));
        assert_eq!(
            ItemKey::new("arn:aws:dynamodb:us-east-1:123456789012:table/t", &json!({})),
            ItemKey::new("t", &json!({}))
        );
        assert_ne!(key("1"), key("10"));
    }

    #[test]
    fn numbers_are_told_as_tables_tell_them() {
        for (text, plain) in
            [("0042.1200", "42.12"), ("-1e3", "-1000"), ("0.00", "0"), ("-0", "0"), ("5e-3", "0.005"), (".5", "0.5")]
        {
            assert_eq!(plain_number(text), plain, "{text}");
        }
        let set = plain(&json!({"n": {"NS": ["10", "9.5", "-3", "-20"]}}));
        assert_eq!(set, json!({"n": {"NS": ["-20", "-3", "9.5", "10"]}}));
    }
}
