//! `osign_oauth1_signed`.

use super::arguments::{free, number_of, shared, text_of};
use super::error::{osign_error, osign_status};
use super::guard::guard;
use super::output::Out;
use super::request::osign_oauth1_request;
use super::signer::osign_oauth1_signer;
use crate::caught::caught;
use crate::oauth1::{SharedBytes, Signed, normalized_parameters};
use crate::secret::wipe;
use crate::system::System;
use std::ffi::{CString, c_char};
use std::mem::{replace, take};
use std::sync::{Arc, OnceLock};
use zeroize::{Zeroize, Zeroizing};

/// A signed request: what to send, and what signing it produced.
///
/// It depends on nothing else: signer and request may be freed before it. Nothing changes it, so any
/// number of threads may read it. What its functions return is valid until it is freed; it is wiped then,
/// since with PLAINTEXT it carries the secrets. A body that signing left as it was is the request's too, and
/// wiped with the last of the two.
#[allow(missing_debug_implementations, reason = "with PLAINTEXT it carries the secrets")]
pub struct osign_oauth1_signed {
    authorization: CString,
    url: CString,
    /// The request's own, or what signing made of it; wiped when the last to hold it lets go.
    body: Option<SharedBytes>,
    signature: CString,
    base_string: CString,
    /// Made when it is first asked for.
    normalized_parameters: OnceLock<CString>,
    nonce: CString,
    timestamp: i64,
}

impl osign_oauth1_signed {
    fn new(mut signed: Signed, request: &osign_oauth1_request) -> Self {
        Self {
            authorization: c_text(&mut signed.authorization),
            url: c_text(&mut signed.url),
            body: signed.body.take().map(own).or_else(|| request.0.body().cloned()),
            signature: c_text(&mut signed.signature),
            base_string: c_text(&mut signed.base_string),
            normalized_parameters: OnceLock::new(),
            nonce: c_text(&mut signed.nonce),
            timestamp: signed.timestamp,
        }
    }

    /// Read from the base string, and kept: what is handed out stays until all is freed.
    fn normalized_parameters(&self) -> &CString {
        self.normalized_parameters.get().unwrap_or_else(|| {
            let text = c_text(&mut normalized_parameters(self.base_string.as_bytes()));
            // Not made within `get_or_init`: a fork at that time would let the child wait for ever.
            if let Err(mut text) = self.normalized_parameters.set(text) {
                text.zeroize(); // Another thread was quicker.
            }
            self.normalized_parameters.get().expect("it was set")
        })
    }
}

impl Drop for osign_oauth1_signed {
    fn drop(&mut self) {
        let Self { authorization, url, signature, base_string, normalized_parameters, .. } = self;
        let texts = [authorization, url, signature, base_string];
        for text in texts.into_iter().chain(normalized_parameters.get_mut()) {
            text.zeroize();
        }
    }
}

/// A body that signing made, wiped when nobody holds it any more.
fn own(body: Vec<u8>) -> SharedBytes {
    Arc::new(Zeroizing::new(body))
}

/// The same text with a NUL. The core left room for just that in what is sent. Other text is copied, and wiped where it was:
/// it would grow or shrink to its size, and an allocator that moves it then leaves a copy behind.
fn c_text(text: &mut String) -> CString {
    let mut bytes = take(text).into_bytes();
    let size = bytes.len() + 1;
    if bytes.capacity() != size {
        let mut exact = Vec::with_capacity(size);
        exact.extend_from_slice(&bytes);
        wipe(replace(&mut bytes, exact));
    }
    CString::new(bytes).ok().expect("encoded text, and a checked nonce, hold no NUL")
}

/// The full way: signs a request and hands back all of it. Free it with osign_oauth1_signed_free().
///
/// With RSA this fails with OSIGN_INVALID_KEY when the signer has no private key, or one that is too
/// short for the method's hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_sign(
    signer: *const osign_oauth1_signer,
    request: *const osign_oauth1_request,
    signed_request: *mut *mut osign_oauth1_signed,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: shared handles and a place for the result, as the header asks.
        let (signer, request, out) = unsafe {
            (shared(signer, "signer")?, shared(request, "request")?, Out::new(signed_request, "signed_request")?)
        };
        let signed = request.0.with(|request| signer.0.sign(request, &mut System))?;
        out.set_handle(osign_oauth1_signed::new(signed, request));
        Ok(())
    })
}

/// The value of the Authorization header; "" unless the transmission is by header, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_authorization(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| &signed.authorization) }
}

/// The URL; send exactly this. It is in the normal form of RFC 3986 sections 6.2.2 and 6.2.3, which every client sends
/// alike: without user name, password and fragment, with capitals in escapes. The signer's "url_form" may say
/// otherwise. "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_url(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| &signed.url) }
}

/// The body; send exactly this. Its length goes to *len; `len` may be NULL. It is no text and has no NUL
/// at its end. NULL with length 0 when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_body(s: *const osign_oauth1_signed, len: *mut usize) -> *const u8 {
    caught(|| {
        // SAFETY: a shared handle or NULL, as the header asks.
        let body: &[u8] = unsafe { s.as_ref() }.and_then(|signed| signed.body.as_deref()).map_or(&[], AsRef::as_ref);
        // SAFETY: a place for the length, as the header asks; NULL is none.
        if let Ok(len) = unsafe { Out::new(len, "len") } {
            len.set(body.len());
        }
        if body.is_empty() { std::ptr::null() } else { body.as_ptr() }
    })
    .unwrap_or(std::ptr::null())
}

/// The signature, in base64 (for PLAINTEXT the two secrets, each encoded), not percent-encoded; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_signature(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| &signed.signature) }
}

/// The signature base string (RFC 5849 section 3.4.1.1), to compare with the one a service reports when
/// it refuses a signature; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_base_string(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| &signed.base_string) }
}

/// The normalised parameters (RFC 5849 section 3.4.1.3.2), which are the last part of the base string before
/// it is encoded; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_normalized_parameters(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| signed.normalized_parameters()) }
}

/// The nonce that was signed; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_nonce(s: *const osign_oauth1_signed) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(s, |signed| &signed.nonce) }
}

/// The timestamp that was signed, in Unix seconds; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_timestamp(s: *const osign_oauth1_signed) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(s, |signed| signed.timestamp) }
}

/// Frees a signed request and wipes it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signed_free(s: *mut osign_oauth1_signed) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(s) }
}
