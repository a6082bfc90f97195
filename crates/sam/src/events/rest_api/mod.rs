//! `Api`: a method of a REST API.

mod requests;
mod state_machine;

pub(crate) use state_machine::start_execution;

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::Event;
use crate::function::Target;
use crate::properties::{Property, Shape, optional, required};
use crate::py27::{Dict, Py, Text, dict};
use crate::resource::Resource;
use crate::rest_api::{self, INTEGRATION, Swagger, only_if};
use crate::values::{get_att, intrinsic, set, substitute, truthy};
use crate::world::{Fault, World, invalid_document};
use crate::{Problem, properties};

pub(super) const PROPERTIES: [Property; 9] = [
    required("Path", Shape::Text),
    required("Method", Shape::Text),
    required("RestApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("RequestModel", Shape::Map),
    optional("RequestParameters", Shape::List),
    optional("TimeoutInMillis", Shape::Whole),
    optional("ResponseTransferMode", Shape::Text),
];

/// The API that an event belongs to: its id, and what its permission is named after.
pub(crate) struct Link {
    api_id: Option<String>,
    suffix: String,
}

pub(crate) fn link(event: &Event, world: &World) -> Result<Link, Fault> {
    let id = event.get("RestApiId").unwrap_or(&Value::Null);
    let id = id.get("Ref").unwrap_or(id);
    let Some(id) = id.as_str() else {
        return Ok(Link { api_id: None, suffix: "AllStages".to_owned() });
    };
    if world.resources.get(id).is_none() {
        return event.problem(
            "RestApiId property of Api event must reference a valid resource in the same \
             template.",
        );
    }
    let stage = match world.rest_apis.get(id) {
        Some(api) => api.get("StageName").map(Py::to_json),
        None => world.resources.properties(id).and_then(|p| p.get("StageName")).cloned(),
    };
    let suffix = match stage {
        Some(Value::String(stage)) if stage.is_empty() => {
            return Err(Problem::resource(id, "StageName cannot be empty.").into());
        }
        Some(Value::String(stage)) => stage,
        _ => "Stage".to_owned(),
    };
    Ok(Link { api_id: Some(id.to_owned()), suffix })
}

pub(super) fn resources(event: &Event, target: &Target, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let link = link(event, world)?;
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = text("Path");
    let method = text("Method").to_lowercase();
    let permission = permission(event, target, &path, &method, &link.suffix, world);
    if let Some(api_id) = &link.api_id {
        let unicode = world.rest_apis.get(api_id).is_some_and(stage_is_given);
        let stage = Py::Text(Text { text: link.suffix.clone(), unicode });
        let route = Route { event, target, api_id, path: &path, method: &method, stage };
        route.write(world)?;
    }
    Ok(vec![permission])
}

fn permission(event: &Event, target: &Target, path: &str, method: &str, suffix: &str, world: &World) -> Resource {
    let shown_method = if method == "any" { "*".to_owned() } else { method.to_uppercase() };
    let arn = format!(
        "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/\
         {shown_method}{}",
        world.partition,
        resource_path(path)
    );
    let variables = json!({ "__ApiId__": event.get("RestApiId"), "__Stage__": "*" });
    event.permission(target, "apigateway.amazonaws.com", suffix).with("SourceArn", substitute(&arn, variables))
}

/// A path as it stands in an ARN: without a slash at its end, and with `*` for each parameter.
pub(super) fn resource_path(path: &str) -> String {
    let path = match path.strip_suffix('/') {
        Some(short) if !short.is_empty() => short,
        _ => path,
    };
    match Regex::new(r"\{([a-zA-Z0-9._-]+\+?)\}") {
        Ok(pattern) => pattern.replace_all(path, "*").into_owned(),
        Err(_) => path.to_owned(),
    }
}

/// A method of an API's definition that is to call the function.
struct Route<'a> {
    event: &'a Event,
    target: &'a Target,
    api_id: &'a str,
    path: &'a str,
    method: &'a str,
    /// The name of the API's stage, as policies write it.
    stage: Py,
}

