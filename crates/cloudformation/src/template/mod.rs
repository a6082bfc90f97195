//! Templates: from text to something that can be deployed.

mod conditions;
mod evaluate;
mod format;
mod functions;
mod graph;
mod parameters;

pub(crate) use conditions::Conditions;
pub(crate) use evaluate::{Evaluator, Known, Pseudo};
pub(crate) use format::check as check_format;
pub(crate) use functions::{check as check_functions, references, unresolved};
pub(crate) use graph::{order, scheduled};
pub(crate) use parameters::{Given, Parameters, resolve as resolve_parameters, text_of};

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

/// The transform that adds a few functions; those that are known here need no step of their own.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// Applies the transforms of a template.
pub(crate) fn process(template: &Value, parameters: &Parameters, region: &str, time: u64) -> Result<Value, AwsError> {
    let names = transforms(template);
    for name in &names {
        if name != sam::TRANSFORM && name != LANGUAGE_EXTENSIONS {
            return Err(invalid(format!("No transform named {name} found.")));
        }
    }
    let mut template = template.clone();
    if names.iter().any(|name| name == sam::TRANSFORM) {
        let options = sam::Options { parameters: parameters.for_transform(), region: region.to_owned(), time };
        template = sam::transform(template, &options).map_err(|problems| {
            let sentence = sam::document_error(&problems);
            invalid(format!("Transform {} failed with: {sentence}", sam::TRANSFORM))
        })?;
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
