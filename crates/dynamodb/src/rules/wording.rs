//! The words of validation errors.
//!
//! AWS checks requests in one of two layers, and which one an operation runs decides the wording. Since
//! June 2026 the newer layer is being rolled out region by region; what stands here was measured in
//! October 2026. us-east-1 stands for every region of which nothing else is known.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;

use super::INVALID_VALUES;
use crate::value::{NumberError, ValueError};

/// Which layer checks an operation's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The newer layer, its findings counted: `1 validation error detected: …`.
    Counted,
    /// The newer layer, its findings bare.
    Bare,
    /// The older layer.
    Older,
}

/// Operations that another layer checks than in us-east-1, with their regions.
const ELSEWHERE: [(&str, &str, Layer); 2] =
    [("eu-west-2", "TransactGetItems", Layer::Bare), ("eu-west-2", "TransactWriteItems", Layer::Bare)];

impl Layer {
    /// The layer of `operation` in `region`.
    pub fn of(operation: &str, region: &str) -> Self {
        if let Some((.., layer)) = ELSEWHERE.iter().find(|(place, name, _)| *place == region && *name == operation) {
            return *layer;
        }
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => Self::Counted,
            "GetItem" | "BatchGetItem" | "Query" | "SearchVectors" => Self::Bare,
            _ => Self::Older,
        }
    }

    /// A finding of the request's own checks.
    pub fn refuse(self, message: impl std::fmt::Display) -> AwsError {
        match self {
            Self::Counted => AwsError::validation(format!("1 validation error detected: {message}")),
            Self::Bare | Self::Older => AwsError::validation(message.to_string()),
        }
    }

    /// A value that is none.
    pub fn refuse_value(self, error: &ValueError) -> AwsError {
        self.refuse(self.value_in_words(error))
    }

    /// A value of `ExpressionAttributeValues` that is none.
    pub fn refuse_placeholder(self, error: &ValueError, placeholder: &str) -> AwsError {
        let words = self.value_in_words(error);
        match self {
            Self::Counted | Self::Bare => self.refuse(words),
            Self::Older => AwsError::validation(format!(
                "ExpressionAttributeValues contains invalid value: {words} for key {placeholder}"
            )),
        }
    }

    /// Placeholders without an expression that could use them.
    pub fn refuse_values_without(self, expressions: &[&str]) -> AwsError {
        let message = "ExpressionAttributeValues can only be specified when using expressions";
        match self {
            Self::Counted | Self::Bare => self.refuse(message),
            Self::Older => {
                let verb = if expressions.len() > 1 { "are" } else { "is" };
                self.refuse(format!("{message}: {} {verb} null", expressions.join(" and ")))
            }
        }
    }

    fn value_in_words(self, error: &ValueError) -> String {
        match error {
            ValueError::Empty => {
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()
            }
            ValueError::SeveralTypes => "Supplied AttributeValue has more than one datatypes set, must contain \
                                         exactly one of the supported datatypes"
                .to_owned(),
            ValueError::Number(error) => self.number_in_words(error),
            ValueError::NullIsFalse => {
                format!("{INVALID_VALUES}Null attribute value types must have the value of true")
            }
            ValueError::EmptySet("BS") => format!("{INVALID_VALUES}Binary sets should not be empty"),
            ValueError::EmptySet(kind) => {
                let members = if *kind == "NS" { "number" } else { "string" };
                format!("{INVALID_VALUES}An {members} set  may not be empty")
            }
            ValueError::Duplicates(kind, members) => self.duplicates_in_words(kind, members),
            ValueError::EmptyName => "Empty attribute name".to_owned(),
            ValueError::TooDeep => {
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond \
                                    supported limit"
                    .to_owned()
            }
        }
    }

    fn number_in_words(self, error: &NumberError) -> String {
        match error {
            NumberError::NotNumeric(text) if text.is_empty() && self == Self::Older => {
                "The parameter cannot be converted to a numeric value".to_owned()
            }
            NumberError::NotNumeric(text) => format!("The parameter cannot be converted to a numeric value: {text}"),
            // The older layer reads numbers as Java's BigDecimal does, whose exponent is an `int`.
            NumberError::Overflow { wraps } if !(*wraps && self == Self::Older) => out_of_range("overflow", "larger"),
            NumberError::Overflow { .. } | NumberError::Underflow => out_of_range("underflow", "smaller"),
            NumberError::TooPrecise => "Attempting to store more than 38 significant digits in a Number".to_owned(),
        }
    }

    fn duplicates_in_words(self, kind: &str, members: &[String]) -> String {
        let newer = self != Self::Older;
        match kind {
            "NS" if newer => format!("{INVALID_VALUES}Input collection contains duplicates."),
            "NS" => "Input collection contains duplicates".to_owned(),
            "BS" if newer => {
                let listed = quoted(&met_in_order(members, |text| STANDARD.decode(text).unwrap_or_default()));
                format!("{INVALID_VALUES}Input collection [{}]of type BS contains duplicates.", listed.join(","))
            }
            "BS" => {
                format!("{INVALID_VALUES}Input collection [{}]of type BS contains duplicates.", members.join(", "))
            }
            _ if newer => {
                let listed = quoted(&met_in_order(members, |text| text.as_bytes().to_vec()));
                format!("{INVALID_VALUES}Input collection [{}] contains duplicates.", listed.join(", "))
            }
            _ => format!("{INVALID_VALUES}Input collection [{}] contains duplicates.", members.join(", ")),
        }
    }
}

