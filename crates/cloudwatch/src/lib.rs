//! Amazon CloudWatch: Logs.

mod logs;

pub use logs::Logs;
