//! Records that nobody expects: numbers at their ends, tokens that do not fit, settings that allow no request.

use crate::service::Habits;
use crate::watched::Told;
use crate::world::{Host, NAME, PATIENCE, World, new_grant, random};
use osign::Status as Code;
use osign::grant::Grant;
use osign::grant::record::{Intent, State, Status};
use osign::grant::seal::NONCE;
use osign::grant::store::{Lock, Store};
use osign::http::{Answer, Request, Sender, Sent, Trouble};
use std::cell::Cell;

/// Puts another state into a record, as whoever may write to the store can: it is no secret, and not sealed.
fn put(host: &Host, change: impl FnOnce(&mut Grant)) {
    let mut grant = host.grant();
    change(&mut grant);
    let mut nonce = [0; NONCE];
    random(&mut nonce).unwrap();
    let stored = host.store.load(NAME).unwrap().unwrap();
    let record = host.sealer.seal(&grant, &nonce).unwrap();
    assert!(host.store.acquire(NAME, stored.generation, stored.revision, &record).unwrap());
}

#[test]
fn numbers_at_their_ends_make_no_panic() {
    let world = World::new("ends", Habits::FAMILY);
    let fields: [fn(&mut State, i64); 8] = [
        |state, end| state.obtained_at = end,
        |state, end| state.expires_at = Some(end),
        |state, end| state.not_before = Some(end),
        |state, end| state.failed_at = Some(end),
        |state, end| state.budget = (end, u32::MAX),
        |state, end| (state.obtained_at, state.expires_at, state.by_refusal) = (end, Some(end), true),
        |state, end| (state.obtained_at, state.expires_at, state.failures) = (end, Some(!end), u32::MAX),
        |state, end| {
            let token = state.intent.as_ref().and_then(|intent| intent.token);
            state.intent = Some(Intent { token, at: end, sends: u32::MAX, owner: String::new() });
        },
    ];
    for field in fields {
        for end in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
            for sent in [Sent::Lost, Sent::NotSent] {
                let sender = Told(|_: &Request| sent(Trouble::Broken));
                put(&world.host, |grant| {
                    let token = grant.secrets.refresh.as_ref().map(osign::grant::Kept::print);
                    grant.state = State { status: Status::Active, ..State::new() };
                    grant.state.intent = Some(Intent { token, at: end, sends: u32::MAX, owner: String::new() });
                    grant.secrets.previous = grant.secrets.refresh.clone().map(|token| (token, end));
                    field(&mut grant.state, end);
                });
                let keeper = world.host.keeper_over(&world.host.store, &sender);
                for min_validity in [i64::MIN, 0, i64::MAX] {
                    let _ = keeper.access_token(NAME, min_validity, 0);
                    let _ = keeper.refused(NAME, 2, 401, 0);
                }
            }
        }
    }
    assert_eq!(world.host.grant().generation, 2);
}

/// A token that is too long for the record is handed out once, and asked for again no oftener than the budget allows.
#[test]
fn a_token_that_does_not_fit_is_no_storm() {
    let world = World::expired("long", Habits::STRICT);
    let long = |grant: &mut Grant| {
        let profile = grant.settings.profile.take().unwrap().replace("budget_per_hour = 1000", "budget_per_hour = 5");
        grant.settings.profile = Some(format!("{profile}# {}\n", "x".repeat(3_000)));
        Ok(())
    };
    world.host.keeper().change(NAME, "changed", PATIENCE, long).unwrap();
    let sends = Cell::new(0);
    let sender = Told(|_: &Request| {
        sends.set(sends.get() + 1);
        let body = format!(
            r#"{{"access_token":"{}","refresh_token":"r{}","expires_in":86400}}"#,
            "a".repeat(4_000),
            sends.get()
        );
        Sent::Answer(Answer::new(200, body.as_bytes()))
    });
    let keeper = world.host.keeper_over(&world.host.store, &sender);
    assert_eq!(keeper.access_token(NAME, 0, 0).unwrap().value.expose().len(), 4_000);
    let words: Vec<_> =
        (0..50).map(|_| keeper.access_token(NAME, 0, 0).map_or_else(|error| error.word(), |_| "")).collect();
    assert_eq!(sends.get(), 6);
    assert!(
        words[..5].iter().all(|word| word.is_empty()) && words[5..].iter().all(|word| *word == "waiting"),
        "{words:?}"
    );
    // Where it fits, nothing of that counts.
    let world = World::new("short", Habits::STRICT);
    for _ in 0..10 {
        world.expire();
        world.is_well(&world.host.token().unwrap());
    }
    assert_eq!(world.host.grant().state.budget, (0, 0));
}

/// What cannot be written down is no refusal of the service's: it has its own reason, and nothing counts as sent.
#[test]
fn a_request_that_cannot_be_made_says_why() {
    let world = World::expired("settings", Habits::STRICT);
    put(&world.host, |_| {});
    let spoil = |grant: &mut Grant| {
        grant.settings.profile = None;
        grant.settings.provider = "amocrm".to_owned();
        grant.settings.overrides.clear();
        grant.settings.account = Some("evil.example".to_owned());
        Ok(())
    };
    world.host.keeper().change(NAME, "changed", PATIENCE, spoil).unwrap();
    let error = world.host.keeper().access_token(NAME, 0, 0).unwrap_err();
    assert_eq!((error.status(), error.word()), (Code::UntrustedHost, "host-elsewhere"));
    let state = world.host.grant().state;
    assert_eq!((state.intent, state.status), (None, Status::Active));
    assert_eq!(world.sends(), 0);
}

/// Who waits for another process asks for the host's name once, and not with every look.
#[test]
fn a_name_is_looked_up_once_a_call() {
    struct Counting(Cell<u32>);
    impl Sender for Counting {
        fn resolve(&self, _: &Request) {
            self.0.set(self.0.get() + 1);
        }

        fn send(&self, _: &Request, _: u64) -> Sent {
            panic!("somebody else has the lock")
        }
    }
    let world = World::expired("names", Habits::STRICT);
    world.host.keeper().add(&new_grant("other", &world.provider)).unwrap();
    let Lock::Taken(_held) = world.host.store.lock(NAME, "the holder").unwrap() else { panic!("nobody has it") };
    let sender = Counting(Cell::new(0));
    let error = world.host.keeper_over(&world.host.store, &sender).access_token(NAME, 0, 300).unwrap_err();
    assert_eq!((error.word(), sender.0.get()), ("busy", 1));
}

/// A pair that is too long for any record is no matter of the disk: to try again does not help, and what is said is the reason.
#[test]
fn a_pair_that_is_too_long_for_a_record_says_so_at_once() {
    let world = World::expired("too-long", Habits::STRICT);
    let body = format!(r#"{{"access_token":"a","refresh_token":"{}","expires_in":86400}}"#, "r".repeat(7_000));
    let sender = Told(|_: &Request| Sent::Answer(Answer::new(200, body.as_bytes())));
    let begun = world.clock.now();
    let error = world.host.keeper_over(&world.host.store, &sender).access_token(NAME, 0, PATIENCE).unwrap_err();
    assert_eq!(error.word(), "large-record");
    assert!(world.clock.now() - begun < 1_000);
    assert_eq!(world.host.grant().state.status, Status::Active);
}
