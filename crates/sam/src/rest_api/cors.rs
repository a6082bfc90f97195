//! `Cors`: an `OPTIONS` method on every path that answers with the headers that browsers ask for.

use super::Api;
use super::swagger::{ANY_METHOD, INTEGRATION, Swagger, branches_mut, invalid_path, is_valid};
use crate::py27::{Dict, Py, Text, dict};
use crate::world::{Fault, invalid_document};
use serde_json::json;

const NAMES: [&str; 5] = ["AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"];

struct Cors {
    origin: Py,
    headers: Py,
    methods: Py,
    max_age: Py,
    credentials: bool,
}

pub(crate) fn add(api: &mut Api) -> Result<(), Fault> {
    let Some(wanted) = api.set("Cors").cloned() else { return Ok(()) };
    let Some(body) = api.body.as_ref() else {
        return api.fail("Cors works only with inline Swagger specified in 'DefinitionBody' property.");
    };
    let cors = read(api, &wanted)?;
    if !is_valid(body) {
        return api.fail(
            "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid \
             Swagger definition.",
        );
    }
    if cors.credentials && cors.origin.as_str() == Some("'*'") {
        return api.fail(
            "Unable to add Cors configuration because 'AllowCredentials' can not be true when \
             'AllowOrigin' is \"'*'\" or not set",
        );
    }
    let mut swagger = Swagger::open(body)?;
    let mut done: Vec<String> = Vec::new();
    for path in swagger.paths() {
        let path = path.text;
        let normal = if path == "/" { &path } else { path.trim_end_matches('/') };
        if done.iter().any(|other| other == normal) {
            continue;
        }
        done.push(normal.to_owned());
        add_to_path(api, &mut swagger, &path, &cors)?;
    }
    api.body = Some(swagger.document());
    Ok(())
}

fn read(api: &Api, wanted: &Py) -> Result<Cors, Fault> {
    let mut cors =
        Cors { origin: "'*'".into(), headers: Py::None, methods: Py::None, max_age: Py::None, credentials: false };
    match wanted {
        Py::Text(_) => cors.origin = wanted.clone(),
        value if crate::values::is_intrinsic(&value.to_json()) => cors.origin = wanted.clone(),
        Py::Dict(map) => {
            if let Some(key) = map.keys().iter().find(|key| !NAMES.contains(&key.text.as_str())) {
                return api.fail(&format!("Invalid key '{}' for 'Cors' property.", key.text));
            }
            let member = |name: &str| map.get(name).cloned();
            cors.origin = member("AllowOrigin").unwrap_or(cors.origin);
            cors.headers = member("AllowHeaders").unwrap_or(Py::None);
            cors.methods = member("AllowMethods").unwrap_or(Py::None);
            cors.max_age = member("MaxAge").unwrap_or(Py::None);
            cors.credentials = matches!(map.get("AllowCredentials"), Some(Py::Bool(true)));
        }
        _ => return api.fail("Invalid value for 'Cors' property"),
    }
    Ok(cors)
}

fn add_to_path(api: &Api, swagger: &mut Swagger, path: &str, cors: &Cors) -> Result<(), Fault> {
    // What is found for the first branch of a conditional path holds for all.
    let mut methods = cors.methods.clone();
    let Some(item) = swagger.path_mut(path) else { return Ok(()) };
    for item in branches_mut(item)? {
        let Py::Dict(item) = item else { return invalid_path(path) };
        if item.contains("options") {
            continue;
        }
        if !cors.origin.truthy() {
            return api.fail(
                "Structure of the SAM template is invalid. Invalid input. Value for \
                 AllowedOrigins is required",
            );
        }
        if !methods.truthy() {
            methods = format!("'{}'", allowed_methods(item)).into();
        }
        item.insert("options", options_method(cors, &methods));
    }
    Ok(())
}

/// All methods of the path, with `OPTIONS`.
fn allowed_methods(item: &Dict) -> String {
    let mut names: Vec<String> = item.keys().iter().map(|key| key.text.to_uppercase()).collect();
    if item.contains(ANY_METHOD) {
        let all = ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];
        names = all.iter().map(ToString::to_string).collect();
    } else {
        names.push("OPTIONS".to_owned());
    }
    names.sort();
    names.dedup();
    names.join(",")
}

fn options_method(cors: &Cors, methods: &Py) -> Dict {
    let mut parameters = Dict::hashed();
    let mut headers = Dict::hashed();
    let mut add = |name: &str, value: Py, kind: &str| {
        parameters.insert(&format!("method.response.header.{name}"), value);
        headers.insert(name, Py::literal(&json!({ "type": kind })));
    };
    add("Access-Control-Allow-Origin", cors.origin.clone(), "string");
    if cors.headers.truthy() {
        add("Access-Control-Allow-Headers", cors.headers.clone(), "string");
    }
    if methods.truthy() {
        add("Access-Control-Allow-Methods", methods.clone(), "string");
    }
    if !cors.max_age.is_none() {
        add("Access-Control-Max-Age", cors.max_age.clone(), "integer");
    }
    if cors.credentials {
        add("Access-Control-Allow-Credentials", "'true'".into(), "string");
    }
    let answer = dict([
        ("statusCode", "200".into()),
        ("responseParameters", parameters.into()),
        ("responseTemplates", Py::literal(&json!({ "application/json": "{}\n" }))),
    ]);
    let request = json!({ "application/json": "{\n  \"statusCode\" : 200\n}\n" });
    let integration = dict([
        ("type", "mock".into()),
        ("requestTemplates", Py::literal(&request)),
        ("responses", dict([("default", answer.into())]).into()),
    ]);
    let described = dict([("description", "Default response for CORS method".into()), ("headers", headers.into())]);
    dict([
        ("summary", "CORS support".into()),
        ("consumes", Py::literal(&json!(["application/json"]))),
        ("produces", Py::literal(&json!(["application/json"]))),
        (INTEGRATION, integration.into()),
        ("responses", dict([("200", described.into())]).into()),
    ])
}

/// A definition of OpenAPI 3 has no `consumes`, and a schema for every header of a response.
pub(crate) fn to_open_api_3(options: &mut Dict, path: &str) -> Result<(), Fault> {
    for name in ["produces", "consumes"] {
        options.remove(name);
    }
    let Some(responses) = options.get_mut("responses") else { return Ok(()) };
    let invalid =
        |what: &str| invalid_document(format!("Invalid responses in options method for path {path}: {what}."));
    let Py::Dict(responses) = responses else {
        return invalid("It should be a map");
    };
    let Some(answer) = responses.get_mut("200") else { return Ok(()) };
    let Py::Dict(answer) = answer else {
        return invalid("The value of '200' should be a map");
    };
    let Some(headers) = answer.get_mut("headers").filter(|headers| headers.truthy()) else {
        return Ok(());
    };
    let Py::Dict(headers) = headers else {
        return invalid_document(format!(
            "Value of response's headers in options method for path {path} must be a dictionary \
             according to Swagger spec."
        ));
    };
    for Text { text, .. } in headers.keys() {
        if let Some(header) = headers.get_mut(&text) {
            let schema = std::mem::replace(header, Py::None);
            *header = dict([("schema", schema)]).into();
        }
    }
    Ok(())
}
