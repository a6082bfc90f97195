//! AWS Lambda: a function, its versions and aliases, its concurrency, and a call of it.

use super::{list_at, text_at, texts_at};
use crate::client::{Client, Failure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// A version of a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Function {
    pub name: String,
    pub version: String,
    pub description: String,
    pub runtime: String,
    pub handler: String,
    pub architecture: String,
    /// In MB.
    pub memory: f64,
    /// In seconds.
    pub timeout: f64,
    /// The size of `/tmp` in MB.
    pub storage: f64,
    pub role: String,
    pub layers: Vec<String>,
    /// Names and values, by name.
    pub environment: Vec<(String, String)>,
    pub log_group: String,
    pub code_size: f64,
    pub last_modified: String,
}

/// A name that points to a version, and perhaps sends a part of its traffic to another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alias {
    pub name: String,
    pub version: String,
    /// The other version and its share of the traffic, from 0 to 1.
    pub other: Option<(String, f64)>,
}

/// How many invocations may be under way at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Concurrency {
    /// What is kept for the function, and is all that it gets.
    pub reserved: Option<u64>,
    /// What the account has in this region.
    pub account: u64,
    /// What is left of it for functions without a reservation.
    pub unreserved: u64,
}

/// Environments that are kept ready for a version or an alias.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provisioned {
    pub qualifier: String,
    pub requested: u64,
    pub available: u64,
    pub status: String,
}

/// An event source mapping: a consumer of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub id: String,
    pub source: String,
    /// The function's name, with its alias or version if the mapping names one.
    pub function: String,
    pub state: String,
    pub last_result: String,
    pub starting_position: String,
    pub batch_size: u64,
    /// Seconds that a batch may wait to fill.
    pub window: u64,
    /// How often a failed batch comes again; none when it does until it is too old.
    pub retries: Option<u64>,
    pub filters: usize,
}

/// What becomes of asynchronous invocations of a version or an alias.
#[derive(Clone, Debug, PartialEq)]
pub struct EventInvokeConfig {
    pub qualifier: String,
    /// Seconds; AWS's own when nothing is set.
    pub max_age: u64,
    pub retries: u64,
    /// ARNs; empty when there are none.
    pub on_success: String,
    pub on_failure: String,
}

/// Who may invoke a function without being of its account's users: a statement of its policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// For instance `apigateway.amazonaws.com`.
    pub principal: String,
    /// The ARN or the account that it must come from; empty for any.
    pub source: String,
}

/// What came of an invocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Invocation {
    /// `Handled` or `Unhandled` when the function failed.
    pub error: Option<String>,
    pub payload: String,
    /// The last 4 KB of the log.
    pub log: String,
    /// The version that did it.
    pub version: String,
}

/// All functions.
pub async fn functions(client: &Client) -> Result<Vec<Function>, Failure> {
    let answer = client.rest("lambda", "GET", "/2015-03-31/functions/", None).await?;
    Ok(list_at(&answer, "/Functions").iter().map(read_function).collect())
}

/// A function's latest version.
pub async fn function(client: &Client, name: &str) -> Result<Function, Failure> {
    let path = format!("{}/configuration", function_path(name));
    client.rest("lambda", "GET", &path, None).await.map(|answer| read_function(&answer))
}

fn function_path(name: &str) -> String {
    format!("/2015-03-31/functions/{}", encoded(name))
}

fn encoded(part: &str) -> PercentEncode<'_> {
    utf8_percent_encode(part, NON_ALPHANUMERIC)
}

