//! A report as values that every host can hand on: as JSON, as Python's dict.

use std::borrow::Cow;
use std::fmt;

/// Names and their values. A name is the same in every host.
pub type Fields<'a> = Vec<(&'static str, Field<'a>)>;

/// One value. `Debug` shows its kind alone: it may hold what a request does.
pub enum Field<'a> {
    /// There is none.
    None,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(Cow<'a, str>),
    /// Any number of values.
    List(List<'a>),
    /// Values by name.
    Map(Fields<'a>),
}

/// Values that are made one by one, when they are asked for: there may be very many.
pub struct List<'a> {
    len: usize,
    item: Box<dyn Fn(usize) -> Field<'a> + 'a>,
}

impl<'a> List<'a> {
    /// One value for each of `these`.
    pub fn of<T>(these: &'a [T], value: impl Fn(&'a T) -> Field<'a> + 'a) -> Self {
        Self { len: these.len(), item: Box::new(move |at| value(&these[at])) }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Field<'a>> + '_ {
        (0..self.len).map(|at| (self.item)(at))
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Flag(_) => f.write_str("Flag"),
            Self::Number(_) => f.write_str("Number"),
            Self::Text(_) => f.write_str("Text"),
            Self::List(list) => list.fmt(f),
            Self::Map(fields) => f.debug_map().entries(fields.iter().map(|(name, value)| (name, value))).finish(),
        }
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("len", &self.len).finish_non_exhaustive()
    }
}

impl From<bool> for Field<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Field<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Field<'_> {
    fn from(number: usize) -> Self {
        // A length or a place: memory holds none that is larger.
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<String> for Field<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<Cow<'a, str>> for Field<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Fields<'a>> for Field<'a> {
    fn from(fields: Fields<'a>) -> Self {
        Self::Map(fields)
    }
}

impl<'a> From<List<'a>> for Field<'a> {
    fn from(list: List<'a>) -> Self {
        Self::List(list)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Field<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_kinds_alone() {
        let numbers = [1_usize, 2, 3];
        let fields: Fields<'_> = vec![
            ("none", Option::<bool>::None.into()),
            ("flag", true.into()),
            ("number", 7_i64.into()),
            ("text", "hunter2".into()),
            ("list", List::of(&numbers, |&number| number.into()).into()),
        ];
        let debug = format!("{:?}", Field::from(fields));
        let expected = r#"{"none": None, "flag": Flag, "number": Number, "text": Text, "list": List { len: 3, .. }}"#;
        assert_eq!(debug, expected);
    }

    #[test]
    fn a_list_can_be_read_again() {
        let texts = ["a".to_owned(), "b".to_owned()];
        let list = List::of(&texts, |text| text.as_str().into());
        for _ in 0..2 {
            let read: Vec<_> = list.iter().collect();
            assert!(matches!(&read[..], [Field::Text(a), Field::Text(b)] if a == "a" && b == "b"), "{list:?}");
        }
        assert!(list.len() == 2 && !list.is_empty());
    }
}
