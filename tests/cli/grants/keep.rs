//! What becomes of grants and stores: list, check, move, copy, revoke, another key.

use super::home::Home;
use osign::grant::key::{Key, Keys};
use osign::grant::seal::Sealer;
use osign::grant::settings::NewGrant;
use osign::grant::store::Store;
use osign::setting;
use osign::store::{Options, Sqlite};
use serde_json::Value;
use std::fs;

fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&home.run(&[arguments, &["--json"]].concat()).text()).unwrap()
}

#[test]
fn grants_are_listed_and_shown_without_the_key() {
    let (home, service) = Home::with_grant(&["refresh_lifetime=864000"], &[]);
    home.add(&service, "new", &[]);
    fs::remove_file(home.path(".local/share/osign/store.key")).unwrap();
    let list = home.run(&["grant", "list"]).text();
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines[0], "GRANT  SERVICE  STATUS         ACCESS ENDS");
    assert!(lines[1].starts_with("crm    custom   active         in "), "{list}");
    assert_eq!(lines[2], "new    custom   not logged in  -");
    let shown = home.run(&["grant", "show", "crm"]).text();
    for line in ["grant                 crm\n", "status                active\n", "generation            2\n"] {
        assert!(shown.contains(line), "{shown}");
    }
    let value = json(&home, &["grant", "show", "crm"]);
    assert_eq!((&value["status"], &value["generation"]), (&"active".into(), &2.into()));
    let events: Vec<_> =
        json(&home, &["grant", "history", "crm"]).as_array().unwrap().iter().map(|e| e["event"].clone()).collect();
    assert_eq!(events, ["logged-in", "sending", "added"]);
    assert_eq!(home.run(&["grant", "show", "none"]).failure(3), "there is no grant named none");
    let failure = home.run(&["token", "crm"]).failure(12);
    assert!(failure.starts_with("there is no key file "), "{failure}");
}

