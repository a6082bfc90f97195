//! The policies that Lambda authorizers return.

use serde_json::Value;

/// What a policy says about one method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be called.
    Allowed,
    /// Nothing allows it.
    Denied,
    /// A statement denies it.
    DeniedExplicitly,
}

/// Judges `execute-api:Invoke` on `method_arn`. Conditions need IAM's engine: a statement with one
/// allows nothing and denies what it names, so that a mistake never opens a door.
pub fn judge(policy: &Value, method_arn: &str) -> Verdict {
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.as_slice(),
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => return Verdict::Denied,
    };
    let concerns = |statement: &Value| {
        any(&statement["Action"], |action| matches("execute-api:Invoke", action, true))
            && any(&statement["Resource"], |resource| matches(method_arn, resource, false))
    };
    let mut verdict = Verdict::Denied;
    for statement in statements.iter().filter(|statement| concerns(statement)) {
        let conditional = !statement["Condition"].is_null();
        match statement["Effect"].as_str() {
            Some("Deny") => return Verdict::DeniedExplicitly,
            Some("Allow") if !conditional => verdict = Verdict::Allowed,
            _ => {}
        }
    }
    verdict
}

fn any(value: &Value, test: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => test(text),
        Value::Array(items) => items.iter().filter_map(Value::as_str).any(test),
        _ => false,
    }
}

/// Whether `text` fits `pattern` with `*` and `?`.
fn matches(text: &str, pattern: &str, ignore_case: bool) -> bool {
    let fold = |text: &str| if ignore_case { text.to_lowercase() } else { text.to_owned() };
    let (text, pattern) = (fold(text).into_bytes(), fold(pattern).into_bytes());
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(next) {
            Some(b'*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[at] => {
                at += 1;
                next += 1;
            }
            // Give the last star one more letter.
            _ => match star {
                Some((place, from)) => {
                    star = Some((place, from + 1));
                    next = place + 1;
                    at = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/7";

    #[test]
    fn verdicts() {
        let statement = |effect: &str, resource: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource});
        let all = "arn:aws:execute-api:*:*:abc/*";
        let cases = [
            (json!([statement("Allow", all)]), Verdict::Allowed),
            (json!(statement("Allow", ARN)), Verdict::Allowed),
            (json!([statement("Allow", all), statement("Deny", "*/GET/pets/?")]), Verdict::DeniedExplicitly),
            (json!([statement("Allow", "arn:aws:execute-api:*:*:abc/prod/POST/*")]), Verdict::Denied),
            (json!([]), Verdict::Denied),
            (json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}]), Verdict::Denied),
        ];
        for (statements, expected) in cases {
            assert_eq!(judge(&json!({"Statement": statements}), ARN), expected, "{statements}");
        }
    }
}
