//! Key pairs and signatures, for `node:crypto`. Keys come and go as DER: PKCS #8 and SPKI.

use crate::host;
use crate::natives::{Bytes, slice};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rquickjs::{Ctx, Exception, Object, Result, TypedArray};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::rand_core::{CryptoRng, Error, RngCore};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Entropy from the host.
struct HostRng;

impl CryptoRng for HostRng {}

impl RngCore for HostRng {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
    fn fill_bytes(&mut self, target: &mut [u8]) {
        target.copy_from_slice(&host::random(target.len()));
    }
    fn try_fill_bytes(&mut self, target: &mut [u8]) -> std::result::Result<(), Error> {
        self.fill_bytes(target);
        Ok(())
    }
}

/// A key that was understood.
enum Key {
    RsaPrivate(Box<RsaPrivateKey>),
    RsaPublic(RsaPublicKey),
    EcPrivate(p256::SecretKey),
    EcPublic(p256::PublicKey),
}

impl Key {
    /// Reads DER: a key of its own kind, PKCS #8 or SPKI.
    fn read(der: &[u8]) -> Option<Self> {
        let rsa = |key| Self::RsaPrivate(Box::new(key));
        let pkcs8 = RsaPrivateKey::from_pkcs8_der(der).ok().map(rsa);
        pkcs8
            .or_else(|| RsaPrivateKey::from_pkcs1_der(der).ok().map(rsa))
            .or_else(|| RsaPublicKey::from_public_key_der(der).ok().map(Self::RsaPublic))
            .or_else(|| RsaPublicKey::from_pkcs1_der(der).ok().map(Self::RsaPublic))
            .or_else(|| p256::SecretKey::from_pkcs8_der(der).ok().map(Self::EcPrivate))
            .or_else(|| p256::SecretKey::from_sec1_der(der).ok().map(Self::EcPrivate))
            .or_else(|| p256::PublicKey::from_public_key_der(der).ok().map(Self::EcPublic))
    }

    fn is_private(&self) -> bool {
        matches!(self, Self::RsaPrivate(_) | Self::EcPrivate(_))
    }

    fn public(&self) -> Self {
        match self {
            Self::RsaPrivate(key) => Self::RsaPublic(key.to_public_key()),
            Self::RsaPublic(key) => Self::RsaPublic(key.clone()),
            Self::EcPrivate(key) => Self::EcPublic(key.public_key()),
            Self::EcPublic(key) => Self::EcPublic(*key),
        }
    }

