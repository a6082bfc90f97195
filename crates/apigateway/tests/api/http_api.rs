use http::Request;
use serde_json::{Value, json};

use crate::stand_in::{Cloud, echoed, function, invocations, run, text};

fn proxy(name: &str) -> Value {
    json!({"x-amazon-apigateway-integration": {
        "type": "aws_proxy", "httpMethod": "POST", "uri": invocations(name), "payloadFormatVersion": "2.0",
    }})
}

fn api(paths: Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "test", "version": "1.0"}, "paths": paths})
}

#[test]
fn a_function_gets_an_event_of_format_2() {
    run(|cloud: Cloud| async move {
        let id = cloud.http_api(api(json!({"/pets/{id}": {"post": proxy("echo")}}))).await;
        let request = Request::post("/pets/a%20b?a=1&a=2")
            .header("content-type", "application/json")
            .header("cookie", "one=1; two=2")
            .header("x-custom", "one")
            .header("x-custom", "two");
        let response = cloud.send(&id, request, "{}").await;
        assert_eq!(response.status(), 200);
        assert!(response.headers().contains_key("apigw-requestid"));
        let event = echoed(&response);
        let expected = json!({
            "version": "2.0", "routeKey": "POST /pets/{id}", "rawPath": "/pets/a b", "rawQueryString": "a=1&a=2",
            "cookies": ["one=1", "two=2"], "queryStringParameters": {"a": "1,2"}, "pathParameters": {"id": "a b"},
            "body": "{}", "isBase64Encoded": false,
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(event[name], *value, "{name}");
        }
        assert_eq!(event["headers"]["x-custom"], "one,two");
        assert_eq!(event["headers"]["content-length"], "2");
        assert_eq!(event["requestContext"]["http"]["method"], "POST");
        assert_eq!(event["requestContext"]["stage"], "$default");
        assert!(event.get("stageVariables").is_none());
    });
}

#[test]
fn what_api_gateway_itself_answers() {
    run(|cloud: Cloud| async move {
        let paths = json!({
            "/slow": {"get": proxy("slow")}, "/broken": {"get": proxy("broken")}, "/bare": {"get": proxy("bare")},
        });
        cloud.answers("bare", json!({"hello": "world"}));
        let id = cloud.http_api(api(paths)).await;
        let cases = [
            ("/none", 404, r#"{"message":"Not Found"}"#),
            ("/slow/", 404, r#"{"message":"Not Found"}"#),
            ("/slow", 503, r#"{"message":"Service Unavailable"}"#),
            ("/broken", 500, r#"{"message":"Internal Server Error"}"#),
            ("/bare", 200, r#"{"hello":"world"}"#),
        ];
        for (path, status, body) in cases {
            assert_eq!(cloud.get(&id, path).await, (status, body.to_owned()), "{path}");
        }
    });
}

#[test]
fn quick_create_makes_an_api_that_answers() {
    run(|cloud: Cloud| async move {
        let input = json!({"Name": "quick", "ProtocolType": "HTTP", "Target": function("echo")});
        let api = cloud.http("CreateApi", input).await.unwrap();
        let id = api["ApiId"].as_str().unwrap();
        assert_eq!(api["ApiEndpoint"], format!("https://{id}.execute-api.us-east-1.amazonaws.com"));
        let (status, body) = cloud.get(id, "/any/thing").await;
        assert_eq!(status, 200);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["routeKey"], "$default");
    });
}

#[test]
fn a_named_stage_is_the_first_part_of_the_path() {
    run(|cloud: Cloud| async move {
        let id = cloud.http_api(api(json!({"/a": {"get": proxy("echo")}}))).await;
        let stage = json!({"ApiId": id, "StageName": "dev", "AutoDeploy": true, "StageVariables": {"x": "y"}});
        cloud.http("CreateStage", stage).await.unwrap();
        let event: Value = serde_json::from_str(&cloud.get(&id, "/dev/a").await.1).unwrap();
        assert_eq!((&event["rawPath"], &event["stageVariables"]), (&json!("/dev/a"), &json!({"x": "y"})));
    });
}

#[test]
fn stages_that_deploy_by_themselves_follow_every_change() {
    run(|cloud: Cloud| async move {
        let id = cloud.http_api(api(json!({"/a": {"get": proxy("echo")}}))).await;
        assert_eq!(cloud.get(&id, "/b").await.0, 404);
        let integration = json!({
            "ApiId": id, "IntegrationType": "AWS_PROXY", "IntegrationUri": function("echo"), "PayloadFormatVersion": "1.0",
        });
        let integration = cloud.http("CreateIntegration", integration).await.unwrap();
        let target = format!("integrations/{}", integration["IntegrationId"].as_str().unwrap());
        cloud.http("CreateRoute", json!({"ApiId": id, "RouteKey": "GET /b", "Target": target})).await.unwrap();
        let event: Value = serde_json::from_str(&cloud.get(&id, "/b").await.1).unwrap();
        assert_eq!((&event["version"], &event["resource"]), (&json!("1.0"), &json!("/b")));
        let deployments = cloud.http("GetDeployments", json!({"ApiId": id})).await.unwrap();
        assert_eq!(deployments["Items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn cors_is_answered_by_the_gateway() {
    run(|cloud: Cloud| async move {
        cloud.answers("own", json!({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "mine"}}));
        let mut document = api(json!({"/a": {"get": proxy("own")}}));
        document["x-amazon-apigateway-cors"] = json!({
            "allowOrigins": ["https://page.example"], "allowMethods": ["GET"], "allowHeaders": ["authorization"],
            "maxAge": 600,
        });
        let id = cloud.http_api(document).await;
        let preflight = |origin: &str| {
            Request::options("/a").header("origin", origin).header("access-control-request-method", "GET")
        };
        let response = cloud.send(&id, preflight("https://page.example"), "").await;
        assert_eq!(response.status(), 204);
        assert_eq!(response.headers()["access-control-allow-origin"], "https://page.example");
        assert_eq!(response.headers()["access-control-allow-methods"], "GET");
        assert_eq!(response.headers()["access-control-max-age"], "600");
        let foreign = cloud.send(&id, preflight("https://other.example"), "").await;
        assert!(!foreign.headers().contains_key("access-control-allow-origin"));
        let response = cloud.send(&id, Request::get("/a").header("origin", "https://page.example"), "").await;
        assert_eq!(response.headers()["access-control-allow-origin"], "https://page.example");
    });
}

#[test]
fn a_simple_authorizer_decides() {
    run(|cloud: Cloud| async move {
        cloud.answers("judge", json!({"isAuthorized": true, "context": {"tenant": 7}}));
        cloud.answers("refuse", json!({"isAuthorized": false}));
        let guarded = |name: &str| {
            let mut operation = proxy("echo");
            operation["security"] = json!([{name: []}]);
            json!({"get": operation})
        };
        let scheme = |name: &str| {
            json!({"type": "apiKey", "name": "unused", "in": "header", "x-amazon-apigateway-authorizer": {
                "type": "request", "authorizerUri": invocations(name), "authorizerPayloadFormatVersion": 2.0,
                "enableSimpleResponses": true, "identitySource": ["$request.header.Authorization"],
            }})
        };
        let mut document = api(json!({"/judge": guarded("judge"), "/refuse": guarded("refuse")}));
        document["components"] = json!({"securitySchemes": {"judge": scheme("judge"), "refuse": scheme("refuse")}});
        let id = cloud.http_api(document).await;
        assert_eq!(cloud.get(&id, "/judge").await, (401, r#"{"message":"Unauthorized"}"#.to_owned()));
        let with_token = |path: &str| Request::get(path).header("authorization", "t");
        let response = cloud.send(&id, with_token("/judge"), "").await;
        assert_eq!(echoed(&response)["requestContext"]["authorizer"], json!({"lambda": {"tenant": 7}}));
        assert_eq!(cloud.events("judge")[0]["identitySource"], json!(["t"]));
        let response = cloud.send(&id, with_token("/refuse"), "").await;
        assert_eq!((response.status().as_u16(), text(&response).as_str()), (403, r#"{"message":"Forbidden"}"#));
    });
}
