//! `osign.Login`.

use super::arguments::wrong_type;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// A login under way: a person agrees at its URL, and the browser comes back with the callback.
///
/// The store keeps its state, sealed. So between two web requests nothing of it must be kept but the grant's name;
/// `to_dict` and `from_dict` are for who keeps it all the same.
#[pyclass(module = "osign", frozen)]
#[derive(Debug)]
pub(super) struct Login {
    /// The `osign.Store`, asked as any caller asks it.
    pub(super) store: Py<PyAny>,
    pub(super) grant: String,
    pub(super) url: String,
}

#[pymethods]
impl Login {
    /// The grant's name.
    #[getter]
    fn grant(&self) -> &str {
        &self.grant
    }

    /// The URL where a person agrees.
    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Ends the login with the URL that the browser came to, or its query; returns the `osign.Token`.
    ///
    /// Under a grant of OAuth 1.0a it may be the code that the service shows, and the token's `value` is empty: it is not handed out.
    ///
    /// Raises `osign.LoginFailed` of a callback that is foreign, or tells that the person refused, and of what a service of OAuth 1.0a
    /// does not take: the grant is as it was.
    #[pyo3(signature = (callback))]
    fn finish(&self, callback: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.store.call_method1(callback.py(), "finish_login", (&self.grant, callback))
    }

    /// What a web session can keep: texts by their names.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("grant", &self.grant)?;
        dict.set_item("url", &self.url)?;
        Ok(dict)
    }

    /// The login again, of what `to_dict` gave.
    #[staticmethod]
    #[pyo3(signature = (store, kept))]
    fn from_dict(store: &Bound<'_, PyAny>, kept: &Bound<'_, PyAny>) -> PyResult<Self> {
        static STORE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        if !store.is_instance(STORE.import(store.py(), "osign", "Store")?)? {
            return wrong_type(store, "store", "an osign.Store");
        }
        Ok(Self {
            store: store.clone().unbind(),
            grant: kept.get_item("grant")?.extract()?,
            url: kept.get_item("url")?.extract()?,
        })
    }

    fn __repr__(&self) -> String {
        format!("Login(grant='{}')", self.grant)
    }
}
