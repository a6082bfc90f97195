//! Hashes, for `node:crypto`.

use crate::natives::{Bytes, slice};
use hmac::{Hmac, Mac};
use md5::Md5;
use rquickjs::{Ctx, Exception, Result, TypedArray};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

type HashFn = fn(&[u8]) -> Vec<u8>;
type HmacFn = fn(&[u8], &[u8]) -> Vec<u8>;

macro_rules! algorithms {
    ( $( $name:literal => $digest:ty ),* $(,)? ) => {
        fn algorithm(name: &str) -> Option<(HashFn, HmacFn)> {
            match name {
                $( $name => Some((
                    |bytes| <$digest>::digest(bytes).to_vec(),
                    |key, bytes| {
                        // Every key length is allowed, so this never fails.
                        Hmac::<$digest>::new_from_slice(key)
                            .map(|mac| mac.chain_update(bytes).finalize().into_bytes().to_vec())
                            .unwrap_or_default()
                    },
                )), )*
                _ => None,
            }
        }
    };
}

algorithms! {
    "md5" => Md5,
    "sha1" => Sha1,
    "sha224" => Sha224,
    "sha256" => Sha256,
    "sha384" => Sha384,
    "sha512" => Sha512,
}

fn find(ctx: &Ctx, name: &str) -> Result<(HashFn, HmacFn)> {
    algorithm(name).ok_or_else(|| Exception::throw_message(ctx, "Digest method not supported"))
}

/// The hash of bytes.
pub fn hash<'js>(ctx: Ctx<'js>, name: String, bytes: Bytes<'js>) -> Result<Bytes<'js>> {
    let (hash, _) = find(&ctx, &name)?;
    TypedArray::new(ctx, hash(slice(&bytes)))
}

/// The keyed hash of bytes.
pub fn hmac<'js>(ctx: Ctx<'js>, name: String, key: Bytes<'js>, bytes: Bytes<'js>) -> Result<Bytes<'js>> {
    let (_, hmac) = find(&ctx, &name)?;
    TypedArray::new(ctx, hmac(slice(&key), slice(&bytes)))
}

/// A key from a password (RFC 8018).
pub fn pbkdf2<'js>(
    ctx: Ctx<'js>,
    name: String,
    password: Bytes<'js>,
    salt: Bytes<'js>,
    iterations: u32,
    len: usize,
) -> Result<Bytes<'js>> {
    let (_, hmac) = find(&ctx, &name)?;
    let mut key = Vec::with_capacity(len);
    let mut block: u32 = 1;
    while key.len() < len {
        let seed = [slice(&salt), &block.to_be_bytes()].concat();
        let mut round = hmac(slice(&password), &seed);
        let mut sum = round.clone();
        for _ in 1..iterations {
            round = hmac(slice(&password), &round);
            sum.iter_mut().zip(&round).for_each(|(sum, byte)| *sum ^= byte);
        }
        key.extend_from_slice(&sum);
        block += 1;
    }
    key.truncate(len);
    TypedArray::new(ctx, key)
}
