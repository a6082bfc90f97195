//! `samlet invoke`.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use kernel::DEFAULT_REGION;

use crate::{arguments::Invoke, output, target::Target};

/// The path of the functions in Lambda's API.
const FUNCTIONS: &str = "/2015-03-31/functions";

pub async fn run(options: Invoke) -> Result<()> {
    let event = read_event(options.event.as_deref())?;
    let cloud = Target::open(options.endpoint.as_deref(), &options.place).await?;
    let host = format!("lambda.{DEFAULT_REGION}.amazonaws.com");
    let name = find(&cloud, &host, &options.function).await?;
    let path = format!("{FUNCTIONS}/{name}/invocations");
    let response = cloud.send_with(Method::POST, &host, &path, &[("x-amz-log-type", "Tail")], event).await?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(log) = header("x-amz-log-result").and_then(|log| STANDARD.decode(log).ok()) {
        io::stderr().write_all(&log)?;
    }
    output::line(&String::from_utf8_lossy(response.body()))?;
    match header("x-amz-function-error") {
        Some(kind) => bail!("the function failed ({kind})"),
        None if !response.status().is_success() => bail!("Lambda answered {}", response.status()),
        None => Ok(()),
    }
}

fn read_event(file: Option<&Path>) -> Result<Vec<u8>> {
    match file {
        None => Ok(b"{}".to_vec()),
        Some(file) if file == Path::new("-") => {
            let mut event = Vec::new();
            io::stdin().read_to_end(&mut event).context("cannot read standard input")?;
            Ok(event)
        }
        Some(file) => fs::read(file).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// The function called `wanted`: by its own name, or by its name in a template if only one function
/// has it.
async fn find(cloud: &Target, host: &str, wanted: &str) -> Result<String> {
    let answer = cloud.json(Method::GET, host, &format!("{FUNCTIONS}/?MaxItems=10000"), None).await?;
    let functions = answer["Functions"].as_array().into_iter().flatten();
    let names: Vec<_> = functions.filter_map(|function| function["FunctionName"].as_str()).collect();
    if names.contains(&wanted) {
        return Ok(wanted.to_owned());
    }
    let part = format!("-{wanted}-");
    let mut matching = names.iter().filter(|name| name.contains(&part));
    match (matching.next(), matching.next()) {
        (Some(name), None) => Ok((*name).to_owned()),
        (Some(_), Some(_)) => bail!("more than one function is called {wanted} in its template; say its whole name"),
        (None, _) => bail!("there is no function {wanted}"),
    }
}
