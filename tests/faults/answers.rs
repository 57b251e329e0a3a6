//! Rows 3, 15 to 18, 27 and 28: connections that fail, and answers that are none, or of a service that is in trouble.

use crate::policies::{ALL, SAVING, each};
use crate::provider::Lie;
use crate::service::Habits;
use crate::watched::{Told, Watched};
use crate::world::{NAME, PATIENCE, World, new_grant};
use osign::grant::record::Status;
use osign::grant::report::findings;
use osign::grant::seal::outside;
use osign::grant::store::Store;

/// Gives the grant another address for tokens.
fn point(world: &World, url: &str) {
    let set = |grant: &mut osign::grant::Grant| {
        grant.settings.overrides.retain(|(name, _)| name != "token_url");
        grant.settings.overrides.push(("token_url".to_owned(), url.to_owned()));
        Ok(())
    };
    world.host.keeper().change(NAME, "changed", PATIENCE, set).unwrap();
}

#[test]
fn row_03_what_was_not_sent_is_as_if_it_had_not_been_tried() {
    // Nobody listens there: a port that was free a moment ago may by now be another test's.
    let closed = "127.0.0.1:1";
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-03", habits);
        let port = world.provider.url("").rsplit(':').next().unwrap().to_owned();
        let mut urls = vec![format!("http://{closed}/token"), format!("https://127.0.0.1:{port}/token")];
        if !habits.family {
            // Once: some resolvers take long to say that there is no such name.
            urls.push("https://a.invalid/token".to_owned());
        }
        for url in urls {
            point(&world, &url);
            let before = world.host.grant();
            let error = world.host.keeper().access_token(NAME, 0, 100).unwrap_err();
            assert_eq!(error.word(), "waiting", "{url}");
            let after = world.host.grant();
            assert_eq!(after.secrets, before.secrets);
            assert_eq!((after.generation, after.state.intent), (before.generation, None));
            assert_eq!(after.state.status, Status::Active);
            world.clock.skip(60_000);
        }
        // The first back-off is a second at most.
        let world = World::expired("row-03", habits);
        let good = world.provider.url("/token");
        point(&world, &format!("http://{closed}/token"));
        let error = world.host.keeper().access_token(NAME, 0, 100).unwrap_err();
        assert!(error.to_string().ends_with("right now (no connection); try again in 1 s"), "{error}");
        point(&world, &good);
        world.clock.skip(1_000);
        let token = world.host.keeper().access_token(NAME, 0, 100).unwrap();
        world.is_well(&token);
        assert_eq!(world.sends(), 1);
    }
}

#[test]
fn row_15_a_service_that_asks_to_wait_is_waited_for() {
    for (lie, wait) in [
        (Lie::TooMany(Some(7)), 7_000),
        (Lie::TooMany(None), 30_000),
        (Lie::Unavailable(7), 7_000),
        (Lie::TooMany(Some(1_000_000)), 3_600_000),
    ] {
        for habits in [Habits::STRICT, Habits::FAMILY] {
            let world = World::expired("row-15", habits);
            world.provider.lie(&[lie; 3]);
            for round in 1..=3 {
                for _ in 0..10 {
                    let error = world.host.keeper().access_token(NAME, 0, 100).unwrap_err();
                    assert_eq!(error.word(), "waiting", "{lie:?}");
                }
                assert_eq!(world.sends(), round, "{lie:?}");
                let state = world.host.grant().state;
                assert_eq!((state.intent, state.status), (None, Status::Active), "{lie:?}");
                world.clock.skip(wait);
            }
            let token = world.host.keeper().access_token(NAME, 0, 100).unwrap();
            world.is_well(&token);
            assert_eq!(world.host.grant().secrets.previous.unwrap().0.expose(), "hunter2-refresh-1");
        }
    }
    // A caller who has the time waits, and a token that lives is handed out meanwhile.
    let world = World::new("row-15", Habits::STRICT);
    world.provider.lie(&[Lie::TooMany(Some(1))]);
    world.clock.skip(3_000_000);
    for _ in 0..5 {
        assert_eq!(world.host.keeper().access_token(NAME, 1_200_000, 0).unwrap().generation, 2);
    }
    assert_eq!(world.sends(), 1);
    world.clock.skip(1_000_000);
    assert_eq!(world.host.token().unwrap().generation, 3);
}

