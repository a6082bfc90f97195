//! Signature Version 4: reading a signature, verifying it, and who it makes the caller.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt::Write;

use hmac::{Hmac, Mac};
use http::{StatusCode, header};
use jiff::fmt::strtime;
use kernel::{AwsError, Caller, DEFAULT_ACCOUNT, Request, Timestamp};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::{ESCAPED, Iam};

/// How far a request's time may be from ours, in milliseconds.
const SKEW_MILLIS: u64 = 15 * 60 * 1000;

/// Session tokens that this cloud issues begin like this, so that its own lapsed sessions can be told
/// from credentials of elsewhere.
pub(crate) const TOKEN_PREFIX: &str = "IQoJb3JpZ2luX2Vjsamlet";

/// `20260101/us-east-1/dynamodb/aws4_request`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialScope {
    /// `YYYYMMDD`
    pub date: String,
    /// The region that was signed for.
    pub region: String,
    /// The signing name of the service.
    pub service: String,
}

/// A signature as found in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who claims to have signed.
    pub access_key_id: String,
    /// For when, where and what.
    pub scope: CredentialScope,
    headers: Vec<String>,
    signature: String,
    token: Option<String>,
    date: String,
    presigned: bool,
}

impl Signed {
    /// The signature in the `Authorization` header or the query string, if there is one.
    pub fn read(request: &Request) -> Result<Option<Self>, AwsError> {
        let pairs = query_of(request);
        let in_query = pairs.iter().any(|(name, _)| name == "X-Amz-Algorithm");
        let header =
            request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default().trim());
        match header {
            Some(_) if in_query => Err(AwsError::new(
                "InvalidSignatureException",
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
            )
            .with_status(StatusCode::FORBIDDEN)),
            Some(text) if text.starts_with("AWS4-") => Self::in_header(request, text).map(Some),
            None if in_query => Self::in_query(&pairs).map(Some),
            _ => Ok(None),
        }
    }

    fn in_header(request: &Request, text: &str) -> Result<Self, AwsError> {
        let (mut credential, mut signature, mut headers) = (None, None, None);
        for (name, value) in text.split([',', ' ']).skip(1).filter_map(|field| field.split_once('=')) {
            let place = match name {
                "Credential" => &mut credential,
                "Signature" => &mut signature,
                "SignedHeaders" => &mut headers,
                _ => continue,
            };
            if place.is_none() && !value.is_empty() {
                *place = Some(value.to_owned());
            }
        }
        let date = own_header(request, "x-amz-date").or_else(|| own_header(request, "date"));
        let parameters = [("Credential", &credential), ("Signature", &signature), ("SignedHeaders", &headers)];
        let mut missing = String::new();
        for (name, _) in parameters.iter().filter(|(_, value)| value.is_none()) {
            // Writing to a String cannot fail.
            let _ = write!(missing, "Authorization header requires '{name}' parameter. ");
        }
        if date.is_none() {
            missing.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        let (Some(credential), Some(signature), Some(headers), Some(date)) = (credential, signature, headers, date)
        else {
            return Err(incomplete(format!("{missing}Authorization={text}")));
        };
        Self::of(&credential, &headers, signature, date, own_header(request, "x-amz-security-token"), false)
    }

    fn in_query(pairs: &[(String, String)]) -> Result<Self, AwsError> {
        let field = |name: &str| {
            pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone())
        };
        let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
        let [Some(_), Some(credential), Some(signature), Some(headers), Some(date)] = names.map(field) else {
            let missing = names.iter().filter(|name| field(name).is_none()).fold(String::new(), |mut text, name| {
                // Writing to a String cannot fail.
                let _ = write!(text, "AWS query-string parameters must include '{name}'. ");
                text
            });
            return Err(incomplete(format!("{missing}Re-examine the query-string parameters.")));
        };
        Self::of(&credential, &headers, signature, date, field("X-Amz-Security-Token"), true)
    }

    fn of(
        credential: &str,
        signed_headers: &str,
        signature: String,
        date: String,
        token: Option<String>,
        presigned: bool,
    ) -> Result<Self, AwsError> {
        let mut parts = credential.rsplitn(5, '/').skip(1).map(str::to_owned);
        let mut next = || {
            parts.next().ok_or_else(|| {
                incomplete(format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
                     '{credential}'"
                ))
            })
        };
        let (service, region, day, access_key_id) = (next()?, next()?, next()?, next()?);
        Ok(Self {
            access_key_id,
            scope: CredentialScope { date: day, region, service },
            headers: signed_headers.split(';').map(str::to_owned).collect(),
            signature,
            token,
            date,
            presigned,
        })
    }

    /// The signature that `secret` gives this request.
    fn expected(&self, request: &Request, secret: &str) -> String {
        let CredentialScope { date, region, service } = &self.scope;
        let canonical = hex(&Sha256::digest(self.canonical_request(request)));
        let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{date}/{region}/{service}/aws4_request\n{canonical}", self.date);
        let parts = [date, region, service, "aws4_request"];
        let key = parts.iter().fold(format!("AWS4{secret}").into_bytes(), |key, part| mac(&key, part));
        hex(&mac(&key, &to_sign))
    }

    fn canonical_request(&self, request: &Request) -> String {
        let mut query: Vec<(String, String)> = query_of(request);
        query.retain(|(name, _)| name != "X-Amz-Signature");
        let mut query: Vec<String> =
            query.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        query.sort();
        let headers: String = self.headers.iter().fold(String::new(), |mut text, name| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}:{}", canonical_header(request, name));
            text
        });
        let path = request.uri().path();
        // Every service but S3 escapes the path once more.
        let path = if self.scope.service == "s3" { path.to_owned() } else { escape_path(path) };
        let hash = own_header(request, "x-amz-content-sha256").unwrap_or_else(|| hex(&Sha256::digest(request.body())));
        let hash = if self.presigned && self.scope.service == "s3" { "UNSIGNED-PAYLOAD".to_owned() } else { hash };
        let signed = self.headers.join(";");
        format!("{}\n{path}\n{}\n{headers}\n{signed}\n{hash}", request.method(), query.join("&"))
    }
}

