//! Tables that are slow, that fail at the worst moment, that take no write, or that say something wrong once.

use crate::rows::Memory;
use crate::service::{Habits, Rotation};
use crate::world::{Host, LEASE, NAME, PATIENCE, SHORT, World, grant, open, options};
use osign::error::{Error, Keeping, Quarantine};
use osign::grant::record::Status;
use osign::grant::store::{Store, Stored};
use osign::store::{HostStore, Records};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The host waits for the lock of a row, and meanwhile its intent grows old.
#[test]
fn an_intent_that_was_written_too_late_is_not_sent_for() {
    for habits in [Habits::STRICT, Habits::FAMILY, Habits::of(Rotation::UntilNewRefreshUsed { cap: None })] {
        let world = World::expired("slow", habits);
        let slow = |step: &str| {
            let held_up = AtomicBool::new(false);
            let step = step.to_owned();
            let (clock, host) = (&world.clock, &world.hosts[1]);
            move |at: &str| {
                if at == step && !held_up.swap(true, Ordering::Relaxed) {
                    clock.skip(LEASE + 1000);
                }
                if at == "before send" {
                    let begun = host.grant().state.open_intent().unwrap().at;
                    assert!(clock.now() - begun < LEASE / 2, "its lock is over");
                }
                Ok(())
            }
        };
        for (step, generation) in [("before acquire", 3), ("behind acquire", 4)] {
            let token = world.hosts[0].watched(&slow(step), |keeper| keeper.access_token(NAME, 0, 10 * LEASE)).unwrap();
            assert_eq!(token.generation, generation, "{step}");
            world.is_well(generation);
            world.expire();
        }
        // Without the time for another try nothing is left behind.
        let error = world.hosts[0].watched(&slow("before acquire"), |keeper| keeper.access_token(NAME, 0, SHORT));
        assert_eq!(error.unwrap_err().word(), "waiting");
        assert_eq!(world.sends(), 2);
        world.is_well(4);
    }
}

/// The same of a login, whose code was not sent.
#[test]
fn a_code_whose_intent_was_written_too_late_may_be_sent_later() {
    let world = World::new("slow login", Habits::STRICT);
    let url = world.hosts[0].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap();
    let callback = format!("http://127.0.0.1:9/callback?code={}&state={state}", world.provider.service().consent());
    let slow = |at: &str| {
        if at == "before acquire" {
            world.clock.skip(LEASE + 1000);
        }
        Ok(())
    };
    let error = world.hosts[0].watched(&slow, |keeper| keeper.finish_login(NAME, &callback, SHORT)).unwrap_err();
    assert_eq!((error.word(), world.sends()), ("waiting", 0));
    assert_eq!(world.hosts[0].keep(|keeper| keeper.finish_login(NAME, &callback, SHORT)).unwrap().generation, 3);
}

/// What is told to have failed has not taken the only pair away.
#[test]
fn a_change_that_fails_leaves_the_grant_as_it_was() {
    let change = |world: &World, what: &str, gate: crate::watched::Gate<'_>| {
        world.hosts[0].watched(gate, |keeper| match what {
            "exported" => {
                let (_, revision) = keeper.grant_at(NAME)?;
                keeper.exported(NAME, revision, SHORT)
            }
            "revoke here" => keeper.revoke_here(NAME, SHORT),
            _ => {
                let mut new = grant(&world.provider);
                new.settings.client_id = "another".to_owned();
                keeper.replace(&new, SHORT)
            }
        })
    };
    for what in ["exported", "revoke here", "replace"] {
        let world = World::new("fails", Habits::STRICT);
        let before = world.hosts[1].grant();
        for step in ["before commit", "before load"] {
            let commits = AtomicUsize::new(0);
            let fails = |at: &str| {
                let begun = commits.fetch_add(usize::from(at == "before commit"), Ordering::Relaxed);
                let is_now = at == "before commit" || (at == step && begun > 0);
                if is_now { Err(Keeping::ForkedStore.into()) } else { Ok(()) }
            };
            let error = change(&world, what, &fails).unwrap_err();
            assert_eq!(error, Keeping::ForkedStore.into(), "{what}");
            let grant = world.hosts[1].grant();
            assert_eq!(grant, before, "{what}");
            assert_eq!(grant.state.status, Status::Active);
        }
        world.expire();
        assert_eq!(world.hosts[1].token().unwrap().generation, 3, "{what}");
        world.is_well(3);
        // A write that fails once, and one that only seems to.
        for (step, at_most) in [("before commit", 1), ("behind commit", 1)] {
            let world = World::new("fails once", Habits::STRICT);
            let count = AtomicUsize::new(0);
            let fails = |at: &str| match at == step && count.fetch_add(1, Ordering::Relaxed) < at_most {
                true => Err(Keeping::ForkedStore.into()),
                false => Ok(()),
            };
            change(&world, what, &fails).unwrap();
            assert_eq!(world.hosts[1].grant().secrets.refresh, None, "{what} {step}");
        }
    }
}

/// Rows that anybody may read; while they are stuck, no write changes one.
#[derive(Clone, Default)]
struct Stuck {
    rows: Memory,
    is_stuck: Arc<AtomicBool>,
    writes: Arc<AtomicUsize>,
}

impl Stuck {
    fn write(&self, write: impl FnOnce() -> Result<bool, Error>) -> Result<bool, Error> {
        assert!(self.writes.fetch_add(1, Ordering::Relaxed) < 1000, "on and on");
        if self.is_stuck.load(Ordering::Relaxed) { Ok(false) } else { write() }
    }
}

