//! `AutoPublishAlias`: a version whenever the code changes, and an alias that points to it.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::ids;
use crate::resource::{Resource, Source};
use crate::values::{get_att, reference, referenced_id, truthy};
use crate::world::World;

/// The version and the alias. The function's description names the code when its hash is given.
pub(crate) fn publish(
    source: &Source,
    name: &Value,
    function: &mut Resource,
    world: &World,
) -> Result<(Resource, Resource), Problem> {
    let Value::String(name) = world.parameters.resolve(name) else {
        return source.problem("'AutoPublishAlias' must be a string or a Ref to a template parameter");
    };
    let hash = match source.set("AutoPublishCodeSha256") {
        None => None,
        Some(hash) => match world.parameters.resolve(hash) {
            Value::String(hash) => Some(hash),
            _ => return source.problem("AutoPublishCodeSha256 must be a string"),
        },
    };
    if let Some(hash) = &hash {
        describe(source, hash, function, world);
    }
    if let Some(code) = function.properties.get_mut("Code") {
        world.parameters.resolve_in_place(code);
    }
    let version = version(source, hash.as_deref(), function, world);
    let alias = alias(source, &name, &version.id)?;
    Ok((version, alias))
}

fn describe(source: &Source, hash: &str, function: &mut Resource, world: &World) {
    let description = source.get("Description").map(|text| world.parameters.resolve(text));
    let text = match description.filter(truthy) {
        None => json!(hash),
        Some(Value::String(text)) => json!(format!("{text} {hash}")),
        Some(other) => json!({ "Fn::Join": [" ", [other, hash]] }),
    };
    function.put("Description", text);
}

fn version(source: &Source, hash: Option<&str>, function: &Resource, world: &World) -> Resource {
    let suffix = match hash.filter(|hash| !hash.is_empty()) {
        Some(hash) => hash.chars().take(10).collect(),
        None => ids::suffix_of(&Value::Object(fingerprint(source, function, world))),
    };
    let mut attributes = source.inherited();
    if !attributes.contains_key("DeletionPolicy") {
        let managed = source.get("CapacityProviderConfig").is_some();
        let default = json!(if managed { "Delete" } else { "Retain" });
        let policy = source.get("VersionDeletionPolicy").cloned().unwrap_or(default);
        attributes.insert("DeletionPolicy".to_owned(), policy);
    }
    let id = format!("{}Version{suffix}", source.id);
    let mut version = Resource::new(id, "AWS::Lambda::Version", &attributes)
        .with("FunctionName", reference(&source.id))
        .with_given("Description", source.get("VersionDescription"));
    if source.get("CapacityProviderConfig").is_some() {
        version = version.with_given("FunctionScalingConfig", source.get("FunctionScalingConfig"));
    }
    version
}

/// What a new version is made for: another code, environment or size, or any other property.
fn fingerprint(source: &Source, function: &Resource, world: &World) -> Map<String, Value> {
    let properties = &function.properties;
    if source.get("AutoPublishAliasAllProperties").is_some_and(truthy) {
        let mut all = properties.clone();
        let layers = properties.get("Layers").and_then(Value::as_array);
        for layer in layers.into_iter().flatten() {
            let Some(id) = referenced_id(layer) else { continue };
            let layer = world.resources.properties(id);
            if let Some(layer) = layer.filter(|p| p.get("PublishLambdaVersion").is_some_and(truthy)) {
                all.insert(id.to_owned(), Value::Object(layer.clone()));
            }
        }
        return all;
    }
    let mut some = properties["Code"].as_object().cloned().unwrap_or_default();
    if let Some(Value::Object(environment)) = properties.get("Environment") {
        some.extend(environment.clone());
    }
    if let Some(size) = properties.get("MemorySize").filter(|size| truthy(size)) {
        some.insert("MemorySize".to_owned(), size.clone());
    }
    if let Some(snap_start) = properties.get("SnapStart").filter(|value| truthy(value)) {
        let apply_on = snap_start.get("ApplyOn").cloned().unwrap_or_else(|| json!("None"));
        if apply_on != "None" {
            some.insert("SnapStart".to_owned(), snap_start.clone());
        }
    }
    some
}

fn alias(source: &Source, name: &str, version_id: &str) -> Result<Resource, Problem> {
    if name.is_empty() {
        return source.problem("Alias name is required to create an alias");
    }
    let letters = Regex::new(r"^[a-zA-Z0-9\-_]+$").is_ok_and(|pattern| pattern.is_match(name));
    if !letters || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return source.problem(format!(
            "AutoPublishAlias name ('{name}') must contain only alphanumeric characters, hyphens, \
             or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern."
        ));
    }
    let id = format!("{}Alias{}", source.id, name.replace('-', "D").replace('_', "U"));
    let mut alias = Resource::new(id, "AWS::Lambda::Alias", &source.inherited())
        .with("Name", name)
        .with("FunctionName", reference(&source.id))
        .with("FunctionVersion", get_att(version_id, "Version"));
    if let Some(concurrency) = source.set("ProvisionedConcurrencyConfig") {
        alias.put("ProvisionedConcurrencyConfig", concurrency.clone());
    }
    Ok(alias)
}
