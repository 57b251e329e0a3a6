//! `osign_status` and `osign_error`.

use super::arguments::free;
use crate::caught::caught;
use crate::error::{Advice, Error, Status};
use std::ffi::{CStr, CString, c_char};

/// What a call answers: OSIGN_OK, or the number of what went wrong.
///
/// Numbers come in families of a hundred: 100 an argument, 200 the request to be signed, 300 a key or
/// the system's randomness, 500 what a service, a browser or a profile brought, 600 a kept grant or its
/// store, 700 the network, 900 a defect of the library. A number never changes its meaning and is never
/// given again; new ones may appear in any family, so treat an unknown one by its family.
pub type osign_status = i32;

/// All went well.
pub const OSIGN_OK: osign_status = 0;
/// A required argument is NULL, or data is NULL and its length is not 0.
pub const OSIGN_NULL_ARGUMENT: osign_status = 100;
/// Text is not UTF-8.
pub const OSIGN_INVALID_UTF8: osign_status = 101;
/// The buffer is too small; *len says how many bytes are enough.
pub const OSIGN_BUFFER_TOO_SMALL: osign_status = 102;
/// An argument is outside what the call takes.
pub const OSIGN_INVALID_ARGUMENT: osign_status = 103;
/// There is no memory for a copy of what the caller handed over.
pub const OSIGN_OUT_OF_MEMORY: osign_status = 104;
/// The URL cannot be signed: relative, not http(s), without a host, or malformed.
pub const OSIGN_INVALID_URL: osign_status = 200;
/// The HTTP method is not a token.
pub const OSIGN_INVALID_METHOD: osign_status = 201;
/// A protocol parameter (a key, a token, a realm, a nonce, ...) cannot be sent as it is.
pub const OSIGN_INVALID_PARAMETER: osign_status = 202;
/// A protocol parameter stands in the query or the form body, and signing adds its own.
pub const OSIGN_DUPLICATE_PROTOCOL_PARAMETER: osign_status = 203;
/// The signature method is not known.
pub const OSIGN_UNSUPPORTED_SIGNATURE_METHOD: osign_status = 204;
/// A private key is missing, of the wrong kind, encrypted, or unreadable.
pub const OSIGN_INVALID_KEY: osign_status = 300;
/// The system gives no randomness.
pub const OSIGN_ENTROPY_UNAVAILABLE: osign_status = 301;
/// An answer or a callback is not what the protocol says.
pub const OSIGN_INVALID_ANSWER: osign_status = 500;
/// The person or the service refused the login.
pub const OSIGN_DENIED: osign_status = 501;
/// A callback answers another login, or none.
pub const OSIGN_FOREIGN_STATE: osign_status = 502;
/// A host or an address is none that secrets may be sent to.
pub const OSIGN_UNTRUSTED_HOST: osign_status = 503;
/// What is known of a service cannot be read.
pub const OSIGN_INVALID_PROFILE: osign_status = 504;
/// There is no service of that name.
pub const OSIGN_UNKNOWN_PROVIDER: osign_status = 505;
/// A client, an endpoint or an account is needed, and not set.
pub const OSIGN_NOT_CONFIGURED: osign_status = 506;
/// A grant can be used again once a person has logged in.
pub const OSIGN_NEEDS_LOGIN: osign_status = 600;
/// There is no token right now; a later call may bring one.
pub const OSIGN_TRY_LATER: osign_status = 601;
/// The service refused the client, not the grant.
pub const OSIGN_CONFIGURATION_REFUSED: osign_status = 602;
/// There is no grant of that name.
pub const OSIGN_UNKNOWN_GRANT: osign_status = 603;
/// There is a grant of that name already.
pub const OSIGN_GRANT_EXISTS: osign_status = 604;
/// The store cannot be opened, read or written.
pub const OSIGN_STORE_UNUSABLE: osign_status = 605;
/// The store's key cannot be used.
pub const OSIGN_INVALID_STORE_KEY: osign_status = 606;
/// A record is sealed with another key.
pub const OSIGN_WRONG_STORE_KEY: osign_status = 607;
/// A record cannot be read, or was changed.
pub const OSIGN_DAMAGED_RECORD: osign_status = 608;
/// The store is a copy, or was restored.
pub const OSIGN_QUARANTINED: osign_status = 609;
/// New tokens came, and could not be saved where they belong.
pub const OSIGN_NOT_SAVED: osign_status = 610;
/// The HTTP client cannot be set up as it was asked to.
pub const OSIGN_INVALID_NETWORK_SETTING: osign_status = 700;
/// A defect of the library, stopped before it reached the program. Please report it.
pub const OSIGN_PANIC: osign_status = 900;

