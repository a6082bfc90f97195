//! User pools.

use aws_api::Call;
use kernel::{Batch, Scope};
use serde_json::{Map, Value, json};

use super::text;
use crate::{
    Cognito,
    error::Error,
    rules::{STANDARD_ATTRIBUTES, is_email},
    state::{Pool, without_nulls},
};

pub(super) fn call(cognito: &Cognito, call: &Call, batch: &mut Batch) -> Result<Option<Value>, Error> {
    let (operation, input) = (call.operation, &call.input);
    Ok(Some(match operation {
        "CreateUserPool" => create(cognito, input, &call.scope, batch)?,
        "DescribeUserPool" => json!({"UserPool": describe(cognito, &cognito.pool_named(input)?)}),
        "UpdateUserPool" => update(cognito, input, batch)?,
        "DeleteUserPool" => delete(cognito, input, batch)?,
        "ListUserPools" => list(cognito, input, &call.scope),
        "GetUserPoolMfaConfig" => {
            cognito.pool_named(input)?;
            json!({"MfaConfiguration": "OFF"})
        }
        "CreateUserPoolDomain" => set_domain(cognito, input, Some(text(input, "Domain")), batch)?,
        "DeleteUserPoolDomain" => set_domain(cognito, input, None, batch)?,
        "DescribeUserPoolDomain" => describe_domain(cognito, text(input, "Domain")),
        _ => return Ok(None),
    }))
}

/// What is not offered yet is refused rather than kept and left undone.
fn check(settings: &Value) -> Result<(), Error> {
    let triggers = settings["LambdaConfig"].as_object().is_some_and(|config| !config.is_empty());
    if triggers {
        return Err(Error::invalid("Lambda triggers of user pools are not offered by this cloud yet"));
    }
    if !matches!(settings["MfaConfiguration"].as_str(), None | Some("OFF" | "OPTIONAL")) {
        return Err(Error::invalid("Multi-factor authentication is not offered by this cloud yet"));
    }
    let both = ["AliasAttributes", "UsernameAttributes"]
        .iter()
        .all(|list| settings[list].as_array().is_some_and(|l| !l.is_empty()));
    if both {
        return Err(Error::invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool."));
    }
    Ok(())
}

fn create(cognito: &Cognito, input: &Value, scope: &Scope, batch: &mut Batch) -> Result<Value, Error> {
    check(input)?;
    let rng = &cognito.kernel.rng;
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let now = cognito.now_millis();
    let pool = Pool {
        id: format!("{}_{}", scope.region, rng.string(letters, 9)),
        account: scope.account.clone(),
        region: scope.region.clone(),
        created: now,
        modified: now,
        settings: input.clone(),
        clients: std::collections::BTreeMap::new(),
        groups: std::collections::BTreeMap::new(),
        domain: None,
        key: None,
    };
    cognito.state.borrow_mut().put_pool(pool.clone(), batch);
    Ok(json!({"UserPool": describe(cognito, &pool)}))
}

/// Settings that an update leaves out go back to their defaults, but for those of creation alone.
fn update(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    check(input)?;
    let mut pool = cognito.pool_named(input)?;
    let mut settings = input.clone();
    for fixed in ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "Schema"] {
        settings[fixed] = pool.settings[fixed].clone();
    }
    if settings["PoolName"].is_null() {
        settings["PoolName"] = pool.settings["PoolName"].clone();
    }
    pool.settings = settings;
    pool.modified = cognito.now_millis();
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(json!({}))
}

fn delete(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let pool = cognito.pool_named(input)?;
    if pool.settings["DeletionProtection"] == "ACTIVE" {
        return Err(Error::invalid(
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
        ));
    }
    if pool.domain.is_some() {
        return Err(Error::invalid(
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        ));
    }
    cognito.state.borrow_mut().remove_pool(&pool.id, batch);
    cognito.keys.borrow_mut().remove(&pool.id);
    Ok(json!({}))
}

fn list(cognito: &Cognito, input: &Value, scope: &Scope) -> Value {
    let state = cognito.state.borrow();
    let own = state.pools().filter(|pool| pool.account == scope.account && pool.region == scope.region);
    let after = text(input, "NextToken");
    let most = input["MaxResults"].as_u64().unwrap_or(60) as usize;
    let mut page: Vec<&Pool> = own.filter(|pool| pool.id.as_str() > after).take(most + 1).collect();
    let next = (page.len() > most).then(|| page.remove(most)).and_then(|_| page.last().map(|pool| pool.id.clone()));
    let pools: Vec<Value> = page
        .iter()
        .map(|pool| {
            json!({
                "Id": pool.id,
                "Name": pool.settings["PoolName"],
                "LambdaConfig": {},
                "CreationDate": seconds(pool.created),
                "LastModifiedDate": seconds(pool.modified),
            })
        })
        .collect();
    without_nulls(json!({"UserPools": pools, "NextToken": next}))
}

