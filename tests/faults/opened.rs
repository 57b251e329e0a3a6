//! The store as hosts open it: what is told to them, and what must not come between two of their calls.

use crate::folder::Folder;
use crate::provider::Lie;
use crate::service::Habits;
use crate::world::{KEY, NAME, PATIENCE, World};
use osign::error::{Error, Keeping};
use osign::grant::bundle::{Lock, Purpose};
use osign::grant::record::Status;
use osign::grant::settings::NewGrant;
use osign::grant::store::Store;
use osign::setting::Value;
use osign::store::open::{OpenStore, Options, StoreKey};
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder's store, opened with the key of the tests.
fn open(folder: &Folder) -> OpenStore {
    OpenStore::open(&url(folder), StoreKey::Key(&[KEY; 32]), &options(folder)).unwrap()
}

fn url(folder: &Folder) -> String {
    format!("sqlite:{}", folder.path("store.db").display())
}

fn options(folder: &Folder) -> Options {
    let mut options = Options::default();
    options.anchors = Some(folder.anchors());
    options
}

/// What an answer brought that nobody could read, and a request whose answer is awaited, are no new generation.
#[test]
fn an_export_is_of_no_use_once_more_is_known() {
    let passphrase = Lock::Passphrase(b"correct horse battery");
    let world = World::expired("exported", Habits::STRICT);
    let store = open(&world.folder);
    let (_, revision) = store.export(NAME, Purpose::Move, passphrase).unwrap();
    world.provider.lie(&[Lie::PairWith400]);
    assert_eq!(world.host.keeper().access_token(NAME, 0, 0).unwrap_err().word(), "waiting");
    let grant = world.host.grant();
    assert_eq!((grant.generation, grant.secrets.alternates.len()), (2, 1));
    assert_eq!(store.exported(NAME, revision, PATIENCE).unwrap_err().word(), "changed-meanwhile");
    assert_eq!(world.host.grant(), grant);
    // An export of what is there now, which brings the new token along.
    let (text, revision) = store.export(NAME, Purpose::Move, passphrase).unwrap();
    assert_eq!(store.exported(NAME, revision, PATIENCE), Ok(()));
    assert_eq!(world.host.grant().state.status, Status::Exported);
    let other = World::new("imported", Habits::STRICT);
    assert_eq!(open(&other.folder).import(&text, passphrase, Some("moved")), Ok(("moved".to_owned(), Purpose::Move)));
    assert_eq!(other.host.keeper().grant("moved").unwrap().secrets.refresh, grant.secrets.refresh);
}

#[test]
fn no_store_is_made_for_a_key_that_is_none() {
    let folder = Folder::empty("no-key");
    for (key, word) in [(StoreKey::Passphrase(b"short"), "short-passphrase"), (StoreKey::Key(b"none"), "bad-store-key")]
    {
        let made = OpenStore::create(&url(&folder), key, &options(&folder));
        assert_eq!(made.map(drop).unwrap_err().word(), word);
        assert!(folder.names().is_empty(), "{:?}", folder.names());
    }
    OpenStore::create(&url(&folder), StoreKey::Passphrase(b"correct horse battery"), &options(&folder)).unwrap();
}

/// With the words of `osign grant check`.
#[test]
fn what_is_found_is_the_same_for_hosts_and_the_shell() {
    let found = |store: &OpenStore| {
        let found = store.check(0).unwrap().into_iter();
        found.map(|found| (found.grant, found.what, found.is_urgent, found.said)).collect::<Vec<_>>()
    };
    let of = |grant: &str, what, said: &str| (grant.to_owned(), what, true, said.to_owned());
    let world = World::new("found", Habits::STRICT);
    let store = open(&world.folder);
    assert_eq!(found(&store), []);
    // A record under another name shows nothing of the one that it is of.
    world.host.add("other", &world.provider);
    let [ours, other] = [NAME, "other"].map(|name| world.host.store.load(name).unwrap().unwrap());
    assert_eq!(world.host.store.acquire("other", other.generation, other.revision, &ours.record), Ok(true));
    let tampered = Error::from(Keeping::Tampered { name: "other".to_owned() });
    assert_eq!(store.outside("other").map(drop), Err(tampered.clone()));
    assert_eq!(found(&store), [of("other", "damaged", &tampered.to_string())]);
    world.host.keeper().remove("other", PATIENCE).unwrap();
    // New tokens that lie beside the store.
    world.host.store.spill(NAME, &ours.record).unwrap();
    assert_eq!(found(&store), [of(NAME, "not-saved", "")]);
    world.host.store.forget_spilled(NAME).unwrap();
    // A copy, of which each grant can be looked at.
    let copy = Folder::empty("found-copy");
    world.host.store.backup(&copy.path("store.db")).unwrap();
    let copied = open(&copy);
    assert_eq!(found(&copied), [of("", "quarantined", "the store was moved or copied here from elsewhere")]);
    assert_eq!(copied.outside(NAME).unwrap().generation, 2);
}

