//! An execution environment: one sandbox with a runtime in it, which works on one event at a time.

use std::{collections::BTreeMap, rc::Rc, time::Duration};

use bytes::Bytes;
use futures_channel::mpsc;
use futures_util::{FutureExt, StreamExt, future::select};
use http::{Request, Response};
use kernel::{AwsError, Caller, Timestamp};
use sandbox::{HttpCall, Image, SandboxConfig, Scratch, Step};

use super::{
    Activity, CurrentSpan, Initialization, Invocation, Plan,
    credentials::session_name,
    logs::LogStream,
    meter::{GuestClock, Meter},
    platform::{ColdStart, Event, Figures, Format},
    program::{Entrypoint, Process},
    report::{self, Answer, Failure},
    runtime_api::{self, Message},
    snapshots::not_restored,
    world,
};
use crate::functions::runtime_version;

/// How long an init may take before it is tried again as part of the invocation.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How old an environment may get before the next invocation gets a new one: its credentials last an
/// hour.
const LIFETIME: Duration = Duration::from_secs(45 * 60);

/// How long an init may take that a snapshot is taken after, at least.
const SNAPSHOT_INIT_LIMIT: Duration = Duration::from_secs(130);

/// How old one may get that is kept ready: another takes its place before it is too old to work.
pub const RENEWAL: Duration = Duration::from_secs(40 * 60);

/// A guest that waits for longer gives its memory back meanwhile: a thousand can wait at once.
const LONG_WAIT: Duration = Duration::from_millis(500);

/// One sandbox with a runtime in it.
pub struct Environment {
    plan: Plan,
    caller: Caller,
    started: Timestamp,
    clock: Rc<GuestClock>,
    logs: Rc<LogStream>,
    guest: Guest,
    /// The fleet that it belongs to, which counts who holds this.
    fleet: Option<Rc<()>>,
}

/// The running guest: what is new when a runtime is started again in the same environment.
struct Guest {
    sandbox: Process,
    meter: Meter,
    answers: mpsc::UnboundedReceiver<(u32, Response<Bytes>)>,
    answer: mpsc::UnboundedSender<(u32, Response<Bytes>)>,
    /// The runtime's call for its next invocation, while it waits for one.
    next: Option<u32>,
    /// The request id that the runtime works on.
    current: Option<String>,
    /// Whether whoever waits for that takes the answer in pieces.
    streams: bool,
    /// How the work on it went, once the runtime has said so.
    outcome: Option<Result<Answer, Failure>>,
    span: CurrentSpan,
}

/// An invocation's end: the answer, the newest lines of the log, and whether the environment can be
/// used again.
pub struct Ended {
    pub answer: Answer,
    pub tail: Vec<u8>,
    pub reusable: bool,
}

impl Environment {
    /// A new environment. Its runtime has not run yet.
    pub fn new(plan: Plan) -> Result<Self, AwsError> {
        let settings = &plan.version.settings;
        let caller = Caller::RoleSession {
            role_arn: settings.role.clone(),
            session_name: session_name(&plan.target.name),
            session_policy: None,
        };
        let group = settings.log_group(&plan.target.name);
        let logs = LogStream::new(&plan.kernel, caller.clone(), &plan.target.region, group, &plan.version.name());
        let clock = GuestClock::new(plan.kernel.clone());
        let started = plan.kernel.clock.now();
        let guest = Guest::start(&plan, &clock, &logs)?;
        let environment = Self { plan, caller, started, clock, logs, guest, fleet: None };
        environment.warn_of_capped_memory();
        Ok(environment)
    }

    /// Whether it is too old for another invocation.
    pub fn is_worn(&self) -> bool {
        self.plan.kernel.clock.now().since(self.started) > LIFETIME
    }

    /// Whether it is kept ready, and old enough to be replaced.
    pub fn is_due(&self) -> bool {
        self.is_provisioned() && self.plan.kernel.clock.now().since(self.started) >= RENEWAL
    }

    /// Counts it as part of a fleet for as long as it lives.
    pub fn join(&mut self, fleet: Rc<()>) {
        self.fleet = Some(fleet);
    }

