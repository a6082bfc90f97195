//! What happens without being asked for: items expire, and changes go to data streams.
//!
//! AWS removes an expired item within a few days, often within minutes; until then reads find it and
//! writes change it. Here every table is swept at each whole fifth minute of virtual time, and a sweep
//! takes what has been expired for a minute: an item lingers between one minute and six, always the
//! same, so that what lingers can be seen and what goes can be waited for.

mod deliver;

use std::ops::RangeInclusive;

use kernel::{Batch, Timestamp};

use crate::DynamoDb;

/// Seconds between two sweeps.
const SWEEP: u64 = 300;

/// Seconds that an expired item stays at least.
const LINGER: u64 = 60;

/// An item that expired longer ago than this, in seconds, stays for ever: five years.
const LONG_AGO: u64 = 5 * 365 * 24 * 60 * 60;

impl DynamoDb {
    /// Sees to it that the next item to expire is removed.
    pub fn watch_expiry(&self) {
        let Some(expiry) = self.state.borrow().next_expiry() else { return };
        let sweep = sweep_for(expiry, self.now() / 1000);
        if self.watched.get().is_some_and(|watched| watched <= sweep) {
            return;
        }
        self.watched.set(Some(sweep));
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(Timestamp::from_millis(sweep.saturating_mul(1000))).await;
            if let Some(room) = me.upgrade() {
                room.sweep(sweep).await;
            }
        });
    }

    async fn sweep(&self, sweep: u64) {
        if self.watched.get() == Some(sweep) {
            self.watched.set(None);
        }
        let due = self.state.borrow().with_expired(*swept(self.now() / 1000).end());
        for ((account, region), table) in due {
            if self.bring((&account, &region), &[&table], true, None).await.is_err()
                && let Some(table) = self.state.borrow_mut().region_at(&account, &region).tables.get_mut(&table)
            {
                table.forget_expiry();
            }
        }
        let mut batch = Batch::default();
        let now = self.now();
        let removed = self.state.borrow_mut().expire(&swept(now / 1000), now, &mut batch);
        let expired = !batch.is_empty();
        // Nobody waits for an answer: what could not be kept expires again after the next start.
        if self.commit(batch).await.is_ok() && expired {
            self.kernel.trace.happened("dynamodb", "(items expired)", self.kernel.clock.now());
            for (table, count) in removed {
                self.measure_expired(&table, count);
            }
        }
        self.watch_expiry();
    }
}

/// The second of the sweep that removes what expires at `expiry`.
fn sweep_for(expiry: u64, now: u64) -> u64 {
    let earliest = expiry.saturating_add(LINGER).max(now + 1);
    earliest.checked_next_multiple_of(SWEEP).unwrap_or(u64::MAX)
}

/// The seconds of expiry that a sweep looks at.
fn swept(now: u64) -> RangeInclusive<u64> {
    now.saturating_sub(LONG_AGO)..=now.saturating_sub(LINGER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_item_lingers_between_one_minute_and_six() {
        for expiry in [3000, 3001, 3239, 3240, 3241, 3299] {
            let sweep = sweep_for(expiry, 2000);
            assert!((60..360).contains(&(sweep - expiry)), "{expiry} goes at {sweep}");
            assert!(swept(sweep).contains(&expiry));
        }
    }

    #[test]
    fn what_expired_long_before_it_was_written_goes_with_the_next_sweep() {
        assert_eq!(sweep_for(100, 6000), 6300);
    }

    #[test]
    fn nothing_that_expired_five_years_ago_is_looked_at() {
        let now = 10 * LONG_AGO;
        assert!(!swept(now).contains(&(now - LONG_AGO - 1)));
        assert!(swept(now).contains(&(now - LONG_AGO)));
    }
}
