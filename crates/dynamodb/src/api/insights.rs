//! UpdateContributorInsights, DescribeContributorInsights, ListContributorInsights. What is counted is told by
//! [reports](crate::insights).

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{Input, describe::seconds, put_some, table_name};
use crate::{
    DynamoDb,
    rules::table_not_found,
    state::{Insights, TableDefinition},
};

/// Summaries in one answer of ListContributorInsights.
const MAX_LISTED: u64 = 100;

impl DynamoDb {
    /// UpdateContributorInsights. What changes nothing answers with the settled status.
    pub async fn update_contributor_insights(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let enable = input.text("ContributorInsightsAction") == Some("ENABLE");
        let throttled_only = input.text("ContributorInsightsMode") == Some("THROTTLED_KEYS");
        let index = input.text("IndexName");
        let now = self.now();
        let mut changed = false;
        let (mut mode, mut id) = (None, 0);
        self.change(call, input.table_name(), |table| {
            check_index(table, index)?;
            let key = index.unwrap_or_default();
            let before = table.keeping.insights.get(key).copied();
            let was_enabled = before.is_some_and(|before| before.enabled);
            let after = match before {
                None if !enable => return Ok(()),
                Some(before) if !enable => Insights { enabled: false, ..before },
                before => Insights {
                    enabled: true,
                    throttled_only,
                    created_at: before.filter(|_| was_enabled).map_or(now, |before| before.created_at),
                    changed_at: now,
                },
            };
            changed = was_enabled != after.enabled
                || enable && before.is_some_and(|before| before.throttled_only != throttled_only);
            if changed {
                table.keeping.insights.insert(key.to_owned(), Insights { changed_at: now, ..after });
            }
            mode = Some(after.mode());
            id = table.id;
            Ok(())
        })
        .await?;
        if !enable && changed {
            self.contributors.borrow_mut().forget(id, Some(index.unwrap_or_default()));
        }
        let status = match (enable, changed) {
            (true, true) => "ENABLING",
            (true, false) => "ENABLED",
            (false, true) => "DISABLING",
            (false, false) => "DISABLED",
        };
        let mut answer = summary(input.table_name(), index, status);
        put_some(&mut answer, "ContributorInsightsMode", mode.map(|mode| json!(mode)));
        Ok(Value::Object(answer))
    }

    /// DescribeContributorInsights
    pub fn describe_contributor_insights(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let index = input.text("IndexName");
        self.look(call, input.table_name(), |table| {
            check_index(table, index)?;
            let found = table.keeping.insights.get(index.unwrap_or_default());
            let enabled = found.filter(|found| found.enabled);
            let mut answer = summary(&table.name, index, if enabled.is_some() { "ENABLED" } else { "DISABLED" });
            put_some(
                &mut answer,
                "ContributorInsightsRuleList",
                enabled.map(|enabled| rules(table, index, enabled).into_iter().map(|rule| json!(rule.name)).collect()),
            );
            put_some(&mut answer, "LastUpdateDateTime", found.map(|found| seconds(found.changed_at)));
            put_some(&mut answer, "ContributorInsightsMode", found.map(|found| json!(found.mode())));
            Ok(Value::Object(answer))
        })?
    }

    /// ListContributorInsights: what is enabled, a table before its indexes.
    pub fn list_contributor_insights(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let limit = input.number("MaxResults").filter(|limit| *limit > 0).unwrap_or(MAX_LISTED) as usize;
        let wanted = input.text("TableName").map(table_name);
        let after = input.text("NextToken").map(|token| STANDARD.decode(token).unwrap_or_default());
        let mut state = self.state.borrow_mut();
        let tables = &state.region(&call.scope).tables;
        if let Some(name) = wanted.filter(|name| !tables.contains_key(*name)) {
            return Err(table_not_found(name));
        }
        let tables = tables.values().filter(|table| wanted.is_none_or(|name| name == table.definition.name));
        let entries = tables.flat_map(|table| {
            let name = table.definition.name.as_str();
            let enabled = table.definition.keeping.insights.iter().filter(|(_, insights)| insights.enabled);
            enabled.map(move |(index, insights)| (name, index.as_str(), insights))
        });
        // `/` is in no name: what is before it orders by table, what is after it by index.
        let place = |name: &str, index: &str| format!("{name}/{index}").into_bytes();
        let entries = entries.filter(|(name, index, _)| after.as_ref().is_none_or(|after| place(name, index) > *after));
        let mut found: Vec<_> = entries.take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(name, index, _)| json!(STANDARD.encode(place(name, index))));
        let summaries = found.into_iter().map(|(name, index, insights)| {
            let mut answer = summary(name, Some(index).filter(|index| !index.is_empty()), "ENABLED");
            answer.insert("ContributorInsightsMode".to_owned(), json!(insights.mode()));
            Value::Object(answer)
        });
        let mut answer = Map::from_iter([("ContributorInsightsSummaries".to_owned(), summaries.collect())]);
        put_some(&mut answer, "NextToken", next);
        Ok(Value::Object(answer))
    }
}

/// Only tables and global indexes have insights.
fn check_index(table: &TableDefinition, index: Option<&str>) -> Result<(), AwsError> {
    match index {
        Some(name) if table.index(name).is_none_or(|index| index.local) => Err(AwsError::new(
            "ResourceNotFoundException",
            format!("Requested resource not found: Index: {name} not found for table: {}", table.name),
        )),
        _ => Ok(()),
    }
}

fn summary(table: &str, index: Option<&str>, status: &str) -> Map<String, Value> {
    let mut answer = Map::from_iter([("TableName".to_owned(), json!(table))]);
    put_some(&mut answer, "IndexName", index.map(|index| json!(index)));
    answer.insert("ContributorInsightsStatus".to_owned(), json!(status));
    answer
}

/// A CloudWatch rule of Contributor Insights.
pub struct InsightRule {
    /// Its name.
    pub name: String,
    /// Whether it counts throttles, or what was consumed.
    pub counts_throttles: bool,
    /// Whether it tells keys with their sort keys apart.
    pub has_sort_key: bool,
}

/// The CloudWatch rules: of the partition key and of the sort key, accessed and throttled.
pub fn rules(table: &TableDefinition, index: Option<&str>, insights: &Insights) -> Vec<InsightRule> {
    let keys = index.and_then(|name| table.index(name)).map_or(&table.keys, |index| &index.keys);
    let subject = index.map_or_else(|| table.name.clone(), |index| format!("{}-{index}", table.name));
    let kinds = [("PKC", false, false), ("SKC", false, true), ("PKT", true, false), ("SKT", true, true)];
    let kinds = kinds
        .into_iter()
        .filter(|(_, throttles, sort)| (*throttles || !insights.throttled_only) && !(*sort && keys.range.is_empty()));
    let rule = |(kind, counts_throttles, has_sort_key)| {
        let name = format!("DynamoDBContributorInsights-{kind}-{subject}-{}", insights.created_at);
        InsightRule { name, counts_throttles, has_sort_key }
    };
    kinds.map(rule).collect()
}
