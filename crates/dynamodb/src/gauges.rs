//! What tables and indexes may consume, what they have saved of it, and what they consumed in the last
//! minutes: for who shows it.

use kernel::{AwsError, Scope};

use crate::{
    DynamoDb,
    rules::table_not_found,
    state::meter::{Kind, Minute},
};

/// The throughput of a table, or of one of its global indexes: local ones share the table's.
pub struct Gauge {
    /// The index's name; none for the table itself.
    pub index: Option<String>,
    /// Whether units are not provisioned.
    pub on_demand: bool,
    /// Read units.
    pub read: Supply,
    /// Write units.
    pub write: Supply,
}

/// Units of one kind.
pub struct Supply {
    /// How many may be consumed each second.
    pub rate: f64,
    /// How many have been saved for a burst; below zero, how many have to come before the next request.
    pub saved: f64,
    /// How many can be saved.
    pub most: f64,
    /// What the last minutes saw, oldest first; one in which nothing happened is missing.
    pub minutes: Vec<Minute>,
}

impl DynamoDb {
    /// The gauges of a table: its own, then those of its indexes.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn gauges(&self, scope: &Scope, table: &str) -> Result<Vec<Gauge>, AwsError> {
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let found = state.region(scope).tables.get(table).ok_or_else(|| table_not_found(table))?;
        let definition = &found.definition;
        let mut meters = self.meters.borrow_mut();
        let indexes = definition.indexes.iter().filter(|index| !index.local);
        let gauges = std::iter::once(None).chain(indexes.map(Some)).map(|index| {
            let mut supply = |kind| {
                let (rate, saved, most) = meters.savings(definition, index, kind, now);
                let name = index.map(|index| index.name.as_str());
                Supply { rate, saved, most, minutes: meters.minutes(definition.id, name, kind) }
            };
            let (read, write) = (supply(Kind::Read), supply(Kind::Write));
            let index = index.map(|index| index.name.clone());
            Gauge { index, on_demand: definition.billing.on_demand, read, write }
        });
        Ok(gauges.collect())
    }
}
