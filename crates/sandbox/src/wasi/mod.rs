//! WASI preview 1 (`wasi_snapshot_preview1`), as far as a program in a sandbox has a use for it.
//!
//! A program reads the files that it is given, writes below `/tmp`, reads the clock, random bytes, its
//! arguments, environment and standard input, writes lines of log, and sleeps. There are no sockets, no
//! links and no users: those functions are there, so that a module can be linked, and say `ENOSYS`.
//! The root directory is open as descriptor 3. The C library knows no working directory and asks for
//! `data.txt` and `/data.txt` alike: what is not in the root is looked for in the working directory.

mod files;
mod guest;
mod process;

pub use guest::pay;
pub use process::{Output, Process};

use crate::abi::{Border, WISH_BYTES, Wish};
use crate::suspend::Suspension;
use guest::{Errno, Guest, Outcome};
use process::Open;
use wasmi::{Caller, Error, Linker};

const MODULE: &str = "wasi_snapshot_preview1";

/// One call makes at most so many random bytes: all that it is asked for, or none.
const MAX_RANDOM: u32 = 4 << 20;

/// To make a random byte is as much work as to copy so many.
const RANDOM_COST: usize = 8;

/// One call waits for at most so many things: as many as may be open.
const MAX_SUBSCRIPTIONS: u32 = 1024;

/// The result of a function as the guest sees it.
fn number(outcome: Outcome) -> i32 {
    outcome.map_or_else(|errno| i32::from(errno as u16), |()| 0)
}

/// Defines functions whose bodies get the guest and give an [`Outcome`].
macro_rules! define {
    ($linker:ident, $($name:ident ( $($parameter:ident : $type:ty),* ) => $body:expr;)*) => {
        $( $linker.func_wrap(MODULE, stringify!($name), |mut caller: Caller<'_, Border>, $($parameter: $type),*| -> i32 {
            let body: fn(Guest<'_, '_>, $($type),*) -> Outcome = $body;
            number(body(Guest(&mut caller), $($parameter),*))
        })?; )*
    };
}
use define;

/// Defines the functions of WASI.
pub fn add_to(linker: &mut Linker<Border>) -> Result<(), Error> {
    define! { linker,
        args_sizes_get(count: u32, size: u32) => |mut guest, count, size| {
            let args = guest.border().process.args.clone();
            set_sizes(&mut guest, &args, count, size)
        };
        args_get(pointers: u32, buffer: u32) => |mut guest, pointers, buffer| {
            let args = guest.border().process.args.clone();
            guest.set_texts(&args, pointers, buffer)
        };
        environ_sizes_get(count: u32, size: u32) => |mut guest, count, size| {
            let variables = variables(&mut guest);
            set_sizes(&mut guest, &variables, count, size)
        };
        environ_get(pointers: u32, buffer: u32) => |mut guest, pointers, buffer| {
            let variables = variables(&mut guest);
            guest.set_texts(&variables, pointers, buffer)
        };
        clock_res_get(_id: u32, at: u32) => |mut guest, _, at| guest.set_u64(at, 1000);
        clock_time_get(_id: u32, _precision: i64, at: u32) => |mut guest, _, _, at| {
            let now = guest.border().host.now_us() * 1000;
            guest.set_u64(at, now)
        };
        random_get(buffer: u32, len: u32) => |mut guest, buffer, len| {
            if len > MAX_RANDOM {
                return Err(Errno::Inval);
            }
            let mut bytes = guest.bytes(buffer, len)?;
            guest.pay(bytes.len() * RANDOM_COST);
            guest.border().host.fill_random(&mut bytes);
            guest.write(buffer, &bytes)
        };
        sched_yield() => |_| Ok(());
        sock_accept(_fd: u32, _flags: u32, _at: u32) => |_, _, _, _| Err(Errno::NoSys);
        sock_recv(_fd: u32, _list: u32, _count: u32, _flags: u32, _len: u32, _out: u32)
            => |_, _, _, _, _, _, _| Err(Errno::NoSys);
        sock_send(_fd: u32, _list: u32, _count: u32, _flags: u32, _len: u32) => |_, _, _, _, _, _| Err(Errno::NoSys);
        sock_shutdown(_fd: u32, _how: u32) => |_, _, _| Err(Errno::NoSys);
        proc_raise(_signal: u32) => |_, _| Err(Errno::NoSys);
    }
    files::add_to(linker)?;
    linker.func_wrap(MODULE, "proc_exit", |_: Caller<'_, Border>, code: i32| -> Result<(), Error> {
        Err(Error::i32_exit(code))
    })?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
    Ok(())
}

fn variables(guest: &mut Guest) -> Vec<String> {
    guest.border().env.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn set_sizes(guest: &mut Guest, texts: &[String], count: u32, size: u32) -> Outcome {
    guest.set_u32(count, texts.len())?;
    guest.set_u32(size, texts.iter().map(|text| text.len() + 1).sum())
}

/// Writes to a stream of text: into the log, or to what is kept.
fn write_stream(guest: &mut Guest, stream: usize, bytes: &[u8]) {
    let border = guest.border();
    match border.process.output {
        Output::Kept(most) if stream == 0 => border.process.keep(bytes, most),
        _ => {
            let lines = border.process.lines(stream, bytes);
            let work = lines.len() * WISH_BYTES;
            border.wishes.extend(lines.into_iter().map(Wish::Log));
            guest.pay(work);
        }
    }
}

const SUBSCRIPTION_LEN: u32 = 48;
const EVENT_LEN: usize = 32;
const CLOCK: u8 = 0;
const IS_ABSOLUTE: u8 = 1;

/// Sleeps until the first clock of the list. A file is ready at once.
fn poll_oneoff(
    mut caller: Caller<'_, Border>,
    list: u32,
    events: u32,
    count: u32,
    happened: u32,
) -> Result<i32, Error> {
    let mut guest = Guest(&mut caller);
    match poll(&mut guest, list, events, count, happened) {
        Ok(Some(until)) if until > guest.border().host.now_us() => Err(Error::host(Suspension::Poll(until))),
        Ok(_) => Ok(0),
        Err(errno) => Ok(number(Err(errno))),
    }
}

/// Writes the events that end the wait, and gives its end.
fn poll(guest: &mut Guest, list: u32, events: u32, count: u32, happened: u32) -> Outcome<Option<u64>> {
    if count > MAX_SUBSCRIPTIONS {
        return Err(Errno::Inval);
    }
    let now = guest.border().host.now_us();
    let subscriptions = guest.bytes(list, count * SUBSCRIPTION_LEN)?;
    guest.pay(subscriptions.len());
    let mut due: Vec<(Option<u64>, [u8; EVENT_LEN])> = Vec::new();
    for subscription in subscriptions.chunks_exact(SUBSCRIPTION_LEN as usize) {
        let mut event = [0; EVENT_LEN];
        event[..8].copy_from_slice(&subscription[..8]);
        event[10] = subscription[8];
        let until = (subscription[8] == CLOCK).then(|| {
            let nanos = subscription[24..32].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
            let micros = nanos.div_ceil(1000);
            if subscription[40] & IS_ABSOLUTE == 0 { now.saturating_add(micros) } else { micros }
        });
        due.push((until, event));
    }
    let first = due.iter().map(|(until, _)| *until).min().ok_or(Errno::Inval)?;
    let due: Vec<u8> = due.iter().filter(|(until, _)| *until <= first).flat_map(|(_, event)| *event).collect();
    guest.write(events, &due)?;
    guest.set_u32(happened, due.len() / EVENT_LEN)?;
    Ok(first)
}
