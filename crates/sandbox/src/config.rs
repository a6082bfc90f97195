//! What a sandbox is given when it starts.

use crate::wasi::Output;
use crate::{Files, Scratch};
use bytes::Bytes;
use std::rc::Rc;

/// What a guest asks of its host at once, without waiting.
pub trait Host {
    /// Microseconds since the Unix epoch, on the clock that the guest shall see.
    fn now_us(&self) -> u64;

    /// Fills `bytes` with random bytes.
    fn fill_random(&self, bytes: &mut [u8]);
}

/// What a sandbox is given when it starts.
#[derive(Clone)]
pub struct SandboxConfig {
    /// The clock and the randomness of the guest.
    pub host: Rc<dyn Host>,
    /// The most memory that the guest may take. Capped at [`max_memory_bytes`].
    pub memory_bytes: usize,
    /// The files that the guest can read, by absolute path.
    pub files: Rc<Files>,
    /// The environment variables.
    pub env: Vec<(String, String)>,
    /// The arguments of a program, its name first.
    pub args: Vec<String>,
    /// What a program reads from its standard input.
    pub stdin: Bytes,
    /// Where goes what a program writes to its standard output.
    pub output: Output,
    /// `/tmp` of a program.
    pub scratch: Scratch,
    /// Where a program's paths begin whose first name is not in the root directory.
    pub working_directory: String,
    /// How much fuel one [`Sandbox::step`](crate::Sandbox::step) may use. The default takes about
    /// 4 ms in a browser.
    pub fuel_slice: u64,
}

impl SandboxConfig {
    /// 128 MB, no files, no environment.
    pub fn new(host: Rc<dyn Host>) -> Self {
        SandboxConfig {
            host,
            memory_bytes: 128 << 20,
            files: Rc::default(),
            env: Vec::new(),
            args: Vec::new(),
            stdin: Bytes::new(),
            output: Output::Log,
            scratch: Scratch::new(512 << 20),
            working_directory: "/".to_owned(),
            fuel_slice: 100_000,
        }
    }
}

/// The most memory that one guest can have on this host.
///
/// A 32-bit host must hold the old and the new memory of a guest while it grows.
pub fn max_memory_bytes() -> usize {
    if cfg!(target_pointer_width = "32") { 1 << 30 } else { 4 << 30 }
}
