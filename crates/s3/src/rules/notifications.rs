//! Which changes of objects a bucket tells of, and to which functions.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>

use kernel::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{invalid_argument, malformed_xml};

/// One function that hears of changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Given, or made up.
    pub id: String,
    /// The ARN of the function, version or alias.
    pub function: String,
    /// E.g. `s3:ObjectCreated:*`
    pub events: Vec<String>,
    /// How the key must start.
    pub prefix: Option<String>,
    /// How the key must end.
    pub suffix: Option<String>,
}

impl Notification {
    /// Reads a `LambdaFunctionConfiguration`; `id` makes up an id where none is given.
    pub fn read(given: &Value, known: &[&str], id: impl FnOnce() -> String) -> Result<Self, AwsError> {
        let events = given["Events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let events: Option<Vec<String>> = events
            .iter()
            .map(|event| event.as_str().filter(|event| known.contains(event)).map(str::to_owned))
            .collect();
        let events = events.filter(|events| !events.is_empty()).ok_or_else(malformed_xml)?;
        let mut read = Self {
            id: given["Id"].as_str().map_or_else(id, str::to_owned),
            function: given["LambdaFunctionArn"].as_str().ok_or_else(malformed_xml)?.to_owned(),
            events,
            prefix: None,
            suffix: None,
        };
        for rule in given["Filter"]["Key"]["FilterRules"].as_array().into_iter().flatten() {
            let name = rule["Name"].as_str().unwrap_or_default().to_ascii_lowercase();
            let place = match name.as_str() {
                "prefix" => &mut read.prefix,
                "suffix" => &mut read.suffix,
                _ => {
                    return Err(invalid_argument(
                        "filter rule name must be either prefix or suffix",
                        "FilterRule.Name",
                        &name,
                    ));
                }
            };
            if place.is_some() {
                let message = format!("Cannot specify more than one {name} rule in a filter.");
                return Err(invalid_argument(&message, "FilterRule.Name", &name));
            }
            *place = Some(rule["Value"].as_str().unwrap_or_default().to_owned());
        }
        Ok(read)
    }

    /// The `LambdaFunctionConfiguration`.
    pub fn describe(&self) -> Value {
        let rule = |name: &str, value: &Option<String>| Some(json!({"Name": name, "Value": value.as_ref()?}));
        let rules: Vec<Value> =
            [rule("Prefix", &self.prefix), rule("Suffix", &self.suffix)].into_iter().flatten().collect();
        let mut described = json!({"Id": self.id, "LambdaFunctionArn": self.function, "Events": self.events});
        if !rules.is_empty() {
            described["Filter"] = json!({"Key": {"FilterRules": rules}});
        }
        described
    }

    /// Whether it hears of `event`, e.g. `ObjectCreated:Put`, at `key`.
    pub fn hears(&self, event: &str, key: &str) -> bool {
        self.events.iter().filter_map(|pattern| pattern.strip_prefix("s3:")).any(|pattern| covers(pattern, event))
            && self.prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix))
            && self.suffix.as_deref().is_none_or(|suffix| key.ends_with(suffix))
    }

    fn overlaps(&self, other: &Self) -> bool {
        let events = self
            .events
            .iter()
            .any(|event| other.events.iter().any(|other| covers(event, other) || covers(other, event)));
        let (a, b) = (self.prefix.as_deref().unwrap_or(""), other.prefix.as_deref().unwrap_or(""));
        let prefixes = a.starts_with(b) || b.starts_with(a);
        let (a, b) = (self.suffix.as_deref().unwrap_or(""), other.suffix.as_deref().unwrap_or(""));
        events && prefixes && (a.ends_with(b) || b.ends_with(a))
    }
}

fn covers(pattern: &str, event: &str) -> bool {
    pattern == event || pattern.strip_suffix('*').is_some_and(|family| event.starts_with(family))
}

/// Refuses configurations of which two would tell of the same change, and two with the same id.
pub fn check_notifications(all: &[Notification]) -> Result<(), AwsError> {
    for (at, one) in all.iter().enumerate() {
        for other in &all[..at] {
            if one.id == other.id {
                let message = "Same ID used for multiple configurations. IDs must be unique";
                return Err(invalid_argument(message, "Id", &one.id));
            }
            if one.overlaps(other) {
                return Err(AwsError::new(
                    "InvalidArgument",
                    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the \
                     prefixes are overlapping for the same event type.",
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRemoved:Delete"];

    fn read(events: &Value, rules: &Value) -> Result<Notification, AwsError> {
        let given = json!({"LambdaFunctionArn": "f", "Events": events, "Filter": {"Key": {"FilterRules": rules}}});
        Notification::read(&given, &KNOWN, || format!("{events}{rules}"))
    }

    #[test]
    fn events_and_the_ends_of_a_key_decide_who_hears() {
        let rules = json!([{"Name": "prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".csv"}]);
        let imports = read(&json!(["s3:ObjectCreated:*"]), &rules).unwrap();
        assert!(imports.hears("ObjectCreated:Copy", "in/a.csv"));
        assert!(!imports.hears("ObjectRemoved:Delete", "in/a.csv"));
        assert!(!imports.hears("ObjectCreated:Put", "out/a.csv"));
        assert!(!imports.hears("ObjectCreated:Put", "in/a.txt"));
        assert_eq!(imports.describe()["Filter"]["Key"]["FilterRules"][1], json!({"Name": "Suffix", "Value": ".csv"}));
    }

    #[test]
    fn what_nobody_could_mean_is_refused() {
        let code = |events, rules| read(&events, &rules).unwrap_err().code;
        assert_eq!(code(json!(["s3:Nothing"]), json!([])), "MalformedXML");
        assert_eq!(code(json!([]), json!([])), "MalformedXML");
        assert_eq!(code(json!(["s3:ObjectCreated:Put"]), json!([{"Name": "middle", "Value": "a"}])), "InvalidArgument");
    }

    #[test]
    fn no_change_may_be_told_twice() {
        let csv = json!([{"Name": "suffix", "Value": ".csv"}]);
        let text = json!([{"Name": "suffix", "Value": ".txt"}]);
        let all = read(&json!(["s3:ObjectCreated:*"]), &csv).unwrap();
        let other = read(&json!(["s3:ObjectCreated:Put"]), &text).unwrap();
        let removed = read(&json!(["s3:ObjectRemoved:Delete"]), &csv).unwrap();
        let twice = read(&json!(["s3:ObjectCreated:Put"]), &csv).unwrap();
        assert!(check_notifications(&[all.clone(), other, removed]).is_ok());
        assert!(check_notifications(&[all, twice]).unwrap_err().message.starts_with("Configuration is ambiguous"));
    }
}
