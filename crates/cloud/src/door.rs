//! The one door: who asks, of which service, in which account and region.

use std::rc::Rc;

use bytes::Bytes;
use http::{StatusCode, header};
use iam::Iam;
use kernel::{AwsError, Caller, Kernel, Request, Response, Scope, Service, async_trait};
use serde_json::json;

use crate::address;

pub(crate) struct Door {
    kernel: Kernel,
    iam: Rc<Iam>,
}

impl Door {
    pub fn new(kernel: &Kernel, iam: Rc<Iam>) -> Self {
        Self { kernel: kernel.clone(), iam }
    }
}

#[async_trait(?Send)]
impl Service for Door {
    /// A signature decides who the caller is. Without one the caller is whom the request's [`Scope`]
    /// names, which only code of this cloud can attach, or else anonymous.
    async fn handle(&self, mut request: Request) -> Response {
        address::unwrap(&mut request);
        let inner = request.extensions_mut().remove::<Scope>();
        let authenticated = self.iam.authenticate(&request);
        let signed = authenticated.as_ref().ok().and_then(|(_, scope)| scope.as_ref());
        let Some(to) = address::find(&request, signed) else { return nobody(&request) };
        let is_dynamodb = matches!(to.service.as_str(), "dynamodb" | "streams.dynamodb");
        let (caller, parent) = match (authenticated, inner) {
            (Err(error), _) if is_dynamodb => return dynamodb::refuse(&to.service, request, &error, &self.kernel.rng),
            (Err(error), _) => return self.refuse(&to.service, &request, &error),
            (Ok((Caller::Anonymous, _)), Some(inner)) => (inner.caller, inner.parent),
            (Ok((caller, _)), inner) => (caller, inner.and_then(|inner| inner.parent)),
        };
        let trace_header = request.headers().get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
        let mut scope = Scope {
            parent,
            endpoint: address::endpoint(&request),
            trace_header: trace_header.map(str::to_owned),
            ..Scope::new(&self.kernel, &to.region, caller)
        };
        if is_dynamodb {
            scope.request_id = dynamodb::request_id(&self.kernel.rng);
        }
        request.extensions_mut().insert(scope);
        self.kernel.router.dispatch(&self.kernel, &to.service, request).await
    }
}

impl Door {
    /// A refusal in the words of the service that was asked.
    fn refuse(&self, service: &str, request: &Request, error: &AwsError) -> Response {
        match aws_api::api(service) {
            Some(api) => aws_api::refuse(api, request, error, &self.kernel.rng.uuid()),
            None => answer(error.status, &error.message),
        }
    }
}

fn nobody(request: &Request) -> Response {
    let host = address::host_of(request);
    answer(StatusCode::NOT_FOUND, &format!("No service of this cloud answers to {host}{}", request.uri().path()))
}

fn answer(status: StatusCode, message: &str) -> Response {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
