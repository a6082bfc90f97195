//! Tables to and from the object space: exports, imports and bulk puts.
//!
//! A request is checked and begins a [job](jobs); what the job does happens behind it, and its status tells
//! how far it is. S3 is asked by its public API, in the name of who asked for the job.

mod bulk;
mod bulk_work;
mod csv;
mod export;
mod export_work;
mod filter;
mod import;
mod import_work;
mod ion;
mod jobs;
mod lines;
mod objects;
mod unpack;

pub use jobs::{Jobs, load};

use aws_api::{Call, unknown_operation};
use kernel::{AwsError, LocalBoxFuture};
use serde_json::Value;

use crate::{DynamoDb, api::tables};

impl DynamoDb {
    /// Does what `call` asks, if it is about transfers. In a box: what begins a transfer is large, and not
    /// every request should have room for it.
    pub fn transfer<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<Value, AwsError>> {
        Box::pin(async move {
            match call.operation {
                "ExportTableToPointInTime" => self.export_table_to_point_in_time(call).await,
                "DescribeExport" => self.describe_export(call),
                "ListExports" => self.list_exports(call),
                "ImportTable" => self.import_table(call).await,
                "DescribeImport" => self.describe_import(call),
                "ListImports" => self.list_imports(call),
                "StartBulkPutItems" => self.start_bulk_put_items(call).await,
                "DescribeBulkOperation" => self.describe_bulk_operation(call),
                "ListBulkOperations" => self.list_bulk_operations(call),
                "CancelBulkOperation" => self.cancel_bulk_operation(call).await,
                _ => Err(unknown_operation(tables())),
            }
        })
    }
}
