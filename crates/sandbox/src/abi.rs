//! The border between host and guest.
//!
//! The guest imports from the module `samlet`:
//! - `http_start(message, len) -> id`: starts an HTTP call (see [`crate::wire`]); the host answers
//!   with the export `http_done`.
//! - `http(message, len) -> i64`: makes an HTTP call and waits for its answer, standing still in the
//!   meantime. It returns the length of the answer, or -1 - length if the call got none; what is of that
//!   length is the answer or the reason.
//! - `take(buffer, len)`: copies what the last `http` returned the length of.
//! - `sleep_until(us)`: waits for a time, standing still in the meantime.
//! - `log(text, len)`: writes one log line.
//! - `read(kind, path, path_len, buffer, buffer_len) -> i64`: copies as much of a resource as fits and
//!   returns its whole size, or -1 if there is none. Kind 0 is a file; 1 a directory, as names that
//!   each end in `\0`; 2 the environment, as `NAME=value` that each end in `\0`.
//! - `random(buffer, len)`: fills a buffer with random bytes.
//! - `wake_at(us)`: asks for a call of the export `wake` at that time, in place of the time it asked
//!   for before; infinity asks for none.
//! - `exit(code)`: ends the sandbox.
//!
//! A program for WASI preview 1 has `http`, `take`, `sleep_until` and `log` as well, beside what is in
//! [`crate::wasi`].
//!
//! Work of the host is paid for in fuel by the byte, so that a slice is short whatever a guest asks for.
//!
//! and from `env` the clock that the C library of a guest wants: `__rquickjs_host_now_us() -> f64`.
//!
//! The guest exports `memory`, `alloc(len) -> pointer` and its entry points: `_initialize` and `boot`
//! run when the image is made, and do nothing in a guest that has booted before it was baked; `start`
//! runs once for each sandbox; `http_done(id, message, len, ok)` takes the
//! ownership of its buffer; `wake` runs what is due. Every mutable global that a snapshot must keep
//! (`__stack_pointer`) is exported too.

use crate::limits::Limits;
use crate::wasi::{self, Process, pay};
use crate::{Files, Host, suspend, wire};
use bytes::Bytes;
use http::Request;
use std::collections::VecDeque;
use std::rc::Rc;
use wasmi::{Caller, Engine, Error, Linker, Memory};

/// A call or a line is as much work of the host as so many bytes, besides its own.
pub const WISH_BYTES: usize = 4096;

/// What a guest asked for that its host has not taken yet.
#[allow(clippy::large_enum_variant, reason = "few wait at a time")]
pub enum Wish {
    /// An HTTP call, or what is wrong with its request.
    Http(u32, Result<Request<Bytes>, String>),
    /// A log line.
    Log(String),
}

/// The host's side of one guest: what the imports read and write.
pub struct Border {
    pub host: Rc<dyn Host>,
    pub files: Rc<Files>,
    pub env: Vec<(String, String)>,
    pub wishes: VecDeque<Wish>,
    pub wake_at_us: Option<u64>,
    pub limits: Limits,
    /// Fuel that the work of the host has cost beyond what the slice had.
    pub unpaid: u64,
    /// The answer that the guest has waited for and not taken yet.
    pub answer: Bytes,
    /// What a program for WASI has.
    pub process: Process,
    next_call: u32,
}

impl Border {
    /// A guest that has asked for nothing yet.
    pub fn new(host: Rc<dyn Host>, memory_limit: usize) -> Self {
        Border {
            host,
            files: Rc::default(),
            env: Vec::new(),
            wishes: VecDeque::new(),
            wake_at_us: None,
            limits: Limits { memory_bytes: memory_limit, is_running: false },
            unpaid: 0,
            answer: Bytes::new(),
            process: Process::default(),
            next_call: 0,
        }
    }

    /// The number of a new HTTP call.
    pub fn number_call(&mut self) -> u32 {
        self.next_call += 1;
        self.next_call
    }

    /// How many HTTP calls there were.
    pub fn calls(&self) -> u32 {
        self.next_call
    }

    fn resource(&self, kind: i32, path: &str) -> Option<Bytes> {
        match kind {
            0 => self.files.get(path).cloned(),
            1 => self.files.list(path).map(|names| zero_ended(names.into_iter())),
            2 => Some(zero_ended(self.env.iter().map(|(name, value)| format!("{name}={value}")))),
            _ => None,
        }
    }
}

fn zero_ended(texts: impl Iterator<Item = String>) -> Bytes {
    texts.flat_map(|text| text.into_bytes().into_iter().chain([0])).collect()
}

