//! `osign.oauth1.Signer`.

use super::arguments::{Described, Given, flag, optional_text, seconds, text};
use super::error::{not_pickled, warn_of_unsigned_form};
use super::explanation::Explanation;
use super::guard::{call, call_detached};
use super::many::{authorization_many, sign_many};
use super::signed::Signed;
use crate::error::Error;
use crate::oauth1::{self, Request, SignatureMethod};
use crate::system::System;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// A body of this many bytes is hashed and signed without the interpreter.
const LARGE_BODY: usize = 64 << 10;

/// Credentials and a signature method, ready to sign any number of requests (RFC 5849).
///
/// Texts are `str`, or `bytes` in UTF-8; nothing is percent-encoded beforehand.
///
/// - `consumer_key`, `consumer_secret`: the application's; the service may call them client key or API key.
/// - `token`, `token_secret`: the access token, or the request token while one is being exchanged; `None` for none.
/// - `signature_method`: `"HMAC-SHA1"`, `"HMAC-SHA256"`, `"HMAC-SHA512"`, `"RSA-SHA1"`, `"RSA-SHA256"`,
///   `"RSA-SHA512"` or `"PLAINTEXT"`.
/// - `private_key`: for the RSA methods, a PKCS#1 or PKCS#8 PEM text, not encrypted.
/// - `realm`: sent first in the header, never signed.
/// - `clock_offset`: seconds to add to a clock that is off.
/// - `send_version`: whether `oauth_version="1.0"` is sent.
/// - `body_hash`: whether `oauth_body_hash` is sent where the body is no form, or there is none. The hash is the
///   signature method's own; SHA-1 for PLAINTEXT.
///
/// Raises `osign.InputError` for text that cannot be sent, `osign.InvalidKeyError` for a private key that is none, and for
/// an RSA method without one.
///
/// A signer never changes: share it among threads, keep it for as long as the credentials hold. The HMAC is keyed
/// once, here. `repr` shows no secret, `pickle` is refused, and the secrets are wiped when it goes.
#[pyclass(module = "osign.oauth1", frozen, weakref)]
#[derive(Debug)]
pub(super) struct Signer(oauth1::Signer);

