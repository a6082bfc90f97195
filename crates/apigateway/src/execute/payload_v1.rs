//! Payload format 1.0: what functions behind REST APIs get and give, and functions behind HTTP APIs
//! that ask for it.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{Caller, Response};
use serde_json::{Map, Value, json};

use super::{
    add,
    incoming::{Incoming, object_or_null, single_and_multiple},
    set, status_code,
    usage::Key,
};
use crate::rest::model::Texts;

/// What an event of format 1.0 is made of, beside the request itself.
pub struct Matched<'a> {
    /// The resource's path template; the route key for HTTP APIs.
    pub resource: &'a str,
    pub resource_id: &'a str,
    pub stage: &'a str,
    pub deployment_id: &'a str,
    /// The path without the stage.
    pub path: &'a str,
    /// The path as it was sent.
    pub context_path: &'a str,
    pub path_parameters: &'a Texts,
    pub stage_variables: &'a Texts,
    /// What the authorizer said.
    pub authorizer: Option<&'a Value>,
    /// Whether IAM has let the request in: only then its signer is told.
    pub by_iam: bool,
    /// The request's API key.
    pub api_key: Option<&'a Key>,
    /// Whether the body is bytes.
    pub binary: bool,
}

/// The event that the function gets.
pub fn event(incoming: &Incoming, matched: &Matched) -> Value {
    let headers: Vec<_> =
        incoming.forwarded_headers().into_iter().map(|(name, value)| (canonical(&name), value)).collect();
    let (headers, multi_headers) = single_and_multiple(&headers);
    let (query, multi_query) = single_and_multiple(&incoming.query_pairs());
    json!({
        "resource": matched.resource,
        "path": matched.path,
        "httpMethod": incoming.method,
        "headers": headers,
        "multiValueHeaders": multi_headers,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": multi_query,
        "pathParameters": object_or_null(matched.path_parameters),
        "stageVariables": object_or_null(matched.stage_variables),
        "requestContext": request_context(incoming, matched),
        "body": body(&incoming.body, matched.binary),
        "isBase64Encoded": matched.binary && !incoming.body.is_empty(),
    })
}

/// The body as a function gets it: text, or base64 of bytes.
pub fn body(bytes: &Bytes, binary: bool) -> Value {
    match (bytes.is_empty(), binary) {
        (true, _) => Value::Null,
        (false, true) => json!(STANDARD.encode(bytes)),
        (false, false) => json!(String::from_utf8_lossy(bytes)),
    }
}

/// `requestContext` of an event.
pub fn request_context(incoming: &Incoming, matched: &Matched) -> Value {
    let mut context = json!({
        "resourceId": matched.resource_id,
        "resourcePath": matched.resource,
        "httpMethod": incoming.method,
        "extendedRequestId": incoming.extended_id,
        "requestTime": incoming.request_time(),
        "path": matched.context_path,
        "accountId": incoming.scope.account,
        "protocol": "HTTP/1.1",
        "stage": matched.stage,
        "domainPrefix": incoming.api_id,
        "requestTimeEpoch": incoming.now.millis(),
        "requestId": incoming.scope.request_id,
        "identity": identity(incoming, matched),
        "domainName": incoming.domain,
        "deploymentId": matched.deployment_id,
        "apiId": incoming.api_id,
    });
    if let Some(authorizer) = matched.authorizer {
        context["authorizer"] = authorizer.clone();
    }
    context
}

fn identity(incoming: &Incoming, matched: &Matched) -> Value {
    let caller = &incoming.scope.caller;
    let signed = matched.by_iam && *caller != Caller::Anonymous;
    let account = if signed { json!(caller.account()) } else { Value::Null };
    let arn = if signed { json!(caller.arn()) } else { Value::Null };
    let name = match caller {
        Caller::Root { account } if signed => json!(account),
        _ => arn.as_str().and_then(|arn| arn.rsplit('/').next()).map_or(Value::Null, |name| json!(name)),
    };
    let mut identity = json!({
        "cognitoIdentityPoolId": null,
        "accountId": account,
        "cognitoIdentityId": null,
        "caller": name,
        "sourceIp": incoming.source_ip,
        "principalOrgId": null,
        "accessKey": access_key(incoming).filter(|_| signed),
        "cognitoAuthenticationType": null,
        "cognitoAuthenticationProvider": null,
        "userArn": arn,
        "userAgent": incoming.header("user-agent"),
        "user": name,
    });
    if let Some(key) = matched.api_key {
        identity["apiKey"] = json!(key.value);
        identity["apiKeyId"] = json!(key.id);
    }
    identity
}

/// The access key that signed the request: `AWS4-HMAC-SHA256 Credential=KEY/DATE/…`
fn access_key(incoming: &Incoming) -> Option<String> {
    let header = incoming.header("authorization")?;
    let (_, credential) = header.strip_prefix("AWS4-HMAC-SHA256")?.split_once("Credential=")?;
    credential.split('/').next().map(str::to_owned)
}

/// The usual capitals of a header's name. HTTP/2, which most clients speak with AWS, knows lower case
/// only; API Gateway restores the capitals of those that it knows itself.
fn canonical(name: &str) -> String {
    const KNOWN: [&str; 22] = [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Content-Encoding",
        "Content-Type",
        "Cookie",
        "Host",
        "If-Match",
        "If-Modified-Since",
        "If-None-Match",
        "Origin",
        "Pragma",
        "Range",
        "Referer",
        "User-Agent",
        "Via",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    ];
    KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), ToString::to_string)
}

