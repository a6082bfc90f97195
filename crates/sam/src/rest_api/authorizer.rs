//! One authorizer of a REST API.

use super::Api;
use crate::py27::{Dict, Py, Text, dict};
use crate::world::Fault;

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iam,
    Cognito,
    Lambda,
}

/// An authorizer and its settings in the template.
pub(crate) struct Authorizer {
    pub(crate) name: Text,
    kind: Kind,
    settings: Dict,
}

impl Authorizer {
    /// The authorizer of API Gateway's own that checks signatures.
    pub(crate) fn iam(name: Text) -> Self {
        Self { name, kind: Kind::Iam, settings: Dict::hashed() }
    }

    pub(crate) fn new(api: &Api, name: Text, settings: &Dict) -> Result<Self, Fault> {
        let kind = match settings.truthy("UserPoolArn") {
            Some(_) => Kind::Cognito,
            None => Kind::Lambda,
        };
        let authorizer = Self { name, kind, settings: settings.clone() };
        authorizer.check(api)?;
        Ok(authorizer)
    }

    fn given(&self, name: &str) -> Option<&Py> {
        self.settings.get(name).filter(|value| !value.is_none())
    }

    fn identity(&self) -> Option<&Dict> {
        self.settings.truthy("Identity").and_then(Py::as_dict)
    }

    fn is_request(&self) -> bool {
        self.given("FunctionPayloadType").and_then(Py::as_str) == Some("REQUEST")
    }

    pub(crate) fn scopes(&self) -> Py {
        self.given("AuthorizationScopes").cloned().unwrap_or(Py::List(Vec::new()))
    }

    /// The function to call, unless its permission is taken care of elsewhere.
    pub(crate) fn function_to_permit(&self) -> Option<&Py> {
        let disabled = self.settings.truthy("DisableFunctionDefaultPermissions").is_some();
        self.settings.truthy("FunctionArn").filter(|_| !disabled)
    }

    fn check(&self, api: &Api) -> Result<(), Fault> {
        let name = &self.name.text;
        if let Some(kind) = self.given("FunctionPayloadType")
            && !["TOKEN", "REQUEST"].contains(&kind.as_str().unwrap_or_default())
        {
            let kind = super::swagger::text_of(kind);
            return api.fail(&format!("{name} Authorizer has invalid 'FunctionPayloadType': {kind}."));
        }
        if self.is_request() && self.lacks_identity_source(api)? {
            return api.fail(&format!(
                "{name} Authorizer must specify Identity with at least one of Headers, \
                 QueryStrings, StageVariables, or Context."
            ));
        }
        if self.given("AuthorizationScopes").is_some_and(|scopes| scopes.as_list().is_none()) {
            return api.fail(&format!("Property 'Authorizers.{name}.AuthorizationScopes' should be a list."));
        }
        let disable = self.given("DisableFunctionDefaultPermissions");
        if disable.is_some_and(|disable| !matches!(disable, Py::Bool(_))) {
            return api.fail(&format!(
                "Property 'Authorizers.{name}.DisableFunctionDefaultPermissions' should be a \
                 boolean."
            ));
        }
        Ok(())
    }

    fn lacks_identity_source(&self, api: &Api) -> Result<bool, Fault> {
        let Some(identity) = self.settings.truthy("Identity") else { return Ok(true) };
        let Py::Dict(identity) = identity else {
            let name = &self.name.text;
            return api.fail(&format!("Property 'Authorizer.{name}.Identity' should be a map."));
        };
        let sources = ["Headers", "QueryStrings", "StageVariables", "Context"];
        let lacks = sources.iter().all(|source| identity.truthy(source).is_none());
        let seconds = match identity.get("ReauthorizeEvery") {
            Some(Py::Number(number)) => number.as_f64(),
            Some(Py::Text(text)) => text.text.trim().parse::<i32>().ok().map(f64::from),
            _ => None,
        };
        // Without caching there is nothing to be identified by.
        Ok(lacks && seconds.is_none_or(|seconds| seconds >= 1.0))
    }

