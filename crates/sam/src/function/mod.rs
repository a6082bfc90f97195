//! `AWS::Serverless::Function`: a Lambda function with its role, alias, URL and events.

mod code;
mod deployment;
mod invoke_config;
mod role;
mod url;
mod version;

pub(crate) use code::{code_location, parse_s3_uri};
pub(crate) use deployment::DeploymentPreferences;

use serde_json::{Map, Value, json};

use crate::events;
use crate::policies::expand_templates;
use crate::properties::{Property, Shape, check, optional, passed};
use crate::py27::Py;
use crate::resource::{Resource, Source};
use crate::values::{get_att, printed, reference, set, tag_list, truthy};
use crate::world::{Fault, World};
use crate::{Problem, properties};

const KIND: &str = "AWS::Serverless::Function";

const PROPERTIES: [Property; 49] = [
    optional("FunctionName", Shape::TextOrMap),
    passed("Handler"),
    passed("Runtime"),
    passed("CodeUri"),
    passed("ImageUri"),
    passed("PackageType"),
    passed("InlineCode"),
    optional("DeadLetterQueue", Shape::Map),
    passed("Description"),
    passed("MemorySize"),
    passed("Timeout"),
    passed("VpcConfig"),
    optional("Role", Shape::Text),
    optional("AssumeRolePolicyDocument", Shape::Map),
    optional("Policies", Shape::TextOrMapOrList),
    passed("RolePath"),
    optional("PermissionsBoundary", Shape::Text),
    optional("Environment", Shape::MapOfMaps),
    optional("Events", Shape::MapOfMaps),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("Tracing", Shape::TextOrMap),
    passed("KmsKeyArn"),
    optional("DeploymentPreference", Shape::Map),
    passed("ReservedConcurrentExecutions"),
    optional("Layers", Shape::ListOfTextOrMap),
    optional("EventInvokeConfig", Shape::Map),
    passed("EphemeralStorage"),
    optional("AutoPublishAlias", Shape::Text),
    optional("AutoPublishCodeSha256", Shape::Text),
    optional("AutoPublishAliasAllProperties", Shape::Bool).literal(),
    passed("VersionDescription"),
    passed("ProvisionedConcurrencyConfig"),
    passed("FileSystemConfigs"),
    passed("ImageConfig"),
    passed("CodeSigningConfigArn"),
    passed("Architectures"),
    optional("SnapStart", Shape::Map),
    optional("FunctionUrlConfig", Shape::Map),
    passed("RuntimeManagementConfig"),
    passed("LoggingConfig"),
    passed("RecursiveLoop"),
    passed("SourceKMSKeyArn"),
    optional("CapacityProviderConfig", Shape::Map),
    optional("FunctionScalingConfig", Shape::Map),
    optional("VersionDeletionPolicy", Shape::DeletionPolicy),
    passed("PublishToLatestPublished"),
    passed("TenancyConfig"),
    optional("DurableConfig", Shape::Map),
];

/// Properties of the function that are handed on under the same name.
const HANDED_ON: [&str; 21] = [
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Role",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "TenancyConfig",
];

/// Who an event or a permission calls: a function, an alias or a state machine.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// Whether `Ref` gives the ARN, as it does for all but functions.
    pub(crate) ref_is_arn: bool,
    pub(crate) attributes: Map<String, Value>,
}

impl Target {
    /// What a permission's `FunctionName` says.
    pub(crate) fn name(&self) -> Value {
        reference(&self.id)
    }

    pub(crate) fn arn(&self) -> Value {
        if self.ref_is_arn { reference(&self.id) } else { get_att(&self.id, "Arn") }
    }

    pub(crate) fn condition(&self) -> Option<&Value> {
        self.attributes.get("Condition")
    }
}

