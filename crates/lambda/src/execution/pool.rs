//! Environments that wait for their next invocation, and how many are at work.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use kernel::{Kernel, Timestamp};

use super::Environment;
use crate::names::FunctionKey;

/// How long an environment stays without work. AWS does not say; it is minutes there too.
const IDLE_TIME: Duration = Duration::from_secs(10 * 60);

/// How many environments of a function may start in how long.
const MAX_STARTS: usize = 1000;
const SCALING_WINDOW: Duration = Duration::from_secs(10);

/// How many environments of a version that wait keep their memory; the others are made whole when they are needed.
const MOST_AWAKE: usize = 16;

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
    working: Rc<RefCell<BTreeMap<FunctionKey, Working>>>,
    /// When the environments of a function's last seconds were started.
    starts: RefCell<BTreeMap<FunctionKey, VecDeque<Timestamp>>>,
}

/// How many invocations of a function are under way.
#[derive(Clone, Copy, Default)]
struct Working {
    on_demand: u64,
    /// In environments of provisioned concurrency.
    provisioned: u64,
}

impl Working {
    fn of(&mut self, is_provisioned: bool) -> &mut u64 {
        if is_provisioned { &mut self.provisioned } else { &mut self.on_demand }
    }
}

/// The right to run one invocation; given back when dropped.
pub struct Slot {
    function: FunctionKey,
    is_provisioned: bool,
    working: Rc<RefCell<BTreeMap<FunctionKey, Working>>>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(working) = self.working.borrow_mut().get_mut(&self.function) {
            *working.of(self.is_provisioned) -= 1;
        }
    }
}

impl Pool {
    /// A pool without environments.
    pub fn new(kernel: &Kernel) -> Self {
        Self {
            kernel: kernel.clone(),
            idle: Rc::default(),
            is_reaping: Rc::default(),
            working: Rc::default(),
            starts: RefCell::default(),
        }
    }

    /// How many invocations are under way on demand: of this function, and of those in its account and
    /// region that `counts` picks.
    pub fn working(&self, function: &FunctionKey, counts: impl Fn(&FunctionKey) -> bool) -> (u64, u64) {
        let working = self.working.borrow();
        let own = working.get(function).copied().unwrap_or_default();
        let here = |key: &FunctionKey| key.0 == function.0 && key.1 == function.1;
        let all =
            working.iter().filter(|(key, _)| here(key) && counts(key)).map(|(_, working)| working.on_demand).sum();
        (own.on_demand, all)
    }

    /// Counts one more invocation of a function.
    pub fn enter(&self, function: FunctionKey, is_provisioned: bool) -> Slot {
        *self.working.borrow_mut().entry(function.clone()).or_default().of(is_provisioned) += 1;
        Slot { function, is_provisioned, working: self.working.clone() }
    }

    /// Counts one more start of an environment; `false` if the function scales too fast.
    pub fn may_start(&self, function: &FunctionKey) -> bool {
        let now = self.kernel.clock.now();
        let mut starts = self.starts.borrow_mut();
        let starts = starts.entry(function.clone()).or_default();
        while starts.front().is_some_and(|start| now.since(*start) >= SCALING_WINDOW) {
            starts.pop_front();
        }
        let may = starts.len() < MAX_STARTS;
        if may {
            starts.push_back(now);
        }
        may
    }

    /// Whether a warm environment waits.
    pub fn has(&self, function: &FunctionKey, variant: &str) -> bool {
        let idle = self.idle.borrow();
        let waiting = idle.get(&(function.clone(), variant.to_owned()));
        waiting.is_some_and(|waiting| waiting.iter().any(|idle| !idle.environment.is_worn()))
    }

    /// Lets go of idle environments of provisioned concurrency beyond as many as `wanted` says.
    pub fn keep_provisioned(&self, function: &FunctionKey, wanted: impl Fn(&str) -> usize) {
        self.idle.borrow_mut().retain(|(key, variant), waiting| {
            if key == function && waiting.iter().any(|idle| idle.environment.is_provisioned()) {
                waiting.truncate(wanted(variant));
            }
            !waiting.is_empty()
        });
    }

    /// Lets go of environments that are to be replaced; those at work go when they are done.
    pub fn retire(&self, function: &FunctionKey, variant: &str) {
        if let Some(waiting) = self.idle.borrow_mut().get_mut(&(function.clone(), variant.to_owned())) {
            waiting.retain(|idle| !idle.environment.is_due());
        }
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
        let mut all = self.idle.borrow_mut();
        let waiting = all.entry(key).or_default();
        waiting.push(idle);
        // The one that worked last is taken first.
        if let Some(other) = waiting.len().checked_sub(MOST_AWAKE + 1).and_then(|index| waiting.get_mut(index)) {
            other.environment.sleep();
        }
        drop(all);
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

    /// Lets go of a function's environments that were started on demand: it has changed or is gone.
    pub fn forget(&self, function: &FunctionKey) {
        self.idle.borrow_mut().retain(|(key, _), waiting| {
            key != function || waiting.iter().any(|idle| idle.environment.is_provisioned())
        });
    }
}

/// Since when the environment that has been idle longest has been so.
fn oldest(idle: &IdleByKey) -> Option<Timestamp> {
    let idle = idle.borrow();
    idle.values().flatten().filter(|idle| !idle.environment.is_provisioned()).map(|idle| idle.since).min()
}

/// Lets go of environments that have been idle too long.
fn reap(idle: &IdleByKey, now: Timestamp) {
    idle.borrow_mut().retain(|_, waiting| {
        waiting.retain(|idle| idle.environment.is_provisioned() || now.since(idle.since) < IDLE_TIME);
        !waiting.is_empty()
    });
}
