//! Percent-encoding (RFC 3986 §2.1, RFC 5849 §3.6) and form decoding, on bytes.
//!
//! Text that a signature base string carries is encoded twice: once as a parameter (§3.4.1.3.2), once
//! as part of the string (§3.4.1.1). Of text encoded once, encoding it again changes only `%` to `%25`,
//! and that keeps its order as bytes. So [`Twice`] writes the second form straight away, and what is
//! sorted by it is sorted right.

use crate::buffer::Sink;

/// How often text is encoded on its way into a sink.
pub trait Depth {
    /// An encoded byte.
    type Escape: AsRef<[u8]>;

    /// The escape of the byte with these two hex digits.
    fn escape(hex: [u8; 2]) -> Self::Escape;
}

/// Encoded once: a space is `%20`.
#[derive(Debug)]
pub struct Once;
impl Depth for Once {
    type Escape = [u8; 3];
    #[inline]
    fn escape([high, low]: [u8; 2]) -> [u8; 3] {
        [b'%', high, low]
    }
}

/// Encoded twice: a space is `%2520`.
#[derive(Debug)]
pub struct Twice;
impl Depth for Twice {
    type Escape = [u8; 5];
    #[inline]
    fn escape([high, low]: [u8; 2]) -> [u8; 5] {
        [b'%', b'2', b'5', high, low]
    }
}

/// `bytes` with all but letters, digits, `-`, `.`, `_` and `~` as `%XX`, upper-case (RFC 5849 §3.6).
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    encode_into::<Once>(bytes, &mut out);
    String::from_utf8(out).expect("encoded text is ASCII")
}

/// How long [`encode`] makes them.
#[must_use]
pub fn encoded_len(bytes: &[u8]) -> usize {
    bytes.iter().map(|&byte| if is_unreserved(byte) { 1 } else { 3 }).sum()
}

/// The same, appended to `out`, encoded as deep as `D` says.
#[inline]
pub fn encode_into<D: Depth>(mut bytes: &[u8], out: &mut impl Sink) {
    loop {
        let run = copy_unreserved(bytes, out);
        let Some((&byte, rest)) = bytes[run..].split_first() else { return };
        escape_into::<D>(byte, out);
        bytes = rest;
    }
}

/// Appends the unreserved bytes that `bytes` begins with, and says how many they are.
#[inline(always)]
fn copy_unreserved(bytes: &[u8], out: &mut impl Sink) -> usize {
    let mut done = 0;
    while let Some(&chunk) = bytes[done..].first_chunk() {
        let run = unreserved_run(chunk);
        out.extend_run(chunk, run);
        done += run;
        if run < chunk.len() {
            return done;
        }
    }
    let rest = &bytes[done..];
    let run = rest.iter().position(|&byte| !is_unreserved(byte)).unwrap_or(rest.len());
    out.extend(&rest[..run]);
    done + run
}

/// How many unreserved bytes `bytes` begin with.
#[inline]
pub(crate) fn unreserved_len(bytes: &[u8]) -> usize {
    let mut done = 0;
    while let Some(&chunk) = bytes[done..].first_chunk() {
        let run = unreserved_run(chunk);
        done += run;
        if run < chunk.len() {
            return done;
        }
    }
    let rest = &bytes[done..];
    done + rest.iter().position(|&byte| !is_unreserved(byte)).unwrap_or(rest.len())
}

/// How many unreserved bytes eight bytes begin with: [`is_unreserved`] for all of them at once, in a word.
#[inline(always)]
fn unreserved_run(chunk: [u8; 8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    // Each of these answers in the high bit of every byte. Bytes below 0x80 do not carry into the next.
    const fn at_least(bytes: u64, least: u8) -> u64 {
        bytes + (0x80 - least as u64) * ONES
    }
    const fn differs(bytes: u64, from: u8) -> u64 {
        (bytes ^ (from as u64 * ONES)) + 0x7F * ONES
    }
    let word = u64::from_le_bytes(chunk);
    let bytes = word & !HIGHS;
    let lower = bytes | (0x20 * ONES);
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit_dash_dot = at_least(bytes, b'-') & !at_least(bytes, b'9' + 1) & differs(bytes, b'/');
    let underscore_tilde = !(differs(bytes, b'_') & differs(bytes, b'~'));
    let reserved = (word | !(letter | digit_dash_dot | underscore_tilde)) & HIGHS;
    (reserved.trailing_zeros() / 8) as usize
}

/// Appends one byte: as itself when it is unreserved, else escaped.
#[inline]
pub fn encode_byte_into<D: Depth>(byte: u8, out: &mut impl Sink) {
    if is_unreserved(byte) { out.extend(&[byte]) } else { escape_into::<D>(byte, out) }
}

#[inline]
fn escape_into<D: Depth>(byte: u8, out: &mut impl Sink) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend(D::escape([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]).as_ref());
}

/// Whether a byte stands for itself (RFC 3986 §2.3).
#[inline]
#[must_use]
pub const fn is_unreserved(byte: u8) -> bool {
    matches!(CLASS[byte as usize], Class::Unreserved)
}

