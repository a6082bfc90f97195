//! What a metric alarm makes of its newest datapoints.
//!
//! The rules for missing data are those of "Configuring how CloudWatch alarms treat missing data".

use std::fmt::Write;

use super::State;

/// When a datapoint breaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    pub comparison: Comparison,
    pub value: f64,
}

/// How a datapoint is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "GreaterThanThreshold" => Self::Greater,
            "GreaterThanOrEqualToThreshold" => Self::GreaterOrEqual,
            "LessThanThreshold" => Self::Less,
            "LessThanOrEqualToThreshold" => Self::LessOrEqual,
            _ => return None,
        })
    }

    fn words(self) -> &'static str {
        match self {
            Self::Greater => "greater than",
            Self::GreaterOrEqual => "greater than or equal to",
            Self::Less => "less than",
            Self::LessOrEqual => "less than or equal to",
        }
    }
}

impl Threshold {
    fn is_breached_by(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Greater => value > self.value,
            Comparison::GreaterOrEqual => value >= self.value,
            Comparison::Less => value < self.value,
            Comparison::LessOrEqual => value <= self.value,
        }
    }
}

/// What stands for datapoints that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Unknown,
    Ignore,
    Breaching,
    NotBreaching,
}

impl Missing {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "missing" => Self::Unknown,
            "ignore" => Self::Ignore,
            "breaching" => Self::Breaching,
            "notBreaching" => Self::NotBreaching,
            _ => return None,
        })
    }
}

/// The rule of an alarm: M datapoints of N.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub threshold: Threshold,
    pub needed: usize,
    pub periods: usize,
    pub missing: Missing,
}

/// How many more periods than it evaluates an alarm looks at, in case that datapoints are missing.
pub const EXTRA_PERIODS: usize = 2;

/// A datapoint: the second at which its period begins, and its value.
pub type Datapoint = (u64, f64);

/// The state that the datapoints of the last periods make, oldest first, and the datapoints that made
/// it, newest first. No state where the alarm stays as it is.
pub fn evaluate(rule: &Rule, range: &[Option<Datapoint>]) -> (Option<State>, Vec<Datapoint>) {
    let real: Vec<Datapoint> = range.iter().rev().copied().flatten().take(rule.periods).collect();
    let absent = rule.periods - real.len();
    let breaching = real.iter().filter(|(_, value)| rule.threshold.is_breached_by(*value)).count();
    let decided = |breaching: usize| if breaching >= rule.needed { State::Alarm } else { State::Ok };
    let state = match rule.missing {
        _ if absent == 0 => Some(decided(breaching)),
        Missing::Breaching => Some(decided(breaching + absent)),
        Missing::NotBreaching => Some(decided(breaching)),
        _ if breaching >= rule.needed => Some(State::Alarm),
        _ if breaching < real.len() => Some(State::Ok),
        Missing::Ignore => None,
        Missing::Unknown if real.is_empty() => Some(State::InsufficientData),
        // All that is known breaches. It is an alarm once the oldest of it lies as far back as M datapoints.
        Missing::Unknown => {
            let oldest = range.iter().rev().take(rule.periods).rposition(Option::is_some);
            oldest.filter(|oldest| oldest + 1 >= rule.needed).map(|_| State::Alarm)
        }
    };
    (state, real)
}

