//! A request to a stage of a REST API: routed, checked, authorized, integrated, answered.

use std::{cell::Cell, rc::Rc, time::Duration};

use kernel::{Arn, Response};
use serde_json::Value;

use super::{
    access_log::{self, Destination},
    authorize_rest,
    failure::{self, BAD_BODY, FORBIDDEN, Failure, MALFORMED, MISCONFIGURED, NO_ROUTE, TIMEOUT, TOO_LARGE, TOO_MANY},
    function::{self, Fault, Target},
    incoming::{Incoming, MAX_BODY},
    measures, mock,
    payload_v1::{self, Matched, is_binary},
    rest_route, schema, set,
    template::Context,
    throttle, usage,
};
use crate::{
    ApiGateway,
    lambda_uri::{function_arn, with_stage_variables},
    rest::model::{Definition, Integration, Method, RestApi, Texts},
    shelf::Home,
};

/// A stage and what it deploys.
struct Staged {
    home: Home,
    api: String,
    name: String,
    deployment_id: String,
    variables: Texts,
    method_settings: Value,
    access_log: Option<Destination>,
    definition: Rc<Definition>,
}

/// A request that has found its method.
pub struct Routed {
    pub incoming: Incoming,
    pub definition: Rc<Definition>,
    pub stage: String,
    pub stage_variables: Texts,
    method_settings: Value,
    deployment_id: String,
    resource_id: String,
    pub resource_path: String,
    /// The enabled key that the request sent, where the method wants one.
    pub api_key: Option<usage::Key>,
    pub method: Method,
    path_parameters: Texts,
    /// Without the stage.
    path: String,
    /// The milliseconds that the integration took.
    integration: Cell<Option<f64>>,
}

/// Answers `incoming`.
pub async fn handle(gateway: &ApiGateway, mut incoming: Incoming) -> Response {
    let (stage, rest) = split_stage(&incoming.path);
    let staged = gateway.rest.look(&incoming.api_id, |api| stage_of(api, stage)).flatten();
    let Some(staged) = staged else {
        return failure::plain(&incoming, &FORBIDDEN);
    };
    let path = format!("/{}", rest.trim_start_matches('/'));
    incoming.move_to(&staged.home);
    let route = rest_route::find(&staged.definition, &incoming.method, &path);
    let Some(route) = route else {
        let context = base_context(&incoming, &staged.name, Context::new(staged.variables.clone(), Texts::new()));
        let response = failure::render(&incoming, &staged.definition, &context, &NO_ROUTE);
        measure(gateway, &incoming, (&staged.api, &staged.name), None, &response, None);
        return response;
    };
    let sent = incoming.header("x-api-key").filter(|_| route.method.api_key_required);
    let routed = Routed {
        api_key: sent.and_then(|value| usage::key_of(gateway, &incoming.scope, &value)),
        stage: staged.name,
        stage_variables: staged.variables,
        method_settings: staged.method_settings,
        deployment_id: staged.deployment_id,
        resource_id: route.resource.id.clone(),
        resource_path: route.resource.path.clone(),
        method: route.method.clone(),
        path_parameters: route.path_parameters,
        path,
        integration: Cell::default(),
        definition: staged.definition.clone(),
        incoming,
    };
    let result = run(gateway, &routed).await;
    let response = result
        .unwrap_or_else(|failure| failure::render(&routed.incoming, &routed.definition, &routed.context(), &failure));
    let log = staged.access_log.as_ref();
    access_log::write(gateway, log, &routed.incoming, &routed.stage, routed.context(), &response);
    let names = (staged.api.as_str(), routed.stage.as_str());
    let method = routed.is_measured().then_some((routed.method.http_method.as_str(), routed.resource_path.as_str()));
    measure(gateway, &routed.incoming, names, method, &response, routed.integration.get());
    response
}

/// Counts a request: of its API, of the stage, and of the method where its settings ask for that.
fn measure(
    gateway: &ApiGateway,
    incoming: &Incoming,
    (api, stage): (&str, &str),
    method: Option<(&str, &str)>,
    response: &Response,
    integration: Option<f64>,
) {
    let mut groups = vec![vec![("ApiName", api)], vec![("ApiName", api), ("Stage", stage)]];
    if let Some((method, resource)) = method {
        groups.push(vec![("ApiName", api), ("Method", method), ("Resource", resource), ("Stage", stage)]);
    }
    measures::record(gateway, &measures::REST, incoming, &groups, response, integration);
}

