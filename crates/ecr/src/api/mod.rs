//! What the wire says: one function for every operation.

mod images;
mod repositories;
mod uploads;

use aws_api::{Api, Call};
use kernel::{Access, AwsError};
use serde_json::{Value, json};

pub use uploads::Uploads;

use crate::{
    Ecr,
    rules::{invalid, no_repository},
    state::{Place, Repository, arn, place},
};

/// ECR's table of operations.
///
/// # Panics
/// Never: the tables are part of the program.
#[expect(clippy::expect_used, reason = "the table is compiled in")]
pub fn table() -> &'static Api {
    aws_api::api("ecr").expect("compiled in")
}

impl Ecr {
    /// Does what `call` asks.
    pub async fn dispatch(&self, call: &Call) -> Result<Value, AwsError> {
        match call.operation {
            "CreateRepository" => self.create_repository(call).await,
            "DescribeRepositories" => self.describe_repositories(call),
            "DeleteRepository" => self.delete_repository(call).await,
            "PutImageTagMutability" => self.put_image_tag_mutability(call).await,
            "PutImageScanningConfiguration" => self.put_image_scanning_configuration(call).await,
            "SetRepositoryPolicy" => self.set_repository_policy(call).await,
            "GetRepositoryPolicy" => self.get_repository_policy(call),
            "DeleteRepositoryPolicy" => self.delete_repository_policy(call).await,
            "PutLifecyclePolicy" => self.put_lifecycle_policy(call).await,
            "GetLifecyclePolicy" => self.get_lifecycle_policy(call),
            "DeleteLifecyclePolicy" => self.delete_lifecycle_policy(call).await,
            "TagResource" | "UntagResource" => self.change_tags(call).await,
            "ListTagsForResource" => self.list_tags(call),
            "GetAuthorizationToken" => Ok(self.get_authorization_token(call)),
            "InitiateLayerUpload" => self.initiate_layer_upload(call),
            "UploadLayerPart" => self.upload_layer_part(call),
            "CompleteLayerUpload" => self.complete_layer_upload(call).await,
            "BatchCheckLayerAvailability" => self.batch_check_layer_availability(call),
            "GetDownloadUrlForLayer" => self.get_download_url_for_layer(call),
            "PutImage" => self.put_image(call).await,
            "BatchGetImage" => self.batch_get_image(call),
            "BatchDeleteImage" => self.batch_delete_image(call).await,
            "ListImages" => self.list_images(call),
            "DescribeImages" => self.describe_images(call),
            _ => Err(aws_api::unknown_operation(table())),
        }
    }

    /// What a call needs: the repository's own policy has a say in it.
    pub fn access_of(&self, call: &Call) -> Vec<Access> {
        let action = format!("ecr:{}", call.operation);
        if let Some(arn) = call.input["resourceArn"].as_str() {
            return vec![Access::new(action, arn)];
        }
        let place = registry(call);
        let Some(name) = call.input["repositoryName"].as_str() else { return vec![Access::new(action, "*")] };
        let state = self.state.borrow();
        let policy = state.repository(&place, name).and_then(|repository| repository.policy.as_deref());
        let policy = policy.and_then(|text| serde_json::from_str(text).ok());
        vec![Access::new(action, arn(&place, name)).with_resource_policy(policy)]
    }

    /// Changes the repository that `call` names.
    async fn change<T>(
        &self,
        call: &Call,
        change: impl FnOnce(&mut Repository) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let mut batch = kernel::Batch::default();
        let changed = {
            let mut state = self.state.borrow_mut();
            let mut repository = state.repository(&place, name).ok_or_else(|| no_repository(&place, name))?.clone();
            let changed = change(&mut repository)?;
            state.put(&place, name, repository, &mut batch);
            changed
        };
        self.commit(batch).await?;
        Ok(changed)
    }

    /// Looks at the repository that `call` names.
    fn look<T>(&self, call: &Call, look: impl FnOnce(&Repository) -> Result<T, AwsError>) -> Result<T, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let state = self.state.borrow();
        look(state.repository(&place, name).ok_or_else(|| no_repository(&place, name))?)
    }
}

/// The registry that a call names, its own if it names none.
fn registry(call: &Call) -> Place {
    let (account, region) = place(&call.scope);
    (call.input["registryId"].as_str().map_or(account, str::to_owned), region)
}

fn text<'a>(call: &'a Call, name: &str) -> &'a str {
    call.input[name].as_str().unwrap_or_default()
}

/// Milliseconds as the wire's seconds.
fn seconds(millis: u64) -> Value {
    json!(millis as f64 / 1000.0)
}

/// One page of `entries`, as the member `name` of an answer. A token is the position of the next page.
fn page(call: &Call, name: &str, entries: Vec<Value>) -> Result<Value, AwsError> {
    let limit = call.input["maxResults"].as_u64().unwrap_or(100) as usize;
    let start: usize = match call.input["nextToken"].as_str() {
        Some(token) => token.parse().map_err(|_| {
            invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'must be a token of an answer'")
        })?,
        None => 0,
    };
    let end = start.saturating_add(limit);
    let more = entries.len() > end;
    let mut answer = json!({ name: entries.into_iter().skip(start).take(limit).collect::<Vec<_>>() });
    if more {
        answer["nextToken"] = json!(end.to_string());
    }
    Ok(answer)
}
