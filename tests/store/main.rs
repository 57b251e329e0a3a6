//! The store in SQLite: what every store must be able to do, and the faults of files, disks and processes.
//!
//! Some need a small disk or one that is read-only, and so the right to mount, as root or by sudo without a password; where
//! that is missing, they fail. Others need `cc`.

#![cfg(all(feature = "sqlite", target_os = "linux"))]

mod crash;
#[path = "../support/disk.rs"]
mod disk;
#[path = "../support/folder.rs"]
mod folder;
mod fork;
mod places;
#[path = "../support/process.rs"]
mod process;
mod quarantine;
#[path = "../store_suite/mod.rs"]
mod suite;

use folder::Folder;
use osign::store::Sqlite;
use process::{Other, ROLE};
use std::process::Command;
use suite::Place;

impl Place for Folder {
    type Store = Sqlite;

    fn open(&self) -> Sqlite {
        self.open()
    }

    fn command(&self) -> Command {
        self.command()
    }
}

#[test]
fn what_every_store_must_be_able_to_do() {
    suite::run(&Folder::with_store("suite"));
}

/// Not a test by itself: other processes of the tests begin here.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let store = folder::of_environment();
    if !suite::play(&store, &role) {
        drop(store);
        crash::play(&role);
        fork::play(&role);
    }
}

#[test]
fn a_lock_file_that_a_cleaner_removes_is_made_again() {
    use osign::grant::store::{Lock, Store};
    let folder = Folder::with_store("cleaner");
    let mut other = Other::start(folder.command(), "hold");
    other.wait_for("taken");
    // Who holds the old file does not hold the new one: they are told apart by their inodes, and nothing can be done about
    // it from here but to lock what others will find.
    std::fs::remove_dir_all(folder.path("store.db-locks")).unwrap();
    let store = folder.open();
    let Lock::Taken(ours) = store.lock("crm", "here").unwrap() else { panic!("the file is new") };
    assert!(matches!(folder.open().lock("crm", "here too").unwrap(), Lock::Held(_)));
    let mut third = Other::start(folder.command(), "hold");
    third.wait_for("held");
    third.end();
    drop(ours);
    other.kill();
}
