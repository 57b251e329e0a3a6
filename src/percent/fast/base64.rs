//! Base64 (RFC 4648 §4) eight digits at a time, in a word, the first in the lowest byte; and each digit percent-encoded.
//!
//! With a look into the table for every digit, a header took 160 instructions more.

const ONES: u64 = 0x0101_0101_0101_0101;

/// What eight digits stand for, 0 to 63 each.
#[inline]
pub(crate) const fn base64_values([a, b, c, d, e, f]: [u8; 6]) -> u64 {
    let (first, second) = (u32::from_be_bytes([a, b, c, d]) >> 8, u32::from_be_bytes([c, d, e, f]) & 0x00FF_FFFF);
    let bits = (first as u64) << 32 | second as u64;
    let twelves = bits & 0x0000_0FFF_0000_0FFF | (bits & 0x00FF_F000_00FF_F000) << 4;
    let sixes = twelves & 0x003F_003F_003F_003F | (twelves & 0x0FC0_0FC0_0FC0_0FC0) << 2;
    sixes.swap_bytes()
}

/// Whether any of these values is written as `+` or `/`.
#[inline]
pub(crate) const fn has_plus_or_slash(values: u64) -> bool {
    (values + (0x80 - 62) * ONES) & (0x80 * ONES) != 0
}

/// The digits of values that are neither.
#[inline]
pub(crate) const fn base64_letters(values: u64) -> u64 {
    // Capitals come first, then small letters, then digits.
    let from_small = (values + (0x80 - 26) * ONES) >> 7 & ONES;
    let from_digit = (values + (0x80 - 52) * ONES) >> 7 & ONES;
    values + b'A' as u64 * ONES + from_small * (b'a' - b'Z' - 1) as u64 - from_digit * (b'z' + 1 - b'0') as u64
}

/// The digit of a value, percent-encoded, and how many bytes of that count.
#[inline]
pub(crate) const fn escaped(value: u8) -> ([u8; 8], usize) {
    let escape = ESCAPES[value as usize];
    ((escape as u64).to_le_bytes(), (escape >> 24) as usize)
}

/// The value that [`escaped`] takes for padding.
pub(crate) const PADDING: u8 = 64;

/// The digits of base64 and its padding, each percent-encoded, and in the highest byte how many bytes of that count.
const ESCAPES: [u32; 65] = {
    const DIGITS: &[u8; 65] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    let mut table = [0; 65];
    let mut value = 0;
    while value < 65 {
        table[value] = u32::from_le_bytes(match DIGITS[value] {
            b'+' => *b"%2B\x03",
            b'/' => *b"%2F\x03",
            b'=' => *b"%3D\x03",
            digit => [digit, 0, 0, 1],
        });
        value += 1;
    }
    table
};

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
                assert_eq!(has_plus_or_slash(values), expected.contains(['+', '/']));
                if !has_plus_or_slash(values) {
                    assert_eq!(base64_letters(values).to_le_bytes(), expected.as_bytes());
                }
                let (escape, len) = escaped(value);
                let digit = expected[..1].replace('+', "%2B").replace('/', "%2F");
                assert_eq!(&escape[..len], digit.as_bytes());
            }
        }
    }
}
