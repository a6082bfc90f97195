use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Change, Keeping, Switches, ThroughputHistory, VectorIndex};
use crate::value::{AttributeValue, Item, item_size, key, pair_size};

/// The types that a key attribute may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    /// Text.
    S,
    /// Number.
    N,
    /// Bytes.
    B,
}

impl KeyKind {
    /// As the wire writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: KeyKind,
}

/// A table's or an index's key. Only indexes can have more than one attribute in each half.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    /// What places an item in a partition.
    pub hash: Vec<KeyAttribute>,
    /// What orders it there.
    pub range: Vec<KeyAttribute>,
}

impl KeySchema {
    /// All attributes of the key.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.range)
    }

    /// Whether `name` is part of the key.
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key attributes of `item`.
    pub fn of(&self, item: &Item) -> Item {
        let found = self.attributes().filter_map(|key| Some((key.name.clone(), item.get(&key.name)?.clone())));
        found.collect()
    }

    /// Where `item` stands: bytes in the order of partitions, then of sort keys. `None` if the item
    /// lacks a part of the key or has one of another type or an empty one.
    pub fn encode(&self, item: &Item) -> Option<Vec<u8>> {
        let mut place = self.partition(item)?;
        for value in values(&self.range, item)? {
            key::encode(value, &mut place);
        }
        Some(place)
    }

    /// The beginning of the partition in which `place` lies; all of it if it is none.
    pub fn partition_of<'a>(&self, place: &'a [u8]) -> &'a [u8] {
        let behind =
            self.hash.iter().try_fold(place.get(key::PARTITION_PREFIX..).unwrap_or_default(), |rest, attribute| {
                key::decode(attribute.kind.name(), rest).map(|(_, rest)| rest)
            });
        &place[..place.len() - behind.map_or(0, <[u8]>::len)]
    }

    /// Where the partition of `item` begins; all places in it begin with that.
    pub fn partition(&self, item: &Item) -> Option<Vec<u8>> {
        Some(key::partition(values(&self.hash, item)?))
    }

    /// What decides between items that stand at the same place of an index.
    pub fn tie_break(&self, item: &Item) -> [u8; key::PARTITION_PREFIX] {
        key::place(self.attributes().filter_map(|attribute| item.get(&attribute.name)))
    }

    /// As the wire writes it.
    pub fn to_json(&self) -> Value {
        let element =
            |kind: &'static str| move |key: &KeyAttribute| json!({"AttributeName": key.name.clone(), "KeyType": kind});
        self.hash.iter().map(element("HASH")).chain(self.range.iter().map(element("RANGE"))).collect()
    }
}

/// The values of all `attributes`, if `item` has them and they are fit for a key.
fn values<'a>(attributes: &[KeyAttribute], item: &'a Item) -> Option<Vec<&'a AttributeValue>> {
    let value = |attribute: &KeyAttribute| item.get(&attribute.name).filter(|value| fits(attribute.kind, value));
    attributes.iter().map(value).collect()
}

fn fits(kind: KeyKind, value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(text) => kind == KeyKind::S && !text.is_empty(),
        AttributeValue::B(bytes) => kind == KeyKind::B && !bytes.is_empty(),
        AttributeValue::N(_) => kind == KeyKind::N,
        _ => false,
    }
}

/// Which attributes an index holds besides the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexProjection {
    /// All.
    All,
    /// None.
    KeysOnly,
    /// These.
    Include(Vec<String>),
}

impl IndexProjection {
    /// As the wire writes it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::All => json!({"ProjectionType": "ALL"}),
            Self::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
            Self::Include(names) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names}),
        }
    }
}

/// A secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexDefinition {
    /// Unique in its table.
    pub name: String,
    /// Whether it shares its table's partitions.
    pub local: bool,
    /// Its key.
    pub keys: KeySchema,
    /// What it holds.
    pub projection: IndexProjection,
    /// Provisioned read and write units of a global one; 0 on demand.
    pub throughput: (u64, u64),
    /// How these came to be.
    #[serde(default)]
    pub history: ThroughputHistory,
    /// `OnDemandThroughput`, where it was given.
    #[serde(default)]
    pub on_demand_throughput: Option<Value>,
}

