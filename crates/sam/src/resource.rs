//! Resources going in and coming out.

use serde_json::{Map, Value, json};

use crate::Problem;

/// What a resource may say beside its type and properties and that its translation keeps.
const KEPT: [&str; 5] = ["DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"];
/// What the resources that are generated beside it inherit as well.
const INHERITED: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// A SAM resource of the template.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) depends_on: Option<Value>,
    pub(crate) attributes: Map<String, Value>,
}

impl Source {
    pub(crate) fn new(id: &str, resource: &Value) -> Result<Self, Problem> {
        check_id(id)?;
        let properties = match resource.get("Properties") {
            None => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(_) => {
                return Err(Problem::resource(id, "Properties of a resource must be an object."));
            }
        };
        let attributes = KEPT.iter().filter_map(|&name| Some((name.to_owned(), resource.get(name)?.clone()))).collect();
        Ok(Self { id: id.to_owned(), properties, depends_on: resource.get("DependsOn").cloned(), attributes })
    }

    pub(crate) fn get(&self, property: &str) -> Option<&Value> {
        crate::values::given(&self.properties, property)
    }

    pub(crate) fn set(&self, property: &str) -> Option<&Value> {
        crate::values::set(&self.properties, property)
    }

    pub(crate) fn inherited(&self) -> Map<String, Value> {
        inherited(&self.attributes)
    }

    pub(crate) fn problem<T>(&self, message: impl std::fmt::Display) -> Result<T, Problem> {
        Err(Problem::resource(&self.id, message))
    }
}

/// A CloudFormation resource that comes out.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) depends_on: Option<Value>,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) properties: Map<String, Value>,
}

impl Resource {
    pub(crate) fn new(id: impl Into<String>, kind: &'static str, attributes: &Map<String, Value>) -> Self {
        Self { id: id.into(), kind, depends_on: None, attributes: attributes.clone(), properties: Map::new() }
    }

    pub(crate) fn depends_on(mut self, depends_on: Option<Value>) -> Self {
        self.depends_on = depends_on;
        self
    }

    pub(crate) fn with(mut self, property: &str, value: impl Into<Value>) -> Self {
        self.put(property, value);
        self
    }

    pub(crate) fn with_given(mut self, property: &str, value: Option<&Value>) -> Self {
        if let Some(value) = value {
            self.put(property, value.clone());
        }
        self
    }

    /// Sets a property; null is no value.
    pub(crate) fn put(&mut self, property: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.properties.insert(property.to_owned(), value);
        }
    }

    /// The resource as it stands in a template.
    pub(crate) fn to_json(&self) -> Result<Value, Problem> {
        check_id(&self.id)?;
        let mut resource = Map::new();
        resource.insert("Type".to_owned(), json!(self.kind));
        if let Some(depends_on) = self.depends_on.as_ref().filter(|v| crate::values::truthy(v)) {
            resource.insert("DependsOn".to_owned(), depends_on.clone());
        }
        resource.extend(self.attributes.clone());
        resource.insert("Properties".to_owned(), Value::Object(self.properties.clone()));
        Ok(Value::Object(resource))
    }
}

fn inherited(attributes: &Map<String, Value>) -> Map<String, Value> {
    INHERITED.iter().filter_map(|&name| Some((name.to_owned(), attributes.get(name)?.clone()))).collect()
}

/// YAML reads a bare zero as a number, which the translator takes for no id at all.
fn check_id(id: &str) -> Result<(), Problem> {
    if !id.is_empty() && id != "0" && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(Problem::resource(id, "Logical ids must be alphanumeric."))
}
