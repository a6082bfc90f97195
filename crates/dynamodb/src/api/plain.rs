//! Plain requests: the busiest operations with nothing in them but tables, items and keys. These are
//! read from the body straight into items, without a JSON tree between. Whatever has more in it, or is
//! wrong in any way, is left to the general way, which knows what AWS says of it.

use std::{any::Any, collections::BTreeSet, fmt, rc::Rc};

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Caller, Scope};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, json};

use super::write::{Action, Request};
use crate::{
    rules::{MAX_ITEM_SIZE, request::is_name},
    value::{AttributeValue, Decimal, Item, MAX_DEPTH, item_size},
};

/// Writes in one BatchWriteItem.
const MAX_WRITES: usize = 25;

/// What is read of a plain request beside the names in its input.
pub enum Plain {
    /// The key of GetItem.
    Key(Item),
    /// The writes of PutItem or BatchWriteItem.
    Writes(Vec<Request>),
}

impl Plain {
    /// What was read of `call`, if it is a plain one.
    pub fn of(call: &Call) -> Option<&Self> {
        call.read.as_deref()?.downcast_ref()
    }
}

/// Reads the body of a plain request: what stays of its input, and what is read of it. Policies may ask
/// for what is in items, so that only root's requests are read so.
pub fn read(operation: &str, body: &[u8], scope: &Scope) -> Option<(Value, Rc<dyn Any>)> {
    if !matches!(scope.caller, Caller::Root { .. }) {
        return None;
    }
    let (input, plain) = match operation {
        "PutItem" => read_put(body)?,
        "GetItem" => read_get(body)?,
        "BatchWriteItem" => read_batch(body)?,
        _ => return None,
    };
    Some((input, Rc::new(plain)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Put<'a> {
    table_name: &'a str,
    item: Attributes,
}

fn read_put(body: &[u8]) -> Option<(Value, Plain)> {
    let put: Put<'_> = serde_json::from_slice(body).ok()?;
    let request =
        write_of(put.table_name, Write { put_request: Some(PutRequest { item: put.item }), delete_request: None })?;
    is_table(put.table_name, 1).then(|| (json!({"TableName": put.table_name}), Plain::Writes(vec![request])))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Get<'a> {
    table_name: &'a str,
    key: Attributes,
    #[serde(default)]
    consistent_read: bool,
}

fn read_get(body: &[u8]) -> Option<(Value, Plain)> {
    let get: Get<'_> = serde_json::from_slice(body).ok()?;
    let input = json!({"TableName": get.table_name, "ConsistentRead": get.consistent_read});
    is_table(get.table_name, 1).then_some((input, Plain::Key(get.key.0)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Batch<'a> {
    #[serde(borrow)]
    request_items: Tables<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Write {
    put_request: Option<PutRequest>,
    delete_request: Option<DeleteRequest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct PutRequest {
    item: Attributes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DeleteRequest {
    key: Attributes,
}

fn read_batch(body: &[u8]) -> Option<(Value, Plain)> {
    let batch: Batch<'_> = serde_json::from_slice(body).ok()?;
    let tables = batch.request_items.0;
    let names: Map<String, Value> = tables.iter().map(|(name, _)| ((*name).to_owned(), json!([]))).collect();
    let counts = tables.iter().map(|(_, writes)| writes.len());
    let fits = tables.iter().all(|(name, writes)| is_table(name, 3) && !writes.is_empty());
    if tables.is_empty() || names.len() < tables.len() || !fits || counts.sum::<usize>() > MAX_WRITES {
        return None;
    }
    let writes =
        tables.into_iter().flat_map(|(name, writes)| writes.into_iter().map(move |write| write_of(name, write)));
    Some((json!({"RequestItems": names}), Plain::Writes(writes.collect::<Option<_>>()?)))
}

fn write_of(table: &str, write: Write) -> Option<Request> {
    let action = match (write.put_request, write.delete_request) {
        (Some(put), None) if item_size(&put.item.0) <= MAX_ITEM_SIZE => Action::Put(put.item.0),
        (None, Some(delete)) => Action::Delete(delete.key.0),
        _ => return None,
    };
    Some(Request {
        table: table.to_owned(),
        action,
        condition: None,
        must_be_new: false,
        is_stated: false,
        tell_old: false,
    })
}

fn is_table(name: &str, least: usize) -> bool {
    (least..=255).contains(&name.len()) && is_name(name)
}

/// The tables of a batch, in its order.
struct Tables<'a>(Vec<(&'a str, Vec<Write>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Tables<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Found;
        impl<'de> Visitor<'de> for Found {
            type Value = Tables<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("tables")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tables<'de>, A::Error> {
                let mut tables = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    tables.push(entry);
                }
                Ok(Tables(tables))
            }
        }
        deserializer.deserialize_map(Found)
    }
}

/// An item or a key.
struct Attributes(Item);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ItemAt(0).deserialize(deserializer).map(Self)
    }
}

/// Reads attributes at a depth.
struct ItemAt(usize);

/// Reads a value at a depth.
struct ValueAt(usize);

/// Reads a list of values at a depth.
struct ListAt(usize);

impl<'de> DeserializeSeed<'de> for ItemAt {
    type Value = Item;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Item, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ItemAt {
    type Value = Item;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("attributes")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Item, A::Error> {
        let mut item = Item::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(ValueAt(self.0))?;
            if name.is_empty() || item.insert(name, value).is_some() {
                return Err(not_plain());
            }
        }
        Ok(item)
    }
}

impl<'de> DeserializeSeed<'de> for ListAt {
    type Value = Vec<AttributeValue>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListAt {
    type Value = Vec<AttributeValue>;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("values")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(ValueAt(self.0))? {
            values.push(value);
        }
        Ok(values)
    }
}

impl<'de> DeserializeSeed<'de> for ValueAt {
    type Value = AttributeValue;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<AttributeValue, D::Error> {
        if self.0 == MAX_DEPTH { Err(not_plain()) } else { deserializer.deserialize_map(self) }
    }
}

impl<'de> Visitor<'de> for ValueAt {
    type Value = AttributeValue;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut types: A) -> Result<AttributeValue, A::Error> {
        let kind: &str = types.next_key()?.ok_or_else(not_plain)?;
        let value = match kind {
            "S" => AttributeValue::S(types.next_value()?),
            "N" => AttributeValue::N(types.next_value::<Number>()?.0),
            "B" => AttributeValue::B(types.next_value::<Blob>()?.0),
            "BOOL" => AttributeValue::Bool(types.next_value()?),
            "NULL" if types.next_value::<bool>()? => AttributeValue::Null,
            "L" => AttributeValue::L(types.next_value_seed(ListAt(self.0 + 1))?),
            "M" => AttributeValue::M(types.next_value_seed(ItemAt(self.0 + 1))?),
            "SS" => AttributeValue::Ss(set(types.next_value()?)?),
            "NS" => {
                let numbers: Vec<Number> = types.next_value()?;
                AttributeValue::Ns(set(numbers.into_iter().map(|number| number.0).collect())?)
            }
            "BS" => {
                let members: Vec<Blob> = types.next_value()?;
                AttributeValue::Bs(set(members.into_iter().map(|member| member.0).collect())?)
            }
            _ => return Err(not_plain()),
        };
        match types.next_key::<&str>()? {
            None => Ok(value),
            Some(_) => Err(not_plain()),
        }
    }
}

