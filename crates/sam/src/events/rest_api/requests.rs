//! What an event says of the requests to its method: their model, their parameters.

use serde_json::{Map, Value, json};

use super::Route;
use crate::py27::{Dict, Py, Text, dict};
use crate::rest_api::{self, INTEGRATION, Swagger};
use crate::values::set;
use crate::world::Fault;

impl Route<'_> {
    pub(super) fn add_model(&self, api: &Dict, swagger: &mut Swagger) -> Result<(), Fault> {
        let Some(Value::Object(request)) = self.event.set("RequestModel") else { return Ok(()) };
        let Some(model) = set(request, "Model") else { return Ok(()) };
        let shown = crate::values::printed(model);
        let subject = format!(
            "Unable to set RequestModel [{shown}] on API method [{}] for path [{}] because",
            self.method, self.path
        );
        let Some(models) = api.truthy("Models") else {
            return self.event.problem(format!("{subject} the related API does not define any Models."));
        };
        let Py::Dict(models) = models else {
            return self.event.problem(format!("{subject} the related API Models defined is of invalid type."));
        };
        let Some(model) = model.as_str() else {
            return self.event.problem(format!("{subject} the related API does not contain valid Models."));
        };
        if models.truthy(model).is_none() {
            return self.event.problem(format!("{subject} it wasn't defined in the API's Models."));
        }
        let name = model.to_lowercase();
        self.refer_to_model(swagger, &name, request.get("Required"))?;
        let flag = |member: &str| crate::values::given(request, member);
        let flags = (flag("ValidateBody"), flag("ValidateParameters"));
        if flags.0.is_none() && flags.1.is_none() {
            return Ok(());
        }
        let known = |flag: Option<&Value>| match flag {
            None => Some(false),
            Some(flag) => flag.as_bool(),
        };
        let (Some(body), Some(parameters)) = (known(flags.0), known(flags.1)) else {
            return self.event.problem(format!(
                "Unable to set Validator to RequestModel [{model}] on API method [{}] for path \
                 [{}] ValidateBody and ValidateParameters must be a boolean type, strings or \
                 intrinsics are not supported.",
                self.method, self.path
            ));
        };
        self.add_validator(swagger, body, parameters)
    }

    fn refer_to_model(&self, swagger: &mut Swagger, name: &str, required: Option<&Value>) -> Result<(), Fault> {
        let required = required.filter(|r| !r.is_null()).map(Py::from_template);
        let is_swagger = swagger.document.get("swagger").is_some_and(|v| !v.is_none());
        let version = swagger.document.truthy("openapi").and_then(Py::as_str).map(str::to_owned);
        let is_open_api = version.is_some_and(|version| rest_api::is_open_api_3(&version));
        let unicode = Text { text: name.to_owned(), unicode: true };
        swagger.edit_method(self.path, self.method, |definition| {
            if is_swagger {
                let mut parameter = dict([
                    ("in", "body".into()),
                    ("name", unicode.clone().into()),
                    ("schema", Py::literal(&json!({ "$ref": format!("#/definitions/{name}") }))),
                ]);
                if let Some(required) = &required {
                    parameter.insert("required", required.clone());
                }
                push_parameter(definition, parameter);
            } else if is_open_api {
                let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
                let body = json!({ "content": { "application/json": { "schema": schema } } });
                let mut body = Py::literal(&body);
                if let (Some(body), Some(required)) = (body.as_dict_mut(), &required) {
                    body.insert("required", required.clone());
                }
                definition.insert("requestBody", body);
            }
            Ok(())
        })
    }

    fn add_validator(&self, swagger: &mut Swagger, body: bool, parameters: bool) -> Result<(), Fault> {
        const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
        let name = match (body, parameters) {
            (true, true) => "body-and-params",
            (true, false) => "body-only",
            (false, true) => "params-only",
            (false, false) => "no-validation",
        };
        let validator =
            dict([("validateRequestBody", Py::Bool(body)), ("validateRequestParameters", Py::Bool(parameters))]);
        if swagger.document.truthy(VALIDATORS).is_none() {
            swagger.document.insert(VALIDATORS, Dict::hashed());
        }
        if let Some(Py::Dict(validators)) = swagger.document.get_mut(VALIDATORS)
            && validators.truthy(name).is_none()
        {
            validators.update(&dict([(name, validator.into())]));
        }
        swagger.edit_method(self.path, self.method, |definition| {
            definition.update(&dict([("x-amazon-apigateway-request-validator", name.into())]));
            Ok(())
        })
    }

    pub(super) fn add_parameters(&self, swagger: &mut Swagger) -> Result<(), Fault> {
        let Some(Value::Array(list)) = self.event.set("RequestParameters") else { return Ok(()) };
        let mut parameters = Vec::new();
        for item in list {
            parameters.push(self.parameter(item)?);
        }
        swagger.edit_method(self.path, self.method, |definition| {
            if definition.get("parameters").is_none() {
                definition.insert("parameters", Py::List(Vec::new()));
            }
            for (name, required, caching) in &parameters {
                let rest = name.replace("method.request.", "");
                let (location, short) = rest.split_once('.').unwrap_or((&rest, ""));
                let template = |text: &str| Py::Text(Text { text: text.to_owned(), unicode: true });
                let location = match location {
                    "querystring" => "query".into(),
                    other => template(other),
                };
                let parameter = dict([
                    ("in", location),
                    ("name", template(short)),
                    ("required", required.clone()),
                    ("type", "string".into()),
                ]);
                push_parameter(definition, parameter);
                if let Some(Py::Dict(integration)) = definition.get_mut(INTEGRATION).filter(|_| caching.truthy()) {
                    let keys = integration.entry("cacheKeyParameters".into(), || Py::List(Vec::new()));
                    if let Py::List(keys) = keys {
                        keys.push(template(name));
                    }
                }
            }
            Ok(())
        })
    }

    /// The name of a request parameter, whether it is required and whether it is a cache key.
    fn parameter(&self, item: &Value) -> Result<(String, Py, Py), Fault> {
        let none = Map::new();
        let invalid = "Invalid value for 'RequestParameters' property.";
        let (name, settings) = match item {
            Value::String(name) => (name, &none),
            Value::Object(map) => match map.iter().next() {
                Some((name, Value::Object(settings)))
                    if settings.keys().all(|key| key == "Required" || key == "Caching") =>
                {
                    (name, settings)
                }
                Some((name, _)) if is_parameter_name(name) => {
                    return self.event.problem(format!(
                        "{invalid} Values must be an object, e.g {{ Required: true, Caching: false \
                         }}"
                    ));
                }
                Some((name, _)) => (name, &none),
                None => return self.event.problem(format!("{invalid} Property must be either a string or an object")),
            },
            _ => {
                return self.event.problem(format!("{invalid} Property must be either a string or an object"));
            }
        };
        if !is_parameter_name(name) {
            return self.event.problem(format!(
                "{invalid} Keys must be in the format \
                 'method.request.[querystring|path|header].{{value}}', e.g \
                 'method.request.header.Authorization'."
            ));
        }
        let flag = |member: &str| settings.get(member).map_or(Py::Bool(false), Py::from_template);
        Ok((name.clone(), flag("Required"), flag("Caching")))
    }
}

fn push_parameter(definition: &mut Dict, parameter: Dict) {
    let list = definition.entry("parameters".into(), || Py::List(Vec::new()));
    if let Py::List(list) = list {
        list.push(parameter.into());
    }
}

fn is_parameter_name(name: &str) -> bool {
    ["querystring", "path", "header"].iter().any(|place| name.starts_with(&format!("method.request.{place}.")))
}
