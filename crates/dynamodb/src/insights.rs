//! Reports of Contributor Insights, which in AWS are CloudWatch's to give: it asks here, under the router's
//! name `dynamodb.insights`. A body of `{"RuleName", "StartTime", "EndTime", "Period",
//! "MaxContributorCount"}`, times in seconds, is answered by the members of `GetInsightRuleReport`; one without a
//! rule by the names of all rules, `{"Rules": […]}`. The caller needs the permission to read such reports.

use std::{collections::BTreeMap, rc::Rc};

use bytes::Bytes;
use http::StatusCode;
use kernel::{Access, AwsError, Request, Response, Scope, Service, async_trait};
use serde_json::{Value, json};

use crate::{
    DynamoDb,
    api::{Input, InsightRule, insight_rules},
    state::{Insights, KeyAttribute, KeySchema, TableDefinition, contributors::Keys},
    value::{AttributeValue, key},
};

/// The most contributors of a report on a rule of DynamoDB's, and how many there are if nothing is said.
const MOST_CONTRIBUTORS: u64 = 25;
const CONTRIBUTORS: u64 = 10;

/// The reports of a room.
pub struct Reports(pub Rc<DynamoDb>);

#[async_trait(?Send)]
impl Service for Reports {
    async fn handle(&self, request: Request) -> Response {
        let (status, answer) = match self.report(&request) {
            Ok(answer) => (StatusCode::OK, answer),
            Err(error) => (error.status, json!({"code": error.code, "message": error.message})),
        };
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = status;
        response
    }
}

/// A rule: what it is about and what it counts.
struct Rule<'a> {
    table: &'a TableDefinition,
    index: &'a str,
    keys: &'a KeySchema,
    counts_throttles: bool,
    has_sort_key: bool,
}

impl Reports {
    fn report(&self, request: &Request) -> Result<Value, AwsError> {
        let kernel = &self.0.kernel;
        let scope = request.extensions().get::<Scope>().cloned().unwrap_or_else(|| Scope::root(kernel));
        kernel.permissions.check(&scope.caller, &[Access::new("cloudwatch:GetInsightRuleReport", "*")])?;
        let asked: Value =
            serde_json::from_slice(request.body()).map_err(|error| AwsError::validation(error.to_string()))?;
        let mut state = self.0.state.borrow_mut();
        let tables = state.region(&scope).tables.values().map(|table| &table.definition);
        let rules: BTreeMap<String, Rule<'_>> = tables.flat_map(rules_of).collect();
        let Some(name) = Input(&asked).text("RuleName") else {
            return Ok(json!({"Rules": rules.keys().collect::<Vec<_>>()}));
        };
        let missing = || AwsError::new("ResourceNotFoundException", format!("Rule {name} does not exist"));
        let rule = rules.get(name).ok_or_else(missing)?;
        let most = asked["MaxContributorCount"].as_u64().unwrap_or(CONTRIBUTORS);
        if most > MOST_CONTRIBUTORS {
            let message = format!("MaxContributorCount must be at most {MOST_CONTRIBUTORS} for rules of DynamoDB");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        let minute = |name: &str| asked[name].as_f64().map(|seconds| (seconds / 60.0) as u64);
        let (from, to) = (minute("StartTime").unwrap_or(0), minute("EndTime").unwrap_or(u64::MAX));
        let period = minute("Period").unwrap_or(1).max(1);
        let contributors = self.0.contributors.borrow();
        let minutes = contributors.minutes(rule.table.id, rule.index);
        let minutes = minutes.filter(|keys| (from..=to).contains(&keys.minute));
        Ok(rule.report(minutes, period, most as usize))
    }
}

impl Rule<'_> {
    /// What `GetInsightRuleReport` tells, in points of `period` minutes.
    fn report<'k>(&self, minutes: impl Iterator<Item = &'k Keys>, period: u64, most: usize) -> Value {
        // By key, then by the minute in which the point begins.
        let mut counts: BTreeMap<Vec<String>, BTreeMap<u64, f64>> = BTreeMap::new();
        for keys in minutes {
            let point = keys.minute / period * period;
            for (place, count) in if self.counts_throttles { &keys.throttled } else { &keys.accessed } {
                if let Some(key) = self.key_at(place) {
                    *counts.entry(key).or_default().entry(point).or_default() += count;
                }
            }
        }
        let sum = |points: &BTreeMap<u64, f64>| points.values().sum::<f64>();
        let total: f64 = counts.values().map(sum).sum();
        let mut maxima: BTreeMap<u64, f64> = BTreeMap::new();
        for (point, count) in counts.values().flatten() {
            let maximum = maxima.entry(*point).or_default();
            *maximum = maximum.max(*count);
        }
        let unique = counts.len();
        let mut ranked: Vec<_> = counts.into_iter().collect();
        ranked.sort_by(|(_, one), (_, other)| sum(other).total_cmp(&sum(one)));
        let contributors = ranked.iter().take(most).map(|(key, points)| {
            let told = points.iter().map(|(point, count)| json!({"Timestamp": point * 60, "ApproximateValue": count}));
            json!({
                "Keys": key,
                "ApproximateAggregateValue": sum(points),
                "Datapoints": told.collect::<Vec<_>>(),
            })
        });
        // Of DynamoDB's rules only these two statistics mean something.
        let points = maxima.iter().map(
            |(point, maximum)| json!({"Timestamp": point * 60, "MaxContributorValue": maximum, "Maximum": maximum}),
        );
        json!({
            "KeyLabels": self.attributes().map(|attribute| attribute.name.as_str()).collect::<Vec<_>>(),
            "AggregationStatistic": "SUM",
            "AggregateValue": total,
            "ApproximateUniqueCount": unique,
            "Contributors": contributors.collect::<Vec<_>>(),
            "MetricDatapoints": points.collect::<Vec<_>>(),
        })
    }

    fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        let range = if self.has_sort_key { &self.keys.range[..] } else { &[] };
        self.keys.hash.iter().chain(range)
    }

    /// The key values that stand at a place; none if not all of them are known there.
    fn key_at(&self, place: &[u8]) -> Option<Vec<String>> {
        let mut rest = place.get(key::PARTITION_PREFIX..)?;
        self.attributes()
            .map(|attribute| {
                let (value, behind) = key::decode(attribute.kind.name(), rest)?;
                rest = behind;
                Some(text_of(&value))
            })
            .collect()
    }
}

/// A key value without its type.
fn text_of(value: &AttributeValue) -> String {
    value.to_json()[value.type_name()].as_str().unwrap_or_default().to_owned()
}

/// The rules of a table and its indexes, by their names.
fn rules_of(table: &TableDefinition) -> Vec<(String, Rule<'_>)> {
    let enabled = table.keeping.insights.iter().filter(|(_, insights): &(_, &Insights)| insights.enabled);
    let rules = enabled.flat_map(|(index, insights)| {
        let name = Some(index.as_str()).filter(|index| !index.is_empty());
        let keys = name.and_then(|name| table.index(name)).map_or(&table.keys, |index| &index.keys);
        let rules = insight_rules(table, name, insights).into_iter();
        rules.map(move |InsightRule { name, counts_throttles, has_sort_key }| {
            (name, Rule { table, index, keys, counts_throttles, has_sort_key })
        })
    });
    rules.collect()
}
