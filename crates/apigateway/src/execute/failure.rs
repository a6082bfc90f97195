//! What REST APIs answer when a request does not reach its integration, or the integration fails.

use kernel::Response;

use super::{add, incoming::Incoming, json_response, set, template::Context};
use crate::rest::{model::Definition, responses::DEFAULT_TEMPLATE};

/// How the default body is written. AWS's answers differ in this, and clients compare bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `{"message":"…"}`
    Compact,
    /// `{"message": "…"}`
    Spaced,
    /// `{"Message":"…"}`
    Capital,
    /// `{"message":null}`
    Null,
}

/// A request's failure: a gateway response type with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The gateway response type, e.g. `UNAUTHORIZED`.
    kind: &'static str,
    /// The default status.
    pub status: u16,
    /// The message.
    message: std::borrow::Cow<'static, str>,
    /// `x-amzn-ErrorType`
    error_type: &'static str,
    style: Style,
}

const fn failure(
    kind: &'static str,
    status: u16,
    message: &'static str,
    error_type: &'static str,
    style: Style,
) -> Failure {
    Failure { kind, status, message: std::borrow::Cow::Borrowed(message), error_type, style }
}

/// An unknown API or stage.
pub const FORBIDDEN: Failure = failure("WAF_FILTERED", 403, "Forbidden", "ForbiddenException", Style::Compact);
/// No such resource or method; or an unsigned request where a signature is needed.
pub const NO_ROUTE: Failure = failure(
    "MISSING_AUTHENTICATION_TOKEN",
    403,
    "Missing Authentication Token",
    "MissingAuthenticationTokenException",
    Style::Compact,
);
/// No token, or not a good one.
pub const UNAUTHORIZED: Failure = failure("UNAUTHORIZED", 401, "Unauthorized", "UnauthorizedException", Style::Compact);
/// A token of a user pool whose time is over.
pub const EXPIRED: Failure =
    failure("UNAUTHORIZED", 401, "The incoming token has expired", "UnauthorizedException", Style::Compact);
/// An authorizer's policy does not allow the method.
pub const DENIED: Failure = failure(
    "ACCESS_DENIED",
    403,
    "User is not authorized to access this resource",
    "AccessDeniedException",
    Style::Capital,
);
/// An authorizer's policy denies the method.
pub const DENIED_EXPLICITLY: Failure = failure(
    "ACCESS_DENIED",
    403,
    "User is not authorized to access this resource with an explicit deny",
    "AccessDeniedException",
    Style::Capital,
);
/// A method that wants an API key, and none or a wrong one came.
pub const NO_KEY: Failure = failure("INVALID_API_KEY", 403, "Forbidden", "ForbiddenException", Style::Compact);
/// An API key's requests come too fast.
pub const TOO_MANY: Failure =
    failure("THROTTLED", 429, "Too Many Requests", "TooManyRequestsException", Style::Compact);
/// An API key's quota is used up.
pub const LIMIT_EXCEEDED: Failure =
    failure("QUOTA_EXCEEDED", 429, "Limit Exceeded", "LimitExceededException", Style::Compact);
/// The authorizer's function failed or answered nonsense.
pub const AUTHORIZER_BROKEN: Failure =
    failure("AUTHORIZER_CONFIGURATION_ERROR", 500, "", "AuthorizerConfigurationException", Style::Null);
/// The integration took too long.
pub const TIMEOUT: Failure =
    failure("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out", "InternalServerErrorException", Style::Spaced);
/// The function failed or its answer is not in the proxy format.
pub const MALFORMED: Failure =
    failure("DEFAULT_5XX", 502, "Internal server error", "InternalServerErrorException", Style::Spaced);
/// API Gateway may not call the function.
pub const MISCONFIGURED: Failure =
    failure("API_CONFIGURATION_ERROR", 500, "Internal server error", "InternalServerErrorException", Style::Spaced);
/// A body above the limit.
pub const TOO_LARGE: Failure =
    failure("REQUEST_TOO_LARGE", 413, "Request Too Long", "RequestTooLargeException", Style::Compact);
