//! API Gateway: REST APIs (v1) and HTTP APIs (v2), their control planes and the data plane
//! `execute-api`.
//!
//! [`rest`] and [`http_api`] hold the two control planes, each with its wire operations, rules, model
//! and OpenAPI import. [`execute`] answers requests to deployed APIs: routing, authorizers,
//! integrations and API Gateway's own answers. [`shelf`] keeps both kinds of API.

mod cfn;
mod error;
mod execute;
mod http_api;
mod lambda_uri;
mod openapi;
mod page;
mod rest;
mod shelf;
mod tagging;
mod usage;

use std::rc::Rc;

use aws_api::serve;
use kernel::{Kernel, Request, Response, Service, StorageError, async_trait};

use execute::Memory;
use http_api::{control::HttpControl, model::HttpApi};
use rest::{control::RestControl, model::RestApi};
use shelf::Shelf;
use usage::model::{KeptKey, KeptPlan};

/// The service: both control planes and the data plane.
pub struct ApiGateway {
    kernel: Kernel,
    rest: Shelf<RestApi>,
    http: Shelf<HttpApi>,
    keys: Shelf<KeptKey>,
    plans: Shelf<KeptPlan>,
    memory: Memory,
}

impl ApiGateway {
    /// Loads what was kept, and takes its places in the router: `apigateway` (which also answers the
    /// paths of v2, since both share one host), `apigatewayv2` and `execute-api`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let service = Rc::new(Self {
            kernel: kernel.clone(),
            rest: Shelf::default(),
            http: Shelf::default(),
            keys: Shelf::default(),
            plans: Shelf::default(),
            memory: Memory::default(),
        });
        kernel
            .storage
            .load(&shelf::SPACE, |entry| {
                service.rest.restore(&entry);
                service.http.restore(&entry);
                service.keys.restore(&entry);
                service.plans.restore(&entry);
            })
            .await?;
        kernel.router.register("apigateway", service.clone());
        kernel.router.register("apigatewayv2", Rc::new(V2(service.clone())));
        kernel.router.register("execute-api", Rc::new(Execute(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::RestProvider));
        kernel.resource_types.add(Rc::new(cfn::UsageProvider));
        kernel.resource_types.add(Rc::new(cfn::HttpProvider));
        Ok(service)
    }
}

#[async_trait(?Send)]
impl Service for ApiGateway {
    async fn handle(&self, request: Request) -> Response {
        let path = request.uri().path();
        if path == "/v2" || path.starts_with("/v2/") {
            serve(&self.kernel, &HttpControl(self), request).await
        } else {
            serve(&self.kernel, &RestControl(self), request).await
        }
    }
}

/// The v2 control plane by its own name, as services of the same cloud call it.
struct V2(Rc<ApiGateway>);

#[async_trait(?Send)]
impl Service for V2 {
    async fn handle(&self, request: Request) -> Response {
        serve(&self.0.kernel, &HttpControl(&self.0), request).await
    }
}

/// The data plane.
struct Execute(Rc<ApiGateway>);

#[async_trait(?Send)]
impl Service for Execute {
    async fn handle(&self, request: Request) -> Response {
        execute::handle(&self.0, request).await
    }
}
