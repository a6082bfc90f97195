//! Editing the OpenAPI definition of an HTTP API.

use serde_json::{Map, Value, json};

use crate::values::{if_argument, is_no_value, reference, truthy};
use crate::world::{Fault, invalid_document};

const INTEGRATION: &str = "x-amazon-apigateway-integration";
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// The route that takes what no other route takes.
pub(crate) const DEFAULT_PATH: &str = "$default";

/// The definition that an API without one starts from.
pub(crate) fn skeleton() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": { "version": "1.0", "title": reference("AWS::StackName") },
        "paths": {},
    })
}

/// Whether this is a definition that can be edited.
pub(crate) fn is_valid(body: &Value) -> bool {
    let version = body.get("openapi").map(crate::values::printed).unwrap_or_default();
    body.get("paths").is_some_and(Value::is_object) && crate::rest_api::is_open_api_3(&version)
}

/// The lower-case name; `ANY` has one of API Gateway's own.
pub(crate) fn method_name(method: &str) -> String {
    let method = method.to_lowercase();
    if method == "any" { ANY_METHOD.to_owned() } else { method }
}

pub(crate) fn is_any(method: &str) -> bool {
    method_name(method) == ANY_METHOD
}

/// A definition being edited.
pub(crate) struct OpenApi {
    document: Map<String, Value>,
}

impl OpenApi {
    pub(crate) fn open(body: &Value) -> Result<Self, Fault> {
        match body {
            Value::Object(document) if is_valid(body) => Ok(Self { document: document.clone() }),
            _ => invalid_document(
                "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or \
                 'paths' in 'DefinitionBody'.",
            ),
        }
    }

    pub(crate) fn document(self) -> Value {
        Value::Object(self.document)
    }

    fn path(&self, path: &str) -> Option<&Value> {
        self.document.get("paths")?.get(path)
    }

    fn paths_mut(&mut self) -> Option<&mut Map<String, Value>> {
        self.document.get_mut("paths")?.as_object_mut()
    }

    pub(crate) fn add_path(&mut self, path: &str, method: &str) -> Result<(), Fault> {
        let method = method_name(method);
        let Some(paths) = self.paths_mut() else { return Ok(()) };
        let item = paths.entry(path).or_insert_with(|| json!({}));
        for item in branches_mut(item)? {
            let Value::Object(item) = item else { return invalid_path(path) };
            item.entry(&*method).or_insert_with(|| json!({}));
        }
        Ok(())
    }

    pub(crate) fn make_path_conditional(&mut self, path: &str, condition: &str) {
        if let Some(item) = self.paths_mut().and_then(|paths| paths.get_mut(path)) {
            *item = crate::values::only_if(&json!(condition), item.take());
        }
    }

