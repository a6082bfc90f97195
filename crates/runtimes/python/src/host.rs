//! What the guest asks of its host. The border is described in the `sandbox` crate's `abi` module.

mod imports {
    #[link(wasm_import_module = "samlet")]
    unsafe extern "C" {
        pub fn http(message: *const u8, len: usize) -> i64;
        pub fn take(buffer: *mut u8, len: usize);
        pub fn sleep_until(us: f64);
        pub fn log(text: *const u8, len: usize);
        pub fn read(kind: u32, path: *const u8, path_len: usize, buffer: *mut u8, buffer_len: usize) -> i64;
        pub fn random(buffer: *mut u8, len: usize);
        pub fn exit(code: i32);
    }

    #[link(wasm_import_module = "env")]
    unsafe extern "C" {
        #[link_name = "__rquickjs_host_now_us"]
        pub fn now_us() -> f64;
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

/// Makes an HTTP call and waits for its answer: the message, or why there is none.
pub fn http(message: &[u8]) -> Result<Vec<u8>, String> {
    // SAFETY: the host reads the slice before it returns. So it is with every function here.
    let length = unsafe { imports::http(message.as_ptr(), message.len()) };
    let (is_answer, length) = if length < 0 { (false, -1 - length) } else { (true, length) };
    let mut answer = vec![0; usize::try_from(length).unwrap_or_default()];
    // SAFETY: as above; the host writes no more than the buffer's length.
    unsafe { imports::take(answer.as_mut_ptr(), answer.len()) };
    if is_answer { Ok(answer) } else { Err(String::from_utf8_lossy(&answer).into_owned()) }
}

/// Waits until a time in microseconds since the epoch.
pub fn sleep_until(us: f64) {
    // SAFETY: no memory is involved.
    unsafe { imports::sleep_until(us) }
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

/// Fills a buffer with random bytes.
pub fn random(buffer: &mut [u8]) {
    // SAFETY: as above; the host writes exactly the buffer's length.
    unsafe { imports::random(buffer.as_mut_ptr(), buffer.len()) };
}

/// The time in microseconds since the epoch.
pub fn now_us() -> f64 {
    // SAFETY: no memory is involved.
    unsafe { imports::now_us() }
}

/// Ends the sandbox.
pub fn exit(code: i32) -> ! {
    // SAFETY: no memory is involved.
    unsafe { imports::exit(code) };
    unreachable!("the host stops the guest inside of this call")
}

/// Where the crates of this guest get their random bytes from.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(buffer: *mut u8, len: usize) -> Result<(), getrandom::Error> {
    // SAFETY: `getrandom` passes a buffer of that length. It need not be initialised: the host writes all
    // of it before anything reads it.
    unsafe { imports::random(buffer, len) };
    Ok(())
}
