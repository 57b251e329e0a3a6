//! Text as the platform has it: UTF-16, which may hold halves of surrogate pairs.

use super::abi::WChar;
use zeroize::Zeroizing;

/// UTF-8 of UTF-16; none when half of a surrogate pair stands alone, which UTF-8 cannot carry.
pub(super) fn decode(units: &[WChar]) -> Option<Zeroizing<String>> {
    // Most text is ASCII, which takes no look at each character.
    if units.iter().fold(0, |all, unit| all | unit) < 0x80 {
        let bytes = units.iter().map(|&unit| unit as u8).collect();
        return String::from_utf8(bytes).ok().map(Zeroizing::new);
    }
    // Three bytes are enough for a unit, so that no growth leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * units.len()));
    for char in char::decode_utf16(units.iter().copied()) {
        text.push(char.ok()?);
    }
    Some(text)
}

/// How many units of UTF-16 a text has.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// UTF-16 with a NUL at its end.
pub(super) fn encode(text: &str) -> Zeroizing<Vec<WChar>> {
    let mut units = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    units.extend(text.encode_utf16());
    units.push(0);
    units
}

/// Whether two names are the same to 1C's language, which knows no case.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives() {
        for text in ["", "a", "Ключ", "😀 é"] {
            let units = encode(text);
            assert_eq!(units.last(), Some(&0));
            assert_eq!(length(text), units.len() - 1);
            assert_eq!(decode(&units[..units.len() - 1]).unwrap().as_str(), text);
        }
        assert!(decode(&[b'a'.into(), 0xD83D]).is_none());
        assert!(decode(&[0xDE00, 0xD83D]).is_none());
    }

    #[test]
    fn names_know_no_case() {
        assert!(same_name("ЗАГОЛОВОКавторизации", "ЗаголовокАвторизации"));
        assert!(same_name("hmac", "HMAC"));
        assert!(!same_name("HMA", "HMAC"));
    }
}
