//! `AWS::Serverless::StateMachine`: a state machine with its role, alias and events.

mod definition;
mod events;

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::function::{Target, propagate_tags};
use crate::policies::{self, RoleParts, expand_templates, trust};
use crate::properties::{Property, Shape, check, optional, passed};
use crate::resource::{Resource, Source};
use crate::values::{get_att, reference, tag_list};
use crate::world::{Fault, World};

const KIND: &str = "AWS::Serverless::StateMachine";

const PROPERTIES: [Property; 17] = [
    optional("Definition", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("Logging", Shape::Map),
    optional("Role", Shape::Text),
    passed("RolePath"),
    optional("DefinitionSubstitutions", Shape::Map),
    optional("Events", Shape::MapOfMaps),
    optional("Name", Shape::Text),
    optional("Type", Shape::Text),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("Policies", Shape::TextOrMapOrList),
    optional("Tracing", Shape::Map),
    optional("PermissionsBoundary", Shape::Text),
    passed("AutoPublishAlias"),
    passed("DeploymentPreference"),
    optional("UseAliasAsEventTarget", Shape::Bool).literal(),
];

pub(crate) fn translate(mut source: Source, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let policies = match source.get("Policies") {
        Some(policies) => expand_templates(&source.id, policies)?,
        None => Vec::new(),
    };
    source.properties.retain(|_, value| !value.is_null());
    check(&source.id, KIND, &PROPERTIES, &source.properties)?;
    events::check_links(&source, world)?;

    let mut machine = Resource::new(&source.id, "AWS::StepFunctions::StateMachine", &source.attributes)
        .depends_on(source.depends_on.clone());
    definition::put(&source, &mut machine)?;
    let role = role(&source, policies, world)?;
    let role_arn = role.as_ref().map(|role| get_att(&role.id, "Arn"));
    machine.put("RoleArn", role_arn.or_else(|| source.get("Role").cloned()).unwrap_or_default());
    for (property, own) in [
        ("StateMachineName", "Name"),
        ("StateMachineType", "Type"),
        ("LoggingConfiguration", "Logging"),
        ("TracingConfiguration", "Tracing"),
    ] {
        machine = machine.with_given(property, source.get(own));
    }
    machine.put("Tags", tags(&source));
    let published = publish(&source)?;
    let target = match published.last().filter(|_| source.set("UseAliasAsEventTarget").is_some()) {
        Some(alias) => Target { id: alias.id.clone(), ref_is_arn: true, attributes: alias.attributes.clone() },
        None => Target { id: source.id.clone(), ref_is_arn: true, attributes: source.attributes.clone() },
    };
    let mut resources = vec![machine];
    resources.extend(role);
    resources.extend(published);
    resources.extend(events::resources(&source, &target, world)?);
    if source.set("PropagateTags").is_some()
        && let Some(tags) = source.set("Tags").and_then(Value::as_object)
    {
        propagate_tags(&mut resources, tags);
    }
    Ok(resources)
}

/// The state machine's tags: SAM's own first.
fn tags(source: &Source) -> Vec<Value> {
    let mut tags = vec![json!({ "Key": "stateMachine:createdBy", "Value": "SAM" })];
    tags.extend(source.get("Tags").and_then(Value::as_object).map(tag_list).unwrap_or_default());
    tags
}

/// The execution role, unless the template has one.
fn role(source: &Source, mut policies: Vec<Value>, world: &World) -> Result<Option<Resource>, Problem> {
    if source.set("Role").is_some() {
        if !policies.is_empty() {
            return source
                .problem("Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them");
        }
        return Ok(None);
    }
    if source.get("Tracing").is_some_and(|tracing| tracing.get("Enabled") == Some(&json!(true))) {
        let aws = world.partition == "aws";
        policies.push(json!(if aws { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" }));
    }
    let parts = RoleParts {
        id: &source.id,
        attributes: source.inherited(),
        trust: trust("states.amazonaws.com"),
        policies: &policies,
        managed: Vec::new(),
        documents: Vec::new(),
        path: source.get("RolePath"),
        boundary: source.get("PermissionsBoundary"),
        tags: tags(source),
    };
    policies::role(parts, world).map(Some)
}

/// The version and the alias that shifts to it, where there is an `AutoPublishAlias`.
fn publish(source: &Source) -> Result<Vec<Resource>, Problem> {
    let Some(name) = source.set("AutoPublishAlias") else {
        for property in ["UseAliasAsEventTarget", "DeploymentPreference"] {
            if source.set(property).is_some() {
                return source.problem(format!("'{property}' requires 'AutoPublishAlias' property to be specified."));
            }
        }
        return Ok(Vec::new());
    };
    // The version before must outlive the update, so that traffic can shift away from it.
    let mut attributes = source.inherited();
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        attributes.entry(policy).or_insert_with(|| json!("Retain"));
    }
    let version =
        Resource::new(format!("{}Version", source.id), "AWS::StepFunctions::StateMachineVersion", &attributes)
            .with("StateMachineArn", reference(&source.id))
            .with("StateMachineRevisionId", get_att(&source.id, "StateMachineRevisionId"));
    let own = source.set("DeploymentPreference").and_then(Value::as_object).cloned();
    let mut preference = own.unwrap_or_else(|| Map::from_iter([("Type".to_owned(), json!("ALL_AT_ONCE"))]));
    preference.insert("StateMachineVersionArn".to_owned(), reference(&version.id));
    let id = format!("{}Alias{}", source.id, crate::values::printed(name));
    let alias = Resource::new(id, "AWS::StepFunctions::StateMachineAlias", &source.inherited())
        .with("Name", name.clone())
        .with("DeploymentPreference", preference);
    Ok(vec![version, alias])
}
