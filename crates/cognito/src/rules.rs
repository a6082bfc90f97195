//! What passwords, usernames and attributes must be.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A pool's password policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the policy is a list of switches")]
pub(crate) struct PasswordPolicy {
    minimum_length: usize,
    require_uppercase: bool,
    require_lowercase: bool,
    require_numbers: bool,
    require_symbols: bool,
    pub temporary_password_validity_days: u64,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
        }
    }
}

/// The part of a policy that a password does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmet {
    Length,
    Lowercase,
    Uppercase,
    Number,
    Symbol,
}

impl fmt::Display for Unmet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Length => "Password not long enough",
            Self::Lowercase => "Password must have lowercase characters",
            Self::Uppercase => "Password must have uppercase characters",
            Self::Number => "Password must have numeric characters",
            Self::Symbol => "Password must have symbol characters",
        })
    }
}

impl PasswordPolicy {
    /// The first part of the policy that `password` does not meet.
    pub fn check(&self, password: &str) -> Result<(), Unmet> {
        // https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
        const SYMBOLS: &str = r#"^$*.[]{}()?"!@#%&/\,><':;|_~`=+-"#;
        let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
        let inner_blank = password.trim() == password && password.contains(' ');
        let symbol = inner_blank || password.chars().any(|letter| SYMBOLS.contains(letter));
        let checks = [
            (password.chars().count() >= self.minimum_length, Unmet::Length),
            (!self.require_lowercase || has(|letter| letter.is_ascii_lowercase()), Unmet::Lowercase),
            (!self.require_uppercase || has(|letter| letter.is_ascii_uppercase()), Unmet::Uppercase),
            (!self.require_numbers || has(|letter| letter.is_ascii_digit()), Unmet::Number),
            (!self.require_symbols || symbol, Unmet::Symbol),
        ];
        checks.into_iter().find(|(met, _)| !met).map_or(Ok(()), |(_, unmet)| Err(unmet))
    }
}

/// Whether `text` has the shape of an email address.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains(' ')
    })
}

/// Whether `text` is a phone number in E.164 form.
pub(crate) fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a code went, as it is shown to whoever asked: `a***@e***`, `+*******1234`.
pub(crate) fn masked(destination: &str) -> String {
    if let Some((name, domain)) = destination.split_once('@') {
        let first = |text: &str| text.chars().take(1).collect::<String>();
        return format!("{}***@{}***", first(name), first(domain));
    }
    let shown = destination.len().saturating_sub(4);
    format!("+{}{}", "*".repeat(shown.saturating_sub(1)), destination.get(shown..).unwrap_or_default())
}

/// The standard attributes of OpenID Connect that every pool has.
pub(crate) const STANDARD_ATTRIBUTES: &[&str] = &[
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// The strings of a list in a pool's or client's settings.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_the_first_thing_it_lacks() {
        let policy = PasswordPolicy::default();
        for (password, expected) in [
            ("short", Err(Unmet::Length)),
            ("UPPER123!", Err(Unmet::Lowercase)),
            ("lower123!", Err(Unmet::Uppercase)),
            ("NoDigits!", Err(Unmet::Number)),
            ("NoSymbol1", Err(Unmet::Symbol)),
            ("In ner1Xx", Ok(())),
            ("Passw0rd!", Ok(())),
        ] {
            assert_eq!(policy.check(password), expected, "{password}");
        }
    }

    #[test]
    fn destinations_are_masked() {
        assert_eq!(masked("ana@example.com"), "a***@e***");
        assert_eq!(masked("+12065550100"), "+*******0100");
    }
}
