//! Paths where no store is or can be, files that are none, and disks that take nothing. Nothing is overwritten on any of these.

use crate::folder::{Folder, fill};
use osign::Status;
use osign::error::{Error, Keeping};
use osign::grant::store::{Lock, Store};
use osign::store::Sqlite;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

/// The word of the reason why a store is not opened, after which the file is what it was.
fn refused(folder: &Folder, path: &Path) -> &'static str {
    let bytes = fs::read(path).ok();
    let error = Sqlite::open(path, &folder.options()).unwrap_err();
    assert_eq!(error.status(), Status::StoreUnusable, "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    assert_eq!(fs::read(path).ok(), bytes);
    error.word()
}

fn private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_new_store_is_its_users_alone() {
    let folder = Folder::with_store("new");
    let store = folder.open();
    assert!(store.add("crm", "record").unwrap());
    assert!(matches!(store.lock("crm", "here").unwrap(), Lock::Taken(_)));
    store.spill("crm", "record").unwrap();
    let mut pending = vec![folder.path("")];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let found = fs::metadata(&path).unwrap();
            assert_eq!(found.mode() & 0o077, 0, "{path:?}");
            if found.is_dir() {
                pending.push(path);
            }
        }
    }
    let error = Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap_err();
    assert_eq!(error.word(), "store-exists");
    assert_eq!(store.load("crm").unwrap().unwrap().record, "record");
}

