//! The page that started this worker.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use protocol::{FromWorker, HttpResponse, RequestId, ToWorker};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The page's side of this worker.
pub struct Page {
    scope: DedicatedWorkerGlobalScope,
}

impl Page {
    pub fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self { scope }
    }

    /// Hands every message of the page to `hear`, as long as this worker lives.
    pub fn listen(&self, hear: impl Fn(ToWorker) + 'static) {
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() else { return };
            // A message of another version is answered by ours, at which the page sees the difference.
            if let Ok(message) = protocol::decode(&Uint8Array::new(&buffer).to_vec()) {
                hear(message);
            }
        });
        self.scope.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
    }

    pub fn say(&self, message: &FromWorker) {
        let buffer = Uint8Array::from(protocol::encode(message).as_slice()).buffer();
        // A buffer that was just made can be transferred.
        let _ = self.scope.post_message_with_transfer(&buffer, &Array::of1(&buffer));
    }

    pub fn answer(&self, id: RequestId, response: HttpResponse) {
        self.say(&FromWorker::Response { id, response });
    }

    /// Ends this worker, and with it its hold on the workspace's lock.
    pub fn close(&self) {
        self.scope.close();
    }
}
