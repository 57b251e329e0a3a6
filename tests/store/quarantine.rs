//! Stores that are one of two: moved, copied, restored; how they are adopted; how keys are changed.

use crate::folder::Folder;
use osign::error::{Error, Keeping, Quarantine};
use osign::grant::store::{Lock, Store};
use osign::store::Sqlite;
use std::fs;

fn quarantined(why: Quarantine) -> Error {
    Keeping::Quarantined { why }.into()
}

/// Nothing is written, and no lock given.
fn is_closed(store: &Sqlite, why: Quarantine) {
    assert_eq!(store.quarantine().unwrap(), Some(why));
    assert_eq!(store.lock("crm", "here").unwrap_err(), quarantined(why));
    assert_eq!(store.acquire("crm", 1, 1, "x"), Err(quarantined(why)));
    assert_eq!(store.commit("crm", 1, "x"), Err(quarantined(why)));
    assert_eq!(store.add("erp", "x"), Err(quarantined(why)));
    assert_eq!(store.remove("crm", 1), Err(quarantined(why)));
    assert_eq!(store.rename("crm", 1, "erp", "x"), Err(quarantined(why)));
    assert_eq!(store.names().unwrap(), ["crm"]);
    assert!(store.peek("crm").unwrap().is_some());
}

#[test]
fn a_copy_gives_nothing_until_it_is_adopted() {
    let folder = Folder::with_store("copied");
    let original = folder.open();
    assert!(original.add("crm", "record").unwrap());
    original.backup(&folder.path("copy.db")).unwrap();
    assert_eq!(original.backup(&folder.path("copy.db")).unwrap_err().word(), "store-exists");
    let copy = Sqlite::open(&folder.path("copy.db"), &folder.options()).unwrap();
    let other = Sqlite::open(&folder.path("copy.db"), &folder.options()).unwrap();
    is_closed(&copy, Quarantine::Moved);
    assert_eq!(copy.load("crm"), Err(quarantined(Quarantine::Moved)));
    assert_eq!(copy.id(), original.id());
    assert_ne!(copy.environment(), original.environment());

    // What fails changes nothing.
    let error = || Error::from(Keeping::ForeignKey { name: "crm".to_owned() });
    assert_eq!(copy.adopt(|_, _, _| Err(error())), Err(error()));
    is_closed(&copy, Quarantine::Moved);
    let adopted = copy.adopt(|name, record, from| {
        assert_eq!((name, record, from), ("crm", "record", original.environment()));
        Ok(Some("sealed again".to_owned()))
    });
    assert_eq!(adopted, Ok(1));
    assert_eq!(copy.quarantine(), Ok(None));
    assert_eq!(copy.adopt(|_, _, _| panic!("there is nothing to adopt")), Ok(0));
    // Another handle notices, and the original goes on, whatever the copy's anchor says.
    assert_eq!(other.load("crm").unwrap().unwrap().record, "sealed again");
    for generation in 1..4 {
        assert!(other.commit("crm", generation, "x").unwrap());
    }
    assert!(matches!(original.lock("crm", "here").unwrap(), Lock::Taken(_)));
    assert_eq!(folder.open().quarantine(), Ok(None));
}

#[test]
fn a_store_that_was_moved_is_noticed_and_a_text_makes_it_known() {
    let folder = Folder::with_store("moved");
    assert!(folder.open().add("crm", "record").unwrap());
    fs::rename(folder.path("store.db"), folder.path("moved.db")).unwrap();
    is_closed(&Sqlite::open(&folder.path("moved.db"), &folder.options()).unwrap(), Quarantine::Moved);

    let mut options = folder.options();
    options.environment = Some("production".to_owned());
    let store = Sqlite::create(&folder.path("store.db"), &options).unwrap();
    assert!(store.add("crm", "record").unwrap());
    drop(store);
    fs::rename(folder.path("store.db"), folder.path("elsewhere.db")).unwrap();
    let open =
        |options: &osign::store::Options| Sqlite::open(&folder.path("elsewhere.db"), options).unwrap().quarantine();
    assert_eq!(open(&options), Ok(None));
    options.environment = Some("test".to_owned());
    assert_eq!(open(&options), Ok(Some(Quarantine::Moved)));
}

