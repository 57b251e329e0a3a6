//! A MAC or a hash in the making.

use hmac::Hmac;
use hmac::digest::{FixedOutput, Update};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A MAC in the making, or the hash that RSA signs, which is given its base string piece by piece.
#[allow(clippy::large_enum_variant, reason = "it stays on the stack")]
pub(crate) enum Running {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
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
            Self::Sha1(hash) => hash.update(piece),
            Self::Sha256(hash) => hash.update(piece),
            Self::Sha512(hash) => hash.update(piece),
            Self::None => {}
        }
    }

    /// The MAC or the hash of the whole, in `room`; empty where the method has neither.
    #[inline(always)] // So that it is not moved.
    pub(super) fn finish(self, room: &mut MacRoom) -> &[u8] {
        match self {
            Self::HmacSha1(mac) => finalize_into(mac, room),
            Self::HmacSha256(mac) => finalize_into(mac, room),
            Self::HmacSha512(mac) => finalize_into(mac, room),
            Self::Sha1(hash) => finalize_into(hash, room),
            Self::Sha256(hash) => finalize_into(hash, room),
            Self::Sha512(hash) => finalize_into(hash, room),
            Self::None => &[],
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
