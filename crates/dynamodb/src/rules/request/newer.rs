//! What the newer layer says of members that break the model, where it says it in words of its own:
//! in writes of single items, and of Query's `ConditionalOperator`. Measured on AWS in June and October
//! 2026.

use aws_api::Violation;

use super::{in_newer_words, in_words};
use crate::{api::Input, rules::wording::Layer};

/// Regions that still write single items through the older layer.
const OLDER_REGIONS: [&str; 2] = ["eu-south-2", "me-central-1"];

/// Spelled so by AWS, though it is `UPDATED_NEW` that it takes.
const RETURN_VALUES: &str = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, \
                             ALL_NEW, UPDATE_NEW, NONE]";

/// `ALL` is AWS's slip too: it takes `AND`.
const CONDITIONAL_OPERATOR: &str = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";

/// The order in which the newer layer looks at members.
const ORDER: [&str; 4] =
    ["returnConsumedCapacity", "returnValues", "conditionalOperator", "returnItemCollectionMetrics"];

/// The words for what was found in a write of a single item; none if the older layer tells it: what is
/// missing, a name with wrong letters, and whatever is found beside these.
pub fn of_write(operation: &str, region: &str, found: &[Violation]) -> Option<Vec<String>> {
    let is_newer = Layer::of(operation, region) == Layer::Counted && !OLDER_REGIONS.contains(&region);
    if !is_newer || found.is_empty() || found.iter().any(|one| one.value == "null") {
        return None;
    }
    if let Some(name) = found.iter().find(|one| one.path == "tableName") {
        return name.value.is_empty().then(|| vec![in_newer_words(name)]);
    }
    // An update tells of nothing beside its unknown ReturnValues.
    if operation == "UpdateItem" && found.iter().any(|one| one.path == "returnValues") {
        return Some(vec![RETURN_VALUES.to_owned()]);
    }
    let mut found: Vec<&Violation> = found.iter().collect();
    found.sort_by_key(|one| ORDER.iter().position(|member| *member == one.path).unwrap_or(ORDER.len()));
    let words = found.iter().map(|one| match one.path.as_str() {
        "returnValues" => RETURN_VALUES.to_owned(),
        "conditionalOperator" => CONDITIONAL_OPERATOR.to_owned(),
        "returnItemCollectionMetrics" => "ReturnItemCollectionMetrics can only be SIZE or NONE".to_owned(),
        _ => in_words(operation, one),
    });
    Some(words.collect())
}

/// What Query says, by itself and uncounted, of an unknown operator between several conditions.
pub fn of_query(operation: &str, region: &str, input: Input<'_>, found: &[Violation]) -> Option<&'static str> {
    let joins = operation == "Query"
        && Layer::of(operation, region) == Layer::Bare
        && input.object("QueryFilter").is_some_and(|conditions| conditions.len() > 1)
        && found.iter().all(|one| one.value != "null")
        && found.iter().any(|one| one.path == "conditionalOperator");
    joins.then_some(CONDITIONAL_OPERATOR)
}
