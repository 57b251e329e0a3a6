//! The system's own randomness.

use crate::error::{Crypto, Error};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// 32 secret random bytes.
///
/// # Errors
/// [`Status::EntropyUnavailable`](crate::Status::EntropyUnavailable) when the system gives none.
pub fn seed() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(&mut *seed)?;
    Ok(seed)
}

/// Fills bytes with secret random ones.
///
/// # Errors
/// As [`seed`].
pub fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Crypto::NoRandomness { error: error.to_string() }.into())
}

/// A secret random text of so many letters, digits, `-` and `_`, each of six bits. Those of 43 to 128 are what RFC 7636 §4.1 calls a
/// code verifier.
///
/// # Errors
/// As [`seed`].
pub fn text(len: usize) -> Result<Zeroizing<String>, Error> {
    let mut bytes = Zeroizing::new(vec![0; len]); // A quarter more than are used.
    fill(&mut bytes)?;
    let mut text = Zeroizing::new(URL_SAFE_NO_PAD.encode(&*bytes));
    text.truncate(len);
    Ok(text)
}
