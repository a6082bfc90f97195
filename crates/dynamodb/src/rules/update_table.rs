//! What UpdateTable refuses before it looks for the table.

use std::collections::BTreeSet;

use kernel::AwsError;

use super::{invalid_values, table};
use crate::api::Input;

/// What one call may change.
const CHANGES: [&str; 12] = [
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "ReplicaUpdates",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
    "MultiRegionConsistency",
    "VectorIndexUpdates",
];

/// Changes that no other may accompany, in the words of DynamoDB.
const ALONE: [(&str, &str); 4] = [
    ("WarmThroughput", "WarmThroughput"),
    ("SSESpecification", "Server-Side Encryption modification"),
    ("TableClass", "TableClass modification"),
    ("DeletionProtectionEnabled", "DeletionProtection modification"),
];

/// The ways in which an index can change.
pub const INDEX_CHANGES: [&str; 3] = ["Update", "Create", "Delete"];

/// Checks what a call asks for by itself.
pub fn check(input: Input<'_>) -> Result<(), AwsError> {
    let is_asked = |change: &str| match change {
        "GlobalSecondaryIndexUpdates" => input.list(change).is_some_and(|updates| !updates.is_empty()),
        _ => input.has(change),
    };
    if !CHANGES.into_iter().any(is_asked) {
        return Err(AwsError::validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
             SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \
             MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is \
             required",
        ));
    }
    let others = |allowed: &[&str]| CHANGES.iter().any(|change| !allowed.contains(change) && input.has(change));
    if let Some((_, words)) = ALONE.iter().find(|(change, _)| input.has(change) && others(&[change])) {
        return Err(invalid_values(format_args!("{words} must be the only operation in the request")));
    }
    if input.has("OnDemandThroughput") && others(&["OnDemandThroughput", "BillingMode"]) {
        return Err(invalid_values(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ));
    }
    let units = input.get("ProvisionedThroughput").map(|units| table::units_of(Input(units)));
    if input.text("BillingMode") == Some("PROVISIONED") && units.is_none() {
        return Err(invalid_values("ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
    }
    units.map_or(Ok(()), table::check_units)?;
    check_index_updates(input)
}

fn check_index_updates(input: Input<'_>) -> Result<(), AwsError> {
    let Some(updates) = input.list("GlobalSecondaryIndexUpdates") else { return Ok(()) };
    if updates.is_empty() {
        return Err(invalid_values("List of GlobalSecondaryIndexUpdates is empty"));
    }
    let mut named = BTreeSet::new();
    for update in updates.iter().map(Input) {
        let Some(change) = INDEX_CHANGES.into_iter().find_map(|kind| update.get(kind)) else {
            return Err(invalid_values(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                 GlobalSecondaryIndexUpdate.Delete must not be null",
            ));
        };
        let name = Input(change).text("IndexName").unwrap_or_default();
        if !named.insert(name) {
            return Err(invalid_values(format_args!(
                "Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )));
        }
    }
    Ok(())
}
