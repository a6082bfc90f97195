//! `AWS::DAX::Cluster`, `AWS::DAX::ParameterGroup` and `AWS::DAX::SubnetGroup` for CloudFormation.

use std::time::Duration;

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

/// Makes clusters and groups by the public API.
pub struct Provider;

const CLUSTER: &str = "AWS::DAX::Cluster";
const PARAMETER_GROUP: &str = "AWS::DAX::ParameterGroup";
const SUBNET_GROUP: &str = "AWS::DAX::SubnetGroup";

/// How often a cluster that is changing is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// Properties of a cluster and the members of CreateCluster that take them.
const CREATED_WITH: [(&str, &str); 12] = [
    ("AvailabilityZones", "AvailabilityZones"),
    ("ClusterEndpointEncryptionType", "ClusterEndpointEncryptionType"),
    ("Description", "Description"),
    ("IAMRoleARN", "IamRoleArn"),
    ("NetworkType", "NetworkType"),
    ("NodeType", "NodeType"),
    ("NotificationTopicARN", "NotificationTopicArn"),
    ("ParameterGroupName", "ParameterGroupName"),
    ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
    ("ReplicationFactor", "ReplicationFactor"),
    ("SecurityGroupIds", "SecurityGroupIds"),
    ("SubnetGroupName", "SubnetGroupName"),
];

/// The same for UpdateCluster.
const UPDATED_WITH: [(&str, &str); 5] = [
    ("Description", "Description"),
    ("NotificationTopicARN", "NotificationTopicArn"),
    ("ParameterGroupName", "ParameterGroupName"),
    ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
    ("SecurityGroupIds", "SecurityGroupIds"),
];

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[CLUSTER, PARAMETER_GROUP, SUBNET_GROUP]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            CLUSTER => matches!(
                property,
                "ClusterEndpointEncryptionType"
                    | "ClusterName"
                    | "IAMRoleARN"
                    | "NetworkType"
                    | "NodeType"
                    | "SSESpecification"
                    | "SubnetGroupName"
            ),
            PARAMETER_GROUP => matches!(property, "Description" | "ParameterGroupName"),
            _ => property == "SubnetGroupName",
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            CLUSTER => create_cluster(context, properties).await,
            PARAMETER_GROUP => {
                let name = name(context, properties, "ParameterGroupName", 255);
                let mut input = json!({"ParameterGroupName": name});
                copy(properties, &[("Description", "Description")], &mut input);
                dax(context, "CreateParameterGroup", input).await?;
                set_parameters(context, &name, properties).await?;
                Ok(Created { physical_id: name, ..Created::default() })
            }
            _ => {
                let name = name(context, properties, "SubnetGroupName", 255);
                let mut input = json!({"SubnetGroupName": name});
                copy(properties, &[("Description", "Description"), ("SubnetIds", "SubnetIds")], &mut input);
                dax(context, "CreateSubnetGroup", input).await?;
                Ok(Created { physical_id: name, ..Created::default() })
            }
        }
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            CLUSTER => update_cluster(context, physical_id, old, new).await,
            PARAMETER_GROUP => {
                set_parameters(context, physical_id, new).await?;
                Ok(Created { physical_id: physical_id.to_owned(), ..Created::default() })
            }
            _ => {
                let mut input = json!({"SubnetGroupName": physical_id});
                copy(new, &[("Description", "Description"), ("SubnetIds", "SubnetIds")], &mut input);
                dax(context, "UpdateSubnetGroup", input).await?;
                Ok(Created { physical_id: physical_id.to_owned(), ..Created::default() })
            }
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _: &Value) -> Result<(), AwsError> {
        let (operation, member) = match context.resource_type.as_str() {
            CLUSTER => ("DeleteCluster", "ClusterName"),
            PARAMETER_GROUP => ("DeleteParameterGroup", "ParameterGroupName"),
            _ => ("DeleteSubnetGroup", "SubnetGroupName"),
        };
        match dax(context, operation, json!({ member: physical_id })).await {
            Err(error) if error.code.ends_with("NotFoundFault") => return Ok(()),
            result => result?,
        };
        // The groups of a cluster can go only when it has gone.
        while context.resource_type == CLUSTER && describe(context, physical_id).await.is_ok() {
            context.kernel.clock.sleep(PAUSE).await;
        }
        Ok(())
    }
}

async fn create_cluster(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let name = name(context, properties, "ClusterName", 20);
    let mut input = json!({"ClusterName": name});
    copy(properties, &CREATED_WITH, &mut input);
    if let Some(enabled) = properties["SSESpecification"].get("SSEEnabled") {
        input["SSESpecification"] = json!({"Enabled": enabled.as_bool().unwrap_or(enabled == "true")});
    }
    let tags = properties["Tags"].as_object().into_iter().flatten();
    let tags: Vec<Value> = tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    if !tags.is_empty() {
        input["Tags"] = Value::Array(tags);
    }
    dax(context, "CreateCluster", input).await?;
    available(context, &name).await
}

