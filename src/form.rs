//! Form data: `application/x-www-form-urlencoded`.
//!
//! A `%` without two hex digits stands for itself, and an empty pair (`a&&b`) is none: what browsers and
//! servers do (WHATWG URL §5.1). Bytes need not be UTF-8. A name without a value has an empty one.
//!
//! A pair is known by where it begins; it ends before the next `&`, or with the form.

use crate::percent::fast::{each_reserved, equal_mask, unreserved_len, word, word_at};
use crate::percent::{Depth, Encoded, Once, hex_pair, is_unreserved};
use std::cmp::Ordering;
use std::mem::take;

/// Tells of each pair where it begins, and its [`head`].
#[inline(always)]
pub(crate) fn pairs(form: &[u8], mut tell: impl FnMut(usize, u64)) {
    let (mut start, mut head) = (0, None);
    each_reserved(form, |at| {
        if form[at] == b'&' {
            let head = head.take();
            if start < at {
                tell(start, head.unwrap_or_else(|| head_with(form, start, at)));
            }
            start = at + 1;
        } else if head.is_none() {
            head = Some(head_with(form, start, at));
        }
    });
    if start < form.len() {
        tell(start, head.unwrap_or_else(|| head_with(form, start, form.len())));
    }
}

/// What the byte at `at`, which is not unreserved, adds to its pair, decoded and encoded anew as deep as `D`
/// says, and how many bytes it takes up with those that belong to it. None where the pair ends.
#[inline(always)]
pub(crate) fn recode<D: Depth>(form: &[u8], at: usize, in_name: &mut bool) -> Option<(Encoded, usize)> {
    if form[at] == b'&' {
        return None;
    }
    if form[at] == b'=' && take(in_name) {
        return Some((D::EQUALS, 1));
    }
    let (byte, taken) = decode_byte(form, at);
    Some((D::encode(byte), taken))
}

/// A byte, decoded, and how many it was written with.
#[inline]
fn decode_byte(form: &[u8], at: usize) -> (u8, usize) {
    match form[at] {
        b'+' => (b' ', 1),
        b'%' => hex_pair(&form[at + 1..]).map_or((b'%', 1), |byte| (byte, 3)),
        byte => (byte, 1),
    }
}

/// The first eight bytes of a pair's encoded name as a number that orders as they do; what is shorter ends in
/// zeros, which no encoded name holds.
pub(crate) fn head(form: &[u8], start: usize) -> u64 {
    head_with(form, start, start + unreserved_len(&form[start..]))
}

/// The same, where the first byte that is not unreserved stands at `reserved`, or the form ends there.
#[inline(always)]
fn head_with(form: &[u8], start: usize, reserved: usize) -> u64 {
    let word = word_at(form, start).swap_bytes();
    let len = reserved - start;
    if len >= 8 {
        return word;
    }
    match form.get(reserved) {
        None | Some(b'=' | b'&') => word & !(u64::MAX >> (8 * len)),
        Some(_) => head_of_encoded(form, start),
    }
}

#[inline(never)]
fn head_of_encoded(form: &[u8], start: usize) -> u64 {
    let mut encoded = [0; 8];
    let mut len = 0;
    for byte in decoded(form, start, true).map_while(|byte| byte) {
        let once = Once::encode(byte);
        for &byte in &once.bytes()[..once.len] {
            let Some(room) = encoded.get_mut(len) else { return u64::from_be_bytes(encoded) };
            *room = byte;
            len += 1;
        }
    }
    u64::from_be_bytes(encoded)
}

/// The order of two pairs, by encoded name, then by encoded value, as bytes (RFC 5849 §3.4.1.3.2): never by the
/// joined text, where `=` would take part.
pub(crate) fn order((form, start): (&[u8], usize), (other_form, other_start): (&[u8], usize)) -> Ordering {
    // What both begin with alike decides nothing. It ends before an escape, not within one, and with the pair: were
    // forms compared beyond that, a form of equal rows would take its length squared.
    let (pair, other) = (&form[start..], &other_form[other_start..]);
    let goes_on = |chunk: &[u8]| equal_mask(word(chunk), b'&') == 0;
    let chunks = pair.chunks_exact(8).zip(other.chunks_exact(8));
    let same = 8 * chunks.take_while(|(pair, other)| pair == other && goes_on(pair)).count();
    let same = pair[same.saturating_sub(2)..same]
        .iter()
        .position(|&b| b == b'%')
        .map_or(same, |at| same.saturating_sub(2) + at);
    let alike = &pair[..same];
    let in_name = !alike.contains(&b'=');
    // Encoded bytes order as these do: a `%` comes before all that is unreserved, and the end before either.
    let rank = |byte: Option<u8>| byte.map(|byte| (is_unreserved(byte), byte));
    decoded(pair, same, in_name).map(rank).cmp(decoded(other, same, in_name).map(rank))
}

