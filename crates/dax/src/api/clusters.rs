//! Clusters: made, changed, resized, removed.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{cluster_arn, describe, page, tags, text, texts};
use crate::{
    Dax,
    effects::{CREATION, DELETION, MODIFICATION},
    rules,
    state::{Cluster, DEFAULT_PARAMETER_GROUP, DEFAULT_SUBNET_GROUP, Node, Place, Region, Status, place},
};

/// The maintenance window of a cluster that names none.
const MAINTENANCE_WINDOW: &str = "sun:23:00-mon:00:00";

impl Dax {
    /// CreateCluster
    pub async fn create_cluster(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, place) = (&call.input, place(&call.scope));
        let name = rules::cluster_name(text(input, "ClusterName").unwrap_or_default())?;
        let role = text(input, "IamRoleArn").unwrap_or_default();
        rules::arn(role)?;
        rules::node_type(text(input, "NodeType").unwrap_or_default())?;
        let tags = tags::read(input)?;
        self.check_role(&place, role).await?;
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            let cluster = self.new_cluster(call, region, name.clone(), tags)?;
            let answer = describe::cluster(&place, &cluster);
            region.clusters.insert(name.clone(), cluster);
            state.keep_cluster(&place, &name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        self.watch(&place, &name);
        Ok(json!({"Cluster": answer}))
    }

    fn new_cluster(
        &self,
        call: &Call,
        region: &Region,
        name: String,
        tags: BTreeMap<String, String>,
    ) -> Result<Cluster, AwsError> {
        let input = &call.input;
        if region.clusters.contains_key(&name) {
            return Err(AwsError::new("ClusterAlreadyExistsFault", format!("Cluster {name} already exists.")));
        }
        let count = rules::node_count(input["ReplicationFactor"].as_u64().unwrap_or_default(), nodes_of(region))?;
        let zones = zones(call, count)?;
        let subnet_group = text(input, "SubnetGroupName").unwrap_or(DEFAULT_SUBNET_GROUP).to_ascii_lowercase();
        if !region.subnet_groups.contains_key(&subnet_group) {
            return Err(rules::no_subnet_group(&subnet_group));
        }
        let mut security_groups = texts(input, "SecurityGroupIds");
        if security_groups.is_empty() {
            // The default security group of the default VPC.
            security_groups.push(format!("sg-{}", call.scope.account.get(..8).unwrap_or("00000000")));
        }
        let nodes = (0..count).zip(zones).map(|(index, zone)| new_node(&name, index, zone)).collect();
        Ok(Cluster {
            arn: cluster_arn(call, &name),
            code: self.kernel.rng.lower_alphanumeric(6),
            description: text(input, "Description").map(str::to_owned),
            node_type: text(input, "NodeType").unwrap_or_default().to_owned(),
            status: Status::Creating,
            until: Some(self.now() + CREATION),
            nodes,
            maintenance_window: text(input, "PreferredMaintenanceWindow").unwrap_or(MAINTENANCE_WINDOW).to_owned(),
            notification: text(input, "NotificationTopicArn").map(|topic| (topic.to_owned(), "active".to_owned())),
            subnet_group,
            security_groups,
            role: text(input, "IamRoleArn").unwrap_or_default().to_owned(),
            parameter_group: parameter_group(input, region)?.unwrap_or_else(|| DEFAULT_PARAMETER_GROUP.to_owned()),
            encrypted: input["SSESpecification"]["Enabled"].as_bool().unwrap_or_default(),
            tls: text(input, "ClusterEndpointEncryptionType") == Some("TLS"),
            network_type: text(input, "NetworkType").unwrap_or("ipv4").to_owned(),
            tags,
            name,
        })
    }

    /// DescribeClusters
    pub fn describe_clusters(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let names = texts(&call.input, "ClusterNames");
        let names = names.iter().map(|name| rules::cluster_name(name)).collect::<Result<Vec<_>, _>>()?;
        let mut state = self.state.borrow_mut();
        let region = state.region(&place);
        if let Some(missing) = names.iter().find(|name| !region.clusters.contains_key(*name)) {
            return Err(rules::no_cluster(Some(missing)));
        }
        let wanted = region.clusters.values().filter(|cluster| names.is_empty() || names.contains(&cluster.name));
        page(&call.input, "Clusters", wanted.map(|cluster| describe::cluster(&place, cluster)).collect())
    }

