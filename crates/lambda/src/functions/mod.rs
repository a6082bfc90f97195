//! Functions: creating, changing, listing and deleting them and what hangs on them.

mod aliases;
mod concurrency;
mod configuration;
mod management;
mod permissions;
mod progress;
mod provisioned;
mod resource_policy;
mod tags;
mod versions;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use crate::{
    Lambda,
    code::Code,
    container::{self, ContainerImage},
    layers,
    names::{Target, conflict, invalid},
    settings::Settings,
    state::{Function, Progress, Version},
};

use concurrency::{ACCOUNT_CONCURRENCY, MIN_UNRESERVED};
pub use configuration::{moment, runtime_version};
pub use management::RuntimeManagement;
pub use permissions::policy_for;
pub use provisioned::{ProvisionedConcurrency, unreserved_concurrency};

/// What a function's policy can let other accounts do.
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html>
const ACROSS_ACCOUNTS: [&str; 16] = [
    "Invoke",
    "InvokeAsync",
    "InvokeWithResponseStream",
    "GetFunction",
    "GetFunctionConfiguration",
    "UpdateFunctionCode",
    "DeleteFunction",
    "PublishVersion",
    "ListVersionsByFunction",
    "CreateAlias",
    "GetAlias",
    "ListAliases",
    "UpdateAlias",
    "DeleteAlias",
    "PutFunctionConcurrency",
    "DeleteFunctionConcurrency",
];

/// The function, version or alias that a call names.
pub fn target(call: &Call) -> Result<Target, AwsError> {
    let name = call.input["FunctionName"].as_str().unwrap_or_default();
    let qualifier = call.input["Qualifier"].as_str();
    if ACROSS_ACCOUNTS.contains(&call.operation) {
        return Target::read_of_any_account(&call.scope, name, qualifier);
    }
    Target::read(&call.scope, name, qualifier)
}

impl Lambda {
    pub(crate) async fn create_function(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        target.check_name()?;
        let settings = Settings::create(&call.input)?;
        self.check_role(&call, &settings.role).await?;
        self.check_dead_letters(&target, &settings)?;
        layers::check(&self.state.borrow(), &target.region, &settings.layers)?;
        if self.state.borrow().function(&target).is_ok() {
            return Err(conflict(&format!("Function already exist: {}", target.name)));
        }
        let signing = call.input["CodeSigningConfigArn"].as_str();
        self.check_signature(signing)?;
        let (code, image) = self.package(&call, &settings, &call.input["Code"]).await?;
        let version = self.new_version(settings, &code, image, Progress::Creating);
        let mut function = Function::new(version, tags::read(&call.input["Tags"])?);
        function.code_signing = signing.map(str::to_owned);
        let mut shown = function.latest.clone();
        if call.input["Publish"] == true {
            shown = versions::publish(&mut function, None, &self.kernel)?;
        }
        let mut batch = Batch::default();
        self.state.borrow_mut().put_function(&target, function, Some(code), &mut batch);
        self.commit(batch).await?;
        self.settle_in_background(&target);
        // By the function's name, whatever was published on the way.
        Ok(configuration::describe(&self.state.borrow(), &target, &shown))
    }

    pub(crate) async fn update_function_code(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let mut function = self.state.borrow().function(&target)?.clone();
        check_revision(&call.input, &function.latest.revision)?;
        self.check_signature(function.code_signing.as_deref())?;
        let mut settings = function.latest.settings.clone();
        let (code, image) = self.package(&call, &settings, &call.input).await?;
        if let Some(architectures) = call.input.get("Architectures") {
            settings = settings.updated(&json!({"Architectures": architectures}))?;
        }
        function.latest = self.new_version(settings, &code, image, Progress::Updating);
        self.store_update(&call, &target, function, Some(code)).await
    }

    pub(crate) async fn update_function_configuration(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let mut function = self.state.borrow().function(&target)?.clone();
        check_revision(&call.input, &function.latest.revision)?;
        let settings = function.latest.settings.updated(&call.input)?;
        layers::check(&self.state.borrow(), &target.region, &settings.layers)?;
        layers::check_size(&self.state.borrow(), &settings.layers, function.latest.unzipped)?;
        if settings.role != function.latest.settings.role {
            self.check_role(&call, &settings.role).await?;
        }
        self.check_dead_letters(&target, &settings)?;
        let now = self.kernel.clock.now().millis();
        let (revision, generation) = (self.kernel.rng.uuid(), self.kernel.rng.uuid());
        let progress = Progress::Updating;
        function.latest = Version { settings, last_modified: now, revision, generation, progress, ..function.latest };
        self.store_update(&call, &target, function, None).await
    }

    async fn store_update(
        &self,
        call: &Call,
        target: &Target,
        mut function: Function,
        code: Option<Code>,
    ) -> Result<Value, AwsError> {
        let (mut shown, mut shown_as) = (function.latest.clone(), target.clone());
        if call.input["Publish"] == true {
            shown = versions::publish(&mut function, None, &self.kernel)?;
            shown_as = target.with_qualifier(&shown.name());
        }
        if call.input["DryRun"] != true {
            let mut batch = Batch::default();
            self.state.borrow_mut().put_function(target, function, code, &mut batch);
            self.commit(batch).await?;
            self.pool.forget(&target.key());
            self.settle_in_background(target);
        }
        Ok(configuration::describe(&self.state.borrow(), &shown_as, &shown))
    }

