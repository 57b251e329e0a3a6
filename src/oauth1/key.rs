//! What signs: a keyed HMAC, an RSA private key, or the secrets themselves (RFC 5849 §3.4.2 to §3.4.4).

use super::method::{Hash, SignatureMethod};
use crate::buffer::Sink;
use crate::error::{Error, Status};
use crate::mac::keyed;
use crate::nonce::Fresh;
use crate::percent::{Once, encode_into};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use hmac::digest::FixedOutput;
use hmac::{Hmac, Mac as _};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::fmt;
use zeroize::Zeroizing;

/// A signature: a MAC, base64, or for PLAINTEXT the two secrets.
pub(crate) enum Signature<'a> {
    Hmac(&'a [u8]),
    Rsa(Vec<u8>),
    Plaintext(&'a Plaintext),
}

impl Signature<'_> {
    /// Writes it as it is, not percent-encoded.
    pub(crate) fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Hmac(mac) => out.extend(STANDARD.encode(mac).as_bytes()),
            Self::Rsa(base64) => out.extend(base64),
            Self::Plaintext(secrets) => out.extend(secrets.text.expose()),
        }
    }

    /// Writes it percent-encoded. Secrets are not copied on the way.
    #[inline]
    pub(crate) fn write_encoded(&self, out: &mut impl Sink) {
        match self {
            Self::Hmac(mac) => write_encoded_base64(mac, out),
            Self::Rsa(base64) => encode_into::<Once>(base64, out),
            Self::Plaintext(secrets) => out.extend(secrets.encoded.expose()),
        }
    }

    /// A length that it does not exceed once it is percent-encoded.
    #[inline]
    pub(crate) fn encoded_bound(&self) -> usize {
        match self {
            Self::Hmac(mac) => encoded_base64_bound(mac.len()),
            Self::Rsa(base64) => 3 * base64.len(),
            Self::Plaintext(secrets) => secrets.encoded.len(),
        }
    }
}

/// Writes the base64 of a MAC, percent-encoded.
#[inline]
fn write_encoded_base64(mac: &[u8], out: &mut impl Sink) {
    // Each signature has its `+` and `/` elsewhere, which a processor guesses wrong: so nothing here depends on where
    // they are.
    let mut put = |value: u32| {
        let escape = BASE64_ESCAPES[value as usize];
        out.put(u64::from(escape).to_le_bytes(), (escape >> 24) as usize);
    };
    let mut threes = mac.chunks_exact(3);
    for three in &mut threes {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        put(bits >> 18);
        put(bits >> 12 & 63);
        put(bits >> 6 & 63);
        put(bits & 63);
    }
    // RFC 4648 §4: zeros after the last bits, and then padding.
    let rest = match *threes.remainder() {
        [first] => &[first >> 2, first << 4 & 63, 64, 64][..],
        [first, second] => &[first >> 2, first << 4 & 63 | second >> 4, second << 2 & 63, 64],
        _ => &[],
    };
    for &value in rest {
        put(value.into());
    }
}

const fn encoded_base64_bound(bytes: usize) -> usize {
    3 * 4 * bytes.div_ceil(3)
}

/// The digits of base64 and its padding, each percent-encoded, and in the highest byte how many bytes of that count.
const BASE64_ESCAPES: [u32; 65] = {
    const DIGITS: &[u8; 65] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    let mut table = [0; 65];
    let mut value = 0;
    while value < 65 {
        table[value] = u32::from_le_bytes(match DIGITS[value] {
            b'+' => *b"%2B\x03",
            b'/' => *b"%2F\x03",
            b'=' => *b"%3D\x03",
            digit => [digit, 0, 0, 1],
        });
        value += 1;
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

    /// Begins a signature: the MAC that takes the base string in.
    #[inline]
    pub(crate) fn begin(&self) -> Running {
        match self {
            Self::HmacSha1(mac) => Running::HmacSha1(mac.clone()),
            Self::HmacSha256(mac) => Running::HmacSha256(mac.clone()),
            Self::HmacSha512(mac) => Running::HmacSha512(mac.as_ref().clone()),
            Self::Rsa(_) | Self::Plaintext(_) => Running::None,
        }
    }

    /// The signature of a base string, which had this MAC where the method is one; else RSA takes the string itself.
    #[inline]
    pub(crate) fn finish<'a>(
        &'a self,
        mac: Running,
        room: &'a mut MacRoom,
        base_string: &[u8],
        private_key: Option<&PrivateKey>,
        fresh: &mut dyn Fresh,
    ) -> Result<Signature<'a>, Error> {
        Ok(match self {
            Self::Plaintext(secrets) => Signature::Plaintext(secrets),
            Self::Rsa(hash) => {
                let private_key = private_key.ok_or_else(no_private_key)?;
                let blinding = ChaCha20Rng::from_seed(*fresh.blinding_seed()?);
                Signature::Rsa(STANDARD.encode(private_key.sign(*hash, base_string, blinding)?).into_bytes())
            }
            _ => Signature::Hmac(mac.finish(room)),
        })
    }

    /// A length that no signature of this key exceeds once it is percent-encoded.
    pub(crate) fn encoded_signature_bound(&self, private_key: Option<&PrivateKey>) -> Result<usize, Error> {
        Ok(match self {
            Self::HmacSha1(_) => encoded_base64_bound(20),
            Self::HmacSha256(_) => encoded_base64_bound(32),
            Self::HmacSha512(_) => encoded_base64_bound(64),
            Self::Rsa(_) => encoded_base64_bound(private_key.ok_or_else(no_private_key)?.0.size()),
            Self::Plaintext(secrets) => secrets.encoded.len(),
        })
    }
}

/// A MAC in the making, which is given its base string piece by piece.
#[allow(clippy::large_enum_variant, reason = "it stays on the stack")]
pub(crate) enum Running {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    /// The method has none.
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
            Self::None => {}
        }
    }

    /// The MAC of the whole, in `room`; empty where the method has none.
    #[inline(always)] // So that it is not moved.
    pub(crate) fn finish(self, room: &mut MacRoom) -> &[u8] {
        match self {
            Self::HmacSha1(mac) => finalize_into(mac, room),
            Self::HmacSha256(mac) => finalize_into(mac, room),
            Self::HmacSha512(mac) => finalize_into(mac, room),
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
                 no RSA key of two primes with a public exponent below 2^33",
            ),
        }
    }

    /// The size of the modulus.
    pub(crate) fn bits(&self) -> usize {
        self.0.n().bits()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1), blinded.
    #[inline(never)] // It is large, and HMAC's way goes past it.
    fn sign(&self, hash: Hash, message: &[u8], blinding: ChaCha20Rng) -> Result<Vec<u8>, Error> {
        let digest = hash.of(message);
        let prefix = match hash {
            Hash::Sha1 => &SHA1_PREFIX[..],
            Hash::Sha256 => &SHA256_PREFIX[..],
            Hash::Sha512 => &SHA512_PREFIX[..],
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
