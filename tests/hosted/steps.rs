//! Works in steps do what the direct way does: the same writes, requests and results, whatever fails; and a process that dies
//! between two steps loses what one that dies there would lose, and nothing else.

use crate::clock::Clock;
use crate::folder::Folder;
use crate::provider::{Lie, Provider};
use crate::rows::Memory;
use crate::service::{Habits, Rotation};
use crate::world::{NAME, grant_settings};
use osign::error::{Error, Keeping};
use osign::grant::store::Stored;
use osign::http::client::{Client, Options as ClientOptions};
use osign::http::{Request, Sender, Sent};
use osign::store::open::{OpenStore, Options, StoreKey};
use osign::store::steps::{Outcome, Step, Work, Write};
use osign::store::{Records, records_failed};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub(crate) const KEY: StoreKey<'_> = StoreKey::Key(&[7; 32]);
const PATIENCE: i64 = 0;

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// It fails, and nothing is written.
    Before,
    /// It fails, and is written.
    Behind,
    /// Somebody else has written.
    Conflict,
}

/// Rows in memory whose writes are noted, and fail as they are told.
#[derive(Clone, Default)]
pub(crate) struct Noted {
    pub(crate) rows: Memory,
    writes: Arc<Mutex<Vec<String>>>,
    faults: Arc<Mutex<Vec<Fault>>>,
}

impl Noted {
    fn write(&self, what: String, work: impl FnOnce(&Memory) -> Result<bool, Error>) -> Result<bool, Error> {
        self.writes.lock().unwrap().push(what);
        let fault = self.faults.lock().unwrap().pop().unwrap_or(Fault::None);
        match fault {
            Fault::None => work(&self.rows),
            Fault::Before => Err(records_failed("a fault")),
            Fault::Behind => work(&self.rows).and(Err(records_failed("a fault"))),
            Fault::Conflict => Ok(false),
        }
    }
}

impl Records for Noted {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.rows.load(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        let what = format!("acquire {name} {generation} {revision}");
        self.write(what, |rows| rows.acquire(name, generation, revision, record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.write(format!("commit {name} {generation}"), |rows| rows.commit(name, generation, record))
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.write(format!("add {name}"), |rows| rows.add(name, record))
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.write(format!("remove {name} {generation}"), |rows| rows.remove(name, generation))
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        let what = format!("rename {name} {generation} {new_name}");
        self.write(what, |rows| rows.rename(name, generation, new_name, record))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.rows.names()
    }
}

/// The table of a real host must not be asked: all comes by steps.
struct Nowhere;

impl Records for Nowhere {
    fn load(&self, _: &str) -> Result<Option<Stored>, Error> {
        panic!("asked")
    }
    fn acquire(&self, _: &str, _: u64, _: u64, _: &str) -> Result<bool, Error> {
        panic!("asked")
    }
    fn commit(&self, _: &str, _: u64, _: &str) -> Result<bool, Error> {
        panic!("asked")
    }
    fn add(&self, _: &str, _: &str) -> Result<bool, Error> {
        panic!("asked")
    }
    fn remove(&self, _: &str, _: u64) -> Result<bool, Error> {
        panic!("asked")
    }
    fn rename(&self, _: &str, _: u64, _: &str, _: &str) -> Result<bool, Error> {
        panic!("asked")
    }
    fn names(&self) -> Result<Vec<String>, Error> {
        panic!("asked")
    }
}

pub(crate) fn client() -> Client {
    let mut options = ClientOptions::default();
    options.allow_loopback_http = true;
    Client::new(&options).unwrap()
}

/// Does one step of a work, and tells what came of it.
pub(crate) fn act(work: &mut Work, rows: &dyn Records, sender: &dyn Sender) {
    let told = match work.step().expect("it is not over") {
        Step::Load { name } => match rows.load(name) {
            Ok(stored) => work.loaded(stored),
            Err(error) => work.failed(&error.to_string()),
        },
        Step::Names => {
            let names = rows.names().unwrap();
            work.names(names)
        }
        Step::Write(write) => {
            let written = match write {
                Write::Acquire { name, generation, revision, record } => {
                    rows.acquire(name, *generation, *revision, record)
                }
                Write::Commit { name, generation, record } => rows.commit(name, *generation, record),
                Write::Add { name, record } => rows.add(name, record),
                Write::Remove { name, generation } => rows.remove(name, *generation),
                Write::Rename { name, generation, new_name, record } => {
                    rows.rename(name, *generation, new_name, record)
                }
            };
            match written {
                Ok(is_written) => work.written(is_written),
                Err(error) => work.failed(&error.to_string()),
            }
        }
        Step::Send(request) => {
            let sent = sender.send(request, 30_000);
            work.sent(sent)
        }
        Step::Wait(until) => {
            let left = until - osign::system::milliseconds();
            thread::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0) + 1));
            work.waited()
        }
    };
    told.unwrap();
}

