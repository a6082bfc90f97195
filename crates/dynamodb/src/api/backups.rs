//! CreateBackup, DescribeBackup, ListBackups, DeleteBackup.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{Input, describe, describe::seconds, put_some, table_name};
use crate::{
    DynamoDb,
    rules::{invalid_request, invalid_values, no_such_table},
    state::{Backup, Table, backup},
};

/// Backups in one answer of ListBackups.
const MAX_LISTED: u64 = 100;

impl DynamoDb {
    /// CreateBackup. The backup is available at once; only the answer says that it is being made.
    pub async fn create_backup(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let table = input.table_name();
        let now = self.now();
        let suffix = u32::from_be_bytes(self.kernel.rng.bytes());
        let mut batch = self.without_expired_backups(call);
        let answer = {
            let mut state = self.state.borrow_mut();
            let id = state.next_id();
            let region = state.region(&call.scope);
            let stream = region.stream_of(table).map(|stream| stream.definition.view);
            let found = region.tables.get(table).ok_or_else(|| no_such_table(table))?;
            let name = input.text("BackupName").unwrap_or_default().to_owned();
            let made = Backup { stream, ..Backup::of(found, id, name, now, suffix) };
            backup::keep(&call.scope, &made, found, &mut batch);
            let answer = details(&made, "CREATING");
            region.add_backup(made);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({"BackupDetails": answer}))
    }

    /// DescribeBackup
    pub fn describe_backup(&self, call: &Call) -> Result<Value, AwsError> {
        Ok(json!({"BackupDescription": description(&self.backup_of(call)?, "AVAILABLE")}))
    }

    /// ListBackups: the oldest first.
    pub fn list_backups(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let (lower, upper) = (millis(input, "TimeRangeLowerBound"), millis(input, "TimeRangeUpperBound"));
        if lower.zip(upper).is_some_and(|(lower, upper)| lower > upper) {
            return Err(invalid_values("Time range lower bound must be less than or equal to upper bound"));
        }
        let kind = input.text("BackupType").unwrap_or("USER");
        let table = input.text("TableName").map(table_name);
        let limit = input.number("Limit").unwrap_or(MAX_LISTED) as usize;
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let wanted = |backup: &&Backup| {
            (kind == "ALL" || kind == backup_type(backup))
                && table.is_none_or(|table| table == backup.table.name)
                && lower.is_none_or(|lower| backup.created_at >= lower)
                && upper.is_none_or(|upper| backup.created_at < upper)
        };
        let mut found: Vec<&Backup> = state.region(&call.scope).backups(now).filter(wanted).collect();
        found.sort_by_key(|backup| place(&backup.arn));
        if let Some(start) = input.text("ExclusiveStartBackupArn") {
            found.retain(|backup| place(&backup.arn) > place(start));
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more).map(|backup| json!(backup.arn));
        let summaries: Vec<Value> = found.into_iter().map(summary).collect();
        let mut answer = Map::from_iter([("BackupSummaries".to_owned(), json!(summaries))]);
        put_some(&mut answer, "LastEvaluatedBackupArn", last);
        Ok(Value::Object(answer))
    }

    /// DeleteBackup
    pub async fn delete_backup(&self, call: &Call) -> Result<Value, AwsError> {
        let found = self.backup_of(call)?;
        if let Some(expires) = found.expires_at {
            return Err(invalid_request(format_args!(
                "User is not allowed to delete the system backup with arn {}. It will automatically expire on {}",
                found.arn,
                describe::iso8601(expires)
            )));
        }
        let mut batch = Batch::default();
        self.state.borrow_mut().region(&call.scope).drop_backup(&call.scope, &found.arn, &mut batch);
        self.commit(batch).await?;
        Ok(json!({"BackupDescription": description(&found, "DELETED")}))
    }

    /// The backup that `BackupArn` names.
    pub fn backup_of(&self, call: &Call) -> Result<Backup, AwsError> {
        let arn = Input(&call.input).text("BackupArn").unwrap_or_default();
        let parsed = check_arn(call, arn)?;
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let scope = kernel::Scope { region: parsed.region, ..call.scope.clone() };
        let found = state.region(&scope).backup(arn, now).cloned();
        // Only a restore reaches into another region.
        let reachable = scope.region == call.scope.region || call.operation == "RestoreTableFromBackup";
        found
            .filter(|_| reachable)
            .ok_or_else(|| AwsError::new("BackupNotFoundException", format!("Backup not found: {arn}")))
    }

