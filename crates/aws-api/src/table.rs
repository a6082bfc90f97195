//! The tables: operations and shapes of every API, in a line format made for diffs and small size.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use regex_lite::Regex;

/// How an API writes its requests and responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `application/x-amz-json-1.0` or `-1.1`, the operation in `X-Amz-Target`.
    Json {
        /// `1.0` or `1.1`.
        version: &'static str,
        /// What stands before the dot in `X-Amz-Target`.
        target: &'static str,
    },
    /// Methods and paths, JSON bodies.
    RestJson,
    /// Methods and paths, XML bodies.
    RestXml {
        /// The namespace of the XML answers.
        namespace: &'static str,
    },
    /// Form bodies with `Action` and `Version`, XML answers.
    Query {
        /// The namespace of the XML answers.
        namespace: &'static str,
    },
}

/// Where a member of a rest-json input or output travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// A label of the path.
    Uri,
    /// The query string.
    Query,
    /// One header.
    Header,
    /// All headers with this prefix.
    Headers,
    /// The status of the answer.
    Status,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name in models and SDKs.
    pub name: &'static str,
    /// The name on the wire; often the same.
    pub wire_name: &'static str,
    /// The name of its shape.
    pub shape: &'static str,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Where it travels (rest-json).
    pub location: Location,
}

/// The least and the greatest length or value that is allowed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Constraint {
    /// Inclusive.
    pub min: Option<f64>,
    /// Inclusive.
    pub max: Option<f64>,
}

impl Constraint {
    fn is_some(self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
}

/// A type of the model.
#[derive(Debug)]
pub enum Shape {
    /// Named members; `payload` is the member that is the whole body (rest-json).
    Structure {
        /// In the model's order.
        members: Vec<Member>,
        /// The member that is the body.
        payload: Option<&'static str>,
    },
    /// Any JSON.
    Document,
    /// An ordered list.
    List {
        /// The shape of its elements.
        member: &'static str,
        /// Number of elements.
        size: Constraint,
        /// The name of its elements in XML bodies.
        item: &'static str,
        /// Whether its elements stand in XML bodies where the list would.
        flattened: bool,
    },
    /// Keys and values.
    Map {
        /// The shape of its keys.
        key: &'static str,
        /// The shape of its values.
        value: &'static str,
        /// Number of entries.
        size: Constraint,
    },
    /// Text.
    String {
        /// Number of characters.
        length: Constraint,
        /// A Java regular expression that the whole text must match.
        pattern: Option<Pattern>,
        /// The allowed values; empty if any is.
        values: Vec<&'static str>,
    },
    /// A whole number.
    Integer(Constraint),
    /// A number.
    Float(Constraint),
    /// True or false.
    Boolean,
    /// Bytes, base64 in JSON.
    Blob(Constraint),
    /// A moment; `iso8601` says that JSON bodies hold text instead of a number.
    Timestamp {
        /// Whether JSON bodies write it as ISO 8601 text.
        iso8601: bool,
    },
}

/// A regular expression of a model, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    /// As AWS prints it in error messages.
    pub text: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text))
    }

    /// AWS's patterns are Java's and use Unicode classes, whose tables would weigh more than the rest
    /// of the validator: letters, marks, symbols and punctuation beyond ASCII are told apart by
    /// nobody's message, so they count as one range.
    fn regex(&self) -> Option<&Regex> {
        const BEYOND_ASCII: &str = r"\u{a1}-\u{10ffff}";
        const PUNCTUATION: &str = r"!-/:-@\[-`\{-~";
        self.regex
            .get_or_init(|| {
                let ascii = self
                    .text
                    .replace(r"\p{L}", &format!("a-zA-Z{BEYOND_ASCII}"))
                    .replace(r"\p{Z}", r"\u{20}\u{a0}")
                    .replace(r"\p{N}", "0-9")
                    .replace(r"\p{M}", BEYOND_ASCII)
                    .replace(r"\p{S}", PUNCTUATION)
                    .replace(r"\p{P}", PUNCTUATION)
                    .replace(r"\p{IsLetter}", &format!("a-zA-Z{BEYOND_ASCII}"))
                    .replace(r"\p{Alnum}", "a-zA-Z0-9")
                    .replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\u{10000}-\u{10ffff}")
                    .replace(r"\p{Print}+", r"[\x20-\x7e]+")
                    .replace(r"\p{Print}", r"\x20-\x7e")
                    .replace(r"[\w-_]", r"[\w\-_]")
                    .replace(r"\/", "/");
                let ascii = without_lookaround(&ascii);
                Regex::new(&format!("^(?s:{ascii})$")).ok()
            })
            .as_ref()
    }
}

