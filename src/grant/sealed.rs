//! Bytes under a key: XChaCha20-Poly1305, with what belongs to them as associated data.
//!
//! A host keeps what it wants sealed as one line of text: [`seal_text`]. What it is begins the text, and belongs to it, so that none
//! opens in the place of another.

use super::key::Key;
use crate::error::{Error, Keeping};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

/// What [`seal_text`] begins with.
const FORMAT: &str = "osign-sealed-1";
/// The most bytes that it seals.
const MOST: usize = 1 << 20;

/// Seals bytes for a context, any text that stays the same, such as whose they are: it must be given again to open them. A
/// nonce must not come twice under a key. The text is of letters, digits, `-`, `_` and `.`, a third longer than the bytes.
///
/// # Errors
/// [`Keeping::LargeSealed`].
pub fn seal_text(data: &[u8], key: &Key, context: &str, nonce: &[u8; NONCE]) -> Result<String, Error> {
    to_text(FORMAT, key, nonce, data, &[context]).ok_or_else(|| Keeping::LargeSealed { most: MOST }.into())
}

/// Opens what was sealed for this context.
///
/// # Errors
/// [`Keeping::NotSealed`].
pub fn open_text(text: &str, key: &Key, context: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    of_text(FORMAT, key, text, &[context]).ok_or_else(|| Keeping::NotSealed.into())
}

/// A text of a format, which belongs to it with the parts; None of what is too long.
pub(super) fn to_text(format: &str, key: &Key, nonce: &[u8; NONCE], plain: &[u8], parts: &[&str]) -> Option<String> {
    if plain.len() > MOST {
        return None;
    }
    let sealed = seal(key, nonce, plain, &[&[format], parts].concat())?;
    Some(format!("{format}.{}", URL_SAFE_NO_PAD.encode(sealed)))
}

/// What [`to_text`] was given.
pub(super) fn of_text(format: &str, key: &Key, text: &str, parts: &[&str]) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = text.strip_prefix(format)?.strip_prefix('.')?;
    if sealed.len() > 2 * MOST {
        return None;
    }
    open(key, &URL_SAFE_NO_PAD.decode(sealed).ok()?, &[&[format], parts].concat())
}

/// What was sealed as JSON. Read as text, as all other JSON is: each kind of reader would have all code for each type.
pub(super) fn json<T: DeserializeOwned>(plain: &[u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(plain).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_opens_by_its_key_for_its_context_alone() {
        let key = |byte| Key::from_random(&[byte; 32]);
        for data in [&b""[..], b"hunter2", &[0, 255, 10]] {
            let text = seal_text(data, &key(1), "owner", &[9; NONCE]).unwrap();
            assert!(text.starts_with("osign-sealed-1.CQkJ") && !text.contains("hunter2"));
            assert_eq!(**open_text(&text, &key(1), "owner").unwrap(), *data);
            let none = Error::from(Keeping::NotSealed);
            assert_eq!(open_text(&text, &key(2), "owner").unwrap_err(), none);
            assert_eq!(open_text(&text, &key(1), "other").unwrap_err(), none);
            for at in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(
                    open_text(std::str::from_utf8(&changed).unwrap(), &key(1), "owner").unwrap_err(),
                    none,
                    "{at}"
                );
            }
        }
        assert!(seal_text(&vec![0; MOST], &key(1), "", &[9; NONCE]).is_ok());
        assert!(seal_text(&vec![0; MOST + 1], &key(1), "", &[9; NONCE]).is_err());
    }
}
