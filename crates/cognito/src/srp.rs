//! The Secure Remote Password protocol as user pools speak it: the 3072-bit group of RFC 5054, SHA-256,
//! and a key that is derived with Cognito's own label.
//!
//! Numbers enter hashes as big-endian bytes with a leading zero byte where the first bit is set, as
//! in Java's `BigInteger.toByteArray`.

use std::sync::LazyLock;

use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use kernel::Rng;
use num_bigint_dig::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// RFC 5054, appendix A: the 3072-bit prime.
const PRIME: &str = "\
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let prime = number(PRIME).unwrap_or_default();
    let generator = BigUint::from(2u32);
    let multiplier = hash(&[&padded(&prime), &padded(&generator)]);
    Group { prime, generator, multiplier }
});

struct Group {
    prime: BigUint,
    generator: BigUint,
    /// k = H(N ‖ g)
    multiplier: BigUint,
}

/// What is kept of a password: nothing that tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verifier {
    salt: String,
    value: String,
}

/// The server's half of one handshake, between its two messages.
#[derive(Clone)]
pub(crate) struct Handshake {
    client_public: BigUint,
    secret: BigUint,
    public: BigUint,
    verifier: Verifier,
}

/// Why a handshake fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    BadPublicValue,
    WrongPassword,
}

impl Verifier {
    /// Of `password` as used by `username` in the pool whose id ends in `pool_name`.
    pub fn new(rng: &Rng, pool_name: &str, username: &str, password: &str) -> Self {
        let salt = BigUint::from_bytes_be(&rng.bytes::<16>());
        Self::with_salt(&salt, pool_name, username, password)
    }

    fn with_salt(salt: &BigUint, pool_name: &str, username: &str, password: &str) -> Self {
        let identity = Sha256::digest(format!("{pool_name}{username}:{password}"));
        let exponent = hash(&[&padded(salt), &identity]);
        let value = GROUP.generator.modpow(&exponent, &GROUP.prime);
        Self { salt: salt.to_str_radix(16), value: value.to_str_radix(16) }
    }

    /// Whether this is the verifier of `password`.
    pub fn accepts(&self, pool_name: &str, username: &str, password: &str) -> bool {
        number(&self.salt).is_some_and(|salt| Self::with_salt(&salt, pool_name, username, password) == *self)
    }
}

impl Handshake {
    /// Answers the client's public value `SRP_A`.
    pub fn begin(rng: &Rng, verifier: &Verifier, client_public: &str) -> Result<Self, Refused> {
        let client_public = number(client_public).ok_or(Refused::BadPublicValue)?;
        if &client_public % &GROUP.prime == BigUint::default() {
            return Err(Refused::BadPublicValue);
        }
        let value = number(&verifier.value).unwrap_or_default();
        let secret = BigUint::from_bytes_be(&rng.bytes::<32>());
        let raised = GROUP.generator.modpow(&secret, &GROUP.prime);
        let public = (&GROUP.multiplier * value + raised) % &GROUP.prime;
        Ok(Self { client_public, secret, public, verifier: verifier.clone() })
    }

    /// `SRP_B`, in hexadecimal.
    pub fn public(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// `SALT`, in hexadecimal.
    pub fn salt(&self) -> &str {
        &self.verifier.salt
    }

    /// Checks the client's proof: a signature over pool, user, secret block and time with the key that
    /// both sides share only if the password was right.
    pub fn finish(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), Refused> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key()).map_err(|_| Refused::WrongPassword)?;
        for part in message {
            mac.update(part);
        }
        mac.verify_slice(signature).map_err(|_| Refused::WrongPassword)
    }

    fn key(&self) -> [u8; 16] {
        let value = number(&self.verifier.value).unwrap_or_default();
        let scrambling = hash(&[&padded(&self.client_public), &padded(&self.public)]);
        let base = &self.client_public * value.modpow(&scrambling, &GROUP.prime);
        let shared = base.modpow(&self.secret, &GROUP.prime);
        let mut key = [0; 16];
        // 16 bytes are within what HKDF can give.
        let _ =
            Hkdf::<Sha256>::new(Some(&padded(&scrambling)), &padded(&shared)).expand(b"Caldera Derived Key", &mut key);
        key
    }
}

fn number(hexadecimal: &str) -> Option<BigUint> {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16)
}

fn padded(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_none_or(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

fn hash(parts: &[&[u8]]) -> BigUint {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    BigUint::from_bytes_be(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::testing;

    /// The client's side, as SDKs compute it.
    fn client_key(handshake: &Handshake, secret: &BigUint, public: &BigUint, password: &str) -> [u8; 16] {
        let identity = Sha256::digest(format!("PoolNameana:{password}"));
        let x = hash(&[&padded(&number(handshake.salt()).unwrap()), &identity]);
        let b = number(&handshake.public()).unwrap();
        let u = hash(&[&padded(public), &padded(&b)]);
        let group = &*GROUP;
        let known = (&group.multiplier * group.generator.modpow(&x, &group.prime)) % &group.prime;
        let base = (b + &group.prime - known) % &group.prime;
        let shared = base.modpow(&(secret + u.clone() * x), &group.prime);
        let mut key = [0; 16];
        Hkdf::<Sha256>::new(Some(&padded(&u)), &padded(&shared)).expand(b"Caldera Derived Key", &mut key).unwrap();
        key
    }

    #[test]
    fn both_sides_agree_on_a_key_only_with_the_right_password() {
        testing::run(|kernel| async move {
            let verifier = Verifier::new(&kernel.rng, "PoolName", "ana", "S3cret!");
            let secret = BigUint::from(123_456_789u64);
            let public = GROUP.generator.modpow(&secret, &GROUP.prime);
            let handshake = Handshake::begin(&kernel.rng, &verifier, &public.to_str_radix(16)).unwrap();
            assert_eq!(client_key(&handshake, &secret, &public, "S3cret!"), handshake.key());
            assert_ne!(client_key(&handshake, &secret, &public, "other"), handshake.key());
            assert!(verifier.accepts("PoolName", "ana", "S3cret!") && !verifier.accepts("PoolName", "ana", "other"));
        });
    }

    #[test]
    fn a_public_value_that_is_zero_in_the_group_is_refused() {
        testing::run(|kernel| async move {
            let verifier = Verifier::new(&kernel.rng, "p", "u", "x");
            assert!(matches!(Handshake::begin(&kernel.rng, &verifier, PRIME), Err(Refused::BadPublicValue)));
        });
    }
}
