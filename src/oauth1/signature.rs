//! A signature, and how it is written (RFC 5849 §3.4.2 to §3.4.4).

use crate::percent::{Once, encode_into};
use crate::secret::Secret;
use crate::sink::Sink;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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
    // RFC 4648 §4: zeros after the last bits, and then padding. Only 48 bytes, those of SHA-384, need none.
    let rest = match *threes.remainder() {
        [first] => [first >> 2, first << 4 & 63, 64, 64],
        [first, second] => [first >> 2, first << 4 & 63 | second >> 4, second << 2 & 63, 64],
        _ => return,
    };
    let (mut end, mut end_len) = ([0; 3 * 3 + 8], 0);
    for value in rest {
        let (word, len) = escape(value.into());
        end[end_len..end_len + 8].copy_from_slice(&word);
        end_len += len;
    }
    out.extend(&end[..end_len]);
}

pub(crate) const fn encoded_base64_bound(bytes: usize) -> usize {
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

/// The two secrets, each encoded, joined by `&` (§3.4.4).
pub(crate) struct Plaintext {
    pub(super) text: Secret,
    /// Encoded once more, as the request carries it.
    pub(super) encoded: Secret,
}
