//! Evaluating intrinsic functions.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kernel::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::functions::function;
use super::parameters::text_of;
use super::{Conditions, Parameters, invalid};

/// What the pseudo parameters stand for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pseudo {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) stack_name: String,
    pub(crate) stack_id: String,
    pub(crate) notification_arns: Vec<String>,
}

impl Pseudo {
    /// All pseudo parameters that have a value, by name.
    pub(crate) fn all(&self) -> Map<String, Value> {
        let values = super::functions::PSEUDO_PARAMETERS.map(|name| Some((name.to_owned(), self.get(name)?)));
        values.into_iter().flatten().collect()
    }

    fn get(&self, name: &str) -> Option<Value> {
        let partition = kernel::partition(&self.region);
        let text = match name {
            "AWS::AccountId" => &self.account,
            "AWS::Region" => &self.region,
            "AWS::StackName" => &self.stack_name,
            "AWS::StackId" => &self.stack_id,
            "AWS::Partition" => partition,
            "AWS::URLSuffix" if partition == "aws-cn" => "amazonaws.com.cn",
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::NotificationARNs" => return Some(Value::from(self.notification_arns.clone())),
            _ => return None,
        };
        Some(Value::from(text))
    }
}

/// What is known of resources and other stacks.
pub(crate) trait Known {
    /// What `Ref` of a resource gives.
    fn reference(&self, logical_id: &str) -> Option<Value>;
    /// What `Fn::GetAtt` gives.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value>;
    /// The value of an export.
    fn import(&self, name: &str) -> Option<String>;
}

/// Evaluates the functions of one template.
pub(crate) struct Evaluator<'a> {
    pub(crate) template: &'a Value,
    pub(crate) parameters: &'a Parameters,
    pub(crate) conditions: &'a Conditions,
    pub(crate) pseudo: &'a Pseudo,
    pub(crate) known: &'a dyn Known,
}

