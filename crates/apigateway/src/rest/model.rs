//! What a REST API is made of. The names are those of the wire, so one description serves the API's
//! answers and storage.

// The names are the wire's.
#![allow(clippy::struct_field_names)]

use std::{collections::BTreeMap, rc::Rc};

use kernel::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::not_found,
    shelf::{Home, Kept, Snapshots},
};

/// String to string, in alphabetical order.
pub type Texts = BTreeMap<String, String>;

/// A REST API with all that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestApi {
    /// Whose it is.
    pub home: Home,
    /// When it was made: lists are in this order.
    #[serde(default)]
    pub created_millis: u64,
    /// What `GetRestApi` shows.
    pub info: Info,
    /// What can be changed until it is deployed.
    pub definition: Definition,
    /// Stages by name.
    pub stages: BTreeMap<String, Stage>,
    /// Deployments by id.
    pub deployments: BTreeMap<String, Deployment>,
    /// What each deployment froze; kept under keys of their own.
    #[serde(skip)]
    pub snapshots: Snapshots<Definition>,
}

impl Kept for RestApi {
    type Snapshot = Definition;
    const KIND: &'static str = "rest";

    fn id(&self) -> &str {
        &self.info.id
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn snapshots(&self) -> Option<&Snapshots<Definition>> {
        Some(&self.snapshots)
    }

    fn snapshots_mut(&mut self) -> Option<&mut Snapshots<Definition>> {
        Some(&mut self.snapshots)
    }

    fn missing(home: &Home, id: &str) -> AwsError {
        not_found(format!("Invalid API identifier specified {}:{id}", home.account))
    }
}

/// What `GetRestApi` shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Info {
    /// Ten letters and digits.
    pub id: String,
    /// Need not be unique.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Seconds since the epoch.
    pub created_date: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub binary_media_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_compression_size: Option<i64>,
    pub api_key_source: String,
    pub endpoint_configuration: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub tags: Texts,
    pub disable_execute_api_endpoint: bool,
    pub root_resource_id: String,
}

/// What a deployment freezes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Definition {
    /// Resources by id.
    pub resources: BTreeMap<String, Resource>,
    /// Authorizers by id.
    pub authorizers: BTreeMap<String, Authorizer>,
    /// Gateway responses that were changed, by type.
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
    /// Request validators by id.
    pub validators: BTreeMap<String, RequestValidator>,
    /// Models of request bodies by name.
    #[serde(default)]
    pub models: BTreeMap<String, Model>,
    /// Media types that are bytes, not text.
    pub binary_media_types: Vec<String>,
    /// The resource policy.
    pub policy: Option<String>,
    /// Where API keys come from: `HEADER` or `AUTHORIZER`.
    #[serde(default)]
    pub api_key_source: String,
}

impl Definition {
    /// An API's beginning: the root resource `/`.
    pub fn with_root(id: &str) -> Self {
        let root = Resource { id: id.to_owned(), path: "/".to_owned(), ..Resource::default() };
        Self { resources: BTreeMap::from([(id.to_owned(), root)]), ..Self::default() }
    }
}

/// A node of the tree of paths.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resource {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_part: Option<String>,
    pub path: String,
    /// By HTTP method or `ANY`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resource_methods: BTreeMap<String, Method>,
}

/// What happens to requests of one HTTP method of a resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Method {
    pub http_method: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS`
    pub authorization_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<String>,
    pub api_key_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_validator_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// `method.request.LOCATION.NAME` → whether it is required
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub request_models: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub method_responses: BTreeMap<String, MethodResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method_integration: Option<Integration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
}

/// What a method may answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MethodResponse {
    pub status_code: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub response_models: Texts,
}

/// What answers a method.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Integration {
    /// `AWS_PROXY`, `MOCK`, `AWS`, `HTTP`, `HTTP_PROXY`
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_type: Option<String>,
    /// The role to act as, or `arn:aws:iam::*:user/*` for the caller's own identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub request_parameters: Texts,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub request_templates: Texts,
    pub passthrough_behavior: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<String>,
    pub timeout_in_millis: u64,
    pub cache_namespace: String,
    pub cache_key_parameters: Vec<String>,
    /// By status code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub integration_responses: BTreeMap<String, IntegrationResponse>,
}

/// How an integration's answer becomes a method response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IntegrationResponse {
    pub status_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub response_parameters: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<String>,
}

/// Who decides whether a request may pass.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Authorizer {
    pub id: String,
    pub name: String,
    /// `TOKEN`, `REQUEST`, `COGNITO_USER_POOLS`
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(rename = "providerARNs", skip_serializing_if = "Vec::is_empty")]
    pub provider_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_credentials: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_validation_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_result_ttl_in_seconds: Option<u64>,
}

/// What API Gateway itself answers in one kind of failure.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GatewayResponse {
    pub response_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    pub response_parameters: Texts,
    pub response_templates: Texts,
    pub default_response: bool,
}

/// Which parts of a request are checked before its integration is called.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestValidator {
    pub id: String,
    pub name: String,
    pub validate_request_body: bool,
    pub validate_request_parameters: bool,
}

/// What a request's body looks like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Model {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A JSON schema, draft 4, as text.
    pub schema: String,
    pub content_type: String,
}

/// A frozen definition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub created_date: u64,
}

/// Where a stage writes its access log.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessLog {
    pub destination_arn: String,
    pub format: String,
}

/// A name under which a deployment is reachable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stage {
    pub deployment_id: String,
    pub stage_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub cache_cluster_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_cluster_size: Option<String>,
    pub cache_cluster_status: String,
    pub method_settings: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLog>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub variables: Texts,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation_version: Option<String>,
    pub tracing_enabled: bool,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub tags: Texts,
    pub created_date: u64,
    pub last_updated_date: u64,
}

impl RestApi {
    /// Freezes the definition as a new deployment `id`.
    pub fn deploy(&mut self, id: &str, description: Option<String>, now: u64) -> &Deployment {
        let mut frozen = self.definition.clone();
        frozen.binary_media_types.clone_from(&self.info.binary_media_types);
        frozen.policy.clone_from(&self.info.policy);
        frozen.api_key_source.clone_from(&self.info.api_key_source);
        self.snapshots.insert(id.to_owned(), Rc::new(frozen));
        let deployment = Deployment { id: id.to_owned(), description, created_date: now };
        self.deployments.entry(id.to_owned()).or_insert(deployment)
    }
}
