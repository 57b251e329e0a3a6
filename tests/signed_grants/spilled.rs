//! Credentials that a table did not take, and that another generation has overtaken.

use crate::rows::Memory;
use crate::world::{PATIENCE, World, word};
use osign::error::Error;
use osign::grant::Grant;
use osign::grant::record::Status;
use osign::grant::store::Stored;
use osign::store::open::{OpenStore, Options, StoreKey};
use osign::store::{Records, records_failed};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A table that takes no commit for a while.
#[derive(Clone, Default)]
struct Failing {
    rows: Memory,
    is_failing: Arc<AtomicBool>,
}

impl Records for Failing {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.rows.load(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.rows.acquire(name, generation, revision, record)
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        if self.is_failing.load(Ordering::Relaxed) {
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
    first: OpenStore,
    second: OpenStore,
    /// The token's secret among those that the table did not take, which the first host has.
    spilled: String,
}

impl Hosts {
    fn new() -> Self {
        let (world, table) = (World::new(), Failing::default());
        let open = |name: &str, records: Arc<dyn Records>| {
            let mut options = Options::default();
            options.anchors = Some(world.folder.join(format!("anchors-{name}")));
            options.beside = Some(world.folder.join(format!("beside-{name}")));
            OpenStore::hosted("infobase", records, StoreKey::Key(&[7; 32]), &options).unwrap()
        };
        let first = open("first", Arc::new(table.clone()));
        let second = open("second", Arc::new(table.rows.clone()));
        first.add("photos", world.settings(&[])).unwrap();
        log_in(&world, &first).unwrap();
        table.is_failing.store(true, Ordering::Relaxed);
        assert_eq!(word(log_in(&world, &first)), "not-saved");
        table.is_failing.store(false, Ordering::Relaxed);
        let secrets = world.provider.secrets();
        let spilled = secrets[secrets.len() - 2].clone();
        assert_eq!(first.info().unwrap().spilled, ["photos"]);
        Self { world, first, second, spilled }
    }

    /// The first host finds room for what it has, as the lock of the grant is taken for whatever there is.
    fn take_in(&self) -> Grant {
        self.first.begin_login("photos", None).unwrap();
        assert_eq!(self.first.info().unwrap().spilled, [""; 0], "nothing is left beside the table");
        self.first.grant("photos").unwrap()
    }
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

#[test]
fn earlier_credentials_are_forgotten() {
    let hosts = Hosts::new();
    log_in(&hosts.world, &hosts.second).unwrap();
    let before = hosts.second.grant("photos").unwrap();
    let grant = hosts.take_in();
    assert_eq!((secret(&grant), grant.generation), (secret(&before), before.generation));
}

/// Where requests would go elsewhere, another's, or ended here for good.
#[test]
fn credentials_that_are_none_of_the_grant_s_any_more_are_forgotten() {
    let hosts = Hosts::new();
    hosts.second.revoke_here("photos", PATIENCE).unwrap();
    let before = hosts.second.grant("photos").unwrap();
    let grant = hosts.take_in();
    assert_eq!(
        (grant.state.status.clone(), secret(&grant), grant.generation),
        (Status::Revoked, "", before.generation)
    );
}
