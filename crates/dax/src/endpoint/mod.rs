//! The data plane: requests to `CLUSTER.CODE.dax-clusters.REGION.amazonaws.com`.
//!
//! Reads are looked up in one of two caches: items by their key, answers of Query and Scan by their
//! whole request. Only what is eventually consistent is cached. Writes go to the table first and then
//! through the item cache; the query cache learns nothing of them, as in AWS.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.consistency.html>

mod cache;
mod capacity;
mod keys;
mod memory;
mod reads;
mod writes;

use std::rc::Rc;

use aws_api::{Api, Call, Operations};
use bytes::Bytes;
use http::StatusCode;
use kernel::{Access, AwsError, Caller, Request, Response, Scope, Service, async_trait};
use serde_json::Value;

pub use memory::{Figures, Memory, figures};

use crate::{
    Dax,
    state::{Cluster, ParameterGroup, Place},
};

/// The endpoints of all clusters, as a service.
pub struct Clusters(pub Rc<Dax>);

#[async_trait(?Send)]
impl Service for Clusters {
    async fn handle(&self, request: Request) -> Response {
        let host = request.uri().host().map(str::to_owned).or_else(|| {
            let header = request.headers().get(http::header::HOST)?.to_str().ok()?;
            Some(header.split(':').next().unwrap_or_default().to_owned())
        });
        match host.as_deref().and_then(|host| Endpoint::find(&self.0, &host.to_ascii_lowercase())) {
            Some(endpoint) => aws_api::serve(&self.0.kernel, &endpoint, request).await,
            None => nobody(),
        }
    }
}

/// One cluster, as a request finds it.
#[derive(Clone)]
pub struct Endpoint {
    dax: Rc<Dax>,
    place: Place,
    cluster: Cluster,
    parameters: ParameterGroup,
}

impl Endpoint {
    /// The cluster at `host`: its discovery endpoint, or one of its nodes, which all know the same.
    fn find(dax: &Rc<Dax>, host: &str) -> Option<Self> {
        let labels: Vec<&str> = host.split('.').collect();
        let (name, code, region) = match labels.as_slice() {
            [name, code, "dax-clusters", region, ..] => (*name, *code, *region),
            [node, code, "nodes", "dax-clusters", region, ..] => (node.rsplit_once('-')?.0, *code, *region),
            _ => return None,
        };
        let mut state = dax.state.borrow_mut();
        let found = state.clusters().find(|((_, place), cluster)| {
            place == region && cluster.name == name && cluster.code == code && cluster.answers()
        });
        let (place, cluster) = found.map(|(place, cluster)| (place.clone(), cluster.clone()))?;
        let parameters = state.region(&place).parameters_of(&cluster);
        Some(Self { dax: dax.clone(), place, cluster, parameters })
    }

    /// Asks DynamoDB, as the cluster's role.
    async fn ask(&self, call: &Call, operation: &str, input: Value) -> Result<Value, AwsError> {
        let caller = self.dax.caller(&self.place, &self.cluster).await?;
        let scope = self.scope(call, caller);
        aws_api::invoke(&self.dax.kernel, scope, "dynamodb", operation, input).await
    }

    fn scope(&self, call: &Call, caller: Caller) -> Scope {
        let (account, region) = self.place.clone();
        Scope { account, region, ..call.scope.child(&self.dax.kernel, caller) }
    }

    /// Hands a request on as it is.
    async fn pass(&self, call: &Call) -> Result<Value, AwsError> {
        self.ask(call, call.operation, call.input.clone()).await
    }
}

#[async_trait(?Send)]
impl Operations for Endpoint {
    /// The wire is DynamoDB's.
    #[expect(clippy::expect_used, reason = "the table is compiled in")]
    fn api(&self) -> &'static Api {
        aws_api::api("dynamodb").expect("compiled in")
    }

    /// DynamoDB itself refuses what is wrong, in its own words: such a request is never found in a cache.
    fn validate(&self, _: &Call) -> Result<(), AwsError> {
        Ok(())
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let on_cluster = |action: &str| Access::new(format!("dax:{action}"), self.cluster.arn.clone());
        let actions = call.input["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
        match call.operation {
            "TransactGetItems" => vec![on_cluster("GetItem")],
            "TransactWriteItems" => {
                let mut names: Vec<&String> = actions.flat_map(|action| action.keys()).collect();
                names.sort_unstable();
                names.dedup();
                names.into_iter().map(|name| on_cluster(write_action(name))).collect()
            }
            operation => vec![on_cluster(operation)],
        }
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.dax.memory.of(&self.cluster.arn).borrow_mut().counts.requests += 1;
        let is_valid = self
            .api()
            .operations
            .get(call.operation)
            .is_some_and(|operation| aws_api::violations(self.api(), operation, &call.input).is_empty());
        match call.operation {
            "GetItem" if is_valid => self.get_item(&call).await,
            "BatchGetItem" if is_valid => self.batch_get_item(&call).await,
            "Query" | "Scan" if is_valid => self.query(&call).await,
            "PutItem" | "UpdateItem" | "DeleteItem" if is_valid => self.write_item(&call).await,
            "BatchWriteItem" if is_valid => self.batch_write_item(&call).await,
            "TransactWriteItems" if is_valid => self.transact_write_items(&call).await,
            // Transactions read what is in the table, and nothing is kept of it. What is wrong is for DynamoDB to say.
            "TransactGetItems" | "GetItem" | "BatchGetItem" | "Query" | "Scan" | "PutItem" | "UpdateItem"
            | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => self.pass(&call).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

/// The IAM action of an action in a transaction.
fn write_action(name: &str) -> &'static str {
    match name {
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        "Delete" => "DeleteItem",
        _ => "ConditionCheckItem",
    }
}

fn nobody() -> Response {
    let mut response = Response::new(Bytes::from_static(b"{\"message\":\"No cluster answers to this host\"}"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
