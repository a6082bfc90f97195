//! `ResourcePolicy`: from where an API may be called.

use super::swagger::{ANY_METHOD, Swagger};
use crate::py27::{Dict, Py, Text, dict};
use crate::world::{Fault, invalid_document};
use regex_lite::Regex;

const POLICY: &str = "x-amazon-apigateway-policy";

/// Adds what the policy says about one path.
pub(crate) fn add_resource_policy(swagger: &mut Swagger, policy: &Dict, path: &Text, stage: &Py) -> Result<(), Fault> {
    let resources = method_resources(swagger, path, stage)?;
    for (name, effect) in [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")] {
        if let Some(accounts) = policy.truthy(name) {
            add_accounts(swagger, accounts, effect, &resources)?;
        }
    }
    for (name, test) in [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")] {
        if let Some(ranges) = policy.truthy(name) {
            let mut condition = Dict::inserted();
            condition.insert("aws:SourceIp", listed(ranges));
            add_allow_and_deny(swagger, test, condition, &resources);
        }
    }
    for (list, test) in [("Blacklist", "StringEquals"), ("Whitelist", "StringNotEquals")] {
        let condition = networks(policy, list)?;
        if !condition.is_empty() {
            add_allow_and_deny(swagger, test, condition, &resources);
        }
    }
    publish(swagger);
    Ok(())
}

/// Adds statements as they are.
pub(crate) fn add_custom_statements(swagger: &mut Swagger, statements: &Py) {
    swagger.policy.insert("Version", "2012-10-17");
    if existing(swagger).is_none() {
        swagger.policy.insert("Statement", statements.clone());
    } else {
        let Py::List(statements) = listed(statements) else { return };
        append(swagger, statements, true);
    }
    publish(swagger);
}

fn publish(swagger: &mut Swagger) {
    let policy = swagger.policy.clone();
    swagger.document.insert(POLICY, policy);
}

fn existing(swagger: &Swagger) -> Option<&Py> {
    swagger.policy.get("Statement").filter(|statement| !statement.is_none())
}

fn append(swagger: &mut Swagger, statements: Vec<Py>, once: bool) {
    let mut all = match existing(swagger).map(listed) {
        Some(Py::List(all)) => all,
        _ => Vec::new(),
    };
    for statement in statements {
        if !once || !all.contains(&statement) {
            all.push(statement);
        }
    }
    swagger.policy.insert("Statement", Py::List(all));
}

fn listed(value: &Py) -> Py {
    match value {
        Py::List(_) => value.clone(),
        one => Py::List(vec![one.clone()]),
    }
}

fn statement(effect: &str, resources: &[Py], principal: Py) -> Dict {
    dict([
        ("Effect", effect.into()),
        ("Action", "execute-api:Invoke".into()),
        ("Resource", Py::List(resources.to_vec())),
        ("Principal", principal),
    ])
}

fn add_accounts(swagger: &mut Swagger, accounts: &Py, effect: &str, resources: &[Py]) -> Result<(), Fault> {
    if !matches!(accounts, Py::List(_) | Py::Dict(_)) {
        return invalid_document(format!(
            "Type of '{}' must be a list or dictionary",
            super::swagger::text_of(accounts)
        ));
    }
    swagger.policy.insert("Version", "2012-10-17");
    let statement = statement(effect, resources, dict([("AWS", listed(accounts))]).into());
    if existing(swagger).is_none() {
        swagger.policy.insert("Statement", statement);
    } else {
        append(swagger, vec![statement.into()], false);
    }
    Ok(())
}

fn add_allow_and_deny(swagger: &mut Swagger, test: &str, condition: Dict, resources: &[Py]) {
    swagger.policy.insert("Version", "2012-10-17");
    let allow = statement("Allow", resources, "*".into());
    let mut deny = statement("Deny", resources, "*".into());
    let mut tests = Dict::inserted();
    tests.insert(test, condition);
    deny.insert("Condition", tests);
    append(swagger, vec![allow.into(), deny.into()], true);
}

/// The VPCs and VPC endpoints that a list names, in text or by intrinsic functions.
fn networks(policy: &Dict, list: &str) -> Result<Dict, Fault> {
    let mut vpcs = Vec::new();
    let mut endpoints = Vec::new();
    let given = |name: String| policy.get(&name).filter(|value| !value.is_none()).cloned();
    if let Some(named) = given(format!("SourceVpc{list}")) {
        let items = named.as_list().map(<[Py]>::to_vec);
        let items = items.filter(|items| items.iter().all(|item| item.as_str().is_some()));
        let Some(items) = items else {
            return invalid_document(format!(
                "SourceVpc{list} must be a list of strings. Use IntrinsicVpc{list} instead for \
                 values that use Intrinsic Functions"
            ));
        };
        for item in items {
            match item.as_str() {
                Some(id) if id.starts_with("vpce-") => endpoints.push(item),
                Some(id) if id.starts_with("vpc-") => vpcs.push(item),
                _ => {}
            }
        }
    }
    for (name, target) in [("IntrinsicVpc", &mut vpcs), ("IntrinsicVpce", &mut endpoints)] {
        if let Some(Py::List(items)) = given(format!("{name}{list}")) {
            target.extend(items);
        }
    }
    let mut condition = Dict::hashed();
    for (key, ids) in [("aws:SourceVpc", vpcs), ("aws:SourceVpce", endpoints)] {
        if !ids.is_empty() {
            condition.insert(key, Py::List(ids));
        }
    }
    Ok(condition)
}

/// What a policy calls each method of a path.
fn method_resources(swagger: &Swagger, path: &Text, stage: &Py) -> Result<Vec<Py>, Fault> {
    let methods = swagger.method_names(&path.text)?;
    let pattern = wildcards(&path.text);
    let resource = |method: &Text| {
        let name = match method.text.to_lowercase().as_str() {
            ANY_METHOD | "any" => Text::from("*"),
            _ => Text { text: method.text.to_uppercase(), unicode: method.unicode },
        };
        let text = format!("execute-api:/${{__Stage__}}/{}{pattern}", name.text);
        let text = Text { text, unicode: name.unicode || path.unicode };
        let mut variables = Dict::inserted();
        variables.insert("__Stage__", stage.clone());
        let mut resource = Dict::inserted();
        resource.insert("Fn::Sub", Py::List(vec![Py::Text(text), variables.into()]));
        Py::Dict(resource)
    };
    Ok(methods.iter().map(resource).collect())
}

/// `{name}` and `{proxy+}` become `*`.
pub(crate) fn wildcards(path: &str) -> String {
    match Regex::new(r"\{([a-zA-Z0-9._-]+|[a-zA-Z0-9._-]+\+|proxy\+)\}") {
        Ok(pattern) => pattern.replace_all(path, "*").into_owned(),
        Err(_) => path.to_owned(),
    }
}
