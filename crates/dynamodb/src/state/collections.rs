//! Item collections: what a table with local indexes holds under one partition key, in the table and in
//! these indexes.

use std::collections::BTreeMap;

use super::{IndexDefinition, Table, TableDefinition};
use crate::value::{Item, Packed, item_size};

/// What storage takes for an item, and for an entry of an index, beside its bytes. (AWS counts it to
/// what is stored, never to what is consumed.)
const OVERHEAD: usize = 100;

/// The sizes of all collections of a table, by the beginnings of their items' places; empty without
/// local indexes.
#[derive(Default)]
pub struct Collections(BTreeMap<Vec<u8>, u64>);

impl Collections {
    /// Takes in that `old` became `new`. The bytes that the note of a collection takes are added to
    /// `footprint`.
    pub fn change(&mut self, table: &TableDefinition, old: Option<&Item>, new: Option<&Item>, footprint: &mut usize) {
        let Some(partition) = old.or(new).and_then(|item| table.keys.partition(item)) else { return };
        let note = partition.len() + size_of::<u64>();
        let before = self.0.get(&partition).copied().unwrap_or_default();
        let after = (before + table.held(new)).saturating_sub(table.held(old));
        if after == 0 {
            *footprint -= self.0.remove(&partition).map_or(0, |_| note);
        } else if self.0.insert(partition, after).is_none() {
            *footprint += note;
        }
    }
}

impl TableDefinition {
    /// What an item adds to its collection: itself, and its entries in local indexes.
    pub fn held(&self, item: Option<&Item>) -> u64 {
        let Some(item) = item else { return 0 };
        let local = self.indexes.iter().filter(|index| index.local);
        let entries = local.filter(|index: &&IndexDefinition| index.keys.encode(item).is_some());
        let entries = entries.map(|index| OVERHEAD + index.view_size(&self.keys, item));
        (OVERHEAD + item_size(item) + entries.sum::<usize>()) as u64
    }
}

impl Table {
    /// The size of the collection to which the item with this key belongs, as the writes under way
    /// leave it.
    pub fn collection_size(&self, key: &Item) -> u64 {
        let Some(partition) = self.definition.keys.partition(key) else { return 0 };
        let mut size = self.collections().and_then(|known| known.0.get(&partition)).copied().unwrap_or_default();
        let staged = self.staged_from(&partition).take_while(|(key, _)| key.starts_with(&partition));
        for (key, new) in staged {
            let before = self.definition.held(self.get(key).map(Packed::item).as_ref());
            size = (size + self.definition.held(new.map(Packed::item).as_ref())).saturating_sub(before);
        }
        size
    }
}
