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

/// Registers the handlers, where they are not; tells whether they are.
fn watch() -> bool {
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

/// Registers when the library is loaded. Whoever does it only with the first nonce may do so in another's handler, in the
/// midst of a fork, and is told nothing of that fork.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;

extern "C" fn at_load() {
    watch(); // Where it fails, the first nonce tries again, and is refused.
}

/// The process in which it was made.
pub(super) struct Process(usize);

impl Process {
    /// The present one; None when the system refuses to tell of forks.
    pub(super) fn present() -> Option<Self> {
        watch().then(|| Self(FORKS.load(Ordering::Relaxed)))
    }

    /// Whether this may be another process by now.
    #[inline]
    pub(super) fn is_gone(&self) -> bool {
        self.0 != FORKS.load(Ordering::Relaxed) || FORKING.load(Ordering::Relaxed) != 0
    }
}
