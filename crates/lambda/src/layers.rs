//! Layers: packages that functions share, unpacked into `/opt`.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch, Scope};
use sandbox::Files;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lambda,
    code::{self, Code, MAX_UNZIPPED},
    functions::page,
    names::{invalid, not_found},
    state::{Policy, State},
};

/// A version of a layer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LayerVersion {
    pub description: String,
    pub runtimes: Vec<Value>,
    pub license: Option<String>,
    #[serde(default)]
    pub architectures: Vec<Value>,
    /// The hash by which the code is kept.
    pub code: String,
    pub code_size: usize,
    /// The bytes of the files.
    #[serde(default)]
    pub unzipped: usize,
    /// Milliseconds.
    pub created: u64,
    /// Who else may use it.
    #[serde(default)]
    pub policy: Policy,
    #[serde(default)]
    pub policy_revision: String,
}

/// The ARN of a layer that is given by name or ARN.
pub fn arn(scope: &Scope, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    Arn::new("lambda", &scope.region, &scope.account, format!("layer:{name}")).to_string()
}

/// Unpacks layers into `/opt`; a later one writes over an earlier one.
pub fn add_files(state: &State, layers: &[String], files: &mut Files) -> Result<(), AwsError> {
    for layer in layers {
        let version = state.layer(layer).ok_or_else(|| missing(layer))?;
        let code = state.code(&version.code).ok_or_else(|| AwsError::internal("a layer's code is missing"))?;
        for (path, content) in code::files(code, "/opt")?.iter() {
            files.insert(path, content.clone());
        }
    }
    Ok(())
}

/// The most layers of a function.
const MAX_LAYERS: usize = 5;

/// Refuses layers that are not there, too many, and two versions of one.
pub fn check(state: &State, region: &str, layers: &[String]) -> Result<(), AwsError> {
    if layers.len() > MAX_LAYERS {
        return Err(invalid(&format!("Cannot reference more than {MAX_LAYERS} layers.")));
    }
    if layers.iter().any(|layer| layer.parse::<Arn>().is_ok_and(|arn| arn.region != region)) {
        return Err(invalid(&format!(
            "Layers are not in the same region as the function. Layers are expected to be in region {region}."
        )));
    }
    let name = |layer: &str| layer.rsplit_once(':').map(|(name, _)| name.to_owned());
    for (at, layer) in layers.iter().enumerate() {
        if let Some(other) = layers[..at].iter().find(|other| name(other) == name(layer)) {
            return Err(invalid(&format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. \
                 {other} and {layer} are versions of the same layer."
            )));
        }
    }
    layers.iter().try_for_each(|layer| state.layer(layer).map(drop).ok_or_else(|| missing(layer)))
}

/// Refuses layers that leave no room for the function's own files, which have `unzipped` bytes.
pub fn check_size(state: &State, layers: &[String], unzipped: usize) -> Result<(), AwsError> {
    let layered: usize = layers.iter().filter_map(|layer| state.layer(layer)).map(|version| version.unzipped).sum();
    let size = layered + unzipped;
    if layers.is_empty() || size <= MAX_UNZIPPED {
        return Ok(());
    }
    Err(invalid(&format!(
        "Function code combined with layers exceeds the maximum allowed size of {MAX_UNZIPPED} bytes. The actual size \
         is {size} bytes."
    )))
}

fn missing(layer: &str) -> AwsError {
    invalid(&format!("Layer version {layer} does not exist."))
}

impl Lambda {
    pub(crate) async fn publish_layer_version(&self, call: Call) -> Result<Value, AwsError> {
        let layer = arn(&call.scope, layer_name(&call));
        let code = Code::read(&self.kernel, &call.scope, &call.input["Content"]).await?;
        let version = LayerVersion {
            description: call.input["Description"].as_str().unwrap_or_default().to_owned(),
            runtimes: call.input["CompatibleRuntimes"].as_array().cloned().unwrap_or_default(),
            architectures: call.input["CompatibleArchitectures"].as_array().cloned().unwrap_or_default(),
            license: call.input["LicenseInfo"].as_str().map(str::to_owned),
            code: code.sha256.clone(),
            code_size: code.zip.len(),
            unzipped: code.unzipped,
            created: self.kernel.clock.now().millis(),
            policy: Policy::default(),
            policy_revision: String::new(),
        };
        let mut batch = Batch::default();
        let version_arn = {
            let mut state = self.state.borrow_mut();
            let number = state.next_layer_version(&layer, &mut batch);
            let version_arn = format!("{layer}:{number}");
            state.put_layer(&version_arn, version.clone(), code, &mut batch);
            version_arn
        };
        self.commit(batch).await?;
        Ok(self.describe_layer(&call.scope, &version_arn, &version))
    }

