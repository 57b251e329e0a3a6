//! `osign key`, `osign grant add`, `osign provider`.

use super::home::Home;
use super::service::{CLIENT, Service};
use crate::cli::run::set_mode;
use std::fs;

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn three_commands_lead_from_nothing_to_a_token() {
    let (home, service) = (Home::new(), Service::start(&[]));
    let added = home.add(&service, "crm", &[]);
    let (store, key) = (home.path(".local/share/osign/grants.sqlite"), home.path(".local/share/osign/store.key"));
    let made = format!(
        "osign: made the store {} and its key {}; back up the key now, apart from the store, and the store by osign store \
         backup: without the key nobody opens it\n",
        store.display(),
        key.display()
    );
    assert_eq!((added.code, added.stderr), (0, made));
    assert_eq!(added.stdout, b"added crm; next: osign grant login crm\n");
    assert_eq!(home.token(), Err((10, "nobody has logged in for the grant crm yet: osign grant login crm".to_owned())));
    home.login("crm");
    assert!(service.issued().contains(&home.token().unwrap()));
    assert_eq!([mode(&store), mode(&key), mode(store.parent().unwrap())], [0o600, 0o600, 0o700]);
    // What is there is taken from now on.
    assert_eq!(home.add(&service, "second", &[]).text(), "added second; next: osign grant login second\n");
    assert_eq!(home.add(&service, "crm", &[]).failure(3), "there is a grant named crm already");
}

#[test]
fn a_key_is_made_once() {
    let home = Home::new();
    assert_eq!(home.run(&["key", "new", "key"]).text(), "");
    let line = fs::read_to_string(home.path("key")).unwrap();
    assert_eq!((line.len(), &line[..12], mode(&home.path("key"))), (57, "osign-key-1:", 0o600));
    let says = "there is a file key already; nothing was overwritten";
    assert_eq!(home.run(&["key", "new", "key"]).failure(12), says);
    assert_eq!(fs::read_to_string(home.path("key")).unwrap(), line);
    let json: serde_json::Value = serde_json::from_str(&home.run(&["key", "new", "other", "--json"]).text()).unwrap();
    assert_eq!((json["file"].as_str(), json["key_id"].as_str().unwrap().len()), (Some("other"), 16));
}

#[test]
fn a_store_that_is_named_is_made() {
    let (home, service) = (Home::new(), Service::start(&[]));
    home.run(&["key", "new", "key"]).text();
    let added = home.add(&service, "crm", &["--store", "sqlite:my.sqlite", "--key-file", "key"]);
    let made = format!("osign: made the store {}\n", home.path("my.sqlite").display());
    assert_eq!((added.code, added.stderr), (0, made));
    assert!(!home.path(".local").join("share").exists());
    let mut command = home.osign(&["grant", "list", "--json"]);
    let list = crate::cli::run::run(command.env("OSIGN_STORE", "sqlite:my.sqlite")).text();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!((list[0]["grant"].as_str(), list[0]["status"].as_str()), (Some("crm"), Some("not logged in")));
    // A key without a file, and one of another store.
    let line = fs::read_to_string(home.path("key")).unwrap();
    let token = |line: &str| {
        let mut command = home.osign(&["token", "crm", "--store", "sqlite:my.sqlite"]);
        crate::cli::run::run(command.env("OSIGN_STORE_KEY", line))
    };
    assert_eq!(token(&line).code, 10);
    home.run(&["key", "new", "other"]).text();
    let foreign = token(&fs::read_to_string(home.path("other")).unwrap());
    assert_eq!(
        foreign.failure(12),
        "the grant crm is sealed with another key or passphrase than the one that was given"
    );
    let mixed = home.add(&service, "second", &["--store", "sqlite:my.sqlite", "--key-file", "other"]);
    assert_eq!(mixed.failure(12), "the grant crm is sealed with another key or passphrase than the one that was given");
}

