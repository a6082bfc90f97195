//! The expression language: conditions and filters, key conditions, projections, updates.
//!
//! Texts are parsed once per request into trees whose placeholders are resolved. Errors are AWS's words
//! without the `Invalid …Expression: ` in front.

mod condition;
mod evaluate;
mod key_condition;
mod lexer;
mod parser;
mod path;
mod placeholders;
mod problems;
mod projection;
#[cfg(test)]
mod tests;
mod update;

pub use condition::{Comparator, Condition, Notes as ConditionNotes, Operand, parse_condition};
pub use evaluate::{begins_with, compare, compares, holds};
pub use key_condition::{KeyCondition, KeyConditions, KeyTest};
pub use parser::{Listener, Term};
pub use path::{Path, Segment};
pub use placeholders::Placeholders;
pub use projection::{Projection, parse_projection};
pub use update::{Update, UpdateBuilder, UpdateError, apply, parse_update};
