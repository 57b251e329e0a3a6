//! What signs: a keyed HMAC, an RSA private key, or the secrets themselves (RFC 5849 §3.4.2 to §3.4.4).

use super::method::SignatureMethod;
use super::private_key::{PrivateKey, Scheme};
use crate::buffer::Sink;
use crate::error::{Error, Status};
use crate::mac::keyed;
use crate::nonce::Fresh;
use crate::percent::{Once, encode_into};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::digest::{FixedOutput, Update};
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
    let escape = |value: u32| {
        let escape = BASE64_ESCAPES[value as usize];
        (u64::from(escape).to_le_bytes(), (escape >> 24) as usize)
    };
    let mut threes = mac.chunks_exact(3);
    for three in &mut threes {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for value in [bits >> 18, bits >> 12 & 63, bits >> 6 & 63, bits & 63] {
            let (word, len) = escape(value);
            out.put(word, len);
        }
    }
    // RFC 4648 §4: zeros after the last bits, and then padding. Every MAC ends so.
    let rest = match *threes.remainder() {
        [first] => [first >> 2, first << 4 & 63, 64, 64],
        [first, second] => [first >> 2, first << 4 & 63 | second >> 4, second << 2 & 63, 64],
        _ => unreachable!("no MAC's length is a multiple of three"),
    };
    let (mut end, mut end_len) = ([0; 3 * 3 + 8], 0);
    for value in rest {
        let (word, len) = escape(value.into());
        end[end_len..end_len + 8].copy_from_slice(&word);
        end_len += len;
    }
    out.extend(&end[..end_len]);
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
    Rsa(Scheme),
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
        if let Some(scheme) = method.scheme() {
            return Self::Rsa(scheme);
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

    /// Begins a signature: the MAC, or RSA's message, that takes the base string in.
    #[inline]
    pub(crate) fn begin(&self) -> Running {
        match self {
            Self::HmacSha1(mac) => Running::HmacSha1(mac.clone()),
            Self::HmacSha256(mac) => Running::HmacSha256(mac.clone()),
            Self::HmacSha512(mac) => Running::HmacSha512(mac.as_ref().clone()),
            Self::Rsa(_) => Running::Rsa(Zeroizing::new(Vec::new())),
            Self::Plaintext(_) => Running::None,
        }
    }

    /// The signature of what was taken in; `room` is for its MAC.
    #[inline]
    pub(crate) fn finish<'a>(
        &'a self,
        running: Running,
        room: &'a mut MacRoom,
        private_key: Option<&PrivateKey>,
        fresh: &mut dyn Fresh,
    ) -> Result<Signature<'a>, Error> {
        Ok(match self {
            Self::Plaintext(secrets) => Signature::Plaintext(secrets),
            Self::Rsa(scheme) => {
                let private_key = private_key.ok_or_else(no_private_key)?;
                let signature = private_key.sign(*scheme, running.message(), fresh)?;
                Signature::Rsa(STANDARD.encode(signature).into_bytes())
            }
            _ => Signature::Hmac(running.finish(room)),
        })
    }

    /// A length that no signature of this key exceeds once it is percent-encoded.
    pub(crate) fn encoded_signature_bound(&self, private_key: Option<&PrivateKey>) -> Result<usize, Error> {
        Ok(match self {
            Self::HmacSha1(_) => encoded_base64_bound(20),
            Self::HmacSha256(_) => encoded_base64_bound(32),
            Self::HmacSha512(_) => encoded_base64_bound(64),
            Self::Rsa(_) => encoded_base64_bound(private_key.ok_or_else(no_private_key)?.signature_len()),
            Self::Plaintext(secrets) => secrets.encoded.len(),
        })
    }
}

/// A MAC in the making, or the message that RSA hashes itself, which is given its base string piece by piece.
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
    fn message(&self) -> &[u8] {
        match self {
            Self::Rsa(message) => message,
            Self::HmacSha1(_) | Self::HmacSha256(_) | Self::HmacSha512(_) | Self::None => &[],
        }
    }

    /// The MAC of the whole, in `room`; empty where the method has none.
    #[inline(always)] // So that it is not moved.
    fn finish(self, room: &mut MacRoom) -> &[u8] {
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

fn no_private_key() -> Error {
    Error::new(Status::InvalidKey, "the signature method is RSA and the signer has no private key; set one")
}
