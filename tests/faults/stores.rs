//! Rows 21 to 25: stores that are one of two, and records that do not open.

use crate::process::Other;
use crate::service::Habits;
use crate::world::{Host, KEY, NAME, World, key};
use osign::error::{Error, Keeping, Quarantine};
use osign::grant::key::Keys;
use osign::grant::seal::{NONCE, Sealer};
use osign::grant::store::Store;
use osign::store::{AnyStore, Options, Sqlite};
use std::fs;

fn quarantined(why: Quarantine) -> Error {
    Keeping::Quarantined { why }.into()
}

/// Adopts a store as a person does.
fn adopt(host: &Host) {
    let adopted = host.store.adopt(|name, record, from| {
        let mut nonce = [0; NONCE];
        crate::world::random(&mut nonce)?;
        host.sealer.adopt(name, record, from, &nonce)
    });
    assert_eq!(adopted, Ok(1));
}

/// What a whole grant is not handed out from: nothing is sent, and nothing changes.
fn is_closed(world: &World, host: &Host, why: Quarantine) {
    let connections = world.provider.connections();
    for _ in 0..20 {
        assert_eq!(host.token().unwrap_err(), quarantined(why));
        assert_eq!(host.refused(2).unwrap_err(), quarantined(why));
    }
    assert_eq!(world.provider.connections(), connections);
}

#[test]
fn row_21_a_backup_that_is_put_back_sends_nothing_until_it_is_adopted() {
    let mut world = World::new("row-21", crate::policies::UNTIL_USED);
    world.host.store.backup(&world.folder.path("backup.db")).unwrap();
    world.expire();
    world.is_well(&world.host.token().unwrap());
    // The disk fails, and yesterday's backup takes its place.
    world.host = Host::open(&crate::folder::Folder::with_store("row-21-else"));
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = fs::remove_file(world.folder.path(name));
    }
    fs::rename(world.folder.path("backup.db"), world.folder.path("store.db")).unwrap();
    world.host = Host::open(&world.folder);
    is_closed(&world, &world.host, Quarantine::Restored);
    adopt(&world.host);
    // The service forgives: the refresh token of yesterday is taken once more.
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 2);
}

#[test]
fn row_21_the_tokens_of_a_strict_service_are_gone_and_that_is_said() {
    let mut world = World::new("row-21", Habits::STRICT);
    world.host.store.backup(&world.folder.path("backup.db")).unwrap();
    world.expire();
    world.is_well(&world.host.token().unwrap());
    world.host = Host::open(&crate::folder::Folder::with_store("row-21-else"));
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = fs::remove_file(world.folder.path(name));
    }
    fs::rename(world.folder.path("backup.db"), world.folder.path("store.db")).unwrap();
    world.host = Host::open(&world.folder);
    is_closed(&world, &world.host, Quarantine::Restored);
    adopt(&world.host);
    assert_eq!(world.host.token().unwrap_err().word(), "used-elsewhere");
    assert_eq!(world.sends(), 2);
    world.is_given_up("used-elsewhere");
    world.is_well(&world.host.log_in(NAME, &world.provider).unwrap());
}

/// A copy in another folder, as of an infobase.
fn copy(world: &World) -> Host {
    world.host.store.backup(&world.folder.path("copy.db")).unwrap();
    let store = Sqlite::open(&world.folder.path("copy.db"), &world.folder.options()).unwrap();
    Host::with(store, world.clock.clone())
}

