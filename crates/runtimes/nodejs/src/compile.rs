//! Compiling the built-in modules so that they take little room in the image.

use rquickjs::{Ctx, Error, Exception, Function, Result, Value, qjs};
use std::ffi::CString;

/// Evaluates a script that gives a function, without keeping its text and its line numbers. The engine
/// keeps the text of every function, and of every function inside of it again, for `toString`; writing
/// the compiled script and reading it back leaves that out. Stack traces hide functions without a file.
pub fn stripped<'js>(ctx: &Ctx<'js>, source: &str, filename: &str) -> Result<Function<'js>> {
    let (source, filename) = (CString::new(source)?, CString::new(filename)?);
    let raw = ctx.as_raw().as_ptr();
    let compile = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_STRICT | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    let write = qjs::JS_WRITE_OBJ_BYTECODE | qjs::JS_WRITE_OBJ_STRIP_SOURCE | qjs::JS_WRITE_OBJ_STRIP_DEBUG;
    // SAFETY: the context lives; each value and buffer is freed or handed on exactly once; the texts end
    // with a zero, which their lengths leave out.
    unsafe {
        let len = qjs::size_t::try_from(source.as_bytes().len()).map_err(|_| Error::Unknown)?;
        let compiled = qjs::JS_Eval(raw, source.as_ptr(), len, filename.as_ptr(), compile.cast_signed());
        if qjs::JS_IsException(compiled) {
            return Err(Error::Exception);
        }
        let mut size = 0;
        let bytes = qjs::JS_WriteObject(raw, &raw mut size, compiled, write.cast_signed());
        qjs::JS_FreeValue(raw, compiled);
        if bytes.is_null() {
            return Err(Error::Exception);
        }
        let script = qjs::JS_ReadObject(raw, bytes, size, qjs::JS_READ_OBJ_BYTECODE.cast_signed());
        qjs::js_free(raw, bytes.cast());
        if qjs::JS_IsException(script) {
            return Err(Error::Exception);
        }
        let value = qjs::JS_EvalFunction(raw, script);
        if qjs::JS_IsException(value) {
            return Err(Error::Exception);
        }
        Value::from_raw(ctx.clone(), value)
            .into_function()
            .ok_or_else(|| Exception::throw_internal(ctx, "a built-in module is no function"))
    }
}
