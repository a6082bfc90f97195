//! What a function is set to: members of its configuration that callers choose, and their rules.

use kernel::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::names::invalid;

/// The runtimes that functions can be created with, in the order in which AWS lists them.
const RUNTIMES: [&str; 25] = [
    "nodejs20.x",
    "python3.14",
    "provided.al2023",
    "python3.12",
    "python3.13",
    "nodejs24.x",
    "nodejs22.x",
    "java25",
    "python3.10",
    "python3.11",
    "java21",
    "ruby3.3",
    "ruby3.4",
    "ruby3.2",
    "python3.8",
    "python3.9",
    "java17",
    "nodejs16.x",
    "dotnet10",
    "dotnet8",
    "java11",
    "dotnet6",
    "nodejs18.x",
    "provided.al2",
    "java8.al2",
];

/// The runtimes that AWS no longer creates or updates functions with.
const DEPRECATED: [&str; 20] = [
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "python2.7",
    "python3.6",
    "python3.7",
    "java8",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "ruby2.5",
    "ruby2.7",
    "provided",
];

/// The runtimes whose versions can start from a snapshot.
const SNAP_START_RUNTIMES: [&str; 9] =
    ["java11", "java17", "java21", "java25", "python3.12", "python3.13", "python3.14", "dotnet8", "dotnet10"];

/// Names that the service itself sets; a function may not.
pub const RESERVED_VARIABLES: [&str; 17] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
];

const MAX_VARIABLES_BYTES: usize = 4096;
const MAX_MEMORY_MB: u64 = 10_240;
const MAX_STORAGE_MB: u64 = 10_240;
const MAX_TIMEOUT_SECONDS: u64 = 900;

/// The members of a function's configuration that its owner sets, named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default = "default_timeout")]
    pub timeout: u64,
    #[serde(default = "default_memory")]
    pub memory_size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    #[serde(default = "default_architectures")]
    pub architectures: Vec<String>,
    #[serde(default = "default_package_type")]
    pub package_type: String,
    #[serde(default = "default_storage")]
    pub ephemeral_storage: EphemeralStorage,
    #[serde(default = "default_tracing")]
    pub tracing_config: TracingConfig,
    #[serde(default)]
    pub logging_config: LoggingConfig,
    #[serde(default)]
    pub layers: Vec<String>,
    #[serde(default)]
    pub snap_start: SnapStart,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_config: Option<ImageConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_config: Option<Value>,
    #[serde(rename = "KMSKeyArn", skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
}

/// `Environment`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    #[serde(default)]
    pub variables: Map<String, Value>,
}

/// `EphemeralStorage`: the size of `/tmp` in MB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EphemeralStorage {
    pub size: u64,
}

/// `TracingConfig`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TracingConfig {
    pub mode: String,
}

/// `LoggingConfig`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_log_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_log_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
}

impl SnapStart {
    /// Whether published versions start from a snapshot.
    pub fn is_on(&self) -> bool {
        self.apply_on.as_deref() == Some("PublishedVersions")
    }
}

/// `ImageConfig`: what a function has in place of what its container image says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageConfig {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub working_directory: String,
}

/// `SnapStart`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnapStart {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_on: Option<String>,
}

fn default_timeout() -> u64 {
    3
}

fn default_memory() -> u64 {
    128
}

fn default_architectures() -> Vec<String> {
    vec!["x86_64".to_owned()]
}

fn default_package_type() -> String {
    "Zip".to_owned()
}

fn default_storage() -> EphemeralStorage {
    EphemeralStorage { size: 512 }
}

fn default_tracing() -> TracingConfig {
    TracingConfig { mode: "PassThrough".to_owned() }
}

impl Settings {
    /// The settings of a new function, from the input of `CreateFunction`.
    pub fn create(input: &Value) -> Result<Self, AwsError> {
        let mut settings: Self = aws_api::parse(input.clone())?;
        settings.image_config.take_if(|config| *config == ImageConfig::default());
        settings.check()?;
        Ok(settings)
    }

    /// These settings with the members of `input` (of an update) in place of the old ones.
    pub fn updated(&self, input: &Value) -> Result<Self, AwsError> {
        let mut members = serde_json::to_value(self).map_err(|error| AwsError::internal(error.to_string()))?;
        if let (Some(members), Some(changes)) = (members.as_object_mut(), input.as_object()) {
            let logging = merged_logging(members.get("LoggingConfig"), changes.get("LoggingConfig"));
            members.extend(changes.iter().map(|(name, value)| (name.clone(), value.clone())));
            members.insert("LoggingConfig".to_owned(), logging);
        }
        Self::create(&members)
    }

    /// Whether the code is a container image.
    pub fn is_image(&self) -> bool {
        self.package_type == "Image"
    }

    /// The variables of the function's own.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.environment.iter().flat_map(|environment| &environment.variables);
        variables.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// The log group that the function writes to.
    pub fn log_group(&self, function_name: &str) -> String {
        self.logging_config.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{function_name}"))
    }

    /// Where events go that have failed.
    pub fn dead_letters(&self) -> Option<&str> {
        let arn = self.dead_letter_config.as_ref().and_then(|config| config["TargetArn"].as_str());
        arn.filter(|arn| !arn.is_empty())
    }

    fn check(&self) -> Result<(), AwsError> {
        if self.is_image() {
            if self.runtime.is_some() || self.handler.is_some() || !self.layers.is_empty() {
                return Err(invalid(
                    "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
                ));
            }
        } else if self.image_config.is_some() {
            return Err(invalid("Please don't provide ImageConfig when the intended function PackageType is Zip."));
        } else if self.runtime.is_none() || self.handler.is_none() {
            return Err(invalid(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            ));
        }
        self.check_runtime()?;
        self.check_snap_start()?;
        at_most("timeout", self.timeout, MAX_TIMEOUT_SECONDS)?;
        at_most("memorySize", self.memory_size, MAX_MEMORY_MB)?;
        at_most("ephemeralStorage.size", self.ephemeral_storage.size, MAX_STORAGE_MB)?;
        self.check_variables()
    }

