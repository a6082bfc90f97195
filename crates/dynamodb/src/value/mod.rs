//! Attribute values: what items are made of.

mod attribute;
mod decimal;
pub mod key;
mod packed;
mod parse;
mod size;
mod vector;

pub use attribute::{AttributeValue, Item, item_to_json};
pub use decimal::{Decimal, NumberError};
pub use packed::Packed;
pub use parse::{MAX_DEPTH, ValueError, parse_item, parse_value};
pub use size::{item_size, pair_size, stored_size, value_size};
pub use vector::{Distance, VectorError, parse_vector, to_f32, vector_value};
