//! The hash table of a Python 2.7 dictionary, keys only: open addressing with perturbation, as its
//! `dictobject.c` describes.

const MIN_SLOTS: usize = 8;
const PERTURB_SHIFT: u32 = 5;
/// Above this many keys a table doubles where a smaller one quadruples.
const LARGE: usize = 50_000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Empty,
    /// A key stood here; later keys may have been placed past it.
    Removed,
    Key(String),
}

/// Keys in the order of Python 2.7's iteration.
#[derive(Debug, Clone)]
pub(crate) struct KeyTable {
    slots: Vec<Slot>,
    /// Slots that are not empty.
    filled: usize,
    /// Slots that hold a key.
    used: usize,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { slots: vec![Slot::Empty; MIN_SLOTS], filled: 0, used: 0 }
    }
}

impl KeyTable {
    /// The order in which a dictionary iterates that was given these keys, one by one.
    pub(crate) fn order<'a>(keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let mut table = Self::default();
        for key in keys {
            table.add(key);
        }
        table.iter().cloned().collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &String> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Key(key) => Some(key),
            Slot::Empty | Slot::Removed => None,
        })
    }

    pub(crate) fn add(&mut self, key: &str) {
        let at = self.find(key);
        match self.slots[at] {
            Slot::Key(_) => return,
            Slot::Empty => self.filled += 1,
            Slot::Removed => {}
        }
        self.slots[at] = Slot::Key(key.to_owned());
        self.used += 1;
        if self.filled * 3 >= self.slots.len() * 2 {
            self.resize(self.used * if self.used > LARGE { 2 } else { 4 });
        }
    }

    pub(crate) fn remove(&mut self, key: &str) {
        let at = self.find(key);
        if matches!(self.slots[at], Slot::Key(_)) {
            self.slots[at] = Slot::Removed;
            self.used -= 1;
        }
    }

    /// Takes over all keys of another dictionary: room is made for them beforehand.
    pub(crate) fn merge(&mut self, keys: &[String]) {
        if keys.is_empty() {
            return;
        }
        if (self.filled + keys.len()) * 3 >= self.slots.len() * 2 {
            self.resize((self.used + keys.len()) * 2);
        }
        for key in keys {
            self.add(key);
        }
    }

    fn resize(&mut self, more_than: usize) {
        let mut size = MIN_SLOTS;
        while size <= more_than {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.slots, vec![Slot::Empty; size]);
        self.filled = 0;
        self.used = 0;
        for slot in old {
            if let Slot::Key(key) = slot {
                self.add(&key);
            }
        }
    }

    /// The slot that holds `key`, or the one where it would go.
    fn find(&self, key: &str) -> usize {
        let mask = self.slots.len() - 1;
        let hash = hash(key);
        let mut walker = hash;
        let mut perturb = hash;
        let mut free = None;
        loop {
            let at = usize::try_from(walker & mask as u64).unwrap_or_default();
            match &self.slots[at] {
                Slot::Empty => return free.unwrap_or(at),
                Slot::Key(other) if other == key => return at,
                Slot::Removed if free.is_none() => free = Some(at),
                Slot::Removed | Slot::Key(_) => {}
            }
            walker = (walker << 2).wrapping_add(walker).wrapping_add(perturb).wrapping_add(1);
            perturb >>= PERTURB_SHIFT;
        }
    }
}

/// Python 2.7's hash of a string, on a 64-bit machine.
fn hash(text: &str) -> u64 {
    let Some(first) = text.chars().next() else {
        return 0;
    };
    let mut hash = u64::from(u32::from(first)) << 7;
    let mut length = 0;
    for character in text.chars() {
        hash = hash.wrapping_mul(1_000_003) ^ u64::from(u32::from(character));
        length += 1;
    }
    hash ^ length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &[&str]) -> Vec<String> {
        KeyTable::order(&keys.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn keys_iterate_in_the_order_of_their_hashes() {
        // What `{'a': 1, 'b': 2, 'c': 3, 'd': 4}.keys()` says in Python 2.7.
        assert_eq!(order(&["d", "c", "b", "a"]), ["a", "c", "b", "d"]);
        assert_eq!(order(&["swagger", "info", "paths"]), ["info", "paths", "swagger"]);
    }

    #[test]
    fn a_removed_key_leaves_its_slot_to_a_later_one() {
        let mut table = KeyTable::default();
        table.add("a");
        table.add("b");
        table.remove("a");
        table.add("a");
        assert_eq!(table.iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