fn describe(cognito: &Cognito, pool: &Pool) -> Value {
    const TOLD_OTHERWISE: &[&str] = &["PoolName", "Policies", "Schema", "UserPoolId", "LambdaConfig"];
    let mut out = Map::new();
    for (name, value) in pool.settings.as_object().into_iter().flatten() {
        if !TOLD_OTHERWISE.contains(&name.as_str()) {
            out.insert(name.clone(), value.clone());
        }
    }
    out.entry("MfaConfiguration").or_insert_with(|| "OFF".into());
    out.entry("DeletionProtection").or_insert_with(|| "INACTIVE".into());
    out.entry("AdminCreateUserConfig").or_insert_with(|| json!({"AllowAdminCreateUserOnly": false}));
    let policy = serde_json::to_value(pool.password_policy()).unwrap_or_default();
    let users = cognito.state.borrow().users_of(&pool.id).count();
    let own = json!({
        "Id": pool.id,
        "Name": pool.settings["PoolName"],
        "Arn": pool.arn(),
        "Policies": {"PasswordPolicy": policy},
        "LambdaConfig": {},
        "SchemaAttributes": schema(pool),
        "CreationDate": seconds(pool.created),
        "LastModifiedDate": seconds(pool.modified),
        "EstimatedNumberOfUsers": users,
        "Domain": pool.domain,
    });
    if let Value::Object(own) = without_nulls(own) {
        out.extend(own);
    }
    Value::Object(out)
}

/// The standard attributes and the pool's own.
fn schema(pool: &Pool) -> Vec<Value> {
    let given: Vec<&Value> = pool.settings["Schema"].as_array().into_iter().flatten().collect();
    let settings = |name: &str| given.iter().find(|field| field["Name"] == name);
    let standard = STANDARD_ATTRIBUTES.iter().map(|name| {
        let required = *name == "sub" || settings(name).is_some_and(|field| field["Required"] == true);
        let kind = match *name {
            "email_verified" | "phone_number_verified" => "Boolean",
            "updated_at" => "Number",
            _ => "String",
        };
        json!({
            "Name": name,
            "AttributeDataType": kind,
            "DeveloperOnlyAttribute": false,
            "Mutable": *name != "sub",
            "Required": required,
        })
    });
    let custom = given.iter().filter(|field| !STANDARD_ATTRIBUTES.contains(&text(field, "Name"))).map(|field| {
        let mut described = (*field).clone();
        described["Name"] = format!("custom:{}", text(field, "Name")).into();
        described
    });
    standard.chain(custom).collect()
}

fn set_domain(cognito: &Cognito, input: &Value, domain: Option<&str>, batch: &mut Batch) -> Result<Value, Error> {
    let mut pool = cognito.pool_named(input)?;
    let taken = cognito.state.borrow().pools().any(|other| other.domain.is_some() && other.domain.as_deref() == domain);
    if taken {
        return Err(Error::invalid("Domain already associated with another user pool."));
    }
    pool.domain = domain.map(str::to_owned);
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(json!({}))
}

fn describe_domain(cognito: &Cognito, domain: &str) -> Value {
    let state = cognito.state.borrow();
    let pool = state.pools().find(|pool| pool.domain.as_deref() == Some(domain));
    let description = pool
        .map(|pool| json!({"UserPoolId": pool.id, "AWSAccountId": pool.account, "Domain": domain, "Status": "ACTIVE"}));
    json!({"DomainDescription": description.unwrap_or_else(|| json!({}))})
}

/// Milliseconds as the seconds that the API writes.
pub(super) fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

/// Refuses a username that is not what the pool takes for one.
pub(super) fn check_username(pool: &Pool, username: &str) -> Result<(), Error> {
    let by_email = pool.lists("UsernameAttributes", "email");
    let by_phone = pool.lists("UsernameAttributes", "phone_number");
    let fits = (by_email && is_email(username)) || (by_phone && crate::rules::is_phone_number(username));
    match (by_email, by_phone) {
        (true, false) if !fits => Err(Error::invalid("Username should be an email.")),
        (false, true) if !fits => Err(Error::invalid("Username should be a phone number.")),
        (true, true) if !fits => Err(Error::invalid("Username should be either an email or a phone number.")),
        (false, false) if is_email(username) && pool.lists("AliasAttributes", "email") => {
            Err(Error::invalid("Username cannot be of email format, since user pool is configured for email alias."))
        }
        _ => Ok(()),
    }
}