    /// UpdateCluster
    pub async fn update_cluster(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        self.change(call, |region, cluster| {
            if let Some(group) = parameter_group(input, region)? {
                cluster.parameter_group = group;
            }
            if let Some(description) = text(input, "Description") {
                cluster.description = Some(description.to_owned());
            }
            if let Some(window) = text(input, "PreferredMaintenanceWindow") {
                window.clone_into(&mut cluster.maintenance_window);
            }
            if let Some(topic) = text(input, "NotificationTopicArn") {
                cluster.notification = Some((topic.to_owned(), "active".to_owned()));
            }
            if let (Some(status), Some((_, current))) =
                (text(input, "NotificationTopicStatus"), &mut cluster.notification)
            {
                status.clone_into(current);
            }
            let groups = texts(input, "SecurityGroupIds");
            if !groups.is_empty() {
                cluster.security_groups = groups;
            }
            Ok(())
        })
        .await
    }

    /// DeleteCluster
    pub async fn delete_cluster(&self, call: &Call) -> Result<Value, AwsError> {
        let until = self.now() + DELETION;
        let answer = self
            .change(call, |_, cluster| {
                cluster.status = Status::Deleting;
                cluster.until = Some(until);
                Ok(())
            })
            .await?;
        Ok(answer)
    }

    /// IncreaseReplicationFactor
    pub async fn increase_replication_factor(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let until = self.now() + MODIFICATION;
        self.change(call, |region, cluster| {
            let others = nodes_of(region) - cluster.nodes.len();
            let count = rules::node_count(input["NewReplicationFactor"].as_u64().unwrap_or_default(), others)?;
            if count <= cluster.nodes.len() {
                return Err(rules::invalid("The new replication factor must be greater than the current one."));
            }
            let zones = zones(call, count - cluster.nodes.len())?;
            for zone in zones {
                let index = (0..count).find(|index| {
                    let id = node_id(&cluster.name, *index);
                    cluster.nodes.iter().all(|node| node.id != id)
                });
                let node = new_node(&cluster.name, index.unwrap_or_default(), zone);
                cluster.nodes.push(node);
            }
            cluster.status = Status::Modifying;
            cluster.until = Some(until);
            Ok(())
        })
        .await
    }

    /// DecreaseReplicationFactor
    pub async fn decrease_replication_factor(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let until = self.now() + MODIFICATION;
        self.change(call, |_, cluster| {
            let count = input["NewReplicationFactor"].as_u64().unwrap_or_default() as usize;
            if count == 0 || count >= cluster.nodes.len() {
                return Err(rules::invalid("The new replication factor must be less than the current one."));
            }
            let surplus = cluster.nodes.len() - count;
            for id in leaving(input, cluster, surplus)? {
                if let Some(node) = cluster.nodes.iter_mut().find(|node| node.id == id) {
                    node.status = Status::Deleting;
                }
            }
            cluster.status = Status::Modifying;
            cluster.until = Some(until);
            Ok(())
        })
        .await
    }

    /// RebootNode
    pub async fn reboot_node(&self, call: &Call) -> Result<Value, AwsError> {
        let id = text(&call.input, "NodeId").unwrap_or_default();
        let until = self.now() + MODIFICATION;
        let answer = self
            .change(call, |_, cluster| {
                let node = cluster.nodes.iter_mut().find(|node| node.id == id);
                node.ok_or_else(|| rules::no_node(id))?.status = Status::Rebooting;
                cluster.status = Status::Modifying;
                cluster.until = Some(until);
                Ok(())
            })
            .await?;
        // A node that starts anew has forgotten what it had cached; with it goes the primary's copy.
        self.memory.forget(&cluster_arn(call, &text(&call.input, "ClusterName").unwrap_or_default().to_lowercase()));
        Ok(answer)
    }

