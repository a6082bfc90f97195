//! The APIs that a cloud has, and their URLs on this machine.

use anyhow::Result;
use http::Method;
use kernel::DEFAULT_REGION;
use serde_json::Value;

use crate::target::Target;

/// A stage of an API, as plain curl calls it.
pub struct Api {
    pub name: String,
    id: String,
    /// Empty for the `$default` stage of an HTTP API.
    stage: String,
}

impl Api {
    /// Where the cloud behind `base` answers for this API.
    pub fn url(&self, base: &str) -> String {
        let host = format!("{}.execute-api.{DEFAULT_REGION}.amazonaws.com", self.id);
        let stage = if self.stage.is_empty() { String::new() } else { format!("/{}", self.stage) };
        format!("{base}/~/{host}{stage}")
    }
}

/// One kind of API: where its list is, and how the answers name things.
struct Kind {
    list: &'static str,
    items: &'static str,
    id: &'static str,
    stage: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind { list: "/restapis", items: "item", id: "id", stage: "stageName" },
    Kind { list: "/v2/apis", items: "items", id: "apiId", stage: "stageName" },
];

/// Every API that has a stage, with one of its stages.
pub async fn list(cloud: &Target) -> Result<Vec<Api>> {
    let host = format!("apigateway.{DEFAULT_REGION}.amazonaws.com");
    let mut apis = Vec::new();
    for kind in KINDS {
        let answer = cloud.json(Method::GET, &host, &format!("{}?limit=500&maxResults=500", kind.list), None).await?;
        for api in answer[kind.items].as_array().into_iter().flatten() {
            let id = text(&api[kind.id]);
            let stages = cloud.json(Method::GET, &host, &format!("{}/{id}/stages", kind.list), None).await?;
            let stages = stages[kind.items].as_array().into_iter().flatten();
            let stages: Vec<_> = stages.map(|stage| text(&stage[kind.stage])).collect();
            if let Some(stage) = best(&stages) {
                apis.push(Api { name: text(&api["name"]), id, stage });
            }
        }
    }
    Ok(apis)
}

/// The stage that the template asked for: SAM's deployments may make one called `Stage` besides.
fn best(stages: &[String]) -> Option<String> {
    let stage = stages.iter().find(|stage| *stage != "Stage").or(stages.first())?;
    Some(if stage == "$default" { String::new() } else { stage.clone() })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_has_one_url() {
        let url = |stages: &[&str]| {
            let stages: Vec<_> = stages.iter().map(|stage| (*stage).to_owned()).collect();
            let api = Api { name: "a".into(), id: "abc".into(), stage: best(&stages)? };
            Some(api.url("http://127.0.0.1:1"))
        };
        let host = "http://127.0.0.1:1/~/abc.execute-api.us-east-1.amazonaws.com";
        assert_eq!(url(&["Stage", "Prod"]), Some(format!("{host}/Prod")));
        assert_eq!(url(&["$default"]), Some(host.to_owned()));
        assert_eq!(url(&["Stage"]), Some(format!("{host}/Stage")));
        assert_eq!(url(&[]), None);
    }
}
