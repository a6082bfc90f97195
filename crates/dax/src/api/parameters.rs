//! Parameter groups: how long the caches keep things.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{page, text, texts};
use crate::{
    Dax, rules,
    state::{DEFAULT_PARAMETER_GROUP, ParameterGroup, place},
};

const RECORD_TTL: &str = "record-ttl-millis";
const QUERY_TTL: &str = "query-ttl-millis";
const KIND: &str = "PARAMETER_GROUP";

impl Dax {
    /// CreateParameterGroup
    pub async fn create_parameter_group(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name =
            rules::group_name("ParameterGroupName", text(&call.input, "ParameterGroupName").unwrap_or_default())?;
        let group = ParameterGroup::new(text(&call.input, "Description").map(str::to_owned));
        let answer = described(&name, &group);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            if region.parameter_groups.contains_key(&name) {
                let message = format!("Parameter group {name} already exists.");
                return Err(AwsError::new("ParameterGroupAlreadyExistsFault", message));
            }
            if region.parameter_groups.len() >= rules::MAX_PARAMETER_GROUPS {
                let message = format!("You cannot have more than {} parameter groups.", rules::MAX_PARAMETER_GROUPS);
                return Err(AwsError::new("ParameterGroupQuotaExceededFault", message));
            }
            region.parameter_groups.insert(name.clone(), group);
            region.tell(KIND, &name, "Parameter group created.", self.now());
            state.keep_parameters(&place, &name, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({"ParameterGroup": answer}))
    }

    /// DescribeParameterGroups
    pub fn describe_parameter_groups(&self, call: &Call) -> Result<Value, AwsError> {
        let names = texts(&call.input, "ParameterGroupNames");
        let mut state = self.state.borrow_mut();
        let groups = &state.region(&place(&call.scope)).parameter_groups;
        if let Some(missing) = names.iter().find(|name| !groups.contains_key(*name)) {
            return Err(rules::no_parameter_group(missing));
        }
        let wanted = groups.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
        page(&call.input, "ParameterGroups", wanted.map(|(name, group)| described(name, group)).collect())
    }

    /// UpdateParameterGroup: takes effect at once, also for what is cached already.
    pub async fn update_parameter_group(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name = text(&call.input, "ParameterGroupName").unwrap_or_default().to_ascii_lowercase();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            let mut group =
                region.parameter_groups.get(&name).cloned().ok_or_else(|| rules::no_parameter_group(&name))?;
            if name == DEFAULT_PARAMETER_GROUP {
                return Err(rules::reserved(&name));
            }
            for parameter in call.input["ParameterNameValues"].as_array().into_iter().flatten() {
                let (name, value) = (text(parameter, "ParameterName"), text(parameter, "ParameterValue"));
                set(&mut group, name.unwrap_or_default(), value.unwrap_or_default())?;
            }
            let answer = described(&name, &group);
            region.parameter_groups.insert(name.clone(), group);
            region.tell(KIND, &name, "Parameter group updated.", self.now());
            state.keep_parameters(&place, &name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({"ParameterGroup": answer}))
    }

    /// DeleteParameterGroup
    pub async fn delete_parameter_group(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name = text(&call.input, "ParameterGroupName").unwrap_or_default().to_ascii_lowercase();
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            if !region.parameter_groups.contains_key(&name) {
                return Err(rules::no_parameter_group(&name));
            }
            if name == DEFAULT_PARAMETER_GROUP {
                return Err(rules::reserved(&name));
            }
            if region.clusters.values().any(|cluster| cluster.parameter_group == name) {
                let message = format!("Parameter group {name} is in use by one or more clusters.");
                return Err(AwsError::new("InvalidParameterGroupStateFault", message));
            }
            region.parameter_groups.remove(&name);
            region.tell(KIND, &name, "Parameter group deleted.", self.now());
            state.keep_parameters(&place, &name, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({"DeletionMessage": format!("Parameter group {name} has been deleted.")}))
    }

    /// DescribeParameters
    pub fn describe_parameters(&self, call: &Call) -> Result<Value, AwsError> {
        let name = text(&call.input, "ParameterGroupName").unwrap_or_default().to_ascii_lowercase();
        let mut state = self.state.borrow_mut();
        let groups = &state.region(&place(&call.scope)).parameter_groups;
        let group = groups.get(&name).ok_or_else(|| rules::no_parameter_group(&name))?;
        // Every parameter can be set by the user, which is what `Source` says even of defaults.
        let wanted = text(&call.input, "Source").is_none_or(|source| source == "user");
        page(&call.input, "Parameters", if wanted { parameters(group) } else { Vec::new() })
    }
}

/// DescribeDefaultParameters
pub fn describe_default(call: &Call) -> Result<Value, AwsError> {
    page(&call.input, "Parameters", parameters(&ParameterGroup::new(None)))
}

fn set(group: &mut ParameterGroup, name: &str, value: &str) -> Result<(), AwsError> {
    let number = || value.parse().map_err(|_| rules::invalid(format!("Invalid value for parameter {name}: {value}")));
    match name {
        RECORD_TTL => group.record_ttl = number()?,
        QUERY_TTL => group.query_ttl = number()?,
        _ => return Err(rules::invalid(format!("Invalid parameter name: {name}"))),
    }
    Ok(())
}

fn described(name: &str, group: &ParameterGroup) -> Value {
    let mut answer = json!({"ParameterGroupName": name});
    if let Some(description) = &group.description {
        answer["Description"] = json!(description);
    }
    answer
}

fn parameters(group: &ParameterGroup) -> Vec<Value> {
    let record = "Duration in milliseconds for records to remain valid in cache (Default: 0 = infinite)";
    let query = "Duration in milliseconds for queries to remain cached";
    let parameters = [(QUERY_TTL, group.query_ttl, query), (RECORD_TTL, group.record_ttl, record)];
    let described = parameters.into_iter().map(|(name, value, description)| {
        json!({
            "ParameterName": name,
            "ParameterType": "DEFAULT",
            "ParameterValue": value.to_string(),
            "NodeTypeSpecificValues": [],
            "Description": description,
            "Source": "user",
            "DataType": "integer",
            "AllowedValues": "0-",
            "IsModifiable": "TRUE",
            "ChangeType": "IMMEDIATE",
        })
    });
    described.collect()
}
