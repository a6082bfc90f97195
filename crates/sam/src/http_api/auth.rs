//! `Auth` of an HTTP API: JWT, Lambda and IAM authorizers.

use serde_json::{Map, Value, json};

use super::{OpenApi, is_valid};
use crate::Problem;
use crate::properties::expect_map;
use crate::resource::{Resource, Source};
use crate::values::{given, is_no_value, reference, set, substitute, truthy};
use crate::world::{Fault, invalid_document};

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iam,
    Jwt,
    Lambda,
}

#[derive(Debug, Clone)]
struct Authorizer {
    name: String,
    kind: Kind,
    settings: Map<String, Value>,
}

/// Writes the authorizers into the definition.
pub(crate) fn add(source: &Source, partition: &str, body: &mut Option<Value>) -> Result<(), Fault> {
    let Some(Value::Object(auth)) = source.set("Auth") else { return Ok(()) };
    let fail = |sentence: &str| Err(Problem::resource(&source.id, sentence).into());
    let Some(definition) = body.as_ref() else {
        return fail("Auth works only with inline OpenApi specified in the 'DefinitionBody' property.");
    };
    let known = ["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];
    if auth.keys().any(|key| !known.contains(&key.as_str())) {
        return fail("Invalid value for 'Auth' property");
    }
    if !is_valid(definition) {
        return fail(
            "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid \
             OpenApi definition.",
        );
    }
    let authorizers = authorizers(source, auth)?;
    let mut editor = OpenApi::open(definition)?;
    add_schemes(&source.id, partition, &authorizers, &mut editor)?;
    set_default(source, auth, &authorizers, &mut editor)?;
    *body = Some(editor.document());
    Ok(())
}

fn authorizers(source: &Source, auth: &Map<String, Value>) -> Result<Vec<Authorizer>, Problem> {
    let mut list = Vec::new();
    if auth.get("EnableIamAuthorizer") == Some(&json!(true)) {
        let name = "AWS_IAM".to_owned();
        list.push(Authorizer { name, kind: Kind::Iam, settings: Map::new() });
    }
    let Some(config) = set(auth, "Authorizers") else { return Ok(list) };
    for (name, settings) in expect_map(&source.id, "Auth.Authorizers", config)? {
        let path = format!("Auth.Authorizers.{name}");
        let settings = expect_map(&source.id, &path, settings)?;
        if settings.contains_key("OpenIdConnectUrl") {
            return source.problem(format!(
                "'OpenIdConnectUrl' is no longer a supported property for authorizer '{name}'. \
                 Please refer to the AWS SAM documentation."
            ));
        }
        list.push(authorizer(source, name, settings)?);
    }
    Ok(list)
}

fn authorizer(source: &Source, name: &str, settings: &Map<String, Value>) -> Result<Authorizer, Problem> {
    const JWT_ONLY: [(&str, &str); 3] = [
        ("AuthorizationScopes", "OAuth2 Authorizer"),
        ("JwtConfiguration", "OAuth2 Authorizer"),
        ("IdentitySource", "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"),
    ];
    const LAMBDA_ONLY: [&str; 6] = [
        "FunctionArn",
        "FunctionInvokeRole",
        "Identity",
        "AuthorizerPayloadFormatVersion",
        "EnableSimpleResponses",
        "EnableFunctionDefaultPermissions",
    ];
    let jwt = set(settings, "JwtConfiguration");
    if let Some(jwt) = jwt {
        expect_map(&source.id, "JwtConfiguration", jwt)?;
    }
    if given(settings, "AuthorizationScopes").is_some_and(|scopes| !scopes.is_array()) {
        return source.problem("AuthorizationScopes must be a list.");
    }
    let kind = if jwt.is_some() { Kind::Jwt } else { Kind::Lambda };
    let lambda_only = LAMBDA_ONLY.iter().map(|&name| (name, "Lambda Authorizer"));
    let foreign: Vec<(&str, &str)> = match kind {
        Kind::Jwt => lambda_only.collect(),
        _ => JWT_ONLY.to_vec(),
    };
    for (property, owner) in foreign {
        if given(settings, property).is_some() {
            return source.problem(format!("{property} is only supported for {owner}."));
        }
    }
    let needed: &[&str] = match kind {
        Kind::Jwt => &["IdentitySource"],
        _ => &["FunctionArn", "AuthorizerPayloadFormatVersion"],
    };
    let label = if kind == Kind::Jwt { "OAuth2" } else { "Lambda" };
    for property in needed {
        if set(settings, property).is_none() {
            return source.problem(format!("{name} {label} Authorizer must define '{property}'."));
        }
    }
    if given(settings, "EnableFunctionDefaultPermissions").is_some_and(|v| !v.is_boolean()) {
        return source
            .problem(format!("Property 'Authorizers.{name}.EnableFunctionDefaultPermissions' should be a boolean."));
    }
    Ok(Authorizer { name: name.to_owned(), kind, settings: settings.clone() })
}

fn add_schemes(id: &str, partition: &str, authorizers: &[Authorizer], editor: &mut OpenApi) -> Result<(), Fault> {
    if authorizers.is_empty() {
        return Ok(());
    }
    let components = editor.entry("components", json!({}));
    let Value::Object(components) = components else {
        return invalid_document(
            "Invalid OpenApi document: Value of 'components' must be a dictionary according to \
             Swagger spec.",
        );
    };
    let schemes = components.entry("securitySchemes").or_insert_with(|| json!({}));
    for authorizer in authorizers {
        schemes[authorizer.name.as_str()] = scheme(id, partition, authorizer)?;
    }
    Ok(())
}

fn scheme(id: &str, partition: &str, authorizer: &Authorizer) -> Result<Value, Problem> {
    let settings = &authorizer.settings;
    match authorizer.kind {
        Kind::Iam => Ok(json!({
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        })),
        Kind::Jwt => {
            let configuration = settings["JwtConfiguration"].as_object();
            let configuration: Map<String, Value> =
                configuration.into_iter().flatten().map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
            Ok(json!({
                "type": "oauth2",
                AUTHORIZER: {
                    "jwtConfiguration": configuration,
                    "identitySource": settings["IdentitySource"],
                    "type": "jwt",
                },
            }))
        }
        Kind::Lambda => Ok(json!({
            "type": "apiKey",
            "name": "Unused",
            "in": "header",
            AUTHORIZER: lambda_authorizer(id, partition, &authorizer.name, settings)?,
        })),
    }
}

fn lambda_authorizer(id: &str, partition: &str, name: &str, settings: &Map<String, Value>) -> Result<Value, Problem> {
    let uri = format!(
        "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/\
         ${{__FunctionArn__}}/invocations"
    );
    let mut authorizer = json!({
        "type": "request",
        "authorizerUri": substitute(&uri, json!({ "__FunctionArn__": settings["FunctionArn"] })),
        "authorizerPayloadFormatVersion": settings["AuthorizerPayloadFormatVersion"],
    });
    if let Some(role) = set(settings, "FunctionInvokeRole").filter(|role| *role != "NONE") {
        authorizer["authorizerCredentials"] = role.clone();
    }
    if let Some(identity) = set(settings, "Identity") {
        let path = format!("Auth.Authorizers.{name}.Identity");
        let identity = expect_map(id, &path, identity)?;
        if let Some(seconds) = given(identity, "ReauthorizeEvery") {
            authorizer["authorizerResultTtlInSeconds"] = seconds.clone();
        }
        authorizer["identitySource"] = json!(identity_sources(id, name, identity)?);
    }
    if let Some(simple) = set(settings, "EnableSimpleResponses") {
        authorizer["enableSimpleResponses"] = simple.clone();
    }
    Ok(authorizer)
}

fn identity_sources(id: &str, name: &str, identity: &Map<String, Value>) -> Result<Vec<String>, Problem> {
    let mut sources = Vec::new();
    for (prefix, property) in [
        ("$request.header.", "Headers"),
        ("$request.querystring.", "QueryStrings"),
        ("$stageVariables.", "StageVariables"),
        ("$context.", "Context"),
    ] {
        let Some(values) = set(identity, property) else { continue };
        let path = format!("Authorizers.{name}.Identity.{property}");
        let Value::Array(values) = values else {
            return Err(Problem::resource(id, format!("Property '{path}' should be a list.")));
        };
        for (index, value) in values.iter().enumerate() {
            let Some(text) = value.as_str() else {
                let sentence = format!("Property '{path}[{index}]' should be a string.");
                return Err(Problem::resource(id, sentence));
            };
            sources.push(format!("{prefix}{text}"));
        }
    }
    Ok(sources)
}

fn set_default(
    source: &Source,
    auth: &Map<String, Value>,
    authorizers: &[Authorizer],
    editor: &mut OpenApi,
) -> Result<(), Fault> {
    let Some(default) = set(auth, "DefaultAuthorizer").filter(|name| !is_no_value(name)) else {
        return Ok(());
    };
    let Some(default) = default.as_str() else {
        let sentence = "Property 'Auth.DefaultAuthorizer' should be a string.";
        return Err(Problem::resource(&source.id, sentence).into());
    };
    let Some(authorizer) = authorizers.iter().find(|authorizer| authorizer.name == default) else {
        return Err(Problem::resource(
            &source.id,
            format!(
                "Unable to set DefaultAuthorizer because '{default}' was not defined in \
                 'Authorizers'."
            ),
        )
        .into());
    };
    let scopes = given(&authorizer.settings, "AuthorizationScopes").cloned();
    let security = json!([{ default: scopes.unwrap_or_else(|| json!([])) }]);
    editor.edit_all_methods(|method, definition| {
        if method != "options" && !definition.get("security").is_some_and(truthy) {
            definition.insert("security".to_owned(), security.clone());
        }
    })
}

/// The permissions for the API to call its authorizers' functions, where they are asked for.
pub(crate) fn permissions(source: &Source) -> Result<Vec<Resource>, Problem> {
    let Some(Value::Object(auth)) = source.set("Auth") else { return Ok(Vec::new()) };
    let mut resources = Vec::new();
    for authorizer in authorizers(source, auth)? {
        let settings = &authorizer.settings;
        let wanted = set(settings, "EnableFunctionDefaultPermissions").is_some();
        let Some(function) = set(settings, "FunctionArn").filter(|_| wanted) else { continue };
        let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:\
                   ${__ApiId__}/authorizers/*";
        let id = format!("{}{}AuthorizerPermission", source.id, authorizer.name);
        resources.push(
            Resource::new(id, "AWS::Lambda::Permission", &source.inherited())
                .with("Action", "lambda:InvokeFunction")
                .with("FunctionName", function.clone())
                .with("Principal", "apigateway.amazonaws.com")
                .with("SourceArn", substitute(arn, json!({ "__ApiId__": reference(&source.id) }))),
        );
    }
    Ok(resources)
}
