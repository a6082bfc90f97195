use kernel::{AwsError, Caller, Created, DEFAULT_ACCOUNT, DEFAULT_REGION, ResourceContext};
use serde_json::{Value, json};

use crate::stand_in::{Cloud, function, invocations, run};

fn context(cloud: &Cloud, resource_type: &str) -> ResourceContext {
    ResourceContext {
        kernel: cloud.kernel.clone(),
        account: DEFAULT_ACCOUNT.into(),
        region: DEFAULT_REGION.into(),
        caller: Caller::Root { account: DEFAULT_ACCOUNT.into() },
        stack_name: "stack".into(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/1".into(),
        logical_id: "Thing".into(),
        resource_type: resource_type.into(),
    }
}

pub async fn create(cloud: &Cloud, resource_type: &str, properties: Value) -> Result<Created, AwsError> {
    let provider = cloud.kernel.resource_types.get(resource_type).unwrap();
    provider.create(&context(cloud, resource_type), &properties).await
}

pub async fn delete(cloud: &Cloud, resource_type: &str, id: &str, properties: Value) {
    let provider = cloud.kernel.resource_types.get(resource_type).unwrap();
    provider.delete(&context(cloud, resource_type), id, &properties).await.unwrap();
}

#[test]
fn the_rest_api_that_sam_makes() {
    run(|cloud: Cloud| async move {
        let operation = json!({"responses": {}, "x-amazon-apigateway-integration": {
            "httpMethod": "POST", "type": "aws_proxy", "uri": invocations("echo"),
        }});
        let body = json!({
            "swagger": "2.0", "info": {"title": "stack", "version": "1.0"}, "paths": {"/hello": {"get": operation}},
        });
        let api = create(&cloud, "AWS::ApiGateway::RestApi", json!({"Body": body})).await.unwrap();
        assert_eq!(api.attributes["RestApiId"], api.physical_id);
        let id = json!(api.physical_id);
        let deployment_properties = json!({"RestApiId": id, "Description": "by hash", "StageName": "Stage"});
        let deployment = create(&cloud, "AWS::ApiGateway::Deployment", deployment_properties.clone()).await.unwrap();
        let stage_properties = json!({"RestApiId": id, "DeploymentId": deployment.physical_id, "StageName": "Prod"});
        let stage = create(&cloud, "AWS::ApiGateway::Stage", stage_properties.clone()).await.unwrap();
        assert_eq!(stage.physical_id, "Prod");
        assert_eq!(cloud.get(&api.physical_id, "/Prod/hello").await.0, 200);
        // SAM's deployments make a stage of their own, which many have wondered about.
        assert_eq!(cloud.get(&api.physical_id, "/Stage/hello").await.0, 200);

        delete(&cloud, "AWS::ApiGateway::Stage", "Prod", stage_properties).await;
        delete(&cloud, "AWS::ApiGateway::Deployment", &deployment.physical_id, deployment_properties).await;
        delete(&cloud, "AWS::ApiGateway::RestApi", &api.physical_id, json!({})).await;
        delete(&cloud, "AWS::ApiGateway::RestApi", &api.physical_id, json!({})).await;
        assert_eq!(cloud.get(&api.physical_id, "/Prod/hello").await.0, 403);
    });
}

#[test]
fn a_rest_api_part_by_part() {
    run(|cloud: Cloud| async move {
        let api = create(&cloud, "AWS::ApiGateway::RestApi", json!({"Name": "parts"})).await.unwrap();
        let id = json!(api.physical_id);
        let properties = json!({"RestApiId": id, "ParentId": api.attributes["RootResourceId"], "PathPart": "a"});
        let resource = create(&cloud, "AWS::ApiGateway::Resource", properties).await.unwrap();
        let method = json!({
            "RestApiId": id, "ResourceId": resource.physical_id, "HttpMethod": "GET", "AuthorizationType": "NONE",
            "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invocations("echo")},
        });
        create(&cloud, "AWS::ApiGateway::Method", method).await.unwrap();
        let deployment = json!({"RestApiId": id, "StageName": "dev"});
        create(&cloud, "AWS::ApiGateway::Deployment", deployment).await.unwrap();
        assert_eq!(cloud.get(&api.physical_id, "/dev/a").await.0, 200);
    });
}

#[test]
fn an_http_api_by_body_and_by_parts() {
    run(|cloud: Cloud| async move {
        let operation = json!({"responses": {}, "isDefaultRoute": true, "x-amazon-apigateway-integration": {
            "httpMethod": "POST", "type": "aws_proxy", "uri": invocations("echo"), "payloadFormatVersion": "2.0",
        }});
        let body = json!({
            "openapi": "3.0.1", "info": {"title": "stack", "version": "1.0"},
            "paths": {"$default": {"x-amazon-apigateway-any-method": operation}},
            "tags": [{"name": "httpapi:createdBy", "x-amazon-apigateway-tag-value": "SAM"}],
        });
        let api = create(&cloud, "AWS::ApiGatewayV2::Api", json!({"Body": body})).await.unwrap();
        let stage = json!({"ApiId": api.physical_id, "StageName": "$default", "AutoDeploy": true});
        create(&cloud, "AWS::ApiGatewayV2::Stage", stage).await.unwrap();
        assert_eq!(cloud.get(&api.physical_id, "/any").await.0, 200);

        let properties = json!({"Name": "parts", "ProtocolType": "HTTP"});
        let api = create(&cloud, "AWS::ApiGatewayV2::Api", properties).await.unwrap();
        let id = json!(api.physical_id);
        let properties = json!({
            "ApiId": id, "IntegrationType": "AWS_PROXY", "IntegrationUri": function("echo"), "PayloadFormatVersion": "2.0",
        });
        let integration = create(&cloud, "AWS::ApiGatewayV2::Integration", properties).await.unwrap();
        let target = format!("integrations/{}", integration.physical_id);
        create(&cloud, "AWS::ApiGatewayV2::Route", json!({"ApiId": id, "RouteKey": "GET /a", "Target": target}))
            .await
            .unwrap();
        let stage = json!({"ApiId": id, "StageName": "dev", "AutoDeploy": true});
        create(&cloud, "AWS::ApiGatewayV2::Stage", stage).await.unwrap();
        assert_eq!(cloud.get(&api.physical_id, "/dev/a").await.0, 200);
    });
}

#[test]
fn a_rest_api_is_updated_in_place() {
    run(|cloud: Cloud| async move {
        let resource_type = "AWS::ApiGateway::RestApi";
        let provider = cloud.kernel.resource_types.get(resource_type).unwrap();
        let old = json!({
            "Name": "one", "BinaryMediaTypes": ["image/png"], "Tags": [{"Key": "a", "Value": "1"}],
            "EndpointConfiguration": {"Types": ["EDGE"]},
        });
        let api = create(&cloud, resource_type, old.clone()).await.unwrap();
        let new = json!({
            "Name": "two", "Description": "changed", "BinaryMediaTypes": ["image/*"],
            "Tags": [{"Key": "b", "Value": "2"}], "EndpointConfiguration": {"Types": ["REGIONAL"]},
        });
        let context = context(&cloud, resource_type);
        let updated = provider.update(&context, &api.physical_id, &old, &new).await.unwrap();
        assert_eq!(updated.physical_id, api.physical_id);
        let shown = cloud.rest("GetRestApi", json!({"restApiId": api.physical_id})).await.unwrap();
        let expected = json!({
            "name": "two", "description": "changed", "binaryMediaTypes": ["image/*"], "tags": {"b": "2"},
            "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"},
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(shown[name], *value, "{name}");
        }
    });
}
