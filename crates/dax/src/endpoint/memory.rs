//! What the endpoints remember: gone when the cloud restarts, as caches are.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use kernel::Caller;
use serde_json::Value;

use super::{cache::Cache, keys::ItemKey};
use crate::Dax;

/// The caches of all clusters, by ARN.
#[derive(Default)]
pub struct Memory {
    clusters: RefCell<BTreeMap<String, Rc<RefCell<Caches>>>>,
    sessions: RefCell<BTreeMap<String, (u64, Caller)>>,
}

/// What one cluster has cached.
#[derive(Default)]
pub struct Caches {
    /// Items, or that there is none, by table, key and form.
    pub items: Cache<ItemKey>,
    /// Answers of Query and Scan by their requests.
    pub queries: Cache<String>,
    /// Names of key attributes by table, and until when they are believed.
    pub schemas: BTreeMap<String, (u64, Rc<Vec<String>>)>,
    /// Items that are being read right now, each with the number of the read.
    loading: BTreeMap<ItemKey, u64>,
    loads: u64,
    /// What the caches have done.
    pub counts: Counts,
}

/// What the caches of a cluster have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests to the endpoint.
    pub requests: u64,
    /// Items that were found, or known to be missing.
    pub item_hits: u64,
    /// Items that were looked up in vain.
    pub item_misses: u64,
    /// Answers that were found.
    pub query_hits: u64,
    /// Answers that were looked up in vain.
    pub query_misses: u64,
}

/// A cluster's figures, for who shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The cluster's ARN.
    pub arn: String,
    /// The host of its endpoint.
    pub address: String,
    /// What its caches have done since the cloud was opened.
    pub counts: Counts,
    /// Items in the item cache.
    pub items: usize,
    /// Answers in the query cache.
    pub queries: usize,
}

impl Memory {
    /// The caches of a cluster.
    pub fn of(&self, arn: &str) -> Rc<RefCell<Caches>> {
        self.clusters.borrow_mut().entry(arn.to_owned()).or_default().clone()
    }

    /// Forgets all that a cluster has cached.
    pub fn forget(&self, arn: &str) {
        self.clusters.borrow_mut().remove(arn);
        self.sessions.borrow_mut().remove(arn);
    }

    /// As whom a cluster acts, if its session is still good.
    pub fn session(&self, arn: &str, now: u64) -> Option<Caller> {
        self.sessions.borrow().get(arn).filter(|(until, _)| *until > now).map(|(_, caller)| caller.clone())
    }

    /// Remembers as whom a cluster acts.
    pub fn keep_session(&self, arn: &str, caller: Caller, until: u64) {
        self.sessions.borrow_mut().insert(arn.to_owned(), (until, caller));
    }
}

impl Caches {
    /// Notes that an item is being read from its table.
    pub fn begin_load(&mut self, key: &ItemKey) -> u64 {
        self.loads += 1;
        self.loading.insert(key.clone(), self.loads);
        self.loads
    }

    /// Takes in what was read, unless the item was written or read again in the meantime: what was read
    /// may be older than that.
    pub fn end_load(&mut self, key: ItemKey, load: u64, item: Option<Value>, now: u64) {
        if self.loading.get(&key) == Some(&load) {
            self.loading.remove(&key);
            if let Some(item) = item {
                self.items.put(key, Rc::new(item), now);
            }
        }
    }

    /// Takes in what an item has become, in all forms in which it was known; `None` if that is not known.
    pub fn write(&mut self, key: &ItemKey, item: Option<Value>, now: u64) {
        self.loading.retain(|other, _| !other.is_of(key));
        for other in self.items.keys_of(key) {
            self.items.remove(&other);
        }
        if let Some(item) = item {
            self.items.put(key.clone(), Rc::new(item), now);
        }
    }

    /// Forgets all items of a table.
    pub fn forget_table(&mut self, table: &str) {
        self.loading.retain(|key, _| key.table() != table);
        let all: Vec<ItemKey> = self.items.keys().filter(|key| key.table() == table).cloned().collect();
        for key in all {
            self.items.remove(&key);
        }
    }
}

impl Cache<ItemKey> {
    /// All forms in which the item at `key` is known.
    fn keys_of(&self, key: &ItemKey) -> Vec<ItemKey> {
        self.keys_from(key).take_while(|other| other.is_of(key)).cloned().collect()
    }
}

/// The figures of every cluster that answers.
pub fn figures(dax: &Dax) -> Vec<Figures> {
    let state = dax.state.borrow();
    let answering = state.clusters().filter(|(_, cluster)| cluster.answers());
    let figures = answering.map(|((_, region), cluster)| {
        let caches = dax.memory.of(&cluster.arn);
        let caches = caches.borrow();
        Figures {
            arn: cluster.arn.clone(),
            address: cluster.address(region),
            counts: caches.counts,
            items: caches.items.len(),
            queries: caches.queries.len(),
        }
    });
    figures.collect()
}
