//! Where records of asynchronous invocations and of batches that were given up go: other functions,
//! buckets, queues, topics, buses.
//!
//! All are called by their public APIs, as the execution role. A delivery that fails, be it because the
//! service is no part of this cloud, is seen in the trace, as `DestinationDeliveryFailures`.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Access, Arn, AwsError, Caller, Scope};
use serde_json::{Value, json};

use crate::{
    Lambda,
    execution::Answer,
    names::{Target, invalid},
    settings::Settings,
    state::QueuedEvent,
};

/// The execution role, as a function's environments and deliveries act.
pub fn role_session(role: &str, function_name: &str) -> Caller {
    Caller::RoleSession { role_arn: role.to_owned(), session_name: function_name.to_owned(), session_policy: None }
}

/// The function that an ARN names.
pub fn function_of(arn: &Arn) -> Option<Target> {
    let mut parts = arn.resource.strip_prefix("function:")?.splitn(2, ':');
    Some(Target {
        account: arn.account.clone(),
        region: arn.region.clone(),
        name: parts.next()?.to_owned(),
        qualifier: parts.next().map(str::to_owned),
    })
}

/// The action that delivers to `arn`, and on what it is asked for.
fn access(arn: &str) -> Option<(&'static str, String)> {
    let service = arn.split(':').nth(2)?;
    let action = match service {
        "lambda" => "lambda:InvokeFunction",
        "s3" => return Some(("s3:PutObject", format!("{arn}/*"))),
        "sqs" => "sqs:SendMessage",
        "sns" => "sns:Publish",
        "events" => "events:PutEvents",
        _ => return None,
    };
    Some((action, arn.to_owned()))
}

/// What events to a bus say of a record.
const RESULT_SUCCESS: &str = "Lambda Function Invocation Result - Success";
pub const RESULT_FAILURE: &str = "Lambda Function Invocation Result - Failure";

/// A record on its way to a destination.
pub struct Parcel {
    pub record: Value,
    /// Where it goes in a bucket.
    pub folder: String,
    /// What an event to a bus says of it.
    pub detail_type: &'static str,
}

/// How the work on an event has ended.
pub struct Settled<'a> {
    pub id: &'a str,
    pub event: &'a QueuedEvent,
    /// `Success`, `RetriesExhausted`, `EventAgeExceeded` or `ZeroReservedConcurrency`
    pub condition: &'static str,
    /// How often the function was tried.
    pub attempts: u32,
    /// The last answer and the version that gave it, if there was one.
    pub last: Option<&'a (Answer, String)>,
}

impl Settled<'_> {
    /// The invocation record.
    fn record(&self, target: &Target, now: &str) -> Value {
        let qualifier = target.qualifier.as_deref().unwrap_or(crate::state::LATEST);
        let mut record = json!({
            "version": "1.0",
            "timestamp": now,
            "requestContext": {
                "requestId": self.id,
                "functionArn": target.qualified(qualifier),
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "requestPayload": parsed(&self.payload()),
        });
        if let Some((answer, version)) = self.last {
            record["responseContext"] = json!({"statusCode": 200, "executedVersion": version});
            if answer.failed {
                record["responseContext"]["functionError"] = json!("Unhandled");
            }
            record["responsePayload"] = parsed(&answer.payload);
        }
        record
    }

    fn payload(&self) -> Vec<u8> {
        STANDARD.decode(&self.event.payload).unwrap_or_default()
    }
}

fn parsed(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).unwrap_or_else(|_| json!(String::from_utf8_lossy(payload)))
}

impl Lambda {
    /// Sends what the configuration asks for: a record to a destination, a failed event to the
    /// dead-letter queue.
    pub(crate) async fn report(&self, target: &Target, settled: &Settled<'_>) {
        let config = self.event_invoke_config(target);
        let Some((role, dead_letters)) = self.role_and_dead_letters(target) else { return };
        let succeeded = settled.condition == "Success";
        if let Some(arn) = if succeeded { &config.on_success } else { &config.on_failure } {
            let now = self.moment();
            let parcel = Parcel {
                record: settled.record(target, &now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
                folder: format!("aws/lambda/async/{}", target.name),
                detail_type: if succeeded { RESULT_SUCCESS } else { RESULT_FAILURE },
            };
            self.send_record(target, &role, arn, &parcel).await;
        }
        if let Some(arn) = dead_letters.filter(|_| !succeeded) {
            let result = self.bury(target, &role, &arn, settled).await;
            self.note_delivery(&arn, result);
        }
    }

    /// Refuses a dead-letter queue that is none, or that the execution role may not write to.
    pub(crate) fn check_dead_letters(&self, target: &Target, settings: &Settings) -> Result<(), AwsError> {
        let Some(arn) = settings.dead_letters() else { return Ok(()) };
        let (action, service) = match arn.split(':').nth(2) {
            Some("sqs") => ("SendMessage", "SQS"),
            Some("sns") => ("Publish", "SNS"),
            _ => return Err(invalid(&format!("The dead letter queue ARN {arn} is invalid."))),
        };
        let access = Access::new(format!("{}:{action}", service.to_lowercase()), arn);
        self.kernel.permissions.check(&role_session(&settings.role, &target.name), &[access]).map_err(|_| {
            invalid(&format!("The provided execution role does not have permissions to call {action} on {service}"))
        })
    }

    fn role_and_dead_letters(&self, target: &Target) -> Option<(String, Option<String>)> {
        let state = self.state.borrow();
        let settings = &state.function(target).ok()?.resolve(target.qualifier.as_deref(), 1.0)?.settings;
        Some((settings.role.clone(), settings.dead_letters().map(str::to_owned)))
    }

    fn note_delivery(&self, arn: &str, result: Result<(), AwsError>) {
        if let Err(error) = result {
            let operation = format!("DestinationDeliveryFailures {arn}");
            self.kernel.trace.failed("lambda", &operation, self.kernel.clock.now(), &error);
        }
    }

    fn moment(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.kernel.clock.now().millis().cast_signed()).unwrap_or_default()
    }

