//! Filter patterns: plain terms, `"exact phrases"`, `?any` and `-not`.

use kernel::AwsError;

use super::invalid;

/// What a message must and must not contain. Matching is case-sensitive, as in AWS.
#[derive(Debug, Default, PartialEq)]
pub struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    /// Reads a pattern. Patterns of JSON members and of columns are not known yet, and refused.
    pub fn parse(text: &str) -> Result<Self, AwsError> {
        let refused = || invalid("Invalid filter pattern");
        let mut pattern = Self::default();
        let mut rest = text.trim_start();
        if rest.starts_with(['{', '[', '%']) {
            return Err(refused());
        }
        while !rest.is_empty() {
            let (kind, term) = match rest.chars().next() {
                Some(sign @ ('?' | '-')) => (sign, &rest[1..]),
                _ => ('+', rest),
            };
            let (term, after) = match term.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(refused)?,
                None => term.split_once(char::is_whitespace).unwrap_or((term, "")),
            };
            let terms = match kind {
                '?' => &mut pattern.any,
                '-' => &mut pattern.none,
                _ => &mut pattern.all,
            };
            terms.push(term.to_owned());
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    /// Whether `message` is one that the pattern looks for.
    pub fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        // AWS ignores `?` terms beside terms without one.
        let any = !self.all.is_empty() || self.any.is_empty() || self.any.iter().any(has);
        self.all.iter().all(has) && any && !self.none.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_all_wanted_unless_they_say_otherwise() {
        for (pattern, message, expected) in [
            ("", "anything", true),
            ("ERROR", "an ERROR here", true),
            ("ERROR", "an error here", false),
            ("ERROR timeout", "timeout ERROR", true),
            ("ERROR timeout", "ERROR", false),
            ("?ERROR ?WARN", "WARN: low", true),
            ("?ERROR ?WARN", "INFO: fine", false),
            ("ERROR -expected", "ERROR expected", false),
            ("\"Task timed out\"", "x Task timed out after 3.00 seconds", true),
            ("\"Task timed out\"", "Task has timed out", false),
            ("-\"not me\" me", "me", true),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(message), expected, "{pattern} on {message}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in ["{ $.level = \"ERROR\" }", "[ip, user]", "\"open"] {
            assert_eq!(Pattern::parse(pattern).unwrap_err().code, "InvalidParameterException");
        }
    }
}