struct Number(Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Decimal::parse(text).map(Self).map_err(|_| not_plain())
    }
}

struct Blob(Vec<u8>);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(|_| not_plain())
    }
}

/// The members sorted, if there are any and none is there twice.
fn set<T: Ord, E: Error>(members: Vec<T>) -> Result<Vec<T>, E> {
    let count = members.len();
    let sorted: BTreeSet<T> = members.into_iter().collect();
    if count == 0 || sorted.len() < count { Err(not_plain()) } else { Ok(sorted.into_iter().collect()) }
}

/// Nobody reads it: the general way finds out what is the matter.
fn not_plain<E: Error>() -> E {
    E::custom("not plain")
}

#[cfg(test)]
mod tests {
    use kernel::testing;

    use super::*;
    use crate::value::parse_item;

    fn put(item: &Value) -> Option<Item> {
        let body = json!({"TableName": "songs", "Item": item}).to_string();
        let (input, plain) = read_put(body.as_bytes())?;
        assert_eq!(input, json!({"TableName": "songs"}));
        let Plain::Writes(mut writes) = plain else { return None };
        let Some(Request { action: Action::Put(item), .. }) = writes.pop() else { return None };
        Some(item)
    }

    #[test]
    fn items_of_every_type_are_read_as_the_general_way_reads_them() {
        let item = json!({
            "b": {"B": "AAEC"}, "bs": {"BS": ["/w==", "AA=="]}, "f": {"BOOL": false}, "l": {"L": [{"N": "-01.50"}, {"NULL": true}]},
            "m": {"M": {"deep": {"M": {"er": {"S": ""}}}}}, "ns": {"NS": ["20", "1e-3"]}, "s": {"S": "a \"quoted\"\né"}, "ss": {"SS": ["b", "a"]}
        });
        assert_eq!(put(&item), Some(parse_item(&item).unwrap()));
    }

    #[test]
    fn what_aws_might_refuse_is_left_to_the_general_way() {
        let deep = (0..32).fold(json!({"S": "core"}), |inner, _| json!({"M": {"m": inner}}));
        for value in [
            json!({}),
            json!({"S": null}),
            json!({"S": "a", "N": "1"}),
            json!({"N": "x"}),
            json!({"N": 1}),
            json!({"B": "A"}),
            json!({"BOOL": "true"}),
            json!({"NULL": false}),
            json!({"SS": []}),
            json!({"NS": ["1", "1.0"]}),
            json!({"M": {"": {"S": ""}}}),
            json!({"X": "a"}),
            json!([]),
            deep,
        ] {
            assert_eq!(put(&json!({"a": value})), None, "{value}");
        }
        for body in [
            r#"{"TableName":"songs","Item":{"a":{"S":"1"},"a":{"S":"2"}}}"#,
            r#"{"TableName":"so ngs","Item":{}}"#,
            r#"{"TableName":"songs","Item":{},"ReturnValues":"NONE"}"#,
            r#"{"TableName":"songs","Item":{}} x"#,
            r#"{"TableName":"songs"}"#,
        ] {
            assert!(read_put(body.as_bytes()).is_none(), "{body}");
        }
        for body in [
            r#"{"RequestItems":{}}"#,
            r#"{"RequestItems":{"songs":[]}}"#,
            r#"{"RequestItems":{"songs":[{}]}}"#,
            r#"{"RequestItems":{"songs":[{"DeleteRequest":{"Key":{}}}],"songs":[{"DeleteRequest":{"Key":{}}}]}}"#,
        ] {
            assert!(read_batch(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn policies_see_whole_requests() {
        testing::run(|kernel| async move {
            let body = br#"{"TableName":"songs","Key":{}}"#;
            let root = Scope::root(&kernel);
            assert!(read("GetItem", body, &root).is_some());
            let other = Scope { caller: Caller::Anonymous, ..root };
            assert!(read("GetItem", body, &other).is_none());
        });
    }
}
