//! rest-json: methods and paths choose the operation; members travel in the path, the query string,
//! headers and a JSON body.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822};
use kernel::{AwsError, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{Api, Location, Member, Operation, Shape, event_stream, json as body};

/// The operation that method and path name, and its input.
pub(crate) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), AwsError> {
    let (operation, labels) = find(api, request).ok_or_else(|| crate::unknown_operation(api))?;
    let Some(Shape::Structure { members, payload }) = operation.input.map(|shape| api.shape(shape)) else {
        return Ok((operation, json!({})));
    };
    let mut input = match payload {
        Some(name) => payload_input(api, members, name, request)?,
        None if members.iter().any(|member| member.location == Location::Body) => {
            match body::read(api, operation.input.unwrap_or_default(), body::parse(request.body())?)? {
                Value::Object(fields) => fields,
                _ => return Err(body::serialization("Start of structure or map expected where not found.")),
            }
        }
        None => Map::new(),
    };
    let query = query_pairs(request.uri().query().unwrap_or_default());
    for member in members {
        if let Some(value) = outside_body(api, member, &labels, &query, request)? {
            input.insert(member.name.to_owned(), value);
        }
    }
    Ok((operation, Value::Object(input)))
}

fn payload_input(api: &Api, members: &[Member], name: &str, request: &Request) -> Result<Map<String, Value>, AwsError> {
    let mut input = Map::new();
    let Some(member) = members.iter().find(|member| member.name == name) else { return Ok(input) };
    if !request.body().is_empty() {
        let value = match api.shape(member.shape) {
            Shape::Blob(_) => Value::String(STANDARD.encode(request.body())),
            Shape::String { .. } => Value::String(String::from_utf8_lossy(request.body()).into_owned()),
            _ => body::read(api, member.shape, body::parse(request.body())?)?,
        };
        input.insert(name.to_owned(), value);
    }
    Ok(input)
}

/// The value of a member that travels outside of the body.
pub(crate) fn outside_body(
    api: &Api,
    member: &Member,
    labels: &[(&str, String)],
    query: &[(String, String)],
    request: &Request,
) -> Result<Option<Value>, AwsError> {
    let named = |pairs: &[(String, String)]| {
        pairs.iter().filter(|(name, _)| name == member.wire_name).map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let texts = match member.location {
        Location::Uri => {
            labels.iter().filter(|(name, _)| *name == member.wire_name).map(|(_, value)| value.clone()).collect()
        }
        Location::Query => match api.shape(member.shape) {
            Shape::Map { .. } => return Ok(Some(rest_of_query(query))),
            _ => named(query),
        },
        Location::Header => {
            let value = request.headers().get(member.wire_name);
            value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).into_iter().collect()
        }
        Location::Headers => return Ok(headers_of(member.wire_name, request)),
        Location::Body | Location::Status => Vec::new(),
    };
    match (api.shape(member.shape), texts) {
        (_, texts) if texts.is_empty() => Ok(None),
        (Shape::List { member, .. }, texts) => texts
            .iter()
            .map(|text| typed(api.shape(member), text))
            .collect::<Result<_, _>>()
            .map(|items| Some(Value::Array(items))),
        (shape, texts) => typed(shape, &texts[0]).map(Some),
    }
}

fn rest_of_query(query: &[(String, String)]) -> Value {
    Value::Object(query.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect())
}

/// All headers whose names begin with `prefix`, by the rest of their names.
fn headers_of(prefix: &str, request: &Request) -> Option<Value> {
    let own = request.headers().iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix(prefix)?;
        Some((name.to_owned(), Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned())))
    });
    let own: Map<String, Value> = own.collect();
    (!own.is_empty()).then_some(Value::Object(own))
}

