//! Lies of a service, of a browser and of a network: each has its reason, and the grant is as it was.

use crate::world::{PATIENCE, World, word};
use osign::grant::Grant;

/// A grant that works, with a login under way; and where the browser came to.
fn with_login() -> (World, String) {
    let world = World::new();
    world.store.add("photos", world.settings(&[])).unwrap();
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    world.provider.take();
    (world, came_to)
}

/// All of a grant but its login.
fn without_login(mut grant: Grant) -> Grant {
    grant.secrets.pending = None;
    grant
}

#[track_caller]
fn is_as_it_was(world: &World, before: &Grant) {
    assert_eq!(without_login(world.store.grant("photos").unwrap()), without_login(before.clone()));
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
}

#[track_caller]
fn no_secret_in(world: &World, text: &str) {
    for secret in world.provider.secrets() {
        assert!(!text.contains(&secret), "{text}");
    }
}

/// A callback that is another's, or tells of a refusal, or is none, takes nothing: the right one may still come.
#[test]
fn callbacks() {
    let (world, came_to) = with_login();
    let before = world.store.grant("photos").unwrap();
    let (place, query) = came_to.split_once('?').unwrap();
    let token = query.split('&').find(|pair| pair.starts_with("oauth_token=")).unwrap();
    let refused = |query: &str| format!("{place}?{query}");
    for (callback, reason) in [
        (came_to.replace("oauth_token=temporary", "oauth_token=other"), "other-callback-token"),
        (refused("oauth_token=x&oauth_verifier=y"), "other-callback-token"),
        (refused("oauth_verifier=y"), "no-callback-token"),
        (refused(token), "no-verifier"),
        (refused(&format!("{token}&oauth_verifier=")), "no-verifier"),
        (refused(&format!("{query}&{token}")), "repeated-parameter"),
        (refused(&format!("denied={}", token.strip_prefix("oauth_token=").unwrap())), "access-denied"),
        (refused("denied=x"), "other-callback-token"),
        (refused(&format!("{token}&oauth_problem=user_refused")), "access-denied"),
        (refused("x=y"), "not-oauth1-callback"),
        (refused("PIN-1"), "not-oauth1-callback"),
        ("PIN-1".to_owned(), "code-for-address"),
        (String::new(), "not-oauth1-callback"),
    ] {
        assert_eq!(word(world.store.finish_login("photos", &callback, PATIENCE)), reason, "{callback}");
        assert_eq!(world.store.grant("photos").unwrap(), before, "{callback}");
    }
    assert_eq!(world.provider.take().len(), 0);
    world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
}

/// Each byte of the callback's query, changed in turn, ends no login; or, where it says the same, the login.
#[test]
fn each_byte_of_a_callback() {
    let (world, came_to) = with_login();
    let at_query = came_to.find('?').unwrap() + 1;
    for at in at_query..came_to.len() {
        let mut changed = came_to.clone().into_bytes();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).unwrap();
        // A verifier is the service's to know.
        let is_verifier = at > came_to.find("oauth_verifier=").unwrap() + "oauth_verifier=".len() - 1;
        if !is_verifier {
            assert!(world.store.finish_login("photos", &changed, PATIENCE).is_err(), "{changed}");
        }
    }
    assert_eq!(world.provider.take().len(), 0);
    let mut changed = came_to.clone();
    changed.pop();
    assert_eq!(word(world.store.finish_login("photos", &changed, PATIENCE)), "login-not-taken");
}

/// What a service may answer to either request, and the reason that it is.
const LIES: [(u16, &str, &str, &str); 14] = [
    (200, "text/html", "<!DOCTYPE html><p>oauth_token=a&oauth_token_secret=b", "page-answer"),
    (200, "application/json", "{\"oauth_token\":\"a\",\"oauth_token_secret\":\"b\"}", "json-answer"),
    (200, "text/plain", "", "empty-answer"),
    (200, "text/plain", "oauth_token=a", "no-token-secret"),
    (200, "text/plain", "oauth_token_secret=a", "no-token"),
    (200, "text/plain", "oauth_token=&oauth_token_secret=a", "empty-token"),
    (200, "text/plain", "{honest}&oauth_token=a", "repeated-answer-field"),
    (200, "text/plain", "oauth_token=a%0D%0A&oauth_token_secret=b", "unsendable-token"),
    (500, "text/plain", "{honest}", "service-failed"),
    (503, "text/html", "<html>", "service-failed"),
    (302, "text/plain", "{honest}", "service-failed"),
    (401, "text/plain", "oauth_problem=signature_invalid", "request-refused"),
    (400, "text/plain", "{honest}", "request-refused"),
    (200, "text/plain", "oauth_problem=permission_denied", "request-refused"),
];

