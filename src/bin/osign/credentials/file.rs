//! The credentials file, in TOML or JSON.
//!
//! What the parsers say of a bad file may quote the line it stands in, and so a secret. None of it is
//! repeated: an error names the file, the line, the column, and at most a key.

use super::{Credentials, Found, PrivateKey};
use crate::failure::Failure;
use crate::{input, shown};
use osign::oauth1::check_private_key_bytes;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

const KEYS: &str = "consumer_key, consumer_secret, token, token_secret, private_key, private_key_file, \
                    signature_method, realm";

/// What [`read_text`] calls the file of a private key.
pub(super) const PRIVATE_KEY: &str = "private key";

/// Reads a credentials file.
pub(super) fn read(file: &Path) -> Result<Credentials, Failure> {
    let text = read_text(file, "credentials")?;
    let shown = shown::path(file);
    let is_json = match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => true,
        Some("toml") => false,
        _ => text.trim_start().starts_with('{'),
    };
    let Entries(entries) = if is_json { parse_json(&text) } else { parse_toml(&text) }
        .map_err(|(kind, place)| Failure::credentials(format!("{shown}{place} is no valid {kind}")))?;
    let mut credentials = Credentials::default();
    let (mut private_key, mut private_key_file) = (None, None);
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in &entries {
        let refuse = |what: &str| Err(Failure::credentials(format!("{shown}: {key} {what}")));
        let slot = match key.as_str() {
            "consumer_key" => &mut credentials.consumer_key,
            "consumer_secret" => &mut credentials.consumer_secret,
            "token" => &mut credentials.token,
            "token_secret" => &mut credentials.token_secret,
            "private_key" => &mut private_key,
            "private_key_file" => &mut private_key_file,
            "signature_method" => &mut credentials.signature_method,
            "realm" => &mut credentials.realm,
            other if shown::name(other).is_some() => {
                return refuse(&format!("is no key of a credentials file; the keys are {KEYS}"));
            }
            _ => return Err(Failure::credentials(format!("{shown} has an unknown key; the keys are {KEYS}"))),
        };
        if seen.contains(&key.as_str()) {
            return refuse("stands there twice");
        }
        seen.push(key);
        match value {
            Value::Text(text) => *slot = Some(Found { value: text.clone(), source: format!("{shown}: {key}") }),
            Value::Null => {}
            Value::Other => return refuse("is no text; put its value in quotes"),
        }
    }
    credentials.private_key = match (private_key, private_key_file) {
        (Some(_), Some(_)) => {
            return Err(Failure::credentials(format!("{shown} has both private_key and private_key_file; keep one")));
        }
        (Some(Found { value, source }), None) => Some(Found { value: PrivateKey::Text(value), source }),
        (None, Some(Found { value, source })) => {
            let folder = file.parent().unwrap_or(Path::new(""));
            Some(Found { value: PrivateKey::File(folder.join(value)), source })
        }
        (None, None) => None,
    };
    Ok(credentials)
}

/// A file's text; says so when others can read or change it, too.
pub(super) fn read_text(file: &Path, what: &str) -> Result<String, Failure> {
    let shown = shown::path(file);
    let failed = |error| Failure::io(format_args!("cannot read the {what} file {shown}"), &error);
    let mut opened = File::open(file).map_err(failed)?;
    let metadata = opened.metadata().map_err(failed)?;
    warn_if_open_to_others(&shown, &metadata);
    let mut bytes = Vec::new();
    opened.read_to_end(&mut bytes).map_err(failed)?;
    let bytes = input::without_mark(&bytes);
    if what == PRIVATE_KEY {
        check_private_key_bytes(bytes).map_err(|error| Failure::credentials(format!("{shown}: {error}")))?;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Failure::credentials(format!("the {what} file {shown} is not UTF-8"))),
    }
}

#[cfg(unix)]
fn warn_if_open_to_others(file: &str, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    let can = match (mode & 0o044 != 0, mode & 0o022 != 0) {
        _ if !metadata.is_file() => return,
        (false, false) => return,
        (true, false) => "read",
        (false, true) => "change",
        (true, true) => "read and change",
    };
    crate::report(&format!("warning: others can {can} {file}; run chmod 600 on it"));
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_: &str, _: &std::fs::Metadata) {}

/// What it should have been, and `, line N, column M` where it is not.
type Place = (&'static str, String);

fn parse_json(text: &str) -> Result<Entries, Place> {
    serde_json::from_str(text)
        .map_err(|error| ("JSON object", format!(", line {}, column {},", error.line(), error.column())))
}

fn parse_toml(text: &str) -> Result<Entries, Place> {
    toml::from_str(text).map_err(|error| {
        let place = error.span().and_then(|span| text.get(..span.start)).map(|before| {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&letter| letter != '\n').count() + 1;
            format!(", line {line}, column {column},")
        });
        ("TOML", place.unwrap_or_default())
    })
}

/// A file's keys and values, in order.
struct Entries(Vec<(String, Value)>);

enum Value {
    Text(String),
    Null,
    /// Anything else; not kept, since a number may be a secret too.
    Other,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;
        impl<'de> Visitor<'de> for Table {
            type Value = Entries;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Table)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text))
            }
            fn visit_unit<E: Error>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
