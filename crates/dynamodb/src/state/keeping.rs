//! What is kept of a table beside its shape and its items: settings that have operations of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Destination, Group};

/// Days for which a table can be recovered if nothing else is said.
pub const RECOVERY_DAYS: u64 = 35;

const DAY: u64 = 24 * 60 * 60 * 1000;
/// How long it takes until a moment can be restored, in milliseconds.
const RECOVERY_LAG: u64 = 5 * 60 * 1000;

/// Settings of a table that CreateTable and DescribeTable do not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keeping {
    /// Point-in-time recovery, where it is enabled.
    pub recovery: Option<Recovery>,
    /// The global table that it belongs to.
    pub group: Option<Group>,
    /// Who else may use the table.
    pub policy: ResourcePolicy,
    /// Contributor Insights by index; those of the table have no name.
    pub insights: BTreeMap<String, Insights>,
    /// The data streams that changes go to, or went to.
    pub destinations: Vec<Destination>,
}

/// Contributor Insights of a table or an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insights {
    /// Whether they are enabled.
    pub enabled: bool,
    /// Whether only throttled keys are told.
    pub throttled_only: bool,
    /// When they were enabled, in milliseconds.
    pub created_at: u64,
    /// When they last changed.
    pub changed_at: u64,
}

impl Insights {
    /// `ContributorInsightsMode`
    pub fn mode(&self) -> &'static str {
        if self.throttled_only { "THROTTLED_KEYS" } else { "ACCESSED_AND_THROTTLED_KEYS" }
    }
}

/// The policy of a table or of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePolicy {
    /// The document, where there is one.
    pub document: Option<String>,
    /// When it was last put or removed, in milliseconds; 0 if never.
    pub revision: u64,
}

impl ResourcePolicy {
    /// Puts `document`, or removes what is there. The same document again changes nothing.
    pub fn set(&mut self, document: Option<String>, now: u64) {
        if self.document != document {
            self.revision = now.max(self.revision + 1);
            self.document = document;
        }
    }
}

/// Point-in-time recovery of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// When it was enabled, in milliseconds.
    pub since: u64,
    /// `RecoveryPeriodInDays`
    pub days: u64,
}

impl Recovery {
    /// The first moment that can be restored.
    pub fn earliest(&self, now: u64) -> u64 {
        self.since.max(now.saturating_sub(self.days * DAY))
    }

    /// The last moment that can be restored: five minutes ago, as in AWS, but not before it was enabled.
    pub fn latest(&self, now: u64) -> u64 {
        self.since.max(now.saturating_sub(RECOVERY_LAG))
    }
}