/// Puts the bytes of a closed database in its place.
fn restore(folder: &Folder, bytes: &[u8]) {
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.path(&format!("store.db{end}")));
    }
    fs::write(folder.path("store.db"), bytes).unwrap();
}

#[test]
fn a_backup_that_was_put_back_is_noticed() {
    let folder = Folder::with_store("restored");
    let store = folder.open();
    assert!(store.add("crm", "record").unwrap());
    drop(store);
    let backup = fs::read(folder.path("store.db")).unwrap();
    assert_eq!(folder.open().quarantine(), Ok(None));
    assert!(folder.open().commit("crm", 1, "pair").unwrap());
    assert_eq!(folder.open().quarantine(), Ok(None));
    restore(&folder, &backup);
    let store = folder.open();
    is_closed(&store, Quarantine::Restored);
    // A token that lives may be handed out.
    assert_eq!(store.load("crm").unwrap().unwrap().record, "record");

    assert_eq!(
        store.adopt(|_, record, from| {
            assert_eq!(from, store.environment());
            Ok(Some(record.to_owned()))
        }),
        Ok(1)
    );
    assert!(store.commit("crm", 1, "pair").unwrap());
    drop(store);
    assert_eq!(folder.open().quarantine(), Ok(None));
    restore(&folder, &backup);
    assert_eq!(folder.open().quarantine(), Ok(Some(Quarantine::Restored)));
}

#[test]
fn a_backup_that_was_put_back_under_a_log_is_noticed() {
    let folder = Folder::with_store("log");
    let store = folder.open();
    for number in 10..40 {
        assert!(store.add(&format!("grant{number}"), &"r".repeat(3000)).unwrap());
    }
    drop(store);
    let backup = fs::read(folder.path("store.db")).unwrap();
    // As long as before, or pages move and SQLite notices by itself.
    let pair = "p".repeat(3000);
    assert!(folder.open().commit("grant10", 1, &pair).unwrap());
    let store = folder.open();
    assert!(store.commit("grant39", 1, &pair).unwrap());
    // What a process leaves that is killed now.
    let log = fs::read(folder.path("store.db-wal")).unwrap();
    drop(store);
    restore(&folder, &backup);
    fs::write(folder.path("store.db-wal"), log).unwrap();
    // The log has all pages but that of the first commit.
    let store = folder.open();
    let generation = |name| store.peek(name).unwrap().unwrap().generation;
    assert_eq!((generation("grant10"), generation("grant39")), (1, 2));
    assert_eq!(store.quarantine(), Ok(Some(Quarantine::Restored)));
    assert_eq!(store.adopt(|_, record, _| Ok(Some(record.to_owned()))), Ok(30));
    assert_eq!(folder.open().quarantine(), Ok(None));
}

#[test]
fn generations_add_up_whatever_is_done() {
    let folder = Folder::with_store("sum");
    let store = folder.open();
    for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
        assert!(store.add(name, "record").unwrap());
        for generation in 1..=number as u64 {
            assert!(store.commit(name, generation, "pair").unwrap());
        }
        assert_eq!(store.quarantine(), Ok(None));
    }
    assert!(store.rename("c", 3, "d", "record").unwrap());
    assert_eq!(store.quarantine(), Ok(None));
    assert!(store.remove("d", 3).unwrap());
    assert_eq!(store.quarantine(), Ok(None));
    assert!(store.remove("b", 2).unwrap());
    assert_eq!(store.quarantine(), Ok(None));
    assert_eq!(store.info().unwrap().commits, 9);
}

#[test]
fn an_anchor_that_is_gone_or_damaged_says_nothing() {
    let folder = Folder::with_store("anchor");
    assert!(folder.open().add("crm", "record").unwrap());
    let info = folder.open().info().unwrap();
    let anchor = info.anchor.unwrap();
    let text = fs::read_to_string(&anchor).unwrap();
    assert_eq!(text.lines().nth(2), Some("00000000000000000001"));
    // Not its own MAC: somebody else's, or half of it.
    fs::write(&anchor, text.replace("01\n", "07\n")).unwrap();
    assert_eq!(folder.open().quarantine(), Ok(None));
    fs::write(&anchor, &text[..text.len() / 2]).unwrap();
    assert_eq!(folder.open().quarantine(), Ok(None));
    fs::remove_file(&anchor).unwrap();
    assert!(folder.open().commit("crm", 1, "pair").unwrap());
    assert_eq!(fs::read_to_string(&anchor).unwrap().lines().nth(2), Some("00000000000000000002"));
    // A place where nothing can be written fails no commit.
    fs::remove_dir_all(folder.anchors()).unwrap();
    fs::write(folder.anchors(), "a file").unwrap();
    assert!(folder.open().commit("crm", 2, "pair").unwrap());
    fs::remove_file(folder.anchors()).unwrap();
}