impl Evaluator<'_> {
    /// The value with all functions evaluated; nothing where `AWS::NoValue` stands.
    pub(crate) fn value(&self, value: &Value) -> Result<Option<Value>, AwsError> {
        if let Some((name, argument)) = function(value) {
            return self.function(name, argument);
        }
        match value {
            Value::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.extend(self.value(item)?);
                }
                Ok(Some(Value::Array(list)))
            }
            Value::Object(map) => {
                let mut members = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.value(value)? {
                        members.insert(key.clone(), value);
                    }
                }
                Ok(Some(Value::Object(members)))
            }
            Value::String(text) if text.contains("{{resolve:") => {
                Err(invalid(format!("Dynamic references are not supported yet: {text}")))
            }
            other => Ok(Some(other.clone())),
        }
    }

    /// The value as text.
    pub(crate) fn text(&self, value: &Value) -> Result<String, AwsError> {
        Ok(self.value(value)?.map(|value| text_of(&value)).unwrap_or_default())
    }

    fn list(&self, value: &Value) -> Result<Option<Vec<Value>>, AwsError> {
        Ok(self.value(value)?.and_then(|value| match value {
            Value::Array(items) => Some(items),
            _ => None,
        }))
    }

    fn function(&self, name: &str, argument: &Value) -> Result<Option<Value>, AwsError> {
        let parts = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let value = match (name, parts) {
            ("Ref", _) => return self.reference(argument.as_str().unwrap_or_default()),
            ("Fn::If", [condition, yes, no]) => {
                let holds = self.conditions.get(condition.as_str().unwrap_or_default()).unwrap_or_default();
                return self.value(if holds { yes } else { no });
            }
            ("Fn::GetAtt", _) => self.attribute(argument)?,
            ("Fn::Sub", _) => Value::String(self.substitute(argument)?),
            ("Fn::Join", [delimiter, items]) => self.join(delimiter, items)?,
            ("Fn::Select", [index, items]) => return self.select(index, items).map(Some),
            ("Fn::Split", [delimiter, text]) => {
                let delimiter = self.text(delimiter)?;
                let text = self.text(text)?;
                text.split(delimiter.as_str()).collect()
            }
            ("Fn::FindInMap", [map, key, attribute, rest @ ..]) => return self.find(map, key, attribute, rest.first()),
            ("Fn::Base64", _) => Value::String(BASE64_STANDARD.encode(self.text(argument)?)),
            ("Fn::GetAZs", _) => {
                let region = self.text(argument)?;
                let region = if region.is_empty() { &self.pseudo.region } else { &region };
                ["a", "b", "c"].iter().map(|zone| format!("{region}{zone}")).collect()
            }
            ("Fn::ImportValue", _) => {
                let name = self.text(argument)?;
                let value = self.known.import(&name);
                Value::String(value.ok_or_else(|| invalid(format!("No export named {name} found.")))?)
            }
            ("Fn::Cidr", [block, count, bits @ ..]) => {
                let bits = bits.first().map(|bits| self.text(bits)).transpose()?;
                super::cidr::blocks(&self.text(block)?, &self.text(count)?, bits.as_deref())?.into()
            }
            ("Fn::Length", _) => Value::from(self.list(argument)?.map_or(0, |items| items.len())),
            ("Fn::ToJsonString", _) => Value::String(self.value(argument)?.unwrap_or_default().to_string()),
            (name, _) => return Err(invalid(format!("Template error: {name} is not supported yet"))),
        };
        Ok(Some(value))
    }

    fn reference(&self, name: &str) -> Result<Option<Value>, AwsError> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let value = self.parameters.get(name).or_else(|| self.pseudo.get(name)).or_else(|| self.known.reference(name));
        value.map(Some).ok_or_else(|| {
            invalid(format!("Unresolved resource dependencies [{name}] in the Resources block of the template"))
        })
    }

    fn attribute(&self, argument: &Value) -> Result<Value, AwsError> {
        let (id, attribute) = match argument {
            Value::String(text) => {
                let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
                (id.to_owned(), attribute.to_owned())
            }
            other => {
                let id = other.get(0).and_then(Value::as_str).unwrap_or_default();
                (id.to_owned(), self.text(other.get(1).unwrap_or(&Value::Null))?)
            }
        };
        self.known.attribute(&id, &attribute).ok_or_else(|| {
            invalid(format!("Template error: resource {id} does not support attribute type {attribute} in Fn::GetAtt"))
        })
    }

    fn substitute(&self, argument: &Value) -> Result<String, AwsError> {
        let text = argument.as_str().or_else(|| argument.get(0).and_then(Value::as_str)).unwrap_or_default();
        let own = argument.get(1).and_then(Value::as_object);
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            out.push_str(&rest[..start]);
            rest = &rest[start + 2..];
            let Some(end) = rest.find('}') else {
                out.push_str("${");
                break;
            };
            let name = &rest[..end];
            rest = &rest[end + 1..];
            match name.strip_prefix('!') {
                Some(literal) => out.extend(["${", literal, "}"]),
                None => out.push_str(&self.variable(name.trim(), own)?),
            }
        }
        out.push_str(rest);
        if out.contains("{{resolve:") {
            return Err(invalid(format!("Dynamic references are not supported yet: {out}")));
        }
        Ok(out)
    }

    fn variable(&self, name: &str, own: Option<&Map<String, Value>>) -> Result<String, AwsError> {
        if let Some(value) = own.and_then(|own| own.get(name)) {
            return self.text(value);
        }
        let value = match name.split_once('.') {
            Some((id, attribute)) => self.attribute(&serde_json::json!([id, attribute]))?,
            None => self.reference(name)?.unwrap_or_default(),
        };
        Ok(text_of(&value))
    }

    fn join(&self, delimiter: &Value, items: &Value) -> Result<Value, AwsError> {
        let Some(items) = self.list(items)? else {
            return Err(invalid(
                "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list \
                 of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
            ));
        };
        let texts: Vec<String> = items.iter().map(text_of).collect();
        Ok(Value::String(texts.join(&self.text(delimiter)?)))
    }

    fn select(&self, index: &Value, items: &Value) -> Result<Value, AwsError> {
        let index = self.text(index)?.parse::<usize>().ok();
        let mut items = self.list(items)?.unwrap_or_default();
        match index.filter(|index| *index < items.len()) {
            Some(index) => Ok(items.swap_remove(index)),
            None => Err(invalid(
                "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
            )),
        }
    }

    fn find(
        &self,
        map: &Value,
        key: &Value,
        attribute: &Value,
        options: Option<&Value>,
    ) -> Result<Option<Value>, AwsError> {
        let steps = [self.text(map)?, self.text(key)?, self.text(attribute)?];
        let mappings = self.template.get("Mappings");
        let found = steps.iter().try_fold(mappings, |node, step| node.map(|node| node.get(step))).flatten();
        let found = found.or_else(|| options?.get("DefaultValue"));
        match found {
            Some(value) => self.value(value),
            None => Err(invalid(format!("Template error: Unable to get mapping for {}", steps.join("::")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct OneTable;

    impl Known for OneTable {
        fn reference(&self, id: &str) -> Option<Value> {
            (id == "Table").then(|| json!("stack-Table-1"))
        }

        fn attribute(&self, id: &str, attribute: &str) -> Option<Value> {
            (id == "Table" && attribute == "Arn").then(|| json!("arn:table"))
        }

        fn import(&self, name: &str) -> Option<String> {
            (name == "net").then(|| "vpc-1".to_owned())
        }
    }

    fn evaluate(value: &Value) -> Result<Option<Value>, String> {
        let template = json!({
            "Parameters": {"Stage": {"Type": "String", "Default": "dev"}, "Zones": {"Type": "List<String>", "Default": "a,b"}},
            "Mappings": {"Sizes": {"dev": {"Memory": 128}}},
            "Conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, "IsNot": {"Fn::Not": [{"Condition": "IsDev"}]}},
        });
        let parameters = super::super::resolve_parameters(&template, &[], None).unwrap();
        let pseudo = Pseudo { account: "123456789012".into(), region: "eu-west-1".into(), ..Pseudo::default() };
        let conditions = Conditions::evaluate(&template, &parameters, &pseudo).unwrap();
        let evaluator = Evaluator {
            template: &template,
            parameters: &parameters,
            conditions: &conditions,
            pseudo: &pseudo,
            known: &OneTable,
        };
        evaluator.value(value).map_err(|error| error.message)
    }

    #[test]
    fn functions_give_what_they_give_in_aws() {
        let cases = [
            (json!({"Ref": "Stage"}), json!("dev")),
            (json!({"Fn::GetAtt": ["Table", "Arn"]}), json!("arn:table")),
            (
                json!({"Fn::Sub": "${Table}-${Table.Arn}-${AWS::Region}-${!Literal}"}),
                json!("stack-Table-1-arn:table-eu-west-1-${Literal}"),
            ),
            (json!({"Fn::Sub": ["${x}/${Stage}", {"x": {"Ref": "AWS::AccountId"}}]}), json!("123456789012/dev")),
            (json!({"Fn::Join": ["-", {"Ref": "Zones"}]}), json!("a-b")),
            (json!({"Fn::Select": ["1", {"Fn::Split": ["/", "a/b/c"]}]}), json!("b")),
            (json!({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}), json!(128)),
            (json!({"Fn::If": ["IsNot", 1, {"Fn::Base64": "hi"}]}), json!("aGk=")),
            (json!({"Fn::ImportValue": "net"}), json!("vpc-1")),
            (json!({"a": {"Ref": "AWS::NoValue"}, "b": [{"Fn::If": ["IsDev", 1, 2]}]}), json!({"b": [1]})),
            (json!({"Fn::GetAZs": ""}), json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"])),
        ];
        for (input, expected) in cases {
            assert_eq!(evaluate(&input), Ok(Some(expected)), "{input}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_said_in_the_words_of_aws() {
        let missing = evaluate(&json!({"Fn::FindInMap": ["Sizes", "prod", "Memory"]}));
        assert_eq!(missing, Err("Template error: Unable to get mapping for Sizes::prod::Memory".to_owned()));
        let import = evaluate(&json!({"Fn::ImportValue": "none"}));
        assert_eq!(import, Err("No export named none found.".to_owned()));
    }
}
