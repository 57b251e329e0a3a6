//! What the calls of this part take and hand back alike.

use super::super::arguments::terminated;
use super::super::output::CallerBuffer;
use crate::error::{Argument, Error, Keeping};
use crate::sink::Sink;
use std::ffi::{CString, c_char, c_int};
use zeroize::Zeroizing;

/// Text that a handle keeps for C, wiped with it.
pub(super) fn c_text(text: &str) -> Zeroizing<CString> {
    Zeroizing::new(CString::new(text).ok().expect("what can be sent holds no NUL"))
}

/// Hands a text back in a caller's buffer.
pub(super) fn put(out: &CallerBuffer, text: &str) -> Result<(), Error> {
    if out.is_query() {
        out.answer(with_nul(text.len())?);
        return Ok(());
    }
    out.put_text(text.len(), || with_nul(text.len()), |out| out.extend(text.as_bytes()))
}

/// The same with a text of this length that is made with randomness: none is drawn unless the text has room.
pub(super) fn put_drawn<T: AsRef<str>>(
    out: &CallerBuffer,
    len: usize,
    make: impl FnOnce() -> Result<T, Error>,
) -> Result<(), Error> {
    if out.has_room_for(len) {
        return put(out, make()?.as_ref());
    }
    if out.is_query() {
        out.answer(with_nul(len)?);
        return Ok(());
    }
    out.put_text(len, || with_nul(len), |_| {})
}

fn with_nul(len: usize) -> Result<usize, Error> {
    len.checked_add(1).ok_or_else(|| Argument::ImpossibleLength { name: "buf" }.into())
}

/// Seconds of C as the core's milliseconds.
pub(super) fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

/// The core's Unix milliseconds as seconds for C; 0 for none.
pub(super) fn seconds(milliseconds: Option<i64>) -> i64 {
    milliseconds.map_or(0, |time| time.div_euclid(1000))
}

/// An HTTP status that C hands over.
pub(super) fn http_status(status: c_int) -> Result<u16, Error> {
    u16::try_from(status).ok().filter(|status| (100..1000).contains(status)).ok_or(Keeping::BadHttpStatus.into())
}

/// The status of an answer that came: 0 where what C hands over is none. The answer may hold a pair that the service gives once, so
/// it is no argument to be turned down.
pub(super) fn answered_status(status: c_int) -> u16 {
    http_status(status).unwrap_or(0)
}

/// The Content-Type of an answer that came, or None; for the same reason one that is no UTF-8 is none, as headers may hold
/// any bytes (RFC 9110 section 5.5).
///
/// # Safety
/// `content_type` is NULL or points to NUL-terminated memory.
pub(super) unsafe fn content_type(content_type: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { terminated(content_type, "content_type") }.ok()?;
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// A grant's generation as C has it.
pub(super) fn generation(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| Keeping::NegativeNumber { name: "generation" }.into())
}

/// And back.
pub(super) fn from_generation(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
