//! Editing the definition of a REST API, with the order of its keys in mind.
//!
//! Opening a document and taking it out again copy it, as the translator does: a copied hash table
//! is rebuilt, and its order may change.

use crate::py27::{Dict, Py, Text, dict};
use crate::world::{Fault, invalid_document};

pub(crate) const INTEGRATION: &str = "x-amazon-apigateway-integration";
pub(crate) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
const SECURITY: &str = "securityDefinitions";
const RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
/// Members of a path that are no methods.
const NO_METHODS: [&str; 3] = ["summary", "description", "parameters"];

/// The definition that an API without one starts from.
pub(crate) fn skeleton() -> Dict {
    dict([
        ("swagger", "2.0".into()),
        ("info", dict([("version", "1.0".into()), ("title", reference("AWS::StackName"))]).into()),
        ("paths", Dict::hashed().into()),
    ])
}

/// `{"Ref": name}`, as the translator writes it.
pub(crate) fn reference(name: &str) -> Py {
    Py::literal(&crate::values::reference(name))
}

/// Whether a version is one of OpenAPI 3.
pub(crate) fn is_open_api_3(version: &str) -> bool {
    matches_version(version, "3")
}

/// `3.0` or `3.0.1`, one figure each.
pub(crate) fn matches_version(version: &str, majors: &str) -> bool {
    let version = version.strip_suffix('\n').unwrap_or(version);
    let mut parts = version.split('.');
    let major = parts.next().unwrap_or_default();
    let figure = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    major.len() == 1 && majors.contains(major) && (1..=2).contains(&rest.len()) && rest.iter().all(|p| figure(p))
}

/// Whether this is a definition that can be edited.
pub(crate) fn is_valid(body: &Py) -> bool {
    let Some(document) = body.as_dict() else { return false };
    if document.get("paths").and_then(Py::as_dict).is_none() {
        return false;
    }
    document.truthy("swagger").is_some()
        || document.truthy("openapi").is_some_and(|version| is_open_api_3(&text_of(version)))
}

/// What `str()` gives.
pub(crate) fn text_of(value: &Py) -> String {
    match value {
        Py::Text(text) => text.text.clone(),
        other => other.print(),
    }
}

/// The lower-case name; `ANY` has one of API Gateway's own.
pub(crate) fn method_name(method: &str) -> String {
    let method = method.to_lowercase();
    if method == "any" { ANY_METHOD.to_owned() } else { method }
}

/// A definition being edited.
pub(crate) struct Swagger {
    pub(crate) document: Dict,
    /// Kept apart while editing; set in the document at the end, unless empty.
    pub(crate) security: Dict,
    pub(crate) gateway_responses: Dict,
    pub(crate) policy: Dict,
    pub(crate) definitions: Dict,
}

impl Swagger {
    pub(crate) fn open(body: &Py) -> Result<Self, Fault> {
        let document = match body.deep_copy() {
            Py::Dict(document) if is_valid(body) => document,
            _ => {
                return invalid_document(
                    "Invalid Swagger document or the Swagger document is not explicitly defined \
                     in 'DefinitionBody'.",
                );
            }
        };
        let part = |name: &str| {
            let part = document.truthy(name).and_then(Py::as_dict).cloned();
            part.unwrap_or_else(Dict::hashed)
        };
        let swagger = Self {
            security: part(SECURITY),
            gateway_responses: part(RESPONSES),
            policy: part("x-amazon-apigateway-policy"),
            definitions: part("definitions"),
            document,
        };
        for path in swagger.paths() {
            for item in branches(swagger.path(&path.text).unwrap_or(&Py::None))? {
                if item.as_dict().is_none() {
                    return invalid_path(&path.text);
                }
            }
        }
        Ok(swagger)
    }

    /// The edited document.
    pub(crate) fn document(mut self) -> Py {
        for (name, part) in
            [(SECURITY, self.security), (RESPONSES, self.gateway_responses), ("definitions", self.definitions)]
        {
            if !part.is_empty() {
                self.document.insert(name, part);
            }
        }
        Py::Dict(self.document).deep_copy()
    }

    pub(crate) fn paths(&self) -> Vec<Text> {
        let paths = self.document.get("paths").and_then(Py::as_dict);
        paths.map(Dict::keys).unwrap_or_default()
    }

    pub(crate) fn path(&self, path: &str) -> Option<&Py> {
        self.document.get("paths")?.as_dict()?.get(path)
    }

    fn paths_mut(&mut self) -> Option<&mut Dict> {
        self.document.get_mut("paths")?.as_dict_mut()
    }

    pub(crate) fn path_mut(&mut self, path: &str) -> Option<&mut Py> {
        self.paths_mut()?.get_mut(path)
    }

    /// Adds a method to a path. Both come from an event of the template.
    pub(crate) fn add_path(&mut self, path: &str, method: &str) -> Result<(), Fault> {
        let any = method_name(method) == ANY_METHOD;
        let method = Text { text: method_name(method), unicode: !any };
        let key = Text { text: path.to_owned(), unicode: true };
        let Some(paths) = self.paths_mut() else { return Ok(()) };
        let item = paths.entry(key, || Dict::hashed().into());
        if item.as_dict().is_none() {
            return invalid_path(path);
        }
        for item in branches_mut(item)? {
            let Py::Dict(item) = item else { return invalid_path(path) };
            item.entry(method.clone(), || Dict::hashed().into());
        }
        Ok(())
    }

