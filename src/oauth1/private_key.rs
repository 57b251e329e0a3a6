//! RSA private keys, and how they sign (RFC 5849 §3.4.3, RFC 8017 §8).

mod numbers;
mod text;

pub use text::check_private_key_bytes;

use super::hash::Hash;
use crate::error::{Crypto, Error};
use crate::system::Fresh;
use crate::wiping::stack::wiped_after;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
#[cfg(feature = "ring")]
use ring::signature as quick;
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::AssociatedOid;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use std::fmt;

/// An RSA private key; wiped on drop.
pub(crate) struct PrivateKey {
    key: Box<rsa::PrivateKey>,
    /// The same, for what it can do: SHA-2 with 2048 to 4096 bits.
    #[cfg(feature = "ring")]
    quick: Option<Box<quick::RsaKeyPair>>,
    bits: usize,
    /// It was made for RSASSA-PSS alone (RFC 4055 §1.2).
    only_pss: bool,
}

/// What is done to a message before it is signed (RFC 8017 §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Pkcs1Sha1,
    Pkcs1Sha256,
    Pkcs1Sha512,
    /// MGF1 with SHA-256, and a salt of 32 bytes.
    PssSha256,
}

impl Scheme {
    /// The hash in it.
    pub(crate) const fn hash(self) -> Hash {
        match self {
            Self::Pkcs1Sha1 => Hash::Sha1,
            Self::Pkcs1Sha256 | Self::PssSha256 => Hash::Sha256,
            Self::Pkcs1Sha512 => Hash::Sha512,
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} bits, [redacted])", self.bits)
    }
}

impl PrivateKey {
    /// Reads PKCS#1 or PKCS#8 PEM; tells apart what it cannot use.
    #[inline(never)] // It uses much of the stack.
    pub(crate) fn from_pem(text: &str) -> Result<Self, Error> {
        // The text of a key of 4096 bits has 3.2 KB.
        wiped(text.len() > 4096, || Self::read(text))
    }

    #[inline(never)] // There would be two of it.
    fn read(text: &str) -> Result<Self, Error> {
        let found = text::read(text)?;
        let numbers = numbers::read(&found.der)?;
        let key = Self {
            #[cfg(feature = "ring")]
            quick: quick::RsaKeyPair::from_der(&found.der).ok().map(Box::new),
            key: Box::new(numbers.key),
            bits: numbers.bits,
            only_pss: found.only_pss,
        };
        key.probe()?;
        Ok(key)
    }

    /// The size of the modulus.
    pub(crate) fn bits(&self) -> usize {
        self.bits
    }

    /// The size of a signature in bytes.
    pub(crate) fn signature_len(&self) -> usize {
        self.bits.div_ceil(8)
    }

    /// RSASSA-PKCS1-v1_5 or RSASSA-PSS (RFC 8017 §8.1.1, §8.2.1) of a message. What runs in constant time but without
    /// blinding is preferred to what is blinded; the bytes of PKCS #1 v1.5 are the same.
    #[inline(never)] // It is large, and HMAC's way goes past it.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8], fresh: &mut dyn Fresh) -> Result<Vec<u8>, Error> {
        self.check(scheme)?;
        wiped(self.bits > 4096, || self.sign_by_either(scheme, message, fresh))
    }

    /// Refuses a key for a scheme that it was not made for.
    pub(crate) fn check(&self, scheme: Scheme) -> Result<(), Error> {
        if self.only_pss && scheme != Scheme::PssSha256 { Err(Crypto::OnlyPss.into()) } else { Ok(()) }
    }

    #[inline(never)] // There would be two of it.
    fn sign_by_either(&self, scheme: Scheme, message: &[u8], fresh: &mut dyn Fresh) -> Result<Vec<u8>, Error> {
        #[cfg(feature = "ring")]
        if let Some(signature) = self.sign_quickly(scheme, message) {
            return Ok(signature);
        }
        // RFC 8017 §9.1.1 step 3: hash, salt and two bytes; the crate has no error of its own for it.
        if scheme == Scheme::PssSha256 && (self.bits - 1).div_ceil(8) < 32 + 32 + 2 {
            return Err(self.too_short());
        }
        let random = &mut ChaCha20Rng::from_seed(*fresh.blinding_seed()?);
        let signature = match scheme {
            Scheme::Pkcs1Sha1 => sign_pkcs1::<Sha1>(&self.key, message, random),
            Scheme::Pkcs1Sha256 => sign_pkcs1::<Sha256>(&self.key, message, random),
            Scheme::Pkcs1Sha512 => sign_pkcs1::<Sha512>(&self.key, message, random),
            Scheme::PssSha256 => self.key.pss_sign_with_rng::<Sha256, _>(random, message),
        };
        signature.map_err(|error| match error {
            rsa::Error::MessageTooLong => self.too_short(),
            _ => Crypto::InconsistentKey.into(),
        })
    }

    /// By `ring`, where it can. RSASSA-PSS is not for it: it would draw the salt from the system itself.
    #[cfg(feature = "ring")]
    fn sign_quickly(&self, scheme: Scheme, message: &[u8]) -> Option<Vec<u8>> {
        let padding: &dyn quick::RsaEncoding = match scheme {
            Scheme::Pkcs1Sha1 | Scheme::PssSha256 => return None,
            Scheme::Pkcs1Sha256 => &quick::RSA_PKCS1_SHA256,
            Scheme::Pkcs1Sha512 => &quick::RSA_PKCS1_SHA512,
        };
        let mut signature = vec![0; self.signature_len()];
        // It draws nothing for this padding.
        self.quick.as_ref()?.sign(padding, &ring::rand::SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    /// Signs once, which finds what no comparison of the numbers does: primes that are none. Each signature is verified
    /// before it is handed out. The blinding need not be a secret: nobody chose what is signed, nor sees it.
    fn probe(&self) -> Result<(), Error> {
        #[cfg(feature = "ring")]
        if self.quick.is_some() {
            return self.sign_quickly(Scheme::Pkcs1Sha256, b"").map(drop).ok_or_else(|| Crypto::InconsistentKey.into());
        }
        sign_pkcs1::<Sha1>(&self.key, b"", &mut ChaCha20Rng::from_seed([0; 32]))
            .map(drop)
            .map_err(|_| Crypto::InconsistentKey.into())
    }

    fn too_short(&self) -> Error {
        Crypto::ShortKey { bits: self.bits }.into()
    }
}

/// Runs what leaves a key's numbers on the stack: arithmetic keeps primes there, which its authors do not wipe.
fn wiped<R>(is_long: bool, run: impl FnOnce() -> R) -> R {
    // A key of 4096 bits takes 22 KB, and one of 16384, the longest that is read, 58.
    if is_long { wiped_after::<{ 64 << 10 }, _>(run) } else { wiped_after::<{ 32 << 10 }, _>(run) }
}

fn sign_pkcs1<D: Digest + AssociatedOid>(
    key: &rsa::PrivateKey,
    message: &[u8],
    random: &mut ChaCha20Rng,
) -> rsa::Result<Vec<u8>> {
    key.sign_with_rng(random, Pkcs1v15Sign::new::<D>(), &D::digest(message))
}

#[cfg(test)]
mod tests;
