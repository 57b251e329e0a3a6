//! `osign_http_request`.

use super::super::arguments::{free, number_of, text_of};
use super::super::output::Out;
use super::text::{c_text, from_generation};
use crate::caught::caught;
use crate::http::Request;
use crate::secret::Secret;
use std::ffi::{CStr, CString, c_char};
use std::ptr::null;
use zeroize::Zeroizing;

/// What to send: a method, a URL, headers and a body.
///
/// Send it as it is: these headers, Content-Type among them, and this body; follow no redirect, and repeat nothing. What
/// the client adds of its own (Host, Content-Length, ...) is its own.
///
/// It depends on nothing else. Nothing changes it, so any number of threads may read it. What its functions return is
/// valid until it is freed; it is wiped then, since it carries secrets.
#[allow(missing_debug_implementations, reason = "it carries secrets")]
pub struct osign_http_request {
    method: Zeroizing<CString>,
    url: Zeroizing<CString>,
    headers: Vec<(Zeroizing<CString>, Zeroizing<CString>)>,
    body: Secret,
    generation: i64,
}

impl osign_http_request {
    pub(super) fn new(request: &Request, generation: u64) -> Self {
        Self {
            method: c_text(request.method()),
            url: c_text(request.url()),
            headers: request.headers().map(|(name, value)| (c_text(name), c_text(value))).collect(),
            body: Secret::new(request.body()),
            generation: from_generation(generation),
        }
    }
}

/// The method, such as "POST"; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_method(request: *const osign_http_request) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(request, |request| &request.method) }
}

/// The whole URL; send exactly this. "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_url(request: *const osign_http_request) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(request, |request| &request.url) }
}

/// How many headers there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_header_count(request: *const osign_http_request) -> usize {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(request, |request| request.headers.len()) }
}

/// The name of a header, such as "Authorization"; the first has the index 0. NULL past the last, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_header_name(
    request: *const osign_http_request,
    index: usize,
) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { header(request, index, |(name, _)| name) }
}

/// The value of a header. NULL past the last, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_header_value(
    request: *const osign_http_request,
    index: usize,
) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { header(request, index, |(_, value)| value) }
}

/// The body; send exactly this. Its length goes to *len; `len` may be NULL. It is no text and has no NUL at its end. NULL
/// with length 0 when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_body(request: *const osign_http_request, len: *mut usize) -> *const u8 {
    caught(|| {
        // SAFETY: a shared handle or NULL, as the header asks.
        let body = unsafe { request.as_ref() }.map_or(&[][..], |request| request.body.expose());
        // SAFETY: a place for the length, as the header asks; NULL is none.
        if let Ok(len) = unsafe { Out::new(len, "len") } {
            len.set(body.len());
        }
        if body.is_empty() { null() } else { body.as_ptr() }
    })
    .unwrap_or(null())
}

/// The generation of the grant whose token the request carries, for osign_store_refused(); 0 where it is a request for
/// tokens, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_generation(request: *const osign_http_request) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(request, |request| request.generation) }
}

/// Frees a request and wipes it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_http_request_free(request: *mut osign_http_request) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(request) }
}

/// # Safety
/// `request` is NULL or a handle that nobody frees while the text is used.
unsafe fn header(
    request: *const osign_http_request,
    index: usize,
    part: impl FnOnce(&(Zeroizing<CString>, Zeroizing<CString>)) -> &CStr,
) -> *const c_char {
    // SAFETY: the caller's promise.
    caught(|| unsafe { request.as_ref() }?.headers.get(index).map(|header| part(header).as_ptr()))
        .ok()
        .flatten()
        .unwrap_or(null())
}
