//! Hooks for work that takes a while: fetching what a pane shows, and asking again and again.

use crate::client::Failure;
use gloo::timers::callback::Timeout;
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use yew::platform::{spawn_local, time::sleep};
use yew::prelude::*;

/// Something that is fetched.
#[derive(Debug, PartialEq)]
pub enum Fetched<T> {
    Waiting,
    Here(Rc<T>),
    Failed(Failure),
}

impl<T> Clone for Fetched<T> {
    // Derived, it would ask for values that can be cloned; they are shared.
    fn clone(&self) -> Self {
        match self {
            Self::Waiting => Self::Waiting,
            Self::Here(value) => Self::Here(Rc::clone(value)),
            Self::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

impl<T> Fetched<T> {
    /// The value, when it is here.
    pub fn here(&self) -> Option<&T> {
        match self {
            Self::Here(value) => Some(value),
            _ => None,
        }
    }
}

/// Fetches when the component appears and whenever `deps` change. What was fetched before stays on
/// show until the new answer is here.
#[hook]
pub fn use_fetch<D, T, F>(deps: D, fetch: impl Fn() -> F + 'static) -> Fetched<T>
where
    D: PartialEq + 'static,
    T: PartialEq + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let state = use_state(|| Fetched::Waiting);
    let setter = state.setter();
    use_effect_with(deps, move |_| {
        let alive = Rc::new(Cell::new(true));
        let future = fetch();
        let is_alive = Rc::clone(&alive);
        spawn_local(async move {
            let fetched = match future.await {
                Ok(value) => Fetched::Here(Rc::new(value)),
                Err(failure) => Fetched::Failed(failure),
            };
            if is_alive.get() {
                setter.set(fetched);
            }
        });
        move || alive.set(false)
    });
    (*state).clone()
}

/// Does something again and again while the component is on the page, with a pause after each time.
/// A change of `deps` begins anew.
#[hook]
pub fn use_repeat<D, F>(deps: D, pause: Duration, work: impl FnMut() -> F + 'static)
where
    D: PartialEq + 'static,
    F: Future<Output = ()> + 'static,
{
    use_effect_with(deps, move |_| {
        let alive = Rc::new(Cell::new(true));
        let is_alive = Rc::clone(&alive);
        let mut work = work;
        spawn_local(async move {
            while is_alive.get() {
                work().await;
                sleep(pause).await;
            }
        });
        move || alive.set(false)
    });
}

/// A number that grows again and again while the component is on the page: with it among its `deps`, a
/// [`use_fetch`] follows what changes by itself.
#[hook]
pub fn use_tick(millis: u32) -> u32 {
    let tick = use_state(|| 0_u32);
    {
        let tick = tick.clone();
        use_effect_with(*tick, move |now| {
            let next = now.wrapping_add(1);
            let timeout = Timeout::new(millis, move || tick.set(next));
            move || drop(timeout)
        });
    }
    *tick
}
