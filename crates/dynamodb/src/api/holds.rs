//! The items that transactions hold while storage keeps them: until then nobody else's write or
//! transaction touches these.

use std::{collections::BTreeSet, rc::Weak};

use aws_api::Call;
use kernel::{AwsError, Scope};

use super::tokens;
use crate::DynamoDb;

/// An item: account, region, table, and its place there.
pub type HeldItem = (String, String, String, Vec<u8>);

/// All items that are held.
pub type Holds = BTreeSet<HeldItem>;

/// The words of a conflict.
pub const CONFLICT: &str = "Transaction is ongoing for the item";

/// What one transaction holds, until it is dropped.
pub struct Hold {
    room: Weak<DynamoDb>,
    items: Vec<HeldItem>,
    token: Option<String>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(room) = self.room.upgrade() {
            let mut holds = room.holds.borrow_mut();
            for item in &self.items {
                holds.remove(item);
            }
            if let Some(token) = &self.token {
                room.settle_token(token);
            }
        }
    }
}

impl DynamoDb {
    /// Holds the items of a transaction, each by its table and its place there.
    pub fn hold(&self, call: &Call, items: Vec<(String, Vec<u8>)>) -> Hold {
        let (account, region) = (&call.scope.account, &call.scope.region);
        let held = |(table, place)| (account.clone(), region.clone(), table, place);
        let items: Vec<HeldItem> = items.into_iter().map(held).collect();
        self.holds.borrow_mut().extend(items.iter().cloned());
        Hold { room: self.me.clone(), items, token: tokens::key(call) }
    }

    /// Whether a transaction holds an item.
    pub fn is_held(&self, scope: &Scope, table: &str, place: &[u8]) -> bool {
        let holds = self.holds.borrow();
        !holds.is_empty()
            && holds.contains(&(scope.account.clone(), scope.region.clone(), table.to_owned(), place.to_vec()))
    }

    /// Refuses a write of a single item that a transaction holds.
    pub fn check_free(&self, scope: &Scope, table: &str, place: Option<Vec<u8>>) -> Result<(), AwsError> {
        match place {
            Some(place) if self.is_held(scope, table, &place) => {
                Err(AwsError::new("TransactionConflictException", CONFLICT))
            }
            _ => Ok(()),
        }
    }
}
