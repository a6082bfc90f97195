//! Answering at a function's URL.

use std::rc::Rc;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::{Access, AwsError, Caller, Request, Response, Scope, Service, async_trait};
use serde_json::{Map, Value, json};

use super::{FunctionUrl, cors, event};
use crate::{
    Lambda,
    functions::policy_for,
    names::Target,
    streaming::{self, Streamed},
};

/// What the service answers under `ID.lambda-url.REGION.on.aws`.
pub struct Urls(pub Rc<Lambda>);

#[async_trait(?Send)]
impl Service for Urls {
    async fn handle(&self, request: Request) -> Response {
        let scope = request.extensions().get::<Scope>().cloned().unwrap_or_else(|| Scope::root(&self.0.kernel));
        let id = event::host(&request).split('.').next().unwrap_or_default().to_owned();
        let Some((target, url)) = self.0.find_url(&id) else {
            return message(StatusCode::NOT_FOUND, &Value::Null);
        };
        if let Some(preflight) = cors::preflight(&request, url.cors.as_ref()) {
            return preflight;
        }
        let origin = request.headers().get(header::ORIGIN).cloned();
        let mut response = match self.0.answer_at_url(&scope, &target, &url, &request).await {
            Ok(response) => response,
            Err(error) => refusal(&error),
        };
        cors::add(&mut response, origin.as_ref(), url.cors.as_ref());
        if let Ok(id) = HeaderValue::try_from(&scope.request_id) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }
}

impl Lambda {
    fn find_url(&self, id: &str) -> Option<(Target, FunctionUrl)> {
        let state = self.state.borrow();
        state.all_functions().find_map(|((account, region, name), function)| {
            let (qualifier, url) = function.urls.iter().find(|(_, url)| url.id == id)?;
            let qualifier = Some(qualifier.clone()).filter(|qualifier| !qualifier.is_empty());
            let (account, region, name) = (account.clone(), region.clone(), name.clone());
            Some((Target { account, region, name, qualifier }, url.clone()))
        })
    }

    async fn answer_at_url(
        &self,
        scope: &Scope,
        target: &Target,
        url: &FunctionUrl,
        request: &Request,
    ) -> Result<Response, AwsError> {
        self.admit_at_url(&scope.caller, target, url)?;
        let event = event::event(request, scope, url, self.kernel.clock.now());
        let child = scope.child(&self.kernel, Caller::service("lambda"));
        let child = Scope { account: target.account.clone(), region: target.region.clone(), ..child };
        let input = json!({"FunctionName": target.arn(), "Payload": STANDARD.encode(event.to_string())});
        let failed = || plain(StatusCode::BAD_GATEWAY, Bytes::from_static(b"Internal Server Error"));
        if url.invoke_mode.as_deref() == Some("RESPONSE_STREAM") {
            let answer = aws_api::invoke(&self.kernel, child, "lambda", "InvokeWithResponseStream", input).await?;
            return Ok(streaming::read(&answer).map_or_else(failed, streamed));
        }
        let answer = aws_api::invoke(&self.kernel, child, "lambda", "Invoke", input).await?;
        if !answer["FunctionError"].is_null() {
            return Ok(failed());
        }
        let payload = STANDARD.decode(answer["Payload"].as_str().unwrap_or_default()).unwrap_or_default();
        Ok(response(&payload))
    }

    /// Since late 2025 the function itself must be permitted too, for calls by its URL.
    fn admit_at_url(&self, caller: &Caller, target: &Target, url: &FunctionUrl) -> Result<(), AwsError> {
        let policy = Some(policy_for(&self.state.borrow(), target));
        let context = Map::from_iter([
            ("lambda:FunctionUrlAuthType".to_owned(), json!(url.auth_type)),
            ("lambda:InvokedViaFunctionUrl".to_owned(), json!("true")),
        ]);
        let caller = if url.auth_type == "NONE" { &Caller::Anonymous } else { caller };
        let accesses = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].map(|action| Access {
            context: context.clone(),
            ..Access::new(action, target.arn()).with_resource_policy(policy.clone())
        });
        self.kernel.permissions.check(caller, &accesses)
    }
}

/// A stream as HTTP: its head says status, headers and cookies.
fn streamed(stream: Streamed) -> Response {
    let head = stream.head.unwrap_or(Value::Null);
    let status = head["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.map_or(Ok(StatusCode::OK), StatusCode::from_u16).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = plain(status, stream.body.into());
    if let Ok(kind) = HeaderValue::try_from(stream.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    add_headers(&mut response, &head);
    response
}

/// The function's answer as HTTP: one with a status code says all of it, any other is the body.
fn response(payload: &[u8]) -> Response {
    let answer: Value = serde_json::from_slice(payload).unwrap_or(Value::Null);
    let Some(status) = answer["statusCode"].as_u64().or_else(|| answer["statusCode"].as_str()?.parse().ok()) else {
        let body = match answer {
            Value::String(text) => text,
            other => other.to_string(),
        };
        return plain(StatusCode::OK, body.into());
    };
    let Some(status) = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()) else {
        return plain(StatusCode::BAD_GATEWAY, Bytes::from_static(b"Internal Server Error"));
    };
    let body = match &answer["body"] {
        Value::Null => Bytes::new(),
        Value::String(text) if answer["isBase64Encoded"] == true => STANDARD.decode(text).unwrap_or_default().into(),
        Value::String(text) => text.clone().into(),
        other => other.to_string().into(),
    };
    let mut response = plain(status, body);
    add_headers(&mut response, &answer);
    response
}

fn add_headers(response: &mut Response, answer: &Value) {
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// The service's own errors, as the URL answers them.
fn refusal(error: &AwsError) -> Response {
    let mut response = match error.status {
        StatusCode::FORBIDDEN => {
            let words = "Forbidden. For troubleshooting Function URL authorization issues, see: \
                         https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
            message(error.status, &json!(words))
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let reason = error.members.get("Reason");
            let body = json!({"Reason": reason, "Type": "User", "message": error.message});
            plain(error.status, body.to_string().into())
        }
        status => message(status, &json!(error.message)),
    };
    if let Ok(code) = HeaderValue::try_from(&error.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

fn message(status: StatusCode, message: &Value) -> Response {
    plain(status, json!({"Message": message}).to_string().into())
}

fn plain(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_status_code_is_the_body() {
        for (payload, status, body) in [
            (r#"{"hello":"world"}"#, 200, r#"{"hello":"world"}"#),
            (r#""hello""#, 200, "hello"),
            ("3", 200, "3"),
            (r#"{"statusCode":201,"body":"made","headers":{"x-a":"b"},"cookies":["c=1","d=2"]}"#, 201, "made"),
            (r#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#, 200, "hi"),
        ] {
            let response = response(payload.as_bytes());
            assert_eq!((response.status().as_u16(), &response.body()[..]), (status, body.as_bytes()), "{payload}");
            if status == 201 {
                assert_eq!(response.headers()["x-a"], "b");
                assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
            }
        }
    }
}
