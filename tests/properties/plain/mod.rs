//! RFC 5849 once more, in the plainest way: a list of decoded pairs, encoded, sorted, joined.
//!
//! It shares nothing with osign, so that tests and fuzz targets can hold osign to it.

#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// §3.6.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub(crate) fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        match digits {
            Some(digits) if bytes[at] == b'%' => {
                out.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

pub(crate) fn form(form: &[u8]) -> Pairs {
    form.split(|&byte| byte == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let spaced: Vec<u8> = piece.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
            let at = spaced.iter().position(|&byte| byte == b'=');
            let (name, value) = at.map_or((&spaced[..], &b""[..]), |at| (&spaced[..at], &spaced[at + 1..]));
            (decode(name), decode(value))
        })
        .collect()
}

/// A raw space or a byte outside ASCII is sent encoded.
pub(crate) fn as_sent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b' ' || byte >= 0x80 { format!("%{byte:02X}") } else { char::from(byte).to_string() })
        .collect()
}

/// §3.4.1.3.2.
pub(crate) fn normalize(pairs: &Pairs) -> String {
    let mut encoded: Vec<_> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
