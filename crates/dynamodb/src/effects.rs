//! What happens without being asked for: items expire.

use kernel::{Batch, Timestamp};

use crate::DynamoDb;

impl DynamoDb {
    /// Sees to it that the next item to expire is removed in its second. AWS takes up to a few days for
    /// that; whoever wants to see an expired item can stop the clock.
    pub fn watch_expiry(&self) {
        let Some(second) = self.state.borrow().next_expiry() else { return };
        if self.watched.get().is_some_and(|watched| watched <= second) {
            return;
        }
        self.watched.set(Some(second));
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(Timestamp::from_millis(second.saturating_mul(1000))).await;
            if let Some(room) = me.upgrade() {
                room.expire(second).await;
            }
        });
    }

    async fn expire(&self, second: u64) {
        if self.watched.get() == Some(second) {
            self.watched.set(None);
        }
        let mut batch = Batch::default();
        self.state.borrow_mut().expire(self.now(), &mut batch);
        // Nobody waits for an answer: what could not be kept expires again after the next start.
        let _ = self.commit(batch).await;
        self.watch_expiry();
    }
}
