//! What is kept: functions with their versions, aliases and policies, their code, and event source
//! mappings.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{AwsError, Batch, Entry, Kernel, Space, SpanId, StorageError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    code::Code,
    code_signing::CodeSigningConfig,
    container::ContainerImage,
    event_invoke::EventInvokeConfig,
    functions::{ProvisionedConcurrency, RuntimeManagement},
    layers::LayerVersion,
    mappings::Mapping,
    names::{FunctionKey, Target},
    settings::Settings,
    urls::FunctionUrl,
};

const SPACE: Space = Space::new("lambda");

/// `$LATEST`
pub const LATEST: &str = "$LATEST";

/// A function with all that hangs on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    /// `$LATEST`.
    pub latest: Version,
    /// The published versions by number.
    pub versions: BTreeMap<u64, Version>,
    /// The number that the next published version gets: numbers are never used again.
    pub next_version: u64,
    pub aliases: BTreeMap<String, Alias>,
    /// Resource policies by qualifier; the function's own under the empty text.
    pub policies: BTreeMap<String, Policy>,
    pub tags: Map<String, Value>,
    /// Reserved concurrency.
    pub reserved: Option<u64>,
    /// By the alias that they lead to; the function's own under the empty text.
    pub urls: BTreeMap<String, FunctionUrl>,
    /// How asynchronous invocations are handled, by qualifier.
    #[serde(default)]
    pub event_invoke: BTreeMap<String, EventInvokeConfig>,
    /// Provisioned concurrency by version or alias.
    #[serde(default)]
    pub provisioned: BTreeMap<String, ProvisionedConcurrency>,
    /// `RecursiveLoop`
    #[serde(default)]
    pub recursive_loop: Option<String>,
    /// By qualifier.
    #[serde(default)]
    pub runtime_management: BTreeMap<String, RuntimeManagement>,
    /// The ARN of its code signing configuration.
    #[serde(default)]
    pub code_signing: Option<String>,
}

/// A version: settings and code that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// `None` for `$LATEST`.
    pub number: Option<u64>,
    pub settings: Settings,
    /// The hash by which the code is kept.
    pub code: String,
    /// The size of the archive; none of a container image.
    pub code_size: usize,
    /// The bytes of the files.
    #[serde(default)]
    pub unzipped: usize,
    /// The container image that the files are from.
    #[serde(default)]
    pub image: Option<ContainerImage>,
    /// Milliseconds.
    pub last_modified: u64,
    pub revision: String,
    /// Changes with settings and code: execution environments of another generation are stale.
    pub generation: String,
    #[serde(default)]
    pub progress: Progress,
}

/// How far the making of a version, or its last change, has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// `State: Active`, `LastUpdateStatus: Successful`
    #[default]
    Settled,
    /// `State: Pending`
    Creating,
    /// `LastUpdateStatus: InProgress`
    Updating,
    /// `State: Failed`, and why.
    Failed {
        /// `StateReasonCode`
        code: String,
        reason: String,
    },
}

impl Version {
    /// How requests name it: a number or `$LATEST`.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| LATEST.to_owned(), |number| number.to_string())
    }
}

impl Version {
    /// Whether its environments start from a snapshot.
    pub fn starts_from_snapshot(&self) -> bool {
        self.number.is_some() && self.settings.snap_start.is_on()
    }
}

/// An alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    pub version: String,
    pub description: String,
    /// Another version and its share of invocations.
    pub weights: BTreeMap<String, f64>,
    pub revision: String,
}

/// A resource policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// In the order in which they were added; each has its own `Sid`.
    pub statements: Vec<Value>,
}

impl Policy {
    /// The document as IAM reads it.
    pub fn document(&self) -> Value {
        serde_json::json!({"Version": "2012-10-17", "Id": "default", "Statement": self.statements})
    }
}

impl Function {
    /// A function without anything but its code and settings.
    pub fn new(latest: Version, tags: Map<String, Value>) -> Self {
        Self {
            latest,
            versions: BTreeMap::new(),
            next_version: 1,
            aliases: BTreeMap::new(),
            policies: BTreeMap::new(),
            tags,
            reserved: None,
            urls: BTreeMap::new(),
            event_invoke: BTreeMap::new(),
            provisioned: BTreeMap::new(),
            recursive_loop: None,
            runtime_management: BTreeMap::new(),
            code_signing: None,
        }
    }

    /// Forgets what hangs on a version or an alias that is gone.
    pub fn forget_qualifier(&mut self, qualifier: &str) {
        self.policies.remove(qualifier);
        self.event_invoke.remove(qualifier);
        self.provisioned.remove(qualifier);
        self.runtime_management.remove(qualifier);
    }

