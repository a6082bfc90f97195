//! `StartQuery` and what asks about it. A query is answered at once, and its answer kept for a while.

use std::{cmp::Reverse, collections::VecDeque};

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use serde_json::{Value, json};

use super::{
    Logs,
    groups::with_token,
    insights::{Outcome, Query, Row},
    invalid,
    state::{Place, place},
};

/// How many queries are remembered.
const MOST_QUERIES: usize = 100;

const MOST_GROUPS: usize = 50;

/// The queries of a cloud, oldest first.
#[derive(Default)]
pub struct Queries(VecDeque<Asked>);

struct Asked {
    id: String,
    place: Place,
    groups: Vec<String>,
    /// As `DescribeQueries` tells it.
    text: String,
    /// Milliseconds.
    created: u64,
    outcome: Outcome,
    scanned: usize,
    bytes: usize,
}

impl Logs {
    pub(super) fn start_query(&self, call: Call) -> Result<Value, AwsError> {
        let (input, place) = (&call.input, place(&call.scope));
        let groups = groups(input)?;
        let language = input["queryLanguage"].as_str().unwrap_or("CWLI");
        if language != "CWLI" {
            return Err(invalid(&format!("Queries in {language} cannot be run.")));
        }
        let (start, end) = (seconds(input, "startTime"), seconds(input, "endTime"));
        if start >= end {
            return Err(malformed("Query's end date and time is before its start date and time."));
        }
        let text = input["queryString"].as_str().unwrap_or_default();
        let query = Query::parse(text).map_err(|reason| malformed(&reason))?;
        let mut rows = Vec::new();
        let mut bytes = 0;
        {
            let (state, now) = (self.state.borrow(), self.kernel.clock.now());
            for name in &groups {
                let group = state.group(&place, name).ok_or_else(|| {
                    let message = format!(
                        "Log group '{name}' does not exist for account ID '{}' (Service: AWSLogs; Status Code: 400; \
                         Error Code: ResourceNotFoundException; Request ID: {}; Proxy: null)",
                        place.0, call.scope.request_id
                    );
                    AwsError::new("ResourceNotFoundException", message)
                })?;
                let oldest = (start * 1000).max(group.expired_before(now));
                let log = format!("{}:{name}", place.0);
                for (stream, kept) in &group.streams {
                    // The end is part of the range.
                    let wanted =
                        kept.events.iter().filter(|event| (oldest..=end * 1000 + 999).contains(&event.timestamp));
                    for event in wanted {
                        bytes += event.message.len();
                        let pointer = STANDARD.encode(format!("{name}\n{stream}\n{}", event.sequence));
                        let row = Row::of_event(&event.message, event.timestamp, event.ingested, stream, &log, pointer);
                        rows.push(((event.timestamp, event.sequence), row));
                    }
                }
            }
        }
        rows.sort_by_key(|(place, _)| Reverse(*place));
        let scanned = rows.len();
        let limit = input["limit"].as_u64().map(|limit| limit as usize);
        let outcome = query.run(rows.into_iter().map(|(_, row)| row).collect(), limit);
        let sources: Vec<String> = groups.iter().map(|group| format!("SOURCE \"{group}\"")).collect();
        let text = format!("{} START={start}000 END={end}999 | {text}", sources.join(" "));
        let (id, created) = (self.kernel.rng.uuid(), self.kernel.clock.now().millis());
        let asked = Asked { id: id.clone(), place, groups, text, created, outcome, scanned, bytes };
        let queries = &mut self.queries.borrow_mut().0;
        queries.push_back(asked);
        if queries.len() > MOST_QUERIES {
            queries.pop_front();
        }
        Ok(json!({"queryId": id}))
    }

    pub(super) fn get_query_results(&self, call: Call) -> Result<Value, AwsError> {
        let (queries, place) = (self.queries.borrow(), place(&call.scope));
        let asked = queries.find(&place, &call)?;
        let rows =
            asked.outcome.rows.iter().map(|row| {
                row.iter().map(|(field, value)| json!({"field": field, "value": value})).collect::<Vec<_>>()
            });
        Ok(json!({
            "queryLanguage": "CWLI",
            "results": rows.collect::<Vec<_>>(),
            "statistics": {
                "recordsMatched": asked.outcome.matched as f64,
                "recordsScanned": asked.scanned as f64,
                "estimatedRecordsSkipped": 0.0,
                "bytesScanned": asked.bytes as f64,
                "estimatedBytesSkipped": 0.0,
                "logGroupsScanned": asked.groups.len() as f64,
            },
            "status": "Complete",
        }))
    }

    /// A query has always ended before somebody can stop it.
    pub(super) fn stop_query(&self, call: Call) -> Result<Value, AwsError> {
        self.queries.borrow().find(&place(&call.scope), &call)?;
        Err(invalid("The query is already ended with Complete status"))
    }

    pub(super) fn describe_queries(&self, call: Call) -> Value {
        let (input, place) = (&call.input, place(&call.scope));
        let queries = self.queries.borrow();
        let wanted = queries.0.iter().rev().filter(|asked| {
            asked.place == place
                && input["logGroupName"].as_str().is_none_or(|group| asked.groups.iter().any(|asked| asked == group))
                && input["status"].as_str().is_none_or(|status| status == "Complete")
        });
        let skip: usize = input["nextToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or_default();
        let most = input["maxResults"].as_u64().unwrap_or(1000) as usize;
        let mut rest = wanted.skip(skip);
        let page: Vec<Value> = rest
            .by_ref()
            .take(most)
            .map(|asked| {
                json!({
                    "queryLanguage": "CWLI",
                    "queryId": asked.id,
                    "queryString": asked.text,
                    "status": "Complete",
                    "createTime": asked.created,
                    "logGroupName": asked.groups.first(),
                })
            })
            .collect();
        let token = rest.next().map(|_| json!((skip + most).to_string()));
        with_token(json!({"queries": page}), token)
    }
}

impl Queries {
    fn find(&self, place: &Place, call: &Call) -> Result<&Asked, AwsError> {
        let id = call.input["queryId"].as_str().unwrap_or_default();
        let found = self.0.iter().find(|asked| asked.id == id && asked.place == *place);
        found.ok_or_else(|| AwsError::new("ResourceNotFoundException", "The specified query does not exist."))
    }
}

fn seconds(input: &Value, name: &str) -> u64 {
    input[name].as_u64().unwrap_or_default()
}

/// The groups that a query names, in one of three ways.
fn groups(input: &Value) -> Result<Vec<String>, AwsError> {
    let list = |name: &str| input[name].as_array().into_iter().flatten().filter_map(Value::as_str);
    let identified = list("logGroupIdentifiers").map(|identifier| {
        let name = identifier.split_once(":log-group:").map_or(identifier, |(_, name)| name);
        name.strip_suffix(":*").unwrap_or(name)
    });
    let named = input["logGroupName"].as_str().into_iter().chain(list("logGroupNames")).chain(identified);
    let groups: Vec<String> = named.map(str::to_owned).collect();
    match groups.len() {
        0 => Err(invalid("Exactly one of logGroupName, logGroupNames or logGroupIdentifiers must be specified.")),
        1..=MOST_GROUPS => Ok(groups),
        _ => Err(invalid("At most 50 log groups can be queried.")),
    }
}

fn malformed(reason: &str) -> AwsError {
    AwsError::new("MalformedQueryException", reason).with_member("queryCompileError", json!({"message": reason}))
}
