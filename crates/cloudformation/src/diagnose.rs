//! What is wrong with a template, at its lines: for an editor, as someone types.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use template::{Places, Span};

use crate::template::{Conditions, Fault, check_format, check_functions, order, scheduled, section, unresolved};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The template cannot be deployed.
    Error,
    /// It can, but hardly as it was meant.
    Warning,
}

/// Something wrong with a template, and where. Lines and columns count from 1; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in AWS's words where they are known.
    pub message: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column after the last.
    pub end_column: usize,
}

/// Parses and transforms the text and checks its references. Pure, and fast enough for every keystroke.
///
/// The code of functions may still be local paths, as before `sam build`.
pub fn diagnose(text: &str) -> Vec<Diagnostic> {
    check(text, None)
}

/// Like [`diagnose`], and tells of resources whose types are none of `types` nor SAM's own.
pub fn diagnose_for(text: &str, types: &[&str]) -> Vec<Diagnostic> {
    check(text, Some(types))
}

fn check(text: &str, types: Option<&[&str]>) -> Vec<Diagnostic> {
    let parsed = match template::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let span = Span { start: error.at, end: error.at };
            return vec![at(span, format!("Template format error: YAML not well-formed. {}", error.message))];
        }
    };
    let source = &parsed.value;
    let mut faults = check_format(source, true);
    if !faults.is_empty() {
        return sorted(&faults, &parsed.places);
    }
    if let Some(types) = types {
        faults.extend(unrecognized(source, types));
    }
    if crate::template::transforms(source).is_empty() {
        faults.extend(check_functions(source));
        faults.extend(unresolved(source, None));
        if let Err(error) = order(source, &scheduled(source, &Conditions::default())) {
            faults.push(Fault::at(["Resources"], error.message));
        }
    } else {
        match transformed(source) {
            Ok(processed) => faults.extend(check_processed(source, &processed)),
            Err(found) => faults.extend(found),
        }
    }
    sorted(&faults, &parsed.places)
}

/// The template with its transforms applied, without values for its parameters.
fn transformed(source: &Value) -> Result<Value, Vec<Fault>> {
    let mut template = source.clone();
    if crate::template::transforms(source).iter().any(|name| name == sam::LANGUAGE_EXTENSIONS) {
        let extended = sam::extend(template, &sam::Facts::default());
        template = extended.map_err(|sentence| vec![Fault::at(["Resources"], sentence)])?;
    }
    if sam::is_sam(source) {
        template = sam::transform(packaged(&template), &sam::Options::default())
            .map_err(|problems| problems.iter().map(|problem| located(problem, source)).collect::<Vec<Fault>>())?;
    }
    Ok(template)
}

fn unrecognized(source: &Value, types: &[&str]) -> Vec<Fault> {
    let is_known =
        |kind: &str| kind.starts_with("AWS::Serverless::") || kind.starts_with("Custom::") || types.contains(&kind);
    section(source, "Resources")
        .filter_map(|(id, resource)| Some((id, resource["Type"].as_str()?)))
        .filter(|(_, kind)| !is_known(kind))
        .map(|(id, kind)| {
            let sentence = format!("Template format error: Unrecognized resource types: [{kind}]");
            Fault::at(["Resources", id, "Type"], sentence)
        })
        .collect()
}

/// Checks what a person wrote, with the names that the transform has added.
fn check_processed(source: &Value, processed: &Value) -> Vec<Fault> {
    let mut known = source.clone();
    let own: BTreeSet<&String> = section(source, "Resources").map(|(id, _)| id).collect();
    if let Some(Value::Object(resources)) = known.get_mut("Resources") {
        for (id, _) in section(processed, "Resources").filter(|(id, _)| !own.contains(id)) {
            resources.insert(id.clone(), Value::Object(Map::new()));
        }
        // `Function.Alias` and the like name what the transform makes.
        let derived: Vec<String> = unresolved_names(source).into_iter().filter(|name| is_derived(name, &own)).collect();
        for name in derived {
            resources.insert(name, Value::Object(Map::new()));
        }
    }
    let mut faults = check_functions(&known);
    faults.extend(unresolved(&known, None));
    if let Err(error) = order(processed, &scheduled(processed, &Conditions::default())) {
        faults.push(Fault::at(["Resources"], error.message));
    }
    faults
}

fn unresolved_names(template: &Value) -> BTreeSet<String> {
    ["Resources", "Outputs"]
        .into_iter()
        .filter_map(|name| template.get(name))
        .flat_map(|section| crate::template::references(section, None))
        .map(|reference| reference.name)
        .collect()
}

