//! How AWS says that a request comes too soon.

use kernel::AwsError;
use serde_json::{Value, json};

use crate::state::meter::{Cause, Kind};

const HOT_KEY: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

/// A request that was not admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// The table's ARN.
    pub table: String,
    /// Whether it is on demand.
    pub on_demand: bool,
    /// Whether it was read or written.
    pub kind: Kind,
    /// What stands against the request, by index or for the table itself; never empty.
    pub causes: Vec<(Option<String>, Cause)>,
}

impl Throttle {
    /// The error of an operation of its own.
    pub fn into_error(self) -> AwsError {
        AwsError::new(self.code(), self.message()).with_member("ThrottlingReasons", self.reasons())
    }

    /// The code and the message of a reason in a cancelled transaction.
    pub fn cancellation(&self) -> (&'static str, String) {
        let code = if self.on_demand { "ThrottlingError" } else { "ProvisionedThroughputExceeded" };
        (code, self.message())
    }

    /// The code of the error.
    pub fn code(&self) -> &'static str {
        match self.first() {
            Some((_, Cause::Account)) => "RequestLimitExceeded",
            _ if self.on_demand => "ThrottlingException",
            _ => "ProvisionedThroughputExceededException",
        }
    }

    fn first(&self) -> Option<(Option<&str>, Cause)> {
        self.causes.first().map(|(index, cause)| (index.as_deref(), *cause))
    }

    /// The words of the error.
    pub fn message(&self) -> String {
        match self.first() {
            Some((_, Cause::Account)) => "Throughput exceeds the current throughput limit for your account. Please \
                                          contact AWS Support at https://aws.amazon.com/support request a limit \
                                          increase"
                .to_owned(),
            Some((_, Cause::MaxOnDemand)) => {
                "Throughput exceeds the maximum OnDemandThroughput configured on table or index".to_owned()
            }
            Some((Some(_), _)) if self.on_demand => {
                "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is \
                 automatically scaling your index so please try again shortly."
                    .to_owned()
            }
            _ if self.on_demand => format!(
                "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling \
                 your table or index so please try again shortly. If exceptions persist, check if you have a hot key: \
                 {HOT_KEY}."
            ),
            Some((Some(_), _)) => {
                "The level of configured provisioned throughput for one or more global secondary indexes of the table \
                 was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary \
                 indexes with the UpdateTable API."
                    .to_owned()
            }
            _ => "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
                  provisioning level with the UpdateTable API."
                .to_owned(),
        }
    }

    /// `ThrottlingReasons`: resource, operation and limit run together, and the resource's ARN.
    fn reasons(&self) -> Value {
        let operation = match self.kind {
            Kind::Read => "Read",
            Kind::Write => "Write",
        };
        let reasons = self.causes.iter().map(|(index, cause)| {
            let limit = match cause {
                Cause::Provisioned => "ProvisionedThroughputExceeded",
                Cause::KeyRange => "KeyRangeThroughputExceeded",
                Cause::MaxOnDemand => "MaxOnDemandThroughputExceeded",
                Cause::Account => "AccountLimitExceeded",
            };
            match index {
                Some(index) => {
                    let resource = format!("{}/index/{index}", self.table);
                    json!({"reason": format!("Index{operation}{limit}"), "resource": resource})
                }
                None => json!({"reason": format!("Table{operation}{limit}"), "resource": self.table}),
            }
        });
        reasons.collect()
    }
}
