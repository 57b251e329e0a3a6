//! Settings: a name and a value, the shape in which every host sets up what the core makes.
//!
//! What can be set has a table of these, so that a new setting is one line there, and hosts that read the table need
//! none.

use crate::error::{Argument, Error};

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text,
    /// Text that no log may show.
    Secret,
    /// Whether something is so.
    Flag,
    /// A whole number of seconds.
    Seconds,
}

/// What a setting is given. Hosts whose values have no types give text: `true` or `1`, `false` or `0`, and digits.
#[derive(Clone, Copy)]
#[non_exhaustive]
#[allow(missing_debug_implementations, reason = "it may be a secret")]
pub enum Value<'a> {
    /// Text of any kind.
    Text(&'a str),
    /// Whether something is so.
    Flag(bool),
    /// A whole number of seconds.
    Seconds(i64),
}

/// A setting of a `T`.
#[derive(Debug)]
pub struct Setting<T> {
    name: &'static str,
    set: Set<T>,
}

enum Set<T> {
    Text(fn(&mut T, &str) -> Result<(), Error>),
    Secret(fn(&mut T, &str) -> Result<(), Error>),
    Flag(fn(&mut T, bool)),
    Seconds(fn(&mut T, i64) -> Result<(), Error>),
}

impl<T> std::fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fn")
    }
}

impl<T> Setting<T> {
    pub(crate) const fn text(name: &'static str, set: fn(&mut T, &str) -> Result<(), Error>) -> Self {
        Self { name, set: Set::Text(set) }
    }

    pub(crate) const fn secret(name: &'static str, set: fn(&mut T, &str) -> Result<(), Error>) -> Self {
        Self { name, set: Set::Secret(set) }
    }

    pub(crate) const fn flag(name: &'static str, set: fn(&mut T, bool)) -> Self {
        Self { name, set: Set::Flag(set) }
    }

    pub(crate) const fn seconds(name: &'static str, set: fn(&mut T, i64) -> Result<(), Error>) -> Self {
        Self { name, set: Set::Seconds(set) }
    }

    /// Its name, in small letters with underscores; every host knows it by this, or by a name of its own for this.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it takes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.set {
            Set::Text(_) => Kind::Text,
            Set::Secret(_) => Kind::Secret,
            Set::Flag(_) => Kind::Flag,
            Set::Seconds(_) => Kind::Seconds,
        }
    }

    fn apply(&self, target: &mut T, value: Value<'_>) -> Result<(), Error> {
        let name = self.name;
        match (&self.set, value) {
            (Set::Text(set) | Set::Secret(set), Value::Text(text)) => set(target, text),
            (Set::Text(_) | Set::Secret(_), _) => Err(Argument::NotText { name }.into()),
            (Set::Flag(set), Value::Flag(flag)) => {
                set(target, flag);
                Ok(())
            }
            (Set::Flag(set), Value::Text(text)) => {
                set(target, flag(text).ok_or(Argument::NotFlag { name })?);
                Ok(())
            }
            (Set::Flag(_), Value::Seconds(_)) => Err(Argument::NotFlag { name }.into()),
            (Set::Seconds(set), Value::Seconds(seconds)) => set(target, seconds),
            (Set::Seconds(set), Value::Text(text)) => {
                set(target, text.parse().map_err(|_| Argument::NotSeconds { name })?)
            }
            (Set::Seconds(_), Value::Flag(_)) => Err(Argument::NotSeconds { name }.into()),
        }
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Sets what has this name in a table.
pub(crate) fn set<T>(table: &[Setting<T>], target: &mut T, name: &str, value: Value<'_>) -> Result<(), Error> {
    let setting = table.iter().find(|setting| setting.name == name).ok_or(Argument::UnknownSetting)?;
    setting.apply(target, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Setting<(String, bool, i64)>; 3] = [
        Setting::text("name", |target, text| {
            text.clone_into(&mut target.0);
            Ok(())
        }),
        Setting::flag("flag", |target, flag| target.1 = flag),
        Setting::seconds("offset", |target, seconds| {
            target.2 = seconds;
            Ok(())
        }),
    ];

    #[test]
    fn values_are_taken_with_their_types_and_as_text() {
        let mut target = (String::new(), false, 0);
        for (name, value) in [
            ("name", Value::Text("x")),
            ("flag", Value::Text("0")),
            ("flag", Value::Flag(true)),
            ("offset", Value::Seconds(1)),
            ("offset", Value::Text("-90")),
        ] {
            set(&TABLE, &mut target, name, value).unwrap();
        }
        assert_eq!(target, ("x".to_owned(), true, -90));
        for (name, value, reason) in [
            ("none", Value::Flag(true), Argument::UnknownSetting),
            ("name", Value::Flag(true), Argument::NotText { name: "name" }),
            ("flag", Value::Text("yes"), Argument::NotFlag { name: "flag" }),
            ("flag", Value::Seconds(1), Argument::NotFlag { name: "flag" }),
            ("offset", Value::Text("1.5"), Argument::NotSeconds { name: "offset" }),
            ("offset", Value::Flag(true), Argument::NotSeconds { name: "offset" }),
        ] {
            assert_eq!(set(&TABLE, &mut target, name, value), Err(reason.into()), "{name}");
        }
        assert_eq!(target, ("x".to_owned(), true, -90));
    }
}
