//! PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy. A policy counts from the moment of the
//! answer on; AWS takes some minutes, and a pause of 15 seconds between two changes.

use aws_api::Call;
use kernel::{Access, Arn, AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{Input, put_some};
use crate::{
    DynamoDb,
    rules::{invalid_values, policy, table_not_found},
    state::{Region, ResourcePolicy, keep_definition, keep_stream},
};

/// `ExpectedRevisionId` of who expects no policy.
const NO_POLICY: &str = "NO_POLICY";

/// What can have a policy.
enum Target {
    Table(String),
    Stream { table: String, arn: String },
}

impl DynamoDb {
    /// PutResourcePolicy
    pub async fn put_resource_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let target = target(call)?;
        let document = policy::canonical(input.text("Policy").unwrap_or_default())?;
        self.check_not_locked_out(call, &document)?;
        let now = self.now();
        let revision = self
            .change_policy(call, &target, |policy| {
                check_revision(input, &target, policy)?;
                policy.set(Some(document), now);
                Ok(policy.revision)
            })
            .await?;
        Ok(json!({"RevisionId": revision.to_string()}))
    }

    /// GetResourcePolicy
    pub fn get_resource_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let target = target(call)?;
        let arn = Input(&call.input).text("ResourceArn").unwrap_or_default();
        let mut state = self.state.borrow_mut();
        let policy = policy_in(state.region(&call.scope), &target)?;
        let document = policy.document.as_deref().ok_or_else(|| no_policy(arn))?;
        Ok(json!({"Policy": document, "RevisionId": policy.revision.to_string()}))
    }

    /// DeleteResourcePolicy. Nothing to remove is no error, unless a revision is expected.
    pub async fn delete_resource_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let target = target(call)?;
        let now = self.now();
        let revision = self
            .change_policy(call, &target, |policy| {
                check_revision(Input(&call.input), &target, policy)?;
                let revision = policy.revision;
                policy.set(None, now);
                Ok(revision)
            })
            .await?;
        let mut answer = Map::new();
        put_some(&mut answer, "RevisionId", (revision > 0).then(|| json!(revision.to_string())));
        Ok(Value::Object(answer))
    }

    async fn change_policy(
        &self,
        call: &Call,
        target: &Target,
        change: impl FnOnce(&mut ResourcePolicy) -> Result<u64, AwsError>,
    ) -> Result<u64, AwsError> {
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&call.scope);
            let answer = change(policy_in(region, target)?)?;
            match target {
                Target::Table(name) => {
                    if let Some(table) = region.tables.get(name) {
                        keep_definition(&call.scope, &table.definition, &mut batch);
                    }
                }
                Target::Stream { arn, .. } => {
                    if let Some(stream) = region.streams.get(arn) {
                        keep_stream(&call.scope, &stream.definition, &mut batch);
                    }
                }
            }
            state.has_policies = true;
            answer
        };
        self.commit(batch).await?;
        Ok(answer)
    }

    /// Whoever would not be allowed to change the policy again must confirm it.
    fn check_not_locked_out(&self, call: &Call, document: &str) -> Result<(), AwsError> {
        let input = Input(&call.input);
        if input.flag("ConfirmRemoveSelfResourceAccess") {
            return Ok(());
        }
        let resource = input.text("ResourceArn").unwrap_or_default();
        let policy = serde_json::from_str(document).ok();
        let access = Access::new("dynamodb:PutResourcePolicy", resource).with_resource_policy(policy);
        self.kernel.permissions.check(&call.scope.caller, &[access]).map_err(|_| {
            AwsError::validation(
                "The new resource-based policy will not allow you to change it in the future. Set \
                 ConfirmRemoveSelfResourceAccess to confirm.",
            )
        })
    }
}

/// The policy that CreateTable is given.
pub fn given(input: Input<'_>) -> Result<Option<String>, AwsError> {
    input.text("ResourcePolicy").map(policy::canonical).transpose()
}

/// The table or the stream that `ResourceArn` names.
fn target(call: &Call) -> Result<Target, AwsError> {
    let arn = Input(&call.input).text("ResourceArn").unwrap_or_default();
    if !arn.starts_with("arn:") {
        return Err(invalid_values(format_args!("ARNs must start with 'arn:': {arn}")));
    }
    let strange = || invalid_values(format_args!("Provided Arn is not a DynamoDB resource arn: {arn}"));
    let parsed: Arn = arn.parse().map_err(|_| strange())?;
    if parsed.service != "dynamodb" {
        return Err(strange());
    }
    if parsed.partition != kernel::partition(&call.scope.region) || parsed.region != call.scope.region {
        return Err(invalid_values(format_args!("Invalid resource Arn: {arn}")));
    }
    if parsed.account != call.scope.account {
        return Err(AwsError::validation(
            "This action is only supported by accounts that match the resource owner\u{2019}s account.",
        ));
    }
    let parts: Vec<&str> = parsed.resource.split('/').collect();
    match parts.as_slice() {
        ["table", table] => Ok(Target::Table((*table).to_owned())),
        ["table", table, "stream", _] => Ok(Target::Stream { table: (*table).to_owned(), arn: arn.to_owned() }),
        ["table", _, "index", _] => Err(invalid_values(format_args!(
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
        ))),
        _ => Err(strange()),
    }
}

fn policy_in<'a>(region: &'a mut Region, target: &Target) -> Result<&'a mut ResourcePolicy, AwsError> {
    match target {
        Target::Table(name) => {
            let table = region.tables.get_mut(name).ok_or_else(|| table_not_found(name))?;
            Ok(&mut table.definition.keeping.policy)
        }
        Target::Stream { table, arn } => {
            let label = arn.rsplit('/').next().unwrap_or_default();
            let stream = region.streams.get_mut(arn).ok_or_else(|| {
                AwsError::new(
                    "ResourceNotFoundException",
                    format!("Requested resource not found: Stream: {label} not found for Table: {table}"),
                )
            })?;
            Ok(&mut stream.definition.policy)
        }
    }
}

fn no_policy(why: impl std::fmt::Display) -> AwsError {
    let message = format!("Resource-based policy not found for the provided ResourceArn: {why}");
    AwsError::new("PolicyNotFoundException", message)
}

/// `ExpectedRevisionId`
fn check_revision(input: Input<'_>, target: &Target, policy: &ResourcePolicy) -> Result<(), AwsError> {
    let Some(expected) = input.text("ExpectedRevisionId") else { return Ok(()) };
    let (kind, name) = match target {
        Target::Table(name) => ("table", name.as_str()),
        Target::Stream { arn, .. } => ("stream", arn.rsplit('/').next().unwrap_or_default()),
    };
    let revision = policy.revision.to_string();
    match (&policy.document, expected) {
        (None, NO_POLICY) => Ok(()),
        (Some(_), NO_POLICY) => Err(no_policy(format_args!(
            "Requested policy update expecting none to be present for {kind} {name}, but a policy exists with revision \
             id {revision}."
        ))),
        (Some(_), expected) if expected == revision => Ok(()),
        (None, expected) if policy.revision == 0 => Err(no_policy(format_args!(
            "Requested update for policy with revision id {expected}, but {kind} {name} has no associated policy."
        ))),
        (_, expected) => Err(no_policy(format_args!(
            "Requested update for policy with revision id {expected}, but the policy associated to target {kind} \
             {name} has revision id {revision}."
        ))),
    }
}
