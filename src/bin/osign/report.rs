//! A report's fields as JSON: names in alphabetical order, lists value by value, for a form may have any number of pairs.

use osign::explain::Field;
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// A value of a report.
pub(crate) struct Json<'f, 'a>(pub(crate) &'f Field<'a>);

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
                sorted.sort_by_key(|(name, _)| *name);
                serializer.collect_map(sorted.into_iter().map(|(name, value)| (*name, Json(value))))
            }
        }
    }
}
