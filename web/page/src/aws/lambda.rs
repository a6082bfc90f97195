//! AWS Lambda: the functions and a call of one.

use super::{list_at, text_at};
use crate::client::{Client, Failure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A function as `ListFunctions` tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub runtime: String,
    pub handler: String,
    pub memory: String,
    pub timeout: String,
    pub log_group: String,
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
}

/// What came of an invocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Invocation {
    /// `Handled` or `Unhandled` when the function failed.
    pub error: Option<String>,
    pub payload: String,
    /// The last 4 KB of the log.
    pub log: String,
}

/// All functions.
pub async fn functions(client: &Client) -> Result<Vec<Function>, Failure> {
    let answer = client.rest("lambda", "GET", "/2015-03-31/functions/", None).await?;
    let read = |function: &serde_json::Value| {
        let name = text_at(function, "/FunctionName");
        let log_group = match text_at(function, "/LoggingConfig/LogGroup") {
            group if group.is_empty() => format!("/aws/lambda/{name}"),
            group => group,
        };
        Function {
            name,
            runtime: text_at(function, "/Runtime"),
            handler: text_at(function, "/Handler"),
            memory: text_at(function, "/MemorySize"),
            timeout: text_at(function, "/Timeout"),
            log_group,
        }
    };
    Ok(list_at(&answer, "/Functions").iter().map(read).collect())
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
        }
    };
    Ok(list_at(&answer, "/EventSourceMappings").iter().map(read).collect())
}

/// Calls a function and waits for its answer.
pub async fn invoke(client: &Client, name: &str, event: &str) -> Result<Invocation, Failure> {
    let host = client.host("lambda");
    let url = format!("https://{host}/2015-03-31/functions/{name}/invocations");
    let headers = vec![("x-amz-log-type".to_owned(), "Tail".to_owned())];
    let response = client.http("POST", &url, headers, event.as_bytes().to_vec()).await?;
    if response.status >= 300 {
        return Err(Failure::from_response(&response));
    }
    let log = response
        .header("x-amz-log-result")
        .and_then(|log| STANDARD.decode(log).ok())
        .map(|log| String::from_utf8_lossy(&log).into_owned())
        .unwrap_or_default();
    Ok(Invocation { error: response.header("x-amz-function-error").map(str::to_owned), payload: response.text(), log })
}
