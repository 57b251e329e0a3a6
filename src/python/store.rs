//! `osign.Store`.

use super::arguments::{bytes, flag, is_text, optional_text, seconds, text, unchanging, wrong_type};
use super::bundle::{Bundle, Unlocks, with_lock};
use super::error::{exception, not_pickled};
use super::guard::{call, guarded};
use super::login::Login;
use super::records::HostRecords;
use super::request::AuthorizedRequest;
use super::sender::Callable;
use super::settings::{Settings, Taker};
use super::signals::Signals;
use super::token::Token;
use crate::error::{Error, Keeping};
use crate::explain::Field;
use crate::grant::bundle::Purpose;
use crate::grant::key::Key;
use crate::grant::report;
use crate::grant::settings::{NewGrant, SETTINGS};
use crate::grant::signed::SignedBodies;
use crate::secret::Secret;
use crate::store::open::{OpenStore, Options, PATIENCE, StoreKey};
use crate::system;
use pyo3::exceptions::{PyException, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A new key of a store: the line that `key` takes. Keep it where the store is not.
///
/// Raises `osign.Error` where the system gives no randomness.
#[pyfunction]
pub(super) fn new_key(py: Python<'_>) -> PyResult<String> {
    call(py, || {
        let mut random = Zeroizing::new([0; 32]);
        system::fill(&mut *random)?;
        Ok(Key::from_random(&random).line().to_string())
    })
}

/// The names of what can be set of a grant, so that a test can compare them with the stub.
pub(super) fn grant_settings() -> [&'static str; SETTINGS.len()] {
    std::array::from_fn(|at| SETTINGS[at].name())
}

/// A store of grants, which hands out their access tokens and renews them: `"sqlite:PATH"`; `"postgresql://USER@HOST/DATABASE"` for
/// several hosts; or in a table of the program's own: `osign.stores.Django`, `osign.stores.DBAPI`, or any object with the methods of
/// `osign.stores.Records`.
///
/// - `key`: the line that `osign.new_key()` makes, or 32 bytes. Or `passphrase`, of which Argon2id makes the key.
/// - `old_key`, `old_passphrase`: what opened the store before, while its key is changed; see `rekey`.
/// - `create`: whether to make the store where there is none; of a table of your own by its `create_table`.
/// - `ca_file`: a PEM file of certificate authorities to trust beside the system's.
/// - `proxy`: the address of a proxy for requests to the token endpoint, such as `"http://user:password@proxy:3128"`; else the
///   environment tells of one.
/// - `environment`: a text that tells this environment from others, where the machine and the path do not: in containers.
/// - `patience`: how many seconds a call waits for others who renew the same grant, and for a service that asks to.
/// - `send`: what sends requests to the token endpoint in the place of the client that is built in: a callable that is given
///   method, URL, a `dict` of headers and the body as `bytes`, and returns the answer's status, its headers or its content
///   type, and its body. It sends once and follows no redirect. Where it raises, the answer counts as lost; where it raises
///   `osign.NotSent`, nothing was sent.
/// - `id`: a text that tells a table of your own from others and stays the same, since every record is bound to it; the
///   object's own `id` where it is left out.
///
/// Any number of threads and processes may use one store at once; of several that need a new token one gets it, and the
/// others wait for it. One object a process is enough, and children of `os.fork()` may go on with it. While a call waits,
/// other threads run.
///
/// Raises `osign.StoreError` where it cannot be opened.
#[pyclass(module = "osign", frozen, weakref)]
#[derive(Debug)]
pub(super) struct Store {
    store: OpenStore,
    send: Option<Arc<Callable>>,
    signals: Arc<Signals>,
    records: Option<Arc<HostRecords>>,
    /// In milliseconds.
    patience: i64,
}

const TAKER: Taker = Taker { name: "Store.add", none_is_left_out: |_| true };

#[pymethods]
impl Store {
    #[new]
    #[pyo3(signature = (
        url, key=None, *, passphrase=None, old_key=None, old_passphrase=None, create=None, ca_file=None, proxy=None,
        environment=None, patience=None, send=None, id=None
    ), text_signature = "(url, key=None, *, passphrase=None, old_key=None, old_passphrase=None, create=False, \
        ca_file=None, proxy=None, environment=None, patience=30, send=None, id=None)")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn new(
        url: &Bound<'_, PyAny>,
        key: Option<&Bound<'_, PyAny>>,
        passphrase: Option<&Bound<'_, PyAny>>,
        old_key: Option<&Bound<'_, PyAny>>,
        old_passphrase: Option<&Bound<'_, PyAny>>,
        create: Option<&Bound<'_, PyAny>>,
        ca_file: Option<PathBuf>,
        proxy: Option<&Bound<'_, PyAny>>,
        environment: Option<&Bound<'_, PyAny>>,
        patience: Option<&Bound<'_, PyAny>>,
        send: Option<Py<PyAny>>,
        id: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = url.py();
        let given = Unlocks::of(key, passphrase)?;
        let key = given.store_key()?;
        let is_old_given = old_key.is_some() || old_passphrase.is_some();
        let old = is_old_given.then(|| Unlocks::of(old_key, old_passphrase)).transpose()?;
        let old = old.as_ref().map(Unlocks::store_key).transpose()?;
        let create = create.map(|create| flag(create, "create")).transpose()?.unwrap_or(false);
        let environment = optional_text(environment, "environment")?.map(str::to_owned);
        let proxy = optional_text(proxy, "proxy")?.map(|proxy| Arc::new(Secret::new(proxy.as_bytes())));
        let options = Options { environment, ca_file, proxy, ..Options::default() };
        let patience = patience.map_or(Ok(PATIENCE), |patience| milliseconds(patience, "patience"))?;
        let send = send.map(|send| Callable::new(py, send)).transpose()?.map(Arc::new);
        let records = HostRecords::of(url)?.map(Arc::new);
        let and_older = |store: OpenStore| match old {
            Some(old) => store.and_older(old),
            None => Ok(store),
        };
        let opened = if let Some(records) = &records {
            let id = records.id(py, id)?;
            if create && !records.creates(py)? {
                return Err(PyTypeError::new_err("create needs an object that has a method create_table"));
            }
            py.detach(|| guarded(|| OpenStore::hosted(&id, records.clone(), key, &options).and_then(and_older)))
        } else {
            if id.is_some_and(|id| !id.is_none()) {
                return Err(PyTypeError::new_err("id is for a store in a table of your own"));
            }
            let url = text(url, "url")?;
            let open = if create { OpenStore::open_or_create } else { OpenStore::open };
            py.detach(|| {
                guarded(|| {
                    // Looked at before anything is made.
                    old.map_or(Ok(()), StoreKey::check)?;
                    open(url, key, &options).and_then(and_older)
                })
            })
        };
        let mut store = opened.map_err(|error| exception(py, &error))?;
        if let Some(send) = &send {
            store = store.with_sender(send.clone());
        }
        let signals = Arc::new(Signals::default());
        let made = Self { store: store.with_waits(signals.clone()), send, signals, records, patience };
        // Once key and id are known to be some.
        if let Some(records) = made.records.as_ref().filter(|_| create) {
            made.ask(py, |_| records.create())?;
        }
        Ok(made)
    }

    /// An access token of a grant, or its static key, that lives on for `min_validity` seconds; renewed where it must be.
    ///
    /// Raises `osign.GrantLost` where a person must log in, `osign.TryLater` where there is no token right now,
    /// `osign.ConfigurationError` where the service refuses the client, `osign.StoreError`.
    #[pyo3(signature = (grant, min_validity=None), text_signature = "($self, grant, min_validity=60)")]
    fn access_token(&self, grant: &Bound<'_, PyAny>, min_validity: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        self.token(grant, min_validity).map(|token| token.0.value.expose().to_owned())
    }

    /// The same, with all that is known of it: an `osign.Token`.
    #[pyo3(signature = (grant, min_validity=None), text_signature = "($self, grant, min_validity=60)")]
    fn token(&self, grant: &Bound<'_, PyAny>, min_validity: Option<&Bound<'_, PyAny>>) -> PyResult<Token> {
        let name = text(grant, "grant")?;
        let min_validity = validity(min_validity)?;
        self.ask(grant.py(), |store| store.access_token(name, min_validity, self.patience)).map(Token)
    }

    /// Tells that a service turned a token down by an HTTP status, and returns the one that is good now: a newer one that is
    /// there already, or a renewed one. `token` is an `osign.Token`, or its generation.
    ///
    /// Raises what `access_token` raises.
    #[pyo3(signature = (grant, token, status=401))]
    fn refused(&self, grant: &Bound<'_, PyAny>, token: &Bound<'_, PyAny>, status: u16) -> PyResult<Token> {
        let name = text(grant, "grant")?;
        let generation = generation(token, "token")?;
        self.ask(grant.py(), |store| store.refused(name, generation, status, self.patience)).map(Token)
    }

    /// A request of the service's API as it must be sent under a grant of whatever kind: an `osign.AuthorizedRequest`.
    ///
    /// A body is `application/octet-stream` unless `content_type` says otherwise. The credential goes to the grant's API
    /// origins alone: `osign.ConfigurationError` of any other URL. Of a grant of OAuth 1.0a the method, the URL and the body
    /// are signed, the body as far as `signed_bodies` says: send exactly what comes back, once. Raises what `access_token`
    /// raises besides.
    #[pyo3(signature = (grant, method, url, body=None, *, content_type=None, min_validity=None),
        text_signature = "($self, grant, method, url, body=None, *, content_type=None, min_validity=60)")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments")]
    fn authorize(
        &self,
        grant: &Bound<'_, PyAny>,
        method: &Bound<'_, PyAny>,
        url: &Bound<'_, PyAny>,
        body: Option<&Bound<'_, PyAny>>,
        content_type: Option<&Bound<'_, PyAny>>,
        min_validity: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<AuthorizedRequest> {
        let (name, method, url) = (text(grant, "grant")?, text(method, "method")?, text(url, "url")?);
        let body = body.map(unchanging).transpose()?;
        let body = body.as_ref().map(|body| bytes(body, "body")).transpose()?;
        let content_type = optional_text(content_type, "content_type")?.unwrap_or("application/octet-stream");
        let body = body.map(|body| (content_type, body));
        let min_validity = validity(min_validity)?;
        self.ask(grant.py(), |store| store.authorize(name, method, url, body, min_validity, self.patience))
            .map(|(request, generation)| AuthorizedRequest { request, generation })
    }

    /// Which bodies take part in what a grant of OAuth 1.0a signs, and so must be given to `authorize`: `"forms"` or `"all"`;
    /// `None` of a grant of another kind, which signs nothing.
    #[pyo3(signature = (grant))]
    fn signed_bodies(&self, grant: &Bound<'_, PyAny>) -> PyResult<Option<&'static str>> {
        let name = text(grant, "grant")?;
        self.ask(grant.py(), |store| store.signed_bodies(name)).map(|bodies| bodies.map(SignedBodies::word))
    }

    /// Whether an answer of the service's API means that the token has ended, by what is known of the service: `refused` is to
    /// be told of it then.
    #[pyo3(signature = (grant, status, body=None))]
    fn is_expired(&self, grant: &Bound<'_, PyAny>, status: u16, body: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let name = text(grant, "grant")?;
        let body = body.map(unchanging).transpose()?;
        let body = body.as_ref().map(|body| bytes(body, "body")).transpose()?;
        self.ask(grant.py(), |store| store.is_expired(name, status, body))
    }

    /// Adds a grant. What is set of it is looked at whole first: what is missing is said now.
    ///
    /// - `provider`: a service that osign knows, such as `"amocrm"`; or `profile`, the text of a profile of your own.
    /// - `kind`: `"code"` (a person logs in), `"client-credentials"`, `"static"` (a key) or `"oauth1"` (each request is signed);
    ///   the service tells where it is left out.
    /// - `client_id`, `client_secret`, `redirect_uri`, `scope`: as they are registered there.
    /// - `consumer_key`, `consumer_secret`, `callback`: the same of OAuth 1.0a; `private_key`: for the RSA methods, in PEM. The
    ///   callback is `"oob"` where the service shows the person a code instead.
    /// - `token`, `token_secret`: of OAuth 1.0a, credentials that there are already, so that nobody logs in; an empty token where
    ///   the service has none.
    /// - `account`: the account's host, where the service has one for each.
    /// - `authorize_url`, `token_url`, `refresh_url`, `revoke_url`, `rotation`, `user_agent`, `pkce`: in the place of what the
    ///   profile says; of OAuth 1.0a `request_token_url`, `access_token_url`, `renew_url`, `signature_method`, `realm`,
    ///   `transmission`, `http_method`, `callback_in`, `callback_confirmed`, `send_empty_token`.
    /// - `authorize_parameter`: of OAuth 1.0a, one more parameter of the address where a person agrees, such as `"perms=write"`; or
    ///   a list of them. An empty value leaves out one of the profile's.
    /// - `api_origin`: where the token may be sent to, such as `"https://api.example.com"`; or a list of them.
    /// - `allow_insecure_http`: whether loopback addresses may do without TLS.
    /// - `secret`, `header`, `query`, `expires_at`: a static key, where it goes (`"X-Api-Key: {}"`, or the name of a parameter of
    ///   the query), and when it ends, in Unix seconds.
    ///
    /// Raises `osign.ConfigurationError` and `osign.InputError` of what is missing or wrong, and `osign.StoreError`.
    #[pyo3(signature = (grant, **settings))]
    fn add(&self, grant: &Bound<'_, PyAny>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let name = text(grant, "grant")?;
        let new = new_grant(grant.py(), &TAKER, settings)?;
        self.ask(grant.py(), |store| store.add(name, new))
    }

    /// Puts a grant in the place of another of the name, or adds it. Arguments and errors are those of `add`.
    ///
    /// A new secret or address of the same client costs nobody a login; another client does.
    #[pyo3(signature = (grant, **settings))]
    fn replace(&self, grant: &Bound<'_, PyAny>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let name = text(grant, "grant")?;
        let taker = Taker { name: "Store.replace", ..TAKER };
        let new = new_grant(grant.py(), &taker, settings)?;
        self.ask(grant.py(), |store| store.replace(name, new, self.patience))
    }

    /// Begins a login, and returns an `osign.Login` with the URL where a person agrees. `account` names the account's host,
    /// where the service has one for each.
    ///
    /// Its state is kept in the store, sealed: the callback may come to another process. A service of OAuth 1.0a is asked for
    /// temporary credentials first: `osign.LoginFailed` where it hands out none.
    #[pyo3(signature = (grant, account=None))]
    fn login(slf: &Bound<'_, Self>, grant: &Bound<'_, PyAny>, account: Option<&Bound<'_, PyAny>>) -> PyResult<Login> {
        let name = text(grant, "grant")?;
        let account = optional_text(account, "account")?;
        let url = slf.get().ask(slf.py(), |store| store.begin_login(name, account))?;
        Ok(Login { store: slf.clone().into_any().unbind(), grant: name.to_owned(), url })
    }

    /// Ends the login that was begun last, with the URL that the browser came to, or its query; returns the `osign.Token`.
    ///
    /// Under a grant of OAuth 1.0a it may be the code that the service shows, and the token's `value` is empty: it is not handed out.
    ///
    /// Raises `osign.LoginFailed` of a callback that is foreign, or tells that the person refused, and of what a service of OAuth 1.0a
    /// does not take: the grant is as it was.
    #[pyo3(signature = (grant, callback))]
    fn finish_login(&self, grant: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>) -> PyResult<Token> {
        let (name, callback) = (text(grant, "grant")?, text(callback, "callback")?);
        self.ask(grant.py(), |store| store.finish_login(name, callback, self.patience)).map(Token)
    }

    /// Exchanges a code that was had in another way; returns the `osign.Token`.
    #[pyo3(signature = (grant, code, account=None))]
    fn exchange(
        &self,
        grant: &Bound<'_, PyAny>,
        code: &Bound<'_, PyAny>,
        account: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Token> {
        let (name, code, account) = (text(grant, "grant")?, text(code, "code")?, optional_text(account, "account")?);
        self.ask(grant.py(), |store| store.exchange(name, code, account, self.patience)).map(Token)
    }

    /// The names of all grants, sorted.
    fn grants(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.ask(py, OpenStore::names)
    }

    /// What a grant shows of itself, without its secrets. Times are Unix seconds.
    #[pyo3(signature = (grant))]
    fn grant<'py>(&self, grant: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let name = text(grant, "grant")?;
        let outside = self.ask(grant.py(), |store| store.outside(name))?;
        Field::Map(report::fields(&outside)).into_pyobject(grant.py())
    }

    /// What in all grants needs a person, or ends within `warn`: seconds, or a `datetime.timedelta`; 14 days where it is left
    /// out.
    #[pyo3(signature = (warn=None), text_signature = "($self, warn=1209600)")]
    fn check<'py>(&self, py: Python<'py>, warn: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        const USUAL: i64 = 14 * 24 * 3_600_000;
        let warn = warn.map_or(Ok(USUAL), |warn| milliseconds(warn, "warn"))?;
        let found = self.ask(py, |store| store.check(warn))?;
        found.iter().map(|finding| Field::Map(finding.fields()).into_pyobject(py)).collect()
    }

    /// What happened to a grant, the newest first; `most` lines of it.
    #[pyo3(signature = (grant, most=50))]
    fn history<'py>(&self, grant: &Bound<'py, PyAny>, most: usize) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let name = text(grant, "grant")?;
        let happenings = self.ask(grant.py(), |store| store.history(name, most))?;
        happenings.iter().map(|happening| Field::Map(happening.fields()).into_pyobject(grant.py())).collect()
    }

    /// A grant as a sealed text of its own, to be put away or moved to another store: an `osign.Bundle`. `purpose` is `"move"` or
    /// `"backup"`; `key` or `passphrase` seals it.
    ///
    /// The grant goes on here until `exported` is told that the text is where it belongs.
    #[pyo3(signature = (grant, *, key=None, passphrase=None, purpose=None),
        text_signature = "($self, grant, *, key=None, passphrase=None, purpose='move')")]
    fn export(
        &self,
        grant: &Bound<'_, PyAny>,
        key: Option<&Bound<'_, PyAny>>,
        passphrase: Option<&Bound<'_, PyAny>>,
        purpose: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Bundle> {
        let name = text(grant, "grant")?;
        let purpose = match optional_text(purpose, "purpose")?.unwrap_or("move") {
            "move" => Purpose::Move,
            "backup" => Purpose::Backup,
            _ => return Err(PyValueError::new_err("purpose is neither move nor backup")),
        };
        let given = Unlocks::of(key, passphrase)?;
        let given = given.read()?;
        let (text, revision) =
            self.ask(grant.py(), |store| with_lock(given, |lock| store.export(name, purpose, lock)))?;
        Ok(Bundle { text, purpose: purpose.name(), revision })
    }

    /// The text of an `osign.Bundle` is durable elsewhere: the grant's secrets are taken out of this store.
    ///
    /// Raises `osign.TryLater` where it was renewed or changed meanwhile, so that the text is of no use: export it once more.
    #[pyo3(signature = (grant, bundle))]
    fn exported(&self, grant: &Bound<'_, PyAny>, bundle: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = text(grant, "grant")?;
        let generation = generation(bundle, "bundle")?;
        self.ask(grant.py(), |store| store.exported(name, generation, self.patience))
    }

    /// Takes in the text of a grant that was exported, under its own name or another; returns the name. It waits for `adopt`.
    #[pyo3(signature = (text, *, key=None, passphrase=None, grant=None))]
    fn import_(
        &self,
        text: &Bound<'_, PyAny>,
        key: Option<&Bound<'_, PyAny>>,
        passphrase: Option<&Bound<'_, PyAny>>,
        grant: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let py = text.py();
        let (text, name) = (super::arguments::text(text, "text")?, optional_text(grant, "grant")?);
        let given = Unlocks::of(key, passphrase)?;
        let given = given.read()?;
        self.ask(py, |store| with_lock(given, |lock| store.import(text, lock, name))).map(|(name, _)| name)
    }

    /// Goes on with a grant that was imported, once it is certain that it is used nowhere else.
    #[pyo3(signature = (grant))]
    fn adopt(&self, grant: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = text(grant, "grant")?;
        self.ask(grant.py(), |store| store.adopt(name, self.patience))
    }

    /// Goes on with a store that was moved, copied or restored, once it is certain that the other one is used no more; returns
    /// how many grants it has, and 0 where it needs no adoption.
    fn adopt_store(&self, py: Python<'_>) -> PyResult<usize> {
        self.ask(py, OpenStore::adopt_store)
    }

    /// Changes the store's key: seals anew, with the key that the store was opened with, what its `old_key` or `old_passphrase`
    /// opens; returns how many grants that were.
    ///
    /// So that no process is ever without the key it needs, open the store everywhere with the new key and the old one first;
    /// then call this once; then leave the old one out, and keep it for old backups. Raises `osign.StoreError` of a grant that
    /// opens with neither.
    fn rekey(&self, py: Python<'_>) -> PyResult<usize> {
        self.ask(py, OpenStore::rekey)
    }

    /// Copies the store to a file that is not there yet, while others go on. Its key is not in it; a copy is adopted before it
    /// is used (`adopt_store`).
    ///
    /// Raises `osign.StoreError` where the file is there or cannot be made, and `osign.InputError` of a store in PostgreSQL, which
    /// the server's own tools copy.
    #[pyo3(signature = (path))]
    fn backup(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        self.ask(py, |store| store.backup(&path))
    }

    /// What there is to know of the store itself, for people who look after it.
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let info = self.ask(py, OpenStore::info)?;
        Field::Map(info.fields()).into_pyobject(py)
    }

    /// Asks the service for a longer life of the token of a grant of OAuth 1.0a, where it gives one: the same token lives on, or
    /// another is kept in its place. All else is renewed by itself. Returns an `osign.Token` without a value.
    ///
    /// Raises `osign.ConfigurationError` of a grant of another kind, and where no address for that is known; `osign.LoginFailed`
    /// where the service refused, or its answer is none; `osign.TryLater` where it was not reached, and, with the reason
    /// `too-early`, where it renews in the last days of a token's life alone, which are still to come; `osign.GrantLost` where nobody
    /// has logged in, and, with the reason `renewal-lost`, where an answer was lost or unreadable that may have had another token.
    /// The grant is as it was then. `osign.StoreError` where the store did not take the new credentials: they lie beside it, sealed,
    /// and the next call that can write takes them in.
    #[pyo3(signature = (grant))]
    fn renew(&self, grant: &Bound<'_, PyAny>) -> PyResult<Token> {
        let name = text(grant, "grant")?;
        self.ask(grant.py(), |store| store.renew(name, self.patience)).map(Token)
    }

    /// Revokes a grant, at the service too where that has a way; returns whether it was told, also of tokens that lie beside the store.
    /// With `here` nobody is asked: at the service the grant lives on, until somebody ends it there.
    #[pyo3(signature = (grant, *, here=None), text_signature = "($self, grant, *, here=False)")]
    fn revoke(&self, grant: &Bound<'_, PyAny>, here: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let name = text(grant, "grant")?;
        if here.map(|here| flag(here, "here")).transpose()?.unwrap_or(false) {
            return self.ask(grant.py(), |store| store.revoke_here(name, self.patience)).map(|()| false);
        }
        self.ask(grant.py(), |store| store.revoke(name, self.patience))
    }

    /// Removes a grant from the store. At the service it lives on.
    #[pyo3(signature = (grant))]
    fn remove(&self, grant: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = text(grant, "grant")?;
        self.ask(grant.py(), |store| store.remove(name, self.patience))
    }

    /// Gives a grant another name.
    #[pyo3(signature = (grant, new_name))]
    fn rename(&self, grant: &Bound<'_, PyAny>, new_name: &Bound<'_, PyAny>) -> PyResult<()> {
        let (name, new_name) = (text(grant, "grant")?, text(new_name, "new_name")?);
        self.ask(grant.py(), |store| store.rename(name, new_name, self.patience))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Store is not pickled, since its key would be; open one where it is needed"))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self) -> &'static str {
        "Store([redacted])"
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.send.as_ref().map_or(Ok(()), |send| send.traverse(&visit))?;
        self.records.as_ref().map_or(Ok(()), |records| records.traverse(&visit))
    }
}

