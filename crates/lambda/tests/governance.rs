//! What hangs on functions and layers beside their configuration: code signing, policies of layers,
//! recursive loops, updates of runtimes.

mod support;

use serde_json::{Value, json};
use support::{call, create, ok, package, run};

const SOURCE: &str = "export const handler = async () => 1";

#[test]
fn enforced_signatures_let_no_code_pass() {
    run(|kernel| async move {
        let publishers =
            json!({"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"]});
        let made = ok(&kernel, "lambda", "CreateCodeSigningConfig", json!({"AllowedPublishers": publishers})).await;
        let config = &made["CodeSigningConfig"];
        assert_eq!(config["CodeSigningPolicies"], json!({"UntrustedArtifactOnDeployment": "Warn"}));
        let arn = config["CodeSigningConfigArn"].as_str().expect("an ARN").to_owned();
        create(&kernel, SOURCE, json!({"CodeSigningConfigArn": arn})).await;
        let got = ok(&kernel, "lambda", "GetFunctionCodeSigningConfig", json!({"FunctionName": "hello"})).await;
        assert_eq!(got, json!({"CodeSigningConfigArn": arn, "FunctionName": "hello"}));
        let by_config = json!({"CodeSigningConfigArn": arn});
        let functions = ok(&kernel, "lambda", "ListFunctionsByCodeSigningConfig", by_config.clone()).await;
        assert_eq!(functions["FunctionArns"], json!(["arn:aws:lambda:us-east-1:123456789012:function:hello"]));
        let code = json!({"FunctionName": "hello", "ZipFile": package(&[("index.mjs", SOURCE)])});
        ok(&kernel, "lambda", "UpdateFunctionCode", code.clone()).await;
        let enforce =
            json!({"CodeSigningConfigArn": arn, "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"}});
        ok(&kernel, "lambda", "UpdateCodeSigningConfig", enforce).await;
        let error = call(&kernel, "lambda", "UpdateFunctionCode", code).await.expect_err("it is not signed");
        assert_eq!(error.code, "CodeVerificationFailedException");
        let used = call(&kernel, "lambda", "DeleteCodeSigningConfig", by_config.clone()).await.expect_err("in use");
        assert_eq!(used.status.as_u16(), 409);
        ok(&kernel, "lambda", "DeleteFunctionCodeSigningConfig", json!({"FunctionName": "hello"})).await;
        ok(&kernel, "lambda", "DeleteCodeSigningConfig", by_config.clone()).await;
        let gone = call(&kernel, "lambda", "GetCodeSigningConfig", by_config).await.expect_err("it is gone");
        assert_eq!(gone.message, format!("The Lambda code signing configuration {arn} can not be found."));
    });
}

async fn publish(kernel: &kernel::Kernel, name: &str, runtime: &str) -> Value {
    let content = json!({"ZipFile": package(&[("a", "a")])});
    let input = json!({"LayerName": name, "Content": content, "CompatibleRuntimes": [runtime]});
    ok(kernel, "lambda", "PublishLayerVersion", input).await
}

#[test]
fn layers_are_listed_by_their_newest_version_that_fits() {
    run(|kernel| async move {
        publish(&kernel, "a", "nodejs22.x").await;
        publish(&kernel, "a", "python3.13").await;
        let b = publish(&kernel, "b", "nodejs22.x").await;
        let versions = async |filter: Value| {
            let listed = ok(&kernel, "lambda", "ListLayers", filter).await;
            let layers = listed["Layers"].as_array().cloned().unwrap_or_default();
            layers.iter().map(|layer| json!([layer["LayerName"], layer["LatestMatchingVersion"]["Version"]])).collect()
        };
        let all: Vec<Value> = versions(json!({})).await;
        assert_eq!(all, [json!(["a", 2]), json!(["b", 1])]);
        let node: Vec<Value> = versions(json!({"CompatibleRuntime": "nodejs22.x"})).await;
        assert_eq!(node, [json!(["a", 1]), json!(["b", 1])]);
        let by_arn = ok(&kernel, "lambda", "GetLayerVersionByArn", json!({"Arn": b["LayerVersionArn"]})).await;
        assert_eq!(by_arn["Content"], b["Content"]);
    });
}

#[test]
fn a_layer_has_a_policy() {
    run(|kernel| async move {
        publish(&kernel, "a", "nodejs22.x").await;
        let version = json!({"LayerName": "a", "VersionNumber": 1});
        let mut statement = version.clone();
        support::extend(
            &mut statement,
            json!({"StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "*"}),
        );
        let none = call(&kernel, "lambda", "GetLayerVersionPolicy", version.clone()).await.expect_err("no policy");
        assert_eq!(none.message, "No policy is associated with the given resource.");
        let added = ok(&kernel, "lambda", "AddLayerVersionPermission", statement.clone()).await;
        assert_eq!(
            added["Statement"],
            r#"{"Sid":"s1","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion","Resource":"arn:aws:lambda:us-east-1:123456789012:layer:a:1"}"#
        );
        let again = call(&kernel, "lambda", "AddLayerVersionPermission", statement).await.expect_err("a duplicate");
        assert_eq!(again.code, "ResourceConflictException");
        let policy = ok(&kernel, "lambda", "GetLayerVersionPolicy", version.clone()).await;
        assert_eq!(policy["RevisionId"], added["RevisionId"]);
        let wrong = json!({"LayerName": "a", "VersionNumber": 1, "StatementId": "s1", "RevisionId": "other"});
        let stale = call(&kernel, "lambda", "RemoveLayerVersionPermission", wrong).await.expect_err("stale");
        assert_eq!(stale.status.as_u16(), 412);
        let remove = json!({"LayerName": "a", "VersionNumber": 1, "StatementId": "s1"});
        ok(&kernel, "lambda", "RemoveLayerVersionPermission", remove).await;
        let gone = json!({"LayerName": "a", "VersionNumber": 9});
        let missing = call(&kernel, "lambda", "GetLayerVersionPolicy", gone).await.expect_err("no version");
        let message = "Layer version arn:aws:lambda:us-east-1:123456789012:layer:a:9 does not exist.";
        assert_eq!(missing.message, message);
    });
}

#[test]
fn recursion_and_runtime_updates_are_kept() {
    run(|kernel| async move {
        create(&kernel, SOURCE, json!({})).await;
        let name = json!({"FunctionName": "hello"});
        let recursion = async || ok(&kernel, "lambda", "GetFunctionRecursionConfig", name.clone()).await;
        assert_eq!(recursion().await, json!({"RecursiveLoop": "Terminate"}));
        let allow = json!({"FunctionName": "hello", "RecursiveLoop": "Allow"});
        ok(&kernel, "lambda", "PutFunctionRecursionConfig", allow).await;
        assert_eq!(recursion().await, json!({"RecursiveLoop": "Allow"}));
        let got = ok(&kernel, "lambda", "GetRuntimeManagementConfig", name.clone()).await;
        assert_eq!(got["UpdateRuntimeOn"], "Auto");
        let on_update = json!({"FunctionName": "hello", "UpdateRuntimeOn": "FunctionUpdate"});
        ok(&kernel, "lambda", "PutRuntimeManagementConfig", on_update).await;
        let got = ok(&kernel, "lambda", "GetRuntimeManagementConfig", name).await;
        assert_eq!(got["UpdateRuntimeOn"], "FunctionUpdate");
        let manual = json!({"FunctionName": "hello", "UpdateRuntimeOn": "Manual"});
        assert!(call(&kernel, "lambda", "PutRuntimeManagementConfig", manual).await.is_err(), "which version?");
    });
}
