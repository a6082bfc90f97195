//! A user pool, as far as API Gateway knows it: its public key, and tokens that it signed.

use std::rc::Rc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use kernel::{Kernel, Request, Response, Service, async_trait};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    rand_core::{CryptoRng, Error, RngCore},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The pool's id, ARN and issuer.
pub const POOL: &str = "us-east-1_Test12345";
pub const ARN: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Test12345";
pub const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Test12345";

pub struct Issuer {
    key: RsaPrivateKey,
}

struct Repeatable(Kernel);

impl RngCore for Repeatable {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.rng.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.rng.bytes())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.rng.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.rng.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for Repeatable {}

impl Issuer {
    /// Opens the pool.
    pub fn open(kernel: &Kernel) -> Rc<Self> {
        // Short, since only its maths matters here.
        let key = RsaPrivateKey::new(&mut Repeatable(kernel.clone()), 1024).unwrap();
        let issuer = Rc::new(Self { key });
        kernel.router.register("cognito-idp", issuer.clone());
        issuer
    }

    /// A token with `claims`, and those that every token has.
    pub fn token(&self, kernel: &Kernel, claims: Value) -> String {
        let now = kernel.clock.now().secs();
        let mut all = json!({"iss": ISSUER, "sub": "someone", "iat": now, "exp": now + 3600});
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "RS256", "kid": "one"})), part(&all));
        let signature = self.key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&signed)).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[async_trait(?Send)]
impl Service for Issuer {
    async fn handle(&self, request: Request) -> Response {
        let number = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        let body = match request.uri().path().strip_prefix(&format!("/{POOL}/.well-known/")) {
            Some("openid-configuration") => json!({"jwks_uri": format!("{ISSUER}/.well-known/jwks.json")}),
            Some("jwks.json") => json!({"keys": [{
                "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one",
                "n": number(self.key.n()), "e": number(self.key.e()),
            }]}),
            _ => return http::Response::builder().status(404).body(Bytes::new()).unwrap(),
        };
        Response::new(Bytes::from(body.to_string()))
    }
}
