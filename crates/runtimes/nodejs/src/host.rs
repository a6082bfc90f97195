//! What the guest asks of its host. The border is described in the `sandbox` crate's `abi` module.

mod imports {
    #[link(wasm_import_module = "samlet")]
    unsafe extern "C" {
        pub fn http_start(message: *const u8, len: usize) -> u32;
        pub fn log(text: *const u8, len: usize);
        pub fn read(kind: u32, path: *const u8, path_len: usize, buffer: *mut u8, buffer_len: usize) -> i64;
        pub fn random(buffer: *mut u8, len: usize);
        pub fn wake_at(us: f64);
        pub fn exit(code: i32);
    }

    #[link(wasm_import_module = "env")]
    unsafe extern "C" {
        pub fn __rquickjs_host_now_us() -> f64;
    }
}

/// What the host can be asked to read.
#[derive(Clone, Copy)]
pub enum Resource {
    /// The content of a file.
    File = 0,
    /// The names in a directory.
    Directory = 1,
    /// The environment variables.
    Environment = 2,
}

/// Starts an HTTP call.
pub fn http_start(message: &[u8]) -> u32 {
    // SAFETY: the host reads the slice before it returns. So it is with every function here.
    unsafe { imports::http_start(message.as_ptr(), message.len()) }
}

/// Writes a log line.
pub fn log(text: &str) {
    // SAFETY: as above.
    unsafe { imports::log(text.as_ptr(), text.len()) }
}

/// The size of a resource.
pub fn size(resource: Resource, path: &str) -> Option<usize> {
    // SAFETY: as above; an empty buffer is not written to.
    let size = unsafe { imports::read(resource as u32, path.as_ptr(), path.len(), std::ptr::null_mut(), 0) };
    usize::try_from(size).ok()
}

/// The content of a resource.
pub fn read(resource: Resource, path: &str) -> Option<Vec<u8>> {
    let mut buffer = vec![0; size(resource, path)?];
    // SAFETY: as above; the host writes no more than the buffer's length.
    unsafe { imports::read(resource as u32, path.as_ptr(), path.len(), buffer.as_mut_ptr(), buffer.len()) };
    Some(buffer)
}

/// That many random bytes.
pub fn random(len: usize) -> Vec<u8> {
    let mut buffer = vec![0; len];
    // SAFETY: as above; the host writes exactly the buffer's length.
    unsafe { imports::random(buffer.as_mut_ptr(), len) };
    buffer
}

/// Asks for a call of `wake` at that time, in microseconds since the epoch; infinity asks for none.
pub fn wake_at(us: f64) {
    // SAFETY: no memory is involved.
    unsafe { imports::wake_at(us) }
}

/// The time in microseconds since the epoch.
pub fn now_us() -> f64 {
    // SAFETY: no memory is involved.
    unsafe { imports::__rquickjs_host_now_us() }
}

/// Ends the sandbox.
pub fn exit(code: i32) -> ! {
    // SAFETY: no memory is involved.
    unsafe { imports::exit(code) };
    unreachable!("the host stops the guest inside of this call")
}
