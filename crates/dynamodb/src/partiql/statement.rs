//! Statements: what they are, and how they are read.

use super::{
    lexer::{Kind, Token},
    not_well_formed,
    parser::Parser,
};
use crate::{
    expression::{Condition, Path, Segment, Update},
    value::{AttributeValue, Item},
};

/// A statement.
pub struct Statement {
    /// On what.
    pub source: Source,
    /// What is done.
    pub deed: Deed,
}

/// A table, or an index of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The table's name or ARN, as it is written.
    pub table: String,
    /// The index's name.
    pub index: Option<String>,
}

/// What a statement does.
pub enum Deed {
    /// `SELECT`
    Select(Select),
    /// `EXISTS(SELECT …)`: only a condition of a transaction.
    Exists(Option<Condition>),
    /// `INSERT`
    Insert(Item),
    /// `UPDATE … WHERE … RETURNING`
    Update(Update, Option<Condition>, Option<Returning>),
    /// `DELETE … WHERE … RETURNING ALL OLD *`
    Delete(Option<Condition>, Option<Returning>),
}

/// What a `SELECT` asks for.
pub struct Select {
    /// Nothing for `*`.
    pub columns: Vec<Column>,
    /// `WHERE`
    pub condition: Option<Condition>,
    /// `ORDER BY`
    pub order: Vec<Order>,
}

/// A column of the answer.
pub struct Column {
    /// Where its value stands.
    pub path: Path,
    /// What it is called: the path's last name with the indexes after it.
    pub name: String,
}

/// An attribute to order by.
pub struct Order {
    /// Its name.
    pub attribute: String,
    /// Whether the greatest come first.
    pub descending: bool,
}

/// `RETURNING ALL|MODIFIED OLD|NEW *`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Only what was changed.
    pub modified: bool,
    /// As it is now.
    pub new: bool,
}

impl Returning {
    /// The value of `ReturnValues` that asks for the same.
    pub fn as_return_values(self) -> &'static str {
        match (self.modified, self.new) {
            (false, false) => "ALL_OLD",
            (false, true) => "ALL_NEW",
            (true, false) => "UPDATED_OLD",
            (true, true) => "UPDATED_NEW",
        }
    }

    fn in_words(self) -> String {
        let part = if self.modified { "MODIFIED" } else { "ALL" };
        let side = if self.new { "NEW" } else { "OLD" };
        format!("RETURNING {part} {side} *")
    }
}

/// What a statement does, as permissions know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

impl Verb {
    /// The action that a policy has to allow.
    pub fn action(self) -> &'static str {
        match self {
            Self::Select => "dynamodb:PartiQLSelect",
            Self::Insert => "dynamodb:PartiQLInsert",
            Self::Update => "dynamodb:PartiQLUpdate",
            Self::Delete => "dynamodb:PartiQLDelete",
        }
    }
}

/// What `statement` does and on what, as far as that can be seen without reading all of it.
pub fn target(statement: &str) -> Option<(Verb, Source)> {
    let mut parser = Parser::new(statement, &[]).ok()?;
    let first = parser.advance();
    let verb = match first.text.to_ascii_uppercase().as_str() {
        "SELECT" | "EXISTS" => {
            while !parser.accept_word("FROM") {
                if parser.advance().kind == Kind::End {
                    return None;
                }
            }
            Verb::Select
        }
        "INSERT" if parser.accept_word("INTO") => Verb::Insert,
        "DELETE" if parser.accept_word("FROM") => Verb::Delete,
        "UPDATE" | "FROM" => Verb::Update,
        _ => return None,
    };
    Some((verb, parser.source().ok()?))
}

/// Reads a statement; the error is AWS's message.
pub fn read(statement: &str, parameters: &[AttributeValue]) -> Result<Statement, String> {
    let mut parser = Parser::new(statement, parameters)?;
    let read = parser.statement()?;
    parser.finish()?;
    Ok(read)
}

