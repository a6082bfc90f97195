//! The variables of gateway responses, mock responses and parameter mappings: `$context.NAME`,
//! `$stageVariables.NAME`, `'literal'`, `method.request.LOCATION.NAME`. Templates with directives or
//! `$input` need a Velocity engine and are told apart by [`needs_engine`].

use std::collections::BTreeMap;

use super::incoming::Incoming;
use crate::rest::model::Texts;

/// The values of variables.
#[derive(Clone, Debug, Default)]
pub struct Context {
    values: BTreeMap<String, String>,
    stage_variables: Texts,
    path_parameters: Texts,
}

impl Context {
    /// A context without `$context` values.
    pub fn new(stage_variables: Texts, path_parameters: Texts) -> Self {
        Self { values: BTreeMap::new(), stage_variables, path_parameters }
    }

    /// The same with `$context.NAME`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), value.to_owned());
        self
    }

    /// `text` with every known variable replaced; unknown ones stay, as in Velocity.
    pub fn fill(&self, text: &str) -> String {
        self.replaced(text, None)
    }

    /// `text` with every known variable replaced, and `unknown` for the others, as in access logs.
    pub fn fill_or(&self, text: &str, unknown: &str) -> String {
        self.replaced(text, Some(unknown))
    }

    fn replaced(&self, text: &str, unknown: Option<&str>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('$') {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let end = rest[1..].find(|letter: char| !(letter.is_ascii_alphanumeric() || "._-".contains(letter)));
            let reference = &rest[..end.map_or(rest.len(), |end| end + 1)];
            // A full stop after a reference ends a sentence.
            let reference = reference.trim_end_matches('.');
            match self.lookup(reference.trim_start_matches('$')) {
                Some(value) => out.push_str(value),
                None => out.push_str(unknown.filter(|_| reference.len() > 1).unwrap_or(reference)),
            }
            rest = &rest[reference.len()..];
        }
        out.push_str(rest);
        out
    }

    fn lookup(&self, name: &str) -> Option<&str> {
        if let Some(name) = name.strip_prefix("context.") {
            return self.values.get(name).map(String::as_str);
        }
        self.stage_variables.get(name.strip_prefix("stageVariables.")?).map(String::as_str)
    }

    /// The value of a mapping expression.
    pub fn parameter(&self, incoming: &Incoming, source: &str) -> Option<String> {
        if let Some(literal) = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(literal.to_owned());
        }
        let Some(place) = source.strip_prefix("method.request.") else {
            return self.lookup(source).map(str::to_owned);
        };
        let (location, name) = place.split_once('.')?;
        match location {
            "header" => incoming.header(name),
            "querystring" => incoming.query_parameter(name),
            "path" => self.path_parameters.get(name).cloned(),
            _ => None,
        }
    }
}

/// Whether a template has more than variables of `$context` and `$stageVariables`.
pub fn needs_engine(template: &str) -> bool {
    const BEYOND: [&str; 8] = ["#set", "#if", "#foreach", "#macro", "#define", "#evaluate", "$input", "$util"];
    BEYOND.iter().any(|piece| template.contains(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_variables_are_replaced_and_others_stay() {
        let context = Context::new(Texts::from([("color".into(), "blue".into())]), Texts::new())
            .with("requestId", "42")
            .with("error.messageString", "\"no\"");
        let cases = [
            ("{\"message\":$context.error.messageString}", "{\"message\":\"no\"}"),
            ("id $context.requestId.", "id 42."),
            ("$stageVariables.color $stageVariables.none", "blue $stageVariables.none"),
            ("5 $ and $$", "5 $ and $$"),
        ];
        for (template, expected) in cases {
            assert_eq!(context.fill(template), expected);
        }
    }
}
