//! Imports that wait: the guest stops in the middle of a call, and goes on there when the host has an
//! answer. So a language without an event loop makes an HTTP call like any other call.
//!
//! The import ends the slice by a host error, which the interpreter can resume with the import's
//! results. A guest waits for one thing at a time; what else is for it waits in line meanwhile.

use crate::abi::{Border, WISH_BYTES, Wish, memory, outside, slice};
use crate::wasi::pay;
use crate::wire;
use bytes::Bytes;
use std::fmt;
use wasmi::errors::HostError;
use wasmi::{Caller, Error, TypedResumableCallHostTrap, Val};

/// What a guest waits for in the middle of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// The answer to the HTTP call with this number.
    Http(u32),
    /// A time, in an import without a result.
    Sleep(u64),
    /// A time, in an import of WASI, whose result is an error number.
    Poll(u64),
}

impl Suspension {
    /// What a call waits for that has ended by `error`, if it waits.
    pub fn of(error: &Error) -> Option<Self> {
        error.downcast_ref().copied()
    }
}

impl fmt::Display for Suspension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the guest waits where it cannot be interrupted")
    }
}

impl HostError for Suspension {}

/// An answer to an HTTP call as the guest takes it.
pub struct HttpAnswer {
    pub message: Bytes,
    pub ok: bool,
}

/// A call into the guest that stands still in an import.
pub struct Suspended {
    pub call: TypedResumableCallHostTrap<()>,
    pub waits_for: Suspension,
    pub answer: Option<HttpAnswer>,
}

impl Suspended {
    /// Whether it can go on at `now_us`.
    pub fn is_ready(&self, now_us: u64) -> bool {
        match self.waits_for {
            Suspension::Http(_) => self.answer.is_some(),
            Suspension::Sleep(until) | Suspension::Poll(until) => now_us >= until,
        }
    }

    /// The time for which it waits, if it waits for a time.
    pub fn until_us(&self) -> Option<u64> {
        match self.waits_for {
            Suspension::Http(_) => None,
            Suspension::Sleep(until) | Suspension::Poll(until) => Some(until),
        }
    }

    /// What the import returns; the message of an answer goes to `taken`, from where the guest takes it.
    pub fn results(&mut self, taken: &mut Bytes) -> Vec<Val> {
        match self.waits_for {
            Suspension::Sleep(_) => Vec::new(),
            Suspension::Poll(_) => vec![Val::I32(0)],
            Suspension::Http(_) => {
                let answer = self.answer.take();
                let (message, ok) = answer.map_or((Bytes::new(), false), |answer| (answer.message, answer.ok));
                // A message fits into a guest's memory, or the guest fails to take it.
                let len = i64::try_from(message.len()).unwrap_or(i64::MAX);
                *taken = message;
                vec![Val::I64(if ok { len } else { -1 - len })]
            }
        }
    }
}

/// `http(message, len) -> i64`
pub fn http(mut caller: Caller<'_, Border>, pointer: u32, len: u32) -> Result<i64, Error> {
    let request = wire::decode_request(slice(&caller, pointer, len)?);
    pay(&mut caller, WISH_BYTES + len as usize);
    let border = caller.data_mut();
    let id = border.number_call();
    border.wishes.push_back(Wish::Http(id, request));
    Err(Error::host(Suspension::Http(id)))
}

/// `take(buffer, len)`
pub fn take(mut caller: Caller<'_, Border>, buffer: u32, len: u32) -> Result<(), Error> {
    let answer = std::mem::take(&mut caller.data_mut().answer);
    let taken = answer.get(..len as usize).unwrap_or(&answer);
    pay(&mut caller, taken.len());
    memory(&caller)?.write(&mut caller, buffer as usize, taken).map_err(|_| outside())
}

/// `sleep_until(us)`
pub fn sleep_until(caller: Caller<'_, Border>, us: f64) -> Result<(), Error> {
    // What is before the epoch or no number is over, as `as` makes it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let until = us.ceil() as u64;
    if until <= caller.data().host.now_us() {
        return Ok(());
    }
    Err(Error::host(Suspension::Sleep(until)))
}
