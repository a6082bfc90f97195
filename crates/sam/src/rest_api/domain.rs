//! `Domain` of a REST API: a name of the user's own.

use serde_json::{Map, Value, json};

use super::Api;
use crate::Problem;
use crate::http_api::{alias_target, record_sets, shared_group, zone_of};
use crate::ids::suffix_of;
use crate::py27::Py;
use crate::resource::{Resource, Source};
use crate::values::{get_att, given, printed, reference, set};
use crate::world::{Fault, World};

/// Route 53's hosted zone of CloudFront.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// The domain name, its mappings to the API and its record set group.
///
/// The domain's own settings are completed on the way, as they are part of the deployment's id.
pub(crate) fn resources(api: &mut Api, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let Some(domain) = api.given("Domain") else { return Ok(Vec::new()) };
    let Value::Object(config) = domain.to_json() else {
        return api.fail("Property 'Domain' should be a map.");
    };
    let is_private = config.get("EndpointConfiguration").is_some_and(|endpoint| endpoint == "PRIVATE");
    for name in ["DomainName", "CertificateArn"] {
        if given(&config, name).is_none() {
            return api.fail(&format!("Property 'Domain.{name}' is required."));
        }
    }
    if is_private {
        return private_resources(api, &config, world);
    }
    let id = format!("ApiGatewayDomainName{}", suffix_of(&config["DomainName"]));
    let config = completed(api, &id, config)?;
    let mut resources = vec![domain_name(api.source, &id, &config)?];
    resources.extend(mappings(api.source, "AWS::ApiGateway::BasePathMapping", "DomainName", &id, &config)?);
    resources.extend(record_set_group(api, &id, &config, world)?);
    Ok(resources)
}

fn completed(api: &mut Api, id: &str, mut config: Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let endpoint = given(&config, "EndpointConfiguration").cloned();
    let endpoint = endpoint.unwrap_or_else(|| json!("REGIONAL"));
    if !["EDGE", "REGIONAL"].contains(&&*printed(&endpoint)) {
        return api.fail(
            "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', \
             'PRIVATE'].",
        );
    }
    if let Some(Py::Dict(domain)) = api.properties.get_mut("Domain") {
        domain.insert("ApiDomainName", id);
        if domain.get("EndpointConfiguration").is_none_or(Py::is_none) {
            domain.insert("EndpointConfiguration", "REGIONAL");
        }
    }
    config.insert("EndpointConfiguration".to_owned(), endpoint);
    Ok(config)
}

fn domain_name(source: &Source, id: &str, config: &Map<String, Value>) -> Result<Resource, Problem> {
    let endpoint = &config["EndpointConfiguration"];
    let certificate = if endpoint == "REGIONAL" { "RegionalCertificateArn" } else { "CertificateArn" };
    let mut configuration = json!({ "Types": [endpoint] });
    if let Some(addresses) = set(config, "IpAddressType") {
        configuration["IpAddressType"] = addresses.clone();
    }
    let mut domain = Resource::new(id, "AWS::ApiGateway::DomainName", &source.inherited())
        .with("DomainName", config["DomainName"].clone())
        .with(certificate, config["CertificateArn"].clone())
        .with("EndpointConfiguration", configuration);
    if let Some(tls) = set(config, "MutualTlsAuthentication") {
        const KNOWN: [&str; 2] = ["TruststoreUri", "TruststoreVersion"];
        let path = "Domain.MutualTlsAuthentication";
        let tls = crate::properties::expect_map(&source.id, path, tls)?;
        if tls.keys().any(|key| !KNOWN.contains(&key.as_str())) {
            return source.problem(
                "Available Domain.MutualTlsAuthentication fields are ['TruststoreUri', \
                 'TruststoreVersion'].",
            );
        }
        let known = KNOWN.iter().filter_map(|&key| Some((key.to_owned(), set(tls, key)?.clone())));
        domain.put("MutualTlsAuthentication", Value::Object(known.collect()));
    }
    for name in ["SecurityPolicy", "EndpointAccessMode", "OwnershipVerificationCertificateArn"] {
        if let Some(value) = set(config, name) {
            domain.put(name, value.clone());
        }
    }
    Ok(domain)
}

fn mappings(
    source: &Source,
    kind: &'static str,
    domain_property: &str,
    domain_id: &str,
    config: &Map<String, Value>,
) -> Result<Vec<Resource>, Problem> {
    let mapping = |id: String| {
        Resource::new(id, kind, &source.inherited())
            .with(domain_property, reference(domain_id))
            .with("RestApiId", reference(&source.id))
            .with("Stage", reference(&format!("{}.Stage", source.id)))
    };
    let paths = match set(config, "BasePath") {
        Some(path @ Value::String(_)) => vec![path.clone()],
        Some(Value::Array(paths)) => paths.clone(),
        _ => return Ok(vec![mapping(format!("{}BasePathMapping", source.id))]),
    };
    let normalize = config.get("NormalizeBasePath").is_none_or(crate::values::truthy);
    let one = |(index, path): (usize, &Value)| {
        let Some(path) = path.as_str() else {
            return source.problem(format!("Property 'Domain.BasePath[{index}]' should be a string."));
        };
        let letters: String = path.chars().filter(|c| c.is_alphanumeric()).collect();
        let id = format!("{}{letters}BasePathMapping", source.id);
        Ok(mapping(id).with("BasePath", if normalize { &letters } else { path }))
    };
    paths.iter().enumerate().map(one).collect()
}