    /// Whether every branch of the path has this method with an integration.
    pub(crate) fn has_integration(&self, path: &str, method: &str) -> Result<bool, Fault> {
        let method = method_name(method);
        let Some(item) = self.path(path) else { return Ok(false) };
        for item in branches(item)? {
            let Value::Object(item) = item else { return invalid_path(path) };
            let Some(definition) = item.get(&method) else { return Ok(false) };
            if !definition.is_object() || !any_integration(definition, path, &method)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether this method calls the function of this name.
    pub(crate) fn calls(&self, path: &str, method: &str, function_id: &str) -> Result<bool, Fault> {
        if !self.has_integration(path, method)? {
            return Ok(false);
        }
        let arn = format!("${{{function_id}.Arn}}");
        let method = method_name(method);
        let Some(item) = self.path(path) else { return Ok(false) };
        for item in branches(item)? {
            for definition in branches(item.get(&method).unwrap_or(&Value::Null))? {
                let Some(uri) = definition.get(INTEGRATION).and_then(|i| i.get("uri")) else {
                    return Ok(false);
                };
                for uri in branches(uri)? {
                    let text = uri.get("Fn::Sub").and_then(Value::as_str);
                    if !text.is_some_and(|text| text.contains(&arn)) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Makes the method call a function, unless it calls something already.
    pub(crate) fn add_integration(
        &mut self,
        path: &str,
        method: &str,
        uri: &Value,
        condition: Option<&Value>,
    ) -> Result<(), Fault> {
        if self.has_integration(path, method)? {
            return Ok(());
        }
        self.add_path(path, method)?;
        let method = method_name(method);
        let uri = match condition {
            Some(condition) => crate::values::only_if(condition, uri.clone()),
            None => uri.clone(),
        };
        let Some(item) = self.paths_mut().and_then(|paths| paths.get_mut(path)) else {
            return Ok(());
        };
        for item in branches_mut(item)? {
            let Some(definition) = item.get_mut(&method) else { continue };
            if definition.is_null() {
                *definition = json!({});
            }
            let Value::Object(map) = definition else { return invalid_method(path, &method) };
            let integration = json!({
                "type": "aws_proxy",
                "httpMethod": "POST",
                "payloadFormatVersion": "2.0",
                "uri": uri,
            });
            map.insert(INTEGRATION.to_owned(), integration);
            if path == DEFAULT_PATH && method == ANY_METHOD {
                map.insert("isDefaultRoute".to_owned(), json!(true));
            }
            map.entry("responses").or_insert_with(|| json!({}));
            if let Some(condition) = condition {
                *definition = crate::values::only_if(condition, definition.take());
            }
        }
        Ok(())
    }

    /// Calls `edit` with every definition of the method that has an integration.
    pub(crate) fn edit_method(
        &mut self,
        path: &str,
        method: &str,
        mut edit: impl FnMut(&mut Map<String, Value>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let method = method_name(method);
        let Some(item) = self.paths_mut().and_then(|paths| paths.get_mut(path)) else {
            return Ok(());
        };
        for item in branches_mut(item)? {
            let Some(definition) = item.get_mut(&method) else { continue };
            for definition in branches_mut(definition)? {
                let Value::Object(map) = definition else { return invalid_method(path, &method) };
                if map.get(INTEGRATION).is_some_and(truthy) {
                    edit(map)?;
                }
            }
        }
        Ok(())
    }

    /// Calls `edit` with every method that has an integration, on every path.
    pub(crate) fn edit_all_methods(
        &mut self,
        mut edit: impl FnMut(&str, &mut Map<String, Value>),
    ) -> Result<(), Fault> {
        let Some(paths) = self.paths_mut() else { return Ok(()) };
        for (path, item) in paths {
            for item in branches_mut(item)? {
                let Value::Object(item) = item else { return invalid_path(path) };
                let known: Vec<String> = item.keys().cloned().collect();
                for (method, definition) in item {
                    if method == "parameters" {
                        continue;
                    }
                    let name = method_name(method);
                    if name != "options" && !known.contains(&name) {
                        return invalid_document(format!("Could not find {name} in {path} within DefinitionBody."));
                    }
                    for definition in branches_mut(definition)? {
                        let Value::Object(map) = definition else {
                            return invalid_method(path, method);
                        };
                        if map.get(INTEGRATION).is_some_and(truthy) {
                            edit(method, map);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn entry(&mut self, name: &str, default: Value) -> &mut Value {
        let value = self.document.entry(name).or_insert_with(|| default.clone());
        if value.is_null() {
            *value = default;
        }
        value
    }
}

/// The integration's part of a method definition.
pub(crate) fn integration_mut(definition: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    definition.get_mut(INTEGRATION)?.as_object_mut()
}

fn any_integration(definition: &Value, path: &str, method: &str) -> Result<bool, Fault> {
    for definition in branches(definition)? {
        let Value::Object(map) = definition else { return invalid_method(path, method) };
        if map.get(INTEGRATION).is_some_and(truthy) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The value itself or, of an `Fn::If`, both of its branches that are there.
fn branches(value: &Value) -> Result<Vec<&Value>, Fault> {
    let Some(argument) = if_argument(value) else { return Ok(vec![value]) };
    match argument.as_array() {
        Some(parts) => Ok(parts.iter().skip(1).filter(|part| !is_no_value(part)).collect()),
        None => invalid_document("Value of Fn::If must be a list."),
    }
}

fn branches_mut(value: &mut Value) -> Result<Vec<&mut Value>, Fault> {
    if if_argument(value).is_none() {
        return Ok(vec![value]);
    }
    match value.get_mut("Fn::If").and_then(Value::as_array_mut) {
        Some(parts) => Ok(parts.iter_mut().skip(1).filter(|part| !is_no_value(part)).collect()),
        None => invalid_document("Value of Fn::If must be a list."),
    }
}

fn invalid_path<T>(path: &str) -> Result<T, Fault> {
    invalid_document(format!("Value of '{path}' path must be a dictionary according to Swagger spec."))
}

fn invalid_method<T>(path: &str, method: &str) -> Result<T, Fault> {
    invalid_document(format!("Definition of method '{method}' for path '{path}' should be a map."))
}

/// The URI by which API Gateway calls a function.
pub(crate) fn function_uri(arn: &str, partition: &str) -> String {
    format!("arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{arn}/invocations")
}
