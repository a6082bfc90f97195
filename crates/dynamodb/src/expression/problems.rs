//! An expression can be wrong in several ways at once; AWS reports one of them, by an order of its own.

use std::collections::BTreeMap;

/// The problems found so far: of each rank the first. Ranks are in the order of reporting.
#[derive(Debug)]
pub struct Problems<Rank>(BTreeMap<Rank, String>);

impl<Rank: Ord> Problems<Rank> {
    /// No problems.
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Notes a problem, unless one of its rank is known.
    pub fn note(&mut self, rank: Rank, message: impl Into<String>) {
        self.0.entry(rank).or_insert_with(|| message.into());
    }

    /// The problem to report.
    pub fn into_result(self) -> Result<(), String> {
        self.0.into_values().next().map_or(Ok(()), Err)
    }
}
