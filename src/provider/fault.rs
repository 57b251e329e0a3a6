//! Where a profile is wrong: the name of a field and its line, and nothing of any value.

use super::format::read::{Fault, What};
use crate::error::{Error, Protocol};
use toml::de::{DeTable, DeValue};

/// What is wrong with a text that is no TOML, by what its reader says.
pub(super) fn of_syntax(text: &str, error: &toml::de::Error) -> Error {
    let span = error.span().unwrap_or_default();
    let line = line(text, span.start);
    if error.message().starts_with("duplicate key") {
        Protocol::RepeatedField { name: shown(text.get(span).unwrap_or_default()), line }.into()
    } else {
        Protocol::ProfileSyntax { line }.into()
    }
}

/// What is wrong with a file.
pub(super) fn of(text: &str, file: &DeTable<'_>, fault: Fault) -> Error {
    let line = line(text, fault.at);
    match fault.what {
        What::Missing { name } => Protocol::MissingField { name: name.to_owned(), line },
        What::Unknown { name } => Protocol::UnknownField { name: shown(&name), line },
        What::Bad { expected } => {
            Protocol::BadField { name: field_at(file, fault.at), line, expected: expected.into_owned() }
        }
    }
    .into()
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
