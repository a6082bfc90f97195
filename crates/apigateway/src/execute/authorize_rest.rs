//! Who may call a method of a REST API.

use std::time::Duration;

use jiff::Timestamp as Moment;
use kernel::Arn;
use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::{
    failure::{AUTHORIZER_BROKEN, DENIED, DENIED_EXPLICITLY, EXPIRED, Failure, UNAUTHORIZED},
    function::Fault,
    iam,
    jwt::{self, Flaw, Token},
    lambda_authorizer::{Question, ask, texts_of},
    payload_v1,
    policy::{self, Verdict},
    rest::Routed,
    usage::{self, Use},
};
use crate::{ApiGateway, rest::model::Authorizer};

/// How long answers of Lambda authorizers are remembered where nothing else is set.
const DEFAULT_LIFETIME: u64 = 300;

/// Lets the request pass with what `requestContext.authorizer` will be, or says why not.
pub async fn authorize(gateway: &ApiGateway, routed: &Routed) -> Result<Option<Value>, Failure> {
    let method = &routed.method;
    let authorizer = || {
        let id = method.authorizer_id.as_deref().unwrap_or_default();
        routed.definition.authorizers.get(id).ok_or(AUTHORIZER_BROKEN)
    };
    let said = match method.authorization_type.as_str() {
        "COGNITO_USER_POOLS" => Some(user_pool(gateway, routed, authorizer()?).await?),
        "CUSTOM" => Some(lambda(gateway, routed, authorizer()?).await?),
        "AWS_IAM" => {
            iam::signed(gateway, routed)?;
            None
        }
        _ => {
            iam::by_resource_policy(gateway, routed)?;
            None
        }
    };
    if method.api_key_required {
        api_key(gateway, routed, said.as_ref()).await?;
    }
    Ok(said)
}

/// The key comes in a header, or from the authorizer where the API says so.
async fn api_key(gateway: &ApiGateway, routed: &Routed, said: Option<&Value>) -> Result<(), Failure> {
    let scope = &routed.incoming.scope;
    let named = said.and_then(|said| said["usageIdentifierKey"].as_str());
    let from_authorizer = routed.definition.api_key_source == "AUTHORIZER";
    let key = match named.filter(|_| from_authorizer) {
        Some(value) => usage::key_of(gateway, scope, value),
        None => routed.api_key.clone().filter(|_| !from_authorizer),
    };
    let used = Use {
        api: &routed.incoming.api_id,
        stage: &routed.stage,
        method: format!("{}/{}", routed.resource_path, routed.incoming.method),
        now: routed.incoming.now,
    };
    usage::check(gateway, scope, key.as_ref(), used).await
}

/// A header's name in an identity source such as `method.request.header.Authorization`.
fn header_of(authorizer: &Authorizer) -> &str {
    let source = authorizer.identity_source.as_deref().unwrap_or_default();
    source.strip_prefix("method.request.header.").unwrap_or("Authorization")
}

async fn user_pool(gateway: &ApiGateway, routed: &Routed, authorizer: &Authorizer) -> Result<Value, Failure> {
    let header = routed.incoming.header(header_of(authorizer)).ok_or(UNAUTHORIZED)?;
    let token = jwt::read(&header).ok_or(UNAUTHORIZED)?;
    let issuer = token.text("iss");
    if !authorizer.provider_arns.iter().filter_map(|arn| issuer_of(arn)).any(|known| known == issuer) {
        return Err(UNAUTHORIZED);
    }
    token.check_signature(gateway, issuer).await.map_err(|_| UNAUTHORIZED)?;
    token.check_time(routed.incoming.now).map_err(|flaw| match flaw {
        Flaw::Expired => EXPIRED,
        Flaw::Invalid => UNAUTHORIZED,
    })?;
    check_use(&token, &routed.method.authorization_scopes)?;
    let client = if token.text("aud").is_empty() { token.text("client_id") } else { token.text("aud") };
    if !fits(authorizer.identity_validation_expression.as_deref(), client) {
        return Err(UNAUTHORIZED);
    }
    Ok(json!({"claims": claims(&token)}))
}

/// Without scopes a method wants an ID token; with scopes, an access token that has one of them.
fn check_use(token: &Token, scopes: &[String]) -> Result<(), Failure> {
    let good = if scopes.is_empty() {
        token.text("token_use") == "id"
    } else {
        let held = token.scopes();
        token.text("token_use") == "access" && scopes.iter().any(|scope| held.contains(&scope.as_str()))
    };
    if good { Ok(()) } else { Err(UNAUTHORIZED) }
}

/// The issuer of a user pool's tokens, from the pool's ARN.
fn issuer_of(arn: &str) -> Option<String> {
    let arn: Arn = arn.parse().ok()?;
    let pool = arn.resource.strip_prefix("userpool/")?;
    Some(format!("https://cognito-idp.{}.amazonaws.com/{pool}", arn.region))
}