/// Two grants that take each other's place, and a caller that must never send the key of one as the other's.
#[test]
fn a_token_goes_where_its_own_grant_says() {
    let folder = Folder::with_store("place");
    let store = open(&folder);
    let keys = ["hunter2-one", "hunter2-two"];
    let grant = |which: usize| {
        let mut grant = NewGrant::new();
        let header = ["X-One: {}", "X-Two: {}"][which];
        let set = [
            ("kind", "static"),
            ("secret", keys[which]),
            ("header", header),
            ("api_origin", "https://api.example.com"),
        ];
        for (name, value) in set {
            grant.set(name, Value::Text(value)).unwrap();
        }
        grant
    };
    store.add(NAME, grant(0)).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let store = open(&folder);
                    while !is_over.load(Ordering::Relaxed) {
                        let url = "https://api.example.com/";
                        let (request, _) = store.authorize(NAME, "GET", url, None, 0, PATIENCE).unwrap();
                        let (name, value) = request.headers().next().unwrap();
                        let of = usize::from(name == "X-Two");
                        assert_eq!((name, value), (["X-One", "X-Two"][of], keys[of]));
                    }
                })
            })
            .collect();
        for round in 1..400 {
            store.replace(NAME, grant(round % 2), PATIENCE).unwrap();
            if callers.iter().any(|caller| caller.is_finished()) {
                break;
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// All processes have the new key, and the old one beside it, before anything is sealed anew: none is ever without what opens it.
#[test]
fn a_store_gets_another_key_while_it_is_used() {
    let world = World::new("rekey", Habits::STRICT);
    world.host.add("erp", &world.provider);
    let new = StoreKey::Key(&[9; 32]);
    let with_new = || OpenStore::open(&url(&world.folder), new, &options(&world.folder)).unwrap();
    let word = |store: &OpenStore| store.grant(NAME).map(drop).unwrap_err().word();
    assert_eq!(word(&with_new()), "foreign-key");
    let (old, both) = (open(&world.folder), with_new().and_older(StoreKey::Key(&[KEY; 32])).unwrap());
    assert_eq!(both.grant(NAME), old.grant(NAME));
    assert_eq!(both.rekey(), Ok(2));
    assert_eq!((both.rekey(), both.damaged()), (Ok(0), Ok(Vec::new())));
    assert_eq!(with_new().grant(NAME), both.grant(NAME));
    assert_eq!(word(&old), "foreign-key");
    // A record that does not open stays what it is, and keeps nobody from the others.
    world.host.store.add("cut", "{}").unwrap();
    assert_eq!(both.rekey(), Ok(0));
    let damaged: Vec<_> = both.damaged().unwrap().iter().map(Error::word).collect();
    assert_eq!(damaged, ["unreadable-record"]);
    assert_eq!(with_new().and_older(StoreKey::Key(b"none")).map(drop).unwrap_err().word(), "bad-store-key");
}

#[test]
fn a_backup_is_a_store_of_its_own() {
    let world = World::new("backup-of-open", Habits::STRICT);
    let store = open(&world.folder);
    let to = world.folder.path("backup.db");
    store.backup(&to).unwrap();
    assert_eq!(store.backup(&to).unwrap_err().word(), "store-exists");
    let info = store.info().unwrap();
    assert_eq!((info.grants, info.quarantine), (1, None));
    let copied =
        OpenStore::open(&format!("sqlite:{}", to.display()), StoreKey::Key(&[KEY; 32]), &options(&world.folder));
    let copied = copied.unwrap();
    assert_eq!(copied.info().unwrap().id, info.id);
    assert!(copied.info().unwrap().quarantine.is_some());
    assert_eq!(copied.check(0).unwrap()[0].what, "quarantined");
}