impl Store {
    /// Calls the core, without the interpreter: any call may wait, for a disk at least.
    fn ask<T: Send>(&self, py: Python<'_>, body: impl FnOnce(&OpenStore) -> Result<T, Error> + Send) -> PyResult<T> {
        let answered = py.detach(|| guarded(|| body(&self.store)));
        // All of them are of this call.
        let signal_s = self.signals.0.take();
        let records_s = self.records.as_ref().and_then(|records| records.raised());
        let sender_s = self.send.as_ref().and_then(|send| send.raised());
        // Such as Ctrl-C, which came while it was waited for, sent or written; what came of that is kept.
        for raised in [&signal_s, &records_s, &sender_s].into_iter().flatten() {
            if !raised.is_instance_of::<PyException>(py) {
                return Err(raised.clone_ref(py));
            }
        }
        answered.map_err(|failed| {
            let error = exception(py, &failed);
            let is_records_s = matches!(failed, Error::Keeping(Keeping::RecordsFailed { .. }));
            if let Some(cause) = signal_s.or(if is_records_s { records_s } else { sender_s }) {
                error.set_cause(py, Some(cause));
            }
            error
        })
    }
}

fn new_grant(py: Python<'_>, taker: &Taker, settings: Option<&Bound<'_, PyDict>>) -> PyResult<NewGrant> {
    let settings = Settings::of(&SETTINGS, taker, settings)?;
    let mut grant = NewGrant::new();
    for (name, value) in settings.values()? {
        grant.set(name, value).map_err(|error| exception(py, &error))?;
    }
    Ok(grant)
}

