//! The table of the boto3 that the Python runtime has: what a client must know of the operations that
//! are here, and no more, for a visitor downloads it.
//!
//! The status table of ARCHITECTURE.md says which operations are here. Lists and maps stand where they
//! are used, structures are numbered, and equal structures are one. How a reference reads is told by
//! `botocore/model.py`, which reads it.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::tables::{entries, protocol, text, unpacked};

const TARGET: &str = "crates/runtimes/python/lib/botocore/tables.py";

/// Gathers the table, service by service.
pub struct PythonTable {
    status: String,
    out: String,
}

impl PythonTable {
    /// An empty table.
    pub fn new(botocore: &str) -> Result<Self> {
        let status = fs::read_to_string("ARCHITECTURE.md")?;
        let out = format!(
            "\"\"\"What clients know of each service. Made by `cargo xtask tables` from botocore {botocore}.\"\"\"\n\nTABLES = {{"
        );
        Ok(Self { status, out })
    }

    /// Adds the service whose model lies in `folder`; `name` is what the status table calls it.
    pub fn add(&mut self, name: &str, service: &str, folder: &Path, model: &Value) -> Result<()> {
        let row = format!("| `{name}` |");
        let row =
            self.status.lines().find(|line| line.starts_with(&row)).with_context(|| format!("status of {name}"))?;
        let here = row.rsplit('|').nth(1).unwrap_or_default().split(", ").map(str::trim).collect::<Vec<_>>();
        let mut table = Service { model, structures: Vec::new(), numbers: BTreeMap::new(), seen: BTreeMap::new() };
        let text = table.write(&here, folder)?;
        // Backslashes and quotes do not occur in a model's names.
        write!(self.out, "\n    \"{service}\": \"\"\"{text}\"\"\",")?;
        Ok(())
    }

    /// Writes the table, with the names of all services that boto3 knows.
    pub fn finish(mut self, data: &Path) -> Result<()> {
        let mut names = Vec::new();
        for entry in fs::read_dir(data)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        write!(self.out, "\n}}\n\nNAMES = \"{}\".split()\n", names.join(" "))?;
        println!("{TARGET}: {} bytes", self.out.len());
        fs::create_dir_all("crates/runtimes/python/lib/botocore")?;
        Ok(fs::write(TARGET, self.out)?)
    }
}

struct Service<'a> {
    model: &'a Value,
    /// The lines of the structures, by number; a line is empty while its structure is being written.
    structures: Vec<String>,
    /// Numbers by the name of the shape.
    numbers: BTreeMap<&'a str, usize>,
    /// Numbers by the line.
    seen: BTreeMap<String, usize>,
}

impl<'a> Service<'a> {
    fn write(&mut self, here: &[&str], folder: &Path) -> Result<String> {
        let metadata = &self.model["metadata"];
        let prefix = text(metadata, "endpointPrefix");
        let signing = metadata["signingName"].as_str().unwrap_or(prefix);
        let namespace = text(&metadata["xmlNamespace"], "uri");
        let facts = ["jsonVersion", "targetPrefix", "apiVersion", "globalEndpoint"].map(|key| text(metadata, key));
        let facts = [text(metadata, "serviceId"), protocol(metadata)].into_iter().chain(facts);
        let facts: Vec<&str> = facts.chain([prefix, signing, namespace]).collect();
        let operations = entries(&self.model["operations"]).into_iter().filter(|(name, _)| here.contains(name));
        let operations: Vec<String> = operations.map(|(name, operation)| self.operation(name, operation)).collect();
        let errors = self.errors().join(" ");
        let (pages, waiters) = (paginators(folder, here)?, waiters(folder, here)?);
        let parts = [facts.join("\t"), operations.join("\n"), errors, pages.join("\n"), waiters.join("\n")];
        Ok(format!("{}\n-\n{}", parts.join("\n-\n"), self.structures.join("\n")))
    }

    fn operation(&mut self, name: &str, operation: &'a Value) -> String {
        let input = self.reference(&operation["input"]);
        let output = self.reference(&operation["output"]);
        let http = match (text(&operation["http"], "method"), text(&operation["http"], "requestUri")) {
            ("POST", "/") => String::new(),
            (method, uri) => format!("{method} {uri}"),
        };
        let root = text(&operation["input"], "locationName");
        let fields = [name, &http, &input, &output, text(&operation["output"], "resultWrapper"), root];
        fields.join("\t").trim_end_matches('\t').to_owned()
    }

    fn errors(&mut self) -> Vec<String> {
        let shapes = entries(&self.model["shapes"]);
        let errors = shapes.into_iter().filter(|(_, shape)| shape["exception"] == true);
        errors
            .map(|(name, shape)| {
                let code = shape["error"]["code"].as_str().filter(|code| *code != name).unwrap_or_default();
                let number = self.structure(name, shape);
                format!("{name}={code}:{number}")
            })
            .collect()
    }

