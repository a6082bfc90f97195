//! What a sign-in gives: ID token, access token, refresh token.

use std::rc::Rc;

use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use crate::{
    Cognito,
    error::Error,
    keys,
    state::{Client, Pool, Refresh, User},
};

const HOUR_MILLIS: u64 = 3_600_000;
const REFRESH_MILLIS: u64 = 30 * 24 * HOUR_MILLIS;

/// A user as an access token proves it.
pub(crate) struct Bearer {
    pub pool: Pool,
    pub user: User,
}

impl Cognito {
    /// Signs `user` in: a new sign-in with a refresh token of its own.
    pub(crate) async fn sign_in(self: &Rc<Self>, pool: &Pool, client: &Client, user: &User) -> Result<Value, AwsError> {
        let now = self.kernel.clock.now();
        let refresh = Refresh {
            token: format!("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.{}", self.opaque(360)),
            pool: pool.id.clone(),
            client: client.id.clone(),
            username: user.username.clone(),
            origin: self.kernel.rng.uuid(),
            event: self.kernel.rng.uuid(),
            authenticated: now.millis(),
            expires: now.millis() + client.validity_millis("RefreshToken", "days", REFRESH_MILLIS),
        };
        let mut batch = Batch::default();
        self.state.borrow_mut().put_refresh(refresh.clone(), now, &mut batch);
        self.commit(batch).await?;
        let mut result = self.issue(pool, client, user, &refresh).await?;
        result["RefreshToken"] = refresh.token.into();
        Ok(result)
    }

    /// New ID and access tokens of the sign-in that `refresh` continues.
    pub(crate) async fn issue(
        self: &Rc<Self>,
        pool: &Pool,
        client: &Client,
        user: &User,
        refresh: &Refresh,
    ) -> Result<Value, AwsError> {
        let key = self.key(&pool.id).await;
        let key = key.ok_or_else(|| AwsError::internal("the pool's signing key could not be made or kept"))?;
        let now = self.kernel.clock.now();
        let validity = |token: &str| client.validity_millis(token, "hours", HOUR_MILLIS) / 1000;
        let common = |token_use: &str, validity_secs: u64| {
            json!({
                "sub": user.sub,
                "iss": pool.issuer(),
                "origin_jti": refresh.origin,
                "event_id": refresh.event,
                "token_use": token_use,
                "auth_time": refresh.authenticated / 1000,
                "iat": now.secs(),
                "exp": now.secs() + validity_secs,
                "jti": self.kernel.rng.uuid(),
            })
        };
        let groups = groups_of(pool, user);
        let mut id = common("id", validity("IdToken"));
        extend(&mut id, json!({"aud": client.id, "cognito:username": user.username}));
        extend(&mut id, Value::Object(attribute_claims(user)));
        extend(&mut id, group_claims(&groups));
        let access_validity = validity("AccessToken");
        let mut access = common("access", access_validity);
        let scope = "aws.cognito.signin.user.admin";
        extend(&mut access, json!({"client_id": client.id, "username": user.username, "scope": scope}));
        if !groups.is_empty() {
            extend(&mut access, json!({"cognito:groups": groups.iter().map(|(name, _)| name).collect::<Vec<_>>()}));
        }
        Ok(json!({
            "AccessToken": key.sign(&access),
            "IdToken": key.sign(&id),
            "ExpiresIn": access_validity,
            "TokenType": "Bearer",
        }))
    }

    /// Who an access token says it is, if its pool signed it and it still counts.
    pub(crate) async fn bearer(self: &Rc<Self>, token: &str) -> Result<Bearer, AwsError> {
        let invalid = || Error::not_authorized("Invalid Access Token");
        let issuer =
            keys::claims(token).and_then(|claims| claims["iss"].as_str().map(str::to_owned)).ok_or_else(invalid)?;
        let pool = {
            let state = self.state.borrow();
            state.pools().find(|pool| pool.issuer() == issuer).cloned().ok_or_else(invalid)?
        };
        let key = self.key(&pool.id).await.ok_or_else(invalid)?;
        let claims = key.verify(token).filter(|claims| claims["token_use"] == "access").ok_or_else(invalid)?;
        if claims["exp"].as_u64() <= Some(self.kernel.clock.now().secs()) {
            return Err(Error::not_authorized("Access Token has expired").into());
        }
        let state = self.state.borrow();
        let name = claims["username"].as_str().unwrap_or_default();
        let user = state.user(&pool, name).cloned().ok_or(Error::UserNotFound)?;
        let revoked = state.is_revoked(claims["origin_jti"].as_str().unwrap_or_default());
        if revoked || claims["auth_time"].as_u64() < Some(user.signed_out / 1000) {
            return Err(Error::not_authorized("Access Token has been revoked").into());
        }
        Ok(Bearer { pool, user })
    }

    /// Random text that means nothing to a client.
    pub(crate) fn opaque(&self, length: usize) -> String {
        self.kernel.rng.string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", length)
    }
}

/// The user's groups with their roles, the one of lowest precedence first.
fn groups_of(pool: &Pool, user: &User) -> Vec<(String, Option<String>)> {
    let mut groups: Vec<_> = user.groups.iter().filter_map(|name| pool.groups.get(name)).collect();
    groups.sort_by_key(|group| (group.precedence.unwrap_or(u64::MAX), group.name.clone()));
    groups.into_iter().map(|group| (group.name.clone(), group.role_arn.clone())).collect()
}

fn group_claims(groups: &[(String, Option<String>)]) -> Value {
    if groups.is_empty() {
        return json!({});
    }
    let roles: Vec<&String> = groups.iter().filter_map(|(_, role)| role.as_ref()).collect();
    let mut claims = json!({"cognito:groups": groups.iter().map(|(name, _)| name).collect::<Vec<_>>()});
    if let Some(preferred) = roles.first() {
        extend(&mut claims, json!({"cognito:roles": roles, "cognito:preferred_role": preferred}));
    }
    claims
}

/// Attributes as claims; the two that say "verified" are booleans.
fn attribute_claims(user: &User) -> Map<String, Value> {
    let claim = |name: &String, value: &String| match name.as_str() {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        _ => json!(value),
    };
    user.attributes.iter().map(|(name, value)| (name.clone(), claim(name, value))).collect()
}

fn extend(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}
