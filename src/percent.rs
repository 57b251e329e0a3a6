//! Percent-encoding (RFC 3986 §2.1, RFC 5849 §3.6) on bytes.
//!
//! Text that a signature base string carries is encoded twice: once as a parameter (§3.4.1.3.2), once
//! as part of the string (§3.4.1.1). Of text encoded once, encoding it again changes only `%` to `%25`,
//! and that keeps its order as bytes. So [`Twice`] writes the second form straight away, and what is
//! sorted by either form is sorted right.

mod form;
pub(crate) mod word;

pub use form::decode_form;
pub(crate) use form::{decoded_name, head, order, pair_starts, recode};

use crate::buffer::Sink;
use word::unreserved_len;

/// How often text is encoded on its way into a sink.
pub trait Depth {
    /// `=` between a name and its value.
    const EQUALS: Encoded;

    /// One byte: as itself when it is unreserved, else escaped.
    fn encode(byte: u8) -> Encoded;
}

/// An encoded byte: so few bytes that they are copied as one word, with what does not count behind them.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    /// The first byte is the lowest.
    pub(crate) word: u64,
    pub(crate) len: usize,
}

impl Encoded {
    pub(crate) const fn new(text: [u8; 8], len: usize) -> Self {
        Self { word: u64::from_le_bytes(text), len }
    }

    /// The bytes that count come first.
    #[inline]
    pub(crate) const fn bytes(self) -> [u8; 8] {
        self.word.to_le_bytes()
    }
}

/// Encoded once: a space is `%20`.
#[derive(Debug)]
pub struct Once;
impl Depth for Once {
    const EQUALS: Encoded = Encoded::new(*b"=\0\0\0\0\0\0\0", 1);
    #[inline]
    fn encode(byte: u8) -> Encoded {
        let entry = ONCE[usize::from(byte)];
        Encoded { word: entry.into(), len: (entry >> 24) as usize }
    }
}

/// Encoded twice: a space is `%2520`.
#[derive(Debug)]
pub struct Twice;
impl Depth for Twice {
    const EQUALS: Encoded = Encoded::new(*b"%3D\0\0\0\0\0", 3);
    #[inline]
    fn encode(byte: u8) -> Encoded {
        let entry = TWICE[usize::from(byte)];
        Encoded { word: entry, len: (entry >> 56) as usize }
    }
}

/// Every byte, encoded once, and in the highest byte how many bytes of that count.
const ONCE: [u32; 256] = {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "below 256")]
        let itself = byte as u8;
        table[byte] = u32::from_le_bytes(if is_unreserved(itself) {
            [itself, 0, 0, 1]
        } else {
            [b'%', HEX[byte >> 4], HEX[byte & 15], 3]
        });
        byte += 1;
    }
    table
};

/// The same, encoded twice.
const TWICE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = u64::from_le_bytes(match ONCE[byte].to_le_bytes() {
            [_, high, low, 3] => [b'%', b'2', b'5', high, low, 0, 0, 5],
            [itself, ..] => [itself, 0, 0, 0, 0, 0, 0, 1],
        });
        byte += 1;
    }
    table
};

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

fn hex_pair(text: &[u8]) -> Option<u8> {
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
