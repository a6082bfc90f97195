//! ExecuteTransaction: statements on single items, all or none.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{Input, parameters, read_statement, shape, table_name, write_request};
use crate::{
    DynamoDb,
    api::{
        transact::{Get, Reason, check_reasons},
        write::{Request, open_table},
    },
    partiql::{self, Deed, Select, Statement},
    rules::item,
    state::{Region, TableDefinition},
    value::Item,
};

impl DynamoDb {
    /// ExecuteTransaction
    pub async fn execute_transaction(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let members: Vec<Input<'_>> = input.list("TransactStatements").unwrap_or_default().iter().map(Input).collect();
        let parameters = members.iter().map(|member| parameters(*member)).collect::<Result<Vec<_>, _>>()?;
        let mut statements = Vec::new();
        for (position, (member, parameters)) in members.iter().zip(&parameters).enumerate() {
            let statement = read_statement(*member, parameters).map_err(|error| within(position, &error))?;
            if matches!(statement.deed, Deed::Update(_, _, Some(_)) | Deed::Delete(_, Some(_))) {
                let error = AwsError::validation("RETURNING clause is not supported in ExecuteTransaction.");
                return Err(within(position, &error));
            }
            statements.push(statement);
        }
        let is_read = |statement: &Statement| matches!(statement.deed, Deed::Select(_));
        if !statements.iter().any(is_read) {
            let requests = {
                let mut state = self.state.borrow_mut();
                requests(state.region(&call.scope), &members, &statements, self.now())?
            };
            let mut answer = self.transact(call, &requests).await?;
            answer["Responses"] = json!([]);
            return Ok(answer);
        }
        if !statements.iter().all(is_read) {
            return Err(AwsError::validation(
                "ExecuteTransaction API does not support both read and write operations in the same request.",
            ));
        }
        let gets = {
            let mut state = self.state.borrow_mut();
            gets(state.region(&call.scope), &statements, self.now())?
        };
        self.get_all(call, &gets)
    }
}

/// An error that is one statement's fault, but not one for which a transaction is cancelled.
fn within(position: usize, error: &AwsError) -> AwsError {
    AwsError::validation(format!("Validation failed in TransactStatements[{position}]: {}", error.message))
}

/// The words of a table that is not there.
const NO_TABLE: &str = "Requested resource not found";

/// The reads of all statements, or the reasons for which none is done.
fn gets<'a>(region: &Region, statements: &'a [Statement], now: u64) -> Result<Vec<Get<'a>>, AwsError> {
    let (mut gets, mut reasons) = (Vec::new(), Vec::<Reason>::new());
    for (position, statement) in statements.iter().enumerate() {
        let Deed::Select(select) = &statement.deed else { continue };
        let Ok(table) = open_table(region, table_name(&statement.source.table), now) else {
            reasons.push(Some(("ResourceNotFound", NO_TABLE.to_owned(), None)));
            continue;
        };
        reasons.push(None);
        let definition = &table.definition;
        let key = read_key(definition, statement, select).map_err(|error| within(position, &error))?;
        gets.push(Get { table: definition.name.clone(), key, shape: shape(select) });
    }
    check_reasons(reasons)?;
    Ok(gets)
}

fn read_key(table: &TableDefinition, statement: &Statement, select: &Select) -> Result<Item, AwsError> {
    if statement.source.index.is_some() {
        return Err(AwsError::validation("Reads on indices are not supported within transactions."));
    }
    if let Some(key) = select.condition.as_ref().and_then(|condition| partiql::key_only(condition, &table.keys)) {
        return Ok(key);
    }
    partiql::plan(select, &table.keys, None)?;
    Err(AwsError::validation(
        "Select statements within ExecuteTransaction must specify the primary key in the where clause.",
    ))
}

/// The writes of all statements, or the reasons for which none is done.
fn requests(
    region: &Region,
    members: &[Input<'_>],
    statements: &[Statement],
    now: u64,
) -> Result<Vec<Request>, AwsError> {
    let (mut requests, mut reasons) = (Vec::new(), Vec::<Reason>::new());
    for (position, (member, statement)) in members.iter().zip(statements).enumerate() {
        let Ok(table) = open_table(region, table_name(&statement.source.table), now) else {
            reasons.push(Some(("ResourceNotFound", NO_TABLE.to_owned(), None)));
            continue;
        };
        match (write_request(&table.definition, statement, *member), &statement.deed) {
            (Ok(request), _) => {
                requests.push(request);
                reasons.push(None);
            }
            (Err(error), Deed::Exists(_)) => return Err(within(position, &error)),
            (Err(error), Deed::Insert(_)) => return Err(error),
            // A write that does not name one item is one with a wrong key.
            (Err(_), _) => reasons.push(Some(("ValidationError", item::SCHEMA_MISMATCH.to_owned(), None))),
        }
    }
    check_reasons(reasons)?;
    Ok(requests)
}
