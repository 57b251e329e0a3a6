//! The three steps of a login, a renewal, and an end at the service.

use crate::oauth1::CONSUMER_KEY;
use crate::world::{PATIENCE, World, open, word};
use osign::grant::record::Status;

/// A grant that nobody has logged in for.
fn new(more: &[(&str, &str)]) -> World {
    let world = World::new();
    world.store.add("photos", world.settings(more)).unwrap();
    world
}

#[test]
fn from_nothing_to_a_signed_call() {
    let world = new(&[("profile", &profile("keep = ['user_id', 'screen_name']"))]);
    let store = &world.store;
    assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "not-logged-in");
    assert_eq!(store.check_as_json(0).unwrap().matches("not-logged-in").count(), 1);
    let url = store.begin_login("photos", None).unwrap();
    let first = world.provider.only();
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/initiate"));
    assert_eq!(first.parameter("oauth_callback"), Some("http://127.0.0.1:9/callback"));
    assert_eq!((first.parameter("oauth_token"), first.parameter("oauth_consumer_key")), (None, Some(CONSUMER_KEY)));
    assert_eq!(url, format!("{}/authorize?oauth_token=temporary-1%2F%2B2880e3", world.provider.url));
    // Another process ends it.
    let came_to = world.provider.agree(&url);
    let token = world.again().finish_login("photos", &came_to, PATIENCE).unwrap();
    assert_eq!(
        (token.value.expose(), token.token_type.as_str(), token.generation),
        ("", "", 2),
        "nothing is handed out"
    );
    let second = world.provider.only();
    assert_eq!((second.path.as_str(), second.parameter("oauth_token")), ("/token", first_token(&url).as_deref()));
    let grant = store.grant("photos").unwrap();
    assert_eq!((grant.state.status, grant.generation), (Status::Active, 2));
    assert!(grant.secrets.pending.is_none() && grant.secrets.login.is_none());
    assert_eq!(
        grant.state.kept,
        [("user_id".to_owned(), "42".to_owned()), ("screen_name".to_owned(), "ann".to_owned())]
    );
    world.call("photos", "GET", "/api/x", None).unwrap();
    assert_eq!(world.provider.only().parameter("oauth_token"), Some(grant.secrets.access.unwrap().expose()));
    let history = store.history("photos", 9).unwrap();
    let events: Vec<_> = history.iter().map(|happening| happening.event.as_str()).collect();
    assert_eq!(events, ["logged-in", "added"]);
    assert_eq!(store.check_as_json(0).unwrap(), "[]");
}

/// The temporary token of an address.
fn first_token(url: &str) -> Option<String> {
    let token = url.split("oauth_token=").nth(1)?;
    Some(token.replace("%2F", "/").replace("%2B", "+"))
}

pub(crate) fn profile(answer: &str) -> String {
    format!("name = 'photos'\ntitle = 'Photos'\ngrant = 'oauth1'\n[answer]\n{answer}\n")
}

/// A token that was made by hand is all that such a service has.
#[test]
fn a_service_without_a_login() {
    let world = World::new();
    world.with_token("shop", &[("profile", "name = 'shop'\ntitle = 'Shop'\ngrant = 'oauth1'\n")]);
    assert!(world.store.begin_login("shop", None).is_ok(), "its addresses were given");
    let bare = [
        ("provider", "bricklink"),
        ("consumer_key", CONSUMER_KEY),
        ("consumer_secret", "secret"),
        ("token", "token"),
        ("token_secret", "secret"),
    ];
    world.store.add("bricks", crate::world::made(bare)).unwrap();
    assert_eq!(word(world.store.begin_login("bricks", None)), "service-without-login");
}

