//! No panic crosses into C: every export's body runs in here.

use super::error::{hand_back, osign_error, osign_status};
use crate::error::{Error, Internal, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of an export that returns a status.
#[inline]
pub(super) fn guard(error: *mut *mut osign_error, body: impl FnOnce() -> Result<(), Error>) -> osign_status {
    // A panic may leave a handle half changed, but never one that is unsafe to use or to free.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => Status::Ok.code(),
        Ok(Err(failure)) => hand_back(failure, error),
        Err(payload) => {
            std::mem::forget(payload); // Its destructor is foreign code that could panic again.
            hand_back(Internal::Panic.into(), error)
        }
    }
}

/// Runs the body of an export that cannot fail; should it panic all the same, the answer is `default`.
#[inline]
pub(super) fn quietly<T>(default: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        std::mem::forget(payload);
        default
    })
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
    use std::ptr::null_mut;

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
        assert_eq!(quietly(7, || panic!("a defect, as this test wants it")), 7);
    }
}