/// The words of AWS for how a state came about.
pub fn reason(rule: &Rule, state: State, real: &[Datapoint], has_needed: bool, show: impl Fn(u64) -> String) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let absent = rule.periods - real.len();
    if state == State::InsufficientData {
        let verb = if absent == 1 { "was" } else { "were" };
        return format!("Insufficient Data: {absent} datapoint{} {verb} unknown.", plural(absent));
    }
    if real.is_empty() {
        let treated = if rule.missing == Missing::Breaching { "Breaching" } else { "NonBreaching" };
        let verb = if absent == 1 { "was" } else { "were" };
        return format!(
            "Threshold Crossed: no datapoints were received for {absent} period{} and {absent} missing datapoint{} {verb} \
             treated as [{treated}].",
            plural(absent),
            plural(absent)
        );
    }
    let is_alarm = state == State::Alarm;
    let told: Vec<&Datapoint> = if has_needed {
        real.iter().filter(|(_, value)| rule.threshold.is_breached_by(*value) == is_alarm).collect()
    } else {
        real.iter().collect()
    };
    let values: Vec<String> = told.iter().map(|(second, value)| format!("{value:?} ({})", show(*second))).collect();
    let count = told.len();
    let datapoints = if has_needed {
        format!("{count} out of the last {} datapoints", rule.periods)
    } else {
        format!("{count} datapoint{}", plural(count))
    };
    let verb = if count == 1 { "was" } else { "were" };
    let not = if is_alarm { "" } else { "not " };
    let comparison = rule.threshold.comparison.words();
    let mut text = format!(
        "Threshold Crossed: {datapoints} [{}] {verb} {not}{comparison} the threshold ({:?})",
        values.join(", "),
        rule.threshold.value
    );
    if has_needed {
        let needed = if is_alarm { rule.needed } else { rule.periods - rule.needed + 1 };
        let transition = if is_alarm { "OK -> ALARM" } else { "ALARM -> OK" };
        // Writing to a String cannot fail.
        let _ = write!(text, " (minimum {needed} datapoint{} for {transition} transition)", plural(needed));
    }
    text + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(points: &str, needed: usize) -> [Option<State>; 4] {
        let range: Vec<Option<Datapoint>> = points
            .split(' ')
            .enumerate()
            .map(|(index, point)| match point {
                "X" => Some((index as u64, 2.0)),
                "0" => Some((index as u64, 0.0)),
                _ => None,
            })
            .collect();
        let threshold = Threshold { comparison: Comparison::Greater, value: 1.0 };
        let state = |missing| evaluate(&Rule { threshold, needed, periods: 3, missing }, &range).0;
        [Missing::Unknown, Missing::Ignore, Missing::Breaching, Missing::NotBreaching].map(state)
    }

    /// The two tables of AWS's guide.
    #[test]
    fn missing_data_is_treated_as_the_guide_says() {
        let (alarm, ok) = (Some(State::Alarm), Some(State::Ok));
        for (points, expected) in [
            ("0 - X - X", [ok, ok, ok, ok]),
            ("0 - - - -", [ok, ok, ok, ok]),
            ("- - - - -", [Some(State::InsufficientData), None, alarm, ok]),
            ("0 X X - X", [alarm, alarm, alarm, alarm]),
            ("- - X - -", [alarm, None, alarm, ok]),
        ] {
            assert_eq!(states(points, 3), expected, "3 of 3: {points}");
        }
        for (points, expected) in [
            ("0 - X - X", [alarm, alarm, alarm, alarm]),
            ("0 0 X 0 X", [alarm, alarm, alarm, alarm]),
            ("0 - X - -", [ok, ok, alarm, ok]),
            ("- - - - 0", [ok, ok, alarm, ok]),
            ("- - - X -", [alarm, None, alarm, ok]),
            ("- - - - X", [None, None, alarm, ok]),
        ] {
            assert_eq!(states(points, 2), expected, "2 of 3: {points}");
        }
    }

    #[test]
    fn reasons_are_in_the_words_of_aws() {
        let threshold = Threshold { comparison: Comparison::Greater, value: 21.0 };
        let rule = Rule { threshold, needed: 1, periods: 1, missing: Missing::Breaching };
        let show = |_| "03/01/24 11:36:00".to_owned();
        let real = [(0, 21.5)];
        assert_eq!(
            reason(&rule, State::Alarm, &real, false, show),
            "Threshold Crossed: 1 datapoint [21.5 (03/01/24 11:36:00)] was greater than the threshold (21.0)."
        );
        assert_eq!(
            reason(&rule, State::Alarm, &real, true, show),
            "Threshold Crossed: 1 out of the last 1 datapoints [21.5 (03/01/24 11:36:00)] was greater than the threshold \
             (21.0) (minimum 1 datapoint for OK -> ALARM transition)."
        );
        assert_eq!(
            reason(&Rule { needed: 2, periods: 2, ..rule }, State::Alarm, &[], false, show),
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as \
             [Breaching]."
        );
    }
}
