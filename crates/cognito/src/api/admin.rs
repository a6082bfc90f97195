//! What administrators do with users.

use aws_api::Call;
use kernel::Batch;
use serde_json::{Value, json};

use super::{pools::seconds, text};
use crate::{
    Cognito,
    error::Error,
    srp::Verifier,
    state::{Pool, Status, User, check_attributes, describe_attributes, read_attributes},
};

pub(super) fn call(cognito: &Cognito, call: &Call, batch: &mut Batch) -> Result<Option<Value>, Error> {
    let (operation, input) = (call.operation, &call.input);
    let output = match operation {
        "AdminCreateUser" => create(cognito, input, batch)?,
        "ListUsers" => list(cognito, input)?,
        "AdminGetUser" => describe_user(&cognito.of_admin(input)?.1, "UserAttributes"),
        "AdminDeleteUser" => {
            let (pool, user) = cognito.of_admin(input)?;
            cognito.state.borrow_mut().remove_user(&pool.id, &user.username, batch);
            json!({})
        }
        "AdminConfirmSignUp"
        | "AdminDisableUser"
        | "AdminEnableUser"
        | "AdminSetUserPassword"
        | "AdminUpdateUserAttributes"
        | "AdminDeleteUserAttributes"
        | "AdminUserGlobalSignOut"
        | "AdminResetUserPassword" => {
            let (pool, mut user) = cognito.of_admin(input)?;
            change(cognito, operation, input, &pool, &mut user, batch)?;
            cognito.save_user(user, batch);
            json!({})
        }
        _ => return Ok(None),
    };
    Ok(Some(output))
}

fn change(
    cognito: &Cognito,
    operation: &str,
    input: &Value,
    pool: &Pool,
    user: &mut User,
    batch: &mut Batch,
) -> Result<(), Error> {
    match operation {
        "AdminConfirmSignUp" => {
            if user.status != Status::Unconfirmed {
                let message = format!("User cannot be confirmed. Current status is {}", user.status.name());
                return Err(Error::not_authorized(message));
            }
            user.status = Status::Confirmed;
        }
        "AdminDisableUser" => user.enabled = false,
        "AdminEnableUser" => user.enabled = true,
        "AdminSetUserPassword" => {
            let password = text(input, "Password");
            pool.password_policy().check(password).map_err(Error::PasswordUnmet)?;
            user.verifier = Some(Verifier::new(&cognito.kernel.rng, pool.short_name(), &user.username, password));
            let permanent = input["Permanent"] == true;
            user.status = if permanent { Status::Confirmed } else { Status::ForceChangePassword };
            user.temporary_password_expires = (!permanent).then(|| temporary_until(cognito, pool));
            (user.failures, user.locked_until) = (0, 0);
        }
        "AdminUpdateUserAttributes" => {
            let attributes = read_attributes(&input["UserAttributes"]);
            check_attributes(pool, &attributes)?;
            user.attributes.extend(attributes);
        }
        "AdminDeleteUserAttributes" => {
            for name in crate::rules::strings(&input["UserAttributeNames"]) {
                user.attributes.remove(name);
            }
        }
        "AdminUserGlobalSignOut" => {
            user.signed_out = cognito.now_millis() + 1;
            let mut state = cognito.state.borrow_mut();
            state.revoke_where(batch, |refresh| refresh.pool == pool.id && refresh.username == user.username);
        }
        // AdminResetUserPassword
        _ => {
            user.status = Status::ResetRequired;
            if let Some((code, _)) = cognito.send_code(pool, user, super::Purpose::Reset, batch) {
                user.reset = Some(code);
            }
        }
    }
    Ok(())
}

fn temporary_until(cognito: &Cognito, pool: &Pool) -> u64 {
    cognito.now_millis() + pool.password_policy().temporary_password_validity_days * 86_400_000
}

