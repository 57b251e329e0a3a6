//! A JSON object as a token endpoint sends it, read strictly: a name that stands there twice with different values means
//! nothing.

use crate::json::Pairs;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use zeroize::Zeroizing;

/// The fields of an object. Their values are parts of the text that was read, so no copy of a token is left behind.
pub(super) struct Object<'a>(BTreeMap<String, Field<'a>>);

enum Field<'a> {
    One(&'a RawValue),
    /// It stands there twice, and the values differ (RFC 8259 §4: readers disagree on which counts).
    Contradicted,
}

/// The value of a field.
pub(super) enum Value {
    /// None, or null.
    Absent,
    Text(Zeroizing<String>),
    Number(f64),
    /// Anything else, and what is contradicted.
    Other,
}

impl<'a> Object<'a> {
    /// An object, if the text is one and nothing else.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let Pairs(pairs) = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        let mut fields = BTreeMap::new();
        for (name, raw) in pairs {
            match fields.entry(name) {
                Entry::Vacant(free) => _ = free.insert(Field::One(raw)),
                Entry::Occupied(mut taken) => match taken.get() {
                    Field::One(first) if first.get() == raw.get() => {}
                    _ => _ = taken.insert(Field::Contradicted),
                },
            }
        }
        Some(Self(fields))
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Value {
        match self.0.get(name) {
            None => Value::Absent,
            Some(Field::Contradicted) => Value::Other,
            Some(Field::One(raw)) => value(raw),
        }
    }

    /// The object in a field.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        match self.0.get(name) {
            Some(Field::One(raw)) => Self::read(raw.get()),
            _ => None,
        }
    }

    /// The texts of a list in a field; none where it is something else.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Field::One(raw)) => serde_json::from_str(raw.get()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

fn value(raw: &RawValue) -> Value {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'n') => Value::Absent,
        Some(b'"') => serde_json::from_str(text).map_or(Value::Other, |text| Value::Text(Zeroizing::new(text))),
        // A number that no machine holds is as good as none.
        Some(b'-' | b'0'..=b'9') => text.parse().map_or(Value::Other, Value::Number),
        _ => Value::Other,
    }
}
