//! From text to tokens.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: an attribute, a keyword, a function.
    Word,
    /// `#name`
    Name,
    /// `:value`
    Value,
    /// Digits.
    Number,
    /// A sign: one of `( ) [ ] . , = + -`, a comparison, or a character that has no meaning.
    Sign,
    /// The end.
    End,
}

/// A piece of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub start: usize,
}

impl Token<'_> {
    /// Whether the token is this sign.
    pub fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether the token is this keyword, in whatever case.
    pub fn is_word(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Where the token ends in the text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of `text`, the end included.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(first) = text[position..].chars().next() {
        if first.is_whitespace() {
            position += first.len_utf8();
            continue;
        }
        let (kind, length) = measure(&text[position..], first);
        found.push(Token { kind, text: &text[position..position + length], start: position });
        position += length;
    }
    found.push(Token { kind: Kind::End, text: "", start: text.len() });
    found
}

/// The kind and the length of the token at the beginning of `rest`.
fn measure(rest: &str, first: char) -> (Kind, usize) {
    let word = |from: usize| {
        let tail = rest[from..].find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        tail.map_or(rest.len(), |length| from + length)
    };
    match first {
        'a'..='z' | 'A'..='Z' | '_' => (Kind::Word, word(0)),
        '0'..='9' => (Kind::Number, rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len())),
        '#' if word(1) > 1 => (Kind::Name, word(1)),
        ':' if word(1) > 1 => (Kind::Value, word(1)),
        _ if ["<>", "<=", ">="].iter().any(|sign| rest.starts_with(sign)) => (Kind::Sign, 2),
        _ => (Kind::Sign, first.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Kind::{End, Name, Number, Sign, Value, Word},
        *,
    };

    #[test]
    fn an_expression_falls_into_words_placeholders_and_signs() {
        let found: Vec<_> = tokens("a.#b[12]<>:c AND é").into_iter().map(|token| (token.kind, token.text)).collect();
        let expected = [
            (Word, "a"),
            (Sign, "."),
            (Name, "#b"),
            (Sign, "["),
            (Number, "12"),
            (Sign, "]"),
            (Sign, "<>"),
            (Value, ":c"),
            (Word, "AND"),
            (Sign, "é"),
            (End, ""),
        ];
        assert_eq!(found, expected);
    }
}