#[test]
fn check_speaks_of_what_ends() {
    let (home, service) = Home::with_grant(&["refresh_lifetime=864000"], &[]);
    assert_eq!(home.run(&["grant", "check", "--warn", "9d"]).text(), "nothing ends within 9d (grants: 1)\n");
    let text = home.run(&["grant", "check", "--warn", "14d"]).text_with(13);
    assert!(text.starts_with("SOON crm: unless it is used, the grant ends in 9 days: "), "{text}");
    let ended = home.run(&["grant", "check", "--json"]);
    let value: Value = serde_json::from_str(&ended.text_with(13)).unwrap();
    assert_eq!((&value[0]["what"], &value[0]["urgent"]), (&"idle".into(), &false.into()));
    home.add(&service, "new", &[]);
    let text = home.run(&["grant", "check", "new"]).text_with(10);
    assert_eq!(text, "ACT  new: nobody has logged in yet: osign grant login new\n");
    assert_eq!(home.run(&["grant", "check", "--format", "prometheus", "--out", "osign.prom"]).text_with(10), "");
    let metrics = fs::read_to_string(home.path("osign.prom")).unwrap();
    for line in [
        "osign_store_quarantined 0\n",
        "# TYPE osign_grant_needs_person gauge\n",
        "osign_grant_needs_person{grant=\"crm\",provider=\"custom\"} 0\n",
        "osign_grant_needs_person{grant=\"new\",provider=\"custom\"} 1\n",
        "osign_grant_idle_end_timestamp_seconds{grant=\"crm\",provider=\"custom\"} ",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let says = "--warn takes a number and d, h, m or s, such as 14d";
    assert_eq!(home.run(&["grant", "check", "--warn", "2w"]).failure(2), says);
}

#[test]
fn a_grant_moves_to_another_store() {
    let (home, service) = Home::with_grant(&[], &[]);
    let token = home.token().unwrap();
    home.folder.file("pass", "correct horse battery\n");
    home.folder.file("wrong", "another horse battery\n");
    home.folder.file("short", "short\n");
    let export = ["grant", "export", "crm", "--to", "crm.bundle", "--bundle-passphrase-file"];
    let says = "the passphrase is shorter than 12 characters";
    assert_eq!(home.run(&[&export[..], &["short"]].concat()).failure(12), says);
    let says = "there is no passphrase: --bundle-passphrase-file FILE names a file that holds it";
    assert_eq!(home.run(&export[..export.len() - 1]).failure(12), says);
    assert_eq!(home.run(&[&export[..], &["pass"]].concat()).text(), "crm is in crm.bundle; it is gone from here\n");
    let says = "the grant crm was exported, and goes on elsewhere; for one of its own here: osign grant login crm";
    assert_eq!(home.token(), Err((10, says.to_owned())));
    let bundle = fs::read(home.path("crm.bundle")).unwrap();
    assert!(!String::from_utf8(bundle).unwrap().contains(&token));
    // To a store that is made for it.
    home.run(&["key", "new", "key"]).text();
    let there = ["--store", "sqlite:there.sqlite", "--key-file", "key"];
    let import = ["grant", "import", "crm.bundle", "--name", "moved", "--bundle-passphrase-file"];
    let ended = home.run(&[&import[..], &["wrong"], &there].concat());
    assert_eq!(ended.failure(12), "crm.bundle is sealed with another key or passphrase");
    assert!(!home.path("there.sqlite").exists());
    let ended = home.run(&[&import[..], &["pass"], &there].concat());
    assert_eq!(ended.stdout, b"imported moved; next: osign grant adopt moved\n", "{}", ended.stderr);
    let says = "the grant moved was imported; once it is certain that it is used nowhere else: osign grant adopt moved";
    assert_eq!(home.run(&[&["token", "moved"], &there[..]].concat()).failure(12), says);
    home.run(&[&["grant", "adopt", "moved"], &there[..]].concat()).text();
    assert_eq!(home.run(&[&["token", "moved"], &there[..]].concat()).text().trim(), token);
    let refused = [&["token", "moved", "--refused", "2"], &there[..]].concat();
    home.run(&refused).text();
    assert_eq!(service.count("refresh"), 1);
}

#[test]
fn an_export_that_fails_takes_nothing_away() {
    let (home, _service) = Home::with_grant(&[], &[]);
    home.folder.file("pass", "correct horse battery\n");
    home.folder.file("short", "short\n");
    // A file that was there is another's: the only copy of a grant, perhaps.
    home.folder.file("crm.bundle", "another's");
    for (passphrase, code) in [("short", 12), ("pass", 5)] {
        let export = ["grant", "export", "crm", "--to", "crm.bundle", "--bundle-passphrase-file", passphrase];
        assert_eq!(home.run(&export).code, code);
        assert_eq!(fs::read(home.path("crm.bundle")).unwrap(), b"another's");
    }
    home.token().unwrap();
    // What has left cannot leave again, with nothing in it.
    let export = |to| home.run(&["grant", "export", "crm", "--to", to, "--bundle-passphrase-file", "pass"]);
    export("first.bundle").text();
    let says = "the grant crm was exported, and goes on elsewhere; for one of its own here: osign grant login crm";
    assert_eq!(export("second.bundle").failure(10), says);
    assert!(!home.path("second.bundle").exists() && home.path("first.bundle").exists());
    // Nor is there anything to adopt.
    let failure = home.run(&["grant", "adopt", "crm"]).failure(3);
    assert_eq!(failure, "the grant crm was not imported, or is adopted already");
}

#[test]
fn a_clone_of_the_machine_is_told_apart_by_a_name() {
    let home = Home::new();
    home.folder.file("key", "k\n");
    let osign = |environment: &str, arguments: &[&str]| {
        crate::cli::run::run(home.osign(arguments).env("OSIGN_ENVIRONMENT", environment))
    };
    let add = ["grant", "add", "shop", "--kind", "static", "--secret-file", "key"];
    assert_eq!(osign("production", &add).code, 0);
    assert_eq!(osign("production", &["grant", "check"]).code, 0);
    let text = osign("test", &["grant", "check"]).text_with(10);
    assert!(text.starts_with("ACT  (store): the store was moved or copied here from elsewhere; "), "{text}");
}

#[test]
fn a_backup_of_a_grant_leaves_it_where_it_is() {
    let (home, _service) = Home::with_grant(&[], &[]);
    home.run(&["key", "new", "bundle.key"]).text();
    let export = ["grant", "export", "crm", "--to", "crm.bundle", "--backup", "--bundle-key-file", "bundle.key"];
    home.run(&export).text();
    let failure = home.run(&export).failure(5);
    assert_eq!(failure, "cannot write crm.bundle; nothing has changed: File exists (os error 17)");
    home.token().unwrap();
    let import = ["grant", "import", "crm.bundle", "--bundle-key-file", "bundle.key"];
    assert_eq!(home.run(&import).failure(3), "there is a grant named crm already");
    home.run(&["grant", "remove", "crm"]).text();
    home.run(&import).text();
    assert_eq!(home.token().unwrap_err().0, 12);
    home.folder.file("crm.bundle", "{}");
    assert_eq!(home.run(&import).failure(12), "crm.bundle is no file of osign grant export");
}

#[test]
fn a_grant_is_renamed_revoked_and_removed() {
    let (home, service) = Home::with_grant(&[], &[]);
    let token = home.token().unwrap();
    home.add(&service, "other", &[]);
    assert_eq!(home.run(&["grant", "rename", "crm", "other"]).failure(3), "there is a grant named other already");
    assert_eq!(home.run(&["grant", "rename", "crm", "продажи"]).text(), "crm is now продажи\n");
    assert_eq!(home.run(&["token", "продажи"]).text().trim(), token);
    assert_eq!(home.token().unwrap_err(), (3, "there is no grant named crm".to_owned()));
    assert_eq!(home.run(&["grant", "revoke", "продажи"]).text(), "revoked продажи, at the service and here\n");
    assert_eq!(service.count("revoke"), 1);
    let says = "the grant продажи was revoked; to use it again: osign grant login продажи";
    assert_eq!(home.run(&["token", "продажи"]).failure(10), says);
    assert_eq!(home.run(&["grant", "remove", "продажи"]).text(), "removed продажи; at the service it lives on\n");
    assert_eq!(home.run(&["grant", "remove", "продажи"]).failure(3), "there is no grant named продажи");
}

#[test]
fn a_grant_is_ended_here_alone_where_its_service_is_away() {
    let (home, service) = Home::with_grant(&[], &[]);
    drop(service);
    let says = "the service did not say that the grant crm is revoked (no connection), so nothing has changed; try again later, or \
                end it here alone: osign grant revoke crm --here";
    assert_eq!(home.run(&["grant", "revoke", "crm"]).failure(11), says);
    let says = "revoked crm here alone; at the service it lives on, so end it in its settings\n";
    assert_eq!(home.run(&["grant", "revoke", "crm", "--here"]).text(), says);
    assert_eq!(home.token().unwrap_err().0, 10);
}

#[test]
fn a_store_has_another_key() {
    let (home, _service) = Home::with_grant(&[], &[]);
    let token = home.token().unwrap();
    home.run(&["key", "new", "new.key"]).text();
    assert_eq!(json(&home, &["store", "rekey", "new.key"])["resealed"], 1);
    assert_eq!(json(&home, &["store", "rekey", "new.key"])["resealed"], 0);
    let says = "the grant crm is sealed with another key or passphrase than the one that was given";
    assert_eq!(home.token(), Err((12, says.to_owned())));
    assert_eq!(home.run(&["token", "crm", "--key-file", "new.key"]).text().trim(), token);
    // Until all is sealed anew, the older one opens the rest.
    home.run(&["key", "new", "next.key"]).text();
    let mut command = home.osign(&["token", "crm", "--key-file", "next.key"]);
    let ended = crate::cli::run::run(command.env("OSIGN_STORE_OLD_KEY_FILE", home.path("new.key")));
    assert_eq!(ended.text().trim(), token);
}

#[test]
fn a_backup_waits_to_be_adopted() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    assert_eq!(
        home.run(&["store", "backup", "copy.sqlite"]).text(),
        "copied the store to copy.sqlite; its key is not in it\n"
    );
    let copy = ["--store", "sqlite:copy.sqlite"];
    let says = "the store was moved or copied here from elsewhere, so that nothing is renewed from it, lest the tokens of the \
                other one die; if this is the one to go on with: osign grant adopt";
    assert_eq!(home.run(&[&["token", "crm"], &copy[..]].concat()).failure(12), says);
    let text = home.run(&[&["grant", "check"], &copy[..]].concat()).text_with(10);
    assert!(text.starts_with("ACT  (store): the store was moved or copied here from elsewhere; "), "{text}");
    let adopted = home.run(&[&["grant", "adopt"], &copy[..]].concat()).text();
    assert_eq!(adopted, "adopted the store, with 1 grants; the other one must not be used any more\n");
    home.run(&[&["token", "crm", "--min-validity", "0"], &copy[..]].concat()).text();
    assert!(service.count("refresh") <= 1);
    let info = json(&home, &["store", "info"]);
    assert_eq!((&info["grants"], &info["quarantine"]), (&1.into(), &Value::Null));
}