    /// Whether it is kept ready, however long nobody needs it.
    pub fn is_provisioned(&self) -> bool {
        self.fleet.is_some()
    }

    /// Gives back the memory of an environment that is frozen.
    pub fn sleep(&mut self) {
        self.guest.sandbox.sleep();
    }

    /// Gets the runtime ready before there is an event; whether that went well.
    pub async fn initialize(&mut self) -> Result<bool, AwsError> {
        let ready = self.prepare(INIT_LIMIT).await?.is_ok();
        self.logs.flush();
        // What was written belongs to no invocation.
        self.logs.take_tail();
        Ok(ready)
    }

    /// Runs the init of a function's version, and keeps what came of it.
    pub async fn snapshot(&mut self) -> Result<Image, Failure> {
        let timeout = Duration::from_secs(self.plan.version.settings.timeout);
        let ready = self.init("init", timeout.max(SNAPSHOT_INIT_LIMIT)).await;
        self.logs.flush();
        ready?;
        self.guest.sandbox.snapshot().ok_or(Failure::Exited(sandbox::Exit::Code(0)))
    }

    /// Works on `invocation`, after an init if the runtime is not ready yet.
    pub async fn invoke(&mut self, invocation: Invocation) -> Result<Ended, AwsError> {
        *self.guest.span.borrow_mut() = invocation.span;
        let timeout = Duration::from_secs(self.plan.version.settings.timeout);
        let prepared = self.prepare(timeout).await?;
        let id = invocation.request_id.clone();
        self.say(&Event::Start { request_id: &id, version: &self.plan.version.name() });
        let (cold_start, outcome) = match prepared {
            Ok(cold_start) => (cold_start, self.work(invocation, timeout).await),
            Err(failure) => (None, Err(failure)),
        };
        let failure = outcome.as_ref().err();
        if let Some(failure) = failure {
            self.say(&Event::Failed { request_id: &id, failure, timeout: timeout.as_secs() });
        }
        self.say(&Event::End { request_id: &id, duration: self.guest.meter.millis(), failure });
        let figures = Figures {
            request_id: &id,
            duration: self.guest.meter.millis(),
            cold_start,
            memory_mb: self.plan.version.settings.memory_size,
            used_mb: self.guest.sandbox.memory_bytes().div_ceil(1 << 20) as u64,
        };
        self.say(&Event::Report { figures: &figures, failure });
        self.logs.flush();
        self.plan.seen.uses(figures.used_mb);
        self.plan.seen.turns(Activity::Frozen);
        let reusable = self.guest.next.is_some();
        let answer = outcome.unwrap_or_else(|failure| failure.answer(&id, timeout.as_secs()));
        Ok(Ended { answer, tail: self.logs.take_tail(), reusable })
    }

    /// Makes the runtime ready if it is not: what a cold start took, or why the runtime cannot work. A
    /// failed init is tried once more, then in the time of the invocation.
    async fn prepare(&mut self, timeout: Duration) -> Result<Result<Option<ColdStart>, Failure>, AwsError> {
        if self.guest.next.is_some() {
            return Ok(Ok(None));
        }
        self.plan.seen.turns(Activity::Starting);
        if self.plan.entrypoint.is_snapshot() {
            let millis = self.restore().await.map_err(|failure| not_restored(&failure))?;
            self.plan.seen.initialised(millis);
            return Ok(Ok(Some(ColdStart::Restore(millis))));
        }
        if let Ok(millis) = self.init("init", INIT_LIMIT).await {
            self.plan.seen.initialised(millis);
            return Ok(Ok(Some(ColdStart::Init(millis))));
        }
        let span = *self.guest.span.borrow();
        self.guest = Guest::start(&self.plan, &self.clock, &self.logs)?;
        *self.guest.span.borrow_mut() = span;
        Ok(self.init("invoke", timeout).await.map(|_| None))
    }

