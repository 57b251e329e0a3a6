//! `osign.oauth1.Flow`.

use super::arguments::{bytes, optional_text, pairs, seconds, text, texts, unchanging};
use super::error::{exception, not_pickled};
use super::guard::guarded;
use super::request::AuthorizedRequest;
use super::sender::answer_of;
use super::settings::{Settings, Taker};
use super::signer::Signer;
use crate::error::Error;
use crate::grant::key::Key;
use crate::grant::pending;
use crate::grant::seal::NONCE;
use crate::http::{Answer, Request};
use crate::oauth1::flow::{self, Pending};
use crate::secret::Secret;
use crate::system::{self, System};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Mutex, PoisonError};

/// The names of what can be set of a flow, so that a test can compare them with the stub.
pub(super) fn settings() -> Vec<&'static str> {
    flow::Flow::SETTINGS.iter().map(crate::setting::Setting::name).collect()
}

const TAKER: Taker = Taker { name: "Flow", none_is_left_out: |_| true };

/// A login at a service of OAuth 1.0a (RFC 5849 §2) whose requests you send, by any client: it reads no network.
///
/// In order: `request_temporary`, send it, `read_temporary`; a person agrees at `authorize_url`; `read_callback`; `request_token`,
/// send it, `read_token`; then `signer` is what signs requests of the API. A step out of its turn raises `osign.InputError` and
/// changes nothing. Send each request once, as it is, and follow no redirect.
///
/// - `consumer_key`, `consumer_secret`: the application's.
/// - `provider`: a service of OAuth 1.0a that osign knows, such as `"quickbooks-oauth1"`; or `profile`, the text of a profile of
///   your own. Without either nothing is known of it but the settings.
/// - `callback`: where the browser comes back to, or `"oob"` where the service shows a code instead.
/// - `account`: the account's host, where the service has one for each.
/// - `request_token_url`, `authorize_url`, `access_token_url`, `renew_url`, `revoke_url`: addresses, in the place of the profile's.
/// - `signature_method`, `private_key`, `realm`, `send_empty_token`, `clock_offset`, `version`, `send_version`, `plaintext_nonce`:
///   as of a `Signer`.
/// - `transmission`, `http_method`: where the parameters travel, and `"POST"` or `"GET"`. `user_agent`: a header of each request.
/// - `callback_in`: `"authorize"` for services of OAuth 1.0, whose callbacks have no verifier; else `"request-token"`.
/// - `callback_confirmed`: whether the first answer must say `oauth_callback_confirmed=true` (RFC 5849 §2.1).
/// - `xauth`: whether the service takes a name and a password. `allow_insecure_http`: whether loopback may do without TLS.
///
/// Raises `osign.ConfigurationError` of a service or a profile that is none, or of OAuth 2.0; `osign.InputError` and
/// `osign.InvalidKeyError` of settings that are none. `repr` shows no secret; `pickle` is refused, and `to_dict` and `seal` are
/// what can be kept between two web requests.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Flow(Mutex<flow::Flow>);

impl Flow {
    /// Asks the flow. The interpreter goes on meanwhile, and nobody who has it waits for the flow.
    fn ask<T: Send>(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&mut flow::Flow) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let asked = py.detach(|| guarded(|| body(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))));
        asked.map_err(|error| exception(py, &error))
    }

    fn request(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&mut flow::Flow) -> Result<Request, Error> + Send,
    ) -> PyResult<AuthorizedRequest> {
        self.ask(py, body).map(|request| AuthorizedRequest { request, generation: 0 })
    }

    fn credentials(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&mut flow::Flow) -> Result<flow::Credentials, Error> + Send,
    ) -> PyResult<Credentials> {
        self.ask(py, |flow| {
            let credentials = body(flow)?;
            Ok(Credentials { credentials, account: flow.account().map(str::to_owned) })
        })
    }
}

