//! A deterministic host: one thread, frozen wall time, a fixed seed, virtual time that jumps from
//! timer to timer whenever nothing else can run. A test that waits a day takes a millisecond.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
    task::{Poll, Waker},
    time::Duration,
};

use async_trait::async_trait;
use futures_executor::{LocalPool, LocalSpawner};
use futures_util::{FutureExt, future::LocalBoxFuture, task::LocalSpawnExt};

use crate::{Batch, Entry, Host, Kernel, MemoryBackend, StorageBackend, StorageError};

/// The moment at which every test begins: 2026-01-01T00:00:00Z.
pub const START_MILLIS: f64 = 1_767_225_600_000.0;

struct TestHost {
    spawner: LocalSpawner,
    seed: Cell<u64>,
}

impl Host for TestHost {
    fn wall_millis(&self) -> f64 {
        START_MILLIS
    }

    fn sleep(&self, _: Duration) -> LocalBoxFuture<'static, ()> {
        std::future::pending().boxed_local()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        // Fails only when the pool is gone, and then nobody waits for the task.
        let _ = self.spawner.spawn_local(task);
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        // The pool takes in new tasks only between rounds, and a round ends after two wakes from within.
        let mut turns = 6;
        std::future::poll_fn(move |context| {
            turns -= 1;
            if turns == 0 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .boxed_local()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        // SplitMix64: repeatable and well spread, which is all that a test asks for.
        for chunk in bytes.chunks_mut(8) {
            self.seed.set(self.seed.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
            let mut word = self.seed.get();
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Storage in memory that refuses commits, or keeps them waiting, when it is told to.
#[derive(Default)]
pub struct FailingBackend {
    kept: MemoryBackend,
    fails: Cell<bool>,
    stopped: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl FailingBackend {
    /// Refuses the next commit.
    pub fn fail_next(&self) {
        self.fails.set(true);
    }

    /// Keeps commits waiting until [`go_on`](Self::go_on).
    pub fn stop(&self) {
        self.stopped.set(true);
    }

    /// Lets commits through.
    pub fn go_on(&self) {
        self.stopped.set(false);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }
}

#[async_trait(?Send)]
impl StorageBackend for FailingBackend {
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        self.kept.load(space, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        std::future::poll_fn(|context| {
            if self.stopped.get() {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        if self.fails.take() {
            return Err(StorageError::Backend("no space left".to_owned()));
        }
        self.kept.commit(batch).await
    }

    async fn clear(&self) -> Result<(), StorageError> {
        self.kept.clear().await
    }
}

/// Runs `test` on a fresh kernel with empty memory storage, to its end.
///
/// # Panics
/// When `test` waits for something that can never happen.
pub fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Kernel) -> F) {
    run_on(Rc::new(MemoryBackend::default()), test);
}

/// Like [`run`], with a backend that may hold data of an earlier run.
///
/// # Panics
/// When `test` waits for something that can never happen.
pub fn run_on<F: Future<Output = ()> + 'static>(backend: Rc<dyn StorageBackend>, test: impl FnOnce(Kernel) -> F) {
    let mut pool = LocalPool::new();
    let host = Rc::new(TestHost { spawner: pool.spawner(), seed: Cell::new(1) });
    let kernel = Kernel::new(host.clone(), backend);
    let done = Rc::new(RefCell::new(false));
    let (test, finished) = (test(kernel.clone()), done.clone());
    host.spawn(Box::pin(async move {
        test.await;
        *finished.borrow_mut() = true;
    }));
    loop {
        pool.run_until_stalled();
        if *done.borrow() {
            return;
        }
        assert!(kernel.clock.jump_to_next_timer(), "the test waits for something that never happens");
    }
}
