//! The network as a function sees it: AWS, and nothing else.

use bytes::Bytes;
use http::{Request, Uri, header};
use kernel::{Caller, Kernel, Scope, SpanId};

/// The domains behind which this cloud's services are.
const DOMAINS: [&str; 5] = [".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".amazoncognito.com", ".cloudfront.net"];

/// Whether `host` is one of this cloud's.
pub fn is_cloud(host: &str) -> bool {
    DOMAINS.iter().any(|domain| host.ends_with(domain))
}

/// The request as the door expects it: one that is not signed acts as `caller`, the execution role; a
/// signature goes before, and is the door's to verify.
pub fn to_door(
    kernel: &Kernel,
    mut request: Request<Bytes>,
    caller: &Caller,
    region: &str,
    span: Option<SpanId>,
) -> Request<Bytes> {
    let host = request.uri().authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    if let Ok(host) = host.parse() {
        request.headers_mut().entry(header::HOST).or_insert(host);
    }
    if let Some(uri) = request.uri().path_and_query().and_then(|path| Uri::try_from(path.as_str()).ok()) {
        *request.uri_mut() = uri;
    }
    let scope = Scope::new(kernel, region, caller.clone());
    request.extensions_mut().insert(Scope { parent: span, ..scope });
    request
}

/// Why a call to any other host fails: as if its name could not be found.
pub fn no_internet(host: &str) -> String {
    format!("getaddrinfo ENOTFOUND {host} (functions in Samlet reach AWS services only, not the internet)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_aws_is_there() {
        for (host, expected) in [
            ("dynamodb.us-east-1.amazonaws.com", true),
            ("abc.lambda-url.us-east-1.on.aws", true),
            ("example.com", false),
            ("amazonaws.com.evil.example", false),
            ("evilamazonaws.com", false),
        ] {
            assert_eq!(is_cloud(host), expected, "{host}");
        }
    }
}
