//! Event patterns, as EventBridge has them: JSON in the form of what it matches, with lists of rules as leaves.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

use serde_json::Value;

use super::rule::Rule;

/// An object of which every member must match.
#[derive(Clone, Debug)]
pub struct Pattern {
    fields: Vec<(String, Node)>,
    /// The alternatives of each `$or`: one must match.
    alternatives: Vec<Vec<Pattern>>,
}

#[derive(Clone, Debug)]
enum Node {
    /// One of the rules must hold.
    Rules(Vec<Rule>),
    Inner(Pattern),
}

impl Pattern {
    /// Reads a pattern; `None` if it is none.
    pub fn read(pattern: &Value) -> Option<Self> {
        let members = pattern.as_object().filter(|members| !members.is_empty())?;
        let mut read = Self { fields: Vec::new(), alternatives: Vec::new() };
        for (name, member) in members {
            let node = match member {
                Value::Array(patterns) if name == "$or" => {
                    let patterns = patterns.iter().map(Self::read).collect::<Option<Vec<_>>>()?;
                    read.alternatives.push(Some(patterns).filter(|patterns| !patterns.is_empty())?);
                    continue;
                }
                Value::Array(rules) if !rules.is_empty() => {
                    Node::Rules(rules.iter().map(Rule::read).collect::<Option<_>>()?)
                }
                Value::Object(_) => Node::Inner(Self::read(member)?),
                _ => return None,
            };
            read.fields.push((name.clone(), node));
        }
        Some(read)
    }

    /// Whether it has rules for the member `name` itself, not for what is inside it.
    pub fn asks_for_text(&self, name: &str) -> bool {
        let is_leaf = |(field, node): &(String, Node)| field == name && matches!(node, Node::Rules(_));
        let mut alternatives = self.alternatives.iter().flatten();
        self.fields.iter().any(is_leaf) || alternatives.any(|pattern| pattern.asks_for_text(name))
    }

    /// Whether it matches. All of it must match one and the same element of a list.
    pub fn matches(&self, value: Option<&Value>) -> bool {
        if let Some(Value::Array(elements)) = value {
            return elements.iter().any(|element| self.matches(Some(element)));
        }
        let field = |(name, node): &(String, Node)| {
            let value = value.and_then(|value| value.get(name));
            match node {
                Node::Rules(rules) => {
                    let leaves = leaves(value);
                    rules.iter().any(|rule| rule.holds(&leaves))
                }
                Node::Inner(pattern) => pattern.matches(value),
            }
        };
        let one_of = |patterns: &Vec<Self>| patterns.iter().any(|pattern| pattern.matches(value));
        self.fields.iter().all(field) && self.alternatives.iter().all(one_of)
    }
}

/// What rules look at: a plain value, or those in a list. Objects have members instead.
fn leaves(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Object(_)) => Vec::new(),
        Some(Value::Array(elements)) => elements.iter().flat_map(|element| leaves(Some(element))).collect(),
        Some(plain) => vec![plain],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_must_all_match_and_lists_in_one_element() {
        let record = json!({
            "eventName": "INSERT",
            "dynamodb": {
                "NewImage": {
                    "id": {"S": "user-1"}, "n": {"N": "5"}, "tags": {"SS": ["a", "b"]},
                    "lines": {"L": [{"M": {"sku": {"S": "x"}, "n": {"N": "1"}}}, {"M": {"sku": {"S": "y"}}}]},
                },
                "SizeBytes": 26,
            },
        });
        for (pattern, expected) in [
            (json!({"eventName": ["INSERT", "MODIFY"]}), true),
            (json!({"eventName": ["REMOVE"]}), false),
            (json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"id": {"S": [{"prefix": "user-"}]}}}}), true),
            (json!({"eventName": ["REMOVE"], "dynamodb": {"NewImage": {"id": {"S": [{"prefix": "user-"}]}}}}), false),
            (json!({"dynamodb": {"SizeBytes": [{"numeric": [">", 20, "<", 30]}]}}), true),
            (json!({"dynamodb": {"NewImage": {"tags": {"SS": ["b"]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"id": [{"exists": false}]}}}), true),
            (json!({"dynamodb": {"NewImage": {"id": {"S": [{"exists": true}]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"gone": {"S": [{"exists": false}]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"lines": {"L": {"M": {"sku": {"S": ["y"]}}}}}}}), true),
            (
                json!({"dynamodb": {"NewImage": {"lines": {"L": {"M": {"sku": {"S": ["y"]}, "n": {"N": ["1"]}}}}}}}),
                false,
            ),
            (json!({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"NewImage": {"n": {"N": ["5"]}}}}]}), true),
            (json!({"eventName": ["INSERT"], "$or": [{"a": [1]}, {"b": [1]}]}), false),
            (json!({"dynamodb": {"NewImage": {"$or": [{"id": {"S": ["x"]}}, {"n": {"N": ["5"]}}]}}}), true),
        ] {
            assert_eq!(Pattern::read(&pattern).expect("a pattern").matches(Some(&record)), expected, "{pattern}");
        }
    }

    #[test]
    fn leaves_are_lists_of_rules() {
        for pattern in [
            json!({}),
            json!([]),
            json!({"a": "text"}),
            json!({"a": []}),
            json!({"a": {"b": {}}}),
            json!({"a": [["nested"]]}),
            json!({"a": [{"like": "x"}]}),
            json!({"$or": []}),
            json!({"$or": [{}]}),
        ] {
            assert!(Pattern::read(&pattern).is_none(), "{pattern}");
        }
    }
}
