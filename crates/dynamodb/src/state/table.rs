use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, RangeInclusive},
};

use kernel::Batch;

use super::{
    History, IndexDefinition, KeySchema, TableDefinition, VectorEntries, VectorEntry, VectorIndex,
    collections::Collections, lag::Recent,
};
use crate::value::{AttributeValue, Item, Packed};

/// Items by their keys.
type Items = BTreeMap<Vec<u8>, Packed>;

/// Keys of items by the keys of their entries in an index.
type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// What an item and an entry of an index take in memory besides their bytes, about.
const ITEM_OVERHEAD: usize = 200;
const ENTRY_OVERHEAD: usize = 80;

/// A table with its items and the entries of its indexes.
///
/// What can be read of it is what is acknowledged. A write is staged first: only the writes after it
/// see it ([`latest`](Self::latest)), until storage has kept it.
pub struct Table {
    /// All but the items.
    pub definition: TableDefinition,
    /// `None` while the items are only in storage.
    data: Option<Data>,
    staged: BTreeMap<Vec<u8>, Staged>,
    /// The size of all items.
    pub size: usize,
    /// What items were before, while point-in-time recovery is enabled.
    pub history: History,
    /// What was there before the last writes, for reads that lag behind.
    pub recent: Recent,
    count: usize,
    next_expiry: Option<u64>,
    /// When the table was last asked for, in the order of requests.
    touched: u64,
}

/// The items of a table, and what is worked out from them.
#[derive(Default)]
pub struct Data {
    items: Items,
    /// In the order of the definition's indexes.
    indexes: Vec<Index>,
    /// In the order of the definition's vector indexes.
    vectors: Vec<VectorEntries>,
    /// The seconds at which items expire, with their keys.
    expiries: BTreeSet<(u64, Vec<u8>)>,
    collections: Collections,
    size: usize,
    /// What all this takes in memory, about.
    footprint: usize,
}

#[derive(Default)]
struct Index {
    entries: Entries,
    size: usize,
}

/// What becomes of an item once storage has kept it.
struct Staged {
    new: Option<Packed>,
    /// How many writes of the item are not settled.
    writes: usize,
}

impl Table {
    /// A table without items.
    pub fn new(definition: TableDefinition) -> Self {
        let data = Data::of(&definition);
        Self { data: Some(data), ..Self::absent(definition) }
    }

    /// A table whose items are in storage. When the first one expires is not known, so that it is worth
    /// a look.
    pub fn absent(definition: TableDefinition) -> Self {
        let next_expiry = definition.time_to_live.as_ref().map(|_| 0);
        Self {
            definition,
            data: None,
            staged: BTreeMap::new(),
            size: 0,
            history: History::default(),
            recent: Recent::default(),
            count: 0,
            next_expiry,
            touched: 0,
        }
    }

    /// Whether the items are in memory: without them only the definition may be used.
    pub fn is_resident(&self) -> bool {
        self.data.is_some()
    }

    /// Takes in what was read from storage.
    pub(super) fn install(&mut self, data: Data, history: History) {
        self.data = Some(data);
        self.history = history;
        self.take_figures();
    }

    /// Leaves the items to storage, if nothing is under way with them.
    pub(super) fn drop_items(&mut self) {
        if self.staged.is_empty() {
            self.data = None;
        }
    }

    /// Notes that it was asked for at `now`.
    pub fn touch(&mut self, now: u64) {
        self.touched = now;
    }

    /// When it was last asked for.
    pub fn touched(&self) -> u64 {
        self.touched
    }

    /// Gives up looking for expired items in a table that cannot be read.
    pub fn forget_expiry(&mut self) {
        self.next_expiry = None;
    }

    /// What the items take in memory, about.
    pub fn footprint(&self) -> usize {
        self.data.as_ref().map_or(0, |data| data.footprint)
    }

    /// The acknowledged item whose encoded key is `key`.
    pub fn get(&self, key: &[u8]) -> Option<&Packed> {
        self.data.as_ref()?.items.get(key)
    }

    /// The item whose encoded key is `key` as the writes under way leave it: what a write has to build
    /// on.
    pub fn latest(&self, key: &[u8]) -> Option<&Packed> {
        match self.staged.get(key) {
            Some(staged) => staged.new.as_ref(),
            None => self.get(key),
        }
    }

    /// Whether a write of the item whose encoded key is `key` is under way.
    pub fn is_staged(&self, key: &[u8]) -> bool {
        self.staged.contains_key(key)
    }

    /// The sizes of item collections, without the writes under way.
    pub(super) fn collections(&self) -> Option<&Collections> {
        self.data.as_ref().map(|data| &data.collections)
    }

    /// The writes under way at `key` and beyond: what they make of the items there.
    pub(super) fn staged_from(&self, key: &[u8]) -> impl Iterator<Item = (&Vec<u8>, Option<&Packed>)> {
        let staged = self.staged.range::<[u8], _>((Bound::Included(key), Bound::Unbounded));
        staged.map(|(key, staged)| (key, staged.new.as_ref()))
    }

