//! Nonces and the clock, as the add-in has them.
//!
//! It is linked for an old C library without the start-up files that take a fork handler back: once it is unloaded, a
//! fork would call into nothing. So it asks for the process's number each time. The system call that this costs is small
//! beside the platform's own way to a method.

use crate::error::Error;
use crate::system::fork::ByProcessNumber;
use crate::system::{self, Nonce};
use zeroize::Zeroizing;

/// The system's randomness and clock.
pub(super) struct Fresh;

impl system::Fresh for Fresh {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        system::nonce_by::<ByProcessNumber>()
    }

    fn timestamp(&mut self) -> i64 {
        system::timestamp()
    }

    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        system::seed()
    }
}
