//! `Code.Location`: an address from which a package can be fetched for ten minutes, by whoever has it.

use std::rc::Rc;

use bytes::Bytes;
use hmac::{Hmac, Mac};
use http::{HeaderValue, StatusCode, header};
use kernel::{Kernel, Request, Response, Scope, Service, async_trait};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::Sha256;

use crate::{Lambda, names::Target, state::Version};

/// How long an address leads somewhere, in seconds.
const LIFETIME: u64 = 600;

/// What signs the addresses. Those of before the last opening lead nowhere any more.
pub struct Locations {
    secret: String,
}

impl Locations {
    pub fn new(kernel: &Kernel) -> Self {
        Self { secret: kernel.rng.uuid() }
    }

    fn signature(&self, text: &str) -> String {
        // A key of any length is one.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("HMAC takes every key");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}

impl Lambda {
    /// Where the package of a version is.
    pub(crate) fn function_location(&self, scope: &Scope, target: &Target, version: &Version) -> String {
        let path = format!("{}/{}-{}", target.account, target.name, version.generation);
        self.location(scope, "tasks", &path, &version.code)
    }

    /// Where the package of a layer's version is.
    pub(crate) fn layer_location(&self, scope: &Scope, version_arn: &str, code: &str) -> String {
        let mut parts = version_arn.rsplit(':');
        let (number, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.location(scope, "layers", &format!("{}/{name}-{number}", scope.account), code)
    }

    /// An address in the form of those that S3 signs. A client of a custom endpoint gets one below that.
    fn location(&self, scope: &Scope, kind: &str, path: &str, code: &str) -> String {
        let region = &scope.region;
        let host = format!("awslambda-{region}-{kind}.s3.{region}.amazonaws.com");
        let base = match &scope.endpoint {
            Some(endpoint) => format!("{endpoint}/~/{host}"),
            None => format!("https://{host}"),
        };
        let now = self.kernel.clock.now();
        let moment = jiff::Timestamp::from_millisecond(now.millis().cast_signed()).unwrap_or_default();
        let code = utf8_percent_encode(code, NON_ALPHANUMERIC);
        let signed = format!(
            "/snapshots/{path}?versionId={code}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={}&X-Amz-SignedHeaders=host\
             &X-Amz-Expires={LIFETIME}&X-Amz-Credential=ASIASAMLETLAMBDACODE%2F{}%2F{region}%2Fs3%2Faws4_request",
            moment.strftime("%Y%m%dT%H%M%SZ"),
            moment.strftime("%Y%m%d"),
        );
        format!("{base}{signed}&X-Amz-Signature={}", self.locations.signature(&signed))
    }

    fn package_at(&self, request: &Request) -> Result<Bytes, &'static str> {
        const WRONG: &str = "The request signature we calculated does not match the signature you provided.";
        let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
        let (signed, signature) = whole.split_once("&X-Amz-Signature=").ok_or("Access Denied")?;
        if self.locations.signature(signed) != signature {
            return Err(WRONG);
        }
        let field = |name: &str| signed.split(['?', '&']).find_map(|pair| pair.strip_prefix(name));
        let date = field("X-Amz-Date=").and_then(|date| jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok());
        let signed_at = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok()).ok_or(WRONG)?;
        let now = self.kernel.clock.now().secs();
        if now > signed_at.timestamp().as_second().cast_unsigned() + LIFETIME {
            return Err("Request has expired");
        }
        let code = percent_decode_str(field("versionId=").unwrap_or_default()).decode_utf8_lossy();
        self.state.borrow().code(&code).cloned().ok_or("Access Denied")
    }
}

/// What the service answers under `awslambda-REGION-tasks.s3.REGION.amazonaws.com`.
pub struct Packages(pub Rc<Lambda>);

#[async_trait(?Send)]
impl Service for Packages {
    async fn handle(&self, request: Request) -> Response {
        let (status, kind, body) = match self.0.package_at(&request) {
            Ok(zip) => (StatusCode::OK, "application/zip", zip),
            Err(reason) => {
                let error = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>{reason}\
                     </Message></Error>"
                );
                (StatusCode::FORBIDDEN, "application/xml", Bytes::from(error))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}
