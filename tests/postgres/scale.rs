//! Many: processes around expiries, grants in a table, commits at once. Short here; `OSIGN_TEST_LONG=1` takes the numbers of a fleet.

#![allow(unsafe_code, reason = "only the system knows how much memory a child took")]

use crate::process::{Other, listen, say};
use crate::server::{Server, of_environment};
use crate::service::Habits;
use crate::world::{Host, PATIENCE, agreed_as};
use osign::grant::pages;
use osign::grant::store::{Happening, Lock, Store};
use osign::store::Postgres;
use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn is_long() -> bool {
    std::env::var_os("OSIGN_TEST_LONG").is_some()
}

/// The variable that tells a child how often it asks for each grant, and of which.
const STORM: &str = "OSIGN_TEST_STORM";

/// Each of the first grants has expired. All processes ask for all of those, at the same time and again and again, and in between
/// for the others.
#[test]
fn each_of_many_expiries_is_one_refresh() {
    let (processes, calls, grants, expiries) = if is_long() { (50, 1000, 1000, 100) } else { (8, 200, 60, 20) };
    let server = Server::start_with("storm", "max_connections = 200");
    Postgres::create(&server.url(), &server.options()).unwrap();
    let clock = crate::clock::Clock::of(&server.folder.join("host"));
    let host = Host::with(server.open(), clock.clone());
    let provider = crate::provider::Provider::start(Habits::FAMILY, &clock);
    let name = |number: usize| format!("g{number}");
    (0..expiries).for_each(|number| agreed_as(&host, &provider, &name(number)));
    clock.skip(provider.service().habits.life * 500);
    (expiries..grants).for_each(|number| agreed_as(&host, &provider, &name(number)));
    let before = provider.sends();
    let mut others: Vec<_> = (0..processes)
        .map(|number| {
            let mut command = server.command();
            command.env(STORM, format!("{number} {calls} {grants} {expiries}"));
            Other::start(command, "storm")
        })
        .collect();
    let mut rates = Vec::new();
    // While all tokens live, and around the expiries.
    for expected in [0, expiries] {
        others.iter_mut().for_each(|other| other.wait_for("ready"));
        if expected > 0 {
            clock.skip(provider.service().habits.life * 500 + 1);
        }
        let begun = Instant::now();
        others.iter_mut().for_each(Other::go_on);
        others.iter_mut().for_each(|other| other.wait_for(&format!("asked {}", calls / 2)));
        rates.push((processes * calls / 2) as f64 / begun.elapsed().as_secs_f64());
        assert_eq!(provider.sends() - before, expected, "as the provider counted them");
    }
    others.iter_mut().for_each(Other::end);
    assert_eq!(provider.rejected(), 0);
    for number in 0..grants {
        let generation = host.keep(|keeper| keeper.grant(&name(number))).unwrap().generation;
        assert_eq!(generation, if number < expiries { 3 } else { 2 }, "{number}");
    }
    println!(
        "{processes} processes x {calls} calls, {grants} grants: {:.0} calls/s while tokens live, {:.0} calls/s around {expiries} expiries",
        rates[0], rates[1]
    );
}

/// A child of that.
pub(crate) fn storm(host: &Host) {
    let told = std::env::var(STORM).unwrap();
    let numbers: Vec<usize> = told.split(' ').map(|number| number.parse().unwrap()).collect();
    let [mine, calls, grants, expiries] = numbers[..] else { panic!("{told}") };
    for _ in 0..2 {
        say("ready");
        listen();
        for call in 0..calls / 2 {
            // All at the same expiry at first; then each goes its own way.
            let number = match call % 2 {
                0 => call / 2 % expiries,
                _ => (mine * 7919 + call * 104_729) % grants,
            };
            host.keep(|keeper| keeper.access_token(&format!("g{number}"), 0, PATIENCE)).unwrap();
        }
        say(&format!("asked {}", calls / 2));
    }
}

