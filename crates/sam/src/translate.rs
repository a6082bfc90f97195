//! The order of things: first what concerns the template as a whole, then resource by resource.

use serde_json::{Map, Value, json};

use crate::py27::{Dict, Py};
use crate::references::Renames;
use crate::resource::{Resource, Source};
use crate::world::{Fault, World};
use crate::{
    Options, Problem, application, connectors, function, globals, http_api, implicit_api, layer, rest_api,
    simple_table, state_machine, websocket_api,
};

const FUNCTION: &str = "AWS::Serverless::Function";
const REST_API: &str = "AWS::Serverless::Api";
const HTTP_API: &str = "AWS::Serverless::HttpApi";
const SIMPLE_TABLE: &str = "AWS::Serverless::SimpleTable";
const WEBSOCKET_API: &str = "AWS::Serverless::WebSocketApi";
const STATE_MACHINE: &str = "AWS::Serverless::StateMachine";
const APPLICATION: &str = "AWS::Serverless::Application";
const LAYER: &str = "AWS::Serverless::LayerVersion";
/// Types that are SAM's but not translated here yet.
const NOT_YET: [&str; 2] = ["AWS::Serverless::CapacityProvider", "AWS::Serverless::GraphQLApi"];

pub(crate) fn translate(template: Value, options: &Options) -> Result<Value, Vec<Problem>> {
    let mut world = World::new(template, options)?;
    check_resources(&world)?;
    take_rest_apis(&mut world);
    implicit_api::apply(&mut world)?;
    globals::apply(&mut world)?;

    let mut problems = connectors::unfold(&mut world);
    let mut output = world.resources.to_map();
    let mut renames = Renames::default();
    for id in order_of_translation(&world) {
        match translate_resource(&id, &mut world) {
            Ok(resources) => {
                output.shift_remove(&id);
                record_renames(&id, &world, &resources, &mut renames);
                put(&id, resources, &world, &mut output, &mut problems);
            }
            Err(Fault::Resource(problem)) => problems.push(problem),
            Err(Fault::Document(problem)) => return Err(vec![problem]),
        }
    }
    translate_connectors(&world, &mut output, &mut problems);
    world.finish_deployment_preferences(&mut output, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut template = std::mem::take(&mut world.template);
    template.shift_remove("Transform");
    template.insert("Resources".to_owned(), Value::Object(output));
    let mut template = Value::Object(template);
    renames.apply(&mut template);
    Ok(template)
}

fn check_resources(world: &World) -> Result<(), Vec<Problem>> {
    for id in world.resources.ids() {
        let Some(resource) = world.resources.get(&id) else { continue };
        let is_sam = world.resources.kind(&id).is_some_and(is_sam_type);
        if resource.get("Condition").is_some_and(|c| crate::values::truthy(c) && !c.is_string()) {
            return Err(vec![Problem::template("Every Condition member must be a string.")]);
        }
        if is_sam && resource.get("Properties").is_some_and(|p| !p.is_object()) {
            return Err(vec![Problem::resource(&id, "Attribute 'Properties' should be a map.")]);
        }
        if is_sam {
            world.parameters.check_substitutions(resource).map_err(|problem| vec![problem])?;
        }
    }
    Ok(())
}

fn is_sam_type(kind: &str) -> bool {
    [FUNCTION, STATE_MACHINE, REST_API, HTTP_API, WEBSOCKET_API, SIMPLE_TABLE, LAYER, APPLICATION].contains(&kind)
        || NOT_YET.contains(&kind)
}

/// Moves the properties of REST APIs to where the order of their keys is kept.
fn take_rest_apis(world: &mut World) {
    for id in world.resources.of_type(&[REST_API]) {
        let properties = world.resources.properties(&id).cloned().unwrap_or_default();
        let mut properties = match Py::from_template(&Value::Object(properties)) {
            Py::Dict(dict) => dict,
            _ => Dict::hashed(),
        };
        let has_definition = ["DefinitionBody", "DefinitionUri"].iter().any(|name| properties.truthy(name).is_some());
        if !has_definition {
            properties.insert("DefinitionBody", rest_api::skeleton());
            properties.insert("__MANAGE_SWAGGER", Py::Bool(true));
        }
        world.rest_apis.insert(id, properties);
    }
    for id in world.resources.of_type(&[HTTP_API]) {
        let Some(properties) = world.resources.properties_mut(&id) else { continue };
        let has_definition =
            ["DefinitionBody", "DefinitionUri"].iter().any(|name| crate::values::set(properties, name).is_some());
        if !has_definition {
            properties.insert("DefinitionBody".to_owned(), http_api::skeleton());
            properties.insert("__MANAGE_SWAGGER".to_owned(), json!(true));
        }
    }
}

/// Functions and state machines come before the APIs into whose definitions their events are written.
fn order_of_translation(world: &World) -> Vec<String> {
    let api = |id: &String| matches!(world.resources.kind(id), Some(REST_API | HTTP_API | WEBSOCKET_API));
    let sam = |id: &&String| world.resources.kind(id).is_some_and(is_sam_type);
    let ids = world.resources.ids();
    let (functions, others): (Vec<String>, Vec<String>) =
        ids.iter().filter(sam).cloned().partition(|id| world.resources.kind(id) == Some(FUNCTION));
    let (machines, others): (Vec<String>, Vec<String>) =
        others.into_iter().partition(|id| world.resources.kind(id) == Some(STATE_MACHINE));
    let (apis, others): (Vec<String>, Vec<String>) = others.into_iter().partition(api);
    [functions, machines, apis, others].concat()
}

fn translate_resource(id: &str, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let resource = world.resources.get(id).cloned().unwrap_or_default();
    let source = Source::new(id, &resource)?;
    match resource["Type"].as_str().unwrap_or_default() {
        FUNCTION => function::translate(source, world),
        STATE_MACHINE => state_machine::translate(source, world),
        REST_API => rest_api::translate(&source, world),
        HTTP_API => http_api::translate(source, world),
        WEBSOCKET_API => websocket_api::translate(source, world),
        SIMPLE_TABLE => Ok(vec![simple_table::translate(&source)?]),
        APPLICATION => application::translate(source, world),
        LAYER => Ok(vec![layer::translate(source, world)?]),
        kind => Err(Problem::unsupported(id, format!("The resource type {kind}")).into()),
    }
}

fn translate_connectors(world: &World, output: &mut Map<String, Value>, problems: &mut Vec<Problem>) {
    for id in world.resources.of_type(&[connectors::KIND]) {
        let resource = world.resources.get(&id).cloned().unwrap_or_default();
        let made = Source::new(&id, &resource).and_then(|source| connectors::translate(&source, world, output));
        match made {
            Ok(resources) => {
                output.shift_remove(&id);
                put(&id, resources, world, output, problems);
            }
            Err(problem) => problems.push(problem),
        }
    }
}

/// What a template may call by `Function.Alias`, and the resource that is meant.
const REFERABLE: [(&str, &str, &str); 15] = [
    (FUNCTION, "Alias", "AWS::Lambda::Alias"),
    (FUNCTION, "Version", "AWS::Lambda::Version"),
    (FUNCTION, "DestinationTopic", "AWS::SNS::Topic"),
    (FUNCTION, "DestinationQueue", "AWS::SQS::Queue"),
    (REST_API, "Stage", "AWS::ApiGateway::Stage"),
    (REST_API, "Deployment", "AWS::ApiGateway::Deployment"),
    (REST_API, "DomainName", "AWS::ApiGateway::DomainName"),
    (REST_API, "DomainNameV2", "AWS::ApiGateway::DomainNameV2"),
    (REST_API, "UsagePlan", "AWS::ApiGateway::UsagePlan"),
    (REST_API, "UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"),
    (REST_API, "ApiKey", "AWS::ApiGateway::ApiKey"),
    (HTTP_API, "Stage", "AWS::ApiGatewayV2::Stage"),
    (HTTP_API, "DomainName", "AWS::ApiGatewayV2::DomainName"),
    (WEBSOCKET_API, "Stage", "AWS::ApiGatewayV2::Stage"),
    (WEBSOCKET_API, "DomainName", "AWS::ApiGatewayV2::DomainName"),
];

fn record_renames(id: &str, world: &World, resources: &[Resource], renames: &mut Renames) {
    let kind = world.resources.kind(id);
    let mut own_id = id;
    if kind == Some(LAYER)
        && let Some(layer) = resources.first().filter(|layer| layer.id != id)
    {
        renames.resources.insert(id.to_owned(), layer.id.clone());
        own_id = &layer.id;
    }
    for (sam_type, property, generated) in REFERABLE {
        let last = resources.iter().rev().find(|resource| resource.kind == generated);
        if let Some(resource) = last.filter(|_| kind == Some(sam_type)) {
            let name = (own_id.to_owned(), property.to_owned());
            renames.derived.insert(name, resource.id.clone());
        }
    }
}

fn put(
    id: &str,
    resources: Vec<Resource>,
    world: &World,
    output: &mut Map<String, Value>,
    problems: &mut Vec<Problem>,
) {
    for resource in resources {
        if is_taken(&resource, world) {
            problems.push(Problem::duplicate(id, &resource.id, resource.kind));
            continue;
        }
        match resource.to_json() {
            Ok(mut json) => {
                let metadata = world.resources.get(id).and_then(|source| source.get("Metadata"));
                if let Some(metadata) = metadata.filter(|_| world.spread_metadata && !output.contains_key(&resource.id))
                {
                    json["Metadata"] = metadata.clone();
                }
                output.insert(resource.id, json);
            }
            Err(problem) => problems.push(problem),
        }
    }
}

/// Whether the template has another resource of this name. A translation may take the place of
/// what it translates, and rewrites the buckets and user pools that it adds triggers to.
fn is_taken(resource: &Resource, world: &World) -> bool {
    let Some(existing) = world.resources.kind(&resource.id) else {
        return false;
    };
    let may_replace = match resource.kind {
        "AWS::Lambda::Function" => FUNCTION,
        "AWS::Lambda::LayerVersion" => LAYER,
        "AWS::ApiGateway::RestApi" => REST_API,
        "AWS::ApiGatewayV2::Api" => HTTP_API,
        "AWS::CloudFormation::Stack" => APPLICATION,
        "AWS::StepFunctions::StateMachine" => STATE_MACHINE,
        "AWS::DynamoDB::Table" => SIMPLE_TABLE,
        "AWS::S3::Bucket" => "AWS::S3::Bucket",
        "AWS::SNS::Topic" => "AWS::SNS::Topic",
        "AWS::Cognito::UserPool" => "AWS::Cognito::UserPool",
        "AWS::ApiGateway::DomainName" => "AWS::ApiGateway::DomainName",
        "AWS::ApiGateway::BasePathMapping" => "AWS::ApiGateway::BasePathMapping",
        "AWS::ApiGateway::DomainNameV2" => "AWS::ApiGateway::DomainNameV2",
        "AWS::ApiGateway::BasePathMappingV2" => "AWS::ApiGateway::BasePathMappingV2",
        _ => return true,
    };
    existing != may_replace && !(resource.kind == "AWS::ApiGatewayV2::Api" && existing == WEBSOCKET_API)
}
