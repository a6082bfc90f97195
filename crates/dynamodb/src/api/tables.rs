//! CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables.
//!
//! Tables and indexes are ready at once unless the [pace](crate::Pace) gives their changes time: the
//! answer that makes one says `CREATING`, as in AWS, and the next description `ACTIVE`.

use std::ops::Bound;

use aws_api::Call;
use kernel::{Arn, AwsError, Batch, Scope};
use serde_json::{Map, Value, json};

use super::{
    Input,
    describe::{self, Changing},
    policies, put_some, table_name,
};
use crate::{
    DynamoDb,
    rules::{invalid_values, table as rules, table_not_found, tags, throughput, update_table, vectors},
    state::{
        Billing, Change, ChangeKind, Keeping, Region, ResourcePolicy, Split, Stream, StreamDefinition, Table,
        TableDefinition, ViewType, keep_definition, keep_stream, shards_for,
    },
};

/// Tables in one answer of ListTables.
const MAX_LISTED: u64 = 100;

impl DynamoDb {
    /// CreateTable
    pub async fn create_table(&self, call: &Call) -> Result<Value, AwsError> {
        self.make_table(call, self.beginning(ChangeKind::Create)).await
    }

    /// Makes a table that goes through `change` at first.
    pub async fn make_table(&self, call: &Call, change: Option<Change>) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let now = self.now();
        let shape = rules::read(input, &call.scope.region, now)?;
        let maxima = throughput::on_demand_maxima(input, None, shape.billing.on_demand, &call.scope.region, None)?;
        let view = stream_view(input, CREATED)?;
        let tags = tags::read(input)?;
        let mut keeping = Keeping::default();
        keeping.policy.set(policies::given(input)?, now);
        let name = input.table_name().to_owned();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            if state.region(&call.scope).tables.contains_key(&name) {
                return Err(in_use(format!("Table already exists: {name}")));
            }
            let (id, stream_id) = (state.next_id(), state.next_id());
            state.has_policies |= keeping.policy.document.is_some();
            let region = state.region(&call.scope);
            region.forget_old_streams(&call.scope, now, &mut batch);
            let resource = format!("table/{name}");
            let mut definition = TableDefinition {
                id,
                uuid: self.kernel.rng.uuid(),
                arn: Arn::new("dynamodb", &call.scope.region, &call.scope.account, resource).to_string(),
                name: name.clone(),
                created_at: now,
                attributes: shape.attributes,
                keys: shape.keys,
                indexes: shape.indexes,
                vectors: shape.vectors,
                billing: shape.billing,
                stream_arn: None,
                deletion_protection: input.flag("DeletionProtectionEnabled"),
                class: input.text("TableClass").map(str::to_owned),
                encryption: encryption(input),
                on_demand_throughput: maxima,
                tags,
                time_to_live: None,
                time_to_live_changed_at: None,
                keeping,
                change,
            };
            throughput::check_quotas(&definition, &call.scope.region, reserved(region, &name))?;
            if let Some(view) = view {
                self.open_stream(&call.scope, region, &mut definition, stream_id, view, &mut batch);
            }
            keep_definition(&call.scope, &definition, &mut batch);
            let table = Table::new(definition);
            let answer = describe::table(region, &table, "CREATING", None, now);
            region.tables.insert(name, table);
            creating_indexes(answer)
        };
        self.commit(batch).await?;
        Ok(json!({"TableDescription": answer}))
    }

    /// DescribeTable
    pub fn describe_table(&self, call: &Call) -> Result<Value, AwsError> {
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        let name = Input(&call.input).table_name();
        let table = region.tables.get(name).ok_or_else(|| table_not_found(name))?;
        Ok(json!({"Table": describe::at(region, table, self.now())}))
    }

    /// DeleteTable
    pub async fn delete_table(&self, call: &Call) -> Result<Value, AwsError> {
        let name = Input(&call.input).table_name();
        let now = self.now();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&call.scope);
            let table = region.tables.get_mut(name).ok_or_else(|| table_not_found(name))?;
            if table.definition.deletion_protection {
                return Err(AwsError::validation(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                     protection first.",
                ));
            }
            if let Some(change) = self.beginning(ChangeKind::Delete) {
                table.definition.change = Some(change);
                keep_definition(&call.scope, &table.definition, &mut batch);
                self.watch_change((call.scope.account.clone(), call.scope.region.clone()), &table.definition);
                region.tables.get(name).map(|table| describe::at(region, table, now))
            } else {
                self.meters.borrow_mut().forget(table.definition.id);
                self.contributors.borrow_mut().forget(table.definition.id, None);
                let answer = region.tables.get(name).map(|table| describe::table(region, table, "DELETING", None, now));
                region.drop_table(&call.scope, name, now, &mut batch);
                answer
            }
        };
        self.commit(batch).await?;
        let mut answer = answer.unwrap_or_default();
        if let Some(told) = answer.as_object_mut() {
            // Of the indexes of a table that goes nothing is told.
            told.remove("GlobalSecondaryIndexes");
        }
        Ok(json!({"TableDescription": answer}))
    }

    /// ListTables
    pub fn list_tables(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let limit = input.number("Limit").unwrap_or(MAX_LISTED) as usize;
        let mut state = self.state.borrow_mut();
        let tables = &state.region(&call.scope).tables;
        let from = match input.text("ExclusiveStartTableName") {
            Some(name) => Bound::Excluded(table_name(name).to_owned()),
            None => Bound::Unbounded,
        };
        let mut names: Vec<&String> =
            tables.range((from, Bound::Unbounded)).map(|(name, _)| name).take(limit + 1).collect();
        let more = names.len() > limit;
        names.truncate(limit);
        let mut answer = Map::from_iter([("TableNames".to_owned(), json!(names))]);
        put_some(&mut answer, "LastEvaluatedTableName", names.last().filter(|_| more).map(|name| json!(name)));
        Ok(Value::Object(answer))
    }

    /// UpdateTable
    pub async fn update_table(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        update_table::check(input)?;
        let name = input.table_name();
        let now = self.now();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let stream_id = state.next_id();
            let region = state.region(&call.scope);
            let table = region.tables.get(name).ok_or_else(|| table_not_found(name))?;
            let mut definition = table.definition.clone();
            update_settings(input, &mut definition, &call.scope.region, now)?;
            let mut index_changes = IndexChanges::read(input, &mut definition, &call.scope.region, now)?;
            index_changes.read_vectors(input, &mut definition)?;
            check_index_units(&definition, &index_changes)?;
            let after = index_changes.applied(&definition);
            if throughput::provisioned(&after) != throughput::provisioned(&table.definition) {
                throughput::check_quotas(&after, &call.scope.region, reserved(region, name))?;
            }
            if let Some(change) = self.beginning(index_changes.kind()) {
                definition.billing.history.postpone(now, change.until);
                definition.change = Some(change);
                // A deletion that takes time is done in the end.
                index_changes.deleted = None;
                index_changes.vectors.deleted = None;
                self.watch_change((call.scope.account.clone(), call.scope.region.clone()), &definition);
            }
            self.update_stream(call, region, &mut definition, stream_id, &mut batch)?;
            region.split_shards(&call.scope, &definition, now, &mut batch);
            keep_definition(&call.scope, &index_changes.applied(&definition), &mut batch);
            let before = region.tables.get(name).map(|table| table.definition.billing.clone());
            let mut answer = index_changes.carry_out(region, name, definition, now);
            tell_former_units(&mut answer, before.as_ref(), now);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({"TableDescription": answer}))
    }

    fn update_stream(
        &self,
        call: &Call,
        region: &mut Region,
        definition: &mut TableDefinition,
        id: u32,
        batch: &mut Batch,
    ) -> Result<(), AwsError> {
        let input = Input(&call.input);
        if !input.has("StreamSpecification") {
            return Ok(());
        }
        let open = region.stream_of(&definition.name).is_some();
        match (stream_view(input, UPDATED)?, open) {
            (Some(_), true) => {
                Err(in_use(format!("Table already has an enabled stream: TableName: {}", definition.name)))
            }
            (None, false) => {
                Err(AwsError::validation(format!("Table has no stream to disable: TableName: {}", definition.name)))
            }
            (Some(view), false) => {
                self.open_stream(&call.scope, region, definition, id, view, batch);
                Ok(())
            }
            (None, true) => {
                region.close_stream(&call.scope, &definition.name, self.now(), batch);
                Ok(())
            }
        }
    }

    /// Opens a stream of a table that has none.
    pub fn open_stream(
        &self,
        scope: &Scope,
        region: &mut Region,
        table: &mut TableDefinition,
        id: u32,
        view: ViewType,
        batch: &mut Batch,
    ) {
        let now = self.now();
        let label = label(now);
        let suffix = u32::from_be_bytes(self.kernel.rng.bytes());
        let definition = StreamDefinition {
            id,
            arn: format!("{}/stream/{label}", table.arn),
            label,
            table: table.name.clone(),
            view,
            key_schema: table.keys.to_json(),
            shard: format!("shardId-{now:020}-{suffix:08x}"),
            created_at: now,
            closed_at: None,
            splits: vec![Split { at: now, count: shards_for(table) }],
            policy: ResourcePolicy::default(),
        };
        table.stream_arn = Some(definition.arn.clone());
        keep_stream(scope, &definition, batch);
        region.streams.insert(definition.arn.clone(), Stream::new(definition));
    }
}

