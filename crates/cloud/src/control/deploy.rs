//! Deploying a project: what `sam deploy` does with a built one.

use std::{collections::BTreeMap, time::Duration};

use aws_api::invoke;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, DEFAULT_REGION, Kernel, Scope};
use project::{Build, Destination, Diagnostic, Project, build};
use serde_json::{Value, json};

use super::{answer::Refusal, images, project::read};

/// The longest template that a request may carry; longer ones lie in the bucket.
const MAX_BODY: usize = 51_200;

/// How often a stack that is on its way is asked how it stands.
const POLL: Duration = Duration::from_millis(20);

/// What is to be deployed.
pub struct Order {
    pub project: Project,
    pub stack: String,
    pub parameters: BTreeMap<String, String>,
    /// Whether the answer is to come when the stack is no longer on its way.
    pub wait: bool,
}

impl Order {
    /// Reads `{stack?, parameters?: {name: value}, project?: {name, files: {path: base64}}, wait?}`.
    pub fn read(order: &Value, current: impl FnOnce() -> Project) -> Result<Self, Refusal> {
        let project = match order.get("project") {
            Some(project) => read(project, Project::default)?,
            None => current(),
        };
        let stack = order.get("stack").and_then(Value::as_str).map_or_else(|| project.stack_name(), str::to_owned);
        let parameters = order.get("parameters").and_then(Value::as_object).into_iter().flatten();
        let parameters = parameters
            .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        let wait = order.get("wait").and_then(Value::as_bool).unwrap_or_default();
        Ok(Self { project, stack, parameters, wait })
    }
}

/// A deployment that CloudFormation has taken on.
#[derive(Debug)]
pub struct Deployed {
    /// The stack's name.
    pub stack: String,
    /// Whether there is anything to do.
    pub changed: bool,
    /// What the person should know.
    pub warnings: Vec<Diagnostic>,
}

impl Deployed {
    /// The answer of the control API.
    pub fn describe(&self) -> Value {
        json!({ "stack": self.stack, "changed": self.changed, "warnings": self.warnings })
    }
}

/// Why a deployment did not begin.
#[derive(Debug)]
pub enum DeployError {
    /// The project cannot be built.
    Build(Vec<Diagnostic>),
    /// CloudFormation refused.
    Aws(AwsError),
}

impl From<AwsError> for DeployError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

/// Builds `project`, keeps its packages, and lets CloudFormation create or update `stack`. How that
/// goes is told by the stack's events; [`settle`] waits for its end.
///
/// # Errors
/// When the project cannot be built, or CloudFormation does not take it.
pub async fn deploy(
    kernel: &Kernel,
    scope: &Scope,
    project: &Project,
    stack: &str,
    parameters: &BTreeMap<String, String>,
) -> Result<Deployed, DeployError> {
    let bucket = bucket_of(scope);
    let registry = images::registry(scope);
    let destination = Destination { bucket: &bucket, registry: &registry };
    let built = build(project, destination).map_err(DeployError::Build)?;
    let template = built.template.to_string();
    let mut objects: Vec<(&str, &[u8])> =
        built.artifacts.values().map(|artifact| (artifact.key.as_str(), artifact.bytes.as_slice())).collect();
    let template_key = format!("{stack}.template");
    if template.len() > MAX_BODY {
        objects.push((&template_key, template.as_bytes()));
    }
    upload(kernel, scope, &bucket, &objects).await?;
    for image in &built.images {
        images::push(kernel, scope, image).await?;
    }
    let mut existing = describe(kernel, scope, stack).await?;
    if status_of(existing.as_ref()) == "ROLLBACK_COMPLETE" {
        // A stack whose creation failed can only be deleted; `sam deploy` does the same.
        cloudformation(kernel, scope, "DeleteStack", json!({ "StackName": stack })).await?;
        settle(kernel, scope, stack).await?;
        existing = None;
    }
    let operation = if existing.is_some() { "UpdateStack" } else { "CreateStack" };
    let mut input = json!({
        "StackName": stack,
        "Parameters": parameter_list(&built, existing.as_ref(), parameters),
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    });
    if template.len() > MAX_BODY {
        input["TemplateURL"] = json!(format!("https://s3.{}.amazonaws.com/{bucket}/{template_key}", scope.region));
    } else {
        input["TemplateBody"] = json!(template);
    }
    let changed = match cloudformation(kernel, scope, operation, input).await {
        Ok(_) => true,
        Err(error) if error.message.contains("No updates are to be performed") => false,
        Err(error) => return Err(error.into()),
    };
    Ok(Deployed { stack: stack.to_owned(), changed, warnings: built.warnings })
}

/// How a stack ended up.
#[derive(Debug)]
pub struct Settled {
    /// `CREATE_COMPLETE`, `ROLLBACK_COMPLETE` …; `DELETE_COMPLETE` also for a stack that is not there.
    pub status: String,
    /// Why, where it failed: the first resource that did and what it said.
    pub reason: String,
    /// The stack's outputs as `DescribeStacks` lists them.
    pub outputs: Value,
}

