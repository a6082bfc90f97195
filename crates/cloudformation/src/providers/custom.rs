//! Custom resources: a function makes them, and tells what came of it at a URL of this cloud.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use kernel::{AwsError, Created, Request, ResourceContext, ResourceProvider, Response, async_trait};
use serde_json::{Map, Value, json};

use super::scope;
use crate::template::{invalid, text_of};

/// The type of a custom resource that has no name of its own.
pub(super) const KIND: &str = "AWS::CloudFormation::CustomResource";

/// The bucket, for AWS an S3 bucket of its own, that answers are put into.
const BUCKET: &str = "cloudformation-custom-resource-response-";
/// The longest answer: 4,096 bytes.
const LONGEST: usize = 4096;
const PATIENCE: u64 = 3600;

/// The answers that functions owe.
#[derive(Default)]
pub(crate) struct Responses(RefCell<BTreeMap<String, oneshot::Sender<Vec<u8>>>>);

impl Responses {
    fn expect(&self, token: &str) -> oneshot::Receiver<Vec<u8>> {
        let (sender, receiver) = oneshot::channel();
        self.0.borrow_mut().insert(token.to_owned(), sender);
        receiver
    }

    /// Takes in an answer, if the request is one.
    pub(crate) fn take(&self, request: &Request) -> Option<Response> {
        let header = || request.headers().get(http::header::HOST).and_then(|value| value.to_str().ok());
        let host = request.uri().host().or_else(header)?;
        if !host.starts_with(BUCKET) {
            return None;
        }
        let token =
            request.uri().query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("token=")));
        let sender = token.filter(|_| request.method() == Method::PUT).and_then(|t| self.0.borrow_mut().remove(t));
        let mut response = Response::default();
        match sender {
            // If no one waits any more the answer is as good as none.
            Some(sender) => drop(sender.send(request.body().to_vec())),
            None => *response.status_mut() = StatusCode::FORBIDDEN,
        }
        Some(response)
    }
}

/// Asks functions for custom resources.
pub(crate) struct CustomResources {
    pub(crate) responses: Rc<Responses>,
}

/// What a function is asked to do.
struct Ask<'a> {
    kind: &'static str,
    physical_id: Option<&'a str>,
    properties: &'a Value,
    old: Option<&'a Value>,
}

impl CustomResources {
    async fn ask(&self, context: &ResourceContext, ask: Ask<'_>) -> Result<Created, AwsError> {
        let kernel = &context.kernel;
        let function = ask.properties["ServiceToken"].as_str().unwrap_or_default();
        if !function.contains(":lambda:") {
            return Err(invalid("Invalid ServiceToken: it must be the ARN of a Lambda function"));
        }
        let (request_id, token) = (kernel.rng.uuid(), kernel.rng.uuid());
        let answer = self.responses.expect(&token);
        let event = event(context, &ask, &request_id, &token);
        let payload = BASE64_STANDARD.encode(event.to_string());
        let input = json!({ "FunctionName": function, "InvocationType": "Event", "Payload": payload });
        aws_api::invoke(kernel, scope(context), "lambda", "Invoke", input).await?;
        let patience = ask.properties.get("ServiceTimeout").map(text_of).and_then(|text| text.parse().ok());
        let deadline = kernel.clock.sleep(Duration::from_secs(patience.unwrap_or(PATIENCE)));
        if let Either::Left((Ok(body), _)) = select(answer, Box::pin(deadline)).await {
            return read(&body, &request_id, ask.physical_id);
        }
        self.responses.0.borrow_mut().remove(&token);
        Err(invalid(format!(
            "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId \
             [{request_id}]. If you are using the Python cfn-response module, you may need to update your Lambda \
             function code so that CloudFormation can attach the updated version."
        )))
    }
}

fn event(context: &ResourceContext, ask: &Ask, request_id: &str, token: &str) -> Value {
    let region = &context.region;
    let plain: String = region.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = format!("{}%7C{}%7C{request_id}", context.stack_id.replace(':', "%3A"), context.logical_id);
    let mut event = json!({
        "RequestType": ask.kind,
        "ServiceToken": ask.properties["ServiceToken"],
        "ResponseURL": format!("https://{BUCKET}{plain}.s3.{region}.amazonaws.com/{key}?token={token}"),
        "StackId": context.stack_id,
        "RequestId": request_id,
        "LogicalResourceId": context.logical_id,
        "ResourceType": context.resource_type,
        "ResourceProperties": texts(ask.properties),
    });
    if let Some(physical_id) = ask.physical_id {
        event["PhysicalResourceId"] = json!(physical_id);
    }
    if let Some(old) = ask.old {
        event["OldResourceProperties"] = texts(old);
    }
    event
}

/// CloudFormation hands every scalar on as text.
fn texts(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), texts(value))).collect()),
        scalar => Value::String(text_of(scalar)),
    }
}

fn read(body: &[u8], request_id: &str, physical_id: Option<&str>) -> Result<Created, AwsError> {
    if body.len() > LONGEST {
        return Err(invalid("Response object is too long."));
    }
    let answer: Value = serde_json::from_slice(body)
        .map_err(|_| invalid(format!("Invalid response object: the response is not JSON (RequestId: {request_id})")))?;
    if answer["Status"] != "SUCCESS" {
        let reason = answer["Reason"].as_str().unwrap_or_default();
        return Err(invalid(format!(
            "Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request_id})"
        )));
    }
    let physical_id = answer["PhysicalResourceId"].as_str().filter(|id| !id.is_empty()).or(physical_id);
    let Some(physical_id) = physical_id else {
        return Err(invalid("Invalid PhysicalResourceId"));
    };
    let attributes: Map<String, Value> = answer["Data"].as_object().cloned().unwrap_or_default();
    Ok(Created { physical_id: physical_id.to_owned(), attributes })
}

#[async_trait(?Send)]
impl ResourceProvider for CustomResources {
    fn types(&self) -> &'static [&'static str] {
        &[KIND]
    }

    fn replaces(&self, _: &str, _: &str) -> bool {
        false
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        self.ask(context, Ask { kind: "Create", physical_id: None, properties, old: None }).await
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        self.ask(context, Ask { kind: "Update", physical_id: Some(physical_id), properties: new, old: Some(old) }).await
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let ask = Ask { kind: "Delete", physical_id: Some(physical_id), properties, old: None };
        self.ask(context, ask).await.map(drop)
    }
}
