//! Calling the core: a panic is an exception, and long work lets other threads run.

use super::error::exception;
use crate::caught::{Panicked, caught};
use crate::error::{Error, Internal};
use crate::oauth1::{Request, Signer};
use pyo3::prelude::*;

/// Calls the core.
pub(super) fn call<T>(py: Python<'_>, body: impl FnOnce() -> Result<T, Error>) -> PyResult<T> {
    guarded(body).map_err(|error| exception(py, &error))
}

/// Calls the core without the interpreter, for what takes longer than letting go of it does.
pub(super) fn call_detached<T: Send>(py: Python<'_>, body: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    py.detach(|| guarded(body)).map_err(|error| exception(py, &error))
}

/// A body of this many bytes is hashed and signed without the interpreter.
const LARGE_BODY: usize = 64 << 10;

/// Calls the core, without the interpreter where that takes long.
#[inline]
pub(super) fn call_core<T: Send>(
    py: Python<'_>,
    signer: &Signer,
    request: &Request<'_>,
    body: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    let is_long = signer.signature_method().is_rsa() || request.body.is_some_and(|body| body.len() >= LARGE_BODY);
    if is_long { call_detached(py, body) } else { call(py, body) }
}

// PyO3 would make a `PanicException` of a panic, which `except Exception` does not catch.
pub(super) fn guarded<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    caught(body).unwrap_or_else(|Panicked| Err(Internal::Panic.into()))
}

/// Panics behind the guard, to show that the module as it is released stops a panic. It is there in a build
/// with `--cfg osign_panics` alone.
#[cfg(osign_panics)]
#[pyfunction]
pub(super) fn panic_for_tests(py: Python<'_>) -> PyResult<()> {
    call(py, || panic!("details that no message may hold"))
}
