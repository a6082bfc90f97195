//! What happens to clusters as time passes, and the role with which they act.

use kernel::{AwsError, Batch, Caller, Scope, Timestamp};
use serde_json::json;

use crate::{
    Dax, rules,
    state::{Cluster, Place, Region, Status},
};

/// How long a cluster takes to be made, in virtual milliseconds. AWS takes minutes; here it is long
/// enough to be seen.
pub const CREATION: u64 = 5_000;
/// How long a change of nodes takes.
pub const MODIFICATION: u64 = 3_000;
/// How long a cluster takes to go.
pub const DELETION: u64 = 3_000;

/// How long an assumed role is good for: an hour, in milliseconds.
const SESSION: u64 = 60 * 60 * 1000;

impl Dax {
    /// Goes on with what was under way when the cloud was last closed.
    pub fn resume(&self) {
        let all: Vec<(Place, String)> =
            self.state.borrow().clusters().map(|(place, cluster)| (place.clone(), cluster.name.clone())).collect();
        for (place, name) in all {
            self.watch(&place, &name);
        }
    }

    /// Sees to it that a cluster becomes what it is becoming.
    pub fn watch(&self, place: &Place, name: &str) {
        let until = self.state.borrow_mut().region(place).clusters.get(name).and_then(|cluster| cluster.until);
        let Some(until) = until else { return };
        let (me, clock, place, name) = (self.me.clone(), self.kernel.clock.clone(), place.clone(), name.to_owned());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(Timestamp::from_millis(until)).await;
            if let Some(room) = me.upgrade() {
                room.settle(&place, &name, until).await;
            }
        });
    }

    async fn settle(&self, place: &Place, name: &str, until: u64) {
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(place);
            let due = region.clusters.get(name).filter(|cluster| cluster.until == Some(until)).cloned();
            let Some(cluster) = due else { return };
            if cluster.status == Status::Deleting {
                remove(region, &cluster, self.now());
                self.memory.forget(&cluster.arn);
            } else {
                let settled = settled(region, cluster, self.now());
                region.clusters.insert(name.to_owned(), settled);
            }
            state.keep_cluster(place, name, &mut batch);
        }
        // Nobody waits for an answer: what could not be kept happens again after the next start.
        let _ = self.commit(batch).await;
    }

    /// Refuses a role that the service may not assume.
    pub async fn check_role(&self, place: &Place, role: &str) -> Result<(), AwsError> {
        let refused = |_| rules::invalid(format!("No permission to assume role: {role}"));
        self.assume(place, role, "DAX").await.map(drop).map_err(refused)
    }

    /// As whom a cluster reads and writes tables. A session lasts an hour, whatever becomes of the role.
    pub async fn caller(&self, place: &Place, cluster: &Cluster) -> Result<Caller, AwsError> {
        let now = self.now();
        if let Some(caller) = self.memory.session(&cluster.arn, now) {
            return Ok(caller);
        }
        let caller = self.assume(place, &cluster.role, &cluster.name).await?;
        self.memory.keep_session(&cluster.arn, caller.clone(), now + SESSION);
        Ok(caller)
    }

    async fn assume(&self, (account, region): &Place, role: &str, session: &str) -> Result<Caller, AwsError> {
        let kernel = &self.kernel;
        let scope = Scope { account: account.clone(), ..Scope::new(kernel, region, Caller::service("dax")) };
        let input = json!({"RoleArn": role, "RoleSessionName": format!("{session:_<2}")});
        match aws_api::invoke(kernel, scope, "sts", "AssumeRole", input).await {
            // A cloud without STS has no policies either.
            Err(error) if error.code != "InternalFailure" => Err(AwsError::access_denied(error.message)),
            _ => Ok(Caller::RoleSession {
                role_arn: role.to_owned(),
                session_name: session.to_owned(),
                session_policy: None,
            }),
        }
    }
}

/// The cluster when its nodes have become what they were becoming.
fn settled(region: &mut Region, mut cluster: Cluster, now: u64) -> Cluster {
    let is_new = cluster.status == Status::Creating;
    for node in &mut cluster.nodes {
        let message = match node.status {
            Status::Creating if !is_new => format!("Added node {}.", node.id),
            Status::Rebooting => format!("Rebooted node {}.", node.id),
            Status::Deleting => format!("Removed node {}.", node.id),
            _ => String::new(),
        };
        if !message.is_empty() {
            region.tell("CLUSTER", &cluster.name, message, now);
        }
        if node.status != Status::Deleting {
            node.created_at = node.created_at.or(Some(now));
            node.status = Status::Available;
        }
    }
    cluster.nodes.retain(|node| node.status == Status::Available);
    if is_new {
        region.tell("CLUSTER", &cluster.name, "Cluster created.", now);
    }
    cluster.status = Status::Available;
    cluster.until = None;
    cluster
}

fn remove(region: &mut Region, cluster: &Cluster, now: u64) {
    for node in &cluster.nodes {
        region.tell("CLUSTER", &cluster.name, format!("Removed node {}.", node.id), now);
    }
    region.tell("CLUSTER", &cluster.name, "Cluster deleted.", now);
    region.clusters.remove(&cluster.name);
}
