//! What users do for themselves with their access token.

use std::rc::Rc;

use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{Purpose, check_code, text};
use crate::{
    Cognito,
    error::Error,
    srp::Verifier,
    state::{check_attributes, describe_attributes, read_attributes},
    tokens::Bearer,
};

const OPERATIONS: &[&str] = &[
    "ChangePassword",
    "DeleteUser",
    "DeleteUserAttributes",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "UpdateUserAttributes",
    "VerifyUserAttribute",
];

pub(super) async fn call(cognito: &Rc<Cognito>, operation: &str, input: &Value) -> Result<Option<Value>, AwsError> {
    if !OPERATIONS.contains(&operation) {
        return Ok(None);
    }
    let bearer = cognito.bearer(text(input, "AccessToken")).await?;
    let mut batch = Batch::default();
    let output = apply(cognito, operation, input, bearer, &mut batch)?;
    cognito.commit(batch).await?;
    Ok(Some(output))
}

fn apply(cognito: &Cognito, operation: &str, input: &Value, bearer: Bearer, batch: &mut Batch) -> Result<Value, Error> {
    let Bearer { pool, mut user } = bearer;
    let mut output = json!({});
    match operation {
        "GetUser" => return Ok(json!({"Username": user.username, "UserAttributes": describe_attributes(&user)})),
        "ChangePassword" => {
            let right = |verifier: &Verifier| {
                verifier.accepts(pool.short_name(), &user.username, text(input, "PreviousPassword"))
            };
            if !user.verifier.as_ref().is_some_and(right) {
                return Err(Error::IncorrectPassword);
            }
            let proposed = text(input, "ProposedPassword");
            pool.password_policy().check(proposed).map_err(Error::PasswordUnmet)?;
            user.verifier = Some(Verifier::new(&cognito.kernel.rng, pool.short_name(), &user.username, proposed));
        }
        "GlobalSignOut" => {
            user.signed_out = cognito.now_millis() + 1;
            let (pool, name) = (pool.id, user.username.clone());
            cognito.state.borrow_mut().revoke_where(batch, |refresh| refresh.pool == pool && refresh.username == name);
        }
        "DeleteUser" => {
            cognito.state.borrow_mut().remove_user(&pool.id, &user.username, batch);
            return Ok(output);
        }
        "UpdateUserAttributes" => {
            let attributes = read_attributes(&input["UserAttributes"]);
            check_attributes(&pool, &attributes)?;
            let mut deliveries = Vec::new();
            for (name, value) in attributes {
                user.attributes.insert(name.clone(), value);
                if pool.lists("AutoVerifiedAttributes", &name) {
                    user.attributes.insert(format!("{name}_verified"), "false".to_owned());
                    let (code, delivery) = cognito.send_code_to(&pool, &user, &name, Purpose::Confirm, batch);
                    user.verification.insert(name, code);
                    deliveries.push(delivery);
                }
            }
            output = json!({"CodeDeliveryDetailsList": deliveries});
        }
        "DeleteUserAttributes" => {
            for name in crate::rules::strings(&input["UserAttributeNames"]) {
                user.attributes.remove(name);
            }
        }
        "GetUserAttributeVerificationCode" => {
            let name = text(input, "AttributeName");
            if !user.attributes.contains_key(name) {
                return Err(Error::invalid(format!("User does not have {name} attribute.")));
            }
            let (code, delivery) = cognito.send_code_to(&pool, &user, name, Purpose::Confirm, batch);
            user.verification.insert(name.to_owned(), code);
            output = json!({"CodeDeliveryDetails": delivery});
        }
        // VerifyUserAttribute
        _ => {
            let name = text(input, "AttributeName");
            check_code(user.verification.get(name), text(input, "Code"), cognito.now_millis())?;
            user.verification.remove(name);
            user.attributes.insert(format!("{name}_verified"), "true".to_owned());
        }
    }
    cognito.save_user(user, batch);
    Ok(output)
}