impl Records for Stuck {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.rows.load(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.write(|| self.rows.acquire(name, generation, revision, record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.write(|| self.rows.commit(name, generation, record))
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.write(|| self.rows.add(name, record))
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.write(|| self.rows.remove(name, generation))
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.write(|| self.rows.rename(name, generation, new_name, record))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.rows.names()
    }
}

#[test]
fn a_table_that_takes_no_write_is_an_error_after_a_few() {
    let world = World::new("stuck", Habits::STRICT);
    let rows = Stuck::default();
    let host = Host::with(open("stuck", rows.clone(), &world.folders[0]), &world.clock, "the one");
    host.keep(|keeper| keeper.add(&grant(&world.provider))).unwrap();
    host.log_in(&world.provider).unwrap();
    let spilled = host.store.peek(NAME).unwrap().unwrap().record;
    world.expire();
    rows.is_stuck.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    type Ask<'a> = &'a dyn Fn(i64) -> Result<(), Error>;
    let asks: [Ask<'_>; 3] = [
        &|patience| host.keep(|keeper| keeper.access_token(NAME, 0, patience)).map(drop),
        &|patience| host.keep(|keeper| keeper.refused(NAME, 2, 401, patience)).map(drop),
        &|_| host.keep(|keeper| keeper.begin_login(NAME, None)).map(drop),
    ];
    for ask in asks {
        rows.writes.store(0, Ordering::Relaxed);
        assert_eq!(ask(PATIENCE).unwrap_err().word(), "records-failed");
        assert_eq!(rows.writes.load(Ordering::Relaxed), 3);
    }
    // Without patience it is not tried so often.
    for ask in &asks[..2] {
        assert_eq!(ask(0).unwrap_err().word(), "busy");
    }
    rows.writes.store(0, Ordering::Relaxed);
    assert_eq!(host.keep(|keeper| keeper.revoke_here(NAME, SHORT)).unwrap_err().word(), "busy");
    // A pair that lies beside it stays there.
    host.store.spill(NAME, &spilled).unwrap();
    host.store.commit(NAME, 1, &spilled).unwrap();
    let mut older = host.sealer.open(NAME, &spilled).unwrap();
    older.secrets.refresh = Some(osign::grant::Kept::new("another"));
    host.store.spill(NAME, &host.sealer.seal(&older, &[9; 24][..].try_into().unwrap()).unwrap()).unwrap();
    assert!(host.keep(|keeper| keeper.access_token(NAME, 0, SHORT)).is_err());
    assert!(host.store.spilled(NAME).unwrap().is_some());
    let other = |_: &str, record: &str| Ok(Some(record.to_owned()));
    host.store.forget_spilled(NAME).unwrap();
    assert_eq!(host.store.rekey(other).unwrap_err().word(), "records-failed");
    assert!(rows.writes.load(Ordering::Relaxed) < 50);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(world.sends(), 1, "the login alone");
}

/// One wrong answer of a table must not make all right ones look restored.
#[test]
fn a_number_that_no_record_bears_out_is_not_remembered() {
    let world = World::new("wrong", Habits::STRICT);
    let right = world.rows.rows()[NAME].clone();
    let wrong = Stored { generation: i64::MAX as u64, ..right.clone() };
    for name in [NAME, "erp"] {
        world.rows.rows().insert(name.to_owned(), wrong.clone());
    }
    world.rows.rows().insert("third".to_owned(), Stored { generation: u64::MAX / 2 + 2, ..right.clone() });
    for host in &world.hosts {
        assert_eq!(host.token().unwrap_err().word(), "tampered");
        assert!(host.store.info().is_ok());
    }
    for name in ["erp", "third"] {
        world.rows.rows().remove(name);
    }
    world.rows.rows().insert(NAME.to_owned(), right);
    world.expire();
    for host in [&world.hosts[0], &world.reopen(1)] {
        assert_eq!(host.store.quarantine(), Ok(None));
        assert_eq!(host.token().unwrap().generation, 3);
    }
}

/// Nobody can adopt it, and so it would keep the store in quarantine for ever.
#[test]
fn a_damaged_record_of_another_environment_can_be_removed() {
    let world = World::new("damaged", Habits::STRICT);
    let mut options = options(&world.folders[1]);
    options.environment = Some("the test's".to_owned());
    let store = HostStore::new("infobase", Arc::new(world.rows.clone()), &options).unwrap();
    let copy = Host::with(store, &world.clock, "the copy");
    let quarantined: Error = Keeping::Quarantined { why: Quarantine::Moved }.into();
    let remove = || copy.keep(|keeper| keeper.remove(NAME, SHORT));
    assert_eq!(remove(), Err(quarantined.clone()), "a person may adopt it");
    {
        let mut rows = world.rows.rows();
        let row = rows.get_mut(NAME).unwrap();
        let (before, sealed) = row.record.split_once("\"sealed\":\"").unwrap();
        let first = if sealed.starts_with('A') { 'B' } else { 'A' };
        row.record = format!("{before}\"sealed\":\"{first}{}", &sealed[1..]);
    }
    assert_eq!(copy.token().unwrap_err(), quarantined);
    assert_eq!(remove(), Ok(()));
    assert_eq!(copy.store.quarantine(), Ok(None));
    assert_eq!(remove().unwrap_err().word(), "unknown-grant");
}
