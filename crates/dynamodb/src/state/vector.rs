//! Vector indexes. What they hold is worked out from the items and searched as a whole: who asks for the
//! nearest vectors gets the nearest ones, where AWS gets about the nearest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{IndexProjection, KeyAttribute, KeySchema, TableDefinition};
use crate::value::{AttributeValue, Distance, Item, Packed, pair_size, parse_vector, value_size, vector_value};

/// Bytes of an element.
const ELEMENT: usize = 4;

/// A vector index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorIndex {
    /// Unique in its table, among all kinds of indexes.
    pub name: String,
    /// The attribute that holds the vector.
    pub attribute: String,
    /// How many elements it has.
    pub dimensions: usize,
    /// How it is compared.
    pub distance: Distance,
    /// What else can be searched by.
    pub schema: Vec<SearchElement>,
    /// What it holds.
    pub projection: IndexProjection,
}

/// An element of a `SearchSchema`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchElement {
    /// Its attribute.
    pub attribute: KeyAttribute,
    /// Whether it is the `HASH`: every search is for one value of it.
    pub partitions: bool,
}

/// What an index holds of an item to search by.
pub struct VectorEntry {
    /// Its vector.
    pub vector: Box<[f32]>,
    /// The values of its search schema, in the order of the schema.
    pub searched: Box<[Option<AttributeValue>]>,
}

impl VectorIndex {
    /// The attribute by which it is partitioned.
    pub fn partition(&self) -> Option<&KeyAttribute> {
        self.schema.iter().find(|element| element.partitions).map(|element| &element.attribute)
    }

    /// The element of the search schema with this name.
    pub fn element(&self, name: &str) -> Option<&SearchElement> {
        self.schema.iter().find(|element| element.attribute.name == name)
    }

    /// The vector under which `item` stands in the index; `None` if it does not stand there: without a
    /// whole vector and a partition, or with a filter of another type.
    pub fn vector_of(&self, item: &Item) -> Option<Box<[f32]>> {
        let fits = |element: &SearchElement| match item.get(&element.attribute.name) {
            None => !element.partitions,
            Some(value) => {
                value.type_name() == element.attribute.kind.name() && !(element.partitions && value_size(value) == 0)
            }
        };
        if !self.schema.iter().all(fits) {
            return None;
        }
        parse_vector(item.get(&self.attribute)?, self.dimensions).ok()
    }

    /// The entry of `item`, if it has one.
    pub fn entry_of(&self, item: &Item) -> Option<VectorEntry> {
        let vector = self.vector_of(item)?;
        let searched = self.schema.iter().map(|element| item.get(&element.attribute.name).cloned()).collect();
        Some(VectorEntry { vector, searched })
    }

    /// Whether an attribute can be read from the index, in a table with the key `table`.
    pub fn projects(&self, table: &KeySchema, attribute: &str) -> bool {
        match &self.projection {
            IndexProjection::All => true,
            _ if table.contains(attribute) || self.element(attribute).is_some() => true,
            IndexProjection::Include(names) => names.iter().any(|name| name == attribute),
            IndexProjection::KeysOnly => false,
        }
    }

