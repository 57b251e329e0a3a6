//! Bad input: a code, a sentence, and nothing half written.

use super::home::Home;
use crate::cli::run::{run, set_mode};
use std::fs;

/// Adds a grant with these arguments, which fails; nothing is made.
#[track_caller]
fn refused(home: &Home, name: &str, more: &[&str], code: i32) -> String {
    let arguments = ["grant", "add", name, "--client-id", "id", "--client-secret-file", "secret"];
    let failure = home.run(&[&arguments[..], more].concat()).failure(code);
    assert!(!home.path(".local").exists(), "something was made");
    failure
}

#[test]
fn names() {
    let home = Home::new();
    let says = "a grant's name has 1 to 100 letters, digits, and - _ . @ between them";
    for name in ["", "../crm", "a/b", "a\u{1}b", "a\nb", ".a", "a b", &"a".repeat(10_000)] {
        assert_eq!(refused(&home, name, &["--provider", "custom"], 3), says, "{name:?}");
    }
    let (home, _service) = Home::with_grant(&[], &[]);
    for name in ["../crm", "a\u{7f}", &"я".repeat(10_000)] {
        assert_eq!(home.run(&["token", name]).failure(3), says);
        assert_eq!(home.run(&["grant", "rename", "crm", name]).failure(3), says);
    }
}

#[test]
fn providers_and_profiles() {
    let home = Home::new();
    let failure = refused(&home, "crm", &["--provider", "none"], 14);
    assert!(failure.starts_with("the provider is none of amocrm, avito, "), "{failure}");
    let failure = refused(&home, "crm", &["--provider", "./none.toml"], 5);
    assert_eq!(failure, "cannot read ./none.toml: No such file or directory (os error 2)");
    let good = "name = 'mine'\ntitle = 'Mine'\ngrant = 'code'\n[endpoints]\nauthorize = ''\ntoken = ''\n[request]\n\
                client_authentication = 'body'\nbody = 'form'\n[rotation]\npolicy = 'strict'\n";
    for (text, says) in [
        (format!("{good}colour = 'red'\n"), "line 12 of the profile: there is no field colour"),
        (good.replace("policy = 'strict'\n", ""), "line 10 of the profile: the field policy is missing here"),
        (good.replace("'strict'", "'hunter2'"), "line 11 of the profile: rotation.policy must be "),
        (good.replace("title =", "title"), "line 2"),
        (
            good.replace("token = ''", "token = 'http://example.com/'"),
            "line 6 of the profile: endpoints.token must be an https:// address",
        ),
    ] {
        home.folder.file("mine.toml", text);
        let failure = refused(&home, "crm", &["--provider", "./mine.toml"], 14);
        assert!(
            failure.starts_with("./mine.toml: ") && failure.contains(says) && !failure.contains("hunter2"),
            "{failure}"
        );
        assert_eq!(home.run(&["provider", "show", "./mine.toml"]).failure(14), failure);
    }
}

