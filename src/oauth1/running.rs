//! A MAC in the making, or the message that RSA hashes itself.

use crate::mac::{Digest, Sha1, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// A MAC in the making, or the message that RSA hashes itself, which is given its base string piece by piece.
pub(crate) enum Running<'k> {
    Sha1(Digest<'k, Sha1>),
    Sha256(Digest<'k, Sha256>),
    Sha384(Digest<'k, Sha384>),
    Sha512(Digest<'k, Sha512>),
    Rsa(Zeroizing<Vec<u8>>),
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
            Self::Sha384(digest) => digest.update(piece),
            Self::Sha512(digest) => digest.update(piece),
            Self::Rsa(message) => {
                message.extend_from_slice(piece);
                piece.len()
            }
            Self::None => piece.len(),
        }
    }

    /// The whole, where RSA signs it.
    pub(super) fn message(&self) -> &[u8] {
        match self {
            Self::Rsa(message) => message,
            Self::Sha1(_) | Self::Sha256(_) | Self::Sha384(_) | Self::Sha512(_) | Self::None => &[],
        }
    }

    /// Takes in the last `len` bytes, which `buffer` begins with and has room behind for their padding. The length of the
    /// MAC of the whole, which `mac` begins with; 0 where the method has none.
    #[inline(always)]
    pub(super) fn finish(&mut self, buffer: &mut [u8], len: usize, mac: &mut LongestMac) -> usize {
        match self {
            Self::Sha1(digest) => digest.finish(buffer, len, mac),
            Self::Sha256(digest) => digest.finish(buffer, len, mac),
            Self::Sha384(digest) => digest.finish(buffer, len, mac),
            Self::Sha512(digest) => digest.finish(buffer, len, mac),
            Self::Rsa(message) => {
                message.extend_from_slice(&buffer[..len]);
                0
            }
            Self::None => 0,
        }
    }
}

/// Memory for the longest MAC, and for the zeros that make six bytes of its last ones, as base64 has them.
pub(crate) type LongestMac = [u8; 64 + 2];
