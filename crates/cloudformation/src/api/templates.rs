//! What can be asked about templates.

use std::collections::BTreeSet;

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::text;
use crate::CloudFormation;
use crate::plan::{Order, body, needed_capabilities};
use crate::stack::{Plan, Stack};
use crate::template::{self, invalid, section};

/// The parts that `ValidateTemplate` and `GetTemplateSummary` tell alike.
fn summary(source: &Value, with_constraints: bool) -> Value {
    let parameters: Vec<Value> = section(source, "Parameters")
        .map(|(name, definition)| parameter_json(name, definition, with_constraints))
        .collect();
    let (capabilities, ids) = needed_capabilities(source);
    let mut json = json!({ "Parameters": parameters, "DeclaredTransforms": template::transforms(source) });
    if let Some(description) = source.get("Description") {
        json["Description"] = description.clone();
    }
    if !capabilities.is_empty() {
        json["Capabilities"] = json!(capabilities);
        json["CapabilitiesReason"] = if ids.is_empty() {
            json!(format!(
                "The following transform(s) require capabilities: [{}]",
                template::transforms(source).join(", ")
            ))
        } else {
            json!(format!("The following resource(s) require capabilities: [{}]", ids.join(", ")))
        };
    }
    json
}

fn parameter_json(name: &str, definition: &Value, with_constraints: bool) -> Value {
    let no_echo = definition.get("NoEcho").map(template::text_of).is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    let mut json = json!({ "ParameterKey": name, "NoEcho": no_echo });
    if let Some(default) = definition.get("Default") {
        json["DefaultValue"] = json!(template::text_of(default));
    }
    if let Some(description) = definition.get("Description") {
        json["Description"] = description.clone();
    }
    if with_constraints {
        json["ParameterType"] = definition["Type"].clone();
        if let Some(Value::Array(allowed)) = definition.get("AllowedValues") {
            let allowed: Vec<String> = allowed.iter().map(template::text_of).collect();
            json["ParameterConstraints"] = json!({ "AllowedValues": allowed });
        } else {
            json["ParameterConstraints"] = json!({});
        }
    }
    json
}

impl CloudFormation {
    async fn parsed(&self, scope: &Scope, input: Value) -> Result<Value, AwsError> {
        let name = text(&input, "StackName").to_owned();
        if !name.is_empty() {
            let found = self.with_stack(scope, &name, |stack| (stack.status.clone(), stack.plan.body.clone()));
            let (status, body) = found.ok_or_else(|| invalid(format!("Stack with id {name} does not exist")))?;
            if status == "REVIEW_IN_PROGRESS" {
                return Err(invalid("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."));
            }
            return Ok(template::parse(&body)?.value);
        }
        let order = aws_api::parse::<Order>(input)?.fetch(&self.kernel, scope).await?;
        let source = template::parse(&body(&order, None)?)?.value;
        let mut faults = template::check_format(&source, true);
        if template::transforms(&source).is_empty() {
            faults.extend(template::check_functions(&source));
            faults.extend(template::unresolved(&source, None));
        }
        match faults.into_iter().next() {
            Some(fault) => Err(invalid(fault.message)),
            None => Ok(source),
        }
    }

    pub(super) async fn validate_template(&self, scope: &Scope, input: Value) -> Result<Value, AwsError> {
        let source = self.parsed(scope, input).await?;
        if template::transforms(&source).is_empty() {
            // Without parameters there is one order; with them, conditions may leave resources out.
            let waits_for = template::scheduled(&source, &template::Conditions::default());
            template::order(&source, &waits_for)?;
        }
        Ok(summary(&source, false))
    }

    pub(super) async fn get_template_summary(&self, scope: &Scope, input: Value) -> Result<Value, AwsError> {
        let source = self.parsed(scope, input).await?;
        let types: BTreeSet<&str> = section(&source, "Resources").filter_map(|(_, r)| r["Type"].as_str()).collect();
        let mut json = summary(&source, true);
        json["ResourceTypes"] = json!(types);
        if let Some(version) = source.get("AWSTemplateFormatVersion") {
            json["Version"] = json!(template::text_of(version));
        }
        if let Some(metadata) = source.get("Metadata") {
            json["Metadata"] = json!(metadata.to_string());
        }
        Ok(json)
    }

    pub(super) fn get_template(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let (name, change_set) = (text(input, "StackName"), text(input, "ChangeSetName"));
        if name.is_empty() {
            return Err(invalid(if change_set.is_empty() {
                "StackName is required if ChangeSetName is not specified."
            } else {
                "StackName is a required parameter."
            }));
        }
        let stage = text(input, "TemplateStage").to_owned();
        let answer = |plan: &Plan| {
            let body = if stage == "Processed" { plan.template.to_string() } else { plan.body.clone() };
            json!({ "TemplateBody": body, "StagesAvailable": ["Original", "Processed"] })
        };
        let found = self.with_stack(scope, name, |stack: &Stack| {
            if change_set.is_empty() {
                return Ok(answer(&stack.plan));
            }
            let found = stack.change_set(change_set).map(|set| answer(&set.plan));
            found.ok_or_else(|| super::change_sets::not_found(change_set))
        });
        found.ok_or_else(|| invalid(format!("Stack with id {name} does not exist")))?
    }
}
