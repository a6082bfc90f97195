//! How the throughput of a template's global table scales: targets and policies in each region.

use kernel::{AwsError, ResourceContext};
use serde_json::{Map, Value, json};

use super::super::scaling::Dimension;
use crate::cfn;

/// A table's or an index's reads or writes, and the `CapacityAutoScalingSettings` for them.
type Wanted<'a> = (Option<&'a str>, &'static str, Value);

/// Makes the throughput of a table scale as `new` says of `replica`, where `old` said something else.
pub async fn scale(context: &ResourceContext, table: &str, old: Was<'_>, new: Was<'_>) -> Result<(), AwsError> {
    let (before, after) = (wanted(old), wanted(new));
    for (index, kind, _) in &before {
        if !after.iter().any(|(other, same, _)| (other, same) == (index, kind)) {
            let dimension = Dimension::new(table, *index, kind);
            match ask(context, "DeregisterScalableTarget", dimension.target()).await {
                Err(error) if error.code == "ObjectNotFoundException" => {}
                result => drop(result?),
            }
        }
    }
    for one in &after {
        if !before.contains(one) {
            let (index, kind, settings) = one;
            register(context, Dimension::new(table, *index, kind), settings).await?;
        }
    }
    Ok(())
}

/// The properties of a global table, and one of its replicas; nothing before it was made and after it is
/// gone.
pub type Was<'a> = Option<(&'a Value, &'a Value)>;

fn wanted(was: Was<'_>) -> Vec<Wanted<'_>> {
    let Some((properties, replica)) = was.filter(|(properties, _)| properties["BillingMode"] != "PAY_PER_REQUEST")
    else {
        return Vec::new();
    };
    let of = |subject: &'_ Value, kind: &'static str| {
        let settings = subject.get(format!("{kind}ProvisionedThroughputSettings"))?;
        settings.get(format!("{kind}CapacityAutoScalingSettings")).cloned()
    };
    let mut all = Vec::new();
    for (side, kind) in [(properties, "Write"), (replica, "Read")] {
        all.extend(of(side, kind).map(|settings| (None, kind, settings)));
        for index in side["GlobalSecondaryIndexes"].as_array().into_iter().flatten() {
            all.extend(of(index, kind).map(|settings| (index["IndexName"].as_str(), kind, settings)));
        }
    }
    all
}

async fn register(context: &ResourceContext, dimension: Dimension<'_>, settings: &Value) -> Result<(), AwsError> {
    let mut target = dimension.target();
    for bound in ["MinCapacity", "MaxCapacity"] {
        target.insert(bound.to_owned(), number(&settings[bound]));
    }
    ask(context, "RegisterScalableTarget", target).await?;
    let mut tracking = settings["TargetTrackingScalingPolicyConfiguration"].clone();
    for (name, value) in tracking.as_object_mut().into_iter().flatten() {
        *value = if name == "DisableScaleIn" { json!(cfn::is_on(value)) } else { number(value) };
    }
    let mut policy = dimension.policy(tracking);
    policy.insert("PolicyName".to_owned(), json!(dimension.default_policy()));
    ask(context, "PutScalingPolicy", policy).await.map(drop)
}

/// Parameters make numbers of a template texts.
fn number(value: &Value) -> Value {
    let parsed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    parsed.filter(Value::is_number).unwrap_or_else(|| value.clone())
}

async fn ask(context: &ResourceContext, operation: &str, input: Map<String, Value>) -> Result<Value, AwsError> {
    cfn::ask(context, "application-autoscaling", operation, Value::Object(input)).await
}
