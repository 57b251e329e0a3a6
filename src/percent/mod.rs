//! Percent-encoding (RFC 3986 §2.1, RFC 5849 §3.6) on bytes.

pub(crate) mod fast;

pub use fast::{Depth, Encoded, Once, Twice};

use crate::sink::Sink;
use fast::unreserved_len;

/// `bytes` with all but letters, digits, `-`, `.`, `_` and `~` as `%XX`, upper-case (RFC 5849 §3.6).
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    encode_into::<Once>(bytes, &mut out);
    String::from_utf8(out).ok().expect("encoded text is ASCII")
}

/// How long [`encode`] makes them.
#[must_use]
pub fn encoded_len(bytes: &[u8]) -> usize {
    // Where a size has 32 bits, it may be more than one can say.
    bytes.iter().fold(0, |len: usize, &byte| len.saturating_add(if is_unreserved(byte) { 1 } else { 3 }))
}

/// The same, appended to `out`, encoded as deep as `D` says.
#[inline(never)]
pub fn encode_into<D: Depth>(bytes: &[u8], out: &mut dyn Sink) {
    let mut rest = bytes;
    loop {
        let (unreserved, others) = rest.split_at(unreserved_len(rest));
        out.extend(unreserved);
        let Some((&byte, after)) = others.split_first() else { return };
        let encoded = D::encode(byte);
        out.extend(&encoded.bytes()[..encoded.len]);
        rest = after;
    }
}

/// Whether a byte stands for itself (RFC 3986 §2.3).
#[inline]
#[must_use]
pub const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `%XX` as bytes, everything else as it is; `+` is a plus.
#[must_use]
pub fn decode(mut text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    while let Some((&byte, rest)) = text.split_first() {
        match hex_pair(rest) {
            Some(decoded) if byte == b'%' => {
                out.push(decoded);
                text = &rest[2..];
            }
            _ => {
                out.push(byte);
                text = rest;
            }
        }
    }
    out
}

/// The byte that two hex digits at the beginning of a text make.
#[inline(always)] // A tenth of a header's escapes are calls otherwise.
pub(crate) fn hex_pair(text: &[u8]) -> Option<u8> {
    let (&[high, low], _) = text.split_first_chunk()?;
    let digit = |b: u8| (b as char).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_is_once_and_once_again() {
        let all: Vec<u8> = (0..=255).collect();
        let mut twice = Vec::new();
        encode_into::<Twice>(&all, &mut twice);
        assert_eq!(String::from_utf8(twice).unwrap(), encode(encode(&all).as_bytes()));
        assert_eq!(decode(encode(&all).as_bytes()), all);
    }

    #[test]
    fn every_length_and_place_is_encoded_alike() {
        let text = b"abc/def=ghi%jkl m&no+pqr";
        for start in 0..text.len() {
            for end in start..=text.len() {
                let bytes = &text[start..end];
                let plain: String = bytes
                    .iter()
                    .map(|&b| if is_unreserved(b) { (b as char).to_string() } else { format!("%{b:02X}") })
                    .collect();
                assert_eq!(encode(bytes), plain);
            }
        }
    }
}
