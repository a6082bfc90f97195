//! A method of a REST API that starts an execution of a state machine.

use serde_json::{Value, json};

use super::{Event, Route, link};
use crate::function::Target;
use crate::ids::spaced_json;
use crate::py27::{Dict, Py, Text, dict};
use crate::resource::Resource;
use crate::rest_api::{INTEGRATION, Swagger, branches_mut, invalid_method, method_name, only_if};
use crate::values::get_att;
use crate::world::{Fault, World};

/// Writes the method into the definition of the event's API, where SAM writes that definition.
pub(crate) fn start_execution(event: &Event, target: &Target, role: &Resource, world: &mut World) -> Result<(), Fault> {
    let link = link(event, world)?;
    let Some(api_id) = &link.api_id else { return Ok(()) };
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (path, method) = (text("Path"), text("Method").to_lowercase());
    let stage = Py::from_template(event.get("Stage").unwrap_or(&Value::Null));
    let route = Route { event, target, api_id, path: &path, method: &method, stage };
    let Some(api) = world.rest_apis.get(api_id).filter(|api| api.truthy("__MANAGE_SWAGGER").is_some()).cloned() else {
        return Ok(());
    };
    let Some(body) = api.get("DefinitionBody").filter(|body| !body.is_none()) else { return Ok(()) };
    let mut swagger = Swagger::open(body)?;
    if swagger.has_integration(&path, &method)? {
        return event.problem(format!("API method \"{method}\" defined multiple times for path \"{path}\"."));
    }
    route.integrate_execution(&mut swagger, role)?;
    if let Some(auth) = event.set("Auth").and_then(Value::as_object) {
        route.add_auth(&api, &mut swagger, auth, world)?;
    }
    let body = swagger.document();
    if let Some(api) = world.rest_apis.get_mut(api_id) {
        api.insert("DefinitionBody", body);
    }
    Ok(())
}

impl Route<'_> {
    fn integrate_execution(&self, swagger: &mut Swagger, role: &Resource) -> Result<(), Fault> {
        swagger.add_path(self.path, self.method)?;
        let condition = self.target.condition().map(Py::from_template);
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution";
        let uri = Py::literal(&json!({ "Fn::Sub": uri }));
        let uri = match &condition {
            Some(condition) => only_if(condition.clone(), uri),
            None => uri,
        };
        let method = method_name(self.method);
        let Some(item) = swagger.path_mut(self.path) else { return Ok(()) };
        for item in branches_mut(item)? {
            let Some(definition) = item.as_dict_mut().and_then(|item| item.get_mut(&method)) else { continue };
            let Py::Dict(map) = definition else { return invalid_method(self.path, &method) };
            let integration = dict([
                ("type", "aws".into()),
                ("httpMethod", "POST".into()),
                ("uri", uri.clone()),
                ("responses", responses([("200", "statusCode", "200"), ("400", "statusCode", "400")])),
                ("credentials", Py::literal(&get_att(&role.id, "Arn"))),
            ]);
            map.insert(INTEGRATION, integration);
            let described = [("200", "description", "OK"), ("400", "description", "Bad Request")];
            map.entry("responses".into(), || responses(described));
            if let Some(Py::Dict(integration)) = map.get_mut(INTEGRATION) {
                integration.update(&dict([("requestTemplates", self.request_templates())]));
            }
            if let Some(condition) = &condition {
                *definition = only_if(condition.clone(), std::mem::replace(definition, Py::None));
            }
        }
        Ok(())
    }

    /// What makes the request to the API the input of the execution.
    fn request_templates(&self) -> Py {
        let machine = format!("${{{}}}", self.target.id);
        let escaped = "$util.escapeJavaScript($input.json('$'))";
        let text = if self.event.set("UnescapeMappingTemplate").is_some() {
            format!(r#"{{"input": "{escaped}.replaceAll("\\'","'")", "stateMachineArn": "{machine}"}}"#)
        } else {
            spaced_json(&json!({ "input": escaped, "stateMachineArn": machine }))
        };
        Py::literal(&json!({ "application/json": { "Fn::Sub": text } }))
    }
}

fn responses(members: [(&str, &str, &str); 2]) -> Py {
    let mut responses = Dict::hashed();
    for (status, name, value) in members {
        responses.insert_text(Text::from(status), dict([(name, value.into())]).into());
    }
    responses.into()
}
