//! Items as they are kept.

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{
    AttributeValue, Decimal, Item, item_size,
    size::{stored_size_of, stored_values},
};

/// An item as it is kept: one run of bytes (postcard), which memory and storage share. It takes a
/// seventh of the memory of an [`Item`], and is written to the wire without becoming one. Equal items
/// have equal bytes, since attributes, sets and numbers have one form each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    bytes: Bytes,
    size: usize,
    stored_values: usize,
}

/// An item that lies in somebody else's bytes.
type ItemRef<'a> = Vec<(&'a str, ValueRef<'a>)>;

/// A value in somebody else's bytes: [`AttributeValue`], variant by variant.
#[derive(Serialize, Deserialize)]
enum ValueRef<'a> {
    S(&'a str),
    N(Decimal),
    B(&'a [u8]),
    Bool(bool),
    Null,
    L(#[serde(borrow)] Vec<ValueRef<'a>>),
    M(#[serde(borrow)] ItemRef<'a>),
    Ss(#[serde(borrow)] Vec<&'a str>),
    Ns(Vec<Decimal>),
    Bs(#[serde(borrow)] Vec<&'a [u8]>),
}

impl Packed {
    /// Packs `item`.
    pub fn of(item: &Item) -> Self {
        // Maps, lists, texts and numbers always serialise.
        let bytes = postcard::to_stdvec(item).unwrap_or_default().into_boxed_slice();
        Self { bytes: bytes.into(), size: item_size(item), stored_values: stored_values(item) }
    }

    /// Takes in what storage has, if it is an item.
    pub fn read(bytes: Bytes) -> Option<Self> {
        let item = postcard::from_bytes(&bytes).ok()?;
        Some(Self { bytes, size: item_size(&item), stored_values: stored_values(&item) })
    }

    /// What storage is given.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// How many bytes it takes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The size of the item as AWS counts it.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What the item counts towards a page of its table, or of an index, with this sort key.
    pub fn stored_size(&self, sort_key: Option<&str>) -> usize {
        let parts = sort_key.map(|name| (name, self.parts()));
        let found = parts.and_then(|(name, parts)| parts.into_iter().find(|(known, _)| *known == name));
        stored_size_of(self.stored_values, found.and_then(|(_, value)| value.of_key()).as_ref())
    }

    /// The item.
    pub fn item(&self) -> Item {
        // It was packed by `of`, or read before.
        postcard::from_bytes(&self.bytes).unwrap_or_default()
    }

    /// Writes the item as the wire does.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Texts and lists always serialise, and a vector takes everything.
        let _ = serde_json::to_writer(out, &OnWire(&self.parts()));
    }

    fn parts(&self) -> ItemRef<'_> {
        // As in `item`.
        postcard::from_bytes(&self.bytes).unwrap_or_default()
    }
}

impl ValueRef<'_> {
    /// The value, if it has a type that keys have.
    fn of_key(&self) -> Option<AttributeValue> {
        match self {
            Self::S(text) => Some(AttributeValue::S((*text).to_owned())),
            Self::N(number) => Some(AttributeValue::N(*number)),
            Self::B(bytes) => Some(AttributeValue::B(bytes.to_vec())),
            _ => None,
        }
    }
}

/// Within something larger, a packed item is kept in the form of an [`Item`].
impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.parts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Item::deserialize(deserializer).map(|item| Self::of(&item))
    }
}

/// A part of an item as the wire writes it.
struct OnWire<'a, T>(&'a T);

impl Serialize for OnWire<'_, ItemRef<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, OnWire(value))))
    }
}

impl Serialize for OnWire<'_, ValueRef<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serializer.serialize_map(Some(1))?;
        match self.0 {
            ValueRef::S(text) => value.serialize_entry("S", text)?,
            ValueRef::N(number) => value.serialize_entry("N", &OnWire(number))?,
            ValueRef::B(bytes) => value.serialize_entry("B", &OnWire(bytes))?,
            ValueRef::Bool(flag) => value.serialize_entry("BOOL", flag)?,
            ValueRef::Null => value.serialize_entry("NULL", &true)?,
            ValueRef::L(values) => value.serialize_entry("L", &OnWire(values))?,
            ValueRef::M(item) => value.serialize_entry("M", &OnWire(item))?,
            ValueRef::Ss(texts) => value.serialize_entry("SS", texts)?,
            ValueRef::Ns(numbers) => value.serialize_entry("NS", &OnWire(numbers))?,
            ValueRef::Bs(members) => value.serialize_entry("BS", &OnWire(members))?,
        }
        value.end()
    }
}

macro_rules! list_on_wire {
    ($($element:ty),*) => {$(
        impl Serialize for OnWire<'_, Vec<$element>> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut list = serializer.serialize_seq(Some(self.0.len()))?;
                self.0.iter().try_for_each(|element| list.serialize_element(&OnWire(element)))?;
                list.end()
            }
        }
    )*};
}

list_on_wire!(ValueRef<'_>, Decimal, &[u8]);

impl Serialize for OnWire<'_, Decimal> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

impl Serialize for OnWire<'_, &[u8]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::value::{item_to_json, parse_item, stored_size};

    fn every_type() -> Value {
        json!({
            "b": {"B": "AAEC"}, "bs": {"BS": ["AA==", "/w=="]}, "f": {"BOOL": false}, "l": {"L": [{"N": "-1.5"}, {"NULL": true}]},
            "m": {"M": {"deep": {"M": {"er": {"S": ""}}}}}, "n": {"N": "12345678901234567890123456789012345678"},
            "ns": {"NS": ["0.001", "20"]}, "s": {"S": "a \"quoted\"\nline é"}, "ss": {"SS": ["a", "b"]}
        })
    }

    #[test]
    fn what_is_packed_is_written_and_comes_back_as_it_was() {
        let item = parse_item(&every_type()).unwrap();
        let packed = Packed::of(&item);
        assert_eq!(packed.item(), item);
        assert_eq!(packed.size(), item_size(&item));
        for sort_key in [None, Some("s"), Some("n"), Some("b"), Some("missing")] {
            assert_eq!(packed.stored_size(sort_key), stored_size(&item, sort_key));
        }
        assert_eq!(Packed::read(packed.bytes()), Some(packed.clone()));
        let mut written = Vec::new();
        packed.write(&mut written);
        assert_eq!(String::from_utf8(written).unwrap(), item_to_json(&item).to_string());
    }

    #[test]
    fn within_a_record_it_has_the_form_of_an_item() {
        let item = parse_item(&every_type()).unwrap();
        let packed = Some(Packed::of(&item));
        let kept = postcard::to_stdvec(&packed).unwrap();
        assert_eq!(kept, postcard::to_stdvec(&Some(item)).unwrap());
        assert_eq!(postcard::from_bytes::<Option<Packed>>(&kept).unwrap(), packed);
    }

    #[test]
    fn what_is_no_item_is_not_read() {
        assert_eq!(Packed::read(Bytes::from_static(b"\x01\x05ab")), None);
    }
}