/// Once: a service that asks again is not pressed.
#[test]
fn row_15_a_call_that_has_the_time_waits_and_asks_once_more() {
    for (lie, wait) in [(Lie::TooMany(Some(7)), 7_000), (Lie::Unavailable(9), 9_000), (Lie::TooMany(None), 30_000)] {
        let world = World::expired("row-15-time", Habits::FAMILY);
        world.provider.lie(&[lie]);
        let begun = world.clock.now();
        world.is_well(&world.host.token().unwrap());
        assert!(world.clock.now() - begun >= wait, "{lie:?}");
        assert_eq!(world.sends(), 2);
        // It says so twice; and a call that has less time than it asks for gives up at once.
        world.expire();
        world.provider.lie(&[lie, lie, lie]);
        assert_eq!(world.host.token().unwrap_err().word(), "waiting");
        assert_eq!(world.sends(), 4);
        world.clock.skip(wait);
        assert_eq!(world.host.keeper().access_token(NAME, 0, wait / 2).unwrap_err().word(), "waiting");
        assert_eq!(world.sends(), 5);
    }
    // The same after a connection that failed, and for a login, whose code is not spent.
    let world = World::new("row-15-login", Habits::STRICT);
    let url = world.host.keeper().begin_login(NAME, None).unwrap();
    let code = world.provider.service().consent();
    world.provider.lie(&[Lie::TooMany(Some(2))]);
    let token = world.host.keeper().finish_login(NAME, &crate::world::callback(&url, &code), PATIENCE).unwrap();
    world.is_well(&token);
}

/// Answers of which nobody can tell whether the token was used up, after which it was.
const UNREADABLE: [Lie; 9] = [
    Lie::DropAfter,
    Lie::After(500),
    Lie::After(502),
    Lie::After(503),
    Lie::After(504),
    Lie::Truncated,
    Lie::Cut,
    Lie::Html,
    Lie::Empty,
];

#[test]
fn row_16_an_answer_that_nobody_can_read_is_a_lost_one() {
    for lie in UNREADABLE {
        each(SAVING, |name, habits| {
            let world = World::expired("row-16", habits);
            world.provider.lie(&[lie]);
            let token = world.host.token().unwrap_or_else(|error| panic!("{name}, {lie:?}: {error}"));
            world.is_well(&token);
            assert_eq!(world.sends(), 2, "{name}, {lie:?}");
        });
        let world = World::expired("row-16", Habits::STRICT);
        world.provider.lie(&[lie]);
        assert_eq!(world.host.token().unwrap_err().word(), "lost-pair", "{lie:?}");
        assert_eq!(world.sends(), 2);
        world.is_given_up("lost-pair");
    }
    // Where it was not, nothing is lost, however often it comes: there is a verdict by a definitive word alone.
    for status in [500, 502, 503, 504] {
        each(ALL, |name, habits| {
            let world = World::expired("row-16", habits);
            world.provider.lie(&[Lie::Before(status); 5]);
            let mut calls = 0;
            let token = loop {
                match world.host.token() {
                    Ok(token) => break token,
                    Err(error) => assert_eq!(error.word(), "waiting", "{name}, {status}"),
                }
                calls += 1;
                assert!(calls < 20);
            };
            world.is_well(&token);
            assert_eq!(world.sends(), 6, "{name}, {status}");
        });
    }
}

