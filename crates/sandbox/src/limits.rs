//! How large a guest's memory and tables may get.

use wasmi::ResourceLimiter;
use wasmi::errors::{MemoryError, TableError};
use wasmi_core::LimiterError;

/// Bytes that a guest's own instructions for bulk memory copy for one unit of fuel: as fast as its other
/// instructions are paid for.
pub const BYTES_COPIED_PER_FUEL: u32 = 256;

/// The most entries of one table.
const MAX_TABLE_ENTRIES: usize = 1 << 20;

/// A table may grow by so many entries at once: that much is free. The interpreter cannot go on with a
/// `table.grow` for which the fuel did not last; a refusal is something that a guest must expect.
const MAX_TABLE_GROWTH: usize = BYTES_COPIED_PER_FUEL as usize / size_of::<u64>() - 1;

/// The limits of one guest.
pub struct Limits {
    pub memory_bytes: usize,
    /// Whether the guest runs: its instance is made.
    pub is_running: bool,
}

impl ResourceLimiter for Limits {
    /// A guest that wants more is stopped there, as Lambda kills the process: what its allocator or its
    /// language would make of a failed allocation is never seen.
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        if desired > self.memory_bytes {
            return Err(LimiterError::ResourceLimiterDeniedAllocation);
        }
        Ok(true)
    }

    /// Growth for which the fuel did not last is tried again in the next slice.
    fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
        match error {
            MemoryError::OutOfFuel { .. } => Ok(()),
            _ => Err(LimiterError::ResourceLimiterDeniedAllocation),
        }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        if desired > MAX_TABLE_ENTRIES {
            return Err(LimiterError::ResourceLimiterDeniedAllocation);
        }
        Ok(!self.is_running || desired - current <= MAX_TABLE_GROWTH)
    }

    fn table_grow_failed(&mut self, _: &TableError) -> Result<(), LimiterError> {
        Err(LimiterError::ResourceLimiterDeniedAllocation)
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        4
    }

    fn memories(&self) -> usize {
        1
    }
}
