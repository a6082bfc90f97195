//! From a request to a plan: everything that can be known before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use aws_api::ObjectAddress;
use kernel::{AwsError, Kernel, Scope};
use serde::Deserialize;
use serde_json::Value;

use crate::providers;
use crate::stack::{Plan, Stack};
use crate::template::{self, Conditions, Given, MAX_BODY, MAX_OBJECT, Parameters, Pseudo, invalid, section};

/// What `CreateStack`, `UpdateStack` and `CreateChangeSet` have in common.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Order {
    pub(crate) template_body: Option<String>,
    #[serde(rename = "TemplateURL")]
    pub(crate) template_url: Option<String>,
    /// What lies at the URL; see [`Order::fetch`].
    #[serde(skip)]
    pub(crate) fetched: Option<String>,
    pub(crate) use_previous_template: bool,
    pub(crate) parameters: Vec<Given>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Option<Vec<Value>>,
    #[serde(rename = "RoleARN")]
    pub(crate) role_arn: Option<String>,
    #[serde(rename = "NotificationARNs")]
    pub(crate) notification_arns: Option<Vec<String>>,
    pub(crate) disable_rollback: bool,
    pub(crate) on_failure: Option<String>,
    pub(crate) client_request_token: Option<String>,
    pub(crate) stack_policy_body: Option<String>,
    pub(crate) stack_policy_during_update_body: Option<String>,
}

impl Order {
    /// Reads the template that lies in S3, as the caller.
    pub(crate) async fn fetch(mut self, kernel: &Kernel, scope: &Scope) -> Result<Self, AwsError> {
        const MORE: &str =
            "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html";
        let Some(url) = self.template_url.as_deref().filter(|_| self.template_body.is_none()) else { return Ok(self) };
        let object = ObjectAddress::of_url(url).ok_or_else(|| invalid("TemplateURL must be a supported URL."))?;
        let bytes = object.read(kernel, scope).await;
        let bytes = bytes.map_err(|error| invalid(format!("S3 error: {}\n{MORE}", error.message)))?;
        if bytes.len() > MAX_OBJECT {
            return Err(invalid(format!("Template may not exceed {MAX_OBJECT} bytes in size.")));
        }
        let text = String::from_utf8(bytes);
        self.fetched = Some(text.map_err(|_| invalid("Template format error: unsupported structure."))?);
        Ok(self)
    }
}

/// The text of the template that a request means.
pub(crate) fn body(order: &Order, previous: Option<&Stack>) -> Result<String, AwsError> {
    if let Some(body) = &order.template_body {
        return if body.len() > MAX_BODY { Err(too_long(body)) } else { Ok(body.clone()) };
    }
    match (&order.fetched, previous) {
        (Some(text), _) => Ok(text.clone()),
        (None, Some(stack)) if order.use_previous_template => Ok(stack.plan.body.clone()),
        (None, _) => Err(invalid("Either Template URL or Template Body must be specified.")),
    }
}

fn too_long(body: &str) -> AwsError {
    invalid(format!(
        "1 validation error detected: Value '{body}' at 'templateBody' failed to satisfy constraint: Member must have \
         length less than or equal to {MAX_BODY}"
    ))
}

