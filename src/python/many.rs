//! Signing in bulk, with other threads running in between.

use super::arguments::{
    Parts, is_mapping, is_sequence, is_text, items, not_this_type, optional_seconds, pair, pairs, text, texts,
    unchanging, wrong_type,
};
use super::error::{may_be_respelled, reworded, warn_of_url};
use super::guard::call_core;
use super::signed::Signed;
use crate::oauth1::{self, Request, SignatureMethod};
use crate::secret::wipe;
use crate::system::System;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use std::mem::replace;

/// Other threads run, and Ctrl-C is heeded, after so many: about a millisecond. To let go of the interpreter more often
/// would cost more than that is worth, where others want it.
const CHUNK: usize = 1000;

/// After so many with RSA, where each takes about a millisecond.
const CHUNK_OF_RSA: usize = 32;

/// After fewer where their URLs and bodies come to so many bytes.
const CHUNK_BYTES: usize = 16 << 20;

/// Signs all requests that `requests` gives.
pub(super) fn sign_many<'py>(signer: &oauth1::Signer, requests: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let py = requests.py();
    each(signer, requests, |request, body| {
        let signed = call_core(py, signer, request, || signer.sign(request, &mut System))?;
        Ok(Bound::new(py, Signed::new(py, signed, request, body))?.into_any())
    })
}

/// Makes the headers of all requests that `requests` gives.
pub(super) fn authorization_many<'py>(
    signer: &oauth1::Signer,
    requests: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let py = requests.py();
    let mut header = Header { text: Vec::new(), is_secret: signer.signature_method() == SignatureMethod::Plaintext };
    let mut warned = false;
    each(signer, requests, |request, _| {
        call_core(py, signer, request, || {
            signer.authorization_with(request, &mut System, |authorization| {
                header.begin(|| authorization.bound());
                authorization.write(&mut header.text);
            })
        })?;
        if !warned && may_be_respelled(signer, request) {
            warned = true;
            warn_of_url(py, request.url)?;
        }
        let text = std::str::from_utf8(&header.text).ok().expect("a header is text");
        Ok(PyString::new(py, text).into_any())
    })
}

/// Reads one request after the other, and puts what `sign` makes of it into a list.
fn each<'py>(
    signer: &oauth1::Signer,
    requests: &Bound<'py, PyAny>,
    mut sign: impl FnMut(&Request<'_>, Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let py = requests.py();
    let requests =
        requests.try_iter().or_else(|error| not_this_type(requests, error, "requests", "an iterable of requests"))?;
    let chunk = if signer.signature_method().is_rsa() { CHUNK_OF_RSA } else { CHUNK };
    let list = PyList::empty(py);
    let (mut count, mut size) = (0, 0);
    for (index, item) in requests.enumerate() {
        let item = item?;
        let sign_one = || {
            let row = Row::read(item)?;
            let parameters = row.parameters()?;
            let parts = row.parts()?;
            let request = parts.request(&parameters)?;
            size += request.url.len() + request.body.map_or(0, <[u8]>::len);
            list.append(sign(&request, parts.body.as_deref())?)
        };
        sign_one().map_err(|error| in_request(py, index, error))?;
        count += 1;
        if count == chunk || size >= CHUNK_BYTES {
            (count, size) = (0, 0);
            // A list of tuples runs no code of Python's, which would look for a signal and give others their turn.
            py.check_signals()?;
            py.detach(|| ());
        }
    }
    Ok(list)
}

/// Memory for one header, which is used again for the next.
struct Header {
    text: Vec<u8>,
    /// PLAINTEXT makes a secret of it.
    is_secret: bool,
}

impl Header {
    /// Empties it, and makes room for a secret of a length: a vector that grew by itself would leave a copy behind.
    fn begin(&mut self, len: impl FnOnce() -> usize) {
        self.text.clear();
        if self.is_secret {
            let len = len();
            if self.text.capacity() < len {
                self.let_go(Vec::with_capacity(len));
            }
        }
    }

    /// Takes other memory in place of what it has.
    fn let_go(&mut self, other: Vec<u8>) {
        let old = replace(&mut self.text, other);
        if self.is_secret {
            wipe(old);
        }
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        self.let_go(Vec::new());
    }
}

/// The same error, with the number of the request before its sentence.
fn in_request(py: Python<'_>, index: usize, error: PyErr) -> PyErr {
    reworded(py, error, |sentence| format!("request {index}: {sentence}"))
}

