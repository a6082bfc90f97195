use std::{cell::RefCell, collections::BTreeMap, ops::Bound, rc::Rc};

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

/// One change of a [`Batch`], in the space that it names.
#[derive(Clone, Debug)]
pub enum Change {
    /// Sets a key to a value.
    Put(&'static str, Vec<u8>, Bytes),
    /// Removes a key.
    Delete(&'static str, Vec<u8>),
    /// Removes every key that begins so.
    DeletePrefix(&'static str, Vec<u8>),
}

impl Change {
    /// The space's name.
    pub fn space(&self) -> &'static str {
        match self {
            Self::Put(space, ..) | Self::Delete(space, _) | Self::DeletePrefix(space, _) => space,
        }
    }
}

impl Batch {
    /// Sets `key` to `value`.
    pub fn put(&mut self, space: &Space, key: impl Into<Vec<u8>>, value: impl Into<Bytes>) {
        self.changes.push(Change::Put(space.name, key.into(), value.into()));
    }

    /// Removes `key` if it is there.
    pub fn delete(&mut self, space: &Space, key: impl Into<Vec<u8>>) {
        self.changes.push(Change::Delete(space.name, key.into()));
    }

    /// Removes every key that begins with `prefix`, also of those that nobody has read.
    pub fn delete_prefix(&mut self, space: &Space, prefix: impl Into<Vec<u8>>) {
        self.changes.push(Change::DeletePrefix(space.name, prefix.into()));
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
/// the next. When a commit fails, so do those that wait behind it: what they hold was worked out on
/// top of changes that are not kept.
#[derive(Clone)]
pub struct Storage {
    backend: Rc<dyn StorageBackend>,
    tasks: Tasks,
    queue: Rc<RefCell<Queue>>,
    formats: Rc<RefCell<Formats>>,
}

#[derive(Default)]
struct Queue {
    batch: Batch,
    waiting: Vec<Settle>,
    flushing: bool,
}

impl Queue {
    /// Forgets what waits, and gives those who wait for it.
    fn give_up(&mut self) -> Vec<Settle> {
        self.batch = Batch::default();
        std::mem::take(&mut self.waiting)
    }
}

/// Takes in whether a batch is kept.
type Settle = Box<dyn FnOnce(&Result<(), StorageError>)>;

/// Where the format version of every space is kept.
const FORMATS: Space = Space::new("formats");

/// The versions in which spaces are written.
#[derive(Default)]
struct Formats {
    /// Those that the backend has, once they have been read.
    kept: Option<BTreeMap<String, u32>>,
    /// Those of spaces that were looked into and are empty. They are kept together with the first
    /// entry: a cloud has dozens of spaces, and most stay empty.
    new: BTreeMap<&'static str, u32>,
}

impl Formats {
    /// Adds to `batch` the versions of the spaces that it begins; the names of these.
    fn begin(&self, batch: &mut Batch) -> BTreeMap<&'static str, u32> {
        let names = batch.changes.iter().map(Change::space);
        let begun: BTreeMap<_, _> = names.filter_map(|name| Some((name, *self.new.get(name)?))).collect();
        for (name, version) in &begun {
            batch.put(&FORMATS, *name, version.to_be_bytes().to_vec());
        }
        begun
    }

    /// Takes in that `versions` are kept.
    fn keep(&mut self, versions: BTreeMap<&'static str, u32>) {
        for (name, version) in versions {
            self.new.remove(name);
            self.kept.get_or_insert_default().insert(name.to_owned(), version);
        }
    }
}

/// How many entries are read from the backend at once.
const CHUNK: usize = 1000;

impl Storage {
    pub(crate) fn new(backend: Rc<dyn StorageBackend>, tasks: Tasks) -> Self {
        Self { backend, tasks, queue: Rc::default(), formats: Rc::default() }
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
            self.formats.borrow_mut().keep(BTreeMap::from([(space.name, space.version)]));
        }
        Ok(())
    }

    /// Sees to it that `space` can be read in pieces: migrates all of it if an older version wrote it.
    pub async fn prepare(&self, space: &Space) -> Result<(), StorageError> {
        if self.format_of(space).await? < space.version {
            self.load(space, drop).await?;
        }
        Ok(())
    }

    /// Up to a thousand entries of a prepared `space` whose keys are longer than `prefix`, begin with
    /// it and come after `after`, in key order; and whether there are more.
    pub async fn read(
        &self,
        space: &Space,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> Result<(Vec<Entry>, bool), StorageError> {
        let mut entries = self.backend.load(space.name, Some(after.unwrap_or(prefix)), CHUNK).await?;
        let full = entries.len() == CHUNK;
        let own = entries.partition_point(|(key, _)| key.starts_with(prefix));
        let more = full && own == entries.len();
        entries.truncate(own);
        Ok((entries, more))
    }

    /// The first entry of a prepared `space` that comes after `after`.
    pub async fn next(&self, space: &Space, after: &[u8]) -> Result<Option<Entry>, StorageError> {
        Ok(self.backend.load(space.name, Some(after), 1).await?.into_iter().next())
    }

    /// Keeps `batch`; durable when it completes.
    pub async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.commit_then(batch, |_| ()).await
    }

    /// Keeps `batch` and calls `settle` with the outcome, in the order of the commits, even when
    /// nobody waits for this any more. An empty batch settles with those before it.
    pub async fn commit_then(
        &self,
        batch: Batch,
        settle: impl FnOnce(&Result<(), StorageError>) + 'static,
    ) -> Result<(), StorageError> {
        if batch.is_empty() && !self.is_busy() {
            settle(&Ok(()));
            return Ok(());
        }
        let (sender, kept) = oneshot::channel();
        let must_flush = {
            let mut queue = self.queue.borrow_mut();
            queue.batch.changes.extend(batch.changes);
            queue.waiting.push(Box::new(move |result| {
                settle(result);
                // A caller that was cancelled no longer wants to know.
                let _ = sender.send(result.clone());
            }));
            !std::mem::replace(&mut queue.flushing, true)
        };
        if must_flush {
            self.tasks.spawn(self.clone().flush());
        }
        kept.await.unwrap_or_else(|_| Err(StorageError::Backend("the host is shutting down".into())))
    }

    /// Whether a commit is under way or waits.
    pub fn is_busy(&self) -> bool {
        self.queue.borrow().flushing
    }

    /// Removes everything of every service.
    pub async fn clear(&self) -> Result<(), StorageError> {
        *self.formats.borrow_mut() = Formats::default();
        self.backend.clear().await
    }

    async fn flush(self) {
        loop {
            let (mut batch, waiting) = {
                let mut queue = self.queue.borrow_mut();
                if queue.waiting.is_empty() {
                    queue.flushing = false;
                    return;
                }
                (std::mem::take(&mut queue.batch), std::mem::take(&mut queue.waiting))
            };
            let begun = self.formats.borrow().begin(&mut batch);
            let result = if batch.is_empty() { Ok(()) } else { self.backend.commit(batch).await };
            let behind = match &result {
                Ok(()) => {
                    self.formats.borrow_mut().keep(begun);
                    Vec::new()
                }
                Err(_) => self.queue.borrow_mut().give_up(),
            };
            waiting.into_iter().chain(behind).for_each(|settle| settle(&result));
        }
    }

    /// The version in which `space` was written; the current one if it is new.
    async fn format_of(&self, space: &Space) -> Result<u32, StorageError> {
        if self.formats.borrow().kept.is_none() {
            let kept = self.read_formats().await?;
            self.formats.borrow_mut().kept.get_or_insert(kept);
        }
        let mut formats = self.formats.borrow_mut();
        match formats.kept.as_ref().and_then(|kept| kept.get(space.name)) {
            None => {
                formats.new.insert(space.name, space.version);
                Ok(space.version)
            }
            Some(&found) if found > space.version => {
                Err(StorageError::Newer { space: space.name.to_owned(), found, known: space.version })
            }
            Some(&found) => Ok(found),
        }
    }

    async fn read_formats(&self) -> Result<BTreeMap<String, u32>, StorageError> {
        let mut formats = BTreeMap::new();
        for (name, version) in self.backend.load(FORMATS.name, None, usize::MAX).await? {
            let name = String::from_utf8_lossy(&name).into_owned();
            let Ok(version) = version[..].try_into() else {
                return Err(StorageError::Backend(format!("the format of {name} is garbled")));
            };
            formats.insert(name, u32::from_be_bytes(version));
        }
        Ok(formats)
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
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let later = entries.range::<[u8], _>((after, Bound::Unbounded));
        Ok(later.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let mut spaces = self.spaces.borrow_mut();
        for change in batch.changes {
            let entries = match spaces.get_mut(change.space()) {
                Some(entries) => entries,
                None => spaces.entry(change.space().to_owned()).or_default(),
            };
            match change {
                Change::Put(_, key, value) => drop(entries.insert(key, value)),
                Change::Delete(_, key) => drop(entries.remove(&key)),
                Change::DeletePrefix(_, prefix) => {
                    let mut kept = entries.split_off(&prefix);
                    kept.retain(|key, _| !key.starts_with(&prefix));
                    entries.append(&mut kept);
                }
            }
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
    fn a_look_into_an_empty_space_writes_nothing_and_its_first_entry_brings_the_format() {
        let backend = Rc::new(MemoryBackend::default());
        testing::run_on(backend.clone(), |kernel| async move {
            let formats = || async { backend.load(FORMATS.name, None, usize::MAX).await.unwrap() };
            kernel.storage.load(&NOTES, |_| ()).await.unwrap();
            assert_eq!(formats().await, []);
            let mut batch = Batch::default();
            batch.put(&NOTES, "a", "1");
            kernel.storage.commit(batch).await.unwrap();
            assert_eq!(formats().await, [(b"notes".to_vec(), Bytes::copy_from_slice(&1_u32.to_be_bytes()))]);
        });
    }

    #[test]
    fn a_prefix_is_read_in_pieces_and_removed_at_once() {
        testing::run(|kernel| async move {
            let mut batch = Batch::default();
            for key in 0..2500_u16 {
                batch.put(&NOTES, [b"a", &key.to_be_bytes()[..]].concat(), "");
            }
            batch.put(&NOTES, "b", "");
            kernel.storage.commit(batch).await.unwrap();
            let (mut after, mut sizes) = (None, Vec::new());
            loop {
                let (entries, more) = kernel.storage.read(&NOTES, b"a", after.as_deref()).await.unwrap();
                sizes.push(entries.len());
                after = entries.last().map(|(key, _)| key.clone());
                if !more {
                    break;
                }
            }
            assert_eq!(sizes, [1000, 1000, 500]);

            let mut batch = Batch::default();
            batch.delete_prefix(&NOTES, "a");
            kernel.storage.commit(batch).await.unwrap();
            let mut seen = Vec::new();
            kernel.storage.load(&NOTES, |(key, _)| seen.push(key)).await.unwrap();
            assert_eq!(seen, [b"b"]);
        });
    }

    #[test]
    fn what_waits_behind_a_failed_commit_fails_with_it() {
        let backend = Rc::new(testing::FailingBackend::default());
        testing::run_on(backend.clone(), |kernel| async move {
            let put = |key: &str| {
                let mut batch = Batch::default();
                batch.put(&NOTES, key, "");
                kernel.storage.commit(batch)
            };
            backend.fail_next();
            let first = put("a");
            let second = async {
                kernel.tasks.breathe().await;
                put("b").await
            };
            backend.stop();
            let later = async {
                kernel.tasks.breathe().await;
                kernel.tasks.breathe().await;
                backend.go_on();
            };
            let (first, second, ()) = futures_util::future::join3(first, second, later).await;
            assert!(first.is_err() && second.is_err());
            put("c").await.unwrap();
            let mut seen = Vec::new();
            kernel.storage.load(&NOTES, |(key, _)| seen.push(key)).await.unwrap();
            assert_eq!(seen, [b"c"]);
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
