//! HMAC and hashes by name, and comparison in constant time: for hosts that have none.

mod keyed;
mod sha;
#[cfg(feature = "oauth2")]
mod signature;

pub(crate) use keyed::{Digest, Keyed};
pub(crate) use sha::{PADDING, Sha1, Sha256, Sha384, Sha512};
#[cfg(feature = "oauth2")]
pub use signature::{Encoding, verify};

use crate::error::{Argument, Error};
use sha::Sha;
#[cfg(feature = "oauth2")]
use sha::Sha224;
use subtle::ConstantTimeEq;

/// A message authentication code, or a hash: 20, 28, 32, 48 or 64 bytes.
pub type Mac = arrayvec::ArrayVec<u8, 64>;

/// HMAC (RFC 2104) of `data` under `key`; `algorithm` is `SHA1`, `SHA224`, `SHA256`, `SHA384` or `SHA512`.
///
/// # Errors
/// [`Argument::UnknownHmac`] for another algorithm, and for `SHA224` where this signs alone (the feature `oauth2`).
pub fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> Result<Mac, Error> {
    match algorithm {
        "SHA1" => Ok(mac::<Sha1>(key, data)),
        #[cfg(feature = "oauth2")]
        "SHA224" => Ok(mac::<Sha224>(key, data)),
        "SHA256" => Ok(mac::<Sha256>(key, data)),
        "SHA384" => Ok(mac::<Sha384>(key, data)),
        "SHA512" => Ok(mac::<Sha512>(key, data)),
        _ => Err(Argument::UnknownHmac.into()),
    }
}

/// The hash of `data` (FIPS 180-4); `algorithm` is named as for [`hmac`].
///
/// # Errors
/// [`Argument::UnknownHash`] for another algorithm.
#[cfg(feature = "oauth2")]
pub fn hash(algorithm: &str, data: &[u8]) -> Result<Mac, Error> {
    match algorithm {
        "SHA1" => Ok(bare::<Sha1>(data)),
        "SHA224" => Ok(bare::<Sha224>(data)),
        "SHA256" => Ok(bare::<Sha256>(data)),
        "SHA384" => Ok(bare::<Sha384>(data)),
        "SHA512" => Ok(bare::<Sha512>(data)),
        _ => Err(Argument::UnknownHash.into()),
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
#[must_use]
pub fn equal_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn mac<H: Sha>(key: &[u8], data: &[u8]) -> Mac {
    finish(Keyed::<H>::new(key).begin(), data)
}

#[cfg(feature = "oauth2")]
fn bare<H: Sha>(data: &[u8]) -> Mac {
    finish(Digest::<H>::bare(), data)
}

fn finish<H: Sha>(digest: Digest<'_, H>, data: &[u8]) -> Mac {
    let mut mac = [0; 64];
    let len = digest.finish_slice(data, &mut mac);
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
