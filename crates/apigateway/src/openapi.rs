//! OpenAPI documents (Swagger 2.0 and OpenAPI 3.0) as both kinds of API read them.

use kernel::AwsError;
use serde_json::{Map, Value};

use crate::error::bad_request;

/// The extension that stands for any HTTP method.
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// The extension that says what answers an operation.
pub const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// Reads JSON or YAML text.
pub fn read(text: &str) -> Result<Value, AwsError> {
    let mut document: Value = serde_json::from_str(text)
        .or_else(|_| serde_yaml::from_str(text))
        .map_err(|_| bad_request("Invalid OpenAPI input."))?;
    // In YAML the version is a number when its quotes are forgotten, which AWS forgives.
    if let Some(version) = document["swagger"].as_f64() {
        document["swagger"] = format!("{version:.1}").into();
    }
    if document["swagger"].is_string() || document["openapi"].is_string() {
        Ok(document)
    } else {
        Err(bad_request("Invalid OpenAPI input."))
    }
}

/// `value`, or what its `$ref` into the same document points to.
pub fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// One operation of a document.
pub struct Operation<'a> {
    /// E.g. `/pets/{petId}`, or `$default`.
    pub path: &'a str,
    /// `GET` …, or `ANY`.
    pub method: String,
    /// The operation object.
    pub body: &'a Value,
    /// The parameters of the path item and of the operation.
    pub parameters: Vec<&'a Value>,
}

/// Every operation, in the document's order.
pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in object(&document["paths"]) {
        let item = resolved(document, item);
        for (key, body) in object(item) {
            let method = match key.as_str() {
                ANY_METHOD => "ANY".to_owned(),
                "get" | "put" | "post" | "delete" | "patch" | "options" | "head" => key.to_uppercase(),
                _ => continue,
            };
            if body.is_object() {
                let shared = list(&item["parameters"]).iter();
                let parameters = shared.chain(list(&body["parameters"])).map(|parameter| resolved(document, parameter));
                found.push(Operation { path, method, body, parameters: parameters.collect() });
            }
        }
    }
    found
}

/// The security schemes of either version.
pub fn security_schemes(document: &Value) -> &Value {
    let version_3 = &document["components"]["securitySchemes"];
    if version_3.is_object() { version_3 } else { &document["securityDefinitions"] }
}

/// The names and scopes of the security requirements that hold for an operation.
pub fn requirements<'a>(document: &'a Value, operation: &'a Value) -> Vec<(&'a str, Vec<String>)> {
    let own = &operation["security"];
    let security = if own.is_array() { own } else { &document["security"] };
    let requirements = list(security).iter().flat_map(object);
    requirements.map(|(name, scopes)| (name.as_str(), texts(scopes))).collect()
}

/// Where the document says that the API begins: Swagger's `basePath`, or the path of the first server
/// with its variables at their defaults.
pub fn base_path(document: &Value) -> String {
    if let Some(path) = document["basePath"].as_str() {
        return path.trim_end_matches('/').to_owned();
    }
    let server = &document["servers"][0];
    let mut url = server["url"].as_str().unwrap_or_default().to_owned();
    for (name, variable) in object(&server["variables"]) {
        let default = variable["default"].as_str().unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default.trim_start_matches('/'));
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => &url,
    };
    path.trim_end_matches('/').to_owned()
}

/// The elements of a list; nothing for anything else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The entries of an object; nothing for anything else.
pub fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The texts of a list, or the one text of a single value.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        _ => list(value).iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

/// A scalar as text: OpenAPI documents write numbers and booleans where API Gateway keeps text.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The number that `value` holds, even as text.
pub fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().map(|float| float as u64)).or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_and_json_are_both_read_and_other_texts_are_refused() {
        assert!(read("swagger: '2.0'\npaths: {}").is_ok());
        assert_eq!(read("swagger: 2.0").unwrap()["swagger"], "2.0");
        assert!(read(r#"{"openapi": "3.0.1"}"#).is_ok());
        assert_eq!(read("hello").unwrap_err().message, "Invalid OpenAPI input.");
    }

    #[test]
    fn base_paths_of_both_versions() {
        assert_eq!(base_path(&json!({"basePath": "/v1/"})), "/v1");
        let server = json!({"url": "https://example.com/{base}", "variables": {"base": {"default": "/v2"}}});
        assert_eq!(base_path(&json!({"servers": [server]})), "/v2");
        assert_eq!(base_path(&json!({})), "");
    }
}