fn read_function(function: &Value) -> Function {
    let name = text_at(function, "/FunctionName");
    let log_group = match text_at(function, "/LoggingConfig/LogGroup") {
        group if group.is_empty() => format!("/aws/lambda/{name}"),
        group => group,
    };
    let number = |pointer: &str| function.pointer(pointer).and_then(Value::as_f64).unwrap_or_default();
    let variables = function.pointer("/Environment/Variables").and_then(Value::as_object);
    let variable = |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap_or_default().to_owned());
    Function {
        name,
        version: text_at(function, "/Version"),
        description: text_at(function, "/Description"),
        runtime: text_at(function, "/Runtime"),
        handler: text_at(function, "/Handler"),
        architecture: texts_at(function, "/Architectures").first().cloned().unwrap_or_else(|| "x86_64".to_owned()),
        memory: number("/MemorySize"),
        timeout: number("/Timeout"),
        storage: number("/EphemeralStorage/Size"),
        role: text_at(function, "/Role"),
        layers: list_at(function, "/Layers").iter().map(|layer| text_at(layer, "/Arn")).collect(),
        environment: variables.map(|variables| variables.iter().map(variable).collect()).unwrap_or_default(),
        log_group,
        code_size: number("/CodeSize"),
        last_modified: text_at(function, "/LastModified"),
    }
}

/// Changes members of a function's configuration.
pub async fn configure(client: &Client, name: &str, change: Value) -> Result<Function, Failure> {
    let path = format!("{}/configuration", function_path(name));
    client.rest("lambda", "PUT", &path, Some(change)).await.map(|answer| read_function(&answer))
}

/// All versions, `$LATEST` first.
pub async fn versions(client: &Client, name: &str) -> Result<Vec<Function>, Failure> {
    let answer = client.rest("lambda", "GET", &format!("{}/versions", function_path(name)), None).await?;
    Ok(list_at(&answer, "/Versions").iter().map(read_function).collect())
}

/// Publishes what `$LATEST` is now; the number of the version.
pub async fn publish(client: &Client, name: &str, description: &str) -> Result<String, Failure> {
    let body = json!({ "Description": description });
    let path = format!("{}/versions", function_path(name));
    client.rest("lambda", "POST", &path, Some(body)).await.map(|answer| text_at(&answer, "/Version"))
}

/// All aliases.
pub async fn aliases(client: &Client, name: &str) -> Result<Vec<Alias>, Failure> {
    let answer = client.rest("lambda", "GET", &format!("{}/aliases", function_path(name)), None).await?;
    let read = |alias: &Value| {
        let weights = alias.pointer("/RoutingConfig/AdditionalVersionWeights").and_then(Value::as_object);
        let other = weights.and_then(|weights| weights.iter().next());
        Alias {
            name: text_at(alias, "/Name"),
            version: text_at(alias, "/FunctionVersion"),
            other: other.map(|(version, weight)| (version.clone(), weight.as_f64().unwrap_or_default())),
        }
    };
    Ok(list_at(&answer, "/Aliases").iter().map(read).collect())
}

/// Makes an alias, or changes one that is there.
pub async fn put_alias(client: &Client, name: &str, alias: &Alias, is_new: bool) -> Result<(), Failure> {
    let weights: Map<String, Value> =
        alias.other.iter().map(|(version, weight)| (version.clone(), json!(weight))).collect();
    let mut body =
        json!({ "FunctionVersion": alias.version, "RoutingConfig": { "AdditionalVersionWeights": weights } });
    let path = format!("{}/aliases", function_path(name));
    if is_new {
        body["Name"] = json!(alias.name);
        return client.rest("lambda", "POST", &path, Some(body)).await.map(drop);
    }
    client.rest("lambda", "PUT", &format!("{path}/{}", encoded(&alias.name)), Some(body)).await.map(drop)
}

/// Deletes an alias.
pub async fn delete_alias(client: &Client, name: &str, alias: &str) -> Result<(), Failure> {
    let path = format!("{}/aliases/{}", function_path(name), encoded(alias));
    client.rest("lambda", "DELETE", &path, None).await.map(drop)
}

/// How many invocations of a function may be under way at once.
pub async fn concurrency(client: &Client, name: &str) -> Result<Concurrency, Failure> {
    let path = format!("/2019-09-30/functions/{}/concurrency", encoded(name));
    let own = client.rest("lambda", "GET", &path, None).await?;
    let account = client.rest("lambda", "GET", "/2016-08-19/account-settings/", None).await?;
    let limit = |name: &str| account["AccountLimit"][name].as_u64().unwrap_or_default();
    Ok(Concurrency {
        reserved: own["ReservedConcurrentExecutions"].as_u64(),
        account: limit("ConcurrentExecutions"),
        unreserved: limit("UnreservedConcurrentExecutions"),
    })
}

