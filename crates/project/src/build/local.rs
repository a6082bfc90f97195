use serde_json::{Map, Value, json};

/// What lies at a local path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The code of a function.
    Function,
    /// The content of a layer.
    Layer,
    /// An API's definition.
    Definition,
    /// Something that is packaged elsewhere but not here.
    Elsewhere,
}

/// How a packaged property refers to its artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `s3://BUCKET/KEY`
    Uri,
    /// `{"S3Bucket": …, "S3Key": …}`
    Members,
}

/// A property that may name a path of the project: the rows of
/// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>.
pub struct Local {
    resource_type: &'static str,
    /// The property's name.
    pub property: &'static str,
    /// What lies at the path.
    pub role: Role,
    form: Form,
    /// The property that holds the same as a value instead of a path.
    pub inline: &'static str,
}

const LOCALS: [Local; 9] = [
    local("AWS::Serverless::Function", "CodeUri", Role::Function, Form::Uri, "InlineCode"),
    local("AWS::Lambda::Function", "Code", Role::Function, Form::Members, ""),
    local("AWS::Serverless::LayerVersion", "ContentUri", Role::Layer, Form::Uri, ""),
    local("AWS::Lambda::LayerVersion", "Content", Role::Layer, Form::Members, ""),
    local("AWS::Serverless::Api", "DefinitionUri", Role::Definition, Form::Uri, "DefinitionBody"),
    local("AWS::Serverless::HttpApi", "DefinitionUri", Role::Definition, Form::Uri, "DefinitionBody"),
    local("AWS::ApiGateway::RestApi", "BodyS3Location", Role::Definition, Form::Members, "Body"),
    local("AWS::Serverless::StateMachine", "DefinitionUri", Role::Definition, Form::Uri, "Definition"),
    local("AWS::Serverless::Application", "Location", Role::Elsewhere, Form::Uri, ""),
];

const fn local(
    resource_type: &'static str,
    property: &'static str,
    role: Role,
    form: Form,
    inline: &'static str,
) -> Local {
    Local { resource_type, property, role, form, inline }
}

/// The properties of a resource type that may name a path.
pub fn locals(resource_type: &str) -> impl Iterator<Item = &'static Local> {
    LOCALS.iter().filter(move |local| local.resource_type == resource_type)
}

impl Local {
    /// The path that the property names: not a reference to something that lies in S3 already, and
    /// nothing when the resource says the same inline.
    pub fn path(&self, properties: &Map<String, Value>, globals: &Value) -> Option<String> {
        if !self.inline.is_empty() && properties.contains_key(self.inline) {
            return None;
        }
        let is_serverless_function = self.resource_type == "AWS::Serverless::Function";
        let is_image = ["ImageUri", "PackageType"].iter().any(|name| properties.contains_key(*name));
        let shared = globals.pointer("/Function/CodeUri").filter(|_| is_serverless_function);
        let path = match properties.get(self.property).or(shared) {
            Some(Value::String(path)) => path.clone(),
            // `sam build` takes the top folder where a function says nothing.
            None if is_serverless_function && !is_image => ".".to_owned(),
            _ => return None,
        };
        (!path.contains("://")).then_some(path)
    }

    /// The value that refers to an artifact.
    pub fn reference(&self, bucket: &str, key: &str) -> Value {
        match self.form {
            Form::Uri => super::uri(bucket, key),
            Form::Members => json!({ "S3Bucket": bucket, "S3Key": key }),
        }
    }
}