#[test]
fn one_of_many_who_make_a_store_makes_it() {
    let folder = Folder::empty("race");
    let made: usize = std::thread::scope(|scope| {
        let make = || match Sqlite::create(&folder.path("store.db"), &folder.options()) {
            Ok(_) => 1,
            Err(error) => {
                assert_eq!(error.word(), "store-exists");
                0
            }
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
    assert_eq!(folder.names(), ["store.db"]);
}

#[test]
fn paths_that_are_none_of_a_store_are_refused() {
    let folder = Folder::with_store("paths");
    let path = |name| folder.path(name);
    assert_eq!(refused(&folder, &path("none.db")), "no-store");
    assert_eq!(refused(&folder, &path("none/store.db")), "no-store-folder");
    assert_eq!(refused(&folder, &path("store.db/store.db")), "no-store-folder");
    fs::create_dir(path("folder")).unwrap();
    assert_eq!(refused(&folder, &path("folder")), "store-is-folder");
    symlink(path("store.db"), path("link.db")).unwrap();
    symlink(path("none.db"), path("dangling.db")).unwrap();
    assert_eq!(refused(&folder, &path("link.db")), "store-is-link");
    assert_eq!(refused(&folder, &path("dangling.db")), "store-is-link");
    assert_eq!(refused(&folder, Path::new("/dev/null")), "store-is-no-file");
    for name in ["folder", "link.db", "dangling.db"] {
        let error = Sqlite::create(&path(name), &folder.options()).unwrap_err();
        assert_eq!(error.status(), Status::StoreUnusable);
        assert_ne!(error.word(), "store-exists");
    }
    fs::create_dir(path("Dropbox")).unwrap();
    let error = Sqlite::create(&path("Dropbox/store.db"), &folder.options()).unwrap_err();
    assert_eq!(error.word(), "store-in-cloud");
    assert_eq!(fs::read_dir(path("Dropbox")).unwrap().count(), 0);

    for mode in [0o644, 0o640, 0o606, 0o602] {
        fs::set_permissions(path("store.db"), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(refused(&folder, &path("store.db")), "store-open-to-others");
    }
    fs::set_permissions(path("store.db"), fs::Permissions::from_mode(0o600)).unwrap();
    folder.open();
}

#[test]
fn files_that_are_no_store_are_refused() {
    let folder = Folder::with_store("files");
    let store = folder.open();
    for number in 0..40 {
        assert!(store.add(&format!("grant{number}"), &"record".repeat(200)).unwrap());
    }
    drop(store);
    let whole = fs::read(folder.path("store.db")).unwrap();
    let file = folder.path("other.db");
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        private(&file, &bytes);
        refused(&folder, &file)
    };
    assert_eq!(changed(&|bytes| bytes.clear()), "damaged-store");
    assert_eq!(changed(&|bytes| bytes.truncate(10)), "damaged-store");
    assert_eq!(changed(&|bytes| bytes.truncate(80)), "damaged-store");
    assert_eq!(changed(&|bytes| bytes.truncate(4096)), "damaged-store");
    assert_eq!(changed(&|bytes| bytes.truncate(bytes.len() - 1)), "damaged-store");
    assert_eq!(changed(&|bytes| bytes[100..4096].fill(0xA5)), "damaged-store");
    assert_eq!(changed(&|bytes| bytes[0] = b'x'), "foreign-file");
    assert_eq!(changed(&|bytes| *bytes = b"a letter to somebody, of more than sixteen bytes".to_vec()), "foreign-file");
    assert_eq!(changed(&|bytes| bytes[68] ^= 1), "foreign-file");
    assert_eq!(changed(&|bytes| bytes[63] = 99), "newer-store");

    // Pages in the middle: what needs them says so, and the rest is there.
    let mut bytes = whole.clone();
    let length = bytes.len();
    bytes[length - 8 * 4096..].fill(0xA5);
    private(&file, &bytes);
    let mut options = folder.options();
    options.environment = Some("any".to_owned());
    let error = Sqlite::open(&file, &options).and_then(|store| store.names().map(drop)).unwrap_err();
    assert_eq!(error.word(), "damaged-store");
    assert_eq!(fs::read(&file).unwrap(), bytes);

    let foreign = folder.path("foreign.db");
    private(&foreign, b"");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE accounts (x); PRAGMA user_version = 1")
        .unwrap();
    assert_eq!(refused(&folder, &foreign), "foreign-file");
}

#[test]
fn a_store_that_is_replaced_while_it_is_used_takes_nothing_more() {
    let folder = Folder::with_store("replaced");
    let store = folder.open();
    assert!(store.add("crm", "record").unwrap());
    fs::rename(folder.path("store.db"), folder.path("old.db")).unwrap();
    assert_eq!(store.commit("crm", 1, "x").unwrap_err().word(), "replaced-store");
    // Its log is still there, and would be taken for a new store's.
    let error = Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap_err();
    assert_eq!(error, Keeping::StoreExists { path: folder.path("store.db-wal").display().to_string() }.into());
    fs::rename(folder.path("store.db-wal"), folder.path("old.db-wal")).unwrap();
    fs::rename(folder.path("store.db-shm"), folder.path("old.db-shm")).unwrap();
    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    assert_eq!(store.load("crm").unwrap_err().word(), "replaced-store");
    assert_eq!(folder.open().names().unwrap(), Vec::<String>::new());
}

#[test]
fn a_read_only_disk_is_told_from_a_full_one() {
    let folder = Folder::disk("read-only", "1m");
    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    let read_only = Error::from(Keeping::ReadOnlyStore { path: folder.path("store.db").display().to_string() });
    let error = |result: Result<Sqlite, Error>| result.unwrap_err();
    folder.remount("ro");
    assert_eq!(error(Sqlite::open(&folder.path("store.db"), &folder.options())), read_only);
    assert_eq!(error(Sqlite::create(&folder.path("other.db"), &folder.options())).word(), "read-only-store");
    folder.remount("rw");
    let store = folder.open();
    assert!(store.add("crm", "record").unwrap());
    assert_eq!(folder.names(), ["store.db", "store.db-shm", "store.db-wal"]);
}

#[test]
fn a_full_disk_costs_no_record() {
    let folder = Folder::disk("full", "1m");
    fill(&folder);
    let error = Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap_err();
    assert_eq!(error.word(), "full-disk");
    assert_eq!(folder.names(), ["filler"]);
    fs::remove_file(folder.path("filler")).unwrap();

    Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
    let store = folder.open();
    assert!(store.add("crm", "old").unwrap());
    let Lock::Taken(_lock) = store.lock("crm", "here").unwrap() else { panic!("nobody has it") };
    let pair = "p".repeat(8 * 1024);
    fill(&folder);
    // The log may have room for a little; not for ever.
    let mut generation = 1;
    let failed = loop {
        match store.commit("crm", generation, &pair) {
            Ok(committed) => assert!(committed),
            Err(error) => break error,
        }
        generation += 1;
        assert!(generation < 10_000);
    };
    assert_eq!(failed.word(), "full-disk");
    // What the database does not take has its room.
    store.spill("crm", &pair).unwrap();
    assert_eq!(store.spilled("crm").unwrap().as_deref(), Some(pair.as_str()));
    assert_eq!(store.load("crm").unwrap().unwrap().generation, generation);
    // Another grant's lock would have none, and so is not given.
    match store.lock("erp", "here") {
        Err(error) => assert_eq!(error.word(), "full-disk"),
        Ok(lock) => panic!("{lock:?}"),
    }
    fs::remove_file(folder.path("filler")).unwrap();
    assert!(store.commit("crm", generation, &pair).unwrap());
    store.forget_spilled("crm").unwrap();
    assert!(matches!(store.lock("erp", "here").unwrap(), Lock::Taken(_)));
    drop(store);
    assert_eq!(folder.open().load("crm").unwrap().unwrap().generation, generation + 1);
}

/// Whoever can take lock files away makes two senders of one.
#[test]
fn a_folder_of_locks_that_others_may_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_store("locks");
    let (store, locks) = (folder.open(), folder.path("store.db-locks"));
    assert!(store.add("crm", "record").unwrap());
    let word = || store.lock("crm", "here").map(drop).map_err(|error| error.word());
    for mode in [0o777, 0o770, 0o720, 0o702] {
        let _ = fs::create_dir(&locks);
        fs::set_permissions(&locks, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(word(), Err("locks-open-to-others"), "{mode:o}");
    }
    fs::remove_dir(&locks).unwrap();
    fs::create_dir(folder.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(folder.path("elsewhere"), &locks).unwrap();
    assert_eq!(word(), Err("locks-open-to-others"));
    fs::remove_file(&locks).unwrap();
    fs::write(&locks, "").unwrap();
    assert_eq!(word(), Err("locks-open-to-others"));
    fs::remove_file(&locks).unwrap();
    assert_eq!(word(), Ok(()));
    assert_eq!(fs::metadata(&locks).unwrap().permissions().mode() & 0o777, 0o700);
}