#[test]
fn row_22_a_copy_gives_no_secret_and_costs_the_original_nothing() {
    let world = World::new("row-22", Habits::FAMILY);
    world.expire();
    let copied = copy(&world);
    is_closed(&world, &copied, Quarantine::Moved);
    assert_eq!(copied.keeper().grant(NAME).unwrap_err(), quarantined(Quarantine::Moved));
    assert_eq!(copied.log_in(NAME, &world.provider).unwrap_err(), quarantined(Quarantine::Moved));
    assert_eq!(copied.keeper().revoke(NAME, 0).unwrap_err(), quarantined(Quarantine::Moved));
    assert_eq!(world.sends(), 0);
    for round in 1..=3 {
        world.is_well(&world.host.token().unwrap());
        assert_eq!(world.sends(), round);
        world.expire();
    }
    // A text of the host's own makes an environment as well.
    let options = |text: &str| {
        let mut options = Options::default();
        (options.environment, options.anchors) = (Some(text.to_owned()), Some(world.folder.anchors()));
        options
    };
    Sqlite::create(&world.folder.path("own.db"), &options("production")).unwrap();
    let open = |text: &str| Sqlite::open(&world.folder.path("own.db"), &options(text)).unwrap().quarantine().unwrap();
    assert_eq!((open("test"), open("production")), (Some(Quarantine::Moved), None));
}

#[test]
fn row_23_of_two_that_are_adopted_the_second_is_told() {
    let world = World::new("row-23", Habits::STRICT);
    world.expire();
    let copied = copy(&world);
    adopt(&copied);
    let token = world.host.token().unwrap();
    let error = copied.token().unwrap_err();
    let said = " (HTTP 400, invalid_grant)".to_owned();
    assert_eq!(error, Keeping::UsedElsewhere { name: NAME.to_owned(), generation: 2, said }.into());
    for _ in 0..20 {
        assert_eq!(copied.token().unwrap_err(), error);
    }
    assert_eq!(world.sends(), 2);
    let history = copied.store.history(NAME, 1).unwrap();
    assert_eq!((history[0].event.as_str(), history[0].detail.as_str()), ("used-elsewhere", "since generation 2"));
    world.is_well(&token);
    // A login makes it a grant of its own, which nobody else can have used.
    copied.log_in(NAME, &world.provider).unwrap();
    world.provider.service().revoke();
    world.expire();
    assert_eq!(copied.token().unwrap_err().word(), "rejected");
}

/// The same of a grant that was exported as a backup and is imported beside the first.
#[test]
fn row_23_of_a_grant_that_was_imported_as_well() {
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::new("row-23-import", habits);
        let grant = world.host.grant();
        world.host.keeper().import(grant, "copy").unwrap();
        world.host.keeper().adopt("copy", 0).unwrap();
        world.expire();
        world.is_well(&world.host.token().unwrap());
        let error = world.host.keeper().access_token("copy", 0, 0).unwrap_err();
        assert_eq!(error.word(), "used-elsewhere");
        assert!(error.to_string().contains("since generation 2"), "{error}");
    }
    // The first that refreshes has a pair of its own: what becomes of that has nothing to do with the other one.
    let world = World::new("row-23-first", Habits::STRICT);
    let grant = world.host.grant();
    world.host.keeper().import(grant, "copy").unwrap();
    world.host.keeper().adopt("copy", 0).unwrap();
    world.expire();
    let copy = || world.host.keeper().access_token("copy", 0, 0);
    copy().unwrap();
    world.provider.service().revoke();
    world.expire();
    assert_eq!(copy().unwrap_err().word(), "rejected");
}

