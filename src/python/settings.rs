//! Keyword arguments that are a table's settings: what the core can be set up with, a caller can give by its name.

use super::arguments::{flag, is_sequence, is_text, seconds, text};
use crate::setting::{Kind, Setting, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What may be given more than once, as a list.
const REPEATED: [&str; 2] = ["api_origin", "authorize_parameter"];

/// Who takes settings.
pub(super) struct Taker {
    /// Its name, as Python's own refusals have it.
    pub(super) name: &'static str,
    /// The settings of which `None` is as if they were left out: they have no value unless it is given.
    pub(super) none_is_left_out: fn(&str) -> bool,
}

/// The settings that a caller gave, in the order of their table.
pub(super) struct Settings<'py>(Vec<(&'static str, Kind, Bound<'py, PyAny>)>);

impl<'py> Settings<'py> {
    /// Those among the keyword arguments; a name that the table has not is refused as Python does it.
    pub(super) fn of<T>(
        table: &'static [Setting<T>],
        taker: &Taker,
        arguments: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let Some(arguments) = arguments else { return Ok(Self(Vec::new())) };
        for name in arguments.keys() {
            let name: String = name.extract()?;
            if !table.iter().any(|setting| setting.name() == name) {
                let message = format!("{}() got an unexpected keyword argument '{name}'", taker.name);
                return Err(PyTypeError::new_err(message));
            }
        }
        let mut given = Vec::with_capacity(arguments.len());
        for setting in table {
            let (name, kind) = (setting.name(), setting.kind());
            match arguments.get_item(name)? {
                Some(object) if object.is_none() && (taker.none_is_left_out)(name) => {}
                Some(object) if REPEATED.contains(&name) && is_sequence(&object)? && !is_text(&object) => {
                    for item in object.try_iter()? {
                        given.push((name, kind, item?));
                    }
                }
                Some(object) => given.push((name, kind, object)),
                None => {}
            }
        }
        Ok(Self(given))
    }

    /// Their values.
    pub(super) fn values(&self) -> PyResult<Vec<(&'static str, Value<'_>)>> {
        self.0.iter().map(|(name, kind, object)| Ok((*name, value(name, *kind, object)?))).collect()
    }
}

fn value<'a>(name: &str, kind: Kind, object: &'a Bound<'_, PyAny>) -> PyResult<Value<'a>> {
    Ok(match kind {
        Kind::Text | Kind::Secret => Value::Text(text(object, name)?),
        Kind::Flag => Value::Flag(flag(object, name)?),
        Kind::Seconds => Value::Seconds(seconds(object, name)?),
    })
}