    /// Lets later writes see `new` as the item at `key`, or see none.
    pub(super) fn stage(&mut self, key: &[u8], new: Option<Packed>) {
        match self.staged.get_mut(key) {
            Some(staged) => *staged = Staged { new, writes: staged.writes + 1 },
            None => drop(self.staged.insert(key.to_vec(), Staged { new, writes: 1 })),
        }
    }

    /// Ends what [`stage`](Self::stage) began: a write that is kept can be read from now on.
    pub(super) fn settle(&mut self, key: &[u8], new: Option<Packed>, kept: bool) {
        if let Some(staged) = self.staged.get_mut(key) {
            staged.writes -= 1;
            if staged.writes == 0 {
                self.staged.remove(key);
            }
        }
        if kept {
            self.set(key, new);
        }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// All acknowledged items with their keys, in order.
    pub fn items(&self) -> impl Iterator<Item = (&Vec<u8>, &Packed)> {
        self.data.iter().flat_map(|data| &data.items)
    }

    /// Notes what the item at `key` is before it changes, if the table can be recovered.
    pub fn note_change(&mut self, key: &[u8], now: u64, batch: &mut Batch) {
        if let Some(recovery) = self.definition.keeping.recovery {
            let item = self.latest(key).cloned();
            self.history.note(self.definition.id, now, recovery.earliest(now), key, item, batch);
        }
    }

    /// Makes `new` the item at `key`, or removes it, in the indexes too.
    pub fn set(&mut self, key: &[u8], new: Option<Packed>) {
        if let Some(data) = &mut self.data {
            data.set(&self.definition, key, new);
            self.take_figures();
        }
    }

    fn take_figures(&mut self) {
        if let Some(data) = &self.data {
            self.size = data.size;
            self.count = data.items.len();
            self.next_expiry = data.expiries.first().map(|(second, _)| *second);
        }
    }

    /// Adds an index and fills it. Items without its key, or with an unfit one, are not in it.
    pub fn add_index(&mut self, index: IndexDefinition) {
        self.definition.indexes.push(index);
        self.rebuild();
    }

    /// Removes an index.
    pub fn drop_index(&mut self, name: &str) {
        if let Some(position) = self.definition.indexes.iter().position(|index| index.name == name) {
            self.definition.indexes.remove(position);
            if let Some(data) = &mut self.data {
                data.indexes.remove(position);
            }
        }
    }

    /// Adds a vector index and fills it. Items without a fit vector are not in it.
    pub fn add_vector_index(&mut self, index: VectorIndex) {
        self.definition.vectors.push(index);
        self.rebuild();
    }

    /// Removes a vector index.
    pub fn drop_vector_index(&mut self, name: &str) {
        if let Some(position) = self.definition.vectors.iter().position(|index| index.name == name) {
            self.definition.vectors.remove(position);
            self.rebuild();
        }
    }

    /// How many entries a vector index has, and their size.
    pub fn vector_figures(&self, position: usize) -> (usize, usize) {
        let index = self.data.as_ref().and_then(|data| data.vectors.get(position));
        index.map_or((0, 0), |index| (index.entries.len(), index.size))
    }

    /// Hands every acknowledged item of a vector index with its entry to `each`, in the order of the table;
    /// as they were at `moment`, if reads lag behind.
    pub fn each_vector<'a>(
        &'a self,
        index: &VectorIndex,
        moment: Option<u64>,
        mut each: impl FnMut(&'a Packed, &VectorEntry),
    ) {
        if let Some(moment) = moment {
            for item in self.range_at(None, Bound::Unbounded, Bound::Unbounded, true, moment) {
                if let Some(entry) = index.entry_of(&item.item()) {
                    each(item, &entry);
                }
            }
            return;
        }
        let position = self.definition.vectors.iter().position(|known| known.name == index.name);
        let Some((data, position)) = self.data.as_ref().zip(position) else { return };
        for (key, entry) in data.vectors.get(position).into_iter().flat_map(|index| &index.entries) {
            if let Some(item) = data.items.get(key) {
                each(item, entry);
            }
        }
    }

    /// Takes in that the attribute of expiry is another.
    pub fn follow_time_to_live(&mut self) {
        self.rebuild();
    }

    /// Works out again what depends on the definition.
    fn rebuild(&mut self) {
        if let Some(data) = self.data.take() {
            let mut rebuilt = Data::of(&self.definition);
            for (key, item) in data.items {
                rebuilt.set(&self.definition, &key, Some(item));
            }
            self.data = Some(rebuilt);
            self.take_figures();
        }
    }

    /// The second at which the next item expires.
    pub fn next_expiry(&self) -> Option<u64> {
        self.next_expiry
    }

    /// The keys of the items that have expired in these `seconds`; not of those that are just being
    /// written.
    pub fn expired(&self, seconds: RangeInclusive<u64>) -> Vec<Vec<u8>> {
        let due = self.data.iter().flat_map(|data| data.expiries.range((*seconds.start(), Vec::new())..));
        let due = due.take_while(|(at, _)| seconds.contains(at)).filter(|(_, key)| !self.is_staged(key));
        due.map(|(_, key)| key.clone()).collect()
    }

    /// The acknowledged items between two places of the table, or of one of its indexes, in the order
    /// asked for.
    pub fn range<'a>(
        &'a self,
        index: Option<&str>,
        from: Bound<Vec<u8>>,
        to: Bound<Vec<u8>>,
        forward: bool,
    ) -> Box<dyn Iterator<Item = &'a Packed> + 'a> {
        let Some(data) = self.data.as_ref().filter(|_| !is_empty(&from, &to)) else {
            return Box::new(std::iter::empty());
        };
        let position = index.and_then(|name| self.definition.indexes.iter().position(|index| index.name == name));
        let Some(position) = position else {
            let items = data.items.range((from, to)).map(|(_, item)| item);
            return if forward { Box::new(items) } else { Box::new(items.rev()) };
        };
        let entries = data.indexes[position].entries.range((from, to));
        let items = entries.filter_map(|(_, key)| data.items.get(key));
        if forward { Box::new(items) } else { Box::new(items.rev()) }
    }

