//! How callers name functions: by name, partial ARN or ARN, each with or without a qualifier.

use http::StatusCode;
use kernel::{Arn, AwsError, Scope};

/// A function that a caller named, in the caller's own region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Twelve digits.
    pub account: String,
    pub region: String,
    /// The function's name.
    pub name: String,
    /// A version, an alias or `$LATEST`, if one was named.
    pub qualifier: Option<String>,
}

impl Target {
    /// Reads `FunctionName` and `Qualifier` of a request for a function of the caller's account.
    pub fn read(scope: &Scope, text: &str, qualifier: Option<&str>) -> Result<Self, AwsError> {
        let target = Self::read_of_any_account(scope, text, qualifier)?;
        if target.account == scope.account { Ok(target) } else { Err(AwsError::access_denied("")) }
    }

    /// Reads `FunctionName` and `Qualifier` of a request, whosever function they name.
    pub fn read_of_any_account(scope: &Scope, text: &str, qualifier: Option<&str>) -> Result<Self, AwsError> {
        let (region, account, rest) = match text.parse::<Arn>() {
            Ok(arn) => (Some(arn.region), Some(arn.account), arn.resource),
            Err(_) => match text.split_once(":function:") {
                Some((account, name)) => (None, Some(account.to_owned()), format!("function:{name}")),
                None => (None, None, text.to_owned()),
            },
        };
        let rest = rest.strip_prefix("function:").unwrap_or(&rest);
        let (name, derived) = match rest.split_once(':') {
            Some((name, derived)) => (name, Some(derived)),
            None => (rest, None),
        };
        if let Some(region) = region.filter(|region| *region != scope.region) {
            let message = format!("Functions from '{region}' are not reachable in this region ('{}')", scope.region);
            return Err(not_found(&message));
        }
        let qualifier = match (derived, qualifier) {
            (Some(derived), Some(qualifier)) if derived != qualifier => {
                let message = "The derived qualifier from the function name does not match the specified qualifier.";
                return Err(invalid(message));
            }
            (derived, qualifier) => derived.or(qualifier).map(str::to_owned),
        };
        let account = account.unwrap_or_else(|| scope.account.clone());
        Ok(Self { account, region: scope.region.clone(), name: name.to_owned(), qualifier })
    }

    /// The function that is kept under `key`.
    pub fn of((account, region, name): &FunctionKey) -> Self {
        Self { account: account.clone(), region: region.clone(), name: name.clone(), qualifier: None }
    }

    /// Refuses a name that a new function may not have.
    pub fn check_name(&self) -> Result<(), AwsError> {
        let name = &self.name;
        if name.len() <= 64 {
            return Ok(());
        }
        Err(invalid(&format!(
            "1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must \
             have length less than or equal to 64"
        )))
    }

    /// The function's ARN with the qualifier, if there is one.
    pub fn arn(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => self.qualified(qualifier),
            None => Arn::new("lambda", &self.region, &self.account, format!("function:{}", self.name)).to_string(),
        }
    }

    /// The function's ARN without a qualifier.
    pub fn function_arn(&self) -> String {
        self.function().arn()
    }

    /// The function's ARN with this qualifier.
    pub fn qualified(&self, qualifier: &str) -> String {
        format!("{}:{qualifier}", self.function_arn())
    }

    /// The same function without a qualifier.
    pub fn function(&self) -> Self {
        Self { qualifier: None, ..self.clone() }
    }

    /// The same function with this qualifier.
    pub fn with_qualifier(&self, qualifier: &str) -> Self {
        Self { qualifier: Some(qualifier.to_owned()), ..self.clone() }
    }

    /// The key under which state is kept: account, region, name.
    pub fn key(&self) -> FunctionKey {
        (self.account.clone(), self.region.clone(), self.name.clone())
    }

    /// The error for a function, version or alias that is not there.
    pub fn not_found(&self) -> AwsError {
        not_found(&format!("Function not found: {}", self.arn()))
    }
}

/// Account, region, name.
pub type FunctionKey = (String, String, String);

/// `InvalidParameterValueException` (400).
pub fn invalid(message: &str) -> AwsError {
    AwsError::new("InvalidParameterValueException", message)
}

/// The same error without the member `Type`: AWS leaves it out of a few.
pub fn untyped(error: AwsError) -> AwsError {
    error.with_member("Type", serde_json::Value::Null)
}

/// `ResourceNotFoundException` (404).
pub fn not_found(message: &str) -> AwsError {
    AwsError::new("ResourceNotFoundException", message).with_status(StatusCode::NOT_FOUND)
}

/// `ResourceConflictException` (409).
pub fn conflict(message: &str) -> AwsError {
    AwsError::new("ResourceConflictException", message).with_status(StatusCode::CONFLICT)
}

#[cfg(test)]
mod tests {
    use kernel::testing;

    use super::*;

    fn read(
        name: &'static str,
        qualifier: Option<&'static str>,
        check: impl FnOnce(Result<Target, AwsError>) + 'static,
    ) {
        testing::run(move |kernel| async move { check(Target::read(&Scope::root(&kernel), name, qualifier)) });
    }

    #[test]
    fn every_form_names_the_same_function() {
        for (name, qualifier, expected) in [
            ("hello", None, None),
            ("hello:PROD", None, Some("PROD")),
            ("hello", Some("7"), Some("7")),
            ("123456789012:function:hello", None, None),
            ("arn:aws:lambda:us-east-1:123456789012:function:hello", Some("$LATEST"), Some("$LATEST")),
            ("arn:aws:lambda:us-east-1:123456789012:function:hello:PROD", Some("PROD"), Some("PROD")),
        ] {
            read(name, qualifier, move |target| {
                let target = target.unwrap();
                assert_eq!((target.name.as_str(), target.qualifier.as_deref()), ("hello", expected), "{name}");
            });
        }
    }

    #[test]
    fn another_region_and_a_contradiction_are_refused() {
        read("arn:aws:lambda:eu-west-1:123456789012:function:hello", None, |target| {
            let message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')";
            assert_eq!(target.unwrap_err().message, message);
        });
        read("hello:1", Some("2"), |target| assert_eq!(target.unwrap_err().code, "InvalidParameterValueException"));
    }
}