/// One request of many, with nothing in it that its giver could change while others are read.
enum Row<'py> {
    /// A tuple as it came. Its items stay what they are, and so does each of them.
    Plain(Bound<'py, PyTuple>),
    /// Any other.
    Copied(Box<Copied<'py>>),
}

/// What was read of a request.
struct Copied<'py> {
    /// The arguments of `sign`, in their order.
    arguments: [Option<Bound<'py, PyAny>>; 8],
    /// What [`PARAMETERS`](Row::PARAMETERS) holds, read.
    parameters: Vec<[Bound<'py, PyAny>; 2]>,
    /// What [`TIMESTAMP`](Row::TIMESTAMP) holds, read.
    timestamp: Option<i64>,
}

impl<'py> Row<'py> {
    const NAMES: [&'static str; 8] =
        ["method", "url", "body", "content_type", "parameters", "nonce", "timestamp", "transmission"];
    const BODY: usize = 2;
    const PARAMETERS: usize = 4;
    const TIMESTAMP: usize = 6;
    const WANTED: &'static str = "a sequence (method, url, body, content_type) or a mapping of the arguments of sign";

    fn read(item: Bound<'py, PyAny>) -> PyResult<Self> {
        match item.cast_into_exact::<PyTuple>() {
            Ok(tuple) if is_plain(&tuple) => Ok(Self::Plain(tuple)),
            Ok(tuple) => Self::copied(tuple.as_any()),
            Err(other) => Self::copied(&other.into_inner()),
        }
    }

    fn copied(item: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut arguments = Self::arguments(item)?;
        if arguments[0].is_none() || arguments[1].is_none() {
            return Err(PyTypeError::new_err("a request of many lacks its method or its url"));
        }
        let body = arguments[Self::BODY].take().filter(|body| !body.is_none());
        arguments[Self::BODY] = body.as_ref().map(unchanging).transpose()?;
        let parameters = pairs(arguments[Self::PARAMETERS].take().as_ref(), Self::NAMES[Self::PARAMETERS])?;
        let timestamp = optional_seconds(arguments[Self::TIMESTAMP].as_ref(), Self::NAMES[Self::TIMESTAMP])?;
        Ok(Self::Copied(Box::new(Copied { arguments, parameters, timestamp })))
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
                return Err(PyTypeError::new_err("a request of many has two to four items"));
            }
            for (place, value) in arguments.iter_mut().zip(item.try_iter()?) {
                *place = Some(value?);
            }
        } else {
            return wrong_type(item, "a request", Self::WANTED);
        }
        Ok(arguments)
    }

    /// Its arguments, save for the parameters.
    fn parts(&self) -> PyResult<Parts<'_, 'py>> {
        match self {
            Self::Plain(tuple) => {
                let item = |index| tuple.get_borrowed_item(index);
                let optional = |index| if index < tuple.len() { item(index).map(Some) } else { Ok(None) };
                Ok(Parts { body: optional(2)?, content_type: optional(3)?, ..Parts::new(item(0)?, item(1)?) })
            }
            Self::Copied(copied) => {
                let [Some(method), Some(url), body, content_type, _, nonce, _, transmission] = &copied.arguments else {
                    unreachable!("`copied` has seen to it")
                };
                Ok(Parts {
                    body: body.as_ref().map(Bound::as_borrowed),
                    content_type: content_type.as_ref().map(Bound::as_borrowed),
                    nonce: nonce.as_ref().map(Bound::as_borrowed),
                    timestamp: copied.timestamp,
                    transmission: transmission.as_ref().map(Bound::as_borrowed),
                    ..Parts::new(method.as_borrowed(), url.as_borrowed())
                })
            }
        }
    }

    /// The names and values of its further parameters.
    fn parameters(&self) -> PyResult<Vec<(&str, &str)>> {
        match self {
            Self::Plain(_) => Ok(Vec::new()),
            Self::Copied(copied) => texts(&copied.parameters),
        }
    }
}

/// Whether a tuple is a request in which nothing can change. What is of a wrong type is found when it is read.
fn is_plain(tuple: &Bound<'_, PyTuple>) -> bool {
    let is_fixed = |body: Borrowed<'_, '_, PyAny>| {
        body.is_none() || body.is_instance_of::<PyBytes>() || body.is_instance_of::<PyString>()
    };
    match tuple.len() {
        2 => true,
        3 | 4 => tuple.get_borrowed_item(Row::BODY).is_ok_and(is_fixed),
        _ => false,
    }
}
