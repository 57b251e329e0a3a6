//! `osign_refresh`: a refresh whose requests the host sends.

use super::super::arguments::{bytes, exclusive, free, number_of, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::http_request::osign_http_request;
use super::store::osign_store;
use super::text::{answered_status, content_type, generation, http_status, milliseconds};
use super::token::osign_token;
use crate::error::{Error, Keeping};
use crate::grant::access::Token;
use crate::grant::keep::{Progress, Run};
use crate::http::{Answer, Request, Sent, Trouble};
use crate::store::AnyLock;
use crate::store::open::OpenStore;
use crate::system;
use std::ffi::{c_char, c_int, c_void};
use std::mem::replace;
use std::sync::Arc;

/// osign_refresh_state(): it is over, by an error that was reported when it came; or it is NULL.
pub const OSIGN_REFRESH_ENDED: i32 = 0;
/// osign_refresh_state(): there is a token: osign_refresh_token().
pub const OSIGN_REFRESH_TOKEN: i32 = 1;
/// osign_refresh_state(): a request is to be sent: osign_refresh_request().
pub const OSIGN_REFRESH_SEND: i32 = 2;
/// osign_refresh_state(): it must wait: osign_refresh_wait_milliseconds().
pub const OSIGN_REFRESH_WAIT: i32 = 3;

/// A refresh whose requests the host sends with a client of its own.
///
/// One thread at a time. While a request is under way it holds the lock of its grant: whoever else needs a new token of that
/// grant waits. It keeps what it needs of its store, which may be freed before it. It belongs to the process that began it; a
/// child of fork() can only free it.
#[allow(missing_debug_implementations, reason = "it holds secrets")]
pub struct osign_refresh {
    store: Arc<OpenStore>,
    state: State,
    retry_after: Option<u64>,
}

enum State {
    Ended,
    Token(Token),
    Send(Request, Run<AnyLock>),
    Wait(i64, Run<AnyLock>),
}

impl osign_refresh {
    fn begin(store: &Arc<OpenStore>, progress: Progress<AnyLock>) -> Result<Self, Error> {
        let mut refresh = Self { store: store.clone(), state: State::Ended, retry_after: None };
        refresh.go_on(progress)?;
        Ok(refresh)
    }

    fn go_on(&mut self, progress: Progress<AnyLock>) -> Result<(), Error> {
        self.state = match progress {
            Progress::Send(request, run) => State::Send(request, run),
            Progress::Wait(until, run) => State::Wait(until, run),
            Progress::Done(result) => State::Token(result?),
        };
        Ok(())
    }

    fn answer(&self, http_status: u16, content_type: Option<String>, body: &[u8]) -> Answer {
        let mut answer = Answer::new(http_status, body);
        answer.content_type = content_type;
        answer.retry_after = self.retry_after;
        answer
    }

    /// Tells what came of the request.
    fn sent(&mut self, sent: Sent) -> Result<(), Error> {
        match replace(&mut self.state, State::Ended) {
            State::Send(_, run) => {
                self.retry_after = None;
                let progress = self.store.answer(run, sent);
                self.go_on(progress)
            }
            other => self.out_of_step(other),
        }
    }

    fn waited(&mut self) -> Result<(), Error> {
        match replace(&mut self.state, State::Ended) {
            State::Wait(_, run) => {
                let progress = self.store.wake(run);
                self.go_on(progress)
            }
            other => self.out_of_step(other),
        }
    }

    fn out_of_step(&mut self, state: State) -> Result<(), Error> {
        self.state = state;
        Err(Keeping::OutOfStep.into())
    }
}

/// Begins a refresh, as osign_store_access_token() does; but nothing is sent. Free it with osign_refresh_free().
///
/// Then go by its state, until it is OSIGN_REFRESH_TOKEN or a call fails:
///   - OSIGN_REFRESH_SEND: send osign_refresh_request() once, within 30 seconds, and tell what came of it, by one of
///     osign_refresh_answer(), osign_refresh_cut(), osign_refresh_not_sent() and osign_refresh_lost();
///   - OSIGN_REFRESH_WAIT: wait for osign_refresh_wait_milliseconds(), then call osign_refresh_waited();
///   - OSIGN_REFRESH_TOKEN: take osign_refresh_token(). As long as a token is good, that is the state at once.
///
/// Errors are those of osign_store_access_token(): OSIGN_NEEDS_LOGIN, OSIGN_TRY_LATER and so on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_begin(
    store: *const osign_store,
    grant: *const c_char,
    min_validity: i64,
    refresh: *mut *mut osign_refresh,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text and a place for the result, as the header asks.
        let (store, grant, out) =
            unsafe { (shared(store, "store")?, text(grant, "grant")?, Out::new(refresh, "refresh")?) };
        let progress = store.store.begin_refresh(grant, milliseconds(min_validity), None, store.patience)?;
        out.set_handle(osign_refresh::begin(&store.store, progress)?);
        Ok(())
    })
}

