//! A MAC or a hash in the making.

use crate::mac::{Digest, Sha1, Sha256, Sha512};

/// A MAC in the making, or the hash that RSA signs, which is given its base string piece by piece.
pub(crate) enum Running<'k> {
    Sha1(Digest<'k, Sha1>),
    Sha256(Digest<'k, Sha256>),
    Sha512(Digest<'k, Sha512>),
    /// The method has neither.
    None,
}

impl Running<'_> {
    /// Takes in as much of a piece as makes whole blocks, and tells how many bytes that is.
    #[inline(always)]
    pub(super) fn update(&mut self, piece: &[u8]) -> usize {
        match self {
            Self::Sha1(digest) => digest.update(piece),
            Self::Sha256(digest) => digest.update(piece),
            Self::Sha512(digest) => digest.update(piece),
            Self::None => piece.len(),
        }
    }

    /// Takes in the last `len` bytes, which `buffer` begins with and has room behind for their padding. The MAC or the hash
    /// of the whole, in `room`; empty where the method has neither.
    #[inline(always)]
    pub(super) fn finish<'r>(&mut self, buffer: &mut [u8], len: usize, room: &'r mut MacRoom) -> &'r [u8] {
        let len = match self {
            Self::Sha1(digest) => digest.finish(buffer, len, room),
            Self::Sha256(digest) => digest.finish(buffer, len, room),
            Self::Sha512(digest) => digest.finish(buffer, len, room),
            Self::None => 0,
        };
        &room[..len]
    }
}

/// Room for the longest MAC.
pub(crate) type MacRoom = [u8; 64];
