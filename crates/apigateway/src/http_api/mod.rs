//! HTTP APIs: the control plane of version 2.

mod apis;
pub mod control;
mod import;
pub mod model;
mod parts;
mod rules;
mod stages;