/// What a byte means to the reader of form data.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Unreserved,
    Ampersand,
    Equals,
    Plus,
    Percent,
    Other,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let b = byte as u8;
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            table[byte] = Class::Unreserved;
        }
        byte += 1;
    }
    table[b'&' as usize] = Class::Ampersand;
    table[b'=' as usize] = Class::Equals;
    table[b'+' as usize] = Class::Plus;
    table[b'%' as usize] = Class::Percent;
    table
};

/// One name or value of form data is over: where its text ended and what came after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A name, with `=` after it.
    Name,
    /// A value, or a name without one; the pair is over.
    Pair,
}

/// Reads `application/x-www-form-urlencoded` data and appends every name and value to `out`, decoded
/// (`+` and `%XX`) and encoded anew, as deep as `D` says. After each, `at` is told what ended.
///
/// A `%` without two hex digits stands for itself, and an empty pair (`a&&b`) is none: what browsers
/// and servers do (WHATWG URL §5.1). Bytes need not be UTF-8.
pub fn recode_form<D: Depth, S: Sink>(mut form: &[u8], out: &mut S, mut at: impl FnMut(End, &mut S)) {
    let mut empty = true;
    let mut in_name = true;
    loop {
        let stop = copy_unreserved(form, out);
        empty &= stop == 0;
        let Some(&byte) = form.get(stop) else { break };
        form = &form[stop + 1..];
        match CLASS[usize::from(byte)] {
            Class::Ampersand => {
                if !empty {
                    at(End::Pair, out);
                }
                (empty, in_name) = (true, true);
                continue;
            }
            Class::Equals if in_name => {
                at(End::Name, out);
                in_name = false;
            }
            Class::Plus => escape_into::<D>(b' ', out),
            Class::Percent => match hex_pair(form) {
                Some(decoded) => {
                    encode_byte_into::<D>(decoded, out);
                    form = &form[2..];
                }
                None => escape_into::<D>(b'%', out),
            },
            _ => escape_into::<D>(byte, out),
        }
        empty = false;
    }
    if !empty {
        at(End::Pair, out);
    }
}

/// The decoded pairs of form data.
#[must_use]
pub fn decode_form(form: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = Vec::new();
    let mut name = None;
    recode_form::<Once, _>(form, &mut Vec::new(), |end, text: &mut Vec<u8>| {
        let part = decode(text);
        text.clear();
        match end {
            End::Name => name = Some(part),
            End::Pair => pairs.push(match name.take() {
                Some(name) => (name, part),
                None => (part, Vec::new()),
            }),
        }
    });
    pairs
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

    fn recoded(form: &[u8]) -> String {
        let mut out = Vec::new();
        recode_form::<Once, _>(form, &mut out, |end, out| {
            out.extend_from_slice(if end == End::Name { b"=" } else { b"&" });
        });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn form_data_is_decoded_and_encoded_anew() {
        assert_eq!(recoded(b"b5=%3D%253D&a3=a&c%40=&a2=r%20b"), "b5=%3D%253D&a3=a&c%40=&a2=r%20b&");
        assert_eq!(recoded(b"c2&a3=2+q"), "c2&a3=2%20q&");
        assert_eq!(recoded(b"a+b=c%2b&%FF\xFE=1"), "a%20b=c%2B&%FF%FE=1&");
        assert_eq!(recoded(b"a=b=c&&=&=v&"), "a=b%3Dc&=&=v&");
        assert_eq!(recoded(b"%zz=%4&x=%"), "%25zz=%254&x=%25&");
        assert_eq!(recoded(b""), "");
    }

    #[test]
    fn twice_is_once_and_once_again() {
        let all: Vec<u8> = (0..=255).collect();
        let mut twice = Vec::new();
        encode_into::<Twice>(&all, &mut twice);
        assert_eq!(String::from_utf8(twice).unwrap(), encode(encode(&all).as_bytes()));
        assert_eq!(decode(encode(&all).as_bytes()), all);
    }

    #[test]
    fn a_run_ends_where_a_byte_is_reserved() {
        for byte in 0..=255 {
            for at in 0..8 {
                for filler in *b"aZ09-._~" {
                    let mut chunk = [filler; 8];
                    chunk[at] = byte;
                    assert_eq!(unreserved_run(chunk), if is_unreserved(byte) { 8 } else { at }, "{chunk:?}");
                    chunk[7] = b'/'; // A neighbour above must not disturb.
                    assert_eq!(unreserved_run(chunk), if is_unreserved(byte) && at < 7 { 7 } else { at }, "{chunk:?}");
                }
            }
        }
    }

    #[test]
    fn pairs_decode() {
        let pair = |n: &[u8], v: &[u8]| (n.to_vec(), v.to_vec());
        assert_eq!(
            decode_form(b"a=1&b&=c&%00=%ff"),
            [pair(b"a", b"1"), pair(b"b", b""), pair(b"", b"c"), pair(&[0], &[255])]
        );
    }
}
