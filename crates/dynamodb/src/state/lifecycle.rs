//! What a table is going through: being made, changed or deleted takes time, where time is given to it.

use serde::{Deserialize, Serialize};

use super::TableDefinition;

/// A change of a table that takes time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What is changed.
    pub kind: ChangeKind,
    /// Milliseconds.
    pub since: u64,
    /// Milliseconds.
    pub until: u64,
}

/// What a change changes; indexes by their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// The table is being made.
    Create,
    /// Settings of the table change.
    Update,
    /// The table is being deleted.
    Delete,
    /// A global index is being made.
    IndexCreate(String),
    /// The throughput of a global index changes.
    IndexUpdate(String),
    /// A global index is being deleted.
    IndexDelete(String),
}

impl Change {
    /// Whether an index that is being made is past the first third of its making: resources are
    /// allocated, and items are filled in.
    pub fn is_backfilling(&self, now: u64) -> bool {
        matches!(self.kind, ChangeKind::IndexCreate(_)) && now >= self.since + (self.until - self.since) / 3
    }
}

impl TableDefinition {
    /// The change that is under way.
    pub fn change_at(&self, now: u64) -> Option<&Change> {
        self.change.as_ref().filter(|change| now < change.until)
    }

    /// Whether it is still being made, or going: nothing it holds can be reached.
    pub fn is_closed_at(&self, now: u64) -> bool {
        self.change_at(now).is_some_and(|change| matches!(change.kind, ChangeKind::Create | ChangeKind::Delete))
    }

    /// `TableStatus`
    pub fn status_at(&self, now: u64) -> &'static str {
        let Some(change) = self.change_at(now) else { return "ACTIVE" };
        match change.kind {
            ChangeKind::Create => "CREATING",
            ChangeKind::Delete => "DELETING",
            // The table itself is done while its index is being filled.
            ChangeKind::IndexCreate(_) if change.is_backfilling(now) => "ACTIVE",
            _ => "UPDATING",
        }
    }
}
