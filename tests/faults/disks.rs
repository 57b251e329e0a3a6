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

/// Nothing better is to be had, and the token lives: its end tells how long.
#[test]
fn row_08_a_disk_that_takes_nothing_costs_no_token_that_lives() {
    for failing in ["before lock", "before acquire"] {
        let world = World::new("row-08-living", Habits::STRICT);
        world.clock.skip(3_000_000);
        let gate = |step: &str| if step == failing { Err(full(&world)) } else { Ok(()) };
        let token = |min_validity| world.host.watched(&gate, |keeper| keeper.access_token(NAME, min_validity, 0));
        assert_eq!(token(1_200_000).unwrap().generation, 2, "{failing}");
        // One that was turned down is none, nor is one that has ended.
        let refused = world.host.watched(&gate, |keeper| keeper.refused(NAME, 2, 401, 0));
        assert_eq!(refused.unwrap_err(), full(&world), "{failing}");
        world.expire();
        assert_eq!(token(0).unwrap_err(), full(&world), "{failing}");
        assert_eq!(world.sends(), 0);
    }
}

/// What lies beside the store and does not open keeps nobody from the grant, and stays for a person.
#[test]
fn row_08_what_lies_beside_the_store_and_is_damaged_blocks_nothing() {
    let world = World::expired("row-08-damaged", Habits::STRICT);
    let record = world.host.store.peek(NAME).unwrap().unwrap().record;
    for damaged in ["", "{}", &record.replace("client-7", "client-8")] {
        world.host.store.spill(NAME, damaged).unwrap();
        world.is_well(&world.host.token().unwrap());
        assert_eq!(world.host.store.spilled(NAME).unwrap().as_deref(), Some(damaged));
        world.expire();
    }
    // A login is another consent: what lies there is nothing to it. History tells one from a refresh.
    let event = || world.host.store.history(NAME, 1).unwrap()[0].event.clone();
    world.host.keeper().begin_login(NAME, None).unwrap();
    world.is_well(&world.host.token().unwrap());
    assert_eq!((event().as_str(), world.host.store.spilled(NAME).unwrap().is_some()), ("refreshed", true));
    world.is_well(&world.host.log_in(NAME, &world.provider).unwrap());
    assert_eq!((event().as_str(), world.host.store.spilled(NAME).unwrap()), ("logged-in", None));
    // Nor is a grant that was given up asked for again and again because of it.
    let given_up = World::expired("row-08-given-up", Habits::STRICT);
    given_up.provider.service().revoke();
    given_up.host.store.spill(NAME, "{}").unwrap();
    given_up.is_given_up_after_asking();
    // One that another key opens does: there may be a pair in it, and nobody goes on without it on another host.
    let elsewhere = osign::grant::seal::Sealer::new(
        osign::grant::key::Keys::new(crate::world::key(1)),
        world.host.store.id(),
        world.host.store.environment(),
    );
    let sealed = elsewhere.seal(&world.host.grant(), &[1; osign::grant::seal::NONCE]).unwrap();
    world.host.store.spill(NAME, &sealed).unwrap();
    world.expire();
    assert_eq!(world.host.token().unwrap_err().word(), "foreign-key");
}

/// What is left of a grant that was removed is nothing to another one of its name.
#[test]
fn row_08_a_new_grant_takes_nothing_that_another_one_left() {
    let world = World::new("row-08-left", Habits::STRICT);
    // As if its process had died between the removal and what follows.
    let mut left = world.host.grant();
    for name in ["added", "renamed"] {
        name.clone_into(&mut left.name);
        left.generation = 3;
        left.secrets.access = Some(osign::grant::Kept::new("of-another-account"));
        let record = world.host.sealer.seal(&left, &[1; osign::grant::seal::NONCE]).unwrap();
        world.host.store.spill(name, &record).unwrap();
    }
    world.host.add("added", &world.provider);
    assert_eq!(world.host.store.spilled("added"), Ok(None));
    world.host.keeper().rename(NAME, "renamed", 0).unwrap();
    assert_eq!(world.host.store.spilled("renamed"), Ok(None));
    world.expire();
    let token = world.host.keeper().access_token("renamed", 0, PATIENCE).unwrap();
    assert_eq!(token.value.expose(), "hunter2-access-2");
    // Its history comes along.
    let events: Vec<_> = world.host.store.history("renamed", 9).unwrap().into_iter().map(|line| line.event).collect();
    assert_eq!(events, ["refreshed", "sending", "renamed", "logged-in", "sending", "added"]);
    assert_eq!(world.host.store.history(NAME, 9).unwrap(), []);
}

/// A move is one: where the store took it and said that it failed, the secrets are gone from here, and the other one is good.
#[test]
fn row_08_a_change_that_the_store_took_is_one_whatever_it_said() {
    let world = World::new("row-08-export", Habits::STRICT);
    let behind = |step: &str| if step == "behind commit" { Err(full(&world)) } else { Ok(()) };
    let exported = world.host.watched(&behind, |keeper| keeper.export(NAME, 0, |_| Ok(())));
    assert_eq!(exported, Ok(()));
    assert_eq!(world.host.grant().state.status, Status::Exported);
    // Where it did not, nothing has changed.
    world.host.log_in(NAME, &world.provider).unwrap();
    let before = world.host.grant();
    let refusing = |step: &str| if step == "before commit" { Err(full(&world)) } else { Ok(()) };
    let exported = world.host.watched(&refusing, |keeper| keeper.export(NAME, 0, |_| Ok(())));
    assert_eq!(exported, Err(full(&world)));
    assert_eq!(world.host.grant(), before);
}
