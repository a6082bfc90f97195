//! Filters: which records a function wants to see.

mod pattern;
mod rule;

use kernel::AwsError;

use super::{
    options::FilterCriteria,
    record::{Record, filtered},
    source::Source,
};
use crate::names::invalid;
use pattern::Pattern;

/// The most filters that a mapping has.
const MAX_FILTERS: usize = 5;

/// The filters of a mapping; without any, every record is wanted.
#[derive(Clone, Debug)]
pub struct Filters {
    source: Source,
    patterns: Vec<Pattern>,
}

impl Filters {
    /// Reads the patterns of a mapping.
    pub fn compile(criteria: Option<&FilterCriteria>, source: Source) -> Result<Self, AwsError> {
        let filters = criteria.map(|criteria| criteria.filters.as_slice()).unwrap_or_default();
        if filters.len() > MAX_FILTERS {
            return Err(invalid(&format!(
                "The maximum number of filters of an event source mapping is {MAX_FILTERS}."
            )));
        }
        let data = if source.is_kinesis() { "data" } else { "dynamodb" };
        let patterns = filters.iter().map(|filter| {
            let pattern = filter.pattern.as_deref().unwrap_or("{}");
            let pattern = serde_json::from_str(pattern).ok().and_then(|pattern| Pattern::read(&pattern));
            // A record's data is JSON: a rule for it as a whole could never be meant.
            pattern.filter(|pattern| !pattern.asks_for_text(data)).ok_or_else(|| {
                // The same for whatever is wrong with it.
                invalid("Invalid filter pattern definition.")
            })
        });
        Ok(Self { source, patterns: patterns.collect::<Result<_, _>>()? })
    }

    /// Whether the function wants this record.
    pub fn want(&self, record: &Record) -> bool {
        if self.patterns.is_empty() {
            return true;
        }
        let Some(seen) = filtered(record, self.source) else { return false };
        self.patterns.iter().any(|pattern| pattern.matches(Some(&seen)))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde_json::json;

    use super::{super::options::Filter, *};

    fn filters(patterns: &[&str], source: Source) -> Result<Filters, AwsError> {
        let filter = |pattern: &&str| Filter { pattern: Some((*pattern).to_owned()) };
        Filters::compile(Some(&FilterCriteria { filters: patterns.iter().map(filter).collect() }), source)
    }

    fn data(data: &str) -> Record {
        let event = json!({"kinesis": {"data": STANDARD.encode(data)}});
        Record { number: 0, sequence: String::new(), arrived: 0, key: String::new(), event, bytes: 0 }
    }

    #[test]
    fn one_of_the_filters_is_enough() {
        let record = Record { event: json!({"eventName": "INSERT"}), ..data("") };
        let both = filters(&[r#"{"eventName": ["REMOVE"]}"#, r#"{"eventName": ["INSERT"]}"#], Source::Table).unwrap();
        assert!(both.want(&record));
        assert!(!filters(&[r#"{"eventName": ["REMOVE"]}"#], Source::Table).unwrap().want(&record));
        assert!(filters(&[], Source::Table).unwrap().want(&record));
    }

    #[test]
    fn the_data_of_a_data_stream_is_json_or_dropped() {
        let buys = filters(&[r#"{"data": {"order": {"type": ["buy"]}}}"#], Source::Stream).unwrap();
        for (text, wanted) in [
            (r#"{"order": {"type": "buy"}}"#, true),
            (r#"{"order": {"type": "sell"}}"#, false),
            ("buy", false),
            ("\"buy\"", false),
        ] {
            assert_eq!(buys.want(&data(text)), wanted, "{text}");
        }
        let other = filters(&[r#"{"data": {"gone": [{"exists": false}]}}"#], Source::Stream).unwrap();
        assert!(other.want(&data("{}")));
        assert!(!other.want(&data("no JSON")));
    }

    #[test]
    fn too_many_filters_and_what_is_no_pattern_are_refused() {
        assert!(filters(&["{\"a\": [1]}"; 6], Source::Table).is_err());
        for (pattern, source) in [
            ("[]", Source::Table),
            ("{}", Source::Table),
            ("single-string", Source::Table),
            (r#"[{"eventName": ["INSERT"=123}]"#, Source::Table),
            (r#"{"dynamodb": ["text"]}"#, Source::Table),
            (r#"{"data": ["text"]}"#, Source::Stream),
        ] {
            let refusal = filters(&[pattern], source).unwrap_err();
            assert_eq!(refusal.message, "Invalid filter pattern definition.", "{pattern}");
        }
    }
}
