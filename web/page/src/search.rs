//! What a person looks for in a table, and the `Query` or `Scan` that finds it.

use crate::attribute::Kind;
use crate::aws::dynamodb::{Key, Read, Table};
use serde_json::{Map, Value, json};

/// Items that a call asks for when nothing else is said.
pub const DEFAULT_LIMIT: u64 = 50;

/// How a value is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    #[default]
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    BeginsWith,
    Contains,
    NotContains,
    Exists,
    NotExists,
}

impl Comparison {
    /// Those that a sort key takes.
    pub const OF_KEYS: [Self; 7] = [
        Self::Equal,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Between,
        Self::BeginsWith,
    ];
    /// Those that a filter takes.
    pub const OF_FILTERS: [Self; 12] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Between,
        Self::BeginsWith,
        Self::Contains,
        Self::NotContains,
        Self::Exists,
        Self::NotExists,
    ];

    /// Its sign or name in an expression.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Between => "BETWEEN",
            Self::BeginsWith => "begins_with",
            Self::Contains => "contains",
            Self::NotContains => "NOT contains",
            Self::Exists => "attribute_exists",
            Self::NotExists => "attribute_not_exists",
        }
    }

    /// The comparison of a sign.
    pub fn of(sign: &str) -> Option<Self> {
        Self::OF_FILTERS.into_iter().find(|comparison| comparison.sign() == sign)
    }

    /// How many values it takes.
    pub fn operands(self) -> usize {
        match self {
            Self::Exists | Self::NotExists => 0,
            Self::Between => 2,
            _ => 1,
        }
    }
}

/// A condition on one attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// A filter's path, such as `address.lines[0]`; a key condition leaves it empty.
    pub path: String,
    pub comparison: Comparison,
    /// The type of a filter's values; a key's type is the table's.
    pub kind: Kind,
    pub values: [String; 2],
}

/// The form of the search.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "they are the form's own switches")]
pub struct Search {
    pub is_query: bool,
    /// The index, or nothing for the table itself.
    pub index: String,
    /// Conditions on the key attributes, in the order of the key. One without a value is left out.
    pub keys: Vec<Condition>,
    pub filters: Vec<Condition>,
    /// Whether one filter is enough.
    pub any_filter: bool,
    /// Paths with commas between them.
    pub projection: String,
    pub is_descending: bool,
    pub is_consistent: bool,
    pub limit: String,
}

impl Search {
    /// The same search in another index: its keys are others.
    pub fn in_index(&self, table: &Table, index: &str) -> Self {
        let keys = vec![Condition::default(); table.keys_of(index).len()];
        Self { index: index.to_owned(), keys, ..self.clone() }
    }

    /// The call that it makes.
    pub fn read(&self, table: &Table, start: Option<&Value>) -> Read {
        let mut terms = Terms::default();
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("TableName", json!(table.name));
        if !self.index.is_empty() {
            put("IndexName", json!(self.index));
        }
        if self.is_query {
            let conditions = self.key_conditions(table, &mut terms);
            put("KeyConditionExpression", json!(conditions.join(" AND ")));
            if self.is_descending {
                put("ScanIndexForward", json!(false));
            }
        }
        let filters: Vec<String> = self
            .filters
            .iter()
            .filter(|filter| !filter.path.trim().is_empty())
            .map(|filter| terms.condition(&steps_of(&filter.path), filter, filter.kind))
            .collect();
        if !filters.is_empty() {
            put("FilterExpression", json!(filters.join(if self.any_filter { " OR " } else { " AND " })));
        }
        let paths: Vec<&str> = self.projection.split(',').map(str::trim).filter(|path| !path.is_empty()).collect();
        if !paths.is_empty() {
            let paths: Vec<String> = paths.into_iter().map(|path| terms.path(&steps_of(path))).collect();
            put("ProjectionExpression", json!(paths.join(", ")));
        }
        if !terms.names.is_empty() {
            put("ExpressionAttributeNames", terms.names.into());
        }
        if !terms.values.is_empty() {
            put("ExpressionAttributeValues", terms.values.into());
        }
        if self.is_consistent {
            put("ConsistentRead", json!(true));
        }
        put("Limit", json!(self.limit.trim().parse::<u64>().unwrap_or(DEFAULT_LIMIT)));
        if let Some(start) = start {
            put("ExclusiveStartKey", start.clone());
        }
        put("ReturnConsumedCapacity", json!("INDEXES"));
        Read { operation: if self.is_query { "Query" } else { "Scan" }, body: body.into() }
    }

    /// The partition key always, so that a forgotten one is answered by `DynamoDB` itself; the sort key
    /// when it has a value.
    fn key_conditions(&self, table: &Table, terms: &mut Terms) -> Vec<String> {
        let keys = table.keys_of(&self.index).iter().zip(&self.keys);
        let is_wanted = |(key, condition): &(&Key, &Condition)| key.is_partition || !condition.values[0].is_empty();
        let condition = |(key, condition): (&Key, &Condition)| {
            let kind = Kind::of(&key.kind).unwrap_or_default();
            terms.condition(&[Step::Name(key.name.clone())], condition, kind)
        };
        keys.filter(is_wanted).map(condition).collect()
    }
}

/// A step of a document path.
#[derive(Debug, PartialEq)]
enum Step {
    Name(String),
    Place(String),
}

