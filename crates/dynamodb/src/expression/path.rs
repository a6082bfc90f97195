//! Document paths: `a.b[2].c`.

use std::fmt::Write;

use crate::value::{AttributeValue, Item};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// An element of a list.
    Index(usize),
    /// An attribute or a member of a map.
    Name(String),
}

/// Where a value stands in an item. Never empty; begins with a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// The attribute that the path begins with.
    pub fn head(&self) -> &str {
        match self.0.first() {
            Some(Segment::Name(name)) => name,
            _ => "",
        }
    }

    /// The attribute, if the path goes no deeper.
    pub fn as_attribute(&self) -> Option<&str> {
        (self.0.len() == 1).then(|| self.head())
    }

    /// The value that stands there.
    pub fn find<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        let start = item.get(self.head())?;
        self.0[1..].iter().try_fold(start, |value, segment| match (segment, value) {
            (Segment::Name(name), AttributeValue::M(map)) => map.get(name),
            (Segment::Index(index), AttributeValue::L(list)) => list.get(*index),
            _ => None,
        })
    }

    /// As error messages write it: `[a, b, [2], c]`.
    pub fn in_words(&self) -> String {
        let mut words = String::from("[");
        for (index, segment) in self.0.iter().enumerate() {
            if index > 0 {
                words.push_str(", ");
            }
            // Writing to a String cannot fail.
            let _ = match segment {
                Segment::Name(name) => write!(words, "{name}"),
                Segment::Index(index) => write!(words, "[{index}]"),
            };
        }
        words.push(']');
        words
    }

    /// How two paths of one expression disturb each other, if they do.
    pub fn clash(&self, other: &Self) -> Option<Clash> {
        for pair in self.0.iter().zip(&other.0) {
            match pair {
                (Segment::Name(left), Segment::Name(right)) if left == right => {}
                (Segment::Index(left), Segment::Index(right)) if left == right => {}
                (Segment::Name(_), Segment::Index(_)) | (Segment::Index(_), Segment::Name(_)) => {
                    return Some(Clash::Conflict);
                }
                _ => return None,
            }
        }
        Some(Clash::Overlap)
    }
}

/// How two paths disturb each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// One is the beginning of the other.
    Overlap,
    /// One takes for a map what the other takes for a list.
    Conflict,
}

impl Clash {
    /// The error's words for the two paths.
    pub fn in_words(self, one: &Path, two: &Path) -> String {
        let verb = match self {
            Self::Overlap => "overlap",
            Self::Conflict => "conflict",
        };
        format!(
            "Two document paths {verb} with each other; must remove or rewrite one of these paths; path one: {}, path \
             two: {}",
            one.in_words(),
            two.in_words()
        )
    }
}
