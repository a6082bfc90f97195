//! A running sandbox.

use crate::abi::{Border, Wish};
use crate::image::boot_host;
use crate::snapshot::Snapshot;
use crate::suspend::{HttpAnswer, Suspended, Suspension};
use crate::{Error, Image, SandboxConfig, max_memory_bytes, program, wire};
use bytes::Bytes;
use http::{Request, Response};
use std::collections::VecDeque;
use std::fmt;
use wasmi::{Instance, Memory, Store, TrapCode, TypedFunc, TypedResumableCall, TypedResumableCallOutOfFuel};

/// What a sandbox wants after a step.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a step is looked at as soon as it is made")]
pub enum Step {
    /// The slice is used up: call [`Sandbox::step`] again after letting the host breathe.
    Continue,
    /// The guest makes an HTTP call; answer it with [`Sandbox::complete`] or [`Sandbox::fail`].
    Http(HttpCall),
    /// The guest writes a log line.
    Log(String),
    /// The guest does nothing until a call is answered, or until that time (microseconds since the
    /// epoch, on the clock of the [`Host`](crate::Host)).
    Waiting {
        /// When the guest wants to be stepped again at the latest.
        until_us: Option<u64>,
    },
    /// The guest is gone; every further step says the same.
    Exited(Exit),
}

/// An HTTP call of a guest.
#[derive(Debug)]
pub struct HttpCall {
    /// The number by which it is answered.
    pub id: u32,
    /// The request, with an absolute URL.
    pub request: Request<Bytes>,
}

/// Why a guest is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It ended itself.
    Code(i32),
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// It did what no Wasm program may do, or panicked.
    Trap(String),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "exit status {code}"),
            Exit::OutOfMemory => f.write_str("out of memory"),
            Exit::Trap(reason) => write!(f, "trap: {reason}"),
        }
    }
}

/// A call into the guest that waits for its turn.
enum Entry {
    Start,
    Wake,
    HttpDone { id: u32, message: Vec<u8>, ok: bool },
}

/// A call into the guest that is under way.
enum Running {
    /// Its slice is used up.
    Cut(TypedResumableCallOutOfFuel<()>),
    /// It waits in an import.
    Suspended(Suspended),
}

/// One guest with its own memory, which runs only while it is stepped.
pub struct Sandbox {
    image: Image,
    guest: Guest,
    /// How many of its HTTP calls have been answered.
    answered: u32,
    running: Option<Running>,
    entries: VecDeque<Entry>,
    exit: Option<Exit>,
    fuel_slice: u64,
    fuel_used: u64,
    fuel_at_breath: u64,
    is_due_to_breathe: bool,
}

/// The guest itself.
enum Guest {
    Awake(Box<Awake>),
    /// Only what makes it different from its image is kept.
    Asleep(Box<Asleep>),
}

/// A guest that can run.
struct Awake {
    store: Store<Border>,
    instance: Instance,
    memory: Memory,
    exports: Exports,
}

/// A guest that has given back its memory.
struct Asleep {
    border: Border,
    kept: Snapshot,
}

impl Awake {
    fn new(image: &Image, border: Border) -> Result<Self, Error> {
        let (store, instance, memory) = image.clone_guest(border)?;
        let invalid =
            |error: wasmi::Error| Error::InvalidGuest { name: image.name().to_owned(), reason: error.to_string() };
        let exports = Exports::of(image, &store, instance).map_err(invalid)?;
        Ok(Self { store, instance, memory, exports })
    }

