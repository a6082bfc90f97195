//! What the control plane's wire says: one function for every operation.

mod clusters;
mod describe;
mod events;
mod parameters;
mod subnets;
mod tags;

use aws_api::{Api, Call};
use kernel::{Access, Arn, AwsError};
use serde_json::{Value, json};

use crate::{Dax, rules::invalid};

/// Entries of one answer, unless it is asked for fewer.
const MAX_LISTED: u64 = 100;
/// The fewest entries that can be asked for.
const MIN_LISTED: u64 = 20;

/// DAX's table of operations.
///
/// # Panics
/// Never: the tables are part of the program.
#[expect(clippy::expect_used, reason = "the table is compiled in")]
pub fn table() -> &'static Api {
    aws_api::api("dax").expect("compiled in")
}

impl Dax {
    /// Does what `call` asks.
    pub async fn dispatch(&self, call: &Call) -> Result<Value, AwsError> {
        match call.operation {
            "CreateCluster" => self.create_cluster(call).await,
            "DescribeClusters" => self.describe_clusters(call),
            "UpdateCluster" => self.update_cluster(call).await,
            "DeleteCluster" => self.delete_cluster(call).await,
            "IncreaseReplicationFactor" => self.increase_replication_factor(call).await,
            "DecreaseReplicationFactor" => self.decrease_replication_factor(call).await,
            "RebootNode" => self.reboot_node(call).await,
            "CreateParameterGroup" => self.create_parameter_group(call).await,
            "DescribeParameterGroups" => self.describe_parameter_groups(call),
            "UpdateParameterGroup" => self.update_parameter_group(call).await,
            "DeleteParameterGroup" => self.delete_parameter_group(call).await,
            "DescribeParameters" => self.describe_parameters(call),
            "DescribeDefaultParameters" => parameters::describe_default(call),
            "CreateSubnetGroup" => self.create_subnet_group(call).await,
            "DescribeSubnetGroups" => self.describe_subnet_groups(call),
            "UpdateSubnetGroup" => self.update_subnet_group(call).await,
            "DeleteSubnetGroup" => self.delete_subnet_group(call).await,
            "DescribeEvents" => self.describe_events(call),
            "TagResource" => self.tag_resource(call).await,
            "UntagResource" => self.untag_resource(call).await,
            "ListTags" => self.list_tags(call),
            _ => Err(aws_api::unknown_operation(table())),
        }
    }
}

/// What a call needs: actions on clusters know the cluster, the others no resource.
pub fn access(call: &Call) -> Vec<Access> {
    let input = &call.input;
    let resource = match (input["ClusterName"].as_str(), input["ResourceName"].as_str()) {
        (Some(name), _) => cluster_arn(call, &name.to_ascii_lowercase()),
        (None, Some(arn)) => arn.to_owned(),
        (None, None) => "*".to_owned(),
    };
    vec![Access::new(format!("dax:{}", call.operation), resource)]
}

/// The ARN of a cluster where `call` acts.
fn cluster_arn(call: &Call, name: &str) -> String {
    Arn::new("dax", &call.scope.region, &call.scope.account, format!("cache/{name}")).to_string()
}

/// A text of the input.
fn text<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input[name].as_str()
}

/// A list of texts of the input.
fn texts(input: &Value, name: &str) -> Vec<String> {
    input[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// One page of `entries`, as the member `name` of an answer. A token is the position of the next page.
fn page(input: &Value, name: &str, entries: Vec<Value>) -> Result<Value, AwsError> {
    let limit = input["MaxResults"].as_u64().unwrap_or(MAX_LISTED);
    if input["MaxResults"].is_number() && !(MIN_LISTED..=MAX_LISTED).contains(&limit) {
        return Err(invalid(format!("The parameter MaxResults must be between {MIN_LISTED} and {MAX_LISTED}.")));
    }
    let start: usize = match text(input, "NextToken") {
        Some(token) => token.parse().map_err(|_| invalid("The parameter NextToken is not valid."))?,
        None => 0,
    };
    let end = start.saturating_add(limit as usize);
    let more = entries.len() > end;
    let listed: Vec<Value> = entries.into_iter().skip(start).take(limit as usize).collect();
    let mut answer = json!({ name: listed });
    if more {
        answer["NextToken"] = json!(end.to_string());
    }
    Ok(answer)
}
