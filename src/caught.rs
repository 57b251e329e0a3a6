//! The one place where a panic is caught: none may reach a host, whose process it would end.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A panic that was caught. What it said is gone, on purpose: no message may hold it. (The panic hook wrote it to stderr.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panicked;

/// Runs `body`, and catches its panic.
///
/// What `body` was changing may be left half changed, but in safe code never unsafe to use or to free.
#[inline]
pub(crate) fn caught<T>(body: impl FnOnce() -> T) -> Result<T, Panicked> {
    caught_as(body, |_| Panicked)
}

/// The same, where what the panic carried tells what it was.
#[inline]
pub(crate) fn caught_as<T, E>(body: impl FnOnce() -> T, tell: impl FnOnce(&(dyn Any + Send)) -> E) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        let told = tell(&*payload);
        discard(payload);
        told
    })
}

/// Frees what a panic carried. Its destructor may be anyone's code, and panic in its turn; what that one carried is
/// leaked, since there would be no end to it.
#[cold]
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{panic_any, resume_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};

    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    /// Panics again when it is dropped, with what takes no memory, so that a search for leaks finds none.
    struct Spiteful;

    impl Drop for Spiteful {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
            resume_unwind(Box::new(()));
        }
    }

    #[test]
    fn a_panic_ends_here_and_so_does_that_of_its_payload() {
        assert!(matches!(caught(|| 7), Ok(7)));
        assert!(caught(|| -> u8 { panic!("text") }).is_err());
        assert!(caught(|| -> u8 { panic!("text that is {}", "formatted") }).is_err());
        assert!(caught(|| -> u8 { panic_any(vec![1, 2, 3]) }).is_err());
        assert!(caught(|| -> u8 { panic_any(Spiteful) }).is_err());
        assert_eq!(DROPPED.load(Ordering::Relaxed), 1);
    }
}
