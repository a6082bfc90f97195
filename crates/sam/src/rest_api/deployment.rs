//! A REST API's deployment and stage.

use serde_json::{Map, Value};

use super::{Api, swagger};
use crate::ids::{sha1_hex, spaced_json, suffix_of_text};
use crate::py27::{Dict, Py};
use crate::resource::Resource;
use crate::values::{is_alphanumeric, reference, tag_list};
use crate::world::World;

/// The deployment and the stage that shows it.
pub(super) fn with_stage(api: &Api, rest_api: &Resource, world: &World) -> (Resource, Resource) {
    let attributes = api.source.inherited();
    let mut deployment = deployment(api, rest_api, world, &attributes);
    let name = api.given("StageName").map(Py::to_json).unwrap_or_default();
    let text = name.as_str().unwrap_or_default();
    let stage_id = if is_alphanumeric(text) {
        format!("{}{text}Stage", api.id())
    } else {
        format!("{}Stage{}", api.id(), suffix_of_text(text))
    };
    let mut stage = Resource::new(stage_id, "AWS::ApiGateway::Stage", &attributes)
        .with("RestApiId", reference(api.id()))
        .with("DeploymentId", reference(&deployment.id))
        .with("StageName", name.clone());
    for property in [
        "CacheClusterEnabled",
        "CacheClusterSize",
        "Variables",
        "MethodSettings",
        "AccessLogSetting",
        "CanarySetting",
        "TracingEnabled",
    ] {
        stage = stage.with_given(property, api.given(property).map(Py::to_json).as_ref());
    }
    if let Some(Py::Dict(tags)) = api.given("Tags") {
        stage.put("Tags", tag_list(&tags.to_json()));
    }
    deployment.properties.retain(|_, value| !value.is_null());
    (deployment, stage)
}

/// The deployment, whose id is a hash of all that makes a new deployment necessary.
fn deployment(api: &Api, rest_api: &Resource, world: &World, attributes: &Map<String, Value>) -> Resource {
    let id = format!("{}Deployment", api.id());
    let mut deployment =
        Resource::new(&*id, "AWS::ApiGateway::Deployment", attributes).with("RestApiId", reference(api.id()));
    let version = api.set("OpenApiVersion");
    if version.is_none() {
        deployment.put("StageName", "Stage");
    }
    let location = rest_api.properties.get("BodyS3Location");
    let definition = match (&api.body, location) {
        (_, Some(location)) => Some(printed_location(location)),
        (Some(body), None) if body.truthy() => Some(body.print()),
        _ => None,
    };
    let Some(definition) = definition else { return deployment };
    if api.set("AlwaysDeploy").is_some() {
        return with_digest(deployment, &sha1_hex(&world.time.to_string()));
    }
    let mut parts = vec![definition];
    parts.extend(version.map(swagger::text_of));
    let domain = api.set("Domain").map(|domain| spaced_json(&domain.to_json()));
    parts.extend(domain);
    parts.extend(world.function_names.get(api.id()).filter(|names| !names.is_empty()).cloned());
    with_digest(deployment, &sha1_hex(&parts.join("||")))
}

/// Another digest makes another deployment.
fn with_digest(mut deployment: Resource, digest: &str) -> Resource {
    deployment.id.push_str(&digest[..10]);
    deployment.put("Description", format!("RestApi deployment id: {digest}"));
    deployment
}

/// A definition in S3 stands for itself; its parts are text of the template.
fn printed_location(location: &Value) -> String {
    let mut copy = Dict::hashed();
    for name in ["Bucket", "Key", "Version"] {
        if let Some(value) = location.get(name) {
            copy.insert(name, Py::from_template(value));
        }
    }
    Py::Dict(copy).print()
}
