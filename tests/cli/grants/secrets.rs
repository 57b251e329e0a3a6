//! No secret is anywhere but in what was asked for: not in the store's files, messages, arguments or the environment.

#![cfg(target_os = "linux")]

use super::home::Home;
use super::service::{SECRET, Service};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PASSPHRASE: &str = "correct horse battery";

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[track_caller]
fn check(home: &Home, secrets: &[String]) {
    let mut found = Vec::new();
    files(home.folder.path(), &mut found);
    assert!(found.iter().any(|path| path.ends_with("grants.sqlite")));
    // Where a person put them, or osign the key.
    let their_own = ["secret", "pass", "store.key"];
    for path in found.iter().filter(|path| !their_own.iter().any(|name| path.ends_with(name))) {
        let bytes = fs::read(path).unwrap();
        for secret in secrets {
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{secret} in {}", path.display());
        }
    }
}

/// All codes and tokens, the client's secret, the key, and a passphrase.
fn secrets(home: &Home, service: &Service) -> Vec<String> {
    let mut secrets = service.issued();
    assert!(secrets.len() >= 3);
    let key = fs::read_to_string(home.path(".local/share/osign/store.key")).unwrap();
    secrets.extend([SECRET.to_owned(), key.trim().rsplit(':').next().unwrap().to_owned(), PASSPHRASE.to_owned()]);
    secrets
}

#[test]
fn stores_and_messages_hold_no_secret() {
    let (home, service) = Home::with_grant(&["access_lifetime=1", "policy=idempotent"], &["--rotation", "idempotent"]);
    let mut said = String::new();
    let mut run = |arguments: &[&str]| {
        let ended = home.run(arguments);
        said.push_str(&ended.stderr);
        // What was asked for is in the answer.
        if !matches!(arguments[0], "token" | "call") {
            said.push_str(&String::from_utf8(ended.stdout).unwrap());
        }
    };
    for _ in 0..2 {
        sleep(Duration::from_millis(1050));
        run(&["token", "crm", "--min-validity", "0"]);
        check(&home, &secrets(&home, &service));
    }
    for fault in ["500", "html", "truncated", "drop", "lose", "429"] {
        service.control(&format!("{{\"fault\": \"{fault}\"}}"));
        sleep(Duration::from_millis(1050));
        run(&["token", "crm", "--min-validity", "0", "--wait", "0"]);
    }
    run(&["token", "crm"]);
    let echo = format!("{}/api/echo", service.url);
    home.folder.file("pass", PASSPHRASE);
    let sealed = ["--bundle-passphrase-file", "pass"];
    for arguments in [
        &["grant", "list"][..],
        &["grant", "show", "crm"],
        &["grant", "history", "crm"],
        &["grant", "check"],
        &["store", "info"],
        &["provider", "list"],
    ] {
        run(arguments);
        run(&[arguments, &["--json"]].concat());
    }
    for arguments in [
        &["grant", "check", "--format", "prometheus"][..],
        &["grant", "check", "--format", "prometheus", "--out", "osign.prom"],
        &["call", "crm", "GET", &echo, "--fail"],
        &["store", "backup", "copy.sqlite"],
        &[&["grant", "export", "crm", "--to", "crm.bundle", "--backup", "--json"][..], &sealed].concat(),
        &["grant", "rename", "crm", "sales", "--json"],
        &[&["grant", "import", "crm.bundle", "--json"][..], &sealed].concat(),
        &["grant", "adopt", "crm", "--json"],
        &["store", "rekey", "--new-passphrase-file", "pass", "--json"],
        &["token", "crm", "--passphrase-file", "pass", "--refused", "1"],
        &["grant", "revoke", "crm", "--passphrase-file", "pass", "--json"],
        &["grant", "remove", "sales", "--passphrase-file", "pass", "--json"],
    ] {
        run(arguments);
    }
    for file in ["osign.prom", "copy.sqlite", "crm.bundle"] {
        assert!(home.path(file).exists(), "{file}: {said}");
    }
    let secrets = secrets(&home, &service);
    check(&home, &secrets);
    for secret in &secrets {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn others_see_nothing_of_a_process() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    // What the browser was started with.
    let environment = fs::read_to_string(home.path("xdg-open.env")).unwrap();
    assert!(!secrets(&home, &service).iter().any(|secret| environment.contains(secret.as_str())));
    // And what it was to open, which others see: the code and the verifier are not in it.
    let (child, url) = home.begin_login("crm");
    assert!(!secrets(&home, &service).iter().any(|secret| url.contains(secret.as_str())), "{url}");
    let parameters = ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
    let names: Vec<_> = url.split(['?', '&']).skip(1).map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!(names, parameters);
    assert_eq!(super::service::get(super::service::get(&url).header("Location")).status, 200);
    let said = child.wait_with_output().unwrap();
    let said = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
    assert!(!secrets(&home, &service).iter().any(|secret| said.contains(secret.as_str())), "{said}");
    sleep(Duration::from_millis(1050));
    service.control(r#"{"fault": "hold"}"#);
    let mut process = home.osign(&["token", "crm"]).stdout(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while service.count("refresh") == 0 {
        assert!(Instant::now() < end, "nothing was sent");
        sleep(Duration::from_millis(5));
    }
    for file in ["cmdline", "environ"] {
        let text = fs::read(format!("/proc/{}/{file}", process.id())).unwrap();
        assert!(!text.is_empty());
        for secret in secrets(&home, &service) {
            assert!(memchr::memmem::find(&text, secret.as_bytes()).is_none(), "{secret} in {file}");
        }
    }
    service.control(r#"{"release": true}"#);
    assert!(process.wait().unwrap().success());
}

#[test]
fn no_option_takes_a_secret() {
    let home = Home::new();
    for command in
        [&["token"][..], &["call"], &["grant", "add"], &["grant", "login"], &["grant", "import"], &["store", "rekey"]]
    {
        let help = home.run(&[command, &["--help"]].concat()).text();
        let words: Vec<_> = help.split_whitespace().collect();
        for pair in words.windows(2).filter(|pair| pair[0].starts_with("--") && pair[1].starts_with('<')) {
            let is_secret = ["secret", "passphrase", "key"].iter().any(|word| pair[0].contains(word));
            // A consumer's key stands in each header, and names it.
            let is_name = pair[0] == "--consumer-key";
            assert!(!is_secret || is_name || pair[0].contains("-file"), "{command:?}: {pair:?}");
        }
    }
    let says = "credentials are never taken from the command line";
    let failure = home.run(&["grant", "add", "crm", "--client-secret", "hunter2"]).failure(2);
    assert!(failure.starts_with(says) && !failure.contains("hunter2"), "{failure}");
}