/// The response that a function's answer stands for; `None` if it is not in the proxy format.
///
/// `decode` says whether a base64 body is sent as the bytes that it stands for.
pub fn response(answer: &Value, decode: bool) -> Option<Response> {
    const MEMBERS: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    let fields = answer.as_object().filter(|fields| !fields.is_empty())?;
    if fields.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
        return None;
    }
    let mut response = Response::new(response_body(fields, decode)?);
    *response.status_mut() = status(&fields.get("statusCode").cloned().unwrap_or(json!(200)))?;
    for (name, value) in headers(fields)? {
        add(&mut response, remapped(&name), &value);
    }
    if !response.headers().contains_key("content-type") {
        set(&mut response, "content-type", "application/json");
    }
    Some(response)
}

/// A status as a number or as text of one.
pub fn status(value: &Value) -> Option<http::StatusCode> {
    let code = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (100..=599).contains(&code).then(|| status_code(code as u16))
}

fn response_body(fields: &Map<String, Value>, decode: bool) -> Option<Bytes> {
    let encoded = fields.get("isBase64Encoded") == Some(&Value::Bool(true));
    match fields.get("body") {
        None | Some(Value::Null) => Some(Bytes::new()),
        Some(Value::String(text)) if encoded && decode => STANDARD.decode(text).ok().map(Bytes::from),
        Some(Value::String(text)) => Some(Bytes::from(text.clone())),
        Some(_) => None,
    }
}

/// All headers: first those with many values, then the single ones that do not repeat them.
fn headers(fields: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    match fields.get("multiValueHeaders") {
        None | Some(Value::Null) => {}
        Some(Value::Object(headers)) => {
            for (name, values) in headers {
                for value in values.as_array()? {
                    found.push((name.clone(), scalar(value)?));
                }
            }
        }
        Some(_) => return None,
    }
    match fields.get("headers") {
        None | Some(Value::Null) => {}
        Some(Value::Object(headers)) => {
            for (name, value) in headers.iter().filter(|(_, value)| !value.is_null()) {
                let value = scalar(value)?;
                let repeats = |(other, text): &(String, String)| other.eq_ignore_ascii_case(name) && *text == value;
                if !found.iter().any(repeats) {
                    found.push((name.clone(), value));
                }
            }
        }
        Some(_) => return None,
    }
    Some(found)
}

/// A header's value: text, numbers and booleans are written, lists and objects are malformed.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Headers that API Gateway keeps for itself arrive under another name.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
fn remapped(name: &str) -> &str {
    match name.to_ascii_lowercase().as_str() {
        "connection" => "x-amzn-remapped-connection",
        "content-length" => "x-amzn-remapped-content-length",
        "content-md5" => "x-amzn-remapped-content-md5",
        "date" => "x-amzn-remapped-date",
        "host" => "x-amzn-remapped-host",
        "server" => "x-amzn-remapped-server",
        "user-agent" => "x-amzn-remapped-user-agent",
        "www-authenticate" => "x-amzn-remapped-www-authenticate",
        _ => name,
    }
}

/// Whether `media_type` is among those that are bytes.
pub fn is_binary(binary_media_types: &[String], media_type: Option<&str>) -> bool {
    let Some(media_type) = media_type.filter(|text| !text.is_empty()) else {
        return binary_media_types.iter().any(|known| known == "*/*");
    };
    let (family, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let fits = |known: &String| known == "*/*" || known == media_type || known.strip_suffix("/*") == Some(family);
    binary_media_types.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_the_proxy_format() {
        // Recorded from AWS: which answers a REST API takes, and with what status and body.
        let cases = [
            (json!({"statusCode": 200}), Some((200, ""))),
            (json!({"statusCode": "201", "body": "made"}), Some((201, "made"))),
            (json!({"headers": {"test-header": "value"}}), Some((200, ""))),
            (json!({"statusCode": 200, "headers": {"header-bool": true, "none": null}}), Some((200, ""))),
            (json!({"statusCode": 200, "wrongValue": "value"}), None),
            (json!({}), None),
            (json!("just text"), None),
            (json!({"statusCode": "text"}), None),
            (json!({"statusCode": 200, "body": {"not": "text"}}), None),
            (json!({"statusCode": 200, "multiValueHeaders": {"a": "not a list"}}), None),
            (json!({"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": true}), Some((200, "dGVzdC1kYXRh"))),
        ];
        for (answer, expected) in cases {
            let found = response(&answer, false);
            let found =
                found.as_ref().map(|found| (found.status().as_u16(), std::str::from_utf8(found.body()).unwrap()));
            assert_eq!(found, expected, "{answer}");
        }
    }

    #[test]
    fn many_values_come_first_and_are_not_repeated() {
        let answer = json!({
            "statusCode": 200,
            "headers": {"a": "solo", "b": "twice"},
            "multiValueHeaders": {"a": ["multi"], "b": ["twice"]},
        });
        let response = response(&answer, false).unwrap();
        let values = |name: &str| response.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(values("a"), ["multi", "solo"]);
        assert_eq!(values("b"), ["twice"]);
    }

    #[test]
    fn bytes_are_decoded_when_the_client_accepts_them() {
        let answer = json!({"body": "dGVzdA==", "isBase64Encoded": true});
        assert_eq!(response(&answer, true).unwrap().body(), "test");
        assert!(is_binary(&["image/*".into()], Some("image/png")));
        assert!(!is_binary(&["image/*".into()], Some("text/plain")));
    }
}
