//! The worker that holds the cloud of a workspace, or reaches the tab that holds it.
//!
//! Every tab has one worker. A Web Lock named after the workspace makes one of them the leader: it
//! opens the cloud from IndexedDB and answers all requests. The others, and the service worker, reach
//! it over a `BroadcastChannel`. When the leader's tab closes or crashes the browser gives the lock to
//! the next worker, which opens the cloud from what was committed.

mod bus;
mod death;
mod engine;
mod host;
mod lock;
mod object;
mod page;
mod runtimes;
mod session;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    // Nobody starts this program as anything else than a dedicated worker.
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let page = Rc::new(page::Page::new(scope));
    death::announce(&page);
    session::start(&page);
}