/// The plans are those of the statements that are sent, as the server writes them down.
#[test]
fn in_a_large_table_every_call_is_a_look_up() {
    let grants = if is_long() { 1_000_000 } else { 100_000 };
    let server = Server::with_store("plans");
    let fill = format!(
        "INSERT INTO osign_grants SELECT 'g' || n, 1, 1, repeat('r', 100) FROM generate_series(1, {grants}) n;
         INSERT INTO osign_leases SELECT 'g' || n, 'token', 'owner', now() FROM generate_series(1, {grants}) n;
         INSERT INTO osign_history (name, at, generation, event, detail, owner)
         SELECT 'g' || n, 0, 1, 'added', '', '' FROM generate_series(1, {grants}) n;
         ANALYZE;
         ALTER DATABASE grants SET session_preload_libraries = 'auto_explain';
         ALTER DATABASE grants SET auto_explain.log_min_duration = 0;
         ALTER DATABASE grants SET auto_explain.log_nested_statements = on"
    );
    server.sql("grants", &fill);
    let store = server.open();
    let happening =
        Happening { at: 0, generation: 1, event: "refreshed".to_owned(), detail: String::new(), owner: String::new() };
    let begun = Instant::now();
    for number in 1..=20 {
        let name = format!("g{}", number * 4999);
        assert!(store.load(&name).unwrap().is_some());
        let Lock::Taken(lock) = store.lock(&name, "me").unwrap() else { panic!("{name} is had by nobody") };
        assert!(store.acquire(&name, 1, 1, "intent").unwrap());
        assert!(store.commit(&name, 1, "pair").unwrap());
        drop(lock);
        store.note(&name, &happening).unwrap();
        assert_eq!(store.history(&name, 10).unwrap().len(), 2);
        assert!(store.rename(&name, 2, &format!("new{number}"), "renamed").unwrap());
        assert!(store.remove(&format!("new{number}"), 2).unwrap());
        assert!(store.add(&name, "added").unwrap());
        assert_eq!(store.names_after(&name, 5).unwrap().len(), 5);
        assert_eq!(store.peek_after(&name, 5).unwrap().len(), 5);
    }
    println!("{grants} grants: {:.1} ms for eleven calls of a grant", begun.elapsed().as_secs_f64() * 50.0);
    let log = std::fs::read_to_string(server.folder.join("log")).unwrap();
    let plans: Vec<_> = log.split("plan:").skip(1).collect();
    assert!(plans.len() > 200, "the server wrote no plans: {log}");
    for plan in &plans {
        for table in ["osign_grants", "osign_leases", "osign_history"] {
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}");
        }
    }
    let seen: HashSet<_> = ["osign_grants_pkey", "osign_leases_pkey", "osign_history_by_name"]
        .into_iter()
        .filter(|index| plans.iter().any(|plan| plan.contains(index)))
        .collect();
    assert_eq!(seen.len(), 3, "{seen:?}");
}

/// What looks through all grants takes the same memory for few and for many.
#[test]
fn a_check_takes_no_more_memory_for_more_grants() {
    let (few, many) = if is_long() { (10_000, 1_000_000) } else { (2_000, 40_000) };
    let server = Server::with_store("memory");
    let clock = crate::clock::Clock::of(&server.folder.join("host"));
    let host = Host::with(server.open(), clock.clone());
    let provider = crate::provider::Provider::start(Habits::FAMILY, &clock);
    agreed_as(&host, &provider, "crm");
    let peak = |grants: usize| {
        let sql = format!(
            "INSERT INTO osign_grants SELECT 'g' || n, 2, 2, replace(record, '\"crm\"', '\"g' || n || '\"')
             FROM generate_series(1, {grants}) n, osign_grants WHERE name = 'crm' ON CONFLICT DO NOTHING"
        );
        server.sql("grants", &sql);
        assert_eq!(server.sql("grants", "SELECT count(*) FROM osign_grants"), (grants + 1).to_string());
        let begun = Instant::now();
        let out = server.folder.join("osign.prom");
        let mut check = Command::new(env!("CARGO_BIN_EXE_osign"));
        check.args(["grant", "check", "--format", "prometheus", "--out"]).arg(&out);
        check.env("OSIGN_STORE", server.url()).env("HOME", server.folder.join("host"));
        check.env("OSIGN_ANCHORS", server.folder.join("host/anchors"));
        let checked = kilobytes_of(check);
        let seconds = begun.elapsed().as_secs_f64();
        let text = std::fs::File::open(&out).unwrap();
        let lines = std::io::BufRead::lines(std::io::BufReader::new(text)).map(Result::unwrap);
        let of_generation = lines.filter(|line| line.starts_with("osign_grant_generation{")).count();
        assert_eq!(of_generation, grants + 1);
        let mut names = server.command();
        names.env(crate::process::ROLE, "names");
        let named = kilobytes_of(names);
        println!("{grants} grants: check takes {checked} KB at most and {seconds:.1} s, all names take {named} KB");
        (checked, named)
    };
    let (checked_few, named_few) = peak(few);
    let (checked_many, named_many) = peak(many);
    // Of what is held at once 4 MB is more than there can be of a page and of metrics; all records would be tens of MB.
    assert!(checked_many < checked_few + 4096, "{checked_few} KB, {checked_many} KB");
    assert!(named_many < named_few + 2048, "{named_few} KB, {named_many} KB");
}

