//! ExecuteStatement, and what the other operations of PartiQL share with it.

mod batch;
mod paging;
mod transaction;

use aws_api::{Call, Output};
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{
    Input,
    items::attributes,
    lifecycle, put_some,
    query::{MAX_PAGE, NOT_SCANNED, Reader, Shape},
    table_name,
    write::{Action, Plan, Request, open_table},
    written::List,
};
use crate::{
    DynamoDb,
    expression::{Condition, Path, Segment},
    partiql::{self, Deed, Select, Source, Statement},
    rules::{
        MAX_ITEM_SIZE,
        capacity::{Consistency, Consumed},
        invalid_values, read,
        wording::Layer,
    },
    state::{IndexDefinition, KeySchema, Table, TableDefinition, meter::Kind},
    value::{AttributeValue, Decimal, Item, NumberError, ValueError, item_size, item_to_json, parse_value},
};

/// What a write says when its condition does not name the item.
const NO_KEY: &str = "Where clause does not contain a mandatory equality on all key attributes";

impl DynamoDb {
    /// ExecuteStatement
    pub async fn execute_statement(&self, call: &Call) -> Result<Output, AwsError> {
        let input = Input(&call.input);
        let statement = read_statement(input, &parameters(input)?)?;
        match &statement.deed {
            Deed::Select(select) => return self.select(call, &statement.source, select),
            Deed::Exists(_) => {
                return Err(AwsError::validation("EXISTS can only be used in ExecuteTransaction write requests."));
            }
            _ => {}
        }
        let request = {
            let mut state = self.state.borrow_mut();
            let table = open_table(state.region(&call.scope), table_name(&statement.source.table), self.now())?;
            write_request(&table.definition, &statement, input)?
        };
        let answer = |table: &Table, plan: &Plan| {
            let returned = returned(&statement.deed, &request, plan);
            let items: Vec<Value> = returned.iter().map(item_to_json).collect();
            let mut answer = Map::from_iter([("Items".to_owned(), Value::Array(items))]);
            let report = plan.consumed.report(&table.definition.name, input.text("ReturnConsumedCapacity"));
            put_some(&mut answer, "ConsumedCapacity", report);
            Value::Object(answer)
        };
        self.carry_out(call, &request, answer).await.map(Output::from)
    }

