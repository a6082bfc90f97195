//! CORS, which the service answers for the function.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::{Request, Response};
use serde_json::Value;

/// The answer to a preflight, if the URL has CORS and the request is one.
pub fn preflight(request: &Request, cors: Option<&Value>) -> Option<Response> {
    let cors = cors?;
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let origin = request.headers().get(header::ORIGIN).filter(|_| is_preflight)?;
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::OK;
    add(&mut response, Some(origin), Some(cors));
    for (name, member) in
        [(header::ACCESS_CONTROL_ALLOW_METHODS, "AllowMethods"), (header::ACCESS_CONTROL_ALLOW_HEADERS, "AllowHeaders")]
    {
        set(&mut response, name, &listed(&cors[member]));
    }
    if let Some(seconds) = cors["MaxAge"].as_u64() {
        set(&mut response, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    Some(response)
}

/// Adds what a browser wants to see in an answer to `origin`.
pub fn add(response: &mut Response, origin: Option<&HeaderValue>, cors: Option<&Value>) {
    let (Some(origin), Some(cors)) = (origin.and_then(|origin| origin.to_str().ok()), cors) else { return };
    let origins = || cors["AllowOrigins"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let allows = |allowed: &str| allowed == "*" || allowed == origin || wildcard(allowed, origin);
    if !origins().any(allows) {
        return;
    }
    let with_credentials = cors["AllowCredentials"] == true;
    let any = origins().any(|allowed| allowed == "*") && !with_credentials;
    set(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, if any { "*" } else { origin });
    if !any {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if with_credentials {
        set(response, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    set(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, &listed(&cors["ExposeHeaders"]));
}

/// `https://*` allows every origin that begins so.
fn wildcard(allowed: &str, origin: &str) -> bool {
    allowed.strip_suffix('*').is_some_and(|start| !start.is_empty() && origin.starts_with(start))
}

fn listed(names: &Value) -> String {
    let names: Vec<_> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    names.join(",")
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Some(value) = HeaderValue::try_from(value).ok().filter(|value| !value.is_empty()) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn allowed(cors: &Value, origin: &'static str) -> Option<String> {
        let mut response = Response::default();
        add(&mut response, Some(&HeaderValue::from_static(origin)), Some(cors));
        let value = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN)?;
        Some(value.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_allowed_origins_see_the_headers() {
        let page = "https://page.example";
        for (origins, credentials, expected) in [
            (json!(["*"]), false, Some("*")),
            (json!(["*"]), true, Some(page)),
            (json!(["https://*"]), false, Some(page)),
            (json!([page]), false, Some(page)),
            (json!(["https://other.example"]), false, None),
        ] {
            let cors = json!({"AllowOrigins": origins, "AllowCredentials": credentials});
            assert_eq!(allowed(&cors, page).as_deref(), expected, "{cors}");
        }
    }

    #[test]
    fn a_preflight_is_answered_by_the_service() {
        let cors = json!({"AllowOrigins": ["*"], "AllowMethods": ["GET", "POST"], "MaxAge": 60});
        let request = http::Request::options("/")
            .header("Origin", "https://page.example")
            .header("Access-Control-Request-Method", "POST")
            .body(Bytes::new())
            .unwrap();
        let response = preflight(&request, Some(&cors)).unwrap();
        assert_eq!(response.headers()["access-control-allow-methods"], "GET,POST");
        assert_eq!(response.headers()["access-control-max-age"], "60");
        assert!(preflight(&request, None).is_none());
    }
}
