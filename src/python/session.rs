//! What the sessions of the HTTP clients ask that get a token in the three steps of OAuth 1.0a (RFC 5849 §2). They send, and hold
//! the credentials; which answer and which callback counts is the core's to say.

use super::arguments::{bytes, optional_text, text, unchanging};
use super::guard::call;
use crate::error::Error;
use crate::form;
use crate::http::Answer;
use crate::oauth1::flow;
use crate::provider::{Brought, Profile, builtin};
use crate::setting::Value;
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
    call(body.py(), || flow::read_temporary(&service("callback_confirmed", Value::Flag(confirmed))?, &answer))?;
    fields(body.py(), form::decode(flow::form_of(&answer)))
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
    call(body.py(), || flow::read_token(&service("callback_confirmed", Value::Flag(false))?, &answer))?;
    fields(body.py(), form::decode(flow::form_of(&answer)))
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
    let (callback, token) = (text(callback, "callback")?.trim(), optional_text(token, "token")?);
    let brought = Brought::read(callback);
    let of_it = |name| brought.as_ref()?.one(name).ok()?.and_then(|value| std::str::from_utf8(value).ok());
    let ours = token.or_else(|| of_it("oauth_token")).or_else(|| of_it("denied")).unwrap_or_default();
    // By services of OAuth 1.0 comes none, and programs have theirs from elsewhere.
    let read = call(py, || flow::read_callback(&service("callback_in", Value::Text("authorize"))?, callback, ours))?;
    let found = match &brought {
        Some(brought) => fields(py, brought.pairs())?,
        None => fields(py, token.map(|token| ("oauth_token", token)))?,
    };
    match &read.verifier {
        Some(verifier) => found.set_item("oauth_verifier", verifier.text())?,
        None if found.contains("oauth_verifier")? => found.del_item("oauth_verifier")?,
        None => {}
    }
    Ok(found)
}

/// A service that nothing is known of but this.
fn service(name: &str, value: Value<'_>) -> Result<Profile, Error> {
    let mut profile = builtin("custom-oauth1")?;
    profile.set(name, value)?;
    Ok(profile)
}

fn answer(status: u16, challenge: Option<&Bound<'_, PyAny>>, body: &Bound<'_, PyAny>) -> PyResult<Answer> {
    let body = unchanging(body)?;
    let mut answer = Answer::new(status, bytes(&body, "the body")?);
    if let Some(challenge) = optional_text(challenge, "WWW-Authenticate")? {
        answer.add_header("WWW-Authenticate", challenge);
    }
    Ok(answer)
}

fn fields<'py>(
    py: Python<'py>,
    pairs: impl IntoIterator<Item = (impl AsRef<[u8]>, impl AsRef<[u8]>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let fields = PyDict::new(py);
    for (name, value) in pairs {
        fields.set_item(String::from_utf8_lossy(name.as_ref()), String::from_utf8_lossy(value.as_ref()))?;
    }
    Ok(fields)
}
