//! Which IAM actions on which resources a call needs.

use std::collections::BTreeSet;

use aws_api::Call;
use kernel::{Access, Arn, AwsError, Caller};
use serde_json::Value;

use crate::{
    api::{Input, table_name},
    partiql,
    state::State,
};

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
        "ExecuteStatement" => of_statement(call, input.text("Statement").unwrap_or_default()),
        // Each statement of a batch is allowed or denied by itself.
        "BatchExecuteStatement" => vec![],
        "ExecuteTransaction" => {
            let statements = input.list("TransactStatements").unwrap_or_default().iter().map(Input);
            let texts = statements.filter_map(|statement| statement.text("Statement"));
            texts.flat_map(|text| of_statement(call, text)).collect()
        }
        "TagResource"
        | "UntagResource"
        | "ListTagsOfResource"
        | "PutResourcePolicy"
        | "GetResourcePolicy"
        | "DeleteResourcePolicy" => {
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
        "ExportTableToPointInTime" => vec![Access::new(action, input.text("TableArn").unwrap_or_default())],
        "DescribeExport" | "DescribeImport" | "DescribeBulkOperation" | "CancelBulkOperation" => {
            let arns = ["ExportArn", "ImportArn", "BulkOperationArn"];
            vec![Access::new(action, arns.into_iter().find_map(|name| input.text(name)).unwrap_or_default())]
        }
        "ImportTable" => {
            let parameters = input.structure("TableCreationParameters");
            vec![Access::new(action, on_table(parameters.text("TableName").unwrap_or_default()))]
        }
        "ListExports" | "ListImports" | "ListBulkOperations" => {
            vec![Access::new(action, input.text("TableArn").unwrap_or("*"))]
        }
        "ListContributorInsights" if !input.has("TableName") => vec![Access::new(action, "*")],
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

/// What a statement needs. One that cannot be read needs nothing, for it does nothing.
pub fn of_statement(call: &Call, statement: &str) -> Vec<Access> {
    let Some((verb, source)) = partiql::target(statement) else { return vec![] };
    let mut resource = table_arn(call, &source.table);
    if let Some(index) = source.index {
        resource = format!("{resource}/index/{index}");
    }
    vec![Access::new(verb.action(), resource)]
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

/// Adds the policies of tables and streams. For what belongs to another account there always is one:
/// without a policy nobody else is let in.
pub fn with_policies(state: &State, caller: &Caller, mut needed: Vec<Access>) -> Vec<Access> {
    // A service acts for itself; policies of tables are about the principals of accounts.
    if matches!(caller, Caller::Service { .. }) {
        return needed;
    }
    let account = caller.account();
    for access in &mut needed {
        let Ok(arn) = access.resource.parse::<Arn>() else { continue };
        let is_foreign = account.as_deref().is_some_and(|account| account != arn.account);
        if !state.has_policies && !is_foreign {
            continue;
        }
        let document = state.policy_of(&arn).and_then(|policy| policy.document.as_deref());
        access.resource_policy = match document {
            Some(document) => serde_json::from_str(document).ok(),
            None => is_foreign.then(|| serde_json::json!({"Statement": []})),
        };
    }
    needed
}

/// The account that owns what the call names by ARN, if it is not the caller's.
pub fn owner(call: &Call) -> Result<Option<String>, AwsError> {
    let input = Input(&call.input);
    let mut named: Vec<&str> = match call.operation {
        // They look at the account themselves.
        "ListBackups" | "ListExports" | "ListImports" => return Ok(None),
        "GetRecords" => {
            input.text("ShardIterator").and_then(|iterator| iterator.split('|').next()).into_iter().collect()
        }
        "DescribeStream" | "GetShardIterator" => input.text("StreamArn").into_iter().collect(),
        _ => input.text("TableName").into_iter().collect(),
    };
    named.extend(input.object("RequestItems").into_iter().flat_map(|items| items.keys()).map(String::as_str));
    let actions = input.list("TransactItems").unwrap_or_default().iter().filter_map(Value::as_object);
    named.extend(actions.flat_map(|actions| actions.values()).filter_map(|action| Input(action).text("TableName")));
    if !named.iter().any(|name| name.starts_with("arn:")) {
        return Ok(None);
    }
    let mut owners = BTreeSet::new();
    for name in named {
        let Ok(arn) = name.parse::<Arn>() else {
            owners.insert(call.scope.account.clone());
            continue;
        };
        if arn.region != call.scope.region {
            return Err(AwsError::validation(format!("1 validation error detected: Invalid AWS region in '{name}'")));
        }
        owners.insert(arn.account);
    }
    if owners.len() > 1 {
        return Err(AwsError::validation("Tables of several accounts in one request are not supported by this cloud"));
    }
    Ok(owners.pop_first().filter(|owner| *owner != call.scope.account))
}

#[cfg(test)]
mod tests {
    use aws_api::Call;
    use kernel::{Access, Scope, testing};
    use serde_json::json;

    #[test]
    fn statements_need_actions_of_their_own() {
        testing::run(|kernel| async move {
            let statements = [
                "-- a note\nSELECT \"FROM\", a FROM songs.\"by-year\" WHERE a = 'FROM b'",
                "EXISTS(SELECT * FROM songs WHERE a = 1 AND b = 2)",
                "INSERT INTO \"songs\" VALUE {'a': 1}",
                "update songs set a = 1",
                "FROM songs REMOVE a",
                "DELETE FROM songs",
                "SLECT",
            ];
            let statements: Vec<_> = statements.iter().map(|statement| json!({"Statement": statement})).collect();
            let scope = Scope::root(&kernel);
            let arn = |rest: &str| format!("arn:aws:dynamodb:{}:{}:table/songs{rest}", scope.region, scope.account);
            let input = json!({"TransactStatements": statements});
            let call = Call { operation: "ExecuteTransaction", input, scope: scope.clone(), read: None };
            let expected = [
                ("Select", "/index/by-year"),
                ("Select", ""),
                ("Insert", ""),
                ("Update", ""),
                ("Update", ""),
                ("Delete", ""),
            ];
            let expected = expected.map(|(verb, rest)| Access::new(format!("dynamodb:PartiQL{verb}"), arn(rest)));
            assert_eq!(super::needed(&call), expected);
        });
    }
}
