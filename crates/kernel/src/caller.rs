use serde::{Deserialize, Serialize};

use crate::Arn;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// The account itself: everything is allowed unless a policy of a resource denies it.
    Root {
        /// Twelve digits.
        account: String,
    },
    /// An IAM user.
    User {
        /// Twelve digits.
        account: String,
        /// The user's name.
        name: String,
    },
    /// Someone who has assumed a role: a function, a federated user.
    RoleSession {
        /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`
        role_arn: String,
        /// 2 to 64 characters; a function's name for its execution role.
        session_name: String,
        /// A session policy that narrows what the role may do.
        session_policy: Option<String>,
    },
    /// An AWS service acting by itself, e.g. `apigateway.amazonaws.com`.
    Service {
        /// The service principal.
        principal: String,
        /// On whose behalf: `aws:SourceArn` in conditions.
        source_arn: Option<String>,
        /// Whose that is: `aws:SourceAccount`, where the ARN does not tell.
        source_account: Option<String>,
    },
    /// A request that is not signed.
    Anonymous,
}

impl Caller {
    /// A service principal, `NAME.amazonaws.com`, without a source.
    pub fn service(name: &str) -> Self {
        Self::Service { principal: format!("{name}.amazonaws.com"), source_arn: None, source_account: None }
    }

    /// The account that the caller belongs to, if it belongs to one.
    pub fn account(&self) -> Option<String> {
        match self {
            Self::Root { account } | Self::User { account, .. } => Some(account.clone()),
            Self::RoleSession { role_arn, .. } => Some(role_arn.parse::<Arn>().ok()?.account),
            Self::Service { .. } | Self::Anonymous => None,
        }
    }

    /// The ARN by which error messages and `GetCallerIdentity` name the caller.
    pub fn arn(&self) -> String {
        match self {
            Self::Root { account } => format!("arn:aws:iam::{account}:root"),
            Self::User { account, name } => format!("arn:aws:iam::{account}:user/{name}"),
            Self::RoleSession { role_arn, session_name, .. } => {
                let account = self.account().unwrap_or_default();
                let role = role_arn.rsplit('/').next().unwrap_or_default();
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session_name}")
            }
            Self::Service { principal, .. } => principal.clone(),
            Self::Anonymous => "anonymous".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_session_is_named_by_sts_without_the_path_of_its_role() {
        let caller = Caller::RoleSession {
            role_arn: "arn:aws:iam::123456789012:role/service-role/hello-role".into(),
            session_name: "hello".into(),
            session_policy: None,
        };
        assert_eq!(caller.arn(), "arn:aws:sts::123456789012:assumed-role/hello-role/hello");
    }
}
