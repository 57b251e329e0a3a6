//! Credentials that a table did not take, and that another generation has overtaken.

use crate::rows::Memory;
use crate::world::{PATIENCE, World, word};
use osign::error::Error;
use osign::grant::Grant;
use osign::grant::bundle::{Lock, Purpose};
use osign::grant::key::{Key, Keys};
use osign::grant::record::Status;
use osign::grant::seal::{Sealer, origin};
use osign::grant::store::Stored;
use osign::http::{Request, Sender, Sent, Trouble};
use osign::store::open::{OpenStore, Options, StoreKey};
use osign::store::{Records, records_failed};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long an intent holds a grant.
const LEASE: Duration = Duration::from_secs(4);

/// A table that is away, or does not take so many commits, or before the next one of which something happens.
#[derive(Clone, Default)]
struct Failing {
    rows: Memory,
    failures: Arc<AtomicUsize>,
    before_commit: Arc<Mutex<Option<Happening>>>,
    is_away: Arc<AtomicBool>,
}

impl Failing {
    fn check(&self) -> Result<(), Error> {
        if self.is_away.load(Ordering::Relaxed) { Err(records_failed("away")) } else { Ok(()) }
    }
}

type Happening = Box<dyn FnOnce() + Send>;

const FOR_EVER: usize = usize::MAX / 2;

impl Records for Failing {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.check()?;
        self.rows.load(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.check()?;
        self.rows.acquire(name, generation, revision, record)
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        let happening = self.before_commit.lock().unwrap().take();
        if let Some(happening) = happening {
            happening();
        }
        self.check()?;
        if self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            return Err(records_failed("no room"));
        }
        self.rows.commit(name, generation, record)
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.rows.add(name, record)
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.rows.remove(name, generation)
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.rows.rename(name, generation, new_name, record)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.rows.names()
    }
}

/// Two hosts of one table, the first of which has credentials that the table did not take.
struct Hosts {
    world: World,
    table: Failing,
    first: OpenStore,
    second: OpenStore,
    /// The token's secret among those that the table did not take, which the first host has.
    spilled: String,
}

impl Hosts {
    fn new() -> Self {
        let mut hosts = Self::saved();
        hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
        assert_eq!(word(log_in(&hosts.world, &hosts.first)), "not-saved");
        hosts.table.failures.store(0, Ordering::Relaxed);
        let secrets = hosts.world.provider.secrets();
        hosts.spilled.clone_from(&secrets[secrets.len() - 2]);
        assert!(hosts.is_left());
        hosts
    }

    /// Those before anything has failed.
    fn saved() -> Self {
        let (world, table) = (World::new(), Failing::default());
        let first = open(&world, "first", Arc::new(table.clone()));
        let second = open(&world, "second", Arc::new(table.rows.clone()));
        first.add("photos", world.settings(&[("renew_url", &format!("{}/renew", world.provider.url))])).unwrap();
        log_in(&world, &first).unwrap();
        Self { world, table, first, second, spilled: String::new() }
    }

    /// The first host finds room for what it has, as the lock of the grant is taken for whatever there is.
    fn take_in(&self) -> Grant {
        self.first.begin_login("photos", None).unwrap();
        assert!(!self.is_left(), "nothing is left beside the table");
        self.first.grant("photos").unwrap()
    }

    /// Whether something lies beside the table.
    fn is_left(&self) -> bool {
        self.first.info().unwrap().spilled == ["photos"]
    }

    /// A call by the first host: the status, and the secret that is in the table then.
    fn call(&self) -> (u16, String) {
        let url = format!("{}/api/x", self.world.provider.url);
        let (request, _) = self.first.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
        let status = self.world.send(&request).status;
        (status, secret(&self.second.grant("photos").unwrap()).to_owned())
    }
}

fn open(world: &World, name: &str, records: Arc<dyn Records>) -> OpenStore {
    open_by(world, name, records, 7)
}

fn open_by(world: &World, name: &str, records: Arc<dyn Records>, key: u8) -> OpenStore {
    let mut options = Options::default();
    options.anchors = Some(world.folder.join(format!("anchors-{name}")));
    options.beside = Some(world.folder.join(format!("beside-{name}")));
    options.lease = Some(LEASE);
    OpenStore::hosted("infobase", records, StoreKey::Key(&[key; 32]), &options).unwrap()
}

