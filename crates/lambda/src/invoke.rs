//! `Invoke`: from a request to a function's answer.

use std::rc::{Rc, Weak};

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use kernel::{AwsError, Scope};
use sandbox::{Files, Image};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::{
    Lambda, code,
    execution::{
        Answer, Entrypoint, Environment, Initialization, Invocation, Plan, Slot, assume, check_is_active, on_demand,
        provisioned,
    },
    functions::{target, unreserved_concurrency, version_of},
    layers,
    names::Target,
    state::{LATEST, Version},
};

const MAX_SYNC_BYTES: usize = 6_291_456;
const MAX_ASYNC_BYTES: usize = 1_048_576;

/// An invocation that a function has worked on, well or badly.
pub struct Finished {
    pub answer: Answer,
    /// The newest lines of the log.
    pub tail: Vec<u8>,
    /// The version that did it.
    pub version: String,
}

impl Lambda {
    pub(crate) async fn invoke(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let kind = call.input["InvocationType"].as_str().unwrap_or("RequestResponse");
        let payload = payload(&call.input, kind)?;
        let version = {
            let state = self.state.borrow();
            let missing = |_| target.with_qualifier(target.qualifier.as_deref().unwrap_or(LATEST)).not_found();
            let function = state.function(&target).map_err(missing)?;
            function.resolve(target.qualifier.as_deref(), 1.0).ok_or_else(|| target.not_found())?.name()
        };
        match kind {
            "DryRun" => return Ok(json!({"StatusCode": 204, "ExecutedVersion": version})),
            "Event" => {
                self.accept(&call, &target, &payload).await?;
                return Ok(json!({"StatusCode": 202}));
            }
            _ => {}
        }
        self.enter_chain(&call.scope, &target)?;
        let invocation = Invocation {
            request_id: call.scope.request_id.clone(),
            arn: target.arn(),
            payload,
            client_context: call.input["ClientContext"].as_str().map(str::to_owned),
            span: call.scope.span,
            streams: false,
            trace_header: call.scope.trace_header.clone(),
        };
        let finished = self.run(&target, invocation).await?;
        let mut answer = json!({
            "StatusCode": 200,
            "Payload": STANDARD.encode(&finished.answer.payload),
            "ExecutedVersion": finished.version,
        });
        if finished.answer.failed {
            answer["FunctionError"] = json!("Unhandled");
        }
        if call.input["LogType"] == "Tail" {
            answer["LogResult"] = json!(STANDARD.encode(&finished.tail));
        }
        Ok(answer)
    }

    /// The old way to invoke a function without waiting for it.
    pub(crate) async fn invoke_async(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        version_of(self.state.borrow().function(&target)?, &target)?;
        let payload = payload(&json!({"Payload": call.input["InvokeArgs"]}), "Event")?;
        self.accept(&call, &target, &payload).await?;
        Ok(json!({"Status": 202}))
    }

    /// Invokes a function on behalf of the service itself (a queued event, a mapping), as a request like any
    /// other, so that the trace shows it: the answer and the version that gave it.
    pub(crate) async fn invoke_as_service(
        &self,
        scope: Scope,
        target: &Target,
        payload: &[u8],
        client_context: Option<&str>,
    ) -> Result<(Answer, String), AwsError> {
        let mut input = json!({"FunctionName": target.arn(), "Payload": STANDARD.encode(payload)});
        if let Some(context) = client_context {
            input["ClientContext"] = json!(context);
        }
        let answer = aws_api::invoke(&self.kernel, scope, "lambda", "Invoke", input).await?;
        let payload = STANDARD.decode(answer["Payload"].as_str().unwrap_or_default()).unwrap_or_default();
        let version = answer["ExecutedVersion"].as_str().unwrap_or_default().to_owned();
        Ok((
            Answer { payload: payload.into(), failed: !answer["FunctionError"].is_null(), content_type: None },
            version,
        ))
    }