impl Parser<'_> {
    fn statement(&mut self) -> Result<Statement, String> {
        if self.accept_word("SELECT") {
            let (source, select) = self.select()?;
            return Ok(Statement { source, deed: Deed::Select(select) });
        }
        if self.token().is_word("EXISTS") && self.next_token().is("(") {
            return self.exists();
        }
        if self.accept_word("INSERT") {
            return self.insert();
        }
        if self.accept_word("UPDATE") {
            let source = self.written_table()?;
            self.alias();
            let update = self.changes()?;
            let condition = self.where_clause()?;
            let returning = self.returning()?;
            return Ok(Statement { source, deed: Deed::Update(update, condition, returning) });
        }
        if self.accept_word("DELETE") {
            return self.delete();
        }
        if self.accept_word("FROM") {
            let source = self.written_table()?;
            self.alias();
            let condition = self.where_clause()?;
            let update = self.changes()?;
            let returning = self.returning()?;
            return Ok(Statement { source, deed: Deed::Update(update, condition, returning) });
        }
        Err(self.no_statement())
    }

    /// Why something is not a statement. An expression by itself is one of PartiQL, but not here.
    fn no_statement(&mut self) -> String {
        if self.next_token().is_word("IS") && self.path().is_ok() {
            self.advance();
            self.accept_word("NOT");
            return match self.type_name() {
                Ok(_) => "Unsupported operation: IsType".to_owned(),
                Err(message) => message,
            };
        }
        not_well_formed("Expected data manipulation")
    }

    fn select(&mut self) -> Result<(Source, Select), String> {
        let columns = if self.accept("*") { Vec::new() } else { self.columns()? };
        if !self.accept_word("FROM") {
            return Err(not_well_formed("Missing FROM after SELECT list"));
        }
        let source = self.source()?;
        self.alias();
        let condition = self.where_clause()?;
        let order = self.order()?;
        if self.token().is_word("LIMIT") {
            let Token { text, place, .. } = self.advance();
            self.literal()?;
            self.note(format!("Unsupported clause: {} at {place}", text.to_ascii_uppercase()));
        }
        Ok((source, Select { columns, condition, order }))
    }

    fn columns(&mut self) -> Result<Vec<Column>, String> {
        let mut columns = Vec::new();
        loop {
            if self.next_token().is("(") && self.token().kind == Kind::Word {
                let place = self.token().place;
                self.skip_call()?;
                self.note(format!("Unexpected path component at {place}"));
            } else {
                let path = self.path()?;
                columns.push(Column { name: column_name(&path), path });
            }
            self.alias();
            if !self.accept(",") {
                return Ok(columns);
            }
        }
    }

    /// Passes a name and what stands in parentheses after it.
    fn skip_call(&mut self) -> Result<(), String> {
        self.advance();
        let mut open = 0;
        loop {
            let token = self.advance();
            if token.kind == Kind::End {
                return Err(not_well_formed("Unexpected term"));
            }
            open += i32::from(token.is("(")) - i32::from(token.is(")"));
            if open == 0 {
                return Ok(());
            }
        }
    }

    fn exists(&mut self) -> Result<Statement, String> {
        self.advance();
        self.expect("(")?;
        self.expect_word("SELECT")?;
        let (source, select) = self.select()?;
        self.expect(")")?;
        Ok(Statement { source, deed: Deed::Exists(select.condition) })
    }

    fn insert(&mut self) -> Result<Statement, String> {
        if !self.accept_word("INTO") {
            return Err(self.unexpected());
        }
        let source = self.table()?;
        if source.index.is_some() {
            self.note("FROM clause may only contain a single table name");
        }
        if !self.accept_word("VALUE") {
            return Err(not_well_formed("Unexpected token after expression"));
        }
        let item = self.item()?;
        Ok(Statement { source, deed: Deed::Insert(item) })
    }

    fn delete(&mut self) -> Result<Statement, String> {
        if !self.accept_word("FROM") {
            return Err(self.unexpected());
        }
        let source = self.written_table()?;
        self.alias();
        let condition = self.where_clause()?;
        let returning = self.returning()?;
        if let Some(returning) = returning.filter(|returning| returning.modified || returning.new) {
            let words = returning.in_words();
            self.note(format!(
                "Invalid returning clause: {words}. Only RETURNING ALL OLD * is allowed in DELETE statements."
            ));
        }
        Ok(Statement { source, deed: Deed::Delete(condition, returning) })
    }

    /// A table, or an index of one.
    fn source(&mut self) -> Result<Source, String> {
        let mut names = vec![self.name()?];
        while self.accept(".") {
            names.push(self.name()?);
        }
        if names.iter().any(String::is_empty) {
            self.note("Path component cannot be an empty string");
        }
        if names.len() > 2 {
            self.note("A path may contain at most 2 components in the FROM clause");
        }
        let mut names = names.into_iter();
        Ok(Source { table: names.next().unwrap_or_default(), index: names.next() })
    }

    /// A source where nothing but a path may stand.
    fn table(&mut self) -> Result<Source, String> {
        self.source().map_err(|_| not_well_formed("Expected identifier for simple path"))
    }

    /// The table that is written to.
    fn written_table(&mut self) -> Result<Source, String> {
        let source = self.table()?;
        if source.index.is_some() {
            self.note("This operation is not supported on an index");
        }
        Ok(source)
    }

    /// Another name for what has just been named, which DynamoDB does not have.
    fn alias(&mut self) {
        let named = self.accept_word("AS");
        if self.name().is_ok() || named {
            self.note("Aliasing is not supported");
        }
    }

    fn where_clause(&mut self) -> Result<Option<Condition>, String> {
        if self.accept_word("WHERE") { self.condition() } else { Ok(None) }
    }

    fn order(&mut self) -> Result<Vec<Order>, String> {
        let mut order = Vec::new();
        if !self.accept_word("ORDER") {
            return Ok(order);
        }
        self.expect_word("BY")?;
        loop {
            let attribute = column_name(&self.path()?);
            let descending = self.accept_word("DESC");
            if !descending {
                self.accept_word("ASC");
            }
            order.push(Order { attribute, descending });
            if !self.accept(",") {
                return Ok(order);
            }
        }
    }

    fn returning(&mut self) -> Result<Option<Returning>, String> {
        if !self.accept_word("RETURNING") {
            return Ok(None);
        }
        let modified = self.accept_word("MODIFIED");
        if !modified {
            self.expect_word("ALL")?;
        }
        let new = self.accept_word("NEW");
        if !new {
            self.expect_word("OLD")?;
        }
        self.expect("*")?;
        Ok(Some(Returning { modified, new }))
    }
}

/// `a.b[0]` is called `b[0]`.
fn column_name(path: &Path) -> String {
    let start = path.0.iter().rposition(|segment| matches!(segment, Segment::Name(_))).unwrap_or_default();
    path.0[start..].iter().fold(String::new(), |name, segment| match segment {
        Segment::Name(part) => name + part,
        Segment::Index(index) => format!("{name}[{index}]"),
    })
}