pub(crate) fn drive(work: Work, rows: &dyn Records, sender: &dyn Sender) -> Result<Outcome, Error> {
    let mut work = work;
    while work.step().is_some() {
        act(&mut work, rows, sender);
    }
    assert_eq!(work.written(true).unwrap_err(), Keeping::OutOfStep.into());
    work.take().expect("it is over")
}

/// One of both ways, with a service of its own.
pub(crate) struct Way {
    pub(crate) store: OpenStore,
    pub(crate) rows: Noted,
    pub(crate) client: Arc<Client>,
    pub(crate) provider: Provider,
    is_stepped: bool,
    _folder: Folder,
}

/// The name of what the tests do.
const OPERATIONS: [&str; 12] =
    ["token", "token", "token", "refused", "login", "revoke", "rename", "back", "export", "change", "remove", "list"];

impl Way {
    pub(crate) fn new(name: &str, habits: Habits, is_stepped: bool) -> Self {
        let folder = Folder::empty(name);
        let rows = Noted::default();
        let client = Arc::new(client());
        let provider = Provider::start(habits, &Clock::of(&folder.anchors()));
        let mut options = Options::default();
        options.anchors = Some(folder.anchors());
        options.beside = Some(folder.path("beside"));
        options.lease = Some(Duration::from_millis(400));
        let records: Arc<dyn Records> = if is_stepped { Arc::new(Nowhere) } else { Arc::new(rows.clone()) };
        let store = OpenStore::hosted("infobase", records, KEY, &options).unwrap().with_sender(client.clone());
        Self { store, rows, client, provider, is_stepped, _folder: folder }
    }

    /// One or the other.
    fn ask(
        &self,
        directly: impl FnOnce(&OpenStore) -> Result<Outcome, Error>,
        work: impl FnOnce(&OpenStore) -> Work,
    ) -> Result<Outcome, Error> {
        if self.is_stepped { drive(work(&self.store), &self.rows, &*self.client) } else { directly(&self.store) }
    }

    /// The access tokens have ended. How a grant stands is not sealed.
    pub(crate) fn expire(&self) {
        for row in self.rows.rows.rows().values_mut() {
            if let Some((before, behind)) = row.record.split_once("\"expires_at\":") {
                row.record = format!("{before}\"expires_at\":1{}", behind.trim_start_matches(char::is_numeric));
            }
        }
    }

    fn token(&self) -> Result<Outcome, Error> {
        self.expire();
        self.ask(
            |store| store.access_token(NAME, 0, PATIENCE).map(Outcome::Token),
            |store| Work::access_token(store, NAME, 0, PATIENCE),
        )
    }

    pub(crate) fn add(&self) {
        let settings = grant_settings(&self.provider);
        self.ask(
            |store| store.add(NAME, settings.clone()).map(|()| Outcome::Done),
            |store| Work::add(store, NAME, settings.clone()),
        )
        .map(drop)
        .unwrap();
    }

    pub(crate) fn log_in(&self) -> Result<Outcome, Error> {
        let begun = self.ask(
            |store| store.begin_login(NAME, None).map(|url| Outcome::Text(url, 0)),
            |store| Work::begin_login(store, NAME, None),
        )?;
        let Outcome::Text(url, _) = begun else { panic!("an address") };
        let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
        let code = self.provider.service().consent();
        let callback = format!("http://127.0.0.1:9/callback?code={code}&state={state}");
        self.ask(
            |store| store.finish_login(NAME, &callback, PATIENCE).map(Outcome::Token),
            |store| Work::finish_login(store, NAME, &callback, PATIENCE),
        )
    }

