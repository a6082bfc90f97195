//! `AWS::DynamoDB::Table` for CloudFormation.

mod import;
mod settings;

use std::time::Duration;

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

pub use settings::{is_on, settings, stream_policy};

/// The time between two looks at a table that changes.
const POLL: Duration = Duration::from_millis(500);

/// Makes tables by the public API.
pub struct Provider;

/// Properties that CreateTable takes as they are.
const CREATED_WITH: [&str; 11] = [
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "KeySchema",
    "LocalSecondaryIndexes",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "TableClass",
    "Tags",
    "VectorIndexes",
    "WarmThroughput",
];

/// Properties that one call of UpdateTable changes together: throughput, throughput to be ready for,
/// and what nothing may accompany.
const UPDATED_TOGETHER: [&[&str]; 4] = [
    &["BillingMode", "OnDemandThroughput", "ProvisionedThroughput"],
    &["WarmThroughput"],
    &["DeletionProtectionEnabled"],
    &["TableClass"],
];

/// Properties that nothing here acts on. A stack that names one fails, rather than lack what it asks for.
const UNSUPPORTED: [&str; 1] = ["/StreamSpecification/Tags"];

/// What UpdateTable changes of an index that stays.
const INDEX_UPDATED_WITH: [&str; 3] = ["OnDemandThroughput", "ProvisionedThroughput", "WarmThroughput"];

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::DynamoDB::Table"]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        matches!(property, "KeySchema" | "LocalSecondaryIndexes" | "TableName" | "ImportSourceSpecification")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        check_supported(&UNSUPPORTED, properties)?;
        let name = match properties.get("TableName").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => context.physical_name(255),
        };
        if let Some(source) = properties.get("ImportSourceSpecification") {
            let made = import::import(context, &name, properties, source).await?;
            return self.update(context, &name, &made, properties).await;
        }
        let mut input = Map::from_iter([("TableName".to_owned(), json!(name))]);
        copy(properties, &CREATED_WITH, &mut input);
        if let Some(specification) = stream(properties) {
            input.insert("StreamSpecification".to_owned(), specification);
        }
        if let Some(encryption) = encryption(properties) {
            input.insert("SSESpecification".to_owned(), encryption);
        }
        if !indexes(properties).is_empty() {
            let made = indexes(properties).iter().map(index_to_make).collect();
            input.insert("GlobalSecondaryIndexes".to_owned(), made);
        }
        if let Some(policy) = settings::policy(properties) {
            input.insert("ResourcePolicy".to_owned(), json!(policy));
        }
        invoke(context, "CreateTable", Value::Object(input)).await?;
        settled(context, &name).await?;
        settings(context, &name, &Value::Null, properties).await?;
        created(context, &name).await
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        check_supported(&UNSUPPORTED, new)?;
        for input in updates(physical_id, old, new) {
            invoke(context, "UpdateTable", input).await?;
            settled(context, physical_id).await?;
        }
        settings(context, physical_id, old, new).await?;
        created(context, physical_id).await
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _: &Value) -> Result<(), AwsError> {
        match invoke(context, "DeleteTable", json!({"TableName": physical_id})).await {
            Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
            Err(error) => Err(error),
            Ok(_) => match settled(context, physical_id).await {
                Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
                result => result,
            },
        }
    }
}

/// The calls of UpdateTable that lead from `old` to `new`: it takes one change of indexes at a time.
fn updates(name: &str, old: &Value, new: &Value) -> Vec<Value> {
    let mut calls = Vec::new();
    let mut call = |change: Value| {
        let mut input = change;
        input["TableName"] = json!(name);
        calls.push(input);
    };
    let (before, after) = (indexes(old), indexes(new));
    let same = |one: &Value, other: &Value| {
        ["KeySchema", "Projection"].into_iter().all(|part| one.get(part) == other.get(part))
    };
    for index in before {
        let kept = after.iter().find(|other| other["IndexName"] == index["IndexName"]);
        if !kept.is_some_and(|kept| same(index, kept)) {
            call(json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index["IndexName"]}}]}));
        }
    }
    for index in vectors(old).iter().filter(|index| !vectors(new).contains(index)) {
        call(json!({"VectorIndexUpdates": [{"Delete": {"IndexName": index["IndexName"]}}]}));
    }
    let leaves_on_demand = is_on_demand(old) && !is_on_demand(new);
    let stays = |index: &&Value| before.iter().any(|was| was["IndexName"] == index["IndexName"] && same(was, index));
    for group in UPDATED_TOGETHER {
        let changed: Vec<&str> = group.iter().copied().filter(|name| old.get(name) != new.get(name)).collect();
        let mut settings = Map::new();
        copy(new, &changed, &mut settings);
        if leaves_on_demand && group.contains(&"BillingMode") {
            // Indexes get their units together with the table.
            let units = |index: &Value| update_of(index, &["ProvisionedThroughput"]);
            let updates: Vec<Value> = after.iter().filter(stays).map(units).collect();
            settings.insert("BillingMode".to_owned(), json!("PROVISIONED"));
            if !updates.is_empty() {
                settings.insert("GlobalSecondaryIndexUpdates".to_owned(), Value::Array(updates));
            }
        }
        if !settings.is_empty() {
            call(Value::Object(settings));
        }
    }
    if encryption(old) != encryption(new) {
        call(json!({"SSESpecification": encryption(new).unwrap_or_else(|| json!({"Enabled": false}))}));
    }
    if stream(old) != stream(new) {
        if stream(old).is_some() {
            call(json!({"StreamSpecification": {"StreamEnabled": false}}));
        }
        if let Some(specification) = stream(new) {
            call(json!({"StreamSpecification": specification}));
        }
    }
    for index in after {
        let was = before.iter().find(|was| was["IndexName"] == index["IndexName"] && same(was, index));
        let Some(was) = was else {
            call(json!({
                "AttributeDefinitions": new["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [{"Create": index_to_make(index)}],
            }));
            continue;
        };
        let is_done = |name: &str| leaves_on_demand && name == "ProvisionedThroughput";
        let is_changed = |name: &&str| !is_done(name) && index.get(name).is_some() && was.get(name) != index.get(name);
        let changed: Vec<&str> = INDEX_UPDATED_WITH.into_iter().filter(is_changed).collect();
        if !changed.is_empty() {
            call(json!({"GlobalSecondaryIndexUpdates": [update_of(index, &changed)]}));
        }
    }
    for index in vectors(new).iter().filter(|index| !vectors(old).contains(index)) {
        call(json!({"AttributeDefinitions": new["AttributeDefinitions"], "VectorIndexUpdates": [{"Create": index}]}));
    }
    calls
}

