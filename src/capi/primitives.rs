//! What hosts without a crypto library need apart from signing.

use super::arguments::{bytes, text};
use super::error::{osign_error, osign_status};
use super::guard::guard;
use super::output::CallerBuffer;
use crate::caught::caught;
use crate::sink::Sink;
use crate::system::{self, Nonce};
use crate::{mac, percent};
use std::ffi::{c_char, c_void};

/// Writes a new nonce: 24 letters and digits that carry 120 random bits.
///
/// No two are equal, in any thread, nor in a process and its children after fork(). Asking for the size
/// draws none. Fails with OSIGN_ENTROPY_UNAVAILABLE when the system gives no randomness.
///
/// Children of _Fork() and of a raw clone() system call, which run no fork handlers, are not told apart.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_nonce(
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a caller's buffer, as the header asks.
        let out = unsafe { CallerBuffer::text(buf, cap, len) }?;
        if out.is_query() {
            out.answer(Nonce::LEN + 1);
            return Ok(());
        }
        let enough = || Ok(Nonce::LEN + 1);
        if cap <= Nonce::LEN {
            return out.put_text(Nonce::LEN, enough, |_| {}); // Too small: draw none.
        }
        let nonce = system::nonce()?;
        out.put_text(Nonce::LEN, enough, |out| out.extend(nonce.as_bytes()))
    })
}

/// The time by the system's clock, in whole seconds since 1970-01-01 00:00 UTC.
#[unsafe(no_mangle)]
pub extern "C" fn osign_timestamp() -> i64 {
    caught(system::timestamp).unwrap_or(0)
}

/// Writes `data` with every byte but letters, digits, '-', '.', '_' and '~' as %XX in upper case
/// (RFC 3986 section 2.1, RFC 5849 section 3.6). The data need not be UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_percent_encode(
    data: *const c_void,
    data_len: usize,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: bytes and a caller's buffer, as the header asks.
        let (data, out) = unsafe { (bytes(data, data_len, "data")?, CallerBuffer::text(buf, cap, len)?) };
        let encoded_len = percent::encoded_len(data);
        let enough = encoded_len.saturating_add(1);
        if out.is_query() {
            out.answer(enough);
            return Ok(());
        }
        out.put_text(encoded_len, || Ok(enough), |out| percent::encode_into::<percent::Once>(data, out))
    })
}

/// Writes the HMAC (RFC 2104) of `data` under `key`, as raw bytes without a NUL.
///
/// `algorithm` is "SHA1" (20 bytes), "SHA256" (32), "SHA384" (48) or "SHA512" (64), and "SHA224" (28) unless the library signs
/// alone; another is OSIGN_INVALID_ARGUMENT.
/// Key and data may be empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hmac(
    algorithm: *const c_char,
    key: *const c_void,
    key_len: usize,
    data: *const c_void,
    data_len: usize,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, bytes and a caller's buffer, as the header asks.
        let (algorithm, key, data, out) = unsafe {
            (
                text(algorithm, "algorithm")?,
                bytes(key, key_len, "key")?,
                bytes(data, data_len, "data")?,
                CallerBuffer::new(buf, cap, len)?,
            )
        };
        out.put_bytes(&mac::hmac(algorithm, key, data)?)
    })
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone: for comparing a
/// signature that came with one that was computed. 1 when they are, 0 when not. A NULL with a length is equal
/// to nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_equal_constant_time(
    a: *const c_void,
    a_len: usize,
    b: *const c_void,
    b_len: usize,
) -> i32 {
    let equal = caught(|| {
        // SAFETY: bytes, as the header asks.
        let (a, b) = unsafe { (bytes(a, a_len, "a"), bytes(b, b_len, "b")) };
        matches!((a, b), (Ok(a), Ok(b)) if mac::equal_constant_time(a, b))
    });
    i32::from(equal.unwrap_or(false))
}