#[test]
fn addresses() {
    let home = Home::new();
    let custom = |token: &str, more: &[&str]| {
        let authorize =
            ["--authorize-url", "https://id.example.com/authorize", "--redirect-uri", "https://example.com/cb"];
        refused(&home, "crm", &[&["--provider", "custom", "--token-url", token], &authorize[..], more].concat(), 14)
    };
    let says = "the token address is no https:// address; http is for loopback alone, and must be allowed";
    assert_eq!(custom("http://id.example.com/token", &[]), says);
    assert_eq!(custom("http://id.example.com/token", &["--allow-insecure-http"]), says);
    assert_eq!(custom("http://127.0.0.1:1/token", &[]), says);
    let failure = refused(&home, "crm", &["--provider", "custom", "--token-url", "id.example.com"], 3);
    assert_eq!(failure, "token_url must be an absolute https:// address without user name and fragment");
    let failure = refused(&home, "crm", &["--provider", "custom", "--api-origin", "https://a.example/path"], 3);
    assert_eq!(failure, "api_origin must be an absolute https:// address without user name and fragment");
    let says = "the URL is no https:// address; http is for loopback alone, and must be allowed";
    let key = ["grant", "add", "crm", "--kind", "static", "--secret-file", "secret", "--api-origin"];
    for origin in ["http://api.example.com", "http://127.0.0.1:1"] {
        assert_eq!(home.run(&[&key[..], &[origin]].concat()).failure(14), says);
    }
    let failure = home.run(&[&key[..], &["http://api.example.com", "--allow-insecure-http"]].concat()).failure(14);
    assert!(failure.starts_with("the URL's origin is not one of ") || failure == says, "{failure}");
    assert!(!home.path(".local").exists());
    let failure = refused(&home, "crm", &["--provider", "google", "--account", "sub.example.com"], 14);
    assert_eq!(failure, "Google has the same addresses for all accounts; leave the account out");
    let amocrm = ["--provider", "amocrm", "--redirect-uri", "https://example.com/cb", "--account"];
    for account in ["sub.amocrm.ru.evil.example", "evil.example", "amocrm.ru"] {
        let failure = refused(&home, "crm", &[&amocrm[..], &[account]].concat(), 14);
        assert!(failure.starts_with("account is not one of {label}.amocrm.ru, "), "{failure}");
    }
    for (account, says) in [
        ("http://sub.amocrm.ru", "account has another scheme than https; nothing was sent there"),
        ("sub.amocrm.ru:8443", "account names a port; nothing was sent there"),
        ("u@sub.amocrm.ru", "account has a user name before its host; nothing was sent there"),
        ("127.0.0.1", "account is an IP address and no host name; nothing was sent there"),
    ] {
        assert_eq!(refused(&home, "crm", &[&amocrm[..], &[account]].concat(), 14), says);
    }
    let failure = refused(&home, "crm", &["--provider", "custom", "--rotation", "weekly"], 3);
    assert!(failure.starts_with("the rotation is none of strict, "), "{failure}");
}

#[test]
fn what_is_missing_is_said_at_once() {
    let home = Home::new();
    let failure = home.run(&["grant", "add", "crm", "--provider", "amocrm"]).failure(14);
    assert_eq!(failure, "the client has no identifier; set the one that the service gave");
    let failure = home.run(&["grant", "add", "crm", "--provider", "amocrm", "--client-id", "id"]).failure(14);
    assert_eq!(failure, "there is no client's secret: --client-secret-file FILE names a file that holds it");
    let failure = refused(&home, "crm", &["--provider", "amocrm"], 14);
    assert_eq!(failure, "the service wants the redirect URI, and none is set");
    let failure = refused(&home, "crm", &["--provider", "custom", "--redirect-uri", "https://example.com/cb"], 14);
    assert_eq!(failure, "no address of the authorize endpoint is known; give one");
    let failure = home.run(&["grant", "add", "crm"]).failure(2);
    assert_eq!(failure, "--provider is missing: a name that osign provider list shows, or a file");
    let failure = refused(&home, "crm", &["--provider", "amocrm", "--expires", "2030-01-01"], 2);
    assert_eq!(failure, "--expires is for --kind static alone");
    let failure = home.run(&["grant", "add", "crm", "--kind", "static", "--client-id", "id"]).failure(2);
    assert_eq!(failure, "--client-id says nothing of a static key");
    for place in ["X-Api-Key", "X Key: {}", "X-Key: {}{}"] {
        let failure =
            home.run(&["grant", "add", "crm", "--kind", "static", "--secret-file", "secret", "--header", place]);
        let says = "a static key goes into a header, as 'X-Api-Key: {}', or into the query, as ?key";
        assert_eq!(failure.failure(3), says);
    }
    home.folder.file("lines", "a\nb\n");
    let failure = home.run(&["grant", "add", "crm", "--kind", "static", "--secret-file", "lines"]).failure(4);
    assert_eq!(failure, "the key in lines is more than a line of text");
    assert!(!home.path(".local").exists());
}

