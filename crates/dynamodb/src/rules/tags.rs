//! Which tags a table may have.

use std::collections::BTreeMap;

use kernel::AwsError;

use crate::api::Input;

/// Tags that a resource may have.
const MAX_TAGS: usize = 50;
/// Characters of a key and of a value.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// `Tags`
pub fn read(input: Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = BTreeMap::new();
    for tag in input.list("Tags").unwrap_or_default().iter().map(Input) {
        let key = checked_key(tag.text("Key"))?;
        let value = tag.text("Value").filter(|value| is_well_formed(value, MAX_VALUE)).ok_or_else(|| {
            let value = tag.text("Value").unwrap_or("null");
            AwsError::validation(format!("The Tag Value provided is invalid, Value: {value}"))
        })?;
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(AwsError::validation(format!(
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"
            )));
        }
    }
    check_count(tags.len())?;
    Ok(tags)
}

/// `TagKeys`
pub fn read_keys(input: Input<'_>) -> Result<Vec<&str>, AwsError> {
    let keys = input.list("TagKeys").unwrap_or_default();
    if keys.is_empty() {
        return Err(AwsError::validation("Atleast one Tag Key needs to be provided as Input."));
    }
    check_count(keys.len())?;
    keys.iter().map(|key| checked_key(key.as_str())).collect()
}

/// Refuses more tags than a resource may have.
pub fn check_count(count: usize) -> Result<(), AwsError> {
    if count > MAX_TAGS {
        return Err(AwsError::validation("Number of Tags exceed the current limit for the provided ResourceArn"));
    }
    Ok(())
}

fn checked_key(key: Option<&str>) -> Result<&str, AwsError> {
    let Some(key) = key.filter(|key| !key.is_empty() && is_well_formed(key, MAX_KEY)) else {
        let key = key.unwrap_or("null");
        return Err(AwsError::validation(format!("The Tag Key provided is invalid, Key: {key}")));
    };
    if key.starts_with("aws:") {
        return Err(AwsError::validation(format!("Tag Key cannot be prefixed with aws:, Key: {key}")));
    }
    Ok(key)
}

/// Letters, digits and spaces of all scripts, and a few signs.
fn is_well_formed(text: &str, most: usize) -> bool {
    let allowed =
        |sign: char| sign.is_alphanumeric() || sign.is_whitespace() && !sign.is_control() || "+-=._:/@".contains(sign);
    text.chars().count() <= most && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refused(tags: Value) -> String {
        read(Input(&json!({"Tags": tags}))).unwrap_err().message
    }

    #[test]
    fn tags_are_refused_in_the_words_of_dynamodb() {
        let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
        for (tags, message) in [
            (json!([tag("", "v")]), "The Tag Key provided is invalid, Key: "),
            (json!([tag("100%", "v")]), "The Tag Key provided is invalid, Key: 100%"),
            (json!([tag("aws:zzz", "v")]), "Tag Key cannot be prefixed with aws:, Key: aws:zzz"),
            (json!([{"Key": "k"}]), "The Tag Value provided is invalid, Value: null"),
            (json!([tag("k", "a,b")]), "The Tag Value provided is invalid, Value: a,b"),
            (
                json!([tag("dup", "1"), tag("dup", "2")]),
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found dup",
            ),
            (
                (0..51).map(|number| tag(&number.to_string(), "")).collect(),
                "Number of Tags exceed the current limit for the provided ResourceArn",
            ),
        ] {
            assert_eq!(refused(tags), message);
        }
        assert!(read(Input(&json!({"Tags": [tag("ключ", "a+b-c=d.e_f:g/h@i 表"), tag("k", "")]}))).is_ok());
        assert_eq!(
            refused(json!([tag(&"k".repeat(129), "v")])).len(),
            "The Tag Key provided is invalid, Key: ".len() + 129
        );
    }
}
