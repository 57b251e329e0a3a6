//! A table that was restored, copied, or shown to another store.

use crate::service::{Habits, Rotation};
use crate::world::{Host, NAME, PATIENCE, SHORT, World, grant, options};
use osign::error::{Error, Keeping, Quarantine};
use osign::grant::key::{Key, Keys};
use osign::grant::seal::{NONCE, Sealer};
use osign::grant::store::Store;
use osign::store::HostStore;
use osign::store::open::{OpenStore, Options, StoreKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

fn nonce() -> Result<[u8; NONCE], Error> {
    let mut nonce = [0; NONCE];
    osign::system::fill(&mut nonce)?;
    Ok(nonce)
}

fn quarantined(why: Quarantine) -> Error {
    Keeping::Quarantined { why }.into()
}

fn adopt(host: &Host) -> Result<usize, Error> {
    host.store.adopt(|name, record, from| host.sealer.adopt(name, record, from, &nonce()?))
}

/// Yesterday's rows take the place of today's.
fn restored(habits: Habits) -> World {
    let world = World::expired("restored", habits);
    let yesterday = world.rows.rows().clone();
    assert_eq!(world.hosts[0].token().unwrap().generation, 3);
    *world.rows.rows() = yesterday;
    world
}

#[test]
fn a_grant_that_was_restored_waits_for_a_person() {
    let world = restored(Habits::of(Rotation::UntilNewRefreshUsed { cap: None }));
    for host in [&world.hosts[0], &world.reopen(0)] {
        assert_eq!(host.token().unwrap_err(), quarantined(Quarantine::Restored));
        assert_eq!(host.keep(|keeper| keeper.begin_login(NAME, None)).unwrap_err(), quarantined(Quarantine::Restored));
        assert_eq!(host.store.quarantine(), Ok(Some(Quarantine::Restored)));
        assert_eq!(host.store.info().unwrap().quarantine, Some(Quarantine::Restored));
    }
    assert_eq!(world.sends(), 1);
    assert_eq!(adopt(&world.hosts[0]), Ok(1));
    assert_eq!(adopt(&world.hosts[0]), Ok(0));
    assert_eq!(world.hosts[0].token().unwrap().generation, 3);
    assert_eq!(world.reopen(0).store.quarantine(), Ok(None));
    world.is_well(3);
}

/// Another one writes between the look at a row and the look at what was seen of it.
#[test]
fn a_row_that_was_read_a_moment_too_early_is_not_restored() {
    for at in 0..8 {
        let world = World::expired("early", Habits::STRICT);
        let loads = AtomicUsize::new(0);
        let gate = |step: &str| {
            if step == "behind load" && loads.fetch_add(1, Ordering::Relaxed) == at {
                world.reopen(0).token().unwrap();
            }
            Ok(())
        };
        let token = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap();
        assert_eq!(token.generation, 3, "{at}");
        assert_eq!(world.sends(), 1);
    }
}

#[test]
fn where_the_tokens_of_a_restored_grant_are_gone_that_is_said() {
    let world = restored(Habits::STRICT);
    assert_eq!(adopt(&world.hosts[0]), Ok(1));
    assert_eq!(world.hosts[0].token().unwrap_err().word(), "used-elsewhere");
    assert_eq!(world.hosts[0].log_in(&world.provider).unwrap().generation, 3);
    world.is_well(3);
}

/// A row that was read just before another process commits is older than what is noted by then, and was not restored.
#[test]
fn a_row_that_is_replaced_while_it_is_looked_at_is_not_restored() {
    for behind in 1..=4 {
        let world = World::expired("replaced", Habits::STRICT);
        // On the same machine, and so with the same anchors.
        let other = world.reopen(0);
        let loads = AtomicUsize::new(0);
        let gate = |step: &str| {
            if step == "behind load" && loads.fetch_add(1, Ordering::Relaxed) + 1 == behind {
                assert_eq!(other.token().unwrap().generation, 3);
            }
            Ok(())
        };
        let token = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, SHORT));
        assert_eq!(token.unwrap().generation, 3, "behind load {behind}");
        assert_eq!(world.sends(), 1);
        world.is_well(3);
    }
}

/// Another grant of the name begins at 1 again, and is no older one.
#[test]
fn a_grant_that_takes_the_name_of_another_is_not_restored() {
    let world = World::expired("again", Habits::STRICT);
    assert_eq!(world.hosts[0].token().unwrap().generation, 3);
    assert_eq!(world.hosts[1].token().unwrap().generation, 3);
    world.hosts[0].keep(|keeper| keeper.remove(NAME, SHORT)).unwrap();
    world.clock.skip(1000);
    world.hosts[0].keep(|keeper| keeper.add(&grant(&world.provider))).unwrap();
    for host in &world.hosts {
        assert_eq!(host.store.quarantine(), Ok(None));
        assert_eq!(host.log_in(&world.provider).map(drop), Ok(()));
    }
    world.hosts[0].keep(|keeper| keeper.rename(NAME, "erp", SHORT)).unwrap();
    assert_eq!(world.hosts[1].store.quarantine(), Ok(None));
}

