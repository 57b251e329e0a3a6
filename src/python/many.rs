//! Signing in bulk, with other threads running in between.

use super::arguments::{
    Described, bytes, is_mapping, is_sequence, is_text, items, not_this_type, optional_seconds, pair, pairs, text,
    unchanging, wrong_type,
};
use super::error::{exception, reworded};
use super::guard::call_detached;
use super::signed::Signed;
use crate::error::Error;
use crate::oauth1::{self, Request};
use crate::system::System;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

/// So many are read before they are signed. Reading and handing back keep the interpreter, for about a millisecond with
/// so many plain ones; fewer would let go of it more often than that is worth.
const CHUNK: usize = 1000;

/// So many with RSA, where each takes about a millisecond: Ctrl-C waits for no more.
const CHUNK_OF_RSA: usize = 32;

/// Fewer where their URLs and bodies come to so many bytes: Ctrl-C waits for no more of these either.
const CHUNK_BYTES: usize = 16 << 20;

/// Signs all requests that `requests` gives.
pub(super) fn sign_many<'py>(signer: &oauth1::Signer, requests: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let mut left =
        requests.try_iter().or_else(|error| not_this_type(requests, error, "requests", "an iterable of requests"))?;
    let signed = PyList::empty(requests.py());
    let chunk = if signer.signature_method().is_rsa() { CHUNK_OF_RSA } else { CHUNK };
    while sign_some(signer, &mut left, chunk, &signed)? {}
    Ok(signed)
}

/// Signs the next chunk of `requests`, and appends what came of it to `signed`. Says whether it was a full one.
fn sign_some<'py>(
    signer: &oauth1::Signer,
    requests: &mut Bound<'py, PyIterator>,
    chunk: usize,
    signed: &Bound<'py, PyList>,
) -> PyResult<bool> {
    let (py, first) = (requests.py(), signed.len());
    let in_request = |index, error| in_request(py, first + index, error);
    let (mut rows, mut size) = (Vec::new(), 0);
    let is_full = |rows: &[Row<'py>], size| rows.len() == chunk || size >= CHUNK_BYTES;
    while !is_full(&rows, size) {
        let Some(item) = requests.next() else { break };
        let row = Row::read(&item?).map_err(|error| in_request(rows.len(), error))?;
        size += row.size();
        rows.push(row);
    }
    let full = is_full(&rows, size);
    let described: Vec<_> = rows.iter_mut().map(Row::described).collect();
    let parameters = each(&described, Described::parameters, in_request)?;
    let pairs: Vec<_> = described.iter().zip(&parameters).collect();
    let requests = each(&pairs, |(one, parameters)| one.request(parameters), in_request)?;
    let results = call_detached(py, || {
        let sign =
            |(index, request): (usize, &Request<'_>)| signer.sign(request, &mut System).map_err(|error| (index, error));
        Ok(requests.iter().enumerate().map(sign).collect::<Result<Vec<oauth1::Signed>, (usize, Error)>>())
    })?
    .map_err(|(index, error)| in_request(index, exception(py, &error)))?;
    // A list of tuples runs no code of Python's, which would look for it.
    py.check_signals()?;
    for ((result, request), described) in results.into_iter().zip(&requests).zip(&described) {
        signed.append(Signed::new(py, result, request, described.body.as_ref()))?;
    }
    Ok(full)
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

/// One request of many, with nothing in it that its giver could change while others are read.
struct Row<'py> {
    /// The arguments of `sign`, in their order.
    arguments: [Option<Bound<'py, PyAny>>; 8],
    /// What [`PARAMETERS`](Self::PARAMETERS) holds, read.
    parameters: Vec<[Bound<'py, PyAny>; 2]>,
    /// What [`TIMESTAMP`](Self::TIMESTAMP) holds, read.
    timestamp: Option<i64>,
}

impl<'py> Row<'py> {
    const NAMES: [&'static str; 8] =
        ["method", "url", "body", "content_type", "parameters", "nonce", "timestamp", "transmission"];
    const URL: usize = 1;
    const BODY: usize = 2;
    const PARAMETERS: usize = 4;
    const TIMESTAMP: usize = 6;
    const WANTED: &'static str = "a sequence (method, url, body, content_type) or a mapping of the arguments of sign";

    fn read(item: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut arguments = Self::arguments(item)?;
        if arguments[0].is_none() || arguments[1].is_none() {
            return Err(PyTypeError::new_err("a request of sign_many lacks its method or its url"));
        }
        let body = arguments[Self::BODY].take().filter(|body| !body.is_none());
        arguments[Self::BODY] = body.as_ref().map(unchanging).transpose()?;
        let parameters = pairs(arguments[Self::PARAMETERS].take().as_ref(), Self::NAMES[Self::PARAMETERS])?;
        let timestamp = optional_seconds(arguments[Self::TIMESTAMP].as_ref(), Self::NAMES[Self::TIMESTAMP])?;
        Ok(Self { arguments, parameters, timestamp })
    }

    /// How many bytes its URL and its body have; what is of a wrong type is found later, and has none.
    fn size(&self) -> usize {
        [Self::URL, Self::BODY]
            .iter()
            .filter_map(|index| self.arguments[*index].as_ref())
            .map(|object| bytes(object, "").map_or(0, <[u8]>::len))
            .sum()
    }

    fn arguments(item: &Bound<'py, PyAny>) -> PyResult<[Option<Bound<'py, PyAny>>; 8]> {
        let mut arguments = [const { None }; 8];
        if is_text(item) {
            return wrong_type(item, "a request", Self::WANTED);
        }
        if is_mapping(item)? {
            let items = items(item)?.try_iter();
            for item in items.or_else(|error| not_this_type(item, error, "a request", Self::WANTED))? {
                let [name, value] = pair(&item?, "a request's mapping")?;
                let name = text(&name, "an argument's name")?;
                let index = Self::NAMES.iter().position(|own| *own == name);
                let index = index.ok_or_else(|| PyTypeError::new_err("a mapping holds what is no argument of sign"))?;
                // `"nonce"` and `b"nonce"` are one.
                if arguments[index].replace(value).is_some() {
                    return Err(PyTypeError::new_err(format!("a mapping holds {name} twice")));
                }
            }
        } else if is_sequence(item)? {
            if !(2..=4).contains(&item.len()?) {
                return Err(PyTypeError::new_err("a request of sign_many has two to four items"));
            }
            for (place, value) in arguments.iter_mut().zip(item.try_iter()?) {
                *place = Some(value?);
            }
        } else {
            return wrong_type(item, "a request", Self::WANTED);
        }
        Ok(arguments)
    }

    /// The request, whose parameters this gives away.
    fn described(&mut self) -> Described<'_, 'py> {
        let [Some(method), Some(url), body, content_type, _, nonce, _, transmission] = &self.arguments else {
            unreachable!("`read` has seen to it")
        };
        Described {
            method,
            url,
            body: body.clone(),
            content_type: content_type.as_ref(),
            parameters: std::mem::take(&mut self.parameters),
            nonce: nonce.as_ref(),
            timestamp: self.timestamp,
            transmission: transmission.as_ref(),
        }
    }
}
