//! `ConsumedCapacity` of what was answered from a cache: nothing was consumed.

use serde_json::{Map, Value, json};

/// The report of an answer that cost nothing, as far as `wanted` asks for it.
pub fn nothing(table: &str, wanted: Option<&str>) -> Option<Value> {
    match wanted {
        Some("TOTAL") => Some(json!({"TableName": table, "CapacityUnits": 0.0})),
        Some("INDEXES") => Some(json!({"TableName": table, "CapacityUnits": 0.0, "Table": {"CapacityUnits": 0.0}})),
        _ => None,
    }
}

/// Turns a full report into what `wanted` asks for.
pub fn reduce(report: &Value, wanted: Option<&str>) -> Option<Value> {
    match wanted {
        Some("INDEXES") => Some(report.clone()),
        Some("TOTAL") => {
            let kept = report.as_object()?.iter().filter(|(_, member)| !member.is_object());
            Some(Value::Object(kept.map(|(name, member)| (name.clone(), member.clone())).collect()))
        }
        _ => None,
    }
}

/// A full report with all its figures zero.
pub fn zeroed(report: &Value) -> Value {
    match report {
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), zeroed(member)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Number(_) => json!(0.0),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_answer_reports_zero_in_the_shape_that_was_asked_for() {
        let full = json!({
            "TableName": "t", "CapacityUnits": 2.5, "Table": {"CapacityUnits": 2.0},
            "GlobalSecondaryIndexes": {"i": {"CapacityUnits": 0.5}},
        });
        assert_eq!(reduce(&zeroed(&full), Some("TOTAL")), nothing("t", Some("TOTAL")));
        assert_eq!(
            reduce(&zeroed(&full), Some("INDEXES")).unwrap()["GlobalSecondaryIndexes"]["i"],
            json!({"CapacityUnits": 0.0})
        );
        assert_eq!(reduce(&full, None), None);
    }
}