    fn operate(&self, operation: &str) -> Result<Outcome, Error> {
        let done = |result: Result<(), Error>| result.map(|()| Outcome::Done);
        match operation {
            "token" => self.token(),
            "refused" => self.ask(
                |store| store.refused(NAME, 2, 401, PATIENCE).map(Outcome::Token),
                |store| Work::refused(store, NAME, 2, 401, PATIENCE),
            ),
            "login" => self.log_in(),
            "revoke" => self.ask(
                |store| store.revoke(NAME, PATIENCE).map(Outcome::Flag),
                |store| Work::revoke(store, NAME, PATIENCE),
            ),
            "rename" => self.ask(
                |store| done(store.rename(NAME, "erp", PATIENCE)),
                |store| Work::rename(store, NAME, "erp", PATIENCE),
            ),
            "back" => self.ask(
                |store| done(store.rename("erp", NAME, PATIENCE)),
                |store| Work::rename(store, "erp", NAME, PATIENCE),
            ),
            "export" => self
                .ask(|store| done(store.exported(NAME, 7, PATIENCE)), |store| Work::exported(store, NAME, 7, PATIENCE)),
            "change" => {
                let settings = grant_settings(&self.provider);
                self.ask(
                    |store| done(store.replace(NAME, settings.clone(), PATIENCE)),
                    |store| Work::replace(store, NAME, settings.clone(), PATIENCE),
                )
            }
            "remove" => {
                self.ask(|store| done(store.remove(NAME, PATIENCE)), |store| Work::remove(store, NAME, PATIENCE))
            }
            _ => self
                .ask(|store| store.list_as_json().map(|json| Outcome::Text(json, 0)), |store| Work::list(store, None)),
        }
    }

    /// What anybody could see of it, but for times.
    fn seen(&self, result: Result<Outcome, Error>) -> String {
        let result = match result {
            Ok(Outcome::Token(token)) => format!("token {}", token.generation),
            Ok(Outcome::Flag(flag)) => flag.to_string(),
            Ok(Outcome::Done) => "done".to_owned(),
            Ok(Outcome::Text(..)) => "text".to_owned(),
            Ok(_) => "request".to_owned(),
            Err(error) => error.word().to_owned(),
        };
        let rows: Vec<_> = {
            let rows = self.rows.rows.rows();
            rows.iter().map(|(name, row)| format!("{name} {} {}", row.generation, row.revision)).collect()
        };
        let writes = std::mem::take(&mut *self.rows.writes.lock().unwrap());
        self.rows.faults.lock().unwrap().clear();
        format!("{result}; {writes:?}; {rows:?}; {} sends", self.provider.sends())
    }
}

const LIES: [Lie; 7] = [
    Lie::None,
    Lie::DropBefore,
    Lie::DropAfter,
    Lie::After(502),
    Lie::Html,
    Lie::TooMany(Some(1)),
    Lie::RejectedWith200,
];

fn habits() -> impl Strategy<Value = Habits> {
    prop::sample::select(vec![
        Habits::STRICT,
        Habits::FAMILY,
        Habits::of(Rotation::None),
        Habits::of(Rotation::Timed { seconds: 60, count: None }),
        Habits::of(Rotation::UntilNewRefreshUsed { cap: None }),
    ])
}

fn fault() -> impl Strategy<Value = Fault> {
    prop::sample::select(vec![Fault::None, Fault::None, Fault::None, Fault::Before, Fault::Behind, Fault::Conflict])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn steps_do_what_the_direct_way_does(
        habits in habits(),
        operations in prop::collection::vec(
            (prop::sample::select(&OPERATIONS[..]), prop::sample::select(&LIES[..]), prop::collection::vec(fault(), 0..4)),
            1..6,
        ),
    ) {
        let ways = [Way::new("direct", habits, false), Way::new("stepped", habits, true)];
        for way in &ways {
            way.add();
            way.log_in().map(drop).unwrap();
        }
        for (operation, lie, faults) in operations {
            // Both at once: what waits waits for the same.
            let seen: Vec<String> = thread::scope(|scope| {
                let both: Vec<_> = ways.iter().map(|way| {
                    let faults = &faults;
                    scope.spawn(move || {
                        if lie != Lie::None {
                            way.provider.lie(&[lie]);
                        }
                        way.rows.faults.lock().unwrap().clone_from(faults);
                        let result = way.operate(operation);
                        way.seen(result)
                    })
                }).collect();
                both.into_iter().map(|one| one.join().unwrap()).collect()
            });
            prop_assert_eq!(&seen[0], &seen[1], "{} {:?} {:?}", operation, lie, faults);
        }
    }
}

