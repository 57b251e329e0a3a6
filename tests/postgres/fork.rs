//! What a child of `fork()` finds: connections and leases that are its parent's.

#![allow(unsafe_code, reason = "there is no safe way to fork")]

use crate::process::{Other, say};
use crate::server::{Server, of_environment};
use osign::grant::store::{Lock, Store};

/// A parent with an idle connection and a lease, whose child drops both.
pub(crate) fn play() {
    let store = of_environment();
    assert!(store.add("a", "record").unwrap());
    let Lock::Taken(lock) = store.lock("a", "the parent").unwrap() else { panic!("nobody has it") };
    // SAFETY: no thread uses the store meanwhile, and the child leaves by `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            let work = || {
                let is_held =
                    matches!(store.lock("a", "the child").unwrap(), Lock::Held(holder) if holder == "the parent");
                drop(lock);
                is_held && store.load("a").unwrap().is_some_and(|stored| stored.revision == 1)
            };
            let good = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(false);
            // SAFETY: always sound.
            unsafe { libc::_exit(i32::from(!good)) }
        }
        child => {
            let mut status = 0;
            // SAFETY: a child of ours, and a number to write to.
            let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!((ended, status), (child, 0));
            // Its own connection and its own lease are as they were.
            assert!(store.acquire("a", 1, 1, "intent").unwrap());
            drop(lock);
            assert!(matches!(store.lock("a", "again").unwrap(), Lock::Taken(_)));
            say("well");
        }
    }
}

/// A parent with a lease, whose child lives on for a while and touches nothing.
pub(crate) fn play_orphan() {
    let store = of_environment();
    let Lock::Taken(_lock) = store.lock("a", "the parent").unwrap() else { panic!("nobody has it") };
    // SAFETY: no thread uses the store meanwhile; the child sleeps, and leaves by `_exit`.
    if unsafe { libc::fork() } == 0 {
        std::thread::sleep(std::time::Duration::from_secs(20));
        // SAFETY: always sound.
        unsafe { libc::_exit(0) }
    }
    say("forked");
    crate::process::listen();
}

#[test]
fn a_child_makes_its_own_connections_and_leaves_its_parent_s_alone() {
    let server = Server::with_store("fork");
    let mut other = Other::start(server.command(), "fork");
    other.wait_for("well");
    other.end();
}