/// A number out of range, in words.
pub fn out_of_range(way: &str, size: &str) -> String {
    format!("Number {way}. Attempting to store a number with magnitude {size} than supported range")
}

/// The members as the newer layer lists them: in byte order up to the first repetition, then that, then
/// the rest as sent.
fn met_in_order(members: &[String], bytes: fn(&str) -> Vec<u8>) -> Vec<String> {
    let mut met = BTreeSet::new();
    let first_repeated = members.iter().position(|member| !met.insert((bytes(member), member.clone())));
    let rest = first_repeated.map_or(&[][..], |position| &members[position..]);
    met.into_iter().map(|(_, member)| member).chain(rest.iter().cloned()).collect()
}

fn quoted(members: &[String]) -> Vec<String> {
    members.iter().map(|member| format!("\"{member}\"")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::parse_value;

    #[test]
    fn the_region_decides_on_the_layer_of_an_operation() {
        assert_eq!(Layer::of("TransactWriteItems", "us-east-1"), Layer::Older);
        assert_eq!(Layer::of("TransactWriteItems", "eu-west-2"), Layer::Bare);
        assert_eq!(Layer::of("PutItem", "eu-west-2"), Layer::Counted);
        assert_eq!(Layer::of("PutItem", "eu-west-1"), Layer::Counted);
    }

    #[test]
    fn the_two_layers_word_the_same_fault_differently() {
        for (value, newer, older) in [
            (
                json!({"SS": ["b", "a", "b"]}),
                "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\"] contains duplicates.",
                "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.",
            ),
            (
                json!({"BS": ["/w==", "AA==", "AA=="]}),
                "One or more parameter values were invalid: Input collection [\"AA==\",\"/w==\",\"AA==\"]of type BS contains duplicates.",
                "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
            ),
            (
                json!({"N": "1e2147483647"}),
                "Number overflow. Attempting to store a number with magnitude larger than supported range",
                "Number underflow. Attempting to store a number with magnitude smaller than supported range",
            ),
            (
                json!({"N": ""}),
                "The parameter cannot be converted to a numeric value: ",
                "The parameter cannot be converted to a numeric value",
            ),
        ] {
            let error = parse_value(&value).unwrap_err();
            assert_eq!(Layer::Bare.refuse_value(&error).message, newer);
            assert_eq!(Layer::Counted.refuse_value(&error).message, format!("1 validation error detected: {newer}"));
            assert_eq!(Layer::Older.refuse_value(&error).message, older);
        }
    }
}
