//! Templates: from text to something that can be deployed.

mod cidr;
mod conditions;
mod evaluate;
mod format;
mod functions;
mod graph;
mod parameters;
mod rules;

pub(crate) use conditions::{Conditions, NoResources};
pub(crate) use evaluate::{Evaluator, Known, Pseudo};
pub(crate) use format::check as check_format;
pub(crate) use functions::{check as check_functions, references, unresolved};
pub(crate) use graph::{order, scheduled};
pub(crate) use parameters::{Given, Parameters, resolve as resolve_parameters, text_of};
pub(crate) use rules::check as check_rules;

use kernel::AwsError;
use serde_json::{Map, Value};

/// The longest template that fits into a request.
pub(crate) const MAX_BODY: usize = 51_200;

/// The longest template that may lie in S3.
pub(crate) const MAX_OBJECT: usize = 1_000_000;

/// A fault of a template, and the node that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// A JSON pointer.
    pub(crate) pointer: String,
    /// The whole sentence, as AWS words it.
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn at<'a>(steps: impl IntoIterator<Item = &'a str>, message: impl Into<String>) -> Self {
        Self { pointer: ::template::pointer(steps), message: message.into() }
    }
}

/// `ValidationError`, as CloudFormation calls it.
pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// Parses text. JSON that is broken is told apart from broken YAML, as AWS does.
pub(crate) fn parse(text: &str) -> Result<::template::Template, AwsError> {
    ::template::parse(text).map_err(|error| {
        if text.trim_start().starts_with('{') {
            let (line, column) = (error.at.line, error.at.column);
            invalid(format!("Template format error: JSON not well-formed. (line {line}, column {column})"))
        } else {
            invalid(format!(
                "Template format error: YAML not well-formed. (line {}, column {})",
                error.at.line, error.at.column
            ))
        }
    })
}

/// The names in the `Transform` section.
pub(crate) fn transforms(template: &Value) -> Vec<String> {
    match template.get("Transform") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Applies the transforms of a template, in the order in which it names them.
pub(crate) fn process(
    template: &Value,
    parameters: &Parameters,
    pseudo: &Pseudo,
    time: u64,
) -> Result<Value, AwsError> {
    let names = transforms(template);
    if let Some(name) = names.iter().find(|name| ![sam::TRANSFORM, sam::LANGUAGE_EXTENSIONS].contains(&name.as_str())) {
        return Err(invalid(format!("No transform named {name} found.")));
    }
    let mut template = template.clone();
    for name in &names {
        let transformed = if name == sam::TRANSFORM {
            let options = sam::Options {
                parameters: parameters.for_transform(),
                region: pseudo.region.clone(),
                time,
                ..sam::Options::default()
            };
            sam::transform(template, &options).map_err(|problems| sam::document_error(&problems))
        } else {
            let facts = sam::Facts { parameters: parameters.for_transform(), pseudo: pseudo.all() };
            sam::extend(template, &facts)
        };
        template = transformed.map_err(|sentence| invalid(format!("Transform {name} failed with: {sentence}")))?;
    }
    if let Value::Object(map) = &mut template {
        map.shift_remove("Transform");
    }
    Ok(template)
}

/// A section of a template; empty if it is not there.
pub(crate) fn section<'a>(template: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let section: Option<&Map<String, Value>> = template.get(name).and_then(Value::as_object);
    section.into_iter().flatten()
}
