//! The Python modules in the image, compiled by `build.rs`.

use rustpython_vm::frozen::{FrozenLib, FrozenModule};
use std::cell::UnsafeCell;

const LENGTH: usize = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin")).len();

/// The compiled modules. What has been read and will not be read again becomes zero, and so takes no room
/// in the image.
struct Library(UnsafeCell<[u8; LENGTH]>);

// SAFETY: a guest has one thread.
unsafe impl Sync for Library {}

static LIBRARY: Library = Library(UnsafeCell::new(*include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"))));

/// Every module with its name.
pub fn modules() -> impl Iterator<Item = (&'static str, FrozenModule)> {
    // SAFETY: `forget` is the only writer, and whoever calls it reads those modules no more.
    let bytes: &'static [u8] = unsafe { &*LIBRARY.0.get() };
    FrozenLib::from_ref(bytes).decode()
}

/// A module whose code another module runs as its own.
pub fn code(name: &str) -> Option<FrozenModule> {
    modules().find_map(|(found, module)| (found == name).then_some(module))
}

/// Wipes out the code of modules that were imported: the importer does not offer them again
/// (`os/samlet_boot.py`).
pub fn forget(is_imported: impl Fn(&str) -> bool) {
    let start = LIBRARY.0.get().cast::<u8>();
    let base = start as usize;
    let wiped: Vec<(usize, usize)> = modules()
        .filter(|(name, _)| is_imported(name))
        .map(|(_, module)| (module.code.bytes.as_ptr() as usize - base, module.code.bytes.len()))
        .collect();
    for (offset, length) in wiped {
        // SAFETY: the range is inside of the library, and nothing reads it from here on.
        unsafe { start.add(offset).write_bytes(0, length) };
    }
}
