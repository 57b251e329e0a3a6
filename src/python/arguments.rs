//! Reading what Python hands us. Everything is borrowed from objects that cannot change, so that nothing is copied on the
//! way to a signature: a request that owns its parts would copy each, a large body too.

use super::error::raise;
use crate::error::Argument;
use crate::oauth1::{Request, Transmission};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyList, PyMemoryView, PyString, PyTuple, PyType};

/// Text: a `str`, or `bytes` in UTF-8.
pub(super) fn text<'a, 'py: 'a>(object: impl Into<Borrowed<'a, 'py, PyAny>>, name: &str) -> PyResult<&'a str> {
    let object = object.into();
    if object.is_instance_of::<PyString>() {
        // Python's own error would carry the whole text, which may be a secret.
        object.extract().or_else(|_: PyErr| raise(object.py(), Argument::HalfSurrogate { name: name.to_owned() }))
    } else if object.is_instance_of::<PyBytes>() {
        std::str::from_utf8(object.extract()?)
            .or_else(|_| raise(object.py(), Argument::NotUtf8 { name: name.to_owned() }))
    } else {
        wrong_type(&object, name, "str or bytes")
    }
}

/// The same, or `None`.
pub(super) fn optional_text<'a, 'py: 'a>(
    object: Option<impl Into<Borrowed<'a, 'py, PyAny>>>,
    name: &str,
) -> PyResult<Option<&'a str>> {
    object.map(Into::into).filter(|object| !object.is_none()).map(|object| text(object, name)).transpose()
}

/// Bytes: `bytes`, or a `str` as UTF-8. What can change under our hands is copied into `bytes` first.
pub(super) fn unchanging<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if object.is_instance_of::<PyByteArray>() || object.is_instance_of::<PyMemoryView>() {
        return object.py().get_type::<PyBytes>().call1((object,));
    }
    Ok(object.clone())
}

/// The bytes of an [`unchanging`] object.
pub(super) fn bytes<'a, 'py: 'a>(object: impl Into<Borrowed<'a, 'py, PyAny>>, name: &str) -> PyResult<&'a [u8]> {
    let object = object.into();
    if object.is_instance_of::<PyBytes>() {
        Ok(object.extract()?)
    } else if object.is_instance_of::<PyString>() {
        text(object, name).map(str::as_bytes)
    } else {
        wrong_type(&object, name, "str, bytes, bytearray or memoryview")
    }
}

/// A whole number of seconds. `True` is a number to Python, and surely was not meant as one.
pub(super) fn seconds(object: &Bound<'_, PyAny>, name: &str) -> PyResult<i64> {
    if object.is_instance_of::<PyBool>() {
        return wrong_type(object, name, "int");
    }
    object.extract::<i64>().or_else(|error| {
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            return raise(object.py(), Argument::LargeNumber { name: name.to_owned() });
        }
        not_this_type(object, error, name, "int")
    })
}

/// The same, or `None`.
pub(super) fn optional_seconds(object: Option<&Bound<'_, PyAny>>, name: &str) -> PyResult<Option<i64>> {
    object.filter(|object| !object.is_none()).map(|object| seconds(object, name)).transpose()
}

/// `True` or `False`. Another object's truth would be a guess: the text "false" is true.
pub(super) fn flag(object: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    object.cast::<PyBool>().map_or_else(|_| wrong_type(object, name, "bool"), |flag| Ok(flag.is_true()))
}

/// An argument that may be left out, where `None` is not leaving it out: `transmission=None` would be by header.
#[derive(Clone, Copy)]
pub(super) struct Given<'a, 'py>(pub(super) Option<Borrowed<'a, 'py, PyAny>>);

impl<'py> Given<'_, 'py> {
    /// What was given, if anything was.
    pub(super) fn object(&self) -> Option<&Bound<'py, PyAny>> {
        self.0.as_deref()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'a, 'py> {
    type Error = std::convert::Infallible;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        Ok(Self(Some(object)))
    }
}

