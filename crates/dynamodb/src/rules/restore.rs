//! How a restored table may differ from the one it was.

use std::collections::BTreeMap;

use kernel::AwsError;
use serde_json::Value;

use super::{invalid_request, invalid_values, table, vectors};
use crate::{
    api::Input,
    state::{Billing, IndexDefinition, IndexProjection, Keeping, Switches, TableDefinition, ThroughputHistory},
};

/// The table that a restore makes of `source`: it keeps its keys, indexes, throughput and encryption
/// but for the overrides of `input`, and nothing else. Its name and its identity are still those of
/// the source.
pub fn definition(input: Input<'_>, source: &TableDefinition, now: u64) -> Result<TableDefinition, AwsError> {
    let billing = billing(input, source, now)?;
    let on_demand_throughput = on_demand_throughput(input, source, &billing)?;
    let mut indexes = indexes(input, source, &billing, true)?;
    indexes.extend(self::indexes(input, source, &billing, false)?);
    for (position, index) in indexes.iter().enumerate() {
        if indexes[..position].iter().any(|other| other.name == index.name) {
            return Err(invalid_values(format_args!("Duplicate index name: {}", index.name)));
        }
    }
    let vectors = vectors::restored(input, source, billing.on_demand)?;
    let encryption = match input.get("SSESpecificationOverride") {
        Some(specification) => Input(specification).flag("Enabled").then(|| specification.clone()),
        None => source.encryption.clone(),
    };
    let mut attributes = source.attributes.clone();
    attributes.retain(|attribute| {
        let keys = std::iter::once(&source.keys).chain(indexes.iter().map(|index| &index.keys));
        keys.into_iter().any(|keys| keys.contains(&attribute.name))
            || vectors::schema_names(&vectors).any(|name| name == attribute.name)
    });
    Ok(TableDefinition {
        attributes,
        indexes,
        vectors,
        billing,
        encryption,
        on_demand_throughput,
        created_at: now,
        stream_arn: None,
        deletion_protection: false,
        class: None,
        tags: BTreeMap::new(),
        time_to_live: None,
        time_to_live_changed_at: None,
        keeping: Keeping::default(),
        change: None,
        ..source.clone()
    })
}

fn billing(input: Input<'_>, source: &TableDefinition, now: u64) -> Result<Billing, AwsError> {
    let mode = input.text("BillingModeOverride");
    let units = input.get("ProvisionedThroughputOverride").map(|units| table::units_of(Input(units)));
    let on_demand = mode.map_or(source.billing.on_demand, |mode| mode == "PAY_PER_REQUEST");
    let throughput = match units {
        Some(_) if on_demand && mode.is_some() => {
            return Err(invalid_request(
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
            ));
        }
        Some(_) if on_demand => {
            return Err(invalid_request("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"));
        }
        None if mode == Some("PROVISIONED") => {
            return Err(invalid_request(
                "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
            ));
        }
        Some(units) => units,
        None if on_demand => (0, 0),
        None => source.billing.throughput,
    };
    table::check_units(throughput)?;
    Ok(Billing {
        on_demand,
        named: on_demand,
        throughput,
        on_demand_since: on_demand.then_some(now),
        history: ThroughputHistory::default(),
        switches: Switches::default(),
    })
}

fn on_demand_throughput(
    input: Input<'_>,
    source: &TableDefinition,
    billing: &Billing,
) -> Result<Option<Value>, AwsError> {
    let Some(limits) = input.get("OnDemandThroughputOverride") else {
        return Ok(source.on_demand_throughput.clone().filter(|_| billing.on_demand));
    };
    for name in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
        let Some(units) = Input(limits).get(name) else { continue };
        if !billing.on_demand {
            return Err(invalid_request(format_args!(
                "Cannot override {name} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
            )));
        }
        if units.as_i64().is_none_or(|units| units < 1 && units != -1) {
            return Err(invalid_request(format_args!(
                "Requested {name} for OnDemandThroughput is outside of valid range"
            )));
        }
    }
    Ok(Some(limits.clone()))
}

/// The local or the global indexes: those of the source, or those of them that the override names. They
/// may get other names, but no other keys and no other projection.
fn indexes(
    input: Input<'_>,
    source: &TableDefinition,
    billing: &Billing,
    local: bool,
) -> Result<Vec<IndexDefinition>, AwsError> {
    let there = || source.indexes.iter().filter(|index| index.local == local);
    let name = if local { "LocalSecondaryIndexOverride" } else { "GlobalSecondaryIndexOverride" };
    let Some(wanted) = input.list(name) else {
        let kept = there().map(|index| {
            let kept = if billing.on_demand { (0, 0) } else { index.throughput };
            if !local && !billing.on_demand && source.billing.on_demand {
                return Err(unprovisioned(&index.name));
            }
            Ok(IndexDefinition { throughput: kept, history: ThroughputHistory::default(), ..index.clone() })
        });
        return kept.collect();
    };
    let restored = wanted.iter().map(Input).map(|wanted| {
        let name = wanted.text("IndexName").unwrap_or_default();
        let projection = table::projection(wanted)?;
        let fits = |index: &&IndexDefinition| {
            Some(&index.keys.to_json()) == wanted.get("KeySchema") && same(&index.projection, &projection)
        };
        let index = there().find(fits).ok_or_else(|| {
            invalid_request(format_args!(
                "Index {name} does not match a secondary index that existed in the source table and cannot be created \
                 during the restore operation"
            ))
        })?;
        let units = wanted.get("ProvisionedThroughput").map(|units| table::units_of(Input(units)));
        let throughput = match units {
            Some(_) if billing.on_demand => {
                return Err(invalid_request(format_args!(
                    "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index \
                     {name}"
                )));
            }
            None if !local && !billing.on_demand => return Err(unprovisioned(name)),
            units => units.unwrap_or_default(),
        };
        table::check_units(throughput)?;
        let history = ThroughputHistory::default();
        Ok(IndexDefinition { name: name.to_owned(), throughput, history, ..index.clone() })
    });
    restored.collect()
}

fn unprovisioned(index: &str) -> AwsError {
    invalid_request(format_args!("Must specify provisioned throughput for index {index}"))
}

fn same(one: &IndexProjection, other: &IndexProjection) -> bool {
    match (one, other) {
        (IndexProjection::Include(one), IndexProjection::Include(other)) => {
            one.len() == other.len() && one.iter().all(|name| other.contains(name))
        }
        _ => one == other,
    }
}
