//! The hashes inside signature methods.

use crate::mac::Mac;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// The hash inside a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of a message.
    pub(crate) fn of(self, message: &[u8]) -> Mac {
        match self {
            Self::Sha1 => digest::<Sha1>(message),
            Self::Sha256 => digest::<Sha256>(message),
            Self::Sha384 => digest::<Sha384>(message),
            Self::Sha512 => digest::<Sha512>(message),
        }
    }

    /// Its name, as standards spell it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

#[inline(never)]
fn digest<D: Digest>(message: &[u8]) -> Mac {
    D::digest(message).as_slice().try_into().expect("no hash is longer than SHA-512")
}