impl Iam {
    /// Who made `request`: verified if its access key was issued here, the root of an account if not,
    /// anonymous if it is not signed.
    pub fn authenticate(&self, request: &Request) -> Result<(Caller, Option<CredentialScope>), AwsError> {
        let Some(signed) = Signed::read(request)? else { return Ok((Caller::Anonymous, None)) };
        let state = self.state.borrow();
        let caller = match state.session(&signed.access_key_id) {
            Some(session) => {
                let now = self.kernel.clock.now();
                if signed.token.as_deref() != Some(session.token.as_str()) {
                    return Err(unrecognized());
                }
                if now >= session.expires() {
                    let message = "The security token included in the request is expired";
                    return Err(AwsError::new("ExpiredTokenException", message).with_status(StatusCode::FORBIDDEN));
                }
                verify(&signed, request, &session.secret, now)?;
                Caller::RoleSession {
                    role_arn: session.role_arn.clone(),
                    session_name: session.name.clone(),
                    session_policy: session.policy.clone(),
                }
            }
            None if signed.token.as_deref().is_some_and(|token| token.starts_with(TOKEN_PREFIX)) => {
                return Err(unrecognized());
            }
            None => Caller::Root { account: account_of(&signed.access_key_id).to_owned() },
        };
        Ok((caller, Some(signed.scope)))
    }
}

