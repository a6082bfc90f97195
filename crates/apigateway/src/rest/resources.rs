//! The tree of paths.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{listed, result, text},
    model::{Definition, Resource, RestApi},
    patch, rules,
};
use crate::{ApiGateway, error::bad_request};

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = gateway.kernel.rng.lower_alphanumeric(6);
    let change = |api: &mut RestApi| {
        let part = text(input, "pathPart");
        let parent = rules::resource(&api.definition, text(input, "parentId"))?.clone();
        rules::check_child(&api.definition, &parent, part)?;
        let resource = child(&parent, part, id);
        api.definition.resources.insert(resource.id.clone(), resource.clone());
        result(&resource)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

/// A resource `part` below `parent`, without methods.
pub fn child(parent: &Resource, part: &str, id: String) -> Resource {
    Resource {
        id,
        parent_id: Some(parent.id.clone()),
        path_part: Some(part.to_owned()),
        path: rules::child_path(&parent.path, part),
        ..Resource::default()
    }
}

/// How a resource is shown: its methods only by name, unless they are asked for.
fn shown(resource: &Resource, input: &Value) -> Result<Value, AwsError> {
    let mut value = result(resource)?;
    let embedded = input["embed"].as_array().is_some_and(|names| names.iter().any(|name| name == "methods"));
    if let (false, Some(methods)) = (embedded, value["resourceMethods"].as_object_mut()) {
        methods.values_mut().for_each(|method| *method = json!({}));
    }
    Ok(value)
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| {
        shown(rules::resource(&api.definition, text(input, "resourceId"))?, input)
    })?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        let mut resources: Vec<&Resource> = api.definition.resources.values().collect();
        resources.sort_by(|one, other| one.path.cmp(&other.path));
        resources.into_iter().map(|resource| shown(resource, input)).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let id = text(input, "resourceId");
        for operation in patch::operations(input) {
            rules::resource(&api.definition, id)?;
            move_resource(api, id, &operation)?;
        }
        shown(rules::resource(&api.definition, id)?, input)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

/// Gives a resource another parent or another part of the path.
fn move_resource(api: &mut RestApi, id: &str, operation: &patch::Operation) -> Result<(), AwsError> {
    if operation.op != "replace" {
        let (path, op) = (operation.path, operation.op);
        return Err(bad_request(format!(
            "Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
        )));
    }
    let is_root = id == api.info.root_resource_id;
    let definition = &mut api.definition;
    let mut moved = rules::resource(definition, id)?.clone();
    match operation.path {
        "/parentId" if is_root => return Err(bad_request("Root resource cannot update its parentId.")),
        "/pathPart" if is_root => return Err(bad_request("Root resource cannot update its pathPart.")),
        "/parentId" => moved.parent_id = Some(operation.text()),
        "/pathPart" => moved.path_part = Some(operation.text()),
        path => {
            return Err(bad_request(format!(
                "Invalid patch path  '{path}' specified for op 'replace'. Must be one of: [/parentId, /pathPart]"
            )));
        }
    }
    let parent = rules::resource(definition, moved.parent_id.as_deref().unwrap_or_default())?.clone();
    let mut above = Some(&parent);
    while let Some(ancestor) = above {
        if ancestor.id == id {
            return Err(bad_request("Resources cannot be cyclical."));
        }
        above = ancestor.parent_id.as_ref().and_then(|id| definition.resources.get(id));
    }
    definition.resources.remove(id);
    rules::check_child(definition, &parent, moved.path_part.as_deref().unwrap_or_default())?;
    definition.resources.insert(id.to_owned(), moved);
    set_paths(definition, id, &parent.path);
    Ok(())
}

/// Writes the paths of a resource and all below it anew.
fn set_paths(definition: &mut Definition, id: &str, parent_path: &str) {
    let Some(resource) = definition.resources.get_mut(id) else { return };
    resource.path = rules::child_path(parent_path, resource.path_part.as_deref().unwrap_or_default());
    let path = resource.path.clone();
    for child in children(definition, id) {
        set_paths(definition, &child, &path);
    }
}

fn children(definition: &Definition, id: &str) -> Vec<String> {
    let below = |resource: &&Resource| resource.parent_id.as_deref() == Some(id);
    definition.resources.values().filter(below).map(|child| child.id.clone()).collect()
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let id = text(input, "resourceId");
        if id == api.info.root_resource_id {
            return Err(bad_request("Root resource cannot be deleted"));
        }
        rules::resource(&api.definition, id)?;
        remove_tree(&mut api.definition, id);
        Ok(json!({}))
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

fn remove_tree(definition: &mut Definition, id: &str) {
    let children = children(definition, id);
    definition.resources.remove(id);
    for child in children {
        remove_tree(definition, &child);
    }
}