    /// Forgets backups of deleted tables that are too old.
    fn without_expired_backups(&self, call: &Call) -> Batch {
        let mut batch = Batch::default();
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        for arn in region.expired_backups(self.now()) {
            region.drop_backup(&call.scope, &arn, &mut batch);
        }
        batch
    }
}

/// Checks that `arn` can name a backup of the caller's account.
fn check_arn(call: &Call, arn: &str) -> Result<Arn, AwsError> {
    let parsed: Arn = arn.parse().map_err(|_| AwsError::validation("Invalid Backup ARN"))?;
    if parsed.service != "dynamodb" || parsed.partition != kernel::partition(&call.scope.region) {
        return Err(invalid_request("BackupArn is not valid"));
    }
    let mut parts = parsed.resource.split('/');
    if (parts.next(), parts.nth(1)) != (Some("table"), Some("backup")) {
        return Err(AwsError::validation("Invalid Backup ARN"));
    }
    if parsed.account != call.scope.account {
        return Err(AwsError::access_denied(format!(
            "User: {} is not authorized to perform: dynamodb:{} on resource: {arn}",
            call.scope.caller.arn(),
            call.operation
        ))
        .with_status(http::StatusCode::BAD_REQUEST));
    }
    Ok(parsed)
}

/// What orders backups: the last part of an ARN begins with the moment of its making.
fn place(arn: &str) -> (&str, &str) {
    (arn.rsplit('/').next().unwrap_or_default(), arn)
}

/// A moment of the input, in milliseconds.
fn millis(input: Input<'_>, name: &str) -> Option<u64> {
    Some((input.get(name)?.as_f64()? * 1000.0).round() as u64)
}

fn backup_type(backup: &Backup) -> &'static str {
    if backup.is_system() { "SYSTEM" } else { "USER" }
}

/// `BackupDetails`
fn details(backup: &Backup, status: &str) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("BackupArn".to_owned(), json!(backup.arn));
    answer.insert("BackupName".to_owned(), json!(backup.name));
    answer.insert("BackupSizeBytes".to_owned(), json!(backup.size));
    answer.insert("BackupStatus".to_owned(), json!(status));
    answer.insert("BackupType".to_owned(), json!(backup_type(backup)));
    answer.insert("BackupCreationDateTime".to_owned(), seconds(backup.created_at));
    put_some(&mut answer, "BackupExpiryDateTime", backup.expires_at.map(seconds));
    answer
}

/// `BackupSummary`
fn summary(backup: &Backup) -> Value {
    let mut answer = details(backup, "AVAILABLE");
    answer.insert("TableName".to_owned(), json!(backup.table.name));
    answer.insert("TableId".to_owned(), json!(backup.table.uuid));
    answer.insert("TableArn".to_owned(), json!(backup.table.arn));
    Value::Object(answer)
}

/// `BackupDescription`
fn description(backup: &Backup, status: &str) -> Value {
    let table = &backup.table;
    let (read, write) = table.billing.throughput;
    let mut source = Map::new();
    source.insert("TableName".to_owned(), json!(table.name));
    source.insert("TableId".to_owned(), json!(table.uuid));
    source.insert("TableArn".to_owned(), json!(table.arn));
    source.insert("TableSizeBytes".to_owned(), json!(backup.size));
    source.insert("KeySchema".to_owned(), table.keys.to_json());
    source.insert("TableCreationDateTime".to_owned(), seconds(table.created_at));
    let units = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    source.insert("ProvisionedThroughput".to_owned(), units);
    put_some(&mut source, "OnDemandThroughput", table.on_demand_throughput.clone());
    source.insert("ItemCount".to_owned(), json!(backup.item_count));
    let mode = if table.billing.on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    source.insert("BillingMode".to_owned(), json!(mode));
    json!({
        "BackupDetails": details(backup, status),
        "SourceTableDetails": source,
        "SourceTableFeatureDetails": features(backup),
    })
}

/// `SourceTableFeatureDetails`: what was enabled. AWS tells nothing of deleted tables.
fn features(backup: &Backup) -> Value {
    let mut answer = Map::new();
    if backup.is_system() {
        return Value::Object(answer);
    }
    let described = describe::features(&Table::new(backup.table.clone()));
    answer.extend(described);
    let stream = backup.stream.map(|view| json!({"StreamEnabled": true, "StreamViewType": view.name()}));
    put_some(&mut answer, "StreamDescription", stream);
    let lives = backup.table.time_to_live.as_ref();
    let lives = lives.map(|time| json!({"TimeToLiveStatus": "ENABLED", "AttributeName": time.attribute}));
    put_some(&mut answer, "TimeToLiveDescription", lives);
    Value::Object(answer)
}
