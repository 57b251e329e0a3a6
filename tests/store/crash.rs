//! Processes that are killed at each step of a commit, and a power cut after which only synced writes are there.

use crate::disk::cut;
use crate::folder::{self, Folder};
use crate::process::{Other, say};
use osign::grant::store::{Happening, Store};
use std::fs;
use std::process::Command;

/// How many commits a child makes.
const COMMITS: u64 = 4;

/// What children do in the roles of these tests.
pub(crate) fn play(role: &str) {
    match role {
        "commit" => {
            let store = folder::of_environment();
            let begun = store.load("crm").unwrap().unwrap().generation;
            for generation in begun..begun + COMMITS {
                assert!(store.commit("crm", generation, &record(generation + 1)).unwrap());
                say(&format!("committed {}", generation + 1));
            }
            drop(store); // What the log has goes into the database, step by step.
            say("end");
        }
        "note" => {
            let store = folder::of_environment();
            let happening =
                Happening { at: 1, generation: 1, event: "e".into(), detail: "d".into(), owner: "o".into() };
            store.note("crm", &happening).unwrap();
            say("noted");
            crate::process::listen();
        }
        _ => {}
    }
}

/// A record that tells its generation, and whether it is whole.
fn record(generation: u64) -> String {
    format!("{generation} ").repeat(1500)
}

/// Runs a child that commits, and is killed at a step: how far it said that it came, and whether it came to its end.
fn commits(command: Command) -> (u64, bool) {
    let mut other = Other::start(command, "commit");
    let (mut last, mut ended) = (0, false);
    for line in other.lines() {
        if let Some(generation) = line.strip_prefix("committed ") {
            last = generation.parse().unwrap();
        }
        ended |= line == "end";
    }
    let status = other.process.wait().unwrap();
    assert_eq!(status.success(), ended, "{status}");
    (last, ended)
}

/// The generation that the store has, whose record is whole.
fn found(folder: &Folder) -> u64 {
    let stored = folder.open().load("crm").unwrap().unwrap();
    assert!(stored.record == record(stored.generation), "the record of generation {} is torn", stored.generation);
    stored.generation
}

#[test]
fn a_commit_is_whole_or_nothing_wherever_it_is_killed() {
    let folder = Folder::with_store("killed");
    assert!(folder.open().add("crm", &record(1)).unwrap());
    let mut torn = 0;
    for step in 1.. {
        let before = found(&folder);
        let (said, ended) = commits(cut(&folder, step, None));
        let now = found(&folder);
        let said = said.max(before);
        assert!(now == said || now == said + 1, "step {step}: {said} was acknowledged, {now} is there");
        torn += u32::from(now != said);
        if ended {
            assert!(step > 20, "{step} steps are too few to have been looked at");
            break;
        }
    }
    assert!(torn > 0, "no kill came between a commit and its acknowledgement");
}

#[test]
fn a_commit_outlives_a_power_cut() {
    let mut lost = 0;
    for step in 1.. {
        let folder = Folder::with_store("power");
        assert!(folder.open().add("crm", &record(1)).unwrap());
        let synced = Folder::empty("synced");
        fs::copy(folder.path("store.db"), synced.path("store.db")).unwrap();
        let (said, ended) = commits(cut(&folder, step, Some(&synced.path(""))));
        let running = found_in_copy(&folder);
        // Power comes back: the disk has what was synced, and no more.
        for name in ["store.db", "store.db-wal", "store.db-shm"] {
            let _ = fs::remove_file(folder.path(name));
            if synced.path(name).exists() {
                fs::copy(synced.path(name), folder.path(name)).unwrap();
            }
        }
        let (said, now) = (said.max(1), found(&folder));
        assert!(now == said || now == said + 1, "step {step}: {said} was acknowledged, {now} is there");
        lost += u32::from(running.is_some_and(|running| running > now));
        if ended {
            break;
        }
    }
    // Or the model keeps everything, and proves nothing.
    assert!(lost > 0, "no cut ever took a write away");
}

/// The generation that a process finds that goes on without a power cut.
fn found_in_copy(folder: &Folder) -> Option<u64> {
    let copy = Folder::empty("running");
    for name in ["store.db", "store.db-wal"] {
        let _ = fs::copy(folder.path(name), copy.path(name));
    }
    let database = rusqlite::Connection::open(copy.path("store.db")).ok()?;
    let generation = database.query_row("SELECT generation FROM grants", [], |row| row.get::<_, i64>(0)).ok()?;
    Some(generation.cast_unsigned())
}

#[test]
fn what_is_noted_need_not_outlive_a_power_cut() {
    let folder = Folder::with_store("note");
    assert!(folder.open().add("crm", &record(1)).unwrap());
    let synced = Folder::empty("note-synced");
    fs::copy(folder.path("store.db"), synced.path("store.db")).unwrap();
    let mut other = Other::start(cut(&folder, 0, Some(&synced.path(""))), "note");
    other.wait_for("noted");
    assert_eq!(folder.open().history("crm", 9).unwrap().len(), 1);
    other.kill();
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = fs::remove_file(folder.path(name));
        let _ = fs::copy(synced.path(name), folder.path(name));
    }
    assert_eq!(folder.open().history("crm", 9).unwrap().len(), 0);
    assert_eq!(found(&folder), 1);
}
