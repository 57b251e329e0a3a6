//! How one comes in: passwords, TLS, the least privileges, a pooler in between; and servers that are turned down.

use crate::server::{Server, as_nobody, done, free_port, options};
use crate::suite;
use osign::grant::store::Store;
use osign::store::Postgres;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// The word of why a store does not open; empty where it does.
fn word(server: &Server, url: &str) -> &'static str {
    match Postgres::open(url, &server.options()) {
        Ok(_) => "",
        Err(error) => {
            let said = format!("{error} {error:?} {}", osign::language::russian(&error));
            assert!(!said.contains("hunter"), "{said}");
            error.word()
        }
    }
}

fn restart(server: &mut Server, hba: &str) {
    fs::write(server.data.join("pg_hba.conf"), format!("local all all trust\n{hba}\n")).unwrap();
    server.kill();
    server.run();
}

#[test]
fn passwords_are_proved_and_never_said() {
    let mut server = Server::with_store("passwords");
    restart(&mut server, "host all all 127.0.0.1/32 scram-sha-256");
    let port = server.port;
    let url = |login: &str| format!("postgresql://{login}@127.0.0.1:{port}/grants?sslmode=disable");
    assert_eq!(word(&server, &url("osign:hunter2")), "");
    assert_eq!(word(&server, &url("osign:hunter3")), "server-login-refused");
    assert_eq!(word(&server, &url("osign")), "password-needed");
    assert_eq!(word(&server, &url("osign:hunter2").replace("/grants", "/other")), "server-login-refused");
    assert_eq!(word(&server, "postgresql://osign:hunter2@127.0.0.1:1/grants"), "server-unreachable");

    let file = server.folder.join("pgpass");
    fs::write(&file, format!("127.0.0.1:{port}:grants:osign:hunter2\n")).unwrap();
    let by_file = format!("{}&passfile={}", url("osign"), file.display());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(word(&server, &by_file), "open-passfile");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(word(&server, &by_file), "");

    server.sql("postgres", "SET password_encryption = md5; ALTER ROLE osign PASSWORD 'hunter2'");
    restart(&mut server, "host all all 127.0.0.1/32 md5");
    assert_eq!(word(&server, &url("osign:hunter2")), "");
    restart(&mut server, "host all all 127.0.0.1/32 password");
    assert_eq!(word(&server, &url("osign:hunter2")), "");
}

/// A file for the server, as it wants it.
fn put(server: &Server, name: &str, text: &str) -> String {
    let file = server.folder.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let owner = fs::metadata(&server.folder).unwrap();
    let _ = chown(&file, Some(owner.uid()), Some(owner.gid()));
    file.display().to_string()
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[test]
fn tls_is_what_sslmode_says() {
    let mut server = Server::with_store("tls");
    let (ours, others) = (authority("ours"), authority("others"));
    let issue = |name: &str, common: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, common);
        (params.signed_by(&key, &ours).unwrap().pem(), key.serialize_pem())
    };
    let (certificate, key) = issue("db.example", "db.example");
    let (certificate, key) = (put(&server, "server.crt", &certificate), put(&server, "server.key", &key));
    let root = put(&server, "root.crt", &ours.pem());
    let other_root = put(&server, "others.crt", &others.pem());
    server.configure(&format!(
        "ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'\nssl_ca_file = '{root}'"
    ));
    restart(&mut server, "hostssl all osign 127.0.0.1/32 trust");
    let at = |host: &str, more: &str| {
        let port = server.port;
        format!("postgresql://osign@{host}:{port}/grants?hostaddr=127.0.0.1&{more}")
    };
    for (host, more, expected) in [
        ("db.example", format!("sslmode=verify-full&sslrootcert={root}"), ""),
        ("other.example", format!("sslmode=verify-full&sslrootcert={root}"), "server-tls"),
        ("other.example", format!("sslmode=verify-ca&sslrootcert={root}"), ""),
        ("db.example", format!("sslmode=verify-ca&sslrootcert={other_root}"), "server-tls"),
        ("db.example", format!("sslmode=require&sslrootcert={other_root}"), "server-tls"),
        ("db.example", format!("sslmode=verify-full&sslrootcert={certificate}"), ""),
        ("db.example", "sslmode=verify-full&sslrootcert=system".to_owned(), "server-tls"),
        ("other.example", "sslmode=require".to_owned(), ""),
        ("other.example", "sslmode=prefer".to_owned(), ""),
        ("db.example", "sslmode=disable".to_owned(), "server-login-refused"),
        (
            "db.example",
            format!("sslmode=verify-full&sslrootcert={}", server.folder.join("none").display()),
            "bad-tls-file",
        ),
    ] {
        assert_eq!(word(&server, &at(host, &more)), expected, "{host} {more}");
    }

    // A certificate in place of a password.
    let (mine, my_key) = issue("client", "osign");
    let (mine, my_key) = (put(&server, "mine.crt", &mine), put(&server, "mine.key", &my_key));
    restart(&mut server, "hostssl all osign 127.0.0.1/32 cert");
    let url = format!(
        "postgresql://osign@db.example:{}/grants?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={root}",
        server.port
    );
    assert_eq!(word(&server, &format!("{url}&sslcert={mine}&sslkey={my_key}")), "");
    assert_eq!(word(&server, &url), "server-login-refused");
    fs::set_permissions(Path::new(&my_key), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(word(&server, &format!("{url}&sslcert={mine}&sslkey={my_key}")), "bad-tls-file");

    // A server without TLS.
    server.configure("ssl = off");
    restart(&mut server, "host all osign 127.0.0.1/32 trust");
    let at = |more: &str| format!("postgresql://osign@127.0.0.1:{}/grants?sslmode={more}", server.port);
    assert_eq!((word(&server, &at("require")), word(&server, &at("prefer"))), ("server-tls", ""));
}

