//! AWS Lambda (`lambda`): functions, their versions and aliases, their execution environments, and
//! event source mappings.
//!
//! What runs in an environment is a guest of [`sandbox`]; this room speaks the Runtime API to it,
//! gives it the execution role, keeps its time and writes its logs.

mod cfn;
mod code;
mod code_signing;
mod container;
mod destinations;
mod entrypoint;
mod event_invoke;
mod events;
mod execution;
mod functions;
mod invoke;
mod layer_policies;
mod layers;
mod locations;
mod mappings;
mod names;
mod recursion;
mod settings;
mod state;
mod streaming;
mod urls;
mod validation;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use kernel::{Access, Arn, AwsError, Batch, Caller, Kernel, Request, Response, Service, StorageError, async_trait};
use sandbox::{Files, Image};
use serde_json::Value;

pub use events::WaitingEvent;
pub use execution::{Activity, SandboxView, Throttles};
use execution::{Fleets, Pool, Sandboxes, Snapshots};
pub use mappings::Consumer;
use state::State;

/// The largest request: a package of 50 MB in base64, and some more.
const MAX_REQUEST_BYTES: usize = 70_167_211;

/// Where runtimes come from: the host has them as files.
#[async_trait(?Send)]
pub trait Runtimes {
    /// The booted image called `name`, e.g. `nodejs`. The error is a sentence for the user.
    async fn image(&self, name: &str) -> Result<Image, String>;
}

/// The service AWS Lambda.
pub struct Lambda {
    kernel: Kernel,
    runtimes: Rc<dyn Runtimes>,
    state: RefCell<State>,
    pool: Pool,
    fleets: Fleets,
    runs: recursion::Runs,
    sandboxes: Sandboxes,
    snapshots: Snapshots,
    /// Unpacked packages that environments have, by code and layers.
    files: RefCell<BTreeMap<String, Weak<Files>>>,
    programs: entrypoint::Programs,
    locations: locations::Locations,
    pollers: mappings::Pollers,
    this: Weak<Self>,
}

