//! `FunctionUrlConfig`: an address of the function's own.

use serde_json::{Map, Value};

use super::Target;
use crate::Problem;
use crate::resource::{Resource, Source};
use crate::values::{is_intrinsic, set};

pub(crate) fn resources(source: &Source, target: &Target) -> Result<Vec<Resource>, Problem> {
    let config = source.get("FunctionUrlConfig").unwrap_or(&Value::Null);
    let Some(map) = config.as_object() else { return Ok(Vec::new()) };
    if !is_intrinsic(config) {
        check_auth_type(source, map)?;
        check_cors(source, map)?;
    }
    let attributes = source.inherited();
    let mut url = Resource::new(format!("{}Url", source.id), "AWS::Lambda::Url", &attributes)
        .with_given("AuthType", map.get("AuthType"))
        .with("TargetFunctionArn", target.name())
        .with_given("InvokeMode", map.get("InvokeMode"));
    if let Some(cors) = set(map, "Cors") {
        url.put("Cors", cors.clone());
    }
    let mut resources = vec![url];
    if map.get("AuthType").is_some_and(|kind| kind == "NONE") && !is_intrinsic(config) {
        let permission = |suffix: &str, action: &str| {
            Resource::new(format!("{}{suffix}", source.id), "AWS::Lambda::Permission", &attributes)
                .with("Action", action)
                .with("FunctionName", target.name())
                .with("Principal", "*")
        };
        resources
            .push(permission("UrlPublicPermissions", "lambda:InvokeFunctionUrl").with("FunctionUrlAuthType", "NONE"));
        resources.push(
            permission("URLInvokeAllowPublicAccess", "lambda:InvokeFunction").with("InvokedViaFunctionUrl", true),
        );
    }
    Ok(resources)
}

fn check_auth_type(source: &Source, config: &Map<String, Value>) -> Result<(), Problem> {
    let auth_type = config.get("AuthType").unwrap_or(&Value::Null);
    if is_intrinsic(auth_type) || auth_type == "AWS_IAM" || auth_type == "NONE" {
        return Ok(());
    }
    source.problem(
        "AuthType is required to configure function property `FunctionUrlConfig`. Please provide \
         either AWS_IAM or NONE.",
    )
}

fn check_cors(source: &Source, config: &Map<String, Value>) -> Result<(), Problem> {
    let Some(cors) = set(config, "Cors").filter(|cors| !is_intrinsic(cors)) else {
        return Ok(());
    };
    let Value::Object(cors) = cors else {
        return source.problem("Property 'FunctionUrlConfig.Cors' should be a map.");
    };
    for (name, value) in cors {
        let (fits, kind) = match name.as_str() {
            "AllowOrigins" | "AllowMethods" | "AllowHeaders" | "ExposeHeaders" => (value.is_array(), "list"),
            "AllowCredentials" => (value.is_boolean(), "bool"),
            "MaxAge" => (value.is_i64() || value.is_boolean(), "int"),
            _ => {
                return source.problem(format!("{name} is not a valid property for configuring Cors."));
            }
        };
        if !fits && !is_intrinsic(value) {
            return source.problem(format!("{name} must be of type {kind}."));
        }
    }
    Ok(())
}