impl IndexDefinition {
    /// Whether `attribute` can be read from the index, in a table with the key `table`.
    pub fn projects(&self, table: &KeySchema, attribute: &str) -> bool {
        match &self.projection {
            IndexProjection::All => true,
            IndexProjection::KeysOnly => self.keys.contains(attribute) || table.contains(attribute),
            IndexProjection::Include(names) => {
                names.iter().any(|name| name == attribute) || self.keys.contains(attribute) || table.contains(attribute)
            }
        }
    }

    /// The size of what the index holds of `item`.
    pub fn view_size(&self, table: &KeySchema, item: &Item) -> usize {
        if self.projection == IndexProjection::All {
            return item_size(item);
        }
        let held = item.iter().filter(|(name, _)| self.projects(table, name));
        held.map(|(name, value)| pair_size(name, value)).sum()
    }

    /// What the index holds of `item`.
    pub fn view(&self, table: &KeySchema, item: &Item) -> Item {
        let held = item.iter().filter(|(name, _)| self.projects(table, name));
        held.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// How a table is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// `PAY_PER_REQUEST`
    pub on_demand: bool,
    /// Whether the mode was ever named: `BillingModeSummary` is only shown then.
    pub named: bool,
    /// Provisioned read and write units; 0 on demand.
    pub throughput: (u64, u64),
    /// When the table became on demand, in milliseconds.
    pub on_demand_since: Option<u64>,
    /// How the units came to be.
    #[serde(default)]
    pub history: ThroughputHistory,
    /// When the table became on demand of late.
    #[serde(default)]
    pub switches: Switches,
}

/// Time to live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeToLive {
    /// The attribute that holds the second of expiry.
    pub attribute: String,
}

/// All of a table but its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableDefinition {
    /// The beginning of the keys of its items in storage.
    pub id: u32,
    /// `TableId`
    pub uuid: String,
    /// Unique in a region of an account.
    pub name: String,
    /// `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`
    pub arn: String,
    /// Milliseconds.
    pub created_at: u64,
    /// The types of the key attributes, as they were declared.
    pub attributes: Vec<KeyAttribute>,
    /// The table's key.
    pub keys: KeySchema,
    /// Local ones first.
    pub indexes: Vec<IndexDefinition>,
    /// Its vector indexes.
    #[serde(default)]
    pub vectors: Vec<VectorIndex>,
    /// How it is paid for.
    pub billing: Billing,
    /// The newest stream, open or not.
    pub stream_arn: Option<String>,
    /// `DeletionProtectionEnabled`
    pub deletion_protection: bool,
    /// `TableClass`, where it was named.
    pub class: Option<String>,
    /// `SSESpecification`, where encryption with a customer's key was asked for.
    pub encryption: Option<Value>,
    /// `OnDemandThroughput`, where it was given.
    pub on_demand_throughput: Option<Value>,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// Time to live, where it is enabled.
    pub time_to_live: Option<TimeToLive>,
    /// When time to live was last changed, in milliseconds.
    pub time_to_live_changed_at: Option<u64>,
    /// What has operations of its own.
    #[serde(default)]
    pub keeping: Keeping,
    /// What it is going through, or went through last.
    #[serde(default)]
    pub change: Option<Change>,
}

impl TableDefinition {
    /// The index called `name`.
    pub fn index(&self, name: &str) -> Option<&IndexDefinition> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// Leaves only those attributes declared that are part of a key.
    pub fn forget_unused_attributes(&mut self) {
        let Self { attributes, keys, indexes, vectors, .. } = self;
        attributes.retain(|key| {
            keys.contains(&key.name)
                || indexes.iter().any(|index| index.keys.contains(&key.name))
                || vectors.iter().any(|index| index.element(&key.name).is_some())
        });
    }

    /// Whether anything is worked out from its items but by their keys.
    pub fn has_indexes(&self) -> bool {
        !self.indexes.is_empty() || !self.vectors.is_empty()
    }

    /// Whether it has a local index, and so collections of limited size.
    pub fn has_local_indexes(&self) -> bool {
        self.indexes.iter().any(|index| index.local)
    }
}
