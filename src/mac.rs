//! HMAC by the name of its hash, and comparison in constant time: for hosts that have neither.

mod keyed;
mod sha;

pub(crate) use keyed::{Digest, Keyed};
pub(crate) use sha::{PADDING, Sha1, Sha256, Sha512};

use crate::error::{Argument, Error};
use sha::Sha;
use subtle::ConstantTimeEq;

/// A message authentication code of 20, 32 or 64 bytes.
pub type Mac = arrayvec::ArrayVec<u8, 64>;

/// HMAC (RFC 2104) of `data` under `key`; `algorithm` is `SHA1`, `SHA256` or `SHA512`.
///
/// # Errors
/// [`Argument::UnknownHmac`] for another algorithm.
pub fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> Result<Mac, Error> {
    match algorithm {
        "SHA1" => Ok(mac::<Sha1>(key, data)),
        "SHA256" => Ok(mac::<Sha256>(key, data)),
        "SHA512" => Ok(mac::<Sha512>(key, data)),
        _ => Err(Argument::UnknownHmac.into()),
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
#[must_use]
pub fn equal_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn mac<H: Sha>(key: &[u8], data: &[u8]) -> Mac {
    let mut mac = [0; 64];
    let len = Keyed::<H>::new(key).begin().finish_slice(data, &mut mac);
    mac[..len].try_into().expect("no MAC is longer than SHA-512's")
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
