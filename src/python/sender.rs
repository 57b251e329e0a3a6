//! A Python callable that sends requests, in the place of the client that is built in.

use super::arguments::{bytes, is_text, items, pair, text, unchanging, wrong_type};
use super::raised::Raised;
use crate::http::{Answer, Request, Sender, Sent, Trouble};
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyType};

/// The callable, and what it raised last in each thread that is in a call of the store's.
#[derive(Debug)]
pub(super) struct Callable {
    send: Py<PyAny>,
    raised: Raised,
}

impl Callable {
    pub(super) fn new(py: Python<'_>, send: Py<PyAny>) -> PyResult<Self> {
        if !send.bind(py).is_callable() {
            return Err(PyTypeError::new_err("send must be callable"));
        }
        Ok(Self { send, raised: Raised::default() })
    }

    /// What it raised last in this thread; once.
    pub(super) fn raised(&self) -> Option<PyErr> {
        self.raised.take()
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.send)
    }

    fn call(&self, py: Python<'_>, request: &Request) -> PyResult<Answer> {
        let headers = PyDict::new(py);
        for (name, value) in request.headers() {
            headers.set_item(name, value)?;
        }
        let body = PyBytes::new(py, request.body());
        answer(&self.send.bind(py).call1((request.method(), request.url(), headers, body))?)
    }
}

impl Sender for Callable {
    fn send(&self, request: &Request, _deadline_ms: u64) -> Sent {
        // Where the interpreter is about to end, nothing is called any more.
        let sent = Python::try_attach(|py| {
            self.raised();
            self.call(py, request).map_or_else(
                |raised| {
                    let is_sent = !not_sent(py, &raised);
                    self.raised.put(raised);
                    if is_sent { Sent::Lost(Trouble::Broken) } else { Sent::NotSent(Trouble::NoConnection) }
                },
                Sent::Answer,
            )
        });
        sent.unwrap_or(Sent::NotSent(Trouble::NoConnection))
    }
}

/// Status, headers or content type, and body.
fn answer(returned: &Bound<'_, PyAny>) -> PyResult<Answer> {
    let (status, headers, body): (u16, Bound<'_, PyAny>, Bound<'_, PyAny>) = returned
        .extract()
        .map_err(|_| PyTypeError::new_err("send must return a status, headers or a content type, and a body"))?;
    answer_of(status, &headers, &body, " that send returned")
}

/// The same apart; `whose` says in an error whose they are.
pub(super) fn answer_of(
    status: u16,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
    whose: &str,
) -> PyResult<Answer> {
    let body = unchanging(body)?;
    let mut answer = Answer::new(status, bytes(&body, &format!("the body{whose}"))?);
    if headers.is_none() {
        return Ok(answer);
    }
    if is_text(headers) {
        answer.add_header("Content-Type", text(headers, &format!("the content type{whose}"))?);
        return Ok(answer);
    }
    let name = format!("the headers{whose}");
    // Those of urllib have names and values, and are no mapping by their class.
    if !headers.hasattr("items")? {
        return wrong_type(headers, &name, "a mapping, or a content type");
    }
    for item in items(headers)?.try_iter()? {
        let [header, value] = pair(&item?, &name)?;
        answer.add_header(text(&header, "a header's name")?, text(&value, "a header's value")?);
    }
    Ok(answer)
}

fn not_sent(py: Python<'_>, raised: &PyErr) -> bool {
    static NOT_SENT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    NOT_SENT.import(py, "osign._errors", "NotSent").is_ok_and(|class| raised.is_instance(py, class))
}