/// The imports of every guest.
pub fn linker(engine: &Engine) -> Result<Linker<Border>, Error> {
    let mut linker = Linker::new(engine);
    linker
        .func_wrap("samlet", "http_start", http_start)?
        .func_wrap("samlet", "http", suspend::http)?
        .func_wrap("samlet", "take", suspend::take)?
        .func_wrap("samlet", "sleep_until", suspend::sleep_until)?
        .func_wrap("samlet", "log", log)?
        .func_wrap("samlet", "read", read)?
        .func_wrap("samlet", "random", random)?
        .func_wrap("samlet", "wake_at", wake_at)?
        .func_wrap("samlet", "exit", |_: Caller<'_, Border>, code: i32| -> Result<(), Error> {
            Err(Error::i32_exit(code))
        })?
        .func_wrap("env", "__rquickjs_host_now_us", |caller: Caller<'_, Border>| as_f64(caller.data().host.now_us()))?;
    wasi::add_to(&mut linker)?;
    Ok(linker)
}

fn http_start(mut caller: Caller<'_, Border>, pointer: u32, len: u32) -> Result<u32, Error> {
    pay(&mut caller, WISH_BYTES + len as usize);
    let request = wire::decode_request(slice(&caller, pointer, len)?);
    let border = caller.data_mut();
    let id = border.number_call();
    border.wishes.push_back(Wish::Http(id, request));
    Ok(id)
}

/// A line of a log is at most so long; a longer one is cut.
pub const MAX_LINE: usize = 256 << 10;

fn log(mut caller: Caller<'_, Border>, pointer: u32, len: u32) -> Result<(), Error> {
    let whole = slice(&caller, pointer, len)?;
    let line = String::from_utf8_lossy(&whole[..whole.len().min(MAX_LINE)]).into_owned();
    pay(&mut caller, WISH_BYTES + line.len());
    caller.data_mut().wishes.push_back(Wish::Log(line));
    Ok(())
}

fn read(
    mut caller: Caller<'_, Border>,
    kind: i32,
    path: u32,
    path_len: u32,
    buffer: u32,
    buffer_len: u32,
) -> Result<i64, Error> {
    let path = String::from_utf8_lossy(slice(&caller, path, path_len)?).into_owned();
    let Some(content) = caller.data().resource(kind, &path) else {
        return Ok(-1);
    };
    let copied = content.len().min(buffer_len as usize);
    pay(&mut caller, copied);
    memory(&caller)?.write(&mut caller, buffer as usize, &content[..copied]).map_err(|_| outside())?;
    i64::try_from(content.len()).map_err(|_| Error::new("the resource is too large"))
}

fn random(mut caller: Caller<'_, Border>, buffer: u32, len: u32) -> Result<(), Error> {
    let host = Rc::clone(&caller.data().host);
    let memory = memory(&caller)?;
    let bytes = range(buffer, len).and_then(|range| memory.data_mut(&mut caller).get_mut(range));
    host.fill_random(bytes.ok_or_else(outside)?);
    pay(&mut caller, len as usize);
    Ok(())
}

fn wake_at(mut caller: Caller<'_, Border>, us: f64) {
    // A time before the epoch is due at once, as `as` makes it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let at = us.is_finite().then_some(us.ceil() as u64);
    caller.data_mut().wake_at_us = at;
}

/// The guest's memory.
pub fn memory(caller: &Caller<'_, Border>) -> Result<Memory, Error> {
    caller
        .get_export("memory")
        .and_then(wasmi::Extern::into_memory)
        .ok_or_else(|| Error::new("the guest exports no memory"))
}

/// A part of the guest's memory.
pub fn slice<'a>(caller: &'a Caller<'_, Border>, pointer: u32, len: u32) -> Result<&'a [u8], Error> {
    let bytes = memory(caller)?.data(caller);
    range(pointer, len).and_then(|range| bytes.get(range)).ok_or_else(outside)
}

/// The range of a buffer.
pub fn range(pointer: u32, len: u32) -> Option<std::ops::Range<usize>> {
    let start = pointer as usize;
    Some(start..start.checked_add(len as usize)?)
}

/// The error of a buffer that is not the guest's.
pub fn outside() -> Error {
    Error::new("the guest passed a buffer that is outside of its memory")
}

/// Microseconds since the epoch stay below 2^53 until the year 2255.
#[expect(clippy::cast_precision_loss)]
fn as_f64(us: u64) -> f64 {
    us as f64
}
