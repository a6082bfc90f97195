//! Subnet groups: where nodes stand. There is no EC2 in this cloud, so any well-formed subnet will do.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{page, text, texts};
use crate::{
    Dax, rules,
    state::{DEFAULT_SUBNET_GROUP, Place, SubnetGroup, place},
};

const KIND: &str = "SUBNET_GROUP";

impl Dax {
    /// CreateSubnetGroup
    pub async fn create_subnet_group(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name = rules::group_name("SubnetGroupName", text(&call.input, "SubnetGroupName").unwrap_or_default())?;
        let description = text(&call.input, "Description").map(str::to_owned);
        let group = SubnetGroup { description, subnets: subnets(&call.input)? };
        let answer = described(&place, &name, &group);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            if region.subnet_groups.contains_key(&name) {
                let message = format!("Subnet group {name} already exists.");
                return Err(AwsError::new("SubnetGroupAlreadyExistsFault", message));
            }
            if region.subnet_groups.len() >= rules::MAX_SUBNET_GROUPS {
                let message = format!("You cannot have more than {} subnet groups.", rules::MAX_SUBNET_GROUPS);
                return Err(AwsError::new("SubnetGroupQuotaExceededFault", message));
            }
            region.subnet_groups.insert(name.clone(), group);
            region.tell(KIND, &name, "Subnet group created.", self.now());
            state.keep_subnets(&place, &name, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({"SubnetGroup": answer}))
    }

    /// DescribeSubnetGroups
    pub fn describe_subnet_groups(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let names = texts(&call.input, "SubnetGroupNames");
        let mut state = self.state.borrow_mut();
        let groups = &state.region(&place).subnet_groups;
        if let Some(missing) = names.iter().find(|name| !groups.contains_key(*name)) {
            return Err(rules::no_subnet_group(missing));
        }
        let wanted = groups.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
        page(&call.input, "SubnetGroups", wanted.map(|(name, group)| described(&place, name, group)).collect())
    }

    /// UpdateSubnetGroup
    pub async fn update_subnet_group(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, place) = (&call.input, place(&call.scope));
        let name = text(input, "SubnetGroupName").unwrap_or_default().to_ascii_lowercase();
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            let mut group = region.subnet_groups.get(&name).cloned().ok_or_else(|| rules::no_subnet_group(&name))?;
            if name == DEFAULT_SUBNET_GROUP {
                return Err(rules::reserved(&name));
            }
            if let Some(description) = text(input, "Description") {
                group.description = Some(description.to_owned());
            }
            if input["SubnetIds"].is_array() {
                group.subnets = subnets(input)?;
            }
            let answer = described(&place, &name, &group);
            region.subnet_groups.insert(name.clone(), group);
            region.tell(KIND, &name, "Subnet group updated.", self.now());
            state.keep_subnets(&place, &name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({"SubnetGroup": answer}))
    }

    /// DeleteSubnetGroup
    pub async fn delete_subnet_group(&self, call: &Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let name = text(&call.input, "SubnetGroupName").unwrap_or_default().to_ascii_lowercase();
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(&place);
            if !region.subnet_groups.contains_key(&name) {
                return Err(rules::no_subnet_group(&name));
            }
            if name == DEFAULT_SUBNET_GROUP {
                return Err(rules::reserved(&name));
            }
            if region.clusters.values().any(|cluster| cluster.subnet_group == name) {
                let message = format!("Subnet group {name} is in use by one or more clusters.");
                return Err(AwsError::new("SubnetGroupInUseFault", message));
            }
            region.subnet_groups.remove(&name);
            region.tell(KIND, &name, "Subnet group deleted.", self.now());
            state.keep_subnets(&place, &name, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({"DeletionMessage": format!("Subnet group {name} has been deleted.")}))
    }
}

fn subnets(input: &Value) -> Result<Vec<String>, AwsError> {
    let subnets = texts(input, "SubnetIds");
    if subnets.is_empty() {
        return Err(AwsError::new("InvalidSubnet", "The subnet group must have at least one subnet."));
    }
    if subnets.len() > rules::MAX_SUBNETS {
        let message = format!("A subnet group cannot have more than {} subnets.", rules::MAX_SUBNETS);
        return Err(AwsError::new("SubnetQuotaExceededFault", message));
    }
    subnets.iter().try_for_each(|subnet| rules::subnet(subnet))?;
    Ok(subnets)
}

fn described((account, region): &Place, name: &str, group: &SubnetGroup) -> Value {
    let zones = ["a", "b", "c"].into_iter().cycle();
    let subnets = group.subnets.iter().zip(zones).map(|(id, zone)| {
        json!({
            "SubnetIdentifier": id,
            "SubnetAvailabilityZone": format!("{region}{zone}"),
            "SupportedNetworkTypes": ["ipv4"],
        })
    });
    let mut answer = json!({
        "SubnetGroupName": name,
        "VpcId": format!("vpc-{}", account.get(..8).unwrap_or("00000000")),
        "Subnets": subnets.collect::<Value>(),
        "SupportedNetworkTypes": ["ipv4"],
    });
    if let Some(description) = &group.description {
        answer["Description"] = json!(description);
    }
    answer
}
