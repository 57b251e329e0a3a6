//! `osign_token`.

use super::super::arguments::{free, number_of, text_of};
use super::text::{c_text, from_generation, seconds};
use crate::grant::access::Token;
use std::ffi::{CString, c_char};
use zeroize::Zeroizing;

/// An access token, or a static key: its value, its type, its end, and the generation of its grant.
///
/// It depends on nothing else, and may outlive its store. Nothing changes it, so any number of threads may read it. What
/// its functions return is valid until it is freed; it is wiped then.
#[allow(missing_debug_implementations, reason = "it is a secret")]
pub struct osign_token {
    value: Zeroizing<CString>,
    token_type: Zeroizing<CString>,
    expires_at: i64,
    generation: i64,
}

impl osign_token {
    pub(super) fn new(token: &Token) -> Self {
        Self {
            value: c_text(token.value.expose()),
            token_type: c_text(&token.token_type),
            expires_at: seconds(token.expires_at),
            generation: from_generation(token.generation),
        }
    }
}

/// The token itself; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_token_value(token: *const osign_token) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(token, |token| &token.value) }
}

/// Its type, such as "Bearer"; "" for a static key, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_token_type(token: *const osign_token) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(token, |token| &token.token_type) }
}

/// When it ends, in Unix seconds; 0 when it is not known to end, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_token_expires_at(token: *const osign_token) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(token, |token| token.expires_at) }
}

/// The generation of its grant, for osign_store_refused(): it grows with each refresh. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_token_generation(token: *const osign_token) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(token, |token| token.generation) }
}

/// Frees a token and wipes it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_token_free(token: *mut osign_token) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(token) }
}
