//! From signing up to signing out, as an app sees it.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

use std::time::Duration;

use aws_api::invoke;
use cognito::Cognito;
use kernel::{AwsError, Caller, Kernel, Scope, testing};
use serde_json::{Value, json};

struct App {
    kernel: Kernel,
    cognito: std::rc::Rc<Cognito>,
    pool: String,
    client: String,
}

impl App {
    async fn new(kernel: Kernel, pool: Value, client: Value) -> Self {
        let cognito = Cognito::open(&kernel).await.unwrap();
        let mut app = Self { kernel, cognito, pool: String::new(), client: String::new() };
        let created = app.root("CreateUserPool", pool).await.unwrap();
        app.pool.push_str(created["UserPool"]["Id"].as_str().unwrap());
        let mut client = client;
        client["UserPoolId"] = json!(app.pool);
        client["ClientName"] = json!("app");
        let client = app.root("CreateUserPoolClient", client).await.unwrap();
        app.client.push_str(client["UserPoolClient"]["ClientId"].as_str().unwrap());
        app
    }

    async fn root(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        invoke(&self.kernel, Scope::root(&self.kernel), "cognito-idp", operation, input).await
    }

    /// As a browser calls: without credentials, with the client's id.
    async fn app(&self, operation: &str, mut input: Value) -> Result<Value, AwsError> {
        if input["AccessToken"].is_null() {
            input["ClientId"] = json!(self.client);
        }
        let scope = Scope::new(&self.kernel, "us-east-1", Caller::Anonymous);
        invoke(&self.kernel, scope, "cognito-idp", operation, input).await
    }

    async fn sign_in(&self, username: &str, password: &str) -> Result<Value, AwsError> {
        let parameters = json!({"USERNAME": username, "PASSWORD": password});
        self.app("InitiateAuth", json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})).await
    }

    fn last_code(&self) -> String {
        self.cognito.mailbox().last().unwrap().code.clone()
    }
}

fn email_pool() -> Value {
    json!({"PoolName": "people", "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]})
}

fn password_client() -> Value {
    json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
}

fn refusal(result: Result<Value, AwsError>) -> (String, String) {
    let error = result.unwrap_err();
    (error.code, error.message)
}

#[test]
fn a_user_signs_up_confirms_signs_in_and_out() {
    testing::run(|kernel| async move {
        let app = App::new(kernel, email_pool(), password_client()).await;
        let (email, password) = ("ana@example.com", "Passw0rd!");
        let signed_up = app.app("SignUp", json!({"Username": email, "Password": password})).await.unwrap();
        assert_eq!(signed_up["CodeDeliveryDetails"]["Destination"], "a***@e***");
        assert_eq!(refusal(app.sign_in(email, password).await).0, "UserNotConfirmedException");

        let wrong = app.app("ConfirmSignUp", json!({"Username": email, "ConfirmationCode": "x"})).await;
        assert_eq!(refusal(wrong).0, "CodeMismatchException");
        let confirmed = app.app("ConfirmSignUp", json!({"Username": email, "ConfirmationCode": app.last_code()})).await;
        assert_eq!(confirmed, Ok(json!({})));

        let tokens = app.sign_in(email, password).await.unwrap()["AuthenticationResult"].clone();
        let user = app.app("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await.unwrap();
        let attributes = user["UserAttributes"].as_array().unwrap();
        assert!(attributes.contains(&json!({"Name": "email_verified", "Value": "true"})));
        assert_eq!(user["Username"], signed_up["UserSub"]);

        let parameters = json!({"REFRESH_TOKEN": tokens["RefreshToken"]});
        let refresh = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters});
        assert!(app.app("InitiateAuth", refresh.clone()).await.unwrap()["AuthenticationResult"]["IdToken"].is_string());

        app.app("GlobalSignOut", json!({"AccessToken": tokens["AccessToken"]})).await.unwrap();
        assert_eq!(refusal(app.app("InitiateAuth", refresh).await).1, "Invalid Refresh Token");
    });
}

#[test]
fn an_access_token_expires_on_the_virtual_clock() {
    testing::run(|kernel| async move {
        let app = App::new(kernel.clone(), json!({"PoolName": "people"}), password_client()).await;
        let user = json!({"UserPoolId": app.pool, "Username": "ana", "MessageAction": "SUPPRESS"});
        app.root("AdminCreateUser", user).await.unwrap();
        let password = json!({"UserPoolId": app.pool, "Username": "ana", "Password": "Passw0rd!", "Permanent": true});
        app.root("AdminSetUserPassword", password).await.unwrap();
        let tokens = app.sign_in("ana", "Passw0rd!").await.unwrap()["AuthenticationResult"].clone();
        kernel.clock.sleep(Duration::from_secs(3600)).await;
        let late = app.app("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
        assert_eq!(refusal(late), ("NotAuthorizedException".into(), "Access Token has expired".into()));
    });
}

#[test]
fn an_invited_user_chooses_a_password_first() {
    testing::run(|kernel| async move {
        let app = App::new(kernel, email_pool(), password_client()).await;
        app.root("AdminCreateUser", json!({"UserPoolId": app.pool, "Username": "bo@example.com"})).await.unwrap();
        let challenge = app.sign_in("bo@example.com", &app.last_code()).await.unwrap();
        assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        let answer = |password: &str| {
            json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": challenge["Session"],
                "ChallengeResponses": {"USERNAME": "bo@example.com", "NEW_PASSWORD": password},
            })
        };
        let (code, message) = refusal(app.app("RespondToAuthChallenge", answer("weak")).await);
        assert_eq!(code, "InvalidPasswordException");
        assert_eq!(message, "Password did not conform with policy: Password not long enough");
        let result = app.app("RespondToAuthChallenge", answer("Passw0rd!")).await.unwrap();
        assert!(result["AuthenticationResult"]["AccessToken"].is_string());
    });
}

#[test]
fn six_wrong_passwords_lock_for_a_while() {
    testing::run(|kernel| async move {
        let app = App::new(kernel.clone(), email_pool(), password_client()).await;
        app.app("SignUp", json!({"Username": "ana@example.com", "Password": "Passw0rd!"})).await.unwrap();
        for _ in 0..5 {
            assert_eq!(refusal(app.sign_in("ana@example.com", "no").await).1, "Incorrect username or password.");
        }
        assert_eq!(refusal(app.sign_in("ana@example.com", "no").await).1, "Password attempts exceeded");
        kernel.clock.sleep(Duration::from_secs(2)).await;
        assert_eq!(refusal(app.sign_in("ana@example.com", "no").await).1, "Incorrect username or password.");
    });
}

#[test]
fn a_client_without_the_flow_refuses_it() {
    testing::run(|kernel| async move {
        let app = App::new(kernel, email_pool(), json!({})).await;
        let (code, message) = refusal(app.sign_in("ana@example.com", "x").await);
        assert_eq!(code, "InvalidParameterException");
        assert_eq!(message, "USER_PASSWORD_AUTH flow not enabled for this client");
    });
}
