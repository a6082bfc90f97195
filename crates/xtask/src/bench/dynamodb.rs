//! `bench dynamodb`: the native host against its peers over HTTP, and a table of a million items.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::load::{self, Figures, Line};
use super::server::{Program, Server, peers};
use super::wire::Connection;
use crate::build;
use crate::process::{flush, root};

const SCOREBOARD: &str = "tests/scoreboard/bench-dynamodb.txt";
const CLIENTS: usize = 8;
const SECONDS: f64 = 3.0;
/// Items of the large table.
const LARGE: u64 = 1_000_000;

struct Options {
    host: Option<PathBuf>,
    seconds: f64,
    clients: usize,
    peers: bool,
    large: bool,
}

impl Options {
    fn read(args: &[String]) -> Result<Self> {
        let mut options = Self { host: None, seconds: SECONDS, clients: CLIENTS, peers: true, large: true };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} wants a value"));
            match arg.as_str() {
                "--host" => options.host = Some(value()?.into()),
                "--seconds" => options.seconds = value()?.parse()?,
                "--clients" => options.clients = value()?.parse()?,
                "--no-peers" => options.peers = false,
                "--no-large" => options.large = false,
                other => bail!(
                    "bench dynamodb does not know `{other}`: --host FILE, --seconds N, --clients N, --no-peers, --no-large"
                ),
            }
        }
        Ok(options)
    }
}

/// Measures, prints, and keeps the report of a whole run.
pub fn run(args: &[String]) -> Result<()> {
    let options = Options::read(args)?;
    let host = if let Some(host) = &options.host {
        fs::canonicalize(host)?
    } else {
        build::host()?;
        root().join("target/release/samlet")
    };
    let ours = Program::Samlet(host);
    let peers = if options.peers { peers() } else { Vec::new() };
    let busy = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let busy = busy.split(' ').next().unwrap_or("?").to_owned();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut report = format!(
        "DynamoDB over HTTP, {} clients, {} s each, {cores} cores, load {busy} before\n",
        options.clients, options.seconds
    );
    for durable in [false, true] {
        writeln!(report, "\n{}", if durable { "durable storage" } else { "in memory" })?;
        report.push_str(&compare(&ours, &peers, durable, &options)?);
    }
    if options.large {
        writeln!(report, "\na table of {LARGE} items\n{}", large(&ours)?)?;
    }
    println!("\n{report}");
    if args.is_empty() || options.host.is_some() && options.peers && options.large {
        fs::write(root().join(SCOREBOARD), report)?;
    }
    Ok(())
}

/// All lines of all programs, which run one after the other.
fn compare(ours: &Program, peers: &[Program], durable: bool, options: &Options) -> Result<String> {
    let mut results: Vec<(&Program, Vec<Option<Figures>>)> = Vec::new();
    for program in std::iter::once(ours).chain(peers) {
        println!("▸ {}{}", program.name(), if durable { ", durable" } else { "" });
        flush();
        results.push((program, all_lines(program, durable, options)?));
    }
    let mut report = format!(
        "{:<18} {:<15} {:>9} {:>9} {:>10}   ours to the fastest peer's: rate, p99, CPU\n",
        "", "", "ops/s", "p99 ms", "CPU µs/op"
    );
    for (index, line) in Line::ALL.into_iter().enumerate() {
        let of = |program: &(&Program, Vec<Option<Figures>>)| program.1[index];
        let fastest = results[1..].iter().filter_map(of).max_by(|one, other| one.rate.total_cmp(&other.rate));
        for (program, figures) in &results {
            let Some(found) = figures[index] else {
                writeln!(report, "{:<18} {:<15} {:>9}", line.name(), program.name(), "no")?;
                continue;
            };
            let ratios = fastest.filter(|_| *program == ours).map(|peer| {
                format!("   {:.2}×  {:.2}×  {:.2}×", found.rate / peer.rate, found.p99 / peer.p99, found.cpu / peer.cpu)
            });
            writeln!(
                report,
                "{:<18} {:<15} {:>9.*} {:>9.2} {:>10.1}{}",
                line.name(),
                program.name(),
                decimals(found.rate),
                found.rate,
                found.p99,
                found.cpu,
                ratios.unwrap_or_default()
            )?;
        }
    }
    Ok(report)
}

