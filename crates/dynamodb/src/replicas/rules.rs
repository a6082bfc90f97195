//! What AWS refuses of replicas, and in which words. The words are those that AWS gave in October 2026,
//! but for the last ones, which it publishes nowhere.

use std::collections::BTreeSet;

use kernel::AwsError;
use serde_json::{Map, Value};

use crate::{
    api::Input,
    rules::invalid_values,
    state::{Group, TableDefinition},
};

/// Regions in which global tables can have replicas.
const REGIONS: [&str; 30] = [
    "ap-south-2",
    "ap-south-1",
    "eu-south-1",
    "eu-south-2",
    "me-central-1",
    "il-central-1",
    "ca-central-1",
    "eu-central-1",
    "eu-central-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "eu-north-1",
    "eu-west-3",
    "eu-west-2",
    "eu-west-1",
    "ap-northeast-3",
    "ap-northeast-2",
    "me-south-1",
    "ap-northeast-1",
    "sa-east-1",
    "ap-east-1",
    "ca-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "us-east-1",
    "us-east-2",
];

/// Regions in which they can be strongly consistent.
const STRONG_REGIONS: [&str; 10] = [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
];

/// Members of UpdateTable that cannot stand beside `ReplicaUpdates`.
const OTHERS: [&str; 11] = [
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "VectorIndexUpdates",
    "WarmThroughput",
];

/// What is to be done with replicas: all of one kind.
pub struct Actions {
    /// `Create`, `Update` or `Delete`
    pub kind: &'static str,
    /// The regions, each with what is said of it.
    pub regions: Vec<(String, Map<String, Value>)>,
    /// The witness that is to be made or removed with them.
    pub witness: Option<String>,
    /// Whether the global table is to be strongly consistent.
    pub strong: bool,
}

/// Reads and checks what can be checked without the table, in the region `here`.
pub fn read(input: Input<'_>, here: &str) -> Result<Actions, AwsError> {
    if OTHERS.iter().any(|other| input.has(other)) {
        return refused("Requests that modify replicas or witnesses must not also modify other fields");
    }
    let mut kinds = BTreeSet::new();
    let mut regions: Vec<(String, Map<String, Value>)> = Vec::new();
    for update in input.list("ReplicaUpdates").unwrap_or_default().iter().map(Input) {
        let given = ["Create", "Update", "Delete"].into_iter().filter_map(|kind| Some((kind, update.object(kind)?)));
        let given: Vec<_> = given.collect();
        let [(kind, action)] = given.as_slice() else {
            return match given.len() {
                0 => refused(NO_ACTIONS),
                _ => refused(MIXED),
            };
        };
        kinds.insert(*kind);
        let mut overrides = (*action).clone();
        let region = overrides.shift_remove("RegionName").and_then(|name| name.as_str().map(str::to_owned));
        let region = region.unwrap_or_default();
        if *kind == "Update" && overrides.is_empty() {
            return refused(NO_ACTIONS);
        }
        // The same region twice is as good as once.
        if regions.iter().all(|(known, _)| *known != region) {
            regions.push((region, overrides));
        }
    }
    let (Some(kind), true) = (kinds.pop_first(), kinds.is_empty()) else { return refused(MIXED) };
    let strong = input.text("MultiRegionConsistency") == Some("STRONG");
    let actions = Actions { kind, regions, witness: witness(input, kind)?, strong };
    check_regions(&actions, input, here)?;
    Ok(actions)
}

const NO_ACTIONS: &str = "There are no actions specified in the Replica Update Action of the request.";
const MIXED: &str = "Update table operation with more than one type of replica actions not allowed.";

fn refused<T>(message: &str) -> Result<T, AwsError> {
    Err(AwsError::validation(message))
}

fn witness(input: Input<'_>, kind: &str) -> Result<Option<String>, AwsError> {
    let updates = input.list("GlobalTableWitnessUpdates").unwrap_or_default();
    let Some(update) = updates.first().map(Input) else { return Ok(None) };
    if update.has("Create") && input.text("MultiRegionConsistency") != Some("STRONG") {
        return refused(
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
        );
    }
    match update.structure(kind).text("RegionName") {
        Some(region) => Ok(Some(region.to_owned())),
        None => refused(MIXED),
    }
}

fn check_regions(actions: &Actions, input: Input<'_>, here: &str) -> Result<(), AwsError> {
    let all = || actions.regions.iter().map(|(region, _)| region.as_str()).chain(actions.witness.as_deref());
    if let Some(unknown) = all().find(|region| !REGIONS.contains(region)) {
        return refused(&format!(
            "Region {unknown} is not supported. The latest version of global tables are only supported in the \
             following regions: [{}]",
            REGIONS.join(", ")
        ));
    }
    if actions.regions.iter().any(|(region, _)| region == here) {
        return refused(
            "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or \
             UpdateTable as required.",
        );
    }
    if input.has("MultiRegionConsistency") && actions.kind != "Create" {
        return refused("Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.");
    }
    if actions.kind == "Create" && actions.strong {
        return check_strong(actions, here);
    }
    if actions.kind == "Create" && actions.regions.len() > 1 {
        return refused(ONE_AT_A_TIME);
    }
    Ok(())
}