#[test]
fn a_store_that_was_put_back_waits_to_be_adopted() {
    let (home, _service) = Home::with_grant(&[], &[]);
    home.run(&["store", "backup", "copy.sqlite"]).text();
    home.run(&["token", "crm", "--refused", "2"]).text();
    let store = home.path(".local/share/osign/grants.sqlite");
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", store.display()));
    }
    fs::rename(home.path("copy.sqlite"), &store).unwrap();
    let failure = home.run(&["token", "crm", "--refused", "2"]).failure(12);
    assert!(
        failure.starts_with("the store was restored from an older copy, so that nothing is renewed from it"),
        "{failure}"
    );
    home.run(&["grant", "adopt"]).text();
    home.run(&["token", "crm"]).text();
}

#[test]
fn check_speaks_of_a_service_that_is_long_away() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &["--rotation", "idempotent"]);
    std::thread::sleep(std::time::Duration::from_millis(1050));
    service.control(r#"{"fault": "429", "times": -1}"#);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while shown(&home)["failures"].as_u64() < Some(5) {
        assert!(std::time::Instant::now() < end);
        let _ = home.run(&["token", "crm", "--wait", "0"]);
    }
    let text = home.run(&["grant", "check"]).text_with(13);
    assert_eq!(text, "SOON crm: 5 tries in a row brought no token (too many requests): osign token crm says more\n");
}

