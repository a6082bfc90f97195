//! What an HTTP API is made of, under the names of AWS's model.

// The names are the wire's.
#![allow(clippy::struct_field_names)]

use std::{collections::BTreeMap, rc::Rc};

use kernel::{AwsError, Rng};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::not_found,
    rest::model::Texts,
    shelf::{Home, Kept, Snapshots},
};

/// An HTTP API with all that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HttpApi {
    /// Whose it is.
    pub home: Home,
    /// What `GetApi` shows.
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

impl Kept for HttpApi {
    type Snapshot = Definition;
    const KIND: &'static str = "http";

    fn id(&self) -> &str {
        &self.info.api_id
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

/// What `GetApi` shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Info {
    pub api_endpoint: String,
    pub api_id: String,
    pub api_key_selection_expression: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors_configuration: Option<Cors>,
    /// Seconds since the epoch.
    pub created_date: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub disable_execute_api_endpoint: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import_info: Vec<String>,
    pub ip_address_type: String,
    pub name: String,
    pub protocol_type: String,
    pub route_selection_expression: String,
    pub tags: Texts,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Which pages of other origins may call the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Cors {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_methods: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_origins: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
}

/// What a deployment freezes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Definition {
    /// Routes by id.
    pub routes: BTreeMap<String, Route>,
    /// Integrations by id.
    pub integrations: BTreeMap<String, Integration>,
    /// Authorizers by id.
    pub authorizers: BTreeMap<String, Authorizer>,
}

/// Which requests go to which integration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Route {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_gateway_managed: Option<bool>,
    pub api_key_required: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
    /// `NONE`, `JWT`, `CUSTOM`, `AWS_IAM`
    pub authorization_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    pub route_id: String,
    /// `METHOD /path` or `$default`
    pub route_key: String,
    /// `integrations/ID`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What answers a route.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Integration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_gateway_managed: Option<bool>,
    pub connection_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub integration_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_subtype: Option<String>,
    /// `AWS_PROXY`, `HTTP_PROXY`
    pub integration_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_uri: Option<String>,
    /// `1.0` or `2.0`
    pub payload_format_version: String,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub request_parameters: Texts,
    pub timeout_in_millis: u64,
}

/// Who decides whether a request may pass.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Authorizer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_credentials_arn: Option<String>,
    pub authorizer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_payload_format_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_result_ttl_in_seconds: Option<u64>,
    /// `JWT` or `REQUEST`
    pub authorizer_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_simple_responses: Option<bool>,
    pub identity_source: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_configuration: Option<Jwt>,
    pub name: String,
}

/// Whose tokens a JWT authorizer takes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Jwt {
    pub audience: Vec<String>,
    pub issuer: String,
}

/// A frozen definition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Deployment {
    pub auto_deployed: bool,
    pub created_date: u64,
    pub deployment_id: String,
    pub deployment_status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A name under which a deployment is reachable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Stage {
    #[serde(skip_serializing_if = "Value::is_null")]
    pub access_log_settings: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_gateway_managed: Option<bool>,
    pub auto_deploy: bool,
    pub created_date: u64,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub default_route_settings: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_status_message: Option<String>,
    pub last_updated_date: u64,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub route_settings: Value,
    pub stage_name: String,
    pub stage_variables: Texts,
    pub tags: Texts,
}

impl HttpApi {
    /// Freezes the definition as a new deployment and gives its id.
    pub fn deploy(&mut self, rng: &Rng, description: Option<String>, auto_deployed: bool, now: u64) -> String {
        let id = rng.lower_alphanumeric(6);
        let deployment = Deployment {
            auto_deployed,
            created_date: now,
            deployment_id: id.clone(),
            deployment_status: "DEPLOYED".to_owned(),
            description,
        };
        self.snapshots.insert(id.clone(), Rc::new(self.definition.clone()));
        self.deployments.insert(id.clone(), deployment);
        id
    }

    /// Gives every stage that deploys by itself the definition as it is now, and forgets earlier
    /// automatic deployments that no stage points to.
    pub fn deploy_automatically(&mut self, rng: &Rng, now: u64) {
        if !self.stages.values().any(|stage| stage.auto_deploy) {
            return;
        }
        let reason = "Automatic deployment triggered by changes to the Api configuration";
        let id = self.deploy(rng, Some(reason.to_owned()), true, now);
        for stage in self.stages.values_mut().filter(|stage| stage.auto_deploy) {
            stage.deployment_id = Some(id.clone());
            stage.last_deployment_status_message =
                Some(format!("Successfully deployed stage with deployment ID '{id}'"));
        }
        let used: Vec<&String> = self.stages.values().filter_map(|stage| stage.deployment_id.as_ref()).collect();
        self.deployments.retain(|id, deployment| !deployment.auto_deployed || used.contains(&id));
        let kept = &self.deployments;
        self.snapshots.retain(|id, _| kept.contains_key(id));
    }
}
