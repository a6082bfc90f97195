//! `InvokeWithResponseStream`: answers of up to 200 MB in pieces.
//!
//! The border of a sandbox gives a body whole. So the pieces are those of the right sizes, but none
//! leaves before the function has written the last one.

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use serde_json::{Value, json};

use crate::{
    Lambda,
    execution::Invocation,
    functions::{target, version_of},
    invoke::payload,
};

/// How many bytes a piece has at most.
const CHUNK_BYTES: usize = 64 * 1024;

/// What divides the head of an HTTP response from its body.
const DIVIDER: [u8; 8] = [0; 8];

/// How a runtime calls a stream that begins with the head of an HTTP response.
const HTTP_RESPONSE: &str = "application/vnd.awslambda.http-integration-response";

impl Lambda {
    /// The events of the stream; beside them `RuntimeContentType`, which the wire does not know, for
    /// function URLs.
    pub(crate) async fn invoke_with_response_stream(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let payload = payload(&call.input, "RequestResponse")?;
        let version = version_of(self.state.borrow().function(&target)?, &target)?.name();
        if call.input["InvocationType"] == "DryRun" {
            return Ok(json!({"StatusCode": 204, "ExecutedVersion": version}));
        }
        self.enter_chain(&call.scope, &target)?;
        let invocation = Invocation {
            request_id: call.scope.request_id.clone(),
            arn: target.arn(),
            payload,
            client_context: call.input["ClientContext"].as_str().map(str::to_owned),
            span: call.scope.span,
            streams: true,
            trace_header: call.scope.trace_header.clone(),
        };
        let finished = self.run(&target, invocation).await?;
        let mut events = Vec::new();
        let mut complete = json!({});
        if finished.answer.failed {
            complete["ErrorCode"] = json!("Unhandled");
            complete["ErrorDetails"] = json!(String::from_utf8_lossy(&finished.answer.payload));
        } else {
            let chunks = finished.answer.payload.chunks(CHUNK_BYTES);
            events.extend(chunks.map(|chunk| json!({"PayloadChunk": {"Payload": STANDARD.encode(chunk)}})));
        }
        if call.input["LogType"] == "Tail" {
            complete["LogResult"] = json!(STANDARD.encode(&finished.tail));
        }
        events.push(json!({"InvokeComplete": complete}));
        Ok(json!({
            "StatusCode": 200,
            "ExecutedVersion": finished.version,
            "ResponseStreamContentType": "application/vnd.amazon.eventstream",
            "EventStream": events,
            "RuntimeContentType": finished.answer.content_type,
        }))
    }
}

/// A stream as a function URL answers it.
pub struct Streamed {
    /// Status, headers and cookies, if the function has said them.
    pub head: Option<Value>,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Reads the events of a stream again; `None` if the function has failed.
pub fn read(answer: &Value) -> Option<Streamed> {
    let events = answer["EventStream"].as_array()?;
    if events.iter().any(|event| !event["InvokeComplete"]["ErrorCode"].is_null()) {
        return None;
    }
    let chunks = events.iter().filter_map(|event| event["PayloadChunk"]["Payload"].as_str());
    let body: Vec<u8> = chunks.flat_map(|chunk| STANDARD.decode(chunk).unwrap_or_default()).collect();
    let content_type = answer["RuntimeContentType"].as_str().unwrap_or("application/json").to_owned();
    if content_type != HTTP_RESPONSE {
        return Some(Streamed { head: None, content_type, body });
    }
    let end = body.windows(DIVIDER.len()).position(|bytes| bytes == DIVIDER)?;
    let head = serde_json::from_slice(&body[..end]).ok()?;
    let content_type = "application/octet-stream".to_owned();
    Some(Streamed { head: Some(head), content_type, body: body[end + DIVIDER.len()..].to_vec() })
}
