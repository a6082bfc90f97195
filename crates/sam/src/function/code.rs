//! Where a function's code is.

use regex_lite::Regex;
use serde_json::{Value, json};

use crate::Problem;
use crate::resource::{Resource, Source};
use crate::values::{set, truthy};

/// Lambda's `Code`, from whichever of SAM's three properties there is.
pub(crate) fn construct(source: &Source) -> Result<Value, Problem> {
    let package = source.set("PackageType").unwrap_or(&Value::Null);
    let mut code = match package.as_str() {
        Some("Image") => match source.get("ImageUri") {
            None => return source.problem("'ImageUri' must be set."),
            Some(uri) if !truthy(uri) => {
                return source.problem("'ImageUri' requires that a image hosted at a registry be specified.");
            }
            Some(uri) => json!({ "ImageUri": uri }),
        },
        Some("Zip") | None if package.is_null() || package.is_string() => {
            match (source.get("InlineCode"), source.get("CodeUri")) {
                (Some(code), _) => json!({ "ZipFile": code }),
                (None, Some(uri)) => code_location(&source.id, "CodeUri", uri)?,
                (None, None) => {
                    return source.problem("Only one of 'InlineCode' or 'CodeUri' can be set.");
                }
            }
        }
        _ => {
            let package = crate::values::printed(package);
            return source.problem(format!("invalid 'PackageType' : {package}"));
        }
    };
    if let Some(key) = source.set("SourceKMSKeyArn").filter(|_| package != "Image") {
        code["SourceKMSKeyArn"] = key.clone();
    }
    Ok(code)
}

/// An S3 object, from `s3://bucket/key?versionId=…` or a map, as Lambda writes it.
pub(crate) fn code_location(id: &str, property: &str, uri: &Value) -> Result<Value, Problem> {
    let fail = |sentence: &str| Err(Problem::resource(id, format!("'{property}' {sentence}")));
    let (bucket, key, version) = match uri {
        Value::Object(map) => match (set(map, "Bucket"), set(map, "Key")) {
            (Some(bucket), Some(key)) => (bucket.clone(), key.clone(), map.get("Version").cloned()),
            _ => return fail("requires Bucket and Key properties to be specified."),
        },
        Value::String(text) => {
            if has_path_in_dynamic_reference(text) {
                return Err(Problem::resource(
                    id,
                    format!(
                        "Unsupported dynamic reference detected in '{property}'. Please consider \
                         using alternative 'FunctionCode' object format."
                    ),
                ));
            }
            match parse_s3_uri(text) {
                Some(location) => (json!(location.bucket), json!(location.key), location.version.map(Value::from)),
                None => {
                    return fail(
                        "is not a valid S3 Uri of the form 's3://bucket/key' with optional \
                         versionId query parameter.",
                    );
                }
            }
        }
        _ => return fail("must be of type dict or string."),
    };
    let mut location = json!({ "S3Bucket": bucket, "S3Key": key });
    if let Some(version) = version {
        location["S3ObjectVersion"] = version;
    }
    Ok(location)
}

fn has_path_in_dynamic_reference(text: &str) -> bool {
    let pattern = r"\{\{resolve:(ssm|ssm-secure|secretsmanager):[a-zA-Z0-9_.\-/]+(:\d+)?\}\}";
    let found = Regex::new(pattern).ok().and_then(|pattern| pattern.find(text).map(|m| m.as_str()));
    found.is_some_and(|found| found.contains('/'))
}

/// The parts of an `s3://` URI.
pub(crate) struct S3Location {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version: Option<String>,
}

pub(crate) fn parse_s3_uri(text: &str) -> Option<S3Location> {
    let rest = text.strip_prefix("s3://")?;
    let rest = rest.split('#').next().unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, key) = path.split_once('/')?;
    // Brackets are for the addresses of hosts; a bucket has none.
    if bucket.is_empty() || bucket.contains(['[', ']']) {
        return None;
    }
    let mut versions = query.split('&').filter_map(|pair| pair.strip_prefix("versionId="));
    let version = match (versions.next(), versions.next()) {
        (Some(version), None) if !version.is_empty() => Some(version.to_owned()),
        _ => None,
    };
    Some(S3Location { bucket: bucket.to_owned(), key: key.trim_start_matches('/').to_owned(), version })
}

/// A zip needs a runtime and a handler; an image must have neither.
pub(crate) fn check_package(source: &Source, function: &Resource) -> Result<(), Problem> {
    let has = |name: &str| function.properties.get(name).is_some_and(truthy);
    if source.set("PackageType").is_some_and(|kind| kind == "Image") {
        if has("Handler") || has("Runtime") || has("Layers") {
            return source.problem("Runtime, Handler, Layers cannot be present when PackageType is of type `Image`");
        }
        return Ok(());
    }
    if !has("Runtime") || !has("Handler") {
        return source.problem("Runtime and Handler needs to be present when PackageType is of type `Zip`");
    }
    if has("ImageConfig") {
        return source.problem("ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`");
    }
    Ok(())
}
