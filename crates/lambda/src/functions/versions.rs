//! Published versions: numbered and unchangeable.

use aws_api::Call;
use kernel::{AwsError, Batch, Kernel};
use serde_json::{Value, json};

use super::{check_revision, configuration, page, target};
use crate::{
    Lambda,
    names::{Target, conflict, invalid},
    state::{Function, LATEST, Progress, State, Version},
};

impl Lambda {
    pub(crate) async fn publish_version(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let mut batch = Batch::default();
        let version = self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            check_revision(&call.input, &function.latest.revision)?;
            let current = &function.latest.code;
            if let Some(expected) = call.input["CodeSha256"].as_str().filter(|expected| expected != current) {
                return Err(invalid(&format!(
                    "CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({current}). Please try \
                     again with the CodeSHA256 in $LATEST."
                )));
            }
            publish(function, call.input["Description"].as_str(), &self.kernel)
        })?;
        self.commit(batch).await?;
        self.settle_in_background(&target);
        Ok(configuration::describe(&self.state.borrow(), &target.with_qualifier(&version.name()), &version))
    }

    pub(crate) fn list_versions_by_function(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let state = self.state.borrow();
        let function = state.function(&target)?;
        let versions = [&function.latest].into_iter().chain(function.versions.values());
        let listed = versions.map(|version| {
            let order = version.number.map_or_else(|| LATEST.to_owned(), |number| format!("{number:020}"));
            (order, configuration::listed(&state, &target.with_qualifier(&version.name()), version))
        });
        Ok(page("Versions", listed.collect(), &call.input))
    }
}

/// Publishes `$LATEST`, or returns the newest version if nothing has changed since.
pub fn publish(function: &mut Function, description: Option<&str>, kernel: &Kernel) -> Result<Version, AwsError> {
    let latest = &function.latest;
    let newest = function.versions.values().next_back();
    if let Some(newest) = newest.filter(|newest| newest.generation == latest.generation) {
        return Ok(newest.clone());
    }
    let mut settings = latest.settings.clone();
    if let Some(description) = description {
        settings = settings.updated(&json!({"Description": description}))?;
    }
    let number = function.next_version;
    // A version of what is ready is ready at once, unless a snapshot is to be taken.
    let progress = match latest.progress == Progress::Settled && !settings.snap_start.is_on() {
        true => Progress::Settled,
        false => Progress::Creating,
    };
    let version = Version { number: Some(number), settings, revision: kernel.rng.uuid(), progress, ..latest.clone() };
    function.versions.insert(number, version.clone());
    function.next_version = number + 1;
    if latest.progress == Progress::Settled {
        function.latest.revision = kernel.rng.uuid();
    }
    Ok(version)
}

/// Deletes one version.
pub fn delete(state: &mut State, target: &Target, qualifier: &str, batch: &mut Batch) -> Result<(), AwsError> {
    if qualifier == LATEST {
        return Err(invalid("$LATEST version cannot be deleted without deleting the function."));
    }
    let Ok(number) = qualifier.parse::<u64>() else {
        return Err(invalid("Deletion of aliases is not currently supported."));
    };
    state.change_function(&target.function(), batch, |function| {
        let points = |alias: &crate::state::Alias| alias.version == qualifier || alias.weights.contains_key(qualifier);
        let aliases: Vec<_> =
            function.aliases.iter().filter(|(_, alias)| points(alias)).map(|(name, _)| name.as_str()).collect();
        if !aliases.is_empty() {
            return Err(conflict(&format!(
                "Version {qualifier} of function {} cannot be deleted because it is referenced by the following \
                 aliases: {}",
                target.name,
                aliases.join(",")
            )));
        }
        // A version that is not there is no error: the call can be repeated.
        function.versions.remove(&number);
        function.forget_qualifier(qualifier);
        Ok(())
    })?;
    state.drop_unused_code(batch);
    Ok(())
}
