//! Statistics of a distribution: from `Sum` to `p99`, `tm90`, `PR(100:2000)`.

use kernel::Distribution;

/// What is asked of the values of a period.
#[derive(Clone, Debug, PartialEq)]
pub enum Statistic {
    SampleCount,
    Average,
    Sum,
    Minimum,
    Maximum,
    /// `p95`
    Percentile(f64),
    /// Of the values between two bounds.
    Between(Measure, Bounds),
}

/// What is told of the values between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `tm`: their mean.
    TrimmedMean,
    /// `wm`: the mean of all, those beyond counted as the bound.
    WinsorizedMean,
    /// `tc`: their number.
    TrimmedCount,
    /// `ts`: their sum.
    TrimmedSum,
    /// `pr`: their share in percent.
    PercentileRank,
}

/// From where to where; `None` is the end of all values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// In percent of the number of values.
    Percent(Option<f64>, Option<f64>),
    /// Values.
    Values(Option<f64>, Option<f64>),
}

impl Statistic {
    /// Reads the name of a statistic.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "SampleCount" => Self::SampleCount,
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "IQM" => Self::Between(Measure::TrimmedMean, Bounds::Percent(Some(25.0), Some(75.0))),
            _ => return Self::parse_extended(text),
        })
    }

    fn parse_extended(text: &str) -> Option<Self> {
        let digits = text.find(|letter: char| !letter.is_ascii_alphabetic())?;
        let (name, rest) = text.split_at(digits);
        let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        if name == "p" {
            return percent(rest).map(Self::Percentile);
        }
        let measure = match name.to_ascii_lowercase().as_str() {
            "tm" => Measure::TrimmedMean,
            "wm" => Measure::WinsorizedMean,
            "tc" => Measure::TrimmedCount,
            "ts" => Measure::TrimmedSum,
            "pr" => Measure::PercentileRank,
            _ => return None,
        };
        let bounds = match inside {
            Some(inside) => range(inside)?,
            // The short form is the lowest NN percent.
            None => Bounds::Percent(None, Some(percent(rest)?)),
        };
        let fits = measure != Measure::PercentileRank || matches!(bounds, Bounds::Values(..));
        fits.then_some(Self::Between(measure, bounds))
    }

    /// The statistic of some values; none where only summaries are known and it needs all values.
    pub fn of(&self, values: &Distribution) -> Option<f64> {
        if values.count <= 0.0 {
            return None;
        }
        match self {
            Self::SampleCount => Some(values.count),
            Self::Average => Some(values.sum / values.count),
            Self::Sum => Some(values.sum),
            Self::Minimum => Some(values.min),
            Self::Maximum => Some(values.max),
            Self::Percentile(_) | Self::Between(..) if !values.has_percentiles() => None,
            Self::Percentile(percent) => Some(quantile(values, *percent)),
            Self::Between(measure, bounds) => between(*measure, *bounds, values),
        }
    }
}

fn percent(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|percent| is_plain && (0.0..=100.0).contains(percent))
}

/// `10%:90%`, `:500`, `100:`
fn range(text: &str) -> Option<Bounds> {
    let (low, high) = text.split_once(':')?;
    let of_percent = low.ends_with('%') || high.ends_with('%');
    let bound = |text: &str| match text {
        "" => Some(None),
        text if of_percent => percent(text.strip_suffix('%')?).map(Some),
        text => text.parse().ok().map(Some),
    };
    let (low, high) = (bound(low)?, bound(high)?);
    low.or(high)?;
    Some(if of_percent { Bounds::Percent(low, high) } else { Bounds::Values(low, high) })
}

/// The least value that is not less than `percent` of all.
fn quantile(values: &Distribution, percent: f64) -> f64 {
    let wanted = values.count * percent / 100.0;
    let mut seen = 0.0;
    for (value, count) in &values.values {
        seen += count;
        // What neighbours became one for may lie outside of what there was.
        if seen >= wanted - 1e-9 {
            return value.clamp(values.min, values.max);
        }
    }
    values.max
}

fn between(measure: Measure, bounds: Bounds, values: &Distribution) -> Option<f64> {
    let total = values.count;
    // How much of each value's weight lies below, within and above the bounds.
    let (mut within, mut sum, mut below, mut above) = (0.0, 0.0, 0.0, 0.0);
    let mut seen = 0.0;
    for (value, count) in &values.values {
        let (inside, under) = match bounds {
            Bounds::Percent(low, high) => {
                let (low, high) = (low.unwrap_or(0.0) / 100.0 * total, high.unwrap_or(100.0) / 100.0 * total);
                let inside = ((seen + count).min(high) - seen.max(low)).max(0.0);
                (inside, (low - seen).clamp(0.0, *count))
            }
            Bounds::Values(low, high) => {
                let is_under = low.is_some_and(|low| *value < low);
                let is_over = high.is_some_and(|high| *value > high);
                (if is_under || is_over { 0.0 } else { *count }, if is_under { *count } else { 0.0 })
            }
        };
        (within, sum, below) = (within + inside, sum + inside * value, below + under);
        above += count - inside - under;
        seen += count;
    }
    let mean = |sum: f64, count: f64| (count > 0.0).then(|| sum / count);
    match measure {
        Measure::TrimmedMean => mean(sum, within),
        Measure::TrimmedCount => Some(within),
        Measure::TrimmedSum => Some(sum),
        Measure::PercentileRank => Some(within / total * 100.0),
        Measure::WinsorizedMean => {
            let (low, high) = match bounds {
                Bounds::Percent(low, high) => {
                    (quantile(values, low.unwrap_or(0.0)), quantile(values, high.unwrap_or(100.0)))
                }
                Bounds::Values(low, high) => (low.unwrap_or(values.min), high.unwrap_or(values.max)),
            };
            mean(sum + below * low + above * high, total)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_to_ten() -> Distribution {
        let mut values = Distribution::default();
        (1..=10).for_each(|value| values.add(f64::from(value), 1.0));
        values
    }

    #[test]
    fn statistics_are_those_that_aws_names() {
        for (name, expected) in [
            ("SampleCount", 10.0),
            ("Sum", 55.0),
            ("Average", 5.5),
            ("p50", 5.0),
            ("p99.9", 10.0),
            ("tm90", 5.0),
            ("tc90", 9.0),
            ("ts90", 45.0),
            ("TM(10%:90%)", 5.5),
            ("TS(:3)", 6.0),
            ("PR(3:5)", 30.0),
            ("IQM", 5.5),
            ("wm90", 5.4),
        ] {
            let statistic = Statistic::parse(name).unwrap();
            let found = statistic.of(&one_to_ten()).unwrap();
            assert!((found - expected).abs() < 1e-9, "{name}: {found}");
        }
        for name in ["", "average", "p101", "p", "tmx", "PR(1%:2%)", "TM(:)", "px(1:2)"] {
            assert_eq!(Statistic::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_summary_has_no_percentiles() {
        let mut values = Distribution::default();
        values.add_summary(10.0, 55.0, 1.0, 10.0);
        assert_eq!(Statistic::parse("p50").unwrap().of(&values), None);
        assert_eq!(Statistic::Average.of(&values), Some(5.5));
    }
}
