//! The data plane: requests to `API.execute-api.REGION.amazonaws.com`.
//!
//! A request becomes an [`Incoming`]; its API's kind decides whether [`rest`] or [`http`] takes it from
//! there: route, authorize, integrate, answer.

mod access_log;
mod authorize_http;
mod authorize_rest;
mod cors;
mod failure;
mod function;
mod http;
mod http_route;
mod iam;
mod incoming;
mod jwt;
mod lambda_authorizer;
mod measures;
mod mock;
mod payload_v1;
mod payload_v2;
mod policy;
mod rest;
mod rest_route;
mod schema;
mod template;
mod throttle;
mod usage;

use std::{cell::RefCell, time::Duration};

use ::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use kernel::{Request, Response, Timestamp};
use serde_json::Value;

use crate::ApiGateway;
use incoming::Incoming;

/// What the data plane remembers between requests; lost when the cloud restarts, as caches are.
#[derive(Default)]
pub struct Memory {
    /// Public keys of token issuers by the URL of their key set.
    keys: RefCell<Cache<Vec<jwt::Key>>>,
    /// Results of Lambda authorizers by API, stage, authorizer and identity.
    decisions: RefCell<Cache<Value>>,
    /// How many requests may still come.
    buckets: throttle::Buckets,
}

/// A bounded map whose entries go stale in virtual time.
struct Cache<T>(std::collections::BTreeMap<String, (Timestamp, T)>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(std::collections::BTreeMap::new())
    }
}

impl<T: Clone> Cache<T> {
    const CAPACITY: usize = 1000;

    fn get(&self, key: &str, now: Timestamp) -> Option<T> {
        self.0.get(key).filter(|(until, _)| *until > now).map(|(_, value)| value.clone())
    }

    fn put(&mut self, key: String, value: T, now: Timestamp, lifetime: Duration) {
        if self.0.len() >= Self::CAPACITY {
            self.0.retain(|_, (until, _)| *until > now);
        }
        if self.0.len() < Self::CAPACITY {
            self.0.insert(key, (now + lifetime, value));
        }
    }
}

/// Answers a request to a deployed API.
pub async fn handle(gateway: &ApiGateway, request: Request) -> Response {
    let incoming = Incoming::read(&gateway.kernel, request);
    if gateway.rest.look(&incoming.api_id, |_| ()).is_some() {
        rest::handle(gateway, incoming).await
    } else if gateway.http.look(&incoming.api_id, |_| ()).is_some() {
        http::handle(gateway, incoming).await
    } else {
        // The wildcard name of execute-api resolves for every id; an unknown one is merely forbidden.
        failure::plain(&incoming, &failure::FORBIDDEN)
    }
}

/// A response of `status` with a JSON body.
fn json_response(status: u16, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status_code(status);
    set(&mut response, "content-type", "application/json");
    response
}

/// `status`, or 500 for what is no HTTP status.
fn status_code(status: u16) -> ::http::StatusCode {
    ::http::StatusCode::from_u16(status).unwrap_or(::http::StatusCode::INTERNAL_SERVER_ERROR)
}

/// Sets a header, unless its name or value cannot stand in HTTP.
fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// Adds a header beside those of the same name, unless it cannot stand in HTTP.
fn add(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        response.headers_mut().append(name, value);
    }
}
