//! What IAM keeps: roles, managed policies of the account, sessions.

use std::collections::BTreeMap;

use kernel::{Batch, Entry, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Document, SPACE, managed};

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub name: String,
    pub id: String,
    pub arn: String,
    pub path: String,
    pub created_millis: u64,
    pub description: Option<String>,
    pub max_session_secs: u32,
    pub trust: Value,
    pub inline: BTreeMap<String, Value>,
    /// ARNs in the order in which they were attached.
    pub attached: Vec<String>,
    pub boundary: Option<String>,
    pub tags: Vec<Value>,
}

/// A managed policy of the account, in its default version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub name: String,
    pub id: String,
    pub arn: String,
    pub path: String,
    pub created_millis: u64,
    pub description: Option<String>,
    pub document: Value,
}

/// Credentials of a role session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub access_key_id: String,
    pub secret: String,
    pub token: String,
    pub role_arn: String,
    pub name: String,
    pub policy: Option<String>,
    pub expires_millis: u64,
}

impl Session {
    pub fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_millis)
    }
}

#[derive(Default)]
pub(crate) struct State {
    /// By ARN, so that accounts are apart.
    roles: BTreeMap<String, Role>,
    policies: BTreeMap<String, Policy>,
    /// By access key id.
    sessions: BTreeMap<String, Session>,
}

/// The policies that bound a role's sessions.
pub(crate) struct RolePolicies {
    pub identity: Vec<Document>,
    pub boundary: Option<Document>,
}

impl State {
    /// Takes in an entry of the storage; one that cannot be read is of a damaged store and left out.
    pub fn restore(&mut self, (key, value): Entry) {
        fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
            serde_json::from_slice(value).ok()
        }
        let key = String::from_utf8_lossy(&key).into_owned();
        match key.split_once('\n') {
            Some(("role", arn)) => drop(read(&value).map(|role| self.roles.insert(arn.to_owned(), role))),
            Some(("policy", arn)) => drop(read(&value).map(|policy| self.policies.insert(arn.to_owned(), policy))),
            Some(("session", id)) => drop(read(&value).map(|session| self.sessions.insert(id.to_owned(), session))),
            _ => {}
        }
    }

    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    /// The role called `name` in `account`, whatever its path.
    pub fn role_named(&self, account: &str, name: &str) -> Option<&Role> {
        self.roles_of(account).find(|role| role.name == name)
    }

    pub fn roles_of(&self, account: &str) -> impl Iterator<Item = &Role> {
        let prefix = format!("arn:aws:iam::{account}:");
        self.roles.values().filter(move |role| role.arn.starts_with(&prefix))
    }

    pub fn policy(&self, arn: &str) -> Option<&Policy> {
        self.policies.get(arn)
    }

    pub fn policies(&self, account: &str) -> impl Iterator<Item = &Policy> {
        let prefix = format!("arn:aws:iam::{account}:");
        self.policies.values().filter(move |policy| policy.arn.starts_with(&prefix))
    }

    pub fn session(&self, access_key_id: &str) -> Option<&Session> {
        self.sessions.get(access_key_id)
    }

    /// How many roles have `policy_arn` attached.
    pub fn attachments(&self, policy_arn: &str) -> usize {
        self.roles.values().filter(|role| role.attached.iter().any(|arn| arn == policy_arn)).count()
    }

    /// What the role's sessions may do; nothing if there is no such role.
    pub fn policies_of(&self, role_arn: &str) -> RolePolicies {
        let Some(role) = self.roles.get(role_arn) else {
            return RolePolicies { identity: Vec::new(), boundary: None };
        };
        let managed = |arn: &String| self.document(arn).and_then(|document| Document::read(&document).ok());
        let inline = role.inline.values().filter_map(|document| Document::read(document).ok());
        RolePolicies {
            identity: inline.chain(role.attached.iter().filter_map(managed)).collect(),
            // A boundary that cannot be found allows nothing.
            boundary: role.boundary.as_ref().map(|arn| managed(arn).unwrap_or_default()),
        }
    }

    /// The document of a managed policy, AWS's or the account's own.
    pub fn document(&self, policy_arn: &str) -> Option<Value> {
        self.policies.get(policy_arn).map(|policy| policy.document.clone()).or_else(|| managed::document(policy_arn))
    }

    pub fn put_role(&mut self, role: Role, batch: &mut Batch) {
        batch.put(&SPACE, format!("role\n{}", role.arn), encode(&role));
        self.roles.insert(role.arn.clone(), role);
    }

    pub fn remove_role(&mut self, arn: &str, batch: &mut Batch) {
        batch.delete(&SPACE, format!("role\n{arn}"));
        self.roles.remove(arn);
    }

    pub fn put_policy(&mut self, policy: Policy, batch: &mut Batch) {
        batch.put(&SPACE, format!("policy\n{}", policy.arn), encode(&policy));
        self.policies.insert(policy.arn.clone(), policy);
    }

    pub fn remove_policy(&mut self, arn: &str, batch: &mut Batch) {
        batch.delete(&SPACE, format!("policy\n{arn}"));
        self.policies.remove(arn);
    }

    /// Keeps `session` and forgets those that expired a day ago: until then they are told so.
    pub fn put_session(&mut self, session: Session, now: Timestamp, batch: &mut Batch) {
        const REMEMBERED_MILLIS: u64 = 24 * 3600 * 1000;
        let old = |session: &Session| session.expires_millis + REMEMBERED_MILLIS < now.millis();
        let gone: Vec<String> = self.sessions.values().filter(|s| old(s)).map(|s| s.access_key_id.clone()).collect();
        for id in gone {
            batch.delete(&SPACE, format!("session\n{id}"));
            self.sessions.remove(&id);
        }
        batch.put(&SPACE, format!("session\n{}", session.access_key_id), encode(&session));
        self.sessions.insert(session.access_key_id.clone(), session);
    }
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // Strings, numbers and JSON values with string keys always serialize.
    serde_json::to_vec(value).unwrap_or_default()
}
