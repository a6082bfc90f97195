//! BatchExecuteStatement: statements on single items, each with its own outcome.

use std::collections::{BTreeMap, BTreeSet};

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{Input, find_index, parameters, read_statement, returned, shape, table_name, write_request};
use crate::{
    DynamoDb, access,
    api::{
        batch::duplicates,
        put_some,
        write::{Action, Request, open_table},
    },
    partiql::{self, Deed, Select, Statement},
    rules::{
        capacity::{Consistency, Consumed},
        item,
    },
    state::{Region, Table, TableDefinition, Write, meter::Kind},
    value::{Item, Packed, item_size, item_to_json},
};

/// A statement that knows its item.
enum Job {
    Read(Item),
    Write(Box<Request>),
}

/// What came of a statement.
#[derive(Default)]
struct Outcome {
    item: Option<Value>,
    error: Option<AwsError>,
    /// Whether the statement got as far as its item.
    ran: bool,
}

impl Outcome {
    fn refused(error: AwsError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

/// What was consumed on a table, and whether any statement on it was carried out.
type Bill = BTreeMap<String, (Consumed, bool)>;

impl DynamoDb {
    /// BatchExecuteStatement
    pub async fn batch_execute_statement(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let members: Vec<Input<'_>> = input.list("Statements").unwrap_or_default().iter().map(Input).collect();
        let statements: Vec<Result<Statement, AwsError>> =
            members.iter().map(|member| read_statement(*member, &parameters(*member)?)).collect();
        let is_read = |statement: &Statement| matches!(statement.deed, Deed::Select(_));
        let known = || statements.iter().flatten();
        if known().any(is_read) && !known().all(is_read) {
            return Err(AwsError::validation("Read and write requests together in the same batch is not supported."));
        }
        let mut batch = Batch::default();
        let (mut bill, mut responses) = (Bill::new(), Vec::new());
        let allowed: Vec<_> = members.iter().map(|member| self.is_allowed(call, *member)).collect();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&call.scope);
            let jobs = jobs(region, &members, &statements, self.now())?;
            for (((member, statement), job), allowed) in members.iter().zip(&statements).zip(jobs).zip(allowed) {
                let outcome = match (statement, job) {
                    (Ok(statement), Ok(job)) => match allowed {
                        Ok(()) => self.run(region, *member, statement, job, &mut bill, &mut batch),
                        Err(error) => Outcome::refused(error),
                    },
                    (_, Err(error)) => Outcome::refused(error),
                    (Err(error), _) => Outcome::refused(error.clone()),
                };
                responses.push(response(statement.as_ref().ok(), outcome));
            }
        }
        self.commit(batch).await?;
        self.watch_expiry();
        let mut answer = Map::from_iter([("Responses".to_owned(), Value::Array(responses))]);
        let wanted = input.text("ReturnConsumedCapacity");
        let charged = bill.iter().filter(|(_, (_, carried_out))| *carried_out);
        let reports: Vec<Value> = charged.filter_map(|(table, (consumed, _))| consumed.report(table, wanted)).collect();
        put_some(&mut answer, "ConsumedCapacity", (!reports.is_empty()).then_some(Value::Array(reports)));
        Ok(Value::Object(answer))
    }

    /// Whether the caller may do what a statement of the batch asks.
    fn is_allowed(&self, call: &Call, member: Input<'_>) -> Result<(), AwsError> {
        let mut needed = access::of_statement(call, member.text("Statement").unwrap_or_default());
        self.describe_statements(call, &[member], &mut needed);
        let caller = &call.scope.caller;
        let needed = access::with_policies(&self.state.borrow(), caller, needed);
        self.kernel.permissions.check(caller, &needed)
    }

