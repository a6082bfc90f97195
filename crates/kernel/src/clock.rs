use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    future::{Future, poll_fn},
    ops::{Add, Sub},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_util::future::{Either, select};

use crate::{Host, Tasks};

/// A moment of virtual time: milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// Seconds since the Unix epoch with milliseconds as a fraction: how JSON services write time.
    pub fn secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The time from `earlier` to this moment, or zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ms", self.0)
    }
}

/// The emulator's clock. It follows wall time unless it is paused, run at another rate, or moved
/// forward; moving it fires every timer on the way, in order.
#[derive(Clone)]
pub struct Clock {
    state: Rc<RefCell<State>>,
    host: Rc<dyn Host>,
}

struct State {
    /// Virtual time stood at `virtual_millis` when wall time stood at `wall_millis`.
    virtual_millis: f64,
    wall_millis: f64,
    /// Virtual milliseconds per wall millisecond; 0 while paused.
    rate: f64,
    paused: bool,
    timers: BTreeMap<(Timestamp, u64), Waker>,
    next_timer: u64,
    /// Set when the driver must look again: a nearer timer, another rate.
    changed: bool,
    driver: Option<Waker>,
}

impl State {
    fn wake_driver(&mut self) {
        self.changed = true;
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<Waker> {
        let later = self.timers.split_off(&(Timestamp(now.0 + 1), 0));
        std::mem::replace(&mut self.timers, later).into_values().collect()
    }
}

/// Browsers keep timeouts in 31 bits of milliseconds; the driver never waits longer than this at once.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// How often the rest of the machine gets a turn after a timer on the way of [`Clock::advance`], so
/// that what the timer woke can write, invoke, and set the next timer.
const TURNS_PER_TIMER: usize = 8;

impl Clock {
    pub(crate) fn new(host: Rc<dyn Host>) -> Self {
        let wall_millis = host.wall_millis();
        let state = State {
            virtual_millis: wall_millis,
            wall_millis,
            rate: 1.0,
            paused: false,
            timers: BTreeMap::new(),
            next_timer: 0,
            changed: false,
            driver: None,
        };
        Self { state: Rc::new(RefCell::new(state)), host }
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.now_millis() as u64)
    }

    /// Milliseconds since the Unix epoch with a fraction, where the host knows it: for durations.
    pub fn now_millis(&self) -> f64 {
        let state = self.state.borrow();
        let elapsed = (self.host.wall_millis() - state.wall_millis).max(0.0);
        state.virtual_millis + if state.paused { 0.0 } else { elapsed * state.rate }
    }

