//! A table that is to be, as a template says it.

/// A table before it is in the template.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    /// The logical ID.
    pub id: String,
    pub partition: KeyPart,
    /// Without a name there is no sort key.
    pub sort: KeyPart,
    pub is_on_demand: bool,
    pub read_units: String,
    pub write_units: String,
    pub indexes: Vec<IndexPlan>,
    /// What the stream's records hold; empty for no stream.
    pub stream_view: String,
    /// The attribute that holds the time to live; empty for none.
    pub ttl: String,
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPart {
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexPlan {
    pub name: String,
    pub partition: KeyPart,
    pub sort: KeyPart,
}

impl Default for KeyPart {
    fn default() -> Self {
        Self { name: String::new(), kind: "S".to_owned() }
    }
}

impl Default for Blueprint {
    fn default() -> Self {
        Self {
            id: "Table".to_owned(),
            partition: KeyPart { name: "id".to_owned(), ..KeyPart::default() },
            sort: KeyPart::default(),
            is_on_demand: true,
            read_units: "5".to_owned(),
            write_units: "5".to_owned(),
            indexes: Vec::new(),
            stream_view: String::new(),
            ttl: String::new(),
        }
    }
}

impl Blueprint {
    /// A first plan, under a name that the template does not have yet.
    pub fn for_template(template: &str) -> Self {
        let numbered = (2..).map(|number| format!("Table{number}"));
        let id = std::iter::once("Table".to_owned()).chain(numbered).find(|id| !has_resource(template, id));
        Self { id: id.unwrap_or_default(), ..Self::default() }
    }

    /// Whether nothing is missing that a template needs.
    pub fn is_complete(&self) -> bool {
        let is_id = !self.id.is_empty() && self.id.chars().all(|c| c.is_ascii_alphanumeric());
        let has_units = |units: &str| units.trim().parse::<u64>().is_ok_and(|units| units > 0);
        let is_paid_for = self.is_on_demand || (has_units(&self.read_units) && has_units(&self.write_units));
        let has_indexes = self.indexes.iter().all(|index| !index.name.is_empty() && !index.partition.name.is_empty());
        is_id && is_paid_for && has_indexes && !self.partition.name.is_empty()
    }

    /// The resource as lines of YAML, indented by two spaces and none before its first line.
    pub fn yaml(&self) -> Vec<String> {
        let mut lines = vec![
            format!("{}:", self.id),
            "  Type: AWS::DynamoDB::Table".to_owned(),
            "  Properties:".to_owned(),
            format!("    BillingMode: {}", if self.is_on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" }),
        ];
        lines.extend(self.throughput("    "));
        lines.push("    AttributeDefinitions:".to_owned());
        for part in self.attributes() {
            lines.push(format!("      - AttributeName: {}", scalar(&part.name)));
            lines.push(format!("        AttributeType: {}", scalar(&part.kind)));
        }
        lines.push("    KeySchema:".to_owned());
        lines.extend(key_schema("      ", &self.partition, &self.sort));
        if !self.indexes.is_empty() {
            lines.push("    GlobalSecondaryIndexes:".to_owned());
        }
        for index in &self.indexes {
            lines.push(format!("      - IndexName: {}", scalar(&index.name)));
            lines.push("        KeySchema:".to_owned());
            lines.extend(key_schema("          ", &index.partition, &index.sort));
            lines.push("        Projection:".to_owned());
            lines.push("          ProjectionType: ALL".to_owned());
            lines.extend(self.throughput("        "));
        }
        if !self.stream_view.is_empty() {
            lines.push("    StreamSpecification:".to_owned());
            lines.push(format!("      StreamViewType: {}", self.stream_view));
        }
        if !self.ttl.is_empty() {
            lines.push("    TimeToLiveSpecification:".to_owned());
            lines.push(format!("      AttributeName: {}", scalar(&self.ttl)));
            lines.push("      Enabled: true".to_owned());
        }
        lines
    }

    fn throughput(&self, indent: &str) -> Vec<String> {
        if self.is_on_demand {
            return Vec::new();
        }
        vec![
            format!("{indent}ProvisionedThroughput:"),
            format!("{indent}  ReadCapacityUnits: {}", self.read_units.trim()),
            format!("{indent}  WriteCapacityUnits: {}", self.write_units.trim()),
        ]
    }

    /// The attributes of all keys, each once: the table's word on a type is the first.
    fn attributes(&self) -> Vec<&KeyPart> {
        let of_indexes = self.indexes.iter().flat_map(|index| [&index.partition, &index.sort]);
        let mut attributes: Vec<&KeyPart> = Vec::new();
        for part in [&self.partition, &self.sort].into_iter().chain(of_indexes) {
            if !part.name.is_empty() && attributes.iter().all(|known| known.name != part.name) {
                attributes.push(part);
            }
        }
        attributes
    }
}

fn key_schema(indent: &str, partition: &KeyPart, sort: &KeyPart) -> Vec<String> {
    let parts = [(partition, "HASH"), (sort, "RANGE")].into_iter().filter(|(part, _)| !part.name.is_empty());
    let lines = |(part, kind): (&KeyPart, &str)| {
        [format!("{indent}- AttributeName: {}", scalar(&part.name)), format!("{indent}  KeyType: {kind}")]
    };
    parts.flat_map(lines).collect()
}

/// A text as YAML, quoted where it would mean something else.
fn scalar(text: &str) -> String {
    /// Words that YAML 1.1 takes for truth values or nothing.
    const WORDS: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"];
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && !WORDS.contains(&text.to_lowercase().as_str());
    // `N` is a type here and a truth value there; readers of CloudFormation's YAML take it as text.
    if is_plain || text == "N" { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// A template with a resource more.
#[derive(Debug, PartialEq)]
pub struct Inserted {
    pub text: String,
    /// The line of the new resource, counted from one.
    pub line: u32,
}

/// Puts a resource at the end of the section `Resources` of a YAML template, and changes nothing else.
/// `None` when the section is written in a way that has no lines to add to.
pub fn insert(template: &str, resource: &[String]) -> Option<Inserted> {
    let newline = if template.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = template.lines().collect();
    let Some(head) = lines.iter().position(|line| is_head(line)) else {
        return (!has_section(&lines)).then(|| append_section(template, newline, resource));
    };
    let end = (head + 1..lines.len()).find(|line| starts_section(lines[*line])).unwrap_or(lines.len());
    // Blank lines and comments before the next section belong to it.
    let is_content = |line: &usize| !lines[*line].trim().is_empty() && lines[*line].starts_with(' ');
    let last = (head + 1..end).rev().find(is_content).unwrap_or(head);
    let indent = (head + 1..=last).map(|line| lines[line]).find(|line| is_entry(line)).map_or(2, indent_of);
    let mut added: Vec<String> = Vec::new();
    if last > head {
        added.push(String::new());
    }
    added.extend(resource.iter().map(|line| format!("{}{line}", " ".repeat(indent))));
    let line = last + 1 + usize::from(last > head) + 1;
    let before = lines[..=last].iter().map(|line| (*line).to_owned());
    let after = lines[last + 1..].iter().map(|line| (*line).to_owned());
    let all: Vec<String> = before.chain(added).chain(after).collect();
    let mut text = all.join(newline);
    if template.ends_with('\n') || last + 1 == lines.len() {
        text.push_str(newline);
    }
    Some(Inserted { text, line: u32::try_from(line).ok()? })
}

/// Whether the template has a resource of a name.
pub fn has_resource(template: &str, id: &str) -> bool {
    let mut lines = template.lines().skip_while(|line| !is_head(line)).skip(1).take_while(|line| !starts_section(line));
    let indent =
        template.lines().skip_while(|line| !is_head(line)).skip(1).find(|line| is_entry(line)).map_or(2, indent_of);
    lines.any(|line| {
        let name = line.trim_start().split(':').next().unwrap_or_default().trim_matches(['\'', '"', ' ']);
        is_entry(line) && indent_of(line) == indent && name == id
    })
}

fn append_section(template: &str, newline: &str, resource: &[String]) -> Inserted {
    let mut text = template.trim_end().to_owned();
    if !text.is_empty() {
        text.push_str(newline);
        text.push_str(newline);
    }
    text.push_str("Resources:");
    text.push_str(newline);
    let line = text.lines().count() + 1;
    for added in resource {
        text.push_str("  ");
        text.push_str(added);
        text.push_str(newline);
    }
    Inserted { text, line: u32::try_from(line).unwrap_or(u32::MAX) }
}

/// `Resources:` with nothing but a comment after it.
fn is_head(line: &str) -> bool {
    line.strip_prefix("Resources:").is_some_and(|rest| rest.trim().is_empty() || rest.trim().starts_with('#'))
}

/// Whether the section is there at all, in any notation.
fn has_section(lines: &[&str]) -> bool {
    lines.iter().any(|line| {
        let line = line.trim_start_matches(['\'', '"', ' ', '{']);
        line.starts_with("Resources") && line.contains(':')
    })
}

fn starts_section(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with([' ', '#', '\t'])
}

fn is_entry(line: &str) -> bool {
    let text = line.trim_start();
    line.starts_with(' ') && !text.is_empty() && !text.starts_with('#')
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(id: &str) -> Vec<String> {
        vec![format!("{id}:"), "  Type: T".to_owned()]
    }

    #[test]
    fn a_resource_comes_after_the_last_one_and_nothing_else_changes() {
        let template = "Resources:\n  A:\n    Type: X # kept\n\n# about outputs\nOutputs:\n  B: !Ref A\n";
        let inserted = insert(template, &lines("New")).expect("a place");
        assert_eq!(
            inserted.text,
            "Resources:\n  A:\n    Type: X # kept\n\n  New:\n    Type: T\n\n# about outputs\nOutputs:\n  B: !Ref A\n"
        );
        assert_eq!(inserted.line, 5);
        assert_eq!(inserted.text.lines().nth(4), Some("  New:"));
    }

    #[test]
    fn the_template_s_own_indent_and_line_ends_are_kept() {
        let template = "Resources:\r\n    A:\r\n        Type: X";
        let inserted = insert(template, &lines("New")).expect("a place");
        assert_eq!(inserted.text, "Resources:\r\n    A:\r\n        Type: X\r\n\r\n    New:\r\n      Type: T\r\n");
    }

    #[test]
    fn a_template_without_resources_gets_the_section() {
        for (template, line) in [("", 2), ("Transform: X\n", 4), ("Resources:\n", 2)] {
            let inserted = insert(template, &lines("New")).expect("a place");
            assert!(inserted.text.ends_with("Resources:\n  New:\n    Type: T\n"), "{template}");
            assert_eq!(inserted.line, line, "{template}");
        }
        assert_eq!(insert("Resources: {A: {Type: X}}", &lines("New")), None);
        assert_eq!(insert("{\"Resources\": {}}", &lines("New")), None);
    }

    #[test]
    fn names_that_are_taken_are_known() {
        let template = "Resources:\n  A:\n    Type: X\n  'B':\n    C: 1\nOutputs:\n  D: 1\n";
        let taken: Vec<bool> = ["A", "B", "C", "D", "Type"].iter().map(|id| has_resource(template, id)).collect();
        assert_eq!(taken, [true, true, false, false, false]);
        assert_eq!(Blueprint::for_template("Resources:\n  Table:\n    Type: X\n").id, "Table2");
    }

    #[test]
    fn a_table_names_each_attribute_once() {
        let part = |name: &str, kind: &str| KeyPart { name: name.into(), kind: kind.into() };
        let blueprint = Blueprint {
            id: "Orders".into(),
            partition: part("customer", "S"),
            sort: part("at", "N"),
            is_on_demand: false,
            indexes: vec![IndexPlan { name: "ByTime".into(), partition: part("on", "S"), sort: part("at", "N") }],
            stream_view: "KEYS_ONLY".into(),
            ttl: "expires".into(),
            ..Blueprint::default()
        };
        assert!(blueprint.is_complete());
        let yaml = blueprint.yaml().join("\n");
        assert_eq!(yaml.matches("AttributeType").count(), 3);
        assert_eq!(yaml.matches("ReadCapacityUnits: 5").count(), 2);
        for part in ["- AttributeName: 'on'", "KeyType: RANGE", "StreamViewType: KEYS_ONLY", "AttributeName: expires"] {
            assert!(yaml.contains(part), "{part}\n{yaml}");
        }
        assert!(!Blueprint { id: "a-b".into(), ..Blueprint::default() }.is_complete());
    }
}
