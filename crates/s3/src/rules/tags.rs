//! Tags of buckets and objects.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use kernel::AwsError;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// The most tags of an object and of a bucket.
pub const MOST_OBJECT_TAGS: usize = 10;
pub const MOST_BUCKET_TAGS: usize = 50;

/// The longest key and the longest value, in characters.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Tags with their values, in the order of their keys.
pub type Tags = Vec<(String, String)>;

/// The tags of a `TagSet`.
pub fn tags_of(set: &Value, most: usize) -> Result<Tags, AwsError> {
    let text = |tag: &Value, name: &str| tag[name].as_str().unwrap_or_default().to_owned();
    let tags = set.as_array().into_iter().flatten().map(|tag| (text(tag, "Key"), text(tag, "Value")));
    check(tags.collect(), most)
}

/// The tags of the header `x-amz-tagging`, which is written like a query string.
pub fn tags_of_header(header: &str) -> Result<Tags, AwsError> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = header.split('&').filter(|pair| !pair.is_empty());
    let tags = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key), decoded(value))
    });
    check(tags.collect(), MOST_OBJECT_TAGS)
}

/// A `TagSet`.
pub fn told_tags(tags: &[(String, String)]) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

fn check(mut tags: Tags, most: usize) -> Result<Tags, AwsError> {
    if tags.len() > most {
        let (code, message) = match most {
            MOST_OBJECT_TAGS => ("BadRequest", "Object tags cannot be greater than 10"),
            _ => ("InvalidTag", "Bucket tag count cannot be greater than 50"),
        };
        return Err(AwsError::new(code, message));
    }
    tags.sort();
    let invalid = |message: &str| Err(AwsError::new("InvalidTag", message));
    if tags.iter().any(|(key, _)| key.is_empty() || key.chars().count() > MAX_KEY) {
        return invalid("The TagKey you have provided is invalid");
    }
    if tags.iter().any(|(_, value)| value.chars().count() > MAX_VALUE) {
        return invalid("The TagValue you have provided is invalid");
    }
    if tags.iter().any(|(key, _)| key.starts_with("aws:")) {
        return invalid("System tags cannot be added/updated by requester");
    }
    if tags.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return invalid("Cannot provide multiple Tags with the same key");
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_spells_tags_like_a_query() {
        let expected = [("a b".to_owned(), "1/2".to_owned()), ("c".to_owned(), String::new())];
        assert_eq!(tags_of_header("c&a+b=1%2F2").unwrap(), expected);
        assert_eq!(tags_of_header("").unwrap(), []);
        for bad in ["a=1&a=2", "=1", "aws:a=1"] {
            assert_eq!(tags_of_header(bad).unwrap_err().code, "InvalidTag", "{bad}");
        }
        assert_eq!(tags_of_header(&"a=&".repeat(11)).unwrap_err().message, "Object tags cannot be greater than 10");
    }
}