fn log_in(world: &World, store: &OpenStore) -> Result<(), Error> {
    // Times are told in milliseconds.
    std::thread::sleep(std::time::Duration::from_millis(2));
    let came_to = world.provider.agree(&store.begin_login("photos", None)?);
    store.finish_login("photos", &came_to, PATIENCE).map(drop)
}

fn secret(grant: &Grant) -> &str {
    grant.secrets.token_secret.as_ref().map_or("", |secret| secret.expose())
}

/// The service may have ended the ones before with them.
#[test]
fn later_credentials_take_the_place_of_those_that_were_kept() {
    let hosts = Hosts::new();
    hosts.second.replace("photos", hosts.world.settings(&[("realm", "Photos")]), PATIENCE).unwrap();
    let before = hosts.second.grant("photos").unwrap();
    assert_ne!(secret(&before), hosts.spilled);
    let grant = hosts.take_in();
    assert_eq!((secret(&grant), grant.generation), (hosts.spilled.as_str(), before.generation + 1));
    assert_ne!(grant.secrets.access, before.secrets.access);
    assert!(grant.state.obtained_at > before.state.obtained_at && grant.state.status == Status::Active);
    assert_eq!(grant.settings, before.settings, "what was set meanwhile stays");
    hosts.world.provider.take();
    let url = format!("{}/api/x", hosts.world.provider.url);
    let (request, _) = hosts.second.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert_eq!(hosts.world.send(&request).status, 200);
    hosts.world.provider.only();
}

/// By the clocks of two machines nobody knows for certain which are the later ones, so a person has them until the next login.
#[test]
fn earlier_credentials_are_left_until_a_login() {
    let hosts = Hosts::new();
    log_in(&hosts.world, &hosts.second).unwrap();
    let before = hosts.second.grant("photos").unwrap();
    hosts.first.begin_login("photos", None).unwrap();
    assert_eq!(hosts.call(), (200, secret(&before).to_owned()));
    assert!(hosts.is_left(), "it is told of");
    assert_eq!(hosts.first.grant("photos").unwrap().generation, before.generation);
    log_in(&hosts.world, &hosts.first).unwrap();
    assert!(!hosts.is_left());
}

/// Those that are in the table may have ended with the renewal.
#[test]
fn a_call_takes_in_what_lies_beside() {
    let hosts = Hosts::saved();
    let before = secret(&hosts.first.grant("photos").unwrap()).to_owned();
    hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    assert_eq!(hosts.call(), (401, before), "the table takes nothing yet, and what is there signs");
    hosts.table.failures.store(0, Ordering::Relaxed);
    let (status, after) = hosts.call();
    assert_eq!((status, hosts.world.provider.secrets().contains(&after), hosts.is_left()), (200, true, false));
    assert_eq!(hosts.first.grant("photos").unwrap().generation, 3);
}

/// What keeps a table from a commit is often over in a second.
#[test]
fn a_commit_is_tried_for_a_while() {
    let hosts = Hosts::saved();
    hosts.table.failures.store(4, Ordering::Relaxed);
    let begun = std::time::Instant::now();
    assert_eq!(hosts.first.renew("photos", PATIENCE).unwrap().generation, 3);
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(!hosts.is_left());
    assert_eq!(hosts.call().0, 200);
}

/// A renewal that was held up beyond its lease has the newest credentials all the same.
#[test]
fn what_another_generation_has_overtaken_lies_beside() {
    let hosts = Hosts::saved();
    let settings = hosts.world.settings(&[("realm", "Photos")]);
    let second = open(&hosts.world, "second", Arc::new(hosts.table.rows.clone()));
    *hosts.table.before_commit.lock().unwrap() = Some(Box::new(move || {
        std::thread::sleep(LEASE + Duration::from_millis(100));
        second.replace("photos", settings, PATIENCE).unwrap();
    }));
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    assert!(hosts.is_left());
    assert_eq!(hosts.call().0, 200);
    let grant = hosts.second.grant("photos").unwrap();
    assert_eq!((grant.generation, grant.settings.overrides.len(), hosts.is_left()), (4, 5, false));
}

