//! What Cognito measures of user pools, for CloudWatch: namespace `AWS/Cognito`.
//!
//! Each attempt counts 1 if it succeeds and 0 if not, so that the average is the share of successes.

use aws_api::Call;
use kernel::{AwsError, Metric};
use serde_json::Value;

use crate::Cognito;

impl Cognito {
    /// Takes in how a call ended.
    pub(crate) fn measure(&self, call: &Call, result: &Result<Option<Value>, AwsError>) {
        let is_refresh = call.input["AuthFlow"].as_str().is_some_and(|flow| flow.starts_with("REFRESH_TOKEN"));
        let name = match call.operation {
            "SignUp" => "SignUpSuccesses",
            "InitiateAuth" | "AdminInitiateAuth" if is_refresh => "TokenRefreshSuccesses",
            "InitiateAuth" | "AdminInitiateAuth" | "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => {
                "SignInSuccesses"
            }
            _ => return,
        };
        let succeeded = match result {
            // A challenge is neither: the attempt goes on.
            Ok(Some(answer)) if name != "SignUpSuccesses" && answer["AuthenticationResult"].is_null() => return,
            Ok(_) => 1.0,
            Err(_) => 0.0,
        };
        let client = call.input["ClientId"].as_str().unwrap_or_default();
        let pool = self.state.borrow().client(client).ok().map(|(pool, _)| pool.id.clone());
        let Some(pool) = pool else { return };
        let metric = Metric::new(&call.scope.account, &call.scope.region, "AWS/Cognito", name, "Count");
        let metric = metric.of("UserPool", pool).of("UserPoolClient", client);
        self.kernel.metrics.record(metric, succeeded, self.kernel.clock.now());
    }
}