    /// How the shape of a member, or of an operation's input or output, is referred to.
    fn reference(&mut self, member: &'a Value) -> String {
        let name = text(member, "shape");
        if name.is_empty() {
            return String::new();
        }
        let shape = &self.model["shapes"][name];
        let kind = text(shape, "type");
        let min = match kind {
            "string" | "list" | "integer" | "long" => shape["min"].as_i64().filter(|min| *min > 0),
            _ => None,
        };
        let min = min.map(|min| format!("{min}>")).unwrap_or_default();
        let flat = if shape["flattened"] == true || member["flattened"] == true { "+" } else { "" };
        let body = match kind {
            "structure" if shape["document"] == true => "d".to_owned(),
            "structure" => return self.structure(name, shape).to_string(),
            "list" => {
                let item = text(&shape["member"], "locationName");
                let item = if item.is_empty() { String::new() } else { format!("({item})") };
                format!("[{flat}{item}{}", self.reference(&shape["member"]))
            }
            "map" => {
                let names = [&shape["key"], &shape["value"]].map(|inner| text(inner, "locationName"));
                let names = if names == ["", ""] { String::new() } else { format!("({}/{})", names[0], names[1]) };
                format!("<{flat}{names}{}", self.reference(&shape["value"]))
            }
            "integer" | "long" => "i".to_owned(),
            "float" | "double" => "f".to_owned(),
            "boolean" => "b".to_owned(),
            "blob" => "B".to_owned(),
            "timestamp" => {
                let format = member["timestampFormat"].as_str().unwrap_or_else(|| text(shape, "timestampFormat"));
                match format {
                    "iso8601" => "ti".to_owned(),
                    "unixTimestamp" => "tu".to_owned(),
                    "rfc822" => "tr".to_owned(),
                    _ => "t".to_owned(),
                }
            }
            _ => "s".to_owned(),
        };
        min + &body
    }

    fn structure(&mut self, name: &'a str, shape: &'a Value) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // The number is taken before the members are written, for a structure can hold itself.
        let number = self.structures.len();
        self.structures.push(String::new());
        self.numbers.insert(name, number);
        let required: Vec<&str> =
            shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut line = text(shape, "payload").to_owned();
        line.push('|');
        let members = shape["members"].as_object().into_iter().flatten();
        let members: Vec<String> = members
            .map(|(name, member)| {
                let mark = if required.contains(&name.as_str()) { "!" } else { "" };
                let token = if member["idempotencyToken"] == true { "^" } else { "" };
                format!("{name}{mark}{token}:{}{}", self.reference(member), place(name, member))
            })
            .collect();
        line.push_str(&members.join(","));
        if number + 1 == self.structures.len()
            && let Some(same) = self.seen.get(&line)
        {
            self.structures.pop();
            self.numbers.insert(name, *same);
            return *same;
        }
        self.seen.insert(line.clone(), number);
        self.structures[number] = line;
        number
    }
}

/// Where a member stands in the message, if not in the body by its own name.
fn place(name: &str, member: &Value) -> String {
    let wire = member["locationName"].as_str().unwrap_or(name);
    let letter = match text(member, "location") {
        "uri" => "u",
        "querystring" => "q",
        "header" => "h",
        "headers" => "H",
        "statusCode" => return ":c".to_owned(),
        _ if member["xmlAttribute"] == true => "a",
        _ if wire == name => return String::new(),
        _ => "b",
    };
    format!(":{letter}{wire}")
}

/// What only some services have.
fn optional(path: &Path) -> Result<Value> {
    if path.exists() { unpacked(path) } else { Ok(Value::Null) }
}

fn listed(value: &Value) -> String {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}

fn paginators(folder: &Path, here: &[&str]) -> Result<Vec<String>> {
    let model = optional(&folder.join("paginators-1.json"))?;
    let keys = ["input_token", "output_token", "result_key", "limit_key", "more_results", "non_aggregate_keys"];
    let found = entries(&model["pagination"]).into_iter().filter(|(name, _)| here.contains(name));
    Ok(found
        .map(|(name, entry)| {
            let fields: Vec<String> = keys.iter().map(|key| listed(&entry[key])).collect();
            format!("{name}\t{}", fields.join("\t")).trim_end_matches('\t').to_owned()
        })
        .collect())
}

/// Waiters, one in each line; those that ask for more than members by their names are left out.
fn waiters(folder: &Path, here: &[&str]) -> Result<Vec<String>> {
    let model = optional(&folder.join("waiters-2.json"))?;
    let mut lines = Vec::new();
    for (name, entry) in entries(&model["waiters"]) {
        let acceptors: Vec<&Value> = entry["acceptors"].as_array().into_iter().flatten().collect();
        let simple = acceptors.iter().all(|acceptor| !text(acceptor, "argument").contains('('));
        if !simple || !here.contains(&text(entry, "operation")) {
            continue;
        }
        let mut line = format!("{name}\t{}\t{}\t{}", text(entry, "operation"), entry["delay"], entry["maxAttempts"]);
        for acceptor in acceptors {
            let fields = ["state", "matcher", "argument"].map(|key| text(acceptor, key));
            write!(line, "\t{} {}", fields.join(" "), acceptor["expected"].to_string().trim_matches('"'))?;
        }
        lines.push(line);
    }
    Ok(lines)
}