/// The first segment of a path, and the rest.
fn split_stage(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    path.split_once('/').unwrap_or((path, ""))
}

fn stage_of(api: &RestApi, name: &str) -> Option<Staged> {
    let stage = api.stages.get(name).filter(|_| !api.info.disable_execute_api_endpoint)?;
    Some(Staged {
        home: api.home.clone(),
        api: api.info.name.clone(),
        name: name.to_owned(),
        deployment_id: stage.deployment_id.clone(),
        variables: stage.variables.clone(),
        method_settings: stage.method_settings.clone(),
        access_log: stage
            .access_log_settings
            .as_ref()
            .and_then(|settings| Destination::read(&settings.destination_arn, &settings.format)),
        definition: api.snapshots.get(&stage.deployment_id)?.clone(),
    })
}

fn base_context(incoming: &Incoming, stage: &str, context: Context) -> Context {
    context
        .with("accountId", &incoming.scope.account)
        .with("apiId", &incoming.api_id)
        .with("domainName", &incoming.domain)
        .with("extendedRequestId", &incoming.extended_id)
        .with("httpMethod", &incoming.method)
        .with("identity.sourceIp", &incoming.source_ip)
        .with("path", &incoming.path)
        .with("requestId", &incoming.scope.request_id)
        .with("requestTime", &incoming.request_time())
        .with("requestTimeEpoch", &incoming.now.millis().to_string())
        .with("stage", stage)
}

impl Routed {
    /// Whether the method counts for itself: `metricsEnabled`, by default for no method.
    fn is_measured(&self) -> bool {
        let own = method_key(self);
        let enabled = |key: &str| self.method_settings[key]["metricsEnabled"].as_bool();
        enabled(&own).or_else(|| enabled("*/*")).unwrap_or(false)
    }

    /// The ARN of something of this API and stage.
    pub fn arn(&self, rest: &str) -> String {
        let scope = &self.incoming.scope;
        let resource = format!("{}/{rest}", self.incoming.api_id);
        Arn::new("execute-api", &scope.region, &scope.account, resource).to_string()
    }

    /// What authorizers and policies call the request: its method and its path as it was sent.
    pub fn method_arn(&self) -> String {
        self.arn(&format!("{}/{}{}", self.stage, self.incoming.method, self.path))
    }

    /// The variables of templates.
    pub fn context(&self) -> Context {
        let context = Context::new(self.stage_variables.clone(), self.path_parameters.clone());
        base_context(&self.incoming, &self.stage, context)
            .with("resourceId", &self.resource_id)
            .with("resourcePath", &self.resource_path)
    }

    /// The request's place, for events.
    pub fn matched<'a>(&'a self, authorizer: Option<&'a Value>) -> Matched<'a> {
        Matched {
            resource: &self.resource_path,
            resource_id: &self.resource_id,
            stage: &self.stage,
            deployment_id: &self.deployment_id,
            path: &self.path,
            context_path: &self.incoming.path,
            path_parameters: &self.path_parameters,
            stage_variables: &self.stage_variables,
            authorizer,
            by_iam: self.method.authorization_type == "AWS_IAM",
            api_key: self.api_key.as_ref(),
            binary: is_binary(&self.definition.binary_media_types, self.incoming.media_type().as_deref()),
        }
    }
}

async fn run(gateway: &ApiGateway, routed: &Routed) -> Result<Response, Failure> {
    if routed.incoming.body.len() > MAX_BODY {
        return Err(TOO_LARGE);
    }
    throttle(gateway, routed)?;
    let said = authorize_rest::authorize(gateway, routed).await?;
    check_request(routed)?;
    let integration = routed.method.method_integration.as_ref().ok_or(MISCONFIGURED)?;
    let mut response = match integration.kind.as_str() {
        "MOCK" => mock::answer(&routed.incoming, integration, &routed.context())?,
        "AWS_PROXY" => proxy(gateway, routed, integration, said.as_ref()).await?,
        kind => return Err(Failure::not_available(&format!("Integrations of type {kind} are"))),
    };
    failure::mark(&routed.incoming, &mut response);
    Ok(response)
}