#[test]
fn answers_to_the_first_request() {
    let (world, _) = with_login();
    let before = world.store.grant("photos").unwrap();
    let long = format!("oauth_token={}&oauth_token_secret=b&oauth_callback_confirmed=true", "a".repeat(1 << 20));
    let more = [
        (200, "text/plain", "oauth_token=a&oauth_token_secret=b", "callback-not-confirmed"),
        (
            200,
            "text/plain",
            "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false",
            "callback-not-confirmed",
        ),
        (200, "text/plain", long.as_str(), "long-answer"),
    ];
    for (status, content_type, body, reason) in LIES.into_iter().chain(more) {
        world.provider.lie("/initiate", status, content_type, body);
        let error = world.store.begin_login("photos", None).unwrap_err();
        assert_eq!(error.word(), reason, "{status} {}: {error}", &body[..body.len().min(99)]);
        no_secret_in(&world, &error.to_string());
        assert_eq!(world.store.grant("photos").unwrap(), before, "{reason}");
    }
    world.provider.be_honest();
    is_as_it_was(&world, &before);
    world.store.begin_login("photos", None).unwrap();
}

/// The login is over then: its credentials were sent, and work once.
#[test]
fn answers_to_the_last_request() {
    let (world, mut came_to) = with_login();
    let before = world.store.grant("photos").unwrap();
    let long = format!("oauth_token={}&oauth_token_secret=b", "a".repeat(1 << 20));
    for (status, content_type, body, reason) in
        LIES.into_iter().chain([(200, "text/plain", long.as_str(), "long-answer")])
    {
        world.provider.lie("/token", status, content_type, body);
        let error = world.store.finish_login("photos", &came_to, PATIENCE).unwrap_err();
        assert_eq!(error.word(), reason, "{status} {}: {error}", &body[..body.len().min(99)]);
        no_secret_in(&world, &error.to_string());
        world.provider.be_honest();
        is_as_it_was(&world, &before);
        world.provider.take();
        assert_eq!(word(world.store.finish_login("photos", &came_to, PATIENCE)), "no-login");
        assert_eq!(world.provider.take().len(), 0);
        came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    }
    let history = world.store.history_as_json("photos", 100).unwrap();
    assert_eq!(history.matches("\"event\":\"failed\"").count(), LIES.len() + 1);
    no_secret_in(&world, &history);
    world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
}

#[test]
fn nobody_answers() {
    let (world, came_to) = with_login();
    let before = world.store.grant("photos").unwrap();
    // Nothing was sent, so the login goes on.
    let gone = world
        .settings(&[("access_token_url", "http://127.0.0.1:1/token"), ("request_token_url", "http://127.0.0.1:1/")]);
    let other = world.store.grant("photos").unwrap();
    world.store.add("gone", gone).unwrap();
    assert_eq!(word(world.store.begin_login("gone", None)), "service-unreachable");
    assert_eq!(world.store.grant("photos").unwrap(), other);
    world.provider.hang_up("/token");
    let error = world.store.finish_login("photos", &came_to, PATIENCE).unwrap_err();
    assert_eq!(error.word(), "login-lost");
    world.provider.be_honest();
    is_as_it_was(&world, &before);
    world.provider.hang_up("/initiate");
    let error = world.store.begin_login("photos", None).unwrap_err();
    assert_eq!(error.word(), "service-unreachable");
    assert!(error.to_string().starts_with("the service of the grant photos did not answer ("), "{error}");
}

/// Nothing of the request left this machine: the same callback will do.
#[test]
fn a_login_goes_on_where_nothing_was_sent() {
    use osign::http::{Request, Sender, Sent, Trouble};
    struct Down;
    impl Sender for Down {
        fn send(&self, _: &Request, _: u64) -> Sent {
            Sent::NotSent(Trouble::NoConnection)
        }
    }
    let (world, came_to) = with_login();
    let before = world.store.grant("photos").unwrap();
    let down = world.again().with_sender(std::sync::Arc::new(Down));
    assert_eq!(word(down.finish_login("photos", &came_to, PATIENCE)), "service-unreachable");
    assert_eq!(world.store.grant("photos").unwrap(), before);
    world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
}
