//! Point-in-time recovery, and the tables that restores make.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{Arn, AwsError, Batch, Scope};
use serde_json::{Map, Value, json};

use super::{Input, describe, describe::seconds, put_some, table_name};
use crate::{
    DynamoDb,
    rules::{invalid_request, no_such_table, restore},
    state::{RECOVERY_DAYS, Recovery, TableDefinition, backup, history, keep_definition},
    storage_failed,
    value::Packed,
};

/// Items by their keys.
pub type Items = BTreeMap<Vec<u8>, Packed>;

/// A table at a moment that has passed.
pub struct Past {
    /// The table's shape, as it is now.
    pub definition: TableDefinition,
    /// Its items, as they were.
    pub items: Items,
    /// What happened since, oldest first.
    pub changes: Vec<history::Undo>,
}

impl DynamoDb {
    /// DescribeContinuousBackups
    pub fn describe_continuous_backups(&self, call: &Call) -> Result<Value, AwsError> {
        let name = Input(&call.input).table_name();
        let now = self.now();
        self.look(call, name, |table| description(table, now)).map_err(|_| no_such_table(name))
    }

    /// UpdateContinuousBackups
    pub async fn update_continuous_backups(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let name = input.table_name();
        let specification = input.structure("PointInTimeRecoverySpecification");
        let enabled = specification.flag("PointInTimeRecoveryEnabled");
        let days = specification.number("RecoveryPeriodInDays");
        if !enabled && days.is_some() {
            return Err(invalid_request("Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."));
        }
        let now = self.now();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let table = state.region(&call.scope).tables.get_mut(name).ok_or_else(|| no_such_table(name))?;
            let recovery = table.definition.keeping.recovery;
            if !enabled {
                table.history.forget(table.definition.id, &mut batch);
            }
            table.definition.keeping.recovery = enabled.then(|| Recovery {
                since: recovery.map_or(now, |recovery| recovery.since),
                days: days.or(recovery.map(|recovery| recovery.days)).unwrap_or(RECOVERY_DAYS),
            });
            keep_definition(&call.scope, &table.definition, &mut batch);
            description(&table.definition, now)
        };
        self.commit(batch).await?;
        Ok(answer)
    }

    /// RestoreTableFromBackup
    pub async fn restore_table_from_backup(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let backup = self.backup_of(call)?;
        check_region(call, &backup.arn)?;
        let definition = restore::definition(input, &backup.table, self.now())?;
        self.check_target(call)?;
        let items = backup::read(&self.kernel, backup.id).await.map_err(storage_failed)?;
        let summary = json!({
            "SourceBackupArn": backup.arn,
            "SourceTableArn": backup.table.arn,
            "RestoreDateTime": seconds(backup.created_at),
            "RestoreInProgress": true,
        });
        self.bring_back(call, definition, items, summary).await
    }

    /// RestoreTableToPointInTime. What is wrong is found in AWS's order: the request, the source, that it
    /// can be recovered, the moment, the target.
    pub async fn restore_table_to_point_in_time(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let latest = input.flag("UseLatestRestorableTime");
        let asked = input.get("RestoreDateTime").and_then(Value::as_f64);
        if latest && asked.is_some() {
            return Err(invalid_request(
                "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore request. \
                 Please specify only one of them.",
            ));
        }
        if !latest && asked.is_none() {
            return Err(invalid_request(
                "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
            ));
        }
        let (scope, source) = source(call)?;
        let asked = asked.map(|seconds| (seconds * 1000.0).round().max(0.0) as u64);
        let (at, definition) = {
            let mut state = self.state.borrow_mut();
            let table = state.region(&scope).tables.get(&source).ok_or_else(|| no_such_table(&source))?;
            let recovery = recovery_of(&table.definition)?;
            let at = moment(&recovery, asked, self.now())?;
            (at, restore::definition(input, &table.definition, self.now())?)
        };
        self.check_target(call)?;
        let past = self.past(&scope, &source, at).await?;
        let summary = json!({
            "SourceTableArn": past.definition.arn,
            "RestoreDateTime": seconds(at),
            "RestoreInProgress": true,
        });
        self.bring_back(call, definition, past.items, summary).await
    }

    /// The table `name` at the moment `at`, which lies within its recovery period.
    pub async fn past(&self, scope: &Scope, name: &str, at: u64) -> Result<Past, AwsError> {
        let mut batch = Batch::default();
        let (definition, mut items, last) = {
            let mut state = self.state.borrow_mut();
            let table = state.region(scope).tables.get(name).ok_or_else(|| no_such_table(name))?;
            // Commits keep their order: when this one is through, the history up to now is in storage.
            keep_definition(scope, &table.definition, &mut batch);
            let items: Items = table.items().map(|(key, item)| (key.clone(), item.clone())).collect();
            (table.definition.clone(), items, table.history.last())
        };
        self.commit(batch).await?;
        let changes = history::read(&self.kernel, definition.id, at, last).await.map_err(storage_failed)?;
        let is_same = |other: &TableDefinition| other.id == definition.id && other.keeping.recovery.is_some();
        let still_there = {
            let mut state = self.state.borrow_mut();
            state.region(scope).tables.get(name).is_some_and(|table| is_same(&table.definition))
        };
        if !still_there {
            return Err(no_such_table(name));
        }
        history::undo(&mut items, &changes);
        Ok(Past { definition, items, changes })
    }

    fn check_target(&self, call: &Call) -> Result<(), AwsError> {
        let name = Input(&call.input).text("TargetTableName").unwrap_or_default();
        if self.state.borrow_mut().region(&call.scope).tables.contains_key(name) {
            return Err(AwsError::new("TableAlreadyExistsException", format!("Table already exists: {name}")));
        }
        Ok(())
    }

    /// Makes the table `TargetTableName`. The answer shows it before it has items, as in AWS.
    async fn bring_back(
        &self,
        call: &Call,
        shape: TableDefinition,
        items: Items,
        summary: Value,
    ) -> Result<Value, AwsError> {
        // Others may have made it while the items were read.
        self.check_target(call)?;
        let name = Input(&call.input).text("TargetTableName").unwrap_or_default();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let id = state.next_id();
            let region = state.region(&call.scope);
            let resource = format!("table/{name}");
            let definition = TableDefinition {
                id,
                uuid: self.kernel.rng.uuid(),
                name: name.to_owned(),
                arn: Arn::new("dynamodb", &call.scope.region, &call.scope.account, resource).to_string(),
                ..shape
            };
            let answer = restoring(describe::table(
                region,
                &crate::state::Table::new(definition.clone()),
                "CREATING",
                None,
                self.now(),
            ));
            region.add_table(&call.scope, definition, items, &mut batch);
            answer
        };
        self.commit(batch).await?;
        let mut answer = answer;
        answer["RestoreSummary"] = summary;
        Ok(json!({"TableDescription": answer}))
    }
}

