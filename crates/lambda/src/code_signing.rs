//! Code signing configurations: who may have signed a function's code.
//!
//! Nothing here checks a signature, so no package counts as signed: a configuration that enforces
//! signatures lets none pass, one that warns lets all pass.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lambda,
    functions::{moment, page, target},
    names::{Target, conflict, not_found, untyped},
    state::State,
};

/// A code signing configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeSigningConfig {
    pub description: String,
    /// `AllowedPublishers`, as on the wire.
    pub publishers: Value,
    /// `Warn` or `Enforce`
    pub policy: String,
    /// Milliseconds.
    pub last_modified: u64,
}

impl CodeSigningConfig {
    fn apply(&mut self, input: &Value, now: u64) {
        if let Some(description) = input["Description"].as_str() {
            description.clone_into(&mut self.description);
        }
        if input["AllowedPublishers"].is_object() {
            self.publishers = input["AllowedPublishers"].clone();
        }
        if let Some(policy) = input["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"].as_str() {
            policy.clone_into(&mut self.policy);
        }
        self.last_modified = now;
    }

    fn describe(&self, arn: &str) -> Value {
        json!({
            "CodeSigningConfigId": arn.rsplit(':').next(),
            "CodeSigningConfigArn": arn,
            "Description": self.description,
            "AllowedPublishers": self.publishers,
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": self.policy},
            "LastModified": moment(self.last_modified),
        })
    }
}

impl Lambda {
    pub(crate) async fn create_code_signing_config(&self, call: Call) -> Result<Value, AwsError> {
        let id = format!("csc-{}", self.kernel.rng.lower_alphanumeric(17));
        let resource = format!("code-signing-config:{id}");
        let arn = Arn::new("lambda", &call.scope.region, &call.scope.account, resource).to_string();
        let mut config = CodeSigningConfig {
            description: String::new(),
            publishers: Value::Null,
            policy: "Warn".to_owned(),
            last_modified: 0,
        };
        config.apply(&call.input, self.kernel.clock.now().millis());
        self.store_code_signing_config(&arn, config).await
    }

    pub(crate) async fn update_code_signing_config(&self, call: Call) -> Result<Value, AwsError> {
        let arn = arn_of(&call);
        let mut config = find(&self.state.borrow(), arn)?.clone();
        config.apply(&call.input, self.kernel.clock.now().millis());
        self.store_code_signing_config(arn, config).await
    }

    async fn store_code_signing_config(&self, arn: &str, config: CodeSigningConfig) -> Result<Value, AwsError> {
        let answer = json!({"CodeSigningConfig": config.describe(arn)});
        let mut batch = Batch::default();
        self.state.borrow_mut().put_code_signing_config(arn, config, &mut batch);
        self.commit(batch).await?;
        Ok(answer)
    }

    pub(crate) fn get_code_signing_config(&self, call: Call) -> Result<Value, AwsError> {
        let arn = arn_of(&call);
        Ok(json!({"CodeSigningConfig": find(&self.state.borrow(), arn)?.describe(arn)}))
    }

    pub(crate) fn list_code_signing_configs(&self, call: Call) -> Value {
        let prefix = Arn::new("lambda", &call.scope.region, &call.scope.account, "code-signing-config:").to_string();
        let state = self.state.borrow();
        let own = state.code_signing_configs().filter(|(arn, _)| arn.starts_with(&prefix));
        let listed = own.map(|(arn, config)| (arn.clone(), config.describe(arn))).collect();
        page("CodeSigningConfigs", listed, &call.input)
    }

    pub(crate) async fn delete_code_signing_config(&self, call: Call) -> Result<Value, AwsError> {
        let arn = arn_of(&call);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            find(&state, arn)?;
            if state.all_functions().any(|(_, function)| function.code_signing.as_deref() == Some(arn)) {
                return Err(conflict(&format!("The code signing configuration {arn} is in use.")));
            }
            state.remove_code_signing_config(arn, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(crate) fn list_functions_by_code_signing_config(&self, call: Call) -> Result<Value, AwsError> {
        let arn = arn_of(&call);
        let state = self.state.borrow();
        find(&state, arn)?;
        let own = state.all_functions().filter(|(_, function)| function.code_signing.as_deref() == Some(arn));
        let listed = own.map(|((account, region, name), _)| {
            let arn = Arn::new("lambda", region, account, format!("function:{name}")).to_string();
            (arn.clone(), json!(arn))
        });
        Ok(page("FunctionArns", listed.collect(), &call.input))
    }

    pub(crate) async fn put_function_code_signing(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let arn = arn_of(&call);
        if find(&self.state.borrow(), arn).is_err() {
            return Err(missing(arn));
        }
        self.set_code_signing(&target, Some(arn.to_owned())).await?;
        Ok(json!({"CodeSigningConfigArn": arn, "FunctionName": target.name}))
    }

    pub(crate) async fn delete_function_code_signing(&self, call: Call) -> Result<Value, AwsError> {
        self.set_code_signing(&target(&call)?, None).await?;
        Ok(json!({}))
    }

    async fn set_code_signing(&self, target: &Target, arn: Option<String>) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(target, &mut batch, |function| {
            function.code_signing = arn;
            Ok(())
        })?;
        self.commit(batch).await
    }

    pub(crate) fn get_function_code_signing(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let arn = state.function(&target)?.code_signing.as_ref();
        Ok(arn.map_or_else(|| json!({}), |arn| json!({"CodeSigningConfigArn": arn, "FunctionName": target.name})))
    }

    /// Refuses code where signatures are enforced.
    pub(crate) fn check_signature(&self, config: Option<&str>) -> Result<(), AwsError> {
        let Some(arn) = config else { return Ok(()) };
        let state = self.state.borrow();
        if find(&state, arn).map_err(|_| missing(arn))?.policy != "Enforce" {
            return Ok(());
        }
        Err(AwsError::new(
            "CodeVerificationFailedException",
            "Lambda cannot deploy the function. The function or layer might be signed using a signature that the \
             client is not configured to accept. Check the provided signature for unsigned.",
        ))
    }
}

fn arn_of(call: &Call) -> &str {
    call.input["CodeSigningConfigArn"].as_str().unwrap_or_default()
}

fn find<'a>(state: &'a State, arn: &str) -> Result<&'a CodeSigningConfig, AwsError> {
    let gone = || untyped(not_found(&format!("The Lambda code signing configuration {arn} can not be found.")));
    state.code_signing_config(arn).ok_or_else(gone)
}

fn missing(arn: &str) -> AwsError {
    let message = format!(
        "The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}."
    );
    AwsError::new("CodeSigningConfigNotFoundException", message).with_status(http::StatusCode::NOT_FOUND)
}