async fn update_cluster(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    if UPDATED_WITH.iter().any(|(property, _)| old.get(property) != new.get(property)) {
        let mut input = json!({"ClusterName": name});
        copy(new, &UPDATED_WITH, &mut input);
        dax(context, "UpdateCluster", input).await?;
    }
    let count = |properties: &Value| whole(&properties["ReplicationFactor"]).as_u64().unwrap_or_default();
    if count(old) != count(new) {
        let operation = if count(new) > count(old) { "IncreaseReplicationFactor" } else { "DecreaseReplicationFactor" };
        let input = json!({"ClusterName": name, "NewReplicationFactor": count(new)});
        dax(context, operation, input).await?;
    }
    let created = available(context, name).await?;
    if old.get("Tags") != new.get("Tags") {
        retag(context, &created.attributes["Arn"], old, new).await?;
    }
    Ok(created)
}

async fn retag(context: &ResourceContext, arn: &Value, old: &Value, new: &Value) -> Result<(), AwsError> {
    let empty = Map::new();
    let (old, new) = (old["Tags"].as_object().unwrap_or(&empty), new["Tags"].as_object().unwrap_or(&empty));
    let gone: Vec<&String> = old.keys().filter(|key| !new.contains_key(*key)).collect();
    if !gone.is_empty() {
        dax(context, "UntagResource", json!({"ResourceName": arn, "TagKeys": gone})).await?;
    }
    let tags: Vec<Value> = new.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    if !tags.is_empty() {
        dax(context, "TagResource", json!({"ResourceName": arn, "Tags": tags})).await?;
    }
    Ok(())
}

/// Waits until a cluster is available: only then it has an endpoint to tell.
async fn available(context: &ResourceContext, name: &str) -> Result<Created, AwsError> {
    loop {
        let cluster = describe(context, name).await?;
        if cluster["Status"] == "available" {
            let endpoint = &cluster["ClusterDiscoveryEndpoint"];
            let address = endpoint["Address"].as_str().unwrap_or_default();
            let attributes = [
                ("Arn", cluster["ClusterArn"].clone()),
                ("ClusterDiscoveryEndpoint", json!(format!("{address}:{}", endpoint["Port"]))),
                ("ClusterDiscoveryEndpointURL", endpoint["URL"].clone()),
                ("Id", json!(name)),
            ];
            let attributes = attributes.map(|(attribute, value)| (attribute.to_owned(), value)).into_iter().collect();
            return Ok(Created { physical_id: name.to_owned(), attributes });
        }
        context.kernel.clock.sleep(PAUSE).await;
    }
}

async fn describe(context: &ResourceContext, name: &str) -> Result<Value, AwsError> {
    let answer = dax(context, "DescribeClusters", json!({"ClusterNames": [name]})).await?;
    Ok(answer["Clusters"][0].clone())
}

async fn set_parameters(context: &ResourceContext, name: &str, properties: &Value) -> Result<(), AwsError> {
    let given = properties["ParameterNameValues"].as_object().into_iter().flatten();
    let values: Vec<Value> = given
        .map(|(parameter, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"ParameterName": parameter, "ParameterValue": value})
        })
        .collect();
    if !values.is_empty() {
        let input = json!({"ParameterGroupName": name, "ParameterNameValues": values});
        dax(context, "UpdateParameterGroup", input).await?;
    }
    Ok(())
}

/// The name that the template gives, or a generated one, as DAX takes names: in lower case, without two
/// hyphens side by side.
fn name(context: &ResourceContext, properties: &Value, member: &str, max_length: usize) -> String {
    match properties[member].as_str() {
        Some(name) => name.to_ascii_lowercase(),
        None => context.physical_name(max_length).to_ascii_lowercase().replace("--", "-"),
    }
}

fn copy(from: &Value, members: &[(&str, &str)], to: &mut Value) {
    for (property, member) in members {
        if let Some(value) = from.get(property) {
            to[*member] = if *member == "ReplicationFactor" { whole(value) } else { value.clone() };
        }
    }
}

/// Parameters make numbers of a template texts.
fn whole(value: &Value) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
    number.map_or_else(|| value.clone(), |number| json!(number))
}

async fn dax(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope {
        account: context.account.clone(),
        ..Scope::new(&context.kernel, &context.region, context.caller.clone())
    };
    aws_api::invoke(&context.kernel, scope, "dax", operation, input).await
}