/// Of a strict service's pair nothing else may be left. So it is kept, sealed, and the first that speaks of a token stays.
#[test]
fn row_16_what_came_of_an_answer_is_kept_for_a_person() {
    for (lie, status) in [(Lie::Truncated, 200), (Lie::Cut, 200), (Lie::Html, 200), (Lie::After(502), 502)] {
        let world = World::expired("row-16-kept", Habits::STRICT);
        world.provider.lie(&[lie]);
        assert_eq!(world.host.token().unwrap_err().word(), "lost-pair", "{lie:?}");
        let grant = world.host.grant();
        let unread = grant.secrets.unread.clone().unwrap();
        assert_eq!(unread.http_status, status);
        let begins = match lie {
            Lie::Html => "<!doctype html>",
            Lie::After(_) => "something went wrong",
            _ => r#"{"access_token":"hunter2-access-2","token_type":"Bearer","expires_in":3600,"refresh_token":"#,
        };
        assert!(unread.body.expose().starts_with(begins), "{lie:?}");
        // Anybody sees that it is there, and nobody without the key what it says.
        let record = world.host.store.peek(NAME).unwrap().unwrap().record;
        assert!(!record.contains("hunter2"));
        let outside = osign::grant::seal::outside(NAME, &record).unwrap();
        assert_eq!(outside.state.unread_at, grant.state.unread_at);
        assert!(outside.state.unread_at.is_some());
        // It goes along where the grant goes, and a new pair ends it.
        let mut moved = None;
        world
            .host
            .keeper()
            .export(NAME, PATIENCE, |grant| {
                moved.clone_from(&grant.secrets.unread);
                Ok(())
            })
            .unwrap();
        assert_eq!(moved, Some(unread));
        assert_eq!(world.host.grant().secrets.unread, None);
        world.is_well(&world.host.log_in(NAME, &world.provider).unwrap());
        assert_eq!(world.host.grant().state.unread_at, None);
    }
    // A page that comes later does not take its place.
    let world = World::expired("row-16-kept", Habits::STRICT);
    world.provider.lie(&[Lie::Truncated, Lie::Before(502)]);
    assert_eq!(world.host.token().unwrap_err().word(), "waiting");
    assert!(world.host.grant().secrets.unread.unwrap().body.expose().starts_with("{\"access_token\""));
}

/// The connection breaks, and the pair is there to its last bracket.
#[test]
fn row_16_a_pair_that_came_whole_before_the_connection_broke_is_one() {
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-16-whole", habits);
        world.provider.lie(&[Lie::CutBehind]);
        world.is_well(&world.host.token().unwrap());
        assert_eq!(world.sends(), 1);
    }
}

/// A service that is slow: the request is given up, and arrives all the same.
#[test]
fn row_16_an_answer_that_comes_too_late_is_a_lost_one() {
    let world = World::expired("row-16-slow", crate::policies::UNTIL_USED);
    world.provider.lie(&[Lie::Slow(600)]);
    let hasty = crate::watched::Hasty { inner: &world.host.client, deadline_ms: 300 };
    let token = world.host.keeper_over(&world.host.store, &hasty).access_token(NAME, 0, PATIENCE).unwrap();
    world.is_well(&token);
    assert_eq!(world.sends(), 2);
    assert_eq!(world.provider.at_once(), 1, "the one that was given up is no more waited for");
}

