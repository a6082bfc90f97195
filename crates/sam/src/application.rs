//! `AWS::Serverless::Application`: a nested stack, from a URL or from the Serverless Application Repository.

use regex_lite::Regex;
use serde_json::{Value, json};

use crate::properties::{Property, Shape, check, optional, required};
use crate::references::find_in_map;
use crate::resource::{Resource, Source};
use crate::values::{given, tag_list, truthy};
use crate::world::{Fault, World};
use crate::{Application, Problem};

const PROPERTIES: [Property; 6] = [
    required("Location", Shape::TextOrMap),
    optional("TemplateUrl", Shape::Text),
    optional("Parameters", Shape::Map),
    optional("NotificationARNs", Shape::ListOfTextOrMap),
    optional("Tags", Shape::Map),
    optional("TimeoutInMinutes", Shape::Whole),
];

pub(crate) fn translate(mut source: Source, world: &World) -> Result<Vec<Resource>, Fault> {
    let Some(location) = source.properties.get("Location") else { return Ok(source.problem(missing("Location"))?) };
    let mut tags = vec![json!({ "Key": "lambda:createdBy", "Value": "SAM" })];
    let url = match location {
        Value::Object(_) => {
            let (id, version) = repository_location(&source, world)?;
            for (name, value) in [("applicationId", &id), ("semanticVersion", &version)] {
                tags.push(json!({ "Key": format!("serverlessrepo:{name}"), "Value": value }));
            }
            json!(template_url(&source, &id, &version, world)?)
        }
        other => other.clone(),
    };
    source.properties.retain(|_, value| !value.is_null());
    check(&source.id, "AWS::Serverless::Application", &PROPERTIES, &source.properties)?;
    crate::function::refuse_reserved_tags(&source)?;
    tags.extend(source.get("Tags").and_then(Value::as_object).map(tag_list).unwrap_or_default());
    let mut stack = Resource::new(&source.id, "AWS::CloudFormation::Stack", &source.inherited())
        .depends_on(source.depends_on.clone())
        .with("Tags", tags)
        .with("TemplateURL", url);
    for property in ["Parameters", "NotificationARNs", "TimeoutInMinutes"] {
        stack = stack.with_given(property, source.get(property));
    }
    Ok(vec![stack])
}

fn missing(property: &str) -> String {
    format!("Resource is missing the required [{property}] property.")
}

/// The application's id and version, with references to parameters and mappings replaced.
fn repository_location(source: &Source, world: &World) -> Result<(String, String), Fault> {
    let location = source.properties.get("Location").and_then(Value::as_object).cloned().unwrap_or_default();
    let mappings = world.template.get("Mappings");
    let resolved = |name: &str| match given(&location, name) {
        Some(value) => find_in_map(&world.parameters.resolve(value), mappings).map_err(Fault::Document),
        None => Ok(Value::Null),
    };
    for name in ["ApplicationId", "SemanticVersion"] {
        if !location.contains_key(name) {
            return Ok(source.problem(missing(name))?);
        }
    }
    let (id, version) = (resolved("ApplicationId")?, resolved("SemanticVersion")?);
    if id.is_null() {
        return Ok(source.problem("Property 'ApplicationId' is required.")?);
    }
    if !truthy(&version) {
        return Ok(source.problem("Property 'SemanticVersion' cannot be blank.")?);
    }
    for (name, value) in [("ApplicationId", &id), ("SemanticVersion", &version)] {
        if value.is_object() {
            return Ok(source.problem(format!(
                "Property '{name}' cannot be resolved. Only FindInMap and Ref intrinsic functions are supported."
            ))?);
        }
    }
    let text = |name: &str, value: Value| match value {
        Value::String(text) => Ok(text),
        _ => source.problem(format!("Property 'Location.{name}' should be a string.")),
    };
    Ok((text("ApplicationId", id)?, text("SemanticVersion", version)?))
}

/// Where the repository keeps the application's template.
fn template_url(source: &Source, id: &str, version: &str, world: &World) -> Result<String, Problem> {
    let Some(repository) = world.applications else {
        return source.problem("Serverless Application Repository is not available in this region.");
    };
    if Regex::new(r"\{\{resolve:ssm:[a-zA-Z0-9_.\-/]+(:\d+)?\}\}").is_ok_and(|pattern| pattern.is_match(id)) {
        return source.problem(
            "Serverless Application Repostiory does not support dynamic reference in 'ApplicationId' property.",
        );
    }
    match repository(id, version) {
        Application::Template(url) => Ok(url),
        Application::Inaccessible => source.problem(format!("Cannot access application: {id}.")),
        Application::NeverReady => Err(Problem::resource(
            &format!("['{id}']"),
            "Timed out waiting for nested stack templates to reach ACTIVE status.",
        )),
    }
}
