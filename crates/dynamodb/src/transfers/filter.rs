//! `FilterSpecification`: which items an export tells, and what of them.

use std::ops::{Bound, RangeBounds};

use kernel::AwsError;

use crate::{
    api::Input,
    expression::{Condition, Projection, holds},
    rules::{expressions, read, wording::Layer},
    state::TableDefinition,
    value::Item,
};

/// Where keys begin and end.
type Area = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// Which items are told.
#[derive(Default)]
pub struct Filter {
    area: Option<Area>,
    condition: Option<Condition>,
    projection: Option<Projection>,
}

impl Filter {
    /// Reads the filter of an export of `table`.
    pub fn read(request: Input<'_>, table: &TableDefinition) -> Result<Self, AwsError> {
        let Some(specification) = request.get("FilterSpecification").map(Input) else { return Ok(Self::default()) };
        let parts = expressions::complete(expressions::Expressions::default(), specification, Layer::Older)?;
        let area = match &parts.key {
            Some(conditions) => {
                let area = read::queried(&table.keys, conditions)?;
                read::check_filter(&table.keys, parts.filter.as_ref(), "Filter Expression")?;
                Some((area.from, area.to))
            }
            None => None,
        };
        Ok(Self { area, condition: parts.filter, projection: parts.projection })
    }

    /// Whether the item at `key` of the table is told.
    pub fn takes(&self, key: &Vec<u8>, item: &Item) -> bool {
        let lies = self
            .area
            .as_ref()
            .is_none_or(|(from, to)| RangeBounds::<Vec<u8>>::contains(&(from.as_ref(), to.as_ref()), key));
        lies && self.condition.as_ref().is_none_or(|condition| holds(condition, item))
    }

    /// What is told of an item.
    pub fn part(&self, item: &Item) -> Item {
        self.projection.as_ref().map_or_else(|| item.clone(), |projection| projection.apply(item))
    }
}
