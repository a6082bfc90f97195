//! Repositories and what is set on them.

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{page, registry, seconds, text};
use crate::{
    Ecr, rules,
    state::{Place, Repository, arn, host},
};

/// How long a password of a registry is good for, in milliseconds.
const PASSWORD_LIFETIME: u64 = 12 * 60 * 60 * 1000;

impl Ecr {
    pub(super) async fn create_repository(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let given = |member: &str, default: Value| match &call.input[member] {
            Value::Null => default,
            value => value.clone(),
        };
        let mut repository = Repository {
            created: self.kernel.clock.now().millis(),
            mutability: call.input["imageTagMutability"].as_str().unwrap_or("MUTABLE").to_owned(),
            scanning: given("imageScanningConfiguration", json!({"scanOnPush": false})),
            encryption: given("encryptionConfiguration", json!({"encryptionType": "AES256"})),
            ..Repository::default()
        };
        check_mutability(&repository.mutability)?;
        tag(&mut repository, &call.input["tags"])?;
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            if state.repository(&place, name).is_some() {
                return Err(rules::repository_exists(&place, name));
            }
            if state.repositories(&place).count() >= rules::MAX_REPOSITORIES {
                let message = format!(
                    "The registry with id '{}' already has the maximum allowed number of repositories which is '{}'",
                    place.0,
                    rules::MAX_REPOSITORIES
                );
                return Err(AwsError::new("LimitExceededException", message));
            }
            let answer = describe(&place, name, &repository);
            state.put(&place, name, repository, &mut batch);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({ "repository": answer }))
    }

    pub(super) fn describe_repositories(&self, call: &Call) -> Result<Value, AwsError> {
        let place = registry(call);
        let state = self.state.borrow();
        if let Some(names) = call.input["repositoryNames"].as_array() {
            let found = names.iter().filter_map(Value::as_str).map(|name| {
                let repository = state.repository(&place, name).ok_or_else(|| rules::no_repository(&place, name))?;
                Ok(describe(&place, name, repository))
            });
            return Ok(json!({ "repositories": found.collect::<Result<Vec<_>, AwsError>>()? }));
        }
        let all = state.repositories(&place).map(|(name, repository)| describe(&place, name, repository));
        page(call, "repositories", all.collect())
    }

    pub(super) async fn delete_repository(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let repository = state.repository(&place, name).ok_or_else(|| rules::no_repository(&place, name))?;
            if !repository.images.is_empty() && call.input["force"] != true {
                return Err(rules::not_empty(&place, name));
            }
            let answer = describe(&place, name, repository);
            state.remove(&place, name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({ "repository": answer }))
    }

    pub(super) async fn put_image_tag_mutability(&self, call: &Call) -> Result<Value, AwsError> {
        let mutability = text(call, "imageTagMutability");
        check_mutability(mutability)?;
        self.change(call, |repository| {
            mutability.clone_into(&mut repository.mutability);
            Ok(())
        })
        .await?;
        Ok(answer(call, &[("imageTagMutability", json!(mutability))]))
    }

    pub(super) async fn put_image_scanning_configuration(&self, call: &Call) -> Result<Value, AwsError> {
        let scanning = &call.input["imageScanningConfiguration"];
        self.change(call, |repository| {
            repository.scanning = scanning.clone();
            Ok(())
        })
        .await?;
        Ok(answer(call, &[("imageScanningConfiguration", scanning.clone())]))
    }

    pub(super) async fn set_repository_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let policy = document(call, "policyText")?;
        self.change(call, |repository| {
            repository.policy = Some(policy.clone());
            Ok(())
        })
        .await?;
        Ok(answer(call, &[("policyText", json!(policy))]))
    }

    pub(super) fn get_repository_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let policy = self.look(call, |repository| {
            repository.policy.clone().ok_or_else(|| missing(call, "RepositoryPolicyNotFoundException", "Repository"))
        })?;
        Ok(answer(call, &[("policyText", json!(policy))]))
    }

    pub(super) async fn delete_repository_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let gone = || missing(call, "RepositoryPolicyNotFoundException", "Repository");
        let policy = self.change(call, |repository| repository.policy.take().ok_or_else(gone)).await?;
        Ok(answer(call, &[("policyText", json!(policy))]))
    }

    pub(super) async fn put_lifecycle_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let policy = document(call, "lifecyclePolicyText")?;
        self.change(call, |repository| {
            repository.lifecycle = Some(policy.clone());
            Ok(())
        })
        .await?;
        Ok(answer(call, &[("lifecyclePolicyText", json!(policy))]))
    }

    pub(super) fn get_lifecycle_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let policy = self.look(call, |repository| {
            repository.lifecycle.clone().ok_or_else(|| missing(call, "LifecyclePolicyNotFoundException", "Lifecycle"))
        })?;
        Ok(answer(call, &[("lifecyclePolicyText", json!(policy))]))
    }

    pub(super) async fn delete_lifecycle_policy(&self, call: &Call) -> Result<Value, AwsError> {
        let gone = || missing(call, "LifecyclePolicyNotFoundException", "Lifecycle");
        let policy = self.change(call, |repository| repository.lifecycle.take().ok_or_else(gone)).await?;
        Ok(answer(call, &[("lifecyclePolicyText", json!(policy))]))
    }

    pub(super) async fn change_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let named = of_arn(call)?;
        self.change(&named, |repository| {
            for key in call.input["tagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                repository.tags.remove(key);
            }
            tag(repository, &call.input["tags"])
        })
        .await?;
        Ok(json!({}))
    }

    pub(super) fn list_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let tags = self.look(&of_arn(call)?, |repository| {
            Ok(repository.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect::<Vec<_>>())
        })?;
        Ok(json!({ "tags": tags }))
    }

    /// A password for `docker login`. The registry here gives layers to whoever has a ticket, and takes
    /// none by Docker's protocol: the password opens nothing.
    pub(super) fn get_authorization_token(&self, call: &Call) -> Value {
        let now = self.kernel.clock.now().millis();
        let own = registry(call);
        let named = call.input["registryIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut registries: Vec<Place> = named.map(|account| (account.to_owned(), own.1.clone())).collect();
        if registries.is_empty() {
            registries.push(own);
        }
        let data = registries.iter().map(|place| {
            json!({
                "authorizationToken": STANDARD.encode(format!("AWS:{}", self.kernel.rng.uuid())),
                "expiresAt": seconds(now + PASSWORD_LIFETIME),
                "proxyEndpoint": format!("https://{}", host(place)),
            })
        });
        json!({ "authorizationData": data.collect::<Vec<_>>() })
    }
}