    fn check_runtime(&self) -> Result<(), AwsError> {
        let Some(runtime) = self.runtime.as_deref() else { return Ok(()) };
        if DEPRECATED.contains(&runtime) {
            return Err(invalid(&format!(
                "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda \
                 functions. We recommend you use a supported runtime while creating or updating functions."
            )));
        }
        if RUNTIMES.contains(&runtime) {
            return Ok(());
        }
        Err(unknown_runtime(runtime))
    }

    fn check_snap_start(&self) -> Result<(), AwsError> {
        let runtime = self.runtime.as_deref().unwrap_or_default();
        if !self.snap_start.is_on() || SNAP_START_RUNTIMES.contains(&runtime) {
            return Ok(());
        }
        Err(invalid(&format!("{runtime} is not supported for SnapStart enabled functions.")))
    }

    fn check_variables(&self) -> Result<(), AwsError> {
        let Some(Environment { variables }) = &self.environment else { return Ok(()) };
        let reserved: Vec<_> =
            variables.keys().map(String::as_str).filter(|name| RESERVED_VARIABLES.contains(name)).collect();
        if !reserved.is_empty() {
            return Err(invalid(&format!(
                "Lambda was unable to configure your environment variables because the environment variables you \
                 have provided contains reserved keys that are currently not supported for modification. Reserved \
                 keys used in this request: {}",
                reserved.join(", ")
            )));
        }
        let measured = json!(variables).to_string();
        if measured.len() > MAX_VARIABLES_BYTES {
            return Err(invalid(&format!(
                "Lambda was unable to configure your environment variables because the environment variables you \
                 have provided exceeded the 4KB limit. String measured: {measured}"
            )));
        }
        Ok(())
    }
}

/// How logs are written after a change that may name only a part of it. Text has no levels.
fn merged_logging(old: Option<&Value>, change: Option<&Value>) -> Value {
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut logging = members(old);
    logging.extend(members(change));
    if logging.get("LogFormat").is_none_or(|format| format != "JSON") {
        logging.retain(|name, _| !name.ends_with("LogLevel"));
    }
    Value::Object(logging)
}

/// The error for a runtime that AWS does not know.
pub fn unknown_runtime(runtime: &str) -> AwsError {
    let known = RUNTIMES.join(", ");
    invalid(&format!(
        "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{known}] or \
         be a valid ARN"
    ))
}

fn at_most(member: &str, value: u64, limit: u64) -> Result<(), AwsError> {
    if value <= limit {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must have \
         value less than or equal to {limit}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(more: Value) -> Value {
        let mut input = json!({
            "Role": "arn:aws:iam::123456789012:role/r", "Runtime": "nodejs22.x", "Handler": "index.handler",
        });
        if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
            input.extend(more.clone());
        }
        input
    }

    #[test]
    fn what_is_left_out_has_the_defaults_of_aws() {
        let settings = Settings::create(&input(json!({}))).unwrap();
        assert_eq!((settings.timeout, settings.memory_size, settings.ephemeral_storage.size), (3, 128, 512));
        assert_eq!(settings.log_group("hello"), "/aws/lambda/hello");
    }

    #[test]
    fn an_update_keeps_what_it_does_not_name() {
        let settings = Settings::create(&input(json!({"Timeout": 9}))).unwrap();
        let updated = settings.updated(&json!({"MemorySize": 512, "FunctionName": "ignored"})).unwrap();
        assert_eq!((updated.timeout, updated.memory_size), (9, 512));
    }

    #[test]
    fn an_update_of_logging_keeps_what_it_does_not_name() {
        let json = json!({"LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"}});
        let settings = Settings::create(&input(json)).unwrap();
        let updated = settings.updated(&json!({"LoggingConfig": {"LogGroup": "mine"}})).unwrap();
        assert_eq!(updated.logging_config.system_log_level.as_deref(), Some("WARN"));
        let text = updated.updated(&json!({"LoggingConfig": {"LogFormat": "Text"}})).unwrap();
        assert_eq!(text.logging_config.system_log_level, None);
        assert_eq!(text.logging_config.log_group.as_deref(), Some("mine"));
    }

    #[test]
    fn mistakes_are_answered_in_the_words_of_aws() {
        for (more, start) in [
            (json!({"Runtime": "nodejs14.x"}), "The runtime parameter of nodejs14.x is no longer supported"),
            (json!({"Runtime": "cobol"}), "Value cobol at 'runtime' failed to satisfy constraint"),
            (
                json!({"SnapStart": {"ApplyOn": "PublishedVersions"}}),
                "nodejs22.x is not supported for SnapStart enabled functions.",
            ),
            (json!({"Timeout": 901}), "1 validation error detected: Value '901' at 'timeout'"),
            (
                json!({"Environment": {"Variables": {"A": "x".repeat(4096)}}}),
                "Lambda was unable to configure your environment variables because the environment variables you \
                 have provided exceeded the 4KB limit. String measured: {\"A\":\"xx",
            ),
            (
                json!({"Environment": {"Variables": {"AWS_REGION": "here"}}}),
                "Lambda was unable to configure your environment variables because the environment variables you \
                 have provided contains reserved keys",
            ),
        ] {
            let error = Settings::create(&input(more)).unwrap_err();
            assert!(error.message.starts_with(start), "{}", error.message);
        }
    }
}
