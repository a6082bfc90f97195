//! Becoming a user, and getting back in after forgetting the password.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::Batch;
use serde_json::{Value, json};

use super::{Purpose, check_code, pools::check_username, text};
use crate::{
    Cognito,
    error::Error,
    rules::{is_email, strings},
    srp::Verifier,
    state::{Pool, Status, User, check_attributes, check_required, read_attributes},
};

pub(super) fn call(cognito: &Cognito, call: &Call, batch: &mut Batch) -> Result<Option<Value>, Error> {
    let (operation, input) = (call.operation, &call.input);
    Ok(Some(match operation {
        "SignUp" => sign_up(cognito, input, batch)?,
        "ConfirmSignUp" => confirm(cognito, input, batch)?,
        "ResendConfirmationCode" => resend(cognito, input, batch)?,
        "ForgotPassword" => forgot(cognito, input, batch)?,
        "ConfirmForgotPassword" => confirm_forgot(cognito, input, batch)?,
        _ => return Ok(None),
    }))
}

fn sign_up(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let (pool, _, existing) = cognito.of_app(input)?;
    if pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] == true {
        return Err(Error::not_authorized("SignUp is not permitted for this user pool"));
    }
    let mut attributes = read_attributes(&input["UserAttributes"]);
    let mut user = cognito.new_user(&pool, text(input, "Username"), &mut attributes)?;
    if existing.is_some() {
        return Err(Error::UsernameExists);
    }
    let password = text(input, "Password");
    pool.password_policy().check(password).map_err(Error::PasswordUnmet)?;
    user.verifier = Some(Verifier::new(&cognito.kernel.rng, pool.short_name(), &user.username, password));
    let sent = cognito.send_code(&pool, &user, Purpose::Confirm, batch);
    let mut output = json!({"UserConfirmed": false, "UserSub": user.sub});
    if let Some((code, delivery)) = sent {
        user.confirmation = Some(code);
        output["CodeDeliveryDetails"] = delivery;
    }
    cognito.save_user(user, batch);
    Ok(output)
}

impl Cognito {
    /// A user with checked name and attributes, not kept yet. Where usernames are attributes, the name
    /// becomes that attribute and the user is called by the `sub`.
    pub(super) fn new_user(
        &self,
        pool: &Pool,
        username: &str,
        attributes: &mut BTreeMap<String, String>,
    ) -> Result<User, Error> {
        check_username(pool, username)?;
        let sub = self.kernel.rng.uuid();
        let mut called = username.to_owned();
        if pool.usernames_are_attributes() {
            let attribute = if is_email(username) { "email" } else { "phone_number" };
            attributes.entry(attribute.to_owned()).or_insert_with(|| username.to_owned());
            called.clone_from(&sub);
        }
        check_attributes(pool, attributes)?;
        check_required(pool, attributes)?;
        let now = self.now_millis();
        Ok(User {
            pool: pool.id.clone(),
            username: called,
            sub,
            status: Status::Unconfirmed,
            enabled: true,
            created: now,
            modified: now,
            attributes: attributes.clone(),
            verifier: None,
            temporary_password_expires: None,
            groups: Vec::new(),
            confirmation: None,
            reset: None,
            verification: BTreeMap::new(),
            failures: 0,
            locked_until: 0,
            signed_out: 0,
        })
    }
}

fn confirm(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let (pool, client, user) = cognito.of_app(input)?;
    let missing = if client.hides_missing_users() { Error::CodeExpired } else { missing_user() };
    let mut user = user.ok_or(missing)?;
    if user.status != Status::Unconfirmed {
        let message = format!("User cannot be confirmed. Current status is {}", user.status.name());
        return Err(Error::not_authorized(message));
    }
    check_code(user.confirmation.as_ref(), text(input, "ConfirmationCode"), cognito.now_millis())?;
    take_alias(cognito, &pool, &user, input["ForceAliasCreation"] == true, batch)?;
    if let Some(code) = user.confirmation.take() {
        user.attributes.insert(format!("{}_verified", code.attribute), "true".to_owned());
    }
    user.status = Status::Confirmed;
    cognito.save_user(user, batch);
    Ok(json!({}))
}

/// An alias belongs to one confirmed user: another who has it keeps it, or loses it to force.
fn take_alias(cognito: &Cognito, pool: &Pool, user: &User, force: bool, batch: &mut Batch) -> Result<(), Error> {
    let mut state = cognito.state.borrow_mut();
    for attribute in strings(&pool.settings["AliasAttributes"]) {
        let Some(value) = user.attributes.get(attribute) else { continue };
        let holder = state.users_of(&pool.id).find(|other| {
            other.username != user.username
                && other.verified(attribute)
                && other.attributes.get(attribute) == Some(value)
        });
        let Some(mut holder) = holder.cloned() else { continue };
        if !force {
            return Err(Error::AliasExists(if attribute == "email" { "email" } else { "phone number" }));
        }
        holder.attributes.insert(format!("{attribute}_verified"), "false".to_owned());
        state.put_user(holder, batch);
    }
    Ok(())
}

fn resend(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let (pool, _, user) = cognito.of_app(input)?;
    let mut user = user.ok_or_else(missing_user)?;
    if user.status != Status::Unconfirmed {
        return Err(Error::invalid("User is already confirmed."));
    }
    let (code, delivery) = cognito
        .send_code(&pool, &user, Purpose::Confirm, batch)
        .ok_or_else(|| Error::not_authorized("Auto verification not turned on."))?;
    user.confirmation = Some(code);
    cognito.save_user(user, batch);
    Ok(json!({"CodeDeliveryDetails": delivery}))
}

fn forgot(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let (pool, client, user) = cognito.of_app(input)?;
    let Some(mut user) = user else {
        // Whoever asks must not learn whether the user exists.
        return if client.hides_missing_users() {
            Ok(json!({"CodeDeliveryDetails": super::delivery("email", "a@b.c")}))
        } else {
            Err(missing_user())
        };
    };
    if !user.enabled {
        return Err(Error::not_authorized("User is disabled."));
    }
    if user.status == Status::ForceChangePassword {
        return Err(Error::not_authorized("User password cannot be reset in the current state."));
    }
    let (code, delivery) = cognito.send_code(&pool, &user, Purpose::Reset, batch).ok_or_else(|| {
        Error::invalid("Cannot reset password for the user as there is no registered/verified email or phone_number")
    })?;
    user.reset = Some(code);
    cognito.save_user(user, batch);
    Ok(json!({"CodeDeliveryDetails": delivery}))
}

fn confirm_forgot(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let (pool, client, user) = cognito.of_app(input)?;
    let missing = if client.hides_missing_users() { Error::CodeExpired } else { missing_user() };
    let mut user = user.ok_or(missing)?;
    let password = text(input, "Password");
    pool.password_policy().check(password).map_err(Error::PasswordUnmet)?;
    check_code(user.reset.as_ref(), text(input, "ConfirmationCode"), cognito.now_millis())?;
    user.reset = None;
    user.verifier = Some(Verifier::new(&cognito.kernel.rng, pool.short_name(), &user.username, password));
    (user.status, user.failures, user.locked_until) = (Status::Confirmed, 0, 0);
    cognito.save_user(user, batch);
    Ok(json!({}))
}

/// These operations name the user as the client knows it.
fn missing_user() -> Error {
    Error::UsernameNotFound
}
