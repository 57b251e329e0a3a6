//! `osign.AuthorizedRequest`.

use super::error::not_pickled;
use crate::http::Request;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// A request as it must be sent: one of a service's API with its credential, or a step of a login. `repr` does not show what is
/// secret of it, `pickle` is refused.
#[pyclass(module = "osign", frozen)]
#[derive(Debug)]
pub(super) struct AuthorizedRequest {
    pub(super) request: Request,
    pub(super) generation: u64,
}

#[pymethods]
impl AuthorizedRequest {
    /// The HTTP method.
    #[getter]
    fn method(&self) -> &str {
        self.request.method()
    }

    /// The URL to send, exactly. A static key that goes into the query is in it.
    #[getter]
    fn url(&self) -> &str {
        self.request.url()
    }

    /// The headers to send, a new `dict`: those with the credential, and `Content-Type` where there is a body.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in self.request.headers() {
            headers.set_item(name, value)?;
        }
        Ok(headers)
    }

    /// The body to send; empty where there is none.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.request.body())
    }

    /// The generation of its token, which `Store.refused` takes; 0 of a step of a login.
    #[getter]
    const fn generation(&self) -> u64 {
        self.generation
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("an AuthorizedRequest is not pickled, since its credential would be; ask the store for one"))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self) -> String {
        format!("AuthorizedRequest({:?}, generation={})", self.request, self.generation)
    }
}
