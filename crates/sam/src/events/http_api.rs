//! `HttpApi`: a route of an HTTP API.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::Event;
use super::rest_api::resource_path;
use crate::Problem;
use crate::function::Target;
use crate::http_api::{DEFAULT_PATH, OpenApi, function_uri, integration_mut, is_any};
use crate::properties::{Property, Shape, optional};
use crate::py27::Py;
use crate::resource::Resource;
use crate::values::{given, printed, set, substitute, truthy};
use crate::world::{Fault, World};

pub(super) const PROPERTIES: [Property; 8] = [
    optional("Path", Shape::Text),
    optional("Method", Shape::Text),
    optional("ApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("TimeoutInMillis", Shape::Whole),
    optional("RouteSettings", Shape::Map),
    optional("PayloadFormatVersion", Shape::Text),
];

pub(super) fn resources(event: &Event, target: &Target, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = text("Path");
    let method = text("Method").to_lowercase();
    let id = event.get("ApiId").unwrap_or(&Value::Null);
    let api_id = id.get("Ref").unwrap_or(id).as_str().unwrap_or_default().to_owned();
    // A REST API may have routes of HTTP APIs in its definition.
    let api = match world.rest_apis.get(&api_id) {
        Some(api) => api.to_json(),
        None => world.resources.properties(&api_id).cloned().unwrap_or_default(),
    };
    let route = Route { event, target, api: &api, api_id: &api_id, path: &path, method: &method };
    let mut resources = Vec::new();
    resources.extend(route.permission()?);
    if let Some(body) = given(&api, "DefinitionBody") {
        let body = route.integrate(body)?;
        if let Some(api) = world.rest_apis.get_mut(&api_id) {
            let before = api.get("DefinitionBody").map_or(Py::None, Py::deep_copy);
            let uri = route.uri();
            let mut given = if path == DEFAULT_PATH { Vec::new() } else { vec![path.as_str(), method.as_str()] };
            // The name of an alias is the translator's, that of a function the template's.
            given.extend((!target.ref_is_arn).then_some(uri.as_str()));
            api.insert("DefinitionBody", before.edited(&body, &given).deep_copy());
        } else if let Some(api) = world.resources.properties_mut(&api_id) {
            api.insert("DefinitionBody".to_owned(), body);
        }
    }
    Ok(resources)
}

struct Route<'a> {
    event: &'a Event,
    target: &'a Target,
    api: &'a Map<String, Value>,
    api_id: &'a str,
    path: &'a str,
    method: &'a str,
}