#[test]
fn a_client_has_a_token_of_its_own() {
    let (home, service) = (Home::new(), Service::start(&[]));
    let profile = "name = 'mine'\ntitle = 'Mine'\ngrant = 'client-credentials'\n[endpoints]\ntoken = ''\n\
                   [request]\nclient_authentication = 'body'\nbody = 'form'\n[rotation]\npolicy = 'none'\n";
    home.folder.file("mine.toml", profile);
    let token_url = format!("{}/token", service.url);
    let arguments = ["grant", "add", "crm", "--provider", "./mine.toml", "--client-id", CLIENT, "--client-secret-file"];
    let more = ["secret", "--token-url", &token_url, "--allow-insecure-http"];
    let added = home.run(&[&arguments[..], &more].concat());
    assert_eq!(added.stdout, b"added crm; next: osign token crm\n", "{}", added.stderr);
    let token = home.token().unwrap();
    assert_eq!((home.token().unwrap(), service.count("client_credentials")), (token, 1));
    assert_eq!(
        home.run(&["grant", "login", "crm"]).failure(14),
        "the grant crm needs no login; its token: osign token crm"
    );
    let shown = home.run(&["provider", "show", "./mine.toml"]).text();
    assert_eq!(shown, profile);
}

#[test]
fn static_keys_go_where_they_are_to() {
    let home = Home::new();
    home.folder.file("key", "k-1\"\\$2\n");
    let add = |name: &str, more: &[&str]| {
        let arguments = [
            "grant",
            "add",
            name,
            "--kind",
            "static",
            "--secret-file",
            "key",
            "--api-origin",
            "https://api.example.com",
        ];
        let ended = home.run(&[&arguments[..], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    };
    add("header", &["--header", "X-Api-Key: {}", "--expires", "2099-01-01"]);
    add("query", &["--query", "api_key"]);
    add("bearer", &[]);
    let more = ["grant", "add", "avito", "--kind", "static", "--secret-file", "key", "--provider", "avito"];
    assert_eq!(home.run(&more).text(), "added avito; next: osign token avito\n");
    for (name, format, text) in [
        ("header", "header", "X-Api-Key: k-1\"\\$2\n"),
        ("header", "curl", "header = \"X-Api-Key: k-1\\\"\\\\$2\"\n"),
        ("header", "env", "OSIGN_ACCESS_TOKEN='k-1\"\\$2'\n"),
        (
            "header",
            "json",
            "{\"access_token\":\"k-1\\\"\\\\$2\",\"generation\":1,\"expires_at\":4070908800,\"kind\":\"static\"}\n",
        ),
        ("query", "curl", "url-query = \"api_key=k-1\\\"\\\\$2\"\n"),
        (
            "query",
            "json",
            "{\"access_token\":\"k-1\\\"\\\\$2\",\"generation\":1,\"expires_at\":null,\"kind\":\"static\"}\n",
        ),
        ("bearer", "header", "Authorization: Bearer k-1\"\\$2\n"),
    ] {
        assert_eq!(home.run(&["token", name, "--format", format]).text(), text);
    }
    assert_eq!(home.run(&["token", "query"]).text(), "k-1\"\\$2\n");
    let says = "the key of the grant query goes into the query, and no header has it";
    assert_eq!(home.run(&["token", "query", "--format", "header"]).failure(14), says);
    let says = "the service turned down the key of the grant bearer, which cannot be renewed; put a new one in its place: osign \
                grant add bearer --replace";
    assert_eq!(home.run(&["token", "bearer", "--refused", "1"]).failure(10), says);
    home.folder.file("key", "k-2");
    add("bearer", &["--replace"]);
    assert_eq!(home.run(&["token", "bearer"]).text(), "k-2\n");
}

#[test]
fn a_static_key_ends() {
    let home = Home::new();
    home.folder.file("key", "k-1");
    let arguments = ["grant", "add", "crm", "--kind", "static", "--secret-file", "key", "--expires"];
    let ended = home.run(&[&arguments[..], &["2020-01-01"]].concat());
    assert_eq!(ended.failure(14), "that key has ended already; take one that lives");
    assert!(!home.path(".local").exists());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // Two seconds from now: minutes and hours are those of the day.
    let (days, rest) = ((now + 2) / 86_400, (now + 2) % 86_400);
    let date = date_of(days);
    let end = format!("{date}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60);
    assert_eq!(home.run(&[&arguments[..], &[end.as_str()]].concat()).code, 0);
    assert_eq!(home.token().as_deref(), Ok("k-1"));
    assert_eq!(home.run(&["grant", "check"]).code, 13);
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let says = "the key of the grant crm has ended; put a new one in its place: osign grant add crm --replace";
    assert_eq!(home.token(), Err((10, says.to_owned())));
    assert_eq!(home.run(&["grant", "check"]).code, 10);
}

/// A day since 1970-01-01 as a date, counted year by year.
fn date_of(mut days: u64) -> String {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, days + 1)
}

#[test]
fn a_new_secret_costs_no_login() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    home.token().unwrap();
    home.folder.file("secret", "wrong\n");
    assert_eq!(home.add(&service, "crm", &["--replace"]).code, 0);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let (code, message) = home.token().unwrap_err();
    assert_eq!(code, 14, "{message}");
    assert!(
        message.starts_with("the service refused the client of the grant crm (HTTP 401, invalid_client"),
        "{message}"
    );
    let says = "ACT  crm: the service refuses its client (HTTP 401, invalid_client): look at its id, secret and redirect URI: osign \
                grant add crm --replace\n";
    assert_eq!(home.run(&["grant", "check"]).text_with(10), says);
    home.folder.file("secret", super::service::SECRET);
    assert_eq!(home.add(&service, "crm", &["--replace"]).code, 0);
    assert_ne!(home.run(&["grant", "check"]).code, 10);
    home.token().unwrap();
}

#[test]
fn secrets_are_read_from_stdin_too() {
    let (home, service) = (Home::new(), Service::start(&[]));
    let token_url = format!("{}/token", service.url);
    let arguments = ["grant", "add", "crm", "--provider", "custom", "--client-id", CLIENT, "--client-secret-file", "-"];
    let more = ["--token-url", &token_url, "--authorize-url", &token_url, "--redirect-uri", &home.redirect_uri];
    let mut command = home.osign(&[&arguments[..], &more, &["--allow-insecure-http"]].concat());
    let ended = crate::cli::run::run_with_input(&mut command, b"demo-SECRET-of-the-client\r\n");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    set_mode(&home.path("secret"), 0o644);
    let ended = home.add(&service, "second", &[]);
    let says = "osign: warning: others can read or change secret; run chmod 600 on it, or remove it now\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (0, says));
}

#[test]
fn a_redirect_uri_without_tls_is_spoken_of() {
    let home = Home::new();
    let says = "osign: note: the redirect URI has no TLS: whoever is on the way to it can read the code\n";
    for (uri, is_open) in [
        ("http://example.com/cb", true),
        ("HTTP://127.0.0.1.example.com/cb", true),
        ("https://example.com/cb", false),
        ("http://127.0.0.1:8484/cb", false),
        ("urn:ietf:wg:oauth:2.0:oob", false),
    ] {
        let add =
            ["grant", "add", "crm", "--provider", "gitlab", "--client-id", "id", "--client-secret-file", "secret"];
        let added = home.run(&[&add[..], &["--replace", "--redirect-uri", uri]].concat());
        assert_eq!((added.code, added.stderr.contains(says)), (0, is_open), "{uri}: {}", added.stderr);
    }
}

#[test]
fn services_are_listed() {
    let home = Home::new();
    let list = home.run(&["provider", "list"]).text();
    assert!(list.starts_with("amocrm              amoCRM                        code\n"), "{list}");
    let json: serde_json::Value = serde_json::from_str(&home.run(&["provider", "list", "--json"]).text()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), list.lines().count());
    let amocrm = include_str!("../../../src/provider/services/amocrm.toml");
    assert_eq!(home.run(&["provider", "show", "amocrm"]).text(), amocrm);
    let json: serde_json::Value =
        serde_json::from_str(&home.run(&["provider", "show", "avito", "--json"]).text()).unwrap();
    assert_eq!((json["name"].as_str(), json["kind"].as_str()), (Some("avito"), Some("client-credentials")));
}