    /// Runs the runtime until it asks for its first invocation; the milliseconds that it took.
    async fn init(&mut self, phase: &str, limit: Duration) -> Result<f64, Failure> {
        let initialization = self.plan.initialization.name();
        let (function, version) = (&self.plan.target.name, self.plan.version.name());
        let memory_mb = self.plan.version.settings.memory_size;
        self.say(&Event::InitStart { initialization, phase, function, version: &version, memory_mb });
        if phase == "init" {
            self.guest.meter.begin_init(limit);
        } else {
            self.guest.meter.begin(limit);
        }
        let result = self.run().await;
        let millis = self.guest.meter.millis();
        match result.and_then(|()| self.guest.outcome.take().unwrap_or(Ok(Answer::default()))) {
            Ok(_) => {
                self.say(&Event::InitReport { duration: millis, initialization, phase, failure: None });
                Ok(millis)
            }
            Err(failure) => {
                self.say(&Event::InitReport { duration: millis, initialization, phase, failure: Some(&failure) });
                Err(failure)
            }
        }
    }

    /// Runs the copy of a runtime that was ready until it asks for its first invocation; the milliseconds
    /// that it took.
    async fn restore(&mut self) -> Result<f64, Failure> {
        let (function, version) = (&self.plan.target.name, self.plan.version.name());
        let runtime = self.plan.version.settings.runtime.as_deref().unwrap_or_default();
        let runtime_version = runtime_version(&self.plan.target.region, runtime);
        self.say(&Event::RestoreStart { runtime, runtime_version: &runtime_version, function, version: &version });
        self.guest.meter.begin_init(INIT_LIMIT);
        let result = self.run().await;
        let millis = self.guest.meter.millis();
        let result = result.and_then(|()| self.guest.outcome.take().unwrap_or(Ok(Answer::default())));
        self.say(&Event::RestoreReport { duration: millis, failure: result.as_ref().err() });
        if result.is_err() {
            self.logs.flush();
        }
        result.map(|_| millis)
    }

    /// Hands the event to a runtime that is ready, and runs it until it asks for the next one.
    async fn work(&mut self, invocation: Invocation, timeout: Duration) -> Result<Answer, Failure> {
        self.plan.seen.turns(Activity::Busy);
        self.guest.meter.begin(timeout);
        let deadline = self.clock.now_ms() + timeout.as_millis() as u64;
        if let Some(id) = self.guest.next.take() {
            let trace_id = self.trace_id(invocation.trace_header.as_deref());
            self.guest.sandbox.complete(id, runtime_api::event(&invocation, deadline, &trace_id));
        }
        self.guest.streams = invocation.streams;
        self.guest.current = Some(invocation.request_id);
        self.guest.outcome = None;
        self.run().await?;
        self.guest.current = None;
        // The runtime asked for the next event without a word about this one.
        let silent = Failure::Exited(sandbox::Exit::Code(0));
        self.guest.outcome.take().unwrap_or(Err(silent))
    }

