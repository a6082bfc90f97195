//! The API of functions: what it answers and what it refuses.

mod support;

use std::rc::Rc;

use kernel::MemoryBackend;
use serde_json::{Value, json};
use support::{ROLE, call, create, invoke, ok, package, run, run_on};

const SOURCE: &str = "export const handler = async () => 1";

#[test]
fn a_new_function_is_described_as_in_aws() {
    run(|kernel| async move {
        let made = create(&kernel, SOURCE, json!({"Environment": {"Variables": {"A": "b"}}})).await;
        let expected = json!({
            "Architectures": ["x86_64"], "Description": "", "Environment": {"Variables": {"A": "b"}},
            "EphemeralStorage": {"Size": 512},
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:hello", "FunctionName": "hello",
            "Handler": "index.handler", "LastModified": "2026-01-01T00:00:00.000+0000",
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/hello"}, "MemorySize": 128,
            "PackageType": "Zip", "Role": ROLE, "Runtime": "nodejs22.x",
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"}, "State": "Pending",
            "StateReason": "The function is being created.", "StateReasonCode": "Creating", "Timeout": 3,
            "TracingConfig": {"Mode": "PassThrough"}, "Version": "$LATEST",
        });
        let mut described = made.clone();
        for computed in ["CodeSha256", "CodeSize", "RevisionId", "RuntimeVersionConfig"] {
            assert!(described.as_object_mut().and_then(|members| members.remove(computed)).is_some(), "{computed}");
        }
        assert_eq!(described, expected);

        kernel.clock.sleep(std::time::Duration::from_millis(1)).await;
        let got = ok(&kernel, "lambda", "GetFunction", json!({"FunctionName": "hello"})).await;
        assert_ne!(got["Configuration"]["RevisionId"], made["RevisionId"], "it has become active");
        assert_eq!(got["Configuration"]["State"], "Active");
        assert_eq!(got["Configuration"]["LastUpdateStatus"], "Successful");
        let listed = ok(&kernel, "lambda", "ListFunctions", json!({})).await;
        assert_eq!(listed["Functions"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn refusals_are_in_the_words_of_aws() {
    run(|kernel| async move {
        create(&kernel, SOURCE, json!({})).await;
        let code = json!({"ZipFile": package(&[("index.mjs", SOURCE)])});
        let new = |more: Value| {
            let mut input = json!({"FunctionName": "other", "Runtime": "nodejs22.x", "Handler": "index.handler", "Role": ROLE, "Code": code});
            support::extend(&mut input, more);
            input
        };
        let arn = "arn:aws:lambda:us-east-1:123456789012:function";
        let not_found = "ResourceNotFoundException";
        let invalid = "InvalidParameterValueException";
        for (operation, input, code, message) in [
            ("CreateFunction", new(json!({"FunctionName": "hello"})), "ResourceConflictException", "Function already exist: hello".to_owned()),
            ("CreateFunction", new(json!({"Code": {"ZipFile": "bm8gemlw"}})), invalid, "Could not unzip uploaded file. Please check your file, then try to upload again.".to_owned()),
            ("CreateFunction", new(json!({"Layers": [format!("{arn}:layer:none:1").replace(":function", "")]})), invalid, "Layer version arn:aws:lambda:us-east-1:123456789012:layer:none:1 does not exist.".to_owned()),
            ("CreateFunction", new(json!({"Runtime": "nodejs14.x"})), invalid, "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.".to_owned()),
            ("GetFunction", json!({"FunctionName": "none"}), not_found, format!("Function not found: {arn}:none")),
            ("GetFunction", json!({"FunctionName": "hello", "Qualifier": "42"}), not_found, format!("Function not found: {arn}:hello:42")),
            ("Invoke", json!({"FunctionName": "none"}), not_found, format!("Function not found: {arn}:none:$LATEST")),
            ("DeleteFunction", json!({"FunctionName": "hello", "Qualifier": "$LATEST"}), invalid, "$LATEST version cannot be deleted without deleting the function.".to_owned()),
            ("GetAlias", json!({"FunctionName": "hello", "Name": "none"}), not_found, format!("Cannot find alias arn: {arn}:hello:none")),
            ("UpdateAlias", json!({"FunctionName": "hello", "Name": "none"}), not_found, format!("Alias not found: {arn}:hello:none")),
            ("GetPolicy", json!({"FunctionName": "hello"}), not_found, "The resource you requested does not exist.".to_owned()),
            ("GetFunctionConfiguration", json!({"FunctionName": "hello:1", "Qualifier": "2"}), invalid, "The derived qualifier from the function name does not match the specified qualifier.".to_owned()),
        ] {
            let error = call(&kernel, "lambda", operation, input).await.expect_err(operation);
            assert_eq!((error.code.as_str(), error.message), (code, message), "{operation}");
        }
    });
}

#[test]
fn a_policy_is_made_of_statements() {
    run(|kernel| async move {
        create(&kernel, SOURCE, json!({})).await;
        let permission = json!({
            "FunctionName": "hello", "StatementId": "api", "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com", "SourceArn": "arn:aws:execute-api:us-east-1:123456789012:a/*",
        });
        let added = ok(&kernel, "lambda", "AddPermission", permission.clone()).await;
        let statement = json!({
            "Sid": "api", "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "lambda:InvokeFunction", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:hello",
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:123456789012:a/*"}},
        });
        let text = |value: &Value| serde_json::from_str::<Value>(value.as_str().expect("text")).expect("JSON");
        assert_eq!(text(&added["Statement"]), statement);
        let again = call(&kernel, "lambda", "AddPermission", permission).await.expect_err("a conflict");
        assert_eq!(again.code, "ResourceConflictException");

        let policy = ok(&kernel, "lambda", "GetPolicy", json!({"FunctionName": "hello"})).await;
        assert_eq!(
            text(&policy["Policy"]),
            json!({"Version": "2012-10-17", "Id": "default", "Statement": [statement]})
        );
        let removal = json!({"FunctionName": "hello", "StatementId": "api"});
        ok(&kernel, "lambda", "RemovePermission", removal.clone()).await;
        let gone = call(&kernel, "lambda", "RemovePermission", removal).await.expect_err("nothing left");
        assert_eq!(gone.message, "No policy is associated with the given resource.");
    });
}

#[test]
fn publishing_what_has_not_changed_gives_the_same_version() {
    run(|kernel| async move {
        create(&kernel, SOURCE, json!({})).await;
        let publish = || ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"}));
        assert_eq!((publish().await["Version"].clone(), publish().await["Version"].clone()), (json!("1"), json!("1")));
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", json!({"FunctionName": "hello", "Timeout": 9})).await;
        let second = publish().await;
        assert_eq!(second["FunctionArn"], "arn:aws:lambda:us-east-1:123456789012:function:hello:2");
        ok(&kernel, "lambda", "DeleteFunction", json!({"FunctionName": "hello", "Qualifier": "2"})).await;
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", json!({"FunctionName": "hello", "Timeout": 8})).await;
        assert_eq!(publish().await["Version"], "3", "numbers are never used again");
        let listed = ok(&kernel, "lambda", "ListVersionsByFunction", json!({"FunctionName": "hello"})).await;
        let versions: Vec<_> = listed["Versions"].as_array().into_iter().flatten().map(|v| &v["Version"]).collect();
        assert_eq!(versions, ["$LATEST", "1", "3"]);
    });
}

#[test]
fn functions_are_there_after_opening_again() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        create(&kernel, "export const handler = async (event) => event.n + 1", json!({"Tags": {"team": "a"}})).await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        ok(&kernel, "lambda", "CreateAlias", json!({"FunctionName": "hello", "Name": "live", "FunctionVersion": "1"}))
            .await;
    });
    run_on(backend, |kernel| async move {
        let answer = invoke(&kernel, json!({"n": 1}), json!({"Qualifier": "live"})).await;
        assert_eq!(answer["Payload"], 2);
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:hello";
        assert_eq!(ok(&kernel, "lambda", "ListTags", json!({"Resource": arn})).await["Tags"], json!({"team": "a"}));
        ok(&kernel, "lambda", "DeleteFunction", json!({"FunctionName": "hello"})).await;
        let gone = call(&kernel, "lambda", "GetFunction", json!({"FunctionName": "hello"})).await;
        assert_eq!(gone.expect_err("it is gone").code, "ResourceNotFoundException");
    });
}
