//! What a table should do, as simply as it can be said: a map, and conditions and updates on JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Chance;

pub type Item = Map<String, Value>;

/// Partition and sort key.
pub type Key = (String, i64);

/// A table: its items in the order of their keys.
pub type Model = BTreeMap<Key, Item>;

pub fn key_json((pk, sk): &Key) -> Value {
    json!({"pk": {"S": pk}, "sk": {"N": sk.to_string()}})
}

pub fn key_of(item: &Item) -> Key {
    (item["pk"]["S"].as_str().unwrap().to_owned(), number(&item["sk"]).unwrap())
}

/// The value of an attribute that is a whole number.
pub fn number(value: &Value) -> Option<i64> {
    value["N"].as_str()?.parse().ok()
}

/// A value as the service writes it back: numbers in short form, sets in order.
pub fn random_value(chance: &mut Chance, depth: usize) -> Value {
    let texts = ["", "a", "b", "Ünïcode 🦀", "a\u{0}b", "\"quoted\"\n"];
    let numbers = ["0", "1", "-7", "0.5", "-12345678901234567890.123", "99999999999999999999999999999999999999"];
    match chance.below(if depth == 0 { 8 } else { 10 }) {
        0 | 1 => json!({"S": chance.pick(&texts)}),
        2 => json!({"N": chance.pick(&numbers)}),
        3 => json!({"B": chance.pick(&["", "AA==", "/w==", "AQID"])}),
        4 => json!({"BOOL": chance.once_in(2)}),
        5 => json!({"NULL": true}),
        6 => json!({"SS": random_set(chance)}),
        7 => json!({"NS": numbers_of(chance)}),
        8 => json!({"L": (0..chance.below(3)).map(|_| random_value(chance, depth - 1)).collect::<Vec<_>>()}),
        _ => {
            let names = ["x", "y", "#", "a.b"];
            let members =
                (0..chance.below(3)).map(|_| (chance.pick(&names).to_owned(), random_value(chance, depth - 1)));
            json!({"M": members.collect::<Map<_, _>>()})
        }
    }
}

fn numbers_of(chance: &mut Chance) -> &'static [&'static str] {
    const NUMBERS: [&str; 3] = ["-1", "0", "2.5"];
    &NUMBERS[..=chance.below(NUMBERS.len())]
}

fn random_set(chance: &mut Chance) -> BTreeSet<String> {
    (0..=chance.below(3)).map(|_| chance.pick(&["red", "green", "blue", "grey"]).to_owned()).collect()
}

/// Attributes besides the key: a number (the key of the local index), a text (of the global one), and
/// others.
pub fn random_item(chance: &mut Chance, key: &Key) -> Item {
    let mut item = key_json(key).as_object().unwrap().clone();
    if !chance.once_in(3) {
        item.insert("n".into(), json!({"N": chance.around_zero(20).to_string()}));
    }
    if !chance.once_in(3) {
        item.insert("group".into(), json!({"S": chance.pick(&["one", "two", "three"])}));
    }
    if chance.once_in(2) {
        item.insert("any".into(), random_value(chance, 3));
    }
    if chance.once_in(3) {
        item.insert("tags".into(), json!({"SS": random_set(chance)}));
    }
    item
}

