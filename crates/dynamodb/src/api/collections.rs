//! Item collections: their limit, and what operations tell of them.

use std::collections::BTreeMap;

use kernel::AwsError;
use serde_json::{Value, json};

use super::{
    transact::{Reason, check_reasons},
    write::{Plan, Request, table_of},
};
use crate::{
    DynamoDb,
    state::{Region, Table},
    value::{Item, Packed, item_to_json},
};

/// The words of a collection that would grow beyond its limit.
const TOO_LARGE: &str = "Collection size exceeded.";

const GIGABYTE: u64 = 1 << 30;

/// What the writes of one request add to collections before they are staged, by table and partition
/// key.
#[derive(Default)]
pub struct Growth(BTreeMap<(String, Vec<u8>), i64>);

/// By how much a write makes its collection grow.
fn growth(table: &Table, plan: &Plan) -> i64 {
    let held = |item: &Option<Packed>| {
        let item = item.as_ref().map(Packed::item);
        i64::try_from(table.definition.held(item.as_ref())).unwrap_or(i64::MAX)
    };
    held(&plan.new) - held(&plan.old)
}

impl DynamoDb {
    /// Whether the collection that a write is about may become what it makes of it: one that is too large
    /// may still shrink. Only tables with local indexes have collections.
    pub fn fits_collection(&self, table: &Table, request: &Request, plan: &Plan, before: &mut Growth) -> bool {
        if !table.definition.has_local_indexes() {
            return true;
        }
        let added = growth(table, plan);
        let key = request.subject();
        let place = table.definition.keys.partition(key).unwrap_or_default();
        let of_request = before.0.entry((request.table.clone(), place)).or_default();
        *of_request += added;
        added <= 0 || table.collection_size(key).saturating_add_signed(*of_request) <= self.pace().max_collection()
    }

    /// Refuses a write that lets its collection grow beyond the limit.
    pub fn check_collection(
        &self,
        table: &Table,
        request: &Request,
        plan: &Plan,
        before: &mut Growth,
    ) -> Result<(), AwsError> {
        if self.fits_collection(table, request, plan, before) {
            return Ok(());
        }
        Err(AwsError::new("ItemCollectionSizeLimitExceededException", TOO_LARGE))
    }

    /// Cancels a transaction that lets collections grow beyond the limit.
    pub fn check_collections(&self, region: &Region, requests: &[Request], plans: &[Plan]) -> Result<(), AwsError> {
        let mut growth = Growth::default();
        let mut reasons: Vec<Reason> = Vec::new();
        for (request, plan) in requests.iter().zip(plans) {
            let fits = self.fits_collection(table_of(region, &request.table)?, request, plan, &mut growth);
            reasons.push((!fits).then(|| ("ItemCollectionSizeLimitExceeded", TOO_LARGE.to_owned(), None)));
        }
        check_reasons(reasons)
    }
}

/// `ItemCollectionMetrics` of a write that is planned, and not staged yet.
pub fn collection_metrics(table: &Table, request: &Request, plan: &Plan) -> Option<Value> {
    if !table.definition.has_local_indexes() {
        return None;
    }
    let key = request.subject();
    let hash = table.definition.keys.hash.iter();
    let of_collection: Item =
        hash.filter_map(|attribute| Some((attribute.name.clone(), key.get(&attribute.name)?.clone()))).collect();
    let size = table.collection_size(key).saturating_add_signed(growth(table, plan));
    Some(json!({"ItemCollectionKey": item_to_json(&of_collection), "SizeEstimateRangeGB": estimate(size)}))
}

/// The whole gigabytes between which a size lies.
fn estimate(size: u64) -> Value {
    let whole = size / GIGABYTE;
    json!([whole as f64, (whole + 1) as f64])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_estimated_in_whole_gigabytes() {
        for (size, range) in [(0, [0.0, 1.0]), (GIGABYTE - 1, [0.0, 1.0]), (7 * GIGABYTE, [7.0, 8.0])] {
            assert_eq!(estimate(size), json!(range), "{size}");
        }
    }
}