    /// Begins the next entry. A message is first copied into a buffer of the guest's, whose fuel is counted apart.
    fn enter(
        &mut self,
        entries: &mut VecDeque<Entry>,
        fuel_used: &mut u64,
    ) -> Result<TypedResumableCall<()>, wasmi::Error> {
        let (alloc, start, wake, http_done) = match &mut self.exports {
            Exports::Runtime { alloc, start, wake, http_done } => (alloc, start, wake, http_done),
            Exports::Program(functions) => {
                entries.clear();
                // A program that comes back from its last function has ended.
                let function = functions.pop_front().ok_or_else(|| wasmi::Error::i32_exit(0))?;
                entries.push_back(Entry::Start);
                return function.call_resumable(&mut self.store, ());
            }
        };
        match entries.pop_front() {
            None => Ok(TypedResumableCall::Finished(())),
            Some(Entry::Start) => start.call_resumable(&mut self.store, ()),
            Some(Entry::Wake) => wake.call_resumable(&mut self.store, ()),
            Some(Entry::HttpDone { id, message, ok }) => {
                let len = u32::try_from(message.len()).map_err(|_| wasmi::Error::new("the message is too large"))?;
                let slice = self.store.get_fuel()?;
                // An allocation is short, and must not be cut.
                self.store.set_fuel(u64::MAX)?;
                let pointer = alloc.call(&mut self.store, len)?;
                *fuel_used += u64::MAX - self.store.get_fuel()?;
                self.store.set_fuel(slice)?;
                self.memory.write(&mut self.store, pointer as usize, &message)?;
                let parameters = (id, pointer, len, u32::from(ok));
                http_done.call_resumable(&mut self.store, parameters)
            }
        }
    }
}

/// Where a guest is entered.
enum Exports {
    Runtime {
        alloc: TypedFunc<u32, u32>,
        start: TypedFunc<(), ()>,
        wake: TypedFunc<(), ()>,
        http_done: TypedFunc<(u32, u32, u32, u32), ()>,
    },
    /// The functions that run one after the other: that of the module, and `_start`.
    Program(VecDeque<TypedFunc<(), ()>>),
}

impl Exports {
    fn of(image: &Image, store: &Store<Border>, instance: Instance) -> Result<Self, wasmi::Error> {
        if image.is_program() {
            let module_start = instance.get_typed_func(store, program::START).ok();
            let start = instance.get_typed_func(store, "_start")?;
            return Ok(Exports::Program(module_start.into_iter().chain([start]).collect()));
        }
        Ok(Exports::Runtime {
            alloc: instance.get_typed_func(store, "alloc")?,
            start: instance.get_typed_func(store, "start")?,
            wake: instance.get_typed_func(store, "wake")?,
            http_done: instance.get_typed_func(store, "http_done")?,
        })
    }
}

impl Sandbox {
    /// Clones the image; the first [`step`](Self::step) enters the guest.
    pub fn start(image: &Image, config: SandboxConfig) -> Result<Self, Error> {
        let memory_limit = config.memory_bytes.min(max_memory_bytes());
        let mut border = Border::new(config.host, memory_limit);
        border.files = config.files;
        border.env = config.env;
        border.process.args = config.args;
        border.process.stdin = config.stdin;
        border.process.output = config.output;
        border.process.scratch = config.scratch;
        border.process.working_directory = config.working_directory;
        Ok(Sandbox {
            guest: Guest::Awake(Box::new(Awake::new(image, border)?)),
            image: image.clone(),
            answered: 0,
            running: None,
            entries: VecDeque::from([if image.is_snapshot() { Entry::Wake } else { Entry::Start }]),
            exit: None,
            fuel_slice: config.fuel_slice.max(1),
            fuel_used: 0,
            fuel_at_breath: 0,
            is_due_to_breathe: false,
        })
    }

    /// Runs the guest for at most one slice, until it wants something.
    pub fn step(&mut self) -> Step {
        loop {
            if let Some(step) = self.next_wish() {
                return step;
            }
            if let Some(exit) = &self.exit {
                return Step::Exited(exit.clone());
            }
            if let Some(step) = self.suspended() {
                return step;
            }
            if std::mem::take(&mut self.is_due_to_breathe) {
                self.fuel_at_breath = self.fuel_used;
                return Step::Continue;
            }
            if self.running.is_none() && !self.has_entry() {
                return Step::Waiting { until_us: self.border().wake_at_us };
            }
            self.run_slice();
            let is_cut = matches!(self.running, Some(Running::Cut(_)));
            // So is a guest that has done as much in many short turns, each of which asked for something.
            self.is_due_to_breathe = is_cut || self.fuel_used - self.fuel_at_breath >= self.fuel_slice;
        }
    }

