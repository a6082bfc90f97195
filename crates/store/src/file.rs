use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    ops::Bound,
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use async_trait::async_trait;
use futures_channel::oneshot;
use kernel::{Batch, Entry, StorageBackend, StorageError};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use crate::{
    keys,
    log::{self, Changes, Log},
};

const ENTRIES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("entries");

/// The era of the log, under a name without letters.
const ERA: TableDefinition<&str, u64> = TableDefinition::new("era");

/// The end of the log's name, which otherwise is that of the file.
const LOG: &str = "wal";

/// How long what is in the log may wait for something to come before the file takes it in.
const IDLE: Duration = Duration::from_secs(1);

/// One file that holds everything, and a [log](Log) of what was committed last. A thread of its own reads and
/// writes them, so that the cloud goes on while the disk works, and what arrives meanwhile is committed
/// together.
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
        let era = prepare(&database).map_err(refused)?;
        let (log, pending) = Log::open(&path.with_extension(LOG), era).map_err(refused)?;
        let mut store = Store { database, log, pending };
        store.take_in().map_err(refused)?;
        let (jobs, queue) = mpsc::channel();
        thread::Builder::new().name("storage".to_owned()).spawn(move || store.work(&queue)).map_err(refused)?;
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

/// What the thread has.
struct Store {
    database: Database,
    log: Log,
    /// What is in the log and not in the file.
    pending: Changes,
}

impl Store {
    /// Does all jobs. Who no longer waits for an answer does not get one.
    fn work(&mut self, queue: &Receiver<Job>) {
        loop {
            let wait = if self.pending.is_empty() { Duration::MAX } else { IDLE };
            match queue.recv_timeout(wait) {
                Ok(Job::Load { space, after, limit, answer }) => {
                    let loaded = self.take_in().and_then(|()| load(&self.database, &space, after.as_deref(), limit));
                    let _ = answer.send(loaded.map_err(refused));
                }
                Ok(Job::Commit { batch, answer }) => {
                    let _ = answer.send(self.commit(&batch).map_err(refused));
                }
                Ok(Job::Clear { answer }) => {
                    let _ = answer.send(self.clear().map_err(refused));
                }
                // What cannot be taken in now stays in the log.
                Err(RecvTimeoutError::Timeout) => drop(self.take_in()),
                Err(RecvTimeoutError::Disconnected) => return drop(self.take_in()),
            }
        }
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), redb::Error> {
        let frame = log::frame(batch);
        if !self.log.has_room(&frame) {
            self.take_in()?;
        }
        if self.log.has_room(&frame) {
            self.log.append(&frame)?;
            self.pending.add(&frame);
            return Ok(());
        }
        // It is larger than the log ever is.
        let mut changes = Changes::default();
        changes.add(&frame);
        let transaction = self.database.begin_write()?;
        write(&transaction, &changes)?;
        Ok(transaction.commit()?)
    }

    /// Takes what is in the log into the file.
    fn take_in(&mut self) -> Result<(), redb::Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let transaction = self.database.begin_write()?;
        write(&transaction, &self.pending)?;
        let era = begin_era(&transaction)?;
        transaction.commit()?;
        self.log.restart(era);
        self.pending = Changes::default();
        Ok(())
    }

    fn clear(&mut self) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        transaction.open_table(ENTRIES)?.retain(|_, _| false)?;
        let era = begin_era(&transaction)?;
        transaction.commit()?;
        self.log.restart(era);
        self.pending = Changes::default();
        Ok(())
    }
}

/// Makes what is not there yet; the era of the log.
fn prepare(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(ENTRIES)?;
    let known = transaction.open_table(ERA)?.get("")?.map(|era| era.value());
    let era = known.map_or_else(|| begin_era(&transaction), Ok)?;
    transaction.commit()?;
    Ok(era)
}

/// Lets another era of the log begin. Its number is one that nobody can guess, so that no value that somebody
/// keeps can look like a frame.
fn begin_era(transaction: &WriteTransaction) -> Result<u64, redb::Error> {
    let era = RandomState::new().hash_one(0);
    transaction.open_table(ERA)?.insert("", era)?;
    Ok(era)
}

fn write(transaction: &WriteTransaction, changes: &Changes) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(ENTRIES)?;
    for range in &changes.removed {
        table.retain_in(range.start.as_slice()..range.end.as_slice(), |_, _| false)?;
    }
    for (key, value) in &changes.entries {
        match value {
            Some(value) => drop(table.insert(key.as_slice(), value.as_slice())?),
            None => drop(table.remove(key.as_slice())?),
        }
    }
    Ok(())
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
            let _ = fs::remove_file(self.0.with_extension(LOG));
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
    fn what_is_only_in_the_log_is_there_after_a_crash() {
        let (file, copy) = (TemporaryFile::new("crash"), TemporaryFile::new("crashed"));
        let backend = open(&file);
        block_on(backend.load("notes", None, 1)).unwrap();
        block_on(backend.commit(put(&[("a", "1"), ("b", "2")]))).unwrap();
        let mut second = put(&[("c", "3")]);
        second.delete_prefix(&NOTES, "a");
        block_on(backend.commit(second)).unwrap();
        // As the disk is at this moment.
        fs::copy(&file.0, &copy.0).unwrap();
        fs::copy(file.0.with_extension(LOG), copy.0.with_extension(LOG)).unwrap();
        for _ in 0..2 {
            let entries = block_on(open(&copy).load("notes", None, 10)).unwrap();
            assert_eq!(entries, [(b"b".to_vec(), "2".into()), (b"c".to_vec(), "3".into())]);
        }
    }

    #[test]
    fn a_batch_may_be_larger_than_the_log() {
        let file = TemporaryFile::new("large");
        let backend = open(&file);
        block_on(backend.commit(put(&[("a", "1")]))).unwrap();
        let mut batch = put(&[("a", "2")]);
        batch.put(&NOTES, "b", vec![0; log::SIZE as usize]);
        block_on(backend.commit(batch)).unwrap();
        drop(backend);
        let entries = block_on(open(&file).load("notes", None, 10)).unwrap();
        assert_eq!(entries.iter().map(|(_, value)| value.len()).collect::<Vec<_>>(), [1, log::SIZE as usize]);
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
