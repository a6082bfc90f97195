use std::{future::Future, rc::Rc};

use crate::Host;

/// Background tasks on the one thread, and yielding to it.
#[derive(Clone)]
pub struct Tasks {
    host: Rc<dyn Host>,
}

impl Tasks {
    pub(crate) fn new(host: Rc<dyn Host>) -> Self {
        Self { host }
    }

    /// Starts `task`; it runs until it ends or the host goes away.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.host.spawn(Box::pin(task));
    }

    /// Lets everything else that is ready run. Long work calls this every few milliseconds.
    pub async fn breathe(&self) {
        self.host.breathe().await;
    }
}
