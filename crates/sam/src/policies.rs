//! What a function may do: its `Policies`, and the role that is made of them.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::resource::Resource;
use crate::values::{if_argument, if_parts, is_intrinsic, is_no_value, printed};
use crate::world::World;

/// SAM's policy templates, a table made from the translator's own data by `cargo xtask tables`.
const TEMPLATES: &str = include_str!("../tables/policy_templates.json");
/// The names, with their paths, of policies that AWS manages.
const MANAGED: &str = include_str!("../tables/managed_policies.txt");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Managed,
    Statement,
    Template,
    Unknown,
}

fn templates() -> &'static Map<String, Value> {
    static TABLE: OnceLock<Map<String, Value>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Value = serde_json::from_str(TEMPLATES).unwrap_or_default();
        table["templates"].as_object().cloned().unwrap_or_default()
    })
}

fn kind_of(policy: &Value) -> Result<Kind, Problem> {
    if policy.is_string() {
        return Ok(Kind::Managed);
    }
    if let Some(argument) = if_argument(policy) {
        let [_, yes, no] = if_parts(argument).map_err(Problem::template)?;
        let (yes_kind, no_kind) = (kind_of(yes)?, kind_of(no)?);
        return if yes_kind == no_kind || is_no_value(no) {
            Ok(yes_kind)
        } else if is_no_value(yes) {
            Ok(no_kind)
        } else {
            Err(Problem::template(
                "Different policy types within the same Fn::If statement is unsupported. Separate \
                 different policy types into different Fn::If statements",
            ))
        };
    }
    if is_intrinsic(policy) {
        return Ok(Kind::Managed);
    }
    let Some(map) = policy.as_object() else { return Ok(Kind::Unknown) };
    if map.contains_key("Statement") {
        return Ok(Kind::Statement);
    }
    let names_template = map.len() == 1 && map.keys().all(|name| templates().contains_key(name));
    Ok(if names_template { Kind::Template } else { Kind::Unknown })
}

/// The policies with every policy template written out as the statement that it stands for.
pub(crate) fn expand_templates(id: &str, policies: &Value) -> Result<Vec<Value>, Problem> {
    let list = match policies {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    list.iter()
        .filter(|_| crate::values::truthy(policies))
        .map(|policy| {
            if kind_of(policy)? != Kind::Template {
                return Ok(policy.clone());
            }
            let Some(argument) = if_argument(policy) else { return expand(id, policy) };
            let [condition, yes, no] = if_parts(argument).map_err(Problem::template)?;
            let branch = |value: &Value| if is_no_value(value) { Ok(value.clone()) } else { expand(id, value) };
            Ok(crate::values::choose(condition, branch(yes)?, branch(no)?))
        })
        .collect()
}

/// `{"DynamoDBReadPolicy": {"TableName": …}}` → `{"Statement": […]}`
fn expand(id: &str, policy: &Value) -> Result<Value, Problem> {
    let Some((name, values)) = policy.as_object().and_then(|map| map.iter().next()) else {
        return Ok(policy.clone());
    };
    let template = &templates()[name.as_str()];
    let Value::Object(values) = values else {
        return Err(Problem::resource(id, format!("Must specify valid parameter values for policy template '{name}'")));
    };
    let parameters = template["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let given = |name: &&Value| name.as_str().is_some_and(|name| values.contains_key(name));
    let missing: Vec<&Value> = parameters.iter().filter(|name| !given(name)).collect();
    if !missing.is_empty() {
        return Err(Problem::resource(
            id,
            format!(
                "Following required parameters of template '{name}' don't have values: {}",
                printed(&json!(missing))
            ),
        ));
    }
    Ok(fill(&template["definition"], parameters, values))
}

fn fill(node: &Value, parameters: &[Value], values: &Map<String, Value>) -> Value {
    match node {
        Value::Object(map) => {
            if let (1, Some(Value::String(name))) = (map.len(), map.get("Ref"))
                && parameters.iter().any(|parameter| parameter == name.as_str())
            {
                return values.get(name).cloned().unwrap_or_default();
            }
            let member = |(key, value): (&String, &Value)| (key.clone(), fill(value, parameters, values));
            Value::Object(map.iter().map(member).collect())
        }
        Value::Array(items) => items.iter().map(|item| fill(item, parameters, values)).collect(),
        other => other.clone(),
    }
}

/// What a role is made of.
pub(crate) struct RoleParts<'a> {
    pub(crate) id: &'a str,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) trust: Value,
    /// Policies with their templates written out.
    pub(crate) policies: &'a [Value],
    pub(crate) managed: Vec<Value>,
    pub(crate) documents: Vec<Value>,
    pub(crate) path: Option<&'a Value>,
    pub(crate) boundary: Option<&'a Value>,
    pub(crate) tags: Vec<Value>,
}

/// The role of a resource.
pub(crate) fn role(parts: RoleParts, world: &World) -> Result<Resource, Problem> {
    let role_id = format!("{}Role", parts.id);
    let mut managed = parts.managed;
    let mut documents = parts.documents;
    for (index, policy) in parts.policies.iter().enumerate() {
        let named =
            |document: &Value| json!({ "PolicyName": format!("{role_id}Policy{index}"), "PolicyDocument": document });
        match kind_of(policy)? {
            Kind::Statement => {
                documents
                    .push(in_branches(policy, &|value| if is_no_value(value) { value.clone() } else { named(value) })?);
            }
            Kind::Managed => {
                let arn = in_branches(policy, &|value| match value.as_str() {
                    Some(name) => json!(managed_arn(name, world)),
                    None => value.clone(),
                })?;
                if !managed.contains(&arn) {
                    managed.push(arn);
                }
            }
            Kind::Template | Kind::Unknown => {
                return Err(Problem::resource(
                    parts.id,
                    format!("Policy at index {index} in the 'Policies' property is not valid"),
                ));
            }
        }
    }
    let mut role = Resource::new(&*role_id, "AWS::IAM::Role", &parts.attributes)
        .with("AssumeRolePolicyDocument", parts.trust)
        .with("ManagedPolicyArns", managed)
        .with_given("Path", parts.path)
        .with_given("PermissionsBoundary", parts.boundary)
        .with("Tags", parts.tags);
    if !documents.is_empty() {
        role.put("Policies", documents);
    }
    Ok(role)
}

/// Changes a value or, in an `Fn::If`, both of its branches.
fn in_branches(value: &Value, change: &dyn Fn(&Value) -> Value) -> Result<Value, Problem> {
    let Some(argument) = if_argument(value) else { return Ok(change(value)) };
    let [condition, yes, no] = if_parts(argument).map_err(Problem::template)?;
    Ok(crate::values::choose(condition, change(yes), change(no)))
}

/// The ARN of a managed policy of this name; a name that AWS does not have stays a name.
fn managed_arn(name: &str, world: &World) -> String {
    let is_named = |path: &&str| path.rsplit('/').next() == Some(name);
    let known = MANAGED.lines().filter(|line| !line.starts_with('#')).find(is_named);
    known.map_or_else(|| name.to_owned(), |path| world.managed_policy_arn(path))
}

/// A trust policy for one AWS service.
pub(crate) fn trust(service: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Action": ["sts:AssumeRole"],
            "Effect": "Allow",
            "Principal": { "Service": [service] },
        }],
    })
}

/// An inline policy that allows one action on one resource.
pub(crate) fn allow(name: &str, action: &str, resource: &Value) -> Value {
    json!({
        "PolicyName": name,
        "PolicyDocument": {
            "Statement": [{ "Action": action, "Effect": "Allow", "Resource": resource }],
        },
    })
}
