//! Sizes as AWS counts them towards limits and capacity.

use super::{AttributeValue, Item};

/// What a list or a map costs besides its contents, and what each of its elements adds.
const DOCUMENT_OVERHEAD: usize = 3;
const ELEMENT_OVERHEAD: usize = 1;

/// Names and values of all attributes.
pub fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| pair_size(name, value)).sum()
}

/// An attribute's name and value.
pub fn pair_size(name: &str, value: &AttributeValue) -> usize {
    name.len() + value_size(value)
}

/// A value without its name.
pub fn value_size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.size(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Bool(_) | AttributeValue::Null => 1,
        AttributeValue::L(values) => {
            DOCUMENT_OVERHEAD + values.iter().map(|value| ELEMENT_OVERHEAD + value_size(value)).sum::<usize>()
        }
        AttributeValue::M(item) => DOCUMENT_OVERHEAD + ELEMENT_OVERHEAD * item.len() + item_size(item),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| number.size()).sum(),
        AttributeValue::Bs(members) => members.iter().map(Vec::len).sum(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::parse_item;

    #[test]
    fn documents_cost_three_bytes_and_one_more_for_each_element() {
        for (item, size) in [
            (json!({"pk": {"S": "abc"}}), 5),
            (json!({"n": {"N": "-42"}}), 4),
            (json!({"b": {"B": "AAEC"}}), 4),
            (json!({"t": {"BOOL": true}, "u": {"NULL": true}}), 4),
            (json!({"l": {"L": [{"S": "ab"}, {"L": []}]}}), 1 + 3 + 1 + 2 + 1 + 3),
            (json!({"m": {"M": {"key": {"S": "v"}}}}), 1 + 3 + 1 + 3 + 1),
            (json!({"s": {"SS": ["a", "bc"]}}), 4),
        ] {
            assert_eq!(item_size(&parse_item(&item).unwrap()), size, "{item}");
        }
    }
}