/// One record that is damaged must not keep the others from being adopted, nor from another key; and it stays as it is.
#[test]
fn row_24_a_damaged_record_costs_the_others_nothing() {
    let world = World::new("row-24-others", Habits::STRICT);
    world.host.add("bad", &world.provider);
    world.host.add("cut", &world.provider);
    let copied = copy(&world);
    let database = rusqlite::Connection::open(world.folder.path("copy.db")).unwrap();
    let damaged = world.host.store.peek("bad").unwrap().unwrap().record.replace("client-7", "client-8");
    for (name, record) in [("bad", damaged.as_str()), ("cut", "{}")] {
        assert_eq!(database.execute("UPDATE grants SET record = ?2 WHERE name = ?1", [name, record]).unwrap(), 1);
    }
    // With a key that opens none of them nothing is adopted.
    let mut other = Host::with(Sqlite::open(&world.folder.path("copy.db"), &world.folder.options()).unwrap(), {
        world.clock.clone()
    });
    other.sealer = Sealer::new(Keys::new(key(1)), other.store.id(), other.store.environment());
    let adopted = other.store.adopt(|name, record, from| other.sealer.adopt(name, record, from, &[7; NONCE]));
    assert_eq!(adopted.unwrap_err().word(), "foreign-key");
    adopt(&copied);
    assert_eq!(copied.token().unwrap().generation, 2);
    let words = |host: &Host| ["bad", "cut"].map(|name| host.keeper().grant(name).unwrap_err().word());
    assert_eq!(words(&copied), ["tampered", "unreadable-record"]);
    assert_eq!(copied.store.peek("bad").unwrap().unwrap().record, damaged);
    let both = Keys::new(key(1)).and_older(key(KEY));
    let sealer = Sealer::new(both, copied.store.id(), copied.store.environment());
    assert_eq!(copied.store.rekey(|name, record| sealer.rekey(name, record, &[8; NONCE])), Ok(1));
    assert_eq!(other.token().unwrap().generation, 2);
    // In a list each stands with what is known of it.
    let again = Sqlite::open(&world.folder.path("copy.db"), &world.folder.options()).unwrap();
    let listed = AnyStore::Sqlite(again).listed().unwrap();
    let reasons: Vec<_> = listed
        .iter()
        .map(|grant| (grant.name.as_str(), grant.outside.as_ref().map_or_else(Error::word, |_| "")))
        .collect();
    assert_eq!(reasons, [("bad", ""), (NAME, ""), ("cut", "unreadable-record")]);
    // And it can be removed.
    copied.keeper().remove("bad", 0).unwrap();
}

