//! When target tracking scales a table.
//!
//! In AWS two alarms watch what was consumed in each minute: one is raised when the utilisation was
//! above the target in 2 minutes running, the other when it was more than 20 points below the target in
//! 15 minutes running. An alarm needs data of each of its minutes, and CloudWatch has none of a minute
//! in which nothing was consumed: a table without any traffic keeps its throughput, as in AWS.

use std::collections::BTreeMap;

/// Minutes running above the target.
const HIGH_MINUTES: u64 = 2;
/// Minutes running below it.
const LOW_MINUTES: u64 = 15;
/// How far below it, in points.
const MARGIN: f64 = 20.0;

/// What the alarms see.
pub struct Tracked<'a> {
    /// Units consumed, by the minute.
    pub consumed: &'a BTreeMap<u64, f64>,
    /// The minute that has just begun.
    pub now: u64,
    /// The units a second that are provisioned.
    pub current: u64,
    /// The utilisation that is wanted, in percent.
    pub target: f64,
}

/// Which alarm is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The utilisation is too high.
    High,
    /// It is too low.
    Low,
}

impl Tracked<'_> {
    /// The alarm that is raised, and the units that would meet the target.
    pub fn alarm(&self) -> Option<(Alarm, u64)> {
        let high = self.last(HIGH_MINUTES)?;
        let least = high.iter().copied().fold(f64::INFINITY, f64::min);
        if self.utilisation(least) > self.target {
            let most = high.iter().copied().fold(0.0, f64::max);
            return Some((Alarm::High, self.wanted(most))).filter(|(_, wanted)| *wanted > self.current);
        }
        let most = self.last(LOW_MINUTES)?.into_iter().fold(0.0, f64::max);
        let low = self.utilisation(most) < self.target - MARGIN;
        low.then(|| (Alarm::Low, self.wanted(most))).filter(|(_, wanted)| *wanted < self.current)
    }

    /// What was consumed in each of the last minutes, if that is known of all.
    fn last(&self, minutes: u64) -> Option<Vec<f64>> {
        (1..=minutes).map(|ago| self.consumed.get(&self.now.checked_sub(ago)?).copied()).collect()
    }

    /// In percent, of a minute's consumption.
    fn utilisation(&self, consumed: f64) -> f64 {
        consumed / 60.0 / self.current.max(1) as f64 * 100.0
    }

    fn wanted(&self, consumed: f64) -> u64 {
        (consumed / 60.0 / self.target * 100.0).ceil().max(1.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The alarm after minutes with these units each, of a table with 10 units and a target of 70 %.
    fn after(minutes: &[f64]) -> Option<(Alarm, u64)> {
        let consumed = minutes.iter().zip(0..).map(|(units, minute)| (minute, *units)).collect();
        let now = minutes.len() as u64;
        Tracked { consumed: &consumed, now, current: 10, target: 70.0 }.alarm()
    }

    #[test]
    fn two_minutes_above_the_target_scale_out_to_what_meets_it() {
        assert_eq!(after(&[100.0, 600.0]), None);
        assert_eq!(after(&[420.0, 420.0]), None, "on the target is not above it");
        assert_eq!(after(&[480.0, 600.0]), Some((Alarm::High, 15)));
    }

    #[test]
    fn fifteen_minutes_well_below_the_target_scale_in() {
        assert_eq!(after(&[60.0; 14]), None);
        assert_eq!(after(&[60.0; 15]), Some((Alarm::Low, 2)));
        assert_eq!(after(&[310.0; 15]), None, "52 % is within the margin");
    }

    #[test]
    fn a_minute_without_data_raises_no_alarm() {
        let consumed = BTreeMap::from([(0, 600.0), (2, 600.0)]);
        assert_eq!(Tracked { consumed: &consumed, now: 3, current: 10, target: 70.0 }.alarm(), None);
    }
}
