//! The Python modules in the image, compiled by `build.rs`.

use rustpython_vm::frozen::{FrozenLib, FrozenModule};

static LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// Every module with its name.
pub fn modules() -> impl Iterator<Item = (&'static str, FrozenModule)> {
    FrozenLib::from_ref(LIBRARY).decode()
}

/// A module whose code another module runs as its own.
pub fn code(name: &str) -> Option<FrozenModule> {
    modules().find_map(|(found, module)| (found == name).then_some(module))
}
