//! The requests that are sent, and how long they take.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::server::Server;
use super::wire::Connection;

/// Items that a Scan finds, that GetItem and Query find, and how many of them make a partition.
const SCANNED: u64 = 100_000;
const FOUND: u64 = 10_000;
const PER_PARTITION: u64 = 100;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    Put,
    Get,
    Query,
    BatchWrite,
    TransactWrite,
    Scan,
}

impl Line {
    /// All, in the order of the report.
    pub const ALL: [Self; 6] = [Self::Put, Self::Get, Self::Query, Self::BatchWrite, Self::TransactWrite, Self::Scan];

    /// As the report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Put => "PutItem",
            Self::Get => "GetItem",
            Self::Query => "Query(100)",
            Self::BatchWrite => "BatchWrite(25)",
            Self::TransactWrite => "TransactWrite(10)",
            Self::Scan => "Scan of 100,000",
        }
    }

    /// Does it once; `number` is another one each time.
    fn once(self, connection: &mut Connection, number: u64, body: &mut String) -> Result<()> {
        body.clear();
        match self {
            Self::Put => {
                write!(body, r#"{{"TableName":"written","Item":{}}}"#, item(number))?;
                connection.call("PutItem", body)?;
            }
            Self::Get => {
                let (partition, sort) = key(spread(number) % FOUND);
                let key = format!(r#"{{"pk":{{"S":"{partition}"}},"sk":{{"S":"{sort}"}}}}"#);
                write!(body, r#"{{"TableName":"found","Key":{key}}}"#)?;
                connection.call("GetItem", body)?;
            }
            Self::Query => {
                let (partition, _) = key(spread(number) % FOUND);
                let values = format!(r#"{{":pk":{{"S":"{partition}"}}}}"#);
                let condition = r#""KeyConditionExpression":"pk = :pk","ExpressionAttributeValues""#;
                write!(body, r#"{{"TableName":"found",{condition}:{values}}}"#)?;
                connection.call("Query", body)?;
            }
            Self::BatchWrite => batch_write(connection, "written", number * 25..(number + 1) * 25, body)?,
            Self::TransactWrite => {
                let puts = (number * 10..(number + 1) * 10)
                    .map(|number| format!(r#"{{"Put":{{"TableName":"written","Item":{}}}}}"#, item(number)));
                write!(body, r#"{{"TransactItems":[{}]}}"#, puts.collect::<Vec<_>>().join(","))?;
                connection.call("TransactWriteItems", body)?;
            }
            Self::Scan => scan(connection)?,
        }
        Ok(())
    }
}

/// An item of about 300 bytes: texts, numbers, a flag, a list, a map.
fn item(number: u64) -> String {
    let (partition, sort) = key(number);
    format!(
        r#"{{"pk":{{"S":"{partition}"}},"sk":{{"S":"{sort}"}},"title":{{"S":"A title of some length, number {number}"}},"#
    ) + &format!(
        r#""price":{{"N":"{}.95"}},"stock":{{"N":"{number}"}},"active":{{"BOOL":true}},"tags":{{"L":[{{"S":"one"}},{{"S":"two"}}]}},"#,
        number % 1000
    ) + r#""address":{"M":{"street":{"S":"Main Street 12"},"city":{"S":"Springfield"},"zip":{"S":"12345"}}},"note":{"S":"The quick brown fox jumps over the lazy dog and runs away."}}"#
}

fn key(number: u64) -> (String, String) {
    (format!("partition-{}", number / PER_PARTITION), format!("item-{:06}", number % PER_PARTITION))
}

/// Numbers in an order that does not follow the keys.
fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn batch_write(
    connection: &mut Connection,
    table: &str,
    numbers: std::ops::Range<u64>,
    body: &mut String,
) -> Result<()> {
    body.clear();
    let puts = numbers.map(|number| format!(r#"{{"PutRequest":{{"Item":{}}}}}"#, item(number)));
    write!(body, r#"{{"RequestItems":{{"{table}":[{}]}}}}"#, puts.collect::<Vec<_>>().join(","))?;
    let answer: Value = serde_json::from_slice(connection.call("BatchWriteItem", body)?)?;
    if answer["UnprocessedItems"].as_object().is_some_and(|left| !left.is_empty()) {
        bail!("a batch was not written whole");
    }
    Ok(())
}

fn scan(connection: &mut Connection) -> Result<()> {
    let mut start = None;
    loop {
        let from = start.map(|key: String| format!(r#","ExclusiveStartKey":{key}"#)).unwrap_or_default();
        let answer = connection.call("Scan", &format!(r#"{{"TableName":"scanned"{from}}}"#))?;
        start = last_key(answer)?;
        if start.is_none() {
            return Ok(());
        }
    }
}

/// `LastEvaluatedKey` of a page, found without reading all of it: the client shall not be the brake.
fn last_key(page: &[u8]) -> Result<Option<String>> {
    const NAME: &[u8] = br#""LastEvaluatedKey":"#;
    let Some(at) = page.windows(NAME.len()).rposition(|part| part == NAME) else { return Ok(None) };
    let key = serde_json::Deserializer::from_slice(&page[at + NAME.len()..]).into_iter::<Value>().next();
    Ok(Some(key.context("a last key that is none")??.to_string()))
}

/// Makes the tables and fills those that are read.
pub fn prepare(server: &Server, lines: &[Line]) -> Result<()> {
    let mut connection = Connection::open(server.port)?;
    for table in ["written", "found", "scanned"] {
        create(&mut connection, table)?;
    }
    let mut body = String::new();
    fill(&mut connection, "found", FOUND, &mut body)?;
    if lines.contains(&Line::Scan) {
        fill(&mut connection, "scanned", SCANNED, &mut body)?;
    }
    Ok(())
}

/// Makes a table with a partition and a sort key, and waits for it.
pub fn create(connection: &mut Connection, table: &str) -> Result<()> {
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    connection.json(
        "CreateTable",
        &json!({
            "TableName": table,
            "AttributeDefinitions": [text("pk"), text("sk")],
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
            "BillingMode": "PAY_PER_REQUEST",
        }),
    )?;
    while connection.json("DescribeTable", &json!({"TableName": table}))?["Table"]["TableStatus"] != "ACTIVE" {
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Writes the items from 0 to `count` in batches.
pub fn fill(connection: &mut Connection, table: &str, count: u64, body: &mut String) -> Result<()> {
    (0..count / 25).try_for_each(|batch| batch_write(connection, table, batch * 25..(batch + 1) * 25, body))
}

/// What a line came to.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Operations in a second.
    pub rate: f64,
    /// The time within which 99 of 100 were answered, in milliseconds.
    pub p99: f64,
    /// The server's processor time for one, in microseconds.
    pub cpu: f64,
}

/// Sends `line` for `seconds` over `clients` connections, after a moment to warm up.
pub fn measure(server: &Server, line: Line, clients: usize, seconds: f64) -> Result<Figures> {
    let (next, done) = (AtomicU64::new(0), AtomicBool::new(false));
    run(server, line, clients, seconds / 5.0, &next, &done)?;
    done.store(false, Ordering::Relaxed);
    let (cpu, start) = (server.cpu()?, Instant::now());
    let mut times = run(server, line, clients, seconds, &next, &done)?;
    let (cpu, elapsed) = (server.cpu()? - cpu, start.elapsed().as_secs_f64());
    times.sort_unstable();
    let count = times.len();
    let p99 = times.get((count * 99 / 100).min(count.saturating_sub(1))).context("nothing was answered")?;
    Ok(Figures { rate: count as f64 / elapsed, p99: p99.as_secs_f64() * 1e3, cpu: cpu * 1e6 / count as f64 })
}

/// All clients at once; how long each request took.
fn run(
    server: &Server,
    line: Line,
    clients: usize,
    seconds: f64,
    next: &AtomicU64,
    done: &AtomicBool,
) -> Result<Vec<Duration>> {
    let port = server.port;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut connection = Connection::open(port)?;
                    let (mut times, mut body) = (Vec::new(), String::new());
                    while !done.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let start = Instant::now();
                        line.once(&mut connection, number, &mut body)?;
                        times.push(start.elapsed());
                    }
                    Ok(times)
                })
            })
            .collect();
        thread::sleep(Duration::from_secs_f64(seconds));
        done.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for client in clients {
            let Ok(times) = client.join() else { bail!("a client panicked") };
            all.extend(times?);
        }
        Ok(all)
    })
}
