//! What one translation knows and changes while it goes through the resources.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::function::DeploymentPreferences;
use crate::py27::{Dict, KeyTable};
use crate::references::Parameters;
use crate::resource::Resource;
use crate::rest_api::SharedUsagePlan;
use crate::{Application, Options, Problem};

/// Why a step stops.
#[derive(Debug)]
pub(crate) enum Fault {
    /// This resource cannot be translated; others may show more problems.
    Resource(Problem),
    /// The document cannot be translated, and nothing else is looked at.
    Document(Problem),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Resource(problem)
    }
}

/// A fault that ends the translation: the structure of the template is invalid.
pub(crate) fn invalid_document<T>(message: impl std::fmt::Display) -> Result<T, Fault> {
    Err(Fault::Document(Problem::template(message)))
}

/// The state of one translation.
pub(crate) struct World {
    pub(crate) parameters: Parameters,
    pub(crate) partition: &'static str,
    pub(crate) time: u64,
    pub(crate) applications: Option<fn(&str, &str) -> Application>,
    pub(crate) spread_metadata: bool,
    /// The template without its resources.
    pub(crate) template: Map<String, Value>,
    pub(crate) resources: Resources,
    /// The properties of the `AWS::Serverless::Api` resources, whose order of keys counts.
    pub(crate) rest_apis: IndexMap<String, Dict>,
    /// The order of each function's events, where it counts.
    pub(crate) event_orders: HashMap<String, KeyTable>,
    /// The names of the functions behind each REST API, which are part of its deployment's id.
    pub(crate) function_names: HashMap<String, String>,
    pub(crate) deployment_preferences: DeploymentPreferences,
    pub(crate) shared_usage_plan: SharedUsagePlan,
    pub(crate) record_set_groups: BTreeMap<String, Resource>,
}

impl World {
    pub(crate) fn new(template: Value, options: &Options) -> Result<Self, Vec<Problem>> {
        let Value::Object(mut template) = template else {
            return Err(vec![Problem::template("'Resources' section is required")]);
        };
        let resources = match template.remove("Resources") {
            Some(Value::Object(resources)) if !resources.is_empty() => resources,
            _ => return Err(vec![Problem::template("'Resources' section is required")]),
        };
        if !resources.values().all(Value::is_object) {
            return Err(vec![Problem::template(
                "All 'Resources' must be Objects. If you're using YAML, this may be an \
                 indentation issue.",
            )]);
        }
        if template.get("Mappings").is_some_and(|mappings| !mappings.is_object()) {
            return Err(vec![Problem::template(
                "'Mappings' or 'Parameters' is either null or not a valid dictionary.",
            )]);
        }
        let region = if options.region.is_empty() { "us-east-1" } else { &options.region };
        let partition = partition_of(region);
        let parameters = parameter_values(&template, options, region, partition);
        let hashed = has_rest_api(&resources);
        Ok(Self {
            parameters: Parameters::new(parameters),
            partition,
            time: options.time,
            applications: options.applications,
            spread_metadata: options.spread_metadata,
            template,
            resources: Resources::new(resources, hashed),
            rest_apis: IndexMap::new(),
            event_orders: HashMap::new(),
            function_names: HashMap::new(),
            deployment_preferences: DeploymentPreferences::default(),
            shared_usage_plan: SharedUsagePlan::default(),
            record_set_groups: BTreeMap::new(),
        })
    }

    /// The ARN of a policy that AWS manages.
    pub(crate) fn managed_policy_arn(&self, name: &str) -> String {
        format!("arn:{}:iam::aws:policy/{name}", self.partition)
    }

    /// The template's `Conditions`, made if there are none.
    pub(crate) fn conditions(&mut self) -> &mut Map<String, Value> {
        let conditions = self.template.entry("Conditions").or_insert_with(|| json!({}));
        if !conditions.is_object() {
            *conditions = json!({});
        }
        match conditions {
            Value::Object(map) => map,
            _ => unreachable!("it was just made a map"),
        }
    }