    fn run(
        &self,
        region: &mut Region,
        member: Input<'_>,
        statement: &Statement,
        job: Job,
        bill: &mut Bill,
        batch: &mut Batch,
    ) -> Outcome {
        let name = table_name(&statement.source.table).to_owned();
        let table = match open_table(region, &name, self.now()) {
            Ok(table) => table,
            Err(error) => return Outcome::refused(error),
        };
        let definition = &table.definition;
        let (used, carried_out) = bill.entry(name.clone()).or_default();
        let request = match (job, &statement.deed) {
            (Job::Read(key), Deed::Select(select)) => {
                let place = definition.keys.encode(&key).unwrap_or_default();
                let found = table.get(&place);
                let consistency = Consistency::of(member.flag("ConsistentRead"));
                let units = Consumed::read(found.map_or(0, Packed::size), consistency);
                if let Err(error) = self.charge_statement(definition, Kind::Read, &units, &place) {
                    return Outcome::refused(error);
                }
                used.add(units);
                *carried_out = true;
                return Outcome { item: found.map(|item| shape(select).of(&item.item())), error: None, ran: true };
            }
            (Job::Read(_), _) => return Outcome::default(),
            (Job::Write(request), _) => request,
        };
        match self.planned(&request, table) {
            Ok(plan) => {
                let item = returned(&statement.deed, &request, &plan).map(|item| item_to_json(&item));
                used.add(plan.consumed);
                *carried_out = true;
                let write = Write { key: plan.key, new: plan.new, at: self.now(), by_time_to_live: false };
                region.write(&name, write, batch);
                Outcome { item, error: None, ran: true }
            }
            Err(error) => {
                if matches!(error.code.as_str(), "ConditionalCheckFailedException" | "DuplicateItemException") {
                    used.add(attempted(table, &request));
                }
                Outcome { item: None, error: Some(error), ran: true }
            }
        }
    }
}

/// What a write costs that is stopped: the larger of what is there and what it brought.
fn attempted(table: &Table, request: &Request) -> Consumed {
    let place = table.definition.keys.encode(request.subject());
    let there = place.and_then(|place| table.latest(&place)).map_or(0, Packed::size);
    let brought = if let Action::Put(item) = &request.action { item_size(item) } else { 0 };
    Consumed::stopped_write(there.max(brought))
}

/// The job of each statement, or why it has none. The same item twice refuses the whole batch.
fn jobs(
    region: &Region,
    members: &[Input<'_>],
    statements: &[Result<Statement, AwsError>],
    now: u64,
) -> Result<Vec<Result<Job, AwsError>>, AwsError> {
    let mut places = BTreeSet::new();
    let mut jobs = Vec::new();
    for (member, statement) in members.iter().zip(statements) {
        let job = match statement {
            Ok(statement) => job(region, *member, statement, now),
            Err(error) => Err(error.clone()),
        };
        if let (Ok(job), Ok(statement)) = (&job, statement) {
            let table = open_table(region, table_name(&statement.source.table), now)?;
            let item = match job {
                Job::Read(key) => key,
                Job::Write(request) => request.subject(),
            };
            if let Some(place) = table.definition.keys.encode(item)
                && !places.insert((&table.definition.name, place))
            {
                return Err(duplicates());
            }
        }
        jobs.push(job);
    }
    Ok(jobs)
}

fn job(region: &Region, member: Input<'_>, statement: &Statement, now: u64) -> Result<Job, AwsError> {
    let definition = &open_table(region, table_name(&statement.source.table), now)?.definition;
    match &statement.deed {
        Deed::Select(select) => read_key(definition, statement, select).map(Job::Read),
        Deed::Exists(_) => Err(AwsError::validation("EXISTS can only be used in ExecuteTransaction write requests.")),
        _ => {
            let request = write_request(definition, statement, member)?;
            // Of an item that stops a write a batch tells nothing.
            Ok(Job::Write(Box::new(Request { tell_old: false, ..request })))
        }
    }
}

fn read_key(table: &TableDefinition, statement: &Statement, select: &Select) -> Result<Item, AwsError> {
    let index = find_index(table, &statement.source)?;
    let key = select.condition.as_ref().and_then(|condition| partiql::key_only(condition, &table.keys));
    let Some(key) = key.filter(|_| index.is_none()) else {
        partiql::plan(select, &table.keys, index)?;
        return Err(AwsError::validation(
            "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
        ));
    };
    item::check_key(&table.keys, &key)?;
    Ok(key)
}

fn response(statement: Option<&Statement>, outcome: Outcome) -> Value {
    let mut response = Map::new();
    if let Some(error) = &outcome.error {
        response.insert("Error".to_owned(), json!({"Code": short(&error.code), "Message": error.message}));
    }
    if let Some(statement) = statement.filter(|_| outcome.ran) {
        response.insert("TableName".to_owned(), json!(table_name(&statement.source.table)));
    }
    put_some(&mut response, "Item", outcome.item);
    Value::Object(response)
}

/// The code of an error as a batch gives it.
fn short(code: &str) -> &str {
    match code {
        "ValidationException" => "ValidationError",
        "ThrottlingException" => "ThrottlingError",
        other => other.strip_suffix("Exception").unwrap_or(other),
    }
}
