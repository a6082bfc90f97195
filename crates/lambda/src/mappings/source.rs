//! What a mapping reads: the stream of a table, a data stream, or a consumer of a data stream.

use kernel::{Arn, AwsError};

use crate::names::invalid;

/// The kinds of sources that are polled here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A DynamoDB stream.
    Table,
    /// A Kinesis data stream, read with the throughput that all its readers share.
    Stream,
    /// A consumer of a Kinesis data stream, with throughput of its own.
    Consumer,
}

/// What AWS polls and this cloud has not.
const ELSEWHERE: [&str; 5] = ["sqs", "kafka", "mq", "rds", "docdb"];

impl Source {
    /// The kind of source that an ARN names.
    pub fn of(arn: &str) -> Result<Self, AwsError> {
        let parsed = arn.parse::<Arn>().map_err(|_| unrecognized(arn))?;
        let resource = parsed.resource.as_str();
        match parsed.service.as_str() {
            "dynamodb" if resource.starts_with("table/") && resource.contains("/stream/") => Ok(Self::Table),
            "kinesis" if resource.starts_with("stream/") && resource.contains("/consumer/") => Ok(Self::Consumer),
            "kinesis" if resource.starts_with("stream/") => Ok(Self::Stream),
            service if ELSEWHERE.contains(&service) => {
                Err(invalid(&format!("Samlet has no event sources of {service}: {arn} cannot be polled.")))
            }
            _ => Err(unrecognized(arn)),
        }
    }

    /// Whether its records are those of a data stream.
    pub fn is_kinesis(self) -> bool {
        self != Self::Table
    }
}

/// The data stream of a consumer; any other ARN as it is.
pub fn stream_of(arn: &str) -> &str {
    arn.split_once("/consumer/").map_or(arn, |(stream, _)| stream)
}

/// Whether AWS polls sources of this kind, though this cloud does not.
pub fn is_elsewhere(arn: &str) -> bool {
    arn.parse::<Arn>().is_ok_and(|arn| ELSEWHERE.contains(&arn.service.as_str()))
}

fn unrecognized(arn: &str) -> AwsError {
    invalid(&format!(
        "Unrecognized event source, must be kinesis, dynamodb stream or sqs. Unsupported source arn : {arn}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_consumers_are_told_apart_and_others_refused() {
        for (resource, expected) in [
            ("dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000", Some(Source::Table)),
            ("kinesis:us-east-1:123456789012:stream/s", Some(Source::Stream)),
            ("kinesis:us-east-1:123456789012:stream/s/consumer/c:1767225600", Some(Source::Consumer)),
            ("dynamodb:us-east-1:123456789012:table/t", None),
            ("sqs:us-east-1:123456789012:queue", None),
        ] {
            assert_eq!(Source::of(&format!("arn:aws:{resource}")).ok(), expected, "{resource}");
        }
    }
}
