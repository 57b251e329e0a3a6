//! A report's fields as Python's values.

use crate::explain::Field;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

impl<'py> IntoPyObject<'py> for Field<'_> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::None => Ok(py.None().into_bound(py)),
            Self::Flag(flag) => flag.into_bound_py_any(py),
            Self::Number(number) => number.into_bound_py_any(py),
            Self::Text(text) => text.into_bound_py_any(py),
            Self::List(list) => Ok(PyList::new(py, list.iter())?.into_any()),
            Self::Map(fields) => {
                let dict = PyDict::new(py);
                for (name, value) in fields {
                    dict.set_item(name, value)?;
                }
                Ok(dict.into_any())
            }
        }
    }
}