/// `pattern` without `(?!…)` and `(?<!…)`, which a regular expression in linear time cannot have. A
/// handful of the models' patterns use them; what they exclude (a name of digits only, two hyphens
/// in a row) is left to the service.
fn without_lookaround(pattern: &str) -> String {
    let start = ["(?!", "(?<!"].iter().filter_map(|opening| pattern.find(opening)).min();
    let Some(start) = start else { return pattern.to_owned() };
    let mut depth = 0;
    let end = pattern[start..].find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    let end = end.map_or(pattern.len(), |length| start + length + 1);
    without_lookaround(&format!("{}{}", &pattern[..start], &pattern[end..]))
}

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    /// E.g. `PutItem`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path template, e.g. `/2015-03-31/functions/{FunctionName}`.
    pub path: &'static str,
    /// The input's structure, if it has one.
    pub input: Option<&'static str>,
    /// The output's structure, if it has one.
    pub output: Option<&'static str>,
    /// The element around the result in XML answers.
    pub result_wrapper: Option<&'static str>,
    /// The status of a successful answer.
    pub status: u16,
}

/// An error of an API.
#[derive(Debug)]
pub struct ErrorShape {
    /// The code on the wire, which differs from the shape's name for some query APIs.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The name of the member that holds the message: `message` or `Message`.
    pub message: &'static str,
}

/// An API: its protocol, operations, shapes and errors.
#[derive(Debug)]
pub struct Api {
    /// The endpoint prefix, e.g. `dynamodb`.
    pub service: &'static str,
    /// E.g. `2012-08-10`.
    pub version: &'static str,
    /// How it is written.
    pub protocol: Protocol,
    /// By name.
    pub operations: HashMap<&'static str, Operation>,
    shapes: HashMap<&'static str, Shape>,
    /// The shapes that have a constraint, or hold one that has.
    constrained: HashSet<&'static str>,
    errors: HashMap<&'static str, ErrorShape>,
}

impl Api {
    /// The shape called `name`; tables are checked by a test to name only shapes that they hold.
    pub fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or(&Shape::Document)
    }

    /// Whether a value of the shape called `name` can break a constraint: no attribute value of DynamoDB
    /// can, and most of a request is made of those.
    pub(crate) fn is_constrained(&self, name: &str) -> bool {
        self.constrained.contains(name)
    }

    fn find_constrained(&mut self) {
        loop {
            let shapes = self.shapes.iter().filter(|(name, _)| !self.constrained.contains(*name));
            let found: Vec<_> = shapes.filter(|(_, shape)| self.constrains(shape)).map(|(name, _)| *name).collect();
            if found.is_empty() {
                return;
            }
            self.constrained.extend(found);
        }
    }

    fn constrains(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Structure { members, .. } => {
                members.iter().any(|member| member.required || self.is_constrained(member.shape))
            }
            Shape::List { member: shape, size, .. } | Shape::Map { value: shape, size, .. } => {
                size.is_some() || self.is_constrained(shape)
            }
            Shape::String { length, pattern, values } => length.is_some() || pattern.is_some() || !values.is_empty(),
            Shape::Integer(range) | Shape::Float(range) | Shape::Blob(range) => range.is_some(),
            Shape::Boolean | Shape::Document | Shape::Timestamp { .. } => false,
        }
    }

    /// The error whose shape or code is `name`.
    pub fn error(&self, name: &str) -> Option<&ErrorShape> {
        self.errors.get(name).or_else(|| self.errors.values().find(|error| error.code == name))
    }

    fn parse(text: &'static str) -> Self {
        let mut api = Self {
            service: "",
            version: "",
            protocol: Protocol::RestJson,
            operations: HashMap::new(),
            shapes: HashMap::new(),
            constrained: HashSet::new(),
            errors: HashMap::new(),
        };
        let mut structure = None;
        for line in text.lines() {
            let fields = Fields(line);
            match fields.at(0) {
                "" => {
                    if let Some(Shape::Structure { members, .. }) = structure.and_then(|name| api.shapes.get_mut(name))
                    {
                        members.push(fields.member());
                    }
                }
                "api" => {
                    (api.service, api.version) = (fields.at(1), fields.at(2));
                    api.protocol = fields.protocol();
                }
                "operation" => {
                    api.operations.insert(fields.at(1), fields.operation());
                }
                "error" => {
                    let status = fields.at(3).parse().unwrap_or(400);
                    let error = ErrorShape { code: fields.at(2), status, message: fields.at(4) };
                    api.errors.insert(fields.at(1), error);
                }
                kind => {
                    structure = (kind == "structure").then(|| fields.at(1));
                    if let Some(shape) = fields.shape() {
                        api.shapes.insert(fields.at(1), shape);
                    }
                }
            }
        }
        api.find_constrained();
        api
    }
}

