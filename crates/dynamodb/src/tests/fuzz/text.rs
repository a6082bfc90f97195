//! Texts for the parsers of expressions and numbers.

use super::{Chance, seeds};
use crate::{
    expression::{Placeholders, parse_condition, parse_projection, parse_update},
    value::{Decimal, NumberError},
};

const TEXTS: u64 = 20_000;

const PIECES: [&str; 44] = [
    "a",
    "b",
    "#n",
    "#",
    ":v",
    ":",
    "size",
    "attribute_exists",
    "begins_with",
    "if_not_exists",
    "list_append",
    "(",
    ")",
    "[",
    "]",
    "0",
    "99999999999999999999",
    ".",
    ",",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    "+",
    "-",
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "contains",
    "status",
    " ",
    "  ",
    "\t",
    "\"",
    "é",
    "🦀",
    "\u{0}",
];

#[test]
fn no_text_breaks_the_parsers_of_expressions() {
    let nothing = || Placeholders::new(serde_json::Map::new(), crate::value::Item::new());
    for seed in seeds(TEXTS) {
        let mut chance = Chance::new(seed);
        let length = chance.below(40);
        let spaced = chance.once_in(2);
        let pieces: Vec<&str> = (0..length).map(|_| chance.pick(&PIECES)).collect();
        let text = pieces.join(if spaced { " " } else { "" });
        // Every outcome is good: that there is one is what counts.
        let _ = parse_condition(&text, &nothing());
        let _ = parse_update(&text, &nothing());
        let _ = parse_projection(&text, &nothing());
        let bytes: Vec<u8> = (0..length).map(|_| chance.below(256) as u8).collect();
        let _ = parse_condition(&String::from_utf8_lossy(&bytes), &nothing());
    }
}

#[test]
fn numbers_come_back_as_they_were_and_sort_as_they_should() {
    for seed in seeds(TEXTS) {
        let mut chance = Chance::new(seed);
        let mut previous: Option<Decimal> = None;
        for _ in 0..4 {
            let text = number_text(&mut chance);
            let Ok(number) = Decimal::parse(&text) else { continue };
            let written = number.to_string();
            assert_eq!(Decimal::parse(&written).as_ref(), Ok(&number), "{text}");
            if let Some(previous) = previous.replace(number) {
                check_pair(&previous, &number);
            }
        }
    }
}

/// The encoding sorts as the numbers do, and sums can be taken back.
fn check_pair(left: &Decimal, right: &Decimal) {
    let encoded = |number: &Decimal| {
        let mut bytes = Vec::new();
        number.encode(&mut bytes);
        bytes
    };
    assert_eq!(left.cmp(right), encoded(left).cmp(&encoded(right)), "{left} and {right}");
    let float = |number: &Decimal| number.to_string().parse::<f64>().unwrap();
    assert!(float(left) <= float(right) || left > right, "{left} and {right}");
    match left.add(*right) {
        Ok(sum) => assert_eq!(sum.subtract(*right).as_ref(), Ok(left), "{left} + {right}"),
        Err(error) => assert!(!matches!(error, NumberError::NotNumeric(_)), "{left} + {right}"),
    }
}

fn number_text(chance: &mut Chance) -> String {
    if chance.once_in(5) {
        let pieces = ["1", "0", "-", "+", ".", "e", "E", "9", "x", " ", "_", "٣", "Infinity"];
        return (0..chance.below(12)).map(|_| chance.pick(&pieces)).collect();
    }
    let digits = |chance: &mut Chance, most: usize| -> String {
        (0..=chance.below(most)).map(|_| char::from(b'0' + chance.below(10) as u8)).collect()
    };
    let mut text = chance.pick(&["", "-", "+"]).to_owned() + &digits(chance, 22);
    if chance.once_in(2) {
        text.push('.');
        text += &digits(chance, 18);
    }
    if chance.once_in(2) {
        text.push('e');
        text += &chance.around_zero(140).to_string();
    }
    text
}