/// The error for what is there already or cannot change now.
pub fn in_use(message: String) -> AwsError {
    AwsError::new("ResourceInUseException", message)
}

/// A stream's label: the moment of its making, `2026-01-01T00:00:00.000`.
fn label(millis: u64) -> String {
    let moment = i64::try_from(millis).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    moment.map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string()).unwrap_or_default()
}

/// `StreamSpecification`: the view type of a stream that is wanted.
fn stream_view(input: Input<'_>, words: Words) -> Result<Option<ViewType>, AwsError> {
    let specification = input.structure("StreamSpecification");
    let view = specification.text("StreamViewType");
    match (specification.flag("StreamEnabled"), view) {
        (true, None) => Err(invalid_values(words.without_view)),
        (false, Some(_)) => Err(invalid_values(words.with_view)),
        (true, Some(view)) => Ok(ViewType::parse(view)),
        (false, None) => Ok(None),
    }
}

/// How an operation refuses a stream without a view type, and none with one.
struct Words {
    without_view: &'static str,
    with_view: &'static str,
}

const CREATED: Words = Words {
    without_view: "Table is being created with a stream enabled, UpdateViewType is required",
    with_view: "Table is being created with a stream disabled, UpdateViewType should not be specified",
};

const UPDATED: Words = Words {
    without_view: "If stream is being enabled then UpdateViewType is required",
    with_view: "If stream is being disabled, then UpdateViewType must not be specified",
};

