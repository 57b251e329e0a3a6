//! What a child of `fork()` finds: neither its parent's locks nor its connections.

#![allow(unsafe_code, reason = "there is no safe way to fork")]

use crate::folder::{self, Folder};
use crate::process::{Other, listen, say};
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Secrets, State};
use osign::grant::seal::{NONCE, Sealer};
use osign::grant::store::{Lock, Store};
use osign::grant::{Grant, Kept};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

/// What children do in the roles of these tests: each forks, in a process of its own.
pub(crate) fn play(role: &str) {
    match role {
        "fork-idle" => idle(),
        "fork-and-die" => die(),
        "fork-and-close" => close(),
        "fork-amid" => amid(),
        "fork-while-opening" => while_opening(),
        _ => {}
    }
}

/// Forks, and does something in the child, which ends with it. True where it returned true.
fn in_child(work: impl FnOnce() -> bool) -> libc::pid_t {
    // SAFETY: the child uses what a store may be used for, and leaves by `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            let good = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(false);
            // SAFETY: always sound.
            unsafe { libc::_exit(i32::from(!good)) }
        }
        child => child,
    }
}

fn ended_well(child: libc::pid_t) -> bool {
    let mut status = 0;
    // SAFETY: a child of ours, and a number to write to.
    unsafe { libc::waitpid(child, &raw mut status, 0) == child && status == 0 }
}

/// A parent that holds a lock while it forks.
fn idle() {
    let store = folder::of_environment();
    assert_eq!(store.load("crm").unwrap().unwrap().generation, 1);
    let Lock::Taken(lock) = store.lock("crm", "the parent").unwrap() else { panic!("nobody has it") };
    let child = in_child(|| {
        let Lock::Held(holder) = store.lock("crm", "the child").unwrap() else { return false };
        holder == "the parent" && store.commit("crm", 1, "by the child").unwrap()
    });
    assert!(ended_well(child));
    // Neither did the child give our lock back.
    assert_eq!(store.load("crm").unwrap().unwrap().record, "by the child");
    let again = in_child(|| matches!(folder::of_environment().lock("crm", "x"), Ok(Lock::Held(_))));
    assert!(ended_well(again));
    assert!(store.commit("crm", 2, "by the parent").unwrap());
    drop(lock);
    let free = in_child(|| matches!(store.lock("crm", "the child"), Ok(Lock::Taken(_))));
    assert!(ended_well(free));
    assert!(matches!(store.lock("crm", "the parent"), Ok(Lock::Taken(_))));
    say("all is well");
}

/// A parent that is killed while its child lives.
fn die() {
    let store = folder::of_environment();
    let Lock::Taken(_lock) = store.lock("crm", "the parent").unwrap() else { panic!("nobody has it") };
    in_child(|| {
        say("the child lives");
        std::thread::sleep(std::time::Duration::from_secs(5));
        true
    });
    listen();
}

/// A parent that closes the store, and would take the log with it if it believed itself to be alone.
fn close() {
    let store = folder::of_environment();
    assert_eq!(store.load("crm").unwrap().unwrap().generation, 1);
    let mut pipe = [0; 2];
    // SAFETY: two numbers to write to.
    assert_eq!(unsafe { libc::pipe(pipe.as_mut_ptr()) }, 0);
    let child = in_child(|| {
        let read = store.load("crm").unwrap().unwrap().generation == 1;
        let mut byte = 0_u8;
        // SAFETY: one byte to write to.
        unsafe { libc::read(pipe[0], (&raw mut byte).cast(), 1) };
        read && store.commit("crm", 1, "after the parent has closed").unwrap()
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(store);
    // SAFETY: one byte to read from.
    unsafe { libc::write(pipe[1], c"x".as_ptr().cast(), 1) };
    assert!(ended_well(child));
    say("all is well");
}

/// A parent of which another thread is in the midst of a call.
fn amid() {
    let store = folder::of_environment();
    let (amid, is_amid) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            store
                .rekey(|_, _| {
                    amid.send(()).unwrap();
                    may_go_on.recv().unwrap();
                    Ok(None)
                })
                .unwrap();
        });
        is_amid.recv().unwrap();
        let child = in_child(|| store.load("crm").unwrap_err().word() == "forked-store");
        assert!(ended_well(child));
        // The parent goes on.
        assert_eq!(store.load("crm").unwrap().unwrap().generation, 1);
        go_on.send(()).unwrap();
    });
    say("all is well");
}

/// A parent of which other threads open records all the time: what they hold of the sealer is nobody's in the child.
fn while_opening() {
    let key = || Keys::new(Key::from_random(&[7; 32]));
    let sealer = Sealer::new(key(), "store", "environment");
    let settings = r#"{"kind":"static"}"#;
    let grant = |name: &str| Grant {
        name: name.to_owned(),
        generation: 1,
        settings: serde_json::from_str(settings).unwrap(),
        state: State::new(),
        secrets: Secrets { access: Some(Kept::new("hunter2")), ..Secrets::default() },
    };
    let records = ["a", "b"].map(|name| (name, sealer.seal(&grant(name), &[1; NONCE]).unwrap()));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    for (name, record) in &records {
                        sealer.open(name, record).unwrap();
                    }
                }
            });
        }
        for _ in 0..200 {
            let child = in_child(|| {
                // SAFETY: always sound; the child dies of it where it waits for ever.
                unsafe { libc::alarm(5) };
                sealer.open("a", &records[0].1).is_ok()
            });
            if !ended_well(child) {
                say("a child waits for ever");
                break;
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    say("all is well");
}

fn with_grant(name: &str) -> Folder {
    let folder = Folder::with_store(name);
    assert!(folder.open().add("crm", "record").unwrap());
    folder
}

#[test]
fn a_child_has_neither_its_parents_lock_nor_its_connections() {
    for role in ["fork-idle", "fork-and-close", "fork-amid"] {
        let folder = with_grant(role);
        let mut other = Other::start(folder.command(), role);
        other.wait_for("all is well");
        other.end();
        let stored = folder.open().load("crm").unwrap().unwrap();
        match role {
            "fork-idle" => assert_eq!((stored.generation, stored.record.as_str()), (3, "by the parent")),
            "fork-and-close" => {
                assert_eq!((stored.generation, stored.record.as_str()), (2, "after the parent has closed"));
            }
            _ => assert_eq!(stored.generation, 1),
        }
    }
}

#[test]
fn a_child_opens_records_whatever_its_parent_was_doing() {
    let folder = with_grant("while-opening");
    let mut other = Other::start(folder.command(), "fork-while-opening");
    assert_eq!(other.lines().find(|line| line.starts_with("a")).as_deref(), Some("all is well"));
    other.end();
}

#[test]
fn a_lock_dies_with_its_process_though_a_child_lives() {
    let folder = with_grant("orphan");
    let mut other = Other::start(folder.command(), "fork-and-die");
    other.wait_for("the child lives");
    let store = folder.open();
    assert!(matches!(store.lock("crm", "here").unwrap(), Lock::Held(_)));
    other.kill();
    assert!(matches!(store.lock("crm", "here").unwrap(), Lock::Taken(_)));
}
