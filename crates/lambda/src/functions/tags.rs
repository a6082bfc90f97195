//! Tags of functions and of event source mappings.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde_json::{Map, Value, json};

use crate::{
    Lambda,
    names::{Target, invalid, not_found},
};

const MAX_TAGS: usize = 50;

/// Whose tags are meant.
enum Tagged {
    Function(Target),
    Mapping(String),
}

impl Lambda {
    pub(crate) fn list_tags(&self, call: Call) -> Result<Value, AwsError> {
        let state = self.state.borrow();
        let tags = match tagged(&call)? {
            Tagged::Function(target) => state.function(&target)?.tags.clone(),
            Tagged::Mapping(uuid) => {
                state.mapping(&uuid).map(|mapping| mapping.tags.clone()).ok_or_else(|| no_mapping(&call))?
            }
        };
        Ok(json!({"Tags": tags}))
    }

    /// `TagResource` and `UntagResource`.
    pub(crate) async fn change_tags(&self, call: Call) -> Result<Value, AwsError> {
        let added = read(&call.input["Tags"])?;
        let removed = &call.input["TagKeys"];
        if removed.as_array().is_some_and(Vec::is_empty) || (call.operation == "UntagResource" && removed.is_null()) {
            return Err(AwsError::validation(
                "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be \
                 null",
            ));
        }
        if removed.is_null() && added.is_empty() {
            return Err(invalid("An error occurred and the request cannot be processed."));
        }
        let change = |tags: &mut Map<String, Value>| {
            tags.extend(added);
            tags.retain(|name, _| removed.as_array().is_none_or(|keys| !keys.contains(&json!(name))));
            check(tags)
        };
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            match tagged(&call)? {
                Tagged::Function(target) => {
                    state.change_function(&target, &mut batch, |function| {
                        change(&mut function.tags)?;
                        function.revise(None, self.kernel.rng.uuid());
                        Ok(())
                    })?;
                }
                Tagged::Mapping(uuid) => {
                    let changed = state.change_mapping(&uuid, &mut batch, |mapping| change(&mut mapping.tags));
                    changed.ok_or_else(|| no_mapping(&call))??;
                }
            }
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

/// The tags that an input brings, if it brings any.
pub fn read(input: &Value) -> Result<Map<String, Value>, AwsError> {
    let tags = input.as_object().cloned().unwrap_or_default();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Map<String, Value>) -> Result<(), AwsError> {
    if tags.len() > MAX_TAGS {
        return Err(invalid("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}

fn tagged(call: &Call) -> Result<Tagged, AwsError> {
    let text = call.input["Resource"].as_str().unwrap_or_default();
    if let Some(uuid) =
        text.parse::<Arn>().ok().and_then(|arn| Some(arn.resource.strip_prefix("event-source-mapping:")?.to_owned()))
    {
        return Ok(Tagged::Mapping(uuid));
    }
    // A function's policy can let other accounts read and change its tags.
    let target = Target::read_of_any_account(&call.scope, text, None)?;
    if target.qualifier.is_some() {
        return Err(invalid("Tags on function aliases and versions are not supported. Please specify a function ARN."));
    }
    Ok(Tagged::Function(target))
}

fn no_mapping(call: &Call) -> AwsError {
    not_found(&format!("Event source mapping not found: {}", call.input["Resource"].as_str().unwrap_or_default()))
}
