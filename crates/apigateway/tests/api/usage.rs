use std::time::Duration;

use http::Request;
use serde_json::{Value, json};

use crate::{
    cfn::{create, delete},
    stand_in::{Cloud, echoed, invocations, run, text},
};

fn api() -> Value {
    let operation = json!({"get": {"security": [{"api_key": []}], "x-amazon-apigateway-integration": {
        "type": "aws_proxy", "httpMethod": "POST", "uri": invocations("echo"),
    }}});
    json!({
        "swagger": "2.0", "info": {"title": "metered", "version": "1.0"}, "paths": {"/": operation},
        "securityDefinitions": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
    })
}

async fn call(cloud: &Cloud, api: &str, key: &str) -> (u16, String) {
    let response = cloud.send(api, Request::get("/prod").header("x-api-key", key), "").await;
    (response.status().as_u16(), text(&response))
}

#[test]
fn a_key_is_good_for_the_stages_of_its_plan() {
    run(|cloud: Cloud| async move {
        let id = cloud.rest_api(api()).await;
        let forbidden = (403, r#"{"message":"Forbidden"}"#.to_owned());
        assert_eq!(cloud.get(&id, "/prod").await, forbidden);
        let key = cloud.rest("CreateApiKey", json!({"name": "one", "enabled": true})).await.unwrap();
        let value = key["value"].as_str().unwrap();
        assert_eq!(value.len(), 40);
        assert_eq!(call(&cloud, &id, value).await, forbidden);

        let plan = json!({"name": "plan", "apiStages": [{"apiId": id, "stage": "prod"}]});
        let plan = cloud.rest("CreateUsagePlan", plan).await.unwrap();
        let member = json!({"usagePlanId": plan["id"], "keyId": key["id"], "keyType": "API_KEY"});
        let made = cloud.rest("CreateUsagePlanKey", member).await.unwrap();
        assert_eq!(made, json!({"id": key["id"], "type": "API_KEY", "value": value, "name": "one"}));
        let response = cloud.send(&id, Request::get("/prod").header("x-api-key", value), "").await;
        assert_eq!(echoed(&response)["requestContext"]["identity"]["apiKeyId"], key["id"]);

        let off =
            json!({"apiKey": key["id"], "patchOperations": [{"op": "replace", "path": "/enabled", "value": "false"}]});
        let off = cloud.rest("UpdateApiKey", off).await.unwrap();
        assert_eq!((&off["enabled"], off.get("value"), &off["tags"]), (&json!(false), None, &json!({})));
        assert_eq!(call(&cloud, &id, value).await, forbidden);
    });
}

#[test]
fn a_plan_throttles_and_counts() {
    run(|cloud: Cloud| async move {
        let id = cloud.rest_api(api()).await;
        let key = cloud.rest("CreateApiKey", json!({"name": "one", "enabled": true})).await.unwrap();
        let plan = json!({
            "name": "plan", "apiStages": [{"apiId": id, "stage": "prod"}],
            "throttle": {"burstLimit": 2, "rateLimit": 1.0}, "quota": {"limit": 3, "period": "DAY"},
        });
        let plan = cloud.rest("CreateUsagePlan", plan).await.unwrap();
        let member = json!({"usagePlanId": plan["id"], "keyId": key["id"], "keyType": "API_KEY"});
        cloud.rest("CreateUsagePlanKey", member).await.unwrap();
        let value = key["value"].as_str().unwrap();
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(call(&cloud, &id, value).await.0);
        }
        assert_eq!(statuses, [200, 200, 429]);
        assert_eq!(call(&cloud, &id, value).await.1, r#"{"message":"Too Many Requests"}"#);
        cloud.kernel.clock.sleep(Duration::from_secs(10)).await;
        assert_eq!(call(&cloud, &id, value).await.0, 200);
        assert_eq!(call(&cloud, &id, value).await, (429, r#"{"message":"Limit Exceeded"}"#.to_owned()));
        cloud.kernel.clock.sleep(Duration::from_secs(24 * 3600)).await;
        assert_eq!(call(&cloud, &id, value).await.0, 200);
    });
}

#[test]
fn a_template_makes_a_plan_with_a_key() {
    run(|cloud: Cloud| async move {
        let id = cloud.rest_api(api()).await;
        let plan_properties = json!({"Description": "a plan", "ApiStages": [{"ApiId": id, "Stage": "prod"}]});
        let plan = create(&cloud, "AWS::ApiGateway::UsagePlan", plan_properties.clone()).await.unwrap();
        let key_properties = json!({"Enabled": true, "StageKeys": [{"RestApiId": id, "StageName": "prod"}]});
        let key = create(&cloud, "AWS::ApiGateway::ApiKey", key_properties.clone()).await.unwrap();
        let member = json!({"KeyId": key.physical_id, "KeyType": "API_KEY", "UsagePlanId": plan.physical_id});
        let linked = create(&cloud, "AWS::ApiGateway::UsagePlanKey", member.clone()).await.unwrap();
        let shown = cloud.rest("GetApiKey", json!({"apiKey": key.physical_id, "includeValue": true})).await.unwrap();
        assert_eq!(shown["stageKeys"], json!([format!("{id}/prod")]));
        assert_eq!(call(&cloud, &id, shown["value"].as_str().unwrap()).await.0, 200);

        delete(&cloud, "AWS::ApiGateway::UsagePlanKey", &linked.physical_id, member).await;
        delete(&cloud, "AWS::ApiGateway::ApiKey", &key.physical_id, key_properties).await;
        delete(&cloud, "AWS::ApiGateway::UsagePlan", &plan.physical_id, plan_properties).await;
        let gone = cloud.rest("GetUsagePlan", json!({"usagePlanId": plan.physical_id})).await.unwrap_err();
        assert_eq!(gone.message, "Invalid Usage Plan ID specified");
    });
}

#[test]
fn a_stage_lets_through_what_its_settings_say() {
    run(|cloud: Cloud| async move {
        let operation = json!({"get": {"x-amazon-apigateway-integration": {
            "type": "aws_proxy", "httpMethod": "POST", "uri": invocations("echo"), "payloadFormatVersion": "2.0",
        }}});
        let info = json!({"title": "slow", "version": "1.0"});
        let paths = json!({"/a": operation, "/b/c": operation});
        let rest = cloud.rest_api(json!({"swagger": "2.0", "info": info, "paths": paths})).await;
        let deployment = cloud.rest("GetDeployments", json!({"restApiId": rest})).await.unwrap();
        let stage = json!({
            "RestApiId": rest, "StageName": "slow", "DeploymentId": deployment["items"][0]["id"],
            "MethodSettings": [
                {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1},
                {"ResourcePath": "/~1b~1c", "HttpMethod": "GET", "ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 1},
            ],
        });
        create(&cloud, "AWS::ApiGateway::Stage", stage).await.unwrap();
        let http = cloud.http_api(json!({"openapi": "3.0.1", "info": info, "paths": paths})).await;
        let settings = json!({"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1.0});
        let stage = json!({"ApiId": http, "StageName": "$default", "DefaultRouteSettings": settings});
        cloud.http("UpdateStage", stage).await.unwrap();
        let cases = [
            (&rest, "/slow/a", vec![200, 429]),
            (&rest, "/slow/b/c", vec![200, 200, 429]),
            (&http, "/a", vec![200, 429]),
        ];
        for (api, path, expected) in cases {
            for status in expected {
                assert_eq!(cloud.get(api, path).await.0, status, "{path}");
            }
        }
    });
}
