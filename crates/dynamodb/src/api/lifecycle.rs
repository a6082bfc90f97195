//! What a table in the midst of a change refuses, and the end of changes that leave something to do.

use aws_api::Call;
use kernel::{AwsError, Batch, Caller, Scope, Timestamp};
use serde_json::Value;

use super::{Input, table_name};
use crate::{
    DynamoDb,
    memory::named_tables,
    rules::{not_found, table_not_found},
    state::{Change, ChangeKind, Place, TableDefinition, keep_definition},
};

/// Operations on what a table holds: they find only tables that have been made and are not going. Those
/// of PartiQL look when they have read their statements.
const ON_ITEMS: [&str; 11] = [
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "SearchVectors",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
];

impl DynamoDb {
    /// Refuses what a table that `call` names does not let happen to it now.
    pub fn check_states(&self, call: &Call) -> Result<(), AwsError> {
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        for named in named_tables(call) {
            let Some(table) = region.tables.get(table_name(named)) else { continue };
            if let Some(change) = table.definition.change_at(now) {
                check(call, &table.definition, change, now)?;
            }
        }
        Ok(())
    }

    /// The change of a table that begins now, if changes take time.
    pub fn beginning(&self, kind: ChangeKind) -> Option<Change> {
        let (now, length) = (self.now(), self.pace().table_ms);
        (length > 0).then(|| Change { kind, since: now, until: now.saturating_add(length) })
    }

    /// Sees to it that a table that is being deleted goes in the end, and so does an index.
    pub fn watch_change(&self, place: Place, table: &TableDefinition) {
        let Some(change) = table.change.clone() else { return };
        if !matches!(change.kind, ChangeKind::Delete | ChangeKind::IndexDelete(_)) {
            return;
        }
        let (me, clock, name) = (self.me.clone(), self.kernel.clock.clone(), table.name.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(Timestamp::from_millis(change.until)).await;
            if let Some(room) = me.upgrade() {
                room.end_change(place, &name, &change).await;
            }
        });
    }

    /// Goes on with the changes that were under way when the cloud was closed.
    pub fn resume_changes(&self) {
        let changing = self.state.borrow().changing();
        for (place, table) in changing {
            self.watch_change(place, &table);
        }
    }

    async fn end_change(&self, (account, region): Place, name: &str, change: &Change) {
        let caller = Caller::Root { account: account.clone() };
        let scope = Scope { account, ..Scope::new(&self.kernel, &region, caller) };
        if self.tables_ready(&scope, &[name]).await.is_err() {
            return;
        }
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&scope);
            let Some(table) = region.tables.get_mut(name) else { return };
            if table.definition.change.as_ref() != Some(change) {
                return;
            }
            table.definition.change = None;
            if let ChangeKind::IndexDelete(index) = &change.kind {
                table.drop_index(index);
                table.drop_vector_index(index);
                table.definition.forget_unused_attributes();
                keep_definition(&scope, &table.definition, &mut batch);
            } else {
                self.meters.borrow_mut().forget(table.definition.id);
                self.contributors.borrow_mut().forget(table.definition.id, None);
                region.drop_table(&scope, name, self.now(), &mut batch);
            }
        }
        // Nobody waits for an answer: what could not be kept is done again after the next start.
        let _ = self.commit(batch).await;
    }
}

