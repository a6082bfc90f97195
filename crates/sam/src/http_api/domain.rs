//! `Domain` of an HTTP API: a name of the user's own.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::ids::suffix_of;
use crate::resource::{Resource, Source};
use crate::values::{get_att, given, reference, set};
use crate::world::World;

/// The domain name, its mappings to the API and its record set group.
pub(crate) fn resources(source: &Source, tag: &str, world: &mut World) -> Result<Vec<Resource>, Problem> {
    let Some(Value::Object(config)) = source.get("Domain") else { return Ok(Vec::new()) };
    let (Some(name), Some(certificate)) = (given(config, "DomainName"), given(config, "CertificateArn")) else {
        return source.problem("Custom Domains only works if both DomainName and CertificateArn are provided.");
    };
    let id = format!("ApiGatewayDomainNameV2{}", suffix_of(name));
    let attributes = source.inherited();
    let mut configuration = json!({ "CertificateArn": certificate, "EndpointType": "REGIONAL" });
    if given(config, "EndpointConfiguration").is_some_and(|endpoint| endpoint != "REGIONAL") {
        return source.problem("EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
    }
    for property in ["OwnershipVerificationCertificateArn", "SecurityPolicy"] {
        if let Some(value) = set(config, property) {
            configuration[property] = value.clone();
        }
    }
    let mut domain = Resource::new(&*id, "AWS::ApiGatewayV2::DomainName", &attributes)
        .with("DomainName", name.clone())
        .with("DomainNameConfigurations", json!([configuration]))
        .with("Tags", json!({ tag: "SAM" }));
    if let Some(tls) = set(config, "MutualTlsAuthentication") {
        domain.put("MutualTlsAuthentication", mutual_tls(source, tls)?);
    }
    let mut resources = vec![domain];
    resources.extend(mappings(source, config, &id, &attributes)?);
    resources.extend(record_set_group(source, config, &id, world)?);
    Ok(resources)
}

fn mutual_tls(source: &Source, tls: &Value) -> Result<Value, Problem> {
    const KNOWN: [&str; 2] = ["TruststoreUri", "TruststoreVersion"];
    let Value::Object(tls) = tls else {
        return source.problem(
            "MutualTlsAuthentication must be a map with at least one of the following fields \
             ['TruststoreUri', 'TruststoreVersion'].",
        );
    };
    let mut unknown: Vec<&str> = tls.keys().map(String::as_str).filter(|key| !KNOWN.contains(key)).collect();
    if !unknown.is_empty() {
        unknown.sort_unstable();
        return Err(Problem::resource(
            &unknown.join(","),
            "Available MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].",
        ));
    }
    let known = KNOWN.iter().filter_map(|&key| Some((key.to_owned(), set(tls, key)?.clone())));
    Ok(Value::Object(known.collect()))
}

fn mappings(
    source: &Source,
    config: &Map<String, Value>,
    domain_id: &str,
    attributes: &Map<String, Value>,
) -> Result<Vec<Resource>, Problem> {
    let mapping = |id: String| {
        Resource::new(id, "AWS::ApiGatewayV2::ApiMapping", attributes)
            .with("DomainName", reference(domain_id))
            .with("ApiId", reference(&source.id))
            .with("Stage", reference(&format!("{}.Stage", source.id)))
    };
    let paths = match set(config, "BasePath") {
        Some(path @ Value::String(_)) => vec![path.clone()],
        Some(Value::Array(paths)) => paths.clone(),
        _ => return Ok(vec![mapping(format!("{}ApiMapping", source.id))]),
    };
    let allowed = Regex::new("^[0-9a-zA-Z/_-]*$");
    paths
        .iter()
        .map(|path| {
            let Some(path) = path.as_str() else {
                return source.problem("Basepath must be a string.");
            };
            if !allowed.as_ref().is_ok_and(|allowed| allowed.is_match(path)) {
                return source.problem("Invalid Basepath name provided.");
            }
            let letters = path.replace(['-', '_', '/'], "");
            Ok(mapping(format!("{}{letters}ApiMapping", source.id)).with("ApiMappingKey", path.trim_matches('/')))
        })
        .collect()
}

fn record_set_group(
    source: &Source,
    config: &Map<String, Value>,
    domain_id: &str,
    world: &mut World,
) -> Result<Option<Resource>, Problem> {
    let Some(route53) = given(config, "Route53") else { return Ok(None) };
    let route53 = crate::properties::expect_map(&source.id, "Domain.Route53", route53)?;
    let alias =
        alias_target(route53, get_att(domain_id, "RegionalHostedZoneId"), get_att(domain_id, "RegionalDomainName"));
    let sets = record_sets(config, route53, &alias);
    shared_group(source, route53, sets, world).map(Some)
}

/// The alias that a record set points to.
pub(crate) fn alias_target(route53: &Map<String, Value>, zone: Value, name: Value) -> Value {
    let mut target = json!({ "HostedZoneId": zone, "DNSName": name });
    if let Some(health) = given(route53, "EvaluateTargetHealth") {
        target["EvaluateTargetHealth"] = health.clone();
    }
    target
}

/// One record for version 4 addresses and, where it is asked for, one for version 6.
pub(crate) fn record_sets(config: &Map<String, Value>, route53: &Map<String, Value>, alias: &Value) -> Vec<Value> {
    let mut kinds = vec!["A"];
    if route53.get("IpV6") == Some(&json!(true)) {
        kinds.push("AAAA");
    }
    let record = |kind| {
        let mut set = json!({
            "Name": config.get("DomainName"),
            "Type": kind,
            "AliasTarget": alias,
        });
        for property in ["Region", "SetIdentifier"] {
            if let Some(value) = given(route53, property) {
                set[property] = value.clone();
            }
        }
        set
    };
    kinds.into_iter().map(record).collect()
}

/// The group of a hosted zone, which all APIs of the template share.
pub(crate) fn shared_group(
    source: &Source,
    route53: &Map<String, Value>,
    sets: Vec<Value>,
    world: &mut World,
) -> Result<Resource, Problem> {
    let zone = zone_of(source, route53)?;
    let id = format!("RecordSetGroup{}", suffix_of(zone));
    let group = world.record_set_groups.entry(id.clone()).or_insert_with(|| {
        Resource::new(id, "AWS::Route53::RecordSetGroup", &source.inherited())
            .with_given("HostedZoneId", route53.get("HostedZoneId"))
            .with_given("HostedZoneName", route53.get("HostedZoneName"))
            .with("RecordSets", json!([]))
    });
    if let Some(Value::Array(all)) = group.properties.get_mut("RecordSets") {
        all.extend(sets);
    }
    Ok(group.clone())
}

/// The hosted zone, by id or by name.
pub(crate) fn zone_of<'a>(source: &Source, route53: &'a Map<String, Value>) -> Result<&'a Value, Problem> {
    let zone = given(route53, "HostedZoneId").or_else(|| given(route53, "HostedZoneName"));
    zone.ok_or_else(|| {
        Problem::resource(
            &source.id,
            "HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.",
        )
    })
}
