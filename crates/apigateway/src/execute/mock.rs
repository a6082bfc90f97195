//! MOCK integrations: the request template says a status, the integration response of that status says
//! the answer. This is how `Cors` of SAM answers preflights.

use kernel::Response;
use regex_lite::Regex;
use serde_json::Value;

use super::{
    add,
    failure::{Failure, MISCONFIGURED, UNSUPPORTED_MEDIA_TYPE},
    incoming::Incoming,
    json_response, set,
    template::{Context, needs_engine},
};
use crate::rest::model::{Integration, IntegrationResponse};

const TEMPLATES: &str = "Mapping templates with Velocity directives are";

/// Answers without calling anything.
pub fn answer(incoming: &Incoming, integration: &Integration, context: &Context) -> Result<Response, Failure> {
    let status = wanted_status(incoming, integration, context)?;
    let made = select(integration, &status).ok_or(MISCONFIGURED)?;
    let template = made.response_templates.get("application/json").and_then(Option::as_ref);
    let (kind, template) = match template {
        Some(text) => ("application/json", Some(text)),
        None => made
            .response_templates
            .iter()
            .find_map(|(kind, text)| Some((kind.as_str(), Some(text.as_ref()?))))
            .unwrap_or(("application/json", None)),
    };
    if template.is_some_and(|text| needs_engine(text)) {
        return Err(Failure::not_available(TEMPLATES));
    }
    let body = template.map(|text| context.fill(text)).unwrap_or_default();
    let mut response = json_response(made.status_code.parse().map_err(|_| MISCONFIGURED)?, body);
    set(&mut response, "content-type", kind);
    for (target, source) in &made.response_parameters {
        let name = target.strip_prefix("method.response.header.");
        if let (Some(name), Some(value)) = (name, context.parameter(incoming, source)) {
            response.headers_mut().remove(name);
            add(&mut response, name, &value);
        }
    }
    Ok(response)
}

/// The status that the request template (or, passed through, the request's body) says.
fn wanted_status(incoming: &Incoming, integration: &Integration, context: &Context) -> Result<String, Failure> {
    let kind = incoming.media_type().unwrap_or_else(|| "application/json".to_owned());
    let templates = &integration.request_templates;
    let text = match (templates.get(&kind), integration.passthrough_behavior.as_str()) {
        (Some(template), _) if needs_engine(template) => return Err(Failure::not_available(TEMPLATES)),
        (Some(template), _) => context.fill(template),
        (None, "NEVER") => return Err(UNSUPPORTED_MEDIA_TYPE),
        (None, "WHEN_NO_TEMPLATES") if !templates.is_empty() => return Err(UNSUPPORTED_MEDIA_TYPE),
        (None, _) => String::from_utf8_lossy(&incoming.body).into_owned(),
    };
    // Templates are read by Jackson's lenient reader in AWS; YAML is lenient in the same places
    // (unquoted names, single quotes).
    let value: Value =
        serde_json::from_str(&text).or_else(|_| serde_yaml::from_str(&text)).map_err(|_| MISCONFIGURED)?;
    match &value["statusCode"] {
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        _ => Err(MISCONFIGURED),
    }
}

/// The integration response whose pattern fits `status`, or the default one.
fn select<'a>(integration: &'a Integration, status: &str) -> Option<&'a IntegrationResponse> {
    let responses = integration.integration_responses.values();
    let pattern = |response: &&IntegrationResponse| response.selection_pattern.clone().filter(|text| !text.is_empty());
    let fits = |response: &&IntegrationResponse| {
        pattern(response)
            .is_some_and(|text| Regex::new(&format!("^(?:{text})$")).is_ok_and(|regex| regex.is_match(status)))
    };
    responses.clone().find(fits).or_else(|| responses.clone().find(|response| pattern(response).is_none()))
}
