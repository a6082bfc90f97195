//! For which service and region a request is.

use http::{Uri, header, uri};
use iam::CredentialScope;
use kernel::{DEFAULT_REGION, Request};
use percent_encoding::percent_decode_str;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The service's name in the router.
    pub service: String,
    /// The region that the host or the signature names.
    pub region: String,
}

/// What stands before `HOST/PATH` in a path that carries a whole address: how one origin (the page's
/// or the native host's) gives every host of the cloud a URL.
const CARRIER: &str = "/~/";

/// Turns `/~/HOST/PATH` into a request for `HOST/PATH`.
pub(crate) fn unwrap(request: &mut Request) {
    let path_and_query = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    let Some(carried) = path_and_query.strip_prefix(CARRIER) else { return };
    let split = carried.find(['/', '?']).unwrap_or(carried.len());
    let (host, rest) = carried.split_at(split);
    let host = percent_decode_str(host).decode_utf8_lossy().into_owned();
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let uri = Uri::builder().scheme(uri::Scheme::HTTPS).authority(host.as_str()).path_and_query(rest).build();
    if let (Ok(uri), Ok(host)) = (uri, header::HeaderValue::try_from(&host)) {
        *request.uri_mut() = uri;
        request.headers_mut().insert(header::HOST, host);
    }
}

/// Finds the service by the host; where that is a custom endpoint for all services, by the signature,
/// the target, the body's version, or the path.
pub(crate) fn find(request: &Request, signed: Option<&CredentialScope>) -> Option<Address> {
    let host = host_of(request);
    let address = by_host(&host).or_else(|| {
        let named = signed.map(|scope| scope.service.clone()).filter(|service| !service.is_empty());
        let service = named.or_else(|| by_content(request))?;
        let region = signed.map_or(DEFAULT_REGION, |scope| scope.region.as_str()).to_owned();
        Some(Address { service, region })
    })?;
    Some(refine(address, request))
}

/// The host that a request was sent to, in lower case and without its port.
pub(crate) fn host_of(request: &Request) -> String {
    let header = || request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let host = request.uri().host().or_else(header).unwrap_or_default();
    let without_port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    without_port.map_or(host, |(host, _)| host).to_ascii_lowercase()
}

/// Where a client reaches this cloud that sent the request to none of AWS's hosts.
pub(crate) fn endpoint(request: &Request) -> Option<String> {
    let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = request.uri().authority().map(uri::Authority::as_str).or(header)?;
    by_host(&host_of(request)).is_none().then(|| format!("http://{authority}"))
}

fn by_host(host: &str) -> Option<Address> {
    let address =
        |service: &str, region: &str| Some(Address { service: service.to_owned(), region: region.to_owned() });
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        ["samlet", "internal"] => address("control", DEFAULT_REGION),
        [_, "lambda-url", region, "on", "aws"] => address("lambda-url", region),
        [_, "auth", region, "amazoncognito", "com"] => address("cognito-hosted", region),
        [rest @ .., "amazonaws", "com"] | [rest @ .., "amazonaws", "com", "cn"] => match rest {
            // The service's own buckets, from which packages can be fetched.
            [bucket, "s3", region] if is_of_lambda(bucket) => address("lambda-code", region),
            // Functions put what they say of custom resources into a bucket of AWS's own.
            [bucket, "s3", region] if bucket.starts_with("cloudformation-custom-resource-response-") => {
                address("cloudformation", region)
            }
            // Buckets stand before S3's host: BUCKET.s3.REGION; a bucket's name may have dots.
            ["s3"] | [.., "s3"] => address("s3", DEFAULT_REGION),
            [.., "s3", region] | [.., "s3", "dualstack", region] => address("s3", region),
            [service @ ("iam" | "sts")] => address(service, DEFAULT_REGION),
            ["api", "ecr", region] => address("ecr", region),
            [_, "dkr", "ecr", region] => address("ecr-registry", region),
            [_, "execute-api", region] => address("execute-api", region),
            [_, _, "dax-clusters", region] | [_, _, "nodes", "dax-clusters", region] => address("dax-clusters", region),
            ["streams", "dynamodb", region] => address("streams.dynamodb", region),
            // Newer SDKs put the account before DynamoDB's host: ACCOUNT.ddb.REGION.
            [_, "ddb", region] => address("dynamodb", region),
            // Searches have a host of their own, in both forms.
            ["search-dynamodb" | "search-dynamodb-fips", region] | [_, "search-ddb", region] => {
                address("dynamodb", region)
            }
            [service, region] => address(service, region),
            _ => None,
        },
        _ => None,
    }
}

fn is_of_lambda(bucket: &str) -> bool {
    bucket.starts_with("awslambda-") && (bucket.ends_with("-tasks") || bucket.ends_with("-layers"))
}