    /// A function's events in the order in which the translator meets them.
    pub(crate) fn events(&self, function_id: &str) -> Vec<(String, Value)> {
        let events = self.resources.properties(function_id).and_then(|p| p.get("Events"));
        let Some(Value::Object(events)) = events else {
            return Vec::new();
        };
        let names: Vec<String> = match self.event_orders.get(function_id) {
            Some(table) => table.iter().cloned().collect(),
            None => events.keys().cloned().collect(),
        };
        names.into_iter().filter_map(|name| events.get(&name).cloned().map(|event| (name, event))).collect()
    }
}

/// The resources of the template, in the order in which the translator meets them.
pub(crate) struct Resources {
    order: Option<KeyTable>,
    map: Map<String, Value>,
}

impl Resources {
    fn new(map: Map<String, Value>, hashed: bool) -> Self {
        let order = hashed.then(|| {
            let mut table = KeyTable::default();
            map.keys().for_each(|key| table.add(key));
            table
        });
        Self { order, map }
    }

    /// Whether the order is that of a hash table, as it is when there is a REST API.
    pub(crate) fn is_hashed(&self) -> bool {
        self.order.is_some()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        match &self.order {
            Some(table) => table.iter().cloned().collect(),
            None => self.map.keys().cloned().collect(),
        }
    }

    /// The ids of all resources of these types.
    pub(crate) fn of_type(&self, types: &[&str]) -> Vec<String> {
        let mut ids = self.ids();
        ids.retain(|id| self.kind(id).is_some_and(|kind| types.contains(&kind)));
        ids
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.map.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.map.get_mut(id)
    }

    pub(crate) fn kind(&self, id: &str) -> Option<&str> {
        self.map.get(id)?.get("Type")?.as_str()
    }

    pub(crate) fn properties(&self, id: &str) -> Option<&Map<String, Value>> {
        self.map.get(id)?.get("Properties")?.as_object()
    }

    /// The properties of a resource, made if there are none.
    pub(crate) fn properties_mut(&mut self, id: &str) -> Option<&mut Map<String, Value>> {
        let resource = self.map.get_mut(id)?.as_object_mut()?;
        let properties = resource.entry("Properties").or_insert_with(|| json!({}));
        if properties.is_null() {
            *properties = json!({});
        }
        properties.as_object_mut()
    }

    pub(crate) fn insert(&mut self, id: &str, resource: Value) {
        if let Some(table) = &mut self.order {
            table.add(id);
        }
        self.map.insert(id.to_owned(), resource);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Value> {
        if let Some(table) = &mut self.order {
            table.remove(id);
        }
        self.map.shift_remove(id)
    }

    /// A copy of all, to be translated.
    pub(crate) fn to_map(&self) -> Map<String, Value> {
        self.map.clone()
    }
}

fn partition_of(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-iso-", "aws-iso"),
        ("us-isob", "aws-iso-b"),
        ("us-gov", "aws-us-gov"),
        ("eu-isoe", "aws-iso-e"),
        ("us-isof", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let found = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    found.map_or("aws", |(_, partition)| partition)
}

fn parameter_values(
    template: &Map<String, Value>,
    options: &Options,
    region: &str,
    partition: &str,
) -> Map<String, Value> {
    let mut values = options.parameters.clone();
    if let Some(Value::Object(parameters)) = template.get("Parameters") {
        for (name, parameter) in parameters {
            if let Some(default) = parameter.get("Default") {
                values.entry(name).or_insert_with(|| default.clone());
            }
        }
    }
    values.entry("AWS::Region").or_insert_with(|| json!(region));
    values.entry("AWS::Partition").or_insert_with(|| json!(partition));
    values
}

/// Whether the template has a REST API, by itself or through an event.
fn has_rest_api(resources: &Map<String, Value>) -> bool {
    resources.values().any(|resource| match resource["Type"].as_str() {
        Some("AWS::Serverless::Api") => true,
        Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine") => {
            let events = resource.get("Properties").and_then(|p| p.get("Events"));
            let events = events.and_then(Value::as_object);
            events.is_some_and(|events| events.values().any(|e| e.get("Type").is_some_and(|t| t == "Api")))
        }
        _ => false,
    })
}
