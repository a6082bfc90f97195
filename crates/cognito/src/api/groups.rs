//! Groups and who is in them.

use aws_api::Call;
use kernel::Batch;
use serde_json::{Value, json};

use super::{admin::describe_user, pools::seconds, text};
use crate::{
    Cognito,
    error::Error,
    state::{Group, Pool, without_nulls},
};

pub(super) fn call(cognito: &Cognito, call: &Call, batch: &mut Batch) -> Result<Option<Value>, Error> {
    let (operation, input) = (call.operation, &call.input);
    Ok(Some(match operation {
        "CreateGroup" => create(cognito, input, batch)?,
        "GetGroup" => {
            let pool = cognito.pool_named(input)?;
            json!({"Group": describe(&pool, group(&pool, input)?)})
        }
        "ListGroups" => {
            let pool = cognito.pool_named(input)?;
            json!({"Groups": pool.groups.values().map(|group| describe(&pool, group)).collect::<Vec<_>>()})
        }
        "DeleteGroup" => delete(cognito, input, batch)?,
        "AdminAddUserToGroup" | "AdminRemoveUserFromGroup" => {
            let (pool, mut user) = cognito.of_admin(input)?;
            let name = group(&pool, input)?.name.clone();
            user.groups.retain(|other| *other != name);
            if operation == "AdminAddUserToGroup" {
                user.groups.push(name);
            }
            cognito.save_user(user, batch);
            json!({})
        }
        "AdminListGroupsForUser" => {
            let (pool, user) = cognito.of_admin(input)?;
            let groups = user.groups.iter().filter_map(|name| pool.groups.get(name));
            json!({"Groups": groups.map(|group| describe(&pool, group)).collect::<Vec<_>>()})
        }
        "ListUsersInGroup" => {
            let pool = cognito.pool_named(input)?;
            let name = &group(&pool, input)?.name;
            let state = cognito.state.borrow();
            let members = state.users_of(&pool.id).filter(|user| user.groups.contains(name));
            json!({"Users": members.map(|user| describe_user(user, "Attributes")).collect::<Vec<_>>()})
        }
        _ => return Ok(None),
    }))
}

fn group<'a>(pool: &'a Pool, input: &Value) -> Result<&'a Group, Error> {
    pool.groups.get(text(input, "GroupName")).ok_or(Error::GroupNotFound)
}

fn create(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let mut pool = cognito.pool_named(input)?;
    if group(&pool, input).is_ok() {
        return Err(Error::GroupExists);
    }
    let now = cognito.now_millis();
    let group = Group {
        name: text(input, "GroupName").to_owned(),
        description: input["Description"].as_str().map(str::to_owned),
        role_arn: input["RoleArn"].as_str().map(str::to_owned),
        precedence: input["Precedence"].as_u64(),
        created: now,
        modified: now,
    };
    let output = json!({"Group": describe(&pool, &group)});
    pool.groups.insert(group.name.clone(), group);
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(output)
}

fn delete(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let mut pool = cognito.pool_named(input)?;
    let name = group(&pool, input)?.name.clone();
    pool.groups.remove(&name);
    let mut state = cognito.state.borrow_mut();
    let members: Vec<_> = state.users_of(&pool.id).filter(|user| user.groups.contains(&name)).cloned().collect();
    for mut user in members {
        user.groups.retain(|other| *other != name);
        state.put_user(user, batch);
    }
    state.put_pool(pool, batch);
    Ok(json!({}))
}

fn describe(pool: &Pool, group: &Group) -> Value {
    without_nulls(json!({
        "GroupName": group.name,
        "UserPoolId": pool.id,
        "Description": group.description,
        "RoleArn": group.role_arn,
        "Precedence": group.precedence,
        "CreationDate": seconds(group.created),
        "LastModifiedDate": seconds(group.modified),
    }))
}
