//! Where things stand in the text.

use std::collections::HashMap;

/// A point in the text; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Point {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A range of the text; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first point.
    pub start: Point,
    /// The point after the last.
    pub end: Point,
}

/// Where a node stands: its key, when it is a member of a map, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The key's range.
    pub key: Option<Span>,
    /// The value's range.
    pub value: Span,
}

/// The places of all nodes of a document, by JSON pointer (`/Resources/MyFunction/Type`).
#[derive(Debug, Clone, Default)]
pub struct Places(HashMap<String, Place>);

impl Places {
    /// The place of exactly this node.
    pub fn get(&self, pointer: &str) -> Option<Place> {
        self.0.get(pointer).copied()
    }

    /// The place of this node or, where the text has no such node, of the nearest one around it.
    pub fn nearest(&self, pointer: &str) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.get(pointer) {
                return place;
            }
            match pointer.rfind('/') {
                Some(slash) => pointer = &pointer[..slash],
                None => return Place::default(),
            }
        }
    }

    pub(crate) fn insert(&mut self, pointer: String, place: Place) {
        self.0.insert(pointer, place);
    }
}

/// Joins steps to a JSON pointer, escaping `~` and `/` as RFC 6901 asks.
pub fn pointer<'a>(steps: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for step in steps {
        push_step(&mut pointer, step);
    }
    pointer
}

pub(crate) fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