/// Reserves concurrency for a function, or none.
pub async fn reserve(client: &Client, name: &str, wanted: Option<u64>) -> Result<(), Failure> {
    let path = format!("/2017-10-31/functions/{}/concurrency", encoded(name));
    let body = wanted.map(|wanted| json!({ "ReservedConcurrentExecutions": wanted }));
    let method = if wanted.is_some() { "PUT" } else { "DELETE" };
    client.rest("lambda", method, &path, body).await.map(drop)
}

/// The environments that are kept ready. An engine that cannot do that answers with a failure.
pub async fn provisioned(client: &Client, name: &str) -> Result<Vec<Provisioned>, Failure> {
    let path = format!("/2019-09-30/functions/{}/provisioned-concurrency?List=ALL", encoded(name));
    let answer = client.rest("lambda", "GET", &path, None).await?;
    let read = |config: &Value| Provisioned {
        qualifier: text_at(config, "/FunctionArn").rsplit(':').next().unwrap_or_default().to_owned(),
        requested: config["RequestedProvisionedConcurrentExecutions"].as_u64().unwrap_or_default(),
        available: config["AvailableProvisionedConcurrentExecutions"].as_u64().unwrap_or_default(),
        status: text_at(config, "/Status"),
    };
    Ok(list_at(&answer, "/ProvisionedConcurrencyConfigs").iter().map(read).collect())
}

/// Keeps environments of a version or an alias ready, or no longer.
pub async fn provision(client: &Client, name: &str, qualifier: &str, wanted: u64) -> Result<(), Failure> {
    let (name, qualifier) = (encoded(name), encoded(qualifier));
    let path = format!("/2019-09-30/functions/{name}/provisioned-concurrency?Qualifier={qualifier}");
    let body = (wanted > 0).then(|| json!({ "ProvisionedConcurrentExecutions": wanted }));
    let method = if wanted > 0 { "PUT" } else { "DELETE" };
    client.rest("lambda", method, &path, body).await.map(drop)
}

/// All event source mappings.
pub async fn mappings(client: &Client) -> Result<Vec<Mapping>, Failure> {
    let answer = client.rest("lambda", "GET", "/2015-03-31/event-source-mappings/", None).await?;
    let read = |mapping: &serde_json::Value| {
        let arn = text_at(mapping, "/FunctionArn");
        Mapping {
            id: text_at(mapping, "/UUID"),
            source: text_at(mapping, "/EventSourceArn"),
            function: arn.split_once(":function:").map_or(arn.clone(), |(_, name)| name.to_owned()),
            state: text_at(mapping, "/State"),
            last_result: text_at(mapping, "/LastProcessingResult"),
            starting_position: text_at(mapping, "/StartingPosition"),
            batch_size: mapping["BatchSize"].as_u64().unwrap_or_default(),
            window: mapping["MaximumBatchingWindowInSeconds"].as_u64().unwrap_or_default(),
            retries: mapping["MaximumRetryAttempts"].as_u64(),
            filters: list_at(mapping, "/FilterCriteria/Filters").len(),
        }
    };
    Ok(list_at(&answer, "/EventSourceMappings").iter().map(read).collect())
}

/// Switches a mapping on or off.
pub async fn enable(client: &Client, mapping: &str, enabled: bool) -> Result<(), Failure> {
    let path = format!("/2015-03-31/event-source-mappings/{}", encoded(mapping));
    client.rest("lambda", "PUT", &path, Some(json!({ "Enabled": enabled }))).await.map(drop)
}

