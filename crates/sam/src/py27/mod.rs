//! Values as Python 2.7 kept and printed them.
//!
//! The logical id of a REST API's deployment is a hash of its definition *as Python 2.7 printed it*:
//! the order of a dictionary's keys is the order of its hash table, which depends on the history of
//! insertions, and text that came from the template is printed with a `u` before its quotes. AWS
//! keeps that behaviour so that no deployment id ever changes; hence so do we, for REST APIs only.

mod keys;
mod print;
mod value;

pub(crate) use keys::KeyTable;
pub(crate) use value::{Dict, Py, Text, dict};
