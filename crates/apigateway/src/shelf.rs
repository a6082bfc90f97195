//! Where APIs are kept: all of one kind, in memory and in storage.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use kernel::{AwsError, Batch, Entry, Kernel, Scope, Space};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error;

/// Keys are `KIND/API` for an API and `KIND/API/DEPLOYMENT` for what a deployment froze.
pub const SPACE: Space = Space::new("apigateway");

/// The account and region that an API belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1` …
    pub region: String,
}

impl Home {
    /// Where `scope` acts.
    pub fn of(scope: &Scope) -> Self {
        Self { account: scope.account.clone(), region: scope.region.clone() }
    }
}

/// Deployments' snapshots by deployment id.
pub type Snapshots<S> = BTreeMap<String, Rc<S>>;

/// What a shelf keeps: an API, an API key, a usage plan.
pub trait Kept: Clone + Serialize + DeserializeOwned {
    /// What a deployment freezes.
    type Snapshot: Serialize + DeserializeOwned;
    /// The first part of its keys.
    const KIND: &'static str;

    /// Unique among those of all accounts; an API's is the first label of a host name.
    fn id(&self) -> &str;
    /// Whose it is.
    fn home(&self) -> &Home;
    /// What its deployments froze, if it can be deployed.
    fn snapshots(&self) -> Option<&Snapshots<Self::Snapshot>> {
        None
    }
    /// The same, to add one that was loaded.
    fn snapshots_mut(&mut self) -> Option<&mut Snapshots<Self::Snapshot>> {
        None
    }
    /// The answer for an id that is not there.
    fn missing(home: &Home, id: &str) -> AwsError;
}

/// All APIs of one kind.
pub struct Shelf<A: Kept> {
    apis: RefCell<BTreeMap<String, A>>,
}

impl<A: Kept> Default for Shelf<A> {
    fn default() -> Self {
        Self { apis: RefCell::default() }
    }
}

impl<A: Kept> Shelf<A> {
    /// Takes in an entry of storage if it is of this kind. APIs come before their snapshots, because
    /// entries come in key order.
    pub fn restore(&self, (key, value): &Entry) {
        let Some(path) = std::str::from_utf8(key).ok().and_then(|key| key.strip_prefix(A::KIND)?.strip_prefix('/'))
        else {
            return;
        };
        let mut apis = self.apis.borrow_mut();
        match path.split_once('/') {
            None => {
                if let Ok(api) = serde_json::from_slice::<A>(value) {
                    apis.insert(path.to_owned(), api);
                }
            }
            Some((id, deployment)) => {
                let snapshots = apis.get_mut(id).and_then(Kept::snapshots_mut);
                if let (Some(snapshots), Ok(snapshot)) = (snapshots, serde_json::from_slice(value)) {
                    snapshots.insert(deployment.to_owned(), Rc::new(snapshot));
                }
            }
        }
    }

    /// Looks at the API `id` of the scope's account and region.
    pub fn read<T>(&self, scope: &Scope, id: &str, look: impl FnOnce(&A) -> T) -> Result<T, AwsError> {
        let home = Home::of(scope);
        let apis = self.apis.borrow();
        let api = apis.get(id).filter(|api| *api.home() == home).ok_or_else(|| A::missing(&home, id))?;
        Ok(look(api))
    }

    /// Looks at the API `id`, whoever owns it: for the data plane, where the id is in the host name.
    pub fn look<T>(&self, id: &str, look: impl FnOnce(&A) -> T) -> Option<T> {
        self.apis.borrow().get(id).map(look)
    }

    /// Something of every API of the scope's account and region, in the order of their ids.
    pub fn list<T>(&self, scope: &Scope, look: impl FnMut(&A) -> T) -> Vec<T> {
        let home = Home::of(scope);
        self.apis.borrow().values().filter(|api| *api.home() == home).map(look).collect()
    }

    /// Adds a new API.
    pub async fn insert(&self, kernel: &Kernel, api: A) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        put(&mut batch, &api, None)?;
        self.apis.borrow_mut().insert(api.id().to_owned(), api);
        kernel.storage.commit(batch).await.map_err(error::storage)
    }

    /// Changes the API `id`: all that `change` does, or nothing if it fails.
    pub async fn change<T>(
        &self,
        kernel: &Kernel,
        scope: &Scope,
        id: &str,
        change: impl FnOnce(&mut A) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let home = Home::of(scope);
        let mut batch = Batch::default();
        let result = {
            let mut apis = self.apis.borrow_mut();
            let api = apis.get_mut(id).filter(|api| *api.home() == home).ok_or_else(|| A::missing(&home, id))?;
            let mut changed = api.clone();
            let result = change(&mut changed)?;
            put(&mut batch, &changed, Some(api))?;
            *api = changed;
            result
        };
        kernel.storage.commit(batch).await.map_err(error::storage)?;
        Ok(result)
    }

    /// Removes the API `id` with its deployments.
    pub async fn remove(&self, kernel: &Kernel, scope: &Scope, id: &str) -> Result<(), AwsError> {
        let home = Home::of(scope);
        let mut batch = Batch::default();
        {
            let mut apis = self.apis.borrow_mut();
            let api = apis.get(id).filter(|api| *api.home() == home).ok_or_else(|| A::missing(&home, id))?;
            batch.delete(&SPACE, key::<A>(id, None));
            for deployment in api.snapshots().into_iter().flat_map(Snapshots::keys) {
                batch.delete(&SPACE, key::<A>(id, Some(deployment)));
            }
            apis.remove(id);
        }
        kernel.storage.commit(batch).await.map_err(error::storage)
    }
}

fn key<A: Kept>(id: &str, deployment: Option<&str>) -> String {
    match deployment {
        None => format!("{}/{id}", A::KIND),
        Some(deployment) => format!("{}/{id}/{deployment}", A::KIND),
    }
}

/// Writes `api`, and those of its snapshots that `before` did not have; removes those that it lost.
fn put<A: Kept>(batch: &mut Batch, api: &A, before: Option<&A>) -> Result<(), AwsError> {
    batch.put(&SPACE, key::<A>(api.id(), None), bytes(api)?);
    let none = Snapshots::new();
    let old = before.and_then(Kept::snapshots).unwrap_or(&none);
    let new = api.snapshots().unwrap_or(&none);
    for (deployment, snapshot) in new {
        if !old.contains_key(deployment) {
            batch.put(&SPACE, key::<A>(api.id(), Some(deployment)), bytes(&**snapshot)?);
        }
    }
    for deployment in old.keys().filter(|deployment| !new.contains_key(*deployment)) {
        batch.delete(&SPACE, key::<A>(api.id(), Some(deployment)));
    }
    Ok(())
}

fn bytes(value: &impl Serialize) -> Result<Vec<u8>, AwsError> {
    serde_json::to_vec(value).map_err(|error| AwsError::internal(error.to_string()))
}
