//! Events to test with: samples of every source, and those that the project keeps in `events/`, where the
//! SAM CLI looks for them too.

use crate::model::File;

/// The folder of a project's test events.
const FOLDER: &str = "events/";

/// An event of a source, in the shape that AWS documents for it.
pub struct Sample {
    pub name: &'static str,
    pub text: &'static str,
}

/// All samples, the plainest first.
pub const SAMPLES: [Sample; 8] = [
    Sample { name: "hello-world", text: include_str!("../../../events/hello-world.json") },
    Sample { name: "apigateway-rest", text: include_str!("../../../events/apigateway-rest.json") },
    Sample { name: "apigateway-http", text: include_str!("../../../events/apigateway-http.json") },
    Sample { name: "function-url", text: include_str!("../../../events/function-url.json") },
    Sample { name: "dynamodb-stream", text: include_str!("../../../events/dynamodb-stream.json") },
    Sample { name: "kinesis", text: include_str!("../../../events/kinesis.json") },
    Sample { name: "s3-put", text: include_str!("../../../events/s3-put.json") },
    Sample { name: "cognito-pre-sign-up", text: include_str!("../../../events/cognito-pre-sign-up.json") },
];

/// The file that keeps an event; none when the name cannot be a file's.
pub fn path_of(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    (!name.is_empty() && name.chars().all(is_plain)).then(|| format!("{FOLDER}{name}.json"))
}

/// The events of a project: name and text.
pub fn saved(files: &[File]) -> Vec<(String, String)> {
    let event = |file: &File| {
        let name = file.path.strip_prefix(FOLDER)?.strip_suffix(".json")?;
        Some((name.to_owned(), file.content.text()?.to_string()))
    };
    files.iter().filter_map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Content;

    #[test]
    fn samples_are_json() {
        for sample in SAMPLES {
            assert!(serde_json::from_str::<serde_json::Value>(sample.text).is_ok(), "{}", sample.name);
        }
    }

    #[test]
    fn events_of_the_project_are_known_by_their_files() {
        let file = |path: &str| File { path: path.to_owned(), content: Content::Text("{}".into()), saved: true };
        let path = path_of("new-order").expect("a plain name");
        assert_eq!(saved(&[file(&path), file("src/event.json")]), [("new-order".to_owned(), "{}".to_owned())]);
        assert_eq!((path_of("../x"), path_of("")), (None, None));
    }
}