impl Settled {
    /// Whether what was asked for has happened.
    pub fn is_success(&self) -> bool {
        matches!(self.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "DELETE_COMPLETE")
    }
}

/// Waits until `stack` is no longer on its way.
///
/// # Errors
/// When CloudFormation cannot be asked.
pub async fn settle(kernel: &Kernel, scope: &Scope, stack: &str) -> Result<Settled, AwsError> {
    loop {
        let described = describe(kernel, scope, stack).await?;
        let Some(found) = described else {
            let status = "DELETE_COMPLETE".to_owned();
            return Ok(Settled { status, reason: String::new(), outputs: Value::Null });
        };
        let status = status_of(Some(&found));
        if !status.ends_with("_IN_PROGRESS") {
            let mut settled =
                Settled { status: status.to_owned(), reason: String::new(), outputs: found["Outputs"].clone() };
            if !settled.is_success() {
                settled.reason = first_failure(kernel, scope, stack).await?;
            }
            return Ok(settled);
        }
        if kernel.clock.is_paused() {
            kernel.tasks.breathe().await;
        } else {
            kernel.clock.sleep(POLL).await;
        }
    }
}

/// What went wrong first in the last operation on a stack; AWS lists its events newest first.
async fn first_failure(kernel: &Kernel, scope: &Scope, stack: &str) -> Result<String, AwsError> {
    let answer = cloudformation(kernel, scope, "DescribeStackEvents", json!({ "StackName": stack })).await?;
    let mut reason = String::new();
    for event in answer["StackEvents"].as_array().into_iter().flatten() {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        if text("ResourceStatus").ends_with("_FAILED") {
            reason = format!("{}: {}", text("LogicalResourceId"), text("ResourceStatusReason"));
        } else if text("ResourceStatusReason") == "User Initiated" {
            break;
        }
    }
    Ok(reason)
}

/// The bucket that `sam deploy --resolve-s3` would make. Names of buckets are unique among all accounts.
fn bucket_of(scope: &Scope) -> String {
    format!("aws-sam-cli-managed-default-{}-{}", scope.account, scope.region)
}

/// Puts packages where CloudFormation and Lambda find them; the bucket is made when it is first needed.
async fn upload(kernel: &Kernel, scope: &Scope, bucket: &str, objects: &[(&str, &[u8])]) -> Result<(), AwsError> {
    for (key, bytes) in objects {
        let put = || json!({ "Bucket": bucket, "Key": key, "Body": STANDARD.encode(bytes) });
        match s3(kernel, scope, "PutObject", put()).await {
            Err(error) if error.code == "NoSuchBucket" => {
                let mut bucket = json!({ "Bucket": bucket });
                if scope.region != DEFAULT_REGION {
                    bucket["CreateBucketConfiguration"] = json!({ "LocationConstraint": scope.region });
                }
                s3(kernel, scope, "CreateBucket", bucket).await?;
                s3(kernel, scope, "PutObject", put()).await?;
            }
            result => drop(result?),
        }
    }
    Ok(())
}

async fn s3(kernel: &Kernel, scope: &Scope, operation: &str, input: Value) -> Result<Value, AwsError> {
    invoke(kernel, scope.child(kernel, scope.caller.clone()), "s3", operation, input).await
}

async fn describe(kernel: &Kernel, scope: &Scope, stack: &str) -> Result<Option<Value>, AwsError> {
    match cloudformation(kernel, scope, "DescribeStacks", json!({ "StackName": stack })).await {
        Ok(answer) => Ok(answer["Stacks"].get(0).cloned()),
        Err(error) if error.message.contains("does not exist") => Ok(None),
        Err(error) => Err(error),
    }
}

fn status_of(stack: Option<&Value>) -> &str {
    stack.and_then(|stack| stack["StackStatus"].as_str()).unwrap_or_default()
}

async fn cloudformation(kernel: &Kernel, scope: &Scope, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = scope.child(kernel, scope.caller.clone());
    invoke(kernel, scope, "cloudformation", operation, input).await
}

/// The values that were given, and for the template's other parameters those of the stack.
fn parameter_list(built: &Build, existing: Option<&Value>, given: &BTreeMap<String, String>) -> Vec<Value> {
    let declared = built.template.get("Parameters").and_then(Value::as_object);
    let known = existing.and_then(|stack| stack["Parameters"].as_array());
    let is_known = |name: &str| known.into_iter().flatten().any(|parameter| parameter["ParameterKey"] == name);
    let mut list: Vec<_> =
        given.iter().map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value })).collect();
    let kept = declared.into_iter().flat_map(|declared| declared.keys());
    let kept = kept.filter(|name| !given.contains_key(*name) && is_known(name));
    list.extend(kept.map(|name| json!({ "ParameterKey": name, "UsePreviousValue": true })));
    list
}
