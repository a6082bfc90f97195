//! Subscription filters: log events that are sent on, to functions and data streams.

use std::io::Write;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use kernel::{Arn, AwsError, Batch, Caller, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Logs,
    groups::with_token,
    invalid, no_such_group, page,
    pattern::Pattern,
    state::{Event, Place, group_arn, place},
};

const MOST_FILTERS: usize = 2;

/// A subscription filter.
#[derive(Clone, Serialize, Deserialize)]
pub struct SubscriptionFilter {
    pattern: String,
    destination: String,
    role: Option<String>,
    distribution: String,
    /// Milliseconds.
    created: u64,
}

impl Logs {
    pub(super) async fn put_subscription_filter(&self, call: Call) -> Result<Value, AwsError> {
        let text = |name: &str| call.input[name].as_str();
        let (place, group) = (place(&call.scope), text("logGroupName").unwrap_or_default().to_owned());
        let name = text("filterName").unwrap_or_default().to_owned();
        let filter = SubscriptionFilter {
            pattern: text("filterPattern").unwrap_or_default().to_owned(),
            destination: text("destinationArn").unwrap_or_default().to_owned(),
            role: text("roleArn").map(str::to_owned),
            distribution: text("distribution").unwrap_or("ByLogStream").to_owned(),
            created: self.kernel.clock.now().millis(),
        };
        Pattern::parse(&filter.pattern)?;
        {
            let state = self.state.borrow();
            let known = &state.group(&place, &group).ok_or_else(no_such_group)?.subscription_filters;
            if known.len() >= MOST_FILTERS && !known.contains_key(&name) {
                return Err(AwsError::new("LimitExceededException", "Resource limit exceeded."));
            }
        }
        self.check_destination(&call.scope, &group, &filter).await?;
        self.change(&call, |group| {
            let created = group.subscription_filters.get(&name).map_or(filter.created, |old| old.created);
            group.subscription_filters.insert(name, SubscriptionFilter { created, ..filter });
        })
        .await
    }