/// The `Update` that sets some properties of an index.
fn update_of(index: &Value, properties: &[&str]) -> Value {
    let mut update = Map::new();
    copy(index, &["IndexName"], &mut update);
    copy(index, properties, &mut update);
    json!({"Update": update})
}

fn is_on_demand(properties: &Value) -> bool {
    properties.get("BillingMode").and_then(Value::as_str) == Some("PAY_PER_REQUEST")
}

/// Waits until a table and its indexes are what they will be.
async fn settled(context: &ResourceContext, name: &str) -> Result<(), AwsError> {
    loop {
        let table = describe(context, name).await?;
        let kinds = ["GlobalSecondaryIndexes", "VectorIndexes"].into_iter();
        let indexes = kinds.flat_map(|kind| table[kind].as_array().into_iter().flatten());
        let mut states = indexes.map(|index| &index["IndexStatus"]).chain([&table["TableStatus"]]);
        if states.all(|state| state == "ACTIVE") {
            return Ok(());
        }
        context.kernel.clock.sleep(POLL).await;
    }
}

async fn created(context: &ResourceContext, name: &str) -> Result<Created, AwsError> {
    let table = describe(context, name).await?;
    let mut attributes = Map::from_iter([("Arn".to_owned(), table["TableArn"].clone())]);
    if let Some(stream) = table.get("LatestStreamArn").filter(|_| table.get("StreamSpecification").is_some()) {
        attributes.insert("StreamArn".to_owned(), stream.clone());
    }
    Ok(Created { physical_id: name.to_owned(), attributes })
}

/// DescribeTable
pub async fn describe(context: &ResourceContext, name: &str) -> Result<Value, AwsError> {
    let answer = invoke(context, "DescribeTable", json!({"TableName": name})).await?;
    Ok(answer["Table"].clone())
}

/// Calls DynamoDB's public API, as who deploys.
pub async fn invoke(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    ask(context, "dynamodb", operation, typed(input)).await
}

/// Calls a service's public API, as who deploys.
pub async fn ask(context: &ResourceContext, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope {
        account: context.account.clone(),
        ..Scope::new(&context.kernel, &context.region, context.caller.clone())
    };
    aws_api::invoke(&context.kernel, scope, service, operation, input).await
}

fn copy(from: &Value, names: &[&str], to: &mut Map<String, Value>) {
    for name in names {
        if let Some(value) = from.get(name) {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}

/// A template names only the view type; that there is one enables the stream.
fn stream(properties: &Value) -> Option<Value> {
    let view = properties.get("StreamSpecification")?.get("StreamViewType")?;
    Some(json!({"StreamEnabled": true, "StreamViewType": view}))
}

/// Refuses properties that are among `unsupported`, which are JSON pointers.
pub fn check_supported(unsupported: &[&str], properties: &Value) -> Result<(), AwsError> {
    match unsupported.iter().find(|pointer| properties.pointer(pointer).is_some()) {
        Some(pointer) => Err(AwsError::validation(format!("Property {pointer} is not supported by Samlet."))),
        None => Ok(()),
    }
}

/// What CreateTable and UpdateTable take of an index; the rest is set by calls of its own.
fn index_to_make(index: &Value) -> Value {
    let mut index = index.clone();
    if let Some(members) = index.as_object_mut() {
        members.remove("ContributorInsightsSpecification");
    }
    index
}

fn encryption(properties: &Value) -> Option<Value> {
    Some(renamed(properties.get("SSESpecification")?, "SSEEnabled", "Enabled"))
}

fn indexes(properties: &Value) -> &[Value] {
    properties.get("GlobalSecondaryIndexes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn vectors(properties: &Value) -> &[Value] {
    properties.get("VectorIndexes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn renamed(value: &Value, from: &str, to: &str) -> Value {
    let mut value = value.clone();
    if let Some(members) = value.as_object_mut()
        && let Some(member) = members.remove(from)
    {
        members.insert(to.to_owned(), member);
    }
    value
}

/// Parameters make numbers and flags of a template texts; the API takes them as what they are.
fn typed(mut value: Value) -> Value {
    retype(&mut value);
    value
}

fn retype(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(retype),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let text = member.as_str().map(str::to_owned);
                match text {
                    Some(text)
                        if ["Units", "PerSecond", "PeriodInDays", "Dimensions"]
                            .iter()
                            .any(|end| name.ends_with(end)) =>
                    {
                        if let Ok(number) = text.parse::<u64>() {
                            *member = json!(number);
                        }
                    }
                    Some(text) if name.ends_with("Enabled") => *member = json!(text == "true"),
                    _ => retype(member),
                }
            }
        }
        _ => {}
    }
}
