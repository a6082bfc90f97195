use std::time::Duration;

use http::Request;
use serde_json::{Value, json};

use crate::{
    issuer::{ARN, ISSUER, Issuer},
    stand_in::{Cloud, echoed, invocations, run, text},
};

fn operation(security: Value) -> Value {
    json!({"get": {"security": security, "x-amazon-apigateway-integration": {
        "type": "aws_proxy", "httpMethod": "POST", "uri": invocations("echo"), "payloadFormatVersion": "2.0",
    }}})
}

async fn rest_api(cloud: &Cloud) -> String {
    let document = json!({
        "swagger": "2.0", "info": {"title": "guarded", "version": "1.0"},
        "paths": {"/me": operation(json!([{"pool": []}])), "/scoped": operation(json!([{"pool": ["notes/read"]}]))},
        "securityDefinitions": {"pool": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [ARN]},
        }},
    });
    cloud.rest_api(document).await
}

#[test]
fn a_user_pool_guards_a_rest_api() {
    run(|cloud: Cloud| async move {
        let issuer = Issuer::open(&cloud.kernel);
        let id = rest_api(&cloud).await;
        let call = async |path: &str, token: &str| {
            cloud.send(&id, Request::get(format!("/prod{path}")).header("authorization", token), "").await
        };
        let identity = json!({
            "aud": "client", "token_use": "id", "email_verified": true, "cognito:groups": ["a", "b"], "auth_time": 7,
        });
        let identity = issuer.token(&cloud.kernel, identity);
        let access = json!({"client_id": "client", "token_use": "access", "scope": "openid notes/read"});
        let access = issuer.token(&cloud.kernel, access);

        let response = call("/me", &identity).await;
        assert_eq!(response.status(), 200, "{}", text(&response));
        let claims = &echoed(&response)["requestContext"]["authorizer"]["claims"];
        let expected = json!({
            "sub": "someone", "email_verified": "true", "cognito:groups": "a,b", "auth_time": "7",
            "iat": "Thu Jan 01 00:00:00 UTC 2026",
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(claims[name], *value, "{name}");
        }
        assert_eq!(call("/me", &format!("Bearer {identity}")).await.status(), 200);
        assert_eq!(call("/scoped", &access).await.status(), 200);

        let (signed, signature) = identity.rsplit_once('.').unwrap();
        let forged = format!("{signed}.{}", signature.chars().rev().collect::<String>());
        let other = issuer.token(&cloud.kernel, json!({"iss": format!("{ISSUER}2"), "token_use": "id"}));
        for (path, token) in [("/me", &access), ("/scoped", &identity), ("/me", &forged), ("/me", &other)] {
            let response = call(path, token).await;
            assert_eq!((response.status().as_u16(), text(&response).as_str()), (401, r#"{"message":"Unauthorized"}"#));
        }
        assert_eq!(cloud.get(&id, "/prod/me").await.0, 401);
        cloud.kernel.clock.sleep(Duration::from_secs(3600)).await;
        let late = call("/me", &identity).await;
        assert_eq!(
            (late.status().as_u16(), text(&late).as_str()),
            (401, r#"{"message":"The incoming token has expired"}"#)
        );
    });
}

#[test]
fn a_jwt_authorizer_guards_an_http_api() {
    run(|cloud: Cloud| async move {
        let issuer = Issuer::open(&cloud.kernel);
        let document = json!({
            "openapi": "3.0.1", "info": {"title": "guarded", "version": "1.0"},
            "paths": {"/me": operation(json!([{"jwt": []}])), "/scoped": operation(json!([{"jwt": ["notes/read"]}]))},
            "components": {"securitySchemes": {"jwt": {"type": "oauth2", "x-amazon-apigateway-authorizer": {
                "type": "jwt", "identitySource": "$request.header.Authorization",
                "jwtConfiguration": {"issuer": ISSUER, "audience": ["client"]},
            }}}},
        });
        let id = cloud.http_api(document).await;
        let call = async |path: &str, claims: Value| {
            let token = issuer.token(&cloud.kernel, claims);
            cloud.send(&id, Request::get(path).header("authorization", format!("Bearer {token}")), "").await
        };
        let response = call("/me", json!({"aud": "client", "cognito:groups": ["a", "b"]})).await;
        let jwt = &echoed(&response)["requestContext"]["authorizer"]["jwt"];
        assert_eq!((&jwt["claims"]["cognito:groups"], &jwt["scopes"]), (&json!("[a b]"), &Value::Null));
        let response = call("/scoped", json!({"client_id": "client", "scope": "openid notes/read"})).await;
        assert_eq!(echoed(&response)["requestContext"]["authorizer"]["jwt"]["scopes"], json!(["openid", "notes/read"]));

        let missing = cloud.send(&id, Request::get("/me"), "").await;
        assert_eq!((missing.status().as_u16(), text(&missing).as_str()), (401, r#"{"message":"Unauthorized"}"#));
        assert_eq!(missing.headers()["www-authenticate"], "Bearer");
        let wrong = call("/me", json!({"aud": "other"})).await;
        let reason =
            r#"Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience""#;
        assert_eq!((wrong.status().as_u16(), wrong.headers()["www-authenticate"].to_str().unwrap()), (401, reason));
        let unscoped = call("/scoped", json!({"aud": "client", "scope": "openid"})).await;
        assert_eq!((unscoped.status().as_u16(), text(&unscoped).as_str()), (403, r#"{"message":"Forbidden"}"#));
    });
}
