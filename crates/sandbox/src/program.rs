//! A module that a user brings: a program for WASI preview 1.
//!
//! Nothing of it is trusted. It is validated as a whole before it runs, and runs in slices from its
//! first instruction on: its start function, which an interpreter would run to its end while it makes
//! the instance, becomes an export that is called like any other.

use crate::bake::{number, read_u32, write_u32};

/// The name under which the start function is exported.
pub const START: &str = "samlet:start";

const EXPORT_SECTION: u8 = 7;
const START_SECTION: u8 = 8;
const HEADER_LEN: usize = 8;
const MAGIC: &[u8] = b"\0asm";

/// Whether these bytes are a Wasm module.
pub fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The module with its start function as an export. A module without one is as it was; so is one that
/// cannot be read, of which the interpreter says what is wrong.
pub fn defer_start(wasm: &[u8]) -> Vec<u8> {
    rewrite(wasm).unwrap_or_else(|| wasm.to_vec())
}

fn rewrite(wasm: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(wasm.get(HEADER_LEN..)?)?;
    let (_, start) = sections.iter().find(|(id, _)| *id == START_SECTION)?;
    let mut written = wasm[..HEADER_LEN].to_vec();
    for (id, body) in &sections {
        let exports;
        let body = match *id {
            START_SECTION => continue,
            EXPORT_SECTION => {
                let (count, entries) = read_u32(body)?;
                let mut changed = number(count as usize + 1);
                changed.extend_from_slice(entries);
                write_u32(&mut changed, START.len());
                changed.extend_from_slice(START.as_bytes());
                changed.push(0);
                // The start section's body is the function's index.
                changed.extend_from_slice(start);
                exports = changed;
                &exports[..]
            }
            _ => body,
        };
        written.push(*id);
        write_u32(&mut written, body.len());
        written.extend_from_slice(body);
    }
    Some(written)
}

fn sections(mut rest: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut sections = Vec::new();
    while let Some((&id, after_id)) = rest.split_first() {
        let (len, body_and_rest) = read_u32(after_id)?;
        let (body, after) = body_and_rest.split_at_checked(len as usize)?;
        sections.push((id, body));
        rest = after;
    }
    Some(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_function_becomes_an_export() {
        let text = r#"(module (memory (export "memory") 1) (func $s) (func (export "_start")) (start $s))"#;
        let changed = defer_start(&wat::parse_str(text).unwrap());
        let expected = r#"(module (memory (export "memory") 1) (func $s) (func (export "_start"))
            (export "samlet:start" (func $s)))"#;
        let strip = |wasm: &[u8]| {
            sections(&wasm[8..])
                .unwrap()
                .into_iter()
                .filter(|(id, _)| *id != 0)
                .map(|(id, body)| (id, body.to_vec()))
                .collect::<Vec<_>>()
        };
        assert_eq!(strip(&changed), strip(&wat::parse_str(expected).unwrap()));
        assert_eq!(defer_start(b"\0asm\x01\0\0\0\x08\xff"), b"\0asm\x01\0\0\0\x08\xff");
    }
}