    /// Completes when virtual time has reached `deadline`.
    pub fn sleep_until(&self, deadline: Timestamp) -> impl Future<Output = ()> + 'static {
        Sleep { clock: self.clone(), deadline, timer: None }
    }

    /// Completes after `duration` of virtual time.
    pub fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        self.sleep_until(self.now() + duration)
    }

    /// Whether virtual time stands still.
    pub fn is_paused(&self) -> bool {
        self.state.borrow().paused
    }

    /// Virtual milliseconds per wall millisecond while not paused.
    pub fn rate(&self) -> f64 {
        self.state.borrow().rate
    }

    /// Stops or resumes virtual time.
    pub fn set_paused(&self, paused: bool) {
        self.change(|state| state.paused = paused);
    }

    /// Runs virtual time `rate` times as fast as wall time; `rate` must be positive and finite,
    /// anything else is ignored.
    pub fn set_rate(&self, rate: f64) {
        if rate.is_finite() && rate > 0.0 {
            self.change(|state| state.rate = rate);
        }
    }

    /// How far virtual time is ahead of wall time, in milliseconds; negative when behind.
    pub fn lead_millis(&self) -> f64 {
        self.now_millis() - self.host.wall_millis()
    }

    /// Sets how far virtual time is ahead of wall time: how a cloud that is opened again goes on
    /// where the last one stood. Timers are not fired on the way.
    pub fn set_lead_millis(&self, millis: f64) {
        let wall_millis = self.host.wall_millis();
        self.change(|state| state.virtual_millis = wall_millis + millis);
    }

    /// Moves virtual time forward by `duration`, stopping at every timer on the way and letting what
    /// it wakes run.
    pub async fn advance(&self, duration: Duration) {
        let target = self.now() + duration;
        while let Some(deadline) = self.next_deadline().filter(|deadline| *deadline <= target) {
            self.jump(deadline);
            self.fire_due();
            for _ in 0..TURNS_PER_TIMER {
                self.host.breathe().await;
            }
        }
        self.jump(target);
    }

    /// Moves to the nearest timer and fires it; `false` if there is none.
    #[cfg(feature = "testing")]
    pub(crate) fn jump_to_next_timer(&self) -> bool {
        let Some(deadline) = self.next_deadline() else {
            return false;
        };
        self.jump(deadline);
        self.fire_due();
        true
    }

    /// Fires timers as wall time passes.
    pub(crate) fn start(&self, tasks: &Tasks) {
        let clock = self.clone();
        tasks.spawn(async move {
            loop {
                clock.fire_due();
                let changed = pin!(clock.changed());
                match clock.wait_for_next() {
                    Some(wait) => match select(clock.host.sleep(wait), changed).await {
                        Either::Left(_) | Either::Right(_) => {}
                    },
                    None => changed.await,
                }
            }
        });
    }

    /// How much wall time passes until the next timer, if any passes at all.
    fn wait_for_next(&self) -> Option<Duration> {
        let deadline = self.next_deadline()?;
        let now = self.now_millis();
        let state = self.state.borrow();
        let millis = ((deadline.0 as f64 - now).max(0.0) / state.rate).ceil();
        (!state.paused).then(|| Duration::from_secs_f64(millis / 1000.0).min(LONGEST_WAIT))
    }

    fn next_deadline(&self) -> Option<Timestamp> {
        self.state.borrow().timers.keys().next().map(|(deadline, _)| *deadline)
    }

    fn changed(&self) -> impl Future<Output = ()> {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            if std::mem::take(&mut state.changed) {
                return Poll::Ready(());
            }
            state.driver = Some(context.waker().clone());
            Poll::Pending
        })
    }

    fn fire_due(&self) {
        let now = self.now();
        let due = self.state.borrow_mut().take_due(now);
        due.into_iter().for_each(Waker::wake);
    }

    fn jump(&self, moment: Timestamp) {
        let millis = self.now_millis().max(moment.0 as f64);
        self.change(|state| state.virtual_millis = millis);
    }

    /// Makes `now` the point from which time is counted, then changes how it is counted.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let virtual_millis = self.now_millis();
        let mut state = self.state.borrow_mut();
        state.virtual_millis = virtual_millis;
        state.wall_millis = self.host.wall_millis();
        change(&mut state);
        state.wake_driver();
    }
}

struct Sleep {
    clock: Clock,
    deadline: Timestamp,
    timer: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let now = self.clock.now();
        if now >= self.deadline {
            return Poll::Ready(());
        }
        let clock = self.clock.clone();
        let mut state = clock.state.borrow_mut();
        let timer = *self.timer.get_or_insert_with(|| {
            state.next_timer += 1;
            state.next_timer
        });
        state.timers.insert((self.deadline, timer), context.waker().clone());
        if state.timers.keys().next() == Some(&(self.deadline, timer)) {
            state.wake_driver();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.clock.state.borrow_mut().timers.remove(&(self.deadline, timer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_day_passes_in_no_time_and_in_order() {
        testing::run(|kernel| async move {
            let fired = Rc::new(RefCell::new(Vec::new()));
            for hours in [24, 1, 3] {
                let (clock, fired) = (kernel.clock.clone(), fired.clone());
                kernel.tasks.spawn(async move {
                    clock.sleep(Duration::from_secs(hours * 3600)).await;
                    fired.borrow_mut().push(hours);
                });
            }
            let start = kernel.clock.now();
            kernel.clock.sleep(Duration::from_secs(24 * 3600 + 1)).await;
            assert_eq!(*fired.borrow(), [1, 3, 24]);
            assert_eq!(kernel.clock.now().since(start), Duration::from_secs(24 * 3600 + 1));
        });
    }

    #[test]
    fn advancing_fires_timers_that_timers_set() {
        testing::run(|kernel| async move {
            let ticks = Rc::new(RefCell::new(0));
            let (clock, counter) = (kernel.clock.clone(), ticks.clone());
            kernel.tasks.spawn(async move {
                loop {
                    clock.sleep(Duration::from_secs(60)).await;
                    *counter.borrow_mut() += 1;
                }
            });
            kernel.tasks.breathe().await;
            kernel.clock.set_paused(true);
            kernel.clock.advance(Duration::from_secs(600)).await;
            assert_eq!(*ticks.borrow(), 10);
        });
    }

    #[test]
    fn a_dropped_sleep_leaves_no_timer() {
        testing::run(|kernel| async move {
            let sleep = kernel.clock.sleep(Duration::from_secs(5));
            drop(select(Box::pin(sleep), Box::pin(async {})).await);
            assert_eq!(kernel.clock.next_deadline(), None);
        });
    }
}