    /// The version that `qualifier` names directly.
    pub fn version(&self, qualifier: &str) -> Option<&Version> {
        match qualifier {
            LATEST => Some(&self.latest),
            number => self.versions.get(&number.parse().ok()?),
        }
    }

    /// The version that `qualifier` names directly or by an alias; `share` in 0..1 chooses where an
    /// alias splits its traffic.
    pub fn resolve(&self, qualifier: Option<&str>, share: f64) -> Option<&Version> {
        let qualifier = qualifier.unwrap_or(LATEST);
        let Some(alias) = self.aliases.get(qualifier) else { return self.version(qualifier) };
        let other = alias.weights.iter().find(|(_, weight)| share < **weight);
        self.version(other.map_or(&alias.version, |(version, _)| version))
    }

    /// The revision of what `qualifier` names directly: an alias, a version, or without one `$LATEST`.
    pub fn revision(&self, qualifier: Option<&str>) -> Option<&str> {
        let qualifier = qualifier.unwrap_or(LATEST);
        let alias = self.aliases.get(qualifier).map(|alias| &alias.revision);
        alias.or_else(|| self.version(qualifier).map(|version| &version.revision)).map(String::as_str)
    }

    /// Gives what `qualifier` names directly another revision: whatever hangs on it has changed.
    pub fn revise(&mut self, qualifier: Option<&str>, revision: String) {
        let qualifier = qualifier.unwrap_or(LATEST);
        if let Some(alias) = self.aliases.get_mut(qualifier) {
            alias.revision = revision;
        } else if qualifier == LATEST {
            self.latest.revision = revision;
        } else if let Some(version) = qualifier.parse().ok().and_then(|number: u64| self.versions.get_mut(&number)) {
            version.revision = revision;
        }
    }

    /// `$LATEST` and all published versions.
    pub fn all_versions_mut(&mut self) -> impl Iterator<Item = &mut Version> {
        [&mut self.latest].into_iter().chain(self.versions.values_mut())
    }

    /// Whether `qualifier` names a version or an alias.
    pub fn has(&self, qualifier: &str) -> bool {
        self.aliases.contains_key(qualifier) || self.version(qualifier).is_some()
    }
}

/// Everything of all accounts and regions.
#[derive(Default)]
pub struct State {
    functions: BTreeMap<FunctionKey, Function>,
    /// By hash.
    code: BTreeMap<String, Bytes>,
    /// By UUID.
    mappings: BTreeMap<String, Mapping>,
    /// By ARN with the version.
    layers: BTreeMap<String, LayerVersion>,
    /// The number of the newest version of each layer, by ARN: numbers are never used again.
    layer_numbers: BTreeMap<String, u64>,
    /// By ARN.
    code_signing: BTreeMap<String, CodeSigningConfig>,
    /// Accepted asynchronous invocations by request id.
    events: BTreeMap<String, QueuedEvent>,
}

