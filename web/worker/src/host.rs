//! What a browser gives to the kernel.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

use futures_channel::oneshot;
use futures_util::FutureExt;
use kernel::{Host, LocalBoxFuture};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Crypto, MessageChannel, MessageEvent, MessagePort, Performance};

use crate::object::member;

/// The performance clock, Web Crypto, timeouts, and the event loop.
pub struct BrowserHost {
    performance: Performance,
    /// Where the performance clock begins, which never changes.
    time_origin: f64,
    random: RefCell<Random>,
    turns: Turns,
}

impl BrowserHost {
    pub fn new() -> Result<Self, JsValue> {
        let global = js_sys::global();
        let performance: Performance = member(&global, "performance").dyn_into()?;
        let time_origin = performance.time_origin();
        let random = RefCell::new(Random::new(member(&global, "crypto").dyn_into()?));
        Ok(Self { performance, time_origin, random, turns: Turns::new()? })
    }
}

impl Host for BrowserHost {
    fn wall_millis(&self) -> f64 {
        self.time_origin + self.performance.now()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        gloo::timers::future::sleep(duration).boxed_local()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        self.turns.next()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.random.borrow_mut().fill(bytes);
    }
}

/// Bytes of Web Crypto. Every request needs some, and a call costs more than the bytes: they are asked for many at a
/// time.
struct Random {
    crypto: Crypto,
    /// Those before `used` have been given away.
    bytes: [u8; 1024],
    used: usize,
}

impl Random {
    fn new(crypto: Crypto) -> Self {
        let bytes = [0; 1024];
        Self { crypto, used: bytes.len(), bytes }
    }

    fn fill(&mut self, wanted: &mut [u8]) {
        for piece in wanted.chunks_mut(self.bytes.len()) {
            if self.bytes.len() - self.used < piece.len() {
                // Fails only for arrays that are 64 times as long.
                let _ = self.crypto.get_random_values_with_u8_array(&mut self.bytes);
                self.used = 0;
            }
            piece.copy_from_slice(&self.bytes[self.used..][..piece.len()]);
            self.used += piece.len();
        }
    }
}

/// Turns of the event loop. A message to oneself takes one turn, where a timeout of zero would soon
/// take four milliseconds.
struct Turns {
    bell: MessagePort,
    waiting: Rc<RefCell<VecDeque<oneshot::Sender<()>>>>,
}

impl Turns {
    fn new() -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let waiting = Rc::<RefCell<VecDeque<oneshot::Sender<()>>>>::default();
        let queue = waiting.clone();
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            let next = queue.borrow_mut().pop_front();
            if let Some(next) = next {
                // Who was cancelled no longer waits.
                let _ = next.send(());
            }
        });
        channel.port1().set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
        Ok(Self { bell: channel.port2(), waiting })
    }

    fn next(&self) -> LocalBoxFuture<'static, ()> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().push_back(sender);
        // Fails only for what cannot be copied, and null can.
        let _ = self.bell.post_message(&JsValue::NULL);
        receiver.map(drop).boxed_local()
    }
}
