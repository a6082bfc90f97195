//! `cargo xtask tables`: AWS's API models, reduced to the facts that the wire needs.
//!
//! The models come from a pinned version of the `botocore` package. Kept are operations, shapes with
//! their limits, and errors; prose, examples and everything that no operation of ours reaches are
//! left out. The line format is what `aws-api`'s `table` module reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::tables_python::PythonTable;

const BOTOCORE: &str = "1.44.5";

/// The name of the table, the folder of its model, the version of the API.
const APIS: &[(&str, &str, &str)] = &[
    ("apigateway", "apigateway", "2015-07-09"),
    ("apigatewayv2", "apigatewayv2", "2018-11-29"),
    ("application-autoscaling", "application-autoscaling", "2016-02-06"),
    ("cloudformation", "cloudformation", "2010-05-15"),
    ("cognito-idp", "cognito-idp", "2016-04-18"),
    ("dax", "dax", "2017-04-19"),
    ("dynamodb", "dynamodb", "2012-08-10"),
    ("ecr", "ecr", "2015-09-21"),
    ("iam", "iam", "2010-05-08"),
    ("kinesis", "kinesis", "2013-12-02"),
    ("lambda", "lambda", "2015-03-31"),
    ("logs", "logs", "2014-03-28"),
    ("monitoring", "cloudwatch", "2010-08-01"),
    ("s3", "s3", "2006-03-01"),
    ("streams.dynamodb", "dynamodbstreams", "2012-08-10"),
    ("sts", "sts", "2011-06-15"),
];

/// The outermost elements of S3's answers, which the model does not name.
const ROOTS: &[(&str, &str)] = &[
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketLocation", "LocationConstraint"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
];

/// Downloads the models and writes every table anew.
pub fn run(_: &[String]) -> Result<()> {
    let scratch = Path::new("target/tables");
    fs::create_dir_all(scratch)?;
    let package = format!("botocore=={BOTOCORE}");
    succeed(Command::new("pip").args(["download", "--quiet", "--no-deps", "--dest"]).arg(scratch).arg(package))?;
    let wheel = scratch.join(format!("botocore-{BOTOCORE}-py3-none-any.whl"));
    succeed(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(scratch))?;
    let data = scratch.join("botocore/data");
    let mut python = PythonTable::new(BOTOCORE)?;
    for (name, folder, version) in APIS {
        let path = data.join(format!("{folder}/{version}"));
        let model = unpacked(&path.join("service-2.json.gz"))?;
        python.add(name, folder, &path, &model)?;
        let table = format!("# Made by `cargo xtask tables` from botocore {BOTOCORE}.\n{}", table(name, &model)?);
        let target = format!("crates/aws-api/tables/{name}.tsv");
        println!("{target}: {} bytes", table.len());
        fs::write(target, table)?;
    }
    python.finish(&data)?;
    crate::tables_sam::run()
}

/// A JSON file of the package, packed or not.
pub(crate) fn unpacked(path: &Path) -> Result<Value> {
    let json = Command::new("gzip").arg("-dcf").arg(path).output()?;
    ensure!(json.status.success(), "{} cannot be unpacked", path.display());
    serde_json::from_slice(&json.stdout).with_context(|| path.display().to_string())
}

fn succeed(command: &mut Command) -> Result<()> {
    ensure!(command.status()?.success(), "{} failed", command.get_program().display());
    Ok(())
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub(crate) fn entries(value: &Value) -> BTreeMap<&str, &Value> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value)).collect()
}

fn table(name: &str, model: &Value) -> Result<String> {
    let (metadata, shapes) = (&model["metadata"], &model["shapes"]);
    let protocol = protocol(metadata);
    // The namespace of an API that was of the query protocol before, and still speaks it.
    let former = metadata.get("awsQueryCompatible").map(|_| text(metadata, "xmlNamespace"));
    let mut out = format!("api\t{name}\t{}\t{protocol}", text(metadata, "apiVersion"));
    match protocol {
        "json" => {
            write!(out, "\t{}\t{}", text(metadata, "jsonVersion"), text(metadata, "targetPrefix"))?;
            if let Some(namespace) = former {
                write!(out, "\t{namespace}")?;
            }
        }
        "query" => write!(out, "\t{}", text(metadata, "xmlNamespace"))?,
        "rest-xml" => write!(out, "\t{}", namespace(shapes))?,
        _ => {}
    }
    out.push('\n');
    let mut reached = BTreeSet::new();
    for (name, operation) in entries(&model["operations"]) {
        let (input, output) = (text(&operation["input"], "shape"), text(&operation["output"], "shape"));
        // A JSON answer is written as the service made it, so only the other protocols need its shape.
        let output = if protocol == "json" && former.is_none() { "" } else { output };
        for shape in [input, output] {
            reach(shapes, shape, &mut reached);
        }
        let http = &operation["http"];
        let (method, uri) = (text(http, "method"), text(http, "requestUri"));
        let root = ROOTS.iter().find(|(named, _)| protocol == "rest-xml" && *named == name);
        let former_wrapper = former.filter(|_| !output.is_empty()).map(|_| format!("{name}Result"));
        let wrapper = root.map_or(text(&operation["output"], "resultWrapper"), |(_, root)| root);
        let wrapper = former_wrapper.as_deref().unwrap_or(wrapper);
        let status = http["responseCode"].as_u64().unwrap_or(200);
        line(&mut out, &["operation", name, method, uri, input, output, wrapper, &status.to_string()])?;
    }
    for (name, shape) in entries(shapes).into_iter().filter(|(_, shape)| shape["exception"] == true) {
        line(&mut out, &error_line(name, shape))?;
    }
    for name in reached {
        shape_lines(&mut out, name, &shapes[name], protocol)?;
    }
    Ok(out)
}

