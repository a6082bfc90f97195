use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_channel::oneshot;

use crate::Tasks;

/// A key and its value.
pub type Entry = (Vec<u8>, Bytes);

/// Why data could not be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The data was written by a later version of Samlet; it is left untouched.
    #[error("{space} was written by a newer version of Samlet (format {found}, this one knows {known})")]
    Newer {
        /// The space's name.
        space: String,
        /// The format that was found.
        found: u32,
        /// The newest format that this version reads.
        known: u32,
    },
    /// The host's storage refused: full, closed, broken.
    #[error("storage failed: {0}")]
    Backend(String),
}

/// A named ordered map of a service, with the version of its format.
#[derive(Clone, Debug)]
pub struct Space {
    /// Unique in a cloud, e.g. `dynamodb`.
    pub name: &'static str,
    /// The version that this code writes, from 1 up.
    pub version: u32,
    /// Turns an entry of an older version (given first) into one of the current version.
    pub migrate: fn(u32, Entry) -> Entry,
}

impl Space {
    /// A space in its first version.
    pub const fn new(name: &'static str) -> Self {
        Self { name, version: 1, migrate: |_, entry| entry }
    }
}

/// Changes that are kept all or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    changes: Vec<Change>,
}

/// One change of a [`Batch`]: a value to put, or `None` to delete the key.
#[derive(Clone, Debug)]
pub struct Change {
    /// The space's name.
    pub space: &'static str,
    /// The key.
    pub key: Vec<u8>,
    /// The new value; `None` deletes.
    pub value: Option<Bytes>,
}

impl Batch {
    /// Sets `key` to `value`.
    pub fn put(&mut self, space: &Space, key: impl Into<Vec<u8>>, value: impl Into<Bytes>) {
        self.changes.push(Change { space: space.name, key: key.into(), value: Some(value.into()) });
    }

    /// Removes `key` if it is there.
    pub fn delete(&mut self, space: &Space, key: impl Into<Vec<u8>>) {
        self.changes.push(Change { space: space.name, key: key.into(), value: None });
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes in the order in which they apply.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
}

/// What a host offers to keep data: IndexedDB, a file, memory.
#[async_trait(?Send)]
pub trait StorageBackend {
    /// Up to `limit` entries of `space` whose keys are greater than `after`, in key order.
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError>;

    /// Applies `batch` atomically; durable when it completes.
    async fn commit(&self, batch: Batch) -> Result<(), StorageError>;

    /// Removes everything.
    async fn clear(&self) -> Result<(), StorageError>;
}

/// Durable storage for all services. Commits that arrive while one is in flight travel together in
/// the next.
#[derive(Clone)]
pub struct Storage {
    backend: Rc<dyn StorageBackend>,
    tasks: Tasks,
    queue: Rc<RefCell<Queue>>,
}

#[derive(Default)]
struct Queue {
    batch: Batch,
    waiting: Vec<oneshot::Sender<Result<(), StorageError>>>,
    flushing: bool,
}

/// Where the format version of every space is kept.
const FORMATS: Space = Space::new("formats");

/// How many entries are read from the backend at once.
const CHUNK: usize = 1000;

impl Storage {
    pub(crate) fn new(backend: Rc<dyn StorageBackend>, tasks: Tasks) -> Self {
        Self { backend, tasks, queue: Rc::default() }
    }

    /// Reads all of `space` in key order, migrating it first if an older version wrote it.
    pub async fn load(&self, space: &Space, mut each: impl FnMut(Entry)) -> Result<(), StorageError> {
        let found = self.format_of(space).await?;
        let mut migrated = Batch::default();
        let mut after: Option<Vec<u8>> = None;
        loop {
            let entries = self.backend.load(space.name, after.as_deref(), CHUNK).await?;
            let full = entries.len() == CHUNK;
            after = entries.last().map(|(key, _)| key.clone());
            for entry in entries {
                each(if found < space.version { migrate(space, found, entry, &mut migrated) } else { entry });
            }
            if !full {
                break;
            }
        }
        if found < space.version {
            migrated.put(&FORMATS, space.name, space.version.to_be_bytes().to_vec());
            self.commit(migrated).await?;
        }
        Ok(())
    }

    /// Keeps `batch`; durable when it completes.
    pub async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        if batch.is_empty() {
            return Ok(());
        }
        let (sender, kept) = oneshot::channel();
        let must_flush = {
            let mut queue = self.queue.borrow_mut();
            queue.batch.changes.extend(batch.changes);
            queue.waiting.push(sender);
            !std::mem::replace(&mut queue.flushing, true)
        };
        if must_flush {
            self.tasks.spawn(self.clone().flush());
        }
        kept.await.unwrap_or_else(|_| Err(StorageError::Backend("the host is shutting down".into())))
    }

