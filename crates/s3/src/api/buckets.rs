use aws_api::Call;
use kernel::{AwsError, DEFAULT_REGION};
use serde_json::{Value, json};

use super::{arn, bucket_of, owner, seconds, text};
use crate::{S3, rules, state::Bucket};

/// The most buckets of one answer.
const MOST_BUCKETS: u64 = 10_000;

impl S3 {
    pub(super) async fn create_bucket(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["ACL", "CreateBucketConfiguration", "ObjectOwnership"])?;
        let configuration = call.input["CreateBucketConfiguration"].as_object();
        let is_more = configuration.is_some_and(|members| members.keys().any(|name| name != "LocationConstraint"));
        if is_more || !matches!(call.input["ObjectOwnership"].as_str(), None | Some("BucketOwnerEnforced")) {
            return Err(rules::not_implemented());
        }
        if !matches!(call.input["ACL"].as_str(), None | Some("private")) {
            let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
            return Err(AwsError::new("InvalidBucketAclWithObjectOwnership", message));
        }
        let name = text(call, "Bucket");
        rules::check_bucket_name(name)?;
        let region = location(call)?;
        let account = call.scope.account.clone();
        let owner = self.state.borrow().buckets.get(name).map(|bucket| bucket.account.clone());
        match owner {
            // Here alone, AWS has kept what it once did everywhere.
            Some(owner) if owner == account && call.scope.region == DEFAULT_REGION => {}
            Some(owner) if owner == account => {
                let message = "Your previous request to create the named bucket succeeded and you already own it.";
                return Err(rules::conflict("BucketAlreadyOwnedByYou", message, name));
            }
            Some(_) => {
                let message = "The requested bucket name is not available. The bucket namespace is shared by all \
                               users of the system. Please select a different name and try again.";
                return Err(rules::conflict("BucketAlreadyExists", message, name));
            }
            None => {
                self.add_bucket(name, Bucket::new(account, region, self.now())).await?;
            }
        }
        Ok(json!({"Location": format!("/{name}"), "BucketArn": arn(call, name)}))
    }

    pub(super) fn head_bucket(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let name = text(call, "Bucket");
        let state = self.state.borrow();
        let bucket = bucket_of(&state, call, name)?;
        Ok(json!({"BucketRegion": bucket.region, "BucketArn": arn(call, name), "AccessPointAlias": false}))
    }

    pub(super) async fn delete_bucket(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let name = text(call, "Bucket");
        let is_empty = bucket_of(&self.state.borrow(), call, name)?.objects.is_empty();
        if !is_empty {
            return Err(rules::conflict("BucketNotEmpty", "The bucket you tried to delete is not empty", name));
        }
        self.remove_bucket(name).await?;
        Ok(json!({}))
    }

    pub(super) fn list_buckets(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["BucketRegion", "ContinuationToken", "MaxBuckets", "Prefix"])?;
        let most = call.input["MaxBuckets"].as_u64().unwrap_or(MOST_BUCKETS);
        if !(1..=MOST_BUCKETS).contains(&most) {
            let message = "Argument max-buckets must be an integer between 1 and 10000";
            return Err(rules::invalid_argument(message, "max-buckets", &most.to_string()));
        }
        let (prefix, after) = (text(call, "Prefix"), text(call, "ContinuationToken"));
        let region = call.input["BucketRegion"].as_str();
        let state = self.state.borrow();
        let mut own = state.buckets.iter().filter(|(name, bucket)| {
            bucket.account == call.scope.account
                && name.starts_with(prefix)
                && name.as_str() > after
                && region.is_none_or(|region| region == bucket.region)
        });
        let page: Vec<_> = own.by_ref().take(most as usize).collect();
        let next = page.last().filter(|_| own.next().is_some()).map(|(name, _)| name.as_str());
        let buckets: Vec<Value> = page
            .iter()
            .map(|(name, bucket)| {
                let moment = seconds(bucket.created_at);
                json!({"Name": name, "CreationDate": moment, "BucketRegion": bucket.region, "BucketArn": arn(call, name)})
            })
            .collect();
        Ok(json!({
            "Buckets": buckets,
            "Owner": owner(&call.scope.account),
            "ContinuationToken": next,
            "Prefix": call.input.get("Prefix"),
        }))
    }

    pub(super) fn get_bucket_location(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let state = self.state.borrow();
        let region = &bucket_of(&state, call, text(call, "Bucket"))?.region;
        Ok(json!({"LocationConstraint": Some(region).filter(|region| *region != DEFAULT_REGION)}))
    }
}

/// Where a new bucket shall be: in the region that is asked, which it must name unless that is us-east-1.
fn location(call: &Call) -> Result<String, AwsError> {
    let named = call.input["CreateBucketConfiguration"]["LocationConstraint"].as_str().filter(|text| !text.is_empty());
    let here = &call.scope.region;
    match named {
        None if here == DEFAULT_REGION => Ok(here.clone()),
        Some(named) if named == here && named != DEFAULT_REGION => Ok(here.clone()),
        Some(DEFAULT_REGION) => {
            let message = "The specified location-constraint is not valid";
            Err(AwsError::new("InvalidLocationConstraint", message).with_member("LocationConstraint", DEFAULT_REGION))
        }
        // The endpoint of us-east-1 is also the global one.
        Some(named) if here == DEFAULT_REGION => Ok(named.to_owned()),
        _ => {
            let named = named.unwrap_or("unspecified");
            let message = format!(
                "The {named} location constraint is incompatible for the region specific endpoint this request \
                 was sent to."
            );
            Err(AwsError::new("IllegalLocationConstraintException", message))
        }
    }
}
