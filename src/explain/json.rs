//! A report's fields as JSON: names in alphabetical order, lists value by value, for a form may have any number of pairs.

use super::Field;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::fmt;

/// A value of a report, which serde writes.
pub struct Json<'f, 'a>(pub &'f Field<'a>);

impl fmt::Debug for Json<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Json<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Field::None => serializer.serialize_none(),
            Field::Flag(flag) => serializer.serialize_bool(*flag),
            Field::Number(number) => serializer.serialize_i64(*number),
            Field::Text(text) => serializer.serialize_str(text),
            Field::List(list) => {
                let mut values = serializer.serialize_seq(Some(list.len()))?;
                for value in list.iter() {
                    values.serialize_element(&Json(&value))?;
                }
                values.end()
            }
            Field::Map(fields) => {
                let mut sorted: Vec<_> = fields.iter().collect();
                sorted.sort_unstable_by_key(|(name, _)| *name);
                serializer.collect_map(sorted.into_iter().map(|(name, value)| (*name, Json(value))))
            }
        }
    }
}

/// A value of a report as one line of JSON.
#[must_use]
pub fn json(field: &Field<'_>) -> String {
    // Names are text, and nothing in a field can fail.
    serde_json::to_string(&Json(field)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::List;

    #[test]
    fn each_kind_of_value_is_written() {
        let numbers = [1, 2];
        let fields = Field::Map(vec![
            ("z", Field::None),
            ("text", "a\"\u{0}й".into()),
            ("list", List::of(&numbers, |number| Field::Number(*number)).into()),
            ("flag", true.into()),
        ]);
        assert_eq!(json(&fields), "{\"flag\":true,\"list\":[1,2],\"text\":\"a\\\"\\u0000й\",\"z\":null}");
    }
}