    pub(super) async fn delete_subscription_filter(&self, call: Call) -> Result<Value, AwsError> {
        let (place, text) = (place(&call.scope), |name: &str| call.input[name].as_str().unwrap_or_default());
        let (group, name) = (text("logGroupName"), text("filterName"));
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let known = state.group(&place, group).ok_or_else(no_such_group)?.subscription_filters.contains_key(name);
            if !known {
                let message = "The specified subscription filter does not exist.";
                return Err(AwsError::new("ResourceNotFoundException", message));
            }
            state.change_group(&place, group, |group| drop(group.subscription_filters.remove(name)), &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) fn describe_subscription_filters(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let group_name = input["logGroupName"].as_str().unwrap_or_default();
        let prefix = input["filterNamePrefix"].as_str().unwrap_or_default();
        let state = self.state.borrow();
        let group = state.group(&place(&call.scope), group_name).ok_or_else(no_such_group)?;
        let wanted = group.subscription_filters.iter().filter(|(name, _)| name.starts_with(prefix));
        let (page, token) = page(wanted, input, 50);
        let filters: Vec<_> = page.into_iter().map(|(name, filter)| described(group_name, name, filter)).collect();
        Ok(with_token(json!({"subscriptionFilters": filters}), token))
    }

    async fn check_destination(&self, scope: &Scope, group: &str, filter: &SubscriptionFilter) -> Result<(), AwsError> {
        let refused = || invalid("Cannot access provided service.");
        let arn: Arn = filter.destination.parse().map_err(|_| invalid("destinationArn is no ARN."))?;
        match arn.service.as_str() {
            "lambda" if arn.account != scope.account => Err(AwsError::new(
                "AccessDeniedException",
                "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create \
                 cross account lambda triggers.",
            )),
            "lambda" => {
                let input = json!({"FunctionName": filter.destination, "InvocationType": "DryRun"});
                self.call_function(scope, group, &arn.region, input).await.map_err(|_| {
                    invalid(
                        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to \
                         execute your function.",
                    )
                })
            }
            service @ ("kinesis" | "firehose") if filter.role.is_none() => {
                Err(invalid(&format!("destinationArn for vendor {service} cannot be used without roleArn")))
            }
            "kinesis" => {
                let input = json!({"StreamARN": filter.destination});
                let caller = as_role(filter.role.as_deref().unwrap_or_default());
                let scope = Scope { region: arn.region.clone(), ..scope.child(&self.kernel, caller) };
                let found = aws_api::invoke(&self.kernel, scope, "kinesis", "DescribeStreamSummary", input).await;
                found.map(drop).map_err(|error| {
                    invalid(&format!("Could not deliver message to specified Kinesis stream. {}", error.message))
                })
            }
            _ => Err(refused()),
        }
    }

    /// Invokes a function for a group. AWS takes permissions for both of the service's names.
    async fn call_function(&self, scope: &Scope, group: &str, region: &str, input: Value) -> Result<(), AwsError> {
        let place = (scope.account.clone(), scope.region.clone());
        let mut last = None;
        for principal in ["logs.amazonaws.com".to_owned(), format!("logs.{}.amazonaws.com", scope.region)] {
            let caller = Caller::Service {
                principal,
                source_arn: Some(format!("{}:*", group_arn(&place, group))),
                source_account: Some(scope.account.clone()),
            };
            let scope = Scope { region: region.to_owned(), ..scope.child(&self.kernel, caller) };
            match aws_api::invoke(&self.kernel, scope, "lambda", "Invoke", input.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if error.code == "AccessDeniedException" => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| AwsError::internal("nobody was asked")))
    }

    /// Sends new events of a stream on to whoever has subscribed to them; nobody waits for it.
    pub(super) fn send_on(&self, scope: &Scope, (group_name, stream): (&str, &str), events: &[Event]) {
        let place = place(scope);
        let filters: Vec<(String, SubscriptionFilter)> = {
            let state = self.state.borrow();
            let group = state.group(&place, group_name);
            let filters = group.into_iter().flat_map(|group| &group.subscription_filters);
            filters.map(|(name, filter)| (name.clone(), filter.clone())).collect()
        };
        for (name, filter) in filters {
            let Ok(pattern) = Pattern::parse(&filter.pattern) else { continue };
            let found: Vec<&Event> = events.iter().filter(|event| pattern.matches(&event.message)).collect();
            let Some(service) = self.this.upgrade().filter(|_| !found.is_empty()) else { continue };
            let data = packed(&place, group_name, stream, &name, &found);
            let (scope, group, stream) = (scope.clone(), group_name.to_owned(), stream.to_owned());
            self.kernel.tasks.spawn(async move {
                if let Err(error) = service.deliver(&scope, (&group, &stream), &filter, &data).await {
                    let operation = format!("SubscriptionFilter {}", filter.destination);
                    service.kernel.trace.failed("logs", &operation, service.kernel.clock.now(), &error);
                }
            });
        }
    }

    async fn deliver(
        &self,
        scope: &Scope,
        (group, stream): (&str, &str),
        filter: &SubscriptionFilter,
        data: &str,
    ) -> Result<(), AwsError> {
        let arn: Arn = filter.destination.parse().map_err(|_| invalid("destinationArn is no ARN."))?;
        if arn.service == "lambda" {
            let event = json!({"awslogs": {"data": data}}).to_string();
            let payload = STANDARD.encode(event);
            let input = json!({"FunctionName": filter.destination, "InvocationType": "Event", "Payload": payload});
            return self.call_function(scope, group, &arn.region, input).await;
        }
        let caller = as_role(filter.role.as_deref().unwrap_or_default());
        let scope = Scope { region: arn.region.clone(), ..scope.child(&self.kernel, caller) };
        let key = if filter.distribution == "Random" { self.kernel.rng.uuid() } else { stream.to_owned() };
        let input = json!({"StreamARN": filter.destination, "PartitionKey": key, "Data": data});
        aws_api::invoke(&self.kernel, scope, "kinesis", "PutRecord", input).await.map(drop)
    }
}

fn as_role(role: &str) -> Caller {
    Caller::RoleSession { role_arn: role.to_owned(), session_name: "CloudWatchLogs".to_owned(), session_policy: None }
}

/// The message that subscribers get: gzip, in base64.
fn packed(place: &Place, group: &str, stream: &str, filter: &str, events: &[&Event]) -> String {
    let told: Vec<Value> = events
        .iter()
        .map(|event| json!({"id": super::events::event_id(event), "timestamp": event.timestamp, "message": event.message}))
        .collect();
    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": place.0,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [filter],
        "logEvents": told,
    });
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(message.to_string().as_bytes());
    STANDARD.encode(encoder.finish().unwrap_or_default())
}

fn described(group: &str, name: &str, filter: &SubscriptionFilter) -> Value {
    let mut described = json!({
        "filterName": name,
        "logGroupName": group,
        "filterPattern": filter.pattern,
        "destinationArn": filter.destination,
        "distribution": filter.distribution,
        "applyOnTransformedLogs": false,
        "creationTime": filter.created,
    });
    if let Some(role) = &filter.role {
        described["roleArn"] = json!(role);
    }
    described
}
