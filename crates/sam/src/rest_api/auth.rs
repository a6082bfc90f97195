//! `Auth` of a REST API: who may call what.

use serde_json::json;

use super::authorizer::{Authorizer, api_key_definition, iam_definition};
use super::swagger::{Swagger, is_valid};
use super::{Api, policy};
use crate::Problem;
use crate::py27::{Dict, Py, Text};
use crate::resource::Resource;
use crate::values::{reference, substitute};
use crate::world::{Fault, invalid_document};

const KNOWN: [&str; 8] = [
    "Authorizers",
    "DefaultAuthorizer",
    "InvokeRole",
    "AddDefaultAuthorizerToCorsPreflight",
    "AddApiKeyRequiredToCorsPreflight",
    "ApiKeyRequired",
    "ResourcePolicy",
    "UsagePlan",
];

pub(crate) fn add(api: &mut Api) -> Result<(), Fault> {
    let Some(Py::Dict(auth)) = api.set("Auth").cloned() else { return Ok(()) };
    let Some(body) = api.body.as_ref() else {
        return api.fail("Auth works only with inline Swagger specified in 'DefinitionBody' property.");
    };
    if auth.keys().iter().any(|key| !KNOWN.contains(&key.text.as_str())) {
        return api.fail("Invalid value for 'Auth' property");
    }
    if !is_valid(body) {
        return api.fail(
            "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid \
             Swagger definition.",
        );
    }
    let mut swagger = Swagger::open(body)?;
    let authorizers = authorizers(api, &auth, true)?;
    let secures = !authorizers.is_empty() || auth.truthy("ApiKeyRequired").is_some();
    if secures && swagger.document.truthy("securityDefinitions").is_some_and(|it| it.as_dict().is_none()) {
        return Err(Problem::template("securityDefinitions must be a dictionary.").into());
    }
    if !authorizers.is_empty() {
        for authorizer in &authorizers {
            let definition = authorizer.definition(api)?;
            swagger.security.insert_text(authorizer.name.clone(), definition.into());
        }
        set_default_authorizer(api, &auth, &authorizers, &mut swagger)?;
    }
    if auth.truthy("ApiKeyRequired").is_some() {
        add_api_key_definition(&mut swagger);
        let preflight = auth.get("AddApiKeyRequiredToCorsPreflight").is_none_or(Py::truthy);
        for path in swagger.paths() {
            require_api_key(&mut swagger, &path.text, preflight)?;
        }
    }
    add_policy(api, &auth, &mut swagger)?;
    let body = swagger.document();
    api.body = Some(super::to_open_api_3(api, body)?);
    Ok(())
}

fn add_policy(api: &Api, auth: &Dict, swagger: &mut Swagger) -> Result<(), Fault> {
    let Some(policy) = auth.truthy("ResourcePolicy") else { return Ok(()) };
    let Py::Dict(policy) = policy else {
        return invalid_document("ResourcePolicy must be a map (ResourcePolicyStatement).");
    };
    let stage = api.given("StageName").cloned().unwrap_or(Py::None);
    for path in swagger.paths() {
        policy::add_resource_policy(swagger, policy, &path, &stage)?;
    }
    if let Some(statements) = policy.truthy("CustomStatements") {
        policy::add_custom_statements(swagger, statements);
    }
    Ok(())
}

/// The authorizers, in the order in which the translator meets them.
fn authorizers(api: &Api, auth: &Dict, with_iam: bool) -> Result<Vec<Authorizer>, Fault> {
    let mut table = Dict::hashed();
    let mut list = Vec::new();
    if let Some(Py::Text(default)) = auth.get("DefaultAuthorizer")
        && with_iam
        && default.text == "AWS_IAM"
    {
        table.insert_text(default.clone(), Py::None);
        list.push(Authorizer::iam(default.clone()));
    }
    if let Some(config) = auth.truthy("Authorizers") {
        let Py::Dict(config) = config else {
            return api.fail("Property 'Auth.Authorizers' should be a map.");
        };
        for (name, settings) in config.iter() {
            let Py::Dict(settings) = settings else {
                return api.fail(&format!("Property 'Auth.Authorizers.{}' should be a map.", name.text));
            };
            list.retain(|other: &Authorizer| other.name.text != name.text);
            list.push(Authorizer::new(api, name.clone(), settings)?);
            table.insert_text(name, Py::None);
        }
    }
    let order: Vec<String> = table.keys().into_iter().map(|key| key.text).collect();
    list.sort_by_key(|authorizer| order.iter().position(|name| *name == authorizer.name.text));
    Ok(list)
}