/// The protocol by which the wire's codecs are chosen: an API that speaks several of them speaks JSON.
pub(crate) fn protocol(metadata: &Value) -> &str {
    let several = metadata["protocols"].as_array().filter(|several| several.len() > 1);
    if several.is_some_and(|several| several.contains(&"json".into())) { "json" } else { text(metadata, "protocol") }
}

/// The namespace that the members of rest-xml APIs name, each for itself.
fn namespace(shapes: &Value) -> &str {
    let members = entries(shapes).into_values().flat_map(|shape| entries(&shape["members"]).into_values());
    members.map(|member| text(&member["xmlNamespace"], "uri")).find(|uri| !uri.is_empty()).unwrap_or_default()
}

fn line(out: &mut String, fields: &[impl AsRef<str>]) -> Result<()> {
    let joined: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
    writeln!(out, "{}", joined.join("\t").trim_end_matches('\t'))?;
    Ok(())
}

fn reach<'a>(shapes: &'a Value, name: &'a str, reached: &mut BTreeSet<&'a str>) {
    if name.is_empty() || !reached.insert(name) {
        return;
    }
    let shape = &shapes[name];
    for inner in ["member", "key", "value"] {
        reach(shapes, text(&shape[inner], "shape"), reached);
    }
    for member in entries(&shape["members"]).into_values() {
        reach(shapes, text(member, "shape"), reached);
    }
}

fn error_line(name: &str, shape: &Value) -> [String; 5] {
    let error = &shape["error"];
    let code = error["code"].as_str().unwrap_or(name);
    let status = error["httpStatusCode"].as_u64().unwrap_or(if shape["fault"] == true { 500 } else { 400 });
    let capital = shape["members"].get("Message").is_some();
    let message = if capital { "Message" } else { "message" };
    ["error".into(), name.into(), code.into(), status.to_string(), message.into()]
}

fn range(shape: &Value) -> String {
    let bound = |key: &str| shape[key].as_number().map(ToString::to_string).unwrap_or_default();
    match (bound("min"), bound("max")) {
        (min, max) if min.is_empty() && max.is_empty() => String::new(),
        (min, max) => format!("{min}..{max}"),
    }
}

fn shape_lines(out: &mut String, name: &str, shape: &Value, protocol: &str) -> Result<()> {
    let size = range(shape);
    match text(shape, "type") {
        "structure" if shape["document"] == true => line(out, &["document", name]),
        "structure" => {
            line(out, &["structure", name, text(shape, "payload")])?;
            member_lines(out, shape)
        }
        "list" if protocol == "rest-xml" => {
            let (member, item) = (text(&shape["member"], "shape"), text(&shape["member"], "locationName"));
            let flattened = if shape["flattened"] == true { "flattened" } else { "" };
            line(out, &["list", name, member, &size, item, flattened])
        }
        "list" => line(out, &["list", name, text(&shape["member"], "shape"), &size]),
        "map" => line(out, &["map", name, text(&shape["key"], "shape"), text(&shape["value"], "shape"), &size]),
        "string" => {
            let values: Vec<&str> = shape["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            line(out, &["string", name, &size, &values.join("|"), text(shape, "pattern")])
        }
        "integer" | "long" => line(out, &["integer", name, &size]),
        "float" | "double" => line(out, &["float", name, &size]),
        "timestamp" => line(out, &["timestamp", name, text(shape, "timestampFormat")]),
        kind => line(out, &[kind, name, &size]),
    }
}

fn member_lines(out: &mut String, shape: &Value) -> Result<()> {
    let required: BTreeSet<&str> =
        shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in shape["members"].as_object().into_iter().flatten() {
        let mark = if required.contains(name.as_str()) { "!" } else { "" };
        let wire_name = Some(text(member, "locationName")).filter(|wire| wire != name).unwrap_or_default();
        line(out, &["", &format!("{name}{mark}"), text(member, "shape"), wire_name, text(member, "location")])?;
    }
    Ok(())
}
