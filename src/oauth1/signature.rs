//! A signature, and how it is written (RFC 5849 §3.4.2 to §3.4.4).

use super::running::LongestMac;
use crate::percent::fast::{base64_letters, base64_values, plus_or_slash_mask};
use crate::percent::{Once, encode_into};
use crate::secret::Secret;
use crate::sink::{Sink, extend_usual};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A signature: a MAC, base64, or for PLAINTEXT the two secrets.
pub(crate) enum Signature<'a> {
    /// The MAC stands at the beginning; behind it come zeros.
    Hmac {
        mac: &'a LongestMac,
        len: usize,
    },
    Rsa(Vec<u8>),
    Plaintext(&'a Plaintext),
}

impl Signature<'_> {
    /// Writes it as it is, not percent-encoded.
    pub(crate) fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Hmac { mac, len } => out.extend(STANDARD.encode(&mac[..*len]).as_bytes()),
            Self::Rsa(base64) => out.extend(base64),
            Self::Plaintext(secrets) => out.extend(secrets.text.expose()),
        }
    }

    /// Writes it percent-encoded. Secrets are not copied on the way.
    #[inline]
    pub(crate) fn write_encoded(&self, out: &mut impl Sink) {
        match self {
            Self::Hmac { mac, len } => write_encoded_base64(mac, *len, out),
            Self::Rsa(base64) => encode_into::<Once>(base64, out),
            Self::Plaintext(secrets) => out.extend(secrets.encoded.expose()),
        }
    }

    /// A length that it does not exceed once it is percent-encoded.
    #[inline]
    pub(crate) fn encoded_bound(&self) -> usize {
        match self {
            Self::Hmac { len, .. } => encoded_base64_bound(*len),
            Self::Rsa(base64) => 3 * base64.len(),
            Self::Plaintext(secrets) => secrets.encoded.len(),
        }
    }
}

/// Writes the base64 of the MAC that `mac` begins with, percent-encoded.
#[inline]
fn write_encoded_base64(mac: &LongestMac, len: usize, out: &mut impl Sink) {
    let digits = (8 * len).div_ceil(6);
    // RFC 4648 §4: zeros after the last bits, and then padding.
    for six in 0..digits / 8 {
        let values = values_at(mac, six);
        // Seven in nine have neither.
        if plus_or_slash_mask(values) == 0 {
            out.put(base64_letters(values).to_le_bytes(), 8);
        } else {
            extend_escaped(values, 8, out);
        }
    }
    let rest = digits % 8;
    if rest > 0 {
        let values = values_at(mac, digits / 8);
        if plus_or_slash_mask(values) == 0 {
            // Of SHA-1 and of SHA-256 two bytes are left.
            extend_usual::<3>(&base64_letters(values).to_le_bytes()[..rest], out);
        } else {
            extend_escaped(values, rest, out);
        }
    }
    let padding = digits.next_multiple_of(4) - digits;
    extend_usual::<3>(&b"%3D%3D"[..3 * padding], out);
}

/// The values of the eight digits that the six bytes of a number make.
#[inline(always)]
fn values_at(mac: &LongestMac, six: usize) -> u64 {
    base64_values(mac[6 * six..][..6].try_into().expect("six bytes"))
}

/// Appends the digits of the first `count` values, each percent-encoded.
#[inline(never)]
fn extend_escaped(mut values: u64, mut count: usize, out: &mut impl Sink) {
    let (mut text, mut len) = ([0; 3 * 8 + 8], 0);
    let mut letters = base64_letters(values);
    loop {
        text[len..len + 8].copy_from_slice(&letters.to_le_bytes());
        let run = plus_or_slash_mask(values).trailing_zeros() as usize / 8;
        if run >= count {
            break;
        }
        let is_slash = values >> (8 * run) & 1 != 0;
        let escape = if is_slash { b"%2F\0\0\0\0\0" } else { b"%2B\0\0\0\0\0" };
        text[len + run..][..8].copy_from_slice(escape);
        len += run + 3;
        count -= run + 1;
        (letters, values) = (letters >> (8 * run) >> 8, values >> (8 * run) >> 8);
    }
    out.extend(&text[..len + count]);
}

pub(crate) const fn encoded_base64_bound(bytes: usize) -> usize {
    3 * 4 * bytes.div_ceil(3)
}

/// The two secrets, each encoded, joined by `&` (§3.4.4).
pub(crate) struct Plaintext {
    pub(super) text: Secret,
    /// Encoded once more, as the request carries it.
    pub(super) encoded: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_of_every_length_are_written_in_base64_and_encoded() {
        let bytes: Vec<u8> = (0..=255).map(|byte: u8| byte.wrapping_mul(151)).chain([0xFF; 12]).collect();
        for (start, len) in (0..200).flat_map(|start| (0..=64).map(move |len| (start, len))) {
            let mac = &bytes[start..start + len];
            let mut longest = [0; size_of::<LongestMac>()];
            longest[..len].copy_from_slice(mac);
            let mut written = Vec::new();
            write_encoded_base64(&longest, len, &mut written);
            assert_eq!(written, crate::percent::encode(STANDARD.encode(mac).as_bytes()).as_bytes());
            assert!(written.len() <= encoded_base64_bound(len));
        }
    }
}
