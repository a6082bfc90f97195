//! A request to a deployed API as both kinds of API see it.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::Timestamp as Moment;
use kernel::{Kernel, Request, Scope, Timestamp};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{rest::model::Texts, shelf::Home};

/// The largest request body, for REST and HTTP APIs alike.
pub const MAX_BODY: usize = 10 * 1024 * 1024;

/// A request to a deployed API.
pub struct Incoming {
    /// The first label of the host.
    pub api_id: String,
    /// The host without its port.
    pub domain: String,
    /// `GET` …
    pub method: String,
    /// As it was sent, beginning with `/`.
    pub path: String,
    /// As it was sent, without `?`.
    pub query: String,
    /// As they were sent.
    pub headers: HeaderMap,
    /// All of it.
    pub body: Bytes,
    /// Who asks; account and region become the API's own.
    pub scope: Scope,
    /// When it came.
    pub now: Timestamp,
    /// `x-amz-apigw-id` of REST APIs, `apigw-requestid` of HTTP APIs.
    pub extended_id: String,
    /// `Root=…`
    pub trace_id: String,
    /// From where it came.
    pub source_ip: String,
}

impl Incoming {
    /// Takes `request` apart.
    pub fn read(kernel: &Kernel, request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = header("host").or_else(|| parts.uri.host()).unwrap_or_default();
        let domain = host.split(':').next().unwrap_or_default().to_owned();
        let now = kernel.clock.now();
        let forwarded = header("x-forwarded-for").and_then(|list| list.split(',').next()).map(str::trim);
        let scope = parts.extensions.get::<Scope>().cloned();
        Self {
            api_id: domain.split('.').next().unwrap_or_default().to_owned(),
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            source_ip: forwarded.unwrap_or("127.0.0.1").to_owned(),
            trace_id: format!("Root=1-{:08x}-{}", now.secs(), kernel.rng.string("0123456789abcdef", 24)),
            extended_id: STANDARD.encode(kernel.rng.bytes::<11>()),
            scope: scope.unwrap_or_else(|| Scope { caller: kernel::Caller::Anonymous, ..Scope::root(kernel) }),
            headers: parts.headers,
            domain,
            body,
            now,
        }
    }

    /// Acts from here on in the API's own account and region.
    pub fn move_to(&mut self, home: &Home) {
        self.scope.account.clone_from(&home.account);
        self.scope.region.clone_from(&home.region);
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The media type of the body, in lower case and without parameters.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header(header::CONTENT_TYPE.as_str())?;
        Some(value.split(';').next().unwrap_or_default().trim().to_lowercase())
    }

    /// Query parameters, decoded, in their order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
    }

    /// The last value of a query parameter.
    pub fn query_parameter(&self, name: &str) -> Option<String> {
        self.query_pairs().into_iter().rev().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Header names and values as a function sees them: without those of the connection, with those
    /// that API Gateway adds. Names are lower case.
    pub fn forwarded_headers(&self) -> Vec<(String, String)> {
        const OWN: [&str; 4] = ["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];
        const CONNECTION: [&str; 6] = ["connection", "keep-alive", "transfer-encoding", "te", "content-length", "host"];
        let sent = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let sent = sent.filter(|(name, _)| !OWN.contains(&name.as_str()) && !CONNECTION.contains(&name.as_str()));
        let own = [
            ("host", self.domain.clone()),
            ("x-amzn-trace-id", self.trace_id.clone()),
            ("x-forwarded-for", self.source_ip.clone()),
            ("x-forwarded-port", "443".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ];
        sent.chain(own.map(|(name, value)| (name.to_owned(), value))).collect()
    }

    /// `01/Jan/2026:00:00:00 +0000`, as access logs write time.
    pub fn request_time(&self) -> String {
        let moment = i64::try_from(self.now.millis()).ok().and_then(|millis| Moment::from_millisecond(millis).ok());
        moment.unwrap_or_default().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
    }
}

/// A part of a query string without its percent signs and pluses.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Names and values as an object, or null if there are none.
pub fn object_or_null(texts: &Texts) -> Value {
    if texts.is_empty() { Value::Null } else { json!(texts) }
}

/// Pairs as two objects, name → last value and name → all values; or two nulls if there are none.
pub fn single_and_multiple(pairs: &[(String, String)]) -> (Value, Value) {
    if pairs.is_empty() {
        return (Value::Null, Value::Null);
    }
    let (mut single, mut multiple) = (Map::new(), Map::new());
    for (name, value) in pairs {
        single.insert(name.clone(), json!(value));
        let values = multiple.entry(name.clone()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    (Value::Object(single), Value::Object(multiple))
}