    fn select(&self, call: &Call, source: &Source, select: &Select) -> Result<Output, AwsError> {
        let input = Input(&call.input);
        let mut state = self.state.borrow_mut();
        let table = open_table(state.region(&call.scope), table_name(&source.table), self.now())?;
        let definition = &table.definition;
        if let Some(change) = definition.change_at(self.now()) {
            lifecycle::check_index(source.index.as_deref(), &change.kind)?;
        }
        let index = find_index(definition, source)?;
        let consistent = input.flag("ConsistentRead");
        if consistent && index.is_some_and(|index| !index.local) {
            return Err(AwsError::validation("Strongly consistent read is not supported on Global Secondary Indexes"));
        }
        let fetches = reaches_back(select, &definition.keys, index)?;
        let mut areas = partiql::plan(select, &definition.keys, index)?;
        let is_point = index.is_none()
            && select
                .condition
                .as_ref()
                .is_some_and(|condition| partiql::key_only(condition, &definition.keys).is_some());
        let start = paging::start(input)?;
        if let (Some(area), Some(key)) = (areas.get_mut(start.area), &start.after) {
            area.begin_after(table, index, key, Input(&Value::Null))?;
        }
        let mut reader = Reader {
            table,
            index,
            filter: select.condition.clone(),
            shape: shape(select),
            select: read::Select::Held,
            fetches,
            limit: input.number("Limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX),
            budget: MAX_PAGE,
            consistency: Consistency::of(consistent),
            moment: self.seen_moment(index.is_some_and(|index| !index.local), consistent),
        };
        let (mut items, mut consumed, mut next) = (List::default(), Consumed::default(), None);
        for (position, area) in areas.into_iter().enumerate().skip(start.area) {
            if reader.budget == 0 {
                next = Some(paging::Start { area: position, after: None });
                break;
            }
            let place = area.place().to_vec();
            let page = reader.page(area, &mut items);
            let units = reader.consumed(&page);
            self.charge_statement(definition, Kind::Read, &units, &place)?;
            consumed.add(units);
            reader.limit -= page.scanned;
            reader.budget = reader.budget.saturating_sub(page.stored);
            if page.last.is_some() && !is_point {
                next = Some(paging::Start { area: position, after: page.last });
                break;
            }
        }
        let mut answer = Map::new();
        if let Some(next) = next {
            put_some(&mut answer, "LastEvaluatedKey", next.after.as_ref().map(item_to_json));
            answer.insert("NextToken".to_owned(), json!(paging::token(input, &next)));
        }
        let report = consumed.report(&definition.name, input.text("ReturnConsumedCapacity"));
        put_some(&mut answer, "ConsumedCapacity", report);
        Ok(Output::from(Value::Object(answer)).with_written("Items", items.end()))
    }
}

/// What a statement and its parameters say, if they can be read.
pub fn readable(input: Input<'_>) -> Option<Statement> {
    read_statement(input, &parameters(input).ok()?).ok()
}

/// `Parameters`
fn parameters(input: Input<'_>) -> Result<Vec<AttributeValue>, AwsError> {
    let given = input.list("Parameters").unwrap_or_default().iter();
    given
        .map(|value| parse_value(value).map_err(|error| Layer::Older.refuse_value(&as_java_reads(value, error))))
        .collect()
}

/// Numbers of parameters are read as Java's BigDecimal reads them, which cannot hold every exponent.
fn as_java_reads(value: &Value, error: ValueError) -> ValueError {
    let out_of_range = matches!(&error, ValueError::Number(NumberError::Overflow { .. } | NumberError::Underflow));
    match first_refused_number(value).filter(|number| out_of_range && !partiql::is_java_number(number)) {
        Some(number) => ValueError::Number(NumberError::NotNumeric(number.to_owned())),
        None => error,
    }
}

fn first_refused_number(value: &Value) -> Option<&str> {
    value.as_object()?.iter().find_map(|(kind, inner)| match kind.as_str() {
        "N" => inner.as_str().filter(|text| Decimal::parse(text).is_err()),
        "NS" => inner.as_array()?.iter().filter_map(Value::as_str).find(|text| Decimal::parse(text).is_err()),
        "L" => inner.as_array()?.iter().find_map(first_refused_number),
        "M" => inner.as_object()?.values().find_map(first_refused_number),
        _ => None,
    })
}

fn read_statement(input: Input<'_>, parameters: &[AttributeValue]) -> Result<Statement, AwsError> {
    partiql::read(input.text("Statement").unwrap_or_default(), parameters).map_err(AwsError::validation)
}

/// The index that a SELECT reads, if it reads one that PartiQL can read.
fn find_index<'a>(table: &'a TableDefinition, source: &Source) -> Result<Option<&'a IndexDefinition>, AwsError> {
    let Some(name) = &source.index else { return Ok(None) };
    if table.vector_index(name).is_some() {
        return Err(AwsError::validation(NOT_SCANNED));
    }
    let index = table.index(name).ok_or_else(|| AwsError::validation("The table does not have the specified index"))?;
    if index.keys.hash.len() > 1 || index.keys.range.len() > 1 {
        return Err(AwsError::validation(
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE \
             keys.",
        ));
    }
    Ok(Some(index))
}

/// Whether columns have to be read from the table, because a local index does not hold them. A global
/// one cannot do that.
fn reaches_back(select: &Select, table: &KeySchema, index: Option<&IndexDefinition>) -> Result<bool, AwsError> {
    let Some(index) = index else { return Ok(false) };
    let mut missing: Vec<&str> = Vec::new();
    for head in select.columns.iter().map(|column| column.path.head()) {
        if !index.projects(table, head) && !missing.contains(&head) {
            missing.push(head);
        }
    }
    if !index.local && !missing.is_empty() {
        let (name, missing) = (&index.name, missing.join(", "));
        return Err(invalid_values(format_args!("Global secondary index {name} does not project [{missing}]")));
    }
    Ok(!missing.is_empty())
}

