//! Access logs: one line for every request that found its method or route, in the stage's own format.

use kernel::{Arn, Caller, Response, Scope};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{incoming::Incoming, template::Context};
use crate::ApiGateway;

/// Where a stage wants its lines, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    group: String,
    format: String,
}

impl Destination {
    /// Reads a stage's settings; only log groups of CloudWatch Logs can be written to.
    pub fn read(arn: &str, format: &str) -> Option<Self> {
        let parsed: Arn = arn.parse().ok()?;
        let group = parsed.resource.strip_prefix("log-group:")?;
        let group = group.strip_suffix(":*").unwrap_or(group).to_owned();
        (!format.is_empty()).then(|| Self { group, format: format.to_owned() })
    }
}

/// Writes the line of a request beside answering it; what fails in doing so changes no answer.
pub fn write(
    gateway: &ApiGateway,
    destination: Option<&Destination>,
    incoming: &Incoming,
    stage: &str,
    context: Context,
    response: &Response,
) {
    let Some(Destination { group, format }) = destination else { return };
    let latency = gateway.kernel.clock.now().since(incoming.now).as_millis().to_string();
    let context = context
        .with("status", response.status().as_str())
        .with("responseLength", &response.body().len().to_string())
        .with("responseLatency", &latency)
        .with("integrationLatency", &latency)
        .with("protocol", "HTTP/1.1")
        .with("identity.userAgent", &incoming.header("user-agent").unwrap_or_default());
    // A stage's stream has a name of 32 hexadecimal digits that says nothing.
    let digest = format!("{:x}", Sha256::digest(format!("{}/{stage}", incoming.api_id)));
    let stream = digest.chars().take(32).collect::<String>();
    let event = json!({"timestamp": incoming.now.millis(), "message": context.fill_or(format, "-")});
    let (kernel, scope, group) = (gateway.kernel.clone(), incoming.scope.clone(), group.clone());
    gateway.kernel.tasks.spawn(async move {
        let call = |operation: &'static str, input: Value| {
            let child: Scope = scope.child(&kernel, Caller::service("apigateway"));
            let kernel = kernel.clone();
            async move { aws_api::invoke(&kernel, child, "logs", operation, input).await }
        };
        let put = json!({"logGroupName": group, "logStreamName": stream, "logEvents": [event]});
        // The stream is made by the first line that wants it.
        if call("PutLogEvents", put.clone()).await.is_err() {
            let made = call("CreateLogStream", json!({"logGroupName": group, "logStreamName": stream})).await;
            if made.is_ok() {
                let _ = call("PutLogEvents", put).await;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_log_groups() {
        let group = Some(Destination { group: "/api/x".into(), format: "f".into() });
        assert_eq!(Destination::read("arn:aws:logs:us-east-1:123456789012:log-group:/api/x:*", "f"), group);
        assert_eq!(Destination::read("arn:aws:logs:us-east-1:123456789012:log-group:/api/x", "f"), group);
        assert_eq!(Destination::read("arn:aws:firehose:us-east-1:123456789012:deliverystream/x", "f"), None);
    }
}