/// How long a token must live on, in milliseconds; a minute where nobody says.
fn validity(object: Option<&Bound<'_, PyAny>>) -> PyResult<i64> {
    object.map_or(Ok(60_000), |object| milliseconds(object, "min_validity"))
}

/// A time in milliseconds: seconds, or a `datetime.timedelta`.
fn milliseconds(object: &Bound<'_, PyAny>, name: &str) -> PyResult<i64> {
    static TIMEDELTA: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if object.is_instance(TIMEDELTA.import(object.py(), "datetime", "timedelta")?)? {
        let seconds: f64 = object.call_method0("total_seconds")?.extract()?;
        #[allow(clippy::cast_possible_truncation, reason = "it saturates")]
        return Ok((seconds * 1000.0) as i64);
    }
    Ok(seconds(object, name)?.saturating_mul(1000))
}

/// A generation, or that of a `Token` or `Bundle`.
fn generation(object: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    if let Ok(token) = object.cast::<Token>() {
        return Ok(token.get().0.generation);
    }
    if let Ok(bundle) = object.cast::<Bundle>() {
        return Ok(bundle.get().revision);
    }
    if is_text(object) {
        return wrong_type(object, name, "one of osign's, or its generation");
    }
    let generation = seconds(object, name)?;
    u64::try_from(generation).map_err(|_| PyValueError::new_err(format!("{name} is no generation")))
}
