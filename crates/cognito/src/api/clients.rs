//! App clients.

use aws_api::Call;
use kernel::Batch;
use serde_json::{Map, Value, json};

use super::{pools::seconds, text};
use crate::{
    Cognito,
    error::Error,
    rules::strings,
    state::{Client, Pool, without_nulls},
};

pub(super) fn call(cognito: &Cognito, call: &Call, batch: &mut Batch) -> Result<Option<Value>, Error> {
    let (operation, input) = (call.operation, &call.input);
    Ok(Some(match operation {
        "CreateUserPoolClient" => create(cognito, input, batch)?,
        "DescribeUserPoolClient" => {
            let pool = cognito.pool_named(input)?;
            json!({"UserPoolClient": describe(&pool, pool.client(text(input, "ClientId"))?)})
        }
        "UpdateUserPoolClient" => update(cognito, input, batch)?,
        "DeleteUserPoolClient" => delete(cognito, input, batch)?,
        "ListUserPoolClients" => list(&cognito.pool_named(input)?),
        _ => return Ok(None),
    }))
}

/// Old and new names of flows do not mix.
fn check(settings: &Value) -> Result<(), Error> {
    let flows = strings(&settings["ExplicitAuthFlows"]);
    let new = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if new != 0 && new != flows.len() {
        return Err(Error::invalid("Cannot specify both legacy and new ExplicitAuthFlows values."));
    }
    Ok(())
}

fn create(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    check(input)?;
    let mut pool = cognito.pool_named(input)?;
    let rng = &cognito.kernel.rng;
    let now = cognito.now_millis();
    let client = Client {
        id: rng.lower_alphanumeric(26),
        secret: (input["GenerateSecret"] == true).then(|| rng.lower_alphanumeric(51)),
        created: now,
        modified: now,
        settings: input.clone(),
    };
    let output = json!({"UserPoolClient": describe(&pool, &client)});
    pool.clients.insert(client.id.clone(), client);
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(output)
}

/// Settings that an update leaves out go back to their defaults, as in AWS.
fn update(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    check(input)?;
    let mut pool = cognito.pool_named(input)?;
    let mut client = pool.client(text(input, "ClientId"))?.clone();
    let name = client.settings["ClientName"].clone();
    client.settings = input.clone();
    if client.settings["ClientName"].is_null() {
        client.settings["ClientName"] = name;
    }
    client.modified = cognito.now_millis();
    let output = json!({"UserPoolClient": describe(&pool, &client)});
    pool.clients.insert(client.id.clone(), client);
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(output)
}

fn delete(cognito: &Cognito, input: &Value, batch: &mut Batch) -> Result<Value, Error> {
    let mut pool = cognito.pool_named(input)?;
    let id = text(input, "ClientId");
    pool.client(id)?;
    pool.clients.remove(id);
    cognito.state.borrow_mut().put_pool(pool, batch);
    Ok(json!({}))
}

fn list(pool: &Pool) -> Value {
    let clients = pool.clients.values().map(
        |client| json!({"ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.settings["ClientName"]}),
    );
    json!({"UserPoolClients": clients.collect::<Vec<_>>()})
}

fn describe(pool: &Pool, client: &Client) -> Value {
    let mut out: Map<String, Value> = client.settings.as_object().cloned().unwrap_or_default();
    out.remove("GenerateSecret");
    out.entry("RefreshTokenValidity").or_insert_with(|| 30.into());
    out.entry("EnableTokenRevocation").or_insert_with(|| true.into());
    out.entry("AllowedOAuthFlowsUserPoolClient").or_insert_with(|| false.into());
    let own = json!({
        "UserPoolId": pool.id,
        "ClientId": client.id,
        "ClientSecret": client.secret,
        "CreationDate": seconds(client.created),
        "LastModifiedDate": seconds(client.modified),
    });
    if let Value::Object(own) = without_nulls(own) {
        out.extend(own);
    }
    Value::Object(out)
}