/// The whole address, its query, and the code that a person types.
#[test]
fn whatever_is_pasted() {
    for (callback, cut) in
        [("http://127.0.0.1:9/callback?a=1", false), ("http://127.0.0.1:9/callback", true), ("oob", false)]
    {
        let world = new(&[("callback", callback)]);
        let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
        let pasted = if cut { came_to.split_once('?').unwrap().1 } else { came_to.as_str() };
        // A code may not look like an address.
        let pasted = if callback == "oob" { world.provider.retype(pasted) } else { pasted.to_owned() };
        world.store.finish_login("photos", &format!(" {pasted}\n"), PATIENCE).unwrap();
        world.call("photos", "GET", "/api/x", None).unwrap();
    }
    // Where nothing is said of it, the service shows a code.
    let world = World::new();
    let settings = [
        ("kind", "oauth1"),
        ("consumer_key", CONSUMER_KEY),
        ("consumer_secret", crate::oauth1::CONSUMER_SECRET),
        ("allow_insecure_http", "true"),
    ];
    let url = |path: &str| format!("{}/{path}", world.provider.url);
    let mut new = crate::world::made(settings);
    for (name, path) in
        [("request_token_url", "initiate"), ("authorize_url", "authorize"), ("access_token_url", "token")]
    {
        new.set(name, osign::setting::Value::Text(&url(path))).unwrap();
    }
    world.store.add("photos", new).unwrap();
    world.store.begin_login("photos", None).unwrap();
    assert_eq!(world.provider.only().parameter("oauth_callback"), Some("oob"));
}

/// What a service takes at the address where a person agrees, in place of what its profile says, and beside it.
#[test]
fn parameters_of_the_address_where_a_person_agrees() {
    let profile = format!("{}[extra]\nauthorize = {{ name = 'x', perms = 'read' }}\n", profile(""));
    let address = |more: &[(&str, &str)]| {
        let world = new(&[&[("profile", profile.as_str())], more].concat());
        let url = world.store.begin_login("photos", None).unwrap();
        let (_, rest) = url.split_once("&").unwrap();
        let came_to = world.provider.agree(&url);
        world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
        rest.to_owned()
    };
    assert_eq!(address(&[]), "name=x&perms=read");
    let more = ["perms=write", "name=", "scope=read,write", "title=a=b & c"].map(|text| ("authorize_parameter", text));
    assert_eq!(address(&more), "perms=write&scope=read%2Cwrite&title=a%3Db%20%26%20c");
}

/// Header, query and body; POST and GET.
#[test]
fn steps_as_the_service_wants_them() {
    for (transmission, method) in
        [("header", "POST"), ("header", "GET"), ("query", "GET"), ("query", "POST"), ("body", "POST")]
    {
        let world =
            new(&[("transmission", transmission), ("http_method", method), ("signature_method", "HMAC-SHA256")]);
        let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
        world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
        for seen in world.provider.take() {
            assert_eq!((seen.refused.as_deref(), seen.method.as_str()), (None, method), "{transmission}");
            let places = [
                seen.header("Authorization").is_some(),
                seen.path.contains("oauth_signature="),
                String::from_utf8_lossy(&seen.body).contains("oauth_signature="),
            ];
            assert_eq!(
                places,
                ["header", "query", "body"].map(|place| place == transmission),
                "{transmission} {method}"
            );
        }
    }
}

/// Temporary credentials are sent once: of two that end the same login one does.
#[test]
fn a_login_ends_once() {
    let world = new(&[]);
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    world.provider.take();
    let stores: Vec<_> = (0..8).map(|_| world.again()).collect();
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = stores
            .iter()
            .map(|store| {
                scope.spawn(|| store.finish_login("photos", &came_to, PATIENCE).map(drop).map_err(|error| error.word()))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err("no-login"))), "{results:?}");
    assert_eq!(world.provider.take().len(), 1);
    assert_eq!(word(world.store.finish_login("photos", &came_to, PATIENCE)), "no-login");
    assert_eq!(world.store.grant("photos").unwrap().generation, 2);
}

/// The grant goes on while a person has not agreed yet, and as it was where they never do.
#[test]
fn another_login_is_begun() {
    let world = new(&[]);
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
    let first = world.store.grant("photos").unwrap();
    let old = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    let newer = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
    assert_eq!(world.store.grant("photos").unwrap().secrets.access, first.secrets.access);
    assert_eq!(word(world.store.finish_login("photos", &old, PATIENCE)), "other-callback-token");
    world.store.finish_login("photos", &newer, PATIENCE).unwrap();
    let grant = world.store.grant("photos").unwrap();
    assert!(grant.generation == 3 && grant.secrets.access != first.secrets.access);
}

