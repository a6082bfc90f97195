//! Where a cloud's data is kept: IndexedDB in the browser ([`IdbBackend`]), one file natively
//! ([`FileBackend`]). Memory is the kernel's own.
//!
//! Both keep all spaces in one ordered map whose keys are the space's name, a zero byte, and the key.

mod keys;

#[cfg(not(target_arch = "wasm32"))]
mod file;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
#[cfg(not(target_arch = "wasm32"))]
mod log;

#[cfg(not(target_arch = "wasm32"))]
pub use file::FileBackend;
#[cfg(target_arch = "wasm32")]
pub use indexed_db::IdbBackend;