    pub(crate) fn make_path_conditional(&mut self, path: &str, condition: &str, unicode: bool) {
        if let Some(item) = self.path_mut(path) {
            let condition = Py::Text(Text { text: condition.to_owned(), unicode });
            *item = only_if(condition, std::mem::replace(item, Py::None));
        }
    }

    /// Whether every branch of the path has this method with an integration.
    pub(crate) fn has_integration(&self, path: &str, method: &str) -> Result<bool, Fault> {
        let method = method_name(method);
        let Some(item) = self.path(path) else { return Ok(false) };
        for item in branches(item)? {
            let Py::Dict(item) = item else { return invalid_path(path) };
            let Some(definition @ Py::Dict(_)) = item.get(&method) else { return Ok(false) };
            let mut found = false;
            for definition in branches(definition)? {
                let Py::Dict(map) = definition else { return invalid_method(path, &method) };
                found |= map.truthy(INTEGRATION).is_some();
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `edit` with every definition of the method that has an integration.
    pub(crate) fn edit_method(
        &mut self,
        path: &str,
        method: &str,
        mut edit: impl FnMut(&mut Dict) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let method = method_name(method);
        let Some(item) = self.path_mut(path) else { return Ok(()) };
        for item in branches_mut(item)? {
            let Py::Dict(item) = item else { return invalid_path(path) };
            let Some(definition) = item.get_mut(&method) else {
                return invalid_method(path, &method);
            };
            for definition in branches_mut(definition)? {
                let Py::Dict(map) = definition else { return invalid_method(path, &method) };
                if map.truthy(INTEGRATION).is_some() {
                    edit(map)?;
                }
            }
        }
        Ok(())
    }

    /// Calls `edit` with the name and definition of every method of the path with an integration.
    pub(crate) fn edit_methods(
        &mut self,
        path: &str,
        mut edit: impl FnMut(&str, &mut Dict) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Some(item) = self.path_mut(path) else { return Ok(()) };
        for item in branches_mut(item)? {
            let Py::Dict(item) = item else { return invalid_path(path) };
            for name in item.keys() {
                if NO_METHODS.contains(&name.text.as_str()) {
                    continue;
                }
                let Some(definition) = item.get_mut(&name.text) else { continue };
                for definition in branches_mut(definition)? {
                    let Py::Dict(map) = definition else {
                        return invalid_method(path, &name.text);
                    };
                    if map.truthy(INTEGRATION).is_some() {
                        edit(&method_name(&name.text), map)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The names of all methods of a path, in all its branches.
    pub(crate) fn method_names(&self, path: &str) -> Result<Vec<Text>, Fault> {
        let mut names = Vec::new();
        for item in branches(self.path(path).unwrap_or(&Py::None))? {
            let Py::Dict(item) = item else { return invalid_path(path) };
            names.extend(item.keys());
        }
        Ok(names)
    }
}

/// `{"Fn::If": [condition, value, NoValue]}`
pub(crate) fn only_if(condition: Py, value: Py) -> Py {
    let mut conditional = Dict::inserted();
    let branches = Py::List(vec![condition, value, reference("AWS::NoValue")]);
    conditional.insert("Fn::If", branches);
    Py::Dict(conditional)
}

fn if_parts(value: &Py) -> Option<&Py> {
    value.as_dict()?.get("Fn::If")
}

fn is_no_value(value: &Py) -> bool {
    crate::values::is_no_value(&value.to_json())
}

/// The value itself or, of an `Fn::If`, both of its branches that are there.
pub(crate) fn branches(value: &Py) -> Result<Vec<&Py>, Fault> {
    match if_parts(value) {
        None => Ok(vec![value]),
        Some(Py::List(parts)) => Ok(parts.iter().skip(1).filter(|part| !is_no_value(part)).collect()),
        Some(_) => invalid_document("Value of Fn::If must be a list."),
    }
}

pub(crate) fn branches_mut(value: &mut Py) -> Result<Vec<&mut Py>, Fault> {
    if if_parts(value).is_none() {
        return Ok(vec![value]);
    }
    match value.as_dict_mut().and_then(|map| map.get_mut("Fn::If")) {
        Some(Py::List(parts)) => Ok(parts.iter_mut().skip(1).filter(|part| !is_no_value(part)).collect()),
        _ => invalid_document("Value of Fn::If must be a list."),
    }
}

pub(crate) fn invalid_path<T>(path: &str) -> Result<T, Fault> {
    invalid_document(format!("Value of '{path}' path must be a dictionary according to Swagger spec."))
}

pub(crate) fn invalid_method<T>(path: &str, method: &str) -> Result<T, Fault> {
    invalid_document(format!("Definition of method '{method}' for path '{path}' should be a map."))
}
