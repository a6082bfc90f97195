//! Who may call a route of an HTTP API.

// A refusal is a whole response: it is made once a request, and at once sent.
#![allow(clippy::result_large_err)]

use std::time::Duration;

use kernel::{Access, Caller, Response};
use serde_json::{Map, Value, json};

use super::{
    http::{Routed, refusal},
    jwt::{self, Flaw, Token},
    lambda_authorizer::{Question, ask},
    payload_v1, payload_v2,
    policy::{self, Verdict},
    set,
};
use crate::{ApiGateway, http_api::model::Authorizer};

/// Lets the request pass with what `requestContext.authorizer` will be, or gives the answer that
/// refuses it.
pub async fn authorize(gateway: &ApiGateway, routed: &Routed) -> Result<Option<Value>, Response> {
    let route = &routed.route;
    let id = route.authorizer_id.as_deref().unwrap_or_default();
    let authorizer = routed.definition.authorizers.get(id);
    match (route.authorization_type.as_str(), authorizer) {
        ("JWT", Some(authorizer)) => jwt(gateway, routed, authorizer).await.map(Some),
        ("CUSTOM", Some(authorizer)) => lambda(gateway, routed, authorizer).await.map(Some),
        ("JWT" | "CUSTOM", None) => Err(refusal(routed, 500, "Internal Server Error")),
        ("AWS_IAM", _) => iam(gateway, routed).map(Some),
        _ => Ok(None),
    }
}

fn iam(gateway: &ApiGateway, routed: &Routed) -> Result<Value, Response> {
    let caller = &routed.incoming.scope.caller;
    let access = Access::new("execute-api:Invoke", routed.route_arn());
    if *caller == Caller::Anonymous || gateway.kernel.permissions.check(caller, &[access]).is_err() {
        return Err(refusal(routed, 403, "Forbidden"));
    }
    let arn = caller.arn();
    let user = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(json!({"iam": {
        "accountId": caller.account(), "callerId": user, "cognitoIdentity": null, "principalOrgId": null,
        "userArn": arn, "userId": user,
    }}))
}

/// The value of an identity source such as `$request.header.Authorization`.
fn identity(routed: &Routed, source: &str) -> Option<String> {
    let incoming = &routed.incoming;
    let value = if let Some(name) = source.strip_prefix("$request.header.") {
        incoming.header(name)
    } else if let Some(name) = source.strip_prefix("$request.querystring.") {
        incoming.query_parameter(name)
    } else if let Some(name) = source.strip_prefix("$stageVariables.") {
        routed.stage_variables.get(name).cloned()
    } else {
        match source.strip_prefix("$context.")? {
            "identity.sourceIp" => Some(incoming.source_ip.clone()),
            "routeKey" => Some(routed.route.route_key.clone()),
            "httpMethod" => Some(incoming.method.clone()),
            "stage" => Some(routed.stage.clone()),
            "apiId" => Some(incoming.api_id.clone()),
            _ => None,
        }
    };
    value.filter(|value| !value.is_empty())
}

/// 401 or 403 with the header that tells why.
fn challenge(routed: &Routed, status: u16, scopes: &[String], reason: Option<(&str, &str)>) -> Response {
    let mut response = refusal(routed, status, if status == 401 { "Unauthorized" } else { "Forbidden" });
    let value = match reason {
        None => "Bearer".to_owned(),
        Some((error, description)) => {
            let scopes = scopes.join(" ");
            format!("Bearer scope=\"{scopes}\" error=\"{error}\" error_description=\"{description}\"")
        }
    };
    set(&mut response, "www-authenticate", &value);
    response
}

async fn jwt(gateway: &ApiGateway, routed: &Routed, authorizer: &Authorizer) -> Result<Value, Response> {
    let scopes = &routed.route.authorization_scopes;
    let invalid = |reason: &str| challenge(routed, 401, scopes, Some(("invalid_token", reason)));
    let text = authorizer.identity_source.iter().find_map(|source| identity(routed, source));
    let text = text.ok_or_else(|| challenge(routed, 401, scopes, None))?;
    let token = jwt::read(&text).ok_or_else(|| invalid("the token is malformed"))?;
    let Some(wanted) = &authorizer.jwt_configuration else {
        return Err(refusal(routed, 500, "Internal Server Error"));
    };
    if token.text("iss").trim_end_matches('/') != wanted.issuer.trim_end_matches('/') {
        return Err(invalid("the token does not have a valid issuer"));
    }
    token.check_signature(gateway, &wanted.issuer).await.map_err(|_| invalid("signature is invalid"))?;
    token.check_time(routed.incoming.now).map_err(|flaw| match flaw {
        Flaw::Expired => invalid("the token has expired"),
        Flaw::Invalid => invalid("the token is not valid yet"),
    })?;
    if !has_audience(&token, &wanted.audience) {
        return Err(invalid("the token does not have a valid audience"));
    }
    let held = token.scopes();
    if !scopes.is_empty() && !scopes.iter().any(|scope| held.contains(&scope.as_str())) {
        let reason = ("insufficient_scope", "the token does not have the required scope");
        return Err(challenge(routed, 403, scopes, Some(reason)));
    }
    let shown = if scopes.is_empty() { Value::Null } else { json!(held) };
    Ok(json!({"jwt": {"claims": claims(&token), "scopes": shown}}))
}

