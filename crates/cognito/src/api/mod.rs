//! The operations, by what they are about.

mod admin;
pub(crate) mod auth;
mod clients;
mod groups;
mod own;
mod pools;
mod sign_up;

use std::rc::Rc;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use kernel::{AwsError, Batch};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    Cognito,
    error::Error,
    rules::masked,
    state::{Client, Code, Message, Pool, User},
};

type Room = fn(&Cognito, &Call, &mut Batch) -> Result<Option<Value>, Error>;

/// The operations that change nothing but what is kept, asked one after the other.
const ROOMS: &[Room] = &[pools::call, clients::call, groups::call, sign_up::call, admin::call];

/// Runs an operation; `None` if there is none of this name.
pub(crate) async fn call(cognito: &Rc<Cognito>, call: &Call) -> Result<Option<Value>, AwsError> {
    if let Some(output) = own::call(cognito, call.operation, &call.input).await? {
        return Ok(Some(output));
    }
    if let Some(output) = auth::call(cognito, call.operation, &call.input).await? {
        return Ok(Some(output));
    }
    for room in ROOMS {
        let mut batch = Batch::default();
        if let Some(output) = room(cognito, call, &mut batch)? {
            cognito.commit(batch).await?;
            if call.operation == "CreateUserPool" {
                // The key takes a while; it is ready before most people sign in.
                let key = cognito.key(text(&output["UserPool"], "Id"));
                cognito.kernel.tasks.spawn(async move { drop(key.await) });
            }
            return Ok(Some(output));
        }
    }
    Ok(None)
}

/// A string member of an input, or the empty string.
pub(crate) fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or_default()
}

/// How long codes count: to confirm an account 24 h, to choose a new password 1 h.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const CONFIRMATION_MILLIS: u64 = 24 * 3_600_000;
const RESET_MILLIS: u64 = 3_600_000;

impl Cognito {
    /// Sends a new code to the first attribute of `user` that the pool verifies.
    fn send_code(&self, pool: &Pool, user: &User, purpose: Purpose, batch: &mut Batch) -> Option<(Code, Value)> {
        let attribute = ["email", "phone_number"].into_iter().find(|attribute| {
            let usable = match purpose {
                Purpose::Confirm => pool.lists("AutoVerifiedAttributes", attribute),
                Purpose::Reset => user.verified(attribute),
            };
            usable && user.attributes.contains_key(*attribute)
        })?;
        Some(self.send_code_to(pool, user, attribute, purpose, batch))
    }

    fn send_code_to(
        &self,
        pool: &Pool,
        user: &User,
        attribute: &str,
        purpose: Purpose,
        batch: &mut Batch,
    ) -> (Code, Value) {
        let code = self.kernel.rng.string("0123456789", 6);
        let (setting, subject, body, millis) = match purpose {
            Purpose::Confirm => {
                ("Verification", "Your verification code", "Your confirmation code is {####}", CONFIRMATION_MILLIS)
            }
            Purpose::Reset => ("", "Your password reset code", "Your password reset code is {####}", RESET_MILLIS),
        };
        let template = &pool.settings["VerificationMessageTemplate"];
        let chosen = |new: &str, old: &str, default: &str| {
            let text = template[new].as_str().or_else(|| pool.settings[old].as_str()).filter(|_| !setting.is_empty());
            text.unwrap_or(default).replace("{####}", &code)
        };
        let (subject, body) = if attribute == "email" {
            (
                chosen("EmailSubject", "EmailVerificationSubject", subject),
                chosen("EmailMessage", "EmailVerificationMessage", body),
            )
        } else {
            (String::new(), chosen("SmsMessage", "SmsVerificationMessage", body))
        };
        let to = user.attributes.get(attribute).cloned().unwrap_or_default();
        let delivery = delivery(attribute, &to);
        self.post(pool, attribute, to, subject, body, code.clone(), batch);
        let expires = self.kernel.clock.now().millis() + millis;
        (Code { digits: code, expires, attribute: attribute.to_owned() }, delivery)
    }

    #[expect(clippy::too_many_arguments, reason = "a message has this many parts")]
    fn post(
        &self,
        pool: &Pool,
        attribute: &str,
        to: String,
        subject: String,
        body: String,
        code: String,
        batch: &mut Batch,
    ) {
        let channel = if attribute == "email" { "email" } else { "sms" }.to_owned();
        let sent_millis = self.kernel.clock.now().millis();
        let message = Message { to, channel, subject, body, code, pool: pool.id.clone(), sent_millis };
        self.state.borrow_mut().post(message, batch);
    }

    /// The pool, its client and the user whom a request of an app names.
    fn of_app(&self, input: &Value) -> Result<(Pool, Client, Option<User>), Error> {
        let state = self.state.borrow();
        let (pool, client) = state.client(text(input, "ClientId"))?;
        let username = text(input, "Username");
        check_secret_hash(client, username, input["SecretHash"].as_str())?;
        Ok((pool.clone(), client.clone(), state.user(pool, username).cloned()))
    }

    /// The pool and the user whom a request of an administrator names.
    fn of_admin(&self, input: &Value) -> Result<(Pool, User), Error> {
        let state = self.state.borrow();
        let pool = state.pool(text(input, "UserPoolId"))?;
        let user = state.user(pool, text(input, "Username")).ok_or(Error::UserNotFound)?;
        Ok((pool.clone(), user.clone()))
    }

    fn pool_named(&self, input: &Value) -> Result<Pool, Error> {
        self.state.borrow().pool(text(input, "UserPoolId")).cloned()
    }

    fn save_user(&self, mut user: User, batch: &mut Batch) {
        user.modified = self.kernel.clock.now().millis();
        self.state.borrow_mut().put_user(user, batch);
    }

    fn now_millis(&self) -> u64 {
        self.kernel.clock.now().millis()
    }
}

/// What a code is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Confirm,
    Reset,
}

fn delivery(attribute: &str, to: &str) -> Value {
    let medium = if attribute == "email" { "EMAIL" } else { "SMS" };
    json!({"Destination": masked(to), "DeliveryMedium": medium, "AttributeName": attribute})
}

/// Checks a code that a user typed.
fn check_code(expected: Option<&Code>, given: &str, now: u64) -> Result<(), Error> {
    let expected = expected.ok_or(Error::CodeExpired)?;
    if expected.expires <= now {
        Err(Error::CodeExpired)
    } else if expected.digits == given {
        Ok(())
    } else {
        Err(Error::CodeMismatch)
    }
}

/// A client with a secret must prove that it has it.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>
fn check_secret_hash(client: &Client, username: &str, given: Option<&str>) -> Result<(), Error> {
    let Some(secret) = &client.secret else {
        if given.is_some() {
            let message = format!("Client {} is not configured for secret but secret hash was received", client.id);
            return Err(Error::not_authorized(message));
        }
        return Ok(());
    };
    let Some(given) = given else {
        let message = format!("Client {} is configured with secret but SECRET_HASH was not received", client.id);
        return Err(Error::not_authorized(message));
    };
    let wrong = || Error::not_authorized(format!("Unable to verify secret hash for client {}", client.id));
    // HMAC takes keys of every length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| wrong())?;
    mac.update(username.as_bytes());
    mac.update(client.id.as_bytes());
    mac.verify_slice(&STANDARD.decode(given).map_err(|_| wrong())?).map_err(|_| wrong())
}
