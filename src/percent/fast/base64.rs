//! Base64 (RFC 4648 §4) eight digits at a time, in a word, the first in the lowest byte.
//!
//! With a look into the table for every digit, a header took 160 instructions more.

const ONES: u64 = 0x0101_0101_0101_0101;

/// What eight digits stand for, 0 to 63 each.
#[inline(always)]
pub(crate) const fn base64_values([a, b, c, d, e, f]: [u8; 6]) -> u64 {
    let (first, second) = (u32::from_be_bytes([a, b, c, d]) >> 8, u32::from_be_bytes([c, d, e, f]) & 0x00FF_FFFF);
    let bits = (first as u64) << 32 | second as u64;
    let twelves = bits & 0x0000_0FFF_0000_0FFF | (bits & 0x00FF_F000_00FF_F000) << 4;
    let sixes = twelves & 0x003F_003F_003F_003F | (twelves & 0x0FC0_0FC0_0FC0_0FC0) << 2;
    sixes.swap_bytes()
}

/// The high bit of every value that is written as `+`, which is 62, or as `/`.
#[inline]
pub(crate) const fn plus_or_slash_mask(values: u64) -> u64 {
    (values + (0x80 - 62) * ONES) & (0x80 * ONES)
}

/// The digits of values; in place of `+` and `/` anything.
#[inline]
pub(crate) const fn base64_letters(values: u64) -> u64 {
    // Capitals come first, then small letters, then digits.
    let from_small = (values + (0x80 - 26) * ONES) >> 7 & ONES;
    let from_digit = (values + (0x80 - 52) * ONES) >> 7 & ONES;
    values + b'A' as u64 * ONES + from_small * (b'a' - b'Z' - 1) as u64 - from_digit * (b'z' + 1 - b'0') as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn digits_are_those_of_another_implementation() {
        for value in 0..64_u8 {
            for neighbour in 0..64_u8 {
                let eight = [value, neighbour, value, value, neighbour, value, neighbour, neighbour];
                let bits = eight.iter().fold(0, |bits, &value| bits << 6 | u64::from(value));
                let bytes = bits.to_be_bytes();
                let six: [u8; 6] = bytes[2..].try_into().unwrap();
                let (values, expected) = (base64_values(six), STANDARD.encode(six));
                assert_eq!(values.to_le_bytes(), eight);
                let (mask, letters) = (plus_or_slash_mask(values).to_le_bytes(), base64_letters(values).to_le_bytes());
                for ((digit, mask), letter) in expected.bytes().zip(mask).zip(letters) {
                    let is_letter = !matches!(digit, b'+' | b'/');
                    assert_eq!(mask, if is_letter { 0 } else { 0x80 });
                    assert!(letter == digit || !is_letter);
                }
            }
        }
    }
}
