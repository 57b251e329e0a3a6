//! What signatures need that differs from call to call, of a keeper's clock and randomness.

use super::{Clock, Keeper, Random};
use crate::error::Error;
use crate::system::{Fresh, Nonce};
use zeroize::Zeroizing;

/// Nonces and times for [`Signer`](crate::oauth1::Signer).
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it is made of what others bring")]
pub struct Drawn<'a> {
    clock: &'a dyn Clock,
    random: Random<'a>,
}

impl<S> Keeper<'_, S> {
    /// Those of this keeper.
    #[must_use]
    pub fn fresh(&self) -> Drawn<'_> {
        Drawn { clock: self.clock, random: self.random }
    }
}

impl Fresh for Drawn<'_> {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        let mut bytes = [0; Nonce::LEN];
        (self.random)(&mut bytes)?;
        Ok(Nonce::from_random(bytes))
    }

    fn timestamp(&mut self) -> i64 {
        self.clock.now().div_euclid(1000)
    }

    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        let mut seed = Zeroizing::new([0; 32]);
        (self.random)(&mut *seed)?;
        Ok(seed)
    }
}