    /// The security definition.
    pub(crate) fn definition(&self, api: &Api) -> Result<Dict, Fault> {
        let (auth_type, kind) = match self.kind {
            Kind::Iam => ("awsSigv4", Py::None),
            Kind::Cognito => ("cognito_user_pools", "cognito_user_pools".into()),
            Kind::Lambda if self.is_request() => ("custom", "request".into()),
            Kind::Lambda => ("custom", "token".into()),
        };
        let mut definition = dict([
            ("type", "apiKey".into()),
            ("name", self.header_name(api)?),
            ("in", "header".into()),
            ("x-amazon-apigateway-authtype", auth_type.into()),
        ]);
        let mut authorizer = dict([("type", kind)]);
        match self.kind {
            Kind::Iam => return Ok(definition),
            Kind::Cognito => {
                let pools = match self.given("UserPoolArn") {
                    Some(list @ Py::List(_)) => list.clone(),
                    Some(one) => Py::List(vec![one.clone()]),
                    None => Py::List(Vec::new()),
                };
                authorizer.insert("providerARNs", pools);
            }
            Kind::Lambda => self.add_function(api, &mut authorizer)?,
        }
        if self.kind == Kind::Cognito || !self.is_request() {
            let expression = self.identity().and_then(|i| i.truthy("ValidationExpression"));
            if let Some(expression) = expression {
                authorizer.insert("identityValidationExpression", expression.clone());
            }
        }
        definition.insert(AUTHORIZER, authorizer);
        Ok(definition)
    }

    fn header_name(&self, api: &Api) -> Result<Py, Fault> {
        if self.kind == Kind::Lambda && self.is_request() {
            return Ok("Unused".into());
        }
        if self.settings.truthy("Identity").is_some() && self.identity().is_none() {
            return api.fail(
                "Auth.Authorizers.<Authorizer>.Identity must be a dict \
                 (LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or \
                 CognitoAuthorizationIdentity).",
            );
        }
        let header = self.identity().and_then(|identity| identity.truthy("Header"));
        Ok(header.cloned().unwrap_or_else(|| "Authorization".into()))
    }

    fn add_function(&self, api: &Api, authorizer: &mut Dict) -> Result<(), Fault> {
        let uri = format!(
            "arn:{}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/\
             ${{__FunctionArn__}}/invocations",
            api.partition
        );
        let mut variables = Dict::inserted();
        variables.insert("__FunctionArn__", self.given("FunctionArn").cloned().unwrap_or(Py::None));
        let mut call = Dict::inserted();
        call.insert("Fn::Sub", Py::List(vec![uri.into(), variables.into()]));
        authorizer.insert("authorizerUri", call);
        if let Some(seconds) = self.identity().and_then(|i| i.get("ReauthorizeEvery"))
            && !seconds.is_none()
        {
            authorizer.insert("authorizerResultTtlInSeconds", seconds.clone());
        }
        let role = self.settings.truthy("FunctionInvokeRole");
        if let Some(role) = role.filter(|role| role.as_str() != Some("NONE")) {
            authorizer.insert("authorizerCredentials", role.clone());
        }
        if self.is_request() {
            let sources = self.identity_sources(api)?;
            if !sources.is_empty() {
                let text = Text { text: sources.join(", "), unicode: true };
                authorizer.insert("identitySource", Py::Text(text));
            }
        }
        Ok(())
    }

    fn identity_sources(&self, api: &Api) -> Result<Vec<String>, Fault> {
        let mut sources = Vec::new();
        let Some(identity) = self.identity() else { return Ok(sources) };
        for (property, prefix) in [
            ("Headers", "method.request.header."),
            ("QueryStrings", "method.request.querystring."),
            ("StageVariables", "stageVariables."),
            ("Context", "context."),
        ] {
            let Some(values) = identity.truthy(property) else { continue };
            let path = format!("Auth.Authorizers.{}.Identity.{property}", self.name.text);
            let Py::List(values) = values else {
                return api.fail(&format!("Property '{path}' should be a list."));
            };
            for (index, value) in values.iter().enumerate() {
                let Some(text) = value.as_str() else {
                    return api.fail(&format!("Property '{path}[{index}]' should be a string."));
                };
                sources.push(format!("{prefix}{text}"));
            }
        }
        Ok(sources)
    }
}

/// The security definition of API Gateway's signature check.
pub(crate) fn iam_definition() -> Dict {
    dict([
        ("x-amazon-apigateway-authtype", "awsSigv4".into()),
        ("type", "apiKey".into()),
        ("name", "Authorization".into()),
        ("in", "header".into()),
    ])
}

/// The security definition of API keys.
pub(crate) fn api_key_definition() -> Dict {
    dict([("type", "apiKey".into()), ("name", "x-api-key".into()), ("in", "header".into())])
}
