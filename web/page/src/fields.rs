//! An item as fields that a person fills in: a name, a value, a type.

use crate::attribute::Kind;
use serde_json::{Map, Value};

/// One attribute, or one member of a map, a list or a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Members of lists and sets have none.
    pub name: String,
    pub kind: Kind,
    /// What a value without parts holds. It stays when the type changes, so that nothing typed is lost.
    pub text: String,
    /// The parts of a map, a list or a set.
    pub parts: Vec<Field>,
}

/// Why a field cannot be saved as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    NoName,
    SameName,
    NotANumber,
    NotBase64,
}

impl Field {
    /// An empty field.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, ..Self::default() }
    }

    /// The field of an attribute.
    pub fn of(name: &str, value: &Value) -> Self {
        let mut field = Self::new(name, Kind::S);
        let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else { return field };
        field.kind = Kind::of(kind).unwrap_or_default();
        match inner {
            Value::String(text) => field.text.clone_from(text),
            Value::Bool(truth) => field.text = truth.to_string(),
            Value::Object(members) => field.parts = fields_of(members),
            Value::Array(members) => {
                field.parts = match field.kind.member() {
                    Some(member) => members.iter().filter_map(Value::as_str).map(|text| part(member, text)).collect(),
                    None => members.iter().map(|value| Self::of("", value)).collect(),
                };
            }
            _ => {}
        }
        field
    }

    /// The attribute of the field.
    pub fn value(&self) -> Value {
        let inner: Value = match self.kind {
            Kind::M => members(&self.parts).into(),
            Kind::L => self.parts.iter().map(Self::value).collect(),
            Kind::N | Kind::S | Kind::B | Kind::Bool | Kind::Null => return self.kind.value(&self.text),
            Kind::Ss | Kind::Bs => self.parts.iter().map(|part| Value::from(part.text.as_str())).collect(),
            Kind::Ns => self.parts.iter().map(|part| Value::from(part.text.trim())).collect(),
        };
        let mut value = Map::new();
        value.insert(self.kind.name().to_owned(), inner);
        value.into()
    }

    /// Gives it another type; members of a set take the type of the set.
    pub fn turn(&mut self, kind: Kind) {
        self.kind = kind;
        if let Some(member) = kind.member() {
            for part in &mut self.parts {
                part.kind = member;
            }
        }
    }

    /// Whether it has parts.
    pub fn is_nested(&self) -> bool {
        matches!(self.kind, Kind::M | Kind::L) || self.kind.member().is_some()
    }

    /// Whether its parts have names.
    pub fn names_parts(&self) -> bool {
        self.kind == Kind::M
    }

    /// An empty part, of the type that its neighbours have.
    pub fn new_part(&self) -> Self {
        let neighbour = self.parts.last().map_or(Kind::S, |part| part.kind);
        Self::new("", self.kind.member().unwrap_or(neighbour))
    }
}

fn part(kind: Kind, text: &str) -> Field {
    Field { text: text.to_owned(), ..Field::new("", kind) }
}

/// The fields of an item.
pub fn fields_of(item: &Map<String, Value>) -> Vec<Field> {
    item.iter().map(|(name, value)| Field::of(name, value)).collect()
}

/// The item of the fields.
pub fn members(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|field| (field.name.clone(), field.value())).collect()
}

/// The field at a path of places.
pub fn at_mut<'a>(fields: &'a mut [Field], path: &[usize]) -> Option<&'a mut Field> {
    let (first, rest) = path.split_first()?;
    let field = fields.get_mut(*first)?;
    if rest.is_empty() { Some(field) } else { at_mut(&mut field.parts, rest) }
}

/// The list that the field at a path stands in.
pub fn list_mut<'a>(fields: &'a mut Vec<Field>, path: &[usize]) -> Option<&'a mut Vec<Field>> {
    match path {
        [] => None,
        [_] => Some(fields),
        [parent @ .., _] => at_mut(fields, parent).map(|field| &mut field.parts),
    }
}

/// What is wrong with a field among its neighbours.
pub fn fault(fields: &[Field], place: usize, has_names: bool) -> Option<Fault> {
    let field = &fields[place];
    if has_names && field.name.is_empty() {
        return Some(Fault::NoName);
    }
    if has_names && fields[..place].iter().any(|other| other.name == field.name) {
        return Some(Fault::SameName);
    }
    match field.kind {
        Kind::N if !Kind::N.takes(&field.text) => Some(Fault::NotANumber),
        Kind::B if !Kind::B.takes(&field.text) => Some(Fault::NotBase64),
        _ => None,
    }
}

/// Whether a field among them, or in them, has a fault.
pub fn has_fault(fields: &[Field], has_names: bool) -> bool {
    (0..fields.len()).any(|place| {
        let field = &fields[place];
        fault(fields, place, has_names).is_some() || (field.is_nested() && has_fault(&field.parts, field.names_parts()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_type_goes_both_ways() {
        let item = json!({
            "s": {"S": "two\nlines"}, "n": {"N": "12345678901234567890.5"}, "b": {"B": "AA=="}, "t": {"BOOL": true},
            "z": {"NULL": true}, "m": {"M": {"l": {"L": [{"S": "a"}, {"M": {}}]}}},
            "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1"]}, "bs": {"BS": ["AA=="]},
        });
        let fields = fields_of(item.as_object().expect("an item"));
        assert_eq!(Value::from(members(&fields)), item);
        assert!(!has_fault(&fields, true));
    }

    #[test]
    fn a_change_of_type_keeps_what_was_typed() {
        let mut field = Field::of("n", &json!({"S": "7"}));
        field.turn(Kind::Bool);
        field.turn(Kind::N);
        assert_eq!(field.value(), json!({"N": "7"}));
        let mut list = Field::of("l", &json!({"L": [{"S": "a"}]}));
        list.turn(Kind::Ns);
        assert_eq!(list.value(), json!({"NS": ["a"]}));
        assert_eq!(fault(&list.parts, 0, false), Some(Fault::NotANumber));
    }

    #[test]
    fn a_fault_says_which_field_it_is_in() {
        let fields =
            [Field::new("a", Kind::S), Field::new("a", Kind::S), Field::new("", Kind::S), Field::new("n", Kind::N)];
        let faults: Vec<_> = (0..4).map(|place| fault(&fields, place, true)).collect();
        assert_eq!(faults, [None, Some(Fault::SameName), Some(Fault::NoName), Some(Fault::NotANumber)]);
        let nested = Field { parts: vec![Field::new("", Kind::S)], ..Field::new("m", Kind::M) };
        assert!(has_fault(&[nested], true));
    }

    #[test]
    fn a_field_is_found_by_its_path() {
        let item = json!({"m": {"M": {"l": {"L": [{"S": "a"}, {"S": "b"}]}}}});
        let mut fields = fields_of(item.as_object().expect("an item"));
        assert_eq!(at_mut(&mut fields, &[0, 0, 1]).map(|field| field.text.clone()), Some("b".into()));
        list_mut(&mut fields, &[0, 0, 1]).expect("the list").remove(1);
        assert_eq!(Value::from(members(&fields)), json!({"m": {"M": {"l": {"L": [{"S": "a"}]}}}}));
        assert!(at_mut(&mut fields, &[3]).is_none());
    }
}
