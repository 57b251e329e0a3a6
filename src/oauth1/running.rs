//! A MAC in the making, or the message that RSA hashes itself.

use hmac::Hmac;
use hmac::digest::{FixedOutput, Update};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// A MAC in the making, or the hash that RSA signs, which is given its base string piece by piece.
#[allow(clippy::large_enum_variant, reason = "it stays on the stack")]
pub(crate) enum Running {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    Rsa(Zeroizing<Vec<u8>>),
    /// The method has neither.
    None,
}

impl Running {
    /// Takes the next piece.
    #[inline(always)]
    pub(crate) fn update(&mut self, piece: &[u8]) {
        match self {
            Self::HmacSha1(mac) => mac.update(piece),
            Self::HmacSha256(mac) => mac.update(piece),
            Self::HmacSha512(mac) => mac.update(piece),
            Self::Rsa(message) => message.extend_from_slice(piece),
            Self::None => {}
        }
    }

    /// The whole, where RSA signs it.
    pub(super) fn message(&self) -> &[u8] {
        match self {
            Self::Rsa(message) => message,
            Self::HmacSha1(_) | Self::HmacSha256(_) | Self::HmacSha512(_) | Self::None => &[],
        }
    }

    /// The MAC of the whole, in `room`; empty where the method has none.
    #[inline(always)] // So that it is not moved.
    pub(super) fn finish(self, room: &mut MacRoom) -> &[u8] {
        match self {
            Self::HmacSha1(mac) => finalize_into(mac, room),
            Self::HmacSha256(mac) => finalize_into(mac, room),
            Self::HmacSha512(mac) => finalize_into(mac, room),
            Self::Rsa(_) | Self::None => &[],
        }
    }
}

/// Room for the longest MAC.
pub(crate) type MacRoom = [u8; 64];

#[inline(always)]
fn finalize_into<M: FixedOutput>(mac: M, room: &mut MacRoom) -> &[u8] {
    let out = &mut room[..M::output_size()];
    mac.finalize_into((&mut *out).try_into().expect("a slice of that size"));
    out
}
