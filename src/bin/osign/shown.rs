//! What osign shows of text that came from elsewhere: paths, values, names, and all JSON goes through here.
//!
//! A secret stands now and then where a path or a name belongs, as with `OSIGN_PRIVATE_KEY_FILE="$(cat key.pem)"`. And
//! what a terminal would take for a command is escaped.

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};
use std::path::Path;

/// A path, in a message.
pub(crate) fn path(path: &Path) -> String {
    text_or(&path.to_string_lossy(), "[not shown: a file's name belongs here, and not its text]")
}

/// A value, in a message.
pub(crate) fn text(text: &str) -> String {
    text_or(text, "[not shown: it may be secret]")
}

/// A name that may be repeated: anything of another shape may be a secret that lost its quotes.
pub(crate) fn name(name: &str) -> Option<&str> {
    let is_of_a_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    Some(name).filter(|name| (1..=32).contains(&name.len()) && name.bytes().all(is_of_a_name))
}

/// The text, escaped and cut, unless it looks like a file's: several lines, PEM, JSON.
fn text_or(text: &str, instead: &str) -> String {
    /// The longest that is shown whole: no name in a path is longer.
    const LONGEST: usize = 255;
    /// What is left of longer text. A private key in base64 begins with what is public.
    const START: usize = 60;
    let line_breaks = ['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];
    if text.contains(line_breaks) || text.contains('{') || text.contains("-----BEGIN") || is_odd(text) {
        return instead.to_owned();
    }
    let (length, mark) = if text.chars().nth(LONGEST).is_none() { (LONGEST, "") } else { (START, "…") };
    escaped(text.chars().take(length)) + mark
}

/// Lines for people, of which some may have come from elsewhere.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(|line| escaped(line.chars())).collect::<Vec<_>>().join("\n")
}

/// With escapes for what a terminal obeys.
fn escaped(letters: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    for letter in letters {
        if is_unseen(letter) { shown.extend(letter.escape_unicode()) } else { shown.push(letter) }
    }
    shown
}

/// Whether a text that is no path from its first letter on is a setting of a file, as in `consumer_secret = "…"`, or long and of
/// base64's letters alone, as keys are.
fn is_odd(text: &str) -> bool {
    /// Longer than the names of files are for the most part, and shorter than any private key.
    const LONG: usize = 48;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    !text.starts_with(['/', '.', '~']) && (text.contains('=') || (text.len() > LONG && text.bytes().all(is_base64)))
}

/// Whether a terminal obeys it instead of showing it: C0, DEL and C1, and what turns the direction of text.
fn is_unseen(letter: char) -> bool {
    let turns =
        matches!(letter, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns
}

/// Writes a value as JSON, compactly and on one line.
pub(crate) fn write_json(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Json)).map_err(io::Error::from)
}

/// Compact JSON that escapes what a terminal obeys; serde_json escapes C0 alone.
struct Json;

impl Formatter for Json {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        // Nearly all text is plain, and found to be so quickly.
        if fragment.bytes().fold(0, u8::max) >= 0x7F {
            while let Some((at, letter)) = rest.char_indices().find(|&(_, letter)| is_unseen(letter)) {
                write!(out, "{}\\u{:04x}", &rest[..at], u32::from(letter))?;
                rest = &rest[at + letter.len_utf8()..];
            }
        }
        out.write_all(rest.as_bytes())
    }

    /// A caller's own JSON, which may be set out over several lines.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let (mut is_in_text, mut is_escaped) = (false, false);
        let mut compact = String::with_capacity(fragment.len());
        for letter in fragment.chars() {
            if is_in_text || !letter.is_ascii_whitespace() {
                compact.push(letter);
            }
            is_in_text ^= letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
        }
        self.write_string_fragment(out, &compact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    #[test]
    fn what_may_be_secret_is_not_shown() {
        for secret in [
            "-----BEGIN PRIVATE KEY----- MIIC -----END PRIVATE KEY-----",
            "a\nb",
            "a\rb",
            "a\u{85}b",
            "a\u{2028}b",
            "{\"consumer_secret\":\"hunter2\"}",
            "consumer_secret = \"hunter2\"",
            "consumer_secret=hunter2",
            &"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49/AwEHBG0wawIBAQQg".repeat(2),
        ] {
            assert_eq!(text(secret), "[not shown: it may be secret]");
            assert_eq!(path(secret.as_ref()), "[not shown: a file's name belongs here, and not its text]");
        }
        assert_eq!(text(&"é".repeat(255)), "é".repeat(255));
        assert_eq!(text(&"é".repeat(256)), "é".repeat(60) + "…");
    }

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(text("a\x1B[31m\u{9B}31m\x7F\u{202E}é'\"\\ "), "a\\u{1b}[31m\\u{9b}31m\\u{7f}\\u{202e}é'\"\\ ");
        assert_eq!(lines("a\x1B[31m\r\nb\n"), "a\\u{1b}[31m\\u{d}\nb\n");
        let mut out = Vec::new();
        write_json(&"a\u{9B}31m\x7Fé\u{202E}\x1B\n\u{1F600}", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\u009b31m\\u007fé\\u202e\\u001b\\n\u{1F600}\"");
    }

    #[test]
    fn names_are_words() {
        for word in ["colour", "consumer_key", "_"] {
            assert_eq!(name(word), Some(word));
        }
        for other in ["", "hunter2", "Secret", "a b", "é", &"a".repeat(33)] {
            assert_eq!(name(other), None);
        }
    }

    #[test]
    fn raw_json_is_written_compactly() {
        for (raw, compact) in [
            ("[1.50 ,\r 2e0,\t{ \"a\" :\rnull}]", "[1.50,2e0,{\"a\":null}]"),
            (r#"" \" , \\ ""#, r#"" \" , \\ ""#),
            (r#"[" \\" , " "]"#, r#"[" \\"," "]"#),
            ("\"\u{9B} \x7F\"", "\"\\u009b \\u007f\""),
        ] {
            let raw: &RawValue = serde_json::from_str(raw).unwrap();
            let mut out = Vec::new();
            write_json(&raw, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), compact);
        }
    }
}
