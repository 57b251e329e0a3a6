//! What a store has from outside besides its rows: time, randomness, and what is done on this machine.

use crate::error::Error;
#[cfg(feature = "http")]
use crate::grant::keep::Clock;

/// The time, and randomness.
#[cfg(feature = "http")]
pub(super) trait World: Clock {
    /// Fills bytes with randomness.
    ///
    /// # Errors
    /// Where the system has none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// Does what concerns this machine once, where the same is begun again and again.
pub(super) trait Once: Send + Sync {
    /// Does it, or tells what came of it when it was done.
    ///
    /// # Errors
    /// Those of `work`.
    fn here(&self, work: &mut dyn FnMut() -> Result<Option<String>, Error>) -> Result<Option<String>, Error>;

    /// What is known of a row by now may be old: it is read again where it is needed next.
    fn doubt(&self, name: &str);
}
