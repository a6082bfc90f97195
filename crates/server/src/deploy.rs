//! `samlet deploy`, and the deploying of `samlet serve`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use project::Project;
use serde_json::{Value, json};

use crate::{arguments::Deploy, directory, output, target::Target};

/// The host of the control API.
const CONTROL: &str = "samlet.internal";

/// What is to be deployed.
pub struct Order {
    pub project: Project,
    pub stack: String,
    pub parameters: BTreeMap<String, String>,
}

pub async fn run(options: Deploy) -> Result<()> {
    let project = directory::read(&options.project)?;
    let cloud = Target::open(options.endpoint.as_deref(), &options.place).await?;
    let stack = options.stack.unwrap_or_else(|| project.stack_name());
    let answer = deploy(&cloud, &Order { project, stack, parameters: options.parameters }).await?;
    output::line(&format!("{} {}", text(&answer["stack"]), text(&answer["status"])))?;
    for found in answer["outputs"].as_array().into_iter().flatten() {
        let value = cloud.local_url(text(&found["OutputValue"]));
        output::line(&format!("{} {value}", text(&found["OutputKey"])))?;
    }
    Ok(())
}

/// Deploys a project and waits until its stack is complete. Warnings go to standard error.
pub async fn deploy(cloud: &Target, order: &Order) -> Result<Value> {
    let files: serde_json::Map<_, _> =
        order.project.files.iter().map(|(path, bytes)| (path.clone(), STANDARD.encode(bytes).into())).collect();
    let order = json!({
        "project": { "name": order.project.name, "files": files },
        "stack": order.stack,
        "parameters": order.parameters,
        "wait": true,
    });
    let stack = text(&order["stack"]);
    let response = cloud.send(Method::POST, CONTROL, "/deploy", order.to_string()).await?;
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let found = answer["warnings"].as_array().or_else(|| answer["diagnostics"].as_array());
    for diagnostic in found.into_iter().flatten() {
        let place = format!("{}:{}", text(&diagnostic["path"]), diagnostic["line"]);
        eprintln!("{place}: {}: {}", text(&diagnostic["severity"]), text(&diagnostic["message"]));
    }
    if !response.status().is_success() {
        let message = answer["message"].as_str().unwrap_or("the cloud gave no reason");
        bail!("{stack} cannot be deployed: {message}");
    }
    if answer["succeeded"] != true {
        bail!("{stack} ended in {}: {}", text(&answer["status"]), text(&answer["reason"]));
    }
    Ok(answer)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
