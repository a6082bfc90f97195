//! What an operation consumes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    state::TableDefinition,
    value::{Item, Packed, item_size},
};

const READ_BLOCK: usize = 4096;
const WRITE_BLOCK: usize = 1024;

/// The fewest bytes that a vector index is charged with for a write.
const MIN_VECTOR_BYTES: usize = 1024;

/// How reads are done, which decides their price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Half a unit for 4 KB.
    Eventual,
    /// One.
    Strong,
    /// Two.
    Transactional,
}

impl Consistency {
    /// Of a request's `ConsistentRead`.
    pub fn of(consistent: bool) -> Self {
        if consistent { Self::Strong } else { Self::Eventual }
    }

    fn factor(self) -> f64 {
        match self {
            Self::Eventual => 0.5,
            Self::Strong => 1.0,
            Self::Transactional => 2.0,
        }
    }
}

/// Units consumed on one table and its indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consumed {
    /// By the table itself.
    pub table: f64,
    /// By local indexes.
    pub local: BTreeMap<String, f64>,
    /// By global indexes.
    pub global: BTreeMap<String, f64>,
    /// Bytes that went to vector indexes, which are no units and are told apart.
    pub vectors: BTreeMap<String, f64>,
}

impl Consumed {
    /// A read of `size` bytes; of nothing too it costs a block.
    pub fn read(size: usize, consistency: Consistency) -> Self {
        Self { table: read_units(size, consistency), ..Self::default() }
    }

    /// A page of `size` bytes read from an index.
    pub fn index_read(index: &str, local: bool, size: usize, consistency: Consistency) -> Self {
        let units = BTreeMap::from([(index.to_owned(), read_units(size, consistency))]);
        if local { Self { local: units, ..Self::default() } } else { Self { global: units, ..Self::default() } }
    }

    /// A write that made `new` of `old`.
    pub fn write(table: &TableDefinition, old: Option<&Packed>, new: Option<&Packed>) -> Self {
        let billed = |item: Option<&Packed>| item.map_or(0, |item| table.billed_size(item));
        let size = billed(old).max(billed(new));
        let mut consumed = Self { table: write_units(size), ..Self::default() };
        if !table.has_indexes() {
            return consumed;
        }
        let (old, new) = (old.map(Packed::item), new.map(Packed::item));
        for index in &table.indexes {
            let held = |item: &Option<Item>| {
                let item = item.as_ref()?;
                Some((index.keys.encode(item)?, index.view(&table.keys, item)))
            };
            let units = match (held(&old), held(&new)) {
                (None, None) => continue,
                (Some((_, view)), None) | (None, Some((_, view))) => write_units(item_size(&view)),
                (Some((_, old)), Some((_, new))) if old == new => continue,
                (Some((from, old)), Some((to, new))) if from == to => write_units(item_size(&old).max(item_size(&new))),
                (Some((_, old)), Some((_, new))) => write_units(item_size(&old)) + write_units(item_size(&new)),
            };
            let side = if index.local { &mut consumed.local } else { &mut consumed.global };
            side.insert(index.name.clone(), units);
        }
        for index in &table.vectors {
            if let Some(bytes) = index.written(&table.keys, old.as_ref(), new.as_ref()) {
                consumed.vectors.insert(index.name.clone(), bytes.max(MIN_VECTOR_BYTES) as f64);
            }
        }
        consumed
    }

    /// A write of `size` bytes that was not done.
    pub fn stopped_write(size: usize) -> Self {
        Self { table: write_units(size), ..Self::default() }
    }

    /// Adds what another operation on the same table consumed.
    pub fn add(&mut self, other: Self) {
        self.table += other.table;
        for (side, more) in
            [(&mut self.local, other.local), (&mut self.global, other.global), (&mut self.vectors, other.vectors)]
        {
            for (index, units) in more {
                *side.entry(index).or_default() += units;
            }
        }
    }

    /// Units of the table and all indexes.
    pub fn total(&self) -> f64 {
        self.table + self.local.values().sum::<f64>() + self.global.values().sum::<f64>()
    }

    /// `ConsumedCapacity`, as far as `ReturnConsumedCapacity` asks for it.
    pub fn report(&self, table: &str, wanted: Option<&str>) -> Option<Value> {
        self.report_with(table, wanted, None)
    }

    /// The same of a transaction, which also says of which kind the units were.
    pub fn report_with(&self, table: &str, wanted: Option<&str>, kind: Option<&str>) -> Option<Value> {
        let detailed = match wanted {
            Some("TOTAL") => false,
            Some("INDEXES") => true,
            _ => return None,
        };
        let units = |units: f64| {
            let mut report = Map::new();
            report.insert("CapacityUnits".to_owned(), json!(units));
            if let Some(kind) = kind {
                report.insert(kind.to_owned(), json!(units));
            }
            report
        };
        let mut report = units(self.total());
        report.insert("TableName".to_owned(), json!(table));
        if detailed {
            report.insert("Table".to_owned(), Value::Object(units(self.table)));
            for (name, side) in [("LocalSecondaryIndexes", &self.local), ("GlobalSecondaryIndexes", &self.global)] {
                if !side.is_empty() {
                    let indexes = side.iter().map(|(index, used)| (index.clone(), Value::Object(units(*used))));
                    report.insert(name.to_owned(), Value::Object(indexes.collect()));
                }
            }
            if !self.vectors.is_empty() {
                let written =
                    |(index, bytes): (&String, &f64)| (index.clone(), json!({"VectorWriteRequestBytes": bytes}));
                report.insert("VectorIndexes".to_owned(), Value::Object(self.vectors.iter().map(written).collect()));
            }
        }
        Some(Value::Object(report))
    }
}

fn read_units(size: usize, consistency: Consistency) -> f64 {
    size.div_ceil(READ_BLOCK).max(1) as f64 * consistency.factor()
}

fn write_units(size: usize) -> f64 {
    size.div_ceil(WRITE_BLOCK).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cost_blocks_of_four_kilobytes_and_writes_of_one() {
        for (size, consistency, units) in [
            (0, Consistency::Eventual, 0.5),
            (4096, Consistency::Strong, 1.0),
            (4097, Consistency::Strong, 2.0),
            (4097, Consistency::Transactional, 4.0),
        ] {
            assert!((Consumed::read(size, consistency).total() - units).abs() < f64::EPSILON, "{size}");
        }
        for (size, units) in [(0, 1.0), (1024, 1.0), (1025, 2.0)] {
            assert!((write_units(size) - units).abs() < f64::EPSILON, "{size}");
        }
    }

    #[test]
    fn a_report_tells_what_was_asked_for() {
        let consumed = Consumed::index_read("by-title", false, 5000, Consistency::Eventual);
        assert_eq!(consumed.report("songs", None), None);
        assert_eq!(
            consumed.report("songs", Some("INDEXES")).unwrap(),
            json!({
                "CapacityUnits": 1.0, "TableName": "songs", "Table": {"CapacityUnits": 0.0},
                "GlobalSecondaryIndexes": {"by-title": {"CapacityUnits": 1.0}},
            })
        );
    }
}
