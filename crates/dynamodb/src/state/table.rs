use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, RangeInclusive},
    rc::Rc,
};

use kernel::Batch;

use super::{History, IndexDefinition, KeySchema, TableDefinition};
use crate::value::{AttributeValue, Item, item_size};

/// Items by their keys.
type Items = BTreeMap<Vec<u8>, Rc<Item>>;

/// Keys of items by the keys of their entries in an index.
type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// A table with its items and the entries of its indexes.
pub struct Table {
    /// All but the items.
    pub definition: TableDefinition,
    items: Items,
    /// In the order of the definition's indexes.
    entries: Vec<Entries>,
    /// The seconds at which items expire, with their keys.
    expiries: BTreeSet<(u64, Vec<u8>)>,
    /// The size of all items.
    pub size: usize,
    /// What items were before, while point-in-time recovery is enabled.
    pub history: History,
}

impl Table {
    /// A table without items.
    pub fn new(definition: TableDefinition) -> Self {
        let entries = definition.indexes.iter().map(|_| Entries::new()).collect();
        Self {
            definition,
            items: Items::new(),
            entries,
            expiries: BTreeSet::new(),
            size: 0,
            history: History::default(),
        }
    }

    /// The item whose encoded key is `key`.
    pub fn get(&self, key: &[u8]) -> Option<&Rc<Item>> {
        self.items.get(key)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.items.keys()
    }

    /// All items with their keys, in order.
    pub fn items(&self) -> impl Iterator<Item = (&Vec<u8>, &Rc<Item>)> {
        self.items.iter()
    }

    /// Notes what the item at `key` is before it changes, if the table can be recovered.
    pub fn note_change(&mut self, key: &[u8], now: u64, batch: &mut Batch) {
        if let Some(recovery) = self.definition.keeping.recovery {
            let item = self.items.get(key).map(|item| &**item);
            self.history.note(self.definition.id, now, recovery.earliest(now), key, item, batch);
        }
    }

    /// Makes `new` the item at `key`, or removes it, in the indexes too.
    pub fn set(&mut self, key: &[u8], new: Option<Rc<Item>>) {
        let old = match &new {
            Some(item) => self.items.insert(key.to_vec(), item.clone()),
            None => self.items.remove(key),
        };
        self.size += new.as_deref().map_or(0, item_size);
        self.size -= old.as_deref().map_or(0, item_size);
        if let Some(second) = self.expiry(old.as_deref()) {
            self.expiries.remove(&(second, key.to_vec()));
        }
        if let Some(second) = self.expiry(new.as_deref()) {
            self.expiries.insert((second, key.to_vec()));
        }
        for (index, entries) in self.definition.indexes.iter().zip(&mut self.entries) {
            let before = old.as_deref().and_then(|item| place_in(index, &self.definition.keys, item, key));
            let after = new.as_deref().and_then(|item| place_in(index, &self.definition.keys, item, key));
            if before == after {
                continue;
            }
            if let Some(place) = before {
                entries.remove(&place);
            }
            if let Some(place) = after {
                entries.insert(place, key.to_vec());
            }
        }
    }

    /// Adds an index and fills it. Items without its key, or with an unfit one, are not in it.
    pub fn add_index(&mut self, index: IndexDefinition) {
        let places = self
            .items
            .iter()
            .filter_map(|(key, item)| Some((place_in(&index, &self.definition.keys, item, key)?, key.clone())));
        self.entries.push(places.collect());
        self.definition.indexes.push(index);
    }

    /// Removes an index.
    pub fn drop_index(&mut self, name: &str) {
        if let Some(position) = self.definition.indexes.iter().position(|index| index.name == name) {
            self.definition.indexes.remove(position);
            self.entries.remove(position);
        }
    }

    /// Takes in that the attribute of expiry is another.
    pub fn follow_time_to_live(&mut self) {
        let expiring = self.items.iter().filter_map(|(key, item)| Some((self.expiry(Some(item))?, key.clone())));
        self.expiries = expiring.collect();
    }

    /// The second at which the next item expires.
    pub fn next_expiry(&self) -> Option<u64> {
        self.expiries.first().map(|(second, _)| *second)
    }

    /// The keys of the items that have expired in these `seconds`.
    pub fn expired(&self, seconds: RangeInclusive<u64>) -> Vec<Vec<u8>> {
        let due = self.expiries.range((*seconds.start(), Vec::new())..);
        due.take_while(|(at, _)| seconds.contains(at)).map(|(_, key)| key.clone()).collect()
    }

    /// The second at which an item expires, if its table lets items expire and it says when.
    fn expiry(&self, item: Option<&Item>) -> Option<u64> {
        let attribute = &self.definition.time_to_live.as_ref()?.attribute;
        match item?.get(attribute)? {
            AttributeValue::N(second) => second.as_u64(),
            _ => None,
        }
    }

    /// The items between two places of the table, or of one of its indexes, in the order asked for.
    pub fn range<'a>(
        &'a self,
        index: Option<&str>,
        from: Bound<Vec<u8>>,
        to: Bound<Vec<u8>>,
        forward: bool,
    ) -> Box<dyn Iterator<Item = &'a Rc<Item>> + 'a> {
        if is_empty(&from, &to) {
            return Box::new(std::iter::empty());
        }
        let position = index.and_then(|name| self.definition.indexes.iter().position(|index| index.name == name));
        let Some(position) = position else {
            let items = self.items.range((from, to)).map(|(_, item)| item);
            return if forward { Box::new(items) } else { Box::new(items.rev()) };
        };
        let entries = self.entries[position].range((from, to));
        let items = entries.filter_map(|(_, key)| self.items.get(key));
        if forward { Box::new(items) } else { Box::new(items.rev()) }
    }

    /// How many entries an index has, and their size.
    pub fn index_figures(&self, position: usize) -> (usize, usize) {
        let (Some(index), Some(entries)) = (self.definition.indexes.get(position), self.entries.get(position)) else {
            return (0, 0);
        };
        let items = entries.values().filter_map(|key| self.items.get(key));
        (entries.len(), items.map(|item| item_size(&index.view(&self.definition.keys, item))).sum())
    }

    /// Where `item` would stand in the order of `index`; the item's own place makes it unique.
    pub fn index_place(&self, index: &IndexDefinition, item: &Item) -> Option<Vec<u8>> {
        place_in(index, &self.definition.keys, item, &self.definition.keys.encode(item)?)
    }
}

fn place_in(index: &IndexDefinition, table: &KeySchema, item: &Item, key: &[u8]) -> Option<Vec<u8>> {
    let mut place = index.keys.encode(item)?;
    if !index.local {
        place.extend_from_slice(&table.tie_break(item));
    }
    place.extend_from_slice(key);
    Some(place)
}

/// Whether nothing can lie between two bounds; a map's `range` does not take such bounds.
fn is_empty(from: &Bound<Vec<u8>>, to: &Bound<Vec<u8>>) -> bool {
    match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => from >= to,
        _ => false,
    }
}
