//! What a work in steps costs, which runs anew at each; and the keys of a store that is used so.

use crate::folder::Folder;
use crate::rows::Memory;
use crate::service::Habits;
use crate::steps::{KEY, Way, act, client, drive};
use crate::world::NAME;
use osign::grant::bundle::Purpose;
use osign::grant::store::Stored;
use osign::grant::{Kept, bundle};
use osign::setting::Value;
use osign::store::Records;
use osign::store::open::{OpenStore, Options};
use osign::store::settings::StoreSettings;
use osign::store::steps::{Lock, Outcome, Step, Work};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PASSPHRASE: &str = "correct horse battery";

#[test]
fn a_bundle_is_opened_once() {
    let way = Way::new("bundle", Habits::STRICT, true);
    way.add();
    let lock = || Lock::Passphrase(Kept::new(PASSPHRASE));
    let exported = drive(Work::export(&way.store, NAME, Purpose::Move, lock()), &way.rows, &*way.client);
    let Ok(Outcome::Text(text, _)) = exported else { panic!("a text") };
    let begun = Instant::now();
    bundle::open(&text, bundle::Lock::Passphrase(PASSPHRASE.as_bytes())).unwrap();
    let once = begun.elapsed();
    // Records that tell of no key: each is read.
    let rows = Memory::default();
    for index in 0..30 {
        let damaged = Stored { generation: 1, revision: 1, record: "damaged".to_owned() };
        rows.rows().insert(format!("z{index}"), damaged);
    }
    let begun = Instant::now();
    let imported = drive(Work::import(&way.store, &text, lock(), None), &rows, &*way.client);
    assert!(matches!(imported, Ok(Outcome::Text(name, 0)) if name == NAME));
    assert!(begun.elapsed() < 8 * once + Duration::from_millis(100), "{:?}, {once:?}", begun.elapsed());
    // What it says of a wrong passphrase is its outcome.
    let wrong = Lock::Passphrase(Kept::new("another passphrase"));
    let error = drive(Work::import(&way.store, &text, wrong, None), &rows, &*way.client).map(drop).unwrap_err();
    assert_eq!(error, bundle::open(&text, bundle::Lock::Passphrase(b"another passphrase")).unwrap_err());
}

/// All that waits while nothing counts any more must see its end.
#[test]
fn a_patience_without_an_end_ends_each_run() {
    let way = Way::new("patience", Habits::STRICT, true);
    way.add();
    way.log_in().map(drop).unwrap();
    way.expire();
    let token = drive(Work::access_token(&way.store, NAME, 0, i64::MAX), &way.rows, &*way.client);
    assert!(matches!(token, Ok(Outcome::Token(token)) if token.generation == 3));
    drive(Work::revoke_here(&way.store, NAME, i64::MAX), &way.rows, &*way.client).map(drop).unwrap();
}

/// A list of many rows costs no more than each of them once.
#[test]
fn many_rows_are_listed_and_checked_at_once() {
    const MANY: usize = 2000;
    let way = Way::new("many rows", Habits::STRICT, true);
    way.add();
    let row = way.rows.load(NAME).unwrap().unwrap();
    for index in 0..MANY {
        let record = row.record.replace(r#""name":"crm""#, &format!(r#""name":"g{index}""#));
        way.rows.rows.rows().insert(format!("g{index}"), Stored { record, ..row.clone() });
    }
    let direct = OpenStore::hosted("infobase", Arc::new(way.rows.clone()), KEY, &Options::default()).unwrap();
    for (what, expected) in [("list", direct.list_as_json().unwrap()), ("check", String::new())] {
        let mut work = match what {
            "list" => Work::list(&way.store, None),
            _ => Work::check(&way.store, 0),
        };
        let begun = Instant::now();
        let (mut steps, mut elsewhere) = (0, Duration::ZERO);
        while work.step().is_some() {
            let begun = Instant::now();
            // The table's own time is not the work's.
            let row = match work.step() {
                Some(Step::Load { name }) => Some(way.rows.load(name).unwrap()),
                _ => None,
            };
            elsewhere += begun.elapsed();
            match row {
                Some(row) => work.loaded(row).unwrap(),
                None => act(&mut work, &way.rows, &client()),
            }
            steps += 1;
        }
        let took = begun.elapsed().saturating_sub(elsewhere);
        assert_eq!(steps, MANY + 2, "{what}");
        assert!(took < Duration::from_secs(5), "{what}: {took:?}");
        let Some(Ok(Outcome::Text(json, _))) = work.take() else { panic!("a text") };
        match what {
            "list" => assert_eq!(json, expected),
            _ => assert_eq!(json.matches("not-logged-in").count(), MANY + 1),
        }
    }
}

/// A row that cannot be read ends it, and a name whose row is gone by now does not.
#[test]
fn a_list_ends_at_what_cannot_be_read() {
    let way = Way::new("ends", Habits::STRICT, true);
    way.add();
    let mut work = Work::list(&way.store, None);
    work.names(vec!["gone".to_owned(), NAME.to_owned()]).unwrap();
    act(&mut work, &way.rows, &*way.client);
    act(&mut work, &way.rows, &*way.client);
    assert!(matches!(work.take(), Some(Ok(Outcome::Text(json, 0))) if json.contains(NAME)));
    for fails in ["names", "row"] {
        let mut work = Work::list(&way.store, None);
        if fails == "row" {
            work.names(vec!["a".to_owned(), NAME.to_owned()]).unwrap();
        }
        work.failed("out of order").unwrap();
        assert_eq!(work.take().unwrap().map(drop).unwrap_err().word(), "records-failed", "{fails}");
    }
}

/// The key of a store is changed as that of any other.
#[test]
fn an_old_key_opens_a_host_s_store_until_all_is_sealed_anew() {
    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";
    let folder = Folder::empty("old key");
    let rows = Memory::default();
    let settings = |key: &str, old: Option<&str>| {
        let mut settings = StoreSettings::new();
        let anchors = folder.anchors();
        let all = [("anchors", Some(anchors.to_str().unwrap())), ("key", Some(key)), ("old_key", old)];
        for (name, value) in all {
            value.into_iter().for_each(|value| settings.set(name, Value::Text(value)).unwrap());
        }
        settings
    };
    let open = |key, old| settings(key, old).hosted("infobase", Arc::new(rows.clone())).unwrap();
    let mut grant = osign::grant::settings::NewGrant::new();
    for (name, value) in [("provider", "gitlab"), ("client_id", "c"), ("client_secret", "s")] {
        grant.set(name, Value::Text(value)).unwrap();
    }
    grant.set("redirect_uri", Value::Text("http://127.0.0.1/")).unwrap();
    open(OLD, None).add(NAME, grant).unwrap();
    let word = |store: &OpenStore| store.access_token(NAME, 0, 0).map(drop).unwrap_err().word();
    assert_eq!(word(&open(NEW, None)), "foreign-key");
    assert_eq!(word(&open(NEW, Some(OLD))), "not-logged-in");
    let stepped = settings(NEW, Some(OLD)).in_steps("infobase").unwrap();
    let token = drive(Work::access_token(&stepped, NAME, 0, 0), &rows, &client());
    assert_eq!(token.map(drop).unwrap_err().word(), "not-logged-in");
    for count in [1, 0] {
        let rekeyed = drive(Work::rekey(&stepped), &rows, &client());
        assert!(matches!(rekeyed, Ok(Outcome::Text(text, found)) if text.is_empty() && found == count));
    }
    assert_eq!(word(&open(NEW, None)), "not-logged-in");
}
