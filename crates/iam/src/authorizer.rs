//! The judge: identity policies, the resource's policy, boundary and session policy together.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use kernel::{Access, Arn, Authorizer, AwsError, Caller};
use serde_json::{Map, Value};

use crate::{Decision, Document, Iam, Question};

impl Authorizer for Iam {
    fn authorize(&self, caller: &Caller, access: &Access) -> Result<(), AwsError> {
        // The account itself needs no policy.
        if matches!(caller, Caller::Root { .. }) && access.resource_policy.is_none() {
            return Ok(());
        }
        let context = context_of(caller, access);
        let resource_policy = access.resource_policy.as_ref().map(|policy| Document::read(policy).unwrap_or_default());
        let question = Question { caller, action: &access.action, resource: &access.resource, context: &context };
        match caller {
            Caller::Root { .. } => judge_root(&question, resource_policy.as_ref()),
            Caller::RoleSession { role_arn, session_policy, .. } => {
                let policies = self.state.borrow().policies_of(role_arn);
                let session = session_policy.as_ref().and_then(|text| serde_json::from_str(text).ok());
                evaluate(
                    &question,
                    &policies.identity,
                    policies.boundary.as_ref(),
                    session.as_ref(),
                    resource_policy.as_ref(),
                )
            }
            // Nobody makes users yet; whoever acts as one acts with what the resource grants.
            Caller::User { .. } => evaluate(&question, &[], None, None, resource_policy.as_ref()),
            Caller::Service { .. } => match resource_policy.map(|policy| policy.decide(&question)) {
                None | Some(Decision::Allow) => Ok(()),
                Some(_) => Err(denied(&question, "because no resource-based policy allows")),
            },
            Caller::Anonymous => match resource_policy.map(|policy| policy.decide(&question)) {
                Some(Decision::Allow) => Ok(()),
                _ => Err(AwsError::new("MissingAuthenticationTokenException", "Missing Authentication Token")
                    .with_status(http::StatusCode::FORBIDDEN)),
            },
        }
    }
}

/// The root of an account may do everything there that no policy of a resource denies; even then it may
/// remove such a policy. In other accounts it may do what a policy grants.
fn judge_root(question: &Question<'_>, resource: Option<&Document>) -> Result<(), AwsError> {
    match resource.map(|policy| policy.decide(question)) {
        Some(Decision::Deny) if !question.action.ends_with(":DeleteResourcePolicy") => Err(AwsError::access_denied(
            format!("{} with an explicit deny in a resource-based policy", refusal(question)),
        )),
        Some(Decision::Silent) if is_foreign(question) => {
            Err(denied(question, "because no resource-based policy allows"))
        }
        _ => Ok(()),
    }
}

/// Whether the resource belongs to another account than the caller.
fn is_foreign(question: &Question<'_>) -> bool {
    let owner = question.resource.parse::<Arn>().map(|arn| arn.account).unwrap_or_default();
    !owner.is_empty() && question.caller.account().is_some_and(|account| account != owner)
}

/// Judges a principal: in its own account one policy is enough to allow, in another one its own policies
/// and the resource's must both allow. `Err` is the refusal in AWS's words.
pub fn evaluate(
    question: &Question<'_>,
    identity: &[Document],
    boundary: Option<&Document>,
    session: Option<&Document>,
    resource: Option<&Document>,
) -> Result<(), AwsError> {
    let identity: Vec<Decision> = identity.iter().map(|policy| policy.decide(question)).collect();
    let decide = |policy: Option<&Document>| policy.map(|policy| policy.decide(question));
    let (boundary, session, resource) = (decide(boundary), decide(session), decide(resource));
    let denials = [
        (identity.contains(&Decision::Deny), "an identity-based"),
        (boundary == Some(Decision::Deny), "a permissions boundary"),
        (session == Some(Decision::Deny), "a session"),
        (resource == Some(Decision::Deny), "a resource-based"),
    ];
    if let Some((_, kind)) = denials.iter().find(|(denies, _)| *denies) {
        let policy = if *kind == "a permissions boundary" { "" } else { " policy" };
        return Err(AwsError::access_denied(format!("{} with an explicit deny in {kind}{policy}", refusal(question))));
    }
    match resource {
        Some(Decision::Silent) if is_foreign(question) => {
            return Err(denied(question, "because no resource-based policy allows"));
        }
        Some(Decision::Allow) if !is_foreign(question) => return Ok(()),
        _ => {}
    }
    if !identity.contains(&Decision::Allow) {
        return Err(denied(question, "because no identity-based policy allows"));
    }
    if boundary == Some(Decision::Silent) {
        return Err(denied(question, "because no permissions boundary allows"));
    }
    if session == Some(Decision::Silent) {
        return Err(denied(question, "because no session policy allows"));
    }
    Ok(())
}

