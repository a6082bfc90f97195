//! Which IAM actions on which resources a call needs.

use std::collections::BTreeSet;

use aws_api::Call;
use kernel::{Access, Arn};
use serde_json::Value;

use crate::api::{Input, table_name};

/// What a call of DynamoDB needs.
pub fn needed(call: &Call) -> Vec<Access> {
    let input = Input(&call.input);
    let action = format!("dynamodb:{}", call.operation);
    let on_table = |name: &str| table_arn(call, name);
    match call.operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = input.object("RequestItems").into_iter().flat_map(|items| items.keys());
            tables.map(|name| Access::new(action.clone(), on_table(name))).collect()
        }
        "TransactWriteItems" | "TransactGetItems" => {
            let actions = input.list("TransactItems").unwrap_or_default().iter().filter_map(Value::as_object);
            let needed = actions.flat_map(|actions| actions.iter()).map(|(name, action)| {
                let action_name = match name.as_str() {
                    "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
                    other => format!("dynamodb:{other}Item"),
                };
                (action_name, on_table(Input(action).text("TableName").unwrap_or_default()))
            });
            let distinct: BTreeSet<(String, String)> = needed.collect();
            distinct.into_iter().map(|(action, resource)| Access::new(action, resource)).collect()
        }
        "TagResource" | "UntagResource" | "ListTagsOfResource" => {
            vec![Access::new(action, input.text("ResourceArn").unwrap_or_default())]
        }
        "DescribeBackup" | "DeleteBackup" => vec![Access::new(action, input.text("BackupArn").unwrap_or_default())],
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => {
            let sources = ["BackupArn", "SourceTableArn"].into_iter().find_map(|name| input.text(name));
            let source =
                sources.map_or_else(|| on_table(input.text("SourceTableName").unwrap_or_default()), str::to_owned);
            let target = on_table(input.text("TargetTableName").unwrap_or_default());
            vec![Access::new(action.clone(), source), Access::new(action, target)]
        }
        "ListBackups" | "ListTables" | "DescribeLimits" | "DescribeEndpoints" => vec![Access::new(action, "*")],
        _ => {
            let mut resource = on_table(input.text("TableName").unwrap_or_default());
            if let Some(index) = input.text("IndexName") {
                resource = format!("{resource}/index/{index}");
            }
            vec![Access::new(action, resource)]
        }
    }
}

/// What a call of DynamoDB Streams needs.
pub fn needed_for_streams(call: &Call) -> Vec<Access> {
    let input = Input(&call.input);
    let stream = match call.operation {
        "ListStreams" => Some("*"),
        "GetRecords" => input.text("ShardIterator").and_then(|iterator| iterator.split('|').next()),
        _ => input.text("StreamArn"),
    };
    vec![Access::new(format!("dynamodb:{}", call.operation), stream.unwrap_or_default())]
}

fn table_arn(call: &Call, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    let resource = format!("table/{}", table_name(name));
    Arn::new("dynamodb", &call.scope.region, &call.scope.account, resource).to_string()
}
