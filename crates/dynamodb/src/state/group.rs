//! A table's part in a global table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a table knows of the global table that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `MultiRegionConsistency` is `STRONG`.
    pub strong: bool,
    /// The replicas in other regions, in the order in which they were added.
    pub replicas: Vec<Replica>,
    /// The witness of a strongly consistent global table, which has no table of its own.
    pub witness: Option<Replica>,
}

/// A replica in another region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replica {
    /// Its region.
    pub region: String,
    /// Where it stands.
    pub status: ReplicaStatus,
    /// When it will have become what it is becoming, in milliseconds.
    pub until: Option<u64>,
    /// When it was added from this table, in milliseconds; `None` if from another one.
    pub sourced_at: Option<u64>,
    /// What it has of its own, as the wire writes it: `TableClassOverride` …
    pub overrides: Map<String, Value>,
}

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReplicaStatus {
    /// It is being made.
    Creating,
    /// It is there.
    Active,
    /// It is going.
    Deleting,
}

impl ReplicaStatus {
    /// As the wire writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
        }
    }
}

impl Replica {
    /// One that is there.
    pub fn active(region: &str) -> Self {
        let region = region.to_owned();
        Self { region, status: ReplicaStatus::Active, until: None, sourced_at: None, overrides: Map::new() }
    }
}

impl Group {
    /// The regions to which changes go.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        let there = self.replicas.iter().filter(|replica| replica.status == ReplicaStatus::Active);
        there.map(|replica| replica.region.as_str())
    }

    /// The replica in `region`.
    pub fn replica(&self, region: &str) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.region == region)
    }

    /// Replicas and witness.
    pub fn all(&self) -> impl Iterator<Item = &Replica> {
        self.replicas.iter().chain(&self.witness)
    }

    /// Whether some of it is coming or going.
    pub fn is_changing(&self) -> bool {
        self.all().any(|replica| replica.status != ReplicaStatus::Active)
    }
}
