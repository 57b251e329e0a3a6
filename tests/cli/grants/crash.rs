//! A process that is killed while the service answers, and what becomes of the grant, by what the service does to tokens.

use super::home::Home;
use super::service::Service;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Kills a process that has sent its refresh token, and has no answer yet: the service has replaced the token.
fn kill_one(home: &Home, service: &Service) {
    sleep(Duration::from_millis(1050));
    let rotated = service.count("refresh");
    service.control(r#"{"fault": "hold"}"#);
    let mut command = home.osign(&["token", "crm", "--min-validity", "0"]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while service.count("refresh") == rotated {
        assert!(Instant::now() < end, "nothing was sent");
        sleep(Duration::from_millis(5));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    service.control(r#"{"release": true}"#);
}

#[test]
fn the_token_that_may_be_spent_is_sent_again_where_that_can_help() {
    for (policy, rotation) in [
        ("none", "none"),
        ("maybe", "maybe"),
        ("idempotent", "idempotent"),
        ("timed:60", "timed:60"),
        ("timed:60:2", "timed:60"),
        ("calendar:60", "calendar:60"),
        ("until-new-refresh-used", "until-used"),
        ("until-new-access-used:10", "until-used"),
    ] {
        let policy = format!("policy={policy}");
        let (home, service) = Home::with_grant(&[&policy, "access_lifetime=1"], &["--rotation", rotation]);
        kill_one(&home, &service);
        // The lock is free at once, and the intent tells what to do.
        let begun = Instant::now();
        let token = home.token();
        assert!(token.is_ok(), "{policy}: {token:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{policy}: {:?}", begun.elapsed());
        assert_eq!(service.count("refresh"), 2, "{policy}");
        // And it goes on.
        sleep(Duration::from_millis(1050));
        let token = home.token();
        assert!(token.is_ok(), "{policy}: {token:?}");
    }
}

#[test]
fn where_the_old_token_dies_at_once_it_is_tried_and_then_said() {
    let (home, service) = Home::with_profile(&["policy=strict", "access_lifetime=1"], |profile| {
        profile.replace("revokes_family = true", "revokes_family = false")
    });
    kill_one(&home, &service);
    let says = "an answer with the new tokens of the grant crm was lost, and the service takes the old ones no more (HTTP 400, \
                invalid_grant); a person must log in again: osign grant login crm";
    assert_eq!(home.token(), Err((10, says.to_owned())));
    let sent = service.count("token");
    assert_eq!(home.token(), Err((10, says.to_owned())));
    assert_eq!(service.count("token"), sent);
    home.login("crm");
    home.token().unwrap();
}

#[test]
fn a_lost_request_costs_nothing() {
    // It never came: whatever the policy, the token is still good.
    let (home, service) = Home::with_grant(&["policy=strict", "access_lifetime=1"], &["--rotation", "idempotent"]);
    sleep(Duration::from_millis(1050));
    service.control(r#"{"fault": "lose"}"#);
    home.token().unwrap();
    assert_eq!((service.count("refresh"), service.count("faults")), (1, 1));
}

#[test]
fn where_a_second_use_ends_the_grant_the_first_is_waited_for() {
    let (home, service) = Home::with_grant(&["policy=strict", "family=true", "access_lifetime=1"], &[]);
    kill_one(&home, &service);
    let sent = service.count("token");
    // Its request could be under way for 35 seconds.
    let (code, message) = home.token().unwrap_err();
    assert!(message.starts_with("the grant crm cannot be renewed right now; try again in 3"), "{message}");
    assert_eq!((code, service.count("token")), (11, sent));
}