    fn der(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::RsaPrivate(key) => key.to_pkcs8_der().ok()?.as_bytes().to_vec(),
            Self::RsaPublic(key) => key.to_public_key_der().ok()?.into_vec(),
            Self::EcPrivate(key) => key.to_pkcs8_der().ok()?.as_bytes().to_vec(),
            Self::EcPublic(key) => key.to_public_key_der().ok()?.into_vec(),
        })
    }

    /// The parts of a JWK (RFC 7518), as bytes.
    fn parts(&self) -> Vec<(&'static str, Vec<u8>)> {
        match self {
            Self::RsaPublic(key) => vec![("n", key.n().to_bytes_be()), ("e", key.e().to_bytes_be())],
            Self::RsaPrivate(key) => {
                let mut parts = self.public().parts();
                parts.push(("d", key.d().to_bytes_be()));
                parts.extend(["p", "q"].into_iter().zip(key.primes().iter().map(BigUint::to_bytes_be)));
                let number = |number: Option<&BigUint>| number.map(BigUint::to_bytes_be).unwrap_or_default();
                parts.push(("dp", number(key.dp())));
                parts.push(("dq", number(key.dq())));
                parts.push(("qi", number(key.crt_coefficient().as_ref())));
                parts
            }
            Self::EcPublic(key) => {
                let point = key.to_encoded_point(false);
                let part = |part: Option<&p256::FieldBytes>| part.map(|bytes| bytes.to_vec()).unwrap_or_default();
                vec![("x", part(point.x())), ("y", part(point.y()))]
            }
            Self::EcPrivate(key) => {
                let mut parts = self.public().parts();
                parts.push(("d", key.to_bytes().to_vec()));
                parts
            }
        }
    }

    /// A key from the parts of a JWK.
    fn from_parts(part: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Self> {
        let number = |name: &str| part(name).map(|bytes| BigUint::from_bytes_be(&bytes));
        if let (Some(n), Some(e)) = (number("n"), number("e")) {
            let Some(d) = number("d") else { return RsaPublicKey::new(n, e).ok().map(Self::RsaPublic) };
            let primes = [number("p"), number("q")].into_iter().flatten().collect();
            return RsaPrivateKey::from_components(n, e, d, primes).ok().map(|key| Self::RsaPrivate(Box::new(key)));
        }
        if let Some(d) = part("d") {
            return p256::SecretKey::from_slice(&d).ok().map(Self::EcPrivate);
        }
        let point = [vec![4], part("x")?, part("y")?].concat();
        p256::PublicKey::from_sec1_bytes(&point).ok().map(Self::EcPublic)
    }

    /// A signature of a hash. That of an elliptic curve is its two numbers (IEEE P1363).
    fn sign(&self, hash: &str, salt: Option<usize>, hashed: &[u8]) -> Option<Vec<u8>> {
        match (self, salt) {
            (Self::RsaPrivate(key), None) => key.sign(pkcs1(hash)?, hashed).ok(),
            (Self::RsaPrivate(key), Some(salt)) => key.sign_with_rng(&mut HostRng, pss(hash, salt)?, hashed).ok(),
            (Self::EcPrivate(key), _) => {
                let signature: p256::ecdsa::Signature = p256::ecdsa::SigningKey::from(key).sign_prehash(hashed).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            _ => None,
        }
    }

    fn verify(&self, hash: &str, salt: Option<usize>, hashed: &[u8], signature: &[u8]) -> Option<bool> {
        Some(match (self.public(), salt) {
            (Self::RsaPublic(key), None) => key.verify(pkcs1(hash)?, hashed, signature).is_ok(),
            (Self::RsaPublic(key), Some(salt)) => key.verify(pss(hash, salt)?, hashed, signature).is_ok(),
            (Self::EcPublic(key), _) => {
                let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
                p256::ecdsa::VerifyingKey::from(key).verify_prehash(hashed, &signature).is_ok()
            }
            _ => false,
        })
    }
}

fn pkcs1(hash: &str) -> Option<Pkcs1v15Sign> {
    Some(match hash {
        "sha1" => Pkcs1v15Sign::new::<Sha1>(),
        "sha256" => Pkcs1v15Sign::new::<Sha256>(),
        "sha384" => Pkcs1v15Sign::new::<Sha384>(),
        "sha512" => Pkcs1v15Sign::new::<Sha512>(),
        _ => return None,
    })
}

fn pss(hash: &str, salt: usize) -> Option<Pss> {
    Some(match hash {
        "sha1" => Pss::new_with_salt::<Sha1>(salt),
        "sha256" => Pss::new_with_salt::<Sha256>(salt),
        "sha384" => Pss::new_with_salt::<Sha384>(salt),
        "sha512" => Pss::new_with_salt::<Sha512>(salt),
        _ => return None,
    })
}

fn hashed(hash: &str, data: &[u8]) -> Option<Vec<u8>> {
    Some(match hash {
        "sha1" => Sha1::digest(data).to_vec(),
        "sha256" => Sha256::digest(data).to_vec(),
        "sha384" => Sha384::digest(data).to_vec(),
        "sha512" => Sha512::digest(data).to_vec(),
        _ => return None,
    })
}

fn refuse<T>(ctx: &Ctx, message: &str) -> Result<T> {
    Err(Exception::throw_message(ctx, message))
}

fn read(ctx: &Ctx, der: &Bytes) -> Result<Key> {
    Key::read(slice(der)).map_or_else(|| refuse(ctx, "error:1E08010C:DECODER routines::unsupported"), Ok)
}

/// What a key is: `{kind, isPrivate, der, public, bits}`.
pub fn describe<'js>(ctx: Ctx<'js>, der: Bytes<'js>) -> Result<Object<'js>> {
    let key = read(&ctx, &der)?;
    let bytes = |key: &Key| key.der().map(|der| TypedArray::new(ctx.clone(), der)).transpose();
    let described = Object::new(ctx.clone())?;
    let bits = match key.public() {
        Key::RsaPublic(public) => public.n().bits(),
        _ => 256,
    };
    described.set("kind", if matches!(key.public(), Key::RsaPublic(_)) { "rsa" } else { "ec" })?;
    described.set("isPrivate", key.is_private())?;
    described.set("bits", bits)?;
    described.set("der", bytes(&key)?)?;
    described.set("public", bytes(&key.public())?)?;
    Ok(described)
}

/// The parts of a key's JWK.
pub fn parts<'js>(ctx: Ctx<'js>, der: Bytes<'js>) -> Result<Object<'js>> {
    let parts = Object::new(ctx.clone())?;
    for (name, bytes) in read(&ctx, &der)?.parts() {
        parts.set(name, TypedArray::new(ctx.clone(), bytes)?)?;
    }
    Ok(parts)
}

/// The DER of a key from the parts of its JWK.
pub fn from_parts<'js>(ctx: Ctx<'js>, parts: Object<'js>) -> Result<Bytes<'js>> {
    let part = |name: &str| parts.get::<_, Option<Bytes>>(name).ok().flatten().map(|bytes| slice(&bytes).to_vec());
    match Key::from_parts(part).and_then(|key| key.der()) {
        Some(der) => TypedArray::new(ctx, der),
        None => refuse(&ctx, "Invalid JWK data"),
    }
}

/// Signs data; with a length of salt by PSS.
pub fn sign<'js>(
    ctx: Ctx<'js>,
    der: Bytes<'js>,
    hash: String,
    salt: Option<usize>,
    data: Bytes<'js>,
) -> Result<Bytes<'js>> {
    let key = read(&ctx, &der)?;
    match hashed(&hash, slice(&data)).and_then(|hashed| key.sign(&hash, salt, &hashed)) {
        Some(signature) => TypedArray::new(ctx, signature),
        None => refuse(&ctx, "Invalid digest or key"),
    }
}

