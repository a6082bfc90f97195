//! A bounded map that forgets what was least recently used.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::Value;

/// How many bytes a cache holds, about: a page has little memory, and nodes differ only in how much.
const CAPACITY: usize = 16 * 1024 * 1024;

/// Values by keys, each with the moment at which it came in.
pub struct Cache<K> {
    entries: BTreeMap<K, Entry>,
    /// Keys in the order of their last use.
    order: BTreeMap<u64, K>,
    uses: u64,
    size: usize,
    capacity: usize,
}

struct Entry {
    value: Rc<Value>,
    at: u64,
    size: usize,
    used: u64,
}

impl<K> Default for Cache<K> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), order: BTreeMap::new(), uses: 0, size: 0, capacity: CAPACITY }
    }
}

impl<K: Ord + Clone> Cache<K> {
    /// The value at `key` if it came in after `oldest`; 0 takes any.
    pub fn get(&mut self, key: &K, oldest: u64) -> Option<Rc<Value>> {
        if oldest > 0 && self.entries.get(key)?.at <= oldest {
            self.remove(key);
            return None;
        }
        let entry = self.entries.get_mut(key)?;
        self.uses += 1;
        self.order.remove(&entry.used);
        entry.used = self.uses;
        self.order.insert(self.uses, key.clone());
        Some(entry.value.clone())
    }

    /// Takes in a value, and forgets others if there are too many. One that is too large alone is not
    /// taken in.
    pub fn put(&mut self, key: K, value: Rc<Value>, at: u64) {
        self.remove(&key);
        let size = weight(&value);
        if size > self.capacity {
            return;
        }
        self.uses += 1;
        self.size += size;
        self.order.insert(self.uses, key.clone());
        self.entries.insert(key, Entry { value, at, size, used: self.uses });
        while self.size > self.capacity {
            let Some(oldest) = self.order.values().next().cloned() else { return };
            self.remove(&oldest);
        }
    }

    /// Forgets what is at `key`.
    pub fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.used);
            self.size -= entry.size;
        }
    }

    /// The keys from `key` on, in order.
    pub fn keys_from(&self, key: &K) -> impl Iterator<Item = &K> {
        self.entries.range(key..).map(|(key, _)| key)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.keys()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
}

/// About how many bytes a value takes, and its entry.
fn weight(value: &Value) -> usize {
    const NODE: usize = 48;
    match value {
        Value::String(text) => NODE + text.len(),
        Value::Array(values) => NODE + values.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            NODE + members.iter().map(|(name, member)| name.len() + weight(member)).sum::<usize>()
        }
        _ => NODE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_least_recently_used_makes_room() {
        let value = Rc::new(json!("x"));
        let mut cache = Cache { capacity: 2 * weight(&value), ..Cache::default() };
        cache.put("a", value.clone(), 1);
        cache.put("b", value.clone(), 1);
        assert!(cache.get(&"a", 0).is_some());
        cache.put("c", value.clone(), 1);
        assert_eq!((cache.get(&"b", 0), cache.len()), (None, 2));
        assert!(cache.get(&"a", 0).is_some());
        cache.put("large", Rc::new(json!("xxxx")), 1);
        cache.put("larger", Rc::new(json!("x".repeat(500))), 1);
        assert_eq!((cache.get(&"larger", 0), cache.len()), (None, 1));
    }

    #[test]
    fn what_came_in_too_long_ago_is_gone() {
        let mut cache = Cache::default();
        cache.put(1, Rc::new(json!(1)), 1000);
        assert!(cache.get(&1, 999).is_some());
        assert!(cache.get(&1, 1000).is_none());
        assert_eq!(cache.len(), 0);
    }
}