#[test]
fn a_login_that_is_old() {
    let world = new(&[]);
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    // As if it had been begun two days ago.
    reseal(&world, |grant| grant.secrets.pending.as_mut().unwrap().begun_at -= 2 * 86_400_000);
    assert_eq!(word(world.store.finish_login("photos", &came_to, PATIENCE)), "old-pending");
    assert_eq!(world.provider.take().iter().filter(|seen| seen.path == "/token").count(), 0);
}

/// Changes what is kept of a grant.
fn reseal(world: &World, change: impl FnOnce(&mut osign::grant::Grant)) {
    use osign::grant::seal::Sealer;
    let mut grant = world.store.grant("photos").unwrap();
    change(&mut grant);
    let options = {
        let mut options = osign::store::Options::default();
        options.anchors = Some(world.folder.join("anchors"));
        options
    };
    let store = osign::store::Sqlite::open(&world.folder.join("store.db"), &options).unwrap();
    let keys = osign::grant::key::Keys::new(osign::grant::key::Key::from_random(&[7; 32]));
    let record = Sealer::new(keys, store.id(), store.environment()).seal(&grant, &[1; 24]).unwrap();
    let revision = osign::grant::store::Store::load(&store, "photos").unwrap().unwrap().revision;
    assert!(osign::grant::store::Store::acquire(&store, "photos", grant.generation, revision, &record).unwrap());
}

#[test]
fn it_ends_at_the_service_too() {
    let revoke = |world: &World| format!("{}/disconnect", world.provider.url);
    let world = World::new();
    let url = revoke(&world);
    let token = world.with_token("photos", &[("revoke_url", url.as_str())]);
    assert!(world.store.revoke("photos", PATIENCE).unwrap());
    let seen = world.provider.only();
    assert_eq!((seen.path.as_str(), seen.parameter("oauth_token")), ("/disconnect", Some(token.as_str())));
    assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "revoked");
    // Where the service does not say so, nothing has changed.
    let world = World::new();
    let url = revoke(&world);
    world.with_token("photos", &[("revoke_url", url.as_str())]);
    world.provider.lie("/disconnect", 500, "text/html", "<html>");
    let error = world.store.revoke("photos", PATIENCE).unwrap_err();
    assert_eq!(error.word(), "not-revoked");
    world.provider.be_honest();
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
    world.store.revoke_here("photos", PATIENCE).unwrap();
    assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "revoked");
    // Nor where it cannot be told: it has a way, and the account's host is missing.
    let world = World::new();
    let profile = "name = 'photos'\ntitle = 'Photos'\ngrant = 'oauth1'\n[account]\nhosts = ['{label}.example.com']\n\
                   [endpoints]\nrevoke = 'https://{account}/disconnect'\n";
    world.with_token("photos", &[("profile", profile)]);
    let error = world.store.revoke("photos", PATIENCE).unwrap_err();
    assert_eq!((error.word(), error.status()), ("not-revoked", osign::Status::TryLater));
    let says = error.to_string();
    assert!(says.starts_with("the service did not say that the grant photos is revoked ("), "{says}");
    assert!(says.ends_with("), so nothing has changed; try again later, or end it here alone"), "{says}");
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
    world.store.revoke_here("photos", PATIENCE).unwrap();
    // One that has ended there already is ended.
    for problem in ["token_revoked", "token_expired"] {
        let world = World::new();
        let url = revoke(&world);
        world.with_token("photos", &[("revoke_url", url.as_str())]);
        world.provider.lie("/disconnect", 401, "text/plain", "oauth_problem=signature_invalid");
        assert_eq!(word(world.store.revoke("photos", PATIENCE)), "not-revoked");
        world.provider.lie("/disconnect", 401, "text/plain", "oauth_problem=token_rejected");
        assert_eq!(word(world.store.revoke("photos", PATIENCE)), "not-revoked");
        world.provider.lie("/disconnect", 401, "text/plain", &format!("oauth_problem={problem}"));
        assert!(world.store.revoke("photos", PATIENCE).unwrap());
        assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "revoked");
    }
    // A service without tokens has none to end.
    let world = World::new();
    let url = revoke(&world);
    world.store.add("shop", world.settings(&[("token", ""), ("revoke_url", url.as_str())])).unwrap();
    assert!(!world.store.revoke("shop", PATIENCE).unwrap());
    assert_eq!(world.provider.take().len(), 0);
}

