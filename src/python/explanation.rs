//! `osign.oauth1.Explanation`: the steps of a signature, and where a server's base string differs.

use super::arguments::text;
use super::error::not_pickled;
use crate::explain::Field;
use crate::oauth1;
use crate::oauth1::explain::{KeyShape, SecretShape};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// Every step of one signature. `str()` and `print()` show them as a person reads them.
///
/// No secret is in it: with PLAINTEXT the signature is masked, or `None`.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Explanation(pub(super) oauth1::Explanation);

#[pymethods]
impl Explanation {
    /// The HTTP method as the base string has it, in capitals.
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    /// The base string URI (RFC 5849 §3.4.1.2), not encoded.
    #[getter]
    fn base_string_uri(&self) -> &str {
        &self.0.base_string_uri
    }

    /// Why the base string URI is not simply the URL up to its query, each a sentence.
    #[getter]
    fn uri_notes(&self) -> Vec<String> {
        self.0.uri_notes.iter().map(ToString::to_string).collect()
    }

    /// Every pair that is signed, in the order of collection: query, form body, protocol.
    #[getter]
    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters.iter().cloned().map(Parameter).collect()
    }

    /// The order that they are signed in (RFC 5849 §3.4.1.3.2), as indices into `parameters`.
    #[getter]
    fn sorted(&self) -> Vec<usize> {
        self.0.sorted.clone()
    }

    /// The normalised parameters (RFC 5849 §3.4.1.3.2).
    #[getter]
    fn normalized_parameters(&self) -> String {
        self.0.signed.normalized_parameters()
    }

    /// The signature base string (RFC 5849 §3.4.1).
    #[getter]
    fn base_string(&self) -> &str {
        &self.0.signed.base_string
    }

    /// What the signature says of the body: `use` is `"absent"`, `"form"`, `"hashed"` or `"not signed"`, `bytes` its
    /// length; with `"hashed"` there is `algorithm`, too.
    #[getter]
    fn body(&self) -> Field<'static> {
        self.0.body.fields().into()
    }

    /// The signature method, such as `"HMAC-SHA1"`.
    #[getter]
    fn signature_method(&self) -> &'static str {
        self.0.signature_method.name()
    }

    /// The shape of what signed, never a character of it: `rsa_bits`, or for `consumer_secret` and `token_secret`
    /// a pair of lengths in characters, as it is and percent-encoded.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let key = PyDict::new(py);
        let pair = |shape: SecretShape| (shape.characters, shape.encoded);
        match self.0.key {
            KeyShape::Rsa { bits } => key.set_item("rsa_bits", bits)?,
            KeyShape::Hmac { consumer, token } | KeyShape::Plaintext { consumer, token } => {
                key.set_item("consumer_secret", pair(consumer))?;
                key.set_item("token_secret", pair(token))?;
            }
        }
        Ok(key)
    }

    /// The signature in base64; `None` with PLAINTEXT.
    #[getter]
    fn signature(&self) -> Option<&str> {
        self.0.shown_signature()
    }

    /// The URL to send, without user name and password.
    #[getter]
    fn url(&self) -> String {
        self.0.shown_url()
    }

    /// The value of the `Authorization` header; `None` unless the transmission is by header.
    #[getter]
    fn authorization(&self) -> Option<String> {
        Some(self.0.shown_authorization().into_owned()).filter(|header| !header.is_empty())
    }

    /// The realm, which is sent and never signed; `None` for none.
    #[getter]
    fn realm(&self) -> Option<&str> {
        self.0.realm.as_deref()
    }

    /// The nonce that was signed.
    #[getter]
    fn nonce(&self) -> &str {
        &self.0.signed.nonce
    }

    /// The timestamp that was signed, in Unix seconds.
    #[getter]
    const fn timestamp(&self) -> i64 {
        self.0.signed.timestamp
    }

    /// What looks like a mistake, each a sentence.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.iter().map(ToString::to_string).collect()
    }

    /// Compares the base string with the one that a server reports, and returns a `Comparison`: where they first differ,
    /// in words. White space around the server's text does not count.
    #[pyo3(signature = (server_base_string, /))]
    fn compare(&self, server_base_string: &Bound<'_, PyAny>) -> PyResult<Comparison> {
        let theirs = text(server_base_string, "server_base_string")?;
        Ok(Comparison(oauth1::compare_base_strings(self.base_string(), theirs)))
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("an Explanation is not pickled; take of it what is needed"))
    }

    fn __repr__(&self) -> String {
        format!("<Explanation of {} parameters, {}>", self.0.parameters.len(), self.0.signature_method)
    }
}

/// One name and value that is signed.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Parameter(oauth1::explain::Parameter);

#[pymethods]
impl Parameter {
    /// Where it comes from: `"query"`, `"form body"` or `"protocol"`.
    #[getter]
    const fn origin(&self) -> &'static str {
        self.0.origin.word()
    }

    /// The name's bytes, decoded.
    #[getter]
    fn name<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.name)
    }

    /// The value's bytes, decoded.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.value)
    }

    /// The name, percent-encoded (RFC 5849 §3.6).
    #[getter]
    fn encoded_name(&self) -> &str {
        &self.0.encoded_name
    }

    /// The value, percent-encoded.
    #[getter]
    fn encoded_value(&self) -> &str {
        &self.0.encoded_value
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Parameter is not pickled; take of it what is needed"))
    }

    fn __repr__(&self) -> String {
        format!("<Parameter of the {}>", self.origin())
    }
}

/// What comparing two base strings found. `str()` says it in words; it is true when they are the same.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Comparison(oauth1::Comparison);

#[pymethods]
impl Comparison {
    /// Whether they are the same.
    #[getter]
    fn same(&self) -> bool {
        self.0.is_same()
    }

    /// Whether the server's is of another request: another nonce or timestamp.
    #[getter]
    const fn other_request(&self) -> bool {
        self.0.other_request
    }

    /// The first difference in words, such as "the server sees port 443".
    #[getter]
    fn message(&self) -> String {
        self.0.to_string()
    }

    fn __bool__(&self) -> bool {
        self.0.is_same()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Comparison is not pickled; take of it what is needed"))
    }

    fn __repr__(&self) -> String {
        format!("Comparison(same={})", if self.0.is_same() { "True" } else { "False" })
    }
}

/// Compares a base string of ours with the one that a server reports, and returns a `Comparison`: where they first
/// differ, in words.
///
/// Both are `str`, or `bytes` in UTF-8. For a request that is not signed yet, `Explanation.compare` is the way.
#[pyfunction]
#[pyo3(signature = (ours, theirs, /))]
pub(super) fn compare_base_strings(ours: &Bound<'_, PyAny>, theirs: &Bound<'_, PyAny>) -> PyResult<Comparison> {
    Ok(Comparison(oauth1::compare_base_strings(text(ours, "ours")?, text(theirs, "theirs")?)))
}
