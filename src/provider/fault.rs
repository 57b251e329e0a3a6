//! Where a profile is wrong: the name of a field and its line, and nothing of any value.

use crate::error::{Error, Protocol};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong, by what the reader of TOML says.
pub(super) fn of(text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start);
    let line = line(text, at);
    let message = error.message();
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let reason = if DeTable::parse(text).is_err() {
        if message.starts_with("duplicate key") {
            Protocol::RepeatedField { name: name_at(text, at), line }
        } else {
            Protocol::ProfileSyntax { line }
        }
    } else if message.starts_with("missing field") {
        Protocol::MissingField { name: quoted.to_owned(), line }
    } else if message.starts_with("unknown field") {
        Protocol::UnknownField { name: shown(quoted), line }
    } else {
        // What follows is of our own making: the types and words of `format`.
        let expected = message.rsplit_once("expected ").map_or("another value", |(_, expected)| expected);
        Protocol::BadField { name: name_at(text, at), line, expected: expected.to_owned() }
    };
    reason.into()
}

/// That the field at a path, such as `rotation.seconds`, must be something else.
pub(super) fn bad(text: &str, path: &str, expected: &str) -> Error {
    Protocol::BadField { name: path.to_owned(), line: line_of(text, path), expected: expected.to_owned() }.into()
}

/// That the field at a path is missing.
pub(super) fn missing(text: &str, path: &str) -> Error {
    Protocol::MissingField { name: path.to_owned(), line: line_of(text, path) }.into()
}

/// The line of the field at a path, or of the innermost table around it that is there.
fn line_of(text: &str, path: &str) -> usize {
    let Ok(file) = DeTable::parse(text) else { return 1 };
    let mut at = 0;
    let mut table = Some(file.get_ref());
    for name in path.split('.') {
        let found = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref().as_ref() == name));
        let Some((key, value)) = found else { break };
        at = key.span().start;
        table = inner(value);
    }
    line(text, at)
}

fn inner<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Option<&'a DeTable<'i>> {
    value.get_ref().as_table()
}

fn line(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// The name that stands at a place, or before the value there.
fn name_at(text: &str, at: usize) -> String {
    let start = text[..floor(text, at)].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let name = line.split('=').next().unwrap_or_default();
    shown(name.trim_matches(|c: char| matches!(c, '[' | ']' | '"' | '\'') || c.is_whitespace()))
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// A name as far as it is fit to be shown: what is no bare key (TOML 1.0) may be anything.
fn shown(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.len() <= 40 && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        "with a name that is none".to_owned()
    }
}
