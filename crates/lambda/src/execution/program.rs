//! What an environment runs: a runtime of ours, a program of the user's that speaks the Runtime API
//! itself, or one that reads an event from its standard input and writes the answer to its output.

use bytes::Bytes;
use http::{Request, Response};
use sandbox::{Exit, HttpCall, Image, Output, Sandbox, SandboxConfig, Step};

use super::{
    report::{Failure, MAX_RESPONSE_BYTES},
    runtime_api::{self, PREFIX},
};

/// Where an environment begins.
#[derive(Clone)]
pub enum Entrypoint {
    /// A runtime of ours.
    Runtime(Image),
    /// A program of the user's.
    Program(Program),
    /// Nothing that can be run, and why.
    Invalid(String),
}

impl Entrypoint {
    /// Whether it begins where a function's init has ended.
    pub fn is_snapshot(&self) -> bool {
        matches!(self, Self::Runtime(image) if image.is_snapshot())
    }
}

/// A program of the user's.
#[derive(Clone)]
pub struct Program {
    pub image: Image,
    /// Its name first.
    pub args: Vec<String>,
    pub working_directory: String,
    /// What its container image sets besides the function's own variables.
    pub variables: Vec<(String, String)>,
}

/// What runs, or why it does not.
pub enum Process {
    Guest(Sandbox),
    Command(Command),
    Broken(Failure),
}

impl Process {
    /// Starts what the entry point names.
    pub fn start(entrypoint: &Entrypoint, mut config: SandboxConfig) -> Result<Self, sandbox::Error> {
        let program = match entrypoint {
            Entrypoint::Runtime(image) => return Sandbox::start(image, config).map(Self::Guest),
            Entrypoint::Invalid(reason) => return Ok(Self::Broken(Failure::InvalidEntrypoint(reason.clone()))),
            Entrypoint::Program(program) => program,
        };
        config.args.clone_from(&program.args);
        config.working_directory.clone_from(&program.working_directory);
        if program.image.calls_http() {
            return Ok(start(&program.image, config).map_or_else(Self::Broken, Self::Guest));
        }
        config.output = Output::Kept(MAX_RESPONSE_BYTES + 1);
        let turn = Turn::Ready;
        Ok(Self::Command(Command { image: program.image.clone(), config, turn, fuel: 0, memory: 0 }))
    }

    /// Runs one slice.
    pub fn step(&mut self) -> Result<Step, Failure> {
        match self {
            Self::Guest(sandbox) => Ok(sandbox.step()),
            Self::Command(command) => command.step(),
            Self::Broken(failure) => Err(failure.clone()),
        }
    }

    /// Answers an HTTP call.
    pub fn complete(&mut self, id: u32, response: Response<Bytes>) {
        match self {
            Self::Guest(sandbox) => sandbox.complete(id, response),
            Self::Command(command) => command.complete(&response),
            Self::Broken(_) => {}
        }
    }

    /// Says that an HTTP call got no answer. A command makes none that can fail.
    pub fn fail(&mut self, id: u32, reason: &str) {
        if let Self::Guest(sandbox) = self {
            sandbox.fail(id, reason);
        }
    }

    /// Gives back the memory of a guest that waits.
    pub fn sleep(&mut self) {
        if let Self::Guest(sandbox) = self {
            sandbox.sleep();
        }
    }

    /// Whether a runtime has come back from its start, and waits for nothing.
    pub fn is_at_rest(&self) -> bool {
        matches!(self, Self::Guest(sandbox) if sandbox.is_at_rest())
    }

    /// A runtime that is at rest, as an image.
    pub fn snapshot(&self) -> Option<Image> {
        let Self::Guest(sandbox) = self else { return None };
        sandbox.snapshot().ok().flatten()
    }

    /// All the fuel that was used.
    pub fn fuel_used(&self) -> u64 {
        match self {
            Self::Guest(sandbox) => sandbox.fuel_used(),
            Self::Command(command) => command.fuel_used(),
            Self::Broken(_) => 0,
        }
    }

    /// The size of the memory.
    pub fn memory_bytes(&self) -> usize {
        match self {
            Self::Guest(sandbox) => sandbox.memory_bytes(),
            Self::Command(command) => command.memory,
            Self::Broken(_) => 0,
        }
    }
}

fn start(image: &Image, config: SandboxConfig) -> Result<Sandbox, Failure> {
    Sandbox::start(image, config).map_err(|error| match error {
        sandbox::Error::MemoryLimitTooSmall { .. } => Failure::Exited(Exit::OutOfMemory),
        error => Failure::InvalidEntrypoint(error.to_string()),
    })
}

/// A program that knows no Runtime API: it is run anew for each event. To its environment it looks
/// like a runtime that asks for an event and answers it.
pub struct Command {
    image: Image,
    config: SandboxConfig,
    turn: Turn,
    /// What the runs before have used.
    fuel: u64,
    /// The size of the memory of the largest run.
    memory: usize,
}

/// What a command is at.
enum Turn {
    Ready,
    /// It has asked for an event.
    Asking,
    Working {
        request_id: String,
        sandbox: Box<Sandbox>,
    },
    Failed(Failure),
    /// It has answered.
    Answering,
}

impl Command {
    fn step(&mut self) -> Result<Step, Failure> {
        match &mut self.turn {
            Turn::Ready => {
                self.turn = Turn::Asking;
                Ok(call("GET", "invocation/next", Bytes::new()))
            }
            Turn::Asking | Turn::Answering => Ok(Step::Waiting { until_us: None }),
            Turn::Failed(failure) => Err(failure.clone()),
            Turn::Working { request_id, sandbox } => {
                let step = sandbox.step();
                self.memory = self.memory.max(sandbox.memory_bytes());
                if !matches!(step, Step::Exited(Exit::Code(0))) {
                    return Ok(step);
                }
                let answer = call("POST", &format!("invocation/{request_id}/response"), sandbox.take_output());
                self.fuel += sandbox.fuel_used();
                self.turn = Turn::Answering;
                Ok(answer)
            }
        }
    }

    fn complete(&mut self, response: &Response<Bytes>) {
        self.turn = match self.turn {
            Turn::Asking => {
                let id = response.headers().get("lambda-runtime-aws-request-id").and_then(|id| id.to_str().ok());
                let config = SandboxConfig { stdin: response.body().clone(), ..self.config.clone() };
                match start(&self.image, config) {
                    Ok(sandbox) => {
                        let request_id = id.unwrap_or_default().to_owned();
                        Turn::Working { request_id, sandbox: Box::new(sandbox) }
                    }
                    Err(failure) => Turn::Failed(failure),
                }
            }
            _ => Turn::Ready,
        };
    }

    fn fuel_used(&self) -> u64 {
        match &self.turn {
            Turn::Working { sandbox, .. } => self.fuel + sandbox.fuel_used(),
            _ => self.fuel,
        }
    }
}

/// A call of the Runtime API. A command has one at a time, so they need no numbers.
fn call(method: &str, path: &str, body: Bytes) -> Step {
    let mut request = Request::new(body);
    if let (Ok(method), Ok(uri)) = (method.parse(), format!("http://{}{PREFIX}{path}", runtime_api::HOST).parse()) {
        *request.method_mut() = method;
        *request.uri_mut() = uri;
    }
    Step::Http(HttpCall { id: 0, request })
}
