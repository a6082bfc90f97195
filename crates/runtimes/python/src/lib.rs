//! The Python runtime image: RustPython, the part of the standard library that handlers use, and
//! Lambda's own bootstrap, as one Wasm guest of the `sandbox` crate. See `README.md` for how it is built.
#![cfg(target_arch = "wasm32")]

mod allocator;
mod engine;
mod frozen;
mod host;
mod samlet;

use std::sync::atomic::{AtomicBool, Ordering};

unsafe extern "C" {
    fn __wasm_call_ctors();
}

static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Runs the constructors, once. Without a call of its own the linker would put one before every export.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    if !INITIALIZED.swap(true, Ordering::Relaxed) {
        // SAFETY: this is called before anything else, and only once.
        unsafe { __wasm_call_ctors() };
    }
}

/// Starts the interpreter and imports what most functions need. The host keeps a copy of the result.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    std::panic::set_hook(Box::new(|panic| host::log(&format!("the runtime panicked: {panic}"))));
    engine::boot();
}

/// Runs the function in a fresh copy of the booted interpreter, until the sandbox ends.
#[unsafe(no_mangle)]
pub extern "C" fn start() {
    engine::start();
}

/// Goes on in a copy of a sandbox whose function was ready: Python waits for all else inside of its imports.
#[unsafe(no_mangle)]
pub extern "C" fn wake() {
    engine::wake();
}

/// Makes room for a message of the host.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    Box::leak(vec![0; len].into_boxed_slice()).as_mut_ptr()
}

/// Never called: Python waits inside of its imports.
#[unsafe(no_mangle)]
pub extern "C" fn http_done(_id: u32, _message: *mut u8, _len: usize, _ok: u32) {}
