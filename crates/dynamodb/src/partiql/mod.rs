//! PartiQL: SQL statements on items.
//!
//! A statement is read into the same conditions and updates that expressions are read into, and is
//! carried out as the reads and writes of the other operations are. Errors are AWS's words in full.

mod keywords;
mod lexer;
mod literal;
mod parser;
mod select;
mod statement;
mod update;
mod where_clause;

pub use lexer::is_java_number;
pub use select::{conjuncts, equality, key_only, pinned, plan};
pub use statement::{Column, Deed, Returning, Select, Source, Statement, read, target};

/// The words before every fault of a statement's form.
const NOT_WELL_FORMED: &str = "Statement wasn't well formed, can't be processed: ";

/// The error's words for a statement whose form is wrong in the way that `detail` tells.
fn not_well_formed(detail: &str) -> String {
    format!("{NOT_WELL_FORMED}{detail}")
}