/// As of an infobase that is copied for a test, and told so.
#[test]
fn a_copy_in_another_environment_gives_nothing_out() {
    let world = World::new("copied", Habits::STRICT);
    let mut options = options(&world.folders[1]);
    options.environment = Some("the test's".to_owned());
    let store = HostStore::new("infobase", Arc::new(world.rows.clone()), &options).unwrap();
    let copy = Host::with(store, &world.clock, "the copy");
    assert_eq!(copy.token().unwrap_err(), quarantined(Quarantine::Moved));
    assert_eq!(copy.store.quarantine(), Ok(Some(Quarantine::Moved)));
    let info = copy.store.info().unwrap();
    assert_eq!(info.environment, world.hosts[0].store.environment());
    assert_ne!(info.environment, info.here);
    assert!(copy.store.peek(NAME).unwrap().is_some());
    assert_eq!(adopt(&copy), Ok(1));
    assert_eq!(copy.token().unwrap().generation, 2);
    // Here it was taken away.
    assert_eq!(world.hosts[0].token().unwrap_err(), quarantined(Quarantine::Moved));
}

#[test]
fn rows_of_another_store_do_not_open() {
    let world = World::new("other", Habits::STRICT);
    let store = HostStore::new("another", Arc::new(world.rows.clone()), &options(&world.folders[1])).unwrap();
    let other = Host::with(store, &world.clock, "another");
    assert_eq!(other.token().unwrap_err(), Keeping::Tampered { name: NAME.to_owned() }.into());
    assert_eq!(adopt(&other), Ok(0));
}

#[test]
fn keys_are_changed_while_nobody_renews() {
    let world = World::new("rekeyed", Habits::STRICT);
    let store = &world.hosts[0].store;
    let new = Keys::new(Key::from_random(&[3; 32]));
    let both = new.clone().and_older(Key::from_random(&[0xA7; 32]));
    let both = Sealer::new(both, store.id(), store.environment());
    let rekey = || store.rekey(|name, record| both.rekey(name, record, &nonce()?));
    world.expire();
    thread::scope(|scope| {
        // Its intent is of the test's time, which is ahead of the system's by less than a lease.
        world.clock.skip(-3_600_000);
        let other = scope.spawn(|| {
            let gate = |at: &str| {
                if at == "before send" {
                    assert_eq!(rekey().unwrap_err().word(), "busy");
                }
                Ok(())
            };
            world.hosts[1].watched(&gate, |keeper| keeper.refused(NAME, 2, 401, SHORT)).unwrap()
        });
        assert_eq!(other.join().unwrap().generation, 3);
    });
    store.spill(NAME, &store.peek(NAME).unwrap().unwrap().record).unwrap();
    assert_eq!((rekey(), rekey()), (Ok(1), Ok(0)));
    let alone = Sealer::new(new, store.id(), store.environment());
    assert!(alone.open(NAME, &store.peek(NAME).unwrap().unwrap().record).is_ok());
    assert!(alone.open(NAME, &store.spilled(NAME).unwrap().unwrap()).is_ok());
}

/// The key of a passphrase is of the id, as there is no place for a salt.
#[test]
fn a_passphrase_opens_what_it_has_sealed() {
    let world = World::new("passphrase", Habits::STRICT);
    let rows = crate::rows::Memory::default();
    let mut options = Options::default();
    options.anchors = Some(world.folders[0].anchors());
    options.beside = Some(world.folders[0].path("beside"));
    let open = |id: &str| {
        let key = StoreKey::Passphrase(b"correct horse battery");
        OpenStore::hosted(id, Arc::new(rows.clone()), key, &options).unwrap()
    };
    open("one").add(NAME, crate::world::grant_settings(&world.provider)).unwrap();
    assert_eq!(open("one").access_token(NAME, 0, 0).unwrap_err().word(), "not-logged-in");
    assert_eq!(open("two").access_token(NAME, 0, 0).unwrap_err().word(), "foreign-key");
    assert_eq!(open("one").names().unwrap(), [NAME]);
    assert_eq!(open("one").check(0).unwrap()[0].what, "not-logged-in");
    assert!(open("one").history(NAME, 10).unwrap().is_empty());
}

/// Whatever a grant has, so that a table may have a line for each; its profile has many.
#[test]
fn a_record_is_one_line_without_tabs() {
    let world = World::new("line", Habits::STRICT);
    assert!(grant(&world.provider).settings.profile.unwrap().contains('\n'));
    let rows = world.rows.rows();
    assert!(rows[NAME].record.len() > 1000 && !rows[NAME].record.contains(char::is_control));
}

/// Another one has renewed the grant since its record was read.
#[test]
fn a_record_that_is_only_stale_was_not_restored() {
    let world = World::expired("stale", Habits::FAMILY);
    let store = &world.hosts[0].store;
    let stale = store.load(NAME).unwrap().unwrap();
    world.hosts[0].token().unwrap();
    assert_eq!(store.examine(NAME, &stale), Ok(()));
    world.rows.rows().insert(NAME.to_owned(), stale.clone());
    assert_eq!(store.examine(NAME, &stale), Err(quarantined(Quarantine::Restored)));
}
