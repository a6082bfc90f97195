//! News of writes. AWS asks every shard once or four times a second; here that would fill the trace with
//! empty polls and cost the tab its battery. So a poller that has found nothing sleeps until the trace
//! tells of something that may have written to a stream: a request, or items that expired.

use std::{cell::Cell, rc::Rc};

use futures_util::StreamExt;
use kernel::{Kernel, Span};

use super::bell::Bell;

/// Rings when something may have been written.
#[derive(Default)]
pub struct News {
    bell: Bell,
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
                    news.bell.ring();
                }
            }
        });
    }

    /// How often there have been news.
    pub fn count(&self) -> u64 {
        self.bell.count()
    }

    /// Completes when there have been news more than `seen` times.
    pub async fn after(&self, seen: u64) {
        self.bell.after(seen).await;
    }
}

fn may_have_written(span: &Span) -> bool {
    const READS: [&str; 7] = ["Get", "Query", "Scan", "List", "Describe", "BatchGet", "TransactGet"];
    matches!(span.service.as_ref(), "dynamodb" | "kinesis")
        && span.error.is_none()
        && !READS.iter().any(|read| span.operation.starts_with(read))
}
