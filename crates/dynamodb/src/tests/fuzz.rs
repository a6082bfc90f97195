//! Random requests: sequences of operations that must agree with a simple model of a table, requests
//! that are damaged in every way, and texts for the parsers.
//!
//! Everything follows from a seed. A short run is part of the tests; `SAMLET_FUZZ=N` makes it `N` times
//! as long, and `SAMLET_FUZZ_SEED=S` begins at another seed, as told by a failure.

mod chance;
mod damage;
mod episode;
mod killers;
mod model;
mod statements;
mod text;

use chance::Chance;

/// The seeds of a run whose usual length is `usual`.
#[expect(clippy::disallowed_methods, reason = "who runs the tests says how long")]
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first = number("SAMLET_FUZZ_SEED").unwrap_or(1);
    first..first + usual * number("SAMLET_FUZZ").unwrap_or(1)
}
