//! The JavaScript engine, and how it is entered.

use crate::{builtins, compile, host, modules, natives};
use rquickjs::context::EvalOptions;
use rquickjs::function::IntoArgs;
use rquickjs::{Context, Ctx, Exception, Function, Object, Persistent, Runtime, TypedArray, Value};
use std::cell::OnceCell;

/// Half of the Wasm stack (see `README.md`): frames of the interpreter itself need the rest.
const STACK_BYTES: usize = 512 << 10;

struct Engine {
    context: Context,
    hooks: Persistent<Object<'static>>,
    /// Dropping the runtime would end the engine.
    _runtime: Runtime,
}

thread_local! {
    static ENGINE: OnceCell<Engine> = const { OnceCell::new() };
}

/// The functions by which `js/internal/boot.js` is entered.
pub struct Hooks<'a, 'js> {
    ctx: &'a Ctx<'js>,
    hooks: Object<'js>,
}

impl<'js> Hooks<'_, 'js> {
    /// Calls a hook.
    pub fn call<A: IntoArgs<'js>>(&self, name: &str, args: A) -> rquickjs::Result<()> {
        self.hooks.get::<_, Function>(name)?.call(args)
    }

    /// Delivers the answer to an HTTP call.
    pub fn http_done(&self, id: u32, message: &[u8], ok: bool) -> rquickjs::Result<()> {
        let head_len = match message.windows(2).position(|pair| pair == b"\n\n") {
            Some(end) if ok => end,
            _ => message.len(),
        };
        let head = String::from_utf8_lossy(&message[..head_len]).into_owned();
        let body = message.get(head_len + 2..).unwrap_or_default();
        let body = TypedArray::<u8>::new_copy(self.ctx.clone(), body)?;
        self.call("httpDone", (id, ok, head, body))
    }
}

/// Creates the engine, compiles the built-in modules and runs the boot module.
///
/// In an image that was baked this has happened before.
pub fn boot() {
    if ENGINE.with(|cell| cell.get().is_some()) {
        return;
    }
    let engine = start().unwrap_or_else(|error| panic!("boot: {error}"));
    ENGINE.with(|cell| cell.set(engine).unwrap_or_else(|_| panic!("boot was called twice")));
}

fn start() -> rquickjs::Result<Engine> {
    let runtime = Runtime::new()?;
    runtime.set_max_stack_size(STACK_BYTES);
    runtime.set_loader(modules::ModuleResolver, modules::ModuleLoader);
    runtime.set_host_promise_rejection_tracker(Some(Box::new(|ctx, promise, reason, handled| {
        let Some(hooks) = hooks(&ctx) else { return };
        let told = hooks.call("rejection", (promise, reason, handled));
        debug_assert!(told.is_ok(), "the hook only writes to a map");
    })));
    let context = Context::full(&runtime)?;
    let hooks = context.with(|ctx| {
        let hooks = boot_module(&ctx).inspect_err(|error| {
            host::log(&format!("boot: {}", describe(&ctx.catch(), error)));
        })?;
        Ok::<_, rquickjs::Error>(Persistent::save(&ctx, hooks))
    })?;
    Ok(Engine { context, hooks, _runtime: runtime })
}

fn boot_module<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    let native = natives::object(ctx)?;
    let modules = Object::new(ctx.clone())?;
    for builtin in builtins::BUILTINS {
        let source = builtin.take_source();
        let wrapped = format!("(function (exports, require, module, native) {{{source}\n}})");
        modules.set(builtin.name, compile::stripped(ctx, &wrapped, &format!("node:{}", builtin.name))?)?;
    }
    let boot: Function = modules.get("internal/boot")?;
    let module = Object::new(ctx.clone())?;
    let exports = Object::new(ctx.clone())?;
    boot.call::<_, ()>((exports.clone(), modules, module, native))?;
    Ok(exports)
}

/// Options for evaluating a script under a file name.
pub fn eval_options(filename: &str, strict: bool) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = strict;
    options.filename = Some(filename.to_owned());
    options
}

/// Enters JavaScript, then runs all that follows from it: promise jobs, ticks, and what is to be done
/// when nothing is left.
pub fn turn(enter: impl FnOnce(&Hooks) -> rquickjs::Result<()>) {
    let context = ENGINE.with(|engine| engine.get().map(|engine| engine.context.clone()));
    let Some(context) = context else { return };
    context.with(|ctx| {
        let Some(hooks) = hooks(&ctx) else { return };
        if enter(&hooks).is_err() {
            uncaught(&hooks);
        }
        loop {
            while ctx.execute_pending_job() {}
            let settle = hooks.hooks.get::<_, Function>("settle");
            match settle.and_then(|settle| settle.call::<_, bool>(())) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => uncaught(&hooks),
            }
        }
    });
}

/// The hooks of the running engine; none while it boots.
pub fn hooks<'a, 'js>(ctx: &'a Ctx<'js>) -> Option<Hooks<'a, 'js>> {
    let hooks = ENGINE.with(|engine| engine.get().map(|engine| engine.hooks.clone()))?;
    Some(Hooks { ctx, hooks: hooks.restore(ctx).ok()? })
}

/// A hook as a function, for callers that need its result.
pub fn hook<'js>(ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Function<'js>> {
    match hooks(ctx) {
        Some(hooks) => hooks.hooks.get(name),
        None => Err(Exception::throw_internal(ctx, "the runtime has not booted")),
    }
}

/// Hands the pending exception to `process`; if even that throws, the guest ends as Node would.
fn uncaught(hooks: &Hooks) {
    if hooks.call("uncaught", (hooks.ctx.catch(),)).is_err() {
        host::log(&describe(&hooks.ctx.catch(), &rquickjs::Error::Exception));
        host::exit(7);
    }
}

fn describe(caught: &Value, error: &rquickjs::Error) -> String {
    let exception = caught.as_object().and_then(|object| Exception::from_object(object.clone()));
    match exception {
        Some(exception) => exception.to_string(),
        None => caught.as_string().and_then(|text| text.to_string().ok()).unwrap_or(error.to_string()),
    }
}
