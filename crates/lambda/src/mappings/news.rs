//! News of writes. AWS asks every shard four times a second; here that would fill the trace with
//! empty polls and cost the tab its battery. So a poller that has found nothing sleeps until the trace
//! tells of something that may have written to a table: a request, or items that expired.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_channel::oneshot;
use futures_util::StreamExt;
use kernel::{Kernel, Span};

/// Counts writes, and wakes those who wait for the next.
#[derive(Default)]
pub struct News {
    count: Cell<u64>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
    listening: Cell<bool>,
}

impl News {
    /// Begins to listen to the trace, if it has not begun yet.
    pub fn listen(self: &Rc<Self>, kernel: &Kernel) {
        if self.listening.replace(true) {
            return;
        }
        let (mut spans, news) = (kernel.trace.subscribe(), Rc::downgrade(self));
        kernel.tasks.spawn(async move {
            while let Some(span) = spans.next().await {
                let Some(news) = news.upgrade() else { return };
                if may_have_written(&span) {
                    news.count.set(news.count.get() + 1);
                    for waiting in news.waiting.take() {
                        // One that no longer waits does not mind.
                        let _ = waiting.send(());
                    }
                }
            }
        });
    }

    /// How many writes there have been.
    pub fn count(&self) -> u64 {
        self.count.get()
    }

    /// Completes when there have been more than `seen` writes.
    pub async fn after(&self, seen: u64) {
        while self.count.get() <= seen {
            let (sender, receiver) = oneshot::channel();
            self.waiting.borrow_mut().push(sender);
            if receiver.await.is_err() {
                return;
            }
        }
    }
}

fn may_have_written(span: &Span) -> bool {
    const READS: [&str; 7] = ["Get", "Query", "Scan", "List", "Describe", "BatchGet", "TransactGet"];
    span.service == "dynamodb" && span.error.is_none() && !READS.iter().any(|read| span.operation.starts_with(read))
}
