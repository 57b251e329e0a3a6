//! `osign_oauth1_request`.

use super::arguments::{bytes, exclusive, free, optional_text, text};
use super::error::{osign_error, osign_status};
use super::guard::guard;
use super::output::Out;
use crate::error::Argument;
use crate::oauth1::{OwnedRequest, Request, Transmission};
use crate::setting::Value;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A request to be signed the full way.
///
/// It depends on nothing else: what it is given is copied. One thread at a time may change it; any
/// number may sign it at once. It may be signed again and again; each signature draws a new nonce and
/// timestamp, unless they are set. Its URL, its body and the values of its parameters are wiped when it is
/// freed, since a password may stand in them.
#[allow(missing_debug_implementations, reason = "a form may hold a password")]
pub struct osign_oauth1_request(pub(super) OwnedRequest);

/// Makes a request without a body, transmitted by header.
///
/// `method` is an HTTP method such as "GET"; `url` is absolute, http or https, with its query. Both are
/// checked at once: OSIGN_INVALID_METHOD, OSIGN_INVALID_URL. Free it with osign_oauth1_request_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_new(
    method: *const c_char,
    url: *const c_char,
    request: *mut *mut osign_oauth1_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: texts and a place for the result, as the header asks.
        let (method, url, out) = unsafe { (text(method, "method")?, text(url, "url")?, Out::new(request, "request")?) };
        out.set_handle(osign_oauth1_request(OwnedRequest::new(method, url)?));
        Ok(())
    })
}

/// Sets the body, in place of a former one, and its Content-Type, which may be NULL for none.
///
/// The body is copied; OSIGN_OUT_OF_MEMORY when there is no memory for that. A content type with control
/// characters other than tabs is OSIGN_INVALID_PARAMETER.
///
/// The body is signed when its type is application/x-www-form-urlencoded, with or without a charset; it is
/// hashed otherwise, if the signer hashes bodies.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set_body(
    request: *mut osign_oauth1_request,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text and bytes, as the header asks.
        let (request, content_type, body) = unsafe {
            (
                exclusive(request, "request")?,
                optional_text(content_type, "content_type")?,
                bytes(body, body_len, "body")?,
            )
        };
        if let Some(content_type) = content_type {
            Request::check_content_type(content_type)?;
        }
        let mut copy = Vec::new();
        copy.try_reserve_exact(body.len()).map_err(|_| Argument::NoMemoryForBody { len: body.len() })?;
        copy.extend_from_slice(body);
        request.0.set_body(content_type, Arc::new(Zeroizing::new(copy)))
    })
}

/// Sets an extra protocol parameter, in place of a former one of that name: "oauth_callback",
/// "oauth_verifier", ... Neither name nor value is encoded yet.
///
/// What has a place of its own (the consumer key, the token, the nonce, ...) is
/// OSIGN_DUPLICATE_PROTOCOL_PARAMETER here. An empty name, "realm", and control characters in name or value
/// are OSIGN_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set_parameter(
    request: *mut osign_oauth1_request,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (request, name, value) =
            unsafe { (exclusive(request, "request")?, text(name, "name")?, text(value, "value")?) };
        request.0.set_parameter(name, value)
    })
}

/// Signs with this nonce instead of a fresh one: for tests, and for answers that must be reproduced. A
/// service refuses a nonce that it has seen. One that is empty or holds control characters is
/// OSIGN_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set_nonce(
    request: *mut osign_oauth1_request,
    nonce: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (request, nonce) = unsafe { (exclusive(request, "request")?, text(nonce, "nonce")?) };
        request.0.set_nonce(nonce)
    })
}

/// Signs with this timestamp, in Unix seconds, instead of the clock's. One that is not positive is
/// OSIGN_INVALID_ARGUMENT. The signer's clock offset is not added to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set_timestamp(
    request: *mut osign_oauth1_request,
    seconds: i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(request, "request") }?.0.set_timestamp(seconds)
    })
}

/// Where the protocol parameters travel: in the "header" (the default), the "query" or the form "body".
///
/// Another name is OSIGN_INVALID_ARGUMENT. By body needs a body of type application/x-www-form-urlencoded,
/// which may be empty; signing says OSIGN_INVALID_ARGUMENT without one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set_transmission(
    request: *mut osign_oauth1_request,
    r#where: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (request, name) = unsafe { (exclusive(request, "request")?, text(r#where, "where")?) };
        request.0.set_transmission(Transmission::from_name(name)?);
        Ok(())
    })
}

/// Sets what has this name: "content_type", "nonce", "timestamp" (digits) or "transmission", as the functions do. A name
/// or a value that is none is OSIGN_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_set(
    request: *mut osign_oauth1_request,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (request, name, value) =
            unsafe { (exclusive(request, "request")?, text(name, "name")?, text(value, "value")?) };
        request.0.set(name, Value::Text(value))
    })
}

/// Frees a request. NULL is allowed. What was signed of it lives on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_request_free(request: *mut osign_oauth1_request) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(request) }
}