/// An unsigned request to a custom endpoint says by its shape what it is.
fn by_content(request: &Request) -> Option<String> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    let targets = [
        ("AnyScaleFrontendService", "application-autoscaling"),
        ("DynamoDB_", "dynamodb"),
        ("DynamoDBStreams_", "streams.dynamodb"),
        ("AWSCognitoIdentityProviderService", "cognito-idp"),
        ("Kinesis_", "kinesis"),
        ("Logs_", "logs"),
        ("AmazonDAXV3", "dax"),
        ("AmazonEC2ContainerRegistry_", "ecr"),
    ];
    let versions =
        [("Version=2010-05-08", "iam"), ("Version=2011-06-15", "sts"), ("Version=2010-05-15", "cloudformation")];
    let path = request.uri().path();
    let paths = [("/2015-03-31/", "lambda"), ("/restapis", "apigateway"), ("/v2/apis", "apigatewayv2")];
    let found = if let Some(target) = target {
        targets.iter().find(|(prefix, _)| target.starts_with(prefix))
    } else {
        let form = String::from_utf8_lossy(request.body());
        let by_version = versions.iter().find(|(version, _)| form.split('&').any(|pair| pair == *version));
        by_version.or_else(|| paths.iter().find(|(prefix, _)| path.starts_with(prefix)))
    };
    let discovery = || path.contains("/.well-known/").then(|| "cognito-idp".to_owned());
    found.map(|(_, service)| (*service).to_owned()).or_else(discovery)
}

/// Two services may share a signing name and a host: the target or the path tells them apart.
fn refine(address: Address, request: &Request) -> Address {
    let target = request.headers().get("x-amz-target").map_or(&b""[..], |value| value.as_bytes());
    let service = match address.service.as_str() {
        "dynamodb" if target.starts_with(b"DynamoDBStreams_") => "streams.dynamodb",
        "apigateway" if request.uri().path().starts_with("/v2/") => "apigatewayv2",
        _ => return address,
    };
    Address { service: service.to_owned(), ..address }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn service_of(uri: &str, headers: &[(&str, &str)], body: &'static str) -> Option<(String, String)> {
        let mut request = http::Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        unwrap(&mut request);
        find(&request, None).map(|address| (address.service, address.region))
    }

    #[test]
    fn hosts_name_service_and_region() {
        for (uri, service, region) in [
            ("https://dynamodb.eu-west-1.amazonaws.com/", "dynamodb", "eu-west-1"),
            ("https://123456789012.ddb.us-east-1.amazonaws.com/", "dynamodb", "us-east-1"),
            ("https://search-dynamodb.eu-west-1.amazonaws.com/", "dynamodb", "eu-west-1"),
            ("https://123456789012.search-ddb.us-east-1.amazonaws.com/", "dynamodb", "us-east-1"),
            ("https://streams.dynamodb.us-east-1.amazonaws.com/", "streams.dynamodb", "us-east-1"),
            ("https://music.ab12cd.dax-clusters.eu-west-1.amazonaws.com/", "dax-clusters", "eu-west-1"),
            ("https://music-a.ab12cd.nodes.dax-clusters.us-east-1.amazonaws.com:8111/", "dax-clusters", "us-east-1"),
            ("https://a.bucket.s3.eu-west-1.amazonaws.com/key", "s3", "eu-west-1"),
            ("https://bucket.s3.amazonaws.com/key", "s3", "us-east-1"),
            ("https://iam.amazonaws.com/", "iam", "us-east-1"),
            ("https://abc.execute-api.us-east-1.amazonaws.com:443/Prod/x", "execute-api", "us-east-1"),
            ("https://apigateway.us-east-1.amazonaws.com/v2/apis", "apigatewayv2", "us-east-1"),
            ("http://127.0.0.1:8000/~/abc.execute-api.us-east-1.amazonaws.com/Prod/x?y=1", "execute-api", "us-east-1"),
        ] {
            assert_eq!(service_of(uri, &[], ""), Some((service.into(), region.into())), "{uri}");
        }
    }

    #[test]
    fn a_custom_endpoint_is_told_by_target_version_or_path() {
        let target = [("x-amz-target", "DynamoDBStreams_20120810.ListStreams")];
        let uri = "http://127.0.0.1:8000/";
        assert_eq!(service_of(uri, &target, "").unwrap().0, "streams.dynamodb");
        assert_eq!(service_of(uri, &[], "Action=GetCallerIdentity&Version=2011-06-15").unwrap().0, "sts");
        assert_eq!(service_of("http://127.0.0.1:8000/2015-03-31/functions/", &[], "").unwrap().0, "lambda");
        assert_eq!(service_of(uri, &[], ""), None);
    }

    #[test]
    fn a_carried_address_becomes_the_request_s_own() {
        let mut request =
            http::Request::get("/~/abc.execute-api.us-east-1.amazonaws.com?a=b").body(Bytes::new()).unwrap();
        unwrap(&mut request);
        assert_eq!(request.uri(), "https://abc.execute-api.us-east-1.amazonaws.com/?a=b");
        assert_eq!(host_of(&request), "abc.execute-api.us-east-1.amazonaws.com");
    }
}
