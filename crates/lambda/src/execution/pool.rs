//! Environments that wait for their next invocation, and how many are at work.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use kernel::{Kernel, Timestamp};

use super::Environment;
use crate::names::FunctionKey;

/// How long an environment stays without work. AWS does not say; it is minutes there too.
const IDLE_TIME: Duration = Duration::from_secs(10 * 60);

/// Environments of a function's version belong together only while neither settings nor code change.
type Key = (FunctionKey, String);

struct Idle {
    since: Timestamp,
    environment: Environment,
}

type IdleByKey = RefCell<BTreeMap<Key, Vec<Idle>>>;

/// All environments of a cloud.
pub struct Pool {
    kernel: Kernel,
    idle: Rc<IdleByKey>,
    /// Whether someone looks after those that nobody needs any more.
    is_reaping: Rc<Cell<bool>>,
    working: Rc<RefCell<BTreeMap<FunctionKey, u64>>>,
}

/// The right to run one invocation; given back when dropped.
pub struct Slot {
    function: FunctionKey,
    working: Rc<RefCell<BTreeMap<FunctionKey, u64>>>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(count) = self.working.borrow_mut().get_mut(&self.function) {
            *count -= 1;
        }
    }
}

impl Pool {
    /// A pool without environments.
    pub fn new(kernel: &Kernel) -> Self {
        Self { kernel: kernel.clone(), idle: Rc::default(), is_reaping: Rc::default(), working: Rc::default() }
    }

    /// How many invocations are under way: of this function, and of those in its account and region
    /// that `counts` picks.
    pub fn working(&self, function: &FunctionKey, counts: impl Fn(&FunctionKey) -> bool) -> (u64, u64) {
        let working = self.working.borrow();
        let own = working.get(function).copied().unwrap_or_default();
        let here = |key: &FunctionKey| key.0 == function.0 && key.1 == function.1;
        let all = working.iter().filter(|(key, _)| here(key) && counts(key)).map(|(_, count)| count).sum();
        (own, all)
    }

    /// Counts one more invocation of a function.
    pub fn enter(&self, function: FunctionKey) -> Slot {
        *self.working.borrow_mut().entry(function.clone()).or_default() += 1;
        Slot { function, working: self.working.clone() }
    }

    /// A warm environment, the one that worked last.
    pub fn take(&self, function: &FunctionKey, generation: &str) -> Option<Environment> {
        let key = (function.clone(), generation.to_owned());
        let mut idle = self.idle.borrow_mut();
        loop {
            let Idle { environment, .. } = idle.get_mut(&key)?.pop()?;
            if !environment.is_worn() {
                return Some(environment);
            }
        }
    }

    /// Keeps an environment for the next invocation, for some minutes.
    pub fn put(&self, function: &FunctionKey, generation: &str, environment: Environment) {
        let key = (function.clone(), generation.to_owned());
        let idle = Idle { since: self.kernel.clock.now(), environment };
        self.idle.borrow_mut().entry(key).or_default().push(idle);
        if !self.is_reaping.replace(true) {
            let (clock, idle, is_reaping) = (self.kernel.clock.clone(), self.idle.clone(), self.is_reaping.clone());
            self.kernel.tasks.spawn(async move {
                while let Some(oldest) = oldest(&idle) {
                    clock.sleep_until(oldest + IDLE_TIME).await;
                    reap(&idle, clock.now());
                }
                is_reaping.set(false);
            });
        }
    }

    /// Lets go of a function's environments: it has changed or is gone.
    pub fn forget(&self, function: &FunctionKey) {
        self.idle.borrow_mut().retain(|(key, _), _| key != function);
    }
}

/// Since when the environment that has been idle longest has been so.
fn oldest(idle: &IdleByKey) -> Option<Timestamp> {
    idle.borrow().values().flatten().map(|idle| idle.since).min()
}

/// Lets go of environments that have been idle too long.
fn reap(idle: &IdleByKey, now: Timestamp) {
    idle.borrow_mut().retain(|_, waiting| {
        waiting.retain(|idle| now.since(idle.since) < IDLE_TIME);
        !waiting.is_empty()
    });
}
