//! One guest, one sandbox: a Wasm program that runs in slices and reaches the world by messages.
//!
//! A runtime image is a guest module that was booted once; its memory is kept. Starting a sandbox
//! copies that memory, so a runtime is ready in a fraction of a millisecond. The sandbox then runs in
//! slices of fuel: [`Sandbox::step`] runs one and says what the guest wants. A sandbox that nobody
//! steps is frozen, with its timers and its calls pending, as a Lambda execution environment is
//! between two invocations. One that waits for long can be put to [sleep](Sandbox::sleep): it keeps only what
//! makes it different from its image, so a thousand fit where a few dozen would.
//!
//! There is a second kind of image: a [program](Image::program), which is any module for WASI preview 1.
//! It has no snapshot; a sandbox runs it from its first instruction to its end.
//!
//! This crate knows no AWS service. What a guest can do is in [`abi`]: make HTTP calls, write log
//! lines, read the clock, random bytes and its own files, and ask to be woken.
//!
//! ```
//! # fn show(wasm: &[u8], host: std::rc::Rc<dyn sandbox::Host>) -> Result<(), sandbox::Error> {
//! use sandbox::{Image, Sandbox, SandboxConfig, Step};
//!
//! let image = Image::new("nodejs", wasm)?;
//! let mut sandbox = Sandbox::start(&image, SandboxConfig::new(host))?;
//! loop {
//!     match sandbox.step() {
//!         Step::Continue => {} // let the host breathe, then go on
//!         Step::Http(call) => sandbox.complete(call.id, http::Response::default()),
//!         Step::Log(line) => drop(line),
//!         Step::Waiting { .. } | Step::Exited(_) => break,
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod abi;
mod bake;
mod config;
mod costs;
mod files;
mod image;
mod limits;
mod program;
mod run;
mod scratch;
mod snapshot;
mod suspend;
mod wasi;
mod wire;

pub use bake::bake;
pub use config::{Host, SandboxConfig, max_memory_bytes};
pub use files::Files;
pub use image::Image;
pub use program::is_wasm;
pub use run::{Exit, HttpCall, Sandbox, Step};
pub use scratch::{NoSpace, Scratch};
pub use wasi::Output;

/// Why an image or a sandbox could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no module that this crate can run as a guest.
    #[error("the runtime image {name} is not a valid guest: {reason}")]
    InvalidGuest {
        /// The name of the image.
        name: String,
        /// What the interpreter says.
        reason: String,
    },
    /// The guest stopped while it booted.
    #[error("the runtime image {name} failed to boot: {reason}")]
    Boot {
        /// The name of the image.
        name: String,
        /// What the interpreter says.
        reason: String,
    },
    /// The memory limit is below what the booted guest already takes.
    #[error("the runtime image {name} needs {needed} bytes of memory; the sandbox has {limit}")]
    MemoryLimitTooSmall {
        /// The name of the image.
        name: String,
        /// The size of the image.
        needed: usize,
        /// The limit of the sandbox.
        limit: usize,
    },
}