#[pymethods]
impl Signer {
    #[new]
    #[pyo3(signature = (
        consumer_key, consumer_secret, token=None, token_secret=None, *, signature_method=Given(None), private_key=None,
        realm=None, clock_offset=Given(None), send_version=Given(None), body_hash=Given(None)
    ), text_signature = "(consumer_key, consumer_secret, token=None, token_secret=None, *, \
        signature_method='HMAC-SHA1', private_key=None, realm=None, clock_offset=0, send_version=True, body_hash=False)")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn new(
        consumer_key: &Bound<'_, PyAny>,
        consumer_secret: &Bound<'_, PyAny>,
        token: Option<&Bound<'_, PyAny>>,
        token_secret: Option<&Bound<'_, PyAny>>,
        signature_method: Given<'_, '_>,
        private_key: Option<&Bound<'_, PyAny>>,
        realm: Option<&Bound<'_, PyAny>>,
        clock_offset: Given<'_, '_>,
        send_version: Given<'_, '_>,
        body_hash: Given<'_, '_>,
    ) -> PyResult<Self> {
        let consumer_key_text = text(consumer_key, "consumer_key")?;
        let consumer_secret = text(consumer_secret, "consumer_secret")?;
        let token = optional_text(token, "token")?.unwrap_or_default();
        let token_secret = optional_text(token_secret, "token_secret")?.unwrap_or_default();
        let signature_method = signature_method.read("signature_method", text)?;
        let private_key = optional_text(private_key, "private_key")?;
        let realm = optional_text(realm, "realm")?;
        let clock_offset = clock_offset.read("clock_offset", seconds)?.unwrap_or(0);
        let send_version = send_version.read("send_version", flag)?.unwrap_or(true);
        let body_hash = body_hash.read("body_hash", flag)?.unwrap_or(false);
        call(consumer_key.py(), || {
            let mut signer = oauth1::Signer::new(consumer_key_text, consumer_secret)?;
            signer.set_token(token, token_secret)?;
            if let Some(name) = signature_method {
                signer.set_signature_method(SignatureMethod::from_name(name)?);
            }
            if let Some(pem) = private_key {
                signer.set_private_key(pem)?;
            }
            signer.set_realm(realm.unwrap_or_default())?;
            signer.set_clock_offset(clock_offset);
            signer.set_send_version(send_version);
            signer.set_body_hash(body_hash);
            signer.check_key()?;
            Ok(Self(signer))
        })
    }

    /// Signs a request and returns all of it: what to send, and what was signed.
    ///
    /// - `method`, `url`: the HTTP method, and the absolute http or https URL with its query.
    /// - `body`: `bytes` or `str`. It is signed when `content_type` is `application/x-www-form-urlencoded`, with or
    ///   without a charset; of other bodies a hash is signed, if the signer was made so.
    /// - `parameters`: further protocol parameters, such as `oauth_callback` and `oauth_verifier`: a mapping, or pairs.
    /// - `nonce`, `timestamp`: in place of a fresh nonce and the clock (Unix seconds).
    /// - `transmission`: where the protocol parameters travel: `"header"`, `"query"` or `"body"`.
    ///
    /// Raises `osign.InputError` for what cannot be signed, `osign.InvalidKeyError` for a private key that is too short for
    /// the method's hash, `TypeError` for an argument of the wrong type. Warns with `osign.UnsignedFormWarning` of a body
    /// that looks like a form and has no content type: it is not signed.
    #[pyo3(signature = (
        method, url, body=None, *, content_type=None, parameters=None, nonce=None, timestamp=None,
        transmission=Given(None)
    ), text_signature = "($self, method, url, body=None, *, content_type=None, parameters=None, nonce=None, \
        timestamp=None, transmission='header')")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn sign<'py>(
        &self,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        content_type: Option<&Bound<'py, PyAny>>,
        parameters: Option<&Bound<'py, PyAny>>,
        nonce: Option<&Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
        transmission: Given<'_, 'py>,
    ) -> PyResult<Signed> {
        let described =
            Described::read(method, url, body, content_type, parameters, nonce, timestamp, transmission.object())?;
        let parameters = described.parameters()?;
        let request = described.request(&parameters)?;
        let signed = call_core(method.py(), &self.0, &request, || self.0.sign(&request, &mut System))?;
        warn_of_unsigned_form(method.py(), &request)?;
        Ok(Signed::new(method.py(), signed, &request, described.body.as_ref()))
    }

    /// The value of the `Authorization` header for a request: the quickest way to a signature.
    ///
    /// Arguments and errors are those of `sign`.
    #[pyo3(signature = (method, url, body=None, *, content_type=None, parameters=None, nonce=None, timestamp=None))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn authorization<'py>(
        &self,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        content_type: Option<&Bound<'py, PyAny>>,
        parameters: Option<&Bound<'py, PyAny>>,
        nonce: Option<&Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<String> {
        let described = Described::read(method, url, body, content_type, parameters, nonce, timestamp, None)?;
        let parameters = described.parameters()?;
        let request = described.request(&parameters)?;
        let authorization = call_core(method.py(), &self.0, &request, || self.0.authorization(&request, &mut System))?;
        warn_of_unsigned_form(method.py(), &request)?;
        Ok(authorization)
    }

    /// Signs many requests and returns a `list` of `Signed` in their order. Other threads run, and Ctrl-C is heeded, after
    /// each thousand; with RSA after 32, and after fewer once they come to 16 MiB. RSA and a large body are signed while
    /// others run.
    ///
    /// Each request is a sequence `(method, url)`, `(method, url, body)` or `(method, url, body, content_type)`, or
    /// a mapping of the arguments of `sign` by their names. When one cannot be signed, its error is raised and says
    /// which one it was, counted from 0; none is returned then.
    #[pyo3(signature = (requests, /))]
    fn sign_many<'py>(&self, requests: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        sign_many(&self.0, requests)
    }

    /// The values of the `Authorization` headers for many requests: a `list` of `str` in their order, and the quickest way
    /// to many signatures.
    ///
    /// Requests and errors are those of `sign_many`; the transmission is by header.
    #[pyo3(signature = (requests, /))]
    fn authorization_many<'py>(&self, requests: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        authorization_many(&self.0, requests)
    }

    /// Every step of the signature that `sign` makes of the same arguments, as an `Explanation`: to print, to look into,
    /// to compare with what a server computed. `osign.oauth1.explain` is the same as a function.
    ///
    /// Raises what `sign` raises.
    #[pyo3(signature = (
        method, url, body=None, *, content_type=None, parameters=None, nonce=None, timestamp=None,
        transmission=Given(None)
    ), text_signature = "($self, method, url, body=None, *, content_type=None, parameters=None, nonce=None, \
        timestamp=None, transmission='header')")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn explain<'py>(
        &self,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        content_type: Option<&Bound<'py, PyAny>>,
        parameters: Option<&Bound<'py, PyAny>>,
        nonce: Option<&Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
        transmission: Given<'_, 'py>,
    ) -> PyResult<Explanation> {
        let described =
            Described::read(method, url, body, content_type, parameters, nonce, timestamp, transmission.object())?;
        let parameters = described.parameters()?;
        let request = described.request(&parameters)?;
        call_core(method.py(), &self.0, &request, || self.0.explain(&request, &mut System)).map(Explanation)
    }

    /// The signature method, such as `"HMAC-SHA1"`.
    #[getter]
    const fn signature_method(&self) -> &'static str {
        self.0.signature_method().name()
    }

    fn __repr__(&self) -> String {
        format!("Signer([redacted], signature_method='{}')", self.signature_method())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled(
            "a Signer is not pickled, since that would write its secrets where they are not wiped; make one where it \
             is needed",
        ))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// Calls the core, without the interpreter where that takes long.
#[inline]
pub(super) fn call_core<T: Send>(
    py: Python<'_>,
    signer: &oauth1::Signer,
    request: &Request<'_>,
    body: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    let is_long = signer.signature_method().is_rsa() || request.body.is_some_and(|body| body.len() >= LARGE_BODY);
    if is_long { call_detached(py, body) } else { call(py, body) }
}
