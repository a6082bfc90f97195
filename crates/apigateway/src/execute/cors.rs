//! CORS of HTTP APIs: API Gateway answers preflights itself and sets the headers of every answer.

use bytes::Bytes;
use http::StatusCode;
use kernel::Response;

use super::{incoming::Incoming, set};
use crate::http_api::model::Cors;

/// Whether the request is a browser's question about another one.
pub fn is_preflight(incoming: &Incoming) -> bool {
    incoming.method == "OPTIONS"
        && incoming.headers.contains_key("origin")
        && incoming.headers.contains_key("access-control-request-method")
}

/// What `access-control-allow-origin` says to this origin, if anything.
fn allowed_origin(cors: &Cors, origin: &str) -> Option<String> {
    let fits = |allowed: &String| {
        allowed == origin
            || matches!(allowed.as_str(), "http://*" | "https://*") && origin.starts_with(allowed.trim_end_matches('*'))
    };
    if cors.allow_origins.iter().any(|allowed| allowed == "*") {
        Some("*".to_owned())
    } else {
        cors.allow_origins.iter().any(fits).then(|| origin.to_owned())
    }
}

/// The answer to a preflight: empty, with the headers that the configuration allows.
pub fn preflight(cors: &Cors, incoming: &Incoming) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let origin = incoming.header("origin").unwrap_or_default();
    if allowed_origin(cors, &origin).is_none() {
        return response;
    }
    decorate(cors, incoming, &mut response);
    response.headers_mut().remove("access-control-expose-headers");
    let lists =
        [("access-control-allow-methods", &cors.allow_methods), ("access-control-allow-headers", &cors.allow_headers)];
    for (name, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        set(&mut response, name, &values.join(","));
    }
    if let Some(seconds) = cors.max_age {
        set(&mut response, "access-control-max-age", &seconds.to_string());
    }
    response
}

/// Sets the CORS headers of an answer; those that the integration set do not count.
pub fn decorate(cors: &Cors, incoming: &Incoming, response: &mut Response) {
    let ours = |name: &http::HeaderName| name.as_str().starts_with("access-control-");
    let foreign: Vec<_> = response.headers().keys().filter(|name| ours(name)).cloned().collect();
    for name in foreign {
        response.headers_mut().remove(name);
    }
    let Some(allowed) = incoming.header("origin").and_then(|origin| allowed_origin(cors, &origin)) else { return };
    set(response, "access-control-allow-origin", &allowed);
    if cors.allow_credentials == Some(true) {
        set(response, "access-control-allow-credentials", "true");
    }
    if !cors.expose_headers.is_empty() {
        set(response, "access-control-expose-headers", &cors.expose_headers.join(","));
    }
}