fn shape(select: &Select) -> Shape<'_> {
    if select.columns.is_empty() { Shape::Parts(None) } else { Shape::Columns(&select.columns) }
}

/// The write that a statement asks for. Its key may be of the wrong types.
fn write_request(table: &TableDefinition, statement: &Statement, input: Input<'_>) -> Result<Request, AwsError> {
    let hash = || Path(vec![Segment::Name(table.keys.hash.first().map(|key| key.name.clone()).unwrap_or_default())]);
    let all = Condition::And;
    let (action, condition) = match &statement.deed {
        Deed::Insert(item) => {
            if item_size(item) > MAX_ITEM_SIZE {
                return Err(AwsError::validation("Item size has exceeded the maximum allowed size"));
            }
            (Action::Put(item.clone()), None)
        }
        Deed::Update(update, condition, _) => {
            // An UPDATE makes no items.
            let (key, mut rest) = written_key(&table.keys, condition.as_ref())?;
            rest.insert(0, Condition::Exists(hash()));
            (Action::Update(key, update.clone()), Some(all(rest)))
        }
        Deed::Delete(condition, _) => {
            // A DELETE of nothing is done whatever its condition is.
            let (key, rest) = written_key(&table.keys, condition.as_ref())?;
            let condition = (!rest.is_empty()).then(|| Condition::Or(vec![Condition::NotExists(hash()), all(rest)]));
            (Action::Delete(key), condition)
        }
        Deed::Exists(condition) | Deed::Select(Select { condition, .. }) => {
            let (key, rest) = checked_key(&table.keys, condition.as_ref())?;
            (Action::Check(key), Some(all(rest)))
        }
    };
    Ok(Request {
        table: table.name.clone(),
        action,
        condition,
        must_be_new: matches!(statement.deed, Deed::Insert(_)),
        is_stated: true,
        tell_old: input.text("ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD"),
    })
}

/// The first value that each key attribute must have, and the other conditions.
fn split_key(keys: &KeySchema, condition: Option<&Condition>) -> (Item, Vec<Condition>) {
    let (mut key, mut rest) = (Item::new(), Vec::new());
    for part in condition.map(partiql::conjuncts).unwrap_or_default() {
        let found = keys.attributes().find_map(|key| Some((&key.name, partiql::equality(part, &key.name)?)));
        match found {
            Some((name, value)) if key.get(name).is_none_or(|known| known == value) => {
                key.insert(name.clone(), value.clone());
            }
            _ => rest.push(part.clone()),
        }
    }
    (key, rest)
}

/// The key of the item that is written to, and the other conditions.
fn written_key(keys: &KeySchema, condition: Option<&Condition>) -> Result<(Item, Vec<Condition>), AwsError> {
    let (key, rest) = split_key(keys, condition);
    let again =
        |key: &&crate::state::KeyAttribute| rest.iter().any(|part| partiql::equality(part, &key.name).is_some());
    if let Some(attribute) = keys.attributes().find(again) {
        let name = &attribute.name;
        return Err(AwsError::validation(format!(
            "Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
        )));
    }
    if key.len() < keys.attributes().count() {
        return Err(AwsError::validation(NO_KEY));
    }
    Ok((key, rest))
}

/// The key of the item that `EXISTS` looks at, and what must hold for it.
fn checked_key(keys: &KeySchema, condition: Option<&Condition>) -> Result<(Item, Vec<Condition>), AwsError> {
    let (key, rest) = split_key(keys, condition);
    if key.len() < keys.attributes().count() || rest.is_empty() {
        return Err(AwsError::validation("EXISTS() must contain a single item read with additional condition"));
    }
    Ok((key, rest))
}

/// What `RETURNING` asks for.
fn returned(deed: &Deed, request: &Request, plan: &Plan) -> Option<Item> {
    match deed {
        Deed::Update(_, _, Some(returning)) | Deed::Delete(_, Some(returning)) => {
            attributes(request, plan, returning.as_return_values())
        }
        _ => None,
    }
}
