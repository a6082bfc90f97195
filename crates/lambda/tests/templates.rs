//! The resource types of CloudFormation.

mod support;

use kernel::{Caller, Created, DEFAULT_ACCOUNT, Kernel, ResourceContext};
use serde_json::{Value, json};
use support::{ROLE, call, ok, run};

fn context(kernel: &Kernel, resource_type: &str, logical_id: &str) -> ResourceContext {
    ResourceContext {
        kernel: kernel.clone(),
        account: DEFAULT_ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        caller: Caller::Root { account: DEFAULT_ACCOUNT.to_owned() },
        stack_name: "shop".to_owned(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1".to_owned(),
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
    }
}

async fn make(kernel: &Kernel, resource_type: &str, logical_id: &str, properties: &Value) -> Created {
    let provider = kernel.resource_types.get(resource_type).expect("a provider");
    provider.create(&context(kernel, resource_type, logical_id), properties).await.expect("a resource")
}

fn function(more: Value) -> Value {
    let mut properties = json!({
        "Runtime": "nodejs22.x", "Handler": "index.handler", "Role": ROLE, "Timeout": "10",
        "Code": {"ZipFile": "exports.handler = async () => process.env.GREETING"},
        "Environment": {"Variables": {"GREETING": "hi"}}, "Tags": [{"Key": "team", "Value": "a"}],
    });
    support::extend(&mut properties, more);
    properties
}

async fn answer(kernel: &Kernel, name: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let answer = ok(kernel, "lambda", "Invoke", json!({"FunctionName": name})).await;
    let payload = STANDARD.decode(answer["Payload"].as_str().unwrap_or_default()).unwrap_or_default();
    String::from_utf8_lossy(&payload).into_owned()
}

#[test]
fn a_function_lives_and_dies_with_its_stack() {
    run(|kernel| async move {
        const TYPE: &str = "AWS::Lambda::Function";
        let old = function(json!({}));
        let made = make(&kernel, TYPE, "Hello", &old).await;
        let name = made.physical_id;
        assert!(name.starts_with("shop-Hello-"), "{name}");
        assert_eq!(made.attributes["Arn"], format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"));
        assert_eq!(answer(&kernel, &name).await, "\"hi\"");

        let provider = kernel.resource_types.get(TYPE).expect("a provider");
        let context = context(&kernel, TYPE, "Hello");
        let mut new = function(json!({"Code": {"ZipFile": "exports.handler = async () => 2"}, "Tags": []}));
        for gone in ["Environment", "Timeout"] {
            new.as_object_mut().and_then(|members| members.remove(gone));
        }
        provider.update(&context, &name, &old, &new).await.expect("an update");
        assert_eq!(answer(&kernel, &name).await, "2");
        let described = ok(&kernel, "lambda", "GetFunction", json!({"FunctionName": name})).await;
        assert_eq!((&described["Configuration"]["Timeout"], described.get("Tags")), (&json!(3), None));
        assert!(provider.replaces(TYPE, "FunctionName") && !provider.replaces(TYPE, "Code"));

        provider.delete(&context, &name, &new).await.expect("a removal");
        provider.delete(&context, &name, &new).await.expect("gone is gone");
        assert!(call(&kernel, "lambda", "GetFunction", json!({"FunctionName": name})).await.is_err());
    });
}

#[test]
fn what_hangs_on_a_function_is_made_from_templates_too() {
    run(|kernel| async move {
        let name = make(&kernel, "AWS::Lambda::Function", "Hello", &function(json!({}))).await.physical_id;
        let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
        let version = make(&kernel, "AWS::Lambda::Version", "V1", &json!({"FunctionName": name})).await;
        assert_eq!((version.physical_id.as_str(), &version.attributes["Version"]), (&*format!("{arn}:1"), &json!("1")));

        let alias = json!({"FunctionName": name, "Name": "live", "FunctionVersion": version.attributes["Version"]});
        let made = make(&kernel, "AWS::Lambda::Alias", "Live", &alias).await;
        assert_eq!(made.physical_id, format!("{arn}:live"));

        let permission = json!({
            "FunctionName": made.physical_id, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        });
        let made = make(&kernel, "AWS::Lambda::Permission", "MayCall", &permission).await;
        let policy = ok(&kernel, "lambda", "GetPolicy", json!({"FunctionName": name, "Qualifier": "live"})).await;
        assert!(policy["Policy"].as_str().is_some_and(|policy| policy.contains(&made.physical_id)), "{policy}");
        let provider = kernel.resource_types.get("AWS::Lambda::Permission").expect("a provider");
        let context = context(&kernel, "AWS::Lambda::Permission", "MayCall");
        provider.delete(&context, &made.physical_id, &permission).await.expect("a removal");
        assert!(
            call(&kernel, "lambda", "GetPolicy", json!({"FunctionName": name, "Qualifier": "live"})).await.is_err()
        );
    });
}

#[test]
fn a_template_says_how_events_are_handled() {
    run(|kernel| async move {
        const TYPE: &str = "AWS::Lambda::EventInvokeConfig";
        let made = make(&kernel, "AWS::Lambda::Function", "Hello", &function(json!({}))).await;
        let name = made.physical_id;
        let old = json!({"FunctionName": name, "Qualifier": "$LATEST", "MaximumRetryAttempts": "1"});
        let id = make(&kernel, TYPE, "Config", &old).await.physical_id;
        assert_eq!(id, format!("{name}|$LATEST"));
        let new = json!({"FunctionName": name, "Qualifier": "$LATEST", "MaximumEventAgeInSeconds": 60});
        let provider = kernel.resource_types.get(TYPE).expect("a provider");
        provider.update(&context(&kernel, TYPE, "Config"), &id, &old, &new).await.expect("an update");
        let kept = ok(&kernel, "lambda", "GetFunctionEventInvokeConfig", json!({"FunctionName": name})).await;
        assert_eq!(kept["MaximumEventAgeInSeconds"], 60);
        assert_eq!(kept.get("MaximumRetryAttempts"), None, "what the template no longer says is gone");
        provider.delete(&context(&kernel, TYPE, "Config"), &id, &new).await.expect("a deletion");
        let gone = call(&kernel, "lambda", "GetFunctionEventInvokeConfig", json!({"FunctionName": name})).await;
        assert_eq!(gone.expect_err("no configuration").code, "ResourceNotFoundException");
    });
}

#[test]
fn an_alias_waits_for_its_provisioned_concurrency() {
    run(|kernel| async move {
        const TYPE: &str = "AWS::Lambda::Alias";
        let made = make(&kernel, "AWS::Lambda::Function", "Hello", &function(json!({}))).await;
        let name = made.physical_id;
        make(&kernel, "AWS::Lambda::Version", "One", &json!({"FunctionName": name})).await;
        let alias = json!({
            "FunctionName": name, "Name": "live", "FunctionVersion": "1",
            "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": "1"},
        });
        let id = make(&kernel, TYPE, "Live", &alias).await.physical_id;
        let names = json!({"FunctionName": name, "Qualifier": "live"});
        let config = ok(&kernel, "lambda", "GetProvisionedConcurrencyConfig", names.clone()).await;
        assert_eq!(config["Status"], "READY");
        let without = json!({"FunctionName": name, "Name": "live", "FunctionVersion": "1"});
        let provider = kernel.resource_types.get(TYPE).expect("a provider");
        provider.update(&context(&kernel, TYPE, "Live"), &id, &alias, &without).await.expect("an update");
        let gone = call(&kernel, "lambda", "GetProvisionedConcurrencyConfig", names).await.expect_err("it is gone");
        assert_eq!(gone.code, "ProvisionedConcurrencyConfigNotFoundException");
    });
}

#[test]
fn code_signing_and_policies_of_layers_are_resources() {
    run(|kernel| async move {
        const TYPE: &str = "AWS::Lambda::LayerVersionPermission";
        let profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/test";
        let signing = json!({"AllowedPublishers": {"SigningProfileVersionArns": [profile]}, "Description": "ours"});
        let signing = make(&kernel, "AWS::Lambda::CodeSigningConfig", "Signing", &signing).await.physical_id;
        let properties = function(json!({
            "CodeSigningConfigArn": signing, "RecursiveLoop": "Allow",
            "RuntimeManagementConfig": {"UpdateRuntimeOn": "FunctionUpdate"},
        }));
        let name =
            json!({"FunctionName": make(&kernel, "AWS::Lambda::Function", "Hello", &properties).await.physical_id});
        let kept = ok(&kernel, "lambda", "GetFunctionCodeSigningConfig", name.clone()).await;
        assert_eq!(kept["CodeSigningConfigArn"], signing.as_str());
        let kept = ok(&kernel, "lambda", "GetFunctionRecursionConfig", name.clone()).await;
        assert_eq!(kept["RecursiveLoop"], "Allow");
        let kept = ok(&kernel, "lambda", "GetRuntimeManagementConfig", name).await;
        assert_eq!(kept["UpdateRuntimeOn"], "FunctionUpdate");

        let content = json!({"ZipFile": support::package(&[("a", "a")])});
        let layer = ok(&kernel, "lambda", "PublishLayerVersion", json!({"LayerName": "a", "Content": content})).await;
        let arn = layer["LayerVersionArn"].as_str().expect("an ARN");
        let open = json!({"LayerVersionArn": arn, "Action": "lambda:GetLayerVersion", "Principal": "*"});
        let id = make(&kernel, TYPE, "Open", &open).await.physical_id;
        let version = json!({"LayerName": "a", "VersionNumber": 1});
        ok(&kernel, "lambda", "GetLayerVersionPolicy", version.clone()).await;
        let provider = kernel.resource_types.get(TYPE).expect("a provider");
        provider.delete(&context(&kernel, TYPE, "Open"), &id, &open).await.expect("a deletion");
        call(&kernel, "lambda", "GetLayerVersionPolicy", version).await.expect_err("no policy is left");
    });
}

#[test]
fn a_mapping_is_made_whole_and_waited_for() {
    run(|kernel| async move {
        const TYPE: &str = "AWS::Lambda::EventSourceMapping";
        const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1";
        let name = make(&kernel, "AWS::Lambda::Function", "Hello", &function(json!({}))).await.physical_id;
        ok(&kernel, "kinesis", "CreateStream", json!({"StreamName": "clicks", "ShardCount": 1})).await;
        kernel.clock.sleep(std::time::Duration::from_secs(1)).await;
        let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks";
        let begin = json!({"FunctionName": name, "EventSourceArn": stream, "StartingPosition": "AT_TIMESTAMP",
            "StartingPositionTimestamp": "1767225600"});
        let mut old = begin.clone();
        let pattern = json!({"data": {"kind": ["click"]}}).to_string();
        let options = json!({
            "BatchSize": "7", "BisectBatchOnFunctionError": "true", "Enabled": "true",
            "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failed"}},
            "FilterCriteria": {"Filters": [{"Pattern": pattern}]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"], "KmsKeyArn": KEY,
            "MaximumBatchingWindowInSeconds": "2", "MaximumRecordAgeInSeconds": "60", "MaximumRetryAttempts": "3",
            "MetricsConfig": {"Metrics": ["EventCount"]}, "TumblingWindowInSeconds": "30",
            "Tags": [{"Key": "team", "Value": "a"}],
        });
        support::extend(&mut old, options);
        let made = make(&kernel, TYPE, "Clicks", &old).await;
        let uuid = json!({"UUID": made.physical_id});
        let arn = made.attributes["EventSourceMappingArn"].clone();
        let kept = ok(&kernel, "lambda", "GetEventSourceMapping", uuid.clone()).await;
        for (member, value) in [
            ("State", json!("Enabled")),
            ("BatchSize", json!(7)),
            ("BisectBatchOnFunctionError", json!(true)),
            ("DestinationConfig", json!({"OnFailure": {"Destination": "arn:aws:s3:::failed"}})),
            ("FilterCriteria", json!({"Filters": [{"Pattern": pattern}]})),
            ("KMSKeyArn", json!(KEY)),
            ("MaximumRecordAgeInSeconds", json!(60)),
            ("MetricsConfig", json!({"Metrics": ["EventCount"]})),
            ("StartingPosition", json!("AT_TIMESTAMP")),
            ("TumblingWindowInSeconds", json!(30)),
        ] {
            assert_eq!(kept[member], value, "{member}");
        }
        assert_eq!(kept["StartingPositionTimestamp"].as_f64(), Some(1_767_225_600.0));
        let tags = ok(&kernel, "lambda", "ListTags", json!({"Resource": arn})).await;
        assert_eq!(tags["Tags"], json!({"team": "a"}));

        let mut new = begin;
        support::extend(&mut new, json!({"ParallelizationFactor": 2, "Tags": [{"Key": "team", "Value": "b"}]}));
        let provider = kernel.resource_types.get(TYPE).expect("a provider");
        let context = context(&kernel, TYPE, "Clicks");
        provider.update(&context, &made.physical_id, &old, &new).await.expect("an update");
        let kept = ok(&kernel, "lambda", "GetEventSourceMapping", uuid.clone()).await;
        assert_eq!((&kept["BatchSize"], &kept["ParallelizationFactor"]), (&json!(100), &json!(2)));
        for gone in ["FilterCriteria", "KMSKeyArn"] {
            assert_eq!(kept.get(gone), None, "{gone}");
        }
        let tags = ok(&kernel, "lambda", "ListTags", json!({"Resource": arn})).await;
        assert_eq!(tags["Tags"], json!({"team": "b"}));

        provider.delete(&context, &made.physical_id, &new).await.expect("a deletion");
        call(&kernel, "lambda", "GetEventSourceMapping", uuid).await.expect_err("it is gone");
        provider.delete(&context, &made.physical_id, &new).await.expect("gone is gone");
    });
}
