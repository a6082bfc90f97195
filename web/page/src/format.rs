//! Times, sizes and durations as people read them.

use serde_json::Value;

/// The page's own time, in milliseconds since it was opened.
pub fn page_time() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// A time of day, in the person's own time zone.
pub fn time_of_day(millis: f64) -> String {
    let date = js_sys::Date::new(&millis.into());
    format!("{:02}:{:02}:{:02}", date.get_hours(), date.get_minutes(), date.get_seconds())
}

/// A time of day with milliseconds.
pub fn precise_time(millis: f64) -> String {
    let date = js_sys::Date::new(&millis.into());
    format!("{}.{:03}", time_of_day(millis), date.get_milliseconds())
}

/// A calendar date.
pub fn date(millis: f64) -> String {
    let date = js_sys::Date::new(&millis.into());
    format!("{}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// The time of day of an ISO 8601 time.
pub fn time_of_iso(text: &str) -> String {
    let millis = js_sys::Date::parse(text);
    if millis.is_nan() { text.to_owned() } else { time_of_day(millis) }
}

/// A duration: `0.4 ms`, `12 ms`, `1.24 s`.
pub fn duration(millis: f64) -> String {
    match millis {
        millis if millis < 1.0 => format!("{millis:.1} ms"),
        millis if millis < 1000.0 => format!("{millis:.0} ms"),
        millis => format!("{:.2} s", millis / 1000.0),
    }
}

/// A stretch of time that people wait: `40 s`, `4 min 5 s`, `2 h 30 min`, `3 d 4 h`.
pub fn stretch(millis: f64) -> String {
    // A second that has begun is still to come.
    let seconds = (millis / 1000.0).ceil().max(0.0) as u64;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let pair = |large: u64, unit: &str, small: u64, part: &str| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {part}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => pair(minutes, "min", seconds % 60, "s"),
        (0, hours, minutes) => pair(hours, "h", minutes % 60, "min"),
        (days, hours, _) => pair(days, "d", hours % 24, "h"),
    }
}

/// A size: `812 B`, `1.2 kB`.
#[allow(clippy::cast_precision_loss, reason = "sizes are shown with two digits")]
pub fn size(bytes: usize) -> String {
    match bytes as f64 {
        bytes if bytes < 1000.0 => format!("{bytes:.0} B"),
        bytes if bytes < 1_000_000.0 => format!("{:.1} kB", bytes / 1000.0),
        bytes => format!("{:.1} MB", bytes / 1_000_000.0),
    }
}

/// Capacity units: `0.5`, `12`.
pub fn units(units: f64) -> String {
    let text = format!("{units:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// JSON with line breaks, or the text as it is when it is not JSON.
pub fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| pretty_value(&value))
}

/// A value with line breaks.
pub fn pretty_value(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_keep_two_or_three_digits() {
        assert_eq!(duration(0.42), "0.4 ms");
        assert_eq!(duration(12.4), "12 ms");
        assert_eq!(duration(1240.0), "1.24 s");
        assert_eq!((stretch(39_500.0), stretch(245_000.0)), ("40 s".into(), "4 min 5 s".into()));
        assert_eq!((stretch(9_000_000.0), stretch(3_600_000.0)), ("2 h 30 min".into(), "1 h".into()));
        assert_eq!(stretch(273_600_000.0), "3 d 4 h");
        assert_eq!(size(812), "812 B");
        assert_eq!(size(1_240), "1.2 kB");
        assert_eq!(size(2_500_000), "2.5 MB");
        assert_eq!((units(0.5), units(10.0), units(0.0)), ("0.5".into(), "10".into(), "0".into()));
    }

    #[test]
    fn only_json_is_laid_out() {
        assert_eq!(pretty(r#"{"a":1}"#), "{\n  \"a\": 1\n}");
        assert_eq!(pretty("<html>"), "<html>");
    }
}
