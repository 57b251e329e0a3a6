//! Eight bytes of text at once, in a word: the first byte is the lowest.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x80 * ONES;

/// The eight bytes of `text` from `start` on; zeros follow its end.
#[inline(always)]
pub(crate) fn word_at(text: &[u8], start: usize) -> u64 {
    let rest = &text[start..];
    match (rest.first_chunk(), text.last_chunk()) {
        (Some(&first), _) => u64::from_le_bytes(first),
        (None, _) if rest.is_empty() => 0,
        (None, Some(&last)) => u64::from_le_bytes(last) >> (8 * (8 - rest.len())),
        (None, None) => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// How many bytes come before the first whose high bit a mask has; 8 for an empty mask.
#[inline(always)]
pub(crate) const fn bytes_before(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}

/// How many unreserved bytes `text` begins with.
#[inline]
pub(crate) fn unreserved_len(text: &[u8]) -> usize {
    // The zeros after the end are reserved.
    len_before(text, reserved_mask)
}

/// How many bytes come before the first `byte`, which is below 0x80 and not 0; all where there is none.
#[inline]
pub(crate) fn len_before_byte(text: &[u8], byte: u8) -> usize {
    len_before(text, |word| equal_mask(word, byte))
}

#[inline(always)]
fn len_before(text: &[u8], mask: impl Fn(u64) -> u64) -> usize {
    let mut done = 0;
    while done < text.len() {
        match mask(word_at(text, done)) {
            0 => done += 8,
            mask => return done + bytes_before(mask),
        }
    }
    text.len()
}

/// The high bit of every byte of a word that is not unreserved (RFC 3986 §2.3).
#[inline(always)]
pub(crate) const fn reserved_mask(word: u64) -> u64 {
    let bytes = word & !HIGHS;
    let lower = bytes | (0x20 * ONES);
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit_dash_dot = at_least(bytes, b'-') & !at_least(bytes, b'9' + 1) & differs(bytes, b'/');
    let underscore_tilde = !(differs(bytes, b'_') & differs(bytes, b'~'));
    (word | !(letter | digit_dash_dot | underscore_tilde)) & HIGHS
}

/// The high bit of every byte of a word that is one of the 26 letters from `first` on.
#[inline(always)]
pub(crate) const fn letters(word: u64, first: u8) -> u64 {
    let bytes = word & !HIGHS;
    at_least(bytes, first) & !at_least(bytes, first + 26) & !word & HIGHS
}

/// The high bit of every byte of a word that is `byte`, which is below 0x80.
#[inline(always)]
pub(crate) const fn equal_mask(word: u64, byte: u8) -> u64 {
    !(word | differs(word & !HIGHS, byte)) & HIGHS
}

// Each of these answers in the high bit of every byte. Bytes below 0x80 do not carry into the next.
#[inline(always)]
const fn at_least(bytes: u64, least: u8) -> u64 {
    bytes + (0x80 - least as u64) * ONES
}
#[inline(always)]
const fn differs(bytes: u64, from: u8) -> u64 {
    (bytes ^ (from as u64 * ONES)) + 0x7F * ONES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::percent::is_unreserved;

    #[test]
    fn a_word_knows_its_bytes() {
        for byte in 0..=255_u8 {
            for neighbour in 0..=255 {
                let bytes = [byte, neighbour, byte, neighbour, neighbour, byte, byte, byte];
                let word = u64::from_le_bytes(bytes);
                let mask_of = |is: &dyn Fn(u8) -> bool| u64::from_le_bytes(bytes.map(|b| u8::from(is(b)) << 7));
                assert_eq!(reserved_mask(word), mask_of(&|b| !is_unreserved(b)), "{word:x}");
                assert_eq!(equal_mask(word, b'&'), mask_of(&|b| b == b'&'), "{word:x}");
            }
        }
    }

    #[test]
    fn words_end_where_their_text_does() {
        let text = b"abcdefghijklmnop/rst=&{}~ _-. /vwxyz+%3d123456\xFFABC";
        for end in 0..=text.len() {
            let text = &text[..end];
            for start in 0..=end {
                let mut expected = [0; 8];
                let count = (end - start).min(8);
                expected[..count].copy_from_slice(&text[start..start + count]);
                assert_eq!(word_at(text, start).to_le_bytes(), expected);
                let unreserved = text[start..].iter().take_while(|&&b| is_unreserved(b)).count();
                assert_eq!(unreserved_len(&text[start..]), unreserved);
                for byte in [b'/', b'&', b'C', b'%', b'?'] {
                    let before = text[start..].iter().take_while(|&&b| b != byte).count();
                    assert_eq!(len_before_byte(&text[start..], byte), before);
                }
            }
        }
    }
}
