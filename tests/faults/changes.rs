//! What a person does to a grant that lives: it is replaced, revoked, moved.

use crate::service::Habits;
use crate::world::{Host, KEY, NAME, PATIENCE, World, key, new_grant};
use osign::error::{Error, Keeping};
use osign::grant::key::Keys;
use osign::grant::record::Status;
use osign::grant::seal::Sealer;
use osign::grant::store::Store;
use osign::grant::{Grant, Kept};

/// What makes a grant another one.
type Change<'a> = &'a dyn Fn(&mut Grant);

fn put(grant: &mut Grant, name: &str, value: &str) {
    grant.settings.overrides.retain(|(other, _)| other != name);
    grant.settings.overrides.push((name.to_owned(), value.to_owned()));
}

/// All that a grant of one's own profile tells of its service is the profile and its addresses.
#[test]
fn tokens_stay_with_the_service_that_gave_them() {
    let other_profile = |grant: &mut Grant| {
        let profile = grant.settings.profile.take().unwrap();
        grant.settings.profile = Some(profile.replace("name = \"faulty\"", "name = \"other\""));
    };
    let elsewhere = "http://127.0.0.1:9/token";
    let others: [(&str, Change<'_>); 5] = [
        ("profile", &other_profile),
        ("token_url", &|grant| put(grant, "token_url", elsewhere)),
        ("refresh_url", &|grant| put(grant, "refresh_url", elsewhere)),
        ("revoke_url", &|grant| put(grant, "revoke_url", elsewhere)),
        ("client_id", &|grant| "another".clone_into(&mut grant.settings.client_id)),
    ];
    for (what, change) in others {
        let world = World::new("replaced", Habits::STRICT);
        let mut new = new_grant(NAME, &world.provider);
        change(&mut new);
        world.host.keeper().replace(&new, PATIENCE).unwrap();
        let grant = world.host.grant();
        assert_eq!((grant.generation, &grant.state.status), (3, &Status::New), "{what}");
        assert_eq!((&grant.settings, &grant.secrets), (&new.settings, &new.secrets), "{what}");
        assert_eq!(world.host.token().unwrap_err().word(), "not-logged-in", "{what}");
        assert_eq!(world.sends(), 0);
    }
    // Another path of the same host, another secret and redirect URI cost nobody a login.
    let world = World::new("replaced", Habits::STRICT);
    let mut new = new_grant(NAME, &world.provider);
    put(&mut new, "refresh_url", &world.provider.url("/token?again"));
    new.settings.redirect_uri = Some("http://127.0.0.1:9/other".to_owned());
    new.secrets.client_secret = Some(Kept::new("another"));
    world.host.keeper().replace(&new, PATIENCE).unwrap();
    let token = world.host.token().unwrap();
    assert_eq!((token.generation, token.value.expose(), world.sends()), (3, "hunter2-access-1", 0));
}

/// Of a service that has a host for each account another account is another place.
#[test]
fn tokens_stay_with_the_account_that_they_are_of() {
    let world = World::new("account", Habits::STRICT);
    let of = |account: Option<&str>| {
        let mut grant = new_grant("shop", &world.provider);
        grant.settings.profile = None;
        "amocrm".clone_into(&mut grant.settings.provider);
        grant.settings.overrides.clear();
        grant.settings.account = account.map(str::to_owned);
        grant
    };
    let mut grant = of(Some("one.amocrm.ru"));
    grant.state.status = Status::Active;
    grant.secrets.refresh = Some(Kept::new("hunter2-refresh"));
    world.host.keeper().add(&grant).unwrap();
    let replaced = |new: &Grant| {
        world.host.keeper().replace(new, PATIENCE).unwrap();
        world.host.keeper().grant("shop").unwrap()
    };
    let same = replaced(&of(None));
    assert_eq!(
        (same.settings.account.as_deref(), same.secrets.refresh),
        (Some("one.amocrm.ru"), grant.secrets.refresh)
    );
    let other = replaced(&of(Some("two.amocrm.ru")));
    assert_eq!((other.settings.account.as_deref(), other.secrets.refresh), (Some("two.amocrm.ru"), None));
}

/// Whoever has one key would open not all of the store.
#[test]
fn no_grant_is_sealed_with_another_key_than_the_rest() {
    let world = World::new("other-key", Habits::STRICT);
    let mut other = Host::open(&world.folder);
    other.sealer = Sealer::new(Keys::new(key(7)), other.store.id(), other.store.environment());
    let new = new_grant("second", &world.provider);
    let foreign = Error::from(Keeping::ForeignKey { name: NAME.to_owned() });
    assert_eq!(other.keeper().add(&new), Err(foreign.clone()));
    assert_eq!(other.keeper().import(new.clone(), "third"), Err(foreign.clone()));
    assert_eq!(world.host.store.names(), Ok(vec![NAME.to_owned()]));
    // While keys are changed, who has both adds.
    let both = Keys::new(key(7)).and_older(key(KEY));
    other.sealer = Sealer::new(both, other.store.id(), other.store.environment());
    assert_eq!(other.keeper().add(&new), Ok(()));
    // What is damaged tells of no key, and the next one is asked.
    assert_eq!(world.host.keeper().add(&new_grant("third", &world.provider)), Ok(()));
    let stored = world.host.store.load(NAME).unwrap().unwrap();
    assert_eq!(world.host.store.acquire(NAME, stored.generation, stored.revision, "{}"), Ok(true));
    let foreign = Error::from(Keeping::ForeignKey { name: "second".to_owned() });
    assert_eq!(world.host.keeper().add(&new_grant("fourth", &world.provider)), Err(foreign.clone()));
    assert_eq!(world.host.keeper().replace(&new_grant("third", &world.provider), PATIENCE), Err(foreign));
}

/// What a service says to a revocation, and what then becomes of the grant here.
#[test]
fn a_revocation_that_fails_says_what_is_to_be_done() {
    let client = "the service refused the client of the grant crm (HTTP 401, invalid_client): look at its id, secret and \
                  redirect URI; the grant itself is not lost";
    let unknown = "the service did not say that the grant crm is revoked (HTTP 503), so nothing has changed; try again later, \
                   or end it here alone";
    for (status, text, told) in [
        (200, "", Ok(true)),
        (400, r#"{"error":"invalid_token"}"#, Ok(true)),
        (404, "nothing here", Ok(false)),
        (405, "", Ok(false)),
        (410, "", Ok(false)),
        (401, r#"{"error":"invalid_client"}"#, Err(client)),
        (503, "", Err(unknown)),
    ] {
        let world = World::new("revoked", Habits::STRICT);
        world.provider.refuse_to_revoke(status, text);
        let before = world.host.grant();
        let revoked = world.host.keeper().revoke(NAME, PATIENCE).map_err(|error| error.to_string());
        assert_eq!(revoked.as_ref().map_err(String::as_str), told.as_ref().map_err(|says| *says), "{status}");
        if told.is_err() {
            assert_eq!(world.host.grant(), before);
            assert_eq!(world.host.keeper().revoke_here(NAME, PATIENCE), Ok(()));
        }
        let grant = world.host.grant();
        assert_eq!((grant.state.status, grant.secrets.refresh), (Status::Revoked, None), "{status}");
    }
    // Nor can it be told at an address that is none: only without one is there no way to.
    let world = World::new("revoked", Habits::STRICT);
    let insecure = |grant: &mut Grant| {
        put(grant, "revoke_url", "https://u@example.com/revoke");
        Ok(())
    };
    world.host.keeper().change(NAME, "changed", PATIENCE, insecure).unwrap();
    let before = world.host.grant();
    assert_eq!(world.host.keeper().revoke(NAME, PATIENCE).unwrap_err().word(), "not-revoked");
    assert_eq!(world.host.grant(), before);
    assert_eq!(world.host.keeper().revoke_here(NAME, PATIENCE), Ok(()));
    // Nobody is there; and the name is looked up before the lock is taken, which others wait for.
    let world = World::new("revoked", Habits::STRICT);
    let away = |grant: &mut Grant| {
        put(grant, "revoke_url", "http://127.0.0.1:9/revoke");
        Ok(())
    };
    world.host.keeper().change(NAME, "changed", PATIENCE, away).unwrap();
    let steps = std::sync::Mutex::new(Vec::new());
    let gate = |step: &str| {
        steps.lock().unwrap().push(step.to_owned());
        Ok(())
    };
    let error = world.host.watched(&gate, |keeper| keeper.revoke(NAME, PATIENCE)).unwrap_err();
    assert_eq!((error.word(), error.status()), ("not-revoked", osign::Status::TryLater));
    assert!(error.to_string().contains("(no connection)"), "{error}");
    let steps = steps.into_inner().unwrap();
    let at =
        |wanted: &str| steps.iter().position(|step| step == wanted).unwrap_or_else(|| panic!("{wanted}: {steps:?}"));
    assert!(at("before resolve") < at("before lock"), "{steps:?}");
    assert_eq!(world.host.grant().state.status, Status::Active);
}
