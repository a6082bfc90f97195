//! Signing in: flows, challenges, refreshing, revoking.

use std::rc::Rc;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{check_secret_hash, text};
use crate::{
    Cognito,
    error::Error,
    srp::{Handshake, Refused, Verifier},
    state::{Client, Pool, Refresh, Status, User},
};

/// How long a challenge waits for its answer.
const SESSION_MILLIS: u64 = 3 * 60_000;
/// Wrong passwords before a lock; then it doubles from a second to a quarter of an hour.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>
const FREE_ATTEMPTS: u32 = 5;
const LONGEST_LOCK_MILLIS: u64 = 15 * 60_000;

/// A challenge that waits for its answer.
pub(crate) struct Pending {
    client: String,
    username: String,
    expires: u64,
    /// Of a password challenge; a new password needs none.
    handshake: Option<Handshake>,
}

pub(super) async fn call(cognito: &Rc<Cognito>, operation: &str, input: &Value) -> Result<Option<Value>, AwsError> {
    Ok(Some(match operation {
        "InitiateAuth" => cognito.initiate(input, None).await?,
        "AdminInitiateAuth" => cognito.initiate(input, Some(text(input, "UserPoolId"))).await?,
        "RespondToAuthChallenge" => cognito.respond(input, None).await?,
        "AdminRespondToAuthChallenge" => cognito.respond(input, Some(text(input, "UserPoolId"))).await?,
        "RevokeToken" => cognito.revoke_token(input).await?,
        _ => return Ok(None),
    }))
}

impl Cognito {
    async fn initiate(self: &Rc<Self>, input: &Value, admin_pool: Option<&str>) -> Result<Value, AwsError> {
        let (pool, client) = self.client_of(input, admin_pool)?;
        let flow = text(input, "AuthFlow");
        let parameters = &input["AuthParameters"];
        let (named, only_admin) = match flow {
            "REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH" => ("REFRESH_TOKEN_AUTH", false),
            "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => ("ADMIN_USER_PASSWORD_AUTH", true),
            "USER_PASSWORD_AUTH" | "USER_SRP_AUTH" => (flow, false),
            _ => return Err(Error::FlowNotEnabled(flow.to_owned()).into()),
        };
        if only_admin && admin_pool.is_none() {
            return Err(Error::invalid("Initiate Auth method not supported.").into());
        }
        if !client.allows(named) {
            return Err(if only_admin {
                Error::invalid("Auth flow not enabled for this client").into()
            } else {
                Error::FlowNotEnabled(flow.to_owned()).into()
            });
        }
        match named {
            "REFRESH_TOKEN_AUTH" => self.refresh(&pool, &client, parameters).await,
            "USER_SRP_AUTH" => Ok(self.begin_srp(&pool, &client, parameters)?),
            _ => self.with_password(&pool, &client, parameters).await,
        }
    }

    fn client_of(&self, input: &Value, admin_pool: Option<&str>) -> Result<(Pool, Client), Error> {
        let state = self.state.borrow();
        let id = text(input, "ClientId");
        let (pool, client) = match admin_pool {
            Some(pool) => {
                let pool = state.pool(pool)?;
                (pool, pool.client(id)?)
            }
            None => state.client(id)?,
        };
        Ok((pool.clone(), client.clone()))
    }

    /// The user who wants in, if the request proves that it comes from the client.
    fn candidate(&self, pool: &Pool, client: &Client, parameters: &Value) -> Result<User, Error> {
        let username =
            parameters["USERNAME"].as_str().ok_or_else(|| Error::invalid("Missing required parameter USERNAME"))?;
        check_secret_hash(client, username, parameters["SECRET_HASH"].as_str())?;
        let missing = if client.hides_missing_users() { Error::IncorrectPassword } else { Error::UserNotFound };
        let user = self.state.borrow().user(pool, username).cloned().ok_or(missing)?;
        if !user.enabled {
            return Err(Error::not_authorized("User is disabled."));
        }
        if user.locked_until > self.now_millis() {
            return Err(Error::TooManyAttempts);
        }
        Ok(user)
    }

    async fn with_password(
        self: &Rc<Self>,
        pool: &Pool,
        client: &Client,
        parameters: &Value,
    ) -> Result<Value, AwsError> {
        let user = self.candidate(pool, client, parameters)?;
        let password =
            parameters["PASSWORD"].as_str().ok_or_else(|| Error::invalid("Missing required parameter PASSWORD"))?;
        let right = user
            .verifier
            .as_ref()
            .is_some_and(|verifier| verifier.accepts(pool.short_name(), &user.username, password));
        if !right {
            return Err(self.count_failure(user).await?.into());
        }
        self.admit(pool, client, user).await
    }

