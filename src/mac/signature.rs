//! A MAC that came as text, as those of webhooks do, beside the one that it should be.

use super::{equal_constant_time, hmac};
use crate::error::{Error, Protocol};
use crate::percent::hex_pair;
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// How the bytes of a MAC are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As hexadecimal digits, in either case.
    Hex,
    /// In base64, with or without its padding (RFC 4648 §4).
    Base64,
    /// The same with `-` and `_` (RFC 4648 §5).
    Base64Url,
}

impl Encoding {
    const ALL: [Self; 3] = [Self::Hex, Self::Base64, Self::Base64Url];

    fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        match self {
            Self::Hex if text.len().is_multiple_of(2) => text.chunks_exact(2).map(hex_pair).collect(),
            Self::Hex => None,
            Self::Base64 => GeneralPurpose::new(&STANDARD, config).decode(text).ok(),
            Self::Base64Url => GeneralPurpose::new(&URL_SAFE, config).decode(text).ok(),
        }
    }
}

/// Whether a text is the HMAC of `data` under `key`; `algorithm` is as of [`hmac`]. White space around it counts for nothing, and
/// what services put before it is left out where it names the hash: `sha256=`. Without an encoding any will do. The bytes are
/// compared in constant time.
///
/// # Errors
/// As [`hmac`]; [`Protocol::NoMacKey`] for an empty key, under which anybody could make one. A text that is no MAC is none, and no error.
pub fn verify(algorithm: &str, key: &[u8], data: &[u8], text: &str, encoding: Option<Encoding>) -> Result<bool, Error> {
    if key.is_empty() {
        return Err(Protocol::NoMacKey.into());
    }
    let mac = hmac(algorithm, key, data)?;
    let text = text.trim();
    let text = match text.split_once('=') {
        Some((name, rest)) if name.eq_ignore_ascii_case(algorithm) => rest,
        _ => text,
    };
    let own = encoding.map(|encoding| [encoding]);
    let encodings = own.as_ref().map_or(&Encoding::ALL[..], |own| &own[..]);
    // All are tried, whichever fits: one alone has the length of the MAC.
    Ok(encodings.iter().fold(false, |is_it, encoding| {
        is_it | encoding.decode(text.as_bytes()).is_some_and(|bytes| equal_constant_time(&bytes, &mac))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_mac_is_known() {
        // RFC 4231 §4.3.
        let is =
            |text: &str, encoding| verify("SHA256", b"Jefe", b"what do ya want for nothing?", text, encoding).unwrap();
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let base64 = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        let base64_url = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM";
        for text in [hex, &hex.to_uppercase(), &format!("sha256={hex}"), &format!(" SHA256={hex}\n")] {
            assert!(is(text, None) && is(text, Some(Encoding::Hex)) && !is(text, Some(Encoding::Base64)), "{text}");
        }
        assert!(is(base64, None) && is(base64, Some(Encoding::Base64)) && !is(base64, Some(Encoding::Hex)));
        assert!(is(base64_url, None) && is(base64_url, Some(Encoding::Base64Url)));
        for text in ["", "=", "sha256=", &hex[1..], &hex[2..], &format!("sha1={hex}"), &format!("{hex}00"), "подпись"]
        {
            assert!(!is(text, None), "{text}");
        }
        for at in 0..hex.len() {
            let mut other = hex.to_owned().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert!(!is(std::str::from_utf8(&other).unwrap(), None), "{at}");
        }
        assert!(verify("MD5", b"Jefe", b"", hex, None).is_err());
        // RFC 2104 takes an empty key; whoever checks by one has none.
        assert_eq!(verify("SHA256", b"", b"", hex, None), Err(Protocol::NoMacKey.into()));
    }
}
