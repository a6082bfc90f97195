//! IAM's operations on roles and managed policies.

use aws_api::{Api, Call, Operations};
use http::StatusCode;
use kernel::{Access, AwsError, Batch, Scope, async_trait};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Document, ESCAPED, Iam,
    state::{Policy, Role},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateRole {
    role_name: String,
    path: Option<String>,
    assume_role_policy_document: String,
    description: Option<String>,
    max_session_duration: Option<u32>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatePolicy {
    policy_name: String,
    path: Option<String>,
    policy_document: String,
    description: Option<String>,
}

/// The members that operations on parts of a role or a policy have among them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Named {
    role_name: String,
    policy_name: String,
    policy_arn: String,
    policy_document: String,
    description: Option<String>,
    max_session_duration: Option<u32>,
}

#[async_trait(?Send)]
impl Operations for Iam {
    fn api(&self) -> &'static Api {
        // The table is part of this build.
        aws_api::api("iam").expect("the table of iam")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let account = &call.scope.account;
        let resource = match (call.input["RoleName"].as_str(), call.input["PolicyArn"].as_str()) {
            (Some(role), _) => format!("arn:aws:iam::{account}:role/{role}"),
            (None, Some(policy)) => policy.to_owned(),
            (None, None) => "*".to_owned(),
        };
        vec![Access::new(format!("iam:{}", call.operation), resource)]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let mut batch = Batch::default();
        let output = self.apply(call, &mut batch)?;
        self.commit(batch).await?;
        Ok(output)
    }
}

impl Iam {
    fn apply(&self, call: Call, batch: &mut Batch) -> Result<Value, AwsError> {
        let Call { operation, input, scope, .. } = call;
        match operation {
            "CreateRole" => self.create_role(&scope, aws_api::parse(input)?, batch),
            "CreatePolicy" => self.create_policy(&scope, aws_api::parse(input)?, batch),
            "ListRoles" => {
                let state = self.state.borrow();
                Ok(
                    json!({"Roles": state.roles_of(&scope.account).map(describe_role).collect::<Vec<_>>(), "IsTruncated": false}),
                )
            }
            "ListPolicies" => {
                let state = self.state.borrow();
                let policies = state.policies(&scope.account);
                let policies: Vec<_> =
                    policies.map(|policy| describe_policy(policy, state.attachments(&policy.arn))).collect();
                Ok(json!({"Policies": policies, "IsTruncated": false}))
            }
            "GetPolicy" | "GetPolicyVersion" | "DeletePolicy" => {
                self.on_policy(operation, &aws_api::parse(input)?, batch)
            }
            _ => self.on_role(operation, &scope, aws_api::parse(input)?, batch),
        }
    }

    fn create_role(&self, scope: &Scope, input: CreateRole, batch: &mut Batch) -> Result<Value, AwsError> {
        let trust = document(&input.assume_role_policy_document)?;
        let mut state = self.state.borrow_mut();
        if state.role_named(&scope.account, &input.role_name).is_some() {
            return Err(conflict(format!("Role with name {} already exists.", input.role_name)));
        }
        let path = input.path.unwrap_or_else(|| "/".to_owned());
        let role = Role {
            id: format!("AROA{}", self.kernel.rng.upper_alphanumeric(17)),
            arn: format!("arn:aws:iam::{}:role{path}{}", scope.account, input.role_name),
            name: input.role_name,
            path,
            created_millis: self.kernel.clock.now().millis(),
            description: input.description,
            max_session_secs: input.max_session_duration.unwrap_or(3600),
            trust,
            inline: std::collections::BTreeMap::new(),
            attached: Vec::new(),
            boundary: input.permissions_boundary,
            tags: input.tags,
        };
        let output = json!({"Role": describe_role(&role)});
        state.put_role(role, batch);
        Ok(output)
    }

    fn create_policy(&self, scope: &Scope, input: CreatePolicy, batch: &mut Batch) -> Result<Value, AwsError> {
        let path = input.path.unwrap_or_else(|| "/".to_owned());
        let arn = format!("arn:aws:iam::{}:policy{path}{}", scope.account, input.policy_name);
        let mut state = self.state.borrow_mut();
        if state.policy(&arn).is_some() {
            return Err(conflict(format!(
                "A policy called {} already exists. Duplicate names are not allowed.",
                input.policy_name
            )));
        }
        let policy = Policy {
            id: format!("ANPA{}", self.kernel.rng.upper_alphanumeric(17)),
            name: input.policy_name,
            arn,
            path,
            created_millis: self.kernel.clock.now().millis(),
            description: input.description,
            document: document(&input.policy_document)?,
        };
        let output = json!({"Policy": describe_policy(&policy, 0)});
        state.put_policy(policy, batch);
        Ok(output)
    }

    fn on_policy(&self, operation: &str, input: &Named, batch: &mut Batch) -> Result<Value, AwsError> {
        let mut state = self.state.borrow_mut();
        let arn = &input.policy_arn;
        let missing = || no_such(format!("Policy {arn} was not found."));
        let attachments = state.attachments(arn);
        match operation {
            "GetPolicy" => state
                .policy(arn)
                .map(|policy| json!({"Policy": describe_policy(policy, attachments)}))
                .ok_or_else(missing),
            "GetPolicyVersion" => {
                let document = state.document(arn).ok_or_else(missing)?;
                let version = json!({"Document": encoded(&document), "VersionId": "v1", "IsDefaultVersion": true});
                Ok(json!({"PolicyVersion": version}))
            }
            _ => {
                state.policy(arn).ok_or_else(missing)?;
                if attachments > 0 {
                    let message = "Cannot delete a policy attached to entities.";
                    return Err(AwsError::new("DeleteConflict", message).with_status(StatusCode::CONFLICT));
                }
                state.remove_policy(arn, batch);
                Ok(json!({}))
            }
        }
    }

