//! AES and scrypt, for `node:crypto`.

use crate::natives::{Bytes, slice};
use aes::cipher::block_padding::NoPadding;
use aes::cipher::generic_array::{ArrayLength, GenericArray};
use aes::cipher::{
    BlockCipher, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, BlockSizeUser, KeyInit, KeyIvInit, StreamCipher,
};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInPlace;
use aes_gcm::aead::consts::{U12, U16};
use rquickjs::{Ctx, Exception, Result, TypedArray};

/// The length of the tag that GCM puts behind its text.
const TAG: usize = 16;

/// Encrypts or decrypts whole blocks (`cbc`, `ecb`) or a text of any length (`ctr`). The key says which AES it is.
pub fn aes<'js>(
    ctx: Ctx<'js>,
    mode: String,
    encrypts: bool,
    key: Bytes<'js>,
    iv: Bytes<'js>,
    data: Bytes<'js>,
) -> Result<Bytes<'js>> {
    let mut data = slice(&data).to_vec();
    let (key, iv) = (slice(&key), slice(&iv));
    let done = match key.len() {
        16 => run::<Aes128>(&mode, encrypts, key, iv, &mut data),
        24 => run::<Aes192>(&mode, encrypts, key, iv, &mut data),
        _ => run::<Aes256>(&mode, encrypts, key, iv, &mut data),
    };
    match done {
        Some(()) => TypedArray::new(ctx, data),
        None => Err(Exception::throw_message(&ctx, "Invalid key length")),
    }
}

fn run<C>(mode: &str, encrypts: bool, key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockEncrypt + BlockEncryptMut + BlockDecryptMut + KeyInit + BlockSizeUser<BlockSize = U16>,
{
    let len = data.len();
    match (mode, encrypts) {
        ("ctr", _) => ctr::Ctr128BE::<C>::new_from_slices(key, iv).ok()?.apply_keystream(data),
        ("cbc", true) => {
            let cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
            cipher.encrypt_padded_mut::<NoPadding>(data, len).ok()?;
        }
        ("cbc", false) => {
            let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
            cipher.decrypt_padded_mut::<NoPadding>(data).ok()?;
        }
        (_, true) => drop(C::new_from_slice(key).ok()?.encrypt_padded_mut::<NoPadding>(data, len).ok()?),
        (_, false) => drop(C::new_from_slice(key).ok()?.decrypt_padded_mut::<NoPadding>(data).ok()?),
    }
    Some(())
}

/// AES in GCM: the encrypted text with its tag behind it, or the text of such; nothing if the tag is wrong.
pub fn gcm<'js>(
    ctx: Ctx<'js>,
    encrypts: bool,
    key: Bytes<'js>,
    iv: Bytes<'js>,
    associated: Bytes<'js>,
    data: Bytes<'js>,
) -> Result<Option<Bytes<'js>>> {
    let (key, iv, associated, data) = (slice(&key), slice(&iv), slice(&associated), slice(&data));
    let done = match (key.len(), iv.len()) {
        (16, 12) => seal::<AesGcm<Aes128, U12>, U12>(encrypts, key, iv, associated, data),
        (16, 16) => seal::<AesGcm<Aes128, U16>, U16>(encrypts, key, iv, associated, data),
        (32, 12) => seal::<AesGcm<Aes256, U12>, U12>(encrypts, key, iv, associated, data),
        (32, 16) => seal::<AesGcm<Aes256, U16>, U16>(encrypts, key, iv, associated, data),
        _ => return Err(Exception::throw_message(&ctx, "Invalid initialization vector")),
    };
    done.map(|bytes| TypedArray::new(ctx, bytes)).transpose()
}

fn seal<C, N>(encrypts: bool, key: &[u8], iv: &[u8], associated: &[u8], data: &[u8]) -> Option<Vec<u8>>
where
    C: AeadInPlace<NonceSize = N, TagSize = U16> + KeyInit,
    N: ArrayLength<u8>,
{
    let cipher = C::new_from_slice(key).ok()?;
    let nonce = GenericArray::<u8, N>::from_slice(iv);
    if encrypts {
        let mut text = data.to_vec();
        let tag = cipher.encrypt_in_place_detached(nonce, associated, &mut text).ok()?;
        text.extend_from_slice(&tag);
        return Some(text);
    }
    let (text, tag) = data.split_at(data.len().checked_sub(TAG)?);
    let mut text = text.to_vec();
    let tag = GenericArray::from_slice(tag);
    cipher.decrypt_in_place_detached(nonce, associated, &mut text, tag).ok()?;
    Some(text)
}

/// A key from a password (RFC 7914).
pub fn scrypt<'js>(
    ctx: Ctx<'js>,
    password: Bytes<'js>,
    salt: Bytes<'js>,
    log_cost: u8,
    block_size: u32,
    parallel: u32,
    len: usize,
) -> Result<Bytes<'js>> {
    let mut key = vec![0; len];
    let params = scrypt::Params::new(log_cost, block_size, parallel, len.clamp(10, 64));
    let done = params.ok().and_then(|params| scrypt::scrypt(slice(&password), slice(&salt), &params, &mut key).ok());
    match done {
        Some(()) => TypedArray::new(ctx, key),
        None => Err(Exception::throw_range(&ctx, "Invalid scrypt params")),
    }
}
