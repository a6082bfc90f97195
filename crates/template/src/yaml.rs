//! From the parser's events to a value and its places.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as YamlSpan, StrInput, Tag};
use serde_json::{Map, Value};

use crate::places::{Place, Places, Point, Span, push_step};
use crate::{SyntaxError, Template, scalar};

/// Templates are at most 1 MB; what expands to more nodes than this is an attack.
const MAX_NODES: usize = 400_000;
const MAX_DEPTH: usize = 200;

pub(crate) fn load(text: &str) -> Result<Template, SyntaxError> {
    let mut loader = Loader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        nodes: 0,
        last: Point { line: 1, column: 1 },
    };
    let node = loader.document()?;
    let mut places = Places::default();
    let value = flatten(node, &mut String::new(), None, &mut places);
    Ok(Template { value, places })
}

/// A node before its path is known.
#[derive(Clone)]
struct Node {
    span: Span,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<Member>),
}

#[derive(Clone)]
struct Member {
    key: String,
    key_span: Span,
    value: Node,
    /// `<<`: the members of the value stand in for this one.
    merge: bool,
}

struct Loader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    last: Point,
}

impl<'a> Loader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), SyntaxError> {
        match self.parser.next_event() {
            Some(Ok((event, yaml_span))) => {
                let span = span(yaml_span);
                self.last = span.end;
                Ok((event, span))
            }
            Some(Err(error)) => Err(SyntaxError { message: error.info().to_owned(), at: point(*error.marker()) }),
            None => Ok((Event::StreamEnd, Span { start: self.last, end: self.last })),
        }
    }

    fn error<T>(&self, message: &str) -> Result<T, SyntaxError> {
        Err(SyntaxError { message: message.to_owned(), at: self.last })
    }

    /// The first document; a second one is an error, as a template is one document.
    fn document(&mut self) -> Result<Node, SyntaxError> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => {
                    let empty = Node { span, content: Content::Scalar(Value::Null) };
                    return Ok(root.unwrap_or(empty));
                }
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                _ if root.is_some() => {
                    return self.error("expected a single document in the stream");
                }
                event => root = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, start: Span, depth: usize) -> Result<Node, SyntaxError> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return self.error("the document is too large or too deeply nested");
        }
        let nodes_before = self.nodes;
        let (node, anchor) = match event {
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    return self.error("found undefined alias");
                };
                self.nodes += size;
                return Ok(node);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = matches!(style, ScalarStyle::Plain);
                (scalar_node(&text, plain, tag.as_deref(), start), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                let (items, span) = self.items(start, depth)?;
                let list = Node { span, content: Content::List(items) };
                (tagged(list, tag.as_deref()), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                let (members, span) = self.members(start, depth)?;
                let map = Node { span, content: Content::Map(members) };
                (tagged(map, tag.as_deref()), anchor)
            }
            _ => return self.error("unexpected end of the document"),
        };
        if anchor > 0 {
            let size = self.nodes - nodes_before + 1;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(node)
    }

    fn items(&mut self, start: Span, depth: usize) -> Result<(Vec<Node>, Span), SyntaxError> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((items, Span { start: start.start, end: span.end }));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn members(&mut self, start: Span, depth: usize) -> Result<(Vec<Member>, Span), SyntaxError> {
        let mut members = Vec::new();
        loop {
            let (event, key_span) = self.next()?;
            let (key, merge) = match &event {
                Event::MappingEnd => {
                    return Ok((members, Span { start: start.start, end: key_span.end }));
                }
                Event::Scalar(text, style, _, _) => {
                    let plain = matches!(style, ScalarStyle::Plain);
                    (text.to_string(), plain && text == "<<")
                }
                _ => return self.error("a key must be a scalar"),
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            members.push(Member { key, key_span, value, merge });
        }
    }
}

fn scalar_node(text: &str, plain: bool, tag: Option<&Tag>, span: Span) -> Node {
    let string = || Value::String(text.to_owned());
    let value = match tag {
        None if plain => scalar::plain(text),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix != "str" => scalar::plain(text),
        _ => string(),
    };
    let node = Node { span, content: Content::Scalar(value) };
    match tag {
        Some(tag) if function_name(tag) == Some("GetAtt") => {
            let parts = match text.split_once('.') {
                Some((resource, attribute)) => vec![resource, attribute],
                None => vec![text],
            };
            let part = |text: &str| Node { span, content: Content::Scalar(text.into()) };
            let list = Node { span, content: Content::List(parts.into_iter().map(part).collect()) };
            wrap("Fn::GetAtt".to_owned(), list)
        }
        _ => tagged(node, tag),
    }
}

/// `!Sub` → `Sub`; the tags of YAML itself (`!!str`) are no functions.
fn function_name(tag: &Tag) -> Option<&str> {
    (tag.handle == "!" && !tag.suffix.is_empty()).then_some(tag.suffix.as_str())
}

fn tagged(node: Node, tag: Option<&Tag>) -> Node {
    match tag.and_then(function_name) {
        None => node,
        Some(name @ ("Ref" | "Condition")) => wrap(name.to_owned(), node),
        Some(name) => wrap(format!("Fn::{name}"), node),
    }
}

fn wrap(key: String, value: Node) -> Node {
    let span = value.span;
    let member = Member { key, key_span: span, value, merge: false };
    Node { span, content: Content::Map(vec![member]) }
}

/// Turns nodes into plain values and writes down the place of each.
fn flatten(node: Node, path: &mut String, key: Option<Span>, places: &mut Places) -> Value {
    places.insert(path.clone(), Place { key, value: node.span });
    let length = path.len();

    match node.content {
        Content::Scalar(value) => value,
        Content::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                push_step(path, &index.to_string());
                list.push(flatten(item, path, None, places));
                path.truncate(length);
            }
            Value::Array(list)
        }
        Content::Map(members) => {
            let mut map = Map::with_capacity(members.len());
            for member in expand_merges(members) {
                push_step(path, &member.key);
                let value = flatten(member.value, path, Some(member.key_span), places);
                path.truncate(length);
                map.insert(member.key, value);
            }
            Value::Object(map)
        }
    }
}

/// Merged members come first and lose against the map's own.
fn expand_merges(members: Vec<Member>) -> Vec<Member> {
    if !members.iter().any(|member| member.merge) {
        return members;
    }
    let mut merged = Vec::new();
    let mut own = Vec::new();
    for member in members {
        match (member.merge, member.value.content) {
            (true, Content::Map(inner)) => merged.extend(expand_merges(inner)),
            (true, Content::List(items)) => {
                // The earlier map of a list wins, so the list is laid down backwards.
                for item in items.into_iter().rev() {
                    if let Content::Map(inner) = item.content {
                        merged.extend(expand_merges(inner));
                    }
                }
            }
            (merge, content) => own.push(Member { value: Node { span: member.value.span, content }, merge, ..member }),
        }
    }
    merged.extend(own);
    merged
}

fn span(yaml: YamlSpan) -> Span {
    Span { start: point(yaml.start), end: point(yaml.end) }
}

fn point(marker: Marker) -> Point {
    Point { line: marker.line(), column: marker.col() + 1 }
}