    /// Runs a function once, in a warm environment if there is one.
    pub(crate) async fn run(&self, target: &Target, invocation: Invocation) -> Result<Finished, AwsError> {
        let share = self.kernel.rng.below(1 << 32) as f64 / f64::from(u32::MAX);
        let version = {
            let state = self.state.borrow();
            let version = state.function(target)?.resolve(target.qualifier.as_deref(), share);
            version.ok_or_else(|| target.not_found())?.clone()
        };
        check_is_active(&version)?;
        let ahead = provisioned(&version);
        let is_provisioned = self.pool.has(&target.key(), &ahead);
        let _slot = self.admit(target, is_provisioned)?;
        let name = version.name();
        let Some(image_name) = image_of(&version) else {
            return Ok(Finished { answer: not_available(&version, &invocation), tail: Vec::new(), version: name });
        };
        let variant = if is_provisioned { ahead } else { on_demand(&version) };
        let mut environment = match self.pool.take(&target.key(), &variant) {
            Some(environment) => environment,
            None if !self.pool.may_start(&target.key()) => {
                return Err(self.refuse(target, "ConcurrentInvocationLimitExceeded"));
            }
            None => {
                let target = target.with_qualifier(&name);
                Box::pin(self.start(&target, version.clone(), image_name, Initialization::OnDemand)).await?
            }
        };
        let ended = Box::pin(environment.invoke(invocation)).await?;
        let is_surplus = is_provisioned && self.is_surplus(&target.key(), &variant);
        if ended.reusable && !is_surplus && !environment.is_due() && self.is_current(target, &version) {
            self.pool.put(&target.key(), &variant, environment);
        } else {
            drop(environment);
        }
        self.top_up(target, &version);
        Ok(Finished { answer: ended.answer, tail: ended.tail, version: name })
    }

    /// Takes one of the account's or the function's concurrent invocations. What is provisioned was taken
    /// from the account's, or from what is reserved for the function, when it was provisioned.
    fn admit(&self, target: &Target, is_provisioned: bool) -> Result<Slot, AwsError> {
        let state = self.state.borrow();
        let key = target.key();
        let function = state.function(target)?;
        let left = function.reserved.map(|reserved| reserved.saturating_sub(function.provisioned_total()));
        let is_reserved = |name: &str| {
            state.function(&Target { name: name.to_owned(), ..target.clone() }).is_ok_and(|f| f.reserved.is_some())
        };
        let (own, unreserved) = self.pool.working(&key, |key| !is_reserved(&key.2));
        match left {
            Some(left) if !is_provisioned && own >= left => {
                Err(self.refuse(target, "ReservedFunctionConcurrentInvocationLimitExceeded"))
            }
            None if !is_provisioned && unreserved >= unreserved_concurrency(&state, target) => {
                Err(self.refuse(target, "ConcurrentInvocationLimitExceeded"))
            }
            _ => Ok(self.pool.enter(key, is_provisioned)),
        }
    }

    /// The error for an invocation that finds no room, which is counted.
    fn refuse(&self, target: &Target, reason: &str) -> AwsError {
        self.sandboxes.refuse(target.key(), self.kernel.clock.now());
        throttled(reason)
    }

    /// A new environment, whose runtime has not run yet.
    pub(crate) async fn start(
        &self,
        target: &Target,
        version: Version,
        image: &str,
        initialization: Initialization,
    ) -> Result<Environment, AwsError> {
        let memory = version.settings.memory_size;
        let is_restored = initialization == Initialization::OnDemand && version.starts_from_snapshot();
        let initialization = if is_restored { Initialization::SnapStart } else { initialization };
        let seen = self.sandboxes.begin(&self.kernel, target, version.name(), memory);
        let credentials = assume(&self.kernel, target, &version.settings.role).await?;
        let files = self.files(&version)?;
        let entrypoint = match (image, &version.image) {
            (_, Some(image)) => self.programs.container(&files, image, version.settings.image_config.as_ref()),
            (BOOTSTRAP, None) => {
                let handler = version.settings.handler.as_deref().unwrap_or_default();
                self.programs.bootstrap(&files_key(&version), &files, handler)
            }
            (_, None) if is_restored => Entrypoint::Runtime(Box::pin(self.snapshot(target, &version)).await?),
            (runtime, None) => Entrypoint::Runtime(self.image(runtime).await?),
        };
        Environment::new(Plan {
            kernel: self.kernel.clone(),
            target: target.clone(),
            version,
            entrypoint,
            files,
            credentials,
            initialization,
            seen,
        })
    }

    async fn image(&self, name: &str) -> Result<Image, AwsError> {
        let failed =
            |reason: String| AwsError::new("ServiceException", reason).with_status(StatusCode::INTERNAL_SERVER_ERROR);
        self.runtimes.image(name).await.map_err(failed)
    }

    /// The files of a version, unpacked once for all of its environments.
    fn files(&self, version: &Version) -> Result<Rc<Files>, AwsError> {
        let key = files_key(version);
        if let Some(files) = self.files.borrow().get(&key).and_then(Weak::upgrade) {
            return Ok(files);
        }
        let state = self.state.borrow();
        let code = state.code(&version.code).ok_or_else(|| AwsError::internal("a function's code is missing"))?;
        let mut files = code::files(code, if version.image.is_some() { "/" } else { "/var/task" })?;
        layers::add_files(&state, &version.settings.layers, &mut files)?;
        let files = Rc::new(files);
        let mut kept = self.files.borrow_mut();
        kept.retain(|_, files| files.strong_count() > 0);
        kept.insert(key, Rc::downgrade(&files));
        Ok(files)
    }

