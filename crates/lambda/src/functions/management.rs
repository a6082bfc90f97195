//! Settings beside a function's configuration: recursive loops and updates of its runtime.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{target, unqualified, version_of};
use crate::{
    Lambda,
    names::{Target, invalid},
    state::LATEST,
};

/// When a function's runtime is updated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuntimeManagement {
    /// `Auto`, `FunctionUpdate` or `Manual`
    pub update_on: String,
    pub version_arn: Option<String>,
}

impl Lambda {
    pub(crate) async fn put_function_recursion(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        unqualified(&target)?;
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            function.recursive_loop = call.input["RecursiveLoop"].as_str().map(str::to_owned);
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(json!({"RecursiveLoop": call.input["RecursiveLoop"]}))
    }

    pub(crate) fn get_function_recursion(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        unqualified(&target)?;
        let state = self.state.borrow();
        Ok(json!({"RecursiveLoop": state.function(&target)?.recursive_loop.as_deref().unwrap_or("Terminate")}))
    }

    pub(crate) async fn put_runtime_management(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let management = RuntimeManagement {
            update_on: call.input["UpdateRuntimeOn"].as_str().unwrap_or_default().to_owned(),
            version_arn: call.input["RuntimeVersionArn"].as_str().map(str::to_owned),
        };
        if management.version_arn.is_some() != (management.update_on == "Manual") {
            return Err(invalid(match management.version_arn {
                None => "RuntimeVersionArn is required when UpdateRuntimeOn is set to Manual.",
                Some(_) => "RuntimeVersionArn can only be specified when UpdateRuntimeOn is set to Manual.",
            }));
        }
        let answer = describe(&target, &management);
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            version_of(function, &target)?;
            function.runtime_management.insert(key(&target), management);
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(answer)
    }

    pub(crate) fn get_runtime_management(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let function = state.function(&target)?;
        version_of(function, &target)?;
        let auto = RuntimeManagement { update_on: "Auto".to_owned(), version_arn: None };
        Ok(describe(&target, function.runtime_management.get(&key(&target)).unwrap_or(&auto)))
    }
}

fn key(target: &Target) -> String {
    target.qualifier.clone().unwrap_or_else(|| LATEST.to_owned())
}

fn describe(target: &Target, management: &RuntimeManagement) -> Value {
    let mut description = json!({"UpdateRuntimeOn": management.update_on, "FunctionArn": target.arn()});
    if let Some(arn) = &management.version_arn {
        description["RuntimeVersionArn"] = json!(arn);
    }
    description
}
