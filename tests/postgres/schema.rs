//! A store of an older schema, and what it takes to bring it up to date.

use crate::server::Server;
use osign::error::Quarantine;
use osign::grant::store::{Lock, Store};
use osign::store::Postgres;

/// What version 1 had, and had not: commits were counted in the store's row alone.
fn back_to_version_1(server: &Server, commits: u64) {
    let sql = format!(
        "DROP FUNCTION osign_counted(); DROP TABLE osign_counters;
         UPDATE osign_meta SET version = 1, commits = {commits}"
    );
    server.sql("grants", &sql);
    let _ = std::fs::remove_dir_all(server.options().anchors.unwrap());
}

/// The rights that version 1 asked for.
const RIGHTS: &str = "CREATE ROLE worker LOGIN;
    GRANT SELECT, INSERT, UPDATE, DELETE ON osign_grants, osign_leases, osign_history TO worker;
    GRANT SELECT, UPDATE ON osign_meta TO worker;
    GRANT EXECUTE ON FUNCTION osign_count() TO worker;
    GRANT EXECUTE ON FUNCTION pg_control_system() TO worker";

#[test]
fn its_owner_brings_it_up_to_date_and_all_others_go_on() {
    let server = Server::with_store("version");
    // Nobody may run functions but who was allowed to.
    server.sql("grants", "ALTER DEFAULT PRIVILEGES FOR ROLE osign REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");
    assert!(server.open().add("a", "1").unwrap());
    back_to_version_1(&server, 7);
    server.sql("grants", RIGHTS);
    let worker = server.url().replace("osign@", "worker@");
    let error = Postgres::open(&worker, &server.options()).unwrap_err();
    assert_eq!(error.word(), "older-store");
    assert!(error.to_string().contains("only the owner of its tables"), "{error}");

    let owner = server.open();
    assert_eq!(
        (owner.info().unwrap().schema, server.sql("grants", "SELECT version FROM osign_meta").as_str()),
        (2, "2")
    );
    assert_eq!(owner.quarantine().unwrap(), None);
    // Nobody has to be allowed anything anew.
    let worker = Postgres::open(&worker, &server.options()).unwrap();
    let Lock::Taken(lock) = worker.lock("a", "the worker").unwrap() else { panic!("nobody has it") };
    assert!(worker.acquire("a", 1, 1, "intent").unwrap());
    assert!(worker.commit("a", 1, "2").unwrap());
    drop(lock);
    // A process of the older version that has it open counts on where it did, and neither disturbs the other.
    assert_eq!(server.sql("grants", "SET ROLE worker; SELECT osign_count()"), "8");
    assert_eq!(worker.info().unwrap().commits, 9);
    assert_eq!(worker.quarantine().unwrap(), None);
    server.sql("grants", "UPDATE osign_meta SET commits = 7");
    assert_eq!(worker.quarantine().unwrap(), Some(Quarantine::Restored));
}

#[test]
fn many_who_find_an_old_one_bring_it_up_to_date_once() {
    let server = Server::with_store("versions");
    for _ in 0..5 {
        back_to_version_1(&server, 0);
        std::thread::scope(|scope| {
            (0..8).for_each(|_| drop(scope.spawn(|| drop(server.open()))));
        });
        assert_eq!(server.sql("grants", "SELECT version, count(*) FROM osign_meta, osign_counters GROUP BY 1"), "2|32");
    }
    server.sql("grants", "UPDATE osign_meta SET version = 3");
    assert_eq!(Postgres::open(&server.url(), &server.options()).unwrap_err().word(), "newer-store");
}

/// Each part by itself tells that commits are missing, however far the others have come since.
#[test]
fn a_lost_commit_of_any_part_is_noticed() {
    let server = Server::with_store("parts");
    let store = server.open();
    assert!(store.add("a", "record").unwrap());
    let part = server.sql("grants", "SELECT part FROM osign_counters WHERE commits = 1");
    server.sql("grants", &format!("UPDATE osign_counters SET commits = CASE part WHEN {part} THEN 0 ELSE 9 END"));
    assert_eq!(store.quarantine().unwrap(), Some(Quarantine::Restored));
    assert_eq!(store.lock("a", "me").unwrap_err().word(), "quarantined");
    // All hosts are told, and one who knew nothing is, too.
    assert_eq!(server.sql("grants", "SELECT restored FROM osign_meta"), "t");
    assert_eq!(store.adopt(|_, record, _| Ok(Some(record.to_owned()))).unwrap(), 1);
    assert_eq!(store.quarantine().unwrap(), None);
    assert!(server.sql("grants", &format!("SELECT commits FROM osign_counters WHERE part = {part}")) == "1");
    assert!(store.commit("a", 1, "next").unwrap());
}
