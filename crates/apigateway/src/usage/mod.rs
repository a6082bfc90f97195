//! API keys and the usage plans that say what they are good for.

pub mod keys;
pub mod model;
pub mod plan_keys;
pub mod plans;