/// Names and values that stand for themselves in an expression.
#[derive(Default)]
pub struct Placeholders {
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl Placeholders {
    fn name(&mut self, name: &str) -> String {
        self.names.insert(format!("#{name}"), json!(name));
        format!("#{name}")
    }

    fn value(&mut self, value: Value) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub fn add_to(self, input: &mut Value) {
        if !self.names.is_empty() {
            input["ExpressionAttributeNames"] = Value::Object(self.names);
        }
        if !self.values.is_empty() {
            input["ExpressionAttributeValues"] = Value::Object(self.values);
        }
    }
}

const ATTRIBUTES: [&str; 5] = ["n", "group", "any", "tags", "log"];

/// A condition.
#[derive(Clone, Debug)]
pub enum Test {
    Exists(&'static str),
    NotExists(&'static str),
    Number(&'static str, i64),
    Between(i64, i64),
    Group(Vec<&'static str>),
    Tagged(&'static str),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

impl Test {
    pub fn random(chance: &mut Chance, depth: usize) -> Self {
        let inner = |chance: &mut Chance| Box::new(Self::random(chance, depth - 1));
        match chance.below(if depth == 0 { 6 } else { 9 }) {
            0 => Self::Exists(chance.pick(&ATTRIBUTES)),
            1 => Self::NotExists(chance.pick(&ATTRIBUTES)),
            2 => Self::Number(chance.pick(&["=", "<>", "<", "<=", ">", ">="]), chance.around_zero(20)),
            3 => {
                let low = chance.around_zero(20);
                Self::Between(low, low + chance.below(20).cast_signed() as i64)
            }
            4 => Self::Group((0..=chance.below(2)).map(|_| chance.pick(&["one", "two", "none"])).collect()),
            5 => Self::Tagged(chance.pick(&["red", "green", "pink"])),
            6 => Self::Not(inner(chance)),
            7 => Self::And(inner(chance), inner(chance)),
            _ => Self::Or(inner(chance), inner(chance)),
        }
    }

    pub fn holds(&self, item: &Item) -> bool {
        let n = item.get("n").and_then(number);
        match self {
            Self::Exists(name) => item.contains_key(*name),
            Self::NotExists(name) => !item.contains_key(*name),
            // What is not there differs from everything.
            Self::Number("<>", value) => n != Some(*value),
            Self::Number(sign, value) => n.is_some_and(|n| match *sign {
                "=" => n == *value,
                "<" => n < *value,
                "<=" => n <= *value,
                ">" => n > *value,
                _ => n >= *value,
            }),
            Self::Between(low, high) => n.is_some_and(|n| (*low..=*high).contains(&n)),
            Self::Group(groups) => groups.iter().any(|group| item.get("group") == Some(&json!({"S": group}))),
            Self::Tagged(tag) => {
                item.get("tags").is_some_and(|tags| tags["SS"].as_array().unwrap().contains(&json!(tag)))
            }
            Self::Not(test) => !test.holds(item),
            Self::And(left, right) => left.holds(item) && right.holds(item),
            Self::Or(left, right) => left.holds(item) || right.holds(item),
        }
    }

    pub fn write(&self, placeholders: &mut Placeholders) -> String {
        match self {
            Self::Exists(name) => format!("attribute_exists({})", placeholders.name(name)),
            Self::NotExists(name) => format!("attribute_not_exists({})", placeholders.name(name)),
            Self::Number(sign, value) => {
                format!("{} {sign} {}", placeholders.name("n"), placeholders.value(json!({"N": value.to_string()})))
            }
            Self::Between(low, high) => {
                let [low, high] = [low, high].map(|bound| placeholders.value(json!({"N": bound.to_string()})));
                format!("{} BETWEEN {low} AND {high}", placeholders.name("n"))
            }
            Self::Group(groups) => {
                let groups: Vec<_> = groups.iter().map(|group| placeholders.value(json!({"S": group}))).collect();
                format!("{} IN ({})", placeholders.name("group"), groups.join(", "))
            }
            Self::Tagged(tag) => {
                format!("contains({}, {})", placeholders.name("tags"), placeholders.value(json!({"S": tag})))
            }
            Self::Not(test) => format!("NOT {}", test.write_inside(placeholders)),
            Self::And(left, right) => {
                format!("{} AND {}", left.write_inside(placeholders), right.write_inside(placeholders))
            }
            Self::Or(left, right) => {
                format!("{} OR {}", left.write_inside(placeholders), right.write_inside(placeholders))
            }
        }
    }

    fn write_inside(&self, placeholders: &mut Placeholders) -> String {
        format!("({})", self.write(placeholders))
    }
}

/// A part of an update.
#[derive(Clone, Debug)]
pub enum Change {
    Set(&'static str, Value),
    Plus(i64),
    Add(i64),
    Remove(&'static str),
    Append(Value),
    Join(BTreeSet<String>),
    Leave(BTreeSet<String>),
}

impl Change {
    /// Changes of different attributes.
    pub fn random(chance: &mut Chance) -> Vec<Self> {
        let mut changes = Vec::new();
        for name in ATTRIBUTES {
            if chance.once_in(2) {
                continue;
            }
            changes.push(match (name, chance.below(4)) {
                (_, 0) => Self::Remove(name),
                ("n", 1) => Self::Plus(chance.around_zero(9)),
                ("n", 2) => Self::Add(chance.around_zero(9)),
                ("n", _) => Self::Set(name, json!({"N": chance.around_zero(20).to_string()})),
                ("group", _) => Self::Set(name, json!({"S": chance.pick(&["one", "two", "three"])})),
                ("tags", 1) => Self::Leave(random_set(chance)),
                ("tags", _) => Self::Join(random_set(chance)),
                ("log", _) => Self::Append(random_value(chance, 1)),
                _ => Self::Set(name, random_value(chance, 2)),
            });
        }
        changes
    }

    fn apply(&self, item: &mut Item) {
        let tags = |item: &Item| -> BTreeSet<String> {
            item.get("tags").map(|tags| serde_json::from_value(tags["SS"].clone()).unwrap()).unwrap_or_default()
        };
        match self {
            Self::Set(name, value) => drop(item.insert((*name).to_owned(), value.clone())),
            Self::Plus(more) | Self::Add(more) => {
                let sum = item.get("n").and_then(number).unwrap_or_default() + more;
                item.insert("n".into(), json!({"N": sum.to_string()}));
            }
            Self::Remove(name) => drop(item.remove(*name)),
            Self::Append(value) => {
                let log = item.entry("log").or_insert_with(|| json!({"L": []}));
                log["L"].as_array_mut().unwrap().push(value.clone());
            }
            Self::Join(more) => {
                let tags: BTreeSet<_> = tags(item).union(more).cloned().collect();
                item.insert("tags".into(), json!({"SS": tags}));
            }
            Self::Leave(fewer) => {
                let tags: BTreeSet<_> = tags(item).difference(fewer).cloned().collect();
                if tags.is_empty() {
                    item.remove("tags");
                } else {
                    item.insert("tags".into(), json!({"SS": tags}));
                }
            }
        }
    }

    /// The section of an update expression, and what stands there.
    fn write(&self, placeholders: &mut Placeholders) -> (&'static str, String) {
        match self {
            Self::Set(name, value) => {
                ("SET", format!("{} = {}", placeholders.name(name), placeholders.value(value.clone())))
            }
            Self::Plus(more) => {
                let (name, zero) = (placeholders.name("n"), placeholders.value(json!({"N": "0"})));
                let more = placeholders.value(json!({"N": more.to_string()}));
                ("SET", format!("{name} = if_not_exists({name}, {zero}) + {more}"))
            }
            Self::Add(more) => {
                let more = placeholders.value(json!({"N": more.to_string()}));
                ("ADD", format!("{} {more}", placeholders.name("n")))
            }
            Self::Remove(name) => ("REMOVE", placeholders.name(name)),
            Self::Append(value) => {
                let (name, none) = (placeholders.name("log"), placeholders.value(json!({"L": []})));
                let one = placeholders.value(json!({"L": [value]}));
                ("SET", format!("{name} = list_append(if_not_exists({name}, {none}), {one})"))
            }
            Self::Join(tags) => {
                ("ADD", format!("{} {}", placeholders.name("tags"), placeholders.value(json!({"SS": tags}))))
            }
            Self::Leave(tags) => {
                ("DELETE", format!("{} {}", placeholders.name("tags"), placeholders.value(json!({"SS": tags}))))
            }
        }
    }
}

/// What is done with an item.
#[derive(Clone, Debug)]
pub enum Action {
    Put(Item),
    Update(Vec<Change>),
    Delete,
    Check,
}

/// A write, and what must hold before.
#[derive(Clone, Debug)]
pub struct Write {
    pub key: Key,
    pub action: Action,
    pub condition: Option<Test>,
}

impl Write {
    pub fn random(chance: &mut Chance, key: Key) -> Self {
        let action = match chance.below(5) {
            0 | 1 => Action::Put(random_item(chance, &key)),
            2 | 3 => Action::Update(Change::random(chance)),
            _ => Action::Delete,
        };
        Self { key, action, condition: chance.once_in(3).then(|| Test::random(chance, 2)) }
    }

    pub fn name(&self) -> &'static str {
        match self.action {
            Action::Put(_) => "Put",
            Action::Update(_) => "Update",
            Action::Delete => "Delete",
            Action::Check => "ConditionCheck",
        }
    }

    /// The input of the operation, or of the action of a transaction.
    pub fn input(&self) -> Value {
        let mut placeholders = Placeholders::default();
        let mut input = json!({"TableName": "fuzzed"});
        match &self.action {
            Action::Put(item) => input["Item"] = Value::Object(item.clone()),
            _ => input["Key"] = key_json(&self.key),
        }
        if let Action::Update(changes) = &self.action {
            let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for change in changes {
                let (section, text) = change.write(&mut placeholders);
                sections.entry(section).or_default().push(text);
            }
            let sections: Vec<_> =
                sections.iter().map(|(name, parts)| format!("{name} {}", parts.join(", "))).collect();
            if !sections.is_empty() {
                input["UpdateExpression"] = json!(sections.join(" "));
            }
        }
        if let Some(condition) = &self.condition {
            input["ConditionExpression"] = json!(condition.write(&mut placeholders));
        }
        placeholders.add_to(&mut input);
        input
    }

    /// Whether the write takes place.
    pub fn is_met(&self, model: &Model) -> bool {
        let nothing = Item::new();
        let old = model.get(&self.key).unwrap_or(&nothing);
        self.condition.as_ref().is_none_or(|condition| condition.holds(old))
    }

    pub fn apply(&self, model: &mut Model) {
        match &self.action {
            Action::Put(item) => drop(model.insert(self.key.clone(), item.clone())),
            Action::Delete => drop(model.remove(&self.key)),
            Action::Check => {}
            Action::Update(changes) => {
                let new = || key_json(&self.key).as_object().unwrap().clone();
                let item = model.entry(self.key.clone()).or_insert_with(new);
                for change in changes {
                    change.apply(item);
                }
            }
        }
    }
}
