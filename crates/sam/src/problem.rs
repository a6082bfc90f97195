//! What is wrong with a template, in the translator's words.

use std::fmt;

/// One reason why a template cannot be transformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The resource that is at fault, where it is one.
    pub logical_id: Option<String>,
    /// The event of a function that is at fault, where it is one.
    pub event_id: Option<String>,
    /// The whole sentence, as AWS prints it.
    pub message: String,
}

impl Problem {
    /// A fault of a resource.
    pub(crate) fn resource(logical_id: &str, message: impl fmt::Display) -> Self {
        Self {
            logical_id: Some(logical_id.to_owned()),
            event_id: None,
            message: format!("Resource with id [{logical_id}] is invalid. {message}"),
        }
    }

    /// A fault of a function's event.
    pub(crate) fn event(event_id: &str, message: impl fmt::Display) -> Self {
        Self {
            logical_id: None,
            event_id: Some(event_id.to_owned()),
            message: format!("Event with id [{event_id}] is invalid. {message}"),
        }
    }

    /// A fault of the template as a whole.
    pub(crate) fn template(message: impl fmt::Display) -> Self {
        Self {
            logical_id: None,
            event_id: None,
            message: format!("Structure of the SAM template is invalid. {message}"),
        }
    }

    /// A fault of the `Globals` section.
    pub(crate) fn globals(message: impl fmt::Display) -> Self {
        Self {
            logical_id: Some("Globals".to_owned()),
            event_id: None,
            message: format!("'Globals' section is invalid. {message}"),
        }
    }

    /// A generated resource takes the name of one that the template has already.
    pub(crate) fn duplicate(logical_id: &str, duplicate: &str, resource_type: &str) -> Self {
        Self {
            logical_id: Some(logical_id.to_owned()),
            event_id: None,
            message: format!(
                "Transforming resource with id [{logical_id}] attempts to create a new resource \
                 with id [{duplicate}] and type \"{resource_type}\". A resource with that id \
                 already exists within this template. Please use a different id for that resource."
            ),
        }
    }

    /// What this translator does not know yet. Never silently wrong.
    pub(crate) fn unsupported(logical_id: &str, what: impl fmt::Display) -> Self {
        Self::resource(logical_id, format!("{what} is not supported yet."))
    }

    /// The fault of an event as the fault of the function that has it.
    pub(crate) fn of_resource(self, logical_id: &str) -> Self {
        match self.event_id {
            Some(event_id) => Self {
                logical_id: Some(logical_id.to_owned()),
                message: format!("Resource with id [{logical_id}] is invalid. {}", self.message),
                event_id: Some(event_id),
            },
            None => self,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// The sentence with which CloudFormation fails a stack whose template has these problems.
pub fn document_error(problems: &[Problem]) -> String {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| sort_key(problem));
    let mut text =
        format!("Invalid Serverless Application Specification document. Number of errors found: {}.", problems.len());
    for problem in sorted {
        text.push(' ');
        text.push_str(&problem.message);
    }
    text
}

fn sort_key(problem: &Problem) -> &str {
    let named = problem.logical_id.as_deref().or(problem.event_id.as_deref());
    named.unwrap_or(&problem.message)
}

/// Different parts of the translator may find the same fault.
pub(crate) fn without_duplicates(problems: Vec<Problem>) -> Vec<Problem> {
    let mut unique: Vec<Problem> = Vec::new();
    for problem in problems {
        if !unique.iter().any(|other| other.message == problem.message) {
            unique.push(problem);
        }
    }
    unique
}
