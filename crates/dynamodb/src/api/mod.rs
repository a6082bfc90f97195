//! What the wire says: one function for every operation.

mod backups;
mod batch;
mod collections;
pub mod describe;
mod destinations;
mod holds;
mod input;
mod insights;
mod items;
mod lifecycle;
mod metering;
mod partiql;
pub mod plain;
mod policies;
mod query;
mod recovery;
mod search;
mod settings;
mod shard_iterator;
mod streams;
pub mod tables;
mod tags;
mod tokens;
mod transact;
mod write;
mod written;

use aws_api::{Api, Call, Output, unknown_operation};
use kernel::AwsError;
use serde_json::{Map, Value};

pub use collections::Growth;
pub use describe::formatted;
pub use holds::Holds;
pub use input::{Input, table_name};
pub use insights::{InsightRule, rules as insight_rules};
pub use partiql::readable as readable_statement;
pub use recovery::{Past, recovery_of};
pub use tables::in_use;
pub use tokens::{Tokens, load as load_tokens};
pub use write::{Failure, Plan, Request};

use crate::{DynamoDb, replicas};

/// DynamoDB's own table of operations.
///
/// # Panics
/// Never: the tables are part of the program.
#[expect(clippy::expect_used, reason = "the table is compiled in")]
pub fn tables() -> &'static Api {
    aws_api::api("dynamodb").expect("compiled in")
}

/// The table of operations of DynamoDB Streams.
///
/// # Panics
/// Never: the tables are part of the program.
#[expect(clippy::expect_used, reason = "the table is compiled in")]
pub fn streams() -> &'static Api {
    aws_api::api("streams.dynamodb").expect("compiled in")
}

impl DynamoDb {
    /// Does what `call` asks.
    pub async fn dispatch(&self, call: Call) -> Result<Output, AwsError> {
        self.check_states(&call)?;
        match call.operation {
            "GetItem" => self.get_item(&call),
            "Query" => self.query(&call),
            "Scan" => self.scan(&call),
            "BatchGetItem" => self.batch_get_item(&call),
            "ExecuteStatement" => self.execute_statement(&call).await,
            _ => self.dispatch_small(call).await.map(Output::from),
        }
    }

    /// Does what `call` asks, if the answer is small.
    async fn dispatch_small(&self, call: Call) -> Result<Value, AwsError> {
        match call.operation {
            "PutItem" => self.put_item(&call).await,
            "UpdateItem" => self.update_item(&call).await,
            "DeleteItem" => self.delete_item(&call).await,
            "BatchWriteItem" => self.batch_write_item(&call).await,
            "TransactGetItems" => self.transact_get_items(&call),
            "TransactWriteItems" => self.transact_write_items(&call).await,
            "SearchVectors" => self.search_vectors(&call),
            "BatchExecuteStatement" => self.batch_execute_statement(&call).await,
            "ExecuteTransaction" => self.execute_transaction(&call).await,
            "CreateTable" => self.create_table(&call).await,
            "DescribeTable" => self.describe_table(&call),
            "UpdateTable" if replicas::is_asked_for(&call) => self.update_replicas(&call).await,
            "UpdateTable" => self.update_member(&call).await,
            "DeleteTable" => self.delete_member(&call).await,
            "ListTables" => self.list_tables(&call),
            "UpdateTimeToLive" => self.update_time_to_live_of_member(&call).await,
            "DescribeTimeToLive" => self.describe_time_to_live(&call),
            "TagResource" => self.tag_resource(&call).await,
            "UntagResource" => self.untag_resource(&call).await,
            "ListTagsOfResource" => self.list_tags_of_resource(&call),
            "PutResourcePolicy" => self.put_resource_policy(&call).await,
            "GetResourcePolicy" => self.get_resource_policy(&call),
            "DeleteResourcePolicy" => self.delete_resource_policy(&call).await,
            "UpdateContributorInsights" => self.update_contributor_insights(&call).await,
            "DescribeContributorInsights" => self.describe_contributor_insights(&call),
            "ListContributorInsights" => self.list_contributor_insights(&call),
            "EnableKinesisStreamingDestination" => self.enable_kinesis_streaming_destination(&call).await,
            "DisableKinesisStreamingDestination" => self.disable_kinesis_streaming_destination(&call).await,
            "UpdateKinesisStreamingDestination" => self.update_kinesis_streaming_destination(&call).await,
            "DescribeKinesisStreamingDestination" => self.describe_kinesis_streaming_destination(&call),
            "CreateBackup" => self.create_backup(&call).await,
            "DescribeBackup" => self.describe_backup(&call),
            "ListBackups" => self.list_backups(&call),
            "DeleteBackup" => self.delete_backup(&call).await,
            "RestoreTableFromBackup" => self.restore_table_from_backup(&call).await,
            "RestoreTableToPointInTime" => self.restore_table_to_point_in_time(&call).await,
            "DescribeContinuousBackups" => self.describe_continuous_backups(&call),
            "UpdateContinuousBackups" => self.update_continuous_backups(&call).await,
            "CreateGlobalTable" | "UpdateGlobalTable" => Err(replicas::legacy(&call)),
            "DescribeGlobalTable" | "DescribeGlobalTableSettings" | "UpdateGlobalTableSettings" => {
                Err(replicas::no_legacy_table(&call))
            }
            "ListGlobalTables" => Ok(serde_json::json!({"GlobalTables": []})),
            "DescribeTableReplicaAutoScaling" => self.describe_table_replica_auto_scaling(&call).await,
            "UpdateTableReplicaAutoScaling" => self.update_table_replica_auto_scaling(&call).await,
            "DescribeLimits" => Ok(settings::limits()),
            "DescribeEndpoints" => Ok(settings::endpoints(&call)),
            _ => self.transfer(&call).await,
        }
    }

    /// Does what `call` asks of streams.
    pub fn dispatch_stream(&self, call: Call) -> Result<Value, AwsError> {
        match call.operation {
            "ListStreams" => self.list_streams(&call),
            "DescribeStream" => self.describe_stream(&call),
            "GetShardIterator" => self.get_shard_iterator(&call),
            "GetRecords" => self.get_records(&call),
            _ => Err(unknown_operation(streams())),
        }
    }
}

/// Adds `value` to an answer if there is one.
fn put_some(answer: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        answer.insert(name.to_owned(), value);
    }
}
