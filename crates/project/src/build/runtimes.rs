//! Runtimes that AWS does not maintain any more.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated>

/// Each identifier with the day of its deprecation, and what follows it.
const DEPRECATED: [(&str, &str, &str); 15] = [
    ("nodejs", "2016-10-31", "nodejs24.x"),
    ("nodejs4.3", "2020-03-05", "nodejs24.x"),
    ("nodejs6.10", "2019-08-12", "nodejs24.x"),
    ("nodejs8.10", "2020-03-06", "nodejs24.x"),
    ("nodejs10.x", "2021-07-30", "nodejs24.x"),
    ("nodejs12.x", "2023-03-31", "nodejs24.x"),
    ("nodejs14.x", "2023-12-04", "nodejs24.x"),
    ("nodejs16.x", "2024-06-12", "nodejs24.x"),
    ("nodejs18.x", "2025-09-01", "nodejs24.x"),
    ("nodejs20.x", "2026-04-30", "nodejs24.x"),
    ("python2.7", "2021-07-15", "python3.14"),
    ("python3.6", "2022-07-18", "python3.14"),
    ("python3.7", "2023-12-04", "python3.14"),
    ("python3.8", "2024-10-14", "python3.14"),
    ("python3.9", "2025-12-15", "python3.14"),
];

/// What to say of a runtime that is deprecated.
pub fn notice(runtime: &str) -> Option<String> {
    let (_, day, next) = DEPRECATED.iter().find(|(known, ..)| *known == runtime)?;
    Some(format!(
        "{runtime} is deprecated since {day}: AWS maintains it no longer, and refuses functions that use it in time. \
         Take {next}.",
    ))
}

#[cfg(test)]
mod tests {
    use super::notice;

    #[test]
    fn a_deprecated_runtime_is_told_with_its_day() {
        assert!(notice("nodejs16.x").is_some_and(|text| text.starts_with("nodejs16.x is deprecated since 2024-06-12")));
        assert_eq!(notice("nodejs24.x"), None);
    }
}
