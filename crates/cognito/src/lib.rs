//! Amazon Cognito user pools: sign-up, sign-in, tokens.
//!
//! Tokens are real: RS256 over a key of the pool, whose public half is served at the issuer's
//! `/.well-known/jwks.json`. What AWS would send by email or SMS lands in the [mailbox](Cognito::mailbox).

mod api;
mod cfn;
mod error;
mod keys;
mod measures;
mod rules;
mod srp;
mod state;
mod tokens;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use aws_api::{Api, Call, Operations};
use bytes::Bytes;
use futures_util::{FutureExt, future::Shared};
use http::{HeaderValue, Method, StatusCode, header};
use kernel::{
    Access, Arn, AwsError, Batch, Kernel, LocalBoxFuture, Request, Response, Service, StorageError, async_trait,
};
use serde_json::{Value, json};

use api::auth::Pending;
use keys::{KeptKey, Key};
use state::State;

pub use state::Message;

type ComingKey = Shared<LocalBoxFuture<'static, Option<Rc<Key>>>>;

/// All user pools of a cloud.
pub struct Cognito {
    kernel: Kernel,
    state: RefCell<State>,
    /// Opened keys by pool, also those that are still being made.
    keys: RefCell<HashMap<String, ComingKey>>,
    /// Challenges that wait for their answer, by session or secret block; they last minutes, so a
    /// restart forgets them.
    pending: RefCell<BTreeMap<String, Pending>>,
}

impl Cognito {
    /// Loads the pools and joins the router as `cognito-idp`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let mut state = State::default();
        kernel.storage.load(&state::SPACE, |entry| state.restore(entry)).await?;
        let cognito = Rc::new(Self {
            kernel: kernel.clone(),
            state: RefCell::new(state),
            keys: RefCell::default(),
            pending: RefCell::default(),
        });
        kernel.router.register("cognito-idp", Rc::new(Endpoint(cognito.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        Ok(cognito)
    }

    /// What the pools have sent, oldest first.
    pub fn mailbox(&self) -> Vec<Message> {
        self.state.borrow().mail().cloned().collect()
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }

    /// The pool's signing key; the first who asks has it made.
    fn key(self: &Rc<Self>, pool: &str) -> ComingKey {
        let (cognito, pool_id) = (self.clone(), pool.to_owned());
        let coming = async move { cognito.open_key(&pool_id).await.map(Rc::new) };
        self.keys.borrow_mut().entry(pool.to_owned()).or_insert_with(|| coming.boxed_local().shared()).clone()
    }

    async fn open_key(&self, pool: &str) -> Option<Key> {
        let kept = self.state.borrow().pool(pool).ok()?.key.clone();
        if let Some(kept) = kept {
            return kept.open();
        }
        let kept = KeptKey::generate(&self.kernel).await;
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let mut pool = state.pool(pool).ok()?.clone();
            pool.key = Some(kept.clone());
            state.put_pool(pool, &mut batch);
        }
        // A key that could not be kept must not sign: its tokens would be worthless after a restart.
        self.commit(batch).await.ok()?;
        kept.open()
    }

    /// `GET /POOL/.well-known/…`, or `None` for any other path.
    async fn discover(self: &Rc<Self>, path: &str) -> Option<Response> {
        let (pool, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
        let issuer = self.state.borrow().pool(pool).map(state::Pool::issuer);
        let body = match (issuer, document) {
            (Ok(_), "jwks.json") => json!({"keys": [self.key(pool).await?.public()]}),
            (Ok(issuer), "openid-configuration") => json!({
                "id_token_signing_alg_values_supported": ["RS256"],
                "issuer": issuer,
                "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
                "response_types_supported": ["code", "token"],
                "scopes_supported": ["openid", "email", "phone", "profile"],
                "subject_types_supported": ["public"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }),
            (Err(error), _) => {
                return Some(answer(StatusCode::BAD_REQUEST, &json!({"message": AwsError::from(error).message})));
            }
            _ => return None,
        };
        Some(answer(StatusCode::OK, &body))
    }
}

/// The service in the router; it hands out the `Rc` that background work needs.
struct Endpoint(Rc<Cognito>);

#[async_trait(?Send)]
impl Service for Endpoint {
    async fn handle(&self, request: Request) -> Response {
        if request.method() == Method::GET
            && let Some(response) = self.0.discover(request.uri().path()).await
        {
            return response;
        }
        aws_api::serve(&self.0.kernel, self, request).await
    }
}

/// Operations that anybody may call: they carry their own proof (a password, a code, a token).
const PUBLIC: &[&str] = &[
    "ChangePassword",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "ForgotPassword",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "InitiateAuth",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SignUp",
    "UpdateUserAttributes",
    "VerifyUserAttribute",
];

#[async_trait(?Send)]
impl Operations for Endpoint {
    fn api(&self) -> &'static Api {
        // The table is part of this build.
        aws_api::api("cognito-idp").expect("the table of cognito-idp")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        if PUBLIC.contains(&call.operation) {
            return Vec::new();
        }
        let resource = call.input["UserPoolId"].as_str().map_or_else(
            || "*".to_owned(),
            |pool| {
                Arn::new("cognito-idp", &call.scope.region, &call.scope.account, format!("userpool/{pool}")).to_string()
            },
        );
        vec![Access::new(format!("cognito-idp:{}", call.operation), resource)]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let result = api::call(&self.0, &call).await;
        self.0.measure(&call, &result);
        match result? {
            Some(output) => Ok(output),
            None => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