/// Who may invoke a function; nobody when it has no policy.
pub async fn triggers(client: &Client, name: &str) -> Result<Vec<Trigger>, Failure> {
    let path = format!("{}/policy", function_path(name));
    let answer = match client.rest("lambda", "GET", &path, None).await {
        Err(Failure::Aws { status: 404, .. }) => return Ok(Vec::new()),
        answer => answer?,
    };
    let policy: Value = serde_json::from_str(&text_at(&answer, "/Policy")).unwrap_or_default();
    let read = |statement: &Value| {
        let principal = &statement["Principal"];
        let named = ["Service", "AWS"].iter().find_map(|kind| principal[kind].as_str()).or(principal.as_str());
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        let mut values = conditions.filter_map(|(_, keys)| keys.as_object()?.values().next()?.as_str());
        Trigger {
            principal: named.unwrap_or_default().to_owned(),
            source: values.next().unwrap_or_default().to_owned(),
        }
    };
    Ok(list_at(&policy, "/Statement").iter().map(read).collect())
}

/// What becomes of asynchronous invocations, by version and alias; the defaults where nothing is set.
pub async fn event_invoke_configs(client: &Client, name: &str) -> Result<Vec<EventInvokeConfig>, Failure> {
    let path = format!("/2019-09-25/functions/{}/event-invoke-config/list", encoded(name));
    let answer = client.rest("lambda", "GET", &path, None).await?;
    Ok(list_at(&answer, "/FunctionEventInvokeConfigs").iter().map(read_event_invoke_config).collect())
}

fn read_event_invoke_config(config: &Value) -> EventInvokeConfig {
    EventInvokeConfig {
        qualifier: text_at(config, "/FunctionArn").rsplit(':').next().unwrap_or_default().to_owned(),
        max_age: config["MaximumEventAgeInSeconds"].as_u64().unwrap_or(6 * 3600),
        retries: config["MaximumRetryAttempts"].as_u64().unwrap_or(2),
        on_success: text_at(config, "/DestinationConfig/OnSuccess/Destination"),
        on_failure: text_at(config, "/DestinationConfig/OnFailure/Destination"),
    }
}

/// Hands an event to a function without waiting for what comes of it.
pub async fn invoke_event(client: &Client, name: &str, qualifier: &str, event: &str) -> Result<(), Failure> {
    let headers = vec![("x-amz-invocation-type".to_owned(), "Event".to_owned())];
    let response =
        client.http("POST", &invoke_url(client, name, qualifier), headers, event.as_bytes().to_vec()).await?;
    if response.status < 300 { Ok(()) } else { Err(Failure::from_response(&response)) }
}

fn invoke_url(client: &Client, name: &str, qualifier: &str) -> String {
    let url = format!("https://{}{}/invocations", client.host("lambda"), function_path(name));
    if qualifier.is_empty() { url } else { format!("{url}?Qualifier={}", encoded(qualifier)) }
}

/// Calls a version or an alias of a function and waits for its answer. An empty qualifier is the latest.
pub async fn invoke(client: &Client, name: &str, qualifier: &str, event: &str) -> Result<Invocation, Failure> {
    let headers = vec![("x-amz-log-type".to_owned(), "Tail".to_owned())];
    let response =
        client.http("POST", &invoke_url(client, name, qualifier), headers, event.as_bytes().to_vec()).await?;
    if response.status >= 300 {
        return Err(Failure::from_response(&response));
    }
    let log = response
        .header("x-amz-log-result")
        .and_then(|log| STANDARD.decode(log).ok())
        .map(|log| String::from_utf8_lossy(&log).into_owned())
        .unwrap_or_default();
    let header = |name: &str| response.header(name).map(str::to_owned);
    Ok(Invocation {
        error: header("x-amz-function-error"),
        version: header("x-amz-executed-version").unwrap_or_default(),
        payload: response.text(),
        log,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_has_the_defaults_of_aws() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:pay:live";
        let config = read_event_invoke_config(&json!({ "FunctionArn": arn, "MaximumRetryAttempts": 0 }));
        assert_eq!((config.qualifier.as_str(), config.max_age, config.retries), ("live", 21_600, 0));
        assert_eq!((config.on_success.as_str(), config.on_failure.as_str()), ("", ""));
    }
}
