//! RSA private keys (RFC 5849 §3.4.3).

use super::hash::Hash;
use crate::error::{Crypto, Error};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use std::fmt;
use zeroize::Zeroizing;

/// An RSA private key; wiped on drop.
pub(crate) struct PrivateKey(Box<RsaPrivateKey>);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} bits, [redacted])", self.bits())
    }
}

impl PrivateKey {
    /// Reads PKCS#1 or PKCS#8 PEM; tells apart what it cannot use.
    pub(crate) fn from_pem(text: &str) -> Result<Self, Error> {
        let Some((label, block)) = private_key_block(text) else {
            return Err(Crypto::NotPem.into());
        };
        match label {
            "PRIVATE KEY" | "RSA PRIVATE KEY" if !block.contains("ENCRYPTED") => {}
            "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => return Err(Crypto::EncryptedKey.into()),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {
                return Err(Crypto::PublicKey.into());
            }
            "CERTIFICATE" => return Err(Crypto::Certificate.into()),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(Crypto::NotRsa.into()),
            "OPENSSH PRIVATE KEY" => {
                return Err(Crypto::OpensshKey.into());
            }
            _ => return Err(Crypto::NoKeyInPem.into()),
        }
        if block.contains("\\n") {
            return Err(Crypto::EscapedLineBreaks.into());
        }
        let key = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(&block).ok(),
            _ => RsaPrivateKey::from_pkcs1_pem(&block).ok(),
        };
        match key {
            Some(key) => Ok(Self(Box::new(key))),
            None if names_another_algorithm(&block) => Err(Crypto::NotRsa.into()),
            None => Err(Crypto::DamagedKey.into()),
        }
    }

    /// The size of the modulus.
    pub(crate) fn bits(&self) -> usize {
        self.0.n().bits()
    }

    /// The size of a signature in bytes.
    pub(crate) fn signature_len(&self) -> usize {
        self.0.size()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1) of a message with this digest, blinded.
    #[inline(never)] // It is large, and HMAC's way goes past it.
    pub(crate) fn sign(&self, hash: Hash, digest: &[u8], blinding_seed: &[u8; 32]) -> Result<Vec<u8>, Error> {
        let prefix = match hash {
            Hash::Sha1 => &SHA1_PREFIX[..],
            Hash::Sha256 => &SHA256_PREFIX[..],
            Hash::Sha512 => &SHA512_PREFIX[..],
        };
        let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
        self.0.sign_with_rng(&mut Blinding(ChaCha20Rng::from_seed(*blinding_seed)), padding, digest).map_err(|error| {
            match error {
                rsa::Error::MessageTooLong => Crypto::ShortKey { bits: self.bits() }.into(),
                _ => Crypto::InconsistentKey.into(),
            }
        })
    }
}

/// The label and the text of the block that holds the private key, or of the first block where none does: a
/// file may hold a certificate too. Lines lose the white space around them.
fn private_key_block(text: &str) -> Option<(&str, Zeroizing<String>)> {
    const BEGIN: &str = "-----BEGIN ";
    let blocks = || {
        text.match_indices(BEGIN).filter_map(|(start, _)| {
            let label = text[start + BEGIN.len()..].split("-----").next()?;
            let end = text[start..].find("-----END ").map_or(text.len(), |end| {
                let end = start + end + "-----END ".len();
                text[end..].find("-----").map_or(text.len(), |dashes| end + dashes + "-----".len())
            });
            Some((label, &text[start..end]))
        })
    };
    let (label, block) = blocks().find(|(label, _)| label.ends_with("PRIVATE KEY")).or_else(|| blocks().next())?;
    let mut trimmed = Zeroizing::new(String::with_capacity(block.len() + 1));
    for line in block.lines() {
        trimmed.push_str(line.trim());
        trimmed.push('\n');
    }
    Some((label, trimmed))
}

/// Whether a PKCS#8 text can be read and names another algorithm than rsaEncryption, 1.2.840.113549.1.1.1.
fn names_another_algorithm(pem: &str) -> bool {
    rsa::pkcs8::SecretDocument::from_pem(pem).is_ok_and(|(_, der)| {
        rsa::pkcs8::PrivateKeyInfo::try_from(der.as_bytes())
            .is_ok_and(|info| info.algorithm.oid != rsa::pkcs1::ALGORITHM_OID)
    })
}

/// The DER of `DigestInfo` up to the hash (RFC 8017 §9.2, note 1).
const SHA1_PREFIX: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_PREFIX: [u8; 19] = sha2_prefix(0x01, 0x20);
const SHA512_PREFIX: [u8; 19] = sha2_prefix(0x03, 0x40);

const fn sha2_prefix(oid_end: u8, len: u8) -> [u8; 19] {
    [
        0x30,
        0x11 + len,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        oid_end,
        0x05,
        0x00,
        0x04,
        len,
    ]
}

/// The generator under the traits that `rsa` knows.
struct Blinding(ChaCha20Rng);

impl rand_core_06::RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core_06::CryptoRng for Blinding {}

#[cfg(test)]
mod tests;