/// Where a request of another host's is under way, its answer is not taken from it.
#[test]
fn nothing_is_taken_in_while_another_host_has_the_grant() {
    struct During(Mutex<Option<Happening>>);
    impl Sender for During {
        fn send(&self, _: &Request, _: u64) -> Sent {
            self.0.lock().unwrap().take().unwrap()();
            Sent::NotSent(Trouble::NoConnection)
        }
    }
    let hosts = Hosts::new();
    let (first, url) = (open(&hosts.world, "first", Arc::new(hosts.table.clone())), hosts.world.provider.url.clone());
    let call = move || {
        first.authorize("photos", "GET", &format!("{url}/api/x"), None, 0, PATIENCE).unwrap();
        assert_eq!(word(first.replace("photos", crate::world::made([("kind", "static"), ("secret", "k")]), 0)), "busy");
        assert_eq!(first.grant("photos").unwrap().generation, 2);
        assert_eq!(first.info().unwrap().spilled, ["photos"]);
    };
    std::thread::sleep(Duration::from_millis(2));
    let second = open(&hosts.world, "second", Arc::new(hosts.table.rows.clone()))
        .with_sender(Arc::new(During(Mutex::new(Some(Box::new(call))))));
    assert_eq!(word(second.renew("photos", PATIENCE)), "service-unreachable");
    assert_eq!(hosts.call(), (200, hosts.spilled.clone()));
}

#[test]
fn a_login_that_was_begun_meanwhile_goes_on() {
    let hosts = Hosts::new();
    let came_to = hosts.world.provider.agree(&hosts.second.begin_login("photos", None).unwrap());
    assert_eq!(hosts.call(), (200, hosts.spilled.clone()));
    assert!(!hosts.is_left());
    hosts.second.finish_login("photos", &came_to, PATIENCE).unwrap();
    assert_eq!(hosts.second.grant("photos").unwrap().generation, 4);
}

/// What no record has room for stays where it is, and keeps nobody from anything.
#[test]
fn what_has_no_room_keeps_nobody_from_the_grant() {
    let hosts = Hosts::saved();
    let long = format!("oauth_token={}&oauth_token_secret=s", "t".repeat(2500));
    hosts.world.provider.lie("/renew", 200, "text/plain", &long);
    hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    hosts.table.failures.store(0, Ordering::Relaxed);
    let longer = [("realm", &*"r".repeat(4200)), ("revoke_url", &format!("{}/disconnect", hosts.world.provider.url))];
    hosts.second.replace("photos", hosts.world.settings(&longer), PATIENCE).unwrap();
    hosts.first.begin_login("photos", None).unwrap();
    hosts.call();
    hosts.first.replace("photos", hosts.world.settings(&longer), PATIENCE).unwrap();
    assert!(hosts.is_left());
    hosts.first.rename("photos", "boxes", PATIENCE).unwrap();
    hosts.first.rename("boxes", "photos", PATIENCE).unwrap();
    hosts.first.revoke("photos", PATIENCE).unwrap();
    assert_eq!(hosts.first.grant("photos").unwrap().state.status, Status::Revoked);
}

/// Nor does what cannot be read.
#[test]
fn what_cannot_be_read_keeps_nobody_from_ending_a_grant() {
    let hosts = Hosts::new();
    damage(&hosts.world.folder.join("beside-first"));
    hosts.call();
    assert!(hosts.first.begin_login("photos", None).is_err());
    hosts.first.revoke_here("photos", PATIENCE).unwrap();
    assert_eq!(hosts.first.grant("photos").unwrap().state.status, Status::Revoked);
    hosts.first.remove("photos", PATIENCE).unwrap();
    assert_eq!(word(hosts.first.grant("photos")), "unknown-grant");
}

/// Another host has sealed the table with another key since, and cannot see what lies here.
#[test]
fn what_an_older_key_has_sealed_keeps_nobody_from_the_grant() {
    let hosts = Hosts::new();
    std::thread::sleep(LEASE);
    let second = open_by(&hosts.world, "second", Arc::new(hosts.table.rows.clone()), 8);
    let second = second.and_older(StoreKey::Key(&[7; 32])).unwrap();
    assert_eq!(second.rekey().unwrap(), 1);
    let first = open_by(&hosts.world, "first", Arc::new(hosts.table.clone()), 8);
    first.begin_login("photos", None).unwrap();
    let revoke_url = format!("{}/disconnect", hosts.world.provider.url);
    let settings = hosts.world.settings(&[("revoke_url", &revoke_url)]);
    first.replace("photos", settings, PATIENCE).unwrap();
    assert!(first.revoke("photos", PATIENCE).unwrap());
    assert_eq!(first.info().unwrap().spilled, ["photos"], "it stays for a person, who has the older key");
    let both = open_by(&hosts.world, "first", Arc::new(hosts.table.clone()), 8);
    both.and_older(StoreKey::Key(&[7; 32])).unwrap().remove("photos", PATIENCE).unwrap();
    assert_eq!(first.info().unwrap().spilled, [""; 0]);
}

