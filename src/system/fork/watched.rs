//! By handlers of the C library's that run when the process forks.
//!
//! One of the few places outside the boundaries with `unsafe` code: there is no safe way to be told of a fork. A crate
//! with a safe face was tried; it registers behind a lock, and a child that is forked while another thread holds that
//! lock waits for ever. So there is no lock here.

#![allow(unsafe_code)]

use super::{Mark, Notice};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Grows with each fork: in a process that forks, and again in its child.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// How many forks are under way. Others' handlers run then, too, and may ask for nonces on either side.
static FORKING: AtomicUsize = AtomicUsize::new(0);

/// Whether the handlers are registered.
static WATCHED: AtomicBool = AtomicBool::new(false);

extern "C" fn before() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    FORKING.fetch_add(1, Ordering::Relaxed);
}

extern "C" fn in_parent() {
    // One that registers in the midst of a fork has not seen it begin.
    let _ = FORKING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |forking| forking.checked_sub(1));
}

extern "C" fn in_child() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    FORKING.store(0, Ordering::Relaxed);
}

/// Has the system tell of forks from now on; false when it refuses.
///
/// The first nonce does it as well. But that may be drawn in another's handler, in the midst of a fork, of which nothing
/// is told then; so a host that can does it when it is loaded.
pub fn watch() -> bool {
    // Two threads may both register, and a child may once more: then a fork counts more often, which is no harm.
    if !WATCHED.load(Ordering::Acquire) {
        // SAFETY: the handlers only change atomics, which is safe in a child; and the C library forgets them when
        // the library that they stand in is unloaded.
        if unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) } != 0 {
            return false;
        }
        WATCHED.store(true, Ordering::Release);
    }
    true
}

/// By being told of forks.
#[derive(Clone, Copy, Debug)]
pub struct Watched;

impl Notice for Watched {
    fn mark() -> Option<Mark> {
        watch().then(|| Mark::Forks(FORKS.load(Ordering::Relaxed)))
    }

    #[inline]
    fn is_gone(mark: Mark) -> bool {
        mark != Mark::Forks(FORKS.load(Ordering::Relaxed)) || FORKING.load(Ordering::Relaxed) != 0
    }
}