    fn on_role(&self, operation: &str, scope: &Scope, input: Named, batch: &mut Batch) -> Result<Value, AwsError> {
        const KNOWN: &[&str] = &[
            "GetRole",
            "DeleteRole",
            "UpdateRole",
            "UpdateAssumeRolePolicy",
            "PutRolePolicy",
            "GetRolePolicy",
            "DeleteRolePolicy",
            "ListRolePolicies",
            "AttachRolePolicy",
            "DetachRolePolicy",
            "ListAttachedRolePolicies",
            "ListRoleTags",
            "ListInstanceProfilesForRole",
        ];
        if !KNOWN.contains(&operation) {
            return Err(aws_api::unknown_operation(self.api()));
        }
        let mut state = self.state.borrow_mut();
        let role = state.role_named(&scope.account, &input.role_name).cloned();
        let mut role =
            role.ok_or_else(|| no_such(format!("The role with name {} cannot be found.", input.role_name)))?;
        let missing_policy = || no_such(format!("The role policy with name {} cannot be found.", input.policy_name));
        let output = match operation {
            "GetRole" => return Ok(json!({"Role": describe_role(&role)})),
            "ListRolePolicies" => {
                return Ok(json!({"PolicyNames": role.inline.keys().collect::<Vec<_>>(), "IsTruncated": false}));
            }
            "ListAttachedRolePolicies" => {
                let attached = role.attached.iter().map(|arn| json!({"PolicyName": last_part(arn), "PolicyArn": arn}));
                return Ok(json!({"AttachedPolicies": attached.collect::<Vec<_>>(), "IsTruncated": false}));
            }
            "ListRoleTags" => return Ok(json!({"Tags": role.tags, "IsTruncated": false})),
            "ListInstanceProfilesForRole" => return Ok(json!({"InstanceProfiles": [], "IsTruncated": false})),
            "GetRolePolicy" => {
                let document = encoded(role.inline.get(&input.policy_name).ok_or_else(missing_policy)?);
                return Ok(json!({"RoleName": role.name, "PolicyName": input.policy_name, "PolicyDocument": document}));
            }
            "DeleteRole" => {
                deletable(&role)?;
                state.remove_role(&role.arn, batch);
                return Ok(json!({}));
            }
            "UpdateRole" => {
                role.description = input.description.or(role.description);
                role.max_session_secs = input.max_session_duration.unwrap_or(role.max_session_secs);
                json!({})
            }
            "UpdateAssumeRolePolicy" => {
                role.trust = document(&input.policy_document)?;
                json!({})
            }
            "PutRolePolicy" => {
                role.inline.insert(input.policy_name, document(&input.policy_document)?);
                json!({})
            }
            "DeleteRolePolicy" => {
                role.inline.remove(&input.policy_name).ok_or_else(missing_policy)?;
                json!({})
            }
            "AttachRolePolicy" => {
                attach(&mut role, &input.policy_arn, state.policy(&input.policy_arn).is_some())?;
                json!({})
            }
            // DetachRolePolicy
            _ => {
                let before = role.attached.len();
                role.attached.retain(|arn| *arn != input.policy_arn);
                if role.attached.len() == before {
                    return Err(no_such(format!("Policy {} was not found.", input.policy_arn)));
                }
                json!({})
            }
        };
        state.put_role(role, batch);
        Ok(output)
    }
}

fn attach(role: &mut Role, arn: &str, own: bool) -> Result<(), AwsError> {
    if !own && !arn.contains(":iam::aws:policy/") {
        return Err(no_such(format!("Policy {arn} does not exist or is not attachable.")));
    }
    if !role.attached.iter().any(|attached| attached == arn) {
        role.attached.push(arn.to_owned());
    }
    Ok(())
}

fn deletable(role: &Role) -> Result<(), AwsError> {
    let message = if !role.inline.is_empty() {
        "Cannot delete entity, must delete policies first."
    } else if !role.attached.is_empty() {
        "Cannot delete entity, must detach all policies first."
    } else {
        return Ok(());
    };
    Err(AwsError::new("DeleteConflict", message).with_status(StatusCode::CONFLICT))
}

fn describe_role(role: &Role) -> Value {
    let boundary =
        role.boundary.as_ref().map(|arn| json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}));
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_millis / 1000,
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "Description": role.description,
        "MaxSessionDuration": role.max_session_secs,
        "PermissionsBoundary": boundary,
        "Tags": role.tags,
    })
}

fn describe_policy(policy: &Policy, attachments: usize) -> Value {
    json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": "v1",
        "AttachmentCount": attachments,
        "IsAttachable": true,
        "Description": policy.description,
        "CreateDate": policy.created_millis / 1000,
        "UpdateDate": policy.created_millis / 1000,
    })
}

/// Reads a policy that a user sent, refusing what IAM refuses.
fn document(text: &str) -> Result<Value, AwsError> {
    let malformed = |message: &str| AwsError::new("MalformedPolicyDocument", message);
    let value: Value = serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    Document::read(&value).map_err(|_| malformed("Syntax errors in policy."))?;
    Ok(value)
}

/// IAM returns documents percent-encoded as RFC 3986 says.
fn encoded(document: &Value) -> String {
    percent_encoding::utf8_percent_encode(&document.to_string(), ESCAPED).to_string()
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn no_such(message: String) -> AwsError {
    AwsError::new("NoSuchEntity", message).with_status(StatusCode::NOT_FOUND)
}

fn conflict(message: String) -> AwsError {
    AwsError::new("EntityAlreadyExists", message).with_status(StatusCode::CONFLICT)
}