/// Until a change of units is done, and the answer to it comes before that, those from before are told.
fn tell_former_units(description: &mut Value, before: Option<&Billing>, now: u64) {
    let Some(before) = before.filter(|billing| !billing.on_demand) else { return };
    if let Some(told) = description.get_mut("ProvisionedThroughput").filter(|told| told["ReadCapacityUnits"] != 0) {
        told["ReadCapacityUnits"] = json!(before.throughput.0);
        told["WriteCapacityUnits"] = json!(before.throughput.1);
        told["NumberOfDecreasesToday"] = json!(before.history.decreases_on_day_of(now));
    }
}

/// `SSESpecification`, if it asks for a customer's key.
fn encryption(input: Input<'_>) -> Option<Value> {
    let specification = input.structure("SSESpecification");
    specification.flag("Enabled").then(|| specification.0.clone())
}

/// What is just being made says so.
fn creating_indexes(mut description: Value) -> Value {
    for kind in ["GlobalSecondaryIndexes", "VectorIndexes"] {
        for index in description[kind].as_array_mut().into_iter().flatten() {
            index["IndexStatus"] = json!("CREATING");
        }
    }
    if let Some(description) = description.as_object_mut() {
        // A null would be written where a description without indexes has nothing.
        description.retain(|_, value| !value.is_null());
    }
    description
}