#[test]
fn an_answer_that_cannot_be_read_is_kept_for_a_person() {
    let (home, service) = Home::with_grant(&["access_lifetime=1", "policy=idempotent"], &["--rotation", "idempotent"]);
    let show = ["grant", "show", "crm", "--unread-answer"];
    let refused = home.run(&show);
    let says = "osign: no answer is kept that could not be read for the grant crm";
    assert_eq!((refused.code, refused.stderr.trim_end()), (3, says));
    std::thread::sleep(std::time::Duration::from_millis(1050));
    service.control(r#"{"fault": "html"}"#);
    assert_eq!(home.run(&["token", "crm", "--wait", "0"]).code, 11);
    let shown = home.run(&["grant", "show", "crm"]).text();
    assert!(shown.contains("unread answer         since 20"), "{shown}");
    assert_eq!(home.run(&show).text(), "<html><h1>Bad gateway</h1></html>");
    let value = json(&home, &["grant", "show", "crm", "--unread-answer"]);
    assert_eq!(value, serde_json::json!({ "status": 502, "body": "<html><h1>Bad gateway</h1></html>" }));
    // New tokens end it.
    home.run(&["token", "crm"]).text();
    assert_eq!(home.run(&show).code, 3);
}

fn shown(home: &Home) -> Value {
    json(home, &["grant", "show", "crm"])
}

/// Each line says what can be done, by a command that runs.
#[test]
fn check_says_what_to_do_about_tokens_beside_the_store() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    home.add(&service, "gone", &[]);
    let trello =
        ["grant", "add", "board", "--provider", "trello", "--consumer-key", "k", "--consumer-secret-file", "secret"];
    let by_hand = ["--token-file", "secret", "--token-secret-file", "secret"];
    assert_eq!(home.run(&[&trello[..], &by_hand].concat()).code, 0);
    let shop = ["grant", "add", "shop", "--provider", "woocommerce", "--account", "shop.example.com"];
    let consumer = ["--consumer-key", "k", "--consumer-secret-file", "secret"];
    let added = home.run(&[&shop[..], &consumer, &by_hand].concat());
    assert_eq!(added.code, 0, "{}", added.stderr);
    let mut options = Options::default();
    options.anchors = Some(home.path("anchors"));
    let store = Sqlite::open(&home.path(".local/share/osign/grants.sqlite"), &options).unwrap();
    for name in ["board", "crm", "gone", "shop"] {
        store.spill(name, &store.load_foreign(name).unwrap().unwrap().record).unwrap();
    }
    let board = store.spilled("board").unwrap().unwrap();
    let file = store.info().unwrap().spilled_file("gone");
    let record = fs::read_to_string(&file).unwrap();
    assert_eq!(home.run(&["grant", "remove", "gone"]).code, 0);
    fs::write(&file, record).unwrap();
    let lie = "new tokens lie beside the store, which did not take them; mend it, then";
    let says = format!(
        "ACT  board: {lie}: osign call board METHOD URL; if they stay there: osign grant login board\n\
         ACT  crm: {lie}: osign token crm, which takes them in once it renews; if they stay there: osign grant login crm\n\
         ACT  gone: tokens lie beside the store, in {}, and no grant has that name: nothing uses them; to forget them: osign grant \
         remove gone\n\
         ACT  shop: {lie}: osign call shop METHOD URL\n",
        file.display()
    );
    assert_eq!(home.run(&["grant", "check"]).text_with(10), says);
    assert_eq!(home.run(&["grant", "remove", "gone"]).text(), "removed gone; at the service it lives on\n");
    assert!(!file.exists());
    assert_eq!(home.run(&["grant", "remove", "gone"]).failure(3), "there is no grant named gone");
    // Another program's, which has another key.
    let foreign = Sealer::new(Keys::new(Key::from_random(&[3; 32])), store.id(), store.environment());
    let mut other = NewGrant::new();
    other.set("kind", setting::Value::Text("static")).unwrap();
    other.set("secret", setting::Value::Text("k")).unwrap();
    store.spill("gone", &foreign.seal(&other.grant("gone", 1).unwrap().0, &[1; 24]).unwrap()).unwrap();
    let says = "the grant gone is sealed with another key or passphrase than the one that was given";
    assert!(home.run(&["grant", "remove", "gone"]).failure(12).starts_with(says));
    store.forget_spilled("gone").unwrap();
    // Of a grant whose place another one has taken.
    let other = ["grant", "add", "board", "--replace", "--provider", "trello", "--consumer-key", "another"];
    assert_eq!(home.run(&[&other[..], &["--consumer-secret-file", "secret"]].concat()).code, 0);
    store.spill("board", &board).unwrap();
    let says = format!(
        "ACT  board: tokens of an earlier grant of that name lie beside the store, and nothing uses them; to forget them, delete {}\n",
        store.info().unwrap().spilled_file("board").display()
    );
    let said = home.run(&["grant", "check"]).text_with(10);
    assert!(said.contains(&says), "{said}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(home.run(&["token", "crm"]).code, 0);
    let says = home.run(&["grant", "check"]).text_with(10);
    assert!(says.starts_with("ACT  board: ") && !says.contains("crm"), "{says}");
    assert_eq!(home.run(&["grant", "revoke", "crm"]).code, 0);
    store.spill("crm", &store.load_foreign("crm").unwrap().unwrap().record).unwrap();
    let says = "ACT  crm: tokens lie beside the store, and its grant was revoked; they may live on at the service: osign grant revoke crm; \
                where that cannot be asked: osign grant revoke crm --here\n";
    assert!(home.run(&["grant", "check"]).text_with(10).contains(says));
    assert_eq!(home.run(&["grant", "revoke", "crm", "--here"]).code, 0);
    assert!(!home.run(&["grant", "check"]).text_with(10).contains("crm"));
}
