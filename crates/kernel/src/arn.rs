use std::{fmt, str::FromStr};

/// The account that requests without credentials of another one act in.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The region whose wording and limits are the default.
pub const DEFAULT_REGION: &str = "us-east-1";

/// The partition that `region` belongs to: `aws`, `aws-cn`, `aws-us-gov`.
pub fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// An Amazon Resource Name, split at its first five colons.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn` …
    pub partition: String,
    /// The service's namespace, e.g. `dynamodb`.
    pub service: String,
    /// Empty for global services.
    pub region: String,
    /// Empty where names are global (S3, API Gateway's control plane).
    pub account: String,
    /// The rest, with its own colons and slashes, e.g. `table/Music`.
    pub resource: String,
}

impl Arn {
    /// An ARN in the partition of `region`.
    pub fn new(service: &str, region: &str, account: &str, resource: impl Into<String>) -> Self {
        Self {
            partition: partition(region).to_owned(),
            service: service.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            resource: resource.into(),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(out, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// The text is not `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ARN")]
pub struct NotAnArn;

impl FromStr for Arn {
    type Err = NotAnArn;

    fn from_str(text: &str) -> Result<Self, NotAnArn> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().map(str::to_owned).ok_or(NotAnArn);
        if next()? != "arn" {
            return Err(NotAnArn);
        }
        Ok(Self { partition: next()?, service: next()?, region: next()?, account: next()?, resource: next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_round_trips_with_colons_in_its_resource() {
        let text = "arn:aws:lambda:us-east-1:123456789012:function:hello:PROD";
        let arn: Arn = text.parse().unwrap();
        assert_eq!(arn.resource, "function:hello:PROD");
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn five_parts_are_not_enough() {
        assert_eq!("arn:aws:s3:bucket".parse::<Arn>(), Err(NotAnArn));
    }
}
