//! The query protocol: form bodies in, XML out.

use std::fmt::Write;

use http::{HeaderValue, Method, header};
use kernel::{AwsError, Request, Response};
use serde_json::{Map, Value, json};

use crate::{Api, Operation, Shape, json::iso8601, rest_json};

type Pairs = Vec<(String, String)>;

/// The operation that `Action` names, and its input.
pub(crate) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), AwsError> {
    let text = match *request.method() {
        Method::GET => request.uri().query().unwrap_or_default().to_owned(),
        _ => String::from_utf8_lossy(request.body()).into_owned(),
    };
    let pairs = rest_json::query_pairs(&text);
    let action = pairs.iter().find(|(name, _)| name == "Action").map(|(_, value)| value.as_str());
    let Some(action) = action else {
        return Err(AwsError::new("MissingAction", "Missing Action"));
    };
    let Some(operation) = api.operations.get(action) else {
        let message = format!("Could not find operation {action} for version {}", api.version);
        return Err(AwsError::new("InvalidAction", message));
    };
    let input = operation.input.map(|shape| read(api, shape, "", &pairs)).transpose()?.flatten();
    Ok((operation, input.unwrap_or_else(|| json!({}))))
}

/// The value of `shape` that the pairs under `prefix` spell, or `None` if there are none.
fn read(api: &Api, shape: &str, prefix: &str, pairs: &Pairs) -> Result<Option<Value>, AwsError> {
    let own = pairs.iter().find(|(name, _)| name == prefix).map(|(_, value)| value.as_str());
    let below = |name: &str| pairs.iter().any(|(found, _)| found.starts_with(name) && !name.is_empty());
    match api.shape(shape) {
        Shape::Structure { members, .. } => {
            let mut fields = Map::new();
            for member in members {
                let name = join(prefix, member.wire_name);
                if let Some(value) = read(api, member.shape, &name, pairs)? {
                    fields.insert(member.name.to_owned(), value);
                }
            }
            Ok((!fields.is_empty() || prefix.is_empty()).then_some(Value::Object(fields)))
        }
        Shape::List { member, .. } => {
            // An empty list is sent as the bare name.
            if own == Some("") {
                return Ok(Some(json!([])));
            }
            let mut items = Vec::new();
            while let Some(item) = read(api, member, &format!("{prefix}.member.{}", items.len() + 1), pairs)? {
                items.push(item);
            }
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        Shape::Map { value, .. } => {
            let mut fields = Map::new();
            for index in 1.. {
                let entry = format!("{prefix}.entry.{index}");
                if !below(&format!("{entry}.")) {
                    break;
                }
                let key = pairs.iter().find(|(name, _)| *name == format!("{entry}.key")).map(|(_, key)| key.clone());
                if let Some((key, value)) = key.zip(read(api, value, &format!("{entry}.value"), pairs)?) {
                    fields.insert(key, value);
                }
            }
            Ok((!fields.is_empty()).then_some(Value::Object(fields)))
        }
        shape => own.map(|text| typed(shape, text)).transpose(),
    }
}

fn typed(shape: &Shape, text: &str) -> Result<Value, AwsError> {
    rest_json::typed(shape, text).map_err(|_| AwsError::new("MalformedInput", format!("Invalid value: {text}")))
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// A successful answer.
pub(crate) fn encode(api: &Api, namespace: &str, operation: &Operation, output: &Value, request_id: &str) -> Response {
    let name = operation.name;
    let mut xml = format!(r#"<{name}Response xmlns="{namespace}">"#);
    if let Some(wrapper) = operation.result_wrapper {
        let mut result = String::new();
        if let Some(shape) = operation.output {
            write_value(api, shape, output, &mut result);
        }
        element(&mut xml, wrapper, &result);
    }
    element(&mut xml, "ResponseMetadata", &format!("<RequestId>{request_id}</RequestId>"));
    // Writing to a String cannot fail.
    let _ = write!(xml, "</{name}Response>");
    respond(xml)
}

fn write_value(api: &Api, shape: &str, value: &Value, out: &mut String) {
    let text = match (api.shape(shape), value) {
        (_, Value::Null) => return,
        (Shape::Structure { members, .. }, value) => {
            for member in members {
                write_named(api, member.shape, member.wire_name, &value[member.name], out);
            }
            return;
        }
        (Shape::List { member, .. }, Value::Array(items)) => {
            for item in items {
                write_named(api, member, "member", item, out);
            }
            return;
        }
        (Shape::Map { key, value: shape, .. }, Value::Object(fields)) => {
            for (name, field) in fields {
                let mut entry = String::new();
                write_named(api, key, "key", &Value::String(name.clone()), &mut entry);
                write_named(api, shape, "value", field, &mut entry);
                element(out, "entry", &entry);
            }
            return;
        }
        (Shape::Timestamp { .. }, Value::Number(number)) => iso8601(number.as_f64().unwrap_or_default()),
        (_, Value::String(text)) => escape(text),
        (_, other) => escape(&other.to_string()),
    };
    out.push_str(&text);
}

fn write_named(api: &Api, shape: &str, name: &str, value: &Value, out: &mut String) {
    if !value.is_null() {
        let mut inner = String::new();
        write_value(api, shape, value, &mut inner);
        element(out, name, &inner);
    }
}

/// Writes one element.
pub(crate) fn element(out: &mut String, name: &str, inner: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<{name}>{inner}</{name}>");
}

/// `text` as it stands in XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\r', "&#xD;")
}

/// An error answer.
pub(crate) fn encode_error(api: &Api, namespace: &str, error: &AwsError, request_id: &str) -> Response {
    let kind = if error.status.is_server_error() { "Receiver" } else { "Sender" };
    let code = api.error(&error.code).map_or(error.code.as_str(), |shape| shape.code);
    let (code, message) = (escape(code), escape(&error.message));
    let xml = format!(
        r#"<ErrorResponse xmlns="{namespace}"><Error><Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"#
    );
    let mut response = respond(xml);
    *response.status_mut() = error.status;
    response
}

fn respond(xml: String) -> Response {
    let mut response = Response::new(xml.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn lists_of_structures_are_spelled_with_numbers() {
        let body = "Action=CreateStack&Version=2010-05-15&StackName=s&Parameters.member.1.ParameterKey=A\
                    &Parameters.member.1.ParameterValue=x+y%26z&Capabilities.member.1=CAPABILITY_IAM";
        let request = http::Request::post("/").body(body.into()).unwrap();
        let (operation, input) = decode(api("cloudformation").unwrap(), &request).unwrap();
        assert_eq!(operation.name, "CreateStack");
        let parameters = json!([{"ParameterKey": "A", "ParameterValue": "x y&z"}]);
        assert_eq!(input, json!({"StackName": "s", "Parameters": parameters, "Capabilities": ["CAPABILITY_IAM"]}));
    }

    #[test]
    fn answers_are_written_in_the_model_s_order_and_escaped() {
        let api = api("sts").unwrap();
        let output = json!({"Arn": "a<b", "Account": "1", "UserId": "u"});
        let response = encode(api, "urn:x", &api.operations["GetCallerIdentity"], &output, "id");
        assert_eq!(
            response.body(),
            "<GetCallerIdentityResponse xmlns=\"urn:x\"><GetCallerIdentityResult><UserId>u</UserId><Account>1</Account>\
             <Arn>a&lt;b</Arn></GetCallerIdentityResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>\
             </GetCallerIdentityResponse>"
        );
    }
}