/// The indexes of a table that is being restored have no status yet.
fn restoring(mut description: Value) -> Value {
    for kind in ["GlobalSecondaryIndexes", "VectorIndexes"] {
        for index in description.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(index) = index.as_object_mut() {
                index.remove("IndexStatus");
            }
        }
    }
    description
}

/// How a table can be recovered.
pub fn recovery_of(table: &TableDefinition) -> Result<Recovery, AwsError> {
    table.keeping.recovery.ok_or_else(|| {
        let message = format!("Point in time recovery is not enabled for table '{}'", table.name);
        AwsError::new("PointInTimeRecoveryUnavailableException", message)
    })
}

/// The moment that is meant, the latest possible one if none is named.
fn moment(recovery: &Recovery, asked: Option<u64>, now: u64) -> Result<u64, AwsError> {
    let (earliest, latest) = (recovery.earliest(now), recovery.latest(now));
    let Some(asked) = asked else { return Ok(latest) };
    // The bounds are shown in whole seconds, so that what is shown must be allowed.
    if asked / 1000 < earliest / 1000 || asked > latest {
        let [asked, earliest, latest] = [asked, earliest, latest].map(describe::iso8601_seconds);
        return Err(AwsError::new(
            "InvalidRestoreTimeException",
            format!(
                "RestoreDateTime '{asked}' must be within EarliestRestorableDateTime '{earliest}' and \
                 LatestRestorableDateTime '{latest}'"
            ),
        ));
    }
    Ok(asked)
}

/// Where the table to restore is, and its name.
fn source(call: &Call) -> Result<(Scope, String), AwsError> {
    let input = Input(&call.input);
    let (arn, name) = match (input.text("SourceTableArn"), input.text("SourceTableName")) {
        (Some(_), Some(_)) => {
            return Err(invalid_request("Must provide exactly one of: sourceTableArn, sourceTableName"));
        }
        (None, None) => {
            return Err(AwsError::validation(
                "The parameter 'TableName' is required but was not present in the request",
            ));
        }
        (None, Some(name)) => return Ok((call.scope.clone(), name.to_owned())),
        (Some(arn), None) => (arn, table_name(arn)),
    };
    let parsed: Arn = arn.parse().map_err(|_| invalid_request("sourceTableArn is not a valid ARN"))?;
    if parsed.account != call.scope.account {
        return Err(AwsError::validation(
            "This action is only supported by accounts that match the resource owner\u{2019}s account.",
        ));
    }
    check_region(call, arn)?;
    Ok((Scope { region: parsed.region, ..call.scope.clone() }, name.to_owned()))
}

/// A table can be restored into another region only with a key of that region.
fn check_region(call: &Call, arn: &str) -> Result<(), AwsError> {
    let region = arn.split(':').nth(3).unwrap_or_default();
    if region != call.scope.region && !Input(&call.input).has("SSESpecificationOverride") {
        return Err(invalid_request("sseSpecificationOverride must be provided for cross-region restores"));
    }
    Ok(())
}

/// `ContinuousBackupsDescription`
fn description(table: &TableDefinition, now: u64) -> Value {
    let recovery = table.keeping.recovery;
    let status = if recovery.is_some() { "ENABLED" } else { "DISABLED" };
    let mut answer = Map::from_iter([("PointInTimeRecoveryStatus".to_owned(), json!(status))]);
    let whole_seconds = |millis: u64| json!(millis / 1000);
    put_some(&mut answer, "RecoveryPeriodInDays", recovery.map(|recovery| json!(recovery.days)));
    put_some(&mut answer, "EarliestRestorableDateTime", recovery.map(|recovery| whole_seconds(recovery.earliest(now))));
    put_some(&mut answer, "LatestRestorableDateTime", recovery.map(|recovery| whole_seconds(recovery.latest(now))));
    json!({"ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": answer,
    }})
}
