//! The URIs by which integrations and authorizers name a Lambda function.

use crate::rest::model::Texts;

/// The function's ARN in `uri`: either
/// `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations` or the ARN
/// itself (HTTP APIs).
pub fn function_arn(uri: &str) -> Option<&str> {
    if let Some((prefix, rest)) = uri.split_once(":lambda:path/") {
        let (_, function) = rest.split_once("/functions/")?;
        return prefix.starts_with("arn:").then_some(()).and(function.strip_suffix("/invocations"));
    }
    let mut parts = uri.split(':');
    let is_function = parts.next() == Some("arn") && parts.nth(1) == Some("lambda") && parts.nth(2) == Some("function");
    is_function.then_some(uri)
}

/// `text` with every `${stageVariables.NAME}` replaced; a variable that is not set becomes nothing.
pub fn with_stage_variables(text: &str, variables: &Texts) -> String {
    const OPENING: &str = "${stageVariables.";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPENING) {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(variables.get(name).map_or("", String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";

    #[test]
    fn both_ways_to_name_a_function() {
        let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{ARN}/invocations");
        assert_eq!(function_arn(&uri), Some(ARN));
        assert_eq!(function_arn(ARN), Some(ARN));
        assert_eq!(function_arn("https://example.com/"), None);
        assert_eq!(function_arn("arn:aws:apigateway:us-east-1:sqs:path/queue"), None);
    }

    #[test]
    fn stage_variables_choose_the_alias() {
        let variables = Texts::from([("alias".to_owned(), "PROD".to_owned())]);
        assert_eq!(with_stage_variables("f:${stageVariables.alias}/${stageVariables.none}!", &variables), "f:PROD/!");
        assert_eq!(with_stage_variables("f:${stageVariables.alias", &variables), "f:${stageVariables.alias");
    }
}