/// The process dies before or behind each step of a refresh. Whoever comes after the lease loses the grant only where the pair
/// was at the dead one alone and the service takes no old token.
#[test]
fn a_death_between_two_steps_costs_what_the_policy_says() {
    for habits in [
        Habits::STRICT,
        Habits::FAMILY,
        Habits::of(Rotation::None),
        Habits::of(Rotation::UntilNewRefreshUsed { cap: None }),
    ] {
        for at in 0.. {
            let way = Way::new("dies", habits, true);
            way.add();
            way.log_in().map(drop).unwrap();
            way.expire();
            let mut work = Work::access_token(&way.store, NAME, 0, PATIENCE);
            let mut names = Vec::new();
            for _ in 0..at {
                if work.step().is_some() {
                    names.push(format!("{:?}", work.step().unwrap()).split([' ', '(']).next().unwrap().to_owned());
                    act(&mut work, &way.rows, &*way.client);
                }
            }
            if work.step().is_none() {
                assert_eq!(names, ["Load", "Write", "Send", "Write"], "one row, an intent, a request, a pair");
                break;
            }
            drop(work);
            thread::sleep(Duration::from_millis(450));
            let word = |result: Result<Outcome, Error>| match result {
                Ok(Outcome::Token(token)) => token.generation.to_string(),
                Ok(_) => panic!("a token"),
                Err(error) => error.word().to_owned(),
            };
            let after = word(way.token());
            let expected = match at {
                // Nothing has been written.
                0 | 1 => "3",
                // An intent stands there, and nobody knows what became of it.
                _ if habits.family => "owner-unknown",
                2 => "3",
                // The pair came, and died with the process.
                _ if habits.saves() => "3",
                _ => "lost-pair",
            };
            assert_eq!(after, expected, "{habits:?} behind {names:?}");
        }
    }
}

#[test]
fn what_is_told_out_of_step_changes_nothing() {
    let way = Way::new("out-of-step", Habits::STRICT, true);
    way.add();
    let mut work = Work::access_token(&way.store, NAME, 0, PATIENCE);
    let out_of_step = || Err(Keeping::OutOfStep.into());
    assert!(matches!(work.step(), Some(Step::Load { name }) if name == NAME));
    assert_eq!(work.written(true), out_of_step());
    assert_eq!(work.waited(), out_of_step());
    assert_eq!(work.names(Vec::new()), out_of_step());
    assert_eq!(work.sent(Sent::Lost(osign::http::Trouble::Broken)), out_of_step());
    assert!(work.take().is_none());
    work.failed("no\nconnection").unwrap();
    let Some(Err(error)) = work.take() else { panic!("it is over") };
    assert_eq!(error, Keeping::RecordsFailed { error: "noconnection".to_owned() }.into());
    assert!(work.take().is_none());
    assert_eq!(work.loaded(None), out_of_step());
    // Over a store that is no host's there are no steps: it is done at once.
    let folder = Folder::empty("sqlite");
    let mut options = Options::default();
    options.anchors = Some(folder.anchors());
    let url = format!("sqlite:{}", folder.path("store.db").display());
    let store = OpenStore::create(&url, KEY, &options).unwrap();
    let mut at_once = Work::check(&store, 0);
    assert!(at_once.step().is_none());
    assert_eq!(at_once.written(true), out_of_step());
    assert!(matches!(at_once.take(), Some(Ok(Outcome::Text(json, 0))) if json == store.check_as_json(0).unwrap()));
    assert!(at_once.take().is_none());
    let error = Work::access_token(&store, "nobody", 0, 0).take().unwrap().map(drop).unwrap_err();
    assert_eq!(error, store.access_token("nobody", 0, 0).map(drop).unwrap_err());
}

