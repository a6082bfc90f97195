//! How many requests a stage lets through: token buckets on the virtual clock.

use std::{cell::RefCell, collections::BTreeMap};

use kernel::Timestamp;
use serde_json::Value;

/// Token buckets: what is left of each, and when it was counted.
#[derive(Default)]
pub struct Buckets(RefCell<BTreeMap<String, (f64, Timestamp)>>);

impl Buckets {
    /// Takes one token of the bucket `name`, if there is one.
    pub fn take(&self, name: String, (burst, rate): (f64, f64), now: Timestamp) -> bool {
        let mut buckets = self.0.borrow_mut();
        let (left, counted) = buckets.get(&name).copied().unwrap_or((burst, now));
        let left = (left + now.since(counted).as_secs_f64() * rate).min(burst);
        let enough = left >= 1.0;
        buckets.insert(name, (if enough { left - 1.0 } else { left }, now));
        enough
    }
}

/// The burst and rate that settings name under `burst` and `rate`, where they set both. A burst alone
/// or a rate alone leaves the account's own limits, which nobody reaches in a tab.
pub fn limits(settings: &Value, burst: &str, rate: &str) -> Option<(f64, f64)> {
    Some((settings[burst].as_f64()?, settings[rate].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_fills_up_again() {
        let buckets = Buckets::default();
        let take = |now| buckets.take("a".into(), (2.0, 1.0), Timestamp::from_millis(now));
        assert_eq!([take(0), take(0), take(0), take(1000), take(1000)], [true, true, false, true, false]);
    }
}
