//! Vectors: lists of numbers as a vector index holds them, in 32-bit floating point.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{AttributeValue, Decimal};

/// Why a value is no vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VectorError {
    /// It is no list.
    NotAList,
    /// It has so many elements.
    Size(usize),
    /// This element is of that type.
    Element(usize, &'static str),
    /// This element is beyond all floats of 32 bits.
    Range(usize, Decimal),
}

/// Reads a vector of so many `dimensions`. Numbers lose what 32 bits cannot hold.
pub fn parse_vector(value: &AttributeValue, dimensions: usize) -> Result<Box<[f32]>, VectorError> {
    let AttributeValue::L(elements) = value else { return Err(VectorError::NotAList) };
    if elements.len() != dimensions {
        return Err(VectorError::Size(elements.len()));
    }
    let element = |(place, element): (usize, &AttributeValue)| match element {
        AttributeValue::N(number) => to_f32(*number).ok_or(VectorError::Range(place, *number)),
        other => Err(VectorError::Element(place, other.type_name())),
    };
    elements.iter().enumerate().map(element).collect()
}

/// The nearest float, if there is a finite one.
pub fn to_f32(number: Decimal) -> Option<f32> {
    number.to_string().parse().ok().filter(|float: &f32| float.is_finite())
}

/// A vector as items hold it.
pub fn vector_value(vector: &[f32]) -> AttributeValue {
    // A float has few digits and a small exponent: it always is a number.
    let number = |float: &f32| AttributeValue::N(Decimal::parse(&float.to_string()).unwrap_or(Decimal::ZERO));
    AttributeValue::L(vector.iter().map(number).collect())
}

/// How like two vectors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Distance {
    /// By their angle: 0 is the same direction, 2 the opposite one.
    Cosine,
    /// By their product: the greater the liker.
    DotProduct,
    /// By the length of what is between them.
    Euclidean,
}

impl Distance {
    /// As the wire names it.
    pub fn parse(name: &str) -> Self {
        match name {
            "DOT_PRODUCT" => Self::DotProduct,
            "EUCLIDEAN" => Self::Euclidean,
            _ => Self::Cosine,
        }
    }

    /// As the wire names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosine => "COSINE",
            Self::DotProduct => "DOT_PRODUCT",
            Self::Euclidean => "EUCLIDEAN",
        }
    }

    /// `Score`: summed up in 64 bits, and within what 32 bits can hold.
    pub fn score(self, one: &[f32], other: &[f32]) -> f64 {
        let sum = |term: fn(f64, f64) -> f64| -> f64 {
            one.iter().zip(other).map(|(one, other)| term(f64::from(*one), f64::from(*other))).sum()
        };
        let product = || sum(|one, other| one * other);
        let score = match self {
            Self::DotProduct => product(),
            Self::Euclidean => sum(|one, other| (one - other) * (one - other)).sqrt(),
            Self::Cosine => {
                let (one_square, other_square) = (sum(|one, _| one * one), sum(|_, other| other * other));
                if one_square == 0.0 || other_square == 0.0 {
                    // What has no direction is at a right angle to everything.
                    1.0
                } else if one == other {
                    0.0
                } else {
                    (1.0 - product() / (one_square.sqrt() * other_square.sqrt())).clamp(0.0, 2.0)
                }
            }
        };
        score.clamp(f64::from(f32::MIN), f64::from(f32::MAX))
    }

    /// The order of two scores, the liker first.
    pub fn order(self, one: f64, other: f64) -> Ordering {
        match self {
            Self::DotProduct => other.total_cmp(&one),
            Self::Cosine | Self::Euclidean => one.total_cmp(&other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_the_three_functions() {
        let query = [1.0, 0.0, 0.0];
        for (distance, vector, score) in [
            (Distance::Cosine, [10.0, 0.0, 0.0], 0.0),
            (Distance::Cosine, [-1.0, 0.0, 0.0], 2.0),
            (Distance::Cosine, [0.0, 0.0, 0.0], 1.0),
            (Distance::Euclidean, [10.0, 0.0, 0.0], 9.0),
            (Distance::DotProduct, [-3.0, 5.0, 0.0], -3.0),
            (Distance::DotProduct, [f32::MAX, 0.0, 0.0], f64::from(f32::MAX)),
        ] {
            assert!((distance.score(&query, &vector) - score).abs() < 1e-9, "{distance:?} {vector:?}");
        }
        assert_eq!(Distance::DotProduct.order(2.0, 1.0), Ordering::Less, "the greater comes first");
        assert_eq!(Distance::Euclidean.order(2.0, 1.0), Ordering::Greater);
    }

    #[test]
    fn a_score_is_never_beyond_a_float() {
        let far = [f32::MAX; 4];
        let away = [f32::MIN; 4];
        assert!((Distance::Euclidean.score(&far, &away) - f64::from(f32::MAX)).abs() < f64::EPSILON);
        assert!((Distance::DotProduct.score(&far, &away) + f64::from(f32::MAX)).abs() < f64::EPSILON);
    }

    #[test]
    fn numbers_become_floats_and_floats_numbers() {
        let number = |text: &str| AttributeValue::N(Decimal::parse(text).unwrap());
        let list = AttributeValue::L(vec![number("0.123456789123456789"), number("1e-120"), number("-2")]);
        let vector = parse_vector(&list, 3).unwrap();
        assert_eq!(vector_value(&vector), AttributeValue::L(vec![number("0.12345679"), number("0"), number("-2")]));
        assert_eq!(parse_vector(&list, 2), Err(VectorError::Size(3)));
        assert_eq!(parse_vector(&number("1"), 1), Err(VectorError::NotAList));
        let wrong = AttributeValue::L(vec![number("1"), AttributeValue::Null]);
        assert_eq!(parse_vector(&wrong, 2), Err(VectorError::Element(1, "NULL")));
        let great = AttributeValue::L(vec![number("1e39")]);
        assert!(matches!(parse_vector(&great, 1), Err(VectorError::Range(0, _))));
        let greatest = AttributeValue::L(vec![number(&f32::MAX.to_string())]);
        assert_eq!(vector_value(&parse_vector(&greatest, 1).unwrap()), greatest);
    }
}