/// A status and a sentence that says what was wrong, with what, and what to do.
///
/// A call that fails makes one when it is given somewhere to put it; the caller frees it. It never holds
/// a secret. It depends on nothing else and may outlive everything; any number of threads may read it.
#[derive(Debug)]
pub struct osign_error {
    status: Status,
    reason: CString,
    message: CString,
}

/// The name of a status, such as "OSIGN_INVALID_URL"; "OSIGN_UNKNOWN" for a number that is none.
///
/// The text is static. Any thread may call.
#[unsafe(no_mangle)]
pub extern "C" fn osign_status_name(status: osign_status) -> *const c_char {
    let name = match status {
        OSIGN_OK => c"OSIGN_OK",
        OSIGN_NULL_ARGUMENT => c"OSIGN_NULL_ARGUMENT",
        OSIGN_INVALID_UTF8 => c"OSIGN_INVALID_UTF8",
        OSIGN_BUFFER_TOO_SMALL => c"OSIGN_BUFFER_TOO_SMALL",
        OSIGN_INVALID_ARGUMENT => c"OSIGN_INVALID_ARGUMENT",
        OSIGN_OUT_OF_MEMORY => c"OSIGN_OUT_OF_MEMORY",
        OSIGN_INVALID_URL => c"OSIGN_INVALID_URL",
        OSIGN_INVALID_METHOD => c"OSIGN_INVALID_METHOD",
        OSIGN_INVALID_PARAMETER => c"OSIGN_INVALID_PARAMETER",
        OSIGN_DUPLICATE_PROTOCOL_PARAMETER => c"OSIGN_DUPLICATE_PROTOCOL_PARAMETER",
        OSIGN_UNSUPPORTED_SIGNATURE_METHOD => c"OSIGN_UNSUPPORTED_SIGNATURE_METHOD",
        OSIGN_INVALID_KEY => c"OSIGN_INVALID_KEY",
        OSIGN_ENTROPY_UNAVAILABLE => c"OSIGN_ENTROPY_UNAVAILABLE",
        OSIGN_INVALID_ANSWER => c"OSIGN_INVALID_ANSWER",
        OSIGN_DENIED => c"OSIGN_DENIED",
        OSIGN_FOREIGN_STATE => c"OSIGN_FOREIGN_STATE",
        OSIGN_UNTRUSTED_HOST => c"OSIGN_UNTRUSTED_HOST",
        OSIGN_INVALID_PROFILE => c"OSIGN_INVALID_PROFILE",
        OSIGN_UNKNOWN_PROVIDER => c"OSIGN_UNKNOWN_PROVIDER",
        OSIGN_NOT_CONFIGURED => c"OSIGN_NOT_CONFIGURED",
        OSIGN_NEEDS_LOGIN => c"OSIGN_NEEDS_LOGIN",
        OSIGN_TRY_LATER => c"OSIGN_TRY_LATER",
        OSIGN_CONFIGURATION_REFUSED => c"OSIGN_CONFIGURATION_REFUSED",
        OSIGN_UNKNOWN_GRANT => c"OSIGN_UNKNOWN_GRANT",
        OSIGN_GRANT_EXISTS => c"OSIGN_GRANT_EXISTS",
        OSIGN_STORE_UNUSABLE => c"OSIGN_STORE_UNUSABLE",
        OSIGN_INVALID_STORE_KEY => c"OSIGN_INVALID_STORE_KEY",
        OSIGN_WRONG_STORE_KEY => c"OSIGN_WRONG_STORE_KEY",
        OSIGN_DAMAGED_RECORD => c"OSIGN_DAMAGED_RECORD",
        OSIGN_QUARANTINED => c"OSIGN_QUARANTINED",
        OSIGN_NOT_SAVED => c"OSIGN_NOT_SAVED",
        OSIGN_INVALID_NETWORK_SETTING => c"OSIGN_INVALID_NETWORK_SETTING",
        OSIGN_PANIC => c"OSIGN_PANIC",
        _ => c"OSIGN_UNKNOWN",
    };
    name.as_ptr()
}

