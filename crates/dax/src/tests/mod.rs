//! The control plane, called by its public API. The endpoints are tested where there is a table to
//! cache: in `crates/cloud`.

mod clusters;
mod groups;
mod templates;

use std::{rc::Rc, time::Duration};

use kernel::{AwsError, Kernel, Scope, testing};
use serde_json::{Value, json};

use super::Dax;

/// Runs `test` against an empty room.
fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Client) -> F + 'static) {
    testing::run(|kernel| async move {
        Dax::open(&kernel).await.unwrap();
        test(Client(Rc::new(kernel))).await;
    });
}

/// Calls the room as root.
#[derive(Clone)]
struct Client(Rc<Kernel>);

impl Client {
    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.0, Scope::root(&self.0), "dax", operation, input).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap()
    }

    /// The code and the message with which a call is refused.
    async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        let error = self.call(operation, input).await.unwrap_err();
        (error.code, error.message)
    }

    async fn wait(&self, millis: u64) {
        self.0.clock.sleep(Duration::from_millis(millis)).await;
    }

    /// The cluster called `music`.
    async fn music(&self) -> Value {
        self.ok("DescribeClusters", json!({"ClusterNames": ["music"]})).await["Clusters"][0].clone()
    }
}

/// What CreateCluster takes for a cluster called `music`.
fn music(nodes: u64) -> Value {
    json!({
        "ClusterName": "Music",
        "NodeType": "dax.t3.small",
        "ReplicationFactor": nodes,
        "IamRoleArn": "arn:aws:iam::123456789012:role/dax",
    })
}
