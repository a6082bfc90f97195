//! Amazon CloudWatch: Logs, Metrics and Alarms.

mod logs;
mod metrics;

pub use logs::Logs;
pub use metrics::Metrics;
