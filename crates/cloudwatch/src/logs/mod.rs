//! CloudWatch Logs (`logs`): groups of streams of events.

mod cfn;
mod embedded;
mod events;
mod groups;
mod insights;
mod metric_filters;
mod pattern;
mod queries;
mod state;
mod streams;
mod subscriptions;

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use kernel::{Access, Arn, AwsError, Batch, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::{Value, json};

use crate::Metrics;
use queries::Queries;
use state::State;

/// The service CloudWatch Logs.
pub struct Logs {
    kernel: Kernel,
    state: RefCell<State>,
    queries: RefCell<Queries>,
    /// Where the values go that events make or carry.
    metrics: RefCell<Option<Rc<Metrics>>>,
    this: Weak<Self>,
}

impl Logs {
    /// Opens the service on what it has stored, under the name `logs`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = RefCell::new(State::load(kernel).await?);
        let service = Rc::new_cyclic(|this| Self {
            kernel: kernel.clone(),
            state,
            queries: RefCell::default(),
            metrics: RefCell::default(),
            this: this.clone(),
        });
        kernel.router.register("logs", service.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        Ok(service)
    }

    /// Gives the values that events make or carry to `metrics` from now on.
    pub fn measure_into(&self, metrics: Rc<Metrics>) {
        *self.metrics.borrow_mut() = Some(metrics);
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[async_trait(?Send)]
impl Service for Logs {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Logs {
    fn api(&self) -> &'static Api {
        aws_api::api("logs").expect("the table of logs is part of aws-api")
    }

    /// Logs has its own name for what other JSON services call `ValidationException`.
    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let api = self.api();
        let Some(operation) = api.operations.get(call.operation) else { return Ok(()) };
        aws_api::validate(api, operation, &call.input)
            .map_err(|error| AwsError { code: "InvalidParameterException".into(), ..error })
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let group = group_name(&call.input).unwrap_or("*");
        let stream = call.input["logStreamName"].as_str();
        let resource = match (call.operation, stream) {
            ("DescribeLogGroups", _) => "log-group:*".to_owned(),
            ("PutLogEvents" | "GetLogEvents" | "DeleteLogStream", Some(stream)) => {
                format!("log-group:{group}:log-stream:{stream}")
            }
            _ => format!("log-group:{group}"),
        };
        let arn = Arn::new("logs", &call.scope.region, &call.scope.account, resource);
        vec![Access::new(format!("logs:{}", call.operation), arn.to_string())]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        match call.operation {
            "CreateLogGroup" => self.create_log_group(call).await,
            "DeleteLogGroup" => self.delete_log_group(call).await,
            "DescribeLogGroups" => self.describe_log_groups(call),
            "PutRetentionPolicy" | "DeleteRetentionPolicy" => self.set_retention(call).await,
            "CreateLogStream" => self.create_log_stream(call).await,
            "DeleteLogStream" => self.delete_log_stream(call).await,
            "DescribeLogStreams" => self.describe_log_streams(call),
            "PutLogEvents" => self.put_log_events(call).await,
            "GetLogEvents" => self.get_log_events(call),
            "FilterLogEvents" => self.filter_log_events(call),
            "PutMetricFilter" => self.put_metric_filter(call).await,
            "DescribeMetricFilters" => self.describe_metric_filters(call),
            "DeleteMetricFilter" => self.delete_metric_filter(call).await,
            "TestMetricFilter" => Self::test_metric_filter(&call),
            "PutSubscriptionFilter" => self.put_subscription_filter(call).await,
            "DescribeSubscriptionFilters" => self.describe_subscription_filters(call),
            "DeleteSubscriptionFilter" => self.delete_subscription_filter(call).await,
            "StartQuery" => self.start_query(call),
            "GetQueryResults" => self.get_query_results(call),
            "StopQuery" => self.stop_query(call),
            "DescribeQueries" => Ok(self.describe_queries(call)),
            "ListTagsForResource" => self.list_tags(call),
            "TagResource" | "UntagResource" => self.change_tags(call).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

/// The group that a call names, by name or by ARN.
fn group_name(input: &Value) -> Option<&str> {
    let identifier =
        ["logGroupName", "logGroupIdentifier", "resourceArn"].iter().find_map(|name| input[*name].as_str())?;
    let name = identifier.split_once(":log-group:").map_or(identifier, |(_, name)| name);
    Some(name.strip_suffix(":*").unwrap_or(name))
}

/// The group that a call must name, where the model leaves it open by which member.
fn required_group_name(input: &Value) -> Result<&str, AwsError> {
    if input["logGroupName"].is_string() && input["logGroupIdentifier"].is_string() {
        return Err(AwsError::validation("LogGroup name and LogGroup ARN are mutually exclusive parameters."));
    }
    group_name(input).ok_or_else(|| invalid("Exactly one of logGroupName or logGroupIdentifier must be specified."))
}

fn invalid(message: &str) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

fn no_such_group() -> AwsError {
    AwsError::new("ResourceNotFoundException", "The specified log group does not exist.")
}

fn no_such_stream() -> AwsError {
    AwsError::new("ResourceNotFoundException", "The specified log stream does not exist.")
}

/// One page of sorted `names`: those after the token, at most `limit`, and the token of the next page.
fn page<'a, T>(
    entries: impl Iterator<Item = (&'a String, T)>,
    input: &Value,
    default_limit: usize,
) -> (Vec<(&'a String, T)>, Option<Value>) {
    let limit = input["limit"].as_u64().map_or(default_limit, |limit| limit as usize);
    let after = input["nextToken"].as_str();
    let mut rest = entries.skip_while(|(name, _)| after.is_some_and(|after| name.as_str() <= after));
    let taken: Vec<_> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let token = taken.last().filter(|_| more).map(|(name, _)| json!(name));
    (taken, token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_by_its_name_or_its_arn() {
        for input in [
            json!({"logGroupName": "/aws/lambda/a"}),
            json!({"logGroupIdentifier": "/aws/lambda/a"}),
            json!({"logGroupIdentifier": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/a"}),
            json!({"resourceArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/a:*"}),
        ] {
            assert_eq!(group_name(&input), Some("/aws/lambda/a"), "{input}");
        }
    }
}
