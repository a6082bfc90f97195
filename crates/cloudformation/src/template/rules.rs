//! The `Rules` section: what must hold of the parameters before anything is made.

use kernel::AwsError;
use serde_json::Value;

use super::evaluate::{Evaluator, Pseudo};
use super::parameters::text_of;
use super::{Conditions, Parameters, invalid, section};

/// Fails with the description of the first assertion that does not hold.
pub(crate) fn check(template: &Value, parameters: &Parameters, pseudo: &Pseudo) -> Result<(), AwsError> {
    let conditions = Conditions::default();
    let evaluator = Evaluator { template, parameters, conditions: &conditions, pseudo, known: &super::NoResources };
    for (name, rule) in section(template, "Rules") {
        if let Some(condition) = rule.get("RuleCondition")
            && !holds(condition, &evaluator)?
        {
            continue;
        }
        let assertions = rule.get("Assertions").and_then(Value::as_array);
        let assertions = assertions
            .ok_or_else(|| invalid(format!("Template format error: Rule {name} must contain a list of Assertions")))?;
        for assertion in assertions {
            if !holds(&assertion["Assert"], &evaluator)? {
                let described = assertion["AssertDescription"].as_str().unwrap_or("An assertion does not hold");
                return Err(invalid(format!("Rule {name} failed: {described}")));
            }
        }
    }
    Ok(())
}

fn holds(node: &Value, evaluator: &Evaluator) -> Result<bool, AwsError> {
    let single = node.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
    let Some((name, Value::Array(parts))) = single.map(|(name, argument)| (name.as_str(), argument)) else {
        return Err(invalid("Template format error: every rule must be a function that is true or false"));
    };
    let list = |part: &Value| -> Result<Vec<String>, AwsError> {
        Ok(match evaluator.value(part)? {
            Some(Value::Array(items)) => items.iter().map(text_of).collect(),
            Some(one) => vec![text_of(&one)],
            None => Vec::new(),
        })
    };
    match (name, parts.as_slice()) {
        ("Fn::Not", [part]) => Ok(!holds(part, evaluator)?),
        ("Fn::And", parts) => parts.iter().try_fold(true, |all, part| Ok(all & holds(part, evaluator)?)),
        ("Fn::Or", parts) => parts.iter().try_fold(false, |any, part| Ok(any | holds(part, evaluator)?)),
        ("Fn::Equals", [left, right]) => Ok(list(left)? == list(right)?),
        ("Fn::Contains", [all, one]) => {
            let all = list(all)?;
            Ok(list(one)?.iter().any(|one| all.contains(one)))
        }
        ("Fn::EachMemberEquals", [all, one]) => {
            let one = list(one)?;
            Ok(list(all)?.iter().all(|member| one.first() == Some(member)))
        }
        ("Fn::EachMemberIn", [some, all]) => {
            let all = list(all)?;
            Ok(list(some)?.iter().all(|member| all.contains(member)))
        }
        (name, _) => Err(invalid(format!("Template format error: {name} cannot be evaluated in a rule"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_must_fit_together() {
        let template = json!({
            "Parameters": {
                "Stage": { "Type": "String", "Default": "test" },
                "Sizes": { "Type": "CommaDelimitedList", "Default": "small,large" },
            },
            "Rules": {
                "Small": {
                    "RuleCondition": { "Fn::Equals": [{ "Ref": "Stage" }, "test"] },
                    "Assertions": [
                        { "Assert": { "Fn::EachMemberIn": [{ "Ref": "Sizes" }, ["small", "medium"]] },
                          "AssertDescription": "tests are small" },
                    ],
                },
            },
        });
        let check = |stage: &str| {
            let mut template = template.clone();
            template["Parameters"]["Stage"]["Default"] = json!(stage);
            let parameters = super::super::resolve_parameters(&template, &[], None).unwrap();
            check(&template, &parameters, &Pseudo::default()).map_err(|error| error.message)
        };
        assert_eq!(check("test"), Err("Rule Small failed: tests are small".to_owned()));
        assert_eq!(check("live"), Ok(()));
    }
}
