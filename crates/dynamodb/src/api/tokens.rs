//! `ClientRequestToken`s of transactions: for ten minutes, also across a restart, a token stands for what
//! was done with it.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch, Kernel, Space, StorageError};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::Input;
use crate::DynamoDb;

/// How long a token is remembered, in milliseconds.
const LIFE: u64 = 10 * 60 * 1000;

/// `ACCOUNT/REGION/OPERATION/TOKEN` → what was done (JSON)
const SPACE: Space = Space::new("dynamodb.tokens");

/// The tokens of the last ten minutes, with what was done with them.
pub type Tokens = BTreeMap<String, Done>;

/// A transaction that had a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Milliseconds.
    at: u64,
    /// What tells it from other transactions.
    digest: String,
    /// Whether it is just being kept.
    #[serde(skip)]
    in_progress: bool,
}

/// The tokens that were remembered when the cloud was closed.
pub async fn load(kernel: &Kernel) -> Result<Tokens, StorageError> {
    let mut tokens = Tokens::new();
    let read = |(key, value): kernel::Entry| {
        if let (Ok(key), Ok(done)) = (String::from_utf8(key), serde_json::from_slice(&value)) {
            tokens.insert(key, done);
        }
    };
    kernel.storage.load(&SPACE, read).await?;
    Ok(tokens)
}

impl DynamoDb {
    /// Whether the same transaction has been done with the same token; with the same token another one
    /// is refused.
    pub fn is_repeated(&self, call: &Call) -> Result<bool, AwsError> {
        let Some(key) = key(call) else { return Ok(false) };
        let now = self.now();
        match self.tokens.borrow().get(&key).filter(|done| done.at + LIFE > now) {
            None => Ok(false),
            Some(done) if done.digest != digest(call) => Err(AwsError::new(
                "IdempotentParameterMismatchException",
                "The provided client token was used with a different transaction payload",
            )),
            Some(done) if done.in_progress => Err(AwsError::new(
                "TransactionInProgressException",
                "The transaction with the given request token is already in progress.",
            )),
            Some(_) => Ok(true),
        }
    }

    /// Remembers the token of a transaction that is about to be kept with `batch`, and forgets old ones.
    pub fn remember_token(&self, call: &Call, batch: &mut Batch) {
        let now = self.now();
        let mut tokens = self.tokens.borrow_mut();
        tokens.retain(|key, done| {
            let is_young = done.at + LIFE > now;
            if !is_young {
                batch.delete(&SPACE, key.as_str());
            }
            is_young
        });
        let Some(key) = key(call) else { return };
        let done = Done { at: now, digest: digest(call), in_progress: true };
        // Two texts and a number always serialise.
        batch.put(&SPACE, key.as_str(), serde_json::to_vec(&done).unwrap_or_default());
        tokens.insert(key, done);
    }

    /// Ends what [`remember_token`](Self::remember_token) began, when it was kept or nobody waits for it any
    /// more.
    pub fn settle_token(&self, key: &str) {
        if let Some(done) = self.tokens.borrow_mut().get_mut(key) {
            done.in_progress = false;
        }
    }

    /// Forgets the token of a transaction that was not kept.
    pub fn forget_token(&self, call: &Call) {
        if let Some(key) = key(call) {
            self.tokens.borrow_mut().remove(&key);
        }
    }
}

/// The key of a transaction's token, if it has one.
pub fn key(call: &Call) -> Option<String> {
    let token = Input(&call.input).text("ClientRequestToken")?;
    Some(format!("{}/{}/{}/{token}", call.scope.account, call.scope.region, call.operation))
}

/// What tells transactions apart: their actions, and nothing else of the request.
fn digest(call: &Call) -> String {
    let actions = ["TransactItems", "TransactStatements"].map(|name| call.input.get(name));
    // JSON always serialises.
    format!("{:x}", Md5::digest(serde_json::to_vec(&actions).unwrap_or_default()))
}