#[test]
fn a_change_of_keys_goes_on_where_it_was_interrupted() {
    let folder = Folder::with_store("rekey");
    let store = folder.open();
    for number in 0..10 {
        assert!(store.add(&format!("grant{number}"), "old").unwrap());
    }
    store.spill("grant3", "old").unwrap();
    let reseal = |record: &str| (record == "old").then(|| "new".to_owned());
    let interrupted = Error::from(Keeping::BadStoreKey);
    let result =
        store.rekey(|name, record| if name == "grant5" { Err(interrupted.clone()) } else { Ok(reseal(record)) });
    assert_eq!(result, Err(interrupted));
    let with = |record| (0..10).filter(|n| store.load(&format!("grant{n}")).unwrap().unwrap().record == record).count();
    assert_eq!((with("old"), with("new")), (5, 5));
    // Another process writes with the old key meanwhile.
    let mut once = Some(());
    let result = store.rekey(|_, record| {
        if once.take().is_some() {
            assert!(folder.open().commit("grant9", 1, "old").unwrap());
            assert!(folder.open().commit("grant0", 1, "old").unwrap());
        }
        Ok(reseal(record))
    });
    assert_eq!(result, Ok(6));
    assert_eq!((with("old"), with("new")), (0, 10));
    assert_eq!(store.spilled("grant3").unwrap().as_deref(), Some("new"));
}

/// Records are read a page at a time.
#[test]
fn more_grants_than_are_read_at_once_are_all_sealed_again() {
    const MANY: usize = 260;
    let folder = Folder::with_store("pages");
    let store = folder.open();
    let names: Vec<_> = (0..MANY).map(|number| format!("grant{number:03}")).collect();
    for name in &names {
        assert!(store.add(name, "old").unwrap());
    }
    store.backup(&folder.path("copy.db")).unwrap();
    let copy = Sqlite::open(&folder.path("copy.db"), &folder.options()).unwrap();
    let mut seen = Vec::new();
    let adopted = copy.adopt(|name, record, _| {
        seen.push(name.to_owned());
        Ok(Some(format!("{record}er")))
    });
    assert_eq!((adopted, &seen), (Ok(MANY), &names));
    seen.clear();
    let rekeyed = copy.rekey(|name, record| {
        seen.push(name.to_owned());
        Ok((record == "older").then(|| "new".to_owned()))
    });
    seen.dedup();
    assert_eq!((rekeyed, &seen[..MANY]), (Ok(MANY), &names[..]));
    assert!(names.iter().all(|name| copy.load(name).unwrap().unwrap().record == "new"));
}

#[test]
fn a_backup_is_whole_and_needs_nothing_beside_it() {
    let folder = Folder::with_store("backup");
    let store = folder.open();
    for number in 0..50 {
        assert!(store.add(&format!("grant{number}"), &"r".repeat(4000)).unwrap());
    }
    store.backup(&folder.path("backup.db")).unwrap();
    assert_eq!(folder.names(), ["backup.db", "store.db", "store.db-shm", "store.db-wal"]);
    drop(store);
    restore(&folder, &fs::read(folder.path("backup.db")).unwrap());
    let store = folder.open();
    assert_eq!(store.quarantine(), Ok(None));
    assert_eq!(store.names().unwrap().len(), 50);
    let info = store.info().unwrap();
    assert_eq!((info.schema, info.grants, info.commits), (1, 50, 50));
    assert_eq!(info.id, store.id());
    assert_eq!(info.environment, info.here);
    assert_eq!(info.path, folder.path("store.db"));
    assert_eq!(info.spilled, Vec::<String>::new());
    assert_eq!(info.id.len(), 32);
}
