//! Tells that the process has forked.
//!
//! The one place outside the boundaries with `unsafe` code: there is no safe way to be told of a fork, save
//! for asking for the process's number each time, which is a system call. A crate with a safe face was
//! tried; it registers behind a lock, and a child that is forked while another thread holds that lock waits
//! for ever. So there is no lock here.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Grows with each fork: in a process that forks, and again in its child.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// Whether [`count_fork`] is registered.
static WATCHED: AtomicBool = AtomicBool::new(false);

extern "C" fn count_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// The process in which it was made.
pub(super) struct Process(usize);

impl Process {
    /// The present one; None when the system refuses to tell of forks.
    pub(super) fn present() -> Option<Self> {
        // Two threads may both register, and a child may once more: then a fork counts more often, which is no harm.
        if !WATCHED.load(Ordering::Acquire) {
            // Before the fork as well as after it, in the child: another's handler may run in the child before ours, and
            // ask for a nonce.
            // SAFETY: the handler only adds to an atomic, which is safe in a child; and the C library forgets
            // it when the library it stands in is unloaded.
            if unsafe { libc::pthread_atfork(Some(count_fork), None, Some(count_fork)) } != 0 {
                return None;
            }
            WATCHED.store(true, Ordering::Release);
        }
        Some(Self(FORKS.load(Ordering::Relaxed)))
    }

    /// Whether this is another process by now.
    #[inline]
    pub(super) fn is_gone(&self) -> bool {
        self.0 != FORKS.load(Ordering::Relaxed)
    }
}
