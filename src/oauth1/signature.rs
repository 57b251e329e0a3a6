//! A signature, and how it is written (RFC 5849 §3.4.2 to §3.4.4).

use crate::percent::fast::{PADDING, base64_letters, base64_values, escaped, has_plus_or_slash};
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
    let mut sixes = mac.chunks_exact(6);
    for six in &mut sixes {
        let values = base64_values(six.try_into().expect("chunks of that size"));
        // Seven in nine have neither.
        if has_plus_or_slash(values) {
            extend_escaped(values.to_le_bytes(), 8, out);
        } else {
            out.put(base64_letters(values).to_le_bytes(), 8);
        }
    }
    let rest = sixes.remainder();
    let mut six = [0; 6];
    six[..rest.len()].copy_from_slice(rest);
    // RFC 4648 §4: zeros after the last bits, and then padding.
    let mut values = base64_values(six).to_le_bytes();
    let digits = (8 * rest.len()).div_ceil(6);
    values[digits..].fill(PADDING);
    extend_escaped(values, digits.next_multiple_of(4), out);
}

/// Appends the digits of the first `count` values, each percent-encoded.
#[inline(never)]
fn extend_escaped(values: [u8; 8], count: usize, out: &mut impl Sink) {
    let (mut text, mut len) = ([0; 3 * 8 + 8], 0);
    for &value in &values[..count] {
        let (word, taken) = escaped(value);
        text[len..len + 8].copy_from_slice(&word);
        len += taken;
    }
    out.extend(&text[..len]);
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
            let mut written = Vec::new();
            write_encoded_base64(mac, &mut written);
            assert_eq!(written, crate::percent::encode(STANDARD.encode(mac).as_bytes()).as_bytes());
            assert!(written.len() <= encoded_base64_bound(len));
        }
    }
}