    pub(crate) fn get_layer_version(&self, call: Call) -> Result<Value, AwsError> {
        let version_arn = checked(&call)?;
        let state = self.state.borrow();
        let gone = || not_found("The resource you requested does not exist.");
        Ok(self.describe_layer(&call.scope, &version_arn, state.layer(&version_arn).ok_or_else(gone)?))
    }

    pub(crate) fn get_layer_version_by_arn(&self, call: Call) -> Result<Value, AwsError> {
        let version_arn = call.input["Arn"].as_str().unwrap_or_default();
        let state = self.state.borrow();
        let gone = || not_found("The resource you requested does not exist.");
        Ok(self.describe_layer(&call.scope, version_arn, state.layer(version_arn).ok_or_else(gone)?))
    }

    /// Every layer by its newest version that fits.
    pub(crate) fn list_layers(&self, call: Call) -> Value {
        let prefix = arn(&call.scope, "");
        let (runtime, architecture) = (&call.input["CompatibleRuntime"], &call.input["CompatibleArchitecture"]);
        let fits = |wanted: &Value, compatible: &[Value]| wanted.is_null() || compatible.contains(wanted);
        let state = self.state.borrow();
        let mut newest: std::collections::BTreeMap<&str, (u64, Value)> = std::collections::BTreeMap::new();
        for (version_arn, version) in state.all_layers().filter(|(arn, _)| arn.starts_with(&prefix)) {
            let Some((layer, _)) = version_arn.rsplit_once(':') else { continue };
            let number = number_of(version_arn);
            let is_newer = newest.get(layer).is_none_or(|(known, _)| *known < number);
            if is_newer && fits(runtime, &version.runtimes) && fits(architecture, &version.architectures) {
                newest.insert(layer, (number, describe(version_arn, version)));
            }
        }
        let listed = newest.into_iter().map(|(layer, (_, mut description))| {
            if let Some(members) = description.as_object_mut() {
                members.remove("Content");
                members.remove("LayerArn");
            }
            let name = layer.rsplit(':').next();
            (layer.to_owned(), json!({"LayerName": name, "LayerArn": layer, "LatestMatchingVersion": description}))
        });
        page("Layers", listed.collect(), &call.input)
    }

    pub(crate) fn list_layer_versions(&self, call: Call) -> Value {
        let layer = arn(&call.scope, layer_name(&call));
        let state = self.state.borrow();
        let mut versions: Vec<_> = state
            .layers(&layer)
            .map(|(arn, version)| (number_of(arn), (arn.clone(), describe(arn, version))))
            .collect();
        versions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        page("LayerVersions", versions.into_iter().map(|(_, listed)| listed).collect(), &call.input)
    }

    pub(crate) async fn delete_layer_version(&self, call: Call) -> Result<Value, AwsError> {
        let mut batch = Batch::default();
        self.state.borrow_mut().remove_layer(&checked(&call)?, &mut batch);
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

impl Lambda {
    /// A version as the operations on one describe it: with the address of its package.
    fn describe_layer(&self, scope: &Scope, version_arn: &str, version: &LayerVersion) -> Value {
        let mut description = describe(version_arn, version);
        description["Content"]["Location"] = json!(self.layer_location(scope, version_arn, &version.code));
        description
    }
}

fn layer_name(call: &Call) -> &str {
    call.input["LayerName"].as_str().unwrap_or_default()
}

/// The ARN of the version that a call names.
pub fn checked(call: &Call) -> Result<String, AwsError> {
    match call.input["VersionNumber"].as_i64().unwrap_or_default() {
        ..1 => Err(invalid("Layer Version Cannot be less than 1")),
        number => Ok(format!("{}:{number}", arn(&call.scope, layer_name(call)))),
    }
}

fn number_of(version_arn: &str) -> u64 {
    version_arn.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn describe(version_arn: &str, version: &LayerVersion) -> Value {
    let layer = version_arn.rsplit_once(':').map_or(version_arn, |(layer, _)| layer);
    let created = jiff::Timestamp::from_millisecond(version.created.cast_signed()).unwrap_or_default();
    let mut description = json!({
        "Content": {"CodeSha256": version.code, "CodeSize": version.code_size},
        "LayerArn": layer,
        "LayerVersionArn": version_arn,
        "Description": version.description,
        "CreatedDate": created.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string(),
        "Version": number_of(version_arn),
    });
    if !version.runtimes.is_empty() {
        description["CompatibleRuntimes"] = json!(version.runtimes);
    }
    if !version.architectures.is_empty() {
        description["CompatibleArchitectures"] = json!(version.architectures);
    }
    if let Some(license) = &version.license {
        description["LicenseInfo"] = json!(license);
    }
    description
}
