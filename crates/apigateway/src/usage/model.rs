//! API keys and usage plans, under the names of the wire.

// The names are the wire's.
#![allow(clippy::struct_field_names)]

use std::collections::BTreeMap;

use kernel::AwsError;
use serde::{Deserialize, Serialize};

use crate::{
    error::not_found,
    rest::model::Texts,
    shelf::{Home, Kept},
};

/// A key that clients send in `x-api-key`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiKey {
    pub id: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub enabled: bool,
    pub created_date: u64,
    pub last_updated_date: u64,
    /// `API/STAGE`
    pub stage_keys: Vec<String>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub tags: Texts,
}

/// A key on the shelf.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptKey {
    /// Whose it is.
    pub home: Home,
    /// What `GetApiKey` shows.
    pub key: ApiKey,
}

impl Kept for KeptKey {
    type Snapshot = ();
    const KIND: &'static str = "key";

    fn id(&self) -> &str {
        &self.key.id
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn missing(_: &Home, _: &str) -> AwsError {
        not_found("Invalid API Key identifier specified")
    }
}

/// How many requests may come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Throttle {
    /// How many at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst_limit: Option<u64>,
    /// How many a second in the long run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<f64>,
}

/// How many requests may come in a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Quota {
    pub limit: u64,
    /// How many of the first period's requests count as made.
    pub offset: u64,
    /// `DAY`, `WEEK`, `MONTH`
    pub period: String,
}

/// A stage that a plan is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiStage {
    pub api_id: String,
    pub stage: String,
    /// By `/resource/METHOD`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub throttle: BTreeMap<String, Throttle>,
}

/// What keys are good for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsagePlan {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub api_stages: Vec<ApiStage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub tags: Texts,
}

/// What a key has used of a plan's quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The first day of the period, counted from the epoch.
    pub period: u64,
    /// Requests in it.
    pub requests: u64,
}

/// A plan on the shelf.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptPlan {
    /// Whose it is.
    pub home: Home,
    /// What `GetUsagePlan` shows.
    pub plan: UsagePlan,
    /// The ids of its keys and what they have used.
    pub keys: BTreeMap<String, Used>,
}

impl Kept for KeptPlan {
    type Snapshot = ();
    const KIND: &'static str = "plan";

    fn id(&self) -> &str {
        &self.plan.id
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn missing(_: &Home, _: &str) -> AwsError {
        not_found("Invalid Usage Plan ID specified")
    }
}