/// A body of a type that the integration does not take.
pub const UNSUPPORTED_MEDIA_TYPE: Failure =
    failure("UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported Media Type", "BadRequestException", Style::Compact);
/// A body that does not fit its model.
pub const BAD_BODY: Failure =
    failure("BAD_REQUEST_BODY", 400, "Invalid request body", "BadRequestException", Style::Spaced);

impl Failure {
    /// Parameters that the method requires and the request lacks.
    pub fn missing_parameters(names: &[String]) -> Self {
        let message = format!("Missing required request parameters: [{}]", names.join(", "));
        let base = failure("BAD_REQUEST_PARAMETERS", 400, "", "BadRequestException", Style::Spaced);
        Self { message: message.into(), ..base }
    }

    /// IAM does not allow the method, for the reason that `message` gives.
    pub fn denied_by_iam(message: String) -> Self {
        Self { message: message.into(), ..DENIED }
    }

    /// Something that API Gateway can and this emulator cannot do yet.
    pub fn not_available(what: &str) -> Self {
        let base = failure("API_CONFIGURATION_ERROR", 501, "", "NotImplementedException", Style::Compact);
        Self { message: format!("{what} not available yet").into(), ..base }
    }

    fn message_string(&self) -> String {
        match self.style {
            Style::Null => "null".to_owned(),
            _ => serde_json::Value::from(self.message.as_ref()).to_string(),
        }
    }

    fn default_body(&self) -> String {
        let message = self.message_string();
        match self.style {
            Style::Compact | Style::Null => format!("{{\"message\":{message}}}"),
            Style::Spaced => format!("{{\"message\": {message}}}"),
            Style::Capital => format!("{{\"Message\":{message}}}"),
        }
    }
}

/// The identifying headers of every answer of a REST API.
pub fn mark(incoming: &Incoming, response: &mut Response) {
    set(response, "x-amzn-requestid", &incoming.scope.request_id);
    set(response, "x-amz-apigw-id", &incoming.extended_id);
}

/// The default answer, where no API has changed it.
pub fn plain(incoming: &Incoming, failure: &Failure) -> Response {
    let mut response = json_response(failure.status, failure.default_body());
    set(&mut response, "x-amzn-errortype", failure.error_type);
    mark(incoming, &mut response);
    response
}

/// The answer as the API's gateway responses want it.
pub fn render(incoming: &Incoming, definition: &Definition, context: &Context, failure: &Failure) -> Response {
    let default_kind = if failure.status < 500 { "DEFAULT_4XX" } else { "DEFAULT_5XX" };
    let responses = &definition.gateway_responses;
    let Some(wanted) = responses.get(failure.kind).or_else(|| responses.get(default_kind)) else {
        return plain(incoming, failure);
    };
    let status = wanted.status_code.as_deref().and_then(|status| status.parse().ok()).unwrap_or(failure.status);
    let context = context
        .clone()
        .with("error.message", failure.message.as_ref())
        .with("error.messageString", &failure.message_string())
        .with("error.responseType", failure.kind);
    let accepted = incoming.header("accept").unwrap_or_default();
    let template = wanted.response_templates.iter().find(|(kind, _)| accepted.contains(kind.as_str()));
    let template = template.or_else(|| wanted.response_templates.get_key_value("application/json"));
    let body = match template {
        Some((_, text)) if text != DEFAULT_TEMPLATE => context.fill(text),
        _ => failure.default_body(),
    };
    let mut response = json_response(status, body);
    if let Some((kind, _)) = template {
        set(&mut response, "content-type", kind);
    }
    set(&mut response, "x-amzn-errortype", failure.error_type);
    mark(incoming, &mut response);
    for (target, source) in &wanted.response_parameters {
        let name = target.strip_prefix("gatewayresponse.header.");
        if let (Some(name), Some(value)) = (name, context.parameter(incoming, source)) {
            response.headers_mut().remove(name);
            add(&mut response, name, &value);
        }
    }
    response
}
