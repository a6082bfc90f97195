//! Conditional requests.

use http::StatusCode;
use kernel::AwsError;
use serde_json::Value;

use crate::{
    rules::{no_such_key, not_implemented},
    state::Object,
};

/// Judges a read of `object`. The names of the members begin with `prefix`: `CopySource` for the source of a
/// copy.
pub fn check_read(input: &Value, prefix: &str, object: &Object) -> Result<(), AwsError> {
    let member = |name: &str| &input[format!("{prefix}{name}")];
    let modified = object.modified_at as f64 / 1000.0;
    let matches = |name: &str| member(name).as_str().map(|etags| is_one_of(&object.etag, etags));
    let is_later = |name: &str| member(name).as_f64().map(|moment| modified > moment);
    let fits = matches("IfMatch").unwrap_or_else(|| is_later("IfUnmodifiedSince") != Some(true));
    if !fits {
        let condition = if member("IfMatch").is_null() { "If-Unmodified-Since" } else { "If-Match" };
        return Err(failed(condition));
    }
    let is_new = matches("IfNoneMatch").map_or(is_later("IfModifiedSince") != Some(false), |matches| !matches);
    match (is_new, prefix) {
        (true, _) => Ok(()),
        (false, "") => Err(AwsError::new("NotModified", "").with_status(StatusCode::NOT_MODIFIED)),
        (false, _) => Err(failed("x-amz-copy-source-If-None-Match")),
    }
}

/// Judges a write over `object`.
pub fn check_write(input: &Value, key: &str, object: Option<&Object>) -> Result<(), AwsError> {
    match (input["IfMatch"].as_str(), object) {
        (Some(_), None) => return Err(no_such_key(key)),
        (Some(etags), Some(object)) if !is_one_of(&object.etag, etags) => return Err(failed("If-Match")),
        _ => {}
    }
    match input["IfNoneMatch"].as_str() {
        Some("*") if object.is_some() => Err(failed("If-None-Match")),
        None | Some("*") => Ok(()),
        // As AWS: only "if there is none" can be asked.
        Some(_) => Err(not_implemented()),
    }
}

fn is_one_of(etag: &str, etags: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    etags.split(',').any(|other| other.trim() == "*" || bare(other) == bare(etag))
}

fn failed(condition: &str) -> AwsError {
    AwsError::new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .with_status(StatusCode::PRECONDITION_FAILED)
        .with_member("Condition", condition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn etags_go_before_dates() {
        let object = Object { etag: "\"e\"".into(), modified_at: 10_000, ..Object::default() };
        let status = |input: Value| check_read(&input, "", &object).map_err(|error| error.status.as_u16());
        assert_eq!(status(json!({"IfMatch": "\"x\", e", "IfUnmodifiedSince": 5.0})), Ok(()));
        assert_eq!(status(json!({"IfMatch": "x"})), Err(412));
        assert_eq!(status(json!({"IfUnmodifiedSince": 9.0})), Err(412));
        assert_eq!(status(json!({"IfNoneMatch": "e", "IfModifiedSince": 5.0})), Err(304));
        assert_eq!(status(json!({"IfModifiedSince": 10.0})), Err(304));
        assert_eq!(status(json!({"IfModifiedSince": 9.0})), Ok(()));
        let write = |input: Value, object| check_write(&input, "k", object).map_err(|error| error.code);
        assert_eq!(write(json!({"IfNoneMatch": "*"}), Some(&object)), Err("PreconditionFailed".to_owned()));
        assert_eq!(write(json!({"IfMatch": "e"}), None), Err("NoSuchKey".to_owned()));
        assert_eq!(write(json!({"IfNoneMatch": "*"}), None), Ok(()));
    }
}
