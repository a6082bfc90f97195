//! A bug of the engine ends the worker, never the data: the page hears why and starts another.

use std::{cell::Cell, panic, rc::Rc};

use protocol::FromWorker;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ErrorEvent;

use crate::page::Page;

thread_local! {
    /// The page to tell, for a panic hook that can hold nothing of this thread.
    static PAGE: Cell<Option<Rc<Page>>> = const { Cell::new(None) };
}

/// Tells the page of every panic and every trap of the engine, and ends the worker.
pub fn announce(page: &Rc<Page>) {
    PAGE.set(Some(page.clone()));
    panic::set_hook(Box::new(|panic| die(&panic.to_string())));
    let closure = Closure::<dyn FnMut(ErrorEvent)>::new(|event: ErrorEvent| die(&event.message()));
    let listening = js_sys::global()
        .unchecked_into::<web_sys::EventTarget>()
        .add_event_listener_with_callback("error", closure.as_ref().unchecked_ref());
    if listening.is_ok() {
        closure.forget();
    }
}

/// Only the first cause is told: what follows a panic is its consequence.
fn die(message: &str) {
    if let Some(page) = PAGE.take() {
        page.say(&FromWorker::Panicked { message: message.to_owned() });
        page.close();
    }
}
