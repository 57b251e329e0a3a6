//! `osign_oauth2_login`: a person agrees.

use super::super::arguments::{free, optional_text, shared, text, text_of};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::store::osign_store;
use super::text::c_text;
use std::ffi::{CString, c_char};
use zeroize::Zeroizing;

/// A login that has begun.
///
/// Its state is in the store, sealed with the grant: it may be freed at once, and any process with the store may finish the
/// login. Nothing changes it, so any number of threads may read it.
#[allow(missing_debug_implementations, reason = "whoever has its state could finish it")]
pub struct osign_oauth2_login(Zeroizing<CString>);

/// Begins a login: makes the address where a person agrees (RFC 6749 section 4.1.1, RFC 7636). Free it with
/// osign_oauth2_login_free().
///
/// A grant of OAuth 1.0a has its login begun as well: its temporary credentials are asked for first (RFC 5849 section 2.1), by the
/// HTTP client that is built in, and are kept as the state is. What the service does not take is an error of the 500 family then,
/// and OSIGN_TRY_LATER where it cannot be reached.
///
/// `account` is the account's host, where the service has one for each and the grant does not name it; else NULL. A login that
/// was begun before can no longer be finished. As long as nobody finishes this one, the grant goes on as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth2_login_begin(
    store: *const osign_store,
    grant: *const c_char,
    account: *const c_char,
    login: *mut *mut osign_oauth2_login,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts and a place for the result, as the header asks.
        let ((store, _), grant, account, out) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(grant, "grant")?,
                optional_text(account, "account")?,
                Out::new(login, "login")?,
            )
        };
        out.set_handle(osign_oauth2_login(c_text(&store.begin_login(grant, account)?)));
        Ok(())
    })
}

/// The URL to open in the person's browser; "" for NULL. It is valid until the login is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth2_login_url(login: *const osign_oauth2_login) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(login, |login| &login.0) }
}

/// Frees a login. NULL is allowed. It can still be finished.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth2_login_free(login: *mut osign_oauth2_login) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(login) }
}

/// Finishes a login with what the browser came to: the whole URL, or its query; or, where the callback of a grant of OAuth 1.0a is
/// "oob", the code that the service showed. On success the grant has its tokens.
///
/// OSIGN_FOREIGN_STATE for a callback of another login; OSIGN_DENIED where the person refused; OSIGN_INVALID_ANSWER for what
/// is no callback; the 600 family where no login has begun, and where the service does not take the code. The grant is as it
/// was then. Each code is sent once, ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth2_login_finish(
    store: *const osign_store,
    grant: *const c_char,
    callback: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and texts, as the header asks.
        let ((store, patience), grant, callback) =
            unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?, text(callback, "callback")?) };
        store.finish_login(grant, callback, patience).map(drop)
    })
}

/// Exchanges a code that came in another way than by a callback: some services show it to the person. `account` is as with
/// osign_oauth2_login_begin(). On success the grant has its tokens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth2_login_exchange(
    store: *const osign_store,
    grant: *const c_char,
    code: *const c_char,
    account: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and texts, as the header asks.
        let ((store, patience), grant, code, account) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(grant, "grant")?,
                text(code, "code")?,
                optional_text(account, "account")?,
            )
        };
        store.exchange(grant, code, account, patience).map(drop)
    })
}
