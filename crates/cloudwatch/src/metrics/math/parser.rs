//! Reads expressions.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    Text(String),
    /// The id of another query, or a word of a function.
    Name(String),
    List(Vec<Expression>),
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
            Self::Power => 6,
        }
    }

    fn named(token: &Token) -> Option<Self> {
        let text = match token {
            Token::Sign(text) => *text,
            Token::Word(word) if word.eq_ignore_ascii_case("and") => "&&",
            Token::Word(word) if word.eq_ignore_ascii_case("or") => "||",
            _ => return None,
        };
        Some(match text {
            "||" => Self::Or,
            "&&" => Self::And,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "^" => Self::Power,
            _ => return None,
        })
    }
}

/// How deep expressions may stand in each other.
const MOST_DEPTH: usize = 64;

/// Reads an expression; the error is a sentence.
pub fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.binary(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(token) => Err(format!("unexpected {token:?}")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
}

/// Longer signs first.
const SIGNS: [&str; 18] =
    ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ","];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' || first == '"' {
            let inside = rest[1..].find(first).ok_or("a text does not end")?;
            tokens.push(Token::Text(rest[1..=inside].to_owned()));
            inside + 2
        } else if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            tokens.push(Token::Number(rest[..length].parse().map_err(|_| "a number cannot be read")?));
            length
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length =
                rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..length].to_owned()));
            length
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("unexpected {first}"))?;
            tokens.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = bytes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    if bytes.get(at).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let digits = bytes[at + 1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            at += 1 + sign + digits;
        }
    }
    at
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn next(&mut self) -> Result<Token, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("the expression ends too early")?;
        self.at += 1;
        Ok(token)
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    fn binary(&mut self, least: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err("the expression is nested too deeply".to_owned());
        }
        let mut left = self.unary()?;
        while let Some(operator) = self.tokens.get(self.at).and_then(Operator::named) {
            let precedence = operator.precedence();
            if precedence <= least {
                break;
            }
            self.at += 1;
            let right = self.binary(precedence)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, String> {
        match self.next()? {
            // A power binds more closely than the sign before it.
            Token::Sign("-") => Ok(Expression::Negative(Box::new(self.binary(Operator::Multiply.precedence())?))),
            Token::Sign("+") => self.unary(),
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text)),
            Token::Sign("(") => {
                let inside = self.binary(0)?;
                if self.take(")") { Ok(inside) } else { Err("a parenthesis is not closed".to_owned()) }
            }
            Token::Sign("[") => self.list("]").map(Expression::List),
            Token::Word(word) if self.take("(") => {
                self.list(")").map(|arguments| Expression::Call(word.to_ascii_uppercase(), arguments))
            }
            Token::Word(word) => Ok(Expression::Name(word)),
            Token::Sign(sign) => Err(format!("unexpected {sign}")),
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        if self.take(end) {
            return Ok(items);
        }
        loop {
            items.push(self.binary(0)?);
            if self.take(end) {
                return Ok(items);
            }
            if !self.take(",") {
                return Err(format!("a comma or {end} is missing"));
            }
        }
    }
}
