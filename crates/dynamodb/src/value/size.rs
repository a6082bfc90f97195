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

/// What an item counts towards the megabyte with which a page ends. It is not [`item_size`] but, as
/// measurements of AWS show, about what storage takes: a byte for each name, lengths before values, and
/// the sort key again for every block of the item.
pub fn stored_size(item: &Item, sort_key: Option<&str>) -> usize {
    stored_size_of(stored_values(item), sort_key.and_then(|name| item.get(name)))
}

/// The same of an item whose [values](stored_values) are known.
pub fn stored_size_of(values: usize, sort_key: Option<&AttributeValue>) -> usize {
    const BLOCK: usize = 3072;
    const OF_BLOCK: usize = 18;
    const OF_ITEM: usize = 2;
    let size = values - sort_key.map_or(0, |value| 1 + stored_value_size(value));
    let blocks = 1 + (1 + size) / BLOCK;
    OF_ITEM + size + blocks * (OF_BLOCK + sort_key.map_or(0, value_size))
}

/// What storage takes for the values of all attributes.
pub fn stored_values(item: &Item) -> usize {
    item.values().map(|value| 1 + stored_value_size(value)).sum()
}

fn stored_value_size(value: &AttributeValue) -> usize {
    let size = value_size(value);
    match value {
        AttributeValue::S(text) if text.len() < 1 << 7 => size + 1,
        AttributeValue::S(text) if text.len() < 1 << 14 => size + 2,
        AttributeValue::S(_) => size + 3,
        AttributeValue::N(_) | AttributeValue::B(_) => size + 1,
        AttributeValue::Null => 0,
        AttributeValue::Bool(_) => 1,
        AttributeValue::Ss(members) => size + members.len() + 1,
        AttributeValue::Ns(members) => size + members.len() + 1,
        AttributeValue::Bs(members) => size + members.len() + 1,
        AttributeValue::L(values) => {
            DOCUMENT_OVERHEAD + values.iter().map(|value| ELEMENT_OVERHEAD + stored_value_size(value)).sum::<usize>()
        }
        AttributeValue::M(item) => {
            let values = item.values().map(|value| ELEMENT_OVERHEAD + 1 + stored_value_size(value));
            DOCUMENT_OVERHEAD + values.sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::parse_item;

    #[test]
    fn a_page_counts_blocks_of_items() {
        let item = |size| {
            let mut item = parse_item(&json!({"a": {"S": "1"}, "b": {"S": "22"}})).unwrap();
            item.insert("text".to_owned(), AttributeValue::S("x".repeat(size)));
            stored_size(&item, Some("b"))
        };
        assert_eq!(item(10), 2 + 3 + 12 + 18 + 2);
        assert_eq!(item(3066), 2 + 3 + 3069 + 2 * (18 + 2), "the second block repeats the sort key");
    }

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
