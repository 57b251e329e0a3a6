//! Clock, randomness, nonces, forks: the only place that asks the system for any of them.
//!
//! The core takes them as an argument, [`Fresh`], which is what makes it testable byte for byte; [`System`] is the real
//! one.

mod clock;
pub mod fork;
mod nonce;
mod random;

pub use clock::{milliseconds, timestamp};
pub use nonce::{Nonce, nonce_by};
pub use random::{fill, seed, text};

use crate::error::Error;
use fork::Usual;
use zeroize::Zeroizing;

/// What a signature needs that must differ from call to call.
pub trait Fresh {
    /// A nonce never given before.
    ///
    /// # Errors
    /// [`Status::EntropyUnavailable`](crate::Status::EntropyUnavailable) when the system gives no randomness.
    fn nonce(&mut self) -> Result<Nonce, Error>;

    /// The time in whole seconds since 1970-01-01 00:00 UTC.
    fn timestamp(&mut self) -> i64;

    /// 32 secret random bytes that blind one RSA operation.
    ///
    /// # Errors
    /// [`Status::EntropyUnavailable`](crate::Status::EntropyUnavailable) when the system gives no randomness.
    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error>;
}

/// The system's randomness and clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Fresh for System {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        nonce()
    }

    #[inline]
    fn timestamp(&mut self) -> i64 {
        timestamp()
    }

    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        seed()
    }
}

/// A new nonce. Any thread may call; no two are equal across threads and across `fork()`.
///
/// # Errors
/// [`Status::EntropyUnavailable`](crate::Status::EntropyUnavailable) when the system gives no randomness.
pub fn nonce() -> Result<Nonce, Error> {
    nonce_by::<Usual>()
}
