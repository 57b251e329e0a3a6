//! Text as the platform has it: UTF-16, which may hold halves of surrogate pairs.

use super::abi::WChar;
use super::shortage;
use zeroize::Zeroizing;

/// Why text is not to be had as UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undecoded {
    /// Half of a surrogate pair stands alone, which UTF-8 cannot carry.
    Broken,
    /// There is no memory for it.
    NoMemory,
}

/// UTF-8 of UTF-16.
pub(super) fn decode(units: &[WChar]) -> Result<Zeroizing<String>, Undecoded> {
    // Most text is ASCII, which takes no look at each character. Of other text three bytes are enough for a unit, so
    // that no growth leaves a copy behind.
    let is_ascii = units.iter().fold(0, |all, unit| all | unit) < 0x80;
    let len = units.len().checked_mul(if is_ascii { 1 } else { 3 }).ok_or(Undecoded::NoMemory)?;
    let mut bytes = shortage::bytes(len).ok_or(Undecoded::NoMemory)?;
    if is_ascii {
        bytes.extend(units.iter().map(|&unit| unit as u8));
    }
    let mut text = Zeroizing::new(String::from_utf8(bytes).expect("ASCII is UTF-8, and so is nothing"));
    if !is_ascii {
        for char in char::decode_utf16(units.iter().copied()) {
            text.push(char.map_err(|_| Undecoded::Broken)?);
        }
    }
    Ok(text)
}

/// How many units of UTF-16 a text has.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// UTF-16 with a NUL at its end.
pub(super) fn encode(text: &str) -> Vec<WChar> {
    text.encode_utf16().chain([0]).collect()
}

/// The platform's UTF-16 up to its NUL; none when it is not there, or no text.
///
/// # Safety
/// `text` is NULL or ends in NUL, and stays unchanged until this returns.
pub(super) unsafe fn name(text: *const WChar) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise; nothing behind the NUL is read.
    let units = unsafe {
        let len = (0..).take_while(|&index| *text.add(index) != 0).count();
        std::slice::from_raw_parts(text, len)
    };
    decode(units).ok().map(|mut text| std::mem::take(&mut *text))
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
        assert_eq!(decode(&[b'a'.into(), 0xD83D]), Err(Undecoded::Broken));
        assert_eq!(decode(&[0xDE00, 0xD83D]), Err(Undecoded::Broken));
    }

    #[test]
    fn names_know_no_case() {
        assert!(same_name("ЗАГОЛОВОКавторизации", "ЗаголовокАвторизации"));
        assert!(same_name("hmac", "HMAC"));
        assert!(!same_name("HMA", "HMAC"));
    }
}
