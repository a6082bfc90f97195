//! A function's time. It is made of two parts: processor time, which is fuel scaled by the share of a
//! processor that the memory setting buys, and virtual time spent waiting. So the same work on the
//! same event takes the same time, however fast the machine is on which the emulator runs.

use std::{cell::Cell, rc::Rc, time::Duration};

use kernel::Kernel;

/// Fuel that one vCPU burns in a millisecond: what a browser's interpreter does, so that a function
/// with a whole vCPU takes about as long as it says.
const FUEL_PER_MS: f64 = 30_000.0;

/// The memory setting that buys one vCPU, in MB.
const MB_PER_VCPU: f64 = 1769.0;

/// Counts the time of one phase (an init, an invocation) of one environment.
pub struct Meter {
    clock: Rc<GuestClock>,
    /// The share of a vCPU that the memory buys.
    share: f64,
    /// Microseconds of processor time per unit of fuel, in this phase.
    us_per_fuel: f64,
    fuel: u64,
    spent_us: f64,
    limit_us: f64,
}

impl Meter {
    /// A meter for a function of that much memory. A guest has one thread: more memory than buys one
    /// vCPU does not make it faster.
    pub fn new(clock: Rc<GuestClock>, memory_mb: u64) -> Self {
        let share = (memory_mb as f64 / MB_PER_VCPU).min(1.0);
        Self { clock, share, us_per_fuel: us_per_fuel(share), fuel: 0, spent_us: 0.0, limit_us: f64::INFINITY }
    }

    /// Begins an init that may take `limit`. Lambda lends it a whole vCPU, whatever the memory: AWS does not
    /// promise that, but functions of 128 MB that load in a second would take ten without.
    pub fn begin_init(&mut self, limit: Duration) {
        self.begin(limit);
        self.us_per_fuel = us_per_fuel(1.0);
    }

    /// Begins a phase that may take `limit`.
    pub fn begin(&mut self, limit: Duration) {
        self.us_per_fuel = us_per_fuel(self.share);
        self.clock.catch_up();
        self.spent_us = 0.0;
        self.limit_us = limit.as_secs_f64() * 1e6;
    }

    /// Counts what has been burnt, given all that was burnt since the environment started.
    pub fn burn(&mut self, fuel_used: u64) {
        let us = fuel_used.saturating_sub(self.fuel) as f64 * self.us_per_fuel;
        self.fuel = fuel_used;
        self.spend(us);
    }

    /// Counts virtual time that was waited.
    pub fn wait(&mut self, waited: Duration) {
        self.spend(waited.as_secs_f64() * 1e6);
    }

    fn spend(&mut self, us: f64) {
        self.spent_us += us;
        self.clock.pass(us);
    }

    /// How much of the limit is left; `None` if it is used up.
    pub fn left(&self) -> Option<Duration> {
        let left = self.limit_us - self.spent_us;
        // Less than a microsecond is an error of rounding, and too little to wait for.
        (left >= 1.0).then(|| Duration::try_from_secs_f64(left / 1e6).unwrap_or(Duration::MAX))
    }

    /// The time that the phase has taken, at most its limit, in milliseconds.
    pub fn millis(&self) -> f64 {
        self.spent_us.min(self.limit_us) / 1000.0
    }
}

fn us_per_fuel(share: f64) -> f64 {
    1000.0 / (FUEL_PER_MS * share)
}

/// The clock that the guest sees: virtual time, or ahead of it by processor time that the machine was
/// faster with than the function would have been. It never goes back.
pub struct GuestClock {
    kernel: Kernel,
    us: Cell<f64>,
}

impl GuestClock {
    /// A clock that stands at virtual time.
    pub fn new(kernel: Kernel) -> Rc<Self> {
        Rc::new(Self { kernel, us: Cell::new(0.0) })
    }

    /// Microseconds since the epoch.
    pub fn now_us(&self) -> f64 {
        self.us.get().max(self.kernel.clock.now().millis() as f64 * 1000.0)
    }

    /// Milliseconds since the epoch.
    pub fn now_ms(&self) -> u64 {
        (self.now_us() / 1000.0) as u64
    }

    fn pass(&self, us: f64) {
        // What is waited passes on the virtual clock too; only what that does not show is added.
        let before = self.us.get();
        let now = self.kernel.clock.now().millis() as f64 * 1000.0;
        self.us.set((before + us).max(now));
    }

    /// Sets out from virtual time if that has overtaken.
    fn catch_up(&self) {
        self.us.set(self.now_us());
    }
}

impl sandbox::Host for GuestClock {
    fn now_us(&self) -> u64 {
        GuestClock::now_us(self) as u64
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.kernel.rng.fill(bytes);
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing;

    use super::*;

    #[test]
    fn less_memory_takes_longer_and_more_than_one_vcpu_does_not_help() {
        testing::run(|kernel| async move {
            let millis = |memory| {
                let mut meter = Meter::new(GuestClock::new(kernel.clone()), memory);
                meter.begin(Duration::from_secs(3));
                meter.burn(30_000);
                format!("{:.2}", meter.millis())
            };
            assert_eq!([millis(128), millis(1769), millis(10_240)], ["13.82", "1.00", "1.00"]);
            // An init has a whole vCPU in any case, and what comes after it has not.
            let mut meter = Meter::new(GuestClock::new(kernel.clone()), 128);
            meter.begin_init(Duration::from_secs(10));
            meter.burn(30_000);
            assert_eq!(format!("{:.2}", meter.millis()), "1.00");
            meter.begin(Duration::from_secs(3));
            meter.burn(60_000);
            assert_eq!(format!("{:.2}", meter.millis()), "13.82");
        });
    }

    #[test]
    fn what_rounding_leaves_of_a_limit_is_nothing() {
        testing::run(|kernel| async move {
            let mut meter = Meter::new(GuestClock::new(kernel.clone()), 128);
            meter.begin(Duration::from_secs(2));
            meter.burn(1_234_567);
            let left = meter.left().expect("most of two seconds");
            meter.wait(left);
            assert_eq!(meter.left(), None);
        });
    }

    #[test]
    fn the_limit_is_used_up_by_work_and_by_waiting() {
        testing::run(|kernel| async move {
            let mut meter = Meter::new(GuestClock::new(kernel.clone()), 1769);
            meter.begin(Duration::from_secs(1));
            meter.burn(15_000_000);
            assert_eq!(meter.left(), Some(Duration::from_millis(500)));
            meter.wait(Duration::from_millis(500));
            assert_eq!((meter.left(), format!("{:.2}", meter.millis())), (None, "1000.00".to_owned()));
        });
    }
}
