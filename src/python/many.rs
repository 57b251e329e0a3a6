//! Signing in bulk, with other threads running in between.

use super::arguments::{Described, is_text, not_this_type, text, wrong_type};
use super::error::reworded;
use super::guard::call_detached;
use super::signed::Signed;
use crate::error::Error;
use crate::nonce::System;
use crate::oauth1::{self, Request};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyMapping, PySequence};

/// So many are read before they are signed. Reading and handing back keep the interpreter, for about a millisecond with
/// so many plain ones; fewer would let go of it more often than that is worth.
const CHUNK: usize = 1000;

/// Signs all requests that `requests` gives.
pub(super) fn sign_many<'py>(signer: &oauth1::Signer, requests: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let mut left =
        requests.try_iter().or_else(|error| not_this_type(requests, error, "requests", "an iterable of requests"))?;
    let signed = PyList::empty(requests.py());
    loop {
        let before = signed.len();
        sign_some(signer, &mut left, &signed)?;
        if signed.len() < before + CHUNK {
            return Ok(signed);
        }
    }
}

/// Signs the next chunk of `requests`, and appends what came of it to `signed`.
fn sign_some<'py>(
    signer: &oauth1::Signer,
    requests: &mut Bound<'py, PyIterator>,
    signed: &Bound<'py, PyList>,
) -> PyResult<()> {
    let (py, first) = (requests.py(), signed.len());
    let in_request = |index, error| in_request(py, first + index, error);
    let rows = requests
        .take(CHUNK)
        .enumerate()
        .map(|(index, item)| Row::read(&item?).map_err(|error| in_request(index, error)))
        .collect::<PyResult<Vec<Row<'py>>>>()?;
    let described = each(&rows, Row::described, in_request)?;
    let parameters = each(&described, Described::parameters, in_request)?;
    let pairs: Vec<_> = described.iter().zip(&parameters).collect();
    let requests = each(&pairs, |(one, parameters)| one.request(parameters), in_request)?;
    let results: Vec<oauth1::Signed> = call_detached(py, || {
        let sign = |(index, request): (usize, &Request<'_>)| {
            signer
                .sign(request, &mut System)
                .map_err(|error| Error::new(error.status(), format!("request {}: {}", first + index, error.message())))
        };
        requests.iter().enumerate().map(sign).collect()
    })?;
    for ((result, request), described) in results.into_iter().zip(&requests).zip(&described) {
        signed.append(Signed::new(py, result, request, described.body.as_ref()))?;
    }
    Ok(())
}

/// Each of them read, or the error with the place of the one that failed.
fn each<'a, T, R>(
    items: &'a [T],
    read: impl Fn(&'a T) -> PyResult<R>,
    in_request: impl Fn(usize, PyErr) -> PyErr,
) -> PyResult<Vec<R>> {
    items.iter().enumerate().map(|(index, item)| read(item).map_err(|error| in_request(index, error))).collect()
}

/// The same error, with the number of the request before its sentence.
fn in_request(py: Python<'_>, index: usize, error: PyErr) -> PyErr {
    reworded(py, error, |sentence| format!("request {index}: {sentence}"))
}

/// One request of many: the arguments of `sign`, in their order.
struct Row<'py>([Option<Bound<'py, PyAny>>; 8]);

impl<'py> Row<'py> {
    const NAMES: [&'static str; 8] =
        ["method", "url", "body", "content_type", "parameters", "nonce", "timestamp", "transmission"];
    const WANTED: &'static str = "a sequence (method, url, body, content_type) or a mapping of the arguments of sign";

    fn read(item: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut row = Self(Default::default());
        if let Ok(mapping) = item.cast::<PyMapping>() {
            for pair in mapping.items()?.iter() {
                let (name, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = pair.extract()?;
                let name = text(&name, "an argument's name")?;
                let index = Self::NAMES.iter().position(|own| *own == name);
                let index = index.ok_or_else(|| PyTypeError::new_err("a mapping holds what is no argument of sign"))?;
                row.0[index] = Some(value);
            }
        } else if is_text(item) {
            return wrong_type(item, "a request", Self::WANTED);
        } else if let Ok(sequence) = item.cast::<PySequence>() {
            if !(2..=4).contains(&sequence.len()?) {
                return Err(PyTypeError::new_err("a request of sign_many has two to four items"));
            }
            for (place, value) in row.0.iter_mut().zip(sequence.try_iter()?) {
                *place = Some(value?);
            }
        } else {
            return wrong_type(item, "a request", Self::WANTED);
        }
        if row.0[0].is_none() || row.0[1].is_none() {
            return Err(PyTypeError::new_err("a request of sign_many lacks its method or its url"));
        }
        Ok(row)
    }

    fn described(&self) -> PyResult<Described<'_, 'py>> {
        let [Some(method), Some(url), body, content_type, parameters, nonce, timestamp, transmission] = &self.0 else {
            unreachable!("`read` has seen to it")
        };
        Described::read(
            method,
            url,
            body.as_ref(),
            content_type.as_ref(),
            parameters.as_ref(),
            nonce.as_ref(),
            timestamp.as_ref(),
            transmission.as_ref(),
        )
    }
}
