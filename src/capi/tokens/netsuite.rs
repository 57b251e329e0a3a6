//! What NetSuite signs beside requests.

use super::super::arguments::text;
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::CallerBuffer;
use super::text::put;
use crate::oauth1::netsuite_passport;
use std::ffi::c_char;

/// Writes the signature of a `tokenPassport` of NetSuite's SOAP web services, with HMAC-SHA256 as its algorithm: base64, of 44
/// characters. It is not of RFC 5849, since it signs no request.
///
/// The password of SuiteAnalytics Connect joins account, consumer key, token, nonce, timestamp, this, and "HMAC-SHA256" by '&'. A
/// sandbox's account is written as in "1234567_SB1". Nonce and timestamp are those that are sent along: the first 20 characters of
/// osign_nonce(), and osign_timestamp(). An empty nonce, and text with control characters, are OSIGN_INVALID_PARAMETER; a timestamp
/// that is not positive is OSIGN_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_netsuite_passport(
    account: *const c_char,
    consumer_key: *const c_char,
    consumer_secret: *const c_char,
    token: *const c_char,
    token_secret: *const c_char,
    nonce: *const c_char,
    timestamp: i64,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: texts and a caller's buffer, as the header asks.
        let (account, consumer, token, nonce, out) = unsafe {
            (
                text(account, "account")?,
                (text(consumer_key, "consumer_key")?, text(consumer_secret, "consumer_secret")?),
                (text(token, "token")?, text(token_secret, "token_secret")?),
                text(nonce, "nonce")?,
                CallerBuffer::text(buf, cap, len)?,
            )
        };
        put(&out, &netsuite_passport(account, consumer, token, nonce, timestamp)?)
    })
}
