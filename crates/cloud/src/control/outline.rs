//! The resources that a template names, where, and which of the others each refers to.

use std::collections::BTreeSet;

use kernel::Response;
use project::Project;
use serde_json::{Map, Value, json};
use template::pointer;

use super::answer::ok;

/// The outline of the project's template; empty for one that cannot be read.
pub fn answer(project: &Project) -> Response {
    ok(&json!({ "resources": project.template().map(outline).unwrap_or_default() }))
}

fn outline(text: &str) -> Vec<Value> {
    let Ok(template) = template::parse(text) else { return Vec::new() };
    let none = Map::new();
    let resources = template.value.get("Resources").and_then(Value::as_object).unwrap_or(&none);
    resources
        .iter()
        .map(|(id, resource)| {
            let place = template.places.nearest(&pointer(["Resources", id]));
            let mut names = BTreeSet::new();
            collect(resource, &mut names);
            let depends_on: Vec<_> =
                names.into_iter().filter(|name| name != id && resources.contains_key(name)).collect();
            json!({
                "logical_id": id,
                "type": resource["Type"].as_str().unwrap_or_default(),
                "line": place.key.unwrap_or(place.value).start.line,
                "depends_on": depends_on,
                "called_by": callers(resource),
            })
        })
        .collect()
}

/// The resources whose events call a function. An API event that names no API is one of the implicit
/// API, which SAM makes under a name of its own.
fn callers(resource: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let events = resource["Properties"]["Events"].as_object().into_iter().flat_map(Map::values);
    for event in events {
        let properties = &event["Properties"];
        let (api, implicit) = match event["Type"].as_str() {
            Some("Api") => (&properties["RestApiId"], "ServerlessRestApi"),
            Some("HttpApi") => (&properties["ApiId"], "ServerlessHttpApi"),
            _ => {
                collect(properties, &mut names);
                continue;
            }
        };
        if api.is_null() {
            names.insert(implicit.to_owned());
        }
        collect(api, &mut names);
    }
    names
}

/// The first parts of all names that a value refers to.
fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("Ref" | "DependsOn", Value::String(name)) => drop(names.insert(name.clone())),
                    ("DependsOn", Value::Array(list)) => {
                        names.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::GetAtt", Value::Array(path)) => names.extend(path.first().and_then(first_part)),
                    ("Fn::GetAtt", path) => names.extend(first_part(path)),
                    ("Fn::Sub", Value::String(text)) => names.extend(substituted(text)),
                    ("Fn::Sub", Value::Array(parts)) => {
                        names.extend(parts.first().and_then(Value::as_str).into_iter().flat_map(substituted));
                        for part in parts {
                            collect(part, names);
                        }
                    }
                    _ => collect(member, names),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, names);
            }
        }
        _ => {}
    }
}

fn first_part(path: &Value) -> Option<String> {
    path.as_str()?.split('.').next().map(str::to_owned)
}

/// The names in `${Name}` and `${Name.Attribute}`.
fn substituted(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("${").skip(1).filter_map(|rest| {
        let name = rest.split_once('}')?.0;
        Some(name.split('.').next().unwrap_or(name).trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_say_what_calls_a_function() {
        let template = "
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: {Type: HttpApi, Properties: {Path: /, Method: GET}}
        Put: {Type: Api, Properties: {Path: /, Method: PUT, RestApiId: !Ref Api}}
        Changed: {Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn}}
";
        assert_eq!(outline(template)[1]["called_by"], json!(["Api", "ServerlessHttpApi", "Table"]));
    }

    #[test]
    fn resources_refer_to_each_other_in_many_ways() {
        let template = "
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Pool: {Type: AWS::Cognito::UserPool}
  Api: {Type: AWS::Serverless::Api, DependsOn: [Pool]}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      A: !Ref Table
      B: !GetAtt Pool.Arn
      C: !Sub '${Api}/${AWS::Region}/${Fn}'
";
        let shown: Vec<_> = outline(template)
            .iter()
            .map(|resource| format!("{}:{} {}", resource["line"], resource["logical_id"], resource["depends_on"]))
            .collect();
        assert_eq!(
            shown,
            [r#"3:"Table" []"#, r#"4:"Pool" []"#, r#"5:"Api" ["Pool"]"#, r#"6:"Fn" ["Api","Pool","Table"]"#]
        );
    }
}