    /// Steps the guest until it asks for an invocation, fails, or its time is up.
    async fn run(&mut self) -> Result<(), Failure> {
        loop {
            let step = self.guest.sandbox.step()?;
            let fuel = self.guest.sandbox.fuel_used();
            self.guest.meter.burn(fuel);
            let Some(left) = self.guest.meter.left() else { return Err(Failure::TimedOut) };
            match step {
                Step::Continue => self.plan.kernel.tasks.breathe().await,
                Step::Log(line) => self.log(&line),
                Step::Http(call) => self.http(call),
                Step::Waiting { .. } if self.guest.next.is_some() => return Ok(()),
                // It is ready to be copied: it has come back, and waits for nothing.
                Step::Waiting { .. } if self.is_at_rest() => return Ok(()),
                Step::Waiting { until_us } => self.wait(until_us, left).await,
                Step::Exited(exit) => {
                    // A runtime that reported why it could not start has said more than its exit does.
                    return Err(match self.guest.outcome.take() {
                        Some(Err(failure)) if self.guest.current.is_none() => failure,
                        _ => Failure::Exited(exit),
                    });
                }
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        let is_for_snapshot = self.plan.initialization == Initialization::SnapStart;
        is_for_snapshot && !self.plan.entrypoint.is_snapshot() && self.guest.sandbox.is_at_rest()
    }

    /// Waits for an answer, for the guest's timer, or for the end of its time.
    async fn wait(&mut self, until_us: Option<u64>, left: Duration) {
        let clock = &self.plan.kernel.clock;
        let before = clock.now();
        let timer = until_us.map_or(left, |until| {
            Duration::from_micros((until as f64 - self.clock.now_us()).max(0.0).ceil() as u64).min(left)
        });
        if until_us.is_some() && timer >= LONG_WAIT {
            self.guest.sandbox.sleep();
        }
        let sleep = clock.sleep(timer).boxed_local();
        if let futures_util::future::Either::Left((Some((id, response)), _)) =
            select(self.guest.answers.next(), sleep).await
        {
            self.guest.sandbox.complete(id, response);
        }
        let waited = self.plan.kernel.clock.now().since(before);
        self.guest.meter.wait(waited.min(timer.max(Duration::from_millis(1))));
        while let Ok((id, response)) = self.guest.answers.try_recv() {
            self.guest.sandbox.complete(id, response);
        }
    }

    fn http(&mut self, call: HttpCall) {
        let host = call.request.uri().authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
        if host == runtime_api::HOST {
            self.runtime_api(call.id, &call.request);
            return;
        }
        let name = call.request.uri().host().unwrap_or_default();
        if !world::is_cloud(name) {
            self.guest.sandbox.fail(call.id, &world::no_internet(name));
            return;
        }
        let (kernel, region) = (self.plan.kernel.clone(), &self.plan.target.region);
        let span = *self.guest.span.borrow();
        let request = world::to_door(&kernel, call.request, &self.caller, region, span);
        let answer = self.guest.answer.clone();
        // A call that has left is served even while the environment is frozen.
        self.plan.kernel.tasks.spawn(async move {
            let response = kernel.send(request).await;
            // The environment may be gone by now.
            let _ = answer.unbounded_send((call.id, response));
        });
    }

    fn runtime_api(&mut self, id: u32, request: &Request<Bytes>) {
        let current = self.guest.current.clone();
        let is_current = |request_id: &String| current.as_ref() == Some(request_id);
        let (outcome, response) = match runtime_api::read(request) {
            Message::Next => {
                self.guest.next = Some(id);
                return;
            }
            Message::Response { request_id, payload, content_type } if is_current(&request_id) => {
                let answer = report::response(payload, content_type, self.guest.streams);
                (Some(Ok(answer)), runtime_api::accepted())
            }
            Message::Error { request_id, error_type, payload } if is_current(&request_id) => {
                (Some(Err(Failure::Reported { error_type, payload })), runtime_api::accepted())
            }
            Message::InitError { error_type, payload } => {
                (Some(Err(Failure::Reported { error_type, payload })), runtime_api::accepted())
            }
            Message::Response { .. } | Message::Error { .. } => (None, runtime_api::wrong_request_id()),
            Message::Unknown => (None, runtime_api::unknown()),
        };
        if outcome.is_some() {
            self.guest.outcome = outcome;
        }
        self.guest.sandbox.complete(id, response);
    }

    fn log(&self, line: &str) {
        self.logs.write(self.clock.now_ms(), line);
    }

    /// Writes what the service has to say.
    fn say(&self, event: &Event) {
        let moment = jiff::Timestamp::from_millisecond(self.clock.now_ms().cast_signed()).unwrap_or_default();
        let moment = moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let format = Format::of(&self.plan.version.settings.logging_config);
        if let Some(line) = format.line(event, &moment) {
            self.log(&line);
        }
    }

    fn warn_of_capped_memory(&self) {
        let wanted = self.plan.version.settings.memory_size << 20;
        let most = sandbox::max_memory_bytes() as u64;
        if wanted > most {
            let most = most >> 20;
            self.log(&format!("SAMLET This function can use {most} MB of memory here; its share of the processor is that of its setting."));
        }
    }

    /// `_X_AMZN_TRACE_ID`: goes on with the trace that the request is part of, or begins one. With
    /// `TracingConfig` active, what nobody has decided on is sampled.
    fn trace_id(&self, header: Option<&str>) -> String {
        let field = |name: &str| header?.split(';').find_map(|part| part.trim().strip_prefix(name));
        let hex = |length| self.plan.kernel.rng.string("0123456789abcdef", length);
        let root = field("Root=")
            .map_or_else(|| format!("1-{:08x}-{}", self.plan.kernel.clock.now().secs(), hex(24)), str::to_owned);
        let is_active = self.plan.version.settings.tracing_config.mode == "Active";
        let sampled = field("Sampled=").filter(|sampled| matches!(*sampled, "0" | "1"));
        let sampled = sampled.unwrap_or(if is_active { "1" } else { "0" });
        format!("Root={root};Parent={};Sampled={sampled}", hex(16))
    }
}

impl Guest {
    fn start(plan: &Plan, clock: &Rc<GuestClock>, logs: &LogStream) -> Result<Self, AwsError> {
        let settings = &plan.version.settings;
        // A page has not the memory for more of it than for a guest.
        let scratch_bytes = (settings.ephemeral_storage.size << 20).min(sandbox::max_memory_bytes() as u64);
        let config = SandboxConfig {
            memory_bytes: (settings.memory_size as usize) << 20,
            files: plan.files.clone(),
            env: variables(plan, logs),
            scratch: Scratch::new(scratch_bytes),
            ..SandboxConfig::new(clock.clone())
        };
        let sandbox =
            Process::start(&plan.entrypoint, config).map_err(|error| AwsError::internal(error.to_string()))?;
        let (answer, answers) = mpsc::unbounded();
        Ok(Self {
            sandbox,
            meter: Meter::new(clock.clone(), settings.memory_size),
            answers,
            answer,
            next: None,
            current: None,
            streams: false,
            outcome: None,
            span: CurrentSpan::default(),
        })
    }
}

/// The environment variables: those of the service, then the function's own.
fn variables(plan: &Plan, logs: &LogStream) -> Vec<(String, String)> {
    let (settings, target) = (&plan.version.settings, &plan.target);
    let (memory, version) = (settings.memory_size.to_string(), plan.version.name());
    let runtime = format!("AWS_Lambda_{}", settings.runtime.as_deref().unwrap_or_default());
    let logging = &settings.logging_config;
    let mut variables = vec![
        ("_HANDLER", settings.handler.as_deref().unwrap_or_default()),
        ("AWS_REGION", &target.region),
        ("AWS_DEFAULT_REGION", &target.region),
        ("AWS_EXECUTION_ENV", &runtime),
        ("AWS_LAMBDA_FUNCTION_NAME", &target.name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_LAMBDA_FUNCTION_VERSION", &version),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", plan.initialization.name()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", logs.group()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", logs.name()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api::HOST),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("PWD", "/var/task"),
        ("SHLVL", "0"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
        ("TZ", ":UTC"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
    ];
    match settings.runtime.as_deref() {
        Some(runtime) if runtime.starts_with("nodejs") => {
            let path = "/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules";
            variables.push(("NODE_PATH", path));
        }
        Some(runtime) if runtime.starts_with("python") => variables.push(("PYTHONPATH", "/var/runtime")),
        _ => {}
    }
    if logging.log_format.as_deref() == Some("JSON") {
        variables.push(("AWS_LAMBDA_LOG_FORMAT", "JSON"));
        variables.push(("AWS_LAMBDA_LOG_LEVEL", logging.application_log_level.as_deref().unwrap_or("INFO")));
    }
    if let Some(credentials) = &plan.credentials {
        variables.extend([
            ("AWS_ACCESS_KEY_ID", credentials.access_key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key),
            ("AWS_SESSION_TOKEN", &credentials.session_token),
        ]);
    }
    if let Entrypoint::Program(program) = &plan.entrypoint {
        variables.extend(program.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    }
    variables.extend(settings.variables());
    if settings.is_image() {
        // The image says what runs, and no managed runtime does.
        variables.retain(|(name, _)| !matches!(*name, "_HANDLER" | "AWS_EXECUTION_ENV"));
    }
    // Of a name that is set twice the last one counts.
    let unique: BTreeMap<&str, &str> = variables.into_iter().collect();
    unique.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
