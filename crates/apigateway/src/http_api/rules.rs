//! What API Gateway accepts of HTTP APIs.

use kernel::AwsError;

use super::model::{Authorizer, Cors, Integration};
use crate::{error::bad_request, lambda_uri::function_arn};

const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];

/// Refuses anything but `$default` and `METHOD /path`.
pub fn check_route_key(key: &str) -> Result<(), AwsError> {
    let fits = key == "$default"
        || key.split_once(' ').is_some_and(|(method, path)| METHODS.contains(&method) && path.starts_with('/'));
    if fits {
        Ok(())
    } else {
        Err(bad_request(format!(
            "The provided route key is not formatted properly for HTTP protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\". Given: {key}"
        )))
    }
}

/// Refuses origins that browsers would not accept together with credentials.
pub fn check_cors(cors: Option<&Cors>) -> Result<(), AwsError> {
    let Some(cors) = cors else { return Ok(()) };
    let any_origin = cors.allow_origins.iter().any(|origin| origin == "*");
    if cors.allow_credentials == Some(true) && any_origin {
        return Err(bad_request(
            "Unable to set CORS configuration: allowCredentials cannot be true when allowOrigins contains '*'",
        ));
    }
    Ok(())
}

/// Refuses an integration that an HTTP API cannot have, and fills in the defaults.
pub fn complete_integration(integration: &mut Integration) -> Result<(), AwsError> {
    if !matches!(integration.integration_type.as_str(), "AWS_PROXY" | "HTTP_PROXY") {
        return Err(bad_request("HTTP APIs only support integrations of type AWS_PROXY and HTTP_PROXY"));
    }
    if integration.integration_subtype.is_some() {
        return Err(bad_request("Integration subtypes are not available yet"));
    }
    if integration.integration_type == "AWS_PROXY" {
        if integration.integration_uri.as_deref().and_then(function_arn).is_none() {
            return Err(bad_request("Invalid integration URI specified"));
        }
        integration.integration_method.get_or_insert_with(|| "POST".to_owned());
    }
    if integration.connection_type.is_empty() {
        "INTERNET".clone_into(&mut integration.connection_type);
    }
    match integration.payload_format_version.as_str() {
        "" => "1.0".clone_into(&mut integration.payload_format_version),
        "1.0" | "2.0" => {}
        _ => return Err(bad_request("PayloadFormatVersion must be 1.0 or 2.0")),
    }
    match integration.timeout_in_millis {
        0 => integration.timeout_in_millis = 30_000,
        50..=30_000 => {}
        _ => return Err(bad_request("Timeout should be between 50 ms and 30000 ms")),
    }
    Ok(())
}

/// Refuses an authorizer that lacks what its type needs.
pub fn check_authorizer(authorizer: &Authorizer) -> Result<(), AwsError> {
    match (authorizer.authorizer_type.as_str(), &authorizer.jwt_configuration) {
        ("JWT", Some(jwt)) if jwt.issuer.starts_with("https://") => Ok(()),
        ("JWT", Some(_)) => Err(bad_request("Invalid issuer specified. The issuer must be an https URL")),
        ("JWT", None) => Err(bad_request("JwtConfiguration is required for JWT authorizers")),
        _ if authorizer.authorizer_uri.as_deref().and_then(function_arn).is_none() => {
            Err(bad_request("Invalid AuthorizerUri specified"))
        }
        _ if authorizer.authorizer_payload_format_version.is_none() => {
            Err(bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn route_keys() {
        let cases = [
            ("$default", true),
            ("GET /pets/{id}", true),
            ("ANY /", true),
            ("GET pets", false),
            ("FETCH /", false),
            ("/pets", false),
        ];
        for (key, fits) in cases {
            assert_eq!(check_route_key(key).is_ok(), fits, "{key}");
        }
    }
}