    /// Answers an HTTP call. The answer reaches the guest with the next step.
    pub fn complete(&mut self, id: u32, response: Response<Bytes>) {
        self.answer(id, wire::encode_response(&response), true);
    }

    /// Says that an HTTP call got no answer, and why.
    pub fn fail(&mut self, id: u32, reason: &str) {
        self.answer(id, reason.as_bytes().to_vec(), false);
    }

    fn answer(&mut self, id: u32, message: Vec<u8>, ok: bool) {
        self.answered += 1;
        match &mut self.running {
            Some(Running::Suspended(call)) if call.waits_for == Suspension::Http(id) => {
                call.answer = Some(HttpAnswer { message: message.into(), ok });
            }
            _ => self.entries.push_back(Entry::HttpDone { id, message, ok }),
        }
    }

    /// Gives back the memory of a guest that waits, as far as it is what its image has. The next thing that it does
    /// makes it whole again, which takes as long as a start. A guest that stands still in the middle of a call stays as
    /// it is.
    pub fn sleep(&mut self) {
        let is_idle = self.running.is_none() && self.entries.is_empty() && self.exit.is_none();
        let Guest::Awake(awake) = &self.guest else { return };
        let Some(base) = self.image.base().filter(|_| is_idle) else { return };
        let kept = Snapshot::take(&awake.store, awake.instance, awake.memory, base);
        let asleep = Asleep { border: Border::new(boot_host(), 0), kept };
        let before = std::mem::replace(&mut self.guest, Guest::Asleep(Box::new(asleep)));
        if let (Guest::Awake(awake), Guest::Asleep(asleep)) = (before, &mut self.guest) {
            asleep.border = awake.store.into_data();
        }
    }

    fn wake_up(&mut self) -> Result<(), Error> {
        let Guest::Asleep(asleep) = &mut self.guest else { return Ok(()) };
        let border = std::mem::replace(&mut asleep.border, Border::new(boot_host(), 0));
        let mut awake = Awake::new(&self.image, border)?;
        let restored = asleep.kept.restore(&mut awake.store, awake.instance, awake.memory);
        restored
            .map_err(|error| Error::InvalidGuest { name: self.image.name().to_owned(), reason: error.to_string() })?;
        self.guest = Guest::Awake(Box::new(awake));
        Ok(())
    }

    fn border(&self) -> &Border {
        match &self.guest {
            Guest::Awake(awake) => awake.store.data(),
            Guest::Asleep(asleep) => &asleep.border,
        }
    }

    fn border_mut(&mut self) -> &mut Border {
        match &mut self.guest {
            Guest::Awake(awake) => awake.store.data_mut(),
            Guest::Asleep(asleep) => &mut asleep.border,
        }
    }

    /// Whether the guest is in the middle of nothing, and asks for nothing.
    pub fn is_at_rest(&self) -> bool {
        let border = self.border();
        let asks = !border.wishes.is_empty() || border.wake_at_us.is_some() || border.calls() > self.answered;
        self.running.is_none() && self.entries.is_empty() && self.exit.is_none() && !asks
    }

    /// The guest as it stands still now, as an image: sandboxes that start from it are woken instead of
    /// started. `None` if it is not at rest.
    pub fn snapshot(&self) -> Result<Option<Image>, Error> {
        if !self.is_at_rest() {
            return Ok(None);
        }
        let Guest::Awake(awake) = &self.guest else { return Ok(None) };
        self.image.of_sandbox(&awake.store, awake.instance, awake.memory).map(Some)
    }

