//! The whole room from outside: APIs are made by the public API (or CloudFormation's providers) and
//! called by HTTP. Lambda is a stand-in that answers what the function's name says.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod cfn;
mod http_api;
mod issuer;
mod rest_api;
mod stand_in;
mod tokens;
mod usage;
