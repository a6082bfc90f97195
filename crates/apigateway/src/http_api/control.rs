//! What the wire says: the operations of version 2.

use aws_api::{Api, Call, Operations, unknown_operation};
use kernel::{Access, AwsError, Scope, async_trait};
use serde_json::{Value, json};

use super::{
    apis,
    model::HttpApi,
    parts::{self, Authorizers, Integrations, Routes},
    stages,
};
use crate::{
    ApiGateway,
    rest::control::{access, now, text},
    tagging,
};

/// The control plane of HTTP APIs.
pub struct HttpControl<'a>(pub &'a ApiGateway);

/// The table of version 2.
fn table() -> &'static Api {
    // A test of aws-api holds every table that a service names.
    aws_api::api("apigatewayv2").unwrap_or_else(|| unreachable!("the table of apigatewayv2 is built in"))
}

#[async_trait(?Send)]
impl Operations for HttpControl<'_> {
    fn api(&self) -> &'static Api {
        table()
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access(table(), call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let (gateway, scope, input) = (self.0, &call.scope, call.input);
        match call.operation {
            "CreateApi" => apis::create(gateway, scope, input).await,
            "ImportApi" => apis::import(gateway, scope, &input).await,
            "ReimportApi" => apis::reimport(gateway, scope, &input).await,
            "GetApi" => apis::get(gateway, scope, &input),
            "GetApis" => apis::list(gateway, scope, &input),
            "UpdateApi" => apis::update(gateway, scope, input).await,
            "DeleteApi" => apis::delete(gateway, scope, &input).await,
            "CreateRoute" => parts::create::<Routes>(gateway, scope, input).await,
            "GetRoute" => parts::get::<Routes>(gateway, scope, &input),
            "GetRoutes" => parts::list::<Routes>(gateway, scope, &input),
            "UpdateRoute" => parts::update::<Routes>(gateway, scope, input).await,
            "DeleteRoute" => parts::delete::<Routes>(gateway, scope, &input).await,
            "CreateIntegration" => parts::create::<Integrations>(gateway, scope, input).await,
            "GetIntegration" => parts::get::<Integrations>(gateway, scope, &input),
            "GetIntegrations" => parts::list::<Integrations>(gateway, scope, &input),
            "UpdateIntegration" => parts::update::<Integrations>(gateway, scope, input).await,
            "DeleteIntegration" => parts::delete::<Integrations>(gateway, scope, &input).await,
            "CreateAuthorizer" => parts::create::<Authorizers>(gateway, scope, input).await,
            "GetAuthorizer" => parts::get::<Authorizers>(gateway, scope, &input),
            "GetAuthorizers" => parts::list::<Authorizers>(gateway, scope, &input),
            "UpdateAuthorizer" => parts::update::<Authorizers>(gateway, scope, input).await,
            "DeleteAuthorizer" => parts::delete::<Authorizers>(gateway, scope, &input).await,
            "CreateStage" => stages::create(gateway, scope, input).await,
            "GetStage" => stages::get(gateway, scope, &input),
            "GetStages" => stages::list(gateway, scope, &input),
            "UpdateStage" => stages::update(gateway, scope, input).await,
            "DeleteStage" => stages::delete(gateway, scope, &input).await,
            "CreateDeployment" => stages::create_deployment(gateway, scope, &input).await,
            "GetDeployment" => stages::get_deployment(gateway, scope, &input),
            "GetDeployments" => stages::list_deployments(gateway, scope, &input),
            "DeleteDeployment" => stages::delete_deployment(gateway, scope, &input).await,
            "TagResource" => tagging::tag(gateway, scope, text(&input, "ResourceArn"), &input["Tags"]).await,
            "UntagResource" => tagging::untag(gateway, scope, text(&input, "ResourceArn"), &input["TagKeys"]).await,
            "GetTags" => Ok(json!({"Tags": tagging::get(gateway, scope, text(&input, "ResourceArn"))?})),
            _ => Err(unknown_operation(table())),
        }
    }
}

/// Changes the API that `input` names; stages that deploy by themselves follow.
pub async fn change<T>(
    gateway: &ApiGateway,
    scope: &Scope,
    input: &Value,
    change: impl FnOnce(&mut HttpApi) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let now = now(gateway);
    let change = |api: &mut HttpApi| {
        let result = change(api)?;
        api.deploy_automatically(&gateway.kernel.rng, now);
        Ok(result)
    };
    gateway.http.change(&gateway.kernel, scope, text(input, "ApiId"), change).await
}

/// A list as version 2 writes it.
pub fn listed(items: Vec<Value>, input: &Value) -> Result<Value, AwsError> {
    let limit = input["MaxResults"].as_str().and_then(|text| text.parse().ok()).unwrap_or(100);
    let page = crate::page::cut(items, input["NextToken"].as_str(), limit)?;
    Ok(json!({"Items": page.items, "NextToken": page.next}))
}
