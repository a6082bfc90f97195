//! Search expressions: `{AWS/Lambda,FunctionName} MetricName="Errors" orders`.

use super::store::MetricName;

/// What a search looks for.
#[derive(Debug, PartialEq)]
pub struct Search {
    /// The namespace and the names of exactly the dimensions that a metric must have.
    schema: Option<(String, Vec<String>)>,
    terms: Term,
}

#[derive(Debug, PartialEq)]
enum Term {
    /// Everything.
    All,
    /// A text in the property of this name, or in any.
    Property(Option<String>, String, Exactness),
    Not(Box<Term>),
    And(Vec<Term>),
    Or(Vec<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exactness {
    Whole,
    Part,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(char),
}

impl Search {
    /// Reads a search; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (schema, rest) = match text.strip_prefix('{') {
            None => (None, text),
            Some(inside) => {
                let (schema, rest) = inside.split_once('}').ok_or("a schema is not closed")?;
                let mut names = schema.split(',').map(|name| name.trim().trim_matches('"').to_owned());
                (names.next().map(|namespace| (namespace, names.collect())), rest)
            }
        };
        let mut parser = Parser { tokens: tokens(rest)?, at: 0 };
        let terms = if parser.tokens.is_empty() { Term::All } else { parser.or()? };
        if parser.at < parser.tokens.len() {
            return Err("a parenthesis is closed that was not opened".to_owned());
        }
        Ok(Self { schema, terms })
    }

    /// Whether a metric is one that the search looks for.
    pub fn finds(&self, metric: &MetricName) -> bool {
        let fits = self.schema.as_ref().is_none_or(|(namespace, names)| {
            *namespace == metric.namespace
                && names.len() == metric.dimensions.len()
                && names.iter().all(|name| metric.dimension(name).is_some())
        });
        fits && self.terms.finds(metric)
    }
}

impl Term {
    fn finds(&self, metric: &MetricName) -> bool {
        match self {
            Self::All => true,
            Self::Not(inner) => !inner.finds(metric),
            Self::And(terms) => terms.iter().all(|term| term.finds(metric)),
            Self::Or(terms) => terms.iter().any(|term| term.finds(metric)),
            Self::Property(Some(name), text, exactness) => {
                let value = match name.to_ascii_lowercase().as_str() {
                    "metricname" => Some(metric.name.as_str()),
                    "namespace" => Some(metric.namespace.as_str()),
                    _ => metric.dimension(name),
                };
                value.is_some_and(|value| matches(value, text, *exactness))
            }
            Self::Property(None, text, exactness) => {
                let dimensions = metric.dimensions.iter().flat_map(|(name, value)| [name, value]);
                let mut all = [&metric.namespace, &metric.name].into_iter().chain(dimensions);
                all.any(|value| matches(value, text, *exactness))
            }
        }
    }
}

fn matches(value: &str, text: &str, exactness: Exactness) -> bool {
    match exactness {
        Exactness::Whole => value == text,
        Exactness::Part => value.to_lowercase().contains(&text.to_lowercase()),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                let end = rest[1..].find('"').ok_or("a quotation does not end")?;
                tokens.push(Token::Quoted(rest[1..=end].to_owned()));
                end + 2
            }
            '(' | ')' | '=' => {
                tokens.push(Token::Sign(first));
                1
            }
            _ => {
                let is_end = |letter: char| letter.is_whitespace() || "()=\"".contains(letter);
                let length = rest.find(is_end).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..length].to_owned()));
                length
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(found)) if found == word)
    }

    fn take(&mut self, sign: char) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    fn or(&mut self) -> Result<Term, String> {
        let mut terms = vec![self.and()?];
        while self.is_word("OR") {
            self.at += 1;
            terms.push(self.and()?);
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Term::Or(terms) })
    }

    fn and(&mut self) -> Result<Term, String> {
        let mut terms = vec![self.single()?];
        while self.at < self.tokens.len() && !self.is_word("OR") && self.tokens[self.at] != Token::Sign(')') {
            self.at += usize::from(self.is_word("AND"));
            terms.push(self.single()?);
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Term::And(terms) })
    }

    fn single(&mut self) -> Result<Term, String> {
        if self.is_word("NOT") {
            self.at += 1;
            return Ok(Term::Not(Box::new(self.single()?)));
        }
        if self.take('(') {
            let inside = self.or()?;
            return if self.take(')') { Ok(inside) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        let token = self.tokens.get(self.at).cloned().ok_or("the search ends too early")?;
        self.at += 1;
        match token {
            Token::Word(name) | Token::Quoted(name) if self.take('=') => {
                let value = self.single()?;
                Ok(of_property(&name, value))
            }
            Token::Word(word) => Ok(Term::Property(None, word, Exactness::Part)),
            Token::Quoted(text) => Ok(Term::Property(None, text, Exactness::Whole)),
            Token::Sign(sign) => Err(format!("unexpected {sign}")),
        }
    }
}

/// `Name=(a OR "b")`: what is looked for in any property is looked for in this one.
fn of_property(name: &str, term: Term) -> Term {
    let all = |terms: Vec<Term>| terms.into_iter().map(|term| of_property(name, term)).collect();
    match term {
        Term::Property(None, text, exactness) => Term::Property(Some(name.to_owned()), text, exactness),
        Term::Not(inner) => Term::Not(Box::new(of_property(name, *inner))),
        Term::And(terms) => Term::And(all(terms)),
        Term::Or(terms) => Term::Or(all(terms)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_found_by_schema_property_and_part() {
        let pairs = vec![("FunctionName".to_owned(), "orders-api".to_owned())];
        let metric = MetricName::new("AWS/Lambda", "Errors", pairs);
        for (search, found) in [
            ("{AWS/Lambda,FunctionName} MetricName=\"Errors\"", true),
            ("{AWS/Lambda,FunctionName,Resource} MetricName=\"Errors\"", false),
            ("{AWS/Lambda}", false),
            ("Namespace=\"AWS/Lambda\" orders", true),
            ("MetricName=(Throttles OR \"Errors\") NOT users", true),
            ("MetricName=\"Error\"", false),
            ("MetricName=Error", true),
            ("FunctionName=(orders AND -x)", false),
        ] {
            assert_eq!(Search::parse(search).unwrap().finds(&metric), found, "{search}");
        }
        assert!(Search::parse("{AWS/Lambda").is_err() && Search::parse("(a").is_err());
    }
}