/// One line of a table, split at tabs.
#[derive(Clone, Copy)]
struct Fields(&'static str);

impl Fields {
    fn at(self, index: usize) -> &'static str {
        self.0.split('\t').nth(index).unwrap_or_default()
    }

    fn optional(self, index: usize) -> Option<&'static str> {
        Some(self.at(index)).filter(|text| !text.is_empty())
    }

    fn protocol(self) -> Protocol {
        match self.at(3) {
            "json" => Protocol::Json { version: self.at(4), target: self.at(5) },
            "query" => Protocol::Query { namespace: self.at(4) },
            "rest-xml" => Protocol::RestXml { namespace: self.at(4) },
            _ => Protocol::RestJson,
        }
    }

    fn operation(self) -> Operation {
        Operation {
            name: self.at(1),
            method: self.at(2),
            path: self.at(3),
            input: self.optional(4),
            output: self.optional(5),
            result_wrapper: self.optional(6),
            status: self.at(7).parse().unwrap_or(200),
        }
    }

    fn member(self) -> Member {
        let location = match self.at(4) {
            "uri" => Location::Uri,
            "querystring" => Location::Query,
            "header" => Location::Header,
            "headers" => Location::Headers,
            "statusCode" => Location::Status,
            _ => Location::Body,
        };
        let name = self.at(1);
        let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        Member { name, wire_name: self.optional(3).unwrap_or(name), shape: self.at(2), required, location }
    }

    fn constraint(self, index: usize) -> Constraint {
        let (min, max) = self.at(index).split_once("..").unwrap_or_default();
        Constraint { min: min.parse().ok(), max: max.parse().ok() }
    }

    fn shape(self) -> Option<Shape> {
        Some(match self.at(0) {
            "structure" => Shape::Structure { members: Vec::new(), payload: self.optional(2) },
            "document" => Shape::Document,
            "list" => Shape::List {
                member: self.at(2),
                size: self.constraint(3),
                item: self.optional(4).unwrap_or("member"),
                flattened: self.at(5) == "flattened",
            },
            "map" => Shape::Map { key: self.at(2), value: self.at(3), size: self.constraint(4) },
            "string" => Shape::String {
                length: self.constraint(2),
                pattern: self.optional(4).map(|text| Pattern { text, regex: OnceLock::new() }),
                values: self.at(3).split('|').filter(|value| !value.is_empty()).collect(),
            },
            "integer" => Shape::Integer(self.constraint(2)),
            "float" => Shape::Float(self.constraint(2)),
            "boolean" => Shape::Boolean,
            "blob" => Shape::Blob(self.constraint(2)),
            "timestamp" => Shape::Timestamp { iso8601: self.at(2) == "iso8601" },
            _ => return None,
        })
    }
}

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        /// The table called `name`: an endpoint prefix, or `apigatewayv2`.
        pub fn api(name: &str) -> Option<&'static Api> {
            match name {
                $($name => {
                    static TABLE: OnceLock<Api> = OnceLock::new();
                    Some(TABLE.get_or_init(|| Api::parse(include_str!(concat!("../tables/", $name, ".tsv")))))
                })*
                _ => None,
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];
    };
}

tables!(
    "apigateway",
    "apigatewayv2",
    "application-autoscaling",
    "cloudformation",
    "cognito-idp",
    "dax",
    "dynamodb",
    "ecr",
    "iam",
    "kinesis",
    "lambda",
    "logs",
    "s3",
    "streams.dynamodb",
    "sts",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_a_table_is_a_shape_of_that_table() {
        for name in NAMES {
            let api = api(name).unwrap();
            let mut named: Vec<&str> = api.operations.values().flat_map(|op| [op.input, op.output]).flatten().collect();
            for shape in api.shapes.values() {
                match shape {
                    Shape::Structure { members, .. } => named.extend(members.iter().map(|member| member.shape)),
                    Shape::List { member, .. } => named.push(member),
                    Shape::Map { key, value, .. } => named.extend([key, value]),
                    _ => {}
                }
            }
            let missing: Vec<_> = named.into_iter().filter(|shape| !api.shapes.contains_key(shape)).collect();
            assert!(missing.is_empty(), "{name} names {missing:?}");
        }
    }

    #[test]
    fn every_pattern_compiles() {
        let shapes = NAMES.iter().flat_map(|name| &api(name).unwrap().shapes);
        let patterns = shapes.filter_map(|(_, shape)| match shape {
            Shape::String { pattern, .. } => pattern.as_ref(),
            _ => None,
        });
        let broken: Vec<_> = patterns.filter(|pattern| pattern.regex().is_none()).map(|pattern| pattern.text).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    #[test]
    fn what_can_break_no_constraint_is_known() {
        let api = api("dynamodb").unwrap();
        for (shape, constrained) in
            [("AttributeValue", false), ("PutItemInputAttributeMap", false), ("PutItemInput", true), ("Tag", true)]
        {
            assert_eq!(api.is_constrained(shape), constrained, "{shape}");
        }
    }

    #[test]
    fn a_table_knows_wire_names_and_places() {
        let lambda = api("lambda").unwrap();
        let operation = &lambda.operations["Invoke"];
        assert_eq!((operation.method, operation.path), ("POST", "/2015-03-31/functions/{FunctionName}/invocations"));
        let Shape::Structure { members, payload } = lambda.shape(operation.input.unwrap()) else { panic!() };
        assert_eq!(*payload, Some("Payload"));
        let kind = members.iter().find(|member| member.name == "InvocationType").unwrap();
        assert_eq!((kind.wire_name, kind.location), ("X-Amz-Invocation-Type", Location::Header));
    }
}
