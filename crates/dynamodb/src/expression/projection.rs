//! Projections: the parts of an item that are asked for.

use std::collections::BTreeMap;

use super::{
    Path, Placeholders, Segment,
    parser::{Listener, Parser, Refusal, Term},
    path::Clash,
    problems::Problems,
};
use crate::value::{AttributeValue, Item};

/// The parts of an item that are asked for, as a tree: nothing below a node means all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    names: BTreeMap<String, Projection>,
    indexes: BTreeMap<usize, Projection>,
}

impl Projection {
    /// The parts at `paths`.
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut tree = Self::default();
        for path in paths {
            let mut node = &mut tree;
            for segment in &path.0 {
                node = match segment {
                    Segment::Name(name) => node.names.entry(name.clone()).or_default(),
                    Segment::Index(index) => node.indexes.entry(*index).or_default(),
                };
            }
        }
        tree
    }

    /// Whole attributes.
    pub fn of_attributes<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().map(|name| (name.to_owned(), Self::default())).collect(), ..Self::default() }
    }

    /// The attributes that are asked for, in whole or in part.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The attributes of which only parts are asked for.
    pub fn nested_attributes(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|(_, below)| !below.is_all()).map(|(name, _)| name.as_str())
    }

    /// The parts of `item` that are asked for and there.
    pub fn apply(&self, item: &Item) -> Item {
        self.members(item)
    }

    fn is_all(&self) -> bool {
        self.names.is_empty() && self.indexes.is_empty()
    }

    fn members(&self, map: &Item) -> Item {
        let found = self.names.iter().filter_map(|(name, below)| Some((name, below.part(map.get(name)?)?)));
        found.map(|(name, value)| (name.clone(), value)).collect()
    }

    fn part(&self, value: &AttributeValue) -> Option<AttributeValue> {
        if self.is_all() {
            return Some(value.clone());
        }
        match value {
            AttributeValue::M(map) => Some(AttributeValue::M(self.members(map))).filter(|part| !is_empty(part)),
            AttributeValue::L(list) => {
                let elements = self.indexes.iter().filter_map(|(index, below)| below.part(list.get(*index)?));
                Some(AttributeValue::L(elements.collect())).filter(|part| !is_empty(part))
            }
            _ => None,
        }
    }
}

fn is_empty(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::M(map) => map.is_empty(),
        AttributeValue::L(list) => list.is_empty(),
        _ => false,
    }
}

/// The order in which AWS reports the problems of a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Reserved,
    Undefined,
    Overlap,
    Conflict,
}

struct Notes(Problems<Rank>);

impl Listener for Notes {
    fn reserved(&mut self, message: String) {
        self.0.note(Rank::Reserved, message);
    }

    fn undefined_name(&mut self, message: String) {
        self.0.note(Rank::Undefined, message);
    }

    fn undefined_value(&mut self, message: String) {
        self.0.note(Rank::Undefined, message);
    }

    fn called(&mut self, _: &str, _: &[Term]) {}
}

/// Reads the paths of a projection.
pub fn parse_projection(text: &str, placeholders: &Placeholders) -> Result<Projection, Refusal> {
    let mut parser = Parser::new(text, placeholders, &[])?;
    let mut notes = Notes(Problems::new());
    let mut paths: Vec<Path> = Vec::new();
    loop {
        if let Some(path) = parser.path(&mut notes)? {
            for other in &paths {
                if let Some(clash) = other.clash(&path) {
                    let rank = if clash == Clash::Overlap { Rank::Overlap } else { Rank::Conflict };
                    notes.0.note(rank, clash.in_words(other, &path));
                }
            }
            paths.push(path);
        }
        if !parser.accept(",") {
            break;
        }
    }
    parser.expect_end()?;
    notes.0.into_result()?;
    Ok(Projection::of(&paths))
}
