//! The signing key of a user pool: made in the background, one candidate at a time, so that the tab
//! stays awake.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Kernel;
use num_bigint_dig::{BigUint, prime::probably_prime};
use rsa::{
    RsaPrivateKey,
    pkcs1v15::{Signature, SigningKey, VerifyingKey},
    sha2::Sha256,
    signature::{Keypair, SignatureEncoding, Signer, Verifier},
    traits::PublicKeyParts,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const PRIME_BYTES: usize = 128;
const EXPONENT: u32 = 65_537;
/// Rounds of Miller-Rabin; with random candidates of this size the chance of error is below 2⁻¹⁰⁰.
const ROUNDS: usize = 8;

/// A key as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptKey {
    id: String,
    primes: [Vec<u8>; 2],
}

/// A pool's RSA key of 2,048 bits.
pub(crate) struct Key {
    id: String,
    signing: SigningKey<Sha256>,
    verifying: VerifyingKey<Sha256>,
    modulus: Vec<u8>,
}

impl KeptKey {
    /// Makes a new key.
    pub async fn generate(kernel: &Kernel) -> Self {
        let first = prime(kernel).await;
        let second = prime(kernel).await;
        let id = base64::engine::general_purpose::STANDARD.encode(kernel.rng.bytes::<32>());
        Self { id, primes: [first.to_bytes_be(), second.to_bytes_be()] }
    }

    /// The key itself, unless what was kept is damaged.
    pub fn open(&self) -> Option<Key> {
        let [first, second] = self.primes.each_ref().map(|bytes| BigUint::from_bytes_be(bytes));
        let private = RsaPrivateKey::from_p_q(first, second, BigUint::from(EXPONENT)).ok()?;
        let modulus = private.n().to_bytes_be();
        let signing = SigningKey::new(private);
        let verifying = signing.verifying_key();
        Some(Key { id: self.id.clone(), signing, verifying, modulus })
    }
}

impl Key {
    /// A JSON Web Token with these claims, signed with RS256.
    pub fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"kid": self.id, "alg": "RS256"})), part(claims));
        let signature = self.signing.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The claims of a token that this key signed.
    pub fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = Signature::try_from(&URL_SAFE_NO_PAD.decode(signature).ok()?[..]).ok()?;
        self.verifying.verify(signed.as_bytes(), &signature).ok()?;
        claims(token)
    }

    /// The public half as a JSON Web Key.
    pub fn public(&self) -> Value {
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode([1, 0, 1]),
            "kid": self.id,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(&self.modulus),
            "use": "sig",
        })
    }
}

/// The claims that a token states, whoever signed it.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let body = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

/// A random prime with its two highest bits set, so that the product of two has all its bits.
async fn prime(kernel: &Kernel) -> BigUint {
    let exponent = BigUint::from(EXPONENT);
    loop {
        let mut bytes = kernel.rng.bytes::<PRIME_BYTES>();
        bytes[0] |= 0xc0;
        bytes[PRIME_BYTES - 1] |= 1;
        let candidate = BigUint::from_bytes_be(&bytes);
        let fits = (&candidate - 1u32) % &exponent != BigUint::default();
        if fits && !has_small_factor(&candidate) {
            kernel.tasks.breathe().await;
            if probably_prime(&candidate, ROUNDS) {
                return candidate;
            }
        }
    }
}

fn has_small_factor(candidate: &BigUint) -> bool {
    const BOUND: u32 = 2000;
    (3..BOUND).step_by(2).any(|divisor| candidate % divisor == BigUint::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::testing;

    #[test]
    fn a_kept_key_signs_what_its_public_half_verifies() {
        testing::run(|kernel| async move {
            let kept = KeptKey::generate(&kernel).await;
            let key = kept.open().unwrap();
            let token = key.sign(&json!({"sub": "ana"}));
            assert_eq!(key.verify(&token), Some(json!({"sub": "ana"})));
            let forged =
                token.replacen(token.split('.').nth(1).unwrap(), &URL_SAFE_NO_PAD.encode(r#"{"sub":"eve"}"#), 1);
            assert_eq!(key.verify(&forged), None);
            assert_eq!(key.public()["n"].as_str().map(str::len), Some(342));
        });
    }
}
