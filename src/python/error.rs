//! The core's errors as Python's: `osign._errors` has the classes, this chooses among them.

use crate::error::{Advice, Error, Status};
use crate::oauth1::explain::{Warning, is_unsigned_form};
use crate::oauth1::{Request, Signer, UrlForm};
use crate::url::other_host;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use std::ffi::CString;

/// The exception for an error: a class by its family, with the sentence, the status and the reason.
pub(super) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    made(py, error.status(), error.word(), error.worded(call))
}

/// What is to be done about an error, as calls.
fn call(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogIn(name) | Advice::LogInToUse(name) => format!("store.login('{name}')"),
        Advice::LogInElsewhere(name) => format!("store.login('{name}', account=HOST)"),
        Advice::Adopt(name) => format!("store.adopt('{name}')"),
        Advice::AdoptStore => "store.adopt_store()".to_owned(),
        Advice::ReplaceKey(name) => format!("store.replace('{name}', ...)"),
        Advice::RevokeHere(name) => format!("store.revoke('{name}', here=True)"),
        Advice::Authorize(name) => format!("store.authorize('{name}', ...)"),
        Advice::Flow(name) => format!("store.finish_login('{name}', ...)"),
    }
}

fn made(py: Python<'_>, status: Status, reason: &str, message: String) -> PyErr {
    match class(py, status) {
        Ok(class) => PyErr::from_type(class.clone(), (message, status.code(), reason.to_owned())),
        Err(import_failed) => import_failed,
    }
}

/// The exception for an error that this layer finds itself.
pub(super) fn raise<T>(py: Python<'_>, reason: impl Into<Error>) -> PyResult<T> {
    Err(exception(py, &reason.into()))
}

/// The same error with another sentence, where it is one of osign's or a `TypeError`; any other as it is.
pub(super) fn reworded(py: Python<'_>, error: PyErr, reword: impl FnOnce(&str) -> String) -> PyErr {
    let message = || reword(&error.value(py).to_string());
    match ours(py, &error) {
        Some((status, reason)) => made(py, status, &reason, message()),
        None if error.is_instance_of::<PyTypeError>(py) => PyTypeError::new_err(message()),
        None => error,
    }
}

/// Status and reason of an error of osign's. Others' errors may have a number of that name, and mean another thing.
fn ours(py: Python<'_>, error: &PyErr) -> Option<(Status, String)> {
    let ours = class(py, Status::OutOfMemory).ok()?; // `osign.Error` itself
    let value = error.is_instance(py, ours).then(|| error.value(py))?;
    let status = Status::from_code(value.getattr("status").ok()?.extract().ok()?)?;
    Some((status, value.getattr("reason").ok()?.extract().ok()?))
}

/// Warns where a body looks like a form and is not signed, as an explanation does. Python shows it once for each line that
/// calls: the sentence is always the same.
#[inline]
pub(super) fn warn_of_unsigned_form(py: Python<'_>, request: &Request<'_>) -> PyResult<()> {
    if is_unsigned_form(request) { warn(py, &Warning::FormWithoutContentType) } else { Ok(()) }
}

/// Whether clients may send the URL otherwise than the short way signs it; not where the signer was told which form to
/// sign.
#[inline]
pub(super) fn may_be_respelled(signer: &Signer, request: &Request<'_>) -> bool {
    signer.url_form() == UrlForm::Usual && request.fits_any_client().is_ok_and(|fits| !fits)
}

/// Warns of a URL that [`may_be_respelled`], in the same way.
#[cold]
pub(super) fn warn_of_url(py: Python<'_>, url: &str) -> PyResult<()> {
    let warning = if other_host(url).is_some() { Warning::RespelledHost } else { Warning::NotNormal };
    warn(py, &warning)
}

#[cold]
fn warn(py: Python<'_>, warning: &Warning) -> PyResult<()> {
    static FORM: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static URL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = match warning {
        Warning::NotNormal | Warning::RespelledHost => URL.import(py, "osign._errors", "UnnormalizedUrlWarning")?,
        _ => FORM.import(py, "osign._errors", "UnsignedFormWarning")?,
    };
    PyErr::warn(py, class, &CString::new(warning.to_string())?, 1)
}

/// Why an object is not pickled. Left to itself, Python would make an empty one of it by its oldest protocols.
pub(super) fn not_pickled(why: &'static str) -> PyErr {
    PyTypeError::new_err(why)
}

fn class(py: Python<'_>, status: Status) -> PyResult<&Bound<'_, PyType>> {
    macro_rules! class {
        ($name:literal) => {{
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            CLASS.import(py, "osign._errors", $name)
        }};
    }
    match status {
        Status::InvalidKey => class!("InvalidKeyError"),
        Status::OutOfMemory | Status::EntropyUnavailable => class!("Error"),
        Status::InvalidAnswer | Status::Denied | Status::ForeignState => class!("LoginFailed"),
        Status::NeedsLogin => class!("GrantLost"),
        Status::TryLater => class!("TryLater"),
        Status::ConfigurationRefused => class!("ConfigurationError"),
        _ => match status.code() / 100 {
            1 | 2 => class!("InputError"),
            5 | 7 => class!("ConfigurationError"),
            6 => class!("StoreError"),
            9 => class!("InternalError"),
            _ => class!("Error"),
        },
    }
}
