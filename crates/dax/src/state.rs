//! What is kept: clusters, parameter groups, subnet groups and events, in memory and in storage.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Batch, Entry, Kernel, Scope, Space, StorageError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// kind, account, region, name → JSON
const SPACE: Space = Space::new("dax");

/// How many events of a region are kept; AWS keeps them for two weeks.
const MAX_EVENTS: usize = 500;

/// The parameter group that is always there.
pub const DEFAULT_PARAMETER_GROUP: &str = "default.dax1.0";

/// The subnet group that is always there.
pub const DEFAULT_SUBNET_GROUP: &str = "default";

/// How long both caches keep things unless a parameter group says otherwise, in milliseconds.
const DEFAULT_TTL: u64 = 300_000;

/// An account and a region.
pub type Place = (String, String);

/// The place in which a call acts.
pub fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// What a cluster or a node is about to become, or is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is being made.
    Creating,
    /// It answers.
    Available,
    /// It answers, and its nodes are changing.
    Modifying,
    /// The node is being started anew.
    Rebooting,
    /// It is being removed.
    Deleting,
}

impl Status {
    /// As the wire writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Available => "available",
            Self::Modifying => "modifying",
            Self::Rebooting => "rebooting",
            Self::Deleting => "deleting",
        }
    }
}

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// `CLUSTER-a`
    pub id: String,
    /// Its availability zone.
    pub zone: String,
    /// Milliseconds; `None` until it is there.
    pub created_at: Option<u64>,
    /// Where it stands.
    pub status: Status,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Unique in a region of an account, in lower case.
    pub name: String,
    /// `arn:aws:dax:REGION:ACCOUNT:cache/NAME`
    pub arn: String,
    /// Six characters that make its addresses unique.
    pub code: String,
    /// `Description`
    pub description: Option<String>,
    /// `dax.r5.large`
    pub node_type: String,
    /// Where it stands.
    pub status: Status,
    /// When it will have become what it is becoming, in milliseconds.
    pub until: Option<u64>,
    /// In the order of their making.
    pub nodes: Vec<Node>,
    /// `sun:23:00-mon:01:30`
    pub maintenance_window: String,
    /// The topic's ARN, and `active` or `inactive`.
    pub notification: Option<(String, String)>,
    /// The subnet group's name.
    pub subnet_group: String,
    /// Ids of security groups.
    pub security_groups: Vec<String>,
    /// The role with which it reads and writes tables.
    pub role: String,
    /// The parameter group's name.
    pub parameter_group: String,
    /// `SSESpecification.Enabled`
    pub encrypted: bool,
    /// `ClusterEndpointEncryptionType` is `TLS`.
    pub tls: bool,
    /// `ipv4`, `ipv6` or `dual_stack`
    pub network_type: String,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
}

impl Cluster {
    /// Whether its endpoint answers.
    pub fn answers(&self) -> bool {
        matches!(self.status, Status::Available | Status::Modifying)
    }

    /// The host of its endpoint.
    pub fn address(&self, region: &str) -> String {
        format!("{}.{}.dax-clusters.{region}.amazonaws.com", self.name, self.code)
    }

    /// The port of its endpoints.
    pub fn port(&self) -> u16 {
        if self.tls { 9111 } else { 8111 }
    }
}

/// A parameter group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterGroup {
    /// `Description`
    pub description: Option<String>,
    /// How long the item cache keeps an item, in milliseconds; 0 for ever.
    pub record_ttl: u64,
    /// How long the query cache keeps an answer, in milliseconds; 0 not at all.
    pub query_ttl: u64,
}

impl ParameterGroup {
    /// A group with the default parameters.
    pub fn new(description: Option<String>) -> Self {
        Self { description, record_ttl: DEFAULT_TTL, query_ttl: DEFAULT_TTL }
    }
}

/// A subnet group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubnetGroup {
    /// `Description`
    pub description: Option<String>,
    /// Ids of subnets.
    pub subnets: Vec<String>,
}

/// Something that happened to a cluster or a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The name of what it happened to.
    pub source: String,
    /// `CLUSTER`, `PARAMETER_GROUP` or `SUBNET_GROUP`
    pub kind: String,
    /// What happened.
    pub message: String,
    /// Milliseconds.
    pub at: u64,
}

/// Everything of one account in one region.
#[derive(Default)]
pub struct Region {
    /// By name.
    pub clusters: BTreeMap<String, Cluster>,
    /// By name.
    pub parameter_groups: BTreeMap<String, ParameterGroup>,
    /// By name.
    pub subnet_groups: BTreeMap<String, SubnetGroup>,
    /// Oldest first.
    pub events: VecDeque<Event>,
}

