//! What an invocation costs in AWS, and how its duration follows the memory setting.

/// Where the prices are from.
pub const SOURCE: &str = "https://aws.amazon.com/lambda/pricing/";
/// The month in which they were looked up.
pub const AS_OF: &str = "2026-05";

/// The least and the most memory that a function can have.
pub const MEMORY: (f64, f64) = (128.0, 10_240.0);
/// The memory setting that buys one vCPU.
const MB_PER_VCPU: f64 = 1769.0;

/// The list prices of an architecture in us-east-1, in US dollars: the first tier, without the free one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    pub architecture: &'static str,
    pub gb_second: f64,
    pub request: f64,
}

/// All list prices.
pub const PRICES: [Price; 2] = [
    Price { architecture: "x86_64", gb_second: 0.000_016_666_7, request: 0.000_000_2 },
    Price { architecture: "arm64", gb_second: 0.000_013_333_4, request: 0.000_000_2 },
];

impl Price {
    /// The prices of an architecture; those of `x86_64` when it is another.
    pub fn of(architecture: &str) -> Self {
        PRICES.into_iter().find(|price| price.architecture == architecture).unwrap_or(PRICES[0])
    }

    /// What an invocation costs.
    pub fn cost(&self, memory_mb: f64, billed_millis: f64) -> f64 {
        self.request + memory_mb / 1024.0 * billed_millis / 1000.0 * self.gb_second
    }
}

/// The share of a processor that a guest with one thread gets: at most one.
pub fn processor(memory_mb: f64) -> f64 {
    (memory_mb / MB_PER_VCPU).min(1.0)
}

/// How long an invocation takes: work that goes faster with more processor, and waiting that does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration {
    /// Milliseconds that the work takes on a whole processor.
    pub work: f64,
    pub waiting: f64,
}

impl Duration {
    /// What one measurement tells, as if all of it were work.
    pub fn all_work(memory_mb: f64, millis: f64) -> Self {
        Self { work: millis * processor(memory_mb), waiting: 0.0 }
    }

    /// What fits measurements best, each a memory and milliseconds; none when they are too few.
    pub fn fit(measured: &[(f64, f64)]) -> Option<Self> {
        let slowness = |memory: f64| 1.0 / processor(memory);
        let count = measured.len() as f64;
        let mean_x = measured.iter().map(|(memory, _)| slowness(*memory)).sum::<f64>() / count;
        let mean_y = measured.iter().map(|(_, millis)| millis).sum::<f64>() / count;
        let spread: f64 = measured.iter().map(|(memory, _)| (slowness(*memory) - mean_x).powi(2)).sum();
        if measured.len() < 2 || spread <= f64::EPSILON {
            return None;
        }
        let together: f64 =
            measured.iter().map(|(memory, millis)| (slowness(*memory) - mean_x) * (millis - mean_y)).sum();
        let work = (together / spread).max(0.0);
        Some(Self { work, waiting: (mean_y - work * mean_x).max(0.0) })
    }

    /// Milliseconds with that much memory.
    pub fn at(&self, memory_mb: f64) -> f64 {
        self.work / processor(memory_mb) + self.waiting
    }
}

/// A small amount of US dollars, with three digits that say something.
pub fn dollars(amount: f64) -> String {
    if amount >= 0.01 {
        return format!("${amount:.2}");
    }
    // The place of the first digit that is not zero, and two more.
    let places = if amount > 0.0 { (-amount.log10()).ceil() as usize + 2 } else { 2 };
    format!("${amount:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_costs_its_request_and_its_gigabyte_seconds() {
        let price = Price::of("x86_64");
        assert!((price.cost(1024.0, 1000.0) - 0.000_016_866_7).abs() < 1e-12);
        assert!(Price::of("arm64").cost(1024.0, 1000.0) < price.cost(1024.0, 1000.0));
    }

    #[test]
    fn measurements_tell_work_from_waiting() {
        let made = Duration { work: 100.0, waiting: 40.0 };
        let measured: Vec<(f64, f64)> =
            [128.0, 512.0, 1769.0, 3008.0].into_iter().map(|memory| (memory, made.at(memory))).collect();
        let found = Duration::fit(&measured).expect("four are enough");
        assert!((found.work - 100.0).abs() < 1e-6 && (found.waiting - 40.0).abs() < 1e-6);
        assert_eq!(Duration::fit(&measured[..1]), None);
        // More than one processor is of no use to one thread.
        assert_eq!(made.at(1769.0), made.at(10_240.0));
    }

    #[test]
    fn small_amounts_keep_three_digits() {
        for (amount, text) in
            [(0.000_016_866_7, "$0.0000169"), (0.000_000_2, "$0.000000200"), (1.5, "$1.50"), (0.0, "$0.00")]
        {
            assert_eq!(dollars(amount), text);
        }
    }
}