/// What the stage's settings let through: those of the method before those of all methods.
fn throttle(gateway: &ApiGateway, routed: &Routed) -> Result<(), Failure> {
    let own = method_key(routed);
    let limits =
        |key: &str| throttle::limits(&routed.method_settings[key], "throttlingBurstLimit", "throttlingRateLimit");
    let (place, limits) = match (limits(&own), limits("*/*")) {
        (Some(limits), _) => (own, limits),
        (None, Some(limits)) => ("*/*".to_owned(), limits),
        (None, None) => return Ok(()),
    };
    let bucket = format!("{}/{}/{place}", routed.incoming.api_id, routed.stage);
    if gateway.memory.buckets.take(bucket, limits, routed.incoming.now) { Ok(()) } else { Err(TOO_MANY) }
}

/// Under which key a stage's settings name a method: `RESOURCE/METHOD` with the resource's slashes written
/// as in JSON pointers.
fn method_key(routed: &Routed) -> String {
    format!("{}/{}", routed.resource_path.replace('/', "~1"), routed.method.http_method)
}

/// What the method's request validator asks for.
fn check_request(routed: &Routed) -> Result<(), Failure> {
    let id = routed.method.request_validator_id.as_deref().unwrap_or_default();
    let Some(validator) = routed.definition.validators.get(id) else { return Ok(()) };
    if validator.validate_request_parameters {
        let context = routed.context();
        let required = routed.method.request_parameters.iter().filter(|(_, required)| **required);
        let missing =
            required.filter(|(name, _)| context.parameter(&routed.incoming, name).is_none_or(|value| value.is_empty()));
        let missing: Vec<String> =
            missing.filter_map(|(name, _)| Some(name.splitn(4, '.').nth(3)?.to_owned())).collect();
        if !missing.is_empty() {
            return Err(Failure::missing_parameters(&missing));
        }
    }
    let kind = routed.incoming.media_type().unwrap_or_else(|| "application/json".to_owned());
    let models = &routed.definition.models;
    let name = routed.method.request_models.get(&kind).filter(|_| validator.validate_request_body);
    let Some(name) = name.filter(|name| models.contains_key(*name)) else { return Ok(()) };
    let schemas: schema::Models = models
        .iter()
        .filter_map(|(name, model)| Some((name.clone(), serde_json::from_str(&model.schema).ok()?)))
        .collect();
    let body: Result<Value, _> = serde_json::from_slice(&routed.incoming.body);
    let fits = body.is_ok_and(|body| schemas.get(name).is_none_or(|schema| schema::fits(&schemas, schema, &body)));
    if fits { Ok(()) } else { Err(BAD_BODY) }
}

/// Lambda proxy integration.
async fn proxy(
    gateway: &ApiGateway,
    routed: &Routed,
    integration: &Integration,
    authorizer: Option<&Value>,
) -> Result<Response, Failure> {
    // Lambda is invoked by POST; any other method of the integration fails when it is called.
    if integration.http_method.as_deref() != Some("POST") {
        return Err(MISCONFIGURED);
    }
    let uri = with_stage_variables(integration.uri.as_deref().unwrap_or_default(), &routed.stage_variables);
    let target = Target {
        arn: function_arn(&uri).ok_or(MISCONFIGURED)?.to_owned(),
        credentials: integration.credentials.clone(),
        source_arn: routed.arn(&format!("{}/{}{}", routed.stage, routed.incoming.method, routed.resource_path)),
        timeout: Duration::from_millis(integration.timeout_in_millis),
    };
    let event = payload_v1::event(&routed.incoming, &routed.matched(authorizer));
    let begun = gateway.kernel.clock.now_millis();
    let answer = function::invoke(&gateway.kernel, &routed.incoming.scope, target, &event).await;
    routed.integration.set(Some(gateway.kernel.clock.now_millis() - begun));
    let answer = answer.map_err(|fault| match fault {
        Fault::Timeout => TIMEOUT,
        Fault::Refused => MISCONFIGURED,
        Fault::Function(_) => MALFORMED,
    })?;
    let accepted = routed.incoming.header("accept").unwrap_or_default();
    let accepted = accepted.split([',', ';']).next().map(str::trim);
    let decode = is_binary(&routed.definition.binary_media_types, accepted);
    let mut response = payload_v1::response(&answer, decode).ok_or(MALFORMED)?;
    set(&mut response, "x-amzn-trace-id", &routed.incoming.trace_id);
    Ok(response)
}
