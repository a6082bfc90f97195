//! PutScalingPolicy, DeleteScalingPolicy, DescribeScalingPolicies.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{concerns, described, listed, page, seconds};
use crate::{
    AutoScaling,
    rules::{Kind, key, not_found},
    state::{Key, Place, Policy, place},
};

impl AutoScaling {
    /// PutScalingPolicy. AWS also answers with the alarms that it makes in CloudWatch; here the same
    /// conditions are watched without alarms, and the list is empty.
    pub async fn put_scaling_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let key = key(input)?;
        let name = input["PolicyName"].as_str().unwrap_or_default();
        let given = &input["TargetTrackingScalingPolicyConfiguration"];
        let (now, place) = (self.now(), place(&call.scope));
        let arn = self
            .change(call, &key, |target| {
                let known = target.policies.get(name);
                let kind = input["PolicyType"].as_str().unwrap_or(if known.is_some() {
                    "TargetTrackingScaling"
                } else {
                    "StepScaling"
                });
                if kind != "TargetTrackingScaling" {
                    return Err(AwsError::validation(format!(
                        "Policy type {kind} is not supported for service namespace dynamodb"
                    )));
                }
                check_configuration(given, Kind::of(&key.dimension))?;
                if target.policies.keys().any(|other| other != name) {
                    return Err(AwsError::validation(
                        "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
                    ));
                }
                let (id, created_at) = match known {
                    Some(known) => (known.id.clone(), known.created_at),
                    None => (self.kernel.rng.uuid(), now),
                };
                let policy = Policy { id, created_at, configuration: given.clone() };
                let arn = policy_arn(&place, &key, name, &policy);
                target.policies.insert(name.to_owned(), policy);
                Ok(arn)
            })
            .await?;
        Ok(json!({"PolicyARN": arn, "Alarms": []}))
    }

    /// DeleteScalingPolicy
    pub async fn delete_scaling_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let key = key(&call.input)?;
        let name = call.input["PolicyName"].as_str().unwrap_or_default();
        let missing = || not_found("scaling policy found", &key, Some(("policy", name)));
        if self.state.borrow().target(&place(&call.scope), &key).is_none() {
            return Err(missing());
        }
        self.change(call, &key, |target| target.policies.remove(name).map(drop).ok_or_else(missing)).await?;
        Ok(json!({}))
    }

    /// DescribeScalingPolicies
    pub fn describe_scaling_policies(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let place = place(&call.scope);
        let state = self.state.borrow();
        let targets = state.targets(&place).filter(|(key, _)| concerns(input, key));
        let policies = targets.flat_map(|(key, target)| target.policies.iter().map(move |policy| (key, policy)));
        let wanted = policies.filter(|(_, (name, _))| listed(input, "PolicyNames", name));
        let described = wanted.map(|(key, (name, policy))| {
            let mut answer = described(key);
            let members = [
                ("PolicyARN", json!(policy_arn(&place, key, name, policy))),
                ("PolicyName", json!(name)),
                ("PolicyType", json!("TargetTrackingScaling")),
                ("TargetTrackingScalingPolicyConfiguration", policy.configuration.clone()),
                ("Alarms", json!([])),
                ("CreationTime", seconds(policy.created_at)),
            ];
            answer.extend(members.map(|(name, value)| (name.to_owned(), value)));
            Value::Object(answer)
        });
        page(input, "ScalingPolicies", described.collect())
    }
}

/// The ARN of a policy, which belongs to the older service's name.
fn policy_arn((account, region): &Place, key: &Key, name: &str, policy: &Policy) -> String {
    let partition = kernel::partition(region);
    format!(
        "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{}:resource/dynamodb/{}:policyName/{name}",
        policy.id, key.resource
    )
}

fn check_configuration(given: &Value, kind: Kind) -> Result<(), AwsError> {
    if given.is_null() {
        return Err(AwsError::validation(
            "TargetTrackingScalingPolicyConfiguration is required for policy type TargetTrackingScaling",
        ));
    }
    if !given["CustomizedMetricSpecification"].is_null() {
        return Err(AwsError::validation("This cloud has no metrics of CloudWatch: name a predefined metric"));
    }
    let metric = given["PredefinedMetricSpecification"]["PredefinedMetricType"].as_str().unwrap_or_default();
    if metric != kind.metric() {
        return Err(AwsError::validation(format!(
            "Predefined metric type {metric} does not fit the scalable dimension: use {}",
            kind.metric()
        )));
    }
    if given["TargetValue"].as_f64().is_none_or(|value| value <= 0.0) {
        return Err(AwsError::validation("TargetValue must be greater than 0"));
    }
    Ok(())
}
