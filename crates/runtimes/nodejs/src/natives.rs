//! The functions that the JavaScript side gets from Rust, as the object `native`.

use crate::host::{self, Resource};
use crate::{bytes, crypto, modules};
use rquickjs::function::Func;
use rquickjs::{Ctx, Object, Result, TypedArray, Value};

/// Builds the object.
pub fn object<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    native.set("log", Func::from(|text: String| host::log(&text)))?;
    native.set("exit", Func::from(|code: i32| -> () { host::exit(code) }))?;
    native.set("now", Func::from(host::now_us))?;
    native.set("wakeAt", Func::from(host::wake_at))?;
    native.set("httpStart", Func::from(http_start))?;
    native.set("httpPost", Func::from(http_post))?;
    native.set("parseJson", Func::from(parse_json))?;
    native.set("environment", Func::from(environment))?;
    native.set("fileSize", Func::from(|path: String| host::size(Resource::File, &path)))?;
    native.set("readFile", Func::from(read_file))?;
    native.set("readText", Func::from(read_text))?;
    native.set("listDirectory", Func::from(list_directory))?;
    native.set("random", Func::from(random))?;
    native.set("collectGarbage", Func::from(|ctx: Ctx| ctx.run_gc()))?;

    native.set("compile", Func::from(modules::compile_commonjs))?;
    native.set("wrapperLength", modules::WRAPPER.len())?;
    native.set("import", Func::from(modules::import))?;
    native.set("parsesAsModule", Func::from(modules::parses_as_module))?;

    native.set("encode", Func::from(bytes::encode))?;
    native.set("decode", Func::from(bytes::decode))?;
    native.set("isUtf8", Func::from(bytes::is_utf8))?;
    native.set("deflate", Func::from(bytes::deflate))?;
    native.set("inflate", Func::from(bytes::inflate))?;
    native.set("crc32", Func::from(bytes::crc32))?;

    native.set("hash", Func::from(crypto::hash))?;
    native.set("hmac", Func::from(crypto::hmac))?;
    native.set("pbkdf2", Func::from(crypto::pbkdf2))?;
    Ok(native)
}

/// A byte array as JavaScript passes it.
pub type Bytes<'js> = TypedArray<'js, u8>;

/// The bytes of an array; none if its buffer was detached.
pub fn slice<'a>(bytes: &'a Bytes<'_>) -> &'a [u8] {
    // SAFETY: every function that uses this copies the bytes before it returns to JavaScript.
    unsafe { bytes.as_bytes() }.unwrap_or_default()
}

fn http_start(head: String, body: Option<Bytes>) -> u32 {
    let mut message = head.into_bytes();
    message.extend_from_slice(b"\n\n");
    if let Some(body) = &body {
        message.extend_from_slice(slice(body));
    }
    host::http_start(&message)
}

/// The same with a text as its body.
fn http_post(head: String, body: String) -> u32 {
    host::http_start(&[head.as_bytes(), b"\n\n", body.as_bytes()].concat())
}

/// The value of JSON that stands in an array.
fn parse_json<'js>(ctx: Ctx<'js>, json: Bytes<'js>) -> Result<Value<'js>> {
    ctx.json_parse(slice(&json))
}

fn environment() -> Vec<String> {
    zero_ended(host::read(Resource::Environment, "")).unwrap_or_default()
}

fn read_file(ctx: Ctx<'_>, path: String) -> Result<Option<Bytes<'_>>> {
    host::read(Resource::File, &path).map(|content| TypedArray::new(ctx, content)).transpose()
}

fn read_text(path: String) -> Option<String> {
    let content = host::read(Resource::File, &path)?;
    Some(match String::from_utf8(content) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn list_directory(path: String) -> Option<Vec<String>> {
    zero_ended(host::read(Resource::Directory, &path))
}

fn zero_ended(block: Option<Vec<u8>>) -> Option<Vec<String>> {
    let block = String::from_utf8_lossy(&block?).into_owned();
    Some(block.split_terminator('\0').map(str::to_owned).collect())
}

fn random(ctx: Ctx<'_>, len: usize) -> Result<Bytes<'_>> {
    TypedArray::new(ctx, host::random(len))
}
