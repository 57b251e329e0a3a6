//! `osign.oauth1.Signer`.

use super::arguments::{Described, Given, optional_text, text};
use super::error::{may_be_respelled, not_pickled, warn_of_unsigned_form, warn_of_url};
use super::explanation::Explanation;
use super::guard::{call, call_core};
use super::many::{authorization_many, sign_many};
use super::settings::{Settings, Taker};
use super::signed::Signed;
use crate::oauth1;
use crate::system::System;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Credentials and a signature method, ready to sign any number of requests (RFC 5849).
///
/// Texts are `str`, or `bytes` in UTF-8; nothing is percent-encoded beforehand.
///
/// - `consumer_key`, `consumer_secret`: the application's; the service may call them client key or API key.
/// - `token`, `token_secret`: the access token, or the request token while one is being exchanged; `None` for none.
/// - `signature_method`: `osign.oauth1.SignatureMethod` has the names.
/// - `private_key`: for the RSA methods, a PKCS#1 or PKCS#8 PEM text, not encrypted.
/// - `realm`: sent first in the header, never signed. An empty one is none, unless `send_empty_realm` is `True`.
/// - `send_empty_token`: whether `oauth_token=""` is sent where there is no token.
/// - `clock_offset`: seconds to add to a clock that is off.
/// - `version`, `send_version`: the value of `oauth_version`, and whether it is sent.
/// - `plaintext_nonce`: whether PLAINTEXT sends nonce and timestamp.
/// - `url_form`: the form that a URL is signed in: `"as-given"`, `"normal"` (RFC 3986 §6.2.2, §6.2.3), or `"usual"`, which is
///   normal where the URL is handed back, and as given in `authorization` and `authorization_many`.
/// - `body_hash`: whether `oauth_body_hash` is sent where the body is no form, or there is none. The hash is the
///   signature method's own; SHA-1 for PLAINTEXT.
/// - `mastercard_form`: whether requests have the form that Mastercard's own libraries give them, which is not that of RFC
///   5849: what is encoded twice there is encoded once, and every body has its hash.
///
/// Raises `osign.InputError` for text that cannot be sent, `osign.InvalidKeyError` for a private key that is none, and for
/// an RSA method without one.
///
/// A signer never changes: share it among threads, keep it for as long as the credentials hold. The HMAC is keyed
/// once, here. `repr` shows no secret, `pickle` is refused, and the secrets are wiped when it goes.
#[pyclass(module = "osign.oauth1", frozen, weakref)]
#[derive(Debug)]
pub(super) struct Signer(pub(super) oauth1::Signer);

const TAKER: Taker = Taker { name: "Signer.__new__", none_is_left_out: |name| matches!(name, "private_key" | "realm") };

#[pymethods]
impl Signer {
    #[new]
    // The keyword arguments are what the core's table of settings has. They are written out for `help()` alone, and a test
    // compares that with the stub, which another compares with the table.
    #[pyo3(
        signature = (consumer_key, consumer_secret, token=None, token_secret=None, **settings),
        text_signature = "(consumer_key, consumer_secret, token=None, token_secret=None, *, \
            signature_method='HMAC-SHA1', private_key=None, realm=None, send_empty_realm=False, send_empty_token=False, \
            clock_offset=0, version='1.0', send_version=True, plaintext_nonce=True, body_hash=False, url_form='usual', \
            mastercard_form=False)"
    )]
    fn new(
        consumer_key: &Bound<'_, PyAny>,
        consumer_secret: &Bound<'_, PyAny>,
        token: Option<&Bound<'_, PyAny>>,
        token_secret: Option<&Bound<'_, PyAny>>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let consumer_key_text = text(consumer_key, "consumer_key")?;
        let consumer_secret = text(consumer_secret, "consumer_secret")?;
        let token = optional_text(token, "token")?.unwrap_or_default();
        let token_secret = optional_text(token_secret, "token_secret")?.unwrap_or_default();
        let settings = Settings::of(oauth1::Signer::SETTINGS, &TAKER, settings)?;
        let settings = settings.values()?;
        call(consumer_key.py(), || {
            let mut signer = oauth1::Signer::new(consumer_key_text, consumer_secret)?;
            signer.set_token(token, token_secret)?;
            for (name, value) in settings {
                signer.set(name, value)?;
            }
            signer.check_key()?;
            Ok(Self(signer))
        })
    }

    /// Signs a request and returns all of it: what to send, and what was signed. The URL is signed in its normal form, which
    /// every HTTP client sends alike, unless the signer has another `url_form`: send `url` of the answer.
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
    /// Arguments and errors are those of `sign`. The URL is signed as it is given, unless the signer has another `url_form`:
    /// what is sent must be that. Warns with `osign.UnnormalizedUrlWarning` of a URL that HTTP clients may send in another form.
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
        if may_be_respelled(&self.0, &request) {
            warn_of_url(method.py(), request.url)?;
        }
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
    /// Requests and errors are those of `sign_many`; the transmission is by header. URLs are signed as `authorization` does,
    /// which warns once here.
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