/// The steps of a path such as `address.lines[0]`. A name in double quotes is one step whatever it holds.
fn steps_of(path: &str) -> Vec<Step> {
    let path = path.trim();
    if let Some(name) = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
        return vec![Step::Name(name.to_owned())];
    }
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        steps.push(Step::Name(name.to_owned()));
        while let Some((place, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            steps.push(Step::Place(place.to_owned()));
            rest = after;
        }
    }
    steps
}

/// Names and values with the placeholders that stand for them.
#[derive(Default)]
struct Terms {
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl Terms {
    fn name(&mut self, name: &str) -> String {
        if let Some((placeholder, _)) = self.names.iter().find(|(_, known)| **known == json!(name)) {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), json!(name));
        placeholder
    }

    fn value(&mut self, kind: Kind, text: &str) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), kind.value(text));
        placeholder
    }

    fn path(&mut self, steps: &[Step]) -> String {
        let mut path = String::new();
        for step in steps {
            match step {
                Step::Name(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&self.name(name));
                }
                Step::Place(place) => path.extend(["[", place.as_str(), "]"]),
            }
        }
        path
    }

    fn condition(&mut self, steps: &[Step], condition: &Condition, kind: Kind) -> String {
        let path = self.path(steps);
        let sign = condition.comparison.sign();
        let operands: Vec<String> = condition
            .values
            .iter()
            .take(condition.comparison.operands())
            .map(|value| self.value(kind, value))
            .collect();
        match (condition.comparison, operands.as_slice()) {
            (Comparison::Between, [low, high]) => format!("{path} BETWEEN {low} AND {high}"),
            (Comparison::BeginsWith | Comparison::Contains | Comparison::NotContains, [value]) => {
                format!("{sign}({path}, {value})")
            }
            (_, [value]) => format!("{path} {sign} {value}"),
            _ => format!("{sign}({path})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::dynamodb::Index;

    fn key(name: &str, kind: &str, is_partition: bool) -> Key {
        Key { name: name.into(), kind: kind.into(), is_partition }
    }

    fn table() -> Table {
        Table {
            name: "orders".into(),
            keys: vec![key("customer", "S", true), key("at", "N", false)],
            indexes: vec![Index { name: "ByStatus".into(), keys: vec![key("status", "S", true)], ..Index::default() }],
            ..Table::default()
        }
    }

    fn condition(path: &str, comparison: Comparison, kind: Kind, values: [&str; 2]) -> Condition {
        Condition { path: path.into(), comparison, kind, values: values.map(str::to_owned) }
    }

    #[test]
    fn an_empty_search_scans_the_table() {
        let read = Search::default().read(&table(), None);
        assert_eq!(read.operation, "Scan");
        assert_eq!(read.body, json!({"TableName": "orders", "Limit": 50, "ReturnConsumedCapacity": "INDEXES"}));
    }

    #[test]
    fn a_query_names_its_keys_with_their_types() {
        let search = Search {
            is_query: true,
            keys: vec![
                condition("", Comparison::Equal, Kind::S, ["mina", ""]),
                condition("", Comparison::Between, Kind::S, ["1", "9"]),
            ],
            is_descending: true,
            limit: "5".into(),
            ..Search::default()
        };
        let read = search.read(&table(), None);
        assert_eq!(read.operation, "Query");
        assert_eq!(read.body["KeyConditionExpression"], "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2");
        assert_eq!(read.body["ExpressionAttributeNames"], json!({"#n0": "customer", "#n1": "at"}));
        assert_eq!(
            read.body["ExpressionAttributeValues"],
            json!({":v0": {"S": "mina"}, ":v1": {"N": "1"}, ":v2": {"N": "9"}})
        );
        assert_eq!((&read.body["ScanIndexForward"], &read.body["Limit"]), (&json!(false), &json!(5)));
    }

    #[test]
    fn a_sort_key_without_a_value_is_no_condition() {
        let search = Search { is_query: true, ..Search::default() }.in_index(&table(), "");
        assert_eq!(search.read(&table(), None).body["KeyConditionExpression"], "#n0 = :v0");
        let other = search.in_index(&table(), "ByStatus");
        assert_eq!(other.keys.len(), 1);
        assert_eq!(other.read(&table(), None).body["IndexName"], "ByStatus");
    }

    #[test]
    fn filters_and_projections_share_names_and_know_paths() {
        let search = Search {
            filters: vec![
                condition("address.lines[0]", Comparison::BeginsWith, Kind::S, ["Seoul", ""]),
                condition("\"a.b\"", Comparison::NotExists, Kind::S, ["", ""]),
                condition("done", Comparison::Equal, Kind::Bool, ["true", ""]),
                condition(" ", Comparison::Equal, Kind::S, ["x", ""]),
            ],
            any_filter: true,
            projection: "done, address".into(),
            ..Search::default()
        };
        let body = search.read(&table(), Some(&json!({"customer": {"S": "a"}}))).body;
        assert_eq!(body["FilterExpression"], "begins_with(#n0.#n1[0], :v0) OR attribute_not_exists(#n2) OR #n3 = :v1");
        assert_eq!(body["ProjectionExpression"], "#n3, #n0");
        assert_eq!(body["ExpressionAttributeNames"]["#n2"], "a.b");
        assert_eq!(body["ExpressionAttributeValues"][":v1"], json!({"BOOL": true}));
        assert_eq!(body["ExclusiveStartKey"], json!({"customer": {"S": "a"}}));
    }
}
