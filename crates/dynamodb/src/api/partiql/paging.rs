//! `NextToken`: where a SELECT goes on.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::{
    api::Input,
    value::{Item, item_to_json, parse_item},
};

/// A place among the stretches that a statement reads.
#[derive(Default)]
pub struct Start {
    /// The stretch.
    pub area: usize,
    /// The key of the last item that was read in it.
    pub after: Option<Item>,
}

/// Where the statement begins: at its beginning, or where its token says.
pub fn start(input: Input<'_>) -> Result<Start, AwsError> {
    let Some(token) = input.text("NextToken") else { return Ok(Start::default()) };
    let invalid = || AwsError::validation("Invalid NextToken");
    let bytes = STANDARD.decode(token).map_err(|_| invalid())?;
    let token: Value = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
    let token = Input(&token);
    if token.text("of").ok_or_else(invalid)? != fingerprint(input) {
        return Err(AwsError::validation("NextToken does not match request"));
    }
    let area = token.number("area").and_then(|area| usize::try_from(area).ok()).ok_or_else(invalid)?;
    let after = token.get("after").map(parse_item).transpose().map_err(|_| invalid())?;
    Ok(Start { area, after })
}

/// The token that leads to `start`.
pub fn token(input: Input<'_>, start: &Start) -> String {
    let after = start.after.as_ref().map(item_to_json);
    STANDARD.encode(json!({"of": fingerprint(input), "area": start.area, "after": after}).to_string())
}

/// A token is of one statement with its parameters; other members of the request may change.
fn fingerprint(input: Input<'_>) -> String {
    let statement = json!([input.text("Statement"), input.list("Parameters")]);
    STANDARD.encode(Md5::digest(statement.to_string()))
}