impl Lambda {
    /// Opens the service on what it has stored, under the name `lambda`, answers function URLs
    /// under `lambda-url` and packages under `lambda-code`, and goes on with its pollers
    /// and its queued events.
    pub async fn open(kernel: &Kernel, runtimes: Rc<dyn Runtimes>) -> Result<Rc<Self>, StorageError> {
        let state = RefCell::new(State::load(kernel).await?);
        let service = Rc::new_cyclic(|this| Self {
            kernel: kernel.clone(),
            runtimes,
            state,
            pool: Pool::new(kernel),
            fleets: Fleets::default(),
            runs: recursion::Runs::default(),
            sandboxes: Sandboxes::default(),
            snapshots: Snapshots::default(),
            files: RefCell::default(),
            programs: entrypoint::Programs::default(),
            locations: locations::Locations::new(kernel),
            pollers: mappings::Pollers::new(kernel),
            this: this.clone(),
        });
        kernel.router.register("lambda", service.clone());
        kernel.router.register("lambda-url", Rc::new(urls::Urls(service.clone())));
        kernel.router.register("lambda-code", Rc::new(locations::Packages(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        service.resume_progress();
        service.resume_events();
        service.resume_pollers();
        service.resume_provisioning();
        Ok(service)
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[async_trait(?Send)]
impl Service for Lambda {
    async fn handle(&self, request: Request) -> Response {
        if request.body().len() > MAX_REQUEST_BYTES {
            return aws_api::refuse(self.api(), &too_large(&request), &self.kernel.rng.uuid());
        }
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Lambda {
    fn api(&self) -> &'static Api {
        aws_api::api("lambda").expect("the table of lambda is part of aws-api")
    }

    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let api = self.api();
        let Some(operation) = api.operations.get(call.operation) else { return Ok(()) };
        validation::check(api, operation, &call.input)
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access(self, call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        match call.operation {
            "CreateFunction" => self.create_function(call).await,
            "UpdateFunctionCode" => self.update_function_code(call).await,
            "UpdateFunctionConfiguration" => self.update_function_configuration(call).await,
            "GetFunction" => self.get_function(call),
            "GetFunctionConfiguration" => self.get_function_configuration(call),
            "ListFunctions" => self.list_functions(call),
            "DeleteFunction" => self.delete_function(call).await,
            "Invoke" => self.invoke(call).await,
            "InvokeWithResponseStream" => self.invoke_with_response_stream(call).await,
            "InvokeAsync" => self.invoke_async(call).await,
            "PutFunctionEventInvokeConfig" | "UpdateFunctionEventInvokeConfig" => {
                self.put_event_invoke_config(call).await
            }
            "GetFunctionEventInvokeConfig" => self.get_event_invoke_config(call),
            "ListFunctionEventInvokeConfigs" => self.list_event_invoke_configs(call),
            "DeleteFunctionEventInvokeConfig" => self.delete_event_invoke_config(call).await,
            "PublishVersion" => self.publish_version(call).await,
            "ListVersionsByFunction" => self.list_versions_by_function(call),
            "CreateAlias" => self.create_alias(call).await,
            "UpdateAlias" => self.update_alias(call).await,
            "GetAlias" => self.get_alias(call),
            "ListAliases" => self.list_aliases(call),
            "DeleteAlias" => self.delete_alias(call).await,
            "AddPermission" => self.add_permission(call).await,
            "RemovePermission" => self.remove_permission(call).await,
            "GetPolicy" => self.get_policy(call),
            "PutResourcePolicy" => self.put_resource_policy(call).await,
            "GetResourcePolicy" => self.get_resource_policy(call),
            "DeleteResourcePolicy" => self.delete_resource_policy(call).await,
            "ListTags" => self.list_tags(call),
            "TagResource" | "UntagResource" => self.change_tags(call).await,
            "PutFunctionConcurrency" => self.put_function_concurrency(call).await,
            "GetFunctionConcurrency" => self.get_function_concurrency(call),
            "DeleteFunctionConcurrency" => self.delete_function_concurrency(call).await,
            "PutProvisionedConcurrencyConfig" => self.put_provisioned_concurrency(call).await,
            "GetProvisionedConcurrencyConfig" => self.get_provisioned_concurrency(call),
            "ListProvisionedConcurrencyConfigs" => self.list_provisioned_concurrency(call),
            "DeleteProvisionedConcurrencyConfig" => self.delete_provisioned_concurrency(call).await,
            "GetAccountSettings" => Ok(self.get_account_settings(call)),
            "PublishLayerVersion" => self.publish_layer_version(call).await,
            "GetLayerVersion" => self.get_layer_version(call),
            "ListLayerVersions" => Ok(self.list_layer_versions(call)),
            "GetLayerVersionByArn" => self.get_layer_version_by_arn(call),
            "ListLayers" => Ok(self.list_layers(call)),
            "AddLayerVersionPermission" => self.add_layer_permission(call).await,
            "GetLayerVersionPolicy" => self.get_layer_policy(call),
            "RemoveLayerVersionPermission" => self.remove_layer_permission(call).await,
            "PutFunctionRecursionConfig" => self.put_function_recursion(call).await,
            "GetFunctionRecursionConfig" => self.get_function_recursion(call),
            "PutRuntimeManagementConfig" => self.put_runtime_management(call).await,
            "GetRuntimeManagementConfig" => self.get_runtime_management(call),
            "CreateCodeSigningConfig" => self.create_code_signing_config(call).await,
            "UpdateCodeSigningConfig" => self.update_code_signing_config(call).await,
            "GetCodeSigningConfig" => self.get_code_signing_config(call),
            "ListCodeSigningConfigs" => Ok(self.list_code_signing_configs(call)),
            "DeleteCodeSigningConfig" => self.delete_code_signing_config(call).await,
            "ListFunctionsByCodeSigningConfig" => self.list_functions_by_code_signing_config(call),
            "PutFunctionCodeSigningConfig" => self.put_function_code_signing(call).await,
            "GetFunctionCodeSigningConfig" => self.get_function_code_signing(call),
            "DeleteFunctionCodeSigningConfig" => self.delete_function_code_signing(call).await,
            "DeleteLayerVersion" => self.delete_layer_version(call).await,
            "CreateFunctionUrlConfig" => self.create_function_url(call).await,
            "UpdateFunctionUrlConfig" => self.update_function_url(call).await,
            "GetFunctionUrlConfig" => self.get_function_url(call),
            "ListFunctionUrlConfigs" => self.list_function_urls(call),
            "DeleteFunctionUrlConfig" => self.delete_function_url(call).await,
            "CreateEventSourceMapping" => self.create_event_source_mapping(call).await,
            "GetEventSourceMapping" => self.get_event_source_mapping(call),
            "ListEventSourceMappings" => self.list_event_source_mappings(call),
            "UpdateEventSourceMapping" => self.update_event_source_mapping(call).await,
            "DeleteEventSourceMapping" => self.delete_event_source_mapping(call).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

fn too_large(request: &Request) -> AwsError {
    let path = request.uri().path();
    let operation = match path.rsplit('/').next() {
        Some("invocations" | "invoke-async" | "response-streaming-invocations") => "InvokeFunction",
        Some("code") => "UpdateFunctionCode",
        Some("versions") if path.contains("/layers/") => "PublishLayerVersion",
        _ => "CreateFunction",
    };
    let message = format!("Request must be smaller than {MAX_REQUEST_BYTES} bytes for the {operation} operation");
    let error = AwsError::new("RequestEntityTooLargeException", message);
    names::untyped(error.with_status(http::StatusCode::PAYLOAD_TOO_LARGE))
}

/// Which actions a call needs. Where IAM's action is not called like the operation, it says so here.
fn access(lambda: &Lambda, call: &Call) -> Vec<Access> {
    let own = Caller::service("lambda");
    if call.scope.caller == own {
        // The service on behalf of its own event source mappings: the mapping is the permission.
        return Vec::new();
    }
    let action = match call.operation {
        "Invoke" | "InvokeWithResponseStream" => "InvokeFunction",
        "GetLayerVersionByArn" => "GetLayerVersion",
        operation => operation,
    };
    let mut accesses = vec![resource(lambda, call, action)];
    if let ("CreateFunction" | "UpdateFunctionConfiguration", Some(role)) =
        (call.operation, call.input["Role"].as_str())
    {
        accesses.push(Access::new("iam:PassRole", role));
    }
    accesses
}

fn resource(lambda: &Lambda, call: &Call, action: &str) -> Access {
    let action = format!("lambda:{action}");
    let arn = |resource: String| Arn::new("lambda", &call.scope.region, &call.scope.account, resource).to_string();
    if let Some(uuid) = call.input["UUID"].as_str() {
        return Access::new(action, arn(format!("event-source-mapping:{uuid}")));
    }
    if let Some(resource) = call.input["Resource"].as_str() {
        let access = Access::new(action, resource);
        return match names::Target::read_of_any_account(&call.scope, resource, None) {
            Ok(target) => access.with_resource_policy(Some(functions::policy_for(&lambda.state.borrow(), &target))),
            Err(_) => access,
        };
    }
    if let Some(resource) = call.input["ResourceArn"].as_str() {
        return Access::new(action, resource);
    }
    if let Some(layer) = call.input["LayerName"].as_str() {
        return Access::new(action, layers::arn(&call.scope, layer));
    }
    match functions::target(call) {
        Ok(target) if !target.name.is_empty() && call.operation != "CreateEventSourceMapping" => {
            let policy = functions::policy_for(&lambda.state.borrow(), &target);
            Access::new(action, target.arn()).with_resource_policy(Some(policy))
        }
        _ => Access::new(action, "*"),
    }
}