fn update_settings(input: Input<'_>, table: &mut TableDefinition, region: &str, now: u64) -> Result<(), AwsError> {
    let mode = input.text("BillingMode");
    let units = input.get("ProvisionedThroughput").map(|units| rules::units_of(Input(units)));
    let on_demand = mode.map_or(table.billing.on_demand, |mode| mode == "PAY_PER_REQUEST");
    if on_demand && units.is_some() {
        return Err(invalid_values(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ));
    }
    let billing = &mut table.billing;
    if let Some(units) = units {
        if billing.on_demand {
            // No units are fewer than these: what the switch gives is neither an increase nor a decrease.
            billing.throughput = units;
        } else {
            throughput::change_units(None, &mut billing.throughput, &mut billing.history, units, now)?;
        }
    }
    if on_demand && !billing.on_demand {
        billing.on_demand_since = Some(now);
        throughput::switch_to_on_demand(table, now)?;
    }
    let billing = &mut table.billing;
    billing.named |= mode.is_some();
    billing.on_demand = on_demand;
    if let Some(protected) = input.get("DeletionProtectionEnabled").and_then(Value::as_bool) {
        table.deletion_protection = protected;
    }
    if let Some(class) = input.text("TableClass") {
        table.class = Some(class.to_owned());
    }
    if input.has("SSESpecification") {
        table.encryption = encryption(input);
    }
    table.on_demand_throughput =
        throughput::on_demand_maxima(input, None, on_demand, region, table.on_demand_throughput.as_ref())?
            .filter(|_| on_demand);
    if let Some(wanted) = input.get("WarmThroughput") {
        let billing = &mut table.billing;
        let current = throughput::warm(on_demand, billing.throughput, &billing.history);
        throughput::raise_warm(Input(wanted), None, current, &mut billing.history)?;
    }
    Ok(())
}

/// The units of the account's other tables.
fn reserved(region: &Region, table: &str) -> (u64, u64) {
    let others = region.tables.iter().filter(|(name, _)| *name != table);
    let units = others.map(|(_, other)| throughput::provisioned(&other.definition));
    units.fold((0, 0), |(read, write), units| (read + units.0, write + units.1))
}

/// A table that leaves on demand needs units for each of its indexes.
fn check_index_units(table: &TableDefinition, changes: &IndexChanges) -> Result<(), AwsError> {
    let lacking = |index: &&crate::state::IndexDefinition| {
        !index.local && index.throughput == (0, 0) && changes.deleted.as_ref() != Some(&index.name)
    };
    match table.indexes.iter().find(lacking).filter(|_| !table.billing.on_demand) {
        Some(index) => {
            Err(invalid_values(format_args!("ProvisionedThroughput must be specified for index: {}", index.name)))
        }
        None => Ok(()),
    }
}

/// What UpdateTable does to indexes: at most one is made or removed.
#[derive(Default)]
struct IndexChanges {
    created: Option<crate::state::IndexDefinition>,
    deleted: Option<String>,
    updated: Option<String>,
    vectors: vectors::Changes,
}

impl IndexChanges {
    fn read(input: Input<'_>, table: &mut TableDefinition, region: &str, now: u64) -> Result<Self, AwsError> {
        let updates = input.list("GlobalSecondaryIndexUpdates").unwrap_or_default();
        let mut changes = Self::default();
        let changed =
            |update| update_table::INDEX_CHANGES.into_iter().find_map(|kind| Some((kind, Input(update).get(kind)?)));
        let updates: Vec<(&str, &Value)> = updates.iter().filter_map(changed).collect();
        if updates.iter().filter(|(kind, _)| *kind != "Update").count() > 1 {
            return Err(AwsError::new(
                "LimitExceededException",
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
            ));
        }
        for (kind, change) in updates {
            changes.add(input, kind, Input(change), table, (region, now))?;
        }
        Ok(changes)
    }

    fn read_vectors(&mut self, input: Input<'_>, table: &mut TableDefinition) -> Result<(), AwsError> {
        self.vectors = vectors::changes(input, table)?;
        let changes = self.vectors.created.is_some() || self.vectors.deleted.is_some();
        if changes && (self.created.is_some() || self.deleted.is_some()) {
            return Err(vectors::only_one());
        }
        for element in self.vectors.created.iter().flat_map(|index| &index.schema) {
            if !table.attributes.contains(&element.attribute) {
                table.attributes.push(element.attribute.clone());
            }
        }
        if !table.billing.on_demand && !table.vectors.is_empty() {
            return Err(vectors::only_on_demand());
        }
        Ok(())
    }

