//! Bytes on a terminal.

use std::fmt::Write;

/// Bytes as text that no terminal takes for commands: what is not UTF-8 as `\xFF`, what is not
/// printable as `\u{…}`.
///
/// ```
/// assert_eq!(osign::explain::shown(b"\xFF\x1B[m\"\xC3\xA9\""), "\\xFF\\u{1b}[m\"é\"");
/// ```
#[must_use]
pub fn shown(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\'' | '\\' => out.push(letter),
                _ => out.extend(letter.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}
