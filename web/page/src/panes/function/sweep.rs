//! A memory sweep: a function measured at several memory settings, and set back afterwards.

use crate::aws::lambda::{self, Function};
use crate::client::{Client, Failure};
use crate::preferences;
use crate::price::Price;
use crate::report::Report;
use serde_json::json;

/// The memory settings that are measured, in MB. 1769 MB is one whole processor.
pub const SETTINGS: [f64; 6] = [128.0, 256.0, 512.0, 1024.0, 1769.0, 3008.0];

/// What a memory setting gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub memory: f64,
    /// The mean of the warm invocations.
    pub billed: f64,
    /// The init of the cold one before them.
    pub init: Option<f64>,
    pub cost: f64,
    /// Whether an invocation ended in an error, such as a timeout.
    pub has_failed: bool,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub function: Function,
    pub event: String,
    /// Warm invocations at each setting.
    pub times: u32,
}

/// Measures at every setting and tells each result. The function gets its own memory back, also when
/// something fails on the way.
pub async fn run(client: &Client, order: &Order, tell: impl Fn(Point)) -> Result<(), Failure> {
    let name = &order.function.name;
    let own = lambda::function(client, name).await?.memory;
    keep(name, own);
    let measured = measure_all(client, order, tell).await;
    set_back(client, name, own).await?;
    measured
}

async fn measure_all(client: &Client, order: &Order, tell: impl Fn(Point)) -> Result<(), Failure> {
    for memory in SETTINGS {
        tell(measure(client, order, memory).await?);
    }
    Ok(())
}

async fn measure(client: &Client, order: &Order, memory: f64) -> Result<Point, Failure> {
    let name = &order.function.name;
    lambda::configure(client, name, json!({ "MemorySize": memory as u64 })).await?;
    // A changed function begins with a new sandbox: the first invocation is a cold start.
    let (cold, mut has_failed) = invoke(client, order).await?;
    let mut billed = Vec::new();
    for _ in 0..order.times {
        let (report, failed) = invoke(client, order).await?;
        has_failed |= failed;
        // After an error that ends the sandbox the next start is cold too; its init is not what is compared.
        billed.extend(report.map(|report| report.billed_millis - report.init_millis.unwrap_or_default()));
    }
    let billed = billed.iter().sum::<f64>() / billed.len().max(1) as f64;
    let cost = Price::of(&order.function.architecture).cost(memory, billed);
    Ok(Point { memory, billed, init: cold.and_then(|report| report.init_millis), cost, has_failed })
}

async fn invoke(client: &Client, order: &Order) -> Result<(Option<Report>, bool), Failure> {
    let invocation = lambda::invoke(client, &order.function.name, "", &order.event).await?;
    Ok((Report::find(&invocation.log), invocation.error.is_some()))
}

/// Gives a function the memory that it had before a sweep.
pub async fn set_back(client: &Client, name: &str, memory: f64) -> Result<(), Failure> {
    lambda::configure(client, name, json!({ "MemorySize": memory as u64 })).await?;
    preferences::forget(&key(name));
    Ok(())
}

fn key(name: &str) -> String {
    format!("samlet.sweep.{name}")
}

/// A page that is closed in the middle of a sweep cannot set the function back: the next one can.
fn keep(name: &str, memory: f64) {
    preferences::keep(&key(name), &memory.to_string());
}

/// The memory that a function had before a sweep that did not come to its end.
pub fn interrupted(name: &str) -> Option<f64> {
    preferences::kept(&key(name))?.parse().ok()
}

/// The cheapest and the fastest point; a faster one of the same duration is the cheaper one.
pub fn best(points: &[Point]) -> Option<(Point, Point)> {
    let good = || points.iter().filter(|point| !point.has_failed).copied();
    let cheapest = good().min_by(|a, b| a.cost.total_cmp(&b.cost))?;
    let fastest = good().min_by(|a, b| a.billed.total_cmp(&b.billed).then(a.cost.total_cmp(&b.cost)))?;
    Some((cheapest, fastest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_points_are_those_that_worked() {
        let point = |memory, billed, cost, has_failed| Point { memory, billed, init: None, cost, has_failed };
        let points = [
            point(128.0, 1.0, 1.0, true),
            point(256.0, 40.0, 2.0, false),
            point(1769.0, 9.0, 4.0, false),
            point(3008.0, 9.0, 7.0, false),
        ];
        let (cheapest, fastest) = best(&points).expect("two worked");
        assert_eq!((cheapest.memory, fastest.memory), (256.0, 1769.0));
        assert_eq!(best(&points[..1]), None);
    }
}
