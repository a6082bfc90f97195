//! When scheduled actions run: `at(…)`, `rate(…)` and `cron(…)`, in UTC.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use kernel::AwsError;

const MINUTE: u64 = 60_000;

/// A schedule that has been read.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Once, in the minute with this number since the epoch.
    At(u64),
    /// Every so many minutes.
    Rate(u64),
    /// In the minutes that all fields allow.
    Cron(Box<Cron>),
}

/// The fields of a `cron(…)`: the values that each allows; `None` allows any.
#[derive(Clone, Debug, PartialEq)]
pub struct Cron {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
    years: Field,
}

type Field = Option<Vec<u16>>;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Schedule {
    /// Reads an expression.
    pub fn parse(text: &str, timezone: Option<&str>) -> Result<Self, AwsError> {
        let invalid = || AwsError::validation(format!("Invalid schedule expression: {text}"));
        if let Some(zone) = timezone.filter(|zone| !matches!(*zone, "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT")) {
            return Err(AwsError::validation(format!("This cloud has no time zones but UTC: {zone}")));
        }
        let (kind, rest) = text.split_once('(').ok_or_else(invalid)?;
        let inner = rest.strip_suffix(')').ok_or_else(invalid)?;
        let schedule = match kind {
            "at" => at(inner),
            "rate" => rate(inner),
            "cron" => cron(inner),
            _ => None,
        };
        schedule.ok_or_else(invalid)
    }

    /// Whether it is due in a minute, counted from the epoch; `anchor` is the minute from which rates
    /// count.
    pub fn is_due(&self, minute: u64, anchor: u64) -> bool {
        match self {
            Self::At(at) => *at == minute,
            Self::Rate(every) => minute > anchor && (minute - anchor).is_multiple_of(*every),
            Self::Cron(cron) => cron.allows(minute),
        }
    }
}

impl Cron {
    fn allows(&self, minute: u64) -> bool {
        let millis = i64::try_from(minute * MINUTE).ok();
        let Some(moment) = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()) else { return false };
        let moment = moment.to_zoned(TimeZone::UTC);
        let allows = |field: &Field, value: i64| {
            field.as_ref().is_none_or(|values| values.iter().any(|allowed| i64::from(*allowed) == value))
        };
        allows(&self.minutes, moment.minute().into())
            && allows(&self.hours, moment.hour().into())
            && allows(&self.days, moment.day().into())
            && allows(&self.months, moment.month().into())
            && allows(&self.weekdays, i64::from(moment.weekday().to_sunday_zero_offset()) + 1)
            && allows(&self.years, moment.year().into())
    }
}

fn at(text: &str) -> Option<Schedule> {
    let moment: DateTime = text.parse().ok()?;
    let millis = moment.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some(Schedule::At(u64::try_from(millis).ok()? / MINUTE))
}

fn rate(text: &str) -> Option<Schedule> {
    let (count, unit) = text.split_once(' ')?;
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    let minutes = match (unit, count) {
        ("minute", 1) | ("minutes", 2..) => 1,
        ("hour", 1) | ("hours", 2..) => 60,
        ("day", 1) | ("days", 2..) => 24 * 60,
        _ => return None,
    };
    Some(Schedule::Rate(count.checked_mul(minutes)?))
}

fn cron(text: &str) -> Option<Schedule> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays, years] = fields.as_slice() else { return None };
    Some(Schedule::Cron(Box::new(Cron {
        minutes: field(minutes, (0, 59), &[], 0)?,
        hours: field(hours, (0, 23), &[], 0)?,
        days: field(days, (1, 31), &[], 0)?,
        months: field(months, (1, 12), &MONTHS, 1)?,
        weekdays: field(weekdays, (1, 7), &WEEKDAYS, 1)?,
        years: field(years, (1970, 2199), &[], 0)?,
    })))
}

/// The values that `text` allows within a range; `names` stand for numbers from `first` up. The outer
/// `None` is a field that cannot be read.
fn field(text: &str, (least, most): (u16, u16), names: &[&str], first: u16) -> Option<Field> {
    if matches!(text, "*" | "?") {
        return Some(None);
    }
    let number = |text: &str| -> Option<u16> {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(position) => first + u16::try_from(position).ok()?,
            None => text.parse().ok()?,
        };
        (least..=most).contains(&number).then_some(number)
    };
    let mut values = Vec::new();
    for part in text.split(',') {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(step.parse::<u16>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let (from, to) = match span.split_once('-') {
            Some((from, to)) => (number(from)?, number(to)?),
            None if span == "*" => (least, most),
            None => (number(span)?, if step.is_some() { most } else { number(span)? }),
        };
        values.extend((from..=to).step_by(step.unwrap_or(1).into()));
    }
    Some(Some(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The minute of 2026-01-01T00:00:00Z, a Thursday.
    const NEW_YEAR: u64 = 1_767_225_600 / 60;

    fn due(text: &str) -> impl Fn(u64) -> bool {
        let schedule = Schedule::parse(text, None).unwrap();
        move |after| schedule.is_due(NEW_YEAR + after, NEW_YEAR)
    }

    #[test]
    fn a_schedule_is_due_in_its_minutes() {
        let at = due("at(2026-01-01T08:30:00)");
        assert!(at(510) && !at(509) && !at(511));
        let rate = due("rate(5 minutes)");
        assert!(!rate(0) && rate(5) && !rate(6) && rate(10));
        let working = due("cron(0 9-17 ? JAN MON-FRI *)");
        assert!(working(9 * 60) && working(17 * 60) && !working(9 * 60 + 1) && !working(18 * 60));
        assert!(!working(2 * 24 * 60 + 9 * 60), "a Saturday");
        let stepped = due("cron(*/20 0 1 * ? 2026)");
        assert!(stepped(0) && stepped(20) && stepped(40) && !stepped(60));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in ["rate(1 minutes)", "rate(0 minutes)", "cron(* * * *)", "cron(60 * * * ? *)", "at(tomorrow)", "at"]
        {
            assert!(Schedule::parse(text, None).is_err(), "{text}");
        }
        assert!(Schedule::parse("rate(1 day)", Some("Europe/Berlin")).is_err());
    }
}
