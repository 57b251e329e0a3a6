//! `osign_store`: opening one, and the tokens that it hands out.

use super::super::arguments::{bytes, free, optional_text, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::{CallerBuffer, Out};
use super::http_request::osign_http_request;
use super::options::osign_store_options;
use super::text::{generation, http_status, milliseconds, put_drawn};
use super::token::osign_token;
use crate::grant::key::Key;
use crate::store::open::{MARGIN, OpenStore, Options, PATIENCE, StoreKey};
use crate::system;
use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

/// A store of grants, opened with its key: what hands out access tokens and keeps them alive.
///
/// Any number of threads may use it at once; one a process is enough. Threads and processes that need a new token of one
/// grant at the same time send one request and share the answer. It depends on nothing else. It holds a few connections to
/// its database, and starts no thread. A child of fork() may go on with its parent's store, unless another thread was in
/// the midst of a call when it forked: then each call of the child's says OSIGN_STORE_UNUSABLE.
///
/// Its functions may wait: for the network, for others who renew the same grant, and for a service that asks to come later,
/// for 30 seconds unless "patience" of the options says otherwise. A request that is under way gets 30 seconds more.
#[derive(Debug)]
pub struct osign_store {
    pub(super) store: Arc<OpenStore>,
    /// How long calls wait, in milliseconds.
    pub(super) patience: i64,
}

impl osign_store {
    fn new(store: OpenStore, patience: i64) -> Self {
        Self { store: Arc::new(store), patience }
    }

    /// The store in the core, and how long its calls wait.
    pub(super) fn parts(&self) -> (&OpenStore, i64) {
        (&self.store, self.patience)
    }
}

/// Writes a new key into the caller's buffer: one line of text, without a line break, as `osign key new` writes it. Keep it
/// where the store is not: whoever has both has the tokens, and without the key nobody has. Asking for the size draws no
/// randomness.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_key_new(
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a caller's buffer, as the header asks.
        let out = unsafe { CallerBuffer::text(buf, cap, len) }?;
        put_drawn(&out, Key::LINE, || Ok(Key::from_random(&*system::seed()?).line()))
    })
}

/// Opens a store. Free it with osign_store_free().
///
/// `url` is "sqlite:PATH"; or, for several hosts, "postgresql://USER@HOST/DATABASE", where `make build` has not left the feature
/// `postgres` out. A store that is not there is OSIGN_STORE_UNUSABLE: make it with osign_store_create(). `key` is the line that
/// osign_store_key_new() writes, with or without white space around it, or 32 raw bytes; anything else is
/// OSIGN_INVALID_STORE_KEY. A key that is another than the store's is found out with the first grant: OSIGN_WRONG_STORE_KEY. A
/// store that is a copy, or was restored, is OSIGN_QUARANTINED then, until osign_store_adopt().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_open(
    url: *const c_char,
    key: *const c_void,
    key_len: usize,
    store: *mut *mut osign_store,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, bytes and a place for the result, as the header asks.
        let (url, key, out) = unsafe { (text(url, "url")?, bytes(key, key_len, "key")?, Out::new(store, "store")?) };
        let store = OpenStore::open(url, StoreKey::Key(key), &Options::default())?;
        out.set_handle(osign_store::new(store, PATIENCE));
        Ok(())
    })
}

/// The same with options, which have the key or a passphrase.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_open_with(
    url: *const c_char,
    options: *const osign_store_options,
    store: *mut *mut osign_store,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, a shared handle and a place for the result, as the header asks.
        let (url, options, out) =
            unsafe { (text(url, "url")?, &shared(options, "options")?.0, Out::new(store, "store")?) };
        out.set_handle(osign_store::new(options.open(url)?, options.patience()));
        Ok(())
    })
}

/// Makes a store where there is none, and opens it; all as with osign_store_open(). Where there is one it is
/// OSIGN_STORE_UNUSABLE, and nothing has changed. The database is a file of this user's alone; beside it lie, later, its
/// write-ahead log and a folder of locks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_create(
    url: *const c_char,
    key: *const c_void,
    key_len: usize,
    store: *mut *mut osign_store,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, bytes and a place for the result, as the header asks.
        let (url, key, out) = unsafe { (text(url, "url")?, bytes(key, key_len, "key")?, Out::new(store, "store")?) };
        let store = OpenStore::create(url, StoreKey::Key(key), &Options::default())?;
        out.set_handle(osign_store::new(store, PATIENCE));
        Ok(())
    })
}