/// The same where a service turned down the token of this generation, by this HTTP status; see osign_store_refused().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_begin_refused(
    store: *const osign_store,
    grant: *const c_char,
    generation: i64,
    http_status: c_int,
    refresh: *mut *mut osign_refresh,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text and a place for the result, as the header asks.
        let (store, grant, out) =
            unsafe { (shared(store, "store")?, text(grant, "grant")?, Out::new(refresh, "refresh")?) };
        let refused = (self::generation(generation)?, self::http_status(http_status)?);
        let progress = store.store.begin_refresh(grant, 0, Some(refused), store.patience)?;
        out.set_handle(osign_refresh::begin(&store.store, progress)?);
        Ok(())
    })
}

/// The same for the code of a login, with what the browser came to; see osign_oauth2_login_finish(), whose errors it has. Of a
/// grant of OAuth 1.0a it is OSIGN_NOT_CONFIGURED: osign_oauth2_login_finish() sends for that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_begin_login(
    store: *const osign_store,
    grant: *const c_char,
    callback: *const c_char,
    refresh: *mut *mut osign_refresh,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts and a place for the result, as the header asks.
        let (store, grant, callback, out) = unsafe {
            (shared(store, "store")?, text(grant, "grant")?, text(callback, "callback")?, Out::new(refresh, "refresh")?)
        };
        let progress = store.store.begin_finish(grant, callback, store.patience)?;
        out.set_handle(osign_refresh::begin(&store.store, progress)?);
        Ok(())
    })
}

/// What is to be done: OSIGN_REFRESH_TOKEN, OSIGN_REFRESH_SEND, OSIGN_REFRESH_WAIT; or OSIGN_REFRESH_ENDED after an error,
/// and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_state(refresh: *const osign_refresh) -> i32 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe {
        number_of(refresh, |refresh| match refresh.state {
            State::Ended => OSIGN_REFRESH_ENDED,
            State::Token(_) => OSIGN_REFRESH_TOKEN,
            State::Send(..) => OSIGN_REFRESH_SEND,
            State::Wait(..) => OSIGN_REFRESH_WAIT,
        })
    }
}

/// The request to send, once, as it is. Free it with osign_http_request_free(). OSIGN_INVALID_ARGUMENT unless the state is
/// OSIGN_REFRESH_SEND.
///
/// The lock of the grant is held by now, and others wait for what comes of the request: looking up the service's name counts
/// towards the 30 seconds. A host whose look-ups can take long has its connection to the service, or its address, ready before
/// osign_refresh_begin(). Where it cannot connect, osign_refresh_not_sent() costs nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_request(
    refresh: *const osign_refresh,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (refresh, out) = unsafe { (shared(refresh, "refresh")?, Out::new(request, "request")?) };
        let State::Send(request, _) = &refresh.state else { return Err(Keeping::OutOfStep.into()) };
        out.set_handle(osign_http_request::new(request, 0));
        Ok(())
    })
}

/// The answer that comes next asked to wait for so many seconds: the Retry-After of its headers (RFC 9110 section 10.2.3).
/// Call it before osign_refresh_answer(), where there is one. OSIGN_INVALID_ARGUMENT for less than 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_set_retry_after(
    refresh: *mut osign_refresh,
    seconds: i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        let refresh = unsafe { exclusive(refresh, "refresh") }?;
        refresh.retry_after = Some(u64::try_from(seconds).map_err(|_| Keeping::NegativeNumber { name: "seconds" })?);
        Ok(())
    })
}