#[pymethods]
impl Flow {
    #[new]
    #[pyo3(
        signature = (consumer_key, consumer_secret=None, *, provider=None, profile=None, **settings),
        text_signature = "(consumer_key, consumer_secret='', *, provider=None, profile=None, callback=None, account=None, \
            request_token_url=None, authorize_url=None, access_token_url=None, renew_url=None, revoke_url=None, \
            signature_method=None, private_key=None, realm=None, transmission=None, http_method=None, callback_in=None, \
            callback_confirmed=None, send_empty_token=None, xauth=None, user_agent=None, allow_insecure_http=None, \
            clock_offset=None, version=None, send_version=None, plaintext_nonce=None)"
    )]
    fn new(
        consumer_key: &Bound<'_, PyAny>,
        consumer_secret: Option<&Bound<'_, PyAny>>,
        provider: Option<&Bound<'_, PyAny>>,
        profile: Option<&Bound<'_, PyAny>>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = consumer_key.py();
        let consumer_key = text(consumer_key, "consumer_key")?;
        let consumer_secret = optional_text(consumer_secret, "consumer_secret")?.unwrap_or_default();
        let (provider, profile) = (optional_text(provider, "provider")?, optional_text(profile, "profile")?);
        let settings = Settings::of(flow::Flow::SETTINGS, &TAKER, settings)?;
        let settings = settings.values()?;
        let made = guarded(|| {
            let mut flow = flow::Flow::of_service(provider, profile, consumer_key, consumer_secret)?;
            settings.into_iter().try_for_each(|(name, value)| flow.set(name, value))?;
            Ok(Self(Mutex::new(flow)))
        });
        made.map_err(|error| exception(py, &error))
    }

    /// Sets what the constructor takes by these names. What raises leaves what came before it set.
    #[pyo3(
        signature = (**settings),
        text_signature = "($self, *, callback=None, account=None, request_token_url=None, authorize_url=None, \
            access_token_url=None, renew_url=None, revoke_url=None, signature_method=None, private_key=None, realm=None, \
            transmission=None, http_method=None, callback_in=None, callback_confirmed=None, send_empty_token=None, xauth=None, \
            user_agent=None, allow_insecure_http=None, clock_offset=None, version=None, send_version=None, \
            plaintext_nonce=None)"
    )]
    fn set(&self, py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let taker = Taker { name: "Flow.set", ..TAKER };
        let settings = Settings::of(flow::Flow::SETTINGS, &taker, settings)?;
        let settings = settings.values()?;
        self.ask(py, |flow| settings.into_iter().try_for_each(|(name, value)| flow.set(name, value)))
    }

    /// The request for temporary credentials (RFC 5849 §2.1), an `osign.AuthorizedRequest` to send. It begins a new login; one
    /// that was under way is given up.
    ///
    /// Raises `osign.ConfigurationError` where an address is missing or not https, and `osign.InvalidKeyError` for an RSA method
    /// without a key.
    fn request_temporary(&self, py: Python<'_>) -> PyResult<AuthorizedRequest> {
        self.request(py, |flow| flow.request_temporary(&mut System))
    }

    /// Reads the answer to it: its status, its headers (a mapping), its content type or `None`, and its body.
    ///
    /// Raises `osign.LoginFailed` where the service refused, with what it says of it; where the answer is no form with a token and
    /// its secret, each once; and where it does not confirm the callback.
    fn read_temporary(&self, status: u16, headers: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, answer) = (body.py(), answer(status, headers, body)?);
        self.ask(py, |flow| flow.read_temporary(&answer, system::milliseconds()))
    }

    /// The URL where a person agrees (RFC 5849 §2.2). `parameters` are further ones of the service's own, such as `screen_name`,
    /// `perms` or `scope`: a mapping, or pairs.
    #[pyo3(signature = (parameters=None))]
    fn authorize_url(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let parameters = pairs(parameters, "parameters")?;
        let parameters = texts(&parameters)?;
        self.ask(py, |flow| flow.authorize_url(&parameters))
    }

    /// Reads what the browser came to: the whole URL, or its query; or the code that the service showed and a person typed, where
    /// the callback is none or `oob`.
    ///
    /// Raises `osign.LoginFailed` of a callback that is foreign or none, or tells that the person refused. The login goes on then:
    /// anybody can open a URL.
    fn read_callback(&self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, callback) = (callback.py(), text(callback, "callback")?);
        self.ask(py, |flow| flow.read_callback(callback))
    }

    /// The request for token credentials (RFC 5849 §2.3), an `osign.AuthorizedRequest` to send.
    ///
    /// `verifier` is for who has read the callback otherwise, and answers for it that its token was the one of this login; `""`
    /// for a service of OAuth 1.0, which has none. Else it is the one of `read_callback`.
    #[pyo3(signature = (verifier=None))]
    fn request_token(&self, py: Python<'_>, verifier: Option<&Bound<'_, PyAny>>) -> PyResult<AuthorizedRequest> {
        let given = optional_text(verifier, "verifier")?;
        self.request(py, |flow| {
            if let Some(verifier) = given {
                flow.set_verifier(Some(verifier).filter(|verifier| !verifier.is_empty()))?;
            }
            flow.request_token(&mut System)
        })
    }

    /// The request for token credentials by a person's name and password, at once, where a service takes them: an
    /// `osign.AuthorizedRequest` to send.
    fn request_xauth(&self, user_name: &Bound<'_, PyAny>, password: &Bound<'_, PyAny>) -> PyResult<AuthorizedRequest> {
        let (py, user_name, password) = (password.py(), text(user_name, "user_name")?, text(password, "password")?);
        self.request(py, |flow| flow.request_xauth(user_name, password, &mut System))
    }

    /// Reads the answer to `request_token` or `request_xauth`, as `read_temporary` does; returns the `Credentials`.
    ///
    /// The temporary credentials are used up then, and after a refusal. After another failure the request may be made once more.
    fn read_token(&self, status: u16, headers: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<Credentials> {
        let (py, answer) = (body.py(), answer(status, headers, body)?);
        self.credentials(py, |flow| flow.read_token(&answer))
    }

    /// A `Signer` of the service's API with the token credentials that there are: with the method, key, clock and version that were
    /// set or that the service wants, its realm, the hash of a body where it wants one, and Mastercard's form where that is its. A
    /// renewal does not change it.
    ///
    /// Where the protocol parameters travel is said of each request, by the `transmission` of `Signer.sign`; that of the flow is
    /// of its own requests. Raises `osign.InputError` where there are no token credentials yet, `osign.ConfigurationError` where
    /// the realm needs an account that is not known, and `osign.InvalidKeyError` for an RSA method without a key.
    fn signer(&self, py: Python<'_>) -> PyResult<Signer> {
        self.ask(py, |flow| flow.signer()).map(Signer)
    }

    /// Goes on with token credentials of an earlier login, for `signer`, `request_renewal` and `request_disconnect`.
    #[pyo3(signature = (token, token_secret, session_handle=None))]
    fn set_credentials(
        &self,
        token: &Bound<'_, PyAny>,
        token_secret: &Bound<'_, PyAny>,
        session_handle: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (py, token, secret) = (token.py(), text(token, "token")?, text(token_secret, "token_secret")?);
        let handle = optional_text(session_handle, "session_handle")?;
        self.ask(py, |flow| flow.set_credentials(token, secret, handle))
    }

    /// The request that gives the token a longer life, where the service has one: an `osign.AuthorizedRequest` to send.
    fn request_renewal(&self, py: Python<'_>) -> PyResult<AuthorizedRequest> {
        self.request(py, |flow| flow.request_renewal(&mut System))
    }

    /// Reads the answer to it; returns the `Credentials` from now on, which are the same where the service lets the token live on.
    fn read_renewal(&self, status: u16, headers: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<Credentials> {
        let (py, answer) = (body.py(), answer(status, headers, body)?);
        self.credentials(py, |flow| flow.read_renewal(&answer))
    }

    /// The request that ends the token, where the service has one: an `osign.AuthorizedRequest` to send.
    fn request_disconnect(&self, py: Python<'_>) -> PyResult<AuthorizedRequest> {
        self.request(py, |flow| flow.request_disconnect(&mut System))
    }

    /// Reads the answer to it: the token is good no more, unless this raises.
    fn read_disconnect(&self, status: u16, headers: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, answer) = (body.py(), answer(status, headers, body)?);
        self.ask(py, |flow| flow.read_disconnect(&answer))
    }

    /// What tells the login under way from others, and does not tell its token: 16 hexadecimal digits. Who must see to it that
    /// each is used once remembers it for a day.
    #[getter]
    fn id(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, |flow| Ok(pending::id(flow.under_way()?).to_string()))
    }

    /// The login under way, as a web session can keep it between two requests: secret, and of this person alone.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let pending = self.ask(py, |flow| flow.under_way().cloned())?;
        let kept = PyDict::new(py);
        kept.set_item("token", pending.token.text())?;
        kept.set_item("token_secret", pending.secret.text())?;
        kept.set_item("callback", &pending.callback)?;
        kept.set_item("account", &pending.account)?;
        kept.set_item("begun_at", pending.begun_at.div_euclid(1000))?;
        Ok(kept)
    }

    /// Goes on with a login that `to_dict` gave, in a flow of the same service and consumer, with the same settings.
    ///
    /// Raises `osign.LoginFailed` of one that was begun more than 24 hours ago.
    fn resume(&self, kept: &Bound<'_, PyAny>) -> PyResult<()> {
        let of = |name: &str| kept.get_item(name);
        let (token, secret, callback, account) = (of("token")?, of("token_secret")?, of("callback")?, of("account")?);
        let pending = Pending {
            token: Secret::new(text(&token, "token")?.as_bytes()),
            secret: Secret::new(text(&secret, "token_secret")?.as_bytes()),
            callback: text(&callback, "callback")?.to_owned(),
            account: optional_text(Some(&account), "account")?.map(str::to_owned),
            begun_at: seconds(&of("begun_at")?, "begun_at")?.saturating_mul(1000),
        };
        self.ask(kept.py(), |flow| flow.resume(pending, system::milliseconds()))
    }

    /// The login under way as one line of sealed text, which may be kept where others can read it, such as a cookie. `open` goes on
    /// with it, within 24 hours.
    ///
    /// `key` is the line that `osign.new_key()` makes, or 32 bytes. `context` is a text that `open` must be given again, such as
    /// the identifier of the person's session; service and consumer are part of it anyway. The text cannot know that it was used:
    /// see `id`.
    #[pyo3(signature = (key, context=None), text_signature = "($self, key, context='')")]
    fn seal(&self, key: &Bound<'_, PyAny>, context: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let (py, key) = (key.py(), unchanging(key)?);
        let key = bytes(&key, "key")?;
        let context = optional_text(context, "context")?.unwrap_or_default();
        self.ask(py, |flow| {
            let mut nonce = [0; NONCE];
            system::fill(&mut nonce)?;
            pending::seal(flow.under_way()?, &Key::read(key)?, &flow.belonging(context), &nonce)
        })
    }

    /// Goes on with a login that `seal` gave, in a flow of the same service and consumer, with the same settings, key and context.
    ///
    /// Raises `osign.LoginFailed` of a text that was changed, is sealed with another key or for something else, or was begun more
    /// than 24 hours ago; `osign.StoreError` of a key that is none.
    #[pyo3(signature = (sealed, key, context=None), text_signature = "($self, sealed, key, context='')")]
    fn open(
        &self,
        sealed: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        context: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (py, sealed, key) = (key.py(), text(sealed, "sealed")?, unchanging(key)?);
        let key = bytes(&key, "key")?;
        let context = optional_text(context, "context")?.unwrap_or_default();
        self.ask(py, |flow| {
            let now = system::milliseconds();
            let pending = pending::open(sealed, &Key::read(key)?, &flow.belonging(context), now)?;
            flow.resume(pending, now)
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = self.ask(py, |flow| Ok(flow.profile().name().to_owned()))?;
        Ok(format!("Flow([redacted], provider='{name}')"))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Flow is not pickled, since its secrets would be; keep what to_dict() or seal() gives"))
    }
}

/// Token credentials (RFC 5849 §2.3): the flow's `signer` signs with them for whoever agreed. They never change; `repr` does not
/// show them, `pickle` is refused.
#[pyclass(module = "osign.oauth1", frozen)]
#[derive(Debug)]
pub(super) struct Credentials {
    credentials: flow::Credentials,
    account: Option<String>,
}

#[pymethods]
impl Credentials {
    /// The token.
    #[getter]
    fn token(&self) -> &str {
        self.credentials.token()
    }

    /// Its secret, which some services leave empty.
    #[getter]
    fn token_secret(&self) -> &str {
        self.credentials.secret()
    }

    /// What renews the token, where the service sends something for that; else `None`.
    #[getter]
    fn session_handle(&self) -> Option<&str> {
        self.credentials.session_handle.as_ref().map(Secret::text)
    }

    /// The account's host, where the service has one for each; else `None`.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The seconds that the token lives, from when it was asked for; `None` where it is not known to end.
    #[getter]
    const fn expires_in(&self) -> Option<u32> {
        self.credentials.expires_in
    }

    /// The seconds that the whole authorization lives, renewed or not; `None` where it is not known to end.
    #[getter]
    const fn authorization_expires_in(&self) -> Option<u32> {
        self.credentials.authorization_expires_in
    }

    /// Every field of the answer, and what the profile keeps of the callback, by name: `oauth_token` and `oauth_token_secret`,
    /// and such as `user_id` and `realmId`. A new `dict`, as secret as the token.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        for (name, value) in self.credentials.fields() {
            fields.set_item(name, value)?;
        }
        Ok(fields)
    }

    fn __repr__(&self) -> &'static str {
        "Credentials([redacted])"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("Credentials are not pickled, since their secrets would be; keep token and token_secret"))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

fn answer(status: u16, headers: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<Answer> {
    answer_of(status, headers, body, " of the answer")
}
