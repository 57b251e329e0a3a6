//! HMAC by the name of its hash, and comparison in constant time: for hosts that have neither.

use crate::error::{Argument, Error};
use hmac::{Hmac, KeyInit};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

/// A message authentication code of 20, 32 or 64 bytes.
pub type Mac = arrayvec::ArrayVec<u8, 64>;

/// HMAC (RFC 2104) of `data` under `key`; `algorithm` is `SHA1`, `SHA256` or `SHA512`.
///
/// # Errors
/// [`Argument::UnknownHmac`] for another algorithm.
pub fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> Result<Mac, Error> {
    match algorithm {
        "SHA1" => Ok(mac::<Hmac<Sha1>>(key, data)),
        "SHA256" => Ok(mac::<Hmac<Sha256>>(key, data)),
        "SHA512" => Ok(mac::<Hmac<Sha512>>(key, data)),
        _ => Err(Argument::UnknownHmac.into()),
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
#[must_use]
pub fn equal_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn mac<M: KeyInit + hmac::Mac>(key: &[u8], data: &[u8]) -> Mac {
    keyed::<M>(key).chain_update(data).finalize().into_bytes().iter().copied().collect()
}

/// A MAC that waits for its data.
#[inline(never)] // Once for each hash is enough.
pub(crate) fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison() {
        assert!(equal_constant_time(b"", b""));
        assert!(equal_constant_time(b"abc", b"abc"));
        assert!(!equal_constant_time(b"abc", b"abd"));
        assert!(!equal_constant_time(b"abc", b"ab"));
    }
}
