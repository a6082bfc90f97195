//! JSON bodies: the codec of json-1.0 and json-1.1, and of the bodies of rest-json.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use jiff::{Timestamp, fmt::temporal::DateTimePrinter};
use kernel::{AwsError, Request, Response};
use serde_json::{Map, Number, Value, json};

use crate::{Api, Location, Member, Operation, Output, Shape, mismatch, rest_json};

/// The operation that `X-Amz-Target` names, and the body read as its input.
pub(crate) fn decode(
    api: &'static Api,
    target: &str,
    request: &Request,
) -> Result<(&'static Operation, Value), AwsError> {
    let body = parse(request.body())?;
    let operation = named(api, target, request)?;
    if !body.is_object() {
        return Err(serialization("Start of structure or map expected where not found."));
    }
    // DynamoDB wants a body even where all members are optional.
    if api.service.ends_with("dynamodb") && request.body().is_empty() {
        return Err(serialization(""));
    }
    let input = operation.input.map_or(Ok(json!({})), |shape| read(api, shape, body))?;
    Ok((operation, input))
}

/// The operation that `X-Amz-Target` names.
pub(crate) fn named(api: &'static Api, target: &str, request: &Request) -> Result<&'static Operation, AwsError> {
    let named = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    named
        .strip_prefix(target)
        .and_then(|rest| rest.strip_prefix('.'))
        .and_then(|name| api.operations.get(name))
        .ok_or_else(|| crate::unknown_operation(api))
}

/// Reads a whole body; an empty one counts as `{}`. Nesting is bounded by the parser.
pub(crate) fn parse(body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|_| AwsError::new("SerializationException", ""))
}

pub(crate) fn serialization(message: impl Into<String>) -> AwsError {
    AwsError::new("SerializationException", message)
}

/// `value` as an instance of `shape`: wire names become member names, unknown members and nulls go,
/// a value of the wrong kind is a `SerializationException`.
pub(crate) fn read(api: &Api, shape: &str, value: Value) -> Result<Value, AwsError> {
    read_at(api, shape, value, false)
}

/// The same; `element` says that the value stands in a list or a map.
fn read_at(api: &Api, name: &str, value: Value, element: bool) -> Result<Value, AwsError> {
    match (api.shape(name), value) {
        (Shape::Structure { members, .. }, Value::Object(mut fields)) => {
            // Every attribute value of DynamoDB is such a structure: it is read where it stands.
            if let (1, Some((name, field))) = (fields.len(), fields.iter_mut().next())
                && let Some(member) = lone(members, name)
                && !field.is_null()
            {
                *field = read(api, member.shape, field.take())?;
                return Ok(Value::Object(fields));
            }
            let mut out = Map::new();
            for member in members.iter().filter(|member| member.location == Location::Body) {
                let field = fields.remove(member.wire_name).filter(|field| !field.is_null());
                if let Some(field) = field {
                    out.insert(member.name.to_owned(), read(api, member.shape, field)?);
                }
            }
            Ok(Value::Object(out))
        }
        (Shape::List { member, .. }, Value::Array(mut items)) => {
            for item in &mut items {
                *item = read_element(api, member, item.take())?;
            }
            Ok(Value::Array(items))
        }
        (Shape::Map { value: shape, .. }, Value::Object(mut fields)) => {
            for field in fields.values_mut() {
                *field = read_element(api, shape, field.take())?;
            }
            Ok(Value::Object(fields))
        }
        (Shape::Integer(_), Value::Number(number)) => Ok(Value::Number(truncate(number))),
        (Shape::Blob(_), Value::String(text)) => match STANDARD.decode(&text) {
            Ok(_) => Ok(Value::String(text)),
            Err(_) => Err(mismatch::refuse_base64(api, &text)),
        },
        (Shape::Timestamp { .. }, Value::String(text)) => moment(&text),
        (Shape::Float(_), Value::String(text)) if is_no_number(&text) => Ok(Value::String(text)),
        (Shape::Boolean, Value::String(text)) => match mismatch::boolean(api, &text) {
            Some(value) => Ok(Value::Bool(value)),
            None => Err(mismatch::refuse(api, name, &Value::String(text), element)),
        },
        (Shape::Document, value)
        | (Shape::String { .. }, value @ Value::String(_))
        | (Shape::Boolean, value @ Value::Bool(_))
        | (Shape::Float(_) | Shape::Timestamp { .. }, value @ Value::Number(_)) => Ok(value),
        (_, value) => Err(mismatch::refuse(api, name, &value, element)),
    }
}

/// The member that is called `name` in bodies and in inputs alike.
fn lone<'a>(members: &'a [Member], name: &str) -> Option<&'a Member> {
    let mut members = members.iter();
    members.find(|member| member.wire_name == name && member.name == name && member.location == Location::Body)
}

fn read_element(api: &Api, shape: &str, value: Value) -> Result<Value, AwsError> {
    if value.is_null() { Ok(Value::Null) } else { read_at(api, shape, value, true) }
}

/// What JSON has no number for is written as text.
pub(crate) fn is_no_number(text: &str) -> bool {
    matches!(text, "NaN" | "Infinity" | "-Infinity")
}