    /// How many entries an index has, and their size.
    pub fn index_figures(&self, position: usize) -> (usize, usize) {
        let index = self.data.as_ref().and_then(|data| data.indexes.get(position));
        index.map_or((0, 0), |index| (index.entries.len(), index.size))
    }

    /// Where `item` would stand in the order of `index`; the item's own place makes it unique.
    pub fn index_place(&self, index: &IndexDefinition, item: &Item) -> Option<Vec<u8>> {
        place_in(index, &self.definition.keys, item, &self.definition.keys.encode(item)?)
    }
}

impl Data {
    /// No items of a table with this definition.
    pub fn of(definition: &TableDefinition) -> Self {
        let indexes = definition.indexes.iter().map(|_| Index::default()).collect();
        let vectors = definition.vectors.iter().map(|_| VectorEntries::default()).collect();
        Self { indexes, vectors, ..Self::default() }
    }

    /// Makes `new` the item at `key`, or removes it.
    pub fn set(&mut self, definition: &TableDefinition, key: &[u8], new: Option<Packed>) {
        let old = match &new {
            Some(item) => self.items.insert(key.to_vec(), item.clone()),
            None => self.items.remove(key),
        };
        self.size += new.as_ref().map_or(0, |item| definition.billed_size(item));
        self.size -= old.as_ref().map_or(0, |item| definition.billed_size(item));
        self.footprint += new.as_ref().map_or(0, |item| footprint(key, item));
        self.footprint -= old.as_ref().map_or(0, |item| footprint(key, item));
        if definition.has_indexes() || definition.time_to_live.is_some() {
            self.follow(definition, key, old.map(|item| item.item()), new.map(|item| item.item()));
        }
    }

    /// Keeps up what is worked out from the item at `key`.
    fn follow(&mut self, definition: &TableDefinition, key: &[u8], old: Option<Item>, new: Option<Item>) {
        if definition.has_local_indexes() {
            self.collections.change(definition, old.as_ref(), new.as_ref(), &mut self.footprint);
        }
        if let Some(second) = expiry(definition, old.as_ref()) {
            self.expiries.remove(&(second, key.to_vec()));
        }
        if let Some(second) = expiry(definition, new.as_ref()) {
            self.expiries.insert((second, key.to_vec()));
        }
        for (index, filled) in definition.indexes.iter().zip(&mut self.indexes) {
            let place = |item: &Option<Item>| {
                let item = item.as_ref()?;
                Some((place_in(index, &definition.keys, item, key)?, index.view_size(&definition.keys, item)))
            };
            if let Some((place, size)) = place(&old) {
                filled.size -= size;
                self.footprint -= place.len() + key.len() + ENTRY_OVERHEAD;
                filled.entries.remove(&place);
            }
            if let Some((place, size)) = place(&new) {
                filled.size += size;
                self.footprint += place.len() + key.len() + ENTRY_OVERHEAD;
                filled.entries.insert(place, key.to_vec());
            }
        }
        for (index, filled) in definition.vectors.iter().zip(&mut self.vectors) {
            let (more, less) = filled.set(index, &definition.keys, key, old.as_ref(), new.as_ref());
            self.footprint += more;
            self.footprint -= less;
        }
    }
}

/// What an item takes in memory, about.
fn footprint(key: &[u8], item: &Packed) -> usize {
    ITEM_OVERHEAD + key.len() + item.len()
}

/// The second at which an item expires, if its table lets items expire and it says when.
fn expiry(definition: &TableDefinition, item: Option<&Item>) -> Option<u64> {
    let attribute = &definition.time_to_live.as_ref()?.attribute;
    match item?.get(attribute)? {
        AttributeValue::N(second) => second.as_u64(),
        _ => None,
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
