use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use bytes::Bytes;
use http::{StatusCode, header};

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
        let Some(service) = service else {
            return plain(StatusCode::NOT_FOUND, "no such service");
        };
        let mut scope = request
            .extensions_mut()
            .remove::<Scope>()
            .unwrap_or_else(|| Scope { caller: Caller::Anonymous, ..Scope::root(kernel) });
        let span = kernel.trace.begin(span_of(kernel, name, &request, &scope));
        scope.span = Some(span);
        request.extensions_mut().insert(scope);
        let response = service.handle(request).await;
        kernel.trace.end(span, kernel.clock.now(), response.status(), response.body().len());
        response
    }
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

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain"));
    response
}
