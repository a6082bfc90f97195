//! What the page is about: files, problems, the outline of the template, people, requests.

use crate::aws::cognito::Tokens;
use crate::client::{Failure, Response};
use std::rc::Rc;

/// A file of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub path: String,
    pub content: Content,
    /// Whether the engine has what the editor shows.
    pub saved: bool,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(Rc<str>),
    /// Not text: the page keeps it and does not show it.
    Bytes(Rc<[u8]>),
}

impl Content {
    /// Text when it is UTF-8, bytes when not.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::Bytes(error.into_bytes().into()),
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }

    /// The bytes to store.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The language that an editor highlights a path as.
pub fn language_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "yaml" | "yml" => "yaml",
        "json" => "json",
        "js" | "mjs" | "cjs" | "jsx" => "javascript",
        "ts" | "mts" | "tsx" => "typescript",
        "py" => "python",
        _ => "text",
    }
}

/// Whether a path is the project's template, by the names that `sam` looks for.
pub fn is_template(path: &str) -> bool {
    matches!(path, "template.yaml" | "template.yml" | "template.json")
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    /// Its name for the editor and for class names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Something wrong in a file. Lines and columns count from one.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub severity: Severity,
    pub message: String,
}

/// The resources of the template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    pub nodes: Vec<OutlineNode>,
}

impl Outline {
    /// The resources, with the lines between them as requests go: what calls a function points at it. The
    /// implicit APIs, which only the events of functions speak of, are among them.
    pub fn in_order_of_calls(&self) -> Vec<OutlineNode> {
        let mut nodes = self.nodes.clone();
        for (id, kind) in IMPLICIT_APIS {
            let is_spoken_of = self.nodes.iter().any(|node| node.called_by.iter().any(|caller| caller == id));
            if is_spoken_of && self.nodes.iter().all(|node| node.id != id) {
                nodes.push(OutlineNode { id: id.to_owned(), kind: kind.to_owned(), ..OutlineNode::default() });
            }
        }
        for node in &mut nodes {
            node.needs.retain(|need| !node.called_by.contains(need));
            let called = self.nodes.iter().filter(|other| other.called_by.contains(&node.id));
            node.needs.extend(called.map(|other| other.id.clone()));
        }
        nodes
    }
}

/// The names that SAM gives to the APIs that it makes for events that name none.
const IMPLICIT_APIS: [(&str, &str); 2] =
    [("ServerlessRestApi", "AWS::Serverless::Api"), ("ServerlessHttpApi", "AWS::Serverless::HttpApi")];

/// One resource of the template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutlineNode {
    pub id: String,
    pub kind: String,
    /// Where the template names it; 0 when it does not.
    pub line: u32,
    /// The logical IDs of what it refers to.
    pub needs: Vec<String>,
    /// The logical IDs of what calls it: APIs, streams.
    pub called_by: Vec<String>,
}

/// The tool that a resource type opens in the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Api,
    Function,
    Table,
    UserPool,
    Cluster,
    None,
}

/// Which tool fits a resource type.
pub fn tool_of(kind: &str) -> Tool {
    match kind {
        "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" | "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => {
            Tool::Api
        }
        "AWS::Serverless::Function" | "AWS::Lambda::Function" => Tool::Function,
        "AWS::Serverless::SimpleTable" | "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => Tool::Table,
        "AWS::DAX::Cluster" => Tool::Cluster,
        "AWS::Cognito::UserPool" => Tool::UserPool,
        _ => Tool::None,
    }
}

/// `AWS::DynamoDB::Table` without the prefix that all types share.
pub fn short_kind(kind: &str) -> &str {
    kind.strip_prefix("AWS::").unwrap_or(kind)
}

/// A request as the builder holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub method: String,
    /// The API's own URL, without a slash at the end.
    pub base: String,
    pub path: String,
    pub headers: String,
    pub body: String,
    pub bearer: Bearer,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            base: String::new(),
            path: "/".to_owned(),
            headers: String::new(),
            body: String::new(),
            bearer: Bearer::Nobody,
        }
    }
}

/// Whose token a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    Nobody,
    IdToken(String),
    AccessToken(String),
}

/// A request that was sent, and what came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    pub number: u32,
    pub draft: Draft,
    /// Real milliseconds from sending to the answer.
    pub millis: f64,
    pub outcome: Result<Response, Failure>,
}

/// A person who signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub pool: String,
    pub app: String,
    pub name: String,
    pub tokens: Tokens,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_survive() {
        assert_eq!(Content::from_bytes("안녕".into()).bytes(), "안녕".as_bytes());
        assert_eq!(Content::from_bytes(vec![0xff, 0]).bytes(), [0xff, 0]);
    }

    #[test]
    fn what_calls_a_function_points_at_it() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let node = |id: &str, needs: &[&str], called_by: &[&str]| OutlineNode {
            id: id.into(),
            needs: names(needs),
            called_by: names(called_by),
            ..OutlineNode::default()
        };
        let outline = Outline {
            nodes: vec![
                node("Place", &["Orders"], &["ServerlessHttpApi"]),
                node("Orders", &[], &[]),
                node("Follow", &["Orders", "Copy"], &["Orders"]),
                node("Copy", &[], &[]),
            ],
        };
        let lines: Vec<_> = outline
            .in_order_of_calls()
            .into_iter()
            .filter(|node| !node.needs.is_empty())
            .map(|node| format!("{} > {}", node.id, node.needs.join(" ")))
            .collect();
        assert_eq!(lines, ["Place > Orders", "Orders > Follow", "Follow > Copy", "ServerlessHttpApi > Place"]);
    }

    #[test]
    fn languages_follow_the_extension() {
        for (path, language) in
            [("template.yaml", "yaml"), ("src/a.mjs", "javascript"), ("a/b.py", "python"), ("Makefile", "text")]
        {
            assert_eq!(language_of(path), language, "{path}");
        }
    }
}
