//! Rows: events, or what they were summed up to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Text(String),
    Number(f64),
    /// Milliseconds since the epoch.
    Moment(f64),
}

impl Value {
    /// As answers write it.
    pub fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => written(*number),
            Self::Moment(millis) => {
                let moment = Timestamp::from_millisecond(*millis as i64).unwrap_or_default();
                moment.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
            }
        }
    }

    /// As a number, if it can be read as one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Number(number) | Self::Moment(number) => Some(*number),
        }
    }

    /// Whether a condition with this value holds.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Text(text) => text == "true" || text == "1",
            Self::Number(number) | Self::Moment(number) => *number != 0.0,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Number(f64::from(u8::from(value)))
    }
}

/// A number with at most four digits after the point.
fn written(number: f64) -> String {
    let text = format!("{number:.4}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    values: BTreeMap<String, Value>,
    /// What leads back to the event.
    pub pointer: Option<String>,
}

impl Row {
    /// A row of an event, with the fields that are discovered in it.
    pub fn of_event(message: &str, timestamp: u64, ingested: u64, stream: &str, group: &str, pointer: String) -> Self {
        let mut row = Self { values: BTreeMap::new(), pointer: Some(pointer) };
        if let Ok(event @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str::<Json>(message.trim()) {
            discover("", &event, &mut row.values);
        } else if group.contains("/aws/lambda/") {
            discover_report(message, &mut row.values);
        }
        row.set("@timestamp", Value::Moment(timestamp as f64));
        row.set("@ingestionTime", Value::Moment(ingested as f64));
        row.set("@message", Value::Text(message.to_owned()));
        row.set("@logStream", Value::Text(stream.to_owned()));
        row.set("@log", Value::Text(group.to_owned()));
        row
    }

    /// A field's value.
    pub fn get(&self, name: &str) -> Value {
        self.values.get(name).cloned().unwrap_or(Value::Nothing)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }
}

/// Members of JSON events are fields: `user.name`, `items.0`.
fn discover(prefix: &str, value: &Json, found: &mut BTreeMap<String, Value>) {
    let path = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match value {
        Json::Object(fields) => fields.iter().for_each(|(name, field)| discover(&path(name), field, found)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| discover(&path(&index.to_string()), item, found));
        }
        Json::Null => {}
        Json::Number(number) => {
            found.insert(prefix.to_owned(), Value::Number(number.as_f64().unwrap_or_default()));
        }
        Json::String(text) => {
            found.insert(prefix.to_owned(), Value::Text(text.clone()));
        }
        Json::Bool(value) => {
            found.insert(prefix.to_owned(), Value::Number(f64::from(u8::from(*value))));
        }
    }
}

/// The fields that AWS finds in the lines of Lambda itself.
fn discover_report(message: &str, found: &mut BTreeMap<String, Value>) {
    let Some(kind) =
        ["START", "END", "REPORT"].into_iter().find(|kind| message.starts_with(&format!("{kind} RequestId: ")))
    else {
        return;
    };
    found.insert("@type".into(), Value::Text(kind.to_owned()));
    let facts = [
        ("RequestId: ", "@requestId", None),
        ("\tDuration: ", "@duration", Some(1.0)),
        ("Billed Duration: ", "@billedDuration", Some(1.0)),
        ("Init Duration: ", "@initDuration", Some(1.0)),
        // AWS tells bytes, of a thousand to the next unit.
        ("Memory Size: ", "@memorySize", Some(1e6)),
        ("Max Memory Used: ", "@maxMemoryUsed", Some(1e6)),
    ];
    for (label, field, factor) in facts {
        let Some((_, after)) = message.split_once(label) else { continue };
        let word = after.split_whitespace().next().unwrap_or_default();
        let value = match factor {
            None => Some(Value::Text(word.to_owned())),
            Some(factor) => word.parse::<f64>().ok().map(|number| Value::Number(number * factor)),
        };
        if let Some(value) = value {
            found.insert(field.to_owned(), value);
        }
    }
}
