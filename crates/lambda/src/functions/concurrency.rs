//! Reserved concurrency, and the account's limits.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{target, unqualified, unreserved_concurrency};
use crate::{
    Lambda,
    names::{invalid, untyped},
    state::LATEST,
};

/// How many invocations an account may have under way in a region.
pub const ACCOUNT_CONCURRENCY: u64 = 1000;

/// How many of them must stay for functions without a reservation.
pub const MIN_UNRESERVED: u64 = 100;

impl Lambda {
    pub(crate) async fn put_function_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        unqualified(&target)?;
        let wanted = call.input["ReservedConcurrentExecutions"].as_u64().unwrap_or_default();
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let function = state.function(&target).map_err(|_| target.with_qualifier(LATEST).not_found())?;
            let provisioned = function.provisioned_total();
            if wanted < provisioned {
                return Err(untyped(invalid(&format!(
                    " ReservedConcurrentExecutions  {wanted} should not be lower than function's total provisioned \
                     concurrency [{provisioned}]."
                ))));
            }
            let own = function.reserved.unwrap_or(provisioned);
            if wanted + MIN_UNRESERVED > unreserved_concurrency(&state, &target) + own {
                return Err(untyped(invalid(&format!(
                    "Specified ReservedConcurrentExecutions for function decreases account's \
                     UnreservedConcurrentExecution below its minimum value of [{MIN_UNRESERVED}]."
                ))));
            }
            state.change_function(&target, &mut batch, |function| {
                function.reserved = Some(wanted);
                Ok(())
            })?;
        }
        self.commit(batch).await?;
        Ok(json!({"ReservedConcurrentExecutions": wanted}))
    }

    pub(crate) fn get_function_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        unqualified(&target)?;
        let reserved = self.state.borrow().function(&target)?.reserved;
        Ok(reserved.map_or_else(|| json!({}), |reserved| json!({"ReservedConcurrentExecutions": reserved})))
    }

    pub(crate) async fn delete_function_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        unqualified(&target)?;
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            function.reserved = None;
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(crate) fn get_account_settings(&self, call: Call) -> Value {
        let state = self.state.borrow();
        let functions: Vec<_> = state.functions(&call.scope.account, &call.scope.region).map(|(_, f)| f).collect();
        let reserved: u64 = functions.iter().filter_map(|function| function.reserved).sum();
        let versions = functions.iter().flat_map(|function| function.versions.values().chain([&function.latest]));
        let layers = crate::layers::arn(&call.scope, "");
        let layers = state.all_layers().filter(|(arn, _)| arn.starts_with(&layers)).map(|(_, layer)| layer.code_size);
        let code: usize = versions.map(|version| version.code_size).chain(layers).sum();
        json!({
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800_u64,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
                "UnreservedConcurrentExecutions": ACCOUNT_CONCURRENCY - reserved,
            },
            "AccountUsage": {"TotalCodeSize": code, "FunctionCount": functions.len()},
        })
    }
}
