//! Tags of APIs, stages, API keys and usage plans, named by their ARNs:
//! `arn:aws:apigateway:REGION::/restapis/ID`, `…/stages/NAME`, `…::/apis/ID`, `…::/apikeys/ID`, `…::/usageplans/ID`.

use kernel::{Arn, AwsError, Scope};
use serde_json::{Value, json};

use crate::{
    ApiGateway,
    error::{bad_request, not_found},
    http_api::model::HttpApi,
    openapi::{object, texts},
    rest::model::{RestApi, Texts},
};

/// Puts the tags of `tags` on the resource.
pub async fn tag(gateway: &ApiGateway, scope: &Scope, arn: &str, tags: &Value) -> Result<Value, AwsError> {
    let new: Vec<(String, String)> =
        object(tags).filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    change(gateway, scope, arn, |known| {
        known.extend(new);
        Ok(())
    })
    .await
}

/// Takes the tags of `keys` off the resource.
pub async fn untag(gateway: &ApiGateway, scope: &Scope, arn: &str, keys: &Value) -> Result<Value, AwsError> {
    let keys = texts(keys);
    change(gateway, scope, arn, |known| {
        known.retain(|key, _| !keys.contains(key));
        Ok(())
    })
    .await
}

/// What an ARN names.
enum Place {
    RestApi(String),
    /// A stage of a REST API.
    RestStage(String, String),
    HttpApi(String),
    /// A stage of an HTTP API.
    HttpStage(String, String),
    ApiKey(String),
    UsagePlan(String),
}

fn place(arn: &str) -> Result<Place, AwsError> {
    let parsed: Arn = arn.parse().map_err(|_| bad_request(format!("Invalid ARN. ARN is not well formed {arn}")))?;
    let path: Vec<String> = parsed.resource.trim_start_matches('/').split('/').map(str::to_owned).collect();
    let kinds: Vec<&str> = path.iter().step_by(2).map(String::as_str).collect();
    let ids: Vec<String> = path.iter().skip(1).step_by(2).cloned().collect();
    match (kinds.as_slice(), ids.as_slice()) {
        (["restapis"], [id]) => Ok(Place::RestApi(id.clone())),
        (["restapis", "stages"], [id, stage]) => Ok(Place::RestStage(id.clone(), stage.clone())),
        (["apis"], [id]) => Ok(Place::HttpApi(id.clone())),
        (["apis", "stages"], [id, stage]) => Ok(Place::HttpStage(id.clone(), stage.clone())),
        (["apikeys"], [id]) => Ok(Place::ApiKey(id.clone())),
        (["usageplans"], [id]) => Ok(Place::UsagePlan(id.clone())),
        _ => Err(not_found("Invalid resource identifier specified")),
    }
}

fn no_stage() -> AwsError {
    not_found("Invalid stage identifier specified")
}

async fn change(
    gateway: &ApiGateway,
    scope: &Scope,
    arn: &str,
    change: impl FnOnce(&mut Texts) -> Result<(), AwsError>,
) -> Result<Value, AwsError> {
    let kernel = &gateway.kernel;
    let changed = match place(arn)? {
        Place::RestApi(id) => gateway.rest.change(kernel, scope, &id, |api| change(&mut api.info.tags)).await,
        Place::RestStage(id, stage) => {
            let change = |api: &mut RestApi| change(&mut api.stages.get_mut(&stage).ok_or_else(no_stage)?.tags);
            gateway.rest.change(kernel, scope, &id, change).await
        }
        Place::HttpApi(id) => gateway.http.change(kernel, scope, &id, |api| change(&mut api.info.tags)).await,
        Place::HttpStage(id, stage) => {
            let change = |api: &mut HttpApi| change(&mut api.stages.get_mut(&stage).ok_or_else(no_stage)?.tags);
            gateway.http.change(kernel, scope, &id, change).await
        }
        Place::ApiKey(id) => gateway.keys.change(kernel, scope, &id, |kept| change(&mut kept.key.tags)).await,
        Place::UsagePlan(id) => gateway.plans.change(kernel, scope, &id, |kept| change(&mut kept.plan.tags)).await,
    };
    changed.map(|()| json!({}))
}

/// The tags of the resource.
pub fn get(gateway: &ApiGateway, scope: &Scope, arn: &str) -> Result<Texts, AwsError> {
    match place(arn)? {
        Place::RestApi(id) => gateway.rest.read(scope, &id, |api| api.info.tags.clone()),
        Place::RestStage(id, stage) => gateway
            .rest
            .read(scope, &id, |api| api.stages.get(&stage).map(|stage| stage.tags.clone()).ok_or_else(no_stage))?,
        Place::HttpApi(id) => gateway.http.read(scope, &id, |api| api.info.tags.clone()),
        Place::HttpStage(id, stage) => gateway
            .http
            .read(scope, &id, |api| api.stages.get(&stage).map(|stage| stage.tags.clone()).ok_or_else(no_stage))?,
        Place::ApiKey(id) => gateway.keys.read(scope, &id, |kept| kept.key.tags.clone()),
        Place::UsagePlan(id) => gateway.plans.read(scope, &id, |kept| kept.plan.tags.clone()),
    }
}
