//! Reading a JSON Web Token. It only shows what is inside: whether a token is valid is the API's to say.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The readable parts of a token.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    pub header: Value,
    pub claims: Value,
    /// When it expires, in milliseconds since 1970.
    pub expires: Option<f64>,
}

/// Decodes a token, if it is one.
pub fn decode(token: &str) -> Option<Decoded> {
    let mut parts = token.split('.');
    let mut part = || {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let header = part()?;
    let claims = part()?;
    let expires = claims.get("exp").and_then(Value::as_f64).map(|seconds| seconds * 1000.0);
    Some(Decoded { header, claims, expires })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_shows_its_header_and_claims() {
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.sig", encode(json!({"alg": "RS256"})), encode(json!({"exp": 2})));
        let decoded = decode(&token).expect("a token");
        assert_eq!(decoded.header["alg"], "RS256");
        assert_eq!(decoded.expires, Some(2000.0));
        assert_eq!(decode("not a token"), None);
    }
}
