//! The Node.js runtime image: QuickJS-NG, the parts of Node that Lambda handlers use, and Lambda's own
//! bootstrap, as one Wasm guest of the `sandbox` crate. See `README.md` for how it is built.
#![cfg(target_arch = "wasm32")]

mod builtins;
mod bytes;
mod ciphers;
mod compile;
mod crypto;
mod engine;
mod host;
mod keys;
mod modules;
mod natives;

use std::sync::atomic::{AtomicBool, Ordering};

unsafe extern "C" {
    fn __wasm_call_ctors();
}

static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Runs the constructors of the C library, once. Without a call of its own the linker would put one
/// before every export.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    if !INITIALIZED.swap(true, Ordering::Relaxed) {
        // SAFETY: this is called before anything else, and only once.
        unsafe { __wasm_call_ctors() };
    }
}

/// Starts the engine and loads the built-in modules. The host keeps a copy of the result.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    std::panic::set_hook(Box::new(|panic| host::log(&format!("the runtime panicked: {panic}"))));
    engine::boot();
}

/// Starts the function in a fresh copy of the booted engine.
#[unsafe(no_mangle)]
pub extern "C" fn start() {
    engine::turn(|hooks| hooks.call("start", ()));
}

/// Runs the timers that are due.
#[unsafe(no_mangle)]
pub extern "C" fn wake() {
    engine::turn(|hooks| hooks.call("wake", ()));
}

/// Makes room for a message of the host.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    Box::leak(vec![0; len].into_boxed_slice()).as_mut_ptr()
}

/// Delivers the answer to an HTTP call, in a buffer from [`alloc`].
#[unsafe(no_mangle)]
pub extern "C" fn http_done(id: u32, message: *mut u8, len: usize, ok: u32) {
    // SAFETY: the host passes back the buffer that `alloc` made, with its length, once.
    let message = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(message, len)) };
    engine::turn(|hooks| hooks.http_done(id, &message, ok != 0));
}