/// Text from a path, a query string or a header as a value of `shape`.
pub(crate) fn typed(shape: &Shape, text: &str) -> Result<Value, AwsError> {
    let refuse = |kind: &str| body::serialization(format!("STRING_VALUE cannot be converted to {kind}"));
    match shape {
        Shape::Integer(_) => text.parse::<i64>().map(Value::from).map_err(|_| refuse("Integer")),
        Shape::Float(_) if body::is_no_number(text) => Ok(Value::String(text.to_owned())),
        Shape::Float(_) => text.parse::<f64>().map(Value::from).map_err(|_| refuse("Double")),
        Shape::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| refuse("Boolean")),
        Shape::Timestamp { .. } => {
            text.parse::<f64>().map(Value::from).or_else(|_| http_moment(text)).or_else(|_| body::moment(text))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// The date of a header, e.g. `Thu, 01 Jan 1970 00:00:00 GMT`, as seconds since the epoch.
fn http_moment(text: &str) -> Result<Value, jiff::Error> {
    let moment = rfc2822::DateTimeParser::new().parse_timestamp(text)?;
    Ok(json!(moment.as_millisecond() as f64 / 1000.0))
}

/// Seconds since the epoch as headers write them.
fn http_date(seconds: f64) -> String {
    let moment = Timestamp::from_second(seconds as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap_or_default()
}

/// Decoded names and values of a query string or form body.
pub(crate) fn query_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

type Labels = Vec<(&'static str, String)>;

/// The operation whose template fits best: literal segments count before labels.
fn find(api: &'static Api, request: &Request) -> Option<(&'static Operation, Labels)> {
    let path = request.uri().path();
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let fits = api.operations.values().filter(|operation| operation.method == request.method().as_str());
    let fits = fits.filter_map(|operation| {
        let (template, needed) = operation.path.split_once('?').unwrap_or((operation.path, ""));
        let present = query_pairs(needed).iter().all(|(name, value)| {
            query.iter().any(|(found, text)| found == name && (value.is_empty() || text == value))
        });
        let labels = match_path(template, path).filter(|_| present)?;
        Some((operation, labels, !needed.is_empty()))
    });
    let (operation, labels, _) = fits.min_by_key(|(_, labels, narrowed)| (labels.len(), !narrowed))?;
    Some((operation, labels))
}

fn match_path(template: &'static str, path: &str) -> Option<Labels> {
    let mut labels = Vec::new();
    let mut segments = path.trim_matches('/').split('/');
    for wanted in template.trim_matches('/').split('/') {
        match wanted.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) if label.ends_with('+') => {
                let rest: Vec<_> = segments.by_ref().collect();
                labels.push((label.trim_end_matches('+'), decoded(&rest.join("/"))));
            }
            Some(label) => labels.push((label, decoded(segments.next().filter(|segment| !segment.is_empty())?))),
            None if segments.next() == Some(wanted) => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(labels)
}

/// The text that a part of a path spells.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// ISO 8601 without a fraction where there is none, as rest-json bodies write it.
pub(crate) fn iso8601_without_zeros(seconds: f64) -> String {
    body::iso8601(seconds).replace(".000Z", "Z")
}

/// A successful answer.
pub(crate) fn encode(api: &Api, operation: &Operation, mut output: Value) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(operation.status).unwrap_or(StatusCode::OK);
    let Some(Shape::Structure { members, payload }) = operation.output.map(|shape| api.shape(shape)) else {
        return response;
    };
    for member in members {
        write_outside_body(api, member, &output, &mut response);
    }
    let kind = HeaderValue::from_static("application/json");
    match payload.and_then(|name| members.iter().find(|member| member.name == name)) {
        Some(member) => {
            let value = output[member.name].take();
            *response.body_mut() = match (api.shape(member.shape), value) {
                (_, Value::Null) => Bytes::new(),
                (Shape::Blob(_), Value::String(text)) => STANDARD.decode(&text).unwrap_or_default().into(),
                // A structure of which there are many is a stream of events.
                (Shape::Structure { .. }, Value::Array(events)) => {
                    response
                        .headers_mut()
                        .insert(header::CONTENT_TYPE, HeaderValue::from_static(event_stream::CONTENT_TYPE));
                    event_stream::encode(&events)
                }
                (_, value) => body::write(api, member.shape, value).to_string().into(),
            };
        }
        None if members.iter().any(|member| member.location == Location::Body) => {
            *response.body_mut() = body::write(api, operation.output.unwrap_or_default(), output).to_string().into();
        }
        None => return response,
    }
    response.headers_mut().entry(header::CONTENT_TYPE).or_insert(kind);
    response
}

/// Writes a member that travels outside of the body.
pub(crate) fn write_outside_body(api: &Api, member: &Member, output: &Value, response: &mut Response) {
    let value = &output[member.name];
    let text = match (api.shape(member.shape), value) {
        (_, Value::Null) => return,
        (_, Value::String(text)) => text.clone(),
        (Shape::Timestamp { .. }, Value::Number(number)) => http_date(number.as_f64().unwrap_or_default()),
        (_, other) => other.to_string(),
    };
    let mut insert = |name: &str, text: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(text)) {
            response.headers_mut().insert(name, value);
        }
    };
    match member.location {
        Location::Status => {
            let status = value.as_u64().and_then(|status| StatusCode::from_u16(status as u16).ok());
            *response.status_mut() = status.unwrap_or(response.status());
        }
        Location::Header => insert(member.wire_name, &text),
        Location::Headers => {
            for (name, value) in value.as_object().into_iter().flatten() {
                insert(&format!("{}{name}", member.wire_name), value.as_str().unwrap_or_default());
            }
        }
        _ => {}
    }
}

/// An error answer.
pub(crate) fn encode_error(api: &Api, error: &AwsError) -> Response {
    let mut fields = Map::new();
    let key = api.error(&error.code).map_or("message", |shape| shape.message);
    if api.service == "lambda" {
        fields.insert("Type".into(), if error.status.is_server_error() { "Service" } else { "User" }.into());
    }
    fields.insert(key.into(), Value::String(error.message.clone()));
    fields.extend(error.members.as_ref().clone());
    // A member that an error has without a value is one that AWS leaves out of it.
    fields.retain(|_, value| !value.is_null());
    let mut response = Response::new(Value::Object(fields).to_string().into());
    *response.status_mut() = error.status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    error_headers(&mut response, &error.code);
    response
}

/// The header by which SDKs know an error.
pub(crate) fn error_headers(response: &mut Response, name: &str) {
    if let Ok(code) = HeaderValue::try_from(name) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    fn decode_one(method: &str, uri: &str, body: &'static str) -> (&'static str, Value) {
        let request =
            http::Request::builder().method(method).uri(uri).body(Bytes::from_static(body.as_bytes())).unwrap();
        let (operation, input) = decode(api("lambda").unwrap(), &request).unwrap();
        (operation.name, input)
    }

    #[test]
    fn labels_query_and_payload_meet_in_one_input() {
        let arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ahello";
        let (name, input) =
            decode_one("POST", &format!("/2015-03-31/functions/{arn}/invocations?Qualifier=PROD"), "{}");
        assert_eq!(name, "Invoke");
        assert_eq!(input["FunctionName"], "arn:aws:lambda:us-east-1:123456789012:function:hello");
        assert_eq!((&input["Qualifier"], &input["Payload"]), (&json!("PROD"), &json!("e30=")));
    }

    #[test]
    fn numbers_in_the_query_string_become_numbers_and_a_trailing_slash_is_nothing() {
        let (name, input) = decode_one("GET", "/2015-03-31/functions/?MaxItems=7", "");
        assert_eq!((name, input), ("ListFunctions", json!({"MaxItems": 7})));
    }

    #[test]
    fn wire_names_become_member_names() {
        let request =
            http::Request::post("/v2/apis").body(Bytes::from(r#"{"name":"a","protocolType":"HTTP"}"#)).unwrap();
        let (operation, input) = decode(api("apigatewayv2").unwrap(), &request).unwrap();
        assert_eq!((operation.name, input), ("CreateApi", json!({"Name": "a", "ProtocolType": "HTTP"})));
    }
}