/// `aud` counts, and `client_id` only where there is no `aud`: access tokens of user pools have none.
fn has_audience(token: &Token, wanted: &[String]) -> bool {
    let is_wanted = |text: &str| wanted.iter().any(|known| known == text);
    match token.claims.get("aud") {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).any(is_wanted),
        Some(Value::String(text)) => is_wanted(text),
        _ => is_wanted(token.text("client_id")),
    }
}

/// Claims as HTTP APIs hand them on: all are text, lists as `[a b]`.
fn claims(token: &Token) -> Map<String, Value> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let text = |value: &Value| match value {
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" ")),
        value => plain(value),
    };
    token.claims.iter().map(|(name, value)| (name.clone(), Value::String(text(value)))).collect()
}

async fn lambda(gateway: &ApiGateway, routed: &Routed, authorizer: &Authorizer) -> Result<Value, Response> {
    let identities: Option<Vec<String>> =
        authorizer.identity_source.iter().map(|source| identity(routed, source)).collect();
    let identities = identities.ok_or_else(|| refusal(routed, 401, "Unauthorized"))?;
    let seconds = authorizer.authorizer_result_ttl_in_seconds.unwrap_or_default();
    let (incoming, id) = (&routed.incoming, &authorizer.authorizer_id);
    let remember = seconds > 0 && !identities.is_empty();
    let question = Question {
        uri: authorizer.authorizer_uri.as_deref().unwrap_or_default(),
        credentials: authorizer.authorizer_credentials_arn.as_deref(),
        source_arn: routed.arn(&format!("authorizers/{id}")),
        stage_variables: &routed.stage_variables,
        cache_key: remember.then(|| format!("{}/{}/{id}/{}", incoming.api_id, routed.stage, identities.join("\n"))),
        lifetime: Duration::from_secs(seconds),
        event: authorizer_event(routed, authorizer, &identities),
        timeout: Duration::from_secs(10),
    };
    let answer = ask(gateway, &incoming.scope, question).await;
    let answer = answer.map_err(|_| refusal(routed, 500, "Internal Server Error"))?;
    let allowed = if authorizer.enable_simple_responses == Some(true) {
        answer["isAuthorized"].as_bool()
    } else {
        answer["policyDocument"]
            .is_object()
            .then(|| policy::judge(&answer["policyDocument"], &routed.route_arn()) == Verdict::Allowed)
    };
    match allowed {
        Some(true) => Ok(json!({"lambda": answer["context"]})),
        Some(false) => Err(refusal(routed, 403, "Forbidden")),
        None => Err(refusal(routed, 500, "Internal Server Error")),
    }
}

fn authorizer_event(routed: &Routed, authorizer: &Authorizer, identities: &[String]) -> Value {
    if authorizer.authorizer_payload_format_version.as_deref() == Some("2.0") {
        let mut event = payload_v2::request(&routed.incoming, &routed.matched_v2(None));
        event.insert("type".to_owned(), json!("REQUEST"));
        event.insert("routeArn".to_owned(), json!(routed.route_arn()));
        event.insert("identitySource".to_owned(), json!(identities));
        return Value::Object(event);
    }
    let mut event = payload_v1::event(&routed.incoming, &routed.matched_v1(None));
    if let Some(fields) = event.as_object_mut() {
        fields.remove("body");
        fields.remove("isBase64Encoded");
        fields.insert("version".to_owned(), json!("1.0"));
        fields.insert("type".to_owned(), json!("REQUEST"));
        fields.insert("methodArn".to_owned(), json!(routed.route_arn()));
        fields.insert("identitySource".to_owned(), json!(identities.join(",")));
        fields.insert("authorizationToken".to_owned(), json!(identities.join(",")));
    }
    event
}
