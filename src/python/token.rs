//! `osign.Token`.

use super::error::not_pickled;
use crate::grant::access;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// An access token, or a static key. `repr` does not show it, `pickle` is refused.
#[pyclass(module = "osign", frozen)]
#[derive(Debug)]
pub(super) struct Token(pub(super) access::Token);

#[pymethods]
impl Token {
    /// The token itself.
    #[getter]
    fn value(&self) -> &str {
        self.0.value.expose()
    }

    /// Its type, such as `"Bearer"`; empty for a static key.
    #[getter]
    fn r#type(&self) -> &str {
        &self.0.token_type
    }

    /// When it ends, a `datetime.datetime` in UTC; `None` where that is not known.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.expires_at.map(|milliseconds| datetime(py, milliseconds)).transpose()
    }

    /// The grant's generation, which `Store.refused` takes.
    #[getter]
    const fn generation(&self) -> u64 {
        self.0.generation
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Token is not pickled, since its value would be; ask the store for one where it is needed"))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let end = self.expires_at(py)?.map_or_else(|| "None".to_owned(), |end| format!("'{end}'"));
        Ok(format!(
            "Token([redacted], type='{}', expires_at={end}, generation={})",
            self.0.token_type, self.0.generation
        ))
    }
}

/// A time in Unix milliseconds, with its zone.
fn datetime(py: Python<'_>, milliseconds: i64) -> PyResult<Bound<'_, PyAny>> {
    static EPOCH: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static TIMEDELTA: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let epoch = EPOCH.get_or_try_init(py, || {
        let module = py.import("datetime")?;
        let utc = module.getattr("timezone")?.getattr("utc")?;
        module.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc)).map(Bound::unbind)
    })?;
    // Added to the epoch: `fromtimestamp` knows no time that the system's calendar does not.
    let timedelta = TIMEDELTA.import(py, "datetime", "timedelta")?;
    epoch.bind(py).add(timedelta.call1((0, 0, 0, milliseconds))?)
}
