//! Clusters as the wire describes them.

use serde_json::{Value, json};

use crate::state::{Cluster, Node, Place, Status};

/// `Cluster`
pub fn cluster((_, region): &Place, cluster: &Cluster) -> Value {
    let is_there = cluster.answers();
    let active = cluster.nodes.iter().filter(|node| is_there && node.created_at.is_some()).count();
    let mut endpoint = json!({"Port": cluster.port()});
    if is_there {
        let address = cluster.address(region);
        endpoint["URL"] = json!(url(cluster, &address));
        endpoint["Address"] = json!(address);
    }
    let groups = cluster.security_groups.iter();
    let mut answer = json!({
        "ClusterName": cluster.name,
        "ClusterArn": cluster.arn,
        "TotalNodes": cluster.nodes.iter().filter(|node| node.status != Status::Deleting).count(),
        "ActiveNodes": active,
        "NodeType": cluster.node_type,
        "Status": cluster.status.name(),
        "ClusterDiscoveryEndpoint": endpoint,
        "PreferredMaintenanceWindow": cluster.maintenance_window,
        "SubnetGroup": cluster.subnet_group,
        "SecurityGroups": groups
            .map(|id| json!({"SecurityGroupIdentifier": id, "Status": "active"}))
            .collect::<Value>(),
        "IamRoleArn": cluster.role,
        "ParameterGroup": {
            "ParameterGroupName": cluster.parameter_group,
            "ParameterApplyStatus": "in-sync",
            "NodeIdsToReboot": [],
        },
        "SSEDescription": {"Status": if cluster.encrypted { "ENABLED" } else { "DISABLED" }},
        "ClusterEndpointEncryptionType": if cluster.tls { "TLS" } else { "NONE" },
        "NetworkType": cluster.network_type,
    });
    if let Some(description) = &cluster.description {
        answer["Description"] = json!(description);
    }
    if let Some((topic, status)) = &cluster.notification {
        answer["NotificationConfiguration"] = json!({"TopicArn": topic, "TopicStatus": status});
    }
    // A cluster that is being made or removed says nothing of its nodes.
    if is_there {
        answer["Nodes"] = cluster.nodes.iter().map(|node| described(cluster, node, region)).collect();
        let leaving = cluster.nodes.iter().filter(|node| node.status == Status::Deleting);
        let leaving: Vec<&String> = leaving.map(|node| &node.id).collect();
        if !leaving.is_empty() {
            answer["NodeIdsToRemove"] = json!(leaving);
        }
    }
    answer
}

fn url(cluster: &Cluster, address: &str) -> String {
    format!("{}://{address}", if cluster.tls { "daxs" } else { "dax" })
}

fn described(cluster: &Cluster, node: &Node, region: &str) -> Value {
    let mut answer = json!({"NodeId": node.id, "NodeStatus": node.status.name()});
    let Some(created) = node.created_at else { return answer };
    answer["NodeCreateTime"] = json!(created as f64 / 1000.0);
    answer["AvailabilityZone"] = json!(node.zone);
    answer["ParameterGroupStatus"] = json!("in-sync");
    if node.status != Status::Deleting {
        let address = format!("{}.{}.nodes.dax-clusters.{region}.amazonaws.com", node.id, cluster.code);
        answer["Endpoint"] = json!({"Address": address, "Port": cluster.port()});
    }
    answer
}