pub(crate) fn translate(mut source: Source, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let policies = match source.get("Policies") {
        Some(policies) => expand_templates(&source.id, policies)?,
        None => Vec::new(),
    };
    source.properties.retain(|_, value| !value.is_null());
    remember_name(&source, world);
    check(&source.id, KIND, &PROPERTIES, &source.properties)?;
    events::check_links(&source, world)?;
    check_combinations(&source)?;

    let mut function = lambda_function(&source, world)?;
    let mut resources = Vec::new();
    let alias = match source.set("AutoPublishAlias") {
        Some(name) => Some(version::publish(&source, name, &mut function, world)?),
        None if source.set("ProvisionedConcurrencyConfig").is_some() => {
            return Err(Problem::resource(
                &source.id,
                "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the \
                 function",
            )
            .into());
        }
        None => None,
    };
    let mut alias_resource = None;
    if let Some((version, alias)) = alias {
        resources.push(version);
        alias_resource = Some(alias);
    }
    let target = match &alias_resource {
        Some(alias) => Target { id: alias.id.clone(), ref_is_arn: true, attributes: alias.attributes.clone() },
        None => Target { id: source.id.clone(), ref_is_arn: false, attributes: source.attributes.clone() },
    };
    if source.set("FunctionUrlConfig").is_some() {
        resources.extend(url::resources(&source, &target)?);
    }
    deployment::register(&source, alias_resource.as_mut(), world)?;
    let mut invoke_policies = Vec::new();
    if source.set("EventInvokeConfig").is_some() {
        let alias = alias_resource.as_ref();
        let (config, policies) = invoke_config::resources(&source, alias, world)?;
        resources.extend(config);
        invoke_policies = policies;
    }
    let mut role = role::construct(&source, &policies, invoke_policies, world)?;
    let makes_role = role::attach(&source, &mut function, &mut role, world)?;
    let event_resources = events::resources(&source, &target, &mut role, world)?;
    resources.extend(alias_resource);
    resources.insert(0, function);
    if makes_role {
        resources.push(role);
    }
    resources.extend(event_resources);
    if source.set("PropagateTags").is_some()
        && let Some(tags) = source.set("Tags").and_then(Value::as_object)
    {
        propagate_tags(&mut resources, tags);
    }
    Ok(resources)
}

/// Resource types, as made by the translator, that can carry tags as a list.
const TAGGABLE: [&str; 14] = [
    "AWS::Lambda::Function",
    "AWS::IAM::Role",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::ApiKey",
    "AWS::DynamoDB::Table",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::Cognito::UserPool",
    "AWS::S3::Bucket",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::StepFunctions::StateMachine",
];

/// Puts these tags, and no others, on everything that can carry tags.
pub(crate) fn propagate_tags(resources: &mut [Resource], tags: &Map<String, Value>) {
    for resource in resources {
        if TAGGABLE.contains(&resource.kind) {
            resource.put("Tags", tag_list(tags));
        }
    }
}

/// Keeps the function's name for the deployments of the REST APIs that it stands behind.
fn remember_name(source: &Source, world: &mut World) {
    let Some(name) = source.get("FunctionName") else { return };
    let name = world.parameters.resolve(name);
    if !truthy(&name) {
        return;
    }
    for (_, event) in world.events(&source.id) {
        if event.get("Type").is_none_or(|kind| kind != "Api") {
            continue;
        }
        let api = event.get("Properties").and_then(|p| p.get("RestApiId"));
        let api = api.map(|api| api.get("Ref").unwrap_or(api)).and_then(Value::as_str);
        if let Some(api) = api {
            let names = world.function_names.entry(api.to_owned()).or_default();
            names.push_str(&match &name {
                Value::String(name) => name.clone(),
                other => Py::from_template(other).print(),
            });
        }
    }
}

fn check_combinations(source: &Source) -> Result<(), Problem> {
    let both = |a: &str, b: &str| source.get(a).is_some() && source.get(b).is_some();
    let mut messages = Vec::new();
    for other in ["ProvisionedConcurrencyConfig", "VpcConfig"] {
        if both("CapacityProviderConfig", other) {
            messages.push(format!("Cannot specify 'CapacityProviderConfig' and '{other}' together."));
        }
    }
    for (name, needed) in
        [("FunctionScalingConfig", "CapacityProviderConfig"), ("VersionDeletionPolicy", "AutoPublishAlias")]
    {
        if source.get(name).is_some() && source.get(needed).is_none() {
            messages.push(format!("'{name}' requires '{needed}'."));
        }
    }
    if !messages.is_empty() {
        return source.problem(messages.join("\n"));
    }
    check_dead_letter_queue(source)?;
    check_tenancy(source)
}

