//! The tables of the SAM transform: its policy templates, what connectors connect, and the policies
//! that AWS manages.
//!
//! All are data of a pinned version of the `aws-sam-translator` package. Of the managed policies
//! only the names are kept, with their paths: the rest of an ARN follows from the partition.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

const TRANSLATOR: &str = "1.110.0";

/// Downloads the translator's data and writes every table anew.
pub fn run() -> Result<()> {
    let scratch = Path::new("target/tables");
    fs::create_dir_all(scratch)?;
    let package = format!("aws-sam-translator=={TRANSLATOR}");
    succeed(Command::new("pip").args(["download", "--quiet", "--no-deps", "--dest"]).arg(scratch).arg(package))?;
    let wheel = scratch.join(format!("aws_sam_translator-{TRANSLATOR}-py3-none-any.whl"));
    succeed(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(scratch))?;
    let data = scratch.join("samtranslator");
    let templates = read(&data.join("policy_templates_data/policy_templates.json"))?;
    write("crates/sam/tables/policy_templates.json", &policy_templates(&templates)?)?;
    let profiles = read(&data.join("model/connector_profiles/profiles.json"))?;
    write("crates/sam/tables/connectors.json", &connectors(&profiles))?;
    let policies = read(&data.join("internal/data/aws_managed_policies.json"))?;
    write("crates/sam/tables/managed_policies.txt", &managed_policies(&policies)?)
}

fn succeed(command: &mut Command) -> Result<()> {
    ensure!(command.status()?.success(), "{} failed", command.get_program().display());
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn write(path: &str, text: &str) -> Result<()> {
    println!("{path}: {} bytes", text.len());
    fs::write(path, text).with_context(|| path.to_owned())
}

/// One template a line: its name, the names of its parameters, its definition.
fn policy_templates(source: &Value) -> Result<String> {
    let templates = source["Templates"].as_object().context("no policy templates")?;
    let mut names: Vec<&String> = templates.keys().collect();
    names.sort();
    let mut out = format!("{{\"source\":\"aws-sam-translator {TRANSLATOR}\",\"templates\":{{\n");
    for (index, name) in names.into_iter().enumerate() {
        let template = &templates[name];
        let parameters: Vec<&String> = template["Parameters"].as_object().into_iter().flat_map(Map::keys).collect();
        let entry = json!({ "definition": template["Definition"], "parameters": parameters });
        write!(out, "{}{}:{}", if index > 0 { ",\n" } else { "" }, json!(name), in_order(&entry))?;
    }
    out.push_str("\n}}\n");
    Ok(out)
}

/// One pair of types a line, and one type of resource a line. The order of keys counts: it is that in
/// which messages name permissions.
fn connectors(source: &Value) -> String {
    let mut out = format!("{{\"source\":\"aws-sam-translator {TRANSLATOR}\"");
    for (section, name) in [("permissions", "Permissions"), ("resources", "CfnResourceProperties")] {
        let lines =
            source[name].as_object().into_iter().flatten().map(|(key, value)| format!("{}:{value}", json!(key)));
        let lines: Vec<String> = lines.collect();
        out.extend([",\n\"", section, "\":{\n", &lines.join(",\n"), "\n}"]);
    }
    out.push_str("}\n");
    out
}

/// The value with the keys of every map in order, so that a new version shows as a small difference.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(in_order).collect(),
        Value::Object(map) => {
            let mut members: Vec<(String, Value)> = map.iter().map(|(k, v)| (k.clone(), in_order(v))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// One path a line, as it stands after `policy/` in an ARN.
fn managed_policies(source: &Value) -> Result<String> {
    let policies = source["aws"].as_object().context("no managed policies")?;
    let paths = policies.values().filter_map(|arn| arn.as_str()?.split_once(":policy/")).map(|(_, path)| path);
    let kept: BTreeSet<&str> = paths.collect();
    let mut out = format!("# Policies that AWS manages, with their paths; from aws-sam-translator {TRANSLATOR}.\n");
    for path in kept {
        writeln!(out, "{path}")?;
    }
    Ok(out)
}