/// What is kept in a folder, and in those in it, is no text any more.
fn damage(folder: &Path) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            damage(&path);
        } else if path.extension().is_some_and(|kind| kind == "spill") {
            fs::write(path, [0xff; 9]).unwrap();
        }
    }
}

/// Hosts of which the first has renewed the token, and the table does not have the new one; the old one, which the service takes no
/// more.
fn renewed() -> (Hosts, String) {
    let hosts = Hosts::saved();
    let url = |path: &str| format!("{}/{path}", hosts.world.provider.url);
    let settings = hosts.world.settings(&[("revoke_url", &url("disconnect")), ("renew_url", &url("renew"))]);
    hosts.second.replace("photos", settings, PATIENCE).unwrap();
    hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    hosts.table.failures.store(0, Ordering::Relaxed);
    hosts.world.provider.take();
    let old = hosts.second.grant("photos").unwrap().secrets.access.unwrap().expose().to_owned();
    (hosts, old)
}

/// They live on at the service: whoever ends the grant on another host has ended others, which the service knew no more.
#[test]
fn credentials_of_a_grant_that_was_ended_elsewhere_stay_until_they_are_ended() {
    let (hosts, old) = renewed();
    hosts.world.provider.lie("/disconnect", 401, "text/plain", "oauth_problem=token_rejected");
    assert_eq!(word(hosts.second.revoke("photos", PATIENCE)), "not-revoked");
    hosts.second.revoke_here("photos", PATIENCE).unwrap();
    let before = hosts.second.grant("photos").unwrap();
    hosts.first.begin_login("photos", None).unwrap();
    let url = format!("{}/api/x", hosts.world.provider.url);
    assert_eq!(word(hosts.first.authorize("photos", "GET", &url, None, 0, PATIENCE)), "revoked");
    assert!(hosts.is_left(), "it is told of");
    let grant = hosts.first.grant("photos").unwrap();
    assert_eq!((grant.state.status, grant.generation), (Status::Revoked, before.generation));
    assert_eq!(word(hosts.first.revoke("photos", PATIENCE)), "not-revoked", "nothing else is left to end");
    assert!(hosts.is_left(), "the service did not say that it has ended");
    assert_eq!(hosts.first.grant("photos").unwrap().generation, before.generation);
    hosts.world.provider.be_honest();
    hosts.world.provider.take();
    assert!(hosts.first.revoke("photos", PATIENCE).unwrap());
    let seen = hosts.world.provider.only();
    assert!(seen.path == "/disconnect" && seen.parameter("oauth_token").is_some_and(|token| token != old), "{seen:?}");
    assert!(!hosts.is_left());
}

#[test]
fn who_ends_a_grant_here_alone_ends_what_lies_beside_as_well() {
    let (hosts, _) = renewed();
    hosts.second.revoke_here("photos", PATIENCE).unwrap();
    hosts.first.revoke_here("photos", PATIENCE).unwrap();
    assert!(!hosts.is_left());
}

/// It goes on then, as if the table had taken it.
#[test]
fn a_login_of_a_grant_that_had_ended_finds_its_place() {
    let hosts = Hosts::saved();
    hosts.first.revoke_here("photos", PATIENCE).unwrap();
    hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(log_in(&hosts.world, &hosts.first)), "not-saved");
    hosts.table.failures.store(0, Ordering::Relaxed);
    let grant = hosts.take_in();
    assert_eq!((grant.state.status, grant.generation), (Status::Active, 4));
    assert_eq!(grant.state.consented, Some((4, grant.state.obtained_at)));
    assert_eq!(hosts.call().0, 200);
}

/// What went elsewhere were those that stood in the table, and they may be good no more.
#[test]
fn credentials_of_a_grant_that_was_exported_elsewhere_stay() {
    let (hosts, _) = renewed();
    let lock = Lock::Passphrase(b"a passphrase of some length");
    let (_, revision) = hosts.second.export("photos", Purpose::Move, lock).unwrap();
    std::thread::sleep(LEASE);
    hosts.second.exported("photos", revision, PATIENCE).unwrap();
    hosts.first.begin_login("photos", None).unwrap();
    assert!(hosts.is_left());
}