#[test]
fn a_token_is_renewed_where_the_service_has_that() {
    let world = World::new();
    let url = format!("{}/renew", world.provider.url);
    let old = world.with_token("photos", &[("renew_url", url.as_str())]);
    let token = world.store.renew("photos", PATIENCE).unwrap();
    assert_eq!((token.generation, token.value.expose()), (2, ""));
    assert_eq!(world.provider.only().parameter("oauth_token"), Some(old.as_str()));
    let grant = world.store.grant("photos").unwrap();
    assert_ne!(grant.secrets.access.unwrap().expose(), old);
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
    world.provider.take();
    // What fails leaves it as it was.
    world.provider.lie("/renew", 401, "text/plain", "oauth_problem=token_expired");
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "request-refused");
    assert_eq!(world.store.grant("photos").unwrap().generation, 2);
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
    // The new pair may have been in an answer that is lost, and nobody is told otherwise.
    world.provider.hang_up("/renew");
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "renewal-lost");
    assert_eq!(world.store.grant("photos").unwrap().generation, 2);
    // So it may where nobody can read it, or the service failed.
    for (status, body) in [(503, ""), (500, "<html>"), (200, "<html>"), (200, ""), (200, "oauth_token=x")] {
        world.provider.lie("/renew", status, "text/plain", body);
        assert_eq!(word(world.store.renew("photos", PATIENCE)), "renewal-lost", "{status} {body}");
    }
    // What is left of it is kept, sealed: the last one alone speaks of a token.
    let unread = || world.store.grant("photos").unwrap().secrets.unread.map(|answer| answer.body.expose().to_owned());
    assert_eq!(unread().as_deref(), Some("oauth_token=x"));
    let json = r#"{"oauth_token":"new","oauth_token_secret":"hunter2"}"#;
    world.provider.lie("/renew", 200, "application/json", json);
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "renewal-lost");
    assert_eq!(unread().as_deref(), Some(json));
    assert!(!world.store.grant_as_json("photos").unwrap().contains("hunter2"));
    assert!(!world.store.grant_as_json("photos").unwrap().contains("\"unread_answer_since\":null"));
    for status in [400, 429] {
        world.provider.lie("/renew", status, "text/plain", "");
        assert_ne!(word(world.store.renew("photos", PATIENCE)), "renewal-lost", "{status}");
    }
    let cut = world.again().with_sender(std::sync::Arc::new(Cut));
    assert_eq!(word(cut.renew("photos", PATIENCE)), "renewal-lost");
    assert_eq!(world.store.grant("photos").unwrap().generation, 2);
    assert!(world.store.history_as_json("photos", 9).unwrap().contains("the connection broke before"));
    world.provider.be_honest();
    // Until there are new ones.
    assert_eq!(unread().as_deref(), Some("oauth_token=x&oauth_token_se"));
    assert_eq!(world.store.renew("photos", PATIENCE).unwrap().generation, 3);
    assert_eq!((unread(), world.store.grant("photos").unwrap().state.unread_at), (None, None));
    // Where there is no such thing, nothing is sent.
    world.provider.take();
    world.with_token("boxes", &[]);
    assert_eq!(word(world.store.renew("boxes", PATIENCE)), "no-endpoint");
    world.store.add("key", crate::world::made([("kind", "static"), ("secret", "k")])).unwrap();
    assert_eq!(word(world.store.renew("key", PATIENCE)), "other-grant");
    assert_eq!(world.provider.take().len(), 0);
}

/// The connection breaks before an answer's end.
struct Cut;

impl osign::http::Sender for Cut {
    fn send(&self, _: &osign::http::Request, _: u64) -> osign::http::Sent {
        let mut answer = osign::http::Answer::new(200, b"oauth_token=x&oauth_token_se");
        answer.is_cut = true;
        osign::http::Sent::Cut(osign::http::Trouble::BadAnswer, answer)
    }
}

#[test]
fn a_known_end_is_told_of() {
    let profile = format!("{}[lifetimes]\naccess = 86400\nauthorization = 864000\n", profile(""));
    let world = new(&[("profile", &profile)]);
    let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
    let before = osign::system::milliseconds();
    let token = world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
    let end = token.expires_at.unwrap();
    assert!((0..10_000).contains(&(end - before - 86_400_000)), "{end}");
    let found = world.store.check(2 * 86_400_000).unwrap();
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.what, finding.is_urgent, finding.ends_at), ("grant-ends", false, Some(end)));
    assert_eq!(world.store.check(3_600_000).unwrap(), []);
    // Its end by the calendar is a guess: whether the token is good is the service's to say.
    assert_eq!(world.call("photos", "GET", "/api/x", None).unwrap().status, 200);
}

