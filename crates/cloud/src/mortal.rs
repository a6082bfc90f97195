use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use futures_util::future::{AbortHandle, abortable};
use kernel::{Host, LocalBoxFuture};

/// A host whose tasks can all be ended at once: those of a cloud that another takes the place of must
/// not go on polling and writing.
pub(crate) struct Mortal {
    host: Rc<dyn Host>,
    tasks: Rc<RefCell<BTreeMap<u64, AbortHandle>>>,
    next: Cell<u64>,
    is_dead: Cell<bool>,
}

impl Mortal {
    pub fn new(host: Rc<dyn Host>) -> Self {
        Self { host, tasks: Rc::default(), next: Cell::new(0), is_dead: Cell::new(false) }
    }

    /// Ends every task, and starts none from now on.
    pub fn end(&self) {
        self.is_dead.set(true);
        let tasks = std::mem::take(&mut *self.tasks.borrow_mut());
        for task in tasks.into_values() {
            task.abort();
        }
    }
}

impl Host for Mortal {
    fn wall_millis(&self) -> f64 {
        self.host.wall_millis()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.host.sleep(duration)
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        if self.is_dead.get() {
            return;
        }
        let id = self.next.get();
        self.next.set(id + 1);
        let (task, handle) = abortable(task);
        self.tasks.borrow_mut().insert(id, handle);
        let tasks = self.tasks.clone();
        self.host.spawn(Box::pin(async move {
            // Ended or done: either way it is no longer under way.
            let _ = task.await;
            tasks.borrow_mut().remove(&id);
        }));
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        self.host.breathe()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.host.fill_random(bytes);
    }
}
