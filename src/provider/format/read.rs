//! How what stands in a file becomes types: tables by the names of their fields, words by a list of them.
//!
//! With serde each type would have a reader of its own for all that TOML has: 300 KB of code more than this.

use std::borrow::Cow;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value, and where it stands.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// What is wrong, and at which byte of the file. No value is in it.
pub(in crate::provider) struct Fault {
    pub(in crate::provider) at: usize,
    pub(in crate::provider) what: What,
}

pub(in crate::provider) enum What {
    Missing { name: &'static str },
    Unknown { name: String },
    Bad { expected: Cow<'static, str> },
}

impl Fault {
    pub(super) fn bad(value: &Value<'_>, expected: impl Into<Cow<'static, str>>) -> Self {
        Self { at: value.span().start, what: What::Bad { expected: expected.into() } }
    }
}

/// What a value can be read as.
pub(super) trait Read: Sized {
    fn read(value: &Value<'_>) -> Result<Self, Fault>;
}

/// What a table can be read as.
pub(in crate::provider) trait Table: Sized {
    /// What a sentence calls it.
    const EXPECTED: &'static str;
    /// The names of its fields, with spaces between; there may be no others.
    const NAMES: &'static str;

    fn of(fields: &Fields<'_>) -> Result<Self, Fault>;
}

/// `table!(Type, "a table", needs [a], may have [b])`: `b` is its type's default where it is left out.
/// `table!(Type, "a table", may differ in [a, b])`: what is left out is as in the default of `Type`.
macro_rules! table {
    ($type:ident, $expected:literal, needs [$($needed:ident),*], may have [$($more:ident),*]) => {
        const _: () = {
            use $crate::provider::format::read::{Fault, Fields, Table};

            impl Table for $type {
                const EXPECTED: &'static str = $expected;
                const NAMES: &'static str = concat!($(stringify!($needed), " ",)* $(stringify!($more), " "),*);

                fn of(fields: &Fields<'_>) -> Result<Self, Fault> {
                    $(let $needed = fields.get(stringify!($needed))?;)*
                    $(let $more = fields.get_or(stringify!($more), Default::default())?;)*
                    // What is wrong is told before what is missing.
                    Ok(Self { $($needed: fields.needed(stringify!($needed), $needed)?,)* $($more,)* })
                }
            }
        };
    };
    ($type:ident, $expected:literal, may differ in [$($field:ident),*]) => {
        const _: () = {
            use $crate::provider::format::read::{Fault, Fields, Table};

            impl Table for $type {
                const EXPECTED: &'static str = $expected;
                const NAMES: &'static str = concat!($(stringify!($field), " "),*);

                fn of(fields: &Fields<'_>) -> Result<Self, Fault> {
                    let Self { $($field),* } = Self::default();
                    Ok(Self { $($field: fields.get_or(stringify!($field), $field)?),* })
                }
            }
        };
    };
}
pub(super) use table;

/// `words!(Type { A = "a", B = "b" })`: what a word stands for.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        const _: () = {
            use $crate::provider::format::read::{Fault, Read, Value, position};

            impl Read for $type {
                fn read(value: &Value<'_>) -> Result<Self, Fault> {
                    Ok([$(Self::$variant),*][position(value, &[$($word),*])?])
                }
            }
        };
    };
}
pub(super) use words;

/// The fields of a table.
pub(in crate::provider) struct Fields<'a> {
    table: &'a DeTable<'a>,
    at: usize,
}

impl<'a> Fields<'a> {
    fn of(table: &'a DeTable<'a>, at: usize, names: &str) -> Result<Self, Fault> {
        let unknown =
            table.keys().find(|key| !names.split_ascii_whitespace().any(|name| name == key.get_ref().as_ref()));
        match unknown {
            Some(key) => {
                let name = key.get_ref().clone().into_owned();
                Err(Fault { at: key.span().start, what: What::Unknown { name } })
            }
            None => Ok(Self { table, at }),
        }
    }

    pub(super) fn get<T: Read>(&self, name: &str) -> Result<Option<T>, Fault> {
        self.table.get(name).map(T::read).transpose()
    }

    pub(super) fn needed<T>(&self, name: &'static str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or(Fault { at: self.at, what: What::Missing { name } })
    }

    pub(super) fn get_or<T: Read>(&self, name: &str, otherwise: T) -> Result<T, Fault> {
        self.table.get(name).map_or(Ok(otherwise), T::read)
    }
}

/// Reads a whole file.
pub(in crate::provider) fn file<T: Table>(file: &Spanned<DeTable<'_>>) -> Result<T, Fault> {
    T::of(&Fields::of(file.get_ref(), file.span().start, T::NAMES)?)
}

impl<T: Table> Read for T {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        match value.get_ref() {
            DeValue::Table(table) => T::of(&Fields::of(table, value.span().start, T::NAMES)?),
            _ => Err(Fault::bad(value, T::EXPECTED)),
        }
    }
}

/// Which of some words a value is.
pub(super) fn position(value: &Value<'_>, words: &[&str]) -> Result<usize, Fault> {
    let position = value.get_ref().as_str().and_then(|text| words.iter().position(|&word| word == text));
    position.ok_or_else(|| {
        let expected = match words {
            [one, other] => format!("`{one}` or `{other}`"),
            _ => format!("one of `{}`", words.join("`, `")),
        };
        Fault::bad(value, expected)
    })
}

pub(super) fn text<'a>(value: &'a Value<'_>) -> Result<&'a str, Fault> {
    value.get_ref().as_str().ok_or_else(|| Fault::bad(value, "a string"))
}

fn whole<T: TryFrom<i64>>(value: &Value<'_>) -> Result<T, Fault> {
    let number = value.get_ref().as_integer();
    let number = number.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    number.and_then(|number| number.try_into().ok()).ok_or_else(|| Fault::bad(value, "a whole number, from 0"))
}

impl Read for String {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        text(value).map(str::to_owned)
    }
}

impl Read for bool {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        value.get_ref().as_bool().ok_or_else(|| Fault::bad(value, "a boolean"))
    }
}

impl Read for u16 {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        whole(value)
    }
}

impl Read for u32 {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        whole(value)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        T::read(value).map(Some)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        let values = value.get_ref().as_array().ok_or_else(|| Fault::bad(value, "a sequence"))?;
        values.iter().map(T::read).collect()
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        let table = value.get_ref().as_table().ok_or_else(|| Fault::bad(value, "a map"))?;
        // One by one: to collect them is to sort them, which is in order already.
        let mut map = Self::new();
        for (name, value) in table {
            map.insert(name.get_ref().clone().into_owned(), T::read(value)?);
        }
        Ok(map)
    }
}