    /// All the fuel that the guest has used: its processor time, the same for the same work.
    pub fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// The size of the guest's memory.
    pub fn memory_bytes(&self) -> usize {
        match &self.guest {
            Guest::Awake(awake) => awake.memory.data_size(&awake.store),
            Guest::Asleep(asleep) => asleep.kept.memory_len(),
        }
    }

    /// What a program has written to its standard output, if it is [kept](crate::Output::Kept).
    pub fn take_output(&mut self) -> Bytes {
        std::mem::take(&mut self.border_mut().process.kept).into()
    }

    /// The next thing that the guest asked for. A call with a bad request is answered here.
    fn next_wish(&mut self) -> Option<Step> {
        loop {
            match self.border_mut().wishes.pop_front()? {
                Wish::Log(line) => return Some(Step::Log(line)),
                Wish::Http(id, Ok(request)) => return Some(Step::Http(HttpCall { id, request })),
                Wish::Http(id, Err(reason)) => self.fail(id, &reason),
            }
        }
    }

    /// What the guest waits for in the middle of an import, if it cannot go on yet.
    fn suspended(&self) -> Option<Step> {
        let Some(Running::Suspended(call)) = &self.running else { return None };
        let is_ready = call.is_ready(self.border().host.now_us());
        (!is_ready).then(|| Step::Waiting { until_us: call.until_us() })
    }

    /// Whether there is something to call; a timer that is due becomes an entry.
    fn has_entry(&mut self) -> bool {
        let border = self.border_mut();
        if border.wake_at_us.is_some_and(|at| at <= border.host.now_us()) {
            border.wake_at_us = None;
            self.entries.push_back(Entry::Wake);
        }
        !self.entries.is_empty()
    }

    fn run_slice(&mut self) {
        let required = match &self.running {
            Some(Running::Cut(call)) => call.required_fuel(),
            _ => 0,
        };
        let outcome = self.run(self.fuel_slice.max(required));
        match outcome {
            Ok(TypedResumableCall::Finished(())) => {}
            Ok(TypedResumableCall::OutOfFuel(call)) => self.running = Some(Running::Cut(call)),
            Ok(TypedResumableCall::HostTrap(call)) => match Suspension::of(call.host_error()) {
                Some(waits_for) => {
                    self.running = Some(Running::Suspended(Suspended { call, waits_for, answer: None }));
                }
                None => self.stop(call.host_error()),
            },
            Err(error) => self.stop(&error),
        }
    }

    /// Runs with that much fuel, and counts what was used.
    fn run(&mut self, fuel: u64) -> Result<TypedResumableCall<()>, wasmi::Error> {
        self.wake_up().map_err(|error| wasmi::Error::new(error.to_string()))?;
        let Guest::Awake(awake) = &mut self.guest else { return Ok(TypedResumableCall::Finished(())) };
        awake.store.set_fuel(fuel)?;
        let result = match self.running.take() {
            Some(Running::Cut(call)) => call.resume(&mut awake.store),
            Some(Running::Suspended(mut call)) => {
                let results = call.results(&mut awake.store.data_mut().answer);
                call.call.resume(&mut awake.store, &results)
            }
            None => awake.enter(&mut self.entries, &mut self.fuel_used),
        };
        self.fuel_used += fuel.saturating_sub(awake.store.get_fuel()?);
        self.fuel_used += std::mem::take(&mut awake.store.data_mut().unpaid);
        result
    }

    fn stop(&mut self, error: &wasmi::Error) {
        let exit = if let Some(code) = error.i32_exit_status() {
            Exit::Code(code)
        } else if error.as_trap_code() == Some(TrapCode::GrowthOperationLimited) {
            Exit::OutOfMemory
        } else {
            Exit::Trap(error.to_string())
        };
        self.entries.clear();
        let border = self.border_mut();
        let rest = border.process.last_lines();
        border.wishes.extend(rest.into_iter().map(Wish::Log));
        self.exit = Some(exit);
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("memory_bytes", &self.memory_bytes())
            .field("fuel_used", &self.fuel_used)
            .field("exit", &self.exit)
            .finish_non_exhaustive()
    }
}