/// An asynchronous invocation that has been accepted and is not done yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueuedEvent {
    pub key: FunctionKey,
    pub qualifier: Option<String>,
    pub payload: String,
    pub client_context: Option<String>,
    /// Milliseconds.
    pub accepted: u64,
    /// How often the function has failed on it.
    pub failures: u32,
    /// When it is due, in milliseconds.
    pub due: u64,
    /// The request that brought it, for as long as the trace knows it.
    #[serde(skip)]
    pub cause: Option<SpanId>,
}

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut garbled = false;
        kernel.storage.load(&SPACE, |entry| garbled |= state.restore(entry).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored functions are garbled".into()));
        }
        Ok(state)
    }

    fn restore(&mut self, (key, value): Entry) -> Option<()> {
        let key = String::from_utf8(key).ok()?;
        let parts: Vec<&str> = key.split('\0').collect();
        match parts.as_slice() {
            ["code", sha256] => drop(self.code.insert((*sha256).to_owned(), value)),
            ["function", account, region, name] => {
                let key = ((*account).to_owned(), (*region).to_owned(), (*name).to_owned());
                self.functions.insert(key, read(&value)?);
            }
            ["mapping", uuid] => drop(self.mappings.insert((*uuid).to_owned(), read(&value)?)),
            ["layer", arn] => drop(self.layers.insert((*arn).to_owned(), read(&value)?)),
            ["layer number", arn] => drop(self.layer_numbers.insert((*arn).to_owned(), read(&value)?)),
            ["code signing", arn] => drop(self.code_signing.insert((*arn).to_owned(), read(&value)?)),
            ["event", id] => drop(self.events.insert((*id).to_owned(), read(&value)?)),
            _ => return None,
        }
        Some(())
    }

    /// The function that `target` names, whatever its qualifier.
    pub fn function(&self, target: &Target) -> Result<&Function, AwsError> {
        self.functions.get(&target.key()).ok_or_else(|| target.not_found())
    }

    /// Every function of every account and region.
    pub fn all_functions(&self) -> impl Iterator<Item = (&FunctionKey, &Function)> {
        self.functions.iter()
    }

    /// The functions of an account and region, by name.
    pub fn functions<'a>(&'a self, account: &'a str, region: &'a str) -> impl Iterator<Item = (&'a str, &'a Function)> {
        let here = move |key: &FunctionKey| key.0 == account && key.1 == region;
        let from = (account.to_owned(), region.to_owned(), String::new());
        self.functions
            .range(from..)
            .take_while(move |(key, _)| here(key))
            .map(|(key, function)| (key.2.as_str(), function))
    }

    /// Stores a function, with code that it has got.
    pub fn put_function(&mut self, target: &Target, function: Function, code: Option<Code>, batch: &mut Batch) {
        if let Some(code) = code {
            self.put_code(code, batch);
        }
        batch.put(&SPACE, function_key(&target.key()), stored(&function));
        self.functions.insert(target.key(), function);
        self.drop_unused_code(batch);
    }

    /// Changes a function by `change` and stores it.
    pub fn change_function<T>(
        &mut self,
        target: &Target,
        batch: &mut Batch,
        change: impl FnOnce(&mut Function) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let kept = self.functions.get_mut(&target.key()).ok_or_else(|| target.not_found())?;
        // What is refused half-way has changed nothing.
        let mut function = kept.clone();
        let changed = change(&mut function)?;
        batch.put(&SPACE, function_key(&target.key()), stored(&function));
        *kept = function;
        Ok(changed)
    }

    /// Removes a function.
    pub fn remove_function(&mut self, target: &Target, batch: &mut Batch) -> Result<(), AwsError> {
        self.functions.remove(&target.key()).ok_or_else(|| target.not_found())?;
        batch.delete(&SPACE, function_key(&target.key()));
        self.drop_unused_code(batch);
        Ok(())
    }

    fn put_code(&mut self, code: Code, batch: &mut Batch) {
        batch.put(&SPACE, code_key(&code.sha256), code.zip.clone());
        self.code.insert(code.sha256, code.zip);
    }

    /// The package of that hash.
    pub fn code(&self, sha256: &str) -> Option<&Bytes> {
        self.code.get(sha256)
    }

    /// Removes packages that no version has any more.
    pub fn drop_unused_code(&mut self, batch: &mut Batch) {
        let versions =
            self.functions.values().flat_map(|function| function.versions.values().chain([&function.latest]));
        let used: BTreeSet<&str> = versions
            .map(|version| version.code.as_str())
            .chain(self.layers.values().map(|layer| layer.code.as_str()))
            .collect();
        self.code.retain(|sha256, _| {
            let keep = used.contains(sha256.as_str());
            if !keep {
                batch.delete(&SPACE, code_key(sha256));
            }
            keep
        });
    }

    /// The layer version with that ARN.
    pub fn layer(&self, arn: &str) -> Option<&LayerVersion> {
        self.layers.get(arn)
    }

    /// All layer versions, by ARN.
    pub fn all_layers(&self) -> impl Iterator<Item = (&String, &LayerVersion)> {
        self.layers.iter()
    }

    /// Stores who else may use a layer version.
    pub fn put_layer_policy(&mut self, arn: &str, policy: Policy, revision: String, batch: &mut Batch) {
        if let Some(version) = self.layers.get_mut(arn) {
            version.policy = policy;
            version.policy_revision = revision;
            batch.put(&SPACE, format!("layer\0{arn}"), stored(&*version));
        }
    }

    /// The code signing configuration with that ARN.
    pub fn code_signing_config(&self, arn: &str) -> Option<&CodeSigningConfig> {
        self.code_signing.get(arn)
    }

    /// All code signing configurations, by ARN.
    pub fn code_signing_configs(&self) -> impl Iterator<Item = (&String, &CodeSigningConfig)> {
        self.code_signing.iter()
    }

    /// Stores a code signing configuration.
    pub fn put_code_signing_config(&mut self, arn: &str, config: CodeSigningConfig, batch: &mut Batch) {
        batch.put(&SPACE, format!("code signing\0{arn}"), stored(&config));
        self.code_signing.insert(arn.to_owned(), config);
    }

    /// Removes a code signing configuration.
    pub fn remove_code_signing_config(&mut self, arn: &str, batch: &mut Batch) {
        batch.delete(&SPACE, format!("code signing\0{arn}"));
        self.code_signing.remove(arn);
    }

    /// The versions of the layer with that ARN.
    pub fn layers(&self, layer: &str) -> impl Iterator<Item = (&String, &LayerVersion)> {
        let prefix = format!("{layer}:");
        self.layers.iter().filter(move |(arn, _)| arn.starts_with(&prefix))
    }

    /// The number of the version that a layer gets next.
    pub fn next_layer_version(&mut self, layer: &str, batch: &mut Batch) -> u64 {
        let number = self.layer_numbers.entry(layer.to_owned()).or_default();
        *number += 1;
        batch.put(&SPACE, format!("layer number\0{layer}"), stored(&*number));
        *number
    }

    /// Stores a layer version and its code.
    pub fn put_layer(&mut self, arn: &str, version: LayerVersion, code: Code, batch: &mut Batch) {
        self.put_code(code, batch);
        batch.put(&SPACE, format!("layer\0{arn}"), stored(&version));
        self.layers.insert(arn.to_owned(), version);
    }

    /// Removes a layer version; functions that have it keep working in AWS, and here until their
    /// environments are made anew.
    pub fn remove_layer(&mut self, arn: &str, batch: &mut Batch) {
        self.layers.remove(arn);
        batch.delete(&SPACE, format!("layer\0{arn}"));
        self.drop_unused_code(batch);
    }

    /// The event source mapping with that UUID.
    pub fn mapping(&self, uuid: &str) -> Option<&Mapping> {
        self.mappings.get(uuid)
    }

    /// All event source mappings, by UUID.
    pub fn mappings(&self) -> impl Iterator<Item = (&String, &Mapping)> {
        self.mappings.iter()
    }

    /// Stores an event source mapping.
    pub fn put_mapping(&mut self, uuid: &str, mapping: Mapping, batch: &mut Batch) {
        batch.put(&SPACE, format!("mapping\0{uuid}"), stored(&mapping));
        self.mappings.insert(uuid.to_owned(), mapping);
    }

    /// Changes an event source mapping and stores it; `None` if it is gone.
    pub fn change_mapping<T>(
        &mut self,
        uuid: &str,
        batch: &mut Batch,
        change: impl FnOnce(&mut Mapping) -> T,
    ) -> Option<T> {
        let mapping = self.mappings.get_mut(uuid)?;
        let changed = change(mapping);
        batch.put(&SPACE, format!("mapping\0{uuid}"), stored(&*mapping));
        Some(changed)
    }

    /// Removes an event source mapping.
    pub fn remove_mapping(&mut self, uuid: &str, batch: &mut Batch) -> Option<Mapping> {
        batch.delete(&SPACE, format!("mapping\0{uuid}"));
        self.mappings.remove(uuid)
    }

    /// The accepted asynchronous invocation with that request id.
    pub fn event(&self, id: &str) -> Option<&QueuedEvent> {
        self.events.get(id)
    }

    /// The request ids of all accepted asynchronous invocations.
    pub fn event_ids(&self) -> Vec<String> {
        self.events.keys().cloned().collect()
    }

    /// All of them, with their ids.
    pub fn events(&self) -> impl Iterator<Item = (&String, &QueuedEvent)> {
        self.events.iter()
    }

    /// Stores an asynchronous invocation.
    pub fn put_event(&mut self, id: &str, event: QueuedEvent, batch: &mut Batch) {
        batch.put(&SPACE, format!("event\0{id}"), stored(&event));
        self.events.insert(id.to_owned(), event);
    }

    /// Forgets an asynchronous invocation.
    pub fn remove_event(&mut self, id: &str, batch: &mut Batch) {
        batch.delete(&SPACE, format!("event\0{id}"));
        self.events.remove(id);
    }
}

fn function_key((account, region, name): &FunctionKey) -> String {
    format!("function\0{account}\0{region}\0{name}")
}

fn code_key(sha256: &str) -> String {
    format!("code\0{sha256}")
}

fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
    serde_json::from_slice(value).ok()
}

fn stored(value: &impl Serialize) -> Bytes {
    // Maps with text keys, numbers and text: nothing that JSON cannot hold.
    serde_json::to_vec(value).map(Bytes::from).unwrap_or_default()
}
