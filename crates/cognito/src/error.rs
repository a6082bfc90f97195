//! Cognito's errors, in its words.

use kernel::AwsError;

use crate::{rules::Unmet, srp};

/// Why a request to a user pool is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    AliasExists(&'static str),
    ClientNotFound(String),
    CodeExpired,
    CodeMismatch,
    FlowNotEnabled(String),
    GroupExists,
    GroupNotFound,
    IncorrectPassword,
    Invalid(String),
    NotAuthorized(String),
    PasswordResetRequired,
    PasswordUnmet(Unmet),
    PoolNotFound(String),
    TooManyAttempts,
    UserNotConfirmed,
    UserNotFound,
    UsernameNotFound,
    UsernameExists,
}

impl Error {
    /// `InvalidParameterException` with these words.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// `NotAuthorizedException` with these words.
    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::NotAuthorized(message.into())
    }
}

impl From<srp::Refused> for Error {
    fn from(refused: srp::Refused) -> Self {
        match refused {
            srp::Refused::BadPublicValue => Self::invalid("SRP_A is invalid"),
            srp::Refused::WrongPassword => Self::IncorrectPassword,
        }
    }
}

impl From<Error> for AwsError {
    fn from(error: Error) -> Self {
        let (code, message) = match error {
            Error::AliasExists(attribute) => {
                ("AliasExistsException", format!("An account with the {attribute} already exists."))
            }
            Error::ClientNotFound(id) => {
                ("ResourceNotFoundException", format!("User pool client {id} does not exist."))
            }
            Error::CodeExpired => {
                ("ExpiredCodeException", "Invalid code provided, please request a code again.".to_owned())
            }
            Error::CodeMismatch => {
                ("CodeMismatchException", "Invalid verification code provided, please try again.".to_owned())
            }
            Error::FlowNotEnabled(flow) => {
                ("InvalidParameterException", format!("{flow} flow not enabled for this client"))
            }
            Error::GroupExists => ("GroupExistsException", "A group with the name already exists.".to_owned()),
            Error::GroupNotFound => ("ResourceNotFoundException", "Group not found.".to_owned()),
            Error::IncorrectPassword => ("NotAuthorizedException", "Incorrect username or password.".to_owned()),
            Error::Invalid(message) => ("InvalidParameterException", message),
            Error::NotAuthorized(message) => ("NotAuthorizedException", message),
            Error::PasswordResetRequired => {
                ("PasswordResetRequiredException", "Password reset required for the user".to_owned())
            }
            Error::PasswordUnmet(unmet) => {
                ("InvalidPasswordException", format!("Password did not conform with policy: {unmet}"))
            }
            Error::PoolNotFound(id) => ("ResourceNotFoundException", format!("User pool {id} does not exist.")),
            Error::TooManyAttempts => ("NotAuthorizedException", "Password attempts exceeded".to_owned()),
            Error::UserNotConfirmed => ("UserNotConfirmedException", "User is not confirmed.".to_owned()),
            Error::UserNotFound => ("UserNotFoundException", "User does not exist.".to_owned()),
            Error::UsernameNotFound => {
                ("UserNotFoundException", "Username/client id combination not found.".to_owned())
            }
            Error::UsernameExists => ("UsernameExistsException", "User already exists".to_owned()),
        };
        Self::new(code, message)
    }
}
