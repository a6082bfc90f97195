//! Writes the state of a booted guest into its module, so that a host need not boot it again.
//!
//! Only what concerns the memory changes: it begins at the size that it had, and the data are what it
//! held. Guests have no data that they copy into memory themselves.

use crate::image::{Booted, boot};
use crate::snapshot::globals;
use crate::{Error, Image};

const MEMORY_SECTION: u8 = 5;
const DATA_SECTION: u8 = 11;
const DATA_COUNT_SECTION: u8 = 12;
const HEADER_LEN: usize = 8;

/// Zeros that lie between two data segments are cheaper than a new segment from this number on.
const GAP: usize = 24;

/// A module that is, as soon as it is instantiated, what the given one is after it has booted.
pub fn bake(name: &str, wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let invalid = |reason: &str| Error::InvalidGuest { name: name.to_owned(), reason: reason.to_owned() };
    let Booted { store, instance, memory, .. } = boot(name, wasm)?;
    let image = Image::new(name, wasm)?;
    let (fresh_store, fresh_instance, _) = image.fresh_guest()?;
    if format!("{:?}", globals(&store, instance)) != format!("{:?}", globals(&fresh_store, fresh_instance)) {
        return Err(invalid("its globals are not at rest after it has booted"));
    }
    rewrite(wasm, memory.data(&store)).ok_or_else(|| invalid("its sections cannot be read"))
}

/// Copies the module section by section, and writes the memory's and the data's anew.
fn rewrite(wasm: &[u8], memory: &[u8]) -> Option<Vec<u8>> {
    let segments = segments(memory);
    let mut baked = wasm.get(..HEADER_LEN)?.to_vec();
    let mut rest = &wasm[HEADER_LEN..];
    while let Some((&id, after_id)) = rest.split_first() {
        let (len, body_and_rest) = read_u32(after_id)?;
        let (body, after) = body_and_rest.split_at_checked(len as usize)?;
        let new_body = match id {
            MEMORY_SECTION => memory_section(memory.len() >> 16),
            DATA_SECTION => data_section(memory, &segments),
            DATA_COUNT_SECTION => number(segments.len()),
            _ => body.to_vec(),
        };
        baked.push(id);
        write_u32(&mut baked, new_body.len());
        baked.extend_from_slice(&new_body);
        rest = after;
    }
    Some(baked)
}

/// One memory that may grow without a limit of its own: the sandbox has one.
fn memory_section(pages: usize) -> Vec<u8> {
    let mut body = vec![1, 0];
    write_u32(&mut body, pages);
    body
}

/// The memory as active segments: `0, i32.const address, end, length, bytes`.
fn data_section(memory: &[u8], segments: &[(usize, usize)]) -> Vec<u8> {
    let mut body = number(segments.len());
    for &(start, end) in segments {
        body.extend_from_slice(&[0, 0x41]);
        write_i32(&mut body, start);
        body.push(0x0b);
        write_u32(&mut body, end - start);
        body.extend_from_slice(&memory[start..end]);
    }
    body
}

/// Where the memory is not zero, leaving out gaps that are worth it.
fn segments(memory: &[u8]) -> Vec<(usize, usize)> {
    let mut segments: Vec<(usize, usize)> = Vec::new();
    for (at, _) in memory.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match segments.last_mut() {
            Some((_, end)) if at - *end < GAP => *end = at + 1,
            _ => segments.push((at, at + 1)),
        }
    }
    segments
}

/// Reads a number in LEB128; gives what follows it too.
pub fn read_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

/// A number in LEB128.
pub fn number(value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_u32(&mut bytes, value);
    bytes
}

/// Writes a number in LEB128.
pub fn write_u32(target: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            target.push(byte);
            return;
        }
        target.push(byte | 0x80);
    }
}

/// A signed number needs a clear sign bit: one more byte where the last one has its seventh bit set.
fn write_i32(target: &mut Vec<u8>, value: usize) {
    write_u32(target, value);
    if let Some(last) = target.last_mut().filter(|last| **last & 0x40 != 0) {
        *last |= 0x80;
        target.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SandboxConfig;

    /// A guest that counts how often it has booted, and logs the count when it starts.
    const GUEST: &str = r#"(module
        (import "samlet" "log" (func $log (param i32 i32)))
        (memory (export "memory") 1)
        (global $sp (export "__stack_pointer") (mut i32) (i32.const 4096))
        (data (i32.const 100) "0 boots")
        (func (export "_initialize"))
        (func (export "boot")
            (if (i32.eq (i32.load8_u (i32.const 100)) (i32.const 48)) (then
                (i32.store8 (i32.const 100) (i32.const 49))
                (drop (memory.grow (i32.const 2)))
                (i32.store8 (i32.const 150000) (i32.const 7)))))
        (func (export "start") (call $log (i32.const 100) (i32.const 7)))
        (func (export "wake"))
        (func (export "alloc") (param i32) (result i32) (i32.const 1024))
        (func (export "http_done") (param i32 i32 i32 i32)))"#;

    #[test]
    fn a_baked_guest_is_booted_when_it_is_instantiated() {
        let wasm = wat::parse_str(GUEST).unwrap();
        let baked = bake("test", &wasm).unwrap();
        let image = Image::new("test", &baked).unwrap();
        assert_eq!(image.memory_bytes(), 3 << 16);
        assert_eq!(image.stored_bytes(), 0, "there is nothing left to copy");
        let mut sandbox = crate::Sandbox::start(&image, SandboxConfig::new(crate::image::boot_host())).unwrap();
        assert!(matches!(sandbox.step(), crate::Step::Log(line) if line == "1 boots"));
    }

    #[test]
    fn numbers_are_leb128() {
        for (value, unsigned, signed) in [
            (0, &[0][..], &[0][..]),
            (63, &[63], &[63]),
            (64, &[64], &[0xc0, 0]),
            (300, &[0xac, 2], &[0xac, 2]),
            (8192, &[0x80, 0x40], &[0x80, 0xc0, 0]),
        ] {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            write_u32(&mut one, value);
            write_i32(&mut other, value);
            assert_eq!((&one[..], &other[..]), (unsigned, signed), "{value}");
            assert_eq!(read_u32(&one).map(|(read, _)| read as usize), Some(value));
        }
    }
}