#[test]
fn row_17_a_client_that_is_refused_costs_no_grant() {
    for lie in [Lie::InvalidClient, Lie::RedirectUri] {
        for habits in [Habits::STRICT, Habits::FAMILY] {
            let world = World::expired("row-17", habits);
            world.provider.lie(&[lie]);
            let error = world.host.token().unwrap_err();
            assert_eq!(error.word(), "client-refused", "{lie:?}");
            let state = world.host.grant().state;
            assert_eq!((state.status, state.intent), (Status::Active, None));
            world.clock.skip(2_000);
            world.is_well(&world.host.token().unwrap());
            assert_eq!(world.sends(), 2);
        }
    }
    // While the access token lives, callers do not notice. Whoever looks does, until it is put right.
    let world = World::new("row-17", Habits::STRICT);
    world.provider.lie(&[Lie::InvalidClient]);
    world.clock.skip(3_000_000);
    assert_eq!(world.host.keeper().access_token(NAME, 1_200_000, 0).unwrap().generation, 2);
    assert_eq!(world.sends(), 1);
    let found = || {
        let stored = world.host.store.load(NAME).unwrap().unwrap();
        let found = findings(&outside(NAME, &stored.record).unwrap(), 0, world.clock.now());
        found.into_iter().map(|finding| (finding.what, finding.is_urgent, finding.said)).collect::<Vec<_>>()
    };
    let said = "(HTTP 401, invalid_client)".to_owned();
    assert_eq!(found(), [("client-refused", true, said)]);
    world.expire();
    world.provider.lie(&[Lie::InvalidClient]);
    assert_eq!(world.host.token().unwrap_err().word(), "client-refused");
    let error = world.host.keeper().access_token(NAME, 0, 0).unwrap_err();
    let says = "the grant crm cannot be renewed right now (HTTP 401, invalid_client); try again in 2 s";
    assert_eq!(error.to_string(), says);
    // Another failure is another reason.
    world.clock.skip(2_000);
    world.provider.lie(&[Lie::TooMany(Some(7))]);
    let error = world.host.keeper().access_token(NAME, 0, 0).unwrap_err();
    assert_eq!(error.to_string(), "the grant crm cannot be renewed right now (too many requests); try again in 7 s");
    assert_eq!(found(), []);
    world.clock.skip(7_000);
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.host.grant().state.last_reason, None);
}

#[test]
fn row_18_what_an_answer_says_counts_by_status_and_body() {
    // A refusal with 200 is one, and no pair without tokens.
    let world = World::expired("row-18", Habits::STRICT);
    world.provider.lie(&[Lie::RejectedWith200]);
    assert_eq!(world.host.token().unwrap_err().word(), "rejected");
    let grant = world.host.grant();
    assert_eq!(grant.generation, 2);
    assert_eq!(grant.secrets.refresh.unwrap().expose(), "hunter2-refresh-1");
    // A pair with 400 is one that nobody can rely on: the token is asked for again.
    let world = World::expired("row-18", crate::policies::UNTIL_USED);
    world.provider.lie(&[Lie::PairWith400]);
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 2);
}

/// A refresh token that came is never dropped: it is sent before the old one, which a family's service would not forgive.
#[test]
fn row_18_the_refresh_token_of_a_pair_with_400_is_used() {
    for habits in [Habits::STRICT, Habits::FAMILY, crate::policies::UNTIL_USED] {
        let world = World::expired("row-18-used", habits);
        world.provider.lie(&[Lie::PairWith400]);
        let hurried = world.host.keeper().access_token(NAME, 0, 100);
        assert_eq!(hurried.unwrap_err().word(), "waiting");
        let secrets = world.host.grant().secrets;
        assert_eq!(secrets.refresh.unwrap().expose(), "hunter2-refresh-2");
        assert_eq!(secrets.alternates[0].expose(), "hunter2-refresh-1");
        assert_eq!(world.host.grant().generation, 2);
        world.clock.skip(2_000);
        world.is_well(&world.host.keeper().access_token(NAME, 0, 100).unwrap());
        assert_eq!((world.sends(), world.provider.rejected()), (2, 0));
        let secrets = world.host.grant().secrets;
        assert_eq!((secrets.alternates, secrets.unread), (Vec::new(), None));
    }
}