/// Which tags may change is told by two words here; lists of exceptions are not.
fn check_mutability(mutability: &str) -> Result<(), AwsError> {
    if matches!(mutability, "MUTABLE" | "IMMUTABLE") {
        return Ok(());
    }
    Err(rules::invalid("Samlet knows imageTagMutability MUTABLE and IMMUTABLE, without exclusion filters."))
}

fn tag(repository: &mut Repository, tags: &Value) -> Result<(), AwsError> {
    for tag in tags.as_array().into_iter().flatten() {
        let text = |name: &str| tag[name].as_str().unwrap_or_default().to_owned();
        repository.tags.insert(text("Key"), text("Value"));
    }
    if repository.tags.len() > rules::MAX_TAGS {
        let message = format!("The list of tags has more than {} entries", rules::MAX_TAGS);
        return Err(AwsError::new("TooManyTagsException", message));
    }
    Ok(())
}

/// The call as one that names its repository.
fn of_arn(call: &Call) -> Result<Call, AwsError> {
    let arn = text(call, "resourceArn");
    let name = arn.split_once(":repository/").map(|(_, name)| name).ok_or_else(|| {
        rules::invalid(format!("Invalid parameter at 'resourceArn' failed to satisfy constraint: '{arn}'"))
    })?;
    let input = Map::from_iter([("repositoryName".to_owned(), json!(name))]);
    Ok(Call { operation: call.operation, input: Value::Object(input), scope: call.scope.clone(), read: None })
}

/// A policy's text, which is JSON.
fn document(call: &Call, member: &str) -> Result<String, AwsError> {
    let policy = text(call, member);
    if serde_json::from_str::<Map<String, Value>>(policy).is_err() {
        let message = format!("Invalid parameter at '{member}' failed to satisfy constraint: 'Invalid JSON syntax'");
        return Err(rules::invalid(message));
    }
    Ok(policy.to_owned())
}

fn missing(call: &Call, code: &str, kind: &str) -> AwsError {
    let (place, name) = (registry(call), text(call, "repositoryName"));
    let message = format!(
        "{kind} policy does not exist for the repository with name '{name}' in the registry with id '{}'",
        place.0
    );
    AwsError::new(code, message)
}

/// An answer that names the repository.
fn answer(call: &Call, members: &[(&str, Value)]) -> Value {
    let mut answer = json!({"registryId": registry(call).0, "repositoryName": text(call, "repositoryName")});
    for (name, value) in members {
        answer[*name] = value.clone();
    }
    answer
}

fn describe(place: &Place, name: &str, repository: &Repository) -> Value {
    json!({
        "repositoryArn": arn(place, name),
        "registryId": place.0,
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", host(place)),
        "createdAt": seconds(repository.created),
        "imageTagMutability": repository.mutability,
        "imageScanningConfiguration": repository.scanning,
        "encryptionConfiguration": repository.encryption,
    })
}
