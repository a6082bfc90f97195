//! `ListMetrics`.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{Metrics, described, place, store::MetricName};

/// The entries of one page.
const PAGE: usize = 500;

/// Metrics without values for this long are no longer listed, in seconds.
const LISTED_FOR: u64 = 14 * 86_400;

/// What `RecentlyActive` asks for.
const RECENT: u64 = 3 * 3600;

impl Metrics {
    pub(super) fn list_metrics(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let after = match input["NextToken"].as_str() {
            None => None,
            Some(token) => Some(read_token(token)?),
        };
        let now = self.kernel.clock.now().secs();
        let silent_for = if input["RecentlyActive"].is_string() { RECENT } else { LISTED_FOR };
        let store = self.store.borrow();
        let place = place(&call.scope);
        let found = store.metrics(&place).filter(|(name, series)| {
            series.newest + silent_for >= now
                && is_wanted(input, name)
                && after.as_ref().is_none_or(|after| *name > after)
        });
        let mut found = found.map(|(name, _)| name);
        let page: Vec<_> = found.by_ref().take(PAGE).collect();
        let more = found.next().is_some();
        let metrics: Vec<_> = page.iter().map(|name| described(name)).collect();
        let mut answer = json!({"Metrics": metrics});
        if input["IncludeLinkedAccounts"] == true {
            answer["OwningAccounts"] = json!(vec![&call.scope.account; page.len()]);
        }
        if let Some(last) = page.last().filter(|_| more) {
            answer["NextToken"] = json!(token(last));
        }
        Ok(answer)
    }
}

fn is_wanted(input: &Value, name: &MetricName) -> bool {
    let equal = |wanted: &Value, found: &str| wanted.as_str().is_none_or(|wanted| wanted == found);
    let dimensions = input["Dimensions"].as_array().into_iter().flatten();
    equal(&input["Namespace"], &name.namespace)
        && equal(&input["MetricName"], &name.name)
        && dimensions.into_iter().all(|wanted| {
            let found = name.dimension(wanted["Name"].as_str().unwrap_or_default());
            found.is_some_and(|found| equal(&wanted["Value"], found))
        })
}

/// A token is the last metric of its page.
fn token(name: &MetricName) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(name).unwrap_or_default())
}

fn read_token(token: &str) -> Result<MetricName, AwsError> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
        super::invalid_value(
            "The value for parameter NextToken is invalid. Reason: the token is not one of this service.",
        )
    })
}