    pub(crate) fn get_function(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let function = state.function(&target)?;
        let version = version_of(function, &target)?;
        let code = match &version.image {
            Some(image) => {
                json!({"RepositoryType": "ECR", "ImageUri": image.uri, "ResolvedImageUri": image.resolved_uri})
            }
            None => {
                json!({"RepositoryType": "S3", "Location": self.function_location(&call.scope, &target, version)})
            }
        };
        let mut answer = json!({
            "Configuration": configuration::describe(&state, &target, version),
            "Code": code,
        });
        if !function.tags.is_empty() {
            answer["Tags"] = Value::Object(function.tags.clone());
        }
        if let Some(reserved) = function.reserved {
            answer["Concurrency"] = json!({"ReservedConcurrentExecutions": reserved});
        }
        Ok(answer)
    }

    pub(crate) fn get_function_configuration(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let version = version_of(state.function(&target)?, &target)?;
        Ok(configuration::describe(&state, &target, version))
    }

    pub(crate) fn list_functions(&self, call: Call) -> Result<Value, AwsError> {
        let state = self.state.borrow();
        let all = call.input["FunctionVersion"] == "ALL";
        let mut listed = Vec::new();
        for (name, function) in state.functions(&call.scope.account, &call.scope.region) {
            let target = Target::read(&call.scope, name, None)?;
            if all {
                let versions = [&function.latest].into_iter().chain(function.versions.values());
                listed.extend(versions.map(|version| {
                    let qualified = target.with_qualifier(&version.name());
                    (qualified.arn(), configuration::listed(&state, &qualified, version))
                }));
            } else {
                listed.push((target.arn(), configuration::listed(&state, &target, &function.latest)));
            }
        }
        Ok(page("Functions", listed, &call.input))
    }

    pub(crate) async fn delete_function(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let mut batch = Batch::default();
        match target.qualifier.as_deref() {
            None => {
                self.state.borrow_mut().remove_function(&target, &mut batch)?;
                self.pool.forget(&target.key());
            }
            Some(qualifier) => versions::delete(&mut self.state.borrow_mut(), &target, qualifier, &mut batch)?,
        }
        self.commit(batch).await?;
        self.provision(&target.function());
        Ok(json!({"StatusCode": 204}))
    }

    /// The code that a request brings: a package or an image, as the function is of one type or the other.
    async fn package(
        &self,
        call: &Call,
        settings: &Settings,
        code: &Value,
    ) -> Result<(Code, Option<ContainerImage>), AwsError> {
        let (doing, kind) =
            (if call.operation == "CreateFunction" { "creating" } else { "updating" }, &settings.package_type);
        match (settings.is_image(), code["ImageUri"].as_str()) {
            (true, Some(uri)) => {
                let (code, image) = container::pull(&self.kernel, &call.scope, uri).await?;
                Ok((code, Some(image)))
            }
            (false, None) => {
                let code = Code::read(&self.kernel, &call.scope, code).await?;
                layers::check_size(&self.state.borrow(), &settings.layers, code.unzipped)?;
                Ok((code, None))
            }
            (is_image, _) => {
                let please = if is_image { "Please provide" } else { "Please don't provide" };
                Err(invalid(&format!("{please} ImageUri when {doing} a function with packageType {kind}.")))
            }
        }
    }

    fn new_version(
        &self,
        settings: Settings,
        code: &Code,
        image: Option<ContainerImage>,
        progress: Progress,
    ) -> Version {
        Version {
            number: None,
            settings,
            code: code.sha256.clone(),
            code_size: if image.is_some() { 0 } else { code.zip.len() },
            unzipped: code.unzipped,
            image,
            last_modified: self.kernel.clock.now().millis(),
            revision: self.kernel.rng.uuid(),
            generation: self.kernel.rng.uuid(),
            progress,
        }
    }
}

/// The version that `target` names, the latest if it names none.
pub fn version_of<'a>(function: &'a Function, target: &Target) -> Result<&'a Version, AwsError> {
    function.resolve(target.qualifier.as_deref(), 1.0).ok_or_else(|| target.not_found())
}

/// Refuses a change that was made in view of another revision.
fn check_revision(input: &Value, revision: &str) -> Result<(), AwsError> {
    match input["RevisionId"].as_str() {
        Some(expected) if expected != revision => {
            let message = "The Revision Id provided does not match the latest Revision Id. Call the \
                           GetFunction/GetAlias API to retrieve the latest Revision Id";
            Err(precondition_failed(message))
        }
        _ => Ok(()),
    }
}

/// `PreconditionFailedException` (412).
pub fn precondition_failed(message: &str) -> AwsError {
    AwsError::new("PreconditionFailedException", message).with_status(http::StatusCode::PRECONDITION_FAILED)
}

/// One page of `(key, member)`s under `member`: those after the marker, at most `MaxItems`.
pub fn page(member: &str, listed: Vec<(String, Value)>, input: &Value) -> Value {
    let limit = input["MaxItems"].as_u64().unwrap_or(50).clamp(1, 50) as usize;
    let marker = input["Marker"].as_str();
    let start =
        marker.map_or(0, |marker| listed.iter().position(|(key, _)| key == marker).map_or(listed.len(), |at| at + 1));
    let mut rest = listed.into_iter().skip(start);
    let taken: Vec<_> = rest.by_ref().take(limit).collect();
    let marker = rest.next().and_then(|_| taken.last().map(|(key, _)| json!(key)));
    let members: Vec<Value> = taken.into_iter().map(|(_, member)| member).collect();
    let mut answer = Map::from_iter([(member.to_owned(), Value::Array(members))]);
    if let Some(marker) = marker {
        answer.insert("NextMarker".to_owned(), marker);
    }
    Value::Object(answer)
}

/// Refuses a qualifier where only a whole function makes sense.
fn unqualified(target: &Target) -> Result<(), AwsError> {
    if target.qualifier.is_none() {
        return Ok(());
    }
    Err(invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. \
         Please specify either a function name or an unqualified function ARN.",
    ))
}