#[test]
fn row_27_a_hostile_account_gets_no_byte() {
    let world = World::new("row-27", Habits::STRICT);
    let connections = world.provider.connections();
    let mut grant = new_grant("amo", &world.provider);
    grant.settings.profile = None;
    grant.settings.provider = "amocrm".to_owned();
    grant.settings.overrides.clear();
    grant.settings.allow_insecure_http = false;
    world.host.keeper().add(&grant).unwrap();
    let sent = |_: &str| panic!("something was sent");
    let sender = Watched { inner: &world.host.client, gate: &sent };
    let keeper = world.host.keeper_over(&world.host.store, &sender);
    for referer in [
        "evil.example",
        "sub.amocrm.ru.evil.example",
        "sub.amocrm.ru:8443",
        "user@sub.amocrm.ru",
        "127.0.0.1",
        "amocrm.ru",
        "a.b.amocrm.ru",
        "http://sub.amocrm.ru",
        "sub.amocrm.ru%2F@evil.example",
        "",
    ] {
        let url = keeper.begin_login("amo", None).unwrap();
        let callback = format!("{}&referer={referer}", crate::world::callback(&url, "hunter2-code"));
        let error = keeper.finish_login("amo", &callback, 0).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
    assert_eq!(world.provider.connections(), connections);
}

#[test]
fn row_28_a_token_outlives_the_host_that_it_was_asked_at() {
    let world = World::expired("row-28", Habits::STRICT);
    let good = world.provider.url("/token");
    point(&world, &world.provider.url("/renamed"));
    let error = world.host.token().unwrap_err();
    assert_eq!((error.word(), error.status()), ("no-such-endpoint", osign::Status::ConfigurationRefused));
    assert_eq!(error.advice(), Some(osign::error::Advice::LogInElsewhere(NAME)));
    assert!(!error.to_string().contains("secret"), "{error}");
    let state = world.host.grant().state;
    assert_eq!((state.status, state.last_reason.as_deref()), (Status::Active, Some("no-such-endpoint")));
    let stored = world.host.store.load(NAME).unwrap().unwrap();
    let found = findings(&outside(NAME, &stored.record).unwrap(), 0, world.clock.now());
    assert_eq!((found.len(), found[0].what, found[0].is_urgent), (1, "no-such-endpoint", true));
    point(&world, &good);
    world.clock.skip(2_000);
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 1);
}

/// The account has another host: a person names it, and logs in there. Without being named, another one is a stranger's.
#[test]
fn row_28_a_login_at_the_new_host_of_an_account() {
    let world = World::new("row-28-login", Habits::STRICT);
    let mut grant = new_grant("amo", &world.provider);
    grant.settings.profile = None;
    grant.settings.provider = "amocrm".to_owned();
    grant.settings.account = Some("old.amocrm.ru".to_owned());
    grant.settings.overrides.clear();
    world.host.keeper().add(&grant).unwrap();
    let hosts = std::sync::Mutex::new(Vec::new());
    let sender = Told(|request: &osign::http::Request| {
        hosts.lock().unwrap().push(request.url().to_owned());
        osign::http::Sent::Answer(osign::http::Answer::new(
            200,
            br#"{"access_token":"a1","refresh_token":"r1","expires_in":86400}"#,
        ))
    });
    let keeper = world.host.keeper_over(&world.host.store, &sender);
    let finish = |account: Option<&str>, referer: &str| {
        let url = keeper.begin_login("amo", account).unwrap();
        let callback = format!("{}&referer={referer}", crate::world::callback(&url, referer));
        keeper.finish_login("amo", &callback, 0)
    };
    assert_eq!(finish(None, "new.amocrm.ru").unwrap_err().word(), "other-account");
    assert_eq!(finish(Some("new.amocrm.ru"), "old.amocrm.ru").unwrap_err().word(), "other-account");
    assert_eq!(hosts.lock().unwrap().len(), 0);
    finish(Some("NEW.amocrm.ru"), "new.amocrm.ru").unwrap();
    assert_eq!(*hosts.lock().unwrap(), ["https://new.amocrm.ru/oauth2/access_token"]);
    let account = || keeper.grant("amo").unwrap().settings.account;
    assert_eq!(account().as_deref(), Some("new.amocrm.ru"));
    // A host that the profile does not allow is none, whoever names it.
    assert_eq!(keeper.begin_login("amo", Some("evil.example")).unwrap_err().word(), "host-elsewhere");
    assert_eq!(account().as_deref(), Some("new.amocrm.ru"));
}