fn verify(signed: &Signed, request: &Request, secret: &str, now: Timestamp) -> Result<(), AwsError> {
    let refuse =
        |message: String| Err(AwsError::new("InvalidSignatureException", message).with_status(StatusCode::FORBIDDEN));
    let Some(signed_at) = moment(&signed.date) else {
        return refuse(format!("Date must be in ISO-8601 'basic format'. Got '{}'.", signed.date));
    };
    if now.millis().abs_diff(signed_at) > SKEW_MILLIS {
        return refuse(format!("Signature expired: {} is out of the range of 15 min. around now", signed.date));
    }
    // The signature covers the hash that the client states; that it is the body's is for us to see.
    let stated = own_header(request, "x-amz-content-sha256").filter(|hash| hash.len() == 64);
    let altered = stated.is_some_and(|hash| hash != hex(&Sha256::digest(request.body())));
    if altered || signed.expected(request, secret) != signed.signature {
        return refuse(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details."
                .to_owned(),
        );
    }
    Ok(())
}

/// The account that an access key of elsewhere acts in: people spell it as the key to keep test
/// accounts apart.
fn account_of(access_key_id: &str) -> &str {
    let spells = access_key_id.len() == 12 && access_key_id.bytes().all(|byte| byte.is_ascii_digit());
    if spells { access_key_id } else { DEFAULT_ACCOUNT }
}

fn unrecognized() -> AwsError {
    AwsError::new("UnrecognizedClientException", "The security token included in the request is invalid.")
        .with_status(StatusCode::FORBIDDEN)
}

fn incomplete(message: String) -> AwsError {
    AwsError::new("IncompleteSignatureException", message).with_status(StatusCode::FORBIDDEN)
}

/// Milliseconds since the epoch of `20260101T000000Z`.
fn moment(text: &str) -> Option<u64> {
    let broken_down = strtime::parse("%Y%m%dT%H%M%SZ", text).ok()?;
    let moment = broken_down.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    u64::try_from(moment.timestamp().as_millisecond()).ok()
}

fn own_header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// All values of a header, joined by commas, with runs of blanks made one.
fn canonical_header(request: &Request, name: &str) -> String {
    let values =
        request.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let values: Vec<String> = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    values.join(",")
}

/// The query string's names and values, decoded; a plus is a plus here.
fn query_of(request: &Request) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn escape_path(path: &str) -> String {
    path.split('/').map(escape).collect::<Vec<_>>().join("/")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// The "get-vanilla-query-order-key-case" request of AWS's published signing examples.
    #[test]
    fn the_published_example_verifies() {
        let request = http::Request::get("/?Param2=value2&Param1=value1")
            .header("host", "example.amazonaws.com")
            .header("x-amz-date", "20150830T123600Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, \
                 Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            )
            .body(Bytes::new())
            .unwrap();
        let signed = Signed::read(&request).unwrap().unwrap();
        assert_eq!(signed.scope.region, "us-east-1");
        assert_eq!(signed.expected(&request, SECRET), signed.signature);
        assert_eq!(moment(&signed.date), Some(1_440_938_160_000));
    }

    #[test]
    fn what_a_signature_lacks_is_told_all_at_once() {
        let words = |uri: &str, authorization: Option<&str>| {
            let mut request = http::Request::post(uri);
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            Signed::read(&request.body(Bytes::new()).unwrap()).err().map(|error| error.message)
        };
        assert_eq!(words("/", Some("Bearer x")), None);
        assert_eq!(words("/?X-Amz-Signature=a", None), None);
        for (uri, authorization, expected) in [
            (
                "/",
                Some("AWS4- Signature=b, SignedHeaders=c"),
                "Authorization header requires 'Credential' parameter. Authorization header requires existence of \
                 either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4- Signature=b, SignedHeaders=c",
            ),
            (
                "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c",
                None,
                "AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must \
                 include 'X-Amz-Date'. Re-examine the query-string parameters.",
            ),
            (
                "/?X-Amz-Algorithm",
                Some("X"),
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
            ),
        ] {
            assert_eq!(words(uri, authorization).as_deref(), Some(expected));
        }
    }

    #[test]
    fn keys_of_elsewhere_are_the_root_of_an_account() {
        assert_eq!(account_of("test"), DEFAULT_ACCOUNT);
        assert_eq!(account_of("000000000001"), "000000000001");
    }
}