impl Region {
    fn new(place: &Place) -> Self {
        let mut region = Self::default();
        let description = |text: &str| Some(text.to_owned());
        let parameters = ParameterGroup::new(description("Default parameter group for dax1.0"));
        region.parameter_groups.insert(DEFAULT_PARAMETER_GROUP.to_owned(), parameters);
        // There is no EC2 in this cloud: the default VPC has a subnet in each of three zones, named after the account.
        let tail = place.0.get(..7).unwrap_or("0000000");
        let subnets = ["a", "b", "c"].map(|zone| format!("subnet-{zone}{tail}")).to_vec();
        let subnets = SubnetGroup { description: description("Default CacheSubnetGroup"), subnets };
        region.subnet_groups.insert(DEFAULT_SUBNET_GROUP.to_owned(), subnets);
        region
    }

    /// The parameters of a cluster.
    pub fn parameters_of(&self, cluster: &Cluster) -> ParameterGroup {
        self.parameter_groups.get(&cluster.parameter_group).cloned().unwrap_or_else(|| ParameterGroup::new(None))
    }

    /// Notes what happened.
    pub fn tell(&mut self, kind: &str, source: &str, message: impl Into<String>, at: u64) {
        let event = Event { source: source.to_owned(), kind: kind.to_owned(), message: message.into(), at };
        self.events.push_back(event);
        while self.events.len() > MAX_EVENTS {
            self.events.pop_front();
        }
    }
}

/// Everything of all accounts and regions.
#[derive(Default)]
pub struct State {
    regions: BTreeMap<Place, Region>,
}

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut garbled = false;
        kernel.storage.load(&SPACE, |entry| garbled |= state.restore(&entry).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored clusters of DAX are garbled".into()));
        }
        Ok(state)
    }

    fn restore(&mut self, (key, value): &Entry) -> Option<()> {
        let mut parts = std::str::from_utf8(key).ok()?.split('\0').map(str::to_owned);
        let (kind, place, name) = (parts.next()?, (parts.next()?, parts.next()?), parts.next()?);
        let region = self.region(&place);
        match kind.as_str() {
            "cluster" => drop(region.clusters.insert(name, read(value)?)),
            "parameters" => drop(region.parameter_groups.insert(name, read(value)?)),
            "subnets" => drop(region.subnet_groups.insert(name, read(value)?)),
            "events" => region.events = read(value)?,
            _ => return None,
        }
        Some(())
    }

    /// Everything of one account in one region.
    pub fn region(&mut self, place: &Place) -> &mut Region {
        self.regions.entry(place.clone()).or_insert_with(|| Region::new(place))
    }

    /// All clusters and where they are.
    pub fn clusters(&self) -> impl Iterator<Item = (&Place, &Cluster)> {
        self.regions.iter().flat_map(|(place, region)| region.clusters.values().map(move |cluster| (place, cluster)))
    }

    /// Keeps a cluster as it is now, and the events of its region.
    pub fn keep_cluster(&mut self, place: &Place, name: &str, batch: &mut Batch) {
        let region = self.region(place);
        keep("cluster", place, name, region.clusters.get(name), batch);
        keep("events", place, "", Some(&region.events), batch);
    }

    /// Keeps a parameter group as it is now, and the events of its region.
    pub fn keep_parameters(&mut self, place: &Place, name: &str, batch: &mut Batch) {
        let region = self.region(place);
        keep("parameters", place, name, region.parameter_groups.get(name), batch);
        keep("events", place, "", Some(&region.events), batch);
    }

    /// Keeps a subnet group as it is now, and the events of its region.
    pub fn keep_subnets(&mut self, place: &Place, name: &str, batch: &mut Batch) {
        let region = self.region(place);
        keep("subnets", place, name, region.subnet_groups.get(name), batch);
        keep("events", place, "", Some(&region.events), batch);
    }
}

fn keep(kind: &str, place: &Place, name: &str, value: Option<&impl Serialize>, batch: &mut Batch) {
    let key = [kind, &place.0, &place.1, name].join("\0").into_bytes();
    // Maps with text keys, numbers and texts: nothing that JSON cannot hold.
    match value {
        Some(value) => batch.put(&SPACE, key, serde_json::to_vec(value).unwrap_or_default()),
        None => batch.delete(&SPACE, key),
    }
}

fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
    serde_json::from_slice(value).ok()
}