/// A child of that.
pub(crate) fn names() {
    let store = of_environment();
    let mut last = String::new();
    let mut count = 0;
    for name in pages::names(&store) {
        let name = name.unwrap();
        assert!(name > last);
        (last, count) = (name, count + 1);
    }
    assert!(count > 1000);
}

/// How much memory a program had at most, in kilobytes.
#[allow(clippy::zombie_processes, reason = "wait4() waits for it")]
fn kilobytes_of(mut command: Command) -> i64 {
    let child = command.stdout(Stdio::null()).spawn().unwrap();
    let id = libc::pid_t::try_from(child.id()).unwrap();
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: a child of ours that nobody else waits for, and two places to write to.
    let ended = unsafe { libc::wait4(id, &raw mut status, 0, usage.as_mut_ptr()) };
    assert_eq!((ended, status), (id, 0), "{command:?}");
    // SAFETY: written by the call, and before that all zeros, which is a value of it.
    unsafe { usage.assume_init() }.ru_maxrss
}

/// What it costs that commits are counted: beside a plain update of the same rows by the same client, and beside a counter of one
/// row, which was the schema's version 1.
#[test]
fn commits_of_different_grants_do_not_wait_for_each_other() {
    let (rounds, each) = if is_long() { (5, Duration::from_secs(3)) } else { (3, Duration::from_millis(700)) };
    let clients: &[usize] = if is_long() { &[1, 8, 50] } else { &[16] };
    let server = Server::start_with("commits", "max_connections = 200");
    Postgres::create(&server.url(), &server.options()).unwrap();
    server.sql(
        "grants",
        "CREATE TABLE one (commits bigint NOT NULL); INSERT INTO one VALUES (0); GRANT ALL ON one TO osign",
    );
    let record = "r".repeat(1500);
    for &clients in clients {
        // A commit notes in a file of its host how far it came, which is not the server's to pay.
        let mut options = server.options();
        options.anchors = Some("/dev/null/none".into());
        let stores: Vec<_> = (0..clients).map(|_| Postgres::open(&server.url(), &options).unwrap()).collect();
        let names: Vec<_> = (0..clients).map(|number| format!("{clients}-{number}")).collect();
        names.iter().for_each(|name| assert!(stores[0].add(name, &record).unwrap()));
        let rate = |write: &(dyn Fn(&Postgres, &str, u64, u64) -> bool + Sync)| {
            let counts: Vec<u64> = std::thread::scope(|scope| {
                let threads: Vec<_> = stores
                    .iter()
                    .zip(&names)
                    .map(|(store, name)| {
                        scope.spawn(move || {
                            let stored = store.peek(name).unwrap().unwrap();
                            let begun = Instant::now();
                            let mut count = 0;
                            while begun.elapsed() < each {
                                assert!(write(store, name, stored.generation + count, stored.revision + count));
                                count += 1;
                            }
                            count
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            counts.iter().sum::<u64>() as f64 / each.as_secs_f64()
        };
        let set = |sql: &str| {
            let body = format!("CREATE OR REPLACE FUNCTION osign_counted() RETURNS bigint LANGUAGE {sql}");
            let file = server.folder.join("function.sql");
            std::fs::write(&file, body).unwrap();
            server.run_file("grants", &file);
        };
        let parts = server.sql("grants", "SELECT prosrc FROM pg_proc WHERE proname = 'osign_counted'");
        let mut rates = [const { Vec::new() }; 3];
        for _ in 0..rounds {
            // The generation stays, and nothing is counted.
            rates[0].push({
                let stored: Vec<_> = names.iter().map(|name| stores[0].peek(name).unwrap().unwrap()).collect();
                rate(&|store, name, _, revision| {
                    let index = names.iter().position(|other| other == name).unwrap();
                    store.acquire(name, stored[index].generation, revision, &record).unwrap()
                })
            });
            rates[1].push(rate(&|store, name, generation, _| store.commit(name, generation, &record).unwrap()));
            set("sql AS 'UPDATE one SET commits = commits + 1 RETURNING commits * 64 + 1'");
            rates[2].push(rate(&|store, name, generation, _| store.commit(name, generation, &record).unwrap()));
            set(&format!("plpgsql AS $body${parts}$body$"));
        }
        let [plain, counted, one] = rates.map(|mut rates| {
            rates.sort_by(f64::total_cmp);
            rates[rounds / 2]
        });
        println!(
            "{clients} clients: {plain:.0} plain updates/s, {counted:.0} commits/s ({:.2}x), by one counter {one:.0}/s ({:.2}x)",
            plain / counted,
            plain / one
        );
        assert!(plain / counted < 2.0, "counting costs {:.2}x", plain / counted);
        if clients > 8 {
            assert!(counted > one * 1.3, "one counter is as good: {counted:.0}/s and {one:.0}/s");
        }
    }
}
