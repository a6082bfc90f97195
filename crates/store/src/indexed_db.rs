use std::{cell::Cell, future::IntoFuture, rc::Rc};

use async_trait::async_trait;
use idb::{Database, DatabaseEvent, Error, Factory, KeyRange, ObjectStoreParams, Query, Transaction, TransactionMode};
use js_sys::{Function, Object, Reflect, Uint8Array};
use kernel::{Batch, Change, Entry, StorageBackend, StorageError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

use crate::keys;

const STORE: &str = "entries";

/// The layout of the database: one object store with keys outside of its values.
const VERSION: u32 = 1;

/// An IndexedDB database that holds everything of one workspace.
pub struct IdbBackend {
    database: Database,
    /// The same database, for what the library has no name for.
    handle: JsValue,
    /// Whether nothing has been written since it was made: then there is nothing to ask it for. Services
    /// look into dozens of spaces when they start, which on a first visit would take half a second.
    is_new: Rc<Cell<bool>>,
}

impl IdbBackend {
    /// Opens the database called `name`, or makes it. Fails where the browser keeps no data, as some
    /// do in private windows.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let mut request = Factory::new().map_err(refused)?.open(name, Some(VERSION)).map_err(refused)?;
        let is_new = Rc::new(Cell::new(false));
        let made = is_new.clone();
        request.on_upgrade_needed(move |event| {
            made.set(event.old_version().is_ok_and(|version| version == 0));
            // If it fails, so does opening: the request then answers with the reason.
            let _ = event.database().map(|database| database.create_object_store(STORE, ObjectStoreParams::new()));
        });
        let handle = IdbDatabase::from(request.await.map_err(refused)?);
        let mut database = Database::from(handle.clone());
        // Someone wants to delete the database: let go of it.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        Ok(Self { database, handle: handle.into(), is_new })
    }

    /// Begins to write. An acknowledged write must survive a crash of the whole machine, so the
    /// browser is asked to flush it to the disk, which it does not do by itself.
    fn begin_write(&self) -> Result<Transaction, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let begin: Function = Reflect::get(&self.handle, &"transaction".into())?.dyn_into()?;
        let transaction = begin.call3(&self.handle, &STORE.into(), &"readwrite".into(), &options)?;
        Ok(transaction.dyn_into::<IdbTransaction>()?.into())
    }

    async fn write(&self, requests: impl FnOnce(&idb::ObjectStore) -> Result<(), Error>) -> Result<(), StorageError> {
        self.is_new.set(false);
        let transaction = self.begin_write().map_err(|error| StorageError::Backend(describe(&error)))?;
        requests(&transaction.object_store(STORE).map_err(refused)?).map_err(refused)?;
        // No request is waited for by itself: a transaction that completes has done them all.
        let result = transaction.commit().map_err(refused)?.await.map_err(refused)?;
        if result.is_committed() {
            return Ok(());
        }
        Err(StorageError::Backend("the browser gave up a write; its storage is probably full".to_owned()))
    }
}

#[async_trait(?Send)]
impl StorageBackend for IdbBackend {
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        if self.is_new.get() {
            return Ok(Vec::new());
        }
        let first = bytes(&keys::full(space, after.unwrap_or_default()));
        let range = KeyRange::bound(&first, &bytes(&keys::end(space)), Some(after.is_some()), Some(true));
        let query: Query = range.map_err(refused)?.into();
        let limit = u32::try_from(limit).ok();
        let transaction = self.database.transaction(&[STORE], TransactionMode::ReadOnly).map_err(refused)?;
        let store = transaction.object_store(STORE).map_err(refused)?;
        // Both requests are made before either is waited for: the transaction ends when it is idle.
        let keys = store.get_all_keys(Some(query.clone()), limit).map_err(refused)?.into_future();
        let values = store.get_all(Some(query), limit).map_err(refused)?.into_future();
        let (keys, values) = (keys.await.map_err(refused)?, values.await.map_err(refused)?);
        let own = |key: JsValue| keys::own(space, Uint8Array::new(&key).to_vec());
        Ok(keys.into_iter().map(own).zip(values.iter().map(|value| Uint8Array::new(value).to_vec().into())).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.write(|store| {
            for change in batch.changes() {
                match change {
                    Change::Put(space, key, value) => {
                        drop(store.put(&bytes(value), Some(&bytes(&keys::full(space, key))))?);
                    }
                    Change::Delete(space, key) => drop(store.delete(bytes(&keys::full(space, key)))?),
                    Change::DeletePrefix(space, prefix) => {
                        let first = bytes(&keys::full(space, prefix));
                        let end = bytes(&keys::end_of_prefix(space, prefix));
                        drop(store.delete(KeyRange::bound(&first, &end, Some(false), Some(true))?)?);
                    }
                }
            }
            Ok(())
        })
        .await
    }

    async fn clear(&self) -> Result<(), StorageError> {
        self.write(|store| store.clear().map(drop)).await
    }
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn refused(error: Error) -> StorageError {
    StorageError::Backend(error.to_string())
}

fn describe(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into())
}
