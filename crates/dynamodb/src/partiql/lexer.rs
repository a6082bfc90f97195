//! From a statement to tokens.

use super::not_well_formed;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word without quotes: a name, a keyword, a function.
    Word,
    /// `"name"`; the text is what stands within.
    Quoted,
    /// `'text'`; the text is what stands within.
    Text,
    /// A number without sign, as it is written.
    Number,
    /// A sign.
    Sign,
    /// The end.
    End,
}

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub place: Place,
}

/// Where a token stands: line and column from 1, and its length, all in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    line: usize,
    column: usize,
    length: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}:{}", self.line, self.column, self.length)
    }
}

impl Token {
    /// Whether the token is this sign.
    pub fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether the token is this keyword, in whatever case.
    pub fn is_word(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }
}

/// Signs of two characters; all others have one.
const PAIRS: [&str; 6] = ["<<", ">>", "<>", "<=", ">=", "!="];
const SINGLES: &str = "<>=()[]{},.:;*+-?/%|";

/// The tokens of `statement`, the end included. Comments are as good as spaces.
pub fn tokens(statement: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader { rest: statement, line: 1, column: 1 };
    let mut found = Vec::new();
    loop {
        reader.skip_spaces()?;
        let (line, column) = (reader.line, reader.column);
        let before = reader.rest;
        let (kind, text) = reader.token()?;
        let length = before[..before.len() - reader.rest.len()].chars().count();
        found.push(Token { kind, text, place: Place { line, column, length } });
        if kind == Kind::End {
            return Ok(found);
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Reader<'a> {
    /// Passes the next `length` bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for character in taken.chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        taken
    }

    fn skip_spaces(&mut self) -> Result<(), String> {
        loop {
            let spaces = self.rest.len() - self.rest.trim_start().len();
            self.take(spaces);
            if self.rest.starts_with("--") {
                let length = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                self.take(length);
            } else if self.rest.starts_with("/*") {
                let length = self.rest[2..].find("*/").ok_or_else(|| not_well_formed(""))?;
                self.take(length + 4);
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<(Kind, String), String> {
        let Some(first) = self.rest.chars().next() else { return Ok((Kind::End, String::new())) };
        match first {
            '\'' => self.quoted('\'').map(|text| (Kind::Text, text)),
            '"' => self.quoted('"').map(|text| (Kind::Quoted, text)),
            _ if first.is_ascii_digit()
                || first == '.' && self.rest[1..].starts_with(|next: char| next.is_ascii_digit()) =>
            {
                self.number().map(|text| (Kind::Number, text))
            }
            _ if first.is_alphabetic() || matches!(first, '_' | '$' | '@') => {
                let in_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '@');
                let length = self.rest.find(|character| !in_word(character)).unwrap_or(self.rest.len());
                Ok((Kind::Word, self.take(length).to_owned()))
            }
            _ => self.sign().map(|text| (Kind::Sign, text)),
        }
    }

    fn sign(&mut self) -> Result<String, String> {
        if PAIRS.iter().any(|pair| self.rest.starts_with(pair)) {
            return Ok(self.take(2).to_owned());
        }
        if self.rest.starts_with(|first| SINGLES.contains(first)) {
            return Ok(self.take(1).to_owned());
        }
        Err(not_well_formed(""))
    }

    /// What stands between two quotes; two quotes in a row stand for one.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        self.take(1);
        loop {
            let length = self.rest.find(quote).ok_or_else(|| not_well_formed(""))?;
            text.push_str(self.take(length));
            self.take(1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push_str(self.take(1));
        }
    }

    fn number(&mut self) -> Result<String, String> {
        let bytes = self.rest.as_bytes();
        let digits_from = |start: usize| bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = digits_from(0);
        let mut fraction = 0;
        if bytes.get(end) == Some(&b'.') {
            fraction = digits_from(end + 1);
            end += 1 + fraction;
        }
        let mut exponent = "";
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let digits = digits_from(end + 1 + sign);
            if digits > 0 {
                let start = end + 1;
                end = start + sign + digits;
                exponent = &self.rest[start..end];
            }
        }
        if !is_java_scale(fraction, exponent) {
            return Err(not_well_formed(""));
        }
        Ok(self.take(end).to_owned())
    }
}

/// Whether Java's BigDecimal can hold a number with so many digits after the point and this exponent:
/// its exponent and its scale are of 32 bits.
fn is_java_scale(fraction: usize, exponent: &str) -> bool {
    let exponent = if exponent.is_empty() { Ok(0) } else { exponent.parse::<i32>() };
    let fraction = i64::try_from(fraction).unwrap_or(i64::MAX);
    exponent.is_ok_and(|exponent| i32::try_from(fraction.saturating_sub(i64::from(exponent))).is_ok())
}

/// The same of a number as it is written.
pub fn is_java_number(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    is_java_scale(mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len()), exponent)
}