/// The decoded bytes of a pair from `at` on; None between its name and its value.
fn decoded(form: &[u8], mut at: usize, mut in_name: bool) -> impl Iterator<Item = Option<u8>> {
    std::iter::from_fn(move || match form.get(at) {
        None | Some(b'&') => take(&mut in_name).then_some(None),
        Some(b'=') if in_name => {
            in_name = false;
            at += 1;
            Some(None)
        }
        Some(_) => {
            let (byte, taken) = decode_byte(form, at);
            at += taken;
            Some(Some(byte))
        }
    })
}

/// The decoded name of the pair that begins at `start`.
pub(crate) fn decoded_name(form: &[u8], start: usize) -> Vec<u8> {
    decoded(form, start, true).map_while(|byte| byte).collect()
}

/// The decoded pairs of form data.
#[must_use]
pub fn decode(form: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = Vec::new();
    self::pairs(form, |start, _| {
        let mut bytes = decoded(form, start, true);
        let name = bytes.by_ref().map_while(|byte| byte).collect();
        pairs.push((name, bytes.flatten().collect()));
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::percent::encode;

    #[test]
    fn pairs_decode() {
        let decoded = |form: &[u8]| -> Vec<(String, String)> {
            decode(form).into_iter().map(|(name, value)| (encode(&name), encode(&value))).collect()
        };
        for (form, pairs) in [
            (&b""[..], &[][..]),
            (b"b5=%3D%253D&a3=a&c%40=&a2=r%20b", &[("b5", "%3D%253D"), ("a3", "a"), ("c%40", ""), ("a2", "r%20b")]),
            (b"c2&a3=2+q", &[("c2", ""), ("a3", "2%20q")]),
            (b"a+b=c%2b&%FF\xFE=1", &[("a%20b", "c%2B"), ("%FF%FE", "1")]),
            (b"a=b=c&&=&=v&", &[("a", "b%3Dc"), ("", ""), ("", "v")]),
            (b"%zz=%4&x=%", &[("%25zz", "%254"), ("x", "%25")]),
        ] {
            let pairs: Vec<_> = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(decoded(form), pairs);
        }
    }

    #[test]
    fn pairs_order_as_their_encoded_names_and_values() {
        let pairs: Vec<String> = [
            "",
            "=",
            "=a",
            "%00",
            "%2500",
            "-",
            "a",
            "a=",
            "a=%26",
            "a=-",
            "a=1",
            "a=b=c",
            "a=b%3Dd",
            "a+",
            "a%20=",
            "a%21",
            "a-",
            "abcdefg",
            "abcdefgh",
            "abcdefghi",
            "abcdefgh%",
            "abcdefgh%4",
            "abcdefgh%41",
            "abcdefgh%41b",
            "abcdefgh=1",
            "abcdefgh=1%4",
            "abcdefgh=1%45",
            "abcdefghijklmn%41",
            "abcdefghijklmno%4a",
            "abcdefghijklmno%4b",
            "{",
            "~",
            "%7E",
            "%7b%7d",
            "%D0%90",
        ]
        .iter()
        .flat_map(|pair| [(*pair).to_owned(), format!("{pair}&b=2")])
        .filter(|pair| !pair.is_empty() && !pair.starts_with('&'))
        .collect();
        for a in &pairs {
            for b in &pairs {
                let encoded = |form: &str| {
                    let (name, value) = decode(form.as_bytes()).swap_remove(0);
                    (encode(&name), encode(&value))
                };
                let ((name, value), (other_name, other_value)) = (encoded(a), encoded(b));
                let expected = name.cmp(&other_name).then_with(|| value.cmp(&other_value));
                self::pairs(a.as_bytes(), |start, own| assert_eq!(own, head(a.as_bytes(), start)));
                assert_eq!(order((a.as_bytes(), 0), (b.as_bytes(), 0)), expected, "{a} {b}");
                let heads = head(a.as_bytes(), 0).cmp(&head(b.as_bytes(), 0));
                assert!(heads.is_eq() || heads == name.cmp(&other_name), "{a} {b}");
            }
        }
    }
}
