//! The native host as a child process, for as long as something wants to talk to it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;

use anyhow::{Context as _, Result};

use crate::process::{command, root};

/// A running `samlet serve`; it ends with this value.
pub struct Host {
    child: Child,
    port: u16,
}

impl Host {
    /// Starts the host that was built for visitors on a free port and waits until it is ready.
    pub fn start() -> Result<Self> {
        Self::of(&root().join("target/release/samlet"))
    }

    /// The same with another build of it.
    pub fn of(program: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut child = command(program)
            .args(["serve", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the host has no output")?;
        let host = Self { child, port };
        let mut lines = BufReader::new(output).lines();
        loop {
            let line = lines.next().context("the host ended before it was ready")??;
            if line.split(' ').next() == Some("ready") {
                break;
            }
        }
        // What it prints later must be read, or it would wait for a reader one day.
        thread::spawn(move || lines.for_each(drop));
        Ok(host)
    }

    /// The URL that a client takes as its endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
