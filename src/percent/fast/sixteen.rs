//! Sixteen bytes of text at once: what the compiler makes vectors of, without a word of them here.
//!
//! Which of the bytes must be encoded takes 30 instructions so, and some 80 as two words of eight bytes.

/// Sixteen bytes of text.
pub(crate) type Sixteen = [u8; 16];

/// The sixteen bytes of `text` from `start` on; zeros follow its end.
#[inline(always)]
pub(crate) fn sixteen_at(text: &[u8], start: usize) -> Sixteen {
    let rest = &text[start..];
    match rest.first_chunk() {
        Some(&first) => first,
        None => end_of(text, rest.len()),
    }
}

/// The last `len` bytes of `text`, fewer than sixteen.
#[inline(always)]
fn end_of(text: &[u8], len: usize) -> Sixteen {
    match text.last_chunk() {
        Some(_) if len == 0 => [0; 16],
        Some(&last) => (u128::from_le_bytes(last) >> (8 * (16 - len))).to_le_bytes(),
        None => {
            let mut sixteen = [0; 16];
            sixteen[..len].copy_from_slice(&text[text.len() - len..]);
            sixteen
        }
    }
}

/// A bit for each byte, the first byte's the lowest: whether it is not unreserved (RFC 3986 §2.3).
#[inline(never)] // By itself it becomes vectors; amid other code it may not.
pub(crate) fn reserved(sixteen: &Sixteen) -> u32 {
    let mut bits = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128_u8];
    for (bit, &byte) in bits.iter_mut().zip(sixteen) {
        // As `is_unreserved`, but without a branch.
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit_dash_dot = (byte.wrapping_sub(b'-') < 13) & (byte != b'/');
        let unreserved = letter | digit_dash_dot | (byte == b'_') | (byte == b'~');
        *bit = if unreserved { 0 } else { *bit };
    }
    // One instruction adds up eight bytes.
    let sum = |eight: &[u8]| eight.iter().map(|&bit| u32::from(bit)).sum::<u32>();
    sum(&bits[..8]) | sum(&bits[8..]) << 8
}

/// Tells where each byte stands that is not unreserved.
#[inline(always)]
pub(crate) fn each_reserved(text: &[u8], mut tell: impl FnMut(usize)) {
    for start in (0..text.len()).step_by(16) {
        let mut bits = match (text[start..].first_chunk(), text.last_chunk()) {
            (Some(sixteen), _) => reserved(sixteen),
            // The last sixteen begin with some that were asked before.
            (None, Some(last)) => reserved(last) >> (16 - text.len() % 16),
            (None, None) => reserved_of_short(text),
        };
        while bits != 0 {
            tell(start + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
    }
}

#[inline(never)]
fn reserved_of_short(text: &[u8]) -> u32 {
    reserved(&sixteen_at(text, 0)) & !(u32::MAX << text.len())
}

/// Sixteen bytes with their capitals as small letters.
#[inline(never)] // As above.
pub(crate) fn lower_case(sixteen: &Sixteen) -> Sixteen {
    sixteen.map(|byte| byte.to_ascii_lowercase())
}

/// How many unreserved bytes `text` begins with.
#[inline]
pub(crate) fn unreserved_len(text: &[u8]) -> usize {
    let mut done = 0;
    while done < text.len() {
        match reserved(&sixteen_at(text, done)) {
            0 => done += 16,
            // It may be among the zeros behind the end.
            bits => return text.len().min(done + bits.trailing_zeros() as usize),
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::percent::is_unreserved;

    #[test]
    fn each_byte_has_its_bit() {
        for byte in 0..=255_u8 {
            for neighbour in 0..=255 {
                let [b, n] = [byte, neighbour];
                let sixteen = [b, n, b, n, n, b, b, b, n, n, b, n, b, b, n, b];
                let expected = sixteen.iter().rev().fold(0, |bits, &b| bits << 1 | u32::from(!is_unreserved(b)));
                assert_eq!(reserved(&sixteen), expected, "{sixteen:x?}");
            }
        }
    }

    #[test]
    fn sixteen_end_where_their_text_does() {
        let text = b"abcdefghijklmnop/rst=&{}~ _-. /vwxyz+%3d123456\xFFABC";
        for end in 0..=text.len() {
            let text = &text[..end];
            for start in 0..=end {
                let mut expected = [0; 16];
                let count = (end - start).min(16);
                expected[..count].copy_from_slice(&text[start..start + count]);
                assert_eq!(sixteen_at(text, start), expected);
                let unreserved = text[start..].iter().take_while(|&&b| is_unreserved(b)).count();
                assert_eq!(unreserved_len(&text[start..]), unreserved);
            }
        }
    }
}
