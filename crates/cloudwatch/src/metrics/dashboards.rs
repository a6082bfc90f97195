//! Dashboards: kept, and checked for what the console could not show.

use std::collections::BTreeMap;

use aws_api::Call;
use bytes::Bytes;
use kernel::{Arn, AwsError, Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Metrics, invalid_value, texts};

const SPACE: Space = Space::new("dashboards");

const MOST_WIDGETS: usize = 500;
const PAGE: usize = 1000;

/// A dashboard.
#[derive(Clone, Serialize, Deserialize)]
struct Dashboard {
    body: String,
    /// Milliseconds.
    modified: u64,
}

/// All dashboards, by account and name: they have no region.
#[derive(Default)]
pub struct Dashboards(BTreeMap<(String, String), Dashboard>);

impl Dashboards {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut all = BTreeMap::new();
        let mut garbled = false;
        kernel
            .storage
            .load(&SPACE, |(key, value)| {
                let key = std::str::from_utf8(&key).ok().and_then(|key| key.split_once('\0'));
                match (key, serde_json::from_slice(&value)) {
                    (Some((account, name)), Ok(dashboard)) => {
                        all.insert((account.to_owned(), name.to_owned()), dashboard);
                    }
                    _ => garbled = true,
                }
            })
            .await?;
        if garbled {
            return Err(StorageError::Backend("the stored dashboards are garbled".into()));
        }
        Ok(Self(all))
    }
}

impl Metrics {
    pub(super) async fn put_dashboard(&self, call: Call) -> Result<Value, AwsError> {
        let name = call.input["DashboardName"].as_str().unwrap_or_default().to_owned();
        let body = call.input["DashboardBody"].as_str().unwrap_or_default().to_owned();
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        if name.is_empty() || name.len() > 255 || !name.chars().all(is_name) {
            return Err(invalid_value(
                "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash \
                 (-) and underscore (_).\n",
            ));
        }
        let messages = check(&body);
        if !messages.is_empty() {
            let error = AwsError::new("DashboardInvalidInputError", "The dashboard body is invalid");
            return Err(error.with_member("dashboardValidationMessages", messages));
        }
        let key = (call.scope.account.clone(), name);
        let dashboard = Dashboard { body, modified: self.kernel.clock.now().millis() };
        let mut batch = Batch::default();
        batch.put(&SPACE, stored_key(&key), Bytes::from(serde_json::to_vec(&dashboard).unwrap_or_default()));
        self.dashboards.borrow_mut().0.insert(key, dashboard);
        self.commit(batch).await?;
        Ok(json!({"DashboardValidationMessages": []}))
    }

    pub(super) fn get_dashboard(&self, call: Call) -> Result<Value, AwsError> {
        let name = call.input["DashboardName"].as_str().unwrap_or_default();
        let dashboards = self.dashboards.borrow();
        let found = dashboards.0.get(&(call.scope.account.clone(), name.to_owned()));
        let found = found.ok_or_else(|| no_such(&[name]))?;
        let arn = arn(&call.scope.account, name);
        Ok(json!({"DashboardArn": arn, "DashboardBody": found.body, "DashboardName": name}))
    }

    pub(super) fn list_dashboards(&self, call: Call) -> Value {
        let account = &call.scope.account;
        let prefix = call.input["DashboardNamePrefix"].as_str().unwrap_or_default();
        let after = call.input["NextToken"].as_str();
        let dashboards = self.dashboards.borrow();
        let own = dashboards.0.iter().filter(|((owner, name), _)| owner == account && name.starts_with(prefix));
        let mut rest = own.filter(|((_, name), _)| after.is_none_or(|after| name.as_str() > after));
        let page: Vec<_> = rest.by_ref().take(PAGE).collect();
        let more = rest.next().is_some();
        let entries: Vec<_> = page
            .iter()
            .map(|((_, name), dashboard)| {
                json!({
                    "DashboardName": name,
                    "DashboardArn": arn(account, name),
                    "LastModified": dashboard.modified / 1000,
                    "Size": dashboard.body.len(),
                })
            })
            .collect();
        let mut answer = json!({"DashboardEntries": entries});
        if let Some(((_, name), _)) = page.last().filter(|_| more) {
            answer["NextToken"] = json!(name);
        }
        answer
    }

    pub(super) async fn delete_dashboards(&self, call: Call) -> Result<Value, AwsError> {
        let account = &call.scope.account;
        let mut batch = Batch::default();
        {
            let mut dashboards = self.dashboards.borrow_mut();
            let keys: Vec<_> =
                texts(&call.input["DashboardNames"]).map(|name| (account.clone(), name.to_owned())).collect();
            let gone: Vec<&str> =
                keys.iter().filter(|key| !dashboards.0.contains_key(key)).map(|(_, name)| name.as_str()).collect();
            if !gone.is_empty() {
                return Err(no_such(&gone));
            }
            for key in keys {
                batch.delete(&SPACE, stored_key(&key));
                dashboards.0.remove(&key);
            }
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

fn no_such(names: &[&str]) -> AwsError {
    AwsError::new("DashboardNotFoundError", format!("Dashboard {} does not exist", names.join(", ")))
}

fn arn(account: &str, name: &str) -> String {
    Arn::new("cloudwatch", "", account, format!("dashboard/{name}")).to_string()
}

fn stored_key((account, name): &(String, String)) -> Vec<u8> {
    [account.as_str(), name].join("\0").into_bytes()
}

/// What stands against a body.
fn check(body: &str) -> Vec<Value> {
    let message = |path: String, text: &str| json!({"DataPath": path, "Message": text});
    let body: Value = match serde_json::from_str(body) {
        Ok(body) => body,
        Err(error) => {
            return vec![message(
                String::new(),
                &format!("The field DashboardBody must be a valid JSON object: {error}"),
            )];
        }
    };
    let Some(widgets) = body["widgets"].as_array() else {
        return vec![message("/widgets".into(), "Should have required property 'widgets'")];
    };
    if widgets.len() > MOST_WIDGETS {
        return vec![message("/widgets".into(), "Should NOT have more than 500 items")];
    }
    let mut found = Vec::new();
    for (index, widget) in widgets.iter().enumerate() {
        let path = |name: &str| format!("/widgets/{index}{name}");
        match widget["type"].as_str() {
            Some("metric" | "text" | "log" | "alarm" | "explorer" | "custom" | "trace") => {}
            Some(_) => found.push(message(path("/type"), "Should be equal to one of the allowed values")),
            None => found.push(message(path(""), "Should have required property 'type'")),
        }
        if !widget["properties"].is_object() {
            found.push(message(path(""), "Should have required property 'properties'"));
            continue;
        }
        let properties = &widget["properties"];
        match widget["type"].as_str() {
            Some("text") if !properties["markdown"].is_string() => {
                found.push(message(path("/properties"), "Should have required property 'markdown'"));
            }
            Some("metric") if properties["metrics"].is_null() && properties["annotations"].is_null() => {
                found.push(message(path("/properties"), "Should have required property 'metrics'"));
            }
            Some("log") if !properties["query"].is_string() => {
                found.push(message(path("/properties"), "Should have required property 'query'"));
            }
            Some("alarm") if !properties["alarms"].is_array() => {
                found.push(message(path("/properties"), "Should have required property 'alarms'"));
            }
            _ => {}
        }
    }
    found
}