/// Whether a signature is one of this key.
pub fn verify<'js>(
    ctx: Ctx<'js>,
    der: Bytes<'js>,
    hash: String,
    salt: Option<usize>,
    data: Bytes<'js>,
    signature: Bytes<'js>,
) -> Result<bool> {
    let key = read(&ctx, &der)?;
    let Some(hashed) = hashed(&hash, slice(&data)) else { return refuse(&ctx, "Invalid digest") };
    Ok(key.verify(&hash, salt, &hashed, slice(&signature)).unwrap_or(false))
}

/// RSA encryption: OAEP with a hash, PKCS #1 version 1.5 without.
pub fn encrypt<'js>(ctx: Ctx<'js>, der: Bytes<'js>, hash: Option<String>, data: Bytes<'js>) -> Result<Bytes<'js>> {
    let Key::RsaPublic(key) = read(&ctx, &der)?.public() else { return refuse(&ctx, "not an RSA key") };
    let done = match hash.as_deref() {
        None => key.encrypt(&mut HostRng, Pkcs1v15Encrypt, slice(&data)),
        Some("sha1") => key.encrypt(&mut HostRng, Oaep::new::<Sha1>(), slice(&data)),
        Some(_) => key.encrypt(&mut HostRng, Oaep::new::<Sha256>(), slice(&data)),
    };
    done.map_or_else(
        |_| refuse(&ctx, "error:0200006E:rsa routines::data too large for key size"),
        |bytes| TypedArray::new(ctx.clone(), bytes),
    )
}

/// The other way round.
pub fn decrypt<'js>(ctx: Ctx<'js>, der: Bytes<'js>, hash: Option<String>, data: Bytes<'js>) -> Result<Bytes<'js>> {
    let Key::RsaPrivate(key) = read(&ctx, &der)? else { return refuse(&ctx, "not a private RSA key") };
    let done = match hash.as_deref() {
        None => key.decrypt(Pkcs1v15Encrypt, slice(&data)),
        Some("sha1") => key.decrypt(Oaep::new::<Sha1>(), slice(&data)),
        Some(_) => key.decrypt(Oaep::new::<Sha256>(), slice(&data)),
    };
    done.map_or_else(
        |_| refuse(&ctx, "error:02000079:rsa routines::oaep decoding error"),
        |bytes| TypedArray::new(ctx.clone(), bytes),
    )
}

/// A new private key: RSA with so many bits, or P-256 for none.
pub fn generate(ctx: Ctx<'_>, bits: usize) -> Result<Bytes<'_>> {
    let key = match bits {
        0 => Some(Key::EcPrivate(p256::SecretKey::random(&mut HostRng))),
        bits => RsaPrivateKey::new(&mut HostRng, bits).ok().map(|key| Key::RsaPrivate(Box::new(key))),
    };
    match key.and_then(|key| key.der()) {
        Some(der) => TypedArray::new(ctx, der),
        None => refuse(&ctx, "the key cannot be made"),
    }
}
