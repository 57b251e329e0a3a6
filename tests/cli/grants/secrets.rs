//! No secret is anywhere but in what was asked for: not in the store's files, messages, arguments or the environment.

#![cfg(target_os = "linux")]

use super::home::Home;
use super::service::{SECRET, Service};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

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
    for path in found.iter().filter(|path| !path.ends_with("secret")) {
        let bytes = fs::read(path).unwrap();
        for secret in secrets {
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{secret} in {}", path.display());
        }
    }
}

fn secrets(service: &Service) -> Vec<String> {
    let mut secrets = service.issued();
    assert!(secrets.len() >= 3);
    secrets.push(SECRET.to_owned());
    secrets
}

#[test]
fn stores_and_messages_hold_no_secret() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    let mut said = String::new();
    let mut run = |arguments: &[&str]| {
        let ended = home.run(arguments);
        said.push_str(&ended.stderr);
        if arguments[0] != "token" {
            said.push_str(&String::from_utf8(ended.stdout).unwrap());
        }
    };
    for _ in 0..2 {
        sleep(Duration::from_millis(1050));
        run(&["token", "crm", "--min-validity", "0"]);
        check(&home, &secrets(&service));
    }
    for fault in ["500", "html", "truncated", "drop", "lose", "429"] {
        service.control(&format!("{{\"fault\": \"{fault}\"}}"));
        sleep(Duration::from_millis(1050));
        run(&["token", "crm", "--min-validity", "0", "--wait", "0"]);
    }
    run(&["token", "crm"]);
    for arguments in [
        &["grant", "list"][..],
        &["grant", "show", "crm"],
        &["grant", "show", "crm", "--json"],
        &["grant", "history", "crm"],
        &["grant", "check"],
        &["grant", "check", "--format", "prometheus"],
        &["store", "info"],
        &["store", "backup", "copy.sqlite"],
        &["grant", "revoke", "crm"],
    ] {
        run(arguments);
    }
    let secrets = secrets(&service);
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
    assert!(!secrets(&service).iter().any(|secret| environment.contains(secret.as_str())));
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
        for secret in secrets(&service) {
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
            assert!(!is_secret || pair[0].contains("-file"), "{command:?}: {pair:?}");
        }
    }
    let says = "credentials are never taken from the command line";
    let failure = home.run(&["grant", "add", "crm", "--client-secret", "hunter2"]).failure(2);
    assert!(failure.starts_with(says) && !failure.contains("hunter2"), "{failure}");
}
