//! `AWS::CloudWatch::Alarm`, `AWS::CloudWatch::CompositeAlarm`, `AWS::CloudWatch::Dashboard`.

use aws_api::{from_template, invoke};
use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use super::{alarms, store::Place};

/// Makes alarms and dashboards by the service's own API.
pub struct Provider;

/// How a type is made: the operation, the member that names it, the longest name, the operation that
/// removes it with the member of its list.
struct Plan {
    put: &'static str,
    name: &'static str,
    longest: usize,
    delete: (&'static str, &'static str),
}

fn plan(resource_type: &str) -> Plan {
    match resource_type {
        "AWS::CloudWatch::Dashboard" => Plan {
            put: "PutDashboard",
            name: "DashboardName",
            longest: 255,
            delete: ("DeleteDashboards", "DashboardNames"),
        },
        kind => Plan {
            put: if kind == "AWS::CloudWatch::Alarm" { "PutMetricAlarm" } else { "PutCompositeAlarm" },
            name: "AlarmName",
            longest: 255,
            delete: ("DeleteAlarms", "AlarmNames"),
        },
    }
}

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard"]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        property == plan(resource_type).name
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let plan = plan(&context.resource_type);
        let name = match properties[plan.name].as_str() {
            Some(name) => name.to_owned(),
            None => context.physical_name(plan.longest),
        };
        put(context, &plan, &name, properties).await
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        _old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        let plan = plan(&context.resource_type);
        put(context, &plan, name_of(physical_id), new).await
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _properties: &Value) -> Result<(), AwsError> {
        let (operation, member) = plan(&context.resource_type).delete;
        match request(context, operation, json!({member: [name_of(physical_id)]})).await {
            Err(error) if !error.code.contains("NotFound") => Err(error),
            _ => Ok(()),
        }
    }
}

/// The name in a physical id, which for composite alarms is an ARN.
fn name_of(physical_id: &str) -> &str {
    alarms::name_of(physical_id)
}

async fn put(context: &ResourceContext, plan: &Plan, name: &str, properties: &Value) -> Result<Created, AwsError> {
    // Templates may give numbers and booleans as text.
    let mut input = from_template("monitoring", plan.put, properties);
    input[plan.name] = json!(name);
    request(context, plan.put, input).await?;
    let place: Place = (context.account.clone(), context.region.clone());
    Ok(match plan.put {
        "PutDashboard" => Created { physical_id: name.to_owned(), attributes: Map::new() },
        operation => {
            let arn = alarms::arn(&place, name);
            let attributes = Map::from_iter([("Arn".to_owned(), json!(arn))]);
            // `Ref` gives the name of an alarm, but the ARN of a composite one.
            let physical_id = if operation == "PutMetricAlarm" { name.to_owned() } else { arn };
            Created { physical_id, attributes }
        }
    })
}

async fn request(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    let scope = Scope { account: context.account.clone(), ..scope };
    invoke(&context.kernel, scope, "monitoring", operation, input).await
}