/// What is wrong with an argument's type; never what it holds.
pub(super) fn wrong_type<T>(object: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyResult<T> {
    let given = object.get_type().name()?;
    let form = object.is_instance_of::<PyDict>().then_some("; urllib.parse.urlencode() makes form data of it");
    let hint = form.filter(|_| name == "body").unwrap_or_default();
    Err(PyTypeError::new_err(format!("{name} must be {wanted}, not {given}{hint}")))
}

/// The same for an object that was asked and refused. What its own code raised otherwise stays what it is.
pub(super) fn not_this_type<T>(object: &Bound<'_, PyAny>, error: PyErr, name: &str, wanted: &str) -> PyResult<T> {
    if error.is_instance_of::<PyTypeError>(object.py()) { wrong_type(object, name, wanted) } else { Err(error) }
}

/// A request as Python describes it.
pub(super) struct Described<'a, 'py> {
    pub(super) method: &'a Bound<'py, PyAny>,
    pub(super) url: &'a Bound<'py, PyAny>,
    pub(super) body: Option<Bound<'py, PyAny>>,
    pub(super) content_type: Option<&'a Bound<'py, PyAny>>,
    /// Names and values.
    pub(super) parameters: Vec<[Bound<'py, PyAny>; 2]>,
    pub(super) nonce: Option<&'a Bound<'py, PyAny>>,
    pub(super) timestamp: Option<i64>,
    pub(super) transmission: Option<&'a Bound<'py, PyAny>>,
}

impl<'a, 'py> Described<'a, 'py> {
    /// What the caller gave, each part by its argument's name.
    #[allow(clippy::too_many_arguments, reason = "the arguments of `sign`")]
    pub(super) fn read(
        method: &'a Bound<'py, PyAny>,
        url: &'a Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        content_type: Option<&'a Bound<'py, PyAny>>,
        parameters: Option<&Bound<'py, PyAny>>,
        nonce: Option<&'a Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
        transmission: Option<&'a Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let body = body.filter(|body| !body.is_none()).map(unchanging).transpose()?;
        let parameters = pairs(parameters, "parameters")?;
        let timestamp = optional_seconds(timestamp, "timestamp")?;
        Ok(Self { method, url, body, content_type, parameters, nonce, timestamp, transmission })
    }

    /// The names and values of [`parameters`](Self::parameters), as text.
    pub(super) fn parameters(&self) -> PyResult<Vec<(&str, &str)>> {
        texts(&self.parameters)
    }

    /// The request as the core takes it.
    pub(super) fn request<'r>(&'r self, parameters: &'r [(&'r str, &'r str)]) -> PyResult<Request<'r>> {
        let parts = Parts {
            body: self.body.as_ref().map(Bound::as_borrowed),
            content_type: self.content_type.map(Bound::as_borrowed),
            nonce: self.nonce.map(Bound::as_borrowed),
            timestamp: self.timestamp,
            transmission: self.transmission.map(Bound::as_borrowed),
            ..Parts::new(self.method.as_borrowed(), self.url.as_borrowed())
        };
        parts.request(parameters)
    }
}

/// Names and values as text.
pub(super) fn texts<'a>(pairs: &'a [[Bound<'_, PyAny>; 2]]) -> PyResult<Vec<(&'a str, &'a str)>> {
    let texts = pairs.iter().map(|[name, value]| {
        Ok((text(name.as_borrowed(), "a parameter's name")?, text(value.as_borrowed(), "a parameter's value")?))
    });
    texts.collect()
}

/// What describes a request besides further parameters; nothing of it can change.
pub(super) struct Parts<'a, 'py> {
    pub(super) method: Borrowed<'a, 'py, PyAny>,
    pub(super) url: Borrowed<'a, 'py, PyAny>,
    pub(super) body: Option<Borrowed<'a, 'py, PyAny>>,
    pub(super) content_type: Option<Borrowed<'a, 'py, PyAny>>,
    pub(super) nonce: Option<Borrowed<'a, 'py, PyAny>>,
    pub(super) timestamp: Option<i64>,
    pub(super) transmission: Option<Borrowed<'a, 'py, PyAny>>,
}

impl<'a, 'py: 'a> Parts<'a, 'py> {
    pub(super) const fn new(method: Borrowed<'a, 'py, PyAny>, url: Borrowed<'a, 'py, PyAny>) -> Self {
        Self { method, url, body: None, content_type: None, nonce: None, timestamp: None, transmission: None }
    }

    /// The request as the core takes it.
    pub(super) fn request(&self, parameters: &'a [(&'a str, &'a str)]) -> PyResult<Request<'a>> {
        let mut request = Request::new(text(self.method, "method")?, text(self.url, "url")?);
        request.content_type = optional_text(self.content_type, "content_type")?;
        let body = self.body.filter(|body| !body.is_none());
        request.body = body.map(|body| bytes(body, "body")).transpose()?;
        request.parameters = parameters;
        request.nonce = optional_text(self.nonce, "nonce")?;
        request.timestamp = self.timestamp;
        if let Some(object) = self.transmission {
            request.transmission = Transmission::from_name(text(object, "transmission")?)
                .map_err(|error| super::error::exception(object.py(), &error))?;
        }
        Ok(request)
    }
}

/// The pairs of a mapping, or of an iterable of pairs; `None` has none.
pub(super) fn pairs<'py>(object: Option<&Bound<'py, PyAny>>, name: &str) -> PyResult<Vec<[Bound<'py, PyAny>; 2]>> {
    const WANTED: &str = "a mapping or an iterable of pairs";
    let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(Vec::new()) };
    if is_text(object) {
        return wrong_type(object, name, WANTED);
    }
    let items = if is_mapping(object)? { items(object)? } else { object.clone() };
    let items = items.try_iter().or_else(|error| not_this_type(object, error, name, WANTED))?;
    items.map(|item| pair(&item?, name)).collect()
}

/// The two items of a pair, which is no text.
pub(super) fn pair<'py>(item: &Bound<'py, PyAny>, name: &str) -> PyResult<[Bound<'py, PyAny>; 2]> {
    if is_text(item) || !is_sequence(item)? || item.len()? != 2 {
        return wrong_type(item, &format!("an item of {name}"), "a pair");
    }
    Ok([item.get_item(0)?, item.get_item(1)?])
}

/// Whether it is a mapping. Python's own code may be asked, and what it raises, `KeyboardInterrupt` too, is raised here:
/// `PyMapping` and `PySequence` of PyO3 would print that and go on.
pub(super) fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if object.is_instance_of::<PyDict>() {
        return Ok(true);
    }
    if object.is_exact_instance_of::<PyTuple>() || object.is_exact_instance_of::<PyList>() {
        return Ok(false);
    }
    object.is_instance(MAPPING.import(object.py(), "collections.abc", "Mapping")?)
}

/// Whether it is a sequence, in the same way.
pub(super) fn is_sequence(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static SEQUENCE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if object.is_instance_of::<PyTuple>() || object.is_instance_of::<PyList>() {
        return Ok(true);
    }
    object.is_instance(SEQUENCE.import(object.py(), "collections.abc", "Sequence")?)
}

/// The items of a mapping.
pub(super) fn items<'py>(mapping: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match mapping.cast_exact::<PyDict>() {
        Ok(dict) => Ok(dict.items().into_any()),
        Err(_) => mapping.call_method0("items"),
    }
}

/// Whether it is text, which is a sequence as well and was surely not meant as one.
pub(super) fn is_text(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>()
}
