//! Keyword arguments that are a table's settings: what the core can be set up with, a caller can give by its name.

use super::arguments::{flag, seconds, text};
use crate::setting::{Kind, Setting, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What has no value unless it is given: `None` is as if it were left out.
const NONE_IS_LEFT_OUT: [&str; 2] = ["private_key", "realm"];

/// The settings that a caller gave, in the order of their table.
pub(super) struct Settings<'py>(Vec<(&'static str, Kind, Bound<'py, PyAny>)>);

impl<'py> Settings<'py> {
    /// Those among the keyword arguments; a name that the table has not is refused as Python does it.
    pub(super) fn of<T>(table: &'static [Setting<T>], arguments: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let Some(arguments) = arguments else { return Ok(Self(Vec::new())) };
        for name in arguments.keys() {
            let name: String = name.extract()?;
            if !table.iter().any(|setting| setting.name() == name) {
                let message = format!("Signer.__new__() got an unexpected keyword argument '{name}'");
                return Err(PyTypeError::new_err(message));
            }
        }
        let mut given = Vec::with_capacity(arguments.len());
        for setting in table {
            if let Some(object) = arguments.get_item(setting.name())? {
                given.push((setting.name(), setting.kind(), object));
            }
        }
        given.retain(|(name, _, object)| !(object.is_none() && NONE_IS_LEFT_OUT.contains(name)));
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
