//! The JavaScript files of this crate. Each is the body of a CommonJS module.

use std::cell::UnsafeCell;

/// A built-in module: its name and its source.
pub struct Builtin {
    pub name: &'static str,
    source: &'static Source<[u8]>,
}

/// A text that is read once.
struct Source<T: ?Sized>(UnsafeCell<T>);

// SAFETY: a guest has one thread.
unsafe impl<T: ?Sized> Sync for Source<T> {}

impl Builtin {
    /// The source. It can be taken once: its memory is zero afterwards, and so takes no room in an
    /// image.
    pub fn take_source(&self) -> String {
        // SAFETY: nothing else refers to the text, and this reference ends with the function.
        let text = unsafe { &mut *self.source.0.get() };
        let source = String::from_utf8_lossy(text).into_owned();
        text.fill(0);
        source
    }
}

macro_rules! builtins {
    ( $( $name:literal ),* $(,)? ) => {
        /// Every built-in module.
        pub const BUILTINS: &[Builtin] = &[ $( {
            const TEXT: &[u8] = include_bytes!(concat!("../js/", $name, ".js"));
            static SOURCE: Source<[u8; TEXT.len()]> = Source(UnsafeCell::new(*include_bytes!(
                concat!("../js/", $name, ".js")
            )));
            Builtin { name: $name, source: &SOURCE }
        } ),* ];
    };
}

builtins! {
    "internal/async_context",
    "internal/aws/attributes",
    "internal/aws/bytes",
    "internal/aws/client",
    "internal/aws/dax",
    "internal/aws/documents",
    "internal/aws/errors",
    "internal/aws/lib-dynamodb",
    "internal/aws/middleware",
    "internal/aws/packages",
    "internal/aws/pagination",
    "internal/aws/protocols",
    "internal/aws/rest",
    "internal/aws/s3",
    "internal/aws/services",
    "internal/aws/sign",
    "internal/aws/v2",
    "internal/aws/xml",
    "internal/boot",
    "internal/crypto/bytes",
    "internal/crypto/ciphers",
    "internal/crypto/keys",
    "internal/crypto/subtle",
    "internal/equal",
    "internal/errors",
    "internal/globals",
    "internal/http",
    "internal/inspect",
    "internal/intl",
    "internal/json",
    "internal/lambda",
    "internal/loader",
    "internal/log",
    "internal/loop",
    "internal/resolve",
    "internal/status",
    "internal/typescript",
    "internal/table",
    "internal/web/blob",
    "internal/web/clone",
    "internal/web/encoding",
    "internal/web/events",
    "internal/web/fetch",
    "internal/web/streams",
    "internal/web/url",
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
}
