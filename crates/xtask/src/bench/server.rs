//! The servers that are measured, one process each.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::wire::Connection;
use crate::process::{cargo, command, run, step};
use crate::tools;

/// Address space that a server may take, in kilobytes. Node.js reserves much that it never touches.
const ADDRESS_SPACE: u64 = 12 << 20;
/// How long a server may take to answer for the first time.
const SECONDS_TO_START: u64 = 120;
/// Clock ticks in a second, in which Linux counts the time of processes.
const TICKS: f64 = 100.0;

/// A program that answers DynamoDB's API.
#[derive(Clone, Debug, PartialEq)]
pub enum Program {
    /// Ours.
    Samlet(PathBuf),
    /// Dynoxide in one of its versions: the name, with the version, and the binary.
    Dynoxide(&'static str, PathBuf),
    /// An npm package for Node.js.
    Dynalite(PathBuf),
}

impl Program {
    /// As the report calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Samlet(_) => "samlet",
            Self::Dynoxide(name, _) => name,
            Self::Dynalite(_) => "dynalite 4.0.0",
        }
    }

    /// What is typed to start it on `port`, with its data in the folder `data` or in memory.
    fn words(&self, port: u16, data: Option<&Path>) -> Vec<String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let port = port.to_string();
        let (words, kept): (Vec<String>, Vec<String>) = match self {
            Self::Samlet(file) => (
                vec![text(file), "serve".into(), "--port".into(), port],
                data.map(|folder| vec!["--data".into(), text(folder)]).unwrap_or_default(),
            ),
            Self::Dynoxide(_, file) => (
                vec![text(file), "serve".into(), "--port".into(), port],
                data.map(|folder| vec!["--db-path".into(), text(&folder.join("data.sqlite"))]).unwrap_or_default(),
            ),
            Self::Dynalite(file) => (
                vec!["node".into(), text(file), "--host".into(), "127.0.0.1".into(), "--port".into(), port],
                data.map(|folder| vec!["--path".into(), text(folder)]).unwrap_or_default(),
            ),
        };
        words.into_iter().chain(kept).collect()
    }
}

/// The peers, fetched from their registries into the user's cache. One that cannot be had is left out.
pub fn peers() -> Vec<Program> {
    let newest = build("dynoxide-rs", "3.2.0", "dynoxide").map(|file| Program::Dynoxide("dynoxide 3.2.0", file));
    let dynoxide = fetch("@dynoxide/linux-x64", "1.2.1", "dynoxide");
    let dynoxide = dynoxide.map(|file| Program::Dynoxide("dynoxide 1.2.1", file));
    let dynalite = fetch("dynalite", "4.0.0", "cli.js").map(Program::Dynalite);
    let mut found = Vec::new();
    for peer in [newest, dynoxide, dynalite] {
        match peer {
            Ok(peer) => found.push(peer),
            Err(error) => println!("a peer is left out: {error:#}"),
        }
    }
    found
}

/// Where a version of a peer is kept.
fn folder(package: &str, version: &str) -> PathBuf {
    let name = package.trim_start_matches('@').replace('/', "-");
    tools::cache().join("peers").join(format!("{name}-{version}"))
}

/// Builds a program of a crate as its author does.
fn build(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let folder = folder(package, version);
    let built = folder.join("bin").join(program);
    if !built.exists() {
        step(&format!("build {package} {version} (some minutes, once)"), || {
            let mut call = cargo();
            call.args(["install", package, "--version", version, "--locked", "--root"]).arg(&folder);
            // Its build is thrown away; it has no place among the results of this repository.
            run(call.env_remove("CARGO_TARGET_DIR"))
        })?;
    }
    Ok(built)
}

/// Fetches an npm package; one of its files.
fn fetch(package: &str, version: &str, file: &str) -> Result<PathBuf> {
    let folder = folder(package, version);
    let found = folder.join("node_modules").join(package).join(file);
    if !found.exists() {
        fs::create_dir_all(&folder)?;
        step(&format!("fetch {package} {version}"), || {
            let mut call = command("npm");
            call.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", "."]);
            run(call.arg(format!("{package}@{version}")).current_dir(&folder))
        })?;
    }
    if found.exists() { Ok(found) } else { bail!("{package} has no {file}") }
}

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: u16,
}

impl Server {
    /// Starts `program` and waits until it answers.
    pub fn start(program: &Program, data: Option<&Path>) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let limited = format!("ulimit -v {ADDRESS_SPACE} && exec \"$@\"");
        let child = command("sh")
            .args(["-c", &limited, "sh"])
            .args(program.words(port, data))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.name()))?;
        let mut server = Self { child, port };
        let start = Instant::now();
        while Connection::open(port).and_then(|mut one| one.call("ListTables", "{}").map(drop)).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{} ended at once ({status})", program.name());
            }
            if start.elapsed() > Duration::from_secs(SECONDS_TO_START) {
                bail!("{} does not answer", program.name());
            }
            sleep(Duration::from_millis(10));
        }
        Ok(server)
    }

    /// The processor time that it has taken so far, in seconds.
    pub fn cpu(&self) -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is a name in parentheses that may hold anything.
        let fields = text.rsplit_once(')').context("an unknown form of /proc")?.1.split_whitespace();
        let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
        Ok(ticks.iter().sum::<f64>() / TICKS)
    }

    /// The memory that it has in use, in megabytes.
    pub fn resident(&self) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("an unknown form of /proc")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
