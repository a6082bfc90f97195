//! What is kept of a table beside its shape and its items: settings that have operations of their own.

use serde::{Deserialize, Serialize};

use super::Group;

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
