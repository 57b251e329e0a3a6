//! What an export that can fail answers: its body runs in here, and no panic crosses into C.

use super::error::{hand_back, osign_error, osign_status};
use crate::caught::{Panicked, caught};
use crate::error::{Error, Internal, Status};
use std::ptr::null_mut;

/// Runs the body of an export that returns a status, and writes to `error` what became of it: NULL where all went well.
#[inline]
pub(super) fn guard(error: *mut *mut osign_error, body: impl FnOnce() -> Result<(), Error>) -> osign_status {
    match caught(body) {
        Ok(Ok(())) => {
            if !error.is_null() {
                // SAFETY: not NULL, and the header asks for memory that may be written.
                unsafe { error.write(null_mut()) };
            }
            Status::Ok.code()
        }
        Ok(Err(failure)) => hand_back(failure, error),
        Err(Panicked) => hand_back(Internal::Panic.into(), error),
    }
}

/// Panics behind the guard, to show that the library as it is released stops a panic. It is there in a build
/// with `--cfg osign_panics` alone (see tests/c/panic.c), and never in the header.
#[cfg(osign_panics)]
#[unsafe(no_mangle)]
pub extern "C" fn osign_panic_for_tests(error: *mut *mut osign_error) -> osign_status {
    guard(error, || panic!("details that no message may hold"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::{osign_error_free, osign_error_message, osign_error_status};
    use std::ffi::CStr;
    use std::ptr::dangling_mut;

    #[test]
    fn a_panic_becomes_a_status() {
        let mut error = null_mut();
        let body = || -> Result<(), Error> { panic!("a defect, as this test wants it") };
        assert_eq!(guard(&raw mut error, body), 900);
        // SAFETY: the guard just made the error.
        unsafe {
            assert_eq!(osign_error_status(error), 900);
            let message = CStr::from_ptr(osign_error_message(error)).to_str().unwrap();
            assert!(message.contains("panic") && !message.contains("as this test wants it"), "{message}");
            osign_error_free(error);
        }
        assert_eq!(guard(null_mut(), body), 900);
    }

    #[test]
    fn success_leaves_no_error() {
        let mut error = dangling_mut();
        assert_eq!(guard(&raw mut error, || Ok(())), 0);
        assert!(error.is_null());
        assert_eq!(guard(null_mut(), || Ok(())), 0);
    }
}
