//! `AWS::Lambda::Function`.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Created, ResourceContext};
use serde_json::{Value, json};

use super::{
    created,
    properties::{input, reset_removed},
    request, with_tag_map,
};
use crate::code::zip_of;

/// What a function's settings are when a template does not say.
const DEFAULTS: [(&str, &str); 11] = [
    ("Description", "\"\""),
    ("Timeout", "3"),
    ("MemorySize", "128"),
    ("Environment", r#"{"Variables": {}}"#),
    ("Layers", "[]"),
    ("ImageConfig", "{}"),
    ("DeadLetterConfig", r#"{"TargetArn": ""}"#),
    ("EphemeralStorage", r#"{"Size": 512}"#),
    ("TracingConfig", r#"{"Mode": "PassThrough"}"#),
    ("SnapStart", r#"{"ApplyOn": "None"}"#),
    ("VpcConfig", r#"{"SubnetIds": [], "SecurityGroupIds": []}"#),
];

/// Creates the function, with the concurrency that its template reserves.
pub async fn create(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let mut properties = with_tag_map(properties);
    if properties["FunctionName"].is_null() {
        properties["FunctionName"] = json!(context.physical_name(64));
    }
    properties["Code"] = code(&properties)?;
    let made = request(context, "CreateFunction", input("CreateFunction", &properties)).await?;
    let name = made["FunctionName"].as_str().unwrap_or_default();
    stabilize(context, name).await?;
    reserve(context, name, &Value::Null, &properties["ReservedConcurrentExecutions"]).await?;
    manage(context, name, &Value::Null, &properties).await?;
    Ok(function(&made))
}

/// Brings code, settings, tags and reserved concurrency to what the new template says.
pub async fn update(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    if old["Code"] != new["Code"] || old["Architectures"] != new["Architectures"] {
        let mut input = input("UpdateFunctionCode", &code(new)?);
        if !new["Architectures"].is_null() {
            input["Architectures"] = new["Architectures"].clone();
        }
        input["FunctionName"] = json!(name);
        request(context, "UpdateFunctionCode", input).await?;
    }
    let mut settings = input("UpdateFunctionConfiguration", new);
    reset_removed(&mut settings, old, new, &DEFAULTS);
    if old["LoggingConfig"] != new["LoggingConfig"] {
        settings["LoggingConfig"] = whole_logging(name, &settings["LoggingConfig"]);
    }
    settings["FunctionName"] = json!(name);
    let changed = if differs_besides_code(old, new) {
        request(context, "UpdateFunctionConfiguration", settings).await?
    } else {
        request(context, "GetFunctionConfiguration", json!({"FunctionName": name})).await?
    };
    stabilize(context, name).await?;
    retag(context, &changed["FunctionArn"], old, new).await?;
    reserve(context, name, &old["ReservedConcurrentExecutions"], &new["ReservedConcurrentExecutions"]).await?;
    manage(context, name, old, new).await?;
    Ok(function(&changed))
}

/// Waits until a function or a version is ready, as a stack does before it goes on.
pub async fn stabilize(context: &ResourceContext, name: &str) -> Result<(), AwsError> {
    loop {
        // Most is ready a moment later, also while the clock stands still.
        context.kernel.tasks.breathe().await;
        let now = request(context, "GetFunctionConfiguration", json!({"FunctionName": name})).await?;
        if now["State"] == "Failed" {
            let reason = now["StateReason"].as_str().unwrap_or_default();
            return Err(AwsError::new("NotStabilized", format!("Resource handler returned message: \"{reason}\"")));
        }
        if now["State"] != "Pending" && now["LastUpdateStatus"] != "InProgress" {
            return Ok(());
        }
        context.kernel.clock.sleep(Duration::from_millis(10)).await;
    }
}

/// How logs are written with everything that a template leaves out: the API keeps what it is not told.
fn whole_logging(name: &str, given: &Value) -> Value {
    let mut logging = json!({"LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}")});
    if given["LogFormat"] == "JSON" {
        logging["ApplicationLogLevel"] = json!("INFO");
        logging["SystemLogLevel"] = json!("INFO");
    }
    if let (Some(logging), Some(given)) = (logging.as_object_mut(), given.as_object()) {
        logging.extend(given.clone());
    }
    logging
}

fn differs_besides_code(old: &Value, new: &Value) -> bool {
    let settings = |properties: &Value| input("UpdateFunctionConfiguration", properties);
    settings(old) != settings(new)
}

/// `Code` as the API takes it: inline source becomes a package of one file called `index`.
fn code(properties: &Value) -> Result<Value, AwsError> {
    let code = &properties["Code"];
    let Some(source) = code["ZipFile"].as_str() else { return Ok(code.clone()) };
    let runtime = properties["Runtime"].as_str().unwrap_or_default();
    let name = if runtime.starts_with("python") { "index.py" } else { "index.js" };
    Ok(json!({"ZipFile": STANDARD.encode(zip_of(name, source)?)}))
}

async fn reserve(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let reserved = input("PutFunctionConcurrency", &json!({"ReservedConcurrentExecutions": new, "FunctionName": name}));
    let operation = match (old.is_null(), new.is_null()) {
        (_, false) if old != new => "PutFunctionConcurrency",
        (false, true) => "DeleteFunctionConcurrency",
        _ => return Ok(()),
    };
    request(context, operation, reserved).await.map(drop)
}

/// What has operations of its own: recursive loops, updates of the runtime and code signing.
async fn manage(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    if old["RecursiveLoop"] != new["RecursiveLoop"] {
        let wanted = new["RecursiveLoop"].as_str().unwrap_or("Terminate");
        let input = json!({"FunctionName": name, "RecursiveLoop": wanted});
        request(context, "PutFunctionRecursionConfig", input).await?;
    }
    if old["RuntimeManagementConfig"] != new["RuntimeManagementConfig"] {
        let mut wanted = new["RuntimeManagementConfig"].clone();
        if wanted.is_null() {
            wanted = json!({"UpdateRuntimeOn": "Auto"});
        }
        wanted["FunctionName"] = json!(name);
        let operation = "PutRuntimeManagementConfig";
        request(context, operation, input(operation, &wanted)).await?;
    }
    // The operation that creates a function takes it; the one that changes it does not.
    if !old.is_null() && old["CodeSigningConfigArn"] != new["CodeSigningConfigArn"] {
        let mut input = json!({"FunctionName": name});
        let operation = match &new["CodeSigningConfigArn"] {
            Value::Null => "DeleteFunctionCodeSigningConfig",
            arn => {
                input["CodeSigningConfigArn"] = arn.clone();
                "PutFunctionCodeSigningConfig"
            }
        };
        request(context, operation, input).await?;
    }
    Ok(())
}

/// Brings tags to what the new template says.
pub async fn retag(context: &ResourceContext, arn: &Value, old: &Value, new: &Value) -> Result<(), AwsError> {
    let (old, new) = (&with_tag_map(old)["Tags"], &with_tag_map(new)["Tags"]);
    if old == new {
        return Ok(());
    }
    let gone = old.as_object().into_iter().flat_map(|tags| tags.keys()).filter(|name| new[name.as_str()].is_null());
    let gone: Vec<_> = gone.collect();
    if !gone.is_empty() {
        request(context, "UntagResource", json!({"Resource": arn, "TagKeys": gone})).await?;
    }
    if new.as_object().is_some_and(|tags| !tags.is_empty()) {
        request(context, "TagResource", json!({"Resource": arn, "Tags": new})).await?;
    }
    Ok(())
}

fn function(answer: &Value) -> Created {
    // Of `$LATEST`, whatever was published on the way.
    created(&answer["FunctionName"], &[("Arn", &answer["FunctionArn"])])
}
