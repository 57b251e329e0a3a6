//! What signs: a keyed HMAC, an RSA private key, or the secrets themselves (RFC 5849 §3.4.2 to §3.4.4).

use super::method::{Hash, SignatureMethod};
use crate::error::{Error, Status};
use crate::mac::keyed;
use crate::nonce::Fresh;
use crate::percent::{Once, encode, encode_into};
use crate::secret::Secret;
use arrayvec::ArrayVec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use hmac::{Hmac, Mac};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use std::fmt;
use zeroize::Zeroizing;

/// A signature: base64, or for PLAINTEXT the two secrets.
pub(crate) enum Signature<'a> {
    Hmac(ArrayVec<u8, 88>),
    Rsa(Vec<u8>),
    Plaintext(&'a Plaintext),
}

impl Signature<'_> {
    /// As it is, not percent-encoded.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Hmac(base64) => base64,
            Self::Rsa(base64) => base64,
            Self::Plaintext(secrets) => secrets.text.expose(),
        }
    }

    /// Hands `write` the percent-encoded signature. Secrets are not copied.
    #[inline]
    pub(crate) fn encoded<R>(&self, write: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Hmac(base64) => {
                // Each signature has its `+` and `/` elsewhere, which a processor guesses wrong: so nothing here
                // depends on where they are.
                let mut room = [0; 3 * 88 + 1];
                let mut len = 0;
                for &digit in base64 {
                    let escape = BASE64_ESCAPES[usize::from(digit)];
                    room[len..len + 4].copy_from_slice(&escape);
                    len += usize::from(escape[3]);
                }
                write(&room[..len])
            }
            Self::Rsa(base64) => write(encode(base64).as_bytes()),
            Self::Plaintext(secrets) => write(secrets.encoded.expose()),
        }
    }
}

/// What a digit of base64 is percent-encoded, and then how many bytes of that count.
const BASE64_ESCAPES: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "below 256")]
        let digit = byte as u8;
        table[byte] = match digit {
            b'+' => *b"%2B\x03",
            b'/' => *b"%2F\x03",
            b'=' => *b"%3D\x03",
            _ => [digit, 0, 0, 1],
        };
        byte += 1;
    }
    table
};

/// A key for one signature method, ready for use.
pub(crate) enum Key {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Box<Hmac<Sha512>>),
    Rsa(Hash),
    Plaintext(Plaintext),
}

/// The two secrets, each encoded, joined by `&` (§3.4.4).
pub(crate) struct Plaintext {
    text: Secret,
    /// Encoded once more, as the request carries it.
    encoded: Secret,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Key {
    /// The two secrets, each encoded, joined by `&`, which stands there even when one is empty (§3.4.2).
    pub(crate) fn new(method: SignatureMethod, consumer_secret: &[u8], token_secret: &[u8]) -> Self {
        if method.is_rsa() {
            return Self::Rsa(method.hash());
        }
        // Room for the longest encoding: a vector that grew would leave a copy behind.
        let mut key = Zeroizing::new(Vec::with_capacity(3 * (consumer_secret.len() + token_secret.len()) + 1));
        encode_into::<Once>(consumer_secret, &mut *key);
        key.push(b'&');
        encode_into::<Once>(token_secret, &mut *key);
        match method {
            SignatureMethod::HmacSha256 => Self::HmacSha256(keyed(&key)),
            SignatureMethod::HmacSha512 => Self::HmacSha512(Box::new(keyed(&key))),
            SignatureMethod::Plaintext => {
                let mut encoded = Zeroizing::new(Vec::with_capacity(3 * key.len()));
                encode_into::<Once>(&key, &mut *encoded);
                Self::Plaintext(Plaintext { text: Secret::new(&key), encoded: Secret::new(&encoded) })
            }
            _ => Self::HmacSha1(keyed(&key)),
        }
    }

    /// The signature of a base string.
    #[inline]
    pub(crate) fn sign(
        &self,
        private_key: Option<&PrivateKey>,
        base_string: &[u8],
        fresh: &mut impl Fresh,
    ) -> Result<Signature<'_>, Error> {
        Ok(match self {
            Self::HmacSha1(mac) => hmac_signature(&mac.clone().chain_update(base_string).finalize().into_bytes()),
            Self::HmacSha256(mac) => hmac_signature(&mac.clone().chain_update(base_string).finalize().into_bytes()),
            Self::HmacSha512(mac) => {
                hmac_signature(&mac.as_ref().clone().chain_update(base_string).finalize().into_bytes())
            }
            Self::Rsa(hash) => {
                let private_key = private_key.ok_or_else(no_private_key)?;
                let signature =
                    private_key.sign(*hash, base_string, ChaCha20Rng::from_seed(*fresh.blinding_seed()?))?;
                Signature::Rsa(STANDARD.encode(signature).into_bytes())
            }
            Self::Plaintext(secrets) => Signature::Plaintext(secrets),
        })
    }