    fn is_current(&self, target: &Target, version: &Version) -> bool {
        let state = self.state.borrow();
        let current = state.function(target).ok().and_then(|function| function.version(&version.name()));
        current.is_some_and(|current| current.generation == version.generation)
    }
}

fn throttled(reason: &str) -> AwsError {
    let error = AwsError::new("TooManyRequestsException", "Rate Exceeded.");
    error.with_status(StatusCode::TOO_MANY_REQUESTS).with_member("Reason", reason)
}

/// In place of a runtime's image: what runs the version is in its package, or in its container image.
const BOOTSTRAP: &str = "bootstrap";

/// The image that runs a version.
pub fn image_of(version: &Version) -> Option<&'static str> {
    if version.image.is_some() {
        return Some(BOOTSTRAP);
    }
    let runtime = version.settings.runtime.as_deref()?;
    let images = [("nodejs", "nodejs"), ("python", "python"), ("provided", BOOTSTRAP)];
    images.into_iter().find(|(family, _)| runtime.starts_with(family)).map(|(_, image)| image)
}

/// Under which the files of a version are kept.
fn files_key(version: &Version) -> String {
    format!("{} {}", version.code, version.settings.layers.join(" "))
}

fn not_available(version: &Version, invocation: &Invocation) -> Answer {
    let runtime = version.settings.runtime.as_deref().unwrap_or_default();
    let payload = json!({
        "errorType": "Runtime.NotAvailable",
        "errorMessage": format!(
            "RequestId: {} Error: The runtime {runtime} is not available in Samlet yet",
            invocation.request_id
        ),
    });
    Answer { payload: payload.to_string().into(), failed: true, content_type: None }
}

/// The event that a request brings: JSON of a size that its kind of invocation takes.
pub fn payload(input: &Value, kind: &str) -> Result<Bytes, AwsError> {
    let payload = STANDARD.decode(input["Payload"].as_str().unwrap_or_default()).unwrap_or_default();
    let most = if kind == "Event" { MAX_ASYNC_BYTES } else { MAX_SYNC_BYTES };
    if payload.len() > most {
        let message = format!("Request must be smaller than {most} bytes for the InvokeFunction operation");
        return Err(AwsError::new("RequestTooLargeException", message).with_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    if serde_json::from_slice::<IgnoredAny>(&payload).is_err() {
        let message = format!(
            "Could not parse request body into json: Could not parse payload into json: {}",
            parse_failure(&payload)
        );
        return Err(AwsError::new("InvalidRequestContentException", message));
    }
    Ok(payload.into())
}

/// What the JSON parser of AWS says about the beginnings that are common.
fn parse_failure(payload: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(payload) else {
        let byte = payload.iter().find(|byte| !byte.is_ascii()).copied().unwrap_or_default();
        return format!("Invalid UTF-8 start byte 0x{byte:x}");
    };
    let expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    let text = text.trim_start();
    let token: String = text.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    match text.chars().next() {
        Some(_) if !token.is_empty() && !token.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("Unrecognized token '{token}': was expecting {expected}")
        }
        Some(first) if !"{[\"-0123456789".contains(first) => {
            format!("Unexpected character ('{first}' (code {})): expected a valid value {expected}", first as u32)
        }
        _ => "Unexpected end-of-input".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_must_be_json_and_may_be_nothing() {
        let read = |text: &str| payload(&json!({"Payload": STANDARD.encode(text)}), "RequestResponse");
        assert_eq!(read("").unwrap(), "{}");
        assert_eq!(read(" [1] ").unwrap(), " [1] ");
        for (text, reason) in [
            (
                "hello",
                "Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            ),
            ("{\"a\":", "Unexpected end-of-input"),
            (
                "<a>",
                "Unexpected character ('<' (code 60)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.code, "InvalidRequestContentException");
            assert!(error.message.ends_with(reason), "{}", error.message);
        }
    }

    #[test]
    fn an_event_that_nobody_waits_for_may_be_1_mb() {
        let large = json!({"Payload": STANDARD.encode(format!("\"{}\"", "x".repeat(MAX_ASYNC_BYTES)))});
        assert!(payload(&large, "RequestResponse").is_ok());
        assert_eq!(payload(&large, "Event").unwrap_err().status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
