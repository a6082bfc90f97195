//! Smithy RPC v2 with CBOR bodies: `POST /service/NAME/operation/OPERATION`.

use base64::{Engine, engine::general_purpose::STANDARD};
use ciborium::Value as Cbor;
use http::{HeaderValue, StatusCode, header};
use kernel::{AwsError, Request, Response};
use serde_json::{Map, Number, Value, json};

use crate::{
    Api, Operation, Shape,
    json::{add_query_error, is_no_number, read, serialization},
    rest_json,
};

const NAME: &str = "rpc-v2-cbor";

/// The tag of moments: seconds since the epoch.
const MOMENT: u64 = 1;

/// Whether a request says that it is of this protocol.
pub(crate) fn is_spoken(request: &Request) -> bool {
    request.headers().get("smithy-protocol").is_some_and(|name| name == NAME)
}

/// The operation that the path names, and the body read as its input.
pub(crate) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), AwsError> {
    let name = request.uri().path().rsplit_once("/operation/").map_or("", |(_, name)| name);
    let operation = api.operations.get(name).ok_or_else(|| crate::unknown_operation(api))?;
    let body = if request.body().is_empty() {
        json!({})
    } else {
        let body = ciborium::from_reader(&request.body()[..]).map_err(|error| serialization(error.to_string()))?;
        plain(body)?
    };
    if !body.is_object() {
        return Err(serialization("Start of structure or map expected where not found."));
    }
    let input = operation.input.map_or(Ok(json!({})), |shape| read(api, shape, body))?;
    Ok((operation, input))
}

/// A value as JSON would have it.
fn plain(value: Cbor) -> Result<Value, AwsError> {
    Ok(match value {
        Cbor::Integer(number) => {
            i64::try_from(number).map(Value::from).map_err(|error| serialization(error.to_string()))?
        }
        Cbor::Bytes(bytes) => Value::String(STANDARD.encode(bytes)),
        Cbor::Float(number) => match Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None if number.is_nan() => json!("NaN"),
            None if number > 0.0 => json!("Infinity"),
            None => json!("-Infinity"),
        },
        Cbor::Text(text) => Value::String(text),
        Cbor::Bool(value) => Value::Bool(value),
        Cbor::Tag(_, inner) => plain(*inner)?,
        Cbor::Array(items) => items.into_iter().map(plain).collect::<Result<_, _>>()?,
        Cbor::Map(entries) => {
            let mut fields = Map::new();
            for (key, value) in entries {
                let Cbor::Text(key) = key else { return Err(serialization("Keys must be text.")) };
                fields.insert(key, plain(value)?);
            }
            Value::Object(fields)
        }
        _ => Value::Null,
    })
}

/// A successful answer.
pub(crate) fn encode(api: &Api, operation: &Operation, output: &Value) -> Response {
    match operation.output {
        Some(shape) => respond(StatusCode::OK, &written(api, shape, output)),
        None => respond(StatusCode::OK, &Cbor::Map(Vec::new())),
    }
}

fn written(api: &Api, shape: &str, value: &Value) -> Cbor {
    match (api.shape(shape), value) {
        (Shape::Structure { members, .. }, Value::Object(fields)) => {
            let fields = members.iter().filter_map(|member| {
                let field = fields.get(member.name).filter(|field| !field.is_null())?;
                Some((Cbor::Text(member.wire_name.to_owned()), written(api, member.shape, field)))
            });
            Cbor::Map(fields.collect())
        }
        (Shape::List { member, .. }, Value::Array(items)) => {
            Cbor::Array(items.iter().map(|item| written(api, member, item)).collect())
        }
        (Shape::Map { value: shape, .. }, Value::Object(fields)) => {
            let fields = fields.iter().map(|(key, field)| (Cbor::Text(key.clone()), written(api, shape, field)));
            Cbor::Map(fields.collect())
        }
        (Shape::Timestamp { .. }, Value::Number(number)) => {
            Cbor::Tag(MOMENT, Box::new(Cbor::Float(number.as_f64().unwrap_or_default())))
        }
        (Shape::Float(_), Value::Number(number)) => Cbor::Float(number.as_f64().unwrap_or_default()),
        (Shape::Float(_), Value::String(text)) if is_no_number(text) => Cbor::Float(text.parse().unwrap_or(f64::NAN)),
        (Shape::Blob(_), Value::String(text)) => Cbor::Bytes(STANDARD.decode(text).unwrap_or_default()),
        (_, value) => untyped(value),
    }
}

fn untyped(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Cbor::Integer(number.into()),
            None => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Array(items) => Cbor::Array(items.iter().map(untyped).collect()),
        Value::Object(fields) => {
            Cbor::Map(fields.iter().map(|(key, field)| (Cbor::Text(key.clone()), untyped(field))).collect())
        }
    }
}

/// An error answer.
pub(crate) fn encode_error(api: &Api, error: &AwsError) -> Response {
    let known = api.error(&error.code);
    let name = known.map_or(error.code.as_str(), |shape| shape.name);
    let mut body = Map::from_iter([("__type".to_owned(), json!(name))]);
    body.insert(known.map_or("message", |shape| shape.message).to_owned(), json!(error.message));
    body.extend(error.members.as_ref().clone());
    let mut response = respond(error.status, &untyped(&Value::Object(body)));
    rest_json::error_headers(&mut response, name);
    add_query_error(api, &mut response, error);
    response
}

fn respond(status: StatusCode, body: &Cbor) -> Response {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = ciborium::into_writer(body, &mut bytes);
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    response.headers_mut().insert("smithy-protocol", HeaderValue::from_static(NAME));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn moments_are_tagged_and_numbers_stay_numbers() {
        let api = api("monitoring").unwrap();
        let input = json!({
            "Namespace": "App", "MetricName": "m", "Period": 60, "StartTime": 1.5, "EndTime": 2, "Statistics": ["Sum"],
        });
        let mut body = Vec::new();
        let shape = api.operations["GetMetricStatistics"].input.unwrap();
        ciborium::into_writer(&written(api, shape, &input), &mut body).unwrap();
        let uri = "/service/GraniteServiceVersion20100801/operation/GetMetricStatistics";
        let request = http::Request::post(uri).header("smithy-protocol", NAME).body(body.into()).unwrap();
        assert!(is_spoken(&request));
        let (operation, read) = decode(api, &request).unwrap();
        assert_eq!(
            (operation.name, &read["StartTime"], &read["Period"]),
            ("GetMetricStatistics", &json!(1.5), &json!(60))
        );
        assert_eq!(written(api, "Timestamp", &json!(3)), Cbor::Tag(MOMENT, Box::new(Cbor::Float(3.0))));
    }

    #[test]
    fn an_error_has_its_name_and_its_code_of_the_query_protocol() {
        let error = AwsError::new("InvalidParameterValue", "no");
        let response = encode_error(api("monitoring").unwrap(), &error);
        assert_eq!(response.headers()["x-amzn-query-error"], "InvalidParameterValue;Sender");
        let body: Cbor = ciborium::from_reader(&response.body()[..]).unwrap();
        let body = plain(body).unwrap();
        assert_eq!(body, json!({"__type": "InvalidParameterValueException", "message": "no"}));
    }
}