impl Route<'_> {
    fn write(&self, world: &mut World) -> Result<(), Fault> {
        let Some(api) = world.rest_apis.get(self.api_id).cloned() else { return Ok(()) };
        let managed = api.truthy("__MANAGE_SWAGGER").is_some();
        let merged = api.truthy("MergeDefinitions").is_some();
        let mut body = api.get("DefinitionBody").filter(|body| !body.is_none()).cloned();
        if (managed || merged)
            && let Some(own) = &body
        {
            let edited = self.integrate(&api, own, merged, world)?;
            body = Some(edited);
        }
        if let Some(own) = body.as_ref().filter(|body| body.truthy())
            && let Some(auth) = self.event.set("Auth").and_then(Value::as_object)
            && set(auth, "OverrideApiAuth").is_some()
        {
            body = Some(self.override_auth(&api, own, auth, world)?);
        }
        if let (Some(body), Some(api)) = (body, world.rest_apis.get_mut(self.api_id)) {
            api.insert("DefinitionBody", body);
        }
        Ok(())
    }

    fn override_auth(&self, api: &Dict, body: &Py, auth: &Map<String, Value>, world: &World) -> Result<Py, Fault> {
        let asked = ["Authorizer", "ApiKeyRequired", "ResourcePolicy"];
        if asked.iter().all(|name| set(auth, name).is_none()) {
            return self.event.problem(
                "Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the \
                 OverrideApiAuth property.",
            );
        }
        let mut swagger = Swagger::open(body)?;
        self.add_auth(api, &mut swagger, auth, world)?;
        Ok(swagger.document())
    }

    fn integrate(&self, api: &Dict, body: &Py, merged: bool, world: &World) -> Result<Py, Fault> {
        let skeleton = Py::Dict(rest_api::skeleton());
        let mut swagger = Swagger::open(if merged { &skeleton } else { body })?;
        if swagger.has_integration(self.path, self.method)? {
            return self
                .event
                .problem(format!("API method \"{}\" defined multiple times for path \"{}\".", self.method, self.path));
        }
        let own_auth = self.event.set("Auth").cloned().unwrap_or_else(|| json!({}));
        let own_auth = own_auth.as_object().cloned().unwrap_or_default();
        let api_auth = match api.truthy("Auth") {
            None => Dict::hashed(),
            Some(Py::Dict(auth)) => auth.clone(),
            Some(_) => {
                let sentence = "Property 'Auth' should be a map.";
                return Err(Problem::resource(self.api_id, sentence).into());
            }
        };
        self.add_integration(&mut swagger, &own_auth, &api_auth, world)?;
        if !own_auth.is_empty() {
            self.add_auth(api, &mut swagger, &own_auth, world)?;
        }
        if let Some(timeout) = self.event.set("TimeoutInMillis") {
            let timeout = Py::from_template(timeout);
            swagger.edit_method(self.path, self.method, |definition| {
                if let Some(Py::Dict(integration)) = definition.get_mut(INTEGRATION) {
                    integration.insert("timeoutInMillis", timeout.clone());
                }
                Ok(())
            })?;
        }
        self.add_model(api, &mut swagger)?;
        self.add_parameters(&mut swagger)?;
        if !merged {
            return Ok(swagger.document());
        }
        self.merge(body, swagger)
    }

    fn add_integration(
        &self,
        swagger: &mut Swagger,
        own_auth: &Map<String, Value>,
        api_auth: &Dict,
        world: &World,
    ) -> Result<(), Fault> {
        swagger.add_path(self.path, self.method)?;
        let streams = self.event.get("ResponseTransferMode").is_some_and(|m| m == "RESPONSE_STREAM");
        let condition = self.target.condition().map(Py::from_template);
        let uri = self.uri(world.partition, streams);
        let uri = match &condition {
            Some(condition) => only_if(condition.clone(), uri),
            None => uri,
        };
        let credentials = Self::credentials(own_auth, api_auth, world.partition);
        let method = if self.method == "any" { "x-amazon-apigateway-any-method" } else { self.method };
        let Some(item) = swagger.path_mut(self.path) else { return Ok(()) };
        for item in rest_api::branches_mut(item)? {
            let Some(definition) = item.as_dict_mut().and_then(|item| item.get_mut(method)) else {
                continue;
            };
            let Py::Dict(map) = definition else {
                return invalid_document(format!(
                    "Definition of method '{method}' for path '{}' should be a map.",
                    self.path
                ));
            };
            let mut integration =
                dict([("type", "aws_proxy".into()), ("httpMethod", "POST".into()), ("uri", uri.clone())]);
            if streams {
                integration.insert("responseTransferMode", "STREAM");
            }
            if let Some(credentials) = &credentials {
                integration.insert("credentials", credentials.clone());
            }
            map.insert(INTEGRATION, integration);
            map.entry("responses".into(), || Dict::hashed().into());
            if let Some(condition) = &condition {
                *definition = only_if(condition.clone(), std::mem::replace(definition, Py::None));
            }
        }
        Ok(())
    }

    fn uri(&self, partition: &str, streams: bool) -> Py {
        let arn = match intrinsic(&self.target.arn()) {
            Some(("Ref", name)) => format!("${{{}}}", name.as_str().unwrap_or_default()),
            _ => format!("${{{}.Arn}}", self.target.id),
        };
        let (version, action) =
            if streams { ("2021-11-15", "response-streaming-invocations") } else { ("2015-03-31", "invocations") };
        let text = format!(
            "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/{arn}/\
             {action}"
        );
        // The name of an alias is the translator's, that of a function the template's.
        let text = Text { text, unicode: get_att(&self.target.id, "Arn") == self.target.arn() };
        dict([("Fn::Sub", Py::Text(text))]).into()
    }

    /// As whom API Gateway calls the function, where calls are signed.
    fn credentials(own_auth: &Map<String, Value>, api_auth: &Dict, partition: &str) -> Option<Py> {
        let own_is_iam = own_auth.get("Authorizer").is_some_and(|name| name == "AWS_IAM");
        let default = api_auth.get("DefaultAuthorizer").and_then(Py::as_str);
        let default_is_iam = default == Some("AWS_IAM") && own_auth.is_empty();
        if !own_is_iam && !default_is_iam {
            return None;
        }
        let none_if_empty = |role: Py| if role.truthy() { role } else { Py::from("NONE") };
        let own = own_auth.get("InvokeRole").map(Py::from_template).map(none_if_empty);
        let role = own.or_else(|| api_auth.get("InvokeRole").cloned().map(none_if_empty));
        match role {
            Some(role) if role.as_str() == Some("NONE") => None,
            Some(role) if role.as_str() != Some("CALLER_CREDENTIALS") => Some(role),
            _ => Some(format!("arn:{partition}:iam::*:user/*").into()),
        }
    }

    fn add_auth(
        &self,
        api: &Dict,
        swagger: &mut Swagger,
        auth: &Map<String, Value>,
        world: &World,
    ) -> Result<(), Fault> {
        let api_auth = api.get("Auth").map(Py::to_json).unwrap_or_default();
        let api_auth = world.parameters.resolve(&api_auth);
        self.check_auth(auth, &api_auth)?;
        let own = match Py::from_template(&Value::Object(auth.clone())) {
            Py::Dict(own) => own,
            _ => Dict::hashed(),
        };
        // References in the API's own settings are resolved in place before.
        let api_auth = Py::from_template(&api_auth);
        rest_api::add_auth_to_method(swagger, self.path, self.method, &own, api_auth.as_dict())?;
        if let Some(policy) = own.truthy("ResourcePolicy") {
            let Py::Dict(policy) = policy else {
                return Err(
                    Problem::resource(&self.event.name, "Property 'Auth.ResourcePolicy' should be a map.").into()
                );
            };
            let path = Text { text: self.path.to_owned(), unicode: true };
            rest_api::add_resource_policy(swagger, policy, &path, &self.stage)?;
            if let Some(statements) = policy.truthy("CustomStatements") {
                rest_api::add_custom_statements(swagger, statements);
            }
        }
        Ok(())
    }

    fn check_auth(&self, auth: &Map<String, Value>, api_auth: &Value) -> Result<(), Fault> {
        let route = format!("on API method [{}] for path [{}]", self.method, self.path);
        let authorizer = set(auth, "Authorizer");
        let known = api_auth.get("Authorizers").filter(|known| truthy(known));
        if let Some(name) = authorizer {
            if let Some(known) = known {
                properties::expect_map(self.api_id, "Auth.Authorizers", known)?;
            }
            let shown = crate::values::printed(name);
            if name == "NONE" {
                if !api_auth.get("DefaultAuthorizer").is_some_and(truthy) {
                    return self.event.problem(format!(
                        "Unable to set Authorizer {route} because 'NONE' is only a valid value \
                         when a DefaultAuthorizer on the API is specified."
                    ));
                }
            } else if name != "AWS_IAM" {
                let Some(known) = known else {
                    return self.event.problem(format!(
                        "Unable to set Authorizer [{shown}] {route} because the related API does \
                         not define any Authorizers."
                    ));
                };
                let Some(text) = name.as_str() else {
                    return self.event.problem(format!(
                        "Unable to set Authorizer [{shown}] {route}. The method authorizer must be \
                         a string with a corresponding dict entry in the api authorizer."
                    ));
                };
                if !known.get(text).is_some_and(truthy) {
                    return self.event.problem(format!(
                        "Unable to set Authorizer [{shown}] {route} because it wasn't defined in \
                         the API's Authorizers."
                    ));
                }
            }
        }
        if let Some(scopes) = set(auth, "AuthorizationScopes") {
            if !scopes.is_array() {
                return self.event.problem("Property 'Auth.AuthorizationScopes' should be a list.");
            }
            if authorizer.is_none() {
                return self.event.problem("AuthorizationScopes works only when Authorizer is set");
            }
        }
        let refuses = auth.get("ApiKeyRequired").is_some_and(|v| !v.is_null() && !truthy(v));
        if refuses && !api_auth.get("ApiKeyRequired").is_some_and(truthy) {
            return self.event.problem(format!(
                "Unable to set ApiKeyRequired [False] {route} because the related API does not \
                 specify any ApiKeyRequired."
            ));
        }
        Ok(())
    }

    /// Puts the generated method into a definition that the user wrote.
    fn merge(&self, body: &Py, swagger: Swagger) -> Result<Py, Fault> {
        let mut merged = match body {
            Py::Dict(body) => body.shallow_copy(),
            other => return Ok(other.clone()),
        };
        let generated = swagger.document();
        let method = if self.method == "any" { "x-amazon-apigateway-any-method" } else { self.method };
        let generated = generated
            .as_dict()
            .and_then(|document| document.get("paths")?.as_dict()?.get(self.path)?.as_dict()?.get(method))
            .and_then(Py::as_dict)
            .cloned()
            .unwrap_or_else(Dict::hashed);
        // Into a definition without any path nothing is merged.
        let Some(Py::Dict(paths)) = merged.get_mut("paths").filter(|paths| paths.truthy()) else {
            return Ok(merged.into());
        };
        let key = Text { text: self.path.to_owned(), unicode: true };
        let item = paths.entry(key, || Py::Dict(Dict::inserted()));
        let Py::Dict(item) = item else {
            let sentence =
                format!("Property 'DefinitionBody' is invalid: The value of '{}' should be a map", self.path);
            return Err(Problem::resource(self.api_id, sentence).into());
        };
        let mut both = Dict::inserted();
        match item.truthy(self.method) {
            None => {}
            Some(Py::Dict(own)) => own.iter().for_each(|(key, v)| both.insert_text(key, v.clone())),
            Some(_) => {
                let sentence =
                    format!("Property 'DefinitionBody.paths.{}.{}' should be a map.", self.path, self.method);
                return Err(Problem::resource(self.api_id, sentence).into());
            }
        }
        generated.iter().for_each(|(key, value)| both.insert_text(key, value.clone()));
        let key = Text { text: self.method.to_owned(), unicode: true };
        item.insert_text(key, both.into());
        Ok(merged.into())
    }
}

/// Whether the stage's name is the template's own.
fn stage_is_given(api: &Dict) -> bool {
    matches!(api.get("StageName"), Some(Py::Text(text)) if text.unicode)
}
