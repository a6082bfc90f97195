//! JSON Web Tokens of user pools and other issuers: reading, and checking against the issuer's keys.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use kernel::{Request, Timestamp};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::ApiGateway;

/// How long keys are kept; the developer guide allows two hours.
const KEYS_LIVE: Duration = Duration::from_secs(2 * 3600);

/// A public key of an issuer.
#[derive(Clone, Debug)]
pub struct Key {
    id: String,
    key: RsaPublicKey,
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not a token, or not signed by a key of its issuer.
    Invalid,
    /// Its time is over.
    Expired,
}

/// A token taken apart, its signature not yet checked.
pub struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    key_id: String,
    /// What it says.
    pub claims: Map<String, Value>,
}

/// Takes apart `text`, which may begin with `Bearer `.
pub fn read(text: &str) -> Option<Token<'_>> {
    let text = text.trim();
    let text = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("bearer ") => text[7..].trim_start(),
        _ => text,
    };
    let (signed, signature) = text.rsplit_once('.')?;
    let (head, body) = signed.split_once('.')?;
    let head: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    let Value::Object(claims) = claims else { return None };
    // Only RSA-based algorithms are supported; of these issuers use RS256.
    let key_id = (head["alg"] == "RS256").then(|| head["kid"].as_str())??.to_owned();
    Some(Token { signed, signature: URL_SAFE_NO_PAD.decode(signature).ok()?, key_id, claims })
}

impl Token<'_> {
    /// The text of a claim.
    pub fn text(&self, claim: &str) -> &str {
        self.claims.get(claim).and_then(Value::as_str).unwrap_or_default()
    }

    fn seconds(&self, claim: &str) -> Option<f64> {
        self.claims.get(claim)?.as_f64()
    }

    /// The scopes of `scope` or `scp`.
    pub fn scopes(&self) -> Vec<&str> {
        match self.claims.get("scope").or_else(|| self.claims.get("scp")) {
            Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(scopes)) => scopes.split_whitespace().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether its time has come and is not over.
    pub fn check_time(&self, now: Timestamp) -> Result<(), Flaw> {
        let now = now.secs_f64();
        match self.seconds("exp") {
            None => return Err(Flaw::Invalid),
            Some(end) if end <= now => return Err(Flaw::Expired),
            Some(_) => {}
        }
        let begun = self.seconds("nbf").is_none_or(|start| start <= now);
        let issued = self.seconds("iat").is_none_or(|issued| issued <= now + 1.0);
        if begun && issued { Ok(()) } else { Err(Flaw::Invalid) }
    }

    /// Whether a key of `issuer` signed it.
    pub async fn check_signature(&self, gateway: &ApiGateway, issuer: &str) -> Result<(), Flaw> {
        let issuer = issuer.trim_end_matches('/');
        let url = format!("{issuer}/.well-known/jwks.json");
        let now = gateway.kernel.clock.now();
        let known = gateway.memory.keys.borrow().get(&url, now);
        let found = known.as_deref().and_then(|keys| self.key(keys)).cloned();
        let key = if let Some(key) = found {
            key
        } else {
            // An unknown key may be newer than what is remembered.
            let keys = fetch(gateway, issuer, &url).await.ok_or(Flaw::Invalid)?;
            let key = self.key(&keys).cloned();
            gateway.memory.keys.borrow_mut().put(url, keys, now, KEYS_LIVE);
            key.ok_or(Flaw::Invalid)?
        };
        let digest = Sha256::digest(self.signed);
        key.key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &self.signature).map_err(|_| Flaw::Invalid)
    }

    fn key<'k>(&self, keys: &'k [Key]) -> Option<&'k Key> {
        keys.iter().find(|key| key.id == self.key_id)
    }
}

/// Fetches the issuer's keys: from where its OpenID configuration says, as API Gateway does, else from
/// the place that user pools have.
async fn fetch(gateway: &ApiGateway, issuer: &str, url: &str) -> Option<Vec<Key>> {
    let configuration = get(gateway, &format!("{issuer}/.well-known/openid-configuration")).await;
    let place = configuration.as_ref().and_then(|configuration| configuration["jwks_uri"].as_str()).unwrap_or(url);
    let set = get(gateway, place).await?;
    let keys = set["keys"].as_array()?.iter().filter_map(|key| {
        let number = |name: &str| Some(BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok()?));
        let public = RsaPublicKey::new(number("n")?, number("e")?).ok()?;
        Some(Key { id: key["kid"].as_str()?.to_owned(), key: public })
    });
    Some(keys.collect())
}

async fn get(gateway: &ApiGateway, url: &str) -> Option<Value> {
    let uri: http::Uri = url.parse().ok()?;
    let host = uri.host()?.to_owned();
    let request: Request = http::Request::get(uri).header(header::HOST, host).body(bytes::Bytes::new()).ok()?;
    let response = gateway.kernel.send(request).await;
    response.status().is_success().then(|| serde_json::from_slice(response.body()).ok())?
}
