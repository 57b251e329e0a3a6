//! Rows 8 and 31: disks that take nothing. A pair that came is never dropped while there is a place for it.

use crate::folder::{Folder, fill};
use crate::policies::UNTIL_USED;
use crate::service::Habits;
use crate::world::{Host, NAME, PATIENCE, World, callback};
use osign::error::{Error, Keeping};
use osign::grant::record::Status;
use osign::grant::store::Store;
use osign::store::Sqlite;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

fn full(world: &World) -> Error {
    Keeping::FullDisk { path: world.folder.path("store.db").display().to_string() }.into()
}

#[test]
fn row_08_a_disk_that_is_full_when_the_pair_comes() {
    let folder = Folder::disk("row-08", "2m");
    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    let world = World::within(folder, Habits::FAMILY);
    world.expire();
    let gate = |step: &str| {
        if step == "behind send" {
            fill(&world.folder);
            // The log may have room for a page yet.
            while let Ok(true) = world.host.store.add(&format!("filler-{}", world.host.clock.now()), &"x".repeat(8000))
            {
            }
        }
        Ok(())
    };
    let error = world.host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap_err();
    assert_eq!(error.word(), "not-saved");
    // The pair lies beside the store, and nobody sends meanwhile.
    assert_eq!(world.host.store.info().unwrap().spilled, [NAME]);
    assert_eq!(world.host.grant().generation, 2);
    assert!(world.host.token().is_err());
    assert_eq!(world.sends(), 1);
    // Another process finds it once there is room.
    fs::remove_file(world.folder.path("filler")).unwrap();
    let mut other = world.other("token");
    other.wait_for("token 3");
    other.end();
    world.is_well(&world.host.token().unwrap());
    assert_eq!((world.sends(), world.host.store.info().unwrap().spilled), (1, Vec::new()));
    world.expire();
    world.is_well(&world.host.token().unwrap());
}

#[test]
fn row_08_a_disk_that_is_full_before_costs_no_token() {
    let folder = Folder::disk("row-08", "2m");
    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    let world = World::within(folder, Habits::FAMILY);
    world.expire();
    fill(&world.folder);
    while let Ok(true) = world.host.store.add(&format!("filler-{}", world.host.clock.now()), &"x".repeat(8000)) {}
    assert_eq!(world.host.token().unwrap_err(), full(&world));
    assert_eq!(world.sends(), 0);
    fs::remove_file(world.folder.path("filler")).unwrap();
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 1);
}

#[test]
fn row_08_the_pair_of_a_login_is_found_as_well() {
    let world = World::new("row-08-login", Habits::STRICT);
    for give_up in [false, true] {
        if give_up {
            world.expire();
            world.provider.service().revoke();
            world.is_given_up_after_asking();
        }
        world.host.add(if give_up { "other" } else { "erp" }, &world.provider);
        let name = if give_up { NAME } else { "erp" };
        let url = world.host.keeper().begin_login(name, None).unwrap();
        let code = world.provider.service().consent();
        let refusing = |step: &str| if step == "before commit" { Err(full(&world)) } else { Ok(()) };
        let error = world
            .host
            .watched(&refusing, |keeper| keeper.finish_login(name, &callback(&url, &code), PATIENCE))
            .unwrap_err();
        assert_eq!(error.word(), "not-saved");
        let sends = world.sends();
        let token = world.host.keeper().access_token(name, 0, PATIENCE).unwrap();
        assert_eq!((world.host.call(&world.provider, &token), world.sends()), (200, sends));
    }
}

/// A store that fails for a while takes the pair when it is itself again.
#[test]
fn row_08_a_commit_that_fails_is_tried_again() {
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-08-again", habits);
        let failed = AtomicBool::new(false);
        let gate = |step: &str| {
            if step == "before commit" && !failed.swap(true, Ordering::Relaxed) { Err(full(&world)) } else { Ok(()) }
        };
        let token = world.host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap();
        world.is_well(&token);
        assert_eq!(world.sends(), 1);
    }
    // It is there, and the store has said that it failed: what is there counts.
    let world = World::expired("row-08-behind", Habits::STRICT);
    let failed = AtomicBool::new(false);
    let gate = |step: &str| {
        if step == "behind commit" && !failed.swap(true, Ordering::Relaxed) { Err(full(&world)) } else { Ok(()) }
    };
    let token = world.host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap();
    world.is_well(&token);
    assert_eq!((token.generation, world.sends()), (3, 1));
    assert_eq!(world.host.grant().secrets.alternates, []);
}

/// Nor does it fit beside the store: it is held, and tried, as long as the caller waits.
#[test]
fn row_08_a_pair_that_fits_nowhere_is_held_while_there_is_time() {
    let world = World::expired("row-08-nowhere", Habits::STRICT);
    let begun = world.clock.now();
    let refusing = |step: &str| match step {
        "before commit" | "before spill" if world.clock.now() < begun + 5_000 => Err(full(&world)),
        _ => Ok(()),
    };
    let token = world.host.watched(&refusing, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap();
    world.is_well(&token);
    assert_eq!(world.sends(), 1);
    // And no longer. What is said then is the truth.
    let world = World::expired("row-08-nowhere", UNTIL_USED);
    let refusing =
        |step: &str| if matches!(step, "before commit" | "before spill") { Err(full(&world)) } else { Ok(()) };
    let error = world.host.watched(&refusing, |keeper| keeper.access_token(NAME, 0, 4_000)).unwrap_err();
    assert_eq!(error.word(), "not-kept");
    assert_eq!(world.host.grant().state.status, Status::Active);
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 2);
}

#[test]
fn row_31_a_disk_that_is_read_only_costs_no_token() {
    let folder = Folder::disk("row-31", "2m");
    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    let mut world = World::within(folder, Habits::FAMILY);
    world.expire();
    let path = world.folder.path("store.db");
    let elsewhere = Folder::with_store("row-31-else");
    // The store is closed, or the disk would be in use.
    world.host = Host::open(&elsewhere);
    world.folder.remount("ro");
    let error = Sqlite::open(&path, &world.folder.options()).unwrap_err();
    assert_eq!(error, Keeping::ReadOnlyStore { path: path.display().to_string() }.into());
    assert_eq!(world.sends(), 0);
    world.folder.remount("rw");
    world.host = Host::open(&world.folder);
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 1);
}

#[test]
fn row_31_no_store_is_made_where_it_would_be_copied_elsewhere() {
    let folder = Folder::empty("row-31-cloud");
    fs::create_dir(folder.path("Yandex.Disk")).unwrap();
    let error = Sqlite::create(&folder.path("Yandex.Disk/store.db"), &folder.options()).unwrap_err();
    assert_eq!(error.word(), "store-in-cloud");
}
