//! What the environments of a function are doing, for who shows it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use kernel::{Kernel, Timestamp};

use crate::{
    Lambda,
    names::{FunctionKey, Target},
};

/// What an environment is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Its runtime gets ready for the first invocation.
    Starting,
    /// It works on an invocation.
    Busy,
    /// It waits for the next one, and gets no processor time.
    Frozen,
}

/// One environment as it is seen from outside. It is there as long as its environment is.
pub struct Sandbox {
    kernel: Kernel,
    function: FunctionKey,
    version: String,
    memory_mb: u64,
    started: Timestamp,
    activity: Cell<(Activity, Timestamp)>,
    invocations: Cell<u64>,
    init_ms: Cell<Option<f64>>,
    used_mb: Cell<u64>,
}

impl Sandbox {
    /// Says what the environment does from now on.
    pub fn turns(&self, activity: Activity) {
        let (before, _) = self.activity.replace((activity, self.kernel.clock.now()));
        if activity == Activity::Busy && before != Activity::Busy {
            self.invocations.set(self.invocations.get() + 1);
        }
    }

    /// The init is over and took that long.
    pub fn initialised(&self, millis: f64) {
        self.init_ms.set(Some(millis));
        self.turns(Activity::Frozen);
    }

    /// How much memory the guest has taken.
    pub fn uses(&self, megabytes: u64) {
        self.used_mb.set(megabytes);
    }
}

/// Invocations of a function that found no environment to work in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Throttles {
    /// How many there were since this cloud was opened.
    pub count: u64,
    /// When the last one was, in milliseconds.
    pub last_ms: Option<u64>,
}

/// All sandboxes of a cloud, and what had to be refused.
#[derive(Default)]
pub struct Sandboxes {
    here: RefCell<Vec<Weak<Sandbox>>>,
    throttles: RefCell<BTreeMap<FunctionKey, Throttles>>,
}

impl Sandboxes {
    /// A sandbox that begins to start now. It is gone when nobody holds it any more.
    pub fn begin(&self, kernel: &Kernel, target: &Target, version: String, memory_mb: u64) -> Rc<Sandbox> {
        let now = kernel.clock.now();
        let sandbox = Rc::new(Sandbox {
            kernel: kernel.clone(),
            function: target.key(),
            version,
            memory_mb,
            started: now,
            activity: Cell::new((Activity::Starting, now)),
            invocations: Cell::new(0),
            init_ms: Cell::new(None),
            used_mb: Cell::new(0),
        });
        let mut here = self.here.borrow_mut();
        here.retain(|sandbox| sandbox.strong_count() > 0);
        here.push(Rc::downgrade(&sandbox));
        sandbox
    }

    /// Counts an invocation that is refused at `now`.
    pub fn refuse(&self, function: FunctionKey, now: Timestamp) {
        let mut throttles = self.throttles.borrow_mut();
        let throttles = throttles.entry(function).or_default();
        throttles.count += 1;
        throttles.last_ms = Some(now.millis());
    }
}

/// An environment as it is at this moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SandboxView {
    /// The version that it runs.
    pub version: String,
    /// What it does.
    pub activity: Activity,
    /// Since when it does so, in milliseconds.
    pub since_ms: u64,
    /// When it was started, in milliseconds.
    pub started_ms: u64,
    /// Invocations that it has worked on or works on.
    pub invocations: u64,
    /// How long the init took; none before it is over.
    pub init_ms: Option<f64>,
    /// The memory setting.
    pub memory_mb: u64,
    /// What the guest has taken of it.
    pub used_mb: u64,
}

impl Lambda {
    /// The environments of a function, the oldest first, and the invocations that were refused. `None`
    /// when there is no such function.
    pub fn sandboxes(&self, scope: &kernel::Scope, function: &str) -> Option<(Vec<SandboxView>, Throttles)> {
        let target = Target::read(scope, function, None).ok()?;
        self.state.borrow().function(&target).ok()?;
        let key = target.key();
        let here = self.sandboxes.here.borrow();
        let own = here.iter().filter_map(Weak::upgrade).filter(|sandbox| sandbox.function == key);
        let views = own.map(|sandbox| {
            let (activity, since) = sandbox.activity.get();
            SandboxView {
                version: sandbox.version.clone(),
                activity,
                since_ms: since.millis(),
                started_ms: sandbox.started.millis(),
                invocations: sandbox.invocations.get(),
                init_ms: sandbox.init_ms.get(),
                memory_mb: sandbox.memory_mb,
                used_mb: sandbox.used_mb.get(),
            }
        });
        Some((views.collect(), self.sandboxes.throttles.borrow().get(&key).copied().unwrap_or_default()))
    }
}
