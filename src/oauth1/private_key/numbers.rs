//! The numbers of a private key (RFC 8017 §3.2), and that they are fit to sign with.
//!
//! A key that someone else made up must not keep a process busy, and one with a fault gives away its primes. So all of it
//! is looked at once, when the key is set.

use crate::error::{Crypto, Error};
use rsa::BoxedUint;
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};
use rsa::pkcs8::der::Decode;
use rsa::traits::PrivateKeyParts;

/// Some call a key one of 512 bits whose highest bit is not set. Less takes minutes to break.
const FEWEST_BYTES: usize = 512 / 8;
/// OpenSSL's limit. The time of a signature grows with the third power.
const MOST_BITS: usize = 16384;

pub(super) struct Numbers {
    pub(super) key: rsa::PrivateKey,
    pub(super) bits: usize,
}

/// Reads an `RSAPrivateKey` (RFC 8017 §A.1.2).
pub(super) fn read(der: &[u8]) -> Result<Numbers, Error> {
    let given = RsaPrivateKeyRef::from_der(der).map_err(|_| Crypto::DamagedKey)?;
    if given.other_prime_infos.is_some() {
        return Err(Crypto::ManyPrimes.into());
    }
    let bits = len(&given.modulus);
    check_sizes(bits, &given)?;
    let key = from_components(bits, &given).ok_or(Crypto::InconsistentKey)?;
    if !fits_for_chinese_remainders(&key, &given) {
        return Err(Crypto::InconsistentKey.into());
    }
    Ok(Numbers { key, bits })
}

fn check_sizes(bits: usize, given: &RsaPrivateKeyRef<'_>) -> Result<(), Error> {
    if bits.div_ceil(8) < FEWEST_BYTES {
        return Err(Crypto::UnsafeKey { bits }.into());
    }
    if bits > MOST_BITS {
        return Err(Crypto::LongKey { bits }.into());
    }
    let exponent = &given.public_exponent;
    if len(exponent) > 33 || exponent.as_bytes().last().is_none_or(|last| last % 2 == 0) {
        return Err(Crypto::BadExponent.into());
    }
    let (p, q) = (len(&given.prime1), len(&given.prime2));
    if p.abs_diff(q) > bits / 16 {
        return Err(Crypto::UnbalancedPrimes.into());
    }
    if given.prime1 == given.prime2 {
        return Err(Crypto::EqualPrimes.into());
    }
    Ok(())
}

/// The key, if n = p·q and e·d ≡ 1 modulo p - 1 and q - 1, and d < n.
fn from_components(bits: usize, given: &RsaPrivateKeyRef<'_>) -> Option<rsa::PrivateKey> {
    let precision = u32::try_from(bits.next_multiple_of(8)).ok()?;
    let number = |given: &UintRef<'_>| BoxedUint::from_be_slice(given.as_bytes(), precision).ok();
    let n = number(&given.modulus)?;
    let e = BoxedUint::from_be_slice(given.public_exponent.as_bytes(), 64).ok()?;
    let d = number(&given.private_exponent)?;
    let primes = vec![number(&given.prime1)?, number(&given.prime2)?];
    let longest = len(&given.prime1).max(len(&given.prime2));
    let make = match longest > bits.div_ceil(2) {
        false => rsa::PrivateKey::from_components,
        true => rsa::PrivateKey::from_components_with_wide_primes,
    };
    make(n, e, d, primes).ok()
}

/// Whether dP, dQ and qInv are what they are called. The key has worked them out again and signs with its own; another
/// program would not, and a fault in them gives away the primes.
fn fits_for_chinese_remainders(key: &rsa::PrivateKey, given: &RsaPrivateKeyRef<'_>) -> bool {
    let is = |own: Option<&BoxedUint>, given: &UintRef<'_>| {
        own.is_some_and(|own| {
            BoxedUint::from_be_slice(given.as_bytes(), own.bits_precision()).is_ok_and(|given| given == *own)
        })
    };
    is(key.dp(), &given.exponent1)
        && is(key.dq(), &given.exponent2)
        && is(key.crt_coefficient().as_ref(), &given.coefficient)
}

/// How many bits a number has.
fn len(number: &UintRef<'_>) -> usize {
    let bytes = number.as_bytes();
    let leading = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
    8 * bytes.len() - leading
}