/// Those that docs/tokens.md lists.
#[test]
fn a_role_needs_no_more_than_is_written() {
    let server = Server::start("roles");
    assert_eq!(word(&server, &server.url()), "no-store");
    Postgres::create(&server.url(), &server.options()).unwrap();
    let error = Postgres::create(&server.url(), &server.options()).unwrap_err();
    assert_eq!(error.word(), "database-has-store");
    server.sql("grants", "CREATE ROLE worker LOGIN");
    let url = server.url().replace("osign@", "worker@");
    assert_eq!(word(&server, &url), "no-privilege");
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tokens.md")).unwrap();
    let rights: Vec<_> =
        docs.lines().filter(|line| line.starts_with("GRANT ") && line.contains(" TO worker")).collect();
    assert!(rights.len() > 2, "docs/tokens.md lists no rights");
    rights.iter().for_each(|right| drop(server.sql("grants", right)));
    struct Worker<'a>(&'a Server, String);
    impl suite::Place for Worker<'_> {
        type Store = Postgres;
        fn open(&self) -> Postgres {
            Postgres::open(&self.1, &self.0.options()).unwrap()
        }
        fn command(&self) -> Command {
            crate::server::command_for(&self.1, &self.0.folder, self.0.lease)
        }
    }
    let mut server = server;
    server.lease = Duration::from_secs(2);
    suite::run(&Worker(&server, url));
}

