//! A record that is damaged keeps nobody from the others.

use super::home::Home;
use super::service::Service;
use crate::cli::run::run;
use serde_json::Value;

/// Three grants, of which the record of the second is cut off, and the fourth has the record of another.
fn home() -> (Home, Service) {
    let (home, service) = Home::with_grant(&[], &[]);
    for name in ["cut", "new", "swapped"] {
        assert_eq!(home.add(&service, name, &[]).code, 0);
    }
    let store = home.path(".local/share/osign/grants.sqlite");
    let script = "import sqlite3, sys\nstore = sqlite3.connect(sys.argv[1])\n\
        store.execute(\"UPDATE grants SET record = substr(record, 1, 40) WHERE name = 'cut'\")\n\
        store.execute(\"UPDATE grants SET record = (SELECT record FROM grants WHERE name = 'new') WHERE name = 'swapped'\")\n\
        store.commit()";
    let ended = run(std::process::Command::new("python3").args(["-c", script]).arg(store));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    (home, service)
}

const SAYS: &str = "osign: the record of the grant cut cannot be read; nothing was overwritten\n\
                    osign: the record of the grant swapped was changed, or belongs to another grant or store; nothing was \
                    overwritten\n";

#[test]
fn the_others_are_listed() {
    let (home, _service) = home();
    let list = home.run(&["grant", "list"]);
    let text = String::from_utf8(list.stdout).unwrap();
    let words: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(
        words,
        [
            ["GRANT", "SERVICE", "STATUS"],
            ["crm", "custom", "active"],
            ["new", "custom", "not"],
            ["cut", "-", "damaged"],
            ["swapped", "-", "damaged"]
        ]
    );
    assert_eq!((list.code, list.stderr.as_str()), (12, SAYS));
    let list = home.run(&["grant", "list", "--json"]);
    let value: Value = serde_json::from_slice(&list.stdout).unwrap();
    let statuses: Vec<_> = value.as_array().unwrap().iter().map(|grant| grant["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["active", "not logged in", "damaged", "damaged"]);
    assert_eq!((list.code, list.stderr.as_str()), (12, SAYS));
    // And the others are used.
    home.token().unwrap();
    assert_eq!(home.run(&["grant", "show", "cut"]).code, 12);
}

#[test]
fn check_and_history_go_on() {
    let (home, _service) = home();
    let check = home.run(&["grant", "check"]).text_with(12);
    let acts: Vec<_> = check.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(acts, ["ACT  new", "ACT  cut", "ACT  swapped"]);
    let value: Value = serde_json::from_str(&home.run(&["grant", "check", "cut", "--json"]).text_with(12)).unwrap();
    assert_eq!((&value[0]["what"], &value[0]["urgent"]), (&"damaged".into(), &true.into()));
    assert_eq!(home.run(&["grant", "check", "crm"]).text(), "nothing ends within 14d (grants: 1)\n");
    let metrics = home.run(&["grant", "check", "--format", "prometheus"]).text_with(12);
    for line in [
        "osign_grant_needs_person{grant=\"crm\",provider=\"custom\"} 0\n",
        "osign_grant_needs_person{grant=\"cut\",provider=\"\"} 1\n",
        "osign_grant_generation{grant=\"crm\",provider=\"custom\"} 2\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert_eq!(metrics.matches("# TYPE osign_grant_needs_person gauge\n").count(), 1);
    let history = home.run(&["grant", "history", "cut"]);
    assert!(String::from_utf8(history.stdout).unwrap().ends_with("  added\n"));
    let says = SAYS.lines().next().unwrap();
    assert_eq!((history.code, history.stderr.trim_end()), (12, says));
    assert_eq!(home.run(&["grant", "history", "none"]).failure(3), "there is no grant named none");
}

#[test]
fn the_others_get_another_key_and_company() {
    let (home, service) = home();
    assert_eq!(home.add(&service, "more", &[]).text(), "added more; next: osign grant login more\n");
    home.run(&["key", "new", "new.key"]).text();
    let token = home.token().unwrap();
    let rekeyed = home.run(&["store", "rekey", "new.key"]);
    assert!(String::from_utf8(rekeyed.stdout).unwrap().starts_with("sealed 3 grants with the key in new.key; "));
    assert_eq!((rekeyed.code, rekeyed.stderr.as_str()), (12, SAYS));
    assert_eq!(home.run(&["token", "crm", "--key-file", "new.key"]).text().trim(), token);
    // They can be removed.
    for name in ["cut", "swapped"] {
        assert_eq!(home.run(&["grant", "remove", name, "--key-file", "new.key"]).code, 0);
    }
    home.run(&["grant", "list"]).text();
}

#[test]
fn a_copy_with_one_can_be_gone_on_with() {
    let (home, _service) = home();
    home.run(&["grant", "remove", "swapped"]).text();
    home.run(&["store", "backup", "copy.sqlite"]).text();
    let copy = ["--store", "sqlite:copy.sqlite"];
    let adopted = home.run(&[&["grant", "adopt"], &copy[..]].concat());
    assert_eq!(adopted.stdout, b"adopted the store, with 2 grants; the other one must not be used any more\n");
    assert_eq!((adopted.code, adopted.stderr.trim_end()), (12, SAYS.lines().next().unwrap()));
    home.run(&[&["token", "crm"], &copy[..]].concat()).text();
    home.run(&[&["grant", "remove", "cut"], &copy[..]].concat()).text();
}
