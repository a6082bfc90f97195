//! What the owner of a mapping sets, and what AWS refuses of it.

use kernel::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{filter::Filters, source::Source};
use crate::names::invalid;

/// Members of requests that belong to other kinds of sources.
const OF_OTHER_SOURCES: [&str; 9] = [
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "SelfManagedEventSource",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "ScalingConfig",
    "ProvisionedPollerConfig",
];

/// The members of a mapping that its owner sets, named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Options {
    #[serde(default = "default_batch_size")]
    pub batch_size: usize,
    #[serde(default)]
    pub maximum_batching_window_in_seconds: u64,
    #[serde(default = "one")]
    pub parallelization_factor: usize,
    #[serde(default = "unlimited")]
    pub maximum_record_age_in_seconds: i64,
    #[serde(default)]
    pub bisect_batch_on_function_error: bool,
    #[serde(default = "unlimited")]
    pub maximum_retry_attempts: i64,
    #[serde(default)]
    pub tumbling_window_in_seconds: u64,
    #[serde(default)]
    pub function_response_types: Vec<String>,
    #[serde(default = "no_destination")]
    pub destination_config: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter_criteria: Option<FilterCriteria>,
    #[serde(rename = "KMSKeyArn", skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging_config: Option<Value>,
}

/// `FilterCriteria`: a record that one of the filters matches is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FilterCriteria {
    #[serde(default)]
    pub filters: Vec<Filter>,
}

/// One filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

fn default_batch_size() -> usize {
    100
}

fn one() -> usize {
    1
}

fn unlimited() -> i64 {
    -1
}

fn no_destination() -> Value {
    json!({"OnFailure": {}})
}

impl Options {
    /// What a request says, with AWS's defaults.
    pub fn read(input: &Value, source: Source) -> Result<Self, AwsError> {
        refuse_unsupported(input)?;
        let mut options: Self = aws_api::parse(input.clone())?;
        let destination = options.failure_destination().map(str::to_owned);
        options.destination_config = match destination {
            Some(arn) => json!({"OnFailure": {"Destination": arn}}),
            None => no_destination(),
        };
        options.filter_criteria = options.filter_criteria.filter(|criteria| !criteria.filters.is_empty());
        options.kms_key_arn = options.kms_key_arn.filter(|arn| !arn.is_empty());
        options.check(source)?;
        Ok(options)
    }

    /// These options with the members of `input` in place of the old ones.
    pub fn updated(&self, input: &Value, source: Source) -> Result<Self, AwsError> {
        refuse_unsupported(input)?;
        let mut members = serde_json::to_value(self).map_err(|error| AwsError::internal(error.to_string()))?;
        if let (Some(members), Some(changes)) = (members.as_object_mut(), input.as_object()) {
            let changes = changes.iter().filter(|(_, change)| !change.is_null());
            members.extend(changes.map(|(name, change)| (name.clone(), change.clone())));
        }
        Self::read(&members, source)
    }

