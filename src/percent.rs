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

    /// `=` between a name and its value.
    const EQUALS: &'static [u8];

    /// The escape of the byte with these two hex digits.
    fn escape(hex: [u8; 2]) -> Self::Escape;
}

/// Encoded once: a space is `%20`.
#[derive(Debug)]
pub struct Once;
impl Depth for Once {
    type Escape = [u8; 3];
    const EQUALS: &'static [u8] = b"=";
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
    const EQUALS: &'static [u8] = b"%3D";
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
    String::from_utf8(out).ok().expect("encoded text is ASCII")
}

/// How long [`encode`] makes them.
#[must_use]
pub fn encoded_len(bytes: &[u8]) -> usize {
    bytes.iter().map(|&byte| if is_unreserved(byte) { 1 } else { 3 }).sum()
}

/// The same, appended to `out`, encoded as deep as `D` says.
#[inline(never)]
pub fn encode_into<D: Depth>(bytes: &[u8], out: &mut dyn Sink) {
    encode_hot::<D>(bytes, &mut { out });
}

/// [`encode_into`] made anew for its sink: faster, and larger. For the hot path.
#[inline]
pub(crate) fn encode_hot<D: Depth>(bytes: &[u8], out: &mut impl Sink) {
    copy_unreserved(bytes, out, |byte, _, out| {
        escape_into::<D>(byte, out);
        0
    });
}

/// Appends the unreserved bytes, and leaves each of the others to `reserved`, which is given the byte,
/// what follows it, and the sink, and answers how many of the bytes that follow it has dealt with too.
#[inline(always)]
fn copy_unreserved<S: Sink>(bytes: &[u8], out: &mut S, mut reserved: impl FnMut(u8, &[u8], &mut S) -> usize) {
    let mut rest = bytes;
    while !rest.is_empty() {
        // Up to eight bytes at once, in a word; what it holds beyond `count` is not looked at. Reading the
        // next word does not wait for what this one makes, which a byte after byte would.
        let count = rest.len().min(8);
        let word = match (rest.first_chunk(), bytes.last_chunk()) {
            (Some(&first), _) => u64::from_le_bytes(first),
            (None, Some(&last)) => u64::from_le_bytes(last) >> (8 * (8 - count)),
            (None, None) => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
        };
        let mut mask = reserved_mask(word);
        let mut done = 0;
        let mut taken = 0;
        while mask != 0 && taken == 0 {
            let at = (mask.trailing_zeros() / 8) as usize;
            if at >= count {
                break;
            }
            out.extend_run((word >> (8 * done)).to_le_bytes(), at - done);
            taken = reserved(rest[at], &rest[at + 1..], out);
            done = at + 1;
            mask &= mask - 1;
        }
        if taken == 0 && done < count {
            out.extend_run((word >> (8 * done)).to_le_bytes(), count - done);
            done = count;
        }
        rest = &rest[done + taken..];
    }
}

/// How many unreserved bytes `bytes` begin with.
#[inline]
pub(crate) fn unreserved_len(bytes: &[u8]) -> usize {
    let mut done = 0;
    while let Some(&chunk) = bytes[done..].first_chunk() {
        match reserved_mask(u64::from_le_bytes(chunk)) {
            0 => done += 8,
            mask => return done + (mask.trailing_zeros() / 8) as usize,
        }
    }
    let rest = &bytes[done..];
    done + rest.iter().position(|&byte| !is_unreserved(byte)).unwrap_or(rest.len())
}

/// The high bit of every byte of a word that is not [`is_unreserved`], for all eight at once.
#[inline(always)]
const fn reserved_mask(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    // Each of these answers in the high bit of every byte. Bytes below 0x80 do not carry into the next.
    const fn at_least(bytes: u64, least: u8) -> u64 {
        bytes + (0x80 - least as u64) * ONES
    }
    const fn differs(bytes: u64, from: u8) -> u64 {
        (bytes ^ (from as u64 * ONES)) + 0x7F * ONES
    }
    let bytes = word & !HIGHS;
    let lower = bytes | (0x20 * ONES);
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit_dash_dot = at_least(bytes, b'-') & !at_least(bytes, b'9' + 1) & differs(bytes, b'/');
    let underscore_tilde = !(differs(bytes, b'_') & differs(bytes, b'~'));
    (word | !(letter | digit_dash_dot | underscore_tilde)) & HIGHS
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

/// Where a pair stands in the text that [`recode_form`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recoded {
    /// Where its name begins.
    pub start: usize,
    /// Where its name ends, and `=` begins.
    pub name_end: usize,
}

