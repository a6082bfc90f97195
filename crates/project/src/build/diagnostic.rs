use serde::Serialize;
use template::{Places, SyntaxError, Template};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The project cannot be deployed.
    Error,
    /// It can, but something will probably not work.
    Warning,
}

/// Something that the person should know, and where. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The file.
    pub path: String,
    /// How bad it is.
    pub severity: Severity,
    /// A sentence.
    pub message: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column after the last.
    pub end_column: usize,
}

impl Diagnostic {
    /// Something about a file as a whole.
    pub fn of_file(path: &str, severity: Severity, message: impl Into<String>) -> Self {
        let (path, message) = (path.to_owned(), message.into());
        Self { path, severity, message, line: 1, column: 1, end_line: 1, end_column: 1 }
    }

    /// The template cannot be read at all.
    pub fn of_syntax(path: &str, error: &SyntaxError) -> Self {
        let (line, column) = (error.at.line, error.at.column);
        let message = format!("Template format error: {}", error.message);
        let whole = Self::of_file(path, Severity::Error, message);
        Self { line, column, end_line: line, end_column: column + 1, ..whole }
    }
}

/// What was found so far in one template.
pub struct Diagnostics<'a> {
    path: &'a str,
    places: Places,
    found: Vec<Diagnostic>,
}

impl<'a> Diagnostics<'a> {
    pub fn new(path: &'a str, template: &Template) -> Self {
        Self { path, places: template.places.clone(), found: Vec::new() }
    }

    pub fn error(&mut self, pointer: &str, message: String) {
        self.add(pointer, Severity::Error, message);
    }

    pub fn warn(&mut self, pointer: &str, message: String) {
        self.add(pointer, Severity::Warning, message);
    }

    /// The warnings, or everything if there is an error.
    pub fn finish(&mut self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let found = std::mem::take(&mut self.found);
        if found.iter().any(|diagnostic| diagnostic.severity == Severity::Error) { Err(found) } else { Ok(found) }
    }

    fn add(&mut self, pointer: &str, severity: Severity, message: String) {
        let place = self.places.nearest(pointer);
        let exact = self.places.get(pointer).is_some();
        // A property that is not written stands for its resource: mark that one's name only.
        let span = if exact { place.value } else { place.key.unwrap_or(place.value) };
        let path = self.path.to_owned();
        self.found.push(Diagnostic {
            path,
            severity,
            message,
            line: span.start.line,
            column: span.start.column,
            end_line: span.end.line,
            end_column: span.end.column,
        });
    }
}
