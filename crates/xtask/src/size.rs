//! `size`: what a visitor's browser has to fetch, file by file.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process::{capture, command, root};
use crate::{build, setup, tools};

/// Prints the sizes of the files it is given as JSON: raw, gzip -9, brotli -q 11.
const MEASURE: &str = "
const { readFileSync } = require('node:fs');
const zlib = require('node:zlib');
const gzip = (bytes) => zlib.gzipSync(bytes, { level: 9 }).length;
const brotli = (bytes) => zlib.brotliCompressSync(bytes).length;
const sizes = (bytes) => [bytes.length, gzip(bytes), brotli(bytes)];
console.log(JSON.stringify(process.argv.slice(1).map((name) => sizes(readFileSync(name)))));
";

/// Builds the page, prints its sizes, and keeps them in the scoreboard.
pub fn run() -> Result<()> {
    tools::check_node()?;
    let wasm = setup::for_builds()?;
    let _alone = build::alone()?;
    build::guests(&wasm)?;
    build::page(&wasm, build::Effort::Full)?;
    let table = table()?;
    print!("{table}");
    let file = root().join("tests/scoreboard/size.txt");
    fs::create_dir_all(root().join("tests/scoreboard"))?;
    fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))
}

fn table() -> Result<String> {
    let dist = root().join("dist");
    let names = crate::precache::files(&dist)?;
    let measured = capture(command("node").current_dir(&dist).args(["--eval", MEASURE, "--"]).args(&names))?;
    let sizes: Vec<[u64; 3]> = parse(&serde_json::from_str(&measured)?);
    let mut table = format!("{:>10} {:>10} {:>10}  file\n", "raw", "gzip", "brotli");
    let mut total = [0; 3];
    for (name, size) in names.iter().zip(&sizes) {
        line(&mut table, *size, &without_hash(name));
        for (sum, part) in total.iter_mut().zip(size) {
            *sum += part;
        }
    }
    line(&mut table, total, "total");
    Ok(table)
}

fn line(table: &mut String, [raw, gzip, brotli]: [u64; 3], name: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(table, "{raw:>10} {gzip:>10} {brotli:>10}  {name}");
}

fn parse(measured: &Value) -> Vec<[u64; 3]> {
    let number = |value: &Value, at: usize| value[at].as_u64().unwrap_or(0);
    let rows = measured.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(|row| [number(row, 0), number(row, 1), number(row, 2)]).collect()
}

/// The name without trunk's content hash, so that the scoreboard's lines keep their names.
fn without_hash(name: &str) -> String {
    const LENGTH: usize = 16;
    let is_hash = |text: &str| text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut kept = name.to_owned();
    for (at, _) in name.match_indices('-').rev() {
        let end = at + 1 + LENGTH;
        if name.get(at + 1..end).is_some_and(is_hash) {
            kept.replace_range(at..end, "");
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_hash;

    #[test]
    fn content_hashes_are_left_out() {
        assert_eq!(without_hash("page-0123456789abcdef_bg.wasm"), "page_bg.wasm");
        assert_eq!(without_hash("page-0123456789abcdef.js"), "page.js");
        assert_eq!(without_hash("projects/hello-world/template.yaml"), "projects/hello-world/template.yaml");
    }
}