/// Reads `application/x-www-form-urlencoded` data and appends every pair to `out`: name, `=`, value, decoded
/// (`+` and `%XX`) and encoded anew, as deep as `D` says. `pair` is told of each when it is whole, and
/// where it stands; a name without a value has an empty one.
///
/// A `%` without two hex digits stands for itself, and an empty pair (`a&&b`) is none: what browsers
/// and servers do (WHATWG URL §5.1). Bytes need not be UTF-8.
#[inline]
pub fn recode_form<D: Depth, S: Sink>(form: &[u8], out: &mut S, mut pair: impl FnMut(Recoded, &mut S)) {
    // How much of the form was left where the pair began, and where its text began.
    let (mut left, mut start) = (form.len(), out.len());
    let mut name_end = None;
    let mut end_pair = |start: usize, name_end: &mut Option<usize>, out: &mut S| {
        let name_end = name_end.take().unwrap_or_else(|| {
            out.extend(D::EQUALS);
            out.len() - D::EQUALS.len()
        });
        pair(Recoded { start, name_end }, out);
    };
    copy_unreserved(form, out, |byte, rest, out| {
        match CLASS[usize::from(byte)] {
            Class::Ampersand => {
                if rest.len() + 1 < left {
                    end_pair(start, &mut name_end, out);
                }
                (left, start) = (rest.len(), out.len());
            }
            Class::Equals if name_end.is_none() => {
                name_end = Some(out.len());
                out.extend(D::EQUALS);
            }
            Class::Plus => escape_into::<D>(b' ', out),
            Class::Percent => {
                if let Some(decoded) = hex_pair(rest) {
                    encode_byte_into::<D>(decoded, out);
                    return 2;
                }
                escape_into::<D>(b'%', out);
            }
            _ => escape_into::<D>(byte, out),
        }
        0
    });
    if left > 0 {
        end_pair(start, &mut name_end, out);
    }
}

/// The decoded pairs of form data.
#[must_use]
pub fn decode_form(form: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = Vec::new();
    recode_form::<Once, _>(form, &mut Vec::new(), |Recoded { start, name_end }, text| {
        pairs.push((decode(&text[start..name_end]), decode(&text[name_end + Once::EQUALS.len()..])));
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
        recode_form::<Once, _>(form, &mut out, |_, out| out.extend_from_slice(b"&"));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn form_data_is_decoded_and_encoded_anew() {
        assert_eq!(recoded(b"b5=%3D%253D&a3=a&c%40=&a2=r%20b"), "b5=%3D%253D&a3=a&c%40=&a2=r%20b&");
        assert_eq!(recoded(b"c2&a3=2+q"), "c2=&a3=2%20q&");
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
    fn a_word_knows_its_reserved_bytes() {
        for byte in 0..=255 {
            for neighbour in 0..=255 {
                let word = u64::from_le_bytes([byte, neighbour, byte, neighbour, neighbour, byte, byte, byte]);
                for (index, byte) in word.to_le_bytes().into_iter().enumerate() {
                    assert_eq!(reserved_mask(word) >> (8 * index) & 0xFF == 0x80, !is_unreserved(byte), "{word:x}");
                    assert_eq!(reserved_mask(word) >> (8 * index) & 0x7F, 0, "{word:x}");
                }
            }
        }
    }

    #[test]
    fn every_length_and_place_is_encoded_alike() {
        let text: Vec<u8> = (0..24).map(|i| b"abc/def=ghi%jkl m&no+pqr"[i]).collect();
        for start in 0..text.len() {
            for end in start..=text.len() {
                let bytes = &text[start..end];
                let plain: String = bytes
                    .iter()
                    .map(|&b| if is_unreserved(b) { (b as char).to_string() } else { format!("%{b:02X}") })
                    .collect();
                assert_eq!(encode(bytes), plain);
                assert_eq!(unreserved_len(bytes), bytes.iter().take_while(|&&b| is_unreserved(b)).count());
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