fn create(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let pool = cognito.pool_named(input)?;
    let username = text(input, "Username");
    if cognito.state.borrow().user(&pool, username).is_some() {
        return Err(Error::UsernameExists);
    }
    let mut attributes = read_attributes(&input["UserAttributes"]);
    let mut user = cognito.new_user(&pool, username, &mut attributes)?;
    let password = match input["TemporaryPassword"].as_str() {
        Some(password) => {
            pool.password_policy().check(password).map_err(Error::PasswordUnmet)?;
            password.to_owned()
        }
        None => generated_password(cognito),
    };
    user.verifier = Some(Verifier::new(&cognito.kernel.rng, pool.short_name(), &user.username, &password));
    user.status = Status::ForceChangePassword;
    user.temporary_password_expires = Some(temporary_until(cognito, &pool));
    if input["MessageAction"] != "SUPPRESS" {
        invite(cognito, &pool, &user, username, password, batch);
    }
    let output = json!({"User": describe_user(&user, "Attributes")});
    cognito.save_user(user, batch);
    Ok(output)
}

/// Eight characters with one of every kind that a policy can ask for.
fn generated_password(cognito: &Cognito) -> String {
    let rng = &cognito.kernel.rng;
    let kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!@#$%&*?"];
    kinds.iter().map(|kind| rng.string(kind, 2)).collect()
}

fn invite(cognito: &Cognito, pool: &Pool, user: &User, username: &str, password: String, batch: &mut Batch) {
    let template = &pool.settings["AdminCreateUserConfig"]["InviteMessageTemplate"];
    let default = "Your username is {username} and temporary password is {####}.";
    let attribute = ["email", "phone_number"].into_iter().find(|name| user.attributes.contains_key(*name));
    let Some(attribute) = attribute else { return };
    let (subject, message) = if attribute == "email" {
        (template["EmailSubject"].as_str().unwrap_or("Your temporary password").to_owned(), &template["EmailMessage"])
    } else {
        (String::new(), &template["SMSMessage"])
    };
    let body = message.as_str().unwrap_or(default).replace("{username}", username).replace("{####}", &password);
    let to = user.attributes[attribute].clone();
    cognito.post(pool, attribute, to, subject, body, password, batch);
}

/// A filter such as `email ^= "ana"`; the attribute may be in quotes.
struct Filter {
    attribute: String,
    prefix: bool,
    value: String,
}

impl Filter {
    fn parse(text: &str) -> Result<Self, Error> {
        let broken = || Error::invalid("Error while parsing filter");
        let (left, value) = text.split_once('=').ok_or_else(broken)?;
        let (attribute, prefix) = left.trim_end().strip_suffix('^').map_or((left, false), |name| (name, true));
        let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(broken)?;
        let attribute = attribute.trim().trim_matches('"').to_owned();
        Ok(Self { attribute, prefix, value: value.replace("\\\"", "\"") })
    }

    fn matches(&self, user: &User) -> bool {
        let actual = match self.attribute.as_str() {
            "username" | "cognito:username" => Some(user.username.as_str()),
            "sub" => Some(user.sub.as_str()),
            "cognito:user_status" => Some(user.status.name()),
            "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }),
            name => user.attributes.get(name).map(String::as_str),
        };
        actual.is_some_and(|actual| if self.prefix { actual.starts_with(&self.value) } else { actual == self.value })
    }
}

fn list(cognito: &Cognito, input: &Value) -> Result<Value, Error> {
    let pool = cognito.pool_named(input)?;
    let filter = input["Filter"].as_str().filter(|text| !text.is_empty()).map(Filter::parse).transpose()?;
    let after = text(input, "PaginationToken");
    let most = input["Limit"].as_u64().unwrap_or(60) as usize;
    let state = cognito.state.borrow();
    let users = state.users_of(&pool.id).filter(|user| user.username.as_str() > after);
    let mut page: Vec<&User> =
        users.filter(|user| filter.as_ref().is_none_or(|f| f.matches(user))).take(most + 1).collect();
    let more = page.len() > most;
    page.truncate(most);
    let mut output = json!({"Users": page.iter().map(|user| describe_user(user, "Attributes")).collect::<Vec<_>>()});
    if more {
        output["PaginationToken"] = page.last().map(|user| user.username.clone()).into();
    }
    Ok(output)
}

/// A user as lists and answers show it; they differ in what they call the attributes.
pub(super) fn describe_user(user: &User, attributes: &str) -> Value {
    json!({
        "Username": user.username,
        attributes: describe_attributes(user),
        "UserCreateDate": seconds(user.created),
        "UserLastModifiedDate": seconds(user.modified),
        "Enabled": user.enabled,
        "UserStatus": user.status.name(),
    })
}