    /// Removes everything of every service.
    pub async fn clear(&self) -> Result<(), StorageError> {
        self.backend.clear().await
    }

    async fn flush(self) {
        loop {
            let (batch, waiting) = {
                let mut queue = self.queue.borrow_mut();
                if queue.waiting.is_empty() {
                    queue.flushing = false;
                    return;
                }
                (std::mem::take(&mut queue.batch), std::mem::take(&mut queue.waiting))
            };
            let result = self.backend.commit(batch).await;
            for waiter in waiting {
                // A caller that was cancelled no longer wants to know.
                let _ = waiter.send(result.clone());
            }
        }
    }

    /// The version in which `space` was written; the current one if it is new.
    async fn format_of(&self, space: &Space) -> Result<u32, StorageError> {
        let formats = self.backend.load(FORMATS.name, None, usize::MAX).await?;
        let found = formats.into_iter().find(|(key, _)| key == space.name.as_bytes());
        let Some((_, value)) = found else {
            let mut batch = Batch::default();
            batch.put(&FORMATS, space.name, space.version.to_be_bytes().to_vec());
            self.commit(batch).await?;
            return Ok(space.version);
        };
        let bytes = value[..]
            .try_into()
            .map_err(|_| StorageError::Backend(format!("the format of {} is garbled", space.name)))?;
        let found = u32::from_be_bytes(bytes);
        if found > space.version {
            return Err(StorageError::Newer { space: space.name.to_owned(), found, known: space.version });
        }
        Ok(found)
    }
}

fn migrate(space: &Space, from: u32, entry: Entry, changes: &mut Batch) -> Entry {
    let old_key = entry.0.clone();
    let (key, value) = (space.migrate)(from, entry);
    if key != old_key {
        changes.delete(space, old_key);
    }
    changes.put(space, key.clone(), value.clone());
    (key, value)
}

/// Storage that lasts as long as its owner: for tests, embeds and previews.
#[derive(Default)]
pub struct MemoryBackend {
    spaces: RefCell<BTreeMap<String, BTreeMap<Vec<u8>, Bytes>>>,
}

#[async_trait(?Send)]
impl StorageBackend for MemoryBackend {
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        let spaces = self.spaces.borrow();
        let Some(entries) = spaces.get(space) else {
            return Ok(Vec::new());
        };
        let later = entries.iter().filter(|(key, _)| after.is_none_or(|after| key.as_slice() > after));
        Ok(later.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let mut spaces = self.spaces.borrow_mut();
        for change in batch.changes {
            let entries = spaces.entry(change.space.to_owned()).or_default();
            match change.value {
                Some(value) => entries.insert(change.key, value),
                None => entries.remove(&change.key),
            };
        }
        Ok(())
    }

    async fn clear(&self) -> Result<(), StorageError> {
        self.spaces.borrow_mut().clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const NOTES: Space = Space::new("notes");

    #[test]
    fn what_was_committed_is_loaded_in_key_order() {
        testing::run(|kernel| async move {
            let mut batch = Batch::default();
            for key in ["b", "a", "c"] {
                batch.put(&NOTES, key, key.to_uppercase());
            }
            batch.delete(&NOTES, "c");
            kernel.storage.commit(batch).await.unwrap();

            let mut seen = Vec::new();
            kernel.storage.load(&NOTES, |(key, value)| seen.push((key, value))).await.unwrap();
            assert_eq!(seen, [(b"a".to_vec(), Bytes::from("A")), (b"b".to_vec(), Bytes::from("B"))]);
        });
    }

    #[test]
    fn an_older_format_is_migrated_once_and_a_newer_one_is_refused() {
        testing::run(|kernel| async move {
            let mut batch = Batch::default();
            batch.put(&NOTES, "a", "1");
            kernel.storage.load(&NOTES, |_| ()).await.unwrap();
            kernel.storage.commit(batch).await.unwrap();

            let second =
                Space { version: 2, migrate: |_, (key, value)| (key, [&value[..], b"!"].concat().into()), ..NOTES };
            for _ in 0..2 {
                let mut seen = Vec::new();
                kernel.storage.load(&second, |(_, value)| seen.push(value)).await.unwrap();
                assert_eq!(seen, ["1!"]);
            }
            let refused = kernel.storage.load(&NOTES, |_| ()).await.unwrap_err();
            assert_eq!(refused, StorageError::Newer { space: "notes".into(), found: 2, known: 1 });
        });
    }
}
