//! What AWS refuses, and in which words.

pub mod limits;

use kernel::AwsError;
use serde_json::Value;

use crate::state::Stream;

/// The most tags of a stream.
const MAX_TAGS: usize = 50;

/// `InvalidArgumentException`
pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidArgumentException", message)
}

/// `ResourceNotFoundException`
pub fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceNotFoundException", message)
}

/// The refusal of a stream that is not there.
pub fn no_stream(name: &str, account: &str) -> AwsError {
    not_found(format!("Stream {name} under account {account} not found."))
}

/// The refusal of a shard that is not there.
pub fn no_shard(shard: &str, stream: &str, account: &str) -> AwsError {
    not_found(format!("Could not find shard {shard} in stream {stream} under account {account}."))
}

/// The refusal of what needs throughput that a shard does not have left.
pub fn rate_exceeded(shard: &str) -> AwsError {
    AwsError::new("ProvisionedThroughputExceededException", format!("Rate exceeded for {shard}."))
}

/// The refusal of a null, where the model leaves it to the service.
pub fn must_not_be_null(member: &str) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

/// Refuses a change of a stream that is changing already.
pub fn must_be_active(stream: &Stream, account: &str) -> Result<(), AwsError> {
    let (name, status) = (&stream.name, stream.status());
    if status == "ACTIVE" {
        return Ok(());
    }
    let message = format!("Stream {name} under account {account} not ACTIVE, instead in state {status}");
    Err(AwsError::new("ResourceInUseException", message))
}

/// Refuses to change the shards of a stream that looks after them itself.
pub fn must_be_provisioned(stream: &Stream, account: &str) -> Result<(), AwsError> {
    if !stream.on_demand {
        return Ok(());
    }
    let name = &stream.name;
    Err(AwsError::validation(format!(
        "Request is invalid. Stream {name} under account {account} is in On-Demand mode."
    )))
}

/// The most open shards of an account in a region.
pub fn shard_limit(region: &str) -> usize {
    if matches!(region, "us-east-1" | "us-west-2" | "eu-west-1") { 20_000 } else { 6_000 }
}

/// Refuses more shards than an account has.
pub fn check_shard_limit(now: usize, more: usize, account: &str, region: &str) -> Result<(), AwsError> {
    let limit = shard_limit(region);
    if now + more <= limit {
        return Ok(());
    }
    Err(AwsError::new(
        "LimitExceededException",
        format!(
            "This request would exceed the shard limit for the account {account} in {region}. Current shard count for \
             the account: {now}. Limit: {limit}. Number of additional shards that would have resulted from this \
             request: {more}. Refer to the AWS Service Limits page \
             (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to \
             request higher limits."
        ),
    ))
}

/// What a change of tags does, as its refusal names it.
#[derive(Clone, Copy)]
pub enum Tagging {
    /// AddTagsToStream
    Add,
    /// RemoveTagsFromStream
    Remove,
}

/// Refuses keys and values with characters that tags do not have.
pub fn check_tags<'a>(
    texts: impl Iterator<Item = &'a str> + Clone,
    tagging: Tagging,
    stream: &str,
    account: &str,
) -> Result<(), AwsError> {
    let is_allowed = |letter: char| {
        matches!(letter, '\u{c0}'..='\u{1fff}' | '\u{2c00}'..='\u{d7ff}' | 'a'..='z' | 'A'..='Z' | '0'..='9')
            || "./-=+_ @%:".contains(letter)
    };
    if !texts.clone().all(|text| text.chars().all(is_allowed)) {
        return Err(invalid(
            "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + \
             - % @.",
        ));
    }
    if !texts.clone().any(|text| text.contains('%')) {
        return Ok(());
    }
    let what = match tagging {
        Tagging::Add => "add tags to",
        Tagging::Remove => "remove tags from",
    };
    Err(invalid(format!(
        "Failed to {what} stream {stream} under account {account} because some tags contained illegal characters. The \
         allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'."
    )))
}

/// Refuses more tags than a stream has.
pub fn check_tag_count(count: usize, stream: &str, account: &str) -> Result<(), AwsError> {
    if count <= MAX_TAGS {
        return Ok(());
    }
    Err(invalid(format!(
        "Failed to add tags to stream {stream} under account {account} because a given stream cannot have more than \
         {MAX_TAGS} tags associated with it."
    )))
}

/// Refuses members that nothing here acts on, rather than pretend.
pub fn refuse_unsupported(input: &Value, members: &[&str]) -> Result<(), AwsError> {
    match members.iter().find(|name| !input[**name].is_null()) {
        Some(name) => Err(invalid(format!("Samlet does not know {name} of Kinesis yet."))),
        None => Ok(()),
    }
}