/// How many decimals of a rate say something.
fn decimals(rate: f64) -> usize {
    if rate < 10.0 { 2 } else { 0 }
}

/// What one program comes to; `None` where it does not know an operation.
fn all_lines(program: &Program, durable: bool, options: &Options) -> Result<Vec<Option<Figures>>> {
    let folder = Folder::new("bench-dynamodb")?;
    let server = Server::start(program, durable.then_some(folder.0.as_path()))?;
    load::prepare(&server, &Line::ALL)?;
    let mut found = Vec::new();
    for line in Line::ALL {
        let figures = load::measure(&server, line, options.clients, options.seconds);
        if let Err(error) = &figures {
            println!("  {}: {error:#}", line.name());
        }
        found.push(figures.ok());
    }
    Ok(found)
}

/// How a table of a million items is written, and found again after a restart.
fn large(ours: &Program) -> Result<String> {
    println!("▸ a table of {LARGE} items");
    flush();
    let folder = Folder::new("bench-dynamodb-large")?;
    let mut report = String::new();
    let query = r#"{"TableName":"large","KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{":pk":{"S":"partition-77"}}}"#;
    {
        let server = Server::start(ours, Some(&folder.0))?;
        let mut connection = Connection::open(server.port)?;
        load::create(&mut connection, "large")?;
        load::create(&mut connection, "small")?;
        let mut body = String::new();
        load::fill(&mut connection, "small", 100, &mut body)?;
        let start = Instant::now();
        load::fill(&mut connection, "large", LARGE, &mut body)?;
        writeln!(report, "written in batches, one at a time  {:>8.1} s", start.elapsed().as_secs_f64())?;
        writeln!(report, "memory then                        {:>8} MB", server.resident()?)?;
    }
    let start = Instant::now();
    let server = Server::start(ours, Some(&folder.0))?;
    writeln!(report, "restart until the first answer     {:>8.2} s", start.elapsed().as_secs_f64())?;
    writeln!(report, "memory then                        {:>8} MB", server.resident()?)?;
    let (first, worst) = while_it_opens(&server, query)?;
    writeln!(report, "its first Query                    {first:>8.2} s")?;
    writeln!(report, "slowest GetItem elsewhere meanwhile {:>7.1} ms", worst * 1e3)?;
    let mut connection = Connection::open(server.port)?;
    let start = Instant::now();
    let answer = connection.call("Query", query)?;
    let count = serde_json::from_slice::<serde_json::Value>(answer)?["Count"].clone();
    if count != 100 {
        bail!("a Query of the large table found {count} items, not 100");
    }
    writeln!(report, "its second Query                   {:>8.2} ms", start.elapsed().as_secs_f64() * 1e3)?;
    writeln!(report, "memory then                        {:>8} MB", server.resident()?)?;
    Ok(report)
}

/// Asks for the large table while somebody else reads the small one: how long the first took, and the
/// slowest of the others, in seconds.
fn while_it_opens(server: &Server, query: &str) -> Result<(f64, f64)> {
    let port = server.port;
    thread::scope(|scope| {
        let opening = scope.spawn(move || -> Result<f64> {
            let mut connection = Connection::open(port)?;
            let start = Instant::now();
            connection.call("Query", query)?;
            Ok(start.elapsed().as_secs_f64())
        });
        let mut connection = Connection::open(port)?;
        let get = r#"{"TableName":"small","Key":{"pk":{"S":"partition-0"},"sk":{"S":"item-000007"}}}"#;
        let mut worst: f64 = 0.0;
        while !opening.is_finished() {
            let start = Instant::now();
            connection.call("GetItem", get)?;
            worst = worst.max(start.elapsed().as_secs_f64());
        }
        let Ok(first) = opening.join() else { bail!("a client panicked") };
        Ok((first?, worst))
    })
}

/// A folder under target/ that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let folder = root().join("target").join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(Path::new(&folder).to_path_buf()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
