//! REST APIs: the control plane of version 1.

mod apis;
mod authorizers;
pub mod control;
mod import;
mod methods;
pub mod model;
mod models;
pub mod patch;
mod resources;
pub mod responses;
mod rules;
mod stages;
mod words;
