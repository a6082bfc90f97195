//! A module that a user brings: a program for WASI preview 1.
//!
//! Nothing of it is trusted. It is validated as a whole before it runs, and runs in slices from its
//! first instruction on: its start function, which an interpreter would run to its end while it makes
//! the instance, becomes an export that is called like any other.
//!
//! Fuel is taken at loops, branches and calls (see [`crate::costs`]). A function of a million instructions
//! in a row would cost one unit. So an empty loop is put into each such row after every few instructions:
//! it does nothing but take a unit of fuel.

use crate::bake::{number, read_u32, write_u32};
use wasmparser::{BinaryReader, CodeSectionReader, FunctionBody, Operator};

/// The name under which the start function is exported.
pub const START: &str = "samlet:start";

const EXPORT_SECTION: u8 = 7;
const START_SECTION: u8 = 8;
const CODE_SECTION: u8 = 10;
const HEADER_LEN: usize = 8;
const MAGIC: &[u8] = b"\0asm";

/// How many instructions in a row cost one unit of fuel.
const ROW: usize = 64;

/// `loop end`, without parameters and results.
const EMPTY_LOOP: [u8; 3] = [0x03, 0x40, 0x0b];

/// Whether these bytes are a Wasm module.
pub fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The module with its start function as an export, and with every row of instructions paid for. One that
/// cannot be read is as it was: the interpreter says what is wrong with it.
pub fn prepare(wasm: &[u8]) -> Vec<u8> {
    rewrite(wasm).unwrap_or_else(|| wasm.to_vec())
}

fn rewrite(wasm: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(wasm.get(HEADER_LEN..)?)?;
    let start = sections.iter().find(|(id, _)| *id == START_SECTION).map(|(_, body)| *body);
    let mut written = wasm[..HEADER_LEN].to_vec();
    for (id, body) in &sections {
        let changed = match (*id, start) {
            (START_SECTION, _) => continue,
            (EXPORT_SECTION, Some(start)) => Some(with_start(body, start)?),
            (CODE_SECTION, _) => Some(with_paid_rows(body)?),
            _ => None,
        };
        let body = changed.as_deref().unwrap_or(body);
        written.push(*id);
        write_u32(&mut written, body.len());
        written.extend_from_slice(body);
    }
    Some(written)
}

/// The exports with the start function among them. The start section's body is the function's index.
fn with_start(exports: &[u8], start: &[u8]) -> Option<Vec<u8>> {
    let (count, entries) = read_u32(exports)?;
    let mut changed = number(count as usize + 1);
    changed.extend_from_slice(entries);
    write_u32(&mut changed, START.len());
    changed.extend_from_slice(START.as_bytes());
    changed.push(0);
    changed.extend_from_slice(start);
    Some(changed)
}

/// The functions with an empty loop after each [`ROW`] of instructions.
fn with_paid_rows(code: &[u8]) -> Option<Vec<u8>> {
    let functions = CodeSectionReader::new(BinaryReader::new(code, 0)).ok()?;
    let mut changed = number(functions.count() as usize);
    for function in functions {
        let function = function.ok()?;
        let body = paid(&function)?;
        write_u32(&mut changed, body.len());
        changed.extend_from_slice(&body);
    }
    Some(changed)
}

fn paid(function: &FunctionBody) -> Option<Vec<u8>> {
    let (bytes, start) = (function.as_bytes(), function.range().start);
    let mut changed = Vec::with_capacity(bytes.len() + bytes.len() / ROW);
    let (mut row, mut copied) = (0, 0);
    for operator in function.get_operators_reader().ok()?.into_iter_with_offsets() {
        let (operator, offset) = operator.ok()?;
        let at = offset - start;
        if row == ROW {
            changed.extend_from_slice(&bytes[copied..at]);
            changed.extend_from_slice(&EMPTY_LOOP);
            (row, copied) = (0, at);
        }
        let pays = matches!(operator, Operator::Loop { .. } | Operator::If { .. } | Operator::Else);
        row = if pays { 0 } else { row + 1 };
    }
    changed.extend_from_slice(&bytes[copied..]);
    Some(changed)
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

    /// The sections of a module of text, without its names.
    fn read(wasm: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let sections = sections(&wasm[HEADER_LEN..]).unwrap().into_iter();
        sections.filter(|(id, _)| *id != 0).map(|(id, body)| (id, body.to_vec())).collect()
    }

    fn prepared(text: &str) -> Vec<(u8, Vec<u8>)> {
        read(&prepare(&wat::parse_str(text).unwrap()))
    }

    #[test]
    fn a_start_function_becomes_an_export() {
        let text = r#"(module (memory (export "memory") 1) (func $s) (func (export "_start")) (start $s))"#;
        let expected = r#"(module (memory (export "memory") 1) (func $s) (func (export "_start"))
            (export "samlet:start" (func $s)))"#;
        assert_eq!(prepared(text), read(&wat::parse_str(expected).unwrap()));
        assert_eq!(prepare(b"\0asm\x01\0\0\0\x08\xff"), b"\0asm\x01\0\0\0\x08\xff");
    }

    #[test]
    fn a_long_row_of_instructions_is_paid_for() {
        let module = |body: String| format!("(module (func (local i32) {body}))");
        let row = "nop ".repeat(ROW);
        let half = "nop ".repeat(ROW / 2);
        for (body, expected) in [
            (row.clone(), format!("{row} loop end")),
            (row.repeat(2) + "nop", format!("{row} loop end {row} loop end nop")),
            (half.clone(), half.clone()),
            (format!("{half} loop {row} end"), format!("{half} loop {row} loop end end")),
        ] {
            assert_eq!(prepared(&module(body)), read(&wat::parse_str(module(expected)).unwrap()));
        }
    }
}
