//! Payload format 2.0: what functions behind HTTP APIs get and give.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::Response;
use serde_json::{Map, Value, json};

use super::{
    add,
    incoming::Incoming,
    payload_v1::{self, scalar, status},
    set,
};
use crate::rest::model::Texts;

/// What an event of format 2.0 is made of, beside the request itself.
pub struct Matched<'a> {
    pub route_key: &'a str,
    pub stage: &'a str,
    /// With the stage, unless that is `$default`.
    pub path: &'a str,
    pub path_parameters: &'a Texts,
    pub stage_variables: &'a Texts,
    /// What the authorizer said: `{"jwt": …}`, `{"lambda": …}` or `{"iam": …}`.
    pub authorizer: Option<&'a Value>,
}

/// The event that the function gets. What is empty is absent.
pub fn event(incoming: &Incoming, matched: &Matched) -> Value {
    let binary = is_binary(incoming);
    let mut event = request(incoming, matched);
    if !incoming.body.is_empty() {
        event.insert("body".into(), payload_v1::body(&incoming.body, binary));
    }
    event.insert("isBase64Encoded".into(), json!(binary && !incoming.body.is_empty()));
    Value::Object(event)
}

/// What events of integrations and of authorizers have in common.
pub fn request(incoming: &Incoming, matched: &Matched) -> Map<String, Value> {
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| {
        event.insert(name.to_owned(), value);
    };
    put("version", json!("2.0"));
    put("routeKey", json!(matched.route_key));
    put("rawPath", json!(matched.path));
    put("rawQueryString", json!(incoming.query));
    let (cookies, headers) = headers(incoming);
    if !cookies.is_empty() {
        put("cookies", json!(cookies));
    }
    put("headers", Value::Object(headers));
    let query = joined(incoming.query_pairs());
    if !query.is_empty() {
        put("queryStringParameters", Value::Object(query));
    }
    put("requestContext", request_context(incoming, matched));
    if !matched.path_parameters.is_empty() {
        put("pathParameters", json!(matched.path_parameters));
    }
    if !matched.stage_variables.is_empty() {
        put("stageVariables", json!(matched.stage_variables));
    }
    event
}

fn request_context(incoming: &Incoming, matched: &Matched) -> Value {
    let mut context = json!({
        "accountId": incoming.scope.account,
        "apiId": incoming.api_id,
        "domainName": incoming.domain,
        "domainPrefix": incoming.api_id,
        "http": {
            "method": incoming.method,
            "path": matched.path,
            "protocol": "HTTP/1.1",
            "sourceIp": incoming.source_ip,
            "userAgent": incoming.header("user-agent").unwrap_or_default(),
        },
        "requestId": incoming.extended_id,
        "routeKey": matched.route_key,
        "stage": matched.stage,
        "time": incoming.request_time(),
        "timeEpoch": incoming.now.millis(),
    });
    if let Some(authorizer) = matched.authorizer {
        context["authorizer"] = authorizer.clone();
    }
    context
}

/// Cookies one by one, and the other headers with equal names joined by commas.
fn headers(incoming: &Incoming) -> (Vec<String>, Map<String, Value>) {
    let (mut cookies, mut others) = (Vec::new(), Vec::new());
    for (name, value) in incoming.forwarded_headers() {
        if name == "cookie" {
            cookies.extend(value.split(';').map(|cookie| cookie.trim().to_owned()));
        } else {
            others.push((name, value));
        }
    }
    others.push(("content-length".to_owned(), incoming.body.len().to_string()));
    (cookies, joined(others))
}

fn joined(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut out: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let before = out.get(&name).and_then(Value::as_str);
        let value = before.map_or(value.clone(), |before| format!("{before},{value}"));
        out.insert(name, Value::String(value));
    }
    out
}

/// HTTP APIs hand on text types as text and everything else, forms included, as base64.
pub fn is_binary(incoming: &Incoming) -> bool {
    let Some(media_type) = incoming.media_type() else {
        return std::str::from_utf8(&incoming.body).is_err();
    };
    let text = media_type.starts_with("text/")
        || matches!(media_type.as_str(), "application/json" | "application/xml" | "application/javascript")
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml");
    !text
}

/// The response that a function's answer stands for; `None` if it is malformed. An answer without a
/// status is itself the body.
pub fn response(answer: &Value) -> Option<Response> {
    let Some(fields) = answer.as_object().filter(|fields| fields.contains_key("statusCode")) else {
        let body = match answer {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        return Some(super::json_response(200, body));
    };
    let encoded = fields.get("isBase64Encoded") == Some(&Value::Bool(true));
    let body = match fields.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if encoded => STANDARD.decode(text).ok()?.into(),
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(_) => return None,
    };
    let mut response = Response::new(body);
    *response.status_mut() = status(&fields["statusCode"])?;
    if let Some(headers) = fields.get("headers").and_then(Value::as_object) {
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_null()) {
            set(&mut response, name, &scalar(value)?);
        }
    }
    for cookie in fields.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        add(&mut response, "set-cookie", cookie.as_str()?);
    }
    if !response.headers().contains_key("content-type") && !response.body().is_empty() {
        set(&mut response, "content-type", "text/plain;charset=UTF-8");
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_with_and_without_a_status() {
        let cases = [
            (json!({"message": "hi"}), Some((200, "{\"message\":\"hi\"}", "application/json"))),
            (json!("hi"), Some((200, "hi", "application/json"))),
            (json!({"statusCode": 404, "body": "no"}), Some((404, "no", "text/plain;charset=UTF-8"))),
            (
                json!({"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "<p>"}),
                Some((200, "<p>", "text/html")),
            ),
            (
                json!({"statusCode": 200, "body": "aGk=", "isBase64Encoded": true}),
                Some((200, "hi", "text/plain;charset=UTF-8")),
            ),
            (json!({"statusCode": 200, "body": {"a": 1}}), None),
            (json!({"statusCode": "no"}), None),
        ];
        for (answer, expected) in cases {
            let found = response(&answer);
            let found = found.as_ref().map(|found| {
                let kind = found.headers()["content-type"].to_str().unwrap();
                (found.status().as_u16(), std::str::from_utf8(found.body()).unwrap(), kind)
            });
            assert_eq!(found, expected, "{answer}");
        }
    }

    #[test]
    fn every_cookie_is_a_header_of_its_own() {
        let response = response(&json!({"statusCode": 204, "cookies": ["a=1", "b=2"]})).unwrap();
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
    }
}
