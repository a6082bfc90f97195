//! `samlet transform`.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{arguments::Transform, output};

/// The properties that may name a path beside the template before it is packaged.
const LOCAL_PATHS: [&str; 3] = ["CodeUri", "ContentUri", "DefinitionUri"];

/// What stands for a path that is not packaged yet: the transform itself takes only S3.
const PACKAGED: &str = "s3://bucket/key";

pub fn run(options: &Transform) -> Result<()> {
    let file = &options.file;
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let parsed = template::parse(&text).map_err(|error| {
        anyhow::anyhow!("{}:{}:{}: {}", file.display(), error.at.line, error.at.column, error.message)
    })?;
    let mut value = parsed.value;
    let folder = file.parent().unwrap_or(Path::new(""));
    package(&mut value, folder);
    let parameters = options.parameters.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let sam_options = sam::Options { parameters, region: options.region.clone(), ..sam::Options::default() };
    match sam::transform(value, &sam_options) {
        Ok(transformed) => output::line(&serde_json::to_string_pretty(&transformed)?),
        Err(problems) => {
            for problem in &problems {
                eprintln!("{}", problem.message);
            }
            bail!("{} cannot be transformed", file.display())
        }
    }
}

/// Lets paths that exist beside the template stand for packages.
fn package(template: &mut Value, folder: &Path) {
    let resources = template.get_mut("Resources").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, resource) in resources {
        let Some(properties) = resource.get_mut("Properties").and_then(Value::as_object_mut) else { continue };
        for name in LOCAL_PATHS {
            if let Some(Value::String(path)) = properties.get_mut(name)
                && folder.join(path.as_str()).exists()
            {
                PACKAGED.clone_into(path);
            }
        }
    }
    if let Some(Value::String(path)) = template.pointer_mut("/Globals/Function/CodeUri")
        && folder.join(path.as_str()).exists()
    {
        PACKAGED.clone_into(path);
    }
}