    /// A length that no signature of this key exceeds once it is percent-encoded.
    pub(crate) fn encoded_signature_bound(&self, private_key: Option<&PrivateKey>) -> Result<usize, Error> {
        let base64_of = |bytes: usize| 3 * (bytes.div_ceil(3) * 4);
        Ok(match self {
            Self::HmacSha1(_) => base64_of(20),
            Self::HmacSha256(_) => base64_of(32),
            Self::HmacSha512(_) => base64_of(64),
            Self::Rsa(_) => base64_of(private_key.ok_or_else(no_private_key)?.0.size()),
            Self::Plaintext(secrets) => secrets.encoded.len(),
        })
    }
}

#[inline]
fn hmac_signature(mac: &[u8]) -> Signature<'static> {
    let mut base64 = [0; 88];
    let len = STANDARD.encode_slice(mac, &mut base64).expect("88 bytes hold 64 bytes in base64");
    let mut signature = ArrayVec::from(base64);
    signature.truncate(len);
    Signature::Hmac(signature)
}

fn no_private_key() -> Error {
    Error::new(Status::InvalidKey, "the signature method is RSA and the signer has no private key; set one")
}

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
        let invalid = |message: &'static str| Err(Error::new(Status::InvalidKey, message));
        let Some((label, block)) = private_key_block(text) else {
            return invalid("the private key is no PEM text: it has no line -----BEGIN …-----");
        };
        match label {
            "PRIVATE KEY" | "RSA PRIVATE KEY" if !block.contains("ENCRYPTED") => {}
            "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => return invalid(ENCRYPTED),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {
                return invalid("this is a public key; signing needs the private key of the pair");
            }
            "CERTIFICATE" => return invalid("this is a certificate; signing needs the private key that belongs to it"),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return invalid(NOT_RSA),
            "OPENSSH PRIVATE KEY" => {
                return invalid("this is a private key in OpenSSH's own format; convert it with ssh-keygen -p -m PEM");
            }
            _ => return invalid("the PEM text holds no private key"),
        }
        if block.contains("\\n") {
            return invalid("the private key's line breaks are written as \\n; they must be real ones");
        }
        let key = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(&block).ok(),
            _ => RsaPrivateKey::from_pkcs1_pem(&block).ok(),
        };
        match key {
            Some(key) => Ok(Self(Box::new(key))),
            None if names_another_algorithm(&block) => invalid(NOT_RSA),
            None => invalid(
                "the private key's PEM text is damaged (lines missing, not of 64 characters each), or its numbers make \
                 no RSA key",
            ),
        }
    }

    /// The size of the modulus.
    pub(crate) fn bits(&self) -> usize {
        self.0.n().bits()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1), blinded.
    fn sign(&self, hash: Hash, message: &[u8], blinding: ChaCha20Rng) -> Result<Vec<u8>, Error> {
        let (digest, prefix) = match hash {
            Hash::Sha1 => (Sha1::digest(message).to_vec(), &SHA1_PREFIX[..]),
            Hash::Sha256 => (Sha256::digest(message).to_vec(), &SHA256_PREFIX[..]),
            Hash::Sha512 => (Sha512::digest(message).to_vec(), &SHA512_PREFIX[..]),
        };
        let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
        self.0.sign_with_rng(&mut Blinding(blinding), padding, &digest).map_err(|error| match error {
            rsa::Error::MessageTooLong => Error::filled(
                Status::InvalidKey,
                "an RSA key of {} bits is too short for this method",
                &[&self.bits().to_string()],
            ),
            _ => Error::new(Status::InvalidKey, "the RSA key does not fit itself: its numbers are damaged"),
        })
    }
}

const ENCRYPTED: &str =
    "the private key is encrypted; decrypt it first, for instance with openssl pkey -in KEY -out NEWKEY";
const NOT_RSA: &str = "the private key is no RSA key";

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
