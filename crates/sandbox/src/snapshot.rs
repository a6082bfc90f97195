//! The state of a booted guest: its memory and its exported globals.

use crate::abi::Border;
use wasmi::{Extern, Instance, Memory, Store, Val};

/// Memory is compared, and kept, by pages of this size.
const PAGE: usize = 4096;
const ZEROS: [u8; PAGE] = [0; PAGE];

/// What a booted guest's instance holds that a fresh instance does not.
pub struct Snapshot {
    memory_len: usize,
    /// Runs of pages, by the address at which each begins.
    runs: Vec<(usize, Box<[u8]>)>,
    globals: Vec<(String, Val)>,
}

impl Snapshot {
    /// Copies a guest; `fresh` is the memory of a new instance of its module.
    pub fn take(store: &Store<Border>, instance: Instance, memory: Memory, fresh: &[u8]) -> Self {
        let bytes = memory.data(store);
        let mut runs: Vec<(usize, Vec<u8>)> = Vec::new();
        for (index, page) in bytes.chunks(PAGE).enumerate() {
            let start = index * PAGE;
            if page == fresh.get(start..start + page.len()).unwrap_or(&ZEROS[..page.len()]) {
                continue;
            }
            match runs.last_mut() {
                Some((first, run)) if *first + run.len() == start => run.extend_from_slice(page),
                _ => runs.push((start, page.to_vec())),
            }
        }
        Snapshot {
            memory_len: bytes.len(),
            runs: runs.into_iter().map(|(start, run)| (start, run.into_boxed_slice())).collect(),
            globals: globals(store, instance),
        }
    }

    /// The size of the memory, zeros included.
    pub fn memory_len(&self) -> usize {
        self.memory_len
    }

    /// The bytes that a restore copies.
    pub fn stored_len(&self) -> usize {
        self.runs.iter().map(|(_, run)| run.len()).sum()
    }

    /// Makes a fresh instance of the same module equal to the one that was copied.
    pub fn restore(&self, store: &mut Store<Border>, instance: Instance, memory: Memory) -> Result<(), wasmi::Error> {
        let missing = self.memory_len.saturating_sub(memory.data_size(&mut *store));
        memory.grow(&mut *store, missing.div_ceil(1 << 16) as u64)?;
        let bytes = memory.data_mut(&mut *store);
        for (start, run) in &self.runs {
            bytes[*start..start + run.len()].copy_from_slice(run);
        }
        for (name, value) in &self.globals {
            if let Some(Extern::Global(global)) = instance.get_export(&mut *store, name) {
                global.set(&mut *store, value.clone())?;
            }
        }
        Ok(())
    }
}

/// The exported globals that can change, with their values.
pub fn globals(store: &Store<Border>, instance: Instance) -> Vec<(String, Val)> {
    instance
        .exports(store)
        .filter_map(|export| {
            let name = export.name().to_owned();
            let global = export.into_global()?;
            global.ty(store).mutability().is_mut().then(|| (name, global.get(store)))
        })
        .collect()
}