/// A service that renews in the last days alone is not asked before, and whoever looks after the grant is told what to do.
#[test]
fn a_renewal_has_its_time() {
    const DAY: i64 = 86_400_000;
    let with = |days: u32| {
        let last = days * 86_400;
        let profile = format!(
            "{}[lifetimes]\naccess = 15552000\n[renewal]\nlast = {last}\n[[errors]]\ncode = '212'\nmeans = 'too-early'\n\
             [errors.advice]\nen = 'renewed in the last days only'\nru = '…'\n",
            profile("")
        );
        let world = World::new();
        let url = format!("{}/renew", world.provider.url);
        world.store.add("photos", world.settings(&[("profile", &profile), ("renew_url", &url)])).unwrap();
        let came_to = world.provider.agree(&world.store.begin_login("photos", None).unwrap());
        world.store.finish_login("photos", &came_to, PATIENCE).unwrap();
        world.provider.take();
        world
    };
    let world = with(30);
    let error = world.store.renew("photos", PATIENCE).unwrap_err();
    assert_eq!((error.word(), error.status()), ("too-early", osign::Status::TryLater));
    let says = "the service renews the token of the grant photos in the last days of its life alone, and was not asked; try again in \
                150 d";
    assert_eq!(error.to_string(), says);
    assert_eq!((world.provider.take().len(), world.store.grant("photos").unwrap().generation), (0, 2));
    // Nobody can do anything about its end yet.
    assert_eq!(world.store.check(181 * DAY).unwrap(), []);
    // By a clock that was put back there is no telling what its time is.
    reseal(&world, |grant| grant.state.obtained_at += DAY);
    assert_eq!(world.store.renew("photos", PATIENCE).unwrap().generation, 3);
    // Nor where it was had by one that was ahead, by more than the service renews in: it is asked, and the token's times are put right.
    reseal(&world, |grant| {
        grant.state.obtained_at += 40 * DAY;
        grant.state.expires_at = grant.state.expires_at.map(|end| end + 40 * DAY);
    });
    // Not by what says nothing of time: ours may be behind for a moment.
    let ahead = world.store.grant("photos").unwrap().state;
    world.provider.lie("/renew", 401, "text/plain", "oauth_problem=token_rejected");
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "request-refused");
    assert_eq!(world.store.grant("photos").unwrap().state, ahead);
    world.provider.lie("/renew", 401, "text/plain", "oauth_problem=212");
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "service-failed");
    let (state, now) = (world.store.grant("photos").unwrap().state, osign::system::milliseconds());
    assert!((0..60_000).contains(&(now - state.obtained_at)), "{state:?}");
    assert!((0..60_000).contains(&(now + 180 * DAY - state.expires_at.unwrap())), "{state:?}");
    assert_eq!(word(world.store.renew("photos", PATIENCE)), "too-early");
    // In its time it is.
    let world = with(180);
    let found = world.store.check(181 * DAY).unwrap();
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.what, finding.is_urgent), ("token-ends", false));
    assert_eq!(world.store.check(179 * DAY).unwrap(), []);
    world.provider.take();
    assert_eq!(world.store.renew("photos", PATIENCE).unwrap().generation, 3);
    assert_eq!(world.provider.only().path, "/renew");
}

/// A store that was restored renews nothing, and signs on: such a token does not rotate.
#[test]
fn in_a_store_that_was_restored() {
    let world = World::new();
    world.with_token("photos", &[]);
    let copy = world.folder.join("copy.db");
    world.store.backup(&copy).unwrap();
    world.store.add("later", world.settings(&[("token", "")])).unwrap();
    let path = world.folder.join("store.db");
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(world.folder.join(name));
    }
    std::fs::rename(&copy, &path).unwrap();
    let restored = open(&path, &world.folder, false);
    let url = format!("{}/api/x", world.provider.url);
    let (request, _) = restored.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert_eq!(world.send(&request).status, 200);
    assert_eq!(word(restored.begin_login("photos", None)), "quarantined");
}