fn is_derived(name: &str, own: &BTreeSet<&String>) -> bool {
    name.split_once('.').is_some_and(|(id, _)| own.iter().any(|other| *other == id))
}

/// Where a problem of the transform stands: at its event, its resource, or the template.
fn located(problem: &sam::Problem, source: &Value) -> Fault {
    let message = problem.message.clone();
    let id = problem.logical_id.as_deref().unwrap_or_default();
    let resources = source.get("Resources");
    let has = |id: &str| resources.and_then(|resources| resources.get(id)).is_some();
    if let (true, Some(event)) = (has(id), problem.event_id.as_deref()) {
        return Fault::at(["Resources", id, "Properties", "Events", event], message);
    }
    if has(id) {
        return Fault::at(["Resources", id], message);
    }
    // The problem of something generated is a problem of what it was generated from.
    let owner = section(source, "Resources").map(|(name, _)| name).filter(|name| id.starts_with(name.as_str()));
    match owner.max_by_key(|name| name.len()) {
        Some(owner) => Fault::at(["Resources", owner], message),
        None if source.get(id).is_some() => Fault::at([id], message),
        None => Fault::at(["Resources"], message),
    }
}

/// The template with code in S3, as `sam build` and `sam package` would leave it.
fn packaged(source: &Value) -> Value {
    let mut template = source.clone();
    let pack = |properties: &mut Map<String, Value>| {
        for name in ["CodeUri", "ContentUri", "DefinitionUri"] {
            if let Some(Value::String(uri)) = properties.get_mut(name)
                && !uri.starts_with("s3://")
            {
                "s3://bucket/key".clone_into(uri);
            }
        }
    };
    let functions = template.pointer_mut("/Globals/Function").and_then(Value::as_object_mut);
    functions.into_iter().for_each(pack);
    if let Some(Value::Object(resources)) = template.get_mut("Resources") {
        for resource in resources.values_mut() {
            let is_sam = resource["Type"].as_str().is_some_and(|kind| kind.starts_with("AWS::Serverless::"));
            if let Some(Value::Object(properties)) = resource.get_mut("Properties").filter(|_| is_sam) {
                pack(properties);
            }
        }
    }
    template
}

fn sorted(faults: &[Fault], places: &Places) -> Vec<Diagnostic> {
    let mut list: Vec<Diagnostic> = faults
        .iter()
        .map(|fault| {
            let place = places.nearest(&fault.pointer);
            at(place.key.unwrap_or(place.value), fault.message.clone())
        })
        .collect();
    list.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
    list.dedup();
    list
}

fn at(span: Span, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        message,
        line: span.start.line.max(1),
        column: span.start.column.max(1),
        end_line: span.end.line.max(1),
        end_column: span.end.column.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        diagnose(text).into_iter().map(|diagnostic| (diagnostic.line, diagnostic.message)).collect()
    }

    const SAM: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: nodejs22.x
      AutoPublishAlias: live
      Events:
        Get: {Type: Api, Properties: {Path: /, Method: get}}
";

    #[test]
    fn a_good_template_has_nothing_wrong() {
        let outputs = "Outputs:
  Url: {Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/'}
  Alias: {Value: !Ref Hello.Alias}
  Role: {Value: !GetAtt HelloRole.Arn}
";
        assert_eq!(found(&format!("{SAM}{outputs}")), []);
    }

    #[test]
    fn types_that_the_cloud_does_not_have_are_told() {
        let text = "Resources:\n  A:\n    Type: AWS::Some::Thing\n  B: {Type: AWS::Other::Thing}\n";
        let found = diagnose_for(text, &["AWS::Other::Thing"]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].column), (3, 5));
    }

    #[test]
    fn faults_stand_at_their_lines() {
        let outputs = "Outputs:\n  Url:\n    Value: !Ref Gone\n";
        let sentence =
            "Template format error: Unresolved resource dependencies [Gone] in the Outputs block of the template";
        assert_eq!(found(&format!("{SAM}{outputs}")), [(14, sentence.to_owned())]);
        let event = SAM.replace("Path: /, ", "");
        assert_eq!(found(&event)[0].0, 11);
        assert!(found(&event)[0].1.contains("Property 'Path' is required."));
        let handler = SAM.replace("      Handler: index.handler\n", "");
        assert_eq!(found(&handler)[0].0, 3);
        assert!(found("Resources:\n  a: [")[0].1.starts_with("Template format error: YAML not well-formed."));
    }
}