/// Without any one of them somebody says which chapter lists them, and nothing is lost.
#[test]
fn each_right_that_is_written_is_needed() {
    let server = Server::start("rights");
    server.sql("grants", "ALTER DEFAULT PRIVILEGES FOR ROLE osign REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");
    // Some servers let everybody run this one, and some do not.
    server.sql("grants", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    server.sql("grants", "GRANT EXECUTE ON FUNCTION pg_control_system() TO osign");
    Postgres::create(&server.url(), &server.options()).unwrap();
    let owner = server.open();
    assert!(owner.add("a", "record").unwrap());
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tokens.md")).unwrap();
    let lines = docs.lines().filter(|line| line.starts_with("GRANT ") && line.contains(" TO worker"));
    // One right on one thing each.
    let mut rights = Vec::new();
    for line in lines {
        let (what, on) = line["GRANT ".len()..line.len() - " TO worker;".len()].split_once(" ON ").unwrap();
        for right in what.split(", ") {
            rights.extend(on.split(", ").map(|thing| format!("{right} ON {thing}")));
        }
    }
    assert!(rights.len() > 15, "{rights:?}");
    server.sql("grants", "CREATE ROLE worker LOGIN");
    rights.iter().for_each(|right| drop(server.sql("grants", &format!("GRANT {right} TO worker"))));
    let url = server.url().replace("osign@", "worker@");
    let happening = osign::grant::store::Happening {
        at: 0,
        generation: 1,
        event: "refreshed".to_owned(),
        detail: String::new(),
        owner: String::new(),
    };
    let work = || -> Result<(), osign::Error> {
        let store = Postgres::open(&url, &server.options())?;
        let lock = store.lock("a", "the worker")?;
        let stored = store.load("a")?.unwrap();
        assert!(store.acquire("a", stored.generation, stored.revision, "intent")?);
        assert!(store.commit("a", stored.generation, "pair")?);
        drop(lock);
        for _ in 0..2 {
            store.note("a", &happening)?;
        }
        assert!(!store.history("a", 2)?.is_empty());
        assert!(store.add("b", "record")?);
        assert!(store.rename("b", 1, "c", "record")?);
        assert!(store.remove("c", 1)?);
        // A commit that is missing is told to the others.
        server.sql("grants", "UPDATE osign_counters SET commits = 0");
        let told = store.quarantine()?;
        assert_eq!(told, Some(osign::error::Quarantine::Restored));
        store.adopt(|_, record, _| Ok(Some(record.to_owned())))?;
        // A lease that was given back is none.
        assert_eq!(server.sql("grants", "SELECT count(*) FROM osign_leases"), "0", "a lease is left");
        Ok(())
    };
    assert_eq!(work(), Ok(()));
    for right in &rights {
        server.sql("grants", &format!("REVOKE {right} FROM worker"));
        let error = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        if right == "DELETE ON osign_leases" {
            // It ends by time then, and nobody is told.
            assert!(error.is_err(), "{right}");
        } else {
            let error = error.unwrap().expect_err(right);
            assert_eq!(error.word(), "no-privilege", "{right}: {error}");
            assert!(error.to_string().contains("docs/tokens.md"));
        }
        server.sql(
            "grants",
            &format!("GRANT {right} TO worker; DELETE FROM osign_leases; DELETE FROM osign_grants WHERE name <> 'a'"),
        );
        server.sql("grants", "UPDATE osign_meta SET restored = false");
        owner.adopt(|_, _, _| Ok(None)).unwrap();
    }
    assert_eq!(work(), Ok(()));
}

#[test]
fn what_is_said_to_be_kept_is_kept() {
    let mut server = Server::with_store("durable");
    // Whatever the role has set, a write waits for the disk.
    server.sql("grants", "ALTER ROLE osign SET synchronous_commit = off; ALTER ROLE osign SET default_transaction_isolation = 'serializable'");
    let store = server.open();
    for generation in 1..6 {
        assert!(if generation == 1 { store.add("a", "1") } else { store.commit("a", generation - 1, "next") }.unwrap());
        server.kill();
        server.run();
        assert_eq!(store.load("a").unwrap().unwrap().generation, generation);
    }
    server.configure("fsync = off");
    server.kill();
    server.run();
    assert_eq!(word(&server, &server.url()), "unsafe-server");
    assert_eq!(store.lock("a", "me").unwrap_err().word(), "unsafe-server");
}

#[test]
fn a_dump_that_is_read_elsewhere_is_quarantined() {
    let server = Server::with_store("dump");
    assert!(server.open().add("a", "record").unwrap());
    server.sql("postgres", "CREATE DATABASE copy TEMPLATE grants OWNER osign");
    let copy = Postgres::open(&server.url().replace("/grants", "/copy"), &server.options()).unwrap();
    assert_eq!(copy.quarantine().unwrap(), Some(osign::error::Quarantine::Moved));
    assert_eq!(copy.load("a").unwrap_err().word(), "quarantined");
    assert_eq!(copy.lock("a", "me").unwrap_err().word(), "quarantined");
    assert_eq!(copy.adopt(|_, record, _| Ok(Some(record.to_owned()))).unwrap(), 1);
    assert_eq!(copy.load("a").unwrap().unwrap().revision, 2);
    assert_eq!(server.open().quarantine().unwrap(), None);
}

/// pgbouncer, each of whose transactions may get another connection.
#[test]
fn a_pooler_in_transaction_mode_is_no_hindrance() {
    struct Pooled(Server, u16, Child);
    impl suite::Place for Pooled {
        type Store = Postgres;
        fn open(&self) -> Postgres {
            Postgres::open(&self.url(), &self.0.options()).unwrap()
        }
        fn command(&self) -> Command {
            crate::server::command_for(&self.url(), &self.0.folder, self.0.lease)
        }
    }
    impl Pooled {
        fn url(&self) -> String {
            format!("postgresql://osign@127.0.0.1:{}/grants?sslmode=disable", self.1)
        }
    }
    impl Drop for Pooled {
        fn drop(&mut self) {
            let _ = self.2.kill();
            let _ = self.2.wait();
        }
    }
    let mut server = Server::with_store("pooled");
    server.lease = Duration::from_secs(2);
    let port = free_port();
    let settings = format!(
        "[databases]\ngrants = host=127.0.0.1 port={} dbname=grants\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\nserver_reset_query =\nunix_socket_dir =\n",
        server.port
    );
    let settings = settings.replace("dbname=grants\n", "dbname=grants user=osign\n");
    let file = put(&server, "pgbouncer.ini", &settings);
    let process = as_nobody(&server.folder, "pgbouncer").args(["-q", &file]).spawn().unwrap();
    let pooled = Pooled(server, port, process);
    for _ in 0..100 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    suite::run(&pooled);
}

/// A standby that was promoted, and had not got the last commits: it is a restore.
#[test]
fn a_failover_that_lost_commits_is_noticed_by_all_hosts() {
    let mut primary = Server::with_store("primary");
    let store = primary.open();
    assert!(store.add("a", "1").unwrap());
    let mut standby = Server::standby_of(&primary, "standby");
    for _ in 0..200 {
        if standby.sql("grants", "SELECT count(*) FROM osign_grants") == "1" {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let (ours, other) = (primary.options(), options(&standby.folder, primary.lease));
    let folders = [&primary.folder, &standby.folder].map(|folder| folder.display().to_string().replace('/', "%2F"));
    let both = format!(
        "postgresql://osign@{}:{},{}:{}/grants?connect_timeout=1",
        folders[0], primary.port, folders[1], standby.port
    );
    // The primary is found, whichever comes first; the standby takes nothing.
    let swapped = format!("postgresql://osign@{}:{},{}:{}/grants", folders[1], standby.port, folders[0], primary.port);
    assert!(Postgres::open(&swapped, &ours).unwrap().commit("a", 1, "2").unwrap());
    for _ in 0..200 {
        if standby.sql("grants", "SELECT sum(commits) FROM osign_counters") == "2" {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let alone = Postgres::open(&standby.url(), &ours).unwrap();
    assert_eq!(alone.commit("a", 1, "x").unwrap_err().word(), "server-read-only");

    standby.kill();
    assert!(store.commit("a", 2, "3").unwrap());
    primary.kill();
    standby.run();
    done(as_nobody(&standby.folder, "pg_ctl").args(["promote", "-w", "-D"]).arg(&standby.data));
    let here = Postgres::open(&both, &ours).unwrap();
    assert_eq!(here.quarantine().unwrap(), Some(osign::error::Quarantine::Restored));
    assert_eq!(here.lock("a", "me").unwrap_err().word(), "quarantined");
    // A host that knew nothing of the lost commit hears of it.
    let there = Postgres::open(&both, &other).unwrap();
    assert_eq!(there.lock("a", "me").unwrap_err().word(), "quarantined");
    here.adopt(|_, _, _| Ok(None)).unwrap();
    assert!(there.commit("a", 2, "3 again").unwrap());
}

#[test]
fn no_thread_is_left_of_a_call_and_a_write_is_a_look_up() {
    let server = Server::with_store("threads");
    let store = Postgres::open(&server.tcp_url().replace("127.0.0.1", "localhost"), &server.options()).unwrap();
    assert!(store.add("a", "record").unwrap());
    // Those of this test alone: others come and go.
    let mine = || {
        let all = fs::read_dir("/proc/self/task").unwrap().flatten();
        all.filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| !name.contains("::"))).count()
    };
    let before = mine();
    for _ in 0..50 {
        store.load("a").unwrap();
        drop(store.lock("a", "me").unwrap());
    }
    assert!(mine() <= before);
    server.sql("grants", "INSERT INTO osign_grants SELECT 'x' || n, 1, 1, 'record' FROM generate_series(1, 20000) n");
    server.sql("grants", "ANALYZE osign_grants");
    let write = "UPDATE osign_grants SET record = '' WHERE name = 'a' AND generation = 1 AND revision = 1";
    let plan = server.sql("grants", &format!("EXPLAIN {write}"));
    assert!(plan.contains("Index Scan using osign_grants_pkey"), "{plan}");
}