fn set_default_authorizer(
    api: &Api,
    auth: &Dict,
    authorizers: &[Authorizer],
    swagger: &mut Swagger,
) -> Result<(), Fault> {
    let Some(default) = auth.truthy("DefaultAuthorizer") else { return Ok(()) };
    let Py::Text(default) = default else {
        return api.fail("DefaultAuthorizer is not a string.");
    };
    let authorizer = authorizers.iter().find(|other| other.name.text == default.text);
    if authorizer.is_none() && default.text != "AWS_IAM" {
        return api.fail(&format!(
            "Unable to set DefaultAuthorizer because '{}' was not defined in 'Authorizers'.",
            default.text
        ));
    }
    let scopes = authorizer.map_or_else(|| Py::List(Vec::new()), Authorizer::scopes);
    let preflight = auth.get("AddDefaultAuthorizerToCorsPreflight").is_none_or(Py::truthy);
    let mut names: Vec<&str> = vec!["AWS_IAM"];
    names.extend(authorizers.iter().map(|authorizer| authorizer.name.text.as_str()));
    for path in swagger.paths() {
        let mut needs_iam = false;
        swagger.edit_methods(&path.text, |method, definition| {
            if method == "options" && !preflight {
                return Ok(());
            }
            let security = with_default(&path.text, method, definition, &names, default, &scopes)?;
            if let Some(first) = security.first() {
                needs_iam |= first.as_dict().is_some_and(|first| first.contains("AWS_IAM"));
                definition.insert("security", Py::List(security));
            }
            Ok(())
        })?;
        if needs_iam {
            add_iam_definition(swagger);
        }
    }
    Ok(())
}

/// What a method asks for, with the default where it asks for no authorizer of its own.
fn with_default(
    path: &str,
    method: &str,
    definition: &Dict,
    names: &[&str],
    default: &Text,
    scopes: &Py,
) -> Result<Vec<Py>, Fault> {
    let (mut others, own) = split_security(path, method, definition, names)?;
    let none = others.iter().position(|item| item.as_dict().is_some_and(|i| i.contains("NONE")));
    let authorization = if let Some(index) = none {
        others.remove(index);
        Vec::new()
    } else if !own.is_empty() {
        own
    } else {
        let mut requirement = Dict::hashed();
        requirement.insert_text(default.clone(), scopes.clone());
        vec![requirement.into()]
    };
    others.extend(authorization);
    Ok(others)
}

/// A method's requirements: those that name none of `names`, and those that do.
fn split_security(path: &str, method: &str, definition: &Dict, names: &[&str]) -> Result<(Vec<Py>, Vec<Py>), Fault> {
    let mut others = Vec::new();
    let mut own = Vec::new();
    for item in security(path, method, definition)? {
        let Py::Dict(map) = item else {
            return invalid_document(format!(
                "{} in Security for path {path} method {method} is not a valid dictionary.",
                super::swagger::text_of(item)
            ));
        };
        if names.iter().any(|name| map.contains(name)) {
            own.push(item.clone());
        } else {
            others.push(item.clone());
        }
    }
    Ok((others, own))
}

fn security<'a>(path: &str, method: &str, definition: &'a Dict) -> Result<&'a [Py], Fault> {
    match definition.get("security") {
        None => Ok(&[]),
        Some(Py::List(list)) => Ok(list),
        Some(_) => invalid_document(format!("Type of security for path {path} method {method} must be a list")),
    }
}

