//! The system's own randomness.

use crate::error::{Crypto, Error};
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
