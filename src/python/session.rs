//! What the sessions of the HTTP clients ask that get a token in the three steps of OAuth 1.0a (RFC 5849 §2). They send, and hold
//! the credentials; which answer and which callback counts is the core's to say.

use super::arguments::{bytes, optional_text, text, unchanging};
use super::guard::call;
use crate::http::Answer;
use crate::oauth1::flow::{self, Pairs};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The fields of an answer with temporary credentials (RFC 5849 §2.1): its status, the value of its `WWW-Authenticate` or `None`,
/// and its body; and whether it must confirm a callback. Raises `osign.LoginFailed` where it is none.
#[pyfunction]
#[pyo3(signature = (status, challenge, body, confirmed, /))]
pub(super) fn read_temporary<'py>(
    status: u16,
    challenge: Option<&Bound<'py, PyAny>>,
    body: &Bound<'py, PyAny>,
    confirmed: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let answer = answer(status, challenge, body)?;
    fields(body.py(), &call(body.py(), || flow::temporary_fields(&answer, confirmed))?)
}

/// The fields of an answer with token credentials (RFC 5849 §2.3), in the same way.
#[pyfunction]
#[pyo3(signature = (status, challenge, body, /))]
pub(super) fn read_token<'py>(
    status: u16,
    challenge: Option<&Bound<'py, PyAny>>,
    body: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    let answer = answer(status, challenge, body)?;
    fields(body.py(), &call(body.py(), || flow::token_fields(&answer))?)
}

/// The parameters of the URL that a browser came to (RFC 5849 §2.2), or of its query; or the code that a person typed, as
/// `oauth_verifier`. `token` is the session's own; with `None` there is nothing to compare the callback's with. A verifier need not
/// be there. Raises `osign.LoginFailed` of a callback that is foreign or none, or tells that the person refused.
#[pyfunction]
#[pyo3(signature = (callback, token, /))]
pub(super) fn read_callback<'py>(
    callback: &Bound<'py, PyAny>,
    token: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let py = callback.py();
    let (callback, token) = (text(callback, "callback")?, optional_text(token, "token")?);
    fields(py, &call(py, || flow::callback_parameters(callback, token))?)
}

fn answer(status: u16, challenge: Option<&Bound<'_, PyAny>>, body: &Bound<'_, PyAny>) -> PyResult<Answer> {
    let body = unchanging(body)?;
    let mut answer = Answer::new(status, bytes(&body, "the body")?);
    if let Some(challenge) = optional_text(challenge, "WWW-Authenticate")? {
        answer.add_header("WWW-Authenticate", challenge);
    }
    Ok(answer)
}

fn fields<'py>(py: Python<'py>, pairs: &Pairs) -> PyResult<Bound<'py, PyDict>> {
    let fields = PyDict::new(py);
    for (name, value) in pairs {
        fields.set_item(name, value.as_str())?;
    }
    Ok(fields)
}
