//! A request to a stage of an HTTP API: routed, authorized, integrated, answered.

use std::{cell::Cell, rc::Rc, time::Duration};

use kernel::{Arn, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{
    access_log::{self, Destination},
    authorize_http, cors,
    function::{self, Fault, Target},
    http_route,
    incoming::{Incoming, MAX_BODY},
    json_response, measures, payload_v1, payload_v2, set,
    template::Context,
    throttle,
};
use crate::{
    ApiGateway,
    http_api::model::{Cors, Definition, HttpApi, Integration, Route},
    lambda_uri::{function_arn, with_stage_variables},
    rest::model::Texts,
    shelf::Home,
};

/// A stage, what it deploys, and the path below it.
struct Staged {
    home: Home,
    cors: Option<Cors>,
    name: String,
    deployment_id: String,
    variables: Texts,
    route_settings: Value,
    access_log: Option<Destination>,
    definition: Rc<Definition>,
    path: String,
}

/// A request that has found its route.
pub struct Routed {
    pub incoming: Incoming,
    pub definition: Rc<Definition>,
    pub stage: String,
    pub stage_variables: Texts,
    deployment_id: String,
    pub route: Route,
    path_parameters: Texts,
    /// Decoded, with the stage unless that is `$default`.
    path: String,
    /// The milliseconds that the integration took.
    integration: Cell<Option<f64>>,
}

/// Answers `incoming`.
pub async fn handle(gateway: &ApiGateway, mut incoming: Incoming) -> Response {
    let Some(staged) = gateway.http.look(&incoming.api_id, |api| stage_of(api, &incoming.path)).flatten() else {
        return message(&incoming, 404, "Not Found");
    };
    incoming.move_to(&staged.home);
    let preflight = staged.cors.as_ref().filter(|_| cors::is_preflight(&incoming));
    let Some((route, path_parameters)) = http_route::find(&staged.definition, &incoming.method, &staged.path) else {
        // API Gateway answers preflights even where no route takes OPTIONS.
        let response = match preflight {
            Some(cors) => mark(&incoming, cors::preflight(cors, &incoming)),
            None => message(&incoming, 404, "Not Found"),
        };
        let response = with_cors(&incoming, staged.cors.as_ref().filter(|_| preflight.is_none()), response);
        measure(gateway, &incoming, &staged.name, None, &response);
        return response;
    };
    let routed = Routed {
        path: percent_decode_str(&incoming.path).decode_utf8_lossy().into_owned(),
        route: route.clone(),
        path_parameters,
        stage: staged.name,
        stage_variables: staged.variables,
        deployment_id: staged.deployment_id,
        definition: staged.definition.clone(),
        integration: Cell::default(),
        incoming,
    };
    let response = answer(gateway, &routed, &staged.route_settings, staged.cors.as_ref()).await;
    let log = staged.access_log.as_ref();
    access_log::write(gateway, log, &routed.incoming, &routed.stage, routed.context(), &response);
    measure(gateway, &routed.incoming, &routed.stage, routed.integration.get(), &response);
    response
}

/// Counts a request, of its API and of the stage.
fn measure(gateway: &ApiGateway, incoming: &Incoming, stage: &str, integration: Option<f64>, response: &Response) {
    let api = incoming.api_id.as_str();
    let groups = [vec![("ApiId", api)], vec![("ApiId", api), ("Stage", stage)]];
    measures::record(gateway, &measures::HTTP, incoming, &groups, response, integration);
}

fn log_of(settings: &Value) -> Option<Destination> {
    Destination::read(settings["DestinationArn"].as_str()?, settings["Format"].as_str()?)
}

/// Answers a request that has found its route.
async fn answer(gateway: &ApiGateway, routed: &Routed, settings: &Value, cors: Option<&Cors>) -> Response {
    if !let_through(gateway, routed, settings) {
        return refusal(routed, 429, "Too Many Requests");
    }
    let response = match authorize_http::authorize(gateway, routed).await {
        Err(refusal) => refusal,
        Ok(said) => {
            // A route for any method takes preflights too, as far as its authorizer.
            let preflight = cors.filter(|_| cors::is_preflight(&routed.incoming));
            if let Some(cors) = preflight {
                return mark(&routed.incoming, cors::preflight(cors, &routed.incoming));
            }
            run(gateway, routed, said.as_ref()).await
        }
    };
    with_cors(&routed.incoming, cors, mark(&routed.incoming, response))
}

/// What the stage's settings let through: those of the route before the default ones.
fn let_through(gateway: &ApiGateway, routed: &Routed, settings: &Value) -> bool {
    let key = &routed.route.route_key;
    let limits = |settings: &Value| throttle::limits(settings, "ThrottlingBurstLimit", "ThrottlingRateLimit");
    let (place, limits) = match (limits(&settings["routes"][key]), limits(&settings["default"])) {
        (Some(limits), _) => (key.as_str(), limits),
        (None, Some(limits)) => ("", limits),
        (None, None) => return true,
    };
    let bucket = format!("{}/{}/{place}", routed.incoming.api_id, routed.stage);
    gateway.memory.buckets.take(bucket, limits, routed.incoming.now)
}

/// The stage named by the first segment of the path, else `$default`.
fn stage_of(api: &HttpApi, path: &str) -> Option<Staged> {
    let trimmed = path.trim_start_matches('/');
    let (first, rest) = trimmed.split_once('/').unwrap_or((trimmed, ""));
    let named = api.stages.get(first).filter(|_| first != "$default");
    let (stage, path) = match named {
        Some(stage) => (stage, format!("/{rest}")),
        None => (api.stages.get("$default")?, path.to_owned()),
    };
    let deployment_id = stage.deployment_id.clone().filter(|_| !api.info.disable_execute_api_endpoint)?;
    Some(Staged {
        home: api.home.clone(),
        cors: api.info.cors_configuration.clone(),
        name: stage.stage_name.clone(),
        variables: stage.stage_variables.clone(),
        route_settings: json!({"default": stage.default_route_settings, "routes": stage.route_settings}),
        access_log: log_of(&stage.access_log_settings),
        definition: api.snapshots.get(&deployment_id)?.clone(),
        deployment_id,
        path,
    })
}

fn with_cors(incoming: &Incoming, cors: Option<&Cors>, mut response: Response) -> Response {
    if let Some(cors) = cors {
        cors::decorate(cors, incoming, &mut response);
    }
    response
}

fn mark(incoming: &Incoming, mut response: Response) -> Response {
    set(&mut response, "apigw-requestid", &incoming.extended_id);
    response
}

/// `{"message":"…"}`
fn message(incoming: &Incoming, status: u16, text: &str) -> Response {
    mark(incoming, json_response(status, json!({"message": text}).to_string()))
}

/// An answer that API Gateway gives instead of the integration.
pub fn refusal(routed: &Routed, status: u16, text: &str) -> Response {
    message(&routed.incoming, status, text)
}

impl Routed {
    /// The ARN of something of this API.
    pub fn arn(&self, rest: &str) -> String {
        let scope = &self.incoming.scope;
        let resource = format!("{}/{rest}", self.incoming.api_id);
        Arn::new("execute-api", &scope.region, &scope.account, resource).to_string()
    }

    /// What authorizers and policies call the request.
    pub fn route_arn(&self) -> String {
        let own = format!("/{}", self.stage);
        let path =
            if self.stage == "$default" { &self.path } else { self.path.strip_prefix(&own).unwrap_or(&self.path) };
        self.arn(&format!("{}/{}{path}", self.stage, self.incoming.method))
    }

    /// The variables of access logs.
    fn context(&self) -> Context {
        let incoming = &self.incoming;
        Context::new(self.stage_variables.clone(), self.path_parameters.clone())
            .with("accountId", &incoming.scope.account)
            .with("apiId", &incoming.api_id)
            .with("domainName", &incoming.domain)
            .with("extendedRequestId", &incoming.extended_id)
            .with("httpMethod", &incoming.method)
            .with("identity.sourceIp", &incoming.source_ip)
            .with("path", &self.path)
            .with("requestId", &incoming.extended_id)
            .with("requestTime", &incoming.request_time())
            .with("requestTimeEpoch", &incoming.now.millis().to_string())
            .with("routeKey", &self.route.route_key)
            .with("stage", &self.stage)
    }

    /// What the function's policy is asked about: the route, not the path that was sent.
    fn source_arn(&self) -> String {
        match self.route.route_key.split_once(' ') {
            Some((_, path)) => self.arn(&format!("{}/{}{path}", self.stage, self.incoming.method)),
            None => self.arn(&format!("{}/{}", self.stage, self.route.route_key)),
        }
    }

    /// The request's place, for events of format 1.0.
    pub fn matched_v1<'a>(&'a self, authorizer: Option<&'a Value>) -> payload_v1::Matched<'a> {
        let key = &self.route.route_key;
        payload_v1::Matched {
            resource: key.split_once(' ').map_or(key, |(_, path)| path),
            resource_id: key,
            stage: &self.stage,
            deployment_id: &self.deployment_id,
            path: &self.path,
            context_path: &self.path,
            path_parameters: &self.path_parameters,
            stage_variables: &self.stage_variables,
            authorizer,
            by_iam: self.route.authorization_type == "AWS_IAM",
            api_key: None,
            binary: payload_v2::is_binary(&self.incoming),
        }
    }

    /// The request's place, for events of format 2.0.
    pub fn matched_v2<'a>(&'a self, authorizer: Option<&'a Value>) -> payload_v2::Matched<'a> {
        payload_v2::Matched {
            route_key: &self.route.route_key,
            stage: &self.stage,
            path: &self.path,
            path_parameters: &self.path_parameters,
            stage_variables: &self.stage_variables,
            authorizer,
        }
    }
}

async fn run(gateway: &ApiGateway, routed: &Routed, said: Option<&Value>) -> Response {
    if routed.incoming.body.len() > MAX_BODY {
        return refusal(routed, 413, "Request Entity Too Large");
    }
    let target = routed.route.target.as_deref().and_then(|target| target.strip_prefix("integrations/"));
    let integration = target.and_then(|id| routed.definition.integrations.get(id));
    match integration {
        Some(integration) if integration.integration_type == "AWS_PROXY" => {
            proxy(gateway, routed, integration, said).await
        }
        Some(integration) => {
            let text = format!("Integrations of type {} are not available yet", integration.integration_type);
            refusal(routed, 501, &text)
        }
        None => refusal(routed, 500, "Internal Server Error"),
    }
}

/// Lambda proxy integration.
async fn proxy(gateway: &ApiGateway, routed: &Routed, integration: &Integration, said: Option<&Value>) -> Response {
    let broken = || refusal(routed, 500, "Internal Server Error");
    let uri = integration.integration_uri.as_deref().unwrap_or_default();
    let uri = with_stage_variables(uri, &routed.stage_variables);
    let Some(arn) = function_arn(&uri) else { return broken() };
    let target = Target {
        arn: arn.to_owned(),
        credentials: integration.credentials_arn.clone(),
        source_arn: routed.source_arn(),
        timeout: Duration::from_millis(integration.timeout_in_millis),
    };
    let new_format = integration.payload_format_version == "2.0";
    let event =
        if new_format { payload_v2::event(&routed.incoming, &routed.matched_v2(said)) } else { event_v1(routed, said) };
    let begun = gateway.kernel.clock.now_millis();
    let answer = function::invoke(&gateway.kernel, &routed.incoming.scope, target, &event).await;
    routed.integration.set(Some(gateway.kernel.clock.now_millis() - begun));
    let response = match answer {
        Ok(answer) if new_format => payload_v2::response(&answer),
        Ok(answer) => payload_v1::response(&answer, true),
        Err(Fault::Timeout) => return refusal(routed, 503, "Service Unavailable"),
        Err(Fault::Refused | Fault::Function(_)) => None,
    };
    response.unwrap_or_else(broken)
}

/// In format 1.0 claims and context stand directly in `requestContext.authorizer`.
fn event_v1(routed: &Routed, said: Option<&Value>) -> Value {
    let flat = said.map(|said| match (said.get("jwt"), said.get("lambda")) {
        (Some(jwt), _) => jwt.clone(),
        (_, Some(context)) => context.clone(),
        _ => said.clone(),
    });
    let mut event = payload_v1::event(&routed.incoming, &routed.matched_v1(flat.as_ref()));
    event["version"] = json!("1.0");
    event
}
