//! Aliases: names that point to versions.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{check_revision, page, target};
use crate::{
    Lambda,
    names::{Target, conflict, invalid, not_found, untyped},
    state::{Alias, Function, LATEST},
};

impl Lambda {
    pub(crate) async fn create_alias(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let name = name(&call);
        let mut batch = Batch::default();
        let alias = self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            if function.aliases.contains_key(name) {
                return Err(conflict(&format!("Alias already exists: {}", target.qualified(name))));
            }
            let alias = Alias {
                version: call.input["FunctionVersion"].as_str().unwrap_or_default().to_owned(),
                description: call.input["Description"].as_str().unwrap_or_default().to_owned(),
                weights: weights(&call.input)?.unwrap_or_default(),
                revision: self.kernel.rng.uuid(),
            };
            check(&alias, function, &target)?;
            function.aliases.insert(name.to_owned(), alias.clone());
            Ok(alias)
        })?;
        self.commit(batch).await?;
        Ok(describe(&target, name, &alias))
    }

    pub(crate) async fn update_alias(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let name = name(&call);
        let mut batch = Batch::default();
        let alias = self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            let missing = || not_found(&format!("Alias not found: {}", target.qualified(name)));
            let mut alias = function.aliases.get(name).ok_or_else(missing)?.clone();
            check_revision(&call.input, &alias.revision)?;
            if let Some(version) = call.input["FunctionVersion"].as_str() {
                version.clone_into(&mut alias.version);
            }
            if let Some(description) = call.input["Description"].as_str() {
                description.clone_into(&mut alias.description);
            }
            if let Some(weights) = weights(&call.input)? {
                alias.weights = weights;
            }
            alias.revision = self.kernel.rng.uuid();
            check(&alias, function, &target)?;
            function.aliases.insert(name.to_owned(), alias.clone());
            Ok(alias)
        })?;
        self.commit(batch).await?;
        self.provision(&target);
        Ok(describe(&target, name, &alias))
    }

    pub(crate) fn get_alias(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let name = name(&call);
        let state = self.state.borrow();
        let missing = || not_found(&format!("Cannot find alias arn: {}", target.qualified(name)));
        let alias = state.function(&target)?.aliases.get(name).ok_or_else(missing)?;
        Ok(describe(&target, name, alias))
    }

    pub(crate) fn list_aliases(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let state = self.state.borrow();
        let version = call.input["FunctionVersion"].as_str();
        let aliases = state.function(&target)?.aliases.iter();
        let wanted = aliases.filter(|(_, alias)| version.is_none_or(|version| alias.version == version));
        let listed = wanted.map(|(name, alias)| (name.clone(), describe(&target, name, alias)));
        Ok(page("Aliases", listed.collect(), &call.input))
    }

    pub(crate) async fn delete_alias(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let name = name(&call);
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            function.aliases.remove(name);
            function.forget_qualifier(name);
            Ok(())
        })?;
        self.commit(batch).await?;
        self.provision(&target);
        Ok(json!({}))
    }
}

fn name(call: &Call) -> &str {
    call.input["Name"].as_str().unwrap_or_default()
}

fn weights(input: &Value) -> Result<Option<BTreeMap<String, f64>>, AwsError> {
    match &input["RoutingConfig"] {
        Value::Null => Ok(None),
        routing => Ok(Some(match &routing["AdditionalVersionWeights"] {
            Value::Null => BTreeMap::new(),
            weights => aws_api::parse(weights.clone())?,
        })),
    }
}

fn check(alias: &Alias, function: &Function, target: &Target) -> Result<(), AwsError> {
    if function.version(&alias.version).is_none() {
        return Err(target.with_qualifier(&alias.version).not_found());
    }
    if alias.weights.len() > 1 {
        return Err(invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    for version in alias.weights.keys() {
        if alias.version == LATEST {
            let message = "$LATEST is not supported for an alias pointing to more than 1 version";
            return Err(untyped(invalid(message)));
        }
        if *version == alias.version {
            return Err(invalid(&format!(
                "Invalid function version {version}. Function version {version} is already included in routing \
                 configuration."
            )));
        }
        if function.version(version).is_none() {
            return Err(target.with_qualifier(version).not_found());
        }
    }
    Ok(())
}

fn describe(target: &Target, name: &str, alias: &Alias) -> Value {
    let mut description = json!({
        "AliasArn": target.qualified(name),
        "Name": name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    });
    if !alias.weights.is_empty() {
        description["RoutingConfig"] = json!({"AdditionalVersionWeights": alias.weights});
    }
    description
}
