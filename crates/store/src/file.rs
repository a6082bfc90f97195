use std::{ops::Bound, path::Path, sync::mpsc, thread};

use async_trait::async_trait;
use futures_channel::oneshot;
use kernel::{Batch, Change, Entry, StorageBackend, StorageError};
use redb::{Database, ReadableDatabase, TableDefinition};

use crate::keys;

const ENTRIES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("entries");

/// One file that holds everything. A thread of its own reads and writes it, so that the cloud goes on
/// while the disk works, and what arrives meanwhile is committed together.
pub struct FileBackend {
    jobs: mpsc::Sender<Job>,
}

type Answer<T> = oneshot::Sender<Result<T, StorageError>>;

enum Job {
    Load { space: String, after: Option<Vec<u8>>, limit: usize, answer: Answer<Vec<Entry>> },
    Commit { batch: Batch, answer: Answer<()> },
    Clear { answer: Answer<()> },
}

impl FileBackend {
    /// Opens `path`, or makes it. The file belongs to one process at a time.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        let database = Database::create(path).map_err(refused)?;
        prepare(&database).map_err(refused)?;
        let (jobs, queue) = mpsc::channel();
        thread::Builder::new()
            .name("storage".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| work(&database, job)))
            .map_err(refused)?;
        Ok(Self { jobs })
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StorageError> {
        let (answer, answered) = oneshot::channel();
        let gone = || StorageError::Backend("the storage thread has ended".to_owned());
        self.jobs.send(job(answer)).map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

#[async_trait(?Send)]
impl StorageBackend for FileBackend {
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        let (space, after) = (space.to_owned(), after.map(<[u8]>::to_vec));
        self.ask(|answer| Job::Load { space, after, limit, answer }).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.ask(|answer| Job::Commit { batch, answer }).await
    }

    async fn clear(&self) -> Result<(), StorageError> {
        self.ask(|answer| Job::Clear { answer }).await
    }
}

fn refused(error: impl std::fmt::Display) -> StorageError {
    StorageError::Backend(error.to_string())
}

/// Does a job. Who no longer waits for its answer does not get one.
fn work(database: &Database, job: Job) {
    match job {
        Job::Load { space, after, limit, answer } => {
            let _ = answer.send(load(database, &space, after.as_deref(), limit).map_err(refused));
        }
        Job::Commit { batch, answer } => {
            let _ = answer.send(commit(database, &batch).map_err(refused));
        }
        Job::Clear { answer } => {
            let _ = answer.send(clear(database).map_err(refused));
        }
    }
}

fn prepare(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(ENTRIES)?;
    Ok(transaction.commit()?)
}

fn load(database: &Database, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, redb::Error> {
    let table = database.begin_read()?.open_table(ENTRIES)?;
    let (first, end) = (keys::full(space, after.unwrap_or_default()), keys::end(space));
    let start = if after.is_some() { Bound::Excluded(first.as_slice()) } else { Bound::Included(first.as_slice()) };
    let mut entries = Vec::new();
    for entry in table.range::<&[u8]>((start, Bound::Excluded(end.as_slice())))?.take(limit) {
        let (key, value) = entry?;
        entries.push((keys::own(space, key.value().to_vec()), value.value().to_vec().into()));
    }
    Ok(entries)
}

fn commit(database: &Database, batch: &Batch) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(ENTRIES)?;
        for change in batch.changes() {
            match change {
                Change::Put(space, key, value) => {
                    table.insert(keys::full(space, key).as_slice(), &value[..])?;
                }
                Change::Delete(space, key) => {
                    table.remove(keys::full(space, key).as_slice())?;
                }
                Change::DeletePrefix(space, prefix) => {
                    let (first, end) = (keys::full(space, prefix), keys::end_of_prefix(space, prefix));
                    table.retain_in(first.as_slice()..end.as_slice(), |_, _| false)?;
                }
            }
        }
    }
    Ok(transaction.commit()?)
}

fn clear(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(ENTRIES)?.retain(|_, _| false)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::PathBuf, process};

    use futures_executor::block_on;
    use kernel::Space;

    use super::*;

    const NOTES: Space = Space::new("notes");

    /// A file in the system's temporary folder that is gone after the test.
    struct TemporaryFile(PathBuf);

    impl TemporaryFile {
        fn new(name: &str) -> Self {
            Self(env::temp_dir().join(format!("samlet-store-{name}-{}", process::id())))
        }
    }

    impl Drop for TemporaryFile {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn open(file: &TemporaryFile) -> FileBackend {
        // The thread of a former backend closes the file in its own time.
        (0..200)
            .find_map(|_| {
                thread::sleep(std::time::Duration::from_millis(5));
                FileBackend::open(&file.0).ok()
            })
            .expect("the file can be opened")
    }

    fn put(notes: &[(&str, &str)]) -> Batch {
        let mut batch = Batch::default();
        for (key, value) in notes {
            batch.put(&NOTES, *key, value.as_bytes().to_vec());
        }
        batch
    }

    #[test]
    fn what_was_committed_is_there_after_reopening() {
        let file = TemporaryFile::new("reopen");
        let backend = open(&file);
        block_on(backend.commit(put(&[("a", "1"), ("b", "2")]))).unwrap();
        let mut second = put(&[("a", "3"), ("c", "4")]);
        second.delete(&NOTES, "b");
        block_on(backend.commit(second)).unwrap();
        drop(backend);

        let entries = block_on(open(&file).load("notes", None, 10)).unwrap();
        assert_eq!(entries, [(b"a".to_vec(), "3".into()), (b"c".to_vec(), "4".into())]);
    }

    #[test]
    fn spaces_are_read_apart_and_in_pieces() {
        let file = TemporaryFile::new("pieces");
        let backend = open(&file);
        let mut batch = put(&[("a", ""), ("b", ""), ("c", "")]);
        batch.put(&Space::new("notes-of-others"), "z", "");
        block_on(backend.commit(batch)).unwrap();

        let keys = |after: Option<&[u8]>, limit| {
            let entries = block_on(backend.load("notes", after, limit)).unwrap();
            entries.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect::<String>()
        };
        assert_eq!((keys(None, 2), keys(Some(b"b"), 2), keys(Some(b"c"), 2)), ("ab".into(), "c".into(), String::new()));
    }

    #[test]
    fn a_prefix_is_removed_within_its_space() {
        let file = TemporaryFile::new("prefix");
        let backend = open(&file);
        let mut batch = put(&[("a", ""), ("a\u{ff}", ""), ("b", "")]);
        batch.put(&Space::new("notes-of-others"), "a", "");
        batch.delete_prefix(&NOTES, "a");
        block_on(backend.commit(batch)).unwrap();
        assert_eq!(block_on(backend.load("notes", None, 10)).unwrap().len(), 1);
        assert_eq!(block_on(backend.load("notes-of-others", None, 10)).unwrap().len(), 1);
    }

    #[test]
    fn clearing_leaves_nothing() {
        let file = TemporaryFile::new("clear");
        let backend = open(&file);
        block_on(backend.commit(put(&[("a", "1")]))).unwrap();
        block_on(backend.clear()).unwrap();
        assert_eq!(block_on(backend.load("notes", None, 10)), Ok(vec![]));
    }
}
