//! The event that a request at a function's URL becomes: payload format 2.0.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::header;
use kernel::{Caller, Request, Scope, Timestamp};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::FunctionUrl;

/// The host that the request is for.
pub fn host(request: &Request) -> String {
    let header = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().host()).unwrap_or_default().to_owned()
}

/// The event for `request`.
pub fn event(request: &Request, scope: &Scope, url: &FunctionUrl, now: Timestamp) -> Value {
    let host = host(request);
    let query = request.uri().query().unwrap_or_default();
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let source_ip = header("x-forwarded-for").split(',').next().filter(|ip| !ip.is_empty()).unwrap_or("127.0.0.1");
    let time = jiff::Timestamp::from_millisecond(now.millis().cast_signed()).unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.uri().path(),
        "rawQueryString": query,
        "headers": headers(request, &host, source_ip),
        "requestContext": {
            "accountId": if url.auth_type == "NONE" { "anonymous" } else { &scope.account },
            "apiId": url.id,
            "domainName": host,
            "domainPrefix": url.id,
            "http": {
                "method": request.method().as_str(),
                "path": request.uri().path(),
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": header("user-agent"),
            },
            "requestId": scope.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.millis(),
        },
        "isBase64Encoded": false,
    });
    if url.auth_type != "NONE" {
        event["requestContext"]["authorizer"] = authorizer(&scope.caller);
    }
    let cookies: Vec<&str> = header("cookie").split("; ").filter(|cookie| !cookie.is_empty()).collect();
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = joined(query);
    }
    if !request.body().is_empty() {
        let text = std::str::from_utf8(request.body()).ok().filter(|_| is_text(header("content-type")));
        event["isBase64Encoded"] = json!(text.is_none());
        event["body"] = json!(text.map_or_else(|| STANDARD.encode(request.body()), str::to_owned));
    }
    event
}

fn headers(request: &Request, host: &str, source_ip: &str) -> Value {
    let mut headers = Map::new();
    // Of the connection to the service the function hears nothing but these.
    for name in request.headers().keys().filter(|name| *name != header::COOKIE && *name != header::CONNECTION) {
        let values: Vec<_> = request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        headers.insert(name.as_str().to_owned(), json!(values.join(",")));
    }
    for (name, value) in [
        ("host", host),
        ("x-forwarded-for", source_ip),
        ("x-forwarded-port", "443"),
        ("x-forwarded-proto", "https"),
        ("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"),
        ("x-amzn-tls-version", "TLSv1.3"),
    ] {
        headers.insert(name.to_owned(), json!(value));
    }
    Value::Object(headers)
}

/// Parameters by name; several values of one name stand in one text.
fn joined(query: &str) -> Value {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut parameters: Map<String, Value> = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        let joined = match parameters.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        parameters.insert(name, json!(joined));
    }
    Value::Object(parameters)
}

/// Whether a body of that type reaches the function as text.
fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/xml", "application/javascript"];
    kind.starts_with("text/") || known.contains(&kind.as_str()) || kind.ends_with("+json") || kind.ends_with("+xml")
}

fn authorizer(caller: &Caller) -> Value {
    let account = caller.account();
    json!({"iam": {"accountId": account, "callerId": account, "userArn": caller.arn(), "userId": account}})
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kernel::testing;

    use super::*;

    #[test]
    fn a_request_becomes_an_event_of_format_2() {
        testing::run(|kernel| async move {
            let url = FunctionUrl {
                id: "abc".into(),
                auth_type: "NONE".into(),
                cors: None,
                invoke_mode: None,
                created: 0,
                modified: 0,
            };
            let request = http::Request::post("/a%20b?x=1&x=2&y=%20z")
                .header("Host", "abc.lambda-url.us-east-1.on.aws")
                .header("Cookie", "c=1; d=2")
                .header("X-Two", "a")
                .header("X-Two", "b")
                .header("Content-Type", "application/json")
                .body(Bytes::from("{}"))
                .unwrap();
            let event = event(&request, &Scope::root(&kernel), &url, kernel.clock.now());
            assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/a%20b"), &json!("x=1&x=2&y=%20z")));
            assert_eq!(event["queryStringParameters"], json!({"x": "1,2", "y": " z"}));
            assert_eq!((&event["cookies"], &event["headers"]["x-two"]), (&json!(["c=1", "d=2"]), &json!("a,b")));
            assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{}"), &json!(false)));
            assert_eq!(event["requestContext"]["time"], "01/Jan/2026:00:00:00 +0000");
            assert_eq!(event["requestContext"]["accountId"], "anonymous");
        });
    }

    #[test]
    fn forms_and_pictures_are_base64() {
        for (kind, expected) in [
            ("text/plain; charset=utf-8", true),
            ("application/problem+json", true),
            ("application/x-www-form-urlencoded", false),
            ("image/png", false),
            ("", false),
        ] {
            assert_eq!(is_text(kind), expected, "{kind}");
        }
    }
}
