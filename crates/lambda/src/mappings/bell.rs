//! A bell: who waits for it goes on when it rings, and a ring between a look and a wait is not missed.

use std::cell::{Cell, RefCell};

use futures_channel::oneshot;

/// Counts its rings, and wakes those who wait for the next.
#[derive(Default)]
pub struct Bell {
    count: Cell<u64>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Bell {
    /// Wakes everybody.
    pub fn ring(&self) {
        self.count.set(self.count.get() + 1);
        for waiting in self.waiting.take() {
            // One that no longer waits does not mind.
            let _ = waiting.send(());
        }
    }

    /// How often it has rung.
    pub fn count(&self) -> u64 {
        self.count.get()
    }

    /// Completes when it has rung more than `seen` times.
    pub async fn after(&self, seen: u64) {
        while self.count.get() <= seen {
            let receiver = self.wait();
            if receiver.await.is_err() {
                return;
            }
        }
    }
    fn wait(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        // Who has stopped waiting is forgotten.
        waiting.retain(|sender| !sender.is_canceled());
        waiting.push(sender);
        receiver
    }
}
