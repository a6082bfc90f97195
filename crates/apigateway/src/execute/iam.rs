//! IAM and resource policies on methods of REST APIs.

use kernel::{Access, Caller};
use serde_json::{Value, json};

use super::{
    failure::{Failure, NO_ROUTE},
    rest::Routed,
};
use crate::ApiGateway;

/// A method of type `AWS_IAM` wants a signature, and its signer's or the API's policy must allow it.
pub fn signed(gateway: &ApiGateway, routed: &Routed) -> Result<(), Failure> {
    if routed.incoming.scope.caller == Caller::Anonymous {
        return Err(NO_ROUTE);
    }
    check(gateway, routed)
}

/// A resource policy also judges requests that nobody signed.
pub fn by_resource_policy(gateway: &ApiGateway, routed: &Routed) -> Result<(), Failure> {
    if routed.definition.policy.is_none() { Ok(()) } else { check(gateway, routed) }
}

fn check(gateway: &ApiGateway, routed: &Routed) -> Result<(), Failure> {
    let scope = &routed.incoming.scope;
    let arn = routed.method_arn();
    let policy = routed.definition.policy.as_ref().and_then(|text| serde_json::from_str(text).ok());
    let policy = policy.map(|policy| with_full_arns(policy, &routed.arn("")));
    let mut access = Access::new("execute-api:Invoke", &arn).with_resource_policy(policy);
    access.context.insert("aws:SourceIp".to_owned(), json!(routed.incoming.source_ip));
    gateway.kernel.permissions.check(&scope.caller, &[access]).map_err(|error| {
        let message = if scope.caller == Caller::Anonymous {
            format!("User: anonymous is not authorized to perform: execute-api:Invoke on resource: {arn}")
        } else {
            error.message
        };
        // Only the last four digits of the account are told.
        let open = format!("execute-api:{}:{}:", scope.region, scope.account);
        let last = scope.account.get(8..).unwrap_or_default();
        let masked = format!("execute-api:{}:********{last}:", scope.region);
        Failure::denied_by_iam(message.replace(&open, &masked))
    })
}

/// API Gateway lets its policies write `execute-api:/STAGE/METHOD/PATH` for resources of the API itself,
/// whose ARNs begin with `own`.
fn with_full_arns(mut policy: Value, own: &str) -> Value {
    let statements = match &mut policy["Statement"] {
        Value::Array(statements) => statements.iter_mut().collect(),
        one => vec![one],
    };
    for statement in statements {
        let resources = match &mut statement["Resource"] {
            Value::Array(resources) => resources.iter_mut().collect(),
            one => vec![one],
        };
        for resource in resources {
            if let Some(rest) = resource.as_str().and_then(|text| text.strip_prefix("execute-api:/")) {
                *resource = json!(format!("{own}{rest}"));
            }
        }
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_resources_become_the_apis_own() {
        let policy =
            json!({"Statement": [{"Effect": "Allow", "Resource": ["execute-api:/*", "arn:aws:execute-api:*"]}]});
        let full = with_full_arns(policy, "arn:aws:execute-api:us-east-1:1:abc/");
        let expected = json!(["arn:aws:execute-api:us-east-1:1:abc/*", "arn:aws:execute-api:*"]);
        assert_eq!(full["Statement"][0]["Resource"], expected);
    }
}