const ONE_AT_A_TIME: &str = "Update table operation with more than one create or delete replica actions not allowed";

fn check_strong(actions: &Actions, here: &str) -> Result<(), AwsError> {
    let all = actions.regions.iter().map(|(region, _)| region.as_str()).chain(actions.witness.as_deref());
    let unfit: Vec<&str> = all.chain([here]).filter(|region| !STRONG_REGIONS.contains(region)).collect();
    if !unfit.is_empty() {
        return refused(&format!(
            "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [{}].",
            unfit.join(", ")
        ));
    }
    if let Some(witness) = &actions.witness {
        if actions.regions.iter().any(|(region, _)| region == witness) {
            return refused("Cannot target multiple regions with the same action");
        }
        if witness == here {
            return refused(
                "Cannot add a witness in the same region as an existing replica when creating a global table with \
                 MultiRegionConsistency set to STRONG.",
            );
        }
    }
    if actions.regions.len() + usize::from(actions.witness.is_some()) != 2 {
        return refused("Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.");
    }
    Ok(())
}

/// Checks what is to be made against the table; `is_empty` says whether it has no items.
pub fn check_create(
    actions: &Actions,
    table: &TableDefinition,
    is_empty: bool,
    says_mode: bool,
    has_table: impl Fn(&str) -> bool,
) -> Result<(), AwsError> {
    if let Some(group) = &table.keeping.group {
        if says_mode {
            return refused("MultiRegionConsistency parameter is unsupported on existing global table");
        }
        if group.strong {
            return refused("Cannot add replicas to a global table with strong MultiRegionConsistency");
        }
    }
    if actions.regions.iter().any(|(region, _)| has_table(region)) {
        return refused(&format!(
            "Failed to create a the new replica of table with name: \u{2018}{}\u{2019} because one or more replicas \
             already existed as tables.",
            table.name
        ));
    }
    if actions.strong {
        let has =
            |what: &str| format!("{what} not supported for global tables with MultiRegionConsistency set to STRONG.");
        if !is_empty {
            return refused(&has("Tables with items are"));
        }
        if table.has_local_indexes() {
            return refused(&has("Local secondary indexes are"));
        }
        if table.time_to_live.is_some() {
            return refused(&has("Time to live is"));
        }
    }
    Ok(())
}

/// The refusal of a provisioned table whose writes, or an index's, do not scale by themselves.
pub fn unscaled(subject: &str) -> AwsError {
    AwsError::validation(format!("{subject} write capacity should either be Pay-Per-Request or AutoScaled."))
}

/// Checks that the regions have replicas, and that they can be removed together.
pub fn check_members(actions: &Actions, group: Option<&Group>) -> Result<(), AwsError> {
    let empty = Group::default();
    let group = group.unwrap_or(&empty);
    let strangers: Vec<&str> = actions
        .regions
        .iter()
        .map(|(region, _)| region.as_str())
        .filter(|region| group.replica(region).is_none())
        .collect();
    if !strangers.is_empty() {
        return refused(&not_members("replicas", &strangers));
    }
    if actions.kind != "Delete" {
        return Ok(());
    }
    if let Some(witness) = &actions.witness
        && group.witness.as_ref().is_none_or(|known| known.region != *witness)
    {
        return refused(&not_members("witnesses", &[witness]));
    }
    if group.witness.is_some() && actions.witness.is_none() {
        return refused("Update table delete operation does not include all witnesses.");
    }
    match actions.regions.len() {
        count if group.strong && count < group.replicas.len() => Err(only_one_replica()),
        count if !group.strong && count > 1 => refused(ONE_AT_A_TIME),
        _ => Ok(()),
    }
}

/// The refusal of those that are none of the global table's `what`.
pub fn not_members(what: &str, strangers: &[&str]) -> String {
    format!(
        "Update global table operation failed because one or more {what} were not part of the global table. Please \
         retry the request without these {what}: [{}].",
        strangers.join(", ")
    )
}

/// A strongly consistent global table goes as a whole.
pub fn only_one_replica() -> AwsError {
    AwsError::validation(
        "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to \
         STRONG.",
    )
}

/// A table from which a replica was made stays for a day, as long as that replica is there.
pub fn check_source(group: &Group, now: u64) -> Result<(), AwsError> {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let is_recent = group.replicas.iter().any(|replica| replica.sourced_at.is_some_and(|at| at + DAY > now));
    if !is_recent {
        return Ok(());
    }
    refused(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table \
         in the last 24 hours.",
    )
}

/// The table, or its global table, is changing.
pub fn in_use() -> AwsError {
    AwsError::new("ResourceInUseException", "The resource which you are attempting to change is in use.")
}

/// The stream carries the changes to the other regions.
pub fn no_stream_change() -> AwsError {
    invalid_values("Disabling Stream is not allowed for a Global Table replica.")
}

/// A strongly consistent table takes no transactions.
pub fn no_transactions() -> AwsError {
    AwsError::validation("Transactions are not supported for global tables with MultiRegionConsistency set to STRONG.")
}

/// Its items do not expire.
pub fn no_time_to_live() -> AwsError {
    AwsError::validation("Time to live is not supported for global tables with MultiRegionConsistency set to STRONG.")
}
