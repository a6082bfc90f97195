//! The native host, or the built page, as a child process, for as long as something wants to talk to it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result};

use crate::process::{command, root};
use crate::tools;

/// A running cloud that answers on 127.0.0.1; it ends with this value.
pub struct Host {
    child: Child,
    endpoint: String,
}

impl Host {
    /// Starts the host that was built for visitors on a free port and waits until it is ready.
    pub fn start() -> Result<Self> {
        Self::of(&root().join("target/release/samlet"))
    }

    /// The same with another build of it.
    pub fn of(program: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut call = command(program);
        call.args(["serve", "--port", &port.to_string()]).stdin(Stdio::null());
        let child = ready(call)?.0;
        Ok(Self { child, endpoint: format!("http://127.0.0.1:{port}") })
    }

    /// Opens the built page in a browser and waits until its cloud answers.
    pub fn page() -> Result<Self> {
        let mut call = command("node");
        call.arg("tests/conformance/bridge.mjs").env("SAMLET_CHROMIUM", tools::chromium()?).stdin(Stdio::piped());
        let (child, endpoint) = ready(call)?;
        Ok(Self { child, endpoint })
    }

    /// The URL that a client takes as its endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// Starts a program and waits for its line `ready WORD`; the word.
fn ready(mut call: Command) -> Result<(Child, String)> {
    let mut child = call
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", call.get_program().display()))?;
    let output = child.stdout.take().context("the host has no output")?;
    let mut lines = BufReader::new(output).lines();
    let word = loop {
        let line = lines.next().context("the host ended before it was ready")??;
        if let Some(rest) = line.strip_prefix("ready") {
            break rest.split_whitespace().next().unwrap_or_default().to_owned();
        }
    };
    // What it prints later must be read, or it would wait for a reader one day.
    thread::spawn(move || lines.for_each(drop));
    Ok((child, word))
}

impl Drop for Host {
    fn drop(&mut self) {
        // A browser must be closed in order; the bridge does that when nobody writes to it any more.
        if self.child.stdin.take().is_none() {
            // It may have ended by itself.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
