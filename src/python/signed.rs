//! `osign.oauth1.Signed`.

use super::error::not_pickled;
use crate::oauth1::{self, Request};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// A signed request: what to send, and what was signed. Made by `Signer.sign`; it never changes.
///
/// Send exactly `url`, `body` and `headers`: a request that an HTTP client rewrites no longer fits its signature.
/// `repr` shows only nonce and timestamp, since with PLAINTEXT the rest carries the secrets.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Signed {
    signed: oauth1::Signed,
    body: Option<Py<PyBytes>>,
    content_type: Option<String>,
}

impl Signed {
    /// What signing gave, with the body that is to be sent: the one that was given, where it is unchanged `bytes`.
    pub(super) fn new(
        py: Python<'_>,
        mut signed: oauth1::Signed,
        request: &Request<'_>,
        given: Option<&Bound<'_, PyAny>>,
    ) -> Self {
        let body = match (signed.body.take(), given.map(Bound::cast::<PyBytes>)) {
            (Some(changed), _) => Some(PyBytes::new(py, &changed).unbind()),
            (None, Some(Ok(bytes))) => Some(bytes.clone().unbind()),
            (None, _) => request.body.map(|body| PyBytes::new(py, body).unbind()),
        };
        Self { signed, body, content_type: request.content_type.map(str::to_owned) }
    }
}

#[pymethods]
impl Signed {
    /// The value of the `Authorization` header; `None` unless the transmission is by header.
    #[getter]
    fn authorization(&self) -> Option<&str> {
        Some(&*self.signed.authorization).filter(|header| !header.is_empty())
    }

    /// The URL to send, exactly. It is in the normal form of RFC 3986 §6.2.2 and §6.2.3, which every HTTP client sends alike:
    /// without user name, password and fragment, with capitals in escapes. With the signer's `url_form="as-given"` it is as
    /// it came, with raw spaces and letters outside ASCII percent-encoded.
    #[getter]
    fn url(&self) -> &str {
        &self.signed.url
    }

    /// The body to send, as `bytes`; `None` when there is none.
    #[getter]
    fn body(&self, py: Python<'_>) -> Option<Py<PyBytes>> {
        self.body.as_ref().map(|body| body.clone_ref(py))
    }

    /// The signature in base64 (for PLAINTEXT the encoded secrets), not percent-encoded.
    #[getter]
    fn signature(&self) -> &str {
        &self.signed.signature
    }

    /// The signature base string (RFC 5849 §3.4.1).
    #[getter]
    fn base_string(&self) -> &str {
        &self.signed.base_string
    }

    /// The normalised parameters (RFC 5849 §3.4.1.3.2).
    #[getter]
    fn normalized_parameters(&self) -> String {
        self.signed.normalized_parameters()
    }

    /// The nonce that was signed.
    #[getter]
    fn nonce(&self) -> &str {
        &self.signed.nonce
    }

    /// The timestamp that was signed, in Unix seconds.
    #[getter]
    const fn timestamp(&self) -> i64 {
        self.signed.timestamp
    }

    /// The headers to send, a new `dict`: `Authorization` when the transmission is by header, and `Content-Type`
    /// when the request was given one.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        if let Some(authorization) = self.authorization() {
            headers.set_item("Authorization", authorization)?;
        }
        if let Some(content_type) = &self.content_type {
            headers.set_item("Content-Type", content_type)?;
        }
        Ok(headers)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Signed is not pickled, since it may carry secrets; take of it what is needed"))
    }

    // Without these, `copy` would ask how to pickle it.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self) -> String {
        format!("Signed(nonce={:?}, timestamp={})", self.signed.nonce, self.signed.timestamp)
    }
}