fn check(call: &Call, table: &TableDefinition, change: &Change, now: u64) -> Result<(), AwsError> {
    let name = &table.name;
    let gone = matches!(change.kind, ChangeKind::Create | ChangeKind::Delete);
    match call.operation {
        operation if ON_ITEMS.contains(&operation) => {
            if gone {
                return Err(not_found());
            }
            let read = Input(&call.input).text("IndexName");
            match &change.kind {
                ChangeKind::IndexCreate(index) if operation == "SearchVectors" && read == Some(index) => {
                    Err(AwsError::validation(format!("Cannot search backfilling vector index: {index}")))
                }
                kind => check_index(read, kind),
            }
        }
        "UpdateTimeToLive" if change.kind == ChangeKind::Create => Err(table_not_found(name)),
        "TagResource" | "UntagResource" | "ListTagsOfResource" if change.kind == ChangeKind::Create => {
            let message = format!("Requested resource not found: ResourceArn: {} not found", table.arn);
            Err(AwsError::new("ResourceNotFoundException", message))
        }
        "CreateTable" | "UpdateTimeToLive" | "TagResource" | "UntagResource" if gone => {
            Err(in_use(&whole(&change.kind, name)))
        }
        "DeleteTable" => Err(in_use(&match change.kind {
            ChangeKind::Create | ChangeKind::Delete => whole(&change.kind, name),
            ChangeKind::Update => format!("Table: {name} is in the process of being updated."),
            _ => "Cannot delete table while indexes are being created, updated, or deleted.".to_owned(),
        })),
        "UpdateTable" => check_update(Input(&call.input), table, change, now),
        _ => Ok(()),
    }
}

/// The words of a change of the table itself.
fn whole(kind: &ChangeKind, table: &str) -> String {
    let doing = match kind {
        ChangeKind::Create => "created",
        ChangeKind::Delete => "deleted",
        _ => "updated",
    };
    format!("Table is being {doing}: {table}")
}

/// An index that is being made cannot be read yet, and one that is going not any more.
pub fn check_index(read: Option<&str>, kind: &ChangeKind) -> Result<(), AwsError> {
    match (read, kind) {
        (Some(read), ChangeKind::IndexCreate(index)) if read == index => {
            Err(AwsError::validation(format!("Cannot read from backfilling global secondary index: {index}")))
        }
        (Some(read), ChangeKind::IndexDelete(index)) if read == index => {
            Err(AwsError::validation(format!("The table does not have the specified index: {index}")))
        }
        _ => Ok(()),
    }
}

fn check_update(input: Input<'_>, table: &TableDefinition, change: &Change, now: u64) -> Result<(), AwsError> {
    let name = &table.name;
    let updates = |name| input.list(name).unwrap_or_default();
    let names = |kind: &'static str| {
        let vectors = index_names(updates("VectorIndexUpdates"), kind);
        index_names(updates("GlobalSecondaryIndexUpdates"), kind).chain(vectors)
    };
    let (index, doing) = match &change.kind {
        ChangeKind::Create | ChangeKind::Delete => return Err(in_use(&whole(&change.kind, name))),
        ChangeKind::Update => {
            return Err(in_use(&if input.has("ProvisionedThroughput") || input.has("BillingMode") {
                format!("Table IOPS are currently being updated. Table: {name}")
            } else {
                format!("Table: {name} is in the process of being updated.")
            }));
        }
        ChangeKind::IndexCreate(index) if names("Delete").any(|deleted| deleted == index) => {
            if change.is_backfilling(now) {
                return Ok(());
            }
            return Err(in_use(&format!(
                "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the \
                 index is active. Table: {name} Index: {index}"
            )));
        }
        ChangeKind::IndexCreate(index) => (index, "created"),
        ChangeKind::IndexUpdate(index) => (index, "updated"),
        ChangeKind::IndexDelete(index) => (index, "deleted"),
    };
    if names("Create").chain(names("Delete")).chain(names("Update")).any(|named| named == index) {
        return Err(in_use(&format!("Index is being {doing}.  Table: {name} Index: {index}")));
    }
    if names("Create").chain(names("Delete")).next().is_some() {
        return Err(AwsError::new(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        ));
    }
    Err(in_use(&if input.has("StreamSpecification") {
        format!("Can't change stream status when an index is being {doing}. Table: {name} Indexes: [{index}]")
    } else {
        format!("Can't change table IOPS when an index is being {doing}. Table: {name} Indexes: [{index}]")
    }))
}

/// The indexes that a call of UpdateTable makes, updates or deletes.
fn index_names<'a>(updates: &'a [Value], kind: &'static str) -> impl Iterator<Item = &'a str> {
    updates.iter().filter_map(move |update| Input(Input(update).get(kind)?).text("IndexName"))
}

fn in_use(detail: &str) -> AwsError {
    let message = format!("Attempt to change a resource which is still in use: {detail}");
    AwsError::new("ResourceInUseException", message)
}