#[test]
fn row_24_a_record_that_does_not_open_has_its_reason_and_stays() {
    let world = World::new("row-24", Habits::STRICT);
    world.host.add("erp", &world.provider);
    world.host.log_in("erp", &world.provider).unwrap();
    world.expire();
    let sends = world.sends();
    let path = world.folder.path("store.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    let record = |name: &str| world.host.store.peek(name).unwrap().unwrap().record;
    let (crm, erp) = (record(NAME), record("erp"));
    let put = |name: &str, text: &str| {
        assert_eq!(database.execute("UPDATE grants SET record = ?2 WHERE name = ?1", [name, text]).unwrap(), 1);
    };
    let name = || NAME.to_owned();
    let is_refused = |host: &Host, text: &str, reason: Keeping| {
        put(NAME, text);
        let error = Error::from(reason);
        assert_eq!(host.token().unwrap_err(), error);
        assert_eq!(host.refused(2).unwrap_err(), error);
        assert_eq!(host.log_in(NAME, &world.provider).unwrap_err(), error);
        assert!(!error.to_string().contains("hunter2"));
        assert_eq!(record(NAME), text);
        error.word()
    };
    // Another key; none of the key's bytes right.
    let mut other = Host::open(&world.folder);
    other.sealer = Sealer::new(Keys::new(key(1)), other.store.id(), other.store.environment());
    let words = [
        is_refused(&other, &crm, Keeping::ForeignKey { name: name() }),
        is_refused(&world.host, &erp, Keeping::Tampered { name: name() }),
        is_refused(&world.host, &crm[..crm.len() / 2], Keeping::Unreadable { name: name() }),
        is_refused(&world.host, &crm.replace("osign-grant-1", "osign-grant-9"), Keeping::NewerRecord { name: name() }),
    ];
    assert_eq!(words, ["foreign-key", "tampered", "unreadable-record", "newer-record"]);
    // A changed byte of what is sealed, a changed setting, and an older record of the same grant.
    let sealed = crm.find(r#""sealed":""#).unwrap() + 40;
    let mut bytes = crm.clone().into_bytes();
    bytes[sealed] = if bytes[sealed] == b'A' { b'B' } else { b'A' };
    let tampered = || Keeping::Tampered { name: name() };
    is_refused(&world.host, std::str::from_utf8(&bytes).unwrap(), tampered());
    is_refused(&world.host, &crm.replace("/token", "/steal"), tampered());
    is_refused(&world.host, &crm.replace(r#""generation":2"#, r#""generation":3"#), tampered());
    assert_eq!(world.sends(), sends);
    put(NAME, &crm);
    world.is_well(&world.host.token().unwrap());
    // The older record of the same grant, in the place of the newer.
    database.execute("UPDATE grants SET record = ?2 WHERE name = ?1", [NAME, &crm]).unwrap();
    assert_eq!(world.host.token().unwrap_err(), tampered().into());
}

#[test]
fn row_25_a_change_of_keys_that_is_interrupted_goes_on() {
    let world = World::new("row-25", Habits::STRICT);
    for name in ["a", "b", "z"] {
        world.host.add(name, &world.provider);
        world.host.log_in(name, &world.provider).unwrap();
    }
    let both = || Keys::new(key(1)).and_older(key(KEY));
    let mut host = Host::open(&world.folder);
    host.sealer = Sealer::new(both(), host.store.id(), host.store.environment());
    let reseal = |name: &str, record: &str| {
        let mut nonce = [0; NONCE];
        crate::world::random(&mut nonce)?;
        host.sealer.rekey(name, record, &nonce)
    };
    // It is interrupted at each record; with both keys all open at any time, and are refreshed.
    for left in (0..4).rev() {
        // Each record is looked at, and once more with its lock.
        let mut done = 0;
        let result = host.store.rekey(|name, record| {
            let resealed = reseal(name, record)?;
            done += u32::from(resealed.is_some());
            if done > 2 { Err(Keeping::BadStoreKey.into()) } else { Ok(resealed) }
        });
        assert_eq!(result.is_err(), left > 0, "{left}");
        for name in [NAME, "a", "b", "z"] {
            host.keeper().access_token(name, 0, 0).unwrap();
        }
        let mut other = Other::start(world.folder.command(), "token");
        // The process with the old key alone either reads it, or is told why not.
        assert!(other.lines().any(|line| line.starts_with("token ") || line == "error foreign-key"));
    }
    let mut new = Host::open(&world.folder);
    new.sealer = Sealer::new(Keys::new(key(1)), new.store.id(), new.store.environment());
    for name in [NAME, "a", "b", "z"] {
        new.keeper().access_token(name, 0, 0).unwrap();
    }
    assert_eq!(world.host.token().unwrap_err().word(), "foreign-key");
}

/// Whoever renews a grant while its key is changed has opened it with the old key: its commit is sealed again as well.
#[test]
fn row_25_a_refresh_that_is_under_way_is_waited_for() {
    let world = World::expired("row-25-under-way", Habits::STRICT);
    let mut other = world.stopped_at("before commit");
    let mut host = Host::open(&world.folder);
    host.sealer = Sealer::new(Keys::new(key(1)).and_older(key(KEY)), host.store.id(), host.store.environment());
    std::thread::scope(|scope| {
        let rekeyed = scope.spawn(|| {
            host.store.rekey(|name, record| {
                let mut nonce = [0; NONCE];
                crate::world::random(&mut nonce)?;
                host.sealer.rekey(name, record, &nonce)
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(200));
        other.go_on();
        other.wait_for("token 3");
        assert_eq!(rekeyed.join().unwrap(), Ok(1));
    });
    let mut new = Host::open(&world.folder);
    new.sealer = Sealer::new(Keys::new(key(1)), new.store.id(), new.store.environment());
    assert_eq!(new.token().unwrap().generation, 3);
    assert_eq!(world.sends(), 1);
}
