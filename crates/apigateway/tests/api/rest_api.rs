use std::{cell::RefCell, rc::Rc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Request;
use kernel::MemoryBackend;
use serde_json::{Value, json};

use crate::stand_in::{Cloud, echoed, invocations, run, run_on, text};

fn proxy(name: &str) -> Value {
    json!({"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": invocations(name)}})
}

fn api(paths: Value) -> Value {
    json!({"swagger": "2.0", "info": {"title": "test", "version": "1.0"}, "paths": paths})
}

#[test]
fn a_function_gets_an_event_of_format_1() {
    run(|cloud: Cloud| async move {
        let id = cloud.rest_api(api(json!({"/pets/{id}": {"post": proxy("echo")}}))).await;
        let request = Request::post("/prod/pets/7?a=1&a=2&b=x%20y")
            .header("content-type", "application/json")
            .header("x-custom", "one")
            .header("x-custom", "two")
            .header("user-agent", "test/1");
        let response = cloud.send(&id, request, "{\"n\":1}").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert!(response.headers().contains_key("x-amzn-requestid"));
        assert!(response.headers().contains_key("x-amz-apigw-id"));
        let event = echoed(&response);
        let expected = json!({
            "resource": "/pets/{id}", "path": "/pets/7", "httpMethod": "POST", "body": "{\"n\":1}",
            "isBase64Encoded": false, "pathParameters": {"id": "7"}, "stageVariables": null,
            "queryStringParameters": {"a": "2", "b": "x y"},
            "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["x y"]},
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(event[name], *value, "{name}");
        }
        assert_eq!(event["headers"]["x-custom"], "two");
        assert_eq!(event["multiValueHeaders"]["x-custom"], json!(["one", "two"]));
        assert_eq!(event["headers"]["User-Agent"], "test/1");
        let context = &event["requestContext"];
        assert_eq!(context["path"], "/prod/pets/7");
        assert_eq!((&context["stage"], &context["apiId"]), (&json!("prod"), &json!(id)));
        assert_eq!(context["requestTime"], "01/Jan/2026:00:00:00 +0000");
        assert_eq!(context["identity"]["userAgent"], "test/1");
    });
}

#[test]
fn what_api_gateway_itself_answers() {
    run(|cloud: Cloud| async move {
        cloud.answers("malformed", json!("just text"));
        let paths = json!({
            "/slow": {"get": proxy("slow")}, "/broken": {"get": proxy("broken")},
            "/absent": {"get": proxy("absent")}, "/malformed": {"get": proxy("malformed")},
        });
        let id = cloud.rest_api(api(paths)).await;
        let cases = [
            ("/", 403, r#"{"message":"Forbidden"}"#),
            ("/other/slow", 403, r#"{"message":"Forbidden"}"#),
            ("/prod/none", 403, r#"{"message":"Missing Authentication Token"}"#),
            ("/prod/slow", 504, r#"{"message": "Endpoint request timed out"}"#),
            ("/prod/broken", 502, r#"{"message": "Internal server error"}"#),
            ("/prod/malformed", 502, r#"{"message": "Internal server error"}"#),
            ("/prod/absent", 500, r#"{"message": "Internal server error"}"#),
        ];
        for (path, status, body) in cases {
            assert_eq!(cloud.get(&id, path).await, (status, body.to_owned()), "{path}");
        }
        assert_eq!(cloud.get("nosuchapi1", "/prod").await.0, 403);
        let response = cloud.send(&id, Request::get("/prod/none"), "").await;
        assert_eq!(response.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException");
    });
}

#[test]
fn a_mock_answers_a_preflight_as_sam_writes_it() {
    run(|cloud: Cloud| async move {
        let mock = json!({"x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": "{\n  \"statusCode\" : 200\n}\n"},
            "responses": {"default": {
                "statusCode": "200",
                "responseTemplates": {"application/json": "{}\n"},
                "responseParameters": {
                    "method.response.header.Access-Control-Allow-Origin": "'*'",
                    "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
                },
            }},
        }});
        let id = cloud.rest_api(api(json!({"/": {"options": mock}}))).await;
        let response = cloud.send(&id, Request::options("/prod"), "").await;
        assert_eq!((response.status().as_u16(), text(&response).as_str()), (200, "{}\n"));
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(response.headers()["access-control-allow-methods"], "GET,OPTIONS");
    });
}

#[test]
fn gateway_responses_add_headers_to_errors() {
    run(|cloud: Cloud| async move {
        let mut document = api(json!({"/": {"get": proxy("echo")}}));
        document["x-amazon-apigateway-gateway-responses"] = json!({
            "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
            "DEFAULT_5XX": {"statusCode": 599, "responseTemplates": {"application/json": "{\"why\":\"$context.error.responseType\"}"}},
        });
        document["paths"]["/broken"] = json!({"get": proxy("broken")});
        let id = cloud.rest_api(document).await;
        let response = cloud.send(&id, Request::get("/prod/none"), "").await;
        assert_eq!(response.status(), 403);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(text(&response), r#"{"message":"Missing Authentication Token"}"#);
        assert_eq!(cloud.get(&id, "/prod/broken").await, (599, r#"{"why":"DEFAULT_5XX"}"#.to_owned()));
    });
}

#[test]
fn a_deployment_is_a_snapshot() {
    run(|cloud: Cloud| async move {
        let api = cloud.rest("CreateRestApi", json!({"name": "by hand"})).await.unwrap();
        let (id, root) = (api["id"].clone(), api["rootResourceId"].clone());
        let refused = cloud.rest("CreateDeployment", json!({"restApiId": id})).await.unwrap_err();
        assert_eq!(refused.message, "The REST API doesn't contain any methods");
        let parts = json!({"restApiId": id, "parentId": root, "pathPart": "one"});
        let one = cloud.rest("CreateResource", parts).await.unwrap()["id"].clone();
        let method = json!({"restApiId": id, "resourceId": one, "httpMethod": "ANY", "authorizationType": "NONE"});
        cloud.rest("PutMethod", method).await.unwrap();
        let integration = json!({
            "restApiId": id, "resourceId": one, "httpMethod": "ANY", "type": "AWS_PROXY",
            "integrationHttpMethod": "POST", "uri": invocations("echo"),
        });
        cloud.rest("PutIntegration", integration).await.unwrap();
        let name = id.as_str().unwrap();
        assert_eq!(cloud.get(name, "/dev/one").await.0, 403);

        let deployment = cloud.rest("CreateDeployment", json!({"restApiId": id})).await.unwrap();
        let stage = json!({
            "restApiId": id, "stageName": "dev", "deploymentId": deployment["id"], "variables": {"color": "blue"},
        });
        cloud.rest("CreateStage", stage).await.unwrap();
        let (status, body) = cloud.get(name, "/dev/one").await;
        assert_eq!(status, 200);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["stageVariables"], json!({"color": "blue"}));

        cloud.rest("DeleteResource", json!({"restApiId": id, "resourceId": one})).await.unwrap();
        assert_eq!(cloud.get(name, "/dev/one").await.0, 200);
    });
}

#[test]
fn bytes_travel_as_base64_where_their_type_says_so() {
    run(|cloud: Cloud| async move {
        let mut document = api(json!({"/": {"post": proxy("echo")}, "/image": {"get": proxy("image")}}));
        document["x-amazon-apigateway-binary-media-types"] = json!(["image/png"]);
        cloud.answers("image", json!({"body": STANDARD.encode("PNG"), "isBase64Encoded": true}));
        let id = cloud.rest_api(document).await;
        let response = cloud.send(&id, Request::post("/prod").header("content-type", "image/png"), "PNG").await;
        let event = echoed(&response);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(STANDARD.encode("PNG")), &json!(true)));
        let accepting = cloud.send(&id, Request::get("/prod/image").header("accept", "image/png"), "").await;
        assert_eq!(text(&accepting), "PNG");
        assert_eq!(cloud.get(&id, "/prod/image").await.1, STANDARD.encode("PNG"));
    });
}

#[test]
fn a_token_authorizer_decides_and_is_remembered() {
    run(|cloud: Cloud| async move {
        cloud.answers("judge", json!({
            "principalId": "user", "context": {"tenant": 7},
            "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "arn:aws:execute-api:*:*:*/prod/GET/*"},
                {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": "*/secret"},
            ]},
        }));
        let guarded = |name: &str| {
            let mut operation = proxy(name);
            operation["security"] = json!([{"judge": []}]);
            operation
        };
        let mut document = api(json!({
            "/open": {"get": guarded("echo"), "post": guarded("echo")}, "/secret": {"get": guarded("echo")},
        }));
        document["securityDefinitions"] = json!({"judge": {
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token", "authorizerUri": invocations("judge"), "identityValidationExpression": "t.*",
            },
        }});
        let id = cloud.rest_api(document).await;
        let call = async |request: http::request::Builder| {
            let response = cloud.send(&id, request, "").await;
            (response.status().as_u16(), text(&response))
        };
        let with = |request: http::request::Builder, token: &str| request.header("authorization", token);
        let unauthorized = (401, r#"{"message":"Unauthorized"}"#.to_owned());
        assert_eq!(call(Request::get("/prod/open")).await, unauthorized);
        assert_eq!(call(with(Request::get("/prod/open"), "bad")).await, unauthorized);
        let (status, body) = call(with(Request::get("/prod/open"), "t1")).await;
        assert_eq!(status, 200);
        let event: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(event["requestContext"]["authorizer"]["principalId"], "user");
        assert_eq!(event["requestContext"]["authorizer"]["tenant"], "7");
        let denied = (403, r#"{"Message":"User is not authorized to access this resource"}"#.to_owned());
        assert_eq!(call(with(Request::post("/prod/open"), "t1")).await, denied);
        let explicit = r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#;
        assert_eq!(call(with(Request::get("/prod/secret"), "t1")).await, (403, explicit.to_owned()));
        assert_eq!(cloud.events("judge").len(), 1);
        cloud.kernel.clock.sleep(std::time::Duration::from_secs(301)).await;
        call(with(Request::get("/prod/open"), "t1")).await;
        let events = cloud.events("judge");
        assert_eq!(events.len(), 2);
        assert_eq!(events[0]["authorizationToken"], "t1");
        let arn = format!("arn:aws:execute-api:us-east-1:123456789012:{id}/prod/GET/open");
        assert_eq!(events[0]["methodArn"], arn);
    });
}

#[test]
fn errors_of_the_control_plane() {
    run(|cloud: Cloud| async move {
        let id = cloud.rest("CreateRestApi", json!({"name": "a"})).await.unwrap();
        let (id, root) = (id["id"].clone(), id["rootResourceId"].clone());
        let child = |part: &str| json!({"restApiId": id, "parentId": root, "pathPart": part});
        cloud.rest("CreateResource", child("pets")).await.unwrap();
        cloud.rest("CreateResource", child("{proxy+}")).await.unwrap();
        let cases = [
            ("GetRestApi", json!({"restApiId": "none"}), 404, "Invalid API identifier specified 123456789012:none"),
            ("CreateResource", child("pets"), 409, "Another resource with the same parent already has this name: pets"),
            (
                "CreateResource",
                child("{other+}"),
                400,
                "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
            ),
            (
                "GetResource",
                json!({"restApiId": id, "resourceId": "none"}),
                404,
                "Invalid Resource identifier specified",
            ),
            (
                "PutMethod",
                json!({"restApiId": id, "resourceId": root, "httpMethod": "GET", "authorizationType": "CUSTOM"}),
                400,
                "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
            ),
        ];
        for (operation, input, status, message) in cases {
            let error = cloud.rest(operation, input).await.unwrap_err();
            assert_eq!((error.status.as_u16(), error.message.as_str()), (status, message), "{operation}");
        }
        let unknown = cloud.rest("GetVpcLinks", json!({})).await.unwrap_err();
        assert_eq!(unknown.code, "UnknownOperationException");
    });
}

#[test]
fn a_request_validator_checks_parameters_and_body() {
    run(|cloud: Cloud| async move {
        let mut operation = proxy("echo");
        operation["x-amazon-apigateway-request-validator"] = json!("all");
        operation["parameters"] = json!([
            {"name": "q", "in": "query", "required": true}, {"name": "x-one", "in": "header", "required": true},
            {"name": "pet", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Pet"}},
        ]);
        let mut document = api(json!({"/": {"post": operation}}));
        let all = json!({"validateRequestBody": true, "validateRequestParameters": true});
        document["x-amazon-apigateway-request-validators"] = json!({"all": all});
        document["definitions"] = json!({"Pet": {"type": "object", "required": ["name"]}});
        let id = cloud.rest_api(document).await;
        let call = async |path: &str, body: &str| {
            let request = Request::post(path).header("x-one", "1").header("content-type", "application/json");
            let response = cloud.send(&id, request, body).await;
            (response.status().as_u16(), text(&response))
        };
        assert_eq!(call("/prod?q=1", r#"{"name":"Tom"}"#).await.0, 200);
        assert_eq!(call("/prod?q=1", "{}").await, (400, r#"{"message": "Invalid request body"}"#.to_owned()));
        let missing = r#"{"message": "Missing required request parameters: [q]"}"#;
        assert_eq!(call("/prod", "{}").await, (400, missing.to_owned()));
    });
}

#[test]
fn apis_and_their_deployments_are_kept() {
    let backend = Rc::new(MemoryBackend::default());
    let id = Rc::new(RefCell::new(String::new()));
    let made = id.clone();
    run_on(backend.clone(), |cloud| async move {
        *made.borrow_mut() = cloud.rest_api(api(json!({"/a": {"get": proxy("echo")}}))).await;
    });
    run_on(backend, |cloud| async move {
        let id = id.borrow().clone();
        assert_eq!(cloud.get(&id, "/prod/a").await.0, 200);
    });
}

#[test]
fn an_api_by_hand_with_model_validator_patches_and_tags() {
    run(|cloud: Cloud| async move {
        let api = cloud.rest("CreateRestApi", json!({"name": "a"})).await.unwrap();
        let (id, root) = (api["id"].clone(), api["rootResourceId"].clone());
        let models = cloud.rest("GetModels", json!({"restApiId": id})).await.unwrap();
        let names: Vec<&Value> = models["items"].as_array().unwrap().iter().map(|model| &model["name"]).collect();
        assert_eq!(names, ["Empty", "Error"]);
        let schema = json!({"type": "object", "required": ["name"]}).to_string();
        let model = json!({"restApiId": id, "name": "Pet", "contentType": "application/json", "schema": schema});
        cloud.rest("CreateModel", model).await.unwrap();
        let validator = json!({"restApiId": id, "name": "body", "validateRequestBody": true});
        let validator = cloud.rest("CreateRequestValidator", validator).await.unwrap()["id"].clone();
        let method = json!({
            "restApiId": id, "resourceId": root, "httpMethod": "POST", "authorizationType": "NONE",
            "requestValidatorId": validator, "requestModels": {"application/json": "Pet"},
        });
        cloud.rest("PutMethod", method.clone()).await.unwrap();
        let part = json!({"restApiId": id, "resourceId": root, "httpMethod": "POST"});
        let with = |members: Value| {
            let mut input = part.clone();
            input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            input
        };
        let wrong = with(json!({"type": "HTTPS_PROXY"}));
        let error = cloud.rest("PutIntegration", wrong).await.unwrap_err();
        let words = "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set:";
        assert!(error.message.starts_with(words), "{}", error.message);
        let integration = json!({"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": invocations("slow")});
        cloud.rest("PutIntegration", with(integration)).await.unwrap();
        let uri = json!({"op": "replace", "path": "/uri", "value": invocations("echo")});
        cloud.rest("UpdateIntegration", with(json!({"patchOperations": [uri]}))).await.unwrap();
        let name = json!({"op": "add", "path": "/operationName", "value": "a"});
        let error = cloud.rest("UpdateMethod", with(json!({"patchOperations": [name]}))).await.unwrap_err();
        assert_eq!(error.message, "Invalid patch operation specified. Must be one of: [replace]");
        cloud.rest("CreateDeployment", json!({"restApiId": id, "stageName": "s"})).await.unwrap();
        let name = id.as_str().unwrap();
        let post = async |body: &str| cloud.send(name, Request::post("/s"), body).await.status().as_u16();
        assert_eq!((post("{}").await, post(r#"{"name": "Tom"}"#).await), (400, 200));
        let error = cloud.rest("DeleteModel", json!({"restApiId": id, "modelName": "Pet"})).await.unwrap_err();
        assert_eq!(error.message, "Cannot delete model 'Pet', is referenced in method request: //POST");

        let arn = format!("arn:aws:apigateway:us-east-1::/restapis/{name}");
        cloud.rest("TagResource", json!({"resourceArn": arn, "tags": {"a": "1", "b": "2"}})).await.unwrap();
        cloud.rest("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a"]})).await.unwrap();
        let tags = cloud.rest("GetTags", json!({"resourceArn": arn})).await.unwrap();
        assert_eq!(tags, json!({"tags": {"b": "2"}}));
    });
}