fn require_api_key(swagger: &mut Swagger, path: &str, preflight: bool) -> Result<(), Fault> {
    swagger.edit_methods(path, |method, definition| {
        let names = ["api_key", "api_key_false"];
        let (mut others, own) = split_security(path, method, definition, &names)?;
        let refused = own.iter().any(|i| i.as_dict().is_some_and(|i| i.contains("api_key_false")));
        let keyless = method == "options" && !preflight;
        if !refused && !keyless {
            others.push(requirement("api_key"));
        }
        if others.as_slice() != security(path, method, definition)? {
            definition.insert("security", Py::List(others));
        }
        Ok(())
    })
}

fn requirement(name: &str) -> Py {
    let mut requirement = Dict::hashed();
    requirement.insert(name, Py::List(Vec::new()));
    requirement.into()
}

fn add_iam_definition(swagger: &mut Swagger) {
    if !swagger.security.contains("AWS_IAM") {
        let mut definitions = Dict::hashed();
        definitions.insert("AWS_IAM", iam_definition());
        swagger.security.update(&definitions);
    }
}

fn add_api_key_definition(swagger: &mut Swagger) {
    if !swagger.security.contains("api_key") {
        let mut definitions = Dict::hashed();
        definitions.insert("api_key", api_key_definition());
        swagger.security.update(&definitions);
    }
}

/// What an event asks of its own method.
pub(crate) fn add_to_method(
    swagger: &mut Swagger,
    path: &str,
    method: &str,
    event_auth: &Dict,
    api_auth: Option<&Dict>,
) -> Result<(), Fault> {
    if let Some(Py::Text(name)) = event_auth.truthy("Authorizer") {
        let own_scopes = event_auth.get("AuthorizationScopes").filter(|scopes| !scopes.is_none());
        let known = api_auth.and_then(|auth| auth.truthy("Authorizers")).and_then(Py::as_dict);
        let settings = known.and_then(|known| known.get(&name.text)).filter(|s| !s.is_none());
        let scopes = match settings {
            Some(Py::Dict(settings)) if name.text != "NONE" => {
                own_scopes.or_else(|| settings.get("AuthorizationScopes"))
            }
            Some(other) if name.text != "NONE" && !matches!(other, Py::Dict(_)) => {
                return invalid_document(format!("Type of authorizer '{}' must be a dictionary", name.text));
            }
            _ => None,
        };
        let scopes = scopes.filter(|scopes| !scopes.is_none()).cloned();
        let mut wanted = Dict::hashed();
        wanted.insert_text(name.clone(), scopes.unwrap_or(Py::List(Vec::new())));
        let mut needs_iam = false;
        swagger.edit_method(path, method, |definition| {
            let mut list = security(path, method, definition)?.to_vec();
            list.push(wanted.clone().into());
            needs_iam |= list[0].as_dict().is_some_and(|first| first.contains("AWS_IAM"));
            definition.insert("security", Py::List(list));
            Ok(())
        })?;
        if needs_iam {
            add_iam_definition(swagger);
        }
    }
    if let Some(required) = event_auth.get("ApiKeyRequired").filter(|value| !value.is_none()) {
        let name = if required.truthy() { "api_key" } else { "api_key_false" };
        if required.truthy() {
            add_api_key_definition(swagger);
        }
        swagger.edit_method(path, method, |definition| {
            let mut list = security(path, method, definition)?.to_vec();
            list.push(requirement(name));
            definition.insert("security", Py::List(list));
            Ok(())
        })?;
    }
    Ok(())
}

/// The permissions for the API to call its authorizers' functions.
pub(crate) fn permissions(api: &Api) -> Result<Vec<Resource>, Fault> {
    let Some(Py::Dict(auth)) = api.set("Auth") else { return Ok(Vec::new()) };
    let mut resources = Vec::new();
    for authorizer in authorizers(api, auth, false)? {
        let Some(function) = authorizer.function_to_permit() else { continue };
        let arn = format!(
            "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*",
            api.partition
        );
        let id = format!("{}{}AuthorizerPermission", api.id(), authorizer.name.text);
        resources.push(
            Resource::new(id, "AWS::Lambda::Permission", &api.source.inherited())
                .with("Action", "lambda:InvokeFunction")
                .with("FunctionName", function.to_json())
                .with("Principal", "apigateway.amazonaws.com")
                .with("SourceArn", substitute(&arn, json!({ "__ApiId__": reference(api.id()) }))),
        );
    }
    Ok(resources)
}