    /// Refuses a destination on which the execution role may not do what a delivery needs.
    pub(crate) fn check_destination_access(&self, target: &Target, role: &str, arn: &str) -> Result<(), AwsError> {
        let Some((action, resource)) = access(arn) else { return Ok(()) };
        let caller = role_session(role, &target.name);
        self.kernel.permissions.check(&caller, &[Access::new(action, resource)]).map_err(|_| {
            let action = action.split(':').nth(1).unwrap_or_default();
            invalid(&format!("The function's execution role does not have permissions to call {action} on {arn}"))
        })
    }

    /// Sends a record to a destination, as the execution role; a delivery that fails is a span.
    pub(crate) async fn send_record(&self, target: &Target, role: &str, arn: &str, parcel: &Parcel) {
        let result = self.hand_over(target, role, arn, parcel).await;
        self.note_delivery(arn, result);
    }

    async fn hand_over(&self, target: &Target, role: &str, arn: &str, parcel: &Parcel) -> Result<(), AwsError> {
        let text = parcel.record.to_string();
        let Ok(parsed) = arn.parse::<Arn>() else { return Err(invalid("The destination is no ARN.")) };
        let (service, operation, input) = match parsed.service.as_str() {
            "lambda" => (
                "lambda",
                "Invoke",
                json!({"FunctionName": arn, "InvocationType": "Event", "Payload": STANDARD.encode(text)}),
            ),
            "s3" => {
                let day = self.moment().strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S");
                let key = format!("{}/{day}-{}", parcel.folder, self.kernel.rng.uuid());
                let body = STANDARD.encode(text);
                ("s3", "PutObject", json!({"Bucket": parsed.resource, "Key": key, "Body": body}))
            }
            "events" => {
                let entry = json!({
                    "Source": "lambda",
                    "DetailType": parcel.detail_type,
                    "Detail": text,
                    "EventBusName": arn,
                    "Resources": [arn, parcel.record["requestContext"]["functionArn"]],
                });
                ("events", "PutEvents", json!({"Entries": [entry]}))
            }
            _ => message(&parsed, arn, &text, &Value::Null)?,
        };
        self.call_as_role(target, role, &parsed.region, service, operation, input).await
    }

    /// Sends a failed event, as it came, to the dead-letter queue.
    async fn bury(&self, target: &Target, role: &str, arn: &str, settled: &Settled<'_>) -> Result<(), AwsError> {
        let Ok(parsed_arn) = arn.parse::<Arn>() else { return Err(invalid("The target is no ARN.")) };
        let answer = settled.last.map(|(answer, _)| parsed(&answer.payload)).unwrap_or_default();
        let reason = answer["errorMessage"].as_str().unwrap_or_default();
        let attribute = |kind: &str, text: &str| json!({"DataType": kind, "StringValue": text});
        let attributes = json!({
            "RequestID": attribute("String", settled.id),
            "ErrorCode": attribute("Number", if settled.last.is_some() { "200" } else { "429" }),
            "ErrorMessage": attribute("String", &reason.chars().take(1024).collect::<String>()),
        });
        let text = String::from_utf8_lossy(&settled.payload()).into_owned();
        let (service, operation, input) = message(&parsed_arn, arn, &text, &attributes)?;
        self.call_as_role(target, role, &parsed_arn.region, service, operation, input).await
    }

    async fn call_as_role(
        &self,
        target: &Target,
        role: &str,
        region: &str,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<(), AwsError> {
        // Buckets have no region in their ARN.
        let region = if region.is_empty() { &target.region } else { region };
        let scope = Scope::new(&self.kernel, region, role_session(role, &target.name));
        let scope = Scope { account: target.account.clone(), ..scope };
        aws_api::invoke(&self.kernel, scope, service, operation, input).await.map(drop)
    }
}

/// The call that sends `text` to a queue or a topic.
fn message(
    parsed: &Arn,
    arn: &str,
    text: &str,
    attributes: &Value,
) -> Result<(&'static str, &'static str, Value), AwsError> {
    let (service, operation, mut input) = match parsed.service.as_str() {
        "sqs" => {
            let url = format!("https://sqs.{}.amazonaws.com/{}/{}", parsed.region, parsed.account, parsed.resource);
            ("sqs", "SendMessage", json!({"QueueUrl": url, "MessageBody": text}))
        }
        "sns" => ("sns", "Publish", json!({"TopicArn": arn, "Message": text})),
        other => return Err(invalid(&format!("Records cannot be sent to {other}."))),
    };
    if !attributes.is_null() {
        input["MessageAttributes"] = attributes.clone();
    }
    Ok((service, operation, input))
}