    /// What the wire's model does not refuse.
    fn check(&self, source: Source) -> Result<(), AwsError> {
        if (0..60).contains(&self.maximum_record_age_in_seconds) {
            return Err(invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800."));
        }
        // AWS documents the rule, and publishes no words for it.
        if self.tumbling_window_in_seconds > 0 && self.parallelization_factor > 1 {
            return Err(invalid(
                "ParallelizationFactor must be 1 when TumblingWindowInSeconds is specified for the event source \
                 mapping.",
            ));
        }
        let metrics = self.metrics_config.as_ref().and_then(|config| config["Metrics"].as_array());
        if metrics.is_some_and(|metrics| metrics.iter().any(|metric| metric != "EventCount")) {
            return Err(unsupported("metricsConfig"));
        }
        Filters::compile(self.filter_criteria.as_ref(), source).map(drop)
    }

    /// The ARN of the destination for batches that are given up.
    pub fn failure_destination(&self) -> Option<&str> {
        self.destination_config["OnFailure"]["Destination"].as_str().filter(|arn| !arn.is_empty())
    }

    /// Whether answers of the function report failures of single records.
    pub fn reports_failures(&self) -> bool {
        self.function_response_types.iter().any(|kind| kind == "ReportBatchItemFailures")
    }
}

/// Refuses destinations on success, and what belongs to other kinds of sources.
fn refuse_unsupported(input: &Value) -> Result<(), AwsError> {
    refuse_success_destination(input)?;
    let is_set = |member: &&&str| match &input[**member] {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    match OF_OTHER_SOURCES.iter().find(is_set) {
        Some(member) => {
            let (first, rest) = member.split_at(1);
            Err(unsupported(&format!("{}{rest}", first.to_lowercase())))
        }
        None => Ok(()),
    }
}

/// Event source mappings report failures only.
pub fn refuse_success_destination(input: &Value) -> Result<(), AwsError> {
    let destination = &input["DestinationConfig"]["OnSuccess"]["Destination"];
    if destination.as_str().is_some_and(|arn| !arn.is_empty()) {
        return Err(invalid("Unsupported DestinationConfig parameter for given event source mapping type."));
    }
    Ok(())
}

fn unsupported(parameter: &str) -> AwsError {
    invalid(&format!("Unsupported '{parameter}' parameter for given event source mapping type."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(input: Value) -> String {
        Options::read(&input, Source::Stream).expect_err("a refusal").message
    }

    #[test]
    fn what_belongs_to_other_sources_is_refused_and_what_is_empty_is_not() {
        for (input, parameter) in [
            (json!({"Topics": ["t"]}), "topics"),
            (json!({"ScalingConfig": {"MaximumConcurrency": 2}}), "scalingConfig"),
            (json!({"ProvisionedPollerConfig": {"MinimumPollers": 1}}), "provisionedPollerConfig"),
            (json!({"MetricsConfig": {"Metrics": ["KafkaMetrics"]}}), "metricsConfig"),
        ] {
            let message = format!("Unsupported '{parameter}' parameter for given event source mapping type.");
            assert_eq!(refusal(input), message);
        }
        assert!(Options::read(&json!({"Topics": [], "ScalingConfig": {}}), Source::Stream).is_ok());
        let success = json!({"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:1:q"}}});
        assert_eq!(refusal(success), "Unsupported DestinationConfig parameter for given event source mapping type.");
    }

    #[test]
    fn windows_have_one_batch_at_a_time() {
        let both = json!({"TumblingWindowInSeconds": 30, "ParallelizationFactor": 2});
        assert!(refusal(both).starts_with("ParallelizationFactor must be 1"));
        let update = json!({"ParallelizationFactor": 2});
        let window = Options::read(&json!({"TumblingWindowInSeconds": 30}), Source::Stream).unwrap();
        assert!(window.updated(&update, Source::Stream).is_err());
    }

    #[test]
    fn an_update_keeps_what_it_does_not_name_and_empties_what_it_names_empty() {
        let filters = json!({"Filters": [{"Pattern": r#"{"data": {"a": [1]}}"#}]});
        let destination = json!({"OnFailure": {"Destination": "arn:aws:s3:::failed"}});
        let input = json!({"BatchSize": 7, "FilterCriteria": filters, "DestinationConfig": destination});
        let options = Options::read(&input, Source::Stream).unwrap();
        let same = options.updated(&json!({"MaximumRetryAttempts": 1}), Source::Stream).unwrap();
        assert_eq!((same.batch_size, same.failure_destination()), (7, Some("arn:aws:s3:::failed")));
        let empty = json!({"FilterCriteria": {"Filters": []}, "DestinationConfig": {"OnFailure": {}}});
        let emptied = options.updated(&empty, Source::Stream).unwrap();
        assert_eq!((emptied.filter_criteria, emptied.destination_config), (None, json!({"OnFailure": {}})));
    }
}
