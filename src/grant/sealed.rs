//! Bytes under a key: XChaCha20-Poly1305, with what belongs to them as associated data.

use super::key::Key;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The bytes of a nonce.
pub const NONCE: usize = 24;
/// Those of the tag.
const TAG: usize = 16;

/// The nonce, and the bytes sealed. A nonce must not come twice under a key.
pub(super) fn seal(key: &Key, nonce: &[u8; NONCE], plain: &[u8], parts: &[&str]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let aad = associated(parts);
    let mut sealed = nonce.to_vec();
    sealed.extend(cipher.encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: &aad }).ok()?);
    Some(sealed)
}

/// How many bytes [`seal`] makes of so many.
pub(super) const fn sealed_len(plain_len: usize) -> usize {
    NONCE + plain_len + TAG
}

/// What [`seal`] was given, with the same parts; None of what was changed, or belongs elsewhere.
pub(super) fn open(key: &Key, sealed: &[u8], parts: &[&str]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let aad = associated(parts);
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad }).ok().map(Zeroizing::new)
}

/// Each part with its length before it, so that no two lists of parts give the same bytes.
fn associated(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

/// What was sealed as JSON. Read as text, as all other JSON is: each kind of reader would have all code for each type.
pub(super) fn json<T: DeserializeOwned>(plain: &[u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(plain).ok()?).ok()
}
