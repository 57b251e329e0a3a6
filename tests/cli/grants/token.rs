//! `osign token`: formats, refusals, many processes at an expiry, silence after a rejection.

use super::home::Home;
use crate::cli::run::run;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

/// How many tokens are asked for after a rejection. `OSIGN_TEST_LONG` makes it a thousand.
fn many() -> usize {
    if std::env::var_os("OSIGN_TEST_LONG").is_some() { 1000 } else { 100 }
}

#[test]
fn every_format() {
    let (home, _service) = Home::with_grant(&[], &[]);
    let token = home.token().unwrap();
    let json = home.token_json();
    let end = json["expires_at"].as_i64().unwrap();
    for (format, text) in [
        ("env", format!("OSIGN_ACCESS_TOKEN={token}\n")),
        ("curl", format!("header = \"Authorization: Bearer {token}\"\n")),
        ("header", format!("Authorization: Bearer {token}\n")),
        ("json", format!("{{\"access_token\":\"{token}\",\"generation\":2,\"expires_at\":{end},\"kind\":\"code\"}}\n")),
    ] {
        assert_eq!(home.run(&["token", "crm", "--format", format]).text(), text);
    }
    assert_eq!(home.run(&["token", "crm"]).text(), format!("{token}\n"));
    let ended = home.run(&["token", "crm", "--format", "xml"]);
    assert_eq!(
        ended.failure(2),
        "invalid value 'xml' for '--format <FORMAT>' [possible values: env, curl, header, json] (see osign --help)"
    );
}

#[test]
fn a_token_lives_on_for_as_long_as_was_asked() {
    let (home, service) = Home::with_grant(&["access_lifetime=100"], &[]);
    home.run(&["token", "crm", "--min-validity", "40"]).text();
    assert_eq!(service.count("refresh"), 0);
    sleep(Duration::from_millis(1100));
    // Half of its life is the most.
    home.run(&["token", "crm", "--min-validity", "99"]).text();
    assert_eq!(service.count("refresh"), 0);
    let says = "invalid value '-1' for '--min-validity <SECONDS>': -1 is not in 0..=2147483647 (see osign --help)";
    assert_eq!(home.run(&["token", "crm", "--min-validity", "-1"]).failure(2), says);
}

#[test]
fn a_token_that_was_turned_down_is_replaced_once() {
    let (home, service) = Home::with_grant(&[], &[]);
    let first = home.token_json();
    let generation = first["generation"].to_string();
    let refused =
        |generation: &str, status: &str| home.run(&["token", "crm", "--refused", generation, "--status", status]);
    let second = refused(&generation, "401").text();
    assert_ne!(second.trim(), first["access_token"].as_str().unwrap());
    // Whoever comes late has the newer one.
    assert_eq!(refused(&generation, "401").text(), second);
    assert_eq!(service.count("refresh"), 1);
    let says = "the status 500 does not mean that the token has ended; nothing was renewed";
    assert_eq!(refused("3", "500").failure(11), says);
    let says = "the service turned down a token of the grant crm that it had just given; renewing it again does not help: look \
                at the permissions of the application";
    assert_eq!(refused("3", "401").failure(11), says);
    assert_eq!(refused("9", "401").failure(3), "there is no token of the generation 9 yet; was the store restored?");
    assert_eq!(service.count("refresh"), 1);
    let says = "the following required arguments were not provided: --refused <GENERATION> (see osign --help)";
    assert_eq!(home.run(&["token", "crm", "--status", "403"]).failure(2), says);
}

#[test]
fn twenty_processes_at_an_expiry_send_one_refresh() {
    let (home, service) = Home::with_grant(&["access_lifetime=1", "family=true"], &[]);
    sleep(Duration::from_millis(1050));
    service.control(r#"{"access_lifetime": 3600, "fault": "slow", "seconds": 0.3}"#);
    let start = || {
        let mut command = home.osign(&["token", "crm"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let processes: Vec<_> = (0..20).map(|_| start()).collect();
    let mut tokens: Vec<_> = processes
        .into_iter()
        .map(|process| {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        })
        .collect();
    tokens.dedup();
    assert_eq!((tokens.len(), service.count("refresh"), service.count("most_in_flight")), (1, 1, 1));
}

#[test]
fn after_a_rejection_nothing_is_sent() {
    let (home, service) = Home::with_grant(&["access_lifetime=1", "refresh_lifetime=0.5"], &[]);
    sleep(Duration::from_millis(1100));
    let says = "the service turned the grant crm down (HTTP 400, invalid_grant); a person must log in again: osign grant login crm";
    assert_eq!(home.token(), Err((10, says.to_owned())));
    let sent = service.count("token");
    for _ in 0..many() {
        assert_eq!(home.token(), Err((10, says.to_owned())));
    }
    assert_eq!(service.count("token"), sent);
    let check = home.run(&["grant", "check"]);
    assert_eq!(
        check.text_with(10),
        "ACT  crm: the service turned it down (HTTP 400, invalid_grant): osign grant login crm\n"
    );
    home.login("crm");
    home.token().unwrap();
}

#[test]
fn a_service_that_renews_only_after_the_end() {
    let (home, service) = Home::with_profile(&["access_lifetime=3", "after_expiry=true"], |profile| {
        let row = "[[errors]]\ndescription = \"token not expired\"\nmeans = \"too-early\"\n\n[sources]";
        profile.replace("[sources]", row)
    });
    let first = home.token().unwrap();
    sleep(Duration::from_millis(1700));
    // It is asked early, refuses, and the living token is handed out; it is not asked again.
    for _ in 0..3 {
        assert_eq!(home.run(&["token", "crm", "--min-validity", "2"]).text().trim(), first);
    }
    assert!(service.count("refresh") <= 1);
    sleep(Duration::from_millis(1500));
    assert_ne!(home.token().unwrap(), first);
}

#[test]
fn a_service_that_is_busy_or_away() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    sleep(Duration::from_millis(1050));
    service.control(r#"{"fault": "429", "times": -1}"#);
    let says = "the grant crm cannot be renewed right now (too many requests); try again in 1 s";
    assert_eq!(home.run(&["token", "crm", "--wait", "0"]).failure(11), says);
    service.control(r#"{"fault": ""}"#);
    // Whoever waits has it.
    home.run(&["token", "crm", "--min-validity", "0", "--wait", "10"]).text();
    sleep(Duration::from_millis(1050));
    drop(service);
    let ended = run(&mut home.osign(&["token", "crm", "--wait", "0"]));
    assert!(ended.failure(11).starts_with("the grant crm cannot be renewed right now (no connection); try again in "));
}

#[test]
fn an_answer_that_cannot_be_read_blocks_nobody() {
    for fault in ["500", "html", "truncated"] {
        let (home, service) =
            Home::with_grant(&["access_lifetime=1", "policy=idempotent"], &["--rotation", "idempotent"]);
        sleep(Duration::from_millis(1050));
        service.control(&format!("{{\"fault\": \"{fault}\"}}"));
        let token = home.token();
        assert!(token.is_ok(), "{fault}: {token:?}");
    }
}