/// Claims as REST APIs hand them on: all are text, and the times are written as Java writes a date.
fn claims(token: &Token) -> Map<String, Value> {
    let text = |(name, value): (&String, &Value)| match (name.as_str(), value) {
        ("exp" | "iat", value) => java_date(value.as_i64().unwrap_or_default()),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        (_, value) => value.to_string(),
    };
    token.claims.iter().map(|claim| (claim.0.clone(), Value::String(text(claim)))).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `Thu Jan 01 00:00:00 UTC 2026`
fn java_date(seconds: i64) -> String {
    Moment::from_second(seconds).unwrap_or_default().strftime("%a %b %d %H:%M:%S UTC %Y").to_string()
}

/// Whether all of `text` fits the expression, if there is one.
fn fits(expression: Option<&str>, text: &str) -> bool {
    let Some(expression) = expression.filter(|expression| !expression.is_empty()) else { return true };
    Regex::new(&format!("^(?:{expression})$")).is_ok_and(|regex| regex.is_match(text))
}

async fn lambda(gateway: &ApiGateway, routed: &Routed, authorizer: &Authorizer) -> Result<Value, Failure> {
    let arn = routed.method_arn();
    let (identity, event) = if authorizer.kind == "TOKEN" {
        token_event(routed, authorizer, &arn)?
    } else {
        request_event(routed, authorizer, &arn)?
    };
    let (incoming, seconds) = (&routed.incoming, authorizer.authorizer_result_ttl_in_seconds);
    let seconds = seconds.unwrap_or(DEFAULT_LIFETIME);
    let place = [&incoming.api_id, &routed.stage, &authorizer.id].map(String::as_str).join("/");
    let question = Question {
        uri: authorizer.authorizer_uri.as_deref().unwrap_or_default(),
        credentials: authorizer.authorizer_credentials.as_deref(),
        source_arn: routed.arn(&format!("authorizers/{}", authorizer.id)),
        stage_variables: &routed.stage_variables,
        cache_key: (seconds > 0 && !identity.is_empty()).then(|| format!("{place}/{}", identity.join("\n"))),
        lifetime: Duration::from_secs(seconds),
        event,
        timeout: Duration::from_secs(29),
    };
    let answer = ask(gateway, &incoming.scope, question).await.map_err(|fault| match fault {
        Fault::Function(error) if error["errorMessage"] == "Unauthorized" => UNAUTHORIZED,
        _ => AUTHORIZER_BROKEN,
    })?;
    decide(&answer, &arn)
}

fn decide(answer: &Value, method_arn: &str) -> Result<Value, Failure> {
    let principal = answer["principalId"].as_str().ok_or(AUTHORIZER_BROKEN)?;
    let policy = Some(&answer["policyDocument"]).filter(|policy| policy.is_object()).ok_or(AUTHORIZER_BROKEN)?;
    let nested =
        answer["context"].as_object().into_iter().flatten().any(|(_, value)| value.is_object() || value.is_array());
    if nested {
        return Err(AUTHORIZER_BROKEN);
    }
    match policy::judge(policy, method_arn) {
        Verdict::Denied => Err(DENIED),
        Verdict::DeniedExplicitly => Err(DENIED_EXPLICITLY),
        Verdict::Allowed => {
            let mut said = texts_of(&answer["context"]);
            said.insert("principalId".to_owned(), json!(principal));
            said.insert("integrationLatency".to_owned(), json!(0));
            if let Some(key) = answer["usageIdentifierKey"].as_str() {
                said.insert("usageIdentifierKey".to_owned(), json!(key));
            }
            Ok(Value::Object(said))
        }
    }
}

fn token_event(routed: &Routed, authorizer: &Authorizer, arn: &str) -> Result<(Vec<String>, Value), Failure> {
    let token = routed.incoming.header(header_of(authorizer)).filter(|token| !token.is_empty()).ok_or(UNAUTHORIZED)?;
    if !fits(authorizer.identity_validation_expression.as_deref(), &token) {
        return Err(UNAUTHORIZED);
    }
    let event = json!({"type": "TOKEN", "methodArn": arn, "authorizationToken": token});
    Ok((vec![token], event))
}

fn request_event(routed: &Routed, authorizer: &Authorizer, arn: &str) -> Result<(Vec<String>, Value), Failure> {
    let sources = authorizer.identity_source.as_deref().unwrap_or_default();
    let sources = sources.split(',').map(str::trim).filter(|source| !source.is_empty());
    let context = routed.context();
    let identity = sources.map(|source| {
        let value = context.parameter(&routed.incoming, source);
        value.filter(|value| !value.is_empty()).ok_or(UNAUTHORIZED)
    });
    let identity = identity.collect::<Result<Vec<_>, _>>()?;
    let mut event = payload_v1::event(&routed.incoming, &routed.matched(None));
    if let Some(fields) = event.as_object_mut() {
        fields.remove("body");
        fields.remove("isBase64Encoded");
        fields.insert("type".to_owned(), json!("REQUEST"));
        fields.insert("methodArn".to_owned(), json!(arn));
    }
    Ok((identity, event))
}
