//! Nonce, clock, percent-encoding and HMAC.

use super::arguments::{bytes, not_this_type, text, unchanging};
use super::guard::call;
use crate::error::Status;
use crate::oauth1::Request;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// A new nonce: 24 letters and digits that carry 120 random bits. Fit for `oauth_nonce` (RFC 5849 §3.3).
///
/// No two are equal across threads and across `os.fork()`. Raises `osign.Error` where the system gives no
/// randomness.
#[pyfunction]
pub(super) fn nonce(py: Python<'_>) -> PyResult<Bound<'_, PyString>> {
    let nonce = call(py, crate::system::nonce)?;
    Ok(PyString::new(py, nonce.as_str()))
}

/// The system's clock in whole seconds since 1970-01-01 00:00 UTC, as `oauth_timestamp` has it.
#[pyfunction]
pub(super) fn timestamp() -> i64 {
    crate::system::timestamp()
}

/// `text` with all but letters, digits, `-`, `.`, `_` and `~` as `%XX`, upper-case (RFC 3986 §2.1, RFC 5849 §3.6).
///
/// A `str` is encoded as UTF-8; `bytes` need not be text. Raises `osign.InputError` for half of a surrogate pair.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(super) fn percent_encode(text: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = unchanging(text)?;
    Ok(crate::percent::encode(bytes(&text, "text")?))
}

/// HMAC (RFC 2104): the raw code, 20, 32 or 64 bytes.
///
/// `algorithm` is `"SHA1"`, `"SHA256"` or `"SHA512"`; key and data are `bytes`, or `str` as UTF-8. Raises
/// `osign.InputError` for another algorithm.
#[pyfunction]
#[pyo3(signature = (algorithm, key, data))]
pub(super) fn hmac<'py>(
    algorithm: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
    data: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = algorithm.py();
    let (key, data) = (unchanging(key)?, unchanging(data)?);
    let (algorithm, key, data) = (text(algorithm, "algorithm")?, bytes(&key, "key")?, bytes(&data, "data")?);
    let mac = call(py, || crate::mac::hmac(algorithm, key, data))?;
    Ok(PyBytes::new(py, &mac))
}

/// Whether two signatures are equal, in a time that depends on their lengths alone.
///
/// Each is `bytes`, or a `str` as UTF-8.
#[pyfunction]
#[pyo3(signature = (a, b, /))]
pub(super) fn equal_constant_time(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (a, b) = (unchanging(a)?, unchanging(b)?);
    Ok(crate::mac::equal_constant_time(bytes(&a, "a")?, bytes(&b, "b")?))
}

/// The name of a status, such as `OSIGN_INVALID_URL`; `OSIGN_UNKNOWN` where there is none with this number.
#[pyfunction]
#[pyo3(signature = (status, /))]
pub(super) fn status_name(status: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    let code = match status.extract::<i32>() {
        Err(error) if error.is_instance_of::<PyOverflowError>(status.py()) => None,
        code => Some(code.or_else(|error| not_this_type(status, error, "status", "int"))?),
    };
    Ok(code.and_then(Status::from_code).map_or("OSIGN_UNKNOWN", Status::name))
}

/// Whether a content type says that a body is form data whose pairs are signed (RFC 5849 §3.4.1.3.1).
#[pyfunction]
#[pyo3(signature = (content_type, /))]
pub(super) fn is_form(content_type: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(Request::new("", "").with_body(Some(text(content_type, "content_type")?), b"").is_form())
}
