//! What DynamoDB measures of its tables: `ConsumedReadCapacityUnits`, `ConsumedWriteCapacityUnits` and
//! throttled requests by the minute, which in AWS are CloudWatch's to tell.
//!
//! This cloud's CloudWatch has no metrics, so those who act on them ask here, under the router's name
//! `dynamodb.metrics`: a body of `{"TableName", "IndexName"?}` is answered by `{"Read": [MINUTE…],
//! "Write": [MINUTE…]}`, oldest first, where a minute is `{"Minute", "Units", "Throttled"}`, numbered
//! from the epoch. As in CloudWatch, a minute in which nothing happened is missing. The caller needs
//! the permission to read metrics.

use std::rc::Rc;

use bytes::Bytes;
use http::StatusCode;
use kernel::{Access, AwsError, Request, Response, Scope, Service, async_trait};
use serde_json::{Value, json};

use crate::{
    DynamoDb,
    api::Input,
    rules::table_not_found,
    state::meter::{Kind, Minute},
};

/// The measurements of a room.
pub struct Metrics(pub Rc<DynamoDb>);

#[async_trait(?Send)]
impl Service for Metrics {
    async fn handle(&self, request: Request) -> Response {
        let (status, answer) = match self.measured(&request) {
            Ok(answer) => (StatusCode::OK, answer),
            Err(error) => (error.status, json!({"message": error.message})),
        };
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = status;
        response
    }
}

impl Metrics {
    fn measured(&self, request: &Request) -> Result<Value, AwsError> {
        let kernel = &self.0.kernel;
        let scope = request.extensions().get::<Scope>().cloned().unwrap_or_else(|| Scope::root(kernel));
        kernel.permissions.check(&scope.caller, &[Access::new("cloudwatch:GetMetricData", "*")])?;
        let asked: Value =
            serde_json::from_slice(request.body()).map_err(|error| AwsError::validation(error.to_string()))?;
        let (table, index) = (Input(&asked).table_name(), Input(&asked).text("IndexName"));
        let mut state = self.0.state.borrow_mut();
        let found = state.region(&scope).tables.get(table).ok_or_else(|| table_not_found(table))?;
        let meters = self.0.meters.borrow();
        let minutes = |kind| -> Value {
            let minutes = meters.minutes(found.definition.id, index, kind);
            minutes.into_iter().map(described).collect()
        };
        Ok(json!({"Read": minutes(Kind::Read), "Write": minutes(Kind::Write)}))
    }
}

fn described(minute: Minute) -> Value {
    json!({"Minute": minute.number, "Units": minute.units, "Throttled": minute.throttled})
}
