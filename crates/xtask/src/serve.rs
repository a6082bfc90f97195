//! `serve`: the page on a local address, served as any static host would serve it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::build;
use crate::process::root;

/// Builds the page and serves it until the process is stopped.
pub fn run(args: &[String]) -> Result<()> {
    let Options { port, base, is_quick } = Options::parse(args)?;
    // Asked for before the build, which may take minutes.
    let listener = TcpListener::bind(("127.0.0.1", port))
        .with_context(|| format!("cannot listen on port {port}; choose another with --port"))?;
    let mut what = vec!["--page".to_owned()];
    what.extend(is_quick.then(|| "--quick".to_owned()));
    build::run(&what)?;
    let port = listener.local_addr()?.port();
    println!("\n  Samlet is at http://localhost:{port}{base}\n");
    crate::process::flush();
    let dist = root().join("dist");
    for stream in listener.incoming() {
        let (Ok(stream), dist, base) = (stream, dist.clone(), base.clone()) else {
            continue;
        };
        // A browser that goes away in the middle of an answer is no concern of the server's.
        std::thread::spawn(move || answer(&stream, &dist, &base).ok());
    }
    Ok(())
}

struct Options {
    port: u16,
    base: String,
    is_quick: bool,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self { port: 8080, base: "/".to_owned(), is_quick: false };
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{arg} wants a value"));
            match arg.as_str() {
                "--port" => options.port = value()?.parse().context("--port wants a number up to 65535")?,
                "--base" => options.base = format!("/{}/", value()?.trim_matches('/')).replace("//", "/"),
                "--quick" => options.is_quick = true,
                other => bail!("serve does not know `{other}`: it takes --port, --base and --quick"),
            }
        }
        Ok(options)
    }
}

fn answer(mut stream: &TcpStream, dist: &Path, base: &str) -> Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().context("an empty request")??;
    // The header fields say nothing that a static file depends on.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
    let path = target.split(['?', '#']).next().unwrap_or("/");
    let (status, kind, body) = match (method, file_for(dist, base, path)) {
        ("GET" | "HEAD", Some(file)) => ("200 OK", mime(&file), fs::read(&file)?),
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain", b"Not found\n".to_vec()),
        _ => ("405 Method Not Allowed", "text/plain", Vec::new()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(())
}

/// The file that a request path names: none outside of `dist`, none that is not there.
fn file_for(dist: &Path, base: &str, path: &str) -> Option<PathBuf> {
    let path = decode(path.strip_prefix(base)?)?;
    if path.split('/').any(|part| part == ".." || part.contains('\\')) {
        return None;
    }
    let mut file = dist.join(path);
    if file.is_dir() {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

/// Resolves percent escapes.
fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            decoded.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok().filter(|path| !path.starts_with('/'))
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs" | "cjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("zip") => "application/zip",
        Some("yaml" | "yml" | "md" | "txt" | "py" | "toml") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, decode, file_for, mime};
    use std::path::Path;

    #[test]
    fn nothing_outside_of_the_folder_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(file_for(folder, "/", "/Cargo.toml").is_some());
        assert!(file_for(folder, "/", "/../sam/Cargo.toml").is_none());
        assert!(file_for(folder, "/", "/%2e%2e/sam/Cargo.toml").is_none());
        assert!(file_for(folder, "/", "//etc/hosts").is_none());
        assert!(file_for(folder, "/docs/", "/Cargo.toml").is_none());
        assert!(file_for(folder, "/docs/", "/docs/Cargo.toml").is_some());
    }

    #[test]
    fn escapes_are_resolved_or_refused() {
        assert_eq!(decode("a%20b").as_deref(), Some("a b"));
        assert_eq!(decode("a%2"), None);
        assert_eq!(decode("%ff"), None);
    }

    #[test]
    fn a_base_path_is_written_in_any_way() {
        let base = |value: &str| Options::parse(&["--base".to_owned(), value.to_owned()]).map(|found| found.base);
        for value in ["docs", "/docs", "docs/", "/docs/"] {
            assert_eq!(base(value).ok().as_deref(), Some("/docs/"));
        }
        assert_eq!(base("/").ok().as_deref(), Some("/"));
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_wants() {
        assert_eq!(mime(Path::new("worker_bg.wasm")), "application/wasm");
    }
}