#[test]
fn keys() {
    let (home, _service) = Home::with_grant(&[], &[]);
    let key = home.path(".local/share/osign/store.key");
    let token = |key: &str| home.run(&["token", "crm", "--key-file", key]);
    for mode in [0o644, 0o604, 0o660] {
        set_mode(&key, mode);
        let shown = key.display();
        let says = format!(
            "other users may read or change the key file {shown} (its mode is {mode:03o}); make it yours alone: chmod 600 {shown}"
        );
        assert_eq!(token(key.to_str().unwrap()).failure(12), says);
        assert_eq!(home.token(), Err((12, says)));
    }
    set_mode(&key, 0o440);
    home.token().unwrap();
    for (name, text) in [("empty", ""), ("short", "osign-key-1:AAAA"), ("long", &"x".repeat(33)), ("line", "hunter2")] {
        home.folder.file(name, text);
        let says = format!("{name}: the store's key is neither the line that `osign key new` writes nor 32 bytes");
        assert_eq!(token(name).failure(12), says);
    }
    assert_eq!(token("none").failure(12), "there is no key file none; if none was made yet: osign key new none");
    assert_eq!(token(".").failure(12), ". is a folder, and no key file");
}

#[test]
fn stores() {
    let (home, service) = Home::with_grant(&[], &[]);
    let token = |store: &str| home.run(&["token", "crm", "--store", store]);
    for store in ["", "sqlite:", "grants.sqlite", "mysql://localhost/"] {
        assert_eq!(
            token(store).failure(12),
            "--store is none that is known; write sqlite:PATH or postgresql://USER@HOST/DATABASE",
            "{store}"
        );
    }
    let says =
        "the store's URL, or the variable for it, says something of 'user' that osign does not know or cannot do";
    assert_eq!(token("postgresql://localhost/").failure(12), says);
    let none = format!("there is no store {}", home.path("none.sqlite").display());
    assert_eq!(token("sqlite:none.sqlite").failure(12), none);
    fs::create_dir(home.path("folder")).unwrap();
    std::os::unix::fs::symlink(home.path(".local/share/osign/grants.sqlite"), home.path("link")).unwrap();
    home.folder.file("text", "x".repeat(5000));
    home.folder.file("open", "");
    set_mode(&home.path("open"), 0o644);
    for (store, says) in [
        ("folder", " is a folder; name a file in it"),
        ("link", " is a symbolic link, and what belongs beside the store would lie elsewhere; name the store itself"),
        ("text", " is a file of something else than osign; nothing was overwritten"),
        ("open", "other users may open the store "),
        ("none/store", "the folder of the store none/store is not there, or cannot be looked into"),
    ] {
        let url = format!("sqlite:{store}");
        let failure = token(&url).failure(12);
        assert!(failure.contains(says), "{failure}");
        // Nor is one made there.
        let failure = home.add(&service, "new", &["--store", &url]).failure(12);
        assert!(failure.contains(says), "{failure}");
    }
    assert_eq!(fs::read(home.path("text")).unwrap(), "x".repeat(5000).as_bytes());
    let mut command = home.osign(&["token", "crm"]);
    let failure = run(command.env_remove("HOME")).failure(12);
    assert!(
        failure.starts_with("there is no folder of data for this user (no HOME); name one with --store sqlite:PATH"),
        "{failure}"
    );
    let home = Home::new();
    let failure = home.run(&["grant", "list"]).failure(12);
    assert!(
        failure.starts_with("there is no store yet, ") && failure.ends_with("; osign grant add makes one"),
        "{failure}"
    );
}

#[test]
fn a_hostile_account_is_refused_before_anybody_is_sent_there() {
    let home = Home::new();
    let add = ["grant", "add", "crm", "--provider", "amocrm", "--client-id", "id", "--client-secret-file", "secret"];
    assert_eq!(home.run(&[&add[..], &["--redirect-uri", "https://example.com/cb"]].concat()).code, 0);
    for arguments in
        [&["grant", "exchange", "crm", "--code", "c", "--account"][..], &["grant", "login", "crm", "--account"]]
    {
        let failure = home.run(&[arguments, &["sub.amocrm.ru.evil.example"]].concat()).failure(14);
        assert!(failure.starts_with("account is not one of {label}.amocrm.ru, "), "{failure}");
    }
    assert!(!home.path("xdg-open.url").exists());
    let failure = home.run(&["grant", "exchange", "crm", "--code", "c\u{1}"]).failure(3);
    assert_eq!(failure, "the code is empty, or holds what no code holds (RFC 6749 Appendix A.11)");
}
