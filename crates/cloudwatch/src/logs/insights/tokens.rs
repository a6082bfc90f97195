//! The words of queries.

/// A word with the place where it begins and ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A name; also names in backticks.
    Name(String),
    /// A number with the letters after it: `5m`.
    Number(f64, String),
    Text(String),
    Expression(String),
    Sign(&'static str),
}

/// Longer signs first.
const SIGNS: [&str; 17] = ["!=", "<=", ">=", "=~", "=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "*", "%", "^"];

/// Splits a query; the error is a sentence.
pub fn split(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    // The first word since the last pipe.
    let mut command: Option<String> = None;
    while at < text.len() {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let takes_expression = match tokens.last().map(|token| &token.kind) {
            Some(Kind::Name(name)) => name.eq_ignore_ascii_case("like") || command.as_deref() == Some("parse"),
            Some(Kind::Sign(sign)) => *sign == "=~",
            _ => false,
        };
        let (kind, length) = match first {
            '|' => (Kind::Sign("|"), 1),
            '\'' | '"' => {
                let (text, length) = quoted(rest, first)?;
                (Kind::Text(text), length)
            }
            '`' => {
                let inside = rest[1..].find('`').ok_or("a name in backticks does not end")?;
                (Kind::Name(rest[1..=inside].to_owned()), inside + 2)
            }
            '/' if takes_expression => {
                let length = expression_length(rest).ok_or("an expression does not end")?;
                (Kind::Expression(rest[1..length - 1].to_owned()), length)
            }
            '/' => (Kind::Sign("/"), 1),
            _ if first.is_ascii_digit() => number(rest)?,
            _ if first.is_alphabetic() || first == '@' || first == '_' => {
                let is_part = |letter: char| letter.is_alphanumeric() || "@_.".contains(letter);
                let length = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
                (Kind::Name(rest[..length].to_owned()), length)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| format!("unexpected symbol found {first} at position {at}"))?;
                (Kind::Sign(sign), sign.len())
            }
        };
        match &kind {
            Kind::Sign("|") => command = None,
            Kind::Name(name) if command.is_none() => command = Some(name.to_ascii_lowercase()),
            _ => {}
        }
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    Ok(tokens)
}

/// A text in quotes, and its length with them.
fn quoted(text: &str, quote: char) -> Result<(String, usize), String> {
    let mut inside = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, escaped)) if escaped == quote || escaped == '\\' => inside.push(escaped),
                Some((_, other)) => inside.extend(['\\', other]),
                None => break,
            },
            letter if letter == quote => return Ok((inside, index + 1)),
            letter => inside.push(letter),
        }
    }
    Err("a text does not end".to_owned())
}

/// The length of `/…/`, where a slash may be escaped.
fn expression_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().skip(1).find_map(|(index, letter)| {
        let ends = letter == '/' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends.then_some(index + 1)
    })
}

fn number(text: &str) -> Result<(Kind, usize), String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let letters = text[digits..].find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len() - digits);
    let number = text[..digits].parse().map_err(|_| format!("{} is no number", &text[..digits]))?;
    let unit = text[digits..digits + letters].to_owned();
    Ok((Kind::Number(number, unit), digits + letters))
}