/// AWS reads 1.9 as 1 where it wants a whole number.
fn truncate(number: Number) -> Number {
    match number.as_f64() {
        Some(float) if number.as_i64().is_none() && number.as_u64().is_none() => Number::from(float as i64),
        _ => number,
    }
}

/// ISO 8601 text as seconds since the epoch.
pub(crate) fn moment(text: &str) -> Result<Value, AwsError> {
    let moment: Timestamp = text.parse().map_err(|_| serialization(format!("Invalid timestamp: {text}")))?;
    Ok(json!(moment.as_millisecond() as f64 / 1000.0))
}

/// Seconds since the epoch as ISO 8601 text with milliseconds, e.g. `2026-01-01T00:00:00.000Z`.
pub(crate) fn iso8601(seconds: f64) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    let moment = Timestamp::from_millisecond((seconds * 1000.0).round() as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    PRINTER.timestamp_to_string(&moment)
}

/// `value` as JSON bodies write `shape`: member names become wire names, nulls go.
pub(crate) fn write(api: &Api, shape: &str, value: Value) -> Value {
    match (api.shape(shape), value) {
        (Shape::Structure { members, .. }, Value::Object(mut fields)) => {
            let written = members.iter().filter(|member| member.location == Location::Body).filter_map(|member| {
                let field = fields.remove(member.name).filter(|field| !field.is_null())?;
                Some((member.wire_name.to_owned(), write(api, member.shape, field)))
            });
            Value::Object(written.collect())
        }
        (Shape::List { member, .. }, Value::Array(items)) => {
            Value::Array(items.into_iter().map(|item| write(api, member, item)).collect())
        }
        (Shape::Map { value: shape, .. }, Value::Object(fields)) => {
            Value::Object(fields.into_iter().map(|(key, field)| (key, write(api, shape, field))).collect())
        }
        (Shape::Timestamp { iso8601: true }, Value::Number(number)) => {
            Value::String(rest_json::iso8601_without_zeros(number.as_f64().unwrap_or_default()))
        }
        (_, value) => value,
    }
}

/// A successful answer of json-1.0 or json-1.1, written as the service made it.
pub(crate) fn encode(version: &str, output: Output) -> Response {
    respond(version, StatusCode::OK, output.into_json().into())
}

/// An error answer of json-1.0 or json-1.1.
pub(crate) fn encode_error(api: &Api, version: &str, error: &AwsError) -> Response {
    let mut body = Map::new();
    let name = api.error(&error.code).map_or(error.code.as_str(), |shape| shape.name);
    body.insert("__type".into(), Value::String(format!("{}{name}", namespace(api, name))));
    let named = api.error(&error.code).map(|shape| shape.message);
    let key = named.unwrap_or(if error.code == "SerializationException" { "Message" } else { "message" });
    // AWS says nothing more of a body that it cannot read at all, nor of an operation that it does not know.
    if !error.message.is_empty() {
        body.insert(key.into(), Value::String(error.message.clone()));
    }
    body.extend(error.members.as_ref().clone());
    let mut response = respond(version, error.status, Value::Object(body).to_string().into());
    // DynamoDB names its errors in the body alone; the others also say it in a header.
    if !api.service.ends_with("dynamodb") {
        rest_json::error_headers(&mut response, name);
    }
    add_query_error(api, &mut response, error);
    response
}

/// Says the error's code of the query protocol beside its name, where an API was of that protocol once:
/// programs match on it.
pub(crate) fn add_query_error(api: &Api, response: &mut Response, error: &AwsError) {
    if api.query.is_none() {
        return;
    }
    let code = api.error(&error.code).map_or(error.code.as_str(), |shape| shape.code);
    let fault = if error.status.is_server_error() { "Receiver" } else { "Sender" };
    if let Ok(value) = HeaderValue::try_from(format!("{code};{fault}")) {
        response.headers_mut().insert("x-amzn-query-error", value);
    }
}

/// What stands before an error's name in DynamoDB's and CloudWatch's answers; the other services write the
/// bare name.
fn namespace(api: &Api, code: &str) -> &'static str {
    if api.service == "monitoring" {
        let is_common = code == "ValidationException";
        return if is_common { "com.amazon.coral.validate#" } else { "com.amazonaws.cloudwatch.v2010_08_01#" };
    }
    if !api.service.ends_with("dynamodb") {
        return "";
    }
    match code {
        "ValidationException" => "com.amazon.coral.validate#",
        "SerializationException"
        | "UnknownOperationException"
        | "InternalFailure"
        | "AccessDeniedException"
        | "UnrecognizedClientException"
        | "MissingAuthenticationTokenException"
        | "InvalidSignatureException"
        | "IncompleteSignatureException"
        | "ExpiredTokenException"
        | "ThrottlingException" => "com.amazon.coral.service#",
        _ => "com.amazonaws.dynamodb.v20120810#",
    }
}

fn respond(version: &str, status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let kind = if version == "1.0" { "application/x-amz-json-1.0" } else { "application/x-amz-json-1.1" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