/// An answer came, whole, whatever its status: it is read, and a new token is durable when this returns. `content_type` is
/// the answer's Content-Type, or NULL; one that is not UTF-8 is taken for none. A status that is none, outside 100 to 999, is
/// no reason to turn an answer down that the service gives once: it is kept, for a person, with what osign_refresh_lost() does.
///
/// When it fails the refresh is over, and what the error says is noted with the grant: OSIGN_NEEDS_LOGIN, OSIGN_TRY_LATER,
/// OSIGN_CONFIGURATION_REFUSED, OSIGN_NOT_SAVED. OSIGN_INVALID_ARGUMENT where no request is under way, and OSIGN_NULL_ARGUMENT:
/// nothing has changed then, and it may be called again. Afterwards the state says how it goes on; it may ask to send again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_answer(
    refresh: *mut osign_refresh,
    http_status: c_int,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text or NULL, and bytes, as the header asks.
        let (refresh, content_type, body) = unsafe {
            (exclusive(refresh, "refresh")?, self::content_type(content_type), bytes(body, body_len, "body")?)
        };
        let answer = refresh.answer(answered_status(http_status), content_type, body);
        refresh.sent(Sent::Answer(answer))
    })
}

/// An answer came, and broke off: this much of it is there. Where that is enough, as when a JSON object is closed, it is read
/// like a whole one; else it is kept, for a person, with what osign_refresh_lost() does. Otherwise all is as with
/// osign_refresh_answer().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_cut(
    refresh: *mut osign_refresh,
    http_status: c_int,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text or NULL, and bytes, as the header asks.
        let (refresh, content_type, body) = unsafe {
            (exclusive(refresh, "refresh")?, self::content_type(content_type), bytes(body, body_len, "body")?)
        };
        let mut answer = refresh.answer(answered_status(http_status), content_type, body);
        answer.is_cut = true;
        refresh.sent(Sent::Cut(Trouble::Broken, answer))
    })
}

/// Nothing of the request can have reached the service: no name, no connection, no TLS. Errors are as with
/// osign_refresh_answer(), mostly OSIGN_TRY_LATER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_not_sent(
    refresh: *mut osign_refresh,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(refresh, "refresh") }?.sent(Sent::NotSent(Trouble::NoConnection))
    })
}

/// The request may have reached the service, and no answer came: say so in every case of doubt; of an answer that broke off,
/// osign_refresh_cut() says more. What the
/// service's rules allow is done next; the state says what. Errors are as with osign_refresh_answer().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_lost(refresh: *mut osign_refresh, error: *mut *mut osign_error) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(refresh, "refresh") }?.sent(Sent::Lost(Trouble::Broken))
    })
}

/// For how many milliseconds to wait from now on; 0 where the state is not OSIGN_REFRESH_WAIT, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_wait_milliseconds(refresh: *const osign_refresh) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe {
        number_of(refresh, |refresh| match refresh.state {
            State::Wait(until, _) => until.saturating_sub(system::milliseconds()).max(0),
            _ => 0,
        })
    }
}

/// The wait is over. Errors are as with osign_refresh_answer(). OSIGN_INVALID_ARGUMENT unless the state is OSIGN_REFRESH_WAIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_waited(
    refresh: *mut osign_refresh,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(refresh, "refresh") }?.waited()
    })
}

/// The token. Free it with osign_token_free(). OSIGN_INVALID_ARGUMENT unless the state is OSIGN_REFRESH_TOKEN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_token(
    refresh: *const osign_refresh,
    token: *mut *mut osign_token,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (refresh, out) = unsafe { (shared(refresh, "refresh")?, Out::new(token, "token")?) };
        let State::Token(token) = &refresh.state else { return Err(Keeping::OutOfStep.into()) };
        out.set_handle(osign_token::new(token));
        Ok(())
    })
}

/// Frees a refresh and wipes it. NULL is allowed. One whose request is under way counts as lost; the grant's lock is given
/// back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_refresh_free(refresh: *mut osign_refresh) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(refresh) }
}
