//! Policy documents and the statements that apply to a question.

use kernel::{Arn, Caller};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::conditions;

/// A policy document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    /// Applied together: any deny wins.
    #[serde(deserialize_with = "one_or_many")]
    pub statement: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    effect: Effect,
    #[serde(default, deserialize_with = "one_or_many")]
    action: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    not_action: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    resource: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    not_resource: Vec<String>,
    principal: Option<Principal>,
    not_principal: Option<Principal>,
    #[serde(default)]
    condition: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Effect {
    Allow,
    Deny,
}

/// Whom a statement of a resource's policy is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Principal {
    /// `"*"`
    Anyone(String),
    /// `{"Service": …}`, `{"AWS": …}`, `{"Federated": …}`
    Named(Map<String, Value>),
}

/// What the applicable statements of a policy say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Some statement denies.
    Deny,
    /// Some statement allows and none denies.
    Allow,
    /// No statement applies.
    Silent,
}

/// What is asked of a policy.
pub struct Question<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// `dynamodb:PutItem`
    pub action: &'a str,
    /// The resource's ARN or `*`.
    pub resource: &'a str,
    /// Condition keys and their values, keys in lower case.
    pub context: &'a Map<String, Value>,
}

impl Document {
    /// Reads a document that a user wrote.
    pub fn read(document: &Value) -> Result<Self, String> {
        match document {
            Value::String(text) => serde_json::from_str(text).map_err(|error| error.to_string()),
            other => serde_json::from_value(other.clone()).map_err(|error| error.to_string()),
        }
    }

    /// What the document says; principals are compared only in policies of resources.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        let effects: Vec<Effect> = self
            .statement
            .iter()
            .filter(|statement| statement.applies(question))
            .map(|statement| statement.effect)
            .collect();
        if effects.contains(&Effect::Deny) {
            Decision::Deny
        } else if effects.is_empty() {
            Decision::Silent
        } else {
            Decision::Allow
        }
    }
}

impl Statement {
    fn applies(&self, question: &Question<'_>) -> bool {
        let variables = |pattern: &String| conditions::substitute(pattern, question.context);
        let action = question.action.to_ascii_lowercase();
        let acts = |patterns: &[String]| patterns.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &action));
        let meets =
            |patterns: &[String]| patterns.iter().map(variables).any(|pattern| like(&pattern, question.resource));
        let action_fits = if self.not_action.is_empty() { acts(&self.action) } else { !acts(&self.not_action) };
        let resource_fits = match (self.resource.is_empty(), self.not_resource.is_empty()) {
            (_, false) => !meets(&self.not_resource),
            (false, true) => meets(&self.resource),
            // Trust policies name no resource.
            (true, true) => true,
        };
        let principal_fits = match (&self.principal, &self.not_principal) {
            (Some(principal), _) => principal.names(question.caller),
            (None, Some(principal)) => !principal.names(question.caller),
            (None, None) => true,
        };
        action_fits && resource_fits && principal_fits && conditions::hold(&self.condition, question.context)
    }
}

impl Principal {
    fn names(&self, caller: &Caller) -> bool {
        match self {
            Self::Anyone(text) => text == "*",
            Self::Named(kinds) => kinds.iter().any(|(kind, names)| {
                let mut names = values(names).into_iter();
                match (kind.as_str(), caller) {
                    ("Service", Caller::Service { principal, .. }) => names.any(|name| name == principal),
                    ("AWS", caller) => names.any(|name| names_account_or_arn(name, caller)),
                    _ => false,
                }
            }),
        }
    }
}

/// An account id or its root names everyone in the account; a role's ARN names its sessions.
fn names_account_or_arn(name: &str, caller: &Caller) -> bool {
    let account = caller.account();
    let names_account = match name.parse::<Arn>() {
        Ok(arn) => arn.resource == "root" && account.as_deref() == Some(arn.account.as_str()),
        Err(_) => account.as_deref() == Some(name),
    };
    let names_role = matches!(caller, Caller::RoleSession { role_arn, .. } if role_arn == name);
    name == "*" || names_account || names_role || caller.arn() == name
}

/// The strings of a value that may be one or a list.
pub(crate) fn values(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut position) = (0, 0);
    let mut star = None;
    while position < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[position] => {
                at += 1;
                position += 1;
            }
            // Take one more character into the last star, or give up.
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    (at, position) = (star_at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany<T> {
        Many(Vec<T>),
        One(T),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(items) => items,
        OneOrMany::One(item) => vec![item],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decide(document: Value, action: &str, resource: &str) -> Decision {
        let caller = Caller::Anonymous;
        let context = Map::new();
        Document::read(&document).unwrap().decide(&Question { caller: &caller, action, resource, context: &context })
    }

    #[test]
    fn wildcards_match_in_the_middle_and_at_the_end() {
        for (pattern, text, expected) in [
            ("arn:aws:dynamodb:*:*:table/Music*", "arn:aws:dynamodb:us-east-1:1:table/MusicBox", true),
            ("a*b*c", "aXbYbZc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("a", "ab", false),
        ] {
            assert_eq!(like(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn actions_ignore_case_and_a_deny_wins() {
        let policy = json!({"Statement": [
            {"Effect": "Allow", "Action": "DynamoDB:put*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "secret"},
        ]});
        assert_eq!(decide(policy.clone(), "dynamodb:PutItem", "table"), Decision::Allow);
        assert_eq!(decide(policy.clone(), "dynamodb:PutItem", "secret"), Decision::Deny);
        assert_eq!(decide(policy, "dynamodb:GetItem", "table"), Decision::Silent);
    }

    #[test]
    fn not_action_allows_all_but() {
        let policy = json!({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}});
        assert_eq!(decide(policy.clone(), "s3:GetObject", "x"), Decision::Allow);
        assert_eq!(decide(policy, "iam:CreateRole", "x"), Decision::Silent);
    }
}
