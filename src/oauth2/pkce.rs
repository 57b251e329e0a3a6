//! PKCE: a code is worth nothing to who intercepts it (RFC 7636).

use crate::error::{Error, Protocol};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A code verifier of 32 random bytes: 43 characters (§4.1).
#[must_use]
pub fn verifier(random: &[u8; 32]) -> Secret {
    let mut text = Zeroizing::new([0; 43]);
    let written = URL_SAFE_NO_PAD.encode_slice(random, &mut text[..]);
    debug_assert_eq!(written.ok(), Some(text.len()));
    Secret::new(&text[..])
}

/// Refuses what is no code verifier (§4.1).
///
/// # Errors
/// [`Protocol::BadVerifier`].
pub fn check_verifier(text: &str) -> Result<(), Error> {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved) {
        return Ok(());
    }
    Err(Protocol::BadVerifier.into())
}

/// The code challenge of a verifier, by S256 (§4.2).
#[must_use]
pub fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}
