//! What the calls of this part take and hand back alike.

use crate::error::{Error, Keeping};
use std::ffi::{CString, c_int};
use zeroize::Zeroizing;

/// Text that a handle keeps for C, wiped with it.
pub(super) fn c_text(text: &str) -> Zeroizing<CString> {
    Zeroizing::new(CString::new(text).ok().expect("what can be sent holds no NUL"))
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

/// A grant's generation as C has it.
pub(super) fn generation(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| Keeping::NegativeNumber { name: "generation" }.into())
}

/// And back.
pub(super) fn from_generation(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
