//! What surrounds DynamoDB's JSON on the wire: who is answered before anybody asks who it is, and the
//! headers that every answer carries.

pub mod gzip;
pub mod search;

use aws_api::Api;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::{AwsError, Caller, Request, Response, Rng, Scope};

use crate::api;

/// The largest body of a request, before and after it is inflated.
const MAX_BODY: usize = 16 << 20;

/// Smaller answers are not worth compressing.
const MIN_COMPRESSED: usize = 1024;

const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-crc32");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// For how long browsers may remember what is allowed: two days.
const CORS_MAX_AGE: HeaderValue = HeaderValue::from_static("172800");

const NEWER: &str = "application/x-amz-json-1.0";
const OLDER: &str = "application/json";

/// What of a request decides how its answer is written.
pub struct Asked {
    method: Method,
    origin: bool,
    newer: bool,
    compressed: bool,
}

impl Asked {
    /// Of a request that came over the wire.
    pub fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            origin: headers.contains_key(header::ORIGIN),
            newer: content_type(headers) == NEWER,
            compressed: gzip::accepted(headers),
        }
    }

    /// Completes the headers of an answer.
    pub fn finish(&self, mut response: Response) -> Response {
        let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == NEWER);
        if json && !self.newer && self.method == Method::POST {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(OLDER));
        }
        if self.origin {
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        if self.compressed && response.body().len() >= MIN_COMPRESSED {
            let packed = gzip::pack(response.body());
            *response.body_mut() = packed;
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        // It is of the bytes that are sent, which some SDKs verify.
        let checksum = crc32fast::hash(response.body());
        response.headers_mut().insert(CHECKSUM, HeaderValue::from(checksum));
        response
    }
}

/// A request id as DynamoDB makes them.
pub fn request_id(rng: &Rng) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    rng.bytes::<52>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Makes of `request` what the JSON codec reads; what is no call of an operation is answered at once.
pub fn open(request: &mut Request) -> Option<Response> {
    if request.body().len() > MAX_BODY {
        return Some(empty(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let headers = request.headers();
    match *request.method() {
        Method::OPTIONS if headers.contains_key(header::ORIGIN) => return Some(allowed(headers)),
        Method::GET => return Some(healthy(request)),
        Method::POST => {}
        _ => return Some(no_page()),
    }
    if gzip::is_packed(headers) {
        let Ok(body) = gzip::unpack(request.body(), MAX_BODY) else {
            return Some(empty(StatusCode::PAYLOAD_TOO_LARGE));
        };
        // What cannot be read is no JSON either, and refused as such.
        *request.body_mut() = body.unwrap_or_else(|| Bytes::from_static(b"\x1f"));
    }
    if !request.body().is_empty() && !matches!(content_type(request.headers()), NEWER | OLDER) {
        return Some(no_page());
    }
    None
}

/// The answer of `service`, tables or streams, to a request whose signature is refused with `error`;
/// only a call of an operation hears that.
pub fn refuse(service: &str, mut request: Request, error: &AwsError, rng: &Rng) -> Response {
    let api = if service == "dynamodb" { api::tables() } else { api::streams() };
    let (asked, id) = (Asked::of(&request), request_id(rng));
    let answer = match open(&mut request) {
        None => unauthenticated(api, &request, error.clone(), &id),
        Some(answer) => identified(answer, &id),
    };
    asked.finish(answer)
}

/// The answer to whoever cannot be told who it is, if only what is called can be told.
pub fn unauthenticated(api: &'static Api, request: &Request, error: AwsError, id: &str) -> Response {
    let error = aws_api::readable(api, request).err().unwrap_or(error);
    aws_api::refuse(api, request, &error, id)
}

/// Gives an answer the id of its request.
pub fn identified(mut response: Response, id: &str) -> Response {
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// DynamoDB has nothing for callers that nobody knows, whatever a policy says.
pub fn check_caller(scope: &Scope) -> Result<(), AwsError> {
    match scope.caller {
        Caller::Anonymous => {
            Err(AwsError::new("MissingAuthenticationTokenException", "Request is missing Authentication Token"))
        }
        _ => Ok(()),
    }
}

/// The media type without its parameters.
fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

fn allowed(asked: &HeaderMap) -> Response {
    let mut response = Response::default();
    for (wish, grant) in [
        (header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS),
        (header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_ALLOW_METHODS),
    ] {
        if let Some(value) = asked.get(wish) {
            response.headers_mut().insert(grant, value.clone());
        }
    }
    response.headers_mut().insert(header::ACCESS_CONTROL_MAX_AGE, CORS_MAX_AGE);
    response
}

fn healthy(request: &Request) -> Response {
    let region = request.extensions().get::<Scope>().map_or(kernel::DEFAULT_REGION, |scope| scope.region.as_str());
    // The space at its end is AWS's.
    Response::new(Bytes::from(format!("healthy: dynamodb.{region}.amazonaws.com ")))
}

fn no_page() -> Response {
    let mut response = Response::new(Bytes::from_static(b"<UnknownOperationException/>\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
