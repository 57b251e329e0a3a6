//! Eight bytes of text at once, in a word: the first byte is the lowest.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x80 * ONES;

/// The word of eight bytes.
#[inline(always)]
pub(crate) fn word(eight: &[u8]) -> u64 {
    u64::from_le_bytes(eight.try_into().expect("eight bytes"))
}

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

/// Whether nothing but ASCII is in a text: sooner told than by what the standard library has.
#[inline(never)]
#[cfg(feature = "capi")] // All other text is known to be UTF-8.
pub(crate) fn is_ascii(text: &[u8]) -> bool {
    match text.last_chunk::<8>() {
        Some(last) => text.chunks_exact(8).fold(word(last), |all, eight| all | word(eight)) & HIGHS == 0,
        None => text.iter().fold(0, |all, byte| all | byte) < 0x80,
    }
}

/// The high bit of every byte of a word that is `byte`, which is below 0x80.
#[inline(always)]
pub(crate) const fn equal_mask(word: u64, byte: u8) -> u64 {
    // Bytes below 0x80 do not carry into the next.
    let differs = ((word & !HIGHS) ^ (byte as u64 * ONES)) + 0x7F * ONES;
    !(word | differs) & HIGHS
}

/// How many bytes come before the first `byte`, which is below 0x80; all where there is none.
#[inline]
pub(crate) fn len_before_byte(text: &[u8], byte: u8) -> usize {
    let before = |eight: &[u8]| equal_mask(word(eight), byte).trailing_zeros() as usize / 8;
    let lacks_it = |sixteen: &&[u8]| !sixteen.iter().fold(false, |has, &other| has | (other == byte));
    let mut done = 16 * text.chunks_exact(16).take_while(lacks_it).count();
    for eight in text[done..].chunks_exact(8) {
        let before = before(eight);
        if before < 8 {
            return done + before;
        }
        done += 8;
    }
    match text.last_chunk::<8>() {
        // Of what the last whole word leaves, some was looked at before.
        Some(last) => text.len() - 8 + before(last),
        None => text.iter().position(|&other| other == byte).unwrap_or(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_knows_its_bytes() {
        for byte in 0..=255_u8 {
            for neighbour in 0..=255 {
                let bytes = [byte, neighbour, byte, neighbour, neighbour, byte, byte, byte];
                let expected = bytes.map(|b| u8::from(b == b'&') << 7);
                assert_eq!(equal_mask(word(&bytes), b'&').to_le_bytes(), expected);
            }
        }
    }

    #[test]
    fn words_end_where_their_text_does() {
        let text = b"abcdefghijklmnopqrs";
        for end in 0..=text.len() {
            for start in 0..=end {
                let mut expected = [0; 8];
                let count = (end - start).min(8);
                expected[..count].copy_from_slice(&text[start..start + count]);
                assert_eq!(word_at(&text[..end], start).to_le_bytes(), expected);
            }
        }
    }

    #[test]
    #[cfg(feature = "capi")]
    fn ascii_is_told_from_the_rest() {
        for len in 0..40 {
            let mut text = vec![0x7F; len];
            assert!(is_ascii(&text));
            for at in 0..len {
                text[at] = 0x80;
                assert!(!is_ascii(&text), "{len} {at}");
                text[at] = 0;
            }
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        let text = b"abcdefghijklmnop/rst=&{}~ _-. /vwxyz+%3d123456\xFFABC";
        for end in 0..=text.len() {
            for start in 0..=end {
                let text = &text[start..end];
                for byte in [b'/', b'&', b'C', b'%', b'?', 0] {
                    let before = text.iter().take_while(|&&b| b != byte).count();
                    assert_eq!(len_before_byte(text, byte), before);
                }
            }
        }
    }
}