/// The status of an error; OSIGN_OK for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_error_status(error: *const osign_error) -> osign_status {
    // SAFETY: a handle, as the header asks.
    caught(|| unsafe { error.as_ref() }.map_or(OSIGN_OK, |error| error.status.code())).unwrap_or(OSIGN_PANIC)
}

/// The sentence of an error, in English, without a full stop at its end; "" for NULL. It is valid until
/// the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_error_message(error: *const osign_error) -> *const c_char {
    // SAFETY: a handle, as the header asks.
    caught(|| unsafe { error.as_ref() }.map_or(c"".as_ptr(), |error| error.message.as_ptr())).unwrap_or(c"".as_ptr())
}

/// The reason of an error in one stable word, such as "relative-url": finer than its status, and the same in every host;
/// "" for NULL. It is valid until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_error_reason(error: *const osign_error) -> *const c_char {
    // SAFETY: a handle, as the header asks.
    caught(|| unsafe { error.as_ref() }.map_or(c"".as_ptr(), |error| error.reason.as_ptr())).unwrap_or(c"".as_ptr())
}

/// Frees an error. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_error_free(error: *mut osign_error) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(error) }
}

/// Hands a failure to C: its number, and all of it where there is room for it.
#[cold]
pub(super) fn hand_back(failure: Error, error: *mut *mut osign_error) -> osign_status {
    let status = failure.status();
    if !error.is_null() {
        let text = |text| CString::new(text).unwrap_or_else(|_| CStr::to_owned(c"(unprintable)"));
        let (reason, message) = (text(failure.word().to_owned()), text(failure.worded(call)));
        // SAFETY: not NULL, and the header asks for memory that may be written.
        unsafe { error.write(Box::into_raw(Box::new(osign_error { status, reason, message }))) };
    }
    status.code()
}

/// What is to be done about an error, as calls.
fn call(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogIn(_) | Advice::LogInToUse(_) => "osign_oauth2_login_begin()",
        Advice::LogInElsewhere(_) => "osign_oauth2_login_begin() with that account",
        Advice::Adopt(_) => "osign_store_adopt()",
        Advice::AdoptStore => "osign_store_adopt() with NULL for the grant",
        Advice::ReplaceKey(_) => "osign_store_replace()",
        Advice::RevokeHere(_) => "osign_store_revoke_here()",
        Advice::Authorize(_) => "osign_store_authorize()",
        Advice::Flow(_) => "osign_oauth2_login_finish(), or osign_oauth1_flow_… to send them yourself",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "grant")]
    #[test]
    fn what_is_to_be_done_is_a_call() {
        use crate::error::Keeping;
        let mut error = std::ptr::null_mut();
        let status = hand_back(Keeping::NotLoggedIn { name: "crm".to_owned() }.into(), &raw mut error);
        // SAFETY: an error that was handed back, and is freed once.
        let message = unsafe { CStr::from_ptr(osign_error_message(error)).to_str().unwrap().to_owned() };
        // SAFETY: as above.
        unsafe { osign_error_free(error) };
        assert_eq!(message, "nobody has logged in for the grant crm yet: osign_oauth2_login_begin()");
        assert_eq!(status, Status::NeedsLogin.code());
    }

    #[test]
    fn names_are_those_of_the_core() {
        for code in -1..1000 {
            // SAFETY: a static text.
            let name = unsafe { CStr::from_ptr(osign_status_name(code)) }.to_str().unwrap();
            assert_eq!(name, Status::from_code(code).map_or("OSIGN_UNKNOWN", Status::name));
        }
    }
}
