//! SearchVectors is read by a reader of its own in AWS, which is written in Rust and says in its library's
//! words what it cannot read.

use kernel::{AwsError, Request};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::error::Category;

/// What a search must have.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "only whether it can be read is of interest")]
struct Members {
    table_name: String,
    index_name: String,
    search_vector: Vec<IgnoredAny>,
    top_k: i32,
}

/// Refuses a search that lacks something, or has it in another type.
pub fn check(request: &Request) -> Result<(), AwsError> {
    let target = request.headers().get("x-amz-target").map_or(&b""[..], |target| target.as_bytes());
    if !target.ends_with(b".SearchVectors") {
        return Ok(());
    }
    match serde_json::from_slice::<Members>(request.body()) {
        Err(error) if error.classify() == Category::Data => {
            let words = error.to_string();
            let code =
                if words.starts_with("missing field") { "ValidationException" } else { "SerializationException" };
            Err(AwsError::new(code, words))
        }
        // What is no JSON at all is refused like everywhere.
        _ => Ok(()),
    }
}
