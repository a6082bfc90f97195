use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::{Caller, DEFAULT_ACCOUNT, DEFAULT_REGION, Kernel, Span, SpanId};

/// An HTTP request with its whole body.
pub type Request = http::Request<Bytes>;

/// An HTTP response with its whole body.
pub type Response = http::Response<Bytes>;

/// For whom and where a request acts. The door puts it into the request's extensions after it has
/// authenticated the caller; it cannot come from the wire.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Whose resources are meant.
    pub account: String,
    /// The region that the request was sent to.
    pub region: String,
    /// Who asks.
    pub caller: Caller,
    /// `x-amzn-RequestId` of the answer.
    pub request_id: String,
    /// The request's own span; set by the router.
    pub span: Option<SpanId>,
    /// The span of the request that caused this one.
    pub parent: Option<SpanId>,
    /// The custom endpoint that the request was sent to, e.g. `http://127.0.0.1:4600`; none for AWS's own
    /// hosts.
    pub endpoint: Option<String>,
    /// `X-Amzn-Trace-Id` of the request.
    pub trace_header: Option<String>,
}

impl Scope {
    /// A scope of the account's root in the default region.
    pub fn root(kernel: &Kernel) -> Self {
        Self::new(kernel, DEFAULT_REGION, Caller::Root { account: DEFAULT_ACCOUNT.to_owned() })
    }

    /// A scope for `caller` in its own account, or the default one if it has none.
    pub fn new(kernel: &Kernel, region: &str, caller: Caller) -> Self {
        Self {
            account: caller.account().unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()),
            region: region.to_owned(),
            caller,
            request_id: kernel.rng.uuid(),
            span: None,
            parent: None,
            endpoint: None,
            trace_header: None,
        }
    }

    /// A scope for a further request that this one causes, made by `caller` in the same account and
    /// region.
    #[must_use]
    pub fn child(&self, kernel: &Kernel, caller: Caller) -> Self {
        Self { caller, request_id: kernel.rng.uuid(), span: None, parent: self.span, ..self.clone() }
    }
}

/// A room of the house: answers HTTP requests.
#[async_trait(?Send)]
pub trait Service {
    /// Answers `request`, whose extensions hold its [`Scope`].
    async fn handle(&self, request: Request) -> Response;
}

/// The way to every service.
#[derive(Default)]
pub struct Router {
    services: RefCell<BTreeMap<&'static str, Rc<dyn Service>>>,
    door: RefCell<Option<Rc<dyn Service>>>,
}

impl Router {
    /// Makes `service` reachable under `name`: its endpoint prefix, e.g. `dynamodb`.
    pub fn register(&self, name: &'static str, service: Rc<dyn Service>) {
        self.services.borrow_mut().insert(name, service);
    }

    /// Sets the door: who turns the host of a request into the name of a service.
    pub fn set_door(&self, door: Rc<dyn Service>) {
        *self.door.borrow_mut() = Some(door);
    }

    pub(crate) async fn send(&self, request: Request) -> Response {
        let door = self.door.borrow().clone();
        match door {
            Some(door) => door.handle(request).await,
            None => plain(StatusCode::SERVICE_UNAVAILABLE, "no services yet"),
        }
    }

    /// Hands `request` to the service called `name` and records it in the trace.
    pub async fn dispatch(&self, kernel: &Kernel, name: &str, mut request: Request) -> Response {
        let service = self.services.borrow().get(name).cloned();
        let mut scope = request
            .extensions_mut()
            .remove::<Scope>()
            .unwrap_or_else(|| Scope { caller: Caller::Anonymous, ..Scope::root(kernel) });
        let span = kernel.trace.begin(span_of(kernel, name, &request, &scope));
        scope.span = Some(span);
        request.extensions_mut().insert(scope);
        let response = match service {
            Some(service) => service.handle(request).await,
            None => no_such_service(name, &request),
        };
        kernel.trace.end(span, kernel.clock.now(), response.status(), response.body().len());
        response
    }
}

/// Says which service is missing so that an SDK can pass it on, whichever protocol it speaks.
fn no_such_service(name: &str, request: &Request) -> Response {
    const CODE: &str = "UnknownService";
    let message = format!("There is no service {name} in this cloud.");
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_query = content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let (kind, body) = if is_query {
        let error = format!("<Error><Type>Sender</Type><Code>{CODE}</Code><Message>{message}</Message></Error>");
        ("text/xml", format!("<ErrorResponse>{error}</ErrorResponse>"))
    } else {
        ("application/json", serde_json::json!({"__type": CODE, "message": message}).to_string())
    };
    let mut response = plain(StatusCode::NOT_FOUND, body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(CODE));
    response
}

fn span_of(kernel: &Kernel, service: &str, request: &Request, scope: &Scope) -> Span {
    Span {
        id: 0,
        parent: scope.parent,
        service: service.to_owned(),
        operation: format!("{} {}", request.method(), request.uri().path()),
        caller: scope.caller.arn(),
        request_id: scope.request_id.clone(),
        started: kernel.clock.now(),
        ended: None,
        wall_millis: 0.0,
        request_bytes: request.body().len(),
        response_bytes: 0,
        status: None,
        error: None,
    }
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_service_that_is_missing_is_named_in_the_words_of_the_protocol_and_in_the_trace() {
        testing::run(|kernel| async move {
            let ask = |kind: &'static str| {
                let request = http::Request::post("/").header(header::CONTENT_TYPE, kind).body(Bytes::new());
                kernel.router.dispatch(&kernel, "sqs", request.expect("a request"))
            };
            let json = ask("application/x-amz-json-1.0").await;
            assert_eq!(json.status(), StatusCode::NOT_FOUND);
            assert_eq!(json.headers()["x-amzn-errortype"], "UnknownService");
            assert!(json.body().starts_with(b"{\"__type\":\"UnknownService\""));
            let query = ask("application/x-www-form-urlencoded; charset=utf-8").await;
            assert!(
                query
                    .body()
                    .ends_with(b"<Message>There is no service sqs in this cloud.</Message></Error></ErrorResponse>")
            );
            let spans = kernel.trace.spans();
            assert_eq!((spans.len(), spans[0].status), (2, Some(StatusCode::NOT_FOUND)));
        });
    }
}