impl Route<'_> {
    /// The permission to call the function, unless that of its default route covers it.
    fn permission(&self) -> Result<Option<Resource>, Fault> {
        let mut path = self.path;
        if path.len() > 1 {
            path = path.strip_suffix('/').unwrap_or(path);
        }
        if let Some(body) = set(self.api, "DefinitionBody") {
            let definition = OpenApi::open(body).map_err(|fault| match fault {
                Fault::Document(problem) => Fault::Resource(Problem::resource(self.api_id, problem.message)),
                other @ Fault::Resource(_) => other,
            })?;
            if path != DEFAULT_PATH && definition.calls(DEFAULT_PATH, "any", &self.target.id)? {
                return Ok(None);
            }
        }
        let path = if path == DEFAULT_PATH { String::new() } else { resource_path(path) };
        let resource = if self.method == "any" && path == format!("/{DEFAULT_PATH}") {
            path
        } else if is_any(self.method) {
            format!("/*{path}")
        } else {
            format!("/{}{path}", self.method.to_uppercase())
        };
        let arn = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:\
             ${{__ApiId__}}/${{__Stage__}}{resource}"
        );
        let variables = json!({ "__ApiId__": self.event.get("ApiId"), "__Stage__": "*" });
        let permission = self.event.permission(self.target, "apigateway.amazonaws.com", "");
        Ok(Some(permission.with("SourceArn", substitute(&arn, variables))))
    }

    fn integrate(&self, body: &Value) -> Result<Value, Fault> {
        let mut definition = OpenApi::open(body)?;
        let managed = set(self.api, "__MANAGE_SWAGGER").is_some();
        if managed && definition.has_integration(self.path, self.method)? {
            return self
                .event
                .problem(format!("API method '{}' defined multiple times for path '{}'.", self.method, self.path));
        }
        let uri = json!({ "Fn::Sub": self.uri() });
        let condition = self.target.condition();
        definition.add_integration(self.path, self.method, &uri, condition)?;
        if let Some(Value::Object(auth)) = self.event.set("Auth") {
            self.add_auth(&mut definition, auth)?;
        }
        for (property, member) in
            [("TimeoutInMillis", "timeoutInMillis"), ("PayloadFormatVersion", "payloadFormatVersion")]
        {
            let Some(value) = self.event.set(property) else { continue };
            definition.edit_method(self.path, self.method, |method| {
                if let Some(integration) = integration_mut(method) {
                    integration.insert(member.to_owned(), value.clone());
                }
                Ok(())
            })?;
        }
        self.add_path_parameters(&mut definition)?;
        Ok(definition.document())
    }

    fn uri(&self) -> String {
        let id = &self.target.id;
        let arn = if self.target.ref_is_arn { format!("${{{id}}}") } else { format!("${{{id}.Arn}}") };
        function_uri(&arn, "${AWS::Partition}")
    }

    fn add_path_parameters(&self, definition: &mut OpenApi) -> Result<(), Fault> {
        let Ok(pattern) = Regex::new(r"\{(.*?)\}") else { return Ok(()) };
        let names: Vec<&str> = pattern.captures_iter(self.path).filter_map(|c| c.get(1)).map(|m| m.as_str()).collect();
        if names.is_empty() {
            return Ok(());
        }
        definition.edit_method(self.path, self.method, |method| {
            let list = method.entry("parameters").or_insert_with(|| json!([]));
            let Value::Array(list) = list else { return Ok(()) };
            for name in &names {
                match list.iter_mut().find(|parameter| parameter["name"] == *name) {
                    Some(existing) => {
                        existing["in"] = json!("path");
                        existing["required"] = json!(true);
                    }
                    None => list.push(json!({ "name": name, "in": "path", "required": true })),
                }
            }
            Ok(())
        })
    }

    fn add_auth(&self, definition: &mut OpenApi, auth: &Map<String, Value>) -> Result<(), Fault> {
        let api_auth = match self.api.get("Auth") {
            None => Map::new(),
            Some(Value::Object(auth)) => auth.clone(),
            Some(_) => {
                let sentence = "Property 'Auth' should be a map.";
                return Err(Problem::resource(self.api_id, sentence).into());
            }
        };
        let default = set(&api_auth, "DefaultAuthorizer");
        let Some(name) = set(auth, "Authorizer").or(default) else {
            return self.event.problem(
                "'Auth' section requires either an explicit 'Authorizer' set or a \
                 'DefaultAuthorizer' configured on the HttpApi.",
            );
        };
        let empty = json!({});
        let known = if api_auth.is_empty() { Some(&empty) } else { api_auth.get("Authorizers") };
        let iam = name == "AWS_IAM" && api_auth.get("EnableIamAuthorizer") == Some(&json!(true));
        self.check_authorizer(name, known, iam, default.is_some())?;
        let scopes = set(auth, "AuthorizationScopes");
        if scopes.is_some_and(|scopes| !scopes.is_array()) {
            return self.event.problem(format!(
                "Unable to set Authorizer on API method [{}] for path [{}] because \
                 'AuthorizationScopes' must be a list of strings.",
                self.method, self.path
            ));
        }
        let name = name.as_str().unwrap_or_default();
        let settings = known.and_then(|known| known.get(name));
        let scopes = scopes.or_else(|| settings.and_then(|s| s.get("AuthorizationScopes")));
        let scopes = scopes.filter(|scopes| truthy(scopes) && !["NONE", "AWS_IAM"].contains(&name));
        let requirement = json!({ name: scopes.cloned().unwrap_or_else(|| json!([])) });
        definition.edit_method(self.path, self.method, |method| {
            let list = method.entry("security").or_insert_with(|| json!([]));
            let Value::Array(list) = list else {
                return crate::world::invalid_document(format!(
                    "Type of security for path {} method {} must be a list",
                    self.path, self.method
                ));
            };
            list.push(requirement.clone());
            Ok(())
        })
    }

    fn check_authorizer(
        &self,
        name: &Value,
        known: Option<&Value>,
        is_enabled_iam: bool,
        has_default: bool,
    ) -> Result<(), Fault> {
        let route = format!("on API method [{}] for path [{}]", self.method, self.path);
        let shown = printed(name);
        if name == "NONE" {
            if has_default {
                return Ok(());
            }
            return self.event.problem(format!(
                "Unable to set Authorizer {route} because 'NONE' is only a valid value when a \
                 DefaultAuthorizer on the API is specified."
            ));
        }
        if is_enabled_iam {
            return Ok(());
        }
        let (Some(text), Some(Value::Object(known))) = (name.as_str(), known) else {
            return self.event.problem(format!(
                "Unable to set Authorizer [{shown}] {route}. The method authorizer must be a \
                 string with a corresponding dict entry in the api authorizer."
            ));
        };
        if known.is_empty() {
            return self.event.problem(format!(
                "Unable to set Authorizer [{shown}] {route} because the related API does not define any Authorizers."
            ));
        }
        if set(known, text).is_none() {
            return self.event.problem(format!(
                "Unable to set Authorizer [{shown}] {route} because it wasn't defined in the \
                 API's Authorizers."
            ));
        }
        Ok(())
    }
}
