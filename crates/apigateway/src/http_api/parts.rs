//! Routes, integrations and authorizers: three kinds of part that are made, read, changed and removed
//! in the same way.

use std::collections::BTreeMap;

use kernel::{AwsError, Scope};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    control::{change, listed},
    model::{Authorizer, Definition, HttpApi, Integration, Route},
    rules,
};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
    rest::control::{result, text},
};

/// A kind of part.
pub trait Part {
    /// The part itself.
    type Item: Clone + Serialize + DeserializeOwned;
    /// The member of inputs that names one.
    const ID: &'static str;
    /// How error messages call it.
    const NAME: &'static str;

    /// All parts of this kind in `definition`.
    fn all(definition: &Definition) -> &BTreeMap<String, Self::Item>;
    /// The same, to change them.
    fn all_mut(definition: &mut Definition) -> &mut BTreeMap<String, Self::Item>;
    /// Sets the id of a new part.
    fn name(item: &mut Self::Item, id: String);
    /// Fills in defaults, and refuses what cannot be. `id` is the part's own.
    fn complete(definition: &Definition, item: &mut Self::Item, id: &str) -> Result<(), AwsError>;
    /// Refuses to remove what others need.
    fn check_unused(_: &Definition, _: &str) -> Result<(), AwsError> {
        Ok(())
    }
}

fn missing<P: Part>(id: &str) -> AwsError {
    not_found(format!("Invalid {} identifier specified {id}", P::NAME))
}

pub async fn create<P: Part>(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let id = gateway.kernel.rng.lower_alphanumeric(7);
    let mut item: P::Item = aws_api::parse(input.clone())?;
    P::name(&mut item, id.clone());
    change(gateway, scope, &input, |api: &mut HttpApi| {
        P::complete(&api.definition, &mut item, &id)?;
        let shown = result(&item);
        P::all_mut(&mut api.definition).insert(id, item);
        shown
    })
    .await
}

pub fn get<P: Part>(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, P::ID);
    gateway.http.read(scope, text(input, "ApiId"), |api| {
        result(P::all(&api.definition).get(id).ok_or_else(|| missing::<P>(id))?)
    })?
}

pub fn list<P: Part>(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.http.read(scope, text(input, "ApiId"), |api| {
        P::all(&api.definition).values().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn update<P: Part>(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let id = text(&input, P::ID).to_owned();
    change(gateway, scope, &input, |api: &mut HttpApi| {
        let old = P::all(&api.definition).get(&id).ok_or_else(|| missing::<P>(&id))?;
        let mut item = overlay(old, input.clone())?;
        P::complete(&api.definition, &mut item, &id)?;
        let shown = result(&item);
        P::all_mut(&mut api.definition).insert(id.clone(), item);
        shown
    })
    .await
}

pub async fn delete<P: Part>(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, P::ID);
    change(gateway, scope, input, |api: &mut HttpApi| {
        P::check_unused(&api.definition, id)?;
        P::all_mut(&mut api.definition).remove(id).map(|_| json!({})).ok_or_else(|| missing::<P>(id))
    })
    .await
}

/// `old` with the members that `input` sets.
pub fn overlay<T: Serialize + DeserializeOwned>(old: &T, input: Value) -> Result<T, AwsError> {
    let mut fields = result(old)?;
    if let (Some(fields), Value::Object(input)) = (fields.as_object_mut(), input) {
        fields.extend(input);
    }
    aws_api::parse(fields)
}

/// Routes.
pub struct Routes;

impl Part for Routes {
    type Item = Route;
    const ID: &'static str = "RouteId";
    const NAME: &'static str = "Route";

    fn all(definition: &Definition) -> &BTreeMap<String, Route> {
        &definition.routes
    }

    fn all_mut(definition: &mut Definition) -> &mut BTreeMap<String, Route> {
        &mut definition.routes
    }

    fn name(route: &mut Route, id: String) {
        route.route_id = id;
    }

    fn complete(definition: &Definition, route: &mut Route, id: &str) -> Result<(), AwsError> {
        rules::check_route_key(&route.route_key)?;
        let same = |other: &Route| other.route_id != id && other.route_key == route.route_key;
        if definition.routes.values().any(same) {
            return Err(conflict(format!("Route with key {} already exists for this API", route.route_key)));
        }
        if route.authorization_type.is_empty() {
            "NONE".clone_into(&mut route.authorization_type);
        }
        if matches!(route.authorization_type.as_str(), "JWT" | "CUSTOM") {
            let known = route.authorizer_id.as_ref().is_some_and(|id| definition.authorizers.contains_key(id));
            if !known {
                return Err(bad_request(
                    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer.",
                ));
            }
        }
        let Some(target) = &route.target else { return Ok(()) };
        match target.strip_prefix("integrations/").filter(|id| definition.integrations.contains_key(*id)) {
            Some(_) => Ok(()),
            None => Err(bad_request(format!("Invalid Integration identifier specified {target}"))),
        }
    }
}

/// Integrations.
pub struct Integrations;

impl Part for Integrations {
    type Item = Integration;
    const ID: &'static str = "IntegrationId";
    const NAME: &'static str = "Integration";

    fn all(definition: &Definition) -> &BTreeMap<String, Integration> {
        &definition.integrations
    }

    fn all_mut(definition: &mut Definition) -> &mut BTreeMap<String, Integration> {
        &mut definition.integrations
    }

    fn name(integration: &mut Integration, id: String) {
        integration.integration_id = id;
    }

    fn complete(_: &Definition, integration: &mut Integration, _: &str) -> Result<(), AwsError> {
        rules::complete_integration(integration)
    }

    fn check_unused(definition: &Definition, id: &str) -> Result<(), AwsError> {
        let target = format!("integrations/{id}");
        if definition.routes.values().any(|route| route.target.as_deref() == Some(&target)) {
            return Err(conflict("Cannot delete Integration because it is referenced by a Route"));
        }
        Ok(())
    }
}

/// Authorizers.
pub struct Authorizers;

impl Part for Authorizers {
    type Item = Authorizer;
    const ID: &'static str = "AuthorizerId";
    const NAME: &'static str = "Authorizer";

    fn all(definition: &Definition) -> &BTreeMap<String, Authorizer> {
        &definition.authorizers
    }

    fn all_mut(definition: &mut Definition) -> &mut BTreeMap<String, Authorizer> {
        &mut definition.authorizers
    }

    fn name(authorizer: &mut Authorizer, id: String) {
        authorizer.authorizer_id = id;
    }

    fn complete(definition: &Definition, authorizer: &mut Authorizer, id: &str) -> Result<(), AwsError> {
        let same = |other: &Authorizer| other.authorizer_id != id && other.name == authorizer.name;
        if definition.authorizers.values().any(same) {
            return Err(bad_request("An authorizer with this name already exists for this API"));
        }
        rules::check_authorizer(authorizer)
    }
}
