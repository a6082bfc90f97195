//! Amazon API Gateway: which routes an API has.

use super::{REGION, list_at, text_at};
use crate::client::{Client, Failure};
use serde_json::Value;

/// An API that can be called.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    pub id: String,
    pub name: String,
    /// Where its routes begin, without a slash at the end.
    pub url: String,
    pub routes: Vec<Route>,
}

/// A method and a path of an API.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub method: String,
    pub path: String,
}

/// All REST and HTTP APIs that have a stage.
pub async fn apis(client: &Client) -> Result<Vec<Api>, Failure> {
    let mut apis = rest_apis(client).await?;
    apis.extend(http_apis(client).await?);
    Ok(apis)
}

async fn rest_apis(client: &Client) -> Result<Vec<Api>, Failure> {
    let mut apis = Vec::new();
    let answer = client.rest("apigateway", "GET", "/restapis", None).await?;
    for api in items(&answer) {
        let id = text_at(api, "/id");
        let stages = client.rest("apigateway", "GET", &format!("/restapis/{id}/stages"), None).await?;
        let stage = list_at(&stages, "/item").iter().map(|stage| text_at(stage, "/stageName"));
        // SAM makes a stage named "Stage" beside the one that the template names.
        let Some(stage) = stage.max_by_key(|name| name != "Stage") else { continue };
        let path = format!("/restapis/{id}/resources?embed=methods&limit=500");
        let resources = client.rest("apigateway", "GET", &path, None).await?;
        apis.push(Api {
            url: format!("https://{id}.execute-api.{REGION}.amazonaws.com/{stage}"),
            name: text_at(api, "/name"),
            routes: rest_routes(&resources),
            id,
        });
    }
    Ok(apis)
}

fn rest_routes(resources: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    for resource in items(resources) {
        let methods = resource.get("resourceMethods").and_then(Value::as_object);
        for method in methods.into_iter().flat_map(|methods| methods.keys()) {
            if method != "OPTIONS" {
                routes.push(Route { method: method.clone(), path: text_at(resource, "/path") });
            }
        }
    }
    sorted(routes)
}

async fn http_apis(client: &Client) -> Result<Vec<Api>, Failure> {
    let mut apis = Vec::new();
    let answer = client.rest("apigateway", "GET", "/v2/apis", None).await?;
    for api in list_at(&answer, "/items").iter().filter(|api| text_at(api, "/protocolType") == "HTTP") {
        let id = text_at(api, "/apiId");
        let stages = client.rest("apigateway", "GET", &format!("/v2/apis/{id}/stages"), None).await?;
        let mut stages = list_at(&stages, "/items").iter().map(|stage| text_at(stage, "/stageName"));
        let Some(stage) = stages.next() else { continue };
        let routes = client.rest("apigateway", "GET", &format!("/v2/apis/{id}/routes"), None).await?;
        let path = if stage == "$default" { String::new() } else { format!("/{stage}") };
        apis.push(Api {
            url: format!("https://{id}.execute-api.{REGION}.amazonaws.com{path}"),
            name: text_at(api, "/name"),
            routes: http_routes(&routes),
            id,
        });
    }
    Ok(apis)
}

fn http_routes(routes: &Value) -> Vec<Route> {
    let read = |route: &Value| {
        let key = text_at(route, "/routeKey");
        let (method, path) = key.split_once(' ').unwrap_or(("ANY", "/"));
        Route { method: method.to_owned(), path: path.to_owned() }
    };
    sorted(list_at(routes, "/items").iter().map(read).collect())
}

/// REST APIs answer `item` for a list, or `_embedded.item` with the HAL that the service speaks.
fn items(answer: &Value) -> &[Value] {
    match list_at(answer, "/item") {
        [] => list_at(answer, "/_embedded/item"),
        items => items,
    }
}

fn sorted(mut routes: Vec<Route>) -> Vec<Route> {
    let rank = |method: &str| match method {
        "GET" => 0,
        "POST" => 1,
        "PUT" => 2,
        "PATCH" => 3,
        "DELETE" => 4,
        _ => 5,
    };
    routes.sort_by(|a, b| (&a.path, rank(&a.method)).cmp(&(&b.path, rank(&b.method))));
    routes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rest_routes_come_from_the_methods_of_resources() {
        let answer = json!({"item": [
            {"path": "/"},
            {"path": "/items", "resourceMethods": {"POST": {}, "OPTIONS": {}, "GET": {}}},
        ]});
        let routes = rest_routes(&answer);
        let routes: Vec<_> = routes.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
        assert_eq!(routes, ["GET /items", "POST /items"]);
    }

    #[test]
    fn http_routes_come_from_route_keys() {
        let answer = json!({"items": [{"routeKey": "$default"}, {"routeKey": "GET /items/{id}"}]});
        let routes = http_routes(&answer);
        let routes: Vec<_> = routes.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
        assert_eq!(routes, ["ANY /", "GET /items/{id}"]);
    }
}
