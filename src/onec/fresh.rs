//! What must differ from signature to signature: the one place where the class gets its nonces, its time and what blinds
//! RSA.
//!
//! The add-in is linked for an old C library without the start-up files that take a fork handler back: once it is
//! unloaded, a fork would call into nothing. So it asks for the process's number each time. The system call that this
//! costs is small beside the platform's own way to a method.

use crate::error::Error;
use crate::system::fork::ByProcessNumber;
use crate::system::{self, Nonce};
use zeroize::Zeroizing;

pub(super) use crate::system::Fresh;

/// The source of them all.
pub(super) const fn fresh() -> impl Fresh {
    ByNumber
}

struct ByNumber;

impl Fresh for ByNumber {
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