/// Whoever waits for another looks seldom, and each look is one row.
#[test]
fn who_waits_for_another_asks_for_a_row_now_and_then() {
    let way = Way::new("waits", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    way.expire();
    let mut first = Work::access_token(&way.store, NAME, 0, 5000);
    while !matches!(first.step(), Some(Step::Send(_))) {
        act(&mut first, &way.rows, &*way.client);
    }
    let mut second = Work::access_token(&way.store, NAME, 0, 5000);
    let mut loads = 0;
    let mut sends = 0;
    while second.step().is_some() {
        loads += usize::from(matches!(second.step(), Some(Step::Load { .. })));
        sends += usize::from(matches!(second.step(), Some(Step::Send(_))));
        if loads == 2 && first.step().is_some() {
            act(&mut first, &way.rows, &*way.client);
            act(&mut first, &way.rows, &*way.client);
            assert!(first.step().is_none());
        }
        act(&mut second, &way.rows, &*way.client);
    }
    let Some(Ok(Outcome::Token(token))) = second.take() else { panic!("a token") };
    assert_eq!((token.generation, sends), (3, 0));
    assert!(loads <= 4, "{loads} loads");
}

/// What was read before a request was sent may be another's by the time that its answer is there.
#[test]
fn a_row_is_read_again_behind_a_request() {
    let way = Way::new("again", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    way.expire();
    let mut first = Work::access_token(&way.store, NAME, 0, PATIENCE);
    while !matches!(first.step(), Some(Step::Send(_))) {
        act(&mut first, &way.rows, &*way.client);
    }
    // It is held up, and another one renews the grant meanwhile.
    thread::sleep(Duration::from_millis(450));
    assert!(matches!(way.token(), Ok(Outcome::Token(token)) if token.generation == 3));
    way.rows.writes.lock().unwrap().clear();
    let body = br#"{"error": "invalid_grant"}"#;
    first.sent(Sent::Answer(osign::http::Answer::new(400, body))).unwrap();
    assert!(matches!(first.step(), Some(Step::Load { .. })));
    act(&mut first, &way.rows, &*way.client);
    assert!(matches!(first.take(), Some(Ok(Outcome::Token(token))) if token.generation == 3));
    assert!(way.rows.writes.lock().unwrap().is_empty());
}

/// The same row in the hands of two: the one that comes later has an old one, which is no restored one.
#[test]
fn a_row_that_was_told_a_moment_too_early_is_not_restored() {
    let way = Way::new("early", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    way.expire();
    let mut first = Work::access_token(&way.store, NAME, 0, PATIENCE);
    let row = way.rows.load(NAME).unwrap();
    assert!(matches!(way.token(), Ok(Outcome::Token(token)) if token.generation == 3));
    first.loaded(row).unwrap();
    assert!(matches!(first.step(), Some(Step::Load { .. })));
    while first.step().is_some() {
        act(&mut first, &way.rows, &*way.client);
    }
    assert!(matches!(first.take(), Some(Ok(Outcome::Token(token))) if token.generation == 3));
}

/// A pair that the table does not take is kept here once, and finds its place.
#[test]
fn a_pair_that_is_not_taken_is_kept_on_this_machine() {
    let way = Way::new("spilled", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    // The intent is written, and then nothing.
    let faults = std::iter::repeat_n(Fault::Before, 20).chain([Fault::None]).collect();
    *way.rows.faults.lock().unwrap() = faults;
    assert_eq!(way.token().map(drop).unwrap_err().word(), "not-saved");
    way.rows.faults.lock().unwrap().clear();
    let kept = drive(Work::access_token(&way.store, NAME, 0, PATIENCE), &way.rows, &*way.client);
    let Ok(Outcome::Token(token)) = kept else { panic!("a token") };
    assert_eq!((token.generation, way.provider.sends()), (3, 2));
}

/// A request that the host sends is sent by nobody else.
#[test]
fn the_sender_of_the_store_is_not_asked() {
    struct Never;
    impl Sender for Never {
        fn send(&self, _: &Request, _: u64) -> Sent {
            panic!("asked")
        }
    }
    let mut way = Way::new("sender", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    let mut options = Options::default();
    options.anchors = Some(way._folder.anchors());
    options.beside = Some(way._folder.path("beside"));
    way.store = OpenStore::hosted("infobase", Arc::new(Nowhere), KEY, &options).unwrap().with_sender(Arc::new(Never));
    assert!(matches!(way.token(), Ok(Outcome::Token(token)) if token.generation == 3));
}
