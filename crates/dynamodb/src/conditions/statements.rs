//! The same of the statements of PartiQL.

use aws_api::Call;
use kernel::{Access, Caller};
use serde_json::json;

use super::Facts;
use crate::{
    DynamoDb,
    api::{Input, readable_statement, table_name},
    expression::{Condition, Update},
    partiql::{self, Deed, Returning, Select, Source, Statement},
    rules::read,
    state::KeySchema,
    value::{AttributeValue, Item, item_to_json},
};

impl DynamoDb {
    /// Tells policies of the statements that `members` hold, each of which needs one access; of what is
    /// no statement nothing is needed, and nothing told.
    pub fn describe_statements(&self, call: &Call, members: &[Input<'_>], needed: &mut [Access]) {
        if matches!(call.scope.caller, Caller::Root { .. }) {
            return;
        }
        let text = |member: &Input<'_>| member.text("Statement").unwrap_or_default().to_owned();
        let judged = members.iter().filter(|member| partiql::target(&text(member)).is_some());
        for (access, member) in needed.iter_mut().zip(judged) {
            if call.operation != "ExecuteStatement" {
                access.context.insert("dynamodb:EnclosingOperation".to_owned(), json!(call.operation));
            }
            // What cannot be read is refused before it does anything.
            if let Some(statement) = readable_statement(*member) {
                self.describe_statement(call, &statement, access);
            }
        }
    }

    fn describe_statement(&self, call: &Call, statement: &Statement, access: &mut Access) {
        let Some(keys) = self.keys_of(call, &statement.source) else { return };
        let mut facts = Facts::default();
        let mut tell = |key: &str, value: String| drop(access.context.insert(format!("dynamodb:{key}"), json!(value)));
        match &statement.deed {
            Deed::Select(select) => {
                let pins_partition = facts.take_condition(select.condition.as_ref(), &keys);
                tell("FullTableScan", (!pins_partition).to_string());
                tell("Select", selected(select, &statement.source).to_owned());
                facts.attributes.extend(select.columns.iter().map(|column| column.path.head().to_owned()));
            }
            Deed::Exists(condition) => drop(facts.take_condition(condition.as_ref(), &keys)),
            Deed::Insert(item) => {
                facts.attributes.extend(item.keys().cloned());
                facts.lead(keys.hash.iter().filter_map(|key| item.get(&key.name)));
            }
            Deed::Update(update, condition, returning) => {
                facts.take_condition(condition.as_ref(), &keys);
                facts.attributes.extend(Update::paths(update).map(|path| path.head().to_owned()));
                tell("ReturnValues", returned(*returning));
            }
            Deed::Delete(condition, returning) => {
                facts.take_condition(condition.as_ref(), &keys);
                tell("ReturnValues", returned(*returning));
            }
        }
        facts.tell(access);
    }

    /// The key of the table or the index that a statement is about.
    fn keys_of(&self, call: &Call, source: &Source) -> Option<KeySchema> {
        let mut state = self.state.borrow_mut();
        let definition = &state.region(&call.scope).tables.get(table_name(&source.table))?.definition;
        match &source.index {
            Some(index) => Some(definition.index(index)?.keys.clone()),
            None => Some(definition.keys.clone()),
        }
    }
}

impl Facts {
    /// Takes in what a WHERE clause looks at; whether it pins the partition.
    fn take_condition(&mut self, condition: Option<&Condition>, keys: &KeySchema) -> bool {
        let Some(condition) = condition else { return false };
        self.attributes.extend(read::paths(condition).into_iter().map(|path| path.head().to_owned()));
        let pinned = partiql::pinned(condition, keys);
        let pins_partition = pinned.is_some();
        self.lead(pinned.into_iter().flatten());
        pins_partition
    }

    fn lead<'a>(&mut self, values: impl Iterator<Item = &'a AttributeValue>) {
        let name = String::new();
        for value in values {
            let written = item_to_json(&Item::from_iter([(name.clone(), value.clone())]));
            self.leading.extend(written.get(&name).and_then(super::text_of));
        }
    }
}

/// What `Select` would have to be for the same.
fn selected(select: &Select, source: &Source) -> &'static str {
    match (select.columns.is_empty(), &source.index) {
        (false, _) => "SPECIFIC_ATTRIBUTES",
        (true, Some(_)) => "ALL_PROJECTED_ATTRIBUTES",
        (true, None) => "ALL_ATTRIBUTES",
    }
}

fn returned(returning: Option<Returning>) -> String {
    returning.map_or("NONE", Returning::as_return_values).to_owned()
}
