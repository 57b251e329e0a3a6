//! The store of a host of one's own: tables that keep the contract, what two hosts do to one grant over them, and tables that
//! were restored or copied.

#![cfg(all(feature = "http", feature = "sqlite", target_os = "linux"))]

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/folder.rs"]
#[allow(dead_code, reason = "no disks are mounted here")]
mod folder;
mod hosts;
#[path = "../support/process.rs"]
#[allow(dead_code, reason = "nobody is killed here")]
mod process;
#[allow(dead_code, reason = "it can tell more lies than are needed here")]
#[path = "../faults/provider.rs"]
mod provider;
mod quarantine;
mod reruns;
mod rows;
#[allow(dead_code, reason = "it has more habits than are needed here")]
#[path = "../faults/service.rs"]
mod service;
mod spilled;
mod steps;
#[allow(dead_code, reason = "history and locks are not what a table has")]
#[path = "../store_suite/mod.rs"]
mod suite;
mod troubles;
#[allow(dead_code, reason = "senders that lie are not needed here")]
#[path = "../faults/watched.rs"]
mod watched;
mod world;

use folder::{Folder, folder_of_environment};
use osign::store::{HostStore, Records};
use process::ROLE;
use rows::{Memory, PlainFile};
use std::process::Command;
use std::sync::Arc;
use suite::Place;

/// Rows, and the folder for what else a store has.
struct Rows<R>(R, Folder);

impl<R: Records + Clone + 'static> Place for Rows<R> {
    type Store = HostStore;

    fn open(&self) -> HostStore {
        world::open("suite", self.0.clone(), &self.1)
    }

    fn command(&self) -> Command {
        self.1.command()
    }
}

#[test]
fn rows_in_memory_do_what_every_store_must() {
    suite::run_writes(&Rows(Memory::default(), Folder::empty("memory")));
}

#[test]
fn rows_in_a_file_do_what_every_store_must() {
    let folder = Folder::empty("file");
    let rows = Rows(PlainFile::at(&folder.path("rows")), folder);
    suite::run_writes(&rows);
    suite::no_update_is_lost_between_processes(&rows);
}

/// Not a test by itself: other processes of the tests begin here.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let folder = folder_of_environment();
    let store = world::open("suite", PlainFile::at(&folder.path("rows")), &folder);
    assert!(suite::play(&store, &role));
}

#[test]
fn an_id_is_short_text_in_one_line() {
    let folder = Folder::empty("id");
    let open = |id: &str| HostStore::new(id, Arc::new(Memory::default()), &world::options(&folder));
    for id in ["a", "Srvr=\"s\";Ref=\"база\";", &"я".repeat(200)] {
        assert_eq!(open(id).unwrap().id(), id);
    }
    for id in ["", " a", "a ", "a\nb", "a\0", &"я".repeat(201)] {
        assert_eq!(open(id).unwrap_err().word(), "bad-store-id", "{id:?}");
    }
}