/// The same with options, which have the key or a passphrase.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_create_with(
    url: *const c_char,
    options: *const osign_store_options,
    store: *mut *mut osign_store,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, a shared handle and a place for the result, as the header asks.
        let (url, options, out) =
            unsafe { (text(url, "url")?, &shared(options, "options")?.0, Out::new(store, "store")?) };
        out.set_handle(osign_store::new(options.create(url)?, options.patience()));
        Ok(())
    })
}

/// Frees a store: closes its database and wipes its key. NULL is allowed. No thread may be using it. Tokens, requests and
/// reports that came of it live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_free(store: *mut osign_store) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(store) }
}

/// An access token, or a static key, that lives on for `min_validity` seconds at least; renewed when it must be, by the HTTP
/// client that is built in. Free it with osign_token_free().
///
/// 0 takes any token that lives. Of a token's life half at most can be asked for. Call it for each request: as long as the
/// token is good, that costs some microseconds.
///
/// A grant of OAuth 1.0a has none to hand out: OSIGN_NOT_CONFIGURED, and osign_store_authorize() signs under it.
///
/// OSIGN_UNKNOWN_GRANT; OSIGN_NEEDS_LOGIN where a person must log in; OSIGN_TRY_LATER where there is none right now: the service
/// cannot be reached, or another process renews it for longer than this one waits; OSIGN_CONFIGURATION_REFUSED where the
/// service does not take the client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_access_token(
    store: *const osign_store,
    grant: *const c_char,
    min_validity: i64,
    token: *mut *mut osign_token,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text and a place for the result, as the header asks.
        let ((store, patience), grant, out) =
            unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?, Out::new(token, "token")?) };
        out.set_handle(osign_token::new(&store.access_token(grant, milliseconds(min_validity), patience)?));
        Ok(())
    })
}

/// A service turned down the token of this generation, by this HTTP status: it is renewed, unless it has been meanwhile. On
/// success osign_store_access_token() has a good one. Tell it once for each answer that osign_store_is_expired() says yes of,
/// and send the request once more.
///
/// OSIGN_INVALID_ARGUMENT for a generation that is yet to come; OSIGN_TRY_LATER for a status that says no such thing, and where
/// the token has just been renewed for the same reason, so that another does not help; otherwise as
/// osign_store_access_token().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_refused(
    store: *const osign_store,
    grant: *const c_char,
    generation: i64,
    http_status: c_int,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        store.refused(grant, self::generation(generation)?, self::http_status(http_status)?, patience).map(drop)
    })
}

/// Whether an answer of the service's API says that the token has ended: by its status, and with some services by its body.
/// *expired is 0 for no. A static key never is, nor a token of OAuth 1.0a: nobody can renew it.
///
/// `body` may be (NULL, 0) where it is not at hand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_is_expired(
    store: *const osign_store,
    grant: *const c_char,
    http_status: c_int,
    body: *const c_void,
    body_len: usize,
    expired: *mut i32,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text, bytes and a place for the result, as the header asks.
        let ((store, _), grant, body, out) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(grant, "grant")?,
                bytes(body, body_len, "body")?,
                Out::new(expired, "expired")?,
            )
        };
        let body = Some(body).filter(|body| !body.is_empty());
        out.set(store.is_expired(grant, self::http_status(http_status)?, body)?.into());
        Ok(())
    })
}

/// The request as it must be sent under a grant of whatever kind: signed, or with its bearer token, or with its key. Free it with
/// osign_http_request_free().
///
/// A grant of OAuth 1.0a signs the method, the URL, and the body where that takes part: send exactly what comes back, once. A
/// token lives on for 30 seconds at least, and is renewed when it must be, as by osign_store_access_token(). `url` must
/// be one of the service's API: another host, and http without the grant's leave, is OSIGN_UNTRUSTED_HOST before anything
/// is sent. `content_type` and body are the request's; both NULL where it has none, and a body without a type is sent as
/// application/octet-stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_authorize(
    store: *const osign_store,
    grant: *const c_char,
    method: *const c_char,
    url: *const c_char,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts, bytes and a place for the result, as the header asks.
        let ((store, patience), grant, (method, url), content_type, body, out) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(grant, "grant")?,
                (text(method, "method")?, text(url, "url")?),
                optional_text(content_type, "content_type")?,
                bytes(body, body_len, "body")?,
                Out::new(request, "request")?,
            )
        };
        let content_type = content_type.or((!body.is_empty()).then_some("application/octet-stream"));
        let body = content_type.map(|content_type| (content_type, body));
        let (request, generation) = store.authorize(grant, method, url, body, MARGIN, patience)?;
        out.set_handle(osign_http_request::new(&request, generation));
        Ok(())
    })
}
