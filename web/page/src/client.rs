//! The page's way to the engine: HTTP requests through one door, by AWS's own protocols.

use crate::aws::REGION;
use crate::wire::Wire;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::rc::Rc;

/// Where the control API lives: what a cloud console has beside its services.
const CONTROL_HOST: &str = "samlet.internal";

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of a name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is not UTF-8 shows as replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Why a request did not give what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// AWS's own error.
    Aws { code: String, message: String, status: u16 },
    /// No answer came: the engine stopped while it worked on the request.
    OutcomeUnknown,
    /// The engine cannot work at all.
    Engine(String),
}

impl Failure {
    /// Reads an error in any of AWS's protocols.
    pub fn from_response(response: &Response) -> Self {
        let body = response.json();
        let member = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str()).map(str::to_owned);
        let text = response.text();
        let code = response
            .header("x-amzn-errortype")
            .map(|kind| kind.split(':').next().unwrap_or(kind).to_owned())
            .or_else(|| member(&["__type", "code", "Code"]))
            .or_else(|| between(&text, "<Code>", "</Code>"))
            .map_or_else(|| response.status.to_string(), |code| last_part(&code));
        let message = member(&["message", "Message", "error"])
            .or_else(|| between(&text, "<Message>", "</Message>"))
            // Some errors are a code and no more; their JSON is no message.
            .unwrap_or(if body.is_object() { String::new() } else { text });
        Self::Aws { code, message, status: response.status }
    }

    /// Whether it was refused because too much was asked for at once.
    pub fn is_throttle(&self) -> bool {
        matches!(self, Self::Aws { status: 429, .. })
    }

    /// An answer of the engine that the page cannot read.
    pub fn unreadable(operation: &str) -> Self {
        Self::Engine(format!("The answer to {operation} cannot be read."))
    }
}

/// `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException` is known by its last part.
fn last_part(code: &str) -> String {
    code.rsplit('#').next().unwrap_or(code).to_owned()
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    let (inner, _) = rest.split_once(end)?;
    Some(inner.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// A client of the door. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Client {
    wire: Wire,
    region: Rc<str>,
}

impl Client {
    /// A client that talks over a wire.
    pub fn new(wire: Wire) -> Self {
        Self { wire, region: REGION.into() }
    }

    /// The same client in another region.
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.into(), ..self.clone() }
    }

    /// The host name of a service.
    pub fn host(&self, service: &str) -> String {
        format!("{service}.{}.amazonaws.com", self.region)
    }

    /// Any HTTP request.
    pub async fn http(
        &self,
        method: &str,
        url: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<Response, Failure> {
        self.wire.request(method, url, headers, body).await
    }

    /// An operation of a service that speaks JSON 1.0 or 1.1.
    pub async fn json(&self, service: &str, target: &str, version: &str, body: Value) -> Result<Value, Failure> {
        self.json_at(&self.host(service), target, version, body).await
    }

    /// The same at a host of its own, such as a cluster's endpoint.
    pub async fn json_at(&self, host: &str, target: &str, version: &str, body: Value) -> Result<Value, Failure> {
        let headers = vec![
            ("content-type".to_owned(), format!("application/x-amz-json-{version}")),
            ("x-amz-target".to_owned(), target.to_owned()),
        ];
        let url = format!("https://{host}/");
        accepted(self.http("POST", &url, headers, body.to_string().into_bytes()).await?).map(|r| r.json())
    }

    /// An operation of a service that speaks REST with JSON.
    pub async fn rest(&self, service: &str, method: &str, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let url = format!("https://{}{path}", self.host(service));
        self.send_json(method, &url, body).await
    }

    /// An operation of a service that speaks the query protocol; its answer is XML.
    pub async fn query(
        &self,
        service: &str,
        action: &str,
        version: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Failure> {
        let mut form = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            form.push('&');
            form.push_str(name);
            form.push('=');
            form.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        let kind = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
        let headers = vec![("content-type".to_owned(), kind)];
        let url = format!("https://{}/", self.host(service));
        accepted(self.http("POST", &url, headers, form.into_bytes()).await?).map(|r| r.text())
    }

    /// A call of the control API.
    pub async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        self.send_json(method, &format!("https://{CONTROL_HOST}{path}"), body).await
    }

    /// A call of the control API with plain bytes.
    pub async fn control_bytes(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Response, Failure> {
        let url = format!("https://{CONTROL_HOST}{path}");
        accepted(self.http(method, &url, Vec::new(), body).await?)
    }

    async fn send_json(&self, method: &str, url: &str, body: Option<Value>) -> Result<Value, Failure> {
        let (headers, body) = match body {
            Some(body) => {
                (vec![("content-type".to_owned(), "application/json".to_owned())], body.to_string().into_bytes())
            }
            None => (Vec::new(), Vec::new()),
        };
        accepted(self.http(method, url, headers, body).await?).map(|response| response.json())
    }
}

fn accepted(response: Response) -> Result<Response, Failure> {
    if response.status < 300 { Ok(response) } else { Err(Failure::from_response(&response)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, headers: &[(&str, &str)], body: &str) -> (String, String) {
        let response = Response {
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        };
        match Failure::from_response(&response) {
            Failure::Aws { code, message, .. } => (code, message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn errors_are_read_in_every_protocol() {
        let cases = [
            (
                failure(400, &[], r#"{"__type":"com.amazon.coral#ValidationException","message":"bad"}"#),
                ("ValidationException", "bad"),
            ),
            (
                failure(404, &[("X-Amzn-ErrorType", "ResourceNotFoundException:http://x")], r#"{"Message":"no"}"#),
                ("ResourceNotFoundException", "no"),
            ),
            (
                failure(400, &[], "<E><Code>ValidationError</Code><Message>Stack &lt;x&gt;</Message></E>"),
                ("ValidationError", "Stack <x>"),
            ),
            (failure(502, &[], "Bad gateway"), ("502", "Bad gateway")),
            (failure(400, &[], r#"{"__type":"a#UnknownOperationException"}"#), ("UnknownOperationException", "")),
        ];
        for ((code, message), (expected_code, expected_message)) in cases {
            assert_eq!((code.as_str(), message.as_str()), (expected_code, expected_message));
        }
    }
}
