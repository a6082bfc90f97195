//! What the operating system gives to the kernel.

use std::{
    cell::RefCell,
    path::Path,
    rc::Rc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use cloud::Workspace;
use kernel::{Host, LocalBoxFuture, MemoryBackend, StorageBackend};
use store::FileBackend;

use crate::{arguments::Place, runtimes::Guests};

/// The file in the data folder that holds everything.
const FILE: &str = "samlet.redb";

/// How many bytes of tables may be in memory.
const MEMORY_BUDGET: usize = 2 << 30;

/// How much randomness is fetched at once: the system's door is far for the few bytes of a request id.
const RANDOMNESS: usize = 4096;

/// The process that hosts the cloud.
#[derive(Default)]
struct NativeHost {
    /// Random bytes that nobody has had yet.
    randomness: RefCell<Vec<u8>>,
}

impl Host for NativeHost {
    fn wall_millis(&self) -> f64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now.as_secs_f64() * 1000.0
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        tokio::task::spawn_local(task);
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }

    fn memory_budget(&self) -> usize {
        MEMORY_BUDGET
    }

    #[allow(clippy::expect_used, reason = "keys from a weaker source would be worse than no keys")]
    fn fill_random(&self, bytes: &mut [u8]) {
        let mut randomness = self.randomness.borrow_mut();
        if randomness.len() < bytes.len() {
            randomness.resize(RANDOMNESS.max(bytes.len()), 0);
            getrandom::fill(&mut randomness).expect("the operating system gives entropy");
        }
        let rest = randomness.len() - bytes.len();
        bytes.copy_from_slice(&randomness[rest..]);
        randomness.truncate(rest);
    }
}

/// Opens a cloud on the data of a folder, or an empty one in memory.
pub async fn open(place: &Place) -> Result<Rc<Workspace>> {
    let backend: Rc<dyn StorageBackend> = match &place.data {
        Some(folder) => Rc::new(open_file(folder)?),
        None => Rc::new(MemoryBackend::default()),
    };
    let guests = Rc::new(Guests::new(place.guests.clone()));
    Ok(Workspace::open(Rc::new(NativeHost::default()), backend, guests).await?)
}

fn open_file(folder: &Path) -> Result<FileBackend> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let file = folder.join(FILE);
    FileBackend::open(&file).with_context(|| format!("cannot open {}", file.display()))
}