    fn add(
        &mut self,
        input: Input<'_>,
        kind: &str,
        change: Input<'_>,
        table: &mut TableDefinition,
        (region, now): (&str, u64),
    ) -> Result<(), AwsError> {
        let name = change.text("IndexName").unwrap_or_default();
        if kind == "Create" {
            let given = rules::attributes(input);
            let attributes = if given.is_empty() { table.attributes.clone() } else { given };
            let index = rules::global_index(change, region, &table.billing, &attributes, &table.indexes)?;
            for key in index.keys.attributes() {
                if !table.attributes.contains(key) {
                    table.attributes.push(key.clone());
                }
            }
            self.created = Some(index);
            return Ok(());
        }
        let Some(index) = table.indexes.iter_mut().find(|index| index.name == name && !index.local) else {
            let message = format!("Requested resource not found: Index {name} for table {}", table.name);
            return Err(AwsError::new("ResourceNotFoundException", message));
        };
        if kind == "Delete" {
            self.deleted = Some(name.to_owned());
        } else {
            throughput::update_index(change, index, table.billing.on_demand, region, now)?;
            self.updated = Some(name.to_owned());
        }
        Ok(())
    }

    /// What takes time of all this.
    fn kind(&self) -> ChangeKind {
        match self.changing() {
            Some((name, "CREATING")) => ChangeKind::IndexCreate(name),
            Some((name, "DELETING")) => ChangeKind::IndexDelete(name),
            Some((name, _)) => ChangeKind::IndexUpdate(name),
            None => ChangeKind::Update,
        }
    }

    /// The index that changes, and its status meanwhile.
    fn changing(&self) -> Option<(String, &'static str)> {
        let created = self.created.as_ref().map(|index| &index.name);
        let created = created.or(self.vectors.created.as_ref().map(|index| &index.name));
        let deleted = self.deleted.as_ref().or(self.vectors.deleted.as_ref());
        let of = |name: &String, status| (name.clone(), status);
        created
            .map(|name| of(name, "CREATING"))
            .or_else(|| deleted.map(|name| of(name, "DELETING")))
            .or_else(|| self.updated.as_ref().map(|name| of(name, "UPDATING")))
    }

    /// The definition after the changes.
    fn applied(&self, definition: &TableDefinition) -> TableDefinition {
        let mut definition = definition.clone();
        definition.indexes.extend(self.created.clone());
        definition.vectors.extend(self.vectors.created.clone());
        if let Some(name) = self.deleted.as_ref().or(self.vectors.deleted.as_ref()) {
            definition.indexes.retain(|index| index.name != *name);
            definition.vectors.retain(|index| index.name != *name);
            definition.forget_unused_attributes();
        }
        definition
    }

    /// Changes the table, and describes it in the midst of it.
    fn carry_out(self, region: &mut Region, name: &str, definition: TableDefinition, now: u64) -> Value {
        let after = self.applied(&definition);
        let Some(table) = region.tables.get_mut(name) else { return Value::Null };
        table.definition = TableDefinition { attributes: after.attributes.clone(), ..definition };
        let changing = self.changing();
        if let Some(index) = self.created {
            table.add_index(index);
        }
        if let Some(index) = self.vectors.created {
            table.add_vector_index(index);
        }
        let changing = changing.as_ref().map(|(name, status)| Changing { index: name, status, backfilling: false });
        let answer = region.tables.get(name).map(|table| match table.definition.change_at(now) {
            Some(_) => describe::at(region, table, now),
            None => describe::table(region, table, "UPDATING", changing, now),
        });
        if let Some(table) = region.tables.get_mut(name) {
            if let Some(deleted) = self.deleted {
                table.drop_index(&deleted);
            }
            if let Some(deleted) = self.vectors.deleted {
                table.drop_vector_index(&deleted);
            }
        }
        answer.unwrap_or_default()
    }
}