fn record_set_group(
    api: &mut Api,
    domain_id: &str,
    config: &Map<String, Value>,
    world: &mut World,
) -> Result<Option<Resource>, Fault> {
    let source = api.source;
    let Some(route53) = given(config, "Route53") else { return Ok(None) };
    let route53 = crate::properties::expect_map(&source.id, "Domain.Route53", route53)?.clone();
    let zone = zone_of(source, &route53)?;
    let alias = if config["EndpointConfiguration"] == "REGIONAL" {
        let attribute = |name| get_att(domain_id, name);
        alias_target(&route53, attribute("RegionalHostedZoneId"), attribute("RegionalDomainName"))
    } else {
        let name = given(&route53, "DistributionDomainName").cloned();
        let name = name.unwrap_or_else(|| {
            let own = get_att(domain_id, "DistributionDomainName");
            remember_distribution(api, &own);
            own
        });
        alias_target(&route53, json!(CLOUDFRONT_ZONE), name)
    };
    group_of(api, config, &route53, zone, &alias, world).map(Some)
}

/// The record set group that all APIs share or, where that is asked for, one of the API's own.
fn group_of(
    api: &Api,
    config: &Map<String, Value>,
    route53: &Map<String, Value>,
    zone: &Value,
    alias: &Value,
    world: &mut World,
) -> Result<Resource, Fault> {
    let source = api.source;
    let sets = record_sets(config, route53, alias);
    match set(route53, "SeparateRecordSetGroup") {
        None => Ok(shared_group(source, route53, sets, world)?),
        Some(Value::Bool(_)) => {
            let id = format!("RecordSetGroup{}", suffix_of(&json!([zone, config["DomainName"]])));
            let group = Resource::new(id, "AWS::Route53::RecordSetGroup", &source.inherited())
                .with_given("HostedZoneId", set(route53, "HostedZoneId"))
                .with_given("HostedZoneName", set(route53, "HostedZoneName"))
                .with("RecordSets", sets);
            Ok(group)
        }
        Some(_) => api.fail("Property 'Domain.Route53.SeparateRecordSetGroup' should be a boolean."),
    }
}

/// A domain name that only a VPC sees.
fn private_resources(api: &Api, config: &Map<String, Value>, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let source = api.source;
    let attributes = source.inherited();
    let id = format!("ApiGatewayDomainNameV2{}", suffix_of(&config["DomainName"]));
    let mut configuration = json!({ "Types": ["PRIVATE"] });
    if let Some(addresses) = set(config, "IpAddressType") {
        configuration["IpAddressType"] = addresses.clone();
    }
    let mut domain = Resource::new(&*id, "AWS::ApiGateway::DomainNameV2", &attributes)
        .with("DomainName", config["DomainName"].clone())
        .with("CertificateArn", config["CertificateArn"].clone())
        .with("EndpointConfiguration", configuration);
    for name in ["SecurityPolicy", "EndpointAccessMode", "Policy"] {
        domain = domain.with_given(name, set(config, name));
    }
    let mut resources = vec![domain];
    resources.extend(mappings(source, "AWS::ApiGateway::BasePathMappingV2", "DomainNameArn", &id, config)?);
    if let Some(route53) = given(config, "Route53") {
        let route53 = crate::properties::expect_map(&source.id, "Domain.Route53", route53)?;
        let zone = zone_of(source, route53)?;
        let part = |name: &str| route53.get(name).cloned().unwrap_or_default();
        let alias = alias_target(route53, part("VpcEndpointHostedZoneId"), part("VpcEndpointDomainName"));
        resources.push(group_of(api, config, route53, zone, &alias, world)?);
    }
    if let Some(association) = given(config, "AccessAssociation") {
        let path = "Domain.AccessAssociation";
        let association = crate::properties::expect_map(&source.id, path, association)?;
        let endpoint = association.get("VpcEndpointId").cloned().unwrap_or_default();
        let suffix = suffix_of(&json!([endpoint, id]));
        let kind = "AWS::ApiGateway::DomainNameAccessAssociation";
        resources.push(
            Resource::new(format!("DomainNameAccessAssociation{suffix}"), kind, &attributes)
                .with("DomainNameArn", reference(&id))
                .with("AccessAssociationSourceType", "VPCE")
                .with("AccessAssociationSource", endpoint),
        );
    }
    Ok(resources)
}

/// The distribution's name becomes part of the domain's settings, and so of the deployment's id.
fn remember_distribution(api: &mut Api, name: &Value) {
    let domain = api.properties.get_mut("Domain").and_then(Py::as_dict_mut);
    let route53 = domain.and_then(|domain| domain.get_mut("Route53")).and_then(Py::as_dict_mut);
    if let Some(route53) = route53 {
        route53.insert("DistributionDomainName", Py::literal(name));
    }
}