fn refusal(question: &Question<'_>) -> String {
    let Question { caller, action, resource, .. } = question;
    format!("User: {} is not authorized to perform: {action} on resource: {resource}", caller.arn())
}

fn denied(question: &Question<'_>, because: &str) -> AwsError {
    AwsError::access_denied(format!("{} {because} the {} action", refusal(question), question.action))
}

/// The condition keys of a request, in lower case: the service's own and the global ones.
fn context_of(caller: &Caller, access: &Access) -> Map<String, Value> {
    let mut context: Map<String, Value> =
        access.context.iter().map(|(key, value)| (key.to_ascii_lowercase(), value.clone())).collect();
    context.insert("aws:principalarn".into(), caller.arn().into());
    if let Some(account) = caller.account() {
        context.insert("aws:principalaccount".into(), account.into());
    }
    if let Caller::Service { source_arn: Some(source), source_account, .. } = caller {
        context.insert("aws:sourcearn".into(), source.clone().into());
        let account = source_account.as_deref().or_else(|| source.split(':').nth(4));
        if let Some(account) = account.filter(|account| !account.is_empty()) {
            context.insert("aws:sourceaccount".into(), account.into());
        }
    }
    context
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(identity: &Value, boundary: Option<&Value>) -> Result<(), String> {
        let caller = Caller::RoleSession {
            role_arn: "arn:aws:iam::1:role/r".into(),
            session_name: "f".into(),
            session_policy: None,
        };
        let context = Map::new();
        let question = Question { caller: &caller, action: "dynamodb:PutItem", resource: "t", context: &context };
        let read = |policy: &Value| Document::read(policy).unwrap();
        let boundary = boundary.map(read);
        evaluate(&question, &[read(identity)], boundary.as_ref(), None, None).map_err(|error| error.message)
    }

    #[test]
    fn another_account_needs_a_policy_on_both_sides() {
        let caller = Caller::RoleSession {
            role_arn: "arn:aws:iam::111111111111:role/r".into(),
            session_name: "f".into(),
            session_policy: None,
        };
        let (context, table) = (Map::new(), "arn:aws:dynamodb:us-east-1:222222222222:table/t");
        let question = Question { caller: &caller, action: "dynamodb:GetItem", resource: table, context: &context };
        let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let identity = Document::read(&json!({"Statement": [allow]})).unwrap();
        let mut granting = allow;
        granting["Principal"] = json!({"AWS": "arn:aws:iam::111111111111:root"});
        let granting = Document::read(&json!({"Statement": [granting]})).unwrap();
        let judge = |identity: &[Document], resource: &Document| {
            evaluate(&question, identity, None, None, Some(resource)).map_err(|error| error.message)
        };
        let user = "User: arn:aws:sts::111111111111:assumed-role/r/f is not authorized to perform: dynamodb:GetItem on";
        let refused = |kind: &str| {
            Err(format!("{user} resource: {table} because no {kind} policy allows the dynamodb:GetItem action"))
        };
        let identities = std::slice::from_ref(&identity);
        assert_eq!(judge(identities, &granting), Ok(()));
        assert_eq!(judge(identities, &Document::default()), refused("resource-based"));
        assert_eq!(judge(&[], &granting), refused("identity-based"));

        let root = Caller::Root { account: "111111111111".into() };
        let question = Question { caller: &root, ..question };
        assert!(judge_root(&question, Some(&granting)).is_ok());
        assert!(judge_root(&question, Some(&Document::default())).is_err());
    }

    #[test]
    fn a_refusal_says_who_what_and_why() {
        let allow = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        let deny = json!({"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]});
        let other = json!({"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
        let user =
            "User: arn:aws:sts::1:assumed-role/r/f is not authorized to perform: dynamodb:PutItem on resource: t";
        assert_eq!(judge(&allow, None), Ok(()));
        let silent = format!("{user} because no identity-based policy allows the dynamodb:PutItem action");
        assert_eq!(judge(&other, None), Err(silent));
        assert_eq!(judge(&deny, None), Err(format!("{user} with an explicit deny in an identity-based policy")));
        let bounded = format!("{user} because no permissions boundary allows the dynamodb:PutItem action");
        assert_eq!(judge(&allow, Some(&other)), Err(bounded));
    }
}
