//! CloudFormation and SAM template text: YAML or JSON in, plain values with their places out.
//!
//! Short-form functions (`!Ref`, `!GetAtt a.b`) come out in their long form, so that whoever reads
//! the value meets one notation only. Every node keeps where it stood in the text.

mod places;
mod scalar;
mod yaml;

pub use places::{Place, Places, Point, Span, pointer};

use serde_json::Value;

/// A parsed template: the value, and where each of its nodes stood.
#[derive(Debug, Clone)]
pub struct Template {
    /// The whole document, with long-form intrinsic functions.
    pub value: Value,
    /// The place of every node, by JSON pointer.
    pub places: Places,
}

/// The text is neither YAML nor JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What the parser said.
    pub message: String,
    /// Where the parser stopped.
    pub at: Point,
}

/// Parses template text. JSON is a subset of the YAML that CloudFormation reads.
pub fn parse(text: &str) -> Result<Template, SyntaxError> {
    yaml::load(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        parse(text).expect("well-formed").value
    }

    #[test]
    fn short_forms_become_long_forms() {
        assert_eq!(value("a: !Ref B"), json!({"a": {"Ref": "B"}}));
        assert_eq!(value("a: !Condition B"), json!({"a": {"Condition": "B"}}));
        assert_eq!(value("a: !GetAtt B.Outputs.C"), json!({"a": {"Fn::GetAtt": ["B", "Outputs.C"]}}));
        assert_eq!(
            value("a: !Sub\n  - '${x}'\n  - x: !Ref Y"),
            json!({"a": {"Fn::Sub": ["${x}", {"x": {"Ref": "Y"}}]}})
        );
        assert_eq!(
            value("a: !If [C, 1, !Ref AWS::NoValue]"),
            json!({"a": {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}})
        );
    }

    #[test]
    fn scalars_follow_yaml_1_1_except_for_dates() {
        assert_eq!(
            value("[yes, Off, ~, 010, 0x1f, 1_000, 1.5, 1e3, '010', 2012-10-17, 12:30]"),
            json!([true, false, null, 8, 31, 1000, 1.5, "1e3", "010", "2012-10-17", 750])
        );
    }

    #[test]
    fn keys_stay_text() {
        assert_eq!(value("200: ok\nyes: no"), json!({"200": "ok", "yes": false}));
    }

    #[test]
    fn anchors_and_merges_are_expanded() {
        assert_eq!(
            value("base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3"),
            json!({"base": {"x": 1, "y": 2}, "other": {"x": 1, "y": 3}})
        );
    }

    #[test]
    fn every_node_keeps_its_place() {
        let template = parse("Resources:\n  Fn:\n    Type: !Sub '${A}'\n").expect("well-formed");
        let place = template.places.get("/Resources/Fn/Type").expect("the property is there");
        assert_eq!(place.key.expect("a key").start, Point { line: 3, column: 5 });
        assert_eq!(place.value.start, Point { line: 3, column: 16 });
        assert!(template.places.get("/Resources/Fn/Type/Fn::Sub").is_some());
    }

    #[test]
    fn broken_text_says_where() {
        let error = parse("a: [1, 2").expect_err("no closing bracket");
        assert!(error.at.line >= 1);
        assert!(parse("a: b: c").is_err());
        assert_eq!(value(""), Value::Null);
    }

    #[test]
    fn hostile_texts_are_refused() {
        let bomb = (0..40).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
            format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
        });
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(20_000)).is_err());
    }
}
