//! What every component can reach: the state, the way to change it, and the client.

use crate::client::Client;
use crate::state::{Action, Notice, State};
use std::ops::Deref;
use yew::prelude::*;

/// The page's state as it is now, and the client. Cheap to clone; tasks take a clone with them.
#[derive(Clone, PartialEq)]
pub struct App {
    pub state: UseReducerHandle<State>,
    pub client: Client,
}

impl App {
    /// Makes something happen.
    pub fn dispatch(&self, action: Action) {
        self.state.dispatch(action);
    }

    /// Says something short, to eyes and to screen readers.
    pub fn say(&self, text: impl Into<String>) {
        self.dispatch(Action::Notice(Notice { text: text.into(), is_error: false }));
    }

    /// Says that something failed.
    pub fn complain(&self, text: impl Into<String>) {
        self.dispatch(Action::Notice(Notice { text: text.into(), is_error: true }));
    }

    /// A callback that makes something happen, whatever it is called with.
    pub fn on<E: 'static>(&self, action: impl Fn() -> Action + 'static) -> Callback<E> {
        let app = self.clone();
        Callback::from(move |_| app.dispatch(action()))
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

/// The page's context.
///
/// # Panics
/// Outside the page's own component tree.
#[hook]
pub fn use_app() -> App {
    use_context::<App>().expect("every component stands below the page")
}
