//! Amazon Cognito user pools: people, their sign-up and their tokens.

use super::{list_at, text_at, texts_at};
use crate::client::{Client, Failure};
use serde_json::{Value, json};

/// A user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub id: String,
    pub name: String,
}

/// An app client of a user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct AppClient {
    pub id: String,
    pub name: String,
    /// Whether the client allows `USER_PASSWORD_AUTH`.
    pub takes_passwords: bool,
}

/// A person in a user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub name: String,
    pub status: String,
    pub email: String,
}

/// What a sign-in gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    pub id: String,
    pub access: String,
    pub refresh: String,
}

/// All user pools.
pub async fn pools(client: &Client) -> Result<Vec<Pool>, Failure> {
    let answer = call(client, "ListUserPools", json!({ "MaxResults": 60 })).await?;
    let read = |pool: &Value| Pool { id: text_at(pool, "/Id"), name: text_at(pool, "/Name") };
    Ok(list_at(&answer, "/UserPools").iter().map(read).collect())
}

/// The app clients of a pool.
pub async fn app_clients(client: &Client, pool: &str) -> Result<Vec<AppClient>, Failure> {
    let request = json!({ "UserPoolId": pool, "MaxResults": 60 });
    let answer = call(client, "ListUserPoolClients", request).await?;
    let mut clients = Vec::new();
    for entry in list_at(&answer, "/UserPoolClients") {
        let id = text_at(entry, "/ClientId");
        let request = json!({ "UserPoolId": pool, "ClientId": id });
        let described = call(client, "DescribeUserPoolClient", request).await?;
        let flows = texts_at(&described, "/UserPoolClient/ExplicitAuthFlows");
        clients.push(AppClient {
            id,
            name: text_at(entry, "/ClientName"),
            takes_passwords: flows
                .iter()
                .any(|flow| flow == "ALLOW_USER_PASSWORD_AUTH" || flow == "USER_PASSWORD_AUTH"),
        });
    }
    Ok(clients)
}

/// The people of a pool.
pub async fn users(client: &Client, pool: &str) -> Result<Vec<User>, Failure> {
    let answer = call(client, "ListUsers", json!({ "UserPoolId": pool })).await?;
    let email = |user: &Value| {
        list_at(user, "/Attributes")
            .iter()
            .find(|attribute| text_at(attribute, "/Name") == "email")
            .map_or_else(String::new, |attribute| text_at(attribute, "/Value"))
    };
    let read = |user: &Value| User {
        name: text_at(user, "/Username"),
        status: text_at(user, "/UserStatus"),
        email: email(user),
    };
    Ok(list_at(&answer, "/Users").iter().map(read).collect())
}

/// Signs a person up; the code goes to the mailbox.
pub async fn sign_up(client: &Client, app: &str, name: &str, email: &str, password: &str) -> Result<(), Failure> {
    let mut request = json!({ "ClientId": app, "Username": name, "Password": password });
    if !email.is_empty() {
        request["UserAttributes"] = json!([{ "Name": "email", "Value": email }]);
    }
    call(client, "SignUp", request).await.map(drop)
}

/// Confirms a sign-up with the code from the mailbox.
pub async fn confirm(client: &Client, app: &str, name: &str, code: &str) -> Result<(), Failure> {
    let request = json!({ "ClientId": app, "Username": name, "ConfirmationCode": code });
    call(client, "ConfirmSignUp", request).await.map(drop)
}

/// Sends the sign-up code again.
pub async fn resend_code(client: &Client, app: &str, name: &str) -> Result<(), Failure> {
    let request = json!({ "ClientId": app, "Username": name });
    call(client, "ResendConfirmationCode", request).await.map(drop)
}

/// Signs a person in with their password. A challenge is an error here: the page cannot answer it.
pub async fn sign_in(client: &Client, app: &str, name: &str, password: &str) -> Result<Tokens, Failure> {
    let parameters = json!({ "USERNAME": name, "PASSWORD": password });
    initiate(client, app, "USER_PASSWORD_AUTH", parameters).await
}

/// Gets new ID and access tokens for a refresh token.
pub async fn refresh(client: &Client, app: &str, token: &str) -> Result<Tokens, Failure> {
    let parameters = json!({ "REFRESH_TOKEN": token });
    let tokens = initiate(client, app, "REFRESH_TOKEN_AUTH", parameters).await?;
    let refresh = if tokens.refresh.is_empty() { token.to_owned() } else { tokens.refresh };
    Ok(Tokens { refresh, ..tokens })
}

async fn initiate(client: &Client, app: &str, flow: &str, parameters: Value) -> Result<Tokens, Failure> {
    let request = json!({ "ClientId": app, "AuthFlow": flow, "AuthParameters": parameters });
    let answer = call(client, "InitiateAuth", request).await?;
    let challenge = text_at(&answer, "/ChallengeName");
    if !challenge.is_empty() {
        let message = "This account must answer a challenge before it can sign in.".to_owned();
        return Err(Failure::Aws { code: challenge, message, status: 200 });
    }
    Ok(Tokens {
        id: text_at(&answer, "/AuthenticationResult/IdToken"),
        access: text_at(&answer, "/AuthenticationResult/AccessToken"),
        refresh: text_at(&answer, "/AuthenticationResult/RefreshToken"),
    })
}

async fn call(client: &Client, operation: &str, body: Value) -> Result<Value, Failure> {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    client.json("cognito-idp", &target, "1.1", body).await
}