    fn begin_srp(&self, pool: &Pool, client: &Client, parameters: &Value) -> Result<Value, Error> {
        let user = self.candidate(pool, client, parameters)?;
        let public = parameters["SRP_A"].as_str().ok_or_else(|| Error::invalid("Missing required parameter SRP_A"))?;
        let verifier = user.verifier.as_ref().ok_or(Error::IncorrectPassword)?;
        let handshake = Handshake::begin(&self.kernel.rng, verifier, public)?;
        let secret_block = STANDARD.encode(self.kernel.rng.bytes::<256>());
        let challenge = json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SALT": handshake.salt(),
                "SECRET_BLOCK": secret_block,
                "SRP_B": handshake.public(),
                "USERNAME": user.username,
                "USER_ID_FOR_SRP": user.username,
            },
        });
        self.wait_for(secret_block, client, &user, Some(handshake));
        debug_assert_eq!(pool.id, user.pool);
        Ok(challenge)
    }

    fn wait_for(&self, session: String, client: &Client, user: &User, handshake: Option<Handshake>) {
        let now = self.now_millis();
        let mut pending = self.pending.borrow_mut();
        pending.retain(|_, challenge| challenge.expires > now);
        let (client, username) = (client.id.clone(), user.username.clone());
        pending.insert(session, Pending { client, username, expires: now + SESSION_MILLIS, handshake });
    }

    fn take_pending(&self, session: &str, client: &Client) -> Result<Pending, Error> {
        let expired = || Error::not_authorized("Invalid session for the user, session is expired.");
        let found = self.pending.borrow_mut().remove(session);
        found.filter(|found| found.client == client.id && found.expires > self.now_millis()).ok_or_else(expired)
    }

    async fn respond(self: &Rc<Self>, input: &Value, admin_pool: Option<&str>) -> Result<Value, AwsError> {
        let (pool, client) = self.client_of(input, admin_pool)?;
        let responses = &input["ChallengeResponses"];
        match text(input, "ChallengeName") {
            "PASSWORD_VERIFIER" => self.verify_srp(&pool, &client, responses).await,
            "NEW_PASSWORD_REQUIRED" => self.set_first_password(&pool, &client, text(input, "Session"), responses).await,
            name => Err(Error::invalid(format!("The challenge {name} is not offered by this cloud yet")).into()),
        }
    }

    async fn verify_srp(self: &Rc<Self>, pool: &Pool, client: &Client, responses: &Value) -> Result<Value, AwsError> {
        let secret_block = text(responses, "PASSWORD_CLAIM_SECRET_BLOCK");
        let pending = self.take_pending(secret_block, client)?;
        check_secret_hash(client, text(responses, "USERNAME"), responses["SECRET_HASH"].as_str())?;
        let user = self.state.borrow().user(pool, &pending.username).cloned().ok_or(Error::IncorrectPassword)?;
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| Error::IncorrectPassword);
        let (block, signature) = (decode(secret_block)?, decode(text(responses, "PASSWORD_CLAIM_SIGNATURE"))?);
        let timestamp = text(responses, "TIMESTAMP");
        let message = [pool.short_name().as_bytes(), user.username.as_bytes(), &block, timestamp.as_bytes()];
        let proof =
            pending.handshake.map_or(Err(Refused::WrongPassword), |handshake| handshake.finish(&message, &signature));
        match proof {
            Ok(()) => self.admit(pool, client, user).await,
            Err(_) => Err(self.count_failure(user).await?.into()),
        }
    }

    /// Counts a wrong password; the answer tells nothing but that it was wrong.
    async fn count_failure(&self, mut user: User) -> Result<Error, AwsError> {
        user.failures += 1;
        if let Some(over) = user.failures.checked_sub(FREE_ATTEMPTS) {
            let lock = 1000u64.checked_shl(over).unwrap_or(LONGEST_LOCK_MILLIS).min(LONGEST_LOCK_MILLIS);
            user.locked_until = self.now_millis() + lock;
        }
        let mut batch = Batch::default();
        self.state.borrow_mut().put_user(user, &mut batch);
        self.commit(batch).await?;
        Ok(Error::IncorrectPassword)
    }

    /// The right password was given: tokens, or what stands between the user and them.
    async fn admit(self: &Rc<Self>, pool: &Pool, client: &Client, mut user: User) -> Result<Value, AwsError> {
        match user.status {
            Status::Unconfirmed => return Err(Error::UserNotConfirmed.into()),
            Status::ResetRequired => return Err(Error::PasswordResetRequired.into()),
            Status::ForceChangePassword => return Ok(self.ask_for_password(client, &user)?),
            Status::Confirmed => {}
        }
        if user.failures > 0 {
            (user.failures, user.locked_until) = (0, 0);
            let mut batch = Batch::default();
            self.state.borrow_mut().put_user(user.clone(), &mut batch);
            self.commit(batch).await?;
        }
        Ok(json!({"AuthenticationResult": self.sign_in(pool, client, &user).await?, "ChallengeParameters": {}}))
    }

    fn ask_for_password(&self, client: &Client, user: &User) -> Result<Value, Error> {
        if user.temporary_password_expires.is_some_and(|expires| expires <= self.now_millis()) {
            return Err(Error::not_authorized("Temporary password has expired and must be reset by an administrator."));
        }
        let session = self.opaque(512);
        self.wait_for(session.clone(), client, user, None);
        let attributes = json!(user.attributes);
        Ok(json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": user.username,
                "requiredAttributes": "[]",
                "userAttributes": attributes.to_string(),
            },
        }))
    }

    async fn set_first_password(
        self: &Rc<Self>,
        pool: &Pool,
        client: &Client,
        session: &str,
        responses: &Value,
    ) -> Result<Value, AwsError> {
        let pending = self.take_pending(session, client)?;
        check_secret_hash(client, text(responses, "USERNAME"), responses["SECRET_HASH"].as_str())?;
        let password = text(responses, "NEW_PASSWORD");
        if let Err(unmet) = pool.password_policy().check(password) {
            // The session lives on, so that another password can be tried.
            self.pending.borrow_mut().insert(session.to_owned(), pending);
            return Err(Error::PasswordUnmet(unmet).into());
        }
        let mut user = self.state.borrow().user(pool, &pending.username).cloned().ok_or(Error::UserNotFound)?;
        for (name, value) in responses.as_object().into_iter().flatten() {
            if let (Some(attribute), Some(value)) = (name.strip_prefix("userAttributes."), value.as_str()) {
                user.attributes.insert(attribute.to_owned(), value.to_owned());
            }
        }
        user.verifier = Some(Verifier::new(&self.kernel.rng, pool.short_name(), &user.username, password));
        user.status = Status::Confirmed;
        user.temporary_password_expires = None;
        let mut batch = Batch::default();
        self.save_user(user.clone(), &mut batch);
        self.commit(batch).await?;
        self.admit(pool, client, user).await
    }

    async fn refresh(self: &Rc<Self>, pool: &Pool, client: &Client, parameters: &Value) -> Result<Value, AwsError> {
        let (refresh, user) = self.of_refresh(pool, client, text(parameters, "REFRESH_TOKEN"))?;
        check_secret_hash(client, &user.username, parameters["SECRET_HASH"].as_str())?;
        Ok(json!({"AuthenticationResult": self.issue(pool, client, &user, &refresh).await?, "ChallengeParameters": {}}))
    }

    fn of_refresh(&self, pool: &Pool, client: &Client, token: &str) -> Result<(Refresh, User), Error> {
        let state = self.state.borrow();
        let found = state.refresh(token).filter(|refresh| refresh.client == client.id);
        let refresh = found.ok_or_else(|| Error::not_authorized("Invalid Refresh Token"))?;
        if refresh.expires <= self.now_millis() {
            return Err(Error::not_authorized("Refresh Token has expired"));
        }
        let user = state.user(pool, &refresh.username).ok_or_else(|| Error::not_authorized("Invalid Refresh Token"))?;
        if !user.enabled {
            return Err(Error::not_authorized("User is disabled."));
        }
        if refresh.authenticated < user.signed_out {
            return Err(Error::not_authorized("Refresh Token has been revoked"));
        }
        Ok((refresh.clone(), user.clone()))
    }

    async fn revoke_token(&self, input: &Value) -> Result<Value, AwsError> {
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let client = state.client(text(input, "ClientId"))?.1.id.clone();
            let refresh = state.refresh(text(input, "Token")).filter(|refresh| refresh.client == client).cloned();
            // A token that is not there is revoked already.
            if let Some(refresh) = refresh {
                state.revoke(&refresh, &mut batch);
            }
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}