    /// What the index holds of `item` beside its vector.
    fn beside(&self, table: &KeySchema, item: &Item) -> Item {
        let held = item.iter().filter(|(name, _)| **name != self.attribute && self.projects(table, name));
        held.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What can be read of `item` from the index, its vector among it only if that is projected.
    pub fn view(&self, table: &KeySchema, item: &Item, vector: &[f32]) -> Item {
        let mut view = self.beside(table, item);
        if self.projects(table, &self.attribute) {
            view.insert(self.attribute.clone(), vector_value(vector));
        }
        view
    }

    /// The bytes of its entry for an item: the vector, and what is projected.
    pub fn entry_size(&self, table: &KeySchema, item: &Item) -> usize {
        let held = item.iter().filter(|(name, _)| **name != self.attribute && self.projects(table, name));
        self.vector_size() + held.map(|(name, value)| pair_size(name, value)).sum::<usize>()
    }

    /// The bytes of a vector with its name.
    pub fn vector_size(&self) -> usize {
        self.attribute.len() + ELEMENT * self.dimensions
    }

    /// The bytes that a write of `new` over `old` has to bring to the index; `None` if it changes nothing
    /// there.
    pub fn written(&self, table: &KeySchema, old: Option<&Item>, new: Option<&Item>) -> Option<usize> {
        let entry = |item: Option<&Item>| {
            let item = item?;
            Some((self.vector_of(item)?, self.beside(table, item), self.entry_size(table, item)))
        };
        match (entry(old), entry(new)) {
            (None, None) => None,
            (Some((.., size)), None) | (None, Some((.., size))) => Some(size),
            (Some(old), Some(new)) if old == new => None,
            (Some((.., old)), Some((.., new))) => Some(old.max(new)),
        }
    }

    /// As CreateTable takes it.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut answer = Map::new();
        answer.insert("IndexName".to_owned(), json!(self.name));
        answer.insert("VectorAttribute".to_owned(), json!({"AttributeName": self.attribute}));
        answer.insert("Dimensions".to_owned(), json!(self.dimensions));
        answer.insert("DistanceFunction".to_owned(), json!(self.distance.name()));
        answer.insert("Projection".to_owned(), self.projection.to_json());
        if !self.schema.is_empty() {
            let element = |element: &SearchElement| {
                let kind = if element.partitions { "HASH" } else { "INLINE_FILTER" };
                json!({"AttributeName": element.attribute.name, "SearchSchemaElementType": kind})
            };
            answer.insert("SearchSchema".to_owned(), self.schema.iter().map(element).collect());
        }
        answer
    }
}

impl TableDefinition {
    /// The vector index called `name`.
    pub fn vector_index(&self, name: &str) -> Option<&VectorIndex> {
        self.vectors.iter().find(|index| index.name == name)
    }

    /// The size at which an item is written and stored: vectors that an index reads count by their
    /// elements. Reads, and the limit of an item, count their numbers.
    pub fn billed_size(&self, item: &Packed) -> usize {
        let mut size = item.size();
        if self.vectors.is_empty() {
            return size;
        }
        let item = item.item();
        for (position, index) in self.vectors.iter().enumerate() {
            let is_first = self.vectors[..position].iter().all(|other| other.attribute != index.attribute);
            let vector = item.get(&index.attribute).filter(|_| is_first);
            if let Some(vector) = vector.filter(|vector| is_vector(vector, index.dimensions)) {
                size = size - value_size(vector) + ELEMENT * index.dimensions;
            }
        }
        size
    }
}

fn is_vector(value: &AttributeValue, dimensions: usize) -> bool {
    matches!(value, AttributeValue::L(elements) if elements.len() == dimensions)
}

/// The entries of an index by the keys of their items.
#[derive(Default)]
pub struct VectorEntries {
    /// In the order of the keys.
    pub entries: BTreeMap<Vec<u8>, VectorEntry>,
    /// The bytes of all entries.
    pub size: usize,
}

impl VectorEntries {
    /// Makes `new` the item at `key` instead of `old`; the bytes that it takes more or less in memory.
    pub fn set(
        &mut self,
        index: &VectorIndex,
        table: &KeySchema,
        key: &[u8],
        old: Option<&Item>,
        new: Option<&Item>,
    ) -> (usize, usize) {
        let taken = |entry: &VectorEntry| {
            let searched = entry.searched.iter().flatten().map(value_size).sum::<usize>();
            size_of_val(&*entry.vector) + size_of_val(&*entry.searched) + searched + key.len()
        };
        let (mut more, mut less) = (0, 0);
        if let (Some(entry), Some(old)) = (self.entries.remove(key), old) {
            less = taken(&entry);
            self.size -= index.entry_size(table, old);
        }
        if let Some((item, entry)) = new.and_then(|item| Some((item, index.entry_of(item)?))) {
            more = taken(&entry);
            self.size += index.entry_size(table, item);
            self.entries.insert(key.to_vec(), entry);
        }
        (more, less)
    }
}
