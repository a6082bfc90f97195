use std::time::Duration;

use futures_util::future::LocalBoxFuture;

/// What the surroundings must offer: wall time, entropy, tasks, and room to breathe.
///
/// Hosts are: the page's worker (performance clock, Web Crypto, the microtask queue), the native
/// binary (the operating system, a single-threaded runtime) and [`testing`](crate::testing) (frozen
/// wall time, a fixed seed, an executor that jumps from timer to timer).
pub trait Host {
    /// Milliseconds since the Unix epoch, with a fraction where the host knows it.
    fn wall_millis(&self) -> f64;

    /// Completes after `duration` of wall time; may be late, never early.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;

    /// Runs `task` beside everything else on this thread.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);

    /// Completes after the host has served everything else that was waiting: in a browser, a turn of
    /// the event loop, so that messages and IndexedDB get through.
    fn breathe(&self) -> LocalBoxFuture<'static, ()>;

    /// Fills `bytes` with entropy that is good enough for keys.
    fn fill_random(&self, bytes: &mut [u8]);

    /// How many bytes of what is in storage may also be in memory, about.
    fn memory_budget(&self) -> usize {
        DEFAULT_MEMORY_BUDGET
    }
}

/// Half a gigabyte: what a browser's tab can spare of the four that it may have.
const DEFAULT_MEMORY_BUDGET: usize = 512 << 20;
