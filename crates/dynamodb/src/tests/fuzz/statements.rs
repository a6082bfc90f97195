//! Texts for the parser of statements.

use super::{Chance, seeds};
use crate::{
    partiql::{Deed, plan, read, target},
    state::{KeyAttribute, KeyKind, KeySchema},
    value::AttributeValue,
};

const TEXTS: u64 = 20_000;

const BEGINNINGS: [&str; 10] = [
    "",
    "SELECT * FROM songs WHERE ",
    "SELECT a, b.c[0] FROM \"FROM\".i WHERE pk = 'x' AND ",
    "SELECT ",
    "EXISTS(SELECT * FROM songs WHERE ",
    "INSERT INTO songs VALUE {'a': ",
    "UPDATE songs SET a = ",
    "UPDATE songs REMOVE a WHERE pk = 1 ",
    "FROM songs WHERE pk = 'x' ",
    "DELETE FROM songs WHERE ",
];

const PIECES: [&str; 62] = [
    "pk",
    "sk",
    "a",
    "b",
    "\"q\"",
    "'x'",
    "'y'",
    "1",
    "-2",
    ".5e1",
    "1e999",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    ",",
    ".",
    ":",
    ";",
    "=",
    "<>",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "IS",
    "MISSING",
    "NULL",
    "TRUE",
    "STRING",
    "SET",
    "REMOVE",
    "WHERE",
    "FROM",
    "RETURNING ALL OLD *",
    "ORDER BY sk DESC",
    "attribute_exists(",
    "size(",
    "contains(a,",
    "set_add(a,",
    "list_append(a,",
    "--",
    "/*",
    "*/",
    "'",
    "\"",
    "é",
    "🦀",
];

/// Pieces in a row, hardly ever a statement.
fn some_text(chance: &mut Chance) -> String {
    let mut text = chance.pick(&BEGINNINGS).to_owned();
    for _ in 0..chance.below(14) {
        text += chance.pick(&PIECES);
        text += if chance.once_in(8) { "" } else { " " };
    }
    text
}

/// Conditions that are put together in every way.
fn some_select(chance: &mut Chance) -> String {
    const CONDITIONS: [&str; 9] = [
        "pk = 'x'",
        "'y' = pk",
        "pk IN ['x', 'y']",
        "sk = 'x'",
        "sk < 'y'",
        "sk IN ['x', 'z']",
        "NOT sk = 'x'",
        "a <> ?",
        "attribute_exists(a) = true",
    ];
    let mut text = "SELECT * FROM songs WHERE ".to_owned();
    let mut open = 0;
    for position in 0..=chance.below(8) {
        if position > 0 {
            text += chance.pick(&[" AND ", " OR "]);
        }
        while chance.once_in(3) {
            text += "(";
            open += 1;
        }
        text += chance.pick(&CONDITIONS);
        while open > 0 && chance.once_in(2) {
            text += ")";
            open -= 1;
        }
    }
    text + &")".repeat(open)
}

#[test]
fn no_text_breaks_the_parser_of_statements() {
    let key = |name: &str| vec![KeyAttribute { name: name.to_owned(), kind: KeyKind::S }];
    let keys = KeySchema { hash: key("pk"), range: key("sk") };
    let parameters = [AttributeValue::Null];
    let mut understood = 0;
    for seed in seeds(TEXTS) {
        let mut chance = Chance::new(seed);
        let text = if chance.once_in(2) { some_text(&mut chance) } else { some_select(&mut chance) };
        let parameters = &parameters[..text.matches('?').count().min(1)];
        let Ok(statement) = read(&text, parameters) else { continue };
        understood += 1;
        // Permissions look at the target only: it must be what the statement is about.
        assert_eq!(target(&text).map(|(_, source)| source), Some(statement.source), "{text}");
        if let Deed::Select(select) = &statement.deed {
            let _ = plan(select, &keys, None);
        }
    }
    assert!(understood > 1000, "only {understood} statements were any");
}

#[test]
fn no_nesting_breaks_the_parser_of_statements() {
    for piece in ["(", "NOT ", "NOT (", "[", "<<", "{'a':", "size(", "a IN [", "- ", "<<[", "a.", "a[0]"] {
        for beginning in BEGINNINGS {
            assert!(read(&format!("{beginning}{}", piece.repeat(8192 / piece.len())), &[]).is_err(), "{piece}");
        }
    }
}
