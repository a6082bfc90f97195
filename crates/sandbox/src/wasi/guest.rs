//! Reading and writing the memory of a guest in the layouts of WASI.

use crate::abi::{Border, memory};
use wasmi::Caller;

/// The error numbers of WASI that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Errno {
    BadF = 8,
    Exist = 20,
    Fault = 21,
    Inval = 28,
    IsDir = 31,
    NameTooLong = 37,
    NoEnt = 44,
    NoSpc = 51,
    NoSys = 52,
    NotDir = 54,
    NotEmpty = 55,
    RoFs = 69,
    SPipe = 70,
    NotCapable = 76,
}

/// What a function of WASI gives.
pub type Outcome<T = ()> = Result<T, Errno>;

/// A guest in the middle of a call.
pub struct Guest<'a, 'b>(pub &'a mut Caller<'b, Border>);

/// The most buffers of a list: `IOV_MAX` of Linux.
const MAX_BUFFERS: u32 = 1024;

/// The longest text that a guest passes: `PATH_MAX` of Linux.
const MAX_TEXT: u32 = 4096;

/// Bytes that are written, read or copied for one unit of fuel: a call of the host takes time too.
const BYTES_PER_FUEL: u64 = 64;

impl Guest<'_, '_> {
    /// The host's side of the guest.
    pub fn border(&mut self) -> &mut Border {
        self.0.data_mut()
    }

    /// Pays for the work of the host on that many bytes.
    pub fn pay(&mut self, bytes: usize) {
        pay(self.0, bytes);
    }

    pub fn bytes(&self, at: u32, len: u32) -> Outcome<Vec<u8>> {
        let memory = memory(self.0).map_err(|_| Errno::Fault)?;
        let end = (at as usize).checked_add(len as usize).ok_or(Errno::Fault)?;
        Ok(memory.data(&*self.0).get(at as usize..end).ok_or(Errno::Fault)?.to_vec())
    }

    pub fn text(&self, at: u32, len: u32) -> Outcome<String> {
        if len > MAX_TEXT {
            return Err(Errno::NameTooLong);
        }
        String::from_utf8(self.bytes(at, len)?).map_err(|_| Errno::Inval)
    }

    pub fn write(&mut self, at: u32, bytes: &[u8]) -> Outcome {
        let memory = memory(self.0).map_err(|_| Errno::Fault)?;
        memory.write(&mut *self.0, at as usize, bytes).map_err(|_| Errno::Fault)
    }

    pub fn set_u32(&mut self, at: u32, value: usize) -> Outcome {
        let value = u32::try_from(value).map_err(|_| Errno::Inval)?;
        self.write(at, &value.to_le_bytes())
    }

    pub fn set_u64(&mut self, at: u32, value: u64) -> Outcome {
        self.write(at, &value.to_le_bytes())
    }

    /// The buffers of a list of `iovec`s.
    pub fn buffers(&self, list: u32, count: u32) -> Outcome<Vec<(u32, u32)>> {
        if count > MAX_BUFFERS {
            return Err(Errno::Inval);
        }
        let list = self.bytes(list, count * 8)?;
        let number = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Ok(list.chunks_exact(8).map(|pair| (number(pair), number(&pair[4..]))).collect())
    }

    /// Writes texts that each end in `\0`, and where each begins.
    pub fn set_texts(&mut self, texts: &[String], pointers: u32, buffer: u32) -> Outcome {
        let (mut pointer, mut at) = (pointers, buffer);
        for text in texts {
            self.set_u32(pointer, at as usize)?;
            self.write(at, format!("{text}\0").as_bytes())?;
            pointer += 4;
            at = u32::try_from(text.len() + 1).ok().and_then(|len| at.checked_add(len)).ok_or(Errno::Fault)?;
        }
        Ok(())
    }
}

/// Takes fuel for the work of the host on that many bytes. Where there is not enough the slice ends
/// with the guest's next loop or call, and what is missing is counted as used.
pub fn pay(caller: &mut Caller<'_, Border>, bytes: usize) {
    let cost = bytes as u64 / BYTES_PER_FUEL;
    if let Ok(fuel) = caller.get_fuel() {
        // The store counts fuel, so that it can be set.
        let _ = caller.set_fuel(fuel.saturating_sub(cost));
        caller.data_mut().unpaid += cost.saturating_sub(fuel);
    }
}
