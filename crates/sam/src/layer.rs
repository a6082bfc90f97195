//! `AWS::Serverless::LayerVersion`: a layer whose logical id changes with its definition.

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::function::code_location;
use crate::ids;
use crate::properties::{Property, Shape, check, optional};
use crate::resource::{Resource, Source};
use crate::values::{is_intrinsic, printed, truthy};
use crate::world::World;

const PROPERTIES: [Property; 8] = [
    optional("LayerName", Shape::TextOrMap),
    optional("Description", Shape::Text),
    optional("PublishLambdaVersion", Shape::Bool),
    optional("ContentUri", Shape::TextOrMap).needed(),
    optional("CompatibleArchitectures", Shape::ListOfTextOrMap),
    optional("CompatibleRuntimes", Shape::ListOfTextOrMap),
    optional("LicenseInfo", Shape::Text),
    optional("RetentionPolicy", Shape::Text),
];

pub(crate) fn translate(mut source: Source, world: &World) -> Result<Resource, Problem> {
    check(&source.id, "AWS::Serverless::LayerVersion", &PROPERTIES, &source.properties)?;
    for name in ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"] {
        resolve_text(&mut source, name, world)?;
    }
    let mut attributes = source.inherited();
    let retention = retention_policy(&source)?;
    if let Some(policy) = retention {
        attributes.insert("DeletionPolicy".to_owned(), json!(policy));
    } else {
        attributes.entry("DeletionPolicy").or_insert_with(|| json!("Retain"));
    }
    let id = format!("{}{}", source.id, ids::suffix_of(&fingerprint(&source)));
    let content = source.get("ContentUri").unwrap_or(&Value::Null);
    let content = code_location(&id, "ContentUri", content)?;
    check_architectures(&id, source.set("CompatibleArchitectures"))?;
    let name = source.set("LayerName").cloned().unwrap_or_else(|| json!(source.id));
    Ok(Resource::new(id, "AWS::Lambda::LayerVersion", &attributes)
        .depends_on(source.depends_on.clone())
        .with("LayerName", name)
        .with_given("Description", source.get("Description"))
        .with("Content", content)
        .with_given("CompatibleArchitectures", source.get("CompatibleArchitectures"))
        .with_given("CompatibleRuntimes", source.get("CompatibleRuntimes"))
        .with_given("LicenseInfo", source.get("LicenseInfo")))
}

fn resolve_text(source: &mut Source, name: &str, world: &World) -> Result<(), Problem> {
    let Some(value) = source.set(name) else { return Ok(()) };
    let value = world.parameters.resolve(value);
    if !value.is_string() && !value.is_object() {
        return source.problem(format!("Could not resolve parameter for '{name}' or parameter is not a String."));
    }
    source.properties.insert(name.to_owned(), value);
    Ok(())
}

/// What makes the layer what it is: everything but what happens to it when it is replaced.
fn fingerprint(source: &Source) -> Value {
    let mut resource = Map::new();
    resource.insert("Type".to_owned(), json!("AWS::Serverless::LayerVersion"));
    if let Some(depends_on) = source.depends_on.as_ref().filter(|v| truthy(v)) {
        resource.insert("DependsOn".to_owned(), depends_on.clone());
    }
    for (name, value) in &source.attributes {
        if !["DeletionPolicy", "UpdateReplacePolicy", "Metadata"].contains(&name.as_str()) {
            resource.insert(name.clone(), value.clone());
        }
    }
    let mut properties = source.properties.clone();
    properties.retain(|_, value| !value.is_null());
    resource.insert("Properties".to_owned(), Value::Object(properties));
    json!({ source.id.as_str(): resource })
}

fn retention_policy(source: &Source) -> Result<Option<&'static str>, Problem> {
    let Some(policy) = source.get("RetentionPolicy") else { return Ok(None) };
    if is_intrinsic(policy) {
        return source.problem(
            "'RetentionPolicy' does not accept intrinsic functions, please use one of the \
             following options: ['Retain', 'Delete']",
        );
    }
    match policy.as_str().map(str::to_lowercase).as_deref() {
        Some("retain") => Ok(Some("Retain")),
        Some("delete") => Ok(Some("Delete")),
        _ => source.problem("'RetentionPolicy' must be one of the following options: ['Retain', 'Delete']."),
    }
}

fn check_architectures(id: &str, architectures: Option<&Value>) -> Result<(), Problem> {
    let Some(Value::Array(architectures)) = architectures else { return Ok(()) };
    let known = |value: &Value| is_intrinsic(value) || ["arm64", "x86_64"].contains(&&*printed(value));
    if architectures.iter().all(known) {
        return Ok(());
    }
    Err(Problem::resource(id, "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'"))
}