    /// Changes a cluster that is available, wholly or not at all, and describes it.
    async fn change(
        &self,
        call: &Call,
        change: impl FnOnce(&Region, &mut Cluster) -> Result<(), AwsError>,
    ) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name = rules::cluster_name(text(&call.input, "ClusterName").unwrap_or_default())?;
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            let mut cluster = region.clusters.get(&name).cloned().ok_or_else(|| rules::no_cluster(None))?;
            match cluster.status {
                Status::Available => {}
                Status::Creating => return Err(rules::busy(&name, "created")),
                Status::Deleting => return Err(rules::busy(&name, "deleted")),
                Status::Modifying | Status::Rebooting => return Err(rules::busy(&name, "modified")),
            }
            change(region, &mut cluster)?;
            let answer = describe::cluster(&place, &cluster);
            region.clusters.insert(name.clone(), cluster);
            state.keep_cluster(&place, &name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        self.watch(&place, &name);
        Ok(json!({"Cluster": answer}))
    }
}

fn nodes_of(region: &Region) -> usize {
    region.clusters.values().map(|cluster| cluster.nodes.len()).sum()
}

/// `CLUSTER-a`, `CLUSTER-b` …
fn node_id(cluster: &str, index: usize) -> String {
    // A cluster has at most eleven nodes, far fewer than there are letters.
    format!("{cluster}-{}", char::from(b'a' + (index % 26) as u8))
}

fn new_node(cluster: &str, index: usize, zone: String) -> Node {
    Node { id: node_id(cluster, index), zone, created_at: None, status: Status::Creating }
}

/// The zones of new nodes: as asked, or the region's first three in turn.
fn zones(call: &Call, count: usize) -> Result<Vec<String>, AwsError> {
    let asked = texts(&call.input, "AvailabilityZones");
    if asked.is_empty() {
        let letters = ["a", "b", "c"].into_iter().cycle();
        return Ok(letters.take(count).map(|letter| format!("{}{letter}", call.scope.region)).collect());
    }
    if asked.len() != count {
        return Err(AwsError::new(
            "InvalidParameterCombinationException",
            "The number of availability zones must equal the number of nodes.",
        ));
    }
    match asked.iter().find(|zone| !zone.starts_with(&call.scope.region)) {
        Some(zone) => Err(rules::invalid(format!("{zone} is not a valid availability zone."))),
        None => Ok(asked),
    }
}

fn parameter_group(input: &Value, region: &Region) -> Result<Option<String>, AwsError> {
    let Some(name) = text(input, "ParameterGroupName") else { return Ok(None) };
    let name = name.to_ascii_lowercase();
    if region.parameter_groups.contains_key(&name) { Ok(Some(name)) } else { Err(rules::no_parameter_group(&name)) }
}

/// The nodes that are to go: those that are named, those in the zones that are named, or the newest.
fn leaving(input: &Value, cluster: &Cluster, surplus: usize) -> Result<Vec<String>, AwsError> {
    let (named, zones) = (texts(input, "NodeIdsToRemove"), texts(input, "AvailabilityZones"));
    let wrong_number = || {
        AwsError::new("InvalidParameterCombinationException", "The nodes to remove do not fit the replication factor.")
    };
    if !named.is_empty() {
        if let Some(stranger) = named.iter().find(|id| cluster.nodes.iter().all(|node| node.id != **id)) {
            return Err(rules::no_node(stranger));
        }
        return if named.len() == surplus { Ok(named) } else { Err(wrong_number()) };
    }
    let fitting = cluster.nodes.iter().rev().filter(|node| zones.is_empty() || zones.contains(&node.zone));
    let chosen: Vec<String> = fitting.take(surplus).map(|node| node.id.clone()).collect();
    if chosen.len() == surplus { Ok(chosen) } else { Err(wrong_number()) }
}

/// The place and the name of the cluster that an ARN or a name means.
pub fn named_by(call: &Call, resource: &str) -> Result<(Place, String), AwsError> {
    let fault = |message: String| AwsError::new("InvalidARNFault", message);
    rules::arn(resource).map_err(|error| fault(error.message))?;
    let mine = cluster_arn(call, "");
    let name = resource.strip_prefix(&mine).filter(|name| !name.is_empty());
    let name =
        name.ok_or_else(|| fault(format!("{resource} is not the ARN of a cluster of this account and region.")))?;
    Ok((place(&call.scope), name.to_owned()))
}
