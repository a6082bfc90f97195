//! The one interpreter of the guest.

use crate::{allocator, frozen, host, samlet};
use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::{AsObject, Interpreter, InterpreterBuilder, PyResult, Settings, VirtualMachine};
use std::cell::OnceCell;

thread_local! {
    static INTERPRETER: OnceCell<Interpreter> = const { OnceCell::new() };
}

/// The module with the two entry points (`os/samlet_boot.py`).
const BOOT_MODULE: &str = "samlet_boot";

/// Starts the interpreter, once.
pub fn boot() {
    INTERPRETER.with(|cell| {
        let interpreter = cell.get_or_init(build);
        enter(interpreter, "boot");
        allocator::boot_is_over();
    });
}

/// Hands the sandbox to the bootstrap. It comes back to end, or to have a snapshot taken.
pub fn start() {
    serve("start");
}

/// Hands a sandbox that was cloned from a snapshot to the bootstrap.
pub fn wake() {
    serve("wake");
}

fn serve(function: &'static str) {
    INTERPRETER.with(|cell| {
        if let Some(interpreter) = cell.get()
            && !enter(interpreter, function)
        {
            host::exit(0);
        }
    });
}

fn build() -> Interpreter {
    let mut settings = Settings::default();
    // Hashes are in the image that every sandbox is cloned from, so they cannot differ between sandboxes.
    settings.hash_seed = Some(0);
    settings.import_site = false;
    settings.install_signal_handlers = false;
    settings.write_bytecode = false;
    let builder = InterpreterBuilder::new().settings(settings);
    let standard = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    let own = samlet::module_defs(&builder.ctx);
    builder.add_native_modules(&standard).add_native_modules(&own).add_frozen_modules(frozen::modules()).build()
}

/// Calls a function of the boot module: whether it returned something true. An exception that it lets out
/// ends the sandbox.
fn enter(interpreter: &Interpreter, function: &'static str) -> bool {
    interpreter.enter(|vm| {
        call(vm, function).unwrap_or_else(|error| {
            end(vm, &error);
            false
        })
    })
}

fn call(vm: &VirtualMachine, function: &'static str) -> PyResult<bool> {
    let module = vm.import(BOOT_MODULE, 0)?;
    // What the import returns is the module itself: its name has no dot.
    module.get_attr(function, vm)?.call((), vm)?.try_to_bool(vm)
}

fn end(vm: &VirtualMachine, error: &PyBaseExceptionRef) {
    if error.fast_isinstance(vm.ctx.exceptions.system_exit) {
        let code = error.args().as_slice().first().and_then(|code| code.clone().try_into_value::<i32>(vm).ok());
        host::exit(code.unwrap_or(0));
    }
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = vm.write_exception(&mut text, error);
    host::log(&text);
    host::exit(1);
}