/// Credentials for one account, and a table that says another: neither takes the place of the other unasked.
#[test]
fn credentials_for_another_account_stay() {
    let (world, table) = (World::new(), Failing::default());
    let first = open(&world, "first", Arc::new(table.clone()));
    let second = open(&world, "second", Arc::new(table.rows.clone()));
    let profile = "name = 'photos'\ntitle = 'Photos'\ngrant = 'oauth1'\n[account]\nhosts = ['{label}.example.com']\n";
    let settings = |realm: &str| {
        let renew_url = format!("{}/renew", world.provider.url);
        let set = [("account", "a.example.com"), ("realm", realm), ("renew_url", &renew_url)];
        world.settings(&[&[("profile", profile)], &set[..]].concat())
    };
    first.add("photos", settings("one")).unwrap();
    let log_in = |account: &str| {
        std::thread::sleep(Duration::from_millis(2));
        let came_to = world.provider.agree(&first.begin_login("photos", Some(account))?);
        first.finish_login("photos", &came_to, PATIENCE).map(drop)
    };
    log_in("a.example.com").unwrap();
    table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(log_in("b.example.com")), "not-saved");
    table.failures.store(0, Ordering::Relaxed);
    std::thread::sleep(LEASE);
    second.replace("photos", settings("two"), PATIENCE).unwrap();
    first.begin_login("photos", None).unwrap();
    assert_eq!(first.info().unwrap().spilled, ["photos"]);
    assert_eq!(first.grant("photos").unwrap().settings.account.as_deref(), Some("a.example.com"));
    first.renew("photos", PATIENCE).unwrap();
    assert_eq!(first.info().unwrap().spilled, ["photos"], "what a person agreed to is not a renewal's to forget");
}

/// With it goes the answer that nobody could read: what was in it may have been these.
#[test]
fn what_finds_its_place_ends_an_answer_that_nobody_could_read() {
    let hosts = Hosts::saved();
    hosts.world.provider.lie("/renew", 200, "text/plain", "<html>token</html>");
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "renewal-lost");
    assert!(hosts.first.grant("photos").unwrap().secrets.unread.is_some());
    hosts.world.provider.be_honest();
    hosts.table.failures.store(FOR_EVER, Ordering::Relaxed);
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    hosts.table.failures.store(0, Ordering::Relaxed);
    let grant = hosts.take_in();
    assert_eq!((grant.secrets.unread, grant.state.unread_at), (None, None));
}

/// The clock of the host that has the later login is behind.
#[test]
fn a_login_that_came_since_stands_whatever_clocks_say() {
    let hosts = Hosts::new();
    log_in(&hosts.world, &hosts.second).unwrap();
    let mut grant = hosts.second.grant("photos").unwrap();
    let newest = secret(&grant).to_owned();
    grant.state.obtained_at -= 10_000;
    let row = hosts.table.rows.load("photos").unwrap().unwrap();
    let (id, environment) = origin(&row.record).unwrap();
    let record = Sealer::new(Keys::new(Key::from_random(&[7; 32])), &id, &environment).seal(&grant, &[1; 24]).unwrap();
    assert!(hosts.table.rows.acquire("photos", row.generation, row.revision, &record).unwrap());
    assert_eq!((hosts.call(), hosts.is_left()), ((200, newest), true));
}

/// Whoever takes in what an own renewal brought is not kept waiting by its intent.
#[test]
fn the_intent_goes_with_what_was_taken_in() {
    let hosts = Hosts::saved();
    *hosts.table.before_commit.lock().unwrap() = Some(Box::new({
        let failing = hosts.table.clone();
        move || failing.is_away.store(true, Ordering::Relaxed)
    }));
    assert_eq!(word(hosts.first.renew("photos", PATIENCE)), "not-saved");
    hosts.table.is_away.store(false, Ordering::Relaxed);
    assert!(hosts.first.grant("photos").unwrap().state.intent.is_some(), "it could not be given back");
    assert_eq!(hosts.call().0, 200);
    assert_eq!((hosts.is_left(), hosts.first.grant("photos").unwrap().state.intent), (false, None));
    hosts.first.renew("photos", 0).unwrap();
}