/// Checks an order and makes a plan of it.
///
/// A change set shows what a transform makes before it is done, so it needs no consent to that.
pub(crate) fn plan(
    kernel: &Kernel,
    order: Order,
    pseudo: &Pseudo,
    previous: Option<&Stack>,
    is_change_set: bool,
) -> Result<Plan, AwsError> {
    for policy in [&order.stack_policy_body, &order.stack_policy_during_update_body].into_iter().flatten() {
        crate::policy::check(policy)?;
    }
    let body = body(&order, previous)?;
    let source = template::parse(&body)?.value;
    first(template::check_format(&source, true))?;
    let before = previous.map(|stack| &stack.plan.parameters);
    let parameters = template::resolve_parameters(&source, &order.parameters, before)?;
    template::check_rules(&source, &parameters, pseudo)?;
    check_capabilities(&source, &order.capabilities, is_change_set)?;
    let processed = template::process(&source, &parameters, pseudo, kernel.clock.now().secs())?;
    check_capabilities(&processed, &order.capabilities, is_change_set)?;
    first(template::check_format(&processed, false))?;
    first(template::check_functions(&processed))?;
    first(template::unresolved(&processed, None))?;
    check_types(kernel, &processed)?;
    schedule(&processed, &parameters, pseudo)?;
    Ok(Plan {
        body,
        template: processed,
        parameters,
        capabilities: order.capabilities,
        tags: order.tags.or_else(|| previous.map(|stack| stack.plan.tags.clone())).unwrap_or_default(),
        role_arn: order.role_arn.or_else(|| previous.and_then(|stack| stack.plan.role_arn.clone())),
        notification_arns: order.notification_arns.unwrap_or_default(),
        disable_rollback: order.disable_rollback,
        on_failure: order.on_failure,
        client_token: order.client_request_token,
        policy_during_update: order.stack_policy_during_update_body,
    })
}

fn first(faults: Vec<template::Fault>) -> Result<(), AwsError> {
    faults.into_iter().next().map_or(Ok(()), |fault| Err(invalid(fault.message)))
}

/// The resources to be made, in order, with what each waits for.
pub(crate) struct Schedule {
    pub(crate) order: Vec<String>,
    pub(crate) waits_for: BTreeMap<String, BTreeSet<String>>,
    pub(crate) conditions: Conditions,
}

/// Settles the conditions and the order of the resources.
pub(crate) fn schedule(template: &Value, parameters: &Parameters, pseudo: &Pseudo) -> Result<Schedule, AwsError> {
    let conditions = Conditions::evaluate(template, parameters, pseudo)?;
    first(template::unresolved(template, Some(&conditions)))?;
    let waits_for = template::scheduled(template, &conditions);
    let order = template::order(template, &waits_for)?;
    Ok(Schedule { order, waits_for, conditions })
}

fn check_types(kernel: &Kernel, template: &Value) -> Result<(), AwsError> {
    let types: BTreeSet<&str> = section(template, "Resources").filter_map(|(_, r)| r["Type"].as_str()).collect();
    let unknown: Vec<&str> = types.into_iter().filter(|name| providers::of(kernel, name).is_none()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(invalid(format!("Template format error: Unrecognized resource types: [{}]", unknown.join(", "))))
}

/// What a person must have agreed to before a template may do it.
pub(crate) fn needed_capabilities(source: &Value) -> (Vec<&'static str>, Vec<String>) {
    const IAM: [&str; 7] = [
        "AWS::IAM::AccessKey",
        "AWS::IAM::Group",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
    ];
    let is_iam = |resource: &Value| resource["Type"].as_str().is_some_and(|kind| IAM.contains(&kind));
    let names = ["GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"];
    let is_named = |r: &Value| names.iter().any(|name| r.get("Properties").is_some_and(|p| p.get(name).is_some()));
    let made: Vec<(&String, &Value)> = section(source, "Resources").filter(|(_, r)| is_iam(r)).collect();
    let ids = made.iter().map(|(id, _)| (*id).clone()).collect();
    let mut needed = Vec::new();
    if made.iter().any(|(_, resource)| is_named(resource)) {
        needed.push("CAPABILITY_NAMED_IAM");
    } else if !made.is_empty() {
        needed.push("CAPABILITY_IAM");
    }
    if !template::transforms(source).is_empty() {
        needed.push("CAPABILITY_AUTO_EXPAND");
    }
    (needed, ids)
}

fn check_capabilities(source: &Value, given: &[String], is_change_set: bool) -> Result<(), AwsError> {
    let has = |name: &str| given.iter().any(|given| given == name);
    for name in needed_capabilities(source).0 {
        let is_waived = name == "CAPABILITY_IAM" && has("CAPABILITY_NAMED_IAM")
            || name == "CAPABILITY_AUTO_EXPAND" && is_change_set;
        if !has(name) && !is_waived {
            let sentence = format!("Requires capabilities : [{name}]");
            return Err(AwsError::new("InsufficientCapabilitiesException", sentence));
        }
    }
    Ok(())
}
