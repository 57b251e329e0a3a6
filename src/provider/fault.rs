//! Where a profile is wrong: the name of a field and its line, and nothing of any value.

use crate::error::{Error, Protocol};
use toml::de::{DeTable, DeValue};

/// What is wrong, by what the reader of TOML says.
pub(super) fn of(text: &str, error: &toml::de::Error) -> Error {
    let span = error.span().unwrap_or_default();
    let line = line(text, span.start);
    let message = error.message();
    // The name of a field of ours, or one that stands in the file.
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let Ok(file) = DeTable::parse(text) else {
        let is_repeated = message.starts_with("duplicate key");
        let name = shown(text.get(span).unwrap_or_default());
        return if is_repeated { Protocol::RepeatedField { name, line } } else { Protocol::ProfileSyntax { line } }
            .into();
    };
    if message.starts_with("missing field") {
        Protocol::MissingField { name: quoted.to_owned(), line }.into()
    } else if message.starts_with("unknown field") {
        Protocol::UnknownField { name: shown(quoted), line }.into()
    } else {
        let name = field_at(file.get_ref(), span.start);
        // What follows is of our own making: the types and words of `format`.
        let expected = match message.rsplit_once("expected ") {
            Some((_, "u16" | "u32")) => "a whole number, from 0",
            Some((_, expected)) => expected,
            None => "another value",
        };
        Protocol::BadField { name, line, expected: expected.to_owned() }.into()
    }
}

/// That the field at a path, such as `rotation.seconds`, must be something else.
pub(super) fn bad(text: &str, path: &str, expected: &str) -> Error {
    Protocol::BadField { name: path.to_owned(), line: line_of(text, path), expected: expected.to_owned() }.into()
}

/// That the field at a path is missing.
pub(super) fn missing(text: &str, path: &str) -> Error {
    Protocol::MissingField { name: path.to_owned(), line: line_of(text, path) }.into()
}

/// What a file calls its grant, if it is TOML and has one.
pub(super) fn grant(text: &str) -> Option<String> {
    let file = DeTable::parse(text).ok()?;
    Some(file.get_ref().get("grant")?.get_ref().as_str()?.to_owned())
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
        table = value.get_ref().as_table();
    }
    line(text, at)
}

fn line(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// The path of the field whose value stands at a place: the last one that begins before.
fn field_at(file: &DeTable<'_>, at: usize) -> String {
    let mut last = (0, String::new());
    walk(file, "", &mut |start, path| {
        if (last.0..=at).contains(&start) {
            last = (start, path.to_owned());
        }
    });
    last.1
}

/// Tells each field's place and path.
fn walk(table: &DeTable<'_>, prefix: &str, tell: &mut dyn FnMut(usize, &str)) {
    for (key, value) in table {
        let path = format!("{prefix}{}", shown(key.get_ref()));
        tell(key.span().start, &path);
        let inner = match value.get_ref() {
            DeValue::Array(values) => values.iter().filter_map(|value| value.get_ref().as_table()).collect(),
            value => value.as_table().into_iter().collect::<Vec<_>>(),
        };
        for table in inner {
            walk(table, &format!("{path}."), tell);
        }
    }
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