fn check_dead_letter_queue(source: &Source) -> Result<(), Problem> {
    let Some(Value::Object(queue)) = source.set("DeadLetterQueue") else { return Ok(()) };
    let (Some(kind), Some(_)) = (set(queue, "Type"), set(queue, "TargetArn")) else {
        return source.problem("'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
    };
    let Some(kind) = kind.as_str() else {
        return source.problem("Property 'DeadLetterQueue.Type' should be a string.");
    };
    if !["SQS", "SNS"].contains(&kind) {
        return source.problem("'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
    }
    Ok(())
}

fn check_tenancy(source: &Source) -> Result<(), Problem> {
    if source.set("TenancyConfig").is_none() {
        return Ok(());
    }
    for (name, what) in [
        ("ProvisionedConcurrencyConfig", "Provisioned concurrency"),
        ("FunctionUrlConfig", "Function URL"),
        ("SnapStart", "SnapStart"),
    ] {
        if source.set(name).is_some() {
            return source
                .problem(format!("{what} is not supported for functions enabled with tenancy configuration."));
        }
    }
    let events = source.set("Events").and_then(Value::as_object);
    for event in events.into_iter().flat_map(Map::values) {
        let kind = event.get("Type").unwrap_or(&Value::Null);
        if kind != "Api" && kind != "HttpApi" {
            return source.problem(format!(
                "Event source '{}' is not supported for functions enabled with tenancy \
                 configuration. Only Api and HttpApi event sources are supported.",
                printed(kind)
            ));
        }
    }
    Ok(())
}

/// Tracing that is asked for; `Disabled` is as good as nothing.
fn tracing(source: &Source, world: &World) -> Option<Value> {
    let mode = source.set("Tracing")?;
    (world.parameters.resolve(mode) != "Disabled").then(|| mode.clone())
}

/// The function's tags: SAM's own first.
fn function_tags(source: &Source) -> Result<Vec<Value>, Problem> {
    refuse_reserved_tags(source)?;
    let mut tags = vec![json!({ "Key": "lambda:createdBy", "Value": "SAM" })];
    tags.extend(source.get("Tags").and_then(Value::as_object).map(tag_list).unwrap_or_default());
    Ok(tags)
}

/// Some keys of tags are SAM's own.
pub(crate) fn refuse_reserved_tags(source: &Source) -> Result<(), Problem> {
    const RESERVED: [&str; 3] = ["lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];
    let own = source.get("Tags").and_then(Value::as_object);
    match RESERVED.iter().find(|&&name| own.is_some_and(|own| own.contains_key(name))) {
        None => Ok(()),
        Some(name) => source.problem(format!(
            "{name} is a reserved Tag key name and cannot be set on your resource. Please change \
             the tag key in the input."
        )),
    }
}

fn lambda_function(source: &Source, world: &World) -> Result<Resource, Problem> {
    let mut function =
        Resource::new(&source.id, "AWS::Lambda::Function", &source.attributes).depends_on(source.depends_on.clone());
    if let Some(name) = source.set("FunctionName") {
        function.put("FunctionName", name.clone());
    }
    for name in HANDED_ON.iter().chain(&["RecursiveLoop", "DurableConfig"]) {
        function = function.with_given(name, source.get(name));
    }
    function.put("Code", code::construct(source)?);
    function.put("Tags", function_tags(source)?);
    if let Some(mode) = tracing(source, world) {
        function.put("TracingConfig", json!({ "Mode": mode }));
    }
    if let Some(queue) = source.set("DeadLetterQueue") {
        function.put("DeadLetterConfig", json!({ "TargetArn": queue["TargetArn"] }));
    }
    if let Some(config) = source.set("CapacityProviderConfig") {
        function.put("CapacityProviderConfig", capacity_provider(source, config)?);
    }
    if let Some(scaling) = source.set("FunctionScalingConfig") {
        function.put("FunctionScalingConfig", scaling.clone());
    }
    let published = source.get("PublishToLatestPublished");
    function = function.with_given("PublishToLatestPublished", published);
    code::check_package(source, &function)?;
    Ok(function)
}

fn capacity_provider(source: &Source, config: &Value) -> Result<Value, Problem> {
    let config = properties::expect_map(&source.id, "CapacityProviderConfig", config)?;
    let names = [
        ("Arn", "CapacityProviderArn"),
        ("PerExecutionEnvironmentMaxConcurrency", "PerExecutionEnvironmentMaxConcurrency"),
        ("ExecutionEnvironmentMemoryGiBPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"),
    ];
    let mut managed = Map::new();
    for (name, new) in names {
        if let Some(value) = crate::values::given(config, name) {
            managed.insert(new.to_owned(), value.clone());
        }
    }
    Ok(json!({ "LambdaManagedInstancesCapacityProviderConfig": managed }))
}
